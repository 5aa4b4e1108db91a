"""How is what came of a program said: to a machine as JSON, to a person as lines?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cordee.core.errors import N_, shown
from cordee.sandbox.cards import Card, cards
from cordee.sandbox.explaining import VERDICTS, Told, explain_ending, explain_test
from cordee.sandbox.laboratory import Report, TestReport
from cordee.sandbox.outcomes import Artifact, Diagnostic, Fault, Outcome, RunLimits, Verdict, text_in

Translate = Callable[[str], str]
Sources = Mapping[str, str | bytes]
MOST_LINE = 2000
LIMIT = N_(
    "The compiler was stopped: the program, or one of its global arrays, is too large, or it asks the compiler for "
    "too much."
)


def of_run(outcome: Outcome, artifact: Artifact, sources: Sources, translate: Translate) -> dict[str, Any]:
    """One run, for a machine."""
    return {
        "verdict": verdict_of(outcome),
        "exit_code": outcome.exit_code,
        "stdout": outcome.stdout.decode("utf-8", "replace"),
        "stderr": outcome.stderr.decode("utf-8", "replace"),
        "fuel": outcome.fuel,
        "memory_kb": outcome.memory_bytes >> 10,
        "fault": of_fault(outcome.fault),
        "leaks": {"blocks": outcome.leaked_blocks, "bytes": outcome.leaked_bytes},
        **_of_compiler(artifact.diagnostics, sources, translate),
    }


def verdict_of(outcome: Outcome) -> Verdict:
    """Of a run that nobody compares with anything: it is right when it ended well."""
    if outcome.ending != "finished":
        return outcome.ending
    return "runtime_error" if outcome.exit_code else "accepted"


def of_failed_compile(artifact: Artifact, sources: Sources, translate: Translate) -> dict[str, Any]:
    return {
        "verdict": "compile_limit" if artifact.limit else "compile_error",
        **_of_compiler(artifact.diagnostics, sources, translate),
    }


def of_report(
    report: Report, limits: RunLimits, sources: Sources, translate: Translate, language: str
) -> dict[str, Any]:
    """A report, for a machine. `feedback` is null where there is nothing to say. `language`: of the author's texts."""
    return {
        "verdict": report.verdict,
        "score": report.score,
        "messages": [{"rule": one.rule, "text": text_in(one.texts, language)} for one in report.messages],
        "tests": [_of_test(one, limits, translate) for one in report.tests],
        **_of_compiler(report.diagnostics, sources, translate),
    }


def _of_compiler(said: Sequence[Diagnostic], sources: Sources, translate: Translate) -> dict[str, Any]:
    return {
        "cards": [of_card(one, translate) for one in cards(said, sources)],
        "diagnostics": [of_diagnostic(one) for one in said],
    }


def of_card(card: Card, translate: Translate) -> dict[str, Any]:
    place = card.place
    title, text, advice = card.said(translate)
    return {
        "rule": card.rule,
        "level": card.level,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "title": title,
        "text": text,
        "try": advice,
    }


def _of_test(one: TestReport, limits: RunLimits, translate: Translate) -> dict[str, Any]:
    told = explain_test(one, limits)
    outcome = one.outcome
    return {
        "name": one.test.name,
        "verdict": one.verdict,
        "score": one.score,
        "fuel": outcome.fuel if outcome else 0,
        "memory_kb": outcome.memory_bytes >> 10 if outcome else 0,
        "feedback": told.sentence(translate) if told else None,
        "difference": one.difference.kind if one.difference else None,
        "fault": of_fault(one.fault),
    }


def of_fault(fault: Fault | None) -> dict[str, Any] | None:
    if fault is None:
        return None
    place = fault.place
    return {
        "kind": fault.kind,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "values": dict(fault.values),
    }


def of_diagnostic(one: Diagnostic) -> dict[str, Any]:
    place = one.place
    return {
        "level": one.level,
        "rule": one.rule,
        "text": one.text,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "notes": [note.text for note in one.notes],
    }


def lines_of_run(outcome: Outcome, artifact: Artifact, sources: Sources, translate: Translate) -> Iterator[str]:
    """What there is to say beside what the program printed."""
    yield from lines_of_compiler(artifact.diagnostics, sources, limit=False, translate=translate)
    if told := explain_ending(outcome, RunLimits()):
        yield _at(outcome.fault, told, translate)
    elif outcome.exit_code:
        yield translate(N_("The program ended with code {code}.")).format(code=outcome.exit_code)
    if outcome.leaked_blocks:
        one = N_("One block of memory ({bytes} bytes) was not given back with free.")
        several = N_("{blocks} blocks of memory ({bytes} bytes) were not given back with free.")
        yield translate(one if outcome.leaked_blocks == 1 else several).format(
            blocks=outcome.leaked_blocks, bytes=outcome.leaked_bytes
        )


def lines_of_report(
    report: Report, limits: RunLimits, sources: Sources, translate: Translate, language: str
) -> Iterator[str]:
    """What the author says of such a program stands before what we say of each test."""
    limit = report.verdict == "compile_limit"
    yield from lines_of_compiler(report.diagnostics, sources, limit=limit, translate=translate)
    for message in report.messages:
        yield from (shown(line, MOST_LINE) for line in text_in(message.texts, language).strip().splitlines())
    width = max((len(one.test.name) for one in report.tests), default=0)
    for one in report.tests:
        line = f"{one.test.name:{width}}  {one.score:6.2f}  {translate(VERDICTS[one.verdict])}"
        told = explain_test(one, limits)
        yield translate(N_("{line}: {said}")).format(line=line, said=_at(one.fault, told, translate)) if told else line
    sentence = translate(N_("{verdict}: {points:g} of 100"))
    yield sentence.format(verdict=translate(VERDICTS[report.verdict]), points=report.score)


def lines_of_compiler(
    said: Sequence[Diagnostic], sources: Sources, *, limit: bool, translate: Translate
) -> Iterator[str]:
    """Each card: its place and title, the learner's line, what happened, what to try."""
    levels: Mapping[str, str] = {"error": N_("error"), "warning": N_("warning")}
    for card in cards(said, sources):
        place = f"{card.place}: " if card.place else ""
        title, text, advice = card.said(translate)
        yield place + translate(N_("{level}: {title}")).format(level=translate(levels[card.level]), title=title)
        yield from (f"    {line}" for line in (card.source.strip(), text, advice) if line)
    if limit:
        yield translate(LIMIT)


def _at(fault: Fault | None, told: Told, translate: Translate) -> str:
    sentence = told.sentence(translate)
    return f"{fault.place}: {sentence}" if fault and fault.place else sentence
