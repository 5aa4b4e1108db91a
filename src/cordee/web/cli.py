"""The `cordee` command: everything an operator does from a terminal.

Exit codes: 0 done, 1 what was given is refused (the reason on standard error; with --json also `{"error": …}` on
standard output), 2 the command was called wrongly. Nothing heavy is imported before a command needs it: help is quick.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NoReturn

import typer

from cordee.core.errors import CordeeError
from cordee.web import course_cli

REFUSED = 1
RUN = "Run the site"
COURSES = "Courses"

app = typer.Typer(
    name="cordee",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Cordée, an open MOOC platform: courses, graded quizzes, attestations that anyone can verify.",
    epilog="Settings are variables named CORDEE_…: see docs/settings.md, or ask [bold]cordee doctor[/bold].",
)
app.add_typer(course_cli.app, name="course", rich_help_panel=COURSES)

Port = Annotated[int | None, typer.Option(min=1, max=65534, help="Pages are at this port, files at the next one.")]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]


def main() -> NoReturn:
    """The console script."""
    as_json = "--json" in sys.argv[1:]
    _speak_utf8()
    try:
        app(prog_name="cordee")
    except CordeeError as refused:
        refuse(refused, as_json=as_json)
    raise SystemExit(0)


def _speak_utf8() -> None:
    """Whatever bytes come in and whatever characters go out, no command breaks on them."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def refuse(refused: CordeeError, *, as_json: bool) -> NoReturn:
    """Say why, and end with 1."""
    print(f"cordee: {refused}", file=sys.stderr)  # noqa: T201 - the command's own voice
    if as_json:
        print(json.dumps({"error": str(refused)}, ensure_ascii=False))  # noqa: T201
    raise SystemExit(REFUSED)


def say(text: str) -> None:
    """One line to the operator, at once."""
    print(text, flush=True)  # noqa: T201 - the command's own voice


def set_up_django() -> None:
    """Make models usable. Raises `SettingWrong`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    import django

    django.setup()


@app.command(rich_help_panel=RUN)
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen at; 127.0.0.1 is this machine only.")] = None,
    port: Port = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that make pages; default: the cores.")] = None,
    only: Annotated[
        str | None, typer.Option(metavar="web|files", help="Run one kind of process, when another tool runs the rest.")
    ] = None,
) -> None:
    """Serve the site until Ctrl-C: pages, and files at the next port.

    Example: [bold]cordee serve --port 8010[/bold]
    """
    if only not in {None, "web", "files"}:
        raise typer.BadParameter("write web or files", param_hint="--only")
    from cordee.web import starting

    starting.serve(host=host, port=port, workers=workers, only=only, say=say)


@app.command(rich_help_panel=RUN)
def migrate(as_json: Json = False) -> None:
    """Bring the database up to date; a copy of it is saved first in the folder backups."""
    from cordee.web.environment import Environment

    environment = Environment.read()
    set_up_django()
    from cordee.web import database

    with progress_bar("Saving a copy", shown=not as_json) as progress:
        done, copy = database.migrate(environment, progress=progress)
    if as_json:
        say(json.dumps({"migrations": done, "backup": str(copy) if copy else None}))
        return
    if copy:
        say(f"The database was saved as {copy}.")
    say(f"The database is up to date (changes made: {done}).")


@app.command(rich_help_panel=RUN)
def doctor(port: Port = None, as_json: Json = False) -> None:
    """Look at this installation: what is missing, and how to mend it. Ends with 1 when something blocks."""
    from cordee.web import doctor as examination

    findings = examination.examine(port=port)
    if as_json:
        say(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            say(finding.line())
    if any(finding.blocks for finding in findings):
        raise typer.Exit(REFUSED)


@app.command(rich_help_panel=RUN)
def demo(
    port: Port = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget everything that was done in the demo.")] = False,
) -> None:
    """Try Cordée: a site with courses and people in it, on this machine only.

    Example: [bold]cordee demo --port 8010 --reset[/bold]
    """
    from cordee.web import starting

    starting.demo(port=port, reset=reset, say=say)


@contextmanager
def progress_bar(title: str, *, shown: bool = True) -> Iterator[Any]:
    """Gives `progress(done, total)`; a bar appears when it takes more than two seconds, on a terminal only."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _done, _total: None
        return
    from cordee.web.progress import DelayedBar

    with DelayedBar(title) as bar:
        yield bar.update


if __name__ == "__main__":
    main()
