"""How is an answer graded from the command line, thousands in one process?

JSON lines in, JSON lines out: `{"answers": {"p_2_1": "3.14"}}` gives `{"score": [1, 1], "inputs": {…}}`, or else
`{"error": …}`.
Points are raw, before the weight of the problem. A problem that holds what cannot be graded here is an error, as is an
answer that cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import translation

from cordee.activities.quiz import olx
from cordee.activities.quiz.definition import Problem
from cordee.activities.quiz.grading import grade, not_graded_yet
from cordee.core.errors import N_, CordeeError, InputRefused
from cordee.courses.kinds import Result
from cordee.formats.olx.documents import parse

LARGEST_PROBLEM = 10_000_000  # bytes
NOT_JSON = N_("This line is not JSON. Write one object a line.")


def try_answers(lines: Iterable[str], *, problem: Path | None, seed: int | None) -> Iterator[str]:
    """Grade one answer a line. Without `problem`, each line names its own file as "problem". Never raises for a line.

    Words are English, whatever the language of the site.
    """
    for line in lines:
        if not line.strip():
            continue
        with translation.override(None):
            try:
                outcome = _graded(line, problem, seed)
            except CordeeError as error:
                outcome = {"error": str(error)}
            except RecursionError:
                outcome = {"error": NOT_JSON}
        yield json.dumps(outcome, ensure_ascii=False)


def _graded(line: str, problem: Path | None, seed: int | None) -> Mapping[str, object]:
    try:
        asked = json.loads(line)
    except ValueError:
        raise InputRefused(NOT_JSON) from None
    if not isinstance(asked, dict) or not isinstance(asked.get("answers"), dict):
        raise InputRefused(
            N_("This line has no “answers”. Write for example {example}"), example='{"answers": {"p_2_1": "3"}}'
        )
    path = problem
    if path is None:
        if not isinstance(asked.get("problem"), str):
            raise InputRefused(N_("This line names no “problem”. Give the file on the command line or in each line."))
        path = Path(asked["problem"])
    definition = _problem(str(path))
    missing = not_graded_yet(definition)
    if missing:
        raise InputRefused(N_("not graded here yet: {what}"), what=missing)
    return _as_json(grade(definition, asked["answers"], seed))


@lru_cache(maxsize=512)
def _problem(path: str) -> Problem:
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_PROBLEM + 1)
    except (OSError, ValueError):
        raise InputRefused(
            N_("The file {path} cannot be opened. Check its name and who may read it."), path=path
        ) from None
    if len(data) > LARGEST_PROBLEM:
        raise InputRefused(N_("The file {path} is too large for a problem. Give one problem a file."), path=path)
    definition = olx.read(parse(data).text)  # `parse` says what is wrong, and where
    if definition.unreadable:
        raise InputRefused(N_("The file {path} holds no <problem>. Give a problem of Open edX."), path=path)
    return definition


def _as_json(result: Result) -> dict[str, Any]:
    return {
        "score": [result.score.earned, result.score.possible],
        "inputs": {
            name: {"correctness": graded.correctness, "feedback": graded.feedback}
            for name, graded in result.inputs.items()
        },
    }
