"""What did an author change of an exercise? Tests and limits say what is right: they concern grading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cordee.activities.code.definition import Exercise
from cordee.core.errors import N_
from cordee.courses.differences.model import Change, Said
from cordee.courses.differences.words import plain


def changes(before: Exercise, after: Exercise) -> tuple[Change, ...]:
    """Empty only when both say the same."""
    return tuple(_changes(before, after)) if before != after else ()


def _changes(before: Exercise, after: Exercise) -> Iterator[Change]:
    old, new = before.task, after.task
    if before.name != after.name or old is None or new is None:
        yield Change(Said(N_("the task is another one")), "grading", before.name, after.name)
        return
    if before.intro != after.intro or before.statements != after.statements or old.title != new.title:
        words = [" · ".join(plain(text) for text in (one.intro, *one.statements.values())) for one in (before, after)]
        yield Change(Said(N_("what is asked was reworded")), "harmless", *words)
    if old.starter != new.starter:
        yield Change(Said(N_("the program that the editor holds at first changed")), "harmless")
    graded = [replace(one, title={}, starter={}, statements={}, solutions=()) for one in (old, new)]
    if graded[0] != graded[1]:
        count = [str(len(one.tests)) for one in (old, new)]
        yield Change(Said(N_("the tests or the limits of the task changed")), "grading", *count)
    elif old.solutions != new.solutions:
        yield Change(Said(N_("the author’s solutions changed")), "harmless")
    elif (old.title, old.starter, old.statements, before.intro) == (
        *(new.title, new.starter, new.statements),
        after.intro,
    ):
        yield Change(Said(N_("files of the task that say nothing to learners changed")), "harmless", is_layout=True)
