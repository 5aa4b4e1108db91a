"""What does the laboratory find of a program? Facts as JSON, which `findings` puts into words in any language.

A hidden test is known by its rank alone: neither what it gives a program nor what it wants leaves this module.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from cordee.activities.code.definition import Exercise
from cordee.activities.code.posting import INPUT
from cordee.core.errors import N_, NotYet
from cordee.courses.kinds import Answer, Judged
from cordee.sandbox.c.toolchain import CompilerMissing
from cordee.sandbox.cards import Card, cards
from cordee.sandbox.confinement import ConfinementError
from cordee.sandbox.explaining import Told, explain_ending, explain_test
from cordee.sandbox.laboratory import Laboratory, Report, TestReport, refused_artifact
from cordee.sandbox.outcomes import (
    FUEL_PER_SECOND,
    NOT_THE_LEARNERS_FAULT,
    Artifact,
    Diagnostic,
    Fault,
    Outcome,
    RunLimits,
    SourceRefused,
)
from cordee.sandbox.tasks import Task
from cordee.sandbox.unseen import unseen
from cordee.sandbox.workers import LibraryBroken

MOST_SHOWN = 4000  # signs of an output, or of what a test reads, that are kept for the page
MOST_CARDS = 8
NOT_READY = N_("Nobody can compile programs here at the moment.")

_lock = threading.Lock()
_open: list[Laboratory] = []


def laboratory() -> Laboratory:
    """The one of this process. Raises CompilerMissing."""
    with _lock:
        if not _open:
            _open.append(Laboratory(settings.CORDEE.code_folder, most=os.cpu_count() or 1))
        return _open[0]


def close_laboratory() -> None:
    """End its processes."""
    with _lock:
        while _open:
            _open.pop().close()


def is_installed() -> bool:
    """Whether there is a compiler at all. Looks at the disk, and starts nothing."""
    try:
        laboratory()
    except CompilerMissing:
        return False
    return True


def is_ready() -> bool:
    """Whether a program could be compiled now. Looks at the disk, and starts nothing."""
    try:
        return laboratory().toolchain.is_ready
    except CompilerMissing:
        return False


def judge(exercise: Exercise, answer: Answer, *, is_trial: bool) -> Judged:
    """Raises NotYet while the compiler is not ready, or where programs cannot be confined."""
    task = exercise.task
    if task is None:
        return Judged({"verdict": "task_broken", "score": 0.0}, counts=False)
    files = {name: str(answer[name]) for name in exercise.programs if name in answer}
    try:
        if is_trial:
            return Judged(_tried(laboratory(), task, files, str(answer.get(INPUT, ""))), counts=False)
        report = laboratory().judge(task, files)
    except (CompilerMissing, ConfinementError, LibraryBroken) as missing:
        raise NotYet(NOT_READY) from missing
    found = _of_report(report, task, files)
    return Judged(found, counts=report.verdict not in NOT_THE_LEARNERS_FAULT, told=told_of(found))


def told_of(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of what a page says of a program that was handed in: its author's rules, else why a test fails; cards."""
    rules = [rule for rule, _texts in found.get("messages", ())]
    failing = (found.get("failing") or {}).get("rule", "")
    cards = [card["rule"] for card in found.get("cards", ())]
    return tuple(dict.fromkeys([*rules, *([failing] if failing and not rules else []), *cards]))


def _tried(laboratory: Laboratory, task: Task, files: Mapping[str, str], given: str) -> dict[str, Any]:
    artifact = _compiled(laboratory, files)
    if artifact.module is None:
        verdict = "compile_limit" if artifact.limit else "compile_error"
        return {"verdict": verdict, "cards": _of_cards(artifact.diagnostics, files)}
    outcome = laboratory.run(artifact, given.encode(), task.limits)
    said = explain_ending(outcome, task.limits)
    found = {
        "verdict": outcome.ending,
        "exit_code": outcome.exit_code,
        "printed": _shown(outcome.stdout),
        "errors": _shown(outcome.stderr),
        "said": _of_told(said),
        "at": _of_place(outcome.fault),
        "leaked": [outcome.leaked_blocks, outcome.leaked_bytes],
        "cards": _of_cards(artifact.diagnostics, files),
    }
    return {**found, **_measured([outcome])}


