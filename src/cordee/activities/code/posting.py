"""What did the browser post? Programs, as the laboratory takes them: one text a file, lines ended by \\n."""

from __future__ import annotations

from typing import Any

from cordee.activities.code.definition import Exercise
from cordee.core.errors import N_, InputRefused
from cordee.courses.kinds import Answer, Draft, Fields

MOST_SIGNS = 100_000  # of one file: a hundred times what an exercise of a course asks for
MOST_INPUT = 100_000
INPUT = "input"  # what a trial reads; no file of C is called so
RUN = "run"  # the button
UNHELPED = "unhelped"  # the one that says of a message that it does not help
TOO_LONG = N_("“{name}” is longer than {most} characters. Take out what the exercise does not ask for.")
NO_TEXT = N_("“{name}” holds a sign that no text has. Write it again, or copy it from an editor.")


def field_of(name: str) -> str:
    """What the field of a file is called: "program-main-c"."""
    return f"program-{name.replace('.', '-')}"


def answer_of(exercise: Exercise, fields: Fields) -> Answer:
    """The learner's files by name; one that was not posted is as it was at first. Raises InputRefused."""
    return {
        name: _text(name, fields[field_of(name)][-1], MOST_SIGNS) if fields.get(field_of(name)) else text
        for name, text in exercise.programs.items()
    }


def trial_of(exercise: Exercise, fields: Fields) -> Answer | None:
    """The same with what the program reads, where the button that only runs was pressed. Raises InputRefused."""
    if RUN not in fields:
        return None
    given: dict[str, Any] = dict(answer_of(exercise, fields))
    given[INPUT] = _text(INPUT, (fields.get(INPUT) or [""])[-1], MOST_INPUT)
    return given


def draft_of(exercise: Exercise, fields: Fields) -> Draft | None:
    """The same page with one more hint, or with thanks for saying that a message does not help, where the button for
    that was pressed. Raises InputRefused."""
    unhelped = fields.get(UNHELPED)
    if unhelped:
        return Draft(answer_of(exercise, fields), unhelped=unhelped[-1])
    asked = fields.get("hint")
    if not asked:
        return None
    known = len(exercise.task.hints) if exercise.task else 0
    count = int(asked[-1]) if asked[-1].isascii() and asked[-1].isdigit() and len(asked[-1]) < 4 else 0  # noqa: PLR2004
    hints = min(count, known)
    return Draft(answer_of(exercise, fields), hints, asks_hint=hints > 0)


def _text(name: str, posted: str, most: int) -> str:
    text = posted.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > most:
        raise InputRefused(TOO_LONG, name=name, most=most)
    if "\0" in text:
        raise InputRefused(NO_TEXT, name=name)
    return text
