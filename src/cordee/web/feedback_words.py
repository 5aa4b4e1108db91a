"""What do an author's rules and hints say? The pilot, which asks who met them, knows them by name and number alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cordee.activities.code.definition import Exercise
from cordee.courses.queries import definitions, outline, run_by_key
from cordee.sandbox.outcomes import text_in
from cordee.ui.language import language


def words_of(run_key: str, activity: str) -> tuple[Mapping[str, str], Sequence[str]]:
    """What each rule of the exercise says, by its name, and each hint, in the language of the page (3 queries).

    As the session's version has them: nothing for a rule that it has no more, and for what is no program.
    """
    plan = outline(run_by_key(run_key).version.sha256)
    _place, entry = plan.entries.get(activity, (None, None))
    if entry is None or entry.kind != "code":
        return {}, ()
    wanted = entry.contents.get(language()) or entry.contents.get(plan.language) or next(iter(entry.contents.values()))
    exercise = definitions.of([wanted])[wanted]
    task = exercise.task if isinstance(exercise, Exercise) else None
    if task is None:
        return {}, ()
    said = {rule.name: text_in(rule.say, language()) for rule in task.rules}
    return said, tuple(text_in(hint, language()) for hint in task.hints)