def _compiled(laboratory: Laboratory, files: Mapping[str, str]) -> Artifact:
    try:
        return laboratory.compile(files)
    except SourceRefused as refused:
        return refused_artifact(refused)


def _of_report(report: Report, task: Task, files: Mapping[str, str]) -> dict[str, Any]:
    smallest = _smallest_failing(report.tests)
    return {
        "verdict": report.verdict,
        "score": report.score,
        "tests": [{"name": one.test.name, "verdict": one.verdict, "score": one.score} for one in report.tests],
        "cards": _of_cards(report.diagnostics, files),
        "messages": [[one.rule, dict(one.texts)] for one in report.messages],
        "failing": _of_failing(smallest, task.limits) if smallest else None,
        "rank": report.tests.index(smallest) + 1 if smallest else 0,
        **_measured([one.outcome for one in report.tests if one.outcome]),
    }


def _smallest_failing(tests: Sequence[TestReport]) -> TestReport | None:
    """Of those that a learner may see, if one of them fails; the one with the smallest input."""
    failing = [one for one in tests if one.verdict != "accepted"]
    return min(failing, key=lambda one: (not one.test.visible, len(one.test.stdin)), default=None)


def _of_failing(one: TestReport, limits: RunLimits) -> dict[str, Any]:
    said = explain_test(one, limits)
    if said and not one.test.visible:
        said = unseen(said)
    found: dict[str, Any] = {
        "name": one.test.name,
        "verdict": one.verdict,
        "rule": said.name if said else "",
        "said": _of_told(said),
        "at": _of_place(one.fault),
        "difference": one.difference.kind if one.difference else "",
        "visible": one.test.visible,
    }
    if one.test.visible:
        found |= {"given": _shown(one.test.stdin), "wanted": _shown(one.test.wanted)}
        found["printed"] = _shown(one.outcome.stdout) if one.outcome else ""
    return found


def _measured(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Of the longest run: official seconds, and the memory of the largest in kB."""
    return {
        "seconds": round(max((one.fuel for one in outcomes), default=0) / FUEL_PER_SECOND, 4),
        "memory_kb": max((one.memory_bytes for one in outcomes), default=0) >> 10,
    }


def _of_cards(said: Sequence[Diagnostic], files: Mapping[str, str]) -> list[dict[str, Any]]:
    return [_of_card(card) for card in cards(said, files)[:MOST_CARDS]]


def _of_card(card: Card) -> dict[str, Any]:
    return {
        "rule": card.rule,
        "level": card.level,
        "file": card.place.file if card.place else "",
        "line": card.place.line if card.place else 0,
        "column": card.place.column if card.place else 0,
        "source": card.source,
        "title": _of_told(card.title),
        "text": _of_told(card.text),
        "advice": _of_told(card.advice),
    }


def _of_told(told: Told | None) -> list[Any] | None:
    """A sentence as template and values, so that it can be said in the reader's language whenever it is read."""
    return [told.template, dict(told.values)] if told else None


def _of_place(fault: Fault | None) -> list[Any] | None:
    return [fault.place.file, fault.place.line] if fault and fault.place else None


def _shown(data: bytes) -> str:
    """What a program printed, as a database and a page can hold it: control signs are drawn, and not endless."""
    text = data[: 4 * MOST_SHOWN].decode("utf-8", "replace").replace("\r\n", "\n")
    drawn = "".join(sign if sign.isprintable() or sign in "\n\t" else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return drawn if len(drawn) <= MOST_SHOWN else drawn[:MOST_SHOWN] + "…"
