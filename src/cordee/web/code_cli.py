"""`cordee code …`: compile, run and grade programs in C, with no course and no account."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cordee.core.errors import N_, CordeeError, NotFound
from cordee.web import command_language, terminal
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.reasons import reason_of
from cordee.web.terminal import say

if TYPE_CHECKING:
    from cordee.sandbox.laboratory import Laboratory, Report
    from cordee.sandbox.outcomes import Artifact
    from cordee.sandbox.tasks import Solution, Task

REFUSED = 1
MOST_INPUT = 4 << 20
MOST_LINES = 30  # of what a solution is told
TASK_WRONG = "task-wrong"  # of the files of the task themselves

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help=_("Run and grade programs in C: confined, with what is wrong said in plain words."),
)
Language = Annotated[
    str,
    typer.Option(
        "--language",
        metavar="fr|en",
        help=_("Language of what is said; default: of this command."),
    ),
]
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help=_("The program: one file in C, or several."))]
TaskFolder = Annotated[Path, typer.Argument(metavar="TASK", help=_("The folder of the task: task.yaml and tests."))]


@app.command(
    help=_("Compile a program and run it once, on what is typed or on a file.")
    + example("cordee code run double.c --stdin three.txt"),
)
def run(
    files: Files,
    stdin: Annotated[
        Path | None, typer.Option("--stdin", metavar="FILE", help=_("What the program reads; “-” is what is typed."))
    ] = None,
    as_json: Json = False,
) -> None:
    from cordee.web import code_words

    given = _input(stdin)
    sources = _sources(files)
    with _laboratory() as laboratory:
        artifact = _compiled(laboratory, sources, as_json=as_json)
        if artifact.module is None:
            _say_not_compiled(artifact, sources, as_json=as_json)
        outcome = laboratory.run(artifact, given)
    answer = code_words.of_run(outcome, artifact, sources, command_language.gettext)
    if as_json:
        say(json.dumps(answer, ensure_ascii=False))
    else:
        terminal.pass_on(outcome.stdout, sys.stdout)
        terminal.pass_on(outcome.stderr, sys.stderr)
        for line in code_words.lines_of_run(outcome, artifact, sources, command_language.gettext):
            print(line, file=sys.stderr)  # noqa: T201 - the command's own voice, beside what the program printed
    if answer["verdict"] != "accepted":
        raise SystemExit(REFUSED)


@app.command(
    help=_("Grade a program by a task: each test, the score, and what is wrong.")
    + example("cordee code judge double main.c --json"),
)
def judge(task: TaskFolder, files: Files, as_json: Json = False) -> None:
    from cordee.web import code_words

    wanted = _task(task)
    sources = _sources(files)
    language = command_language.language()
    with _laboratory() as laboratory:
        report = laboratory.judge(wanted, sources)
    if as_json:
        answer = code_words.of_report(report, wanted.limits, sources, command_language.gettext, language)
        say(json.dumps(answer, ensure_ascii=False))
    else:
        for line in code_words.lines_of_report(report, wanted.limits, sources, command_language.gettext, language):
            say(line)
    if report.verdict != "accepted":
        raise SystemExit(REFUSED)


@app.command(
    help=_("Look whether a task is sound: its files, and that each solution gets the score it must get.")
    + example("cordee code check double"),
)
def check(task: TaskFolder, as_json: Json = False, language: Language = "") -> None:
    from cordee.sandbox.tasks import TaskWrong

    if language not in {"", "fr", "en"}:
        raise typer.BadParameter(_("write fr or en"), param_hint="--language")
    spoken = language or command_language.language()
    try:
        wanted = _task(task)
    except TaskWrong as wrong:
        if not as_json:
            raise
        told = [_of_finding(Finding(TASK_WRONG, one), spoken) for one in wrong.problems]
        say(
            json.dumps(
                {"task": task.resolve().name, "solutions": 0, "problems": told, "remarks": []}, ensure_ascii=False
            )
        )
        raise SystemExit(REFUSED) from wrong
    problems: list[Finding] = []
    if not wanted.solutions:
        sentence = N_("The task names no solution, so nobody knows whether it can be solved.")
        problems.append(Finding("no-solution", CordeeError(sentence)))
    told_rules: set[str] = set()
    seen: list[str] = []  # what a solution that is not as it must be is told
    with _laboratory() as laboratory:
        for solution in wanted.solutions:
            report = laboratory.judge(wanted, solution.files)
            told_rules.update(one.rule for one in report.messages)
            found = _problems_of(solution, report)
            problems += found
            if found:
                seen += [f"{solution.name}:", *_first_lines(report, wanted, solution, spoken)]
    remarks = [*_untried(wanted, told_rules), *_lacks(wanted)]
    if as_json:
        answer = {
            "task": wanted.name,
            "solutions": len(wanted.solutions),
            "problems": [_of_finding(one, spoken) for one in problems],
            "remarks": [_of_finding(one, spoken) for one in remarks],
        }
        say(json.dumps(answer, ensure_ascii=False))
    else:
        for one in (*problems, *remarks):
            say(command_language.with_calls(one.error.sentence(translate_into(spoken))))
        for line in seen:
            say(line)
        if not problems:
            sound = translate_into(spoken)(N_("The task {name} is sound: {count} solutions get what they must."))
            say(sound.format(name=wanted.name, count=len(wanted.solutions)))
    if problems:
        raise SystemExit(REFUSED)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as it should be. `code` is the same in every version and language, and so are the values."""

    code: str
    error: CordeeError


