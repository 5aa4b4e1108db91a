"""What does the page of an exercise show? The statement, the program as it was left, and what was found of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from cordee.activities.code import judging
from cordee.activities.code.definition import Exercise
from cordee.activities.code.findings import findings_of, marks_of, trial_of
from cordee.activities.code.posting import INPUT, MOST_INPUT, MOST_SIGNS, field_of
from cordee.core.errors import CordeeError
from cordee.courses.kinds import FOUND, Answer, PageView
from cordee.sandbox.outcomes import FUEL_PER_SECOND, text_in
from cordee.sandbox.tasks import Task

MOST_EXAMPLES = 3
MOST_EXAMPLE_SIGNS = 600
FEWEST_ROWS, MOST_ROWS = 12, 30


def page(exercise: Exercise, view: PageView) -> Mapping[str, object]:
    """The context of the template."""
    task = exercise.task
    if task is None:
        why = [str(one) for one in exercise.problems] if view.for_teacher else []
        return {"broken": True, "why": why, "name": exercise.name}
    held = view.held
    answer: Answer | None = view.answer if view.hints or held is None else held.answer
    found: Mapping[str, Any] | None = (view.answer or {}).get(FOUND) if view.result is not None else None
    is_waiting = held is not None and held.found is None
    tried = held.found if held is not None and held.is_trial else None
    unjudged = held is not None and not held.is_trial and held.found is not None
    newest = tried or found or {}
    return {
        "id": view.activity_id,
        "language": view.language,
        "intro": view.render(exercise.intro) if exercise.intro else "",
        "statement": view.render(text_in(exercise.statements, view.language)),
        "examples": [{"given": _cut(test.stdin), "wanted": _cut(test.wanted)} for test in task.tests if test.visible][
            :MOST_EXAMPLES
        ],
        "seconds": task.limits.fuel / FUEL_PER_SECOND,
        "memory_mb": task.limits.memory_bytes >> 20,
        "programs": [
            _program(view.activity_id, name, str((answer or {}).get(name, text)), newest)
            for name, text in exercise.programs.items()
        ],
        "most": MOST_SIGNS,
        "may_run": view.enrolled and not is_waiting,
        "is_open": view.open and view.enrolled,
        "has_attempts": view.answer is not None,
        "is_right": found is not None and found["verdict"] == "accepted",
        "hints": _hints(task, view),
        "input": (held.answer.get(INPUT, "") if held and held.is_trial else "") or _first_input(task),
        "most_input": MOST_INPUT,
        "waiting": is_waiting,
        "waits_for_trial": is_waiting and held is not None and held.is_trial,
        "compiler_ready": judging.is_ready() if is_waiting else True,
        "compiler_installed": judging.is_installed() if is_waiting else True,
        "trial": trial_of(tried) if tried else None,
        "earlier": view.kept if isinstance(view.kept, tuple) else (),
        "shows_points": view.result is not None,
        "programs_url": reverse("programs", args=[view.run_key, view.activity_id])
        if view.for_teacher and view.run_key
        else "",
        "unjudged": unjudged,
        "refused": _refused(held.found) if unjudged and held else "",
        "findings": findings_of(found, view.language) if found and not is_waiting and not tried else None,
    }


def _hints(task: Task, view: PageView) -> Mapping[str, object] | None:
    """Those that were asked for so far, and what the button asks for next: nothing of the others."""
    if not task.hints:
        return None
    asked = min(view.hints, len(task.hints))
    said = [text_in(one, view.language) for one in task.hints[:asked]]
    return {
        "said": said,
        "asked": asked,
        "next": asked + 1,
        "count": len(task.hints),
        "may_ask": asked < len(task.hints),
    }


def _program(activity: str, name: str, text: str, found: Mapping[str, Any]) -> dict[str, object]:
    rows = min(max(text.count("\n") + 2, FEWEST_ROWS), MOST_ROWS)
    marks = json.dumps(marks_of(found, name), ensure_ascii=False) if found else ""
    field = field_of(name)
    return {"name": name, "field": field, "id": f"{activity}-{field}", "text": text, "rows": rows, "marks": marks}


def _first_input(task: Task) -> str:
    """What a trial reads at first: that of the first test that may be shown."""
    return next((_text(test.stdin) for test in task.tests if test.visible), "")


def _refused(found: Mapping[str, Any] | None) -> str:
    """Why a judged program was not taken, where that is said."""
    said = (found or {}).get("refused")
    return CordeeError(*said[:1], **said[1]).sentence(gettext) if said else ""


def _cut(data: bytes) -> str:
    text = _text(data).rstrip("\n")
    return text if len(text) <= MOST_EXAMPLE_SIGNS else text[:MOST_EXAMPLE_SIGNS] + "…"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
