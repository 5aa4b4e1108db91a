"""How many points is a program worth? What the laboratory found of it says so."""

from __future__ import annotations

from cordee.activities.code.definition import Exercise
from cordee.core.errors import N_
from cordee.core.scores import Score
from cordee.courses.kinds import FOUND, Answer, AnswerUnreadable, Correctness, InputResult, Result

POSSIBLE = 1.0
WHOLE = 100.0
PROGRAM = "program"


def grade(_exercise: Exercise, answer: Answer) -> Result:
    """Raises AnswerUnreadable for a program that nobody has judged."""
    found = answer.get(FOUND)
    if not isinstance(found, dict):
        raise AnswerUnreadable(N_("This program has not been judged yet. Hand it in, and wait for its tests."))
    points = POSSIBLE * float(found["score"]) / WHOLE
    correctness: Correctness = (
        "correct" if found["score"] == WHOLE else "partially-correct" if found["score"] else "incorrect"
    )
    return Result(Score(points, POSSIBLE), {PROGRAM: InputResult(correctness, points=points)})