def translate_into(language: str) -> Callable[[str], str]:
    return command_language.catalogue(language).gettext


def _of_finding(one: Finding, language: str) -> dict[str, Any]:
    """For a machine: a number stays one, all else is text."""
    values = {name: value if isinstance(value, int | float) else str(value) for name, value in one.error.values.items()}
    return {"code": one.code, "values": values, "text": one.error.sentence(translate_into(language))}


def _problems_of(solution: Solution, report: Report) -> list[Finding]:
    """What of a solution is not as its author says; of a checker that is no use, why, once."""
    problems = []
    told = {"name": solution.name, "wanted": solution.score, "points": report.score, "verdict": report.verdict}
    if report.score != solution.score:
        sentence = N_("{name} gets {points:g} ({verdict}) and must get {wanted:g}.")
        problems.append(Finding("other-score", CordeeError(sentence, **told)))
    elif solution.verdict and solution.verdict != report.verdict:
        sentence = N_("{name} ends as {verdict} and must end as {other}.")
        problems.append(Finding("other-verdict", CordeeError(sentence, other=solution.verdict, **told)))
    rules = [one.rule for one in report.messages]
    if solution.rule and solution.rule not in rules:
        problems.append(Finding("rule-not-told", _rule_not_told(solution, rules)))
    broken = [Finding("checker-broken", one.broken) for one in report.tests if one.broken is not None]
    return [*problems, *broken[:1]]


def _first_lines(report: Report, task: Task, solution: Solution, language: str) -> Iterator[str]:
    from cordee.web import code_words

    lines = code_words.lines_of_report(report, task.limits, solution.files, translate_into(language), language)
    return (f"    {line}" for line in itertools.islice(lines, MOST_LINES))


def _untried(task: Task, told: Container[str]) -> list[Finding]:
    sentence = N_("The rule {rule} was never tried: no solution makes it speak.")
    untried = (rule.name for rule in task.rules if rule.name not in told)
    return [Finding("rule-untried", CordeeError(sentence, rule=name)) for name in untried]


def _lacks(task: Task) -> list[Finding]:
    """What is not said in all the languages in which the task asks; that it asks for nothing, which its page may."""
    from cordee.sandbox.tasks import lacks_of

    if not task.statements:
        sentence = N_("The task asks for nothing by itself. Write statement.fr.md, or ask in its page.")
        return [Finding("no-statement", CordeeError(sentence))]
    sentence = N_("{where} says nothing in the language “{language}”.")
    lacking = lacks_of(task, sorted(one for one in task.statements if one))
    return [Finding("language-missing", CordeeError(sentence, where=one, language=other)) for one, other in lacking]


def _rule_not_told(solution: Solution, rules: Sequence[str]) -> CordeeError:
    if not rules:
        sentence = N_("{name} must be told the rule {rule}, and is told none.")
        return CordeeError(sentence, name=solution.name, rule=solution.rule)
    sentence = N_("{name} must be told the rule {rule}, and is told {others}.")
    return CordeeError(sentence, name=solution.name, rule=solution.rule, others=", ".join(rules))


