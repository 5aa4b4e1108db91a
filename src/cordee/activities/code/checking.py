"""What does an exercise say to whoever checks its course?"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.activities.code.definition import Exercise
from cordee.core.errors import N_
from cordee.courses.checks.model import Fault, Rule
from cordee.courses.kinds import Inspection
from cordee.sandbox.outcomes import text_in
from cordee.sandbox.tasks import lacks_of

BROKEN = Rule(
    "task-cannot-be-used",
    "error",
    N_("A task that cannot be used"),
    N_("Mend its folder; `cordee code check FOLDER` tells all that is wrong."),
    says=frozenset(("code-unreadable",)),
)
NO_STATEMENT = Rule(
    "task-without-statement",
    "error",
    N_("A task that asks for nothing"),
    N_("Write what is asked into statement.LANGUAGE.md, or above the editor."),
)
NO_SOLUTION = Rule(
    "task-without-solution",
    "warning",
    N_("A task that nobody has solved"),
    N_("Put a solution into the task, with the score that it must get: it proves that the tests can be passed."),
)
NOTHING_SHOWN = Rule(
    "task-without-visible-test",
    "note",
    N_("A task of which no test is shown"),
    N_("Make one of its tests visible, so that learners see an example of what is read and printed."),
    ours=True,
)
LANGUAGE_MISSING = Rule(
    "task-language-missing",
    "warning",
    N_("A task that is not in the language of its page"),
    N_("Write it in that language too: learners are shown another one until then."),
)
RULES = (BROKEN, NO_STATEMENT, NO_SOLUTION, NOTHING_SHOWN, LANGUAGE_MISSING)


def inspect(exercise: Exercise) -> Inspection:
    """Whoever writes a program makes something."""
    statement = text_in(exercise.statements, exercise.language)
    prose = tuple(text for text in (exercise.intro, statement) if text)
    return Inspection(faults=tuple(_faults(exercise)), prose=prose, makes=exercise.task is not None)


def _faults(exercise: Exercise) -> Iterator[Fault]:
    task = exercise.task
    if task is None:
        why = exercise.problems[0] if exercise.problems else ""
        yield Fault(BROKEN.code, N_("The task “{name}” cannot be used: {why}"), {"name": exercise.name, "why": why})
        return
    named = {"name": exercise.name}
    if not exercise.intro and not any(text.strip() for text in task.statements.values()):
        yield Fault(NO_STATEMENT.code, N_("The task “{name}” has no statement."), named)
    if exercise.language:
        for where, language in lacks_of(task, (exercise.language,)):
            sentence = N_("The task “{name}” says nothing in the language “{language}” in: {where}.")
            yield Fault(LANGUAGE_MISSING.code, sentence, {**named, "where": where, "language": language})
    if not task.solutions:
        yield Fault(NO_SOLUTION.code, N_("The task “{name}” names no solution."), named)
    if not any(test.visible for test in task.tests):
        yield Fault(NOTHING_SHOWN.code, N_("No test of the task “{name}” is visible."), named)
