"""What did an author change of a poll, a survey or a word cloud? Answers are counted by the ids of what is proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from cordee.activities.survey.definition import Item, Survey
from cordee.core.errors import N_
from cordee.courses.differences.model import Change, Said
from cordee.courses.differences.words import plain


def changes(before: Survey, after: Survey) -> tuple[Change, ...]:
    """Empty only when both say the same."""
    return tuple(_changes(before, after)) if before != after else ()


def _changes(before: Survey, after: Survey) -> Iterator[Change]:
    yield from _items(before.questions, after.questions, N_("the questions changed"), N_("what is asked changed"))
    yield from _items(before.options, after.options, N_("what may be answered changed"), N_("an answer was reworded"))
    if before.is_private != after.is_private:
        said = N_("it is anonymous now") if after.is_private else N_("it is no longer anonymous")
        yield Change(Said(said), "visible")
    if before.feedback != after.feedback:
        words = plain(before.feedback), plain(after.feedback)
        yield Change(Said(N_("what is said after answering changed")), "harmless", *words)
    told = ("questions", "options", "is_private", "feedback")
    if replace(before, **{name: getattr(after, name) for name in told}) != after:
        yield Change(Said(N_("a setting of the survey changed")), "visible")


def _items(old: Sequence[Item], new: Sequence[Item], others: str, reworded: str) -> Iterator[Change]:
    if old == new:
        return
    words = [" · ".join(plain(one.label) for one in items) for items in (old, new)]
    same = {one.id for one in old} == {one.id for one in new}
    yield Change(Said(reworded if same else others), "harmless" if same else "visible", *words)
