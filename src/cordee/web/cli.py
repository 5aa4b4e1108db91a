"""The `cordee` command: everything an operator does from a terminal.

Exit codes: 0 done, 1 what was given is refused (the reason on standard error; with --json also `{"error": …}` on
standard output), 2 the command was called wrongly. Nothing heavy is imported before a command needs it: help is quick.
"""

from __future__ import annotations

import json
import sys
from typing import Annotated, NoReturn

import typer

from cordee.core.errors import CordeeError
from cordee.web import command_language, course_cli, people_cli
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import progress_bar, say, set_up_django, speak_utf8

REFUSED = 1
RUN = _("Run the site")
COURSES = _("Make courses")
PEOPLE = _("Look after people")

app = typer.Typer(
    name="cordee",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help=_("Cordée, an open MOOC platform: courses, graded quizzes, attestations that anyone can verify."),
    epilog=_("Settings are variables named CORDEE_…: see docs/settings.md, or ask [bold]cordee doctor[/bold]."),
)
app.add_typer(course_cli.app, name="course", rich_help_panel=COURSES)
app.add_typer(people_cli.accounts, name="account", rich_help_panel=PEOPLE)
app.add_typer(people_cli.roles, name="role", rich_help_panel=PEOPLE)
app.add_typer(people_cli.attestations, name="attestation", rich_help_panel=PEOPLE)

Port = Annotated[int | None, typer.Option(min=1, max=65534, help=_("Pages are at this port, files at the next one."))]
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]


def main() -> NoReturn:
    """The console script."""
    as_json = "--json" in sys.argv[1:]
    speak_utf8()
    command_language.teach_typer()
    if as_json:
        command_language.speak_to_machines()
    try:
        app(prog_name="cordee")
    except CordeeError as refused:
        refuse(refused, as_json=as_json)
    except Exception as wrong:
        from cordee.web import machine

        refusal = machine.refusal_for(wrong)
        if refusal is None:
            raise
        refuse(refusal, as_json=as_json)
    raise SystemExit(0)


def refuse(refused: CordeeError, *, as_json: bool) -> NoReturn:
    """Say why, and end with 1."""
    print(f"cordee: {command_language.sentence_of(refused)}", file=sys.stderr)  # noqa: T201 - the command's own voice
    if as_json:
        print(json.dumps({"error": str(refused)}, ensure_ascii=False))  # noqa: T201
    raise SystemExit(REFUSED)


@app.command(
    rich_help_panel=RUN,
    help=_("Serve the site until Ctrl-C: pages, and files at the next port.") + example("cordee serve --port 8010"),
)
def serve(
    host: Annotated[str | None, typer.Option(help=_("Address to listen at; 127.0.0.1 is this machine only."))] = None,
    port: Port = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help=_("Processes that make pages; default: the cores."))
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="web|files", help=_("Run one kind of process, when another tool runs the rest.")),
    ] = None,
) -> None:
    if only not in {None, "web", "files"}:
        raise typer.BadParameter(_("write web or files"), param_hint="--only")
    from cordee.web import starting

    starting.serve(host=host, port=port, workers=workers, only=only, say=say)


@app.command(
    rich_help_panel=RUN,
    help=_("Bring the database up to date; a copy of it is saved first in the folder backups."),
)
def migrate(as_json: Json = False) -> None:
    from cordee.web.environment import Environment

    environment = Environment.read()
    set_up_django()
    from cordee.web import database

    with progress_bar(_("Saving a copy"), shown=not as_json) as progress:
        done, copy = database.migrate(environment, progress=progress)
    if as_json:
        say(json.dumps({"migrations": done, "backup": str(copy) if copy else None}))
        return
    if copy:
        say(_("The database was saved as {file}.").format(file=copy))
    say(_("The database is up to date (changes made: {count}).").format(count=done))


@app.command(
    rich_help_panel=RUN,
    help=_("Look at this installation: what is missing, and how to mend it. Ends with 1 when something blocks."),
)
def doctor(
    port: Port = None,
    deep: Annotated[
        bool, typer.Option("--deep", help=_("Also read the whole database and every file, and look for damage."))
    ] = False,
    as_json: Json = False,
) -> None:
    from cordee.web import doctor as examination

    findings = examination.examine(port=port)
    if deep:
        with progress_bar(_("Reading the files"), shown=not as_json) as progress:
            findings += examination.look_for_damage(progress)
    if as_json:
        say(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            say(finding.line())
    if any(finding.blocks for finding in findings):
        raise typer.Exit(REFUSED)


@app.command(
    rich_help_panel=RUN,
    help=_("Try Cordée: a site with courses and people in it, on this machine only.")
    + example("cordee demo --port 8010 --reset"),
)
def demo(
    port: Port = None,
    reset: Annotated[bool, typer.Option("--reset", help=_("Forget everything that was done in the demo."))] = False,
) -> None:
    from cordee.web import starting

    starting.demo(port=port, reset=reset, say=say)


if __name__ == "__main__":
    main()