@app.command(
    help=_("Show tasks as learners see them, in the browser: with no course, no account and no site.")
    + example("cordee code demo my-tasks"),
)
def demo(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help=_("A task, or a folder of tasks; default: three of ours."))
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help=_("Where the pages are; default: the first free from 8100."))
    ] = None,
    opens: Annotated[bool, typer.Option("--open", help=_("Open the page in the browser."))] = False,
) -> None:
    from tempfile import TemporaryDirectory

    from cordee.sandbox.c.toolchain import zig_folder
    from cordee.web import code_demo
    from cordee.web.course_preview import serving
    from cordee.web.environment import data_folder

    zig_folder()
    ours = data_folder() / "c-step-by-step" / "tasks"
    tasks = code_demo.tasks_in(folder) if folder else [ours / name for name in code_demo.SHOWN]
    with TemporaryDirectory(prefix="cordee-tasks-") as place:
        root = code_demo.write_course(tasks, Path(place) / "course")
        serving.watch(root, port=port, opens=opens, say=say, tell=lambda _draft, _count, _seconds: None)


@app.command(
    help=_("Make the C compiler ready: it builds its library once, in about half a minute.")
    + example("cordee code ready"),
)
def ready() -> None:
    with _laboratory() as laboratory:
        say(_("The C compiler is ready: {folder}").format(folder=laboratory.toolchain.folder))


@contextmanager
def _laboratory() -> Iterator[Laboratory]:
    """With the compiler made ready. Raises CompilerMissing and ConfinementError."""
    if sys.platform != "linux":
        raise CordeeError(N_("Programs are compiled and run on Linux only, where they can be confined."))
    from cordee.sandbox.confinement import require_confinement
    from cordee.sandbox.laboratory import Laboratory
    from cordee.web.environment import Environment

    require_confinement()
    with Laboratory(Environment.read().code_folder, most=os.cpu_count() or 1) as laboratory:
        laboratory.toolchain.make_ready(lambda words: print(_(words) + "…", file=sys.stderr))  # noqa: T201
        yield laboratory


def _compiled(laboratory: Laboratory, sources: Mapping[str, bytes], *, as_json: bool) -> Artifact:
    """What is no source has a verdict for machines; a person is told why, in their language."""
    from cordee.sandbox.laboratory import refused_artifact
    from cordee.sandbox.outcomes import SourceRefused

    try:
        return laboratory.compile(sources)
    except SourceRefused as refused:
        if not as_json:
            raise
        return refused_artifact(refused)


def _sources(files: Sequence[Path]) -> dict[str, bytes]:
    """Of the files that are named. One file alone may have any name; one that no source may have becomes main.c."""
    from cordee.sandbox.c.compiling import FILE_NAME, MOST_SOURCE_BYTES

    for path in files:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe may never end, nor a device
            raise CordeeError(N_("{path} is no ordinary file. Write the program into one."), path=path)
    texts = {path: _bytes(path, MOST_SOURCE_BYTES + 1) for path in files}  # more is refused, and need not be read
    if len(texts) == 1:
        path, text = next(iter(texts.items()))
        is_source = FILE_NAME.fullmatch(path.name) and path.suffix == ".c"
        return {path.name if is_source else "main.c": text}
    names = [path.name for path in texts]
    if len(set(names)) < len(names):
        raise CordeeError(N_("Two files have the same name. Rename one."))
    return {path.name: text for path, text in texts.items()}


def _bytes(path: Path, most: int) -> bytes:
    """At most so many bytes of it. Raises NotFound and CordeeError."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        raise NotFound(N_("There is no file {path}."), path=path) from None
    except OSError as error:
        raise CordeeError(N_("{path} cannot be read: {reason}."), path=path, reason=reason_of(error)) from error


def _input(path: Path | None) -> bytes:
    """What the program reads: what is typed or piped where no file is named."""
    name = None if path is None or str(path) == "-" else path
    if name is None and (sys.stdin is None or (path is None and sys.stdin.isatty())):  # none: it was closed
        return b""
    given = sys.stdin.buffer.read(MOST_INPUT + 1) if name is None else _bytes(name, MOST_INPUT + 1)
    if len(given) > MOST_INPUT:
        shown = _("the input") if name is None else name
        raise CordeeError(N_("{path} is larger than {most} bytes."), path=shown, most=MOST_INPUT)
    return given


def _task(folder: Path) -> Task:
    from cordee.sandbox.tasks import read_task

    return read_task(folder)


def _say_not_compiled(artifact: Artifact, sources: Mapping[str, bytes], *, as_json: bool) -> None:
    from cordee.web import code_words

    if as_json:
        answer = code_words.of_failed_compile(artifact, sources, command_language.gettext)
        say(json.dumps(answer, ensure_ascii=False))
    else:
        for line in code_words.lines_of_compiler(
            artifact.diagnostics, sources, limit=artifact.limit, translate=command_language.gettext
        ):
            print(line, file=sys.stderr)  # noqa: T201 - the command's own voice
    raise SystemExit(REFUSED)
