"""Compile, run, judge: the three things that the code laboratory does, with all that they need in one place."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from cordee.core.errors import N_, CordeeError, shown
from cordee.sandbox.author_rules import Message, Ran, messages_of
from cordee.sandbox.c.compiling import Profile, checked_sources, compile_c
from cordee.sandbox.c.toolchain import RUNTIME, Toolchain
from cordee.sandbox.comparing import Difference, compare
from cordee.sandbox.confinement import end_helper
from cordee.sandbox.outcomes import Artifact, Diagnostic, Fault, Outcome, RunLimits, SourceRefused, Verdict
from cordee.sandbox.tasks import Task, Test
from cordee.sandbox.workers import Workers

CHECKER_SCORE = re.compile(rb"\s*(\d{1,3}(?:\.\d{1,6})?)\s*(?:\r?\n|$)")
CHECKER_LIMITS = RunLimits(memory_bytes=128 << 20)
MOST_MESSAGE = 2000
MOST_KEPT, MOST_KEPT_BYTES, MOST_KEPT_SAYINGS = 64, 64 << 10, 40  # programs; of a module; what the compiler said of it
WORST_FIRST: tuple[Verdict, ...] = (
    *("internal_error", "task_broken", "compile_limit", "compile_error", "runtime_error", "memory_limit"),
    *("output_limit", "time_limit", "wrong_answer", "accepted"),
)


@dataclass(frozen=True, slots=True)
class TestReport:
    """`score`: 0 to 100. `outcome` is None when nothing was run. `message`: of the author's checker.
    `broken`: why that one is no use, for its author."""

    test: Test
    verdict: Verdict
    score: float
    outcome: Outcome | None = None
    difference: Difference | None = None
    fault: Fault | None = None
    message: str = ""
    broken: CordeeError | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a submission earned. The score comes from comparisons of ours or from the author's checker, never from what
    the program printed about itself. `messages`: of the author's rules, at most three."""

    verdict: Verdict
    score: float
    tests: tuple[TestReport, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    messages: tuple[Message, ...] = ()


class Laboratory:
    """`cache` holds the compiler's library between starts; `most`: workers at once. Use it in a `with`."""

    def __init__(self, cache: Path, *, most: int = 1) -> None:
        self.toolchain = Toolchain.under(cache)
        self._most = most
        self._workers: Workers | None = None
        self._programs: OrderedDict[bytes, Artifact] = OrderedDict()  # the last ones, the latest at the end
        self._lock = threading.Lock()
        self._checker: tuple[bytes, Artifact] | None = None  # the last one: a class hands in to the same task

    def __enter__(self) -> Laboratory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers and the helper of this process."""
        if self._workers:
            self._workers.close()
        end_helper()

    def make_ready(self) -> None:
        self.toolchain.make_ready()

    def compile(self, files: Mapping[str, str | bytes], *, profile: Profile = "checked") -> Artifact:
        """Who tries a program hands the same one in, and easy tasks get the same one often: the last ones are kept.

        Raises SourceRefused, CompilerNotReady and ConfinementError.
        """
        sources = checked_sources(files)
        self.toolchain.require_ready()
        digest = hashlib.sha256(profile.encode())
        for name, text in sorted(sources.items()):
            digest.update(b"%d %s %d " % (len(name), name.encode(), len(text)) + text)
        key = digest.digest()
        with self._lock:
            if kept := self._programs.get(key):
                self._programs.move_to_end(key)
                return kept
        made = compile_c(files, self.toolchain, profile=profile)
        sayings = sum(1 + len(one.notes) for one in made.diagnostics)
        if made.module is not None and len(made.module) <= MOST_KEPT_BYTES and sayings <= MOST_KEPT_SAYINGS:
            with self._lock:
                self._programs[key] = made
                while len(self._programs) > MOST_KEPT:
                    self._programs.popitem(last=False)
        return made

    def run(self, artifact: Artifact, stdin: bytes = b"", limits: RunLimits | None = None) -> Outcome:
        """One run. Raises ValueError for an artifact without a program, and ConfinementError."""
        return self.run_all(artifact, [stdin], limits or RunLimits())[0]

    def judge(self, task: Task, files: Mapping[str, str | bytes]) -> Report:
        """Compile and run on every test of the task. What is no source cannot be compiled: that is a verdict.

        Raises CompilerNotReady and ConfinementError.
        """
        report = self._graded(task, files)
        ran = [Ran(one.test.name, one.verdict, one.outcome.stdout if one.outcome else b"") for one in report.tests]
        return replace(report, messages=messages_of(task.rules, report.verdict, ran, files))

    def _graded(self, task: Task, files: Mapping[str, str | bytes]) -> Report:
        try:
            artifact = self.compile(files)
        except SourceRefused as refused:
            artifact = refused_artifact(refused)
        if artifact.module is None:
            verdict: Verdict = "compile_limit" if artifact.limit else "compile_error"
            return Report(verdict, 0.0, (), artifact.diagnostics)
        outcomes = self.run_all(artifact, [test.stdin for test in task.tests], task.limits)
        checker = self._checker_of(task)
        reports = tuple(
            self._judged(task, test, outcome, checker) for test, outcome in zip(task.tests, outcomes, strict=True)
        )
        verdict = min((report.verdict for report in reports), key=WORST_FIRST.index)
        return Report(verdict, score_of(task, reports), reports, artifact.diagnostics)

    def run_all(self, artifact: Artifact, inputs: Sequence[bytes], limits: RunLimits) -> tuple[Outcome, ...]:
        """One run an input, each from the beginning. Raises as `run` does."""
        if artifact.module is None:
            raise ValueError
        if self._workers is None:
            self._workers = Workers(self.toolchain.compiled_library, most=self._most)
        outcomes = self._workers.run(artifact.module, inputs, [limits] * len(inputs))
        if outcomes is None:  # the linker made it, and the engine refuses it: not the learner's fault
            return tuple(Outcome("internal_error", None, b"", b"", 0, 0) for _ in inputs)
        lines = {name: text.split(b"\n") for name, text in artifact.sources.items()}
        return tuple(_in_characters(outcome, lines) for outcome in outcomes)

    def _checker_of(self, task: Task) -> Artifact | None:
        """The author's checker, compiled; one that is no source has no program either.

        With all checks: what a learner prints could else run over the checker's own variables, and give itself a score.
        """
        if task.checker is None:
            return None
        if self._checker is None or self._checker[0] != task.checker:
            header = (RUNTIME / "checker.h").read_bytes()
            try:
                made = self.compile({"checker.c": task.checker, "checker.h": header})
            except SourceRefused as refused:
                made = refused_artifact(refused)
            self._checker = task.checker, made
        return self._checker[1]

    def _judged(self, task: Task, test: Test, outcome: Outcome, checker: Artifact | None) -> TestReport:
        if outcome.ending != "finished":
            return TestReport(test, outcome.ending, 0.0, outcome, fault=outcome.fault)
        if outcome.exit_code:
            fault = Fault("exit_code", None, {"a": outcome.exit_code})
            return TestReport(test, "runtime_error", 0.0, outcome, fault=fault)
        if checker is not None:
            return self._checked(test, outcome, checker)
        difference = compare(test.wanted, outcome.stdout, task.comparison, task.tolerance)
        if difference is None:
            return TestReport(test, "accepted", 100.0, outcome)
        return TestReport(test, "wrong_answer", 0.0, outcome, difference)

    def _checked(self, test: Test, outcome: Outcome, checker: Artifact) -> TestReport:
        """By the author's checker, in a run of its own that the learner's program cannot reach but by its output."""
        broken = TestReport(test, "task_broken", 0.0, outcome)
        if checker.module is None:
            why = CordeeError(N_("The checker of the task cannot be compiled: {reason}"), reason=_first_error(checker))
            return replace(broken, broken=why)
        parts = (test.stdin, test.wanted, outcome.stdout)
        given = " ".join(str(len(part)) for part in parts).encode() + b"\n" + b"".join(parts)
        said = self.run_all(checker, [given], CHECKER_LIMITS)[0]
        found = CHECKER_SCORE.match(said.stdout)
        if said.ending != "finished" or said.exit_code or not found or float(found[1]) > 100:  # noqa: PLR2004 - percent
            # For its author: the learner is told that it is not theirs.
            return replace(broken, fault=said.fault, broken=_why_no_score(said, bool(found)))
        score = float(found[1])
        words = said.stdout[found.end() :].decode("utf-8", "replace").split()
        message = shown(" ".join(words), MOST_MESSAGE)
        verdict: Verdict = "accepted" if score == 100 else "wrong_answer"  # noqa: PLR2004
        return TestReport(test, verdict, score, outcome, message=message)


def _why_no_score(said: Outcome, begins_with_number: bool) -> CordeeError:
    if said.ending != "finished":
        return CordeeError(N_("The checker of the task was stopped: {verdict}."), verdict=said.ending)
    if said.exit_code:
        return CordeeError(N_("The checker of the task ended with code {code}."), code=said.exit_code)
    printed = shown(" ".join(said.stdout.decode("utf-8", "replace").split()), MOST_MESSAGE)
    if begins_with_number:
        return CordeeError(
            N_("The checker of the task printed a score of more than 100: “{printed}”."), printed=printed
        )
    return CordeeError(
        N_("The checker of the task must print a score from 0 to 100 first; it printed “{printed}”."), printed=printed
    )


def _first_error(checker: Artifact) -> str:
    found = next((one for one in checker.diagnostics if one.level == "error"), None)
    if found is None:
        return ""
    place = f"{found.place}: " if found.place else ""
    return f"{place}{shown(found.text, MOST_MESSAGE)}"


def _in_characters(outcome: Outcome, lines: Mapping[str, Sequence[bytes]]) -> Outcome:
    """The same with the column of its fault in characters: the compiler's checks and the program's lines count bytes.

    A program may say of itself what it likes (`#line`): a place that is not in it stays as it is.
    """
    fault = outcome.fault
    if fault is None or fault.place is None or fault.place.column < 1:
        return outcome
    place, file = fault.place, lines.get(fault.place.file, ())
    if not 0 < place.line <= len(file):
        return outcome
    before = file[place.line - 1][: place.column - 1].decode("utf-8", "ignore")
    return replace(outcome, fault=replace(fault, place=replace(place, column=len(before) + 1)))


def refused_artifact(refused: SourceRefused) -> Artifact:
    """What could not be given to the compiler, told as the compiler tells an error."""
    return Artifact(None, (Diagnostic("error", "source-refused", str(refused), None, refused=refused),))


def score_of(task: Task, reports: Sequence[TestReport]) -> float:
    """0 to 100, two decimals. Tests count by weight; a group by its own weight, with the score of its worst test."""
    groups = {group.name: group.weight for group in task.groups}
    earned: list[tuple[float, float]] = [
        (one.test.weight, one.score) for one in reports if one.test.group not in groups
    ]
    for name, weight in groups.items():
        scores = [one.score for one in reports if one.test.group == name]
        if scores:
            earned.append((weight, min(scores)))
    whole = sum(weight for weight, _ in earned)
    return round(sum(weight * score for weight, score in earned) / whole, 2) if whole else 0.0
