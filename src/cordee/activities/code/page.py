"""What does the page of an exercise show? The statement, the program as it was left, and what was found of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext

from cordee.activities.code import judging
from cordee.activities.code.definition import Exercise
from cordee.activities.code.findings import findings_of, folds, marks_of, trial_of
from cordee.activities.code.posting import INPUT, MOST_INPUT, MOST_SIGNS, field_of
from cordee.activities.code.queries import Recalled
from cordee.core import clock
from cordee.core.errors import CordeeError
from cordee.courses.kinds import FOUND, Answer, PageView
from cordee.sandbox.outcomes import FUEL_PER_SECOND, text_in
from cordee.sandbox.tasks import Task, Test
from cordee.ui.dates import when
from cordee.ui.language import language

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
    answer: Answer | None = view.answer if view.unsent or held is None else held.answer
    found: Mapping[str, Any] | None = (view.last or {}).get(FOUND) if view.result is not None else None
    recalled = view.kept if isinstance(view.kept, Recalled) else Recalled()
    is_waiting = held is not None and held.found is None
    tried = held.found if held is not None and held.is_trial else None
    unjudged = held is not None and not held.is_trial and held.found is not None
    newest = {} if is_waiting or unjudged else tried or found or {}
    judged = (held.answer if held is not None and tried else view.last) or {}
    judged_at = held.received_at if held is not None else recalled.earlier[0].received_at if recalled.earlier else None
    return {
        "id": view.activity_id,
        "language": view.language,
        "intro": view.render(exercise.intro) if exercise.intro else "",
        "statement": view.render(text_in(exercise.statements, view.language)),
        "examples": [_example(test) for test in task.tests if test.visible][:MOST_EXAMPLES],
        "seconds": task.limits.fuel / FUEL_PER_SECOND,
        "memory_mb": task.limits.memory_bytes >> 20,
        "programs": [
            _program(view.activity_id, name, str((answer or {}).get(name, text)), str(judged.get(name, text)), newest)
            for name, text in exercise.programs.items()
        ],
        "most": MOST_SIGNS,
        "may_run": view.enrolled and not is_waiting,
        "is_open": view.open and view.enrolled,
        "has_attempts": view.last is not None,
        "refusal": view.refusal,
        "unsent": view.unsent,
        "is_right": found is not None and found["verdict"] == "accepted",
        "hints": _hints(task, view, recalled.hints),
        "enrolled": view.enrolled,
        "for_teacher": view.for_teacher,
        "input": (held.answer.get(INPUT, "") if held and held.is_trial else "") or _first_input(task),
        "most_input": MOST_INPUT,
        "waiting": is_waiting,
        "waits_for_trial": is_waiting and held is not None and held.is_trial,
        "waits_for_another": is_waiting and held is not None and _differ(exercise, answer, held.answer),
        "now": clock.now(),
        "zone": get_current_timezone_name(),
        "seen": int(clock.now().timestamp() * 1000),  # a link to the very address of the page loads nothing
        "judged_at": _when(judged_at),
        "judges_another": _differ(exercise, answer, judged),
        "compiler_ready": judging.is_ready() if is_waiting else True,
        "compiler_installed": judging.is_installed() if is_waiting else True,
        "trial": trial_of(tried) if tried else None,
        "earlier": recalled.earlier,
        "shows_points": view.result is not None,
        "programs_url": reverse("programs", args=[view.run_key, view.activity_id])
        if view.for_teacher and view.run_key
        else "",
        "judged_again": view.judged_again,
        "unhelped": _unhelped(recalled) if view.enrolled else None,
        "unjudged": unjudged,
        "refused": _refused(held.found) if unjudged and held else "",
        "findings": findings_of(found, view.language) if found and newest is found else None,
    }


def _unhelped(recalled: Recalled) -> frozenset[str]:
    """Of which messages on the newest attempt its learner has said that they do not help, by the names of rules."""
    newest = recalled.earlier[0].attempt if recalled.earlier else 0
    return frozenset(rule for attempt, rule in recalled.unhelped if attempt == newest)


def _differ(exercise: Exercise, answer: Answer | None, other: Answer) -> bool:
    """Whether these are two programs, whatever each reads."""
    return any((answer or {}).get(name, text) != other.get(name, text) for name, text in exercise.programs.items())


def _when(moment: dt.datetime | None) -> str:
    """Within a sentence: "today, 2:19 pm"."""
    if moment is None:
        return ""
    zone = get_current_timezone_name()
    return when(moment, clock.now(), zone, language(), name_zone=False, begins=False)


def _hints(task: Task, view: PageView, known: int) -> Mapping[str, object] | None:
    """Those that were asked for so far, and what the button asks for next: nothing of the others."""
    if not task.hints:
        return None
    asked = min(max(view.hints, known), len(task.hints))
    said = [text_in(one, view.language) for one in task.hints[:asked]]
    return {
        "said": said,
        "asked": asked,
        "next": asked + 1,
        "count": len(task.hints),
        "may_ask": asked < len(task.hints),
    }


def _program(activity: str, name: str, text: str, judged: str, found: Mapping[str, Any]) -> dict[str, object]:
    """`judged`: the program that `found` is of."""
    rows = min(max(text.count("\n") + 2, FEWEST_ROWS), MOST_ROWS)
    marks = json.dumps(_moved(marks_of(found, name), judged, text), ensure_ascii=False) if found else ""
    field = field_of(name)
    return {"name": name, "field": field, "id": f"{activity}-{field}", "text": text, "rows": rows, "marks": marks}


def _moved(marks: Sequence[Mapping[str, Any]], judged: str, text: str) -> Sequence[Mapping[str, Any]]:
    """The marks of the lines that `text` still has, before and after what was changed in it."""
    if judged == text:
        return marks
    old, new = judged.split("\n"), text.split("\n")
    most = min(len(old), len(new))
    first = next((rank for rank in range(most) if old[rank] != new[rank]), most)
    same = next((rank for rank in range(most - first) if old[-1 - rank] != new[-1 - rank]), most - first)
    moved = len(new) - len(old)
    return [
        one if one["line"] <= first else {**one, "line": one["line"] + moved}
        for one in marks
        if one["line"] <= first or one["line"] > len(old) - same
    ]


def _first_input(task: Task) -> str:
    """What a trial reads at first: that of the first test that may be shown."""
    return next((_text(test.stdin) for test in task.tests if test.visible), "")


def _refused(found: Mapping[str, Any] | None) -> str:
    """Why a judged program was not taken, where that is said."""
    said = (found or {}).get("refused")
    return CordeeError(*said[:1], **said[1]).sentence(gettext) if said else ""


def _example(test: Test) -> dict[str, object]:
    given, wanted = _cut(test.stdin), _cut(test.wanted)
    return {"given": given, "wanted": wanted, "given_folds": folds(given), "wanted_folds": folds(wanted)}


def _cut(data: bytes) -> str:
    text = _text(data).rstrip("\n")
    return text if len(text) <= MOST_EXAMPLE_SIGNS else text[:MOST_EXAMPLE_SIGNS] + "…"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
