"""The `cordee` command: everything an operator does from a terminal.

Exit codes: 0 done, 1 what was given is refused (the reason on standard error; with --json also `{"error": …}` on
standard output), 2 the command was called wrongly. Nothing heavy is imported before a command needs it: help is quick.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cordee.core.errors import N_, Conflict
from cordee.web import (
    amounts,
    bilan_cli,
    catalogue_cli,
    code_cli,
    command_language,
    course_cli,
    course_text_cli,
    jobs_cli,
    organisations_cli,
    people_cli,
    pilot_cli,
)
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import REFUSED, progress_bar, run_to_its_end, say, set_up_django, speak_utf8

if TYPE_CHECKING:
    from cordee.web.backups.archive import Manifest

SELDOM = 50_000  # objects made since circles among them were looked for: after each 700, a tenth of what a command does
RUN = _("Run the site")
KEEP = _("Save and restore")
COURSES = _("Make courses")
PEOPLE = _("Look after people")
ANALYSE = _("See how courses go")

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
course_text_cli.add_commands(course_cli.app)
app.add_typer(catalogue_cli.app, name="catalogue", rich_help_panel=COURSES)
app.add_typer(code_cli.app, name="code", rich_help_panel=COURSES)
app.add_typer(pilot_cli.app, name="pilot", rich_help_panel=ANALYSE)
app.add_typer(bilan_cli.app, name="bilan", rich_help_panel=ANALYSE)
app.add_typer(jobs_cli.app, name="jobs", rich_help_panel=RUN)
app.add_typer(people_cli.accounts, name="account", rich_help_panel=PEOPLE)
app.add_typer(people_cli.roles, name="role", rich_help_panel=PEOPLE)
app.add_typer(organisations_cli.app, name="organisation", rich_help_panel=PEOPLE)
app.add_typer(people_cli.attestations, name="attestation", rich_help_panel=PEOPLE)

Port = Annotated[int | None, typer.Option(min=1, max=65534, help=_("Pages are at this port, files at the next one."))]
BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help=_("The file of the backup, e.g. cordee.zip."))]
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]


def main() -> NoReturn:
    """The console script."""
    gc.set_threshold(SELDOM)
    as_json = "--json" in sys.argv[1:]
    speak_utf8()
    command_language.teach_typer()
    if as_json:
        command_language.speak_to_machines()
    run_to_its_end(lambda: app(prog_name="cordee"), as_json=as_json)


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
        typer.Option(
            metavar="web|files|worker|laboratory", help=_("Run one kind of process, when another tool runs the rest.")
        ),
    ] = None,
) -> None:
    if only not in {None, "web", "files", "worker", "laboratory"}:
        raise typer.BadParameter(_("write web, files, worker or laboratory"), param_hint="--only")
    from cordee.web import starting

    starting.serve(host=host, port=port, workers=workers, only=only)


@app.command(
    rich_help_panel=RUN,
    help=_("Bring the database up to date; a copy of a SQLite file is saved first in the folder backups."),
)
def migrate(
    saved: Annotated[bool, typer.Option("--saved", help=_("PostgreSQL: the database has been saved."))] = False,
    as_json: Json = False,
) -> None:
    from cordee.web.environment import Environment

    environment = Environment.read()
    set_up_django()
    from cordee.web import database

    with progress_bar(_("Saving a copy"), shown=not as_json) as progress:
        done, copy = database.migrate(environment, progress=progress, saved=saved)
    from cordee.people import erasing, erasures

    erased_again = erasing.replay() if erasures.must_replay() else 0
    if as_json:
        backup = str(copy) if copy else None
        say(json.dumps({"migrations": done, "backup": backup, "erased_again": erased_again}))
        return
    _tell_erased_again(erased_again)
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
    rich_help_panel=KEEP,
    help=_("Save database, files and keys into one file, while the site is served. Keep it safe: it holds secrets.")
    + example("cordee backup cordee-2026-11-26.zip"),
)
def backup(
    file: BackupFile,
    replace: Annotated[bool, typer.Option("--replace", help=_("Write over a file of this name."))] = False,
    as_json: Json = False,
) -> None:
    from cordee.web.backups import making
    from cordee.web.environment import Environment

    environment = Environment.read()
    set_up_django()
    with progress_bar(_("Saving"), shown=not as_json) as progress:
        made = making.back_up(environment, file, replace=replace, progress=progress)
    manifest = made.manifest
    if as_json:
        said = {"file": str(made.file), "size_bytes": made.size_bytes, **_facts(manifest)}
        say(json.dumps(said, ensure_ascii=False))
    else:
        words = _("Saved in {file}: {rows} rows, {files} files, {size} MB.")
        say(words.format(file=made.file, size=amounts.megabytes(made.size_bytes, 1), **_counts(manifest)))
    _warn_of_lost_files(manifest)


@app.command(
    rich_help_panel=KEEP,
    help=_("Read a whole backup and try its database: could it be restored?")
    + example("cordee verify cordee-2026-11-26.zip"),
)
def verify(file: BackupFile, as_json: Json = False) -> None:
    from cordee.web.backups import archive

    with progress_bar(_("Reading"), shown=not as_json) as progress:
        manifest = archive.verify(file, progress=progress)
    if as_json:
        say(json.dumps(_facts(manifest), ensure_ascii=False))
    else:
        words = _("Good: {rows} rows, {files} files, saved at {moment} from {url} ({engine}, Cordée {release}).")
        about = {"moment": amounts.moment(manifest.made_at), "url": manifest.url, "engine": manifest.engine}
        say(words.format(release=manifest.release, **about, **_counts(manifest)))
    _warn_of_lost_files(manifest)


@app.command(
    rich_help_panel=KEEP,
    help=_("Put the site back as a backup has it, into SQLite or PostgreSQL. What it replaces is kept.")
    + example("cordee restore cordee-2026-11-26.zip"),
)
def restore(file: BackupFile, as_json: Json = False) -> None:
    from cordee.web.backups import restoring
    from cordee.web.environment import Environment

    environment = Environment.read()
    set_up_django()
    with progress_bar(_("Restoring"), shown=not as_json) as progress:
        done = restoring.restore(environment, file, progress=progress)
    if as_json:
        said = {**_facts(done.manifest), "replaced": list(done.kept), "pending_migrations": done.pending}
        say(json.dumps(said | {"erased_again": done.erased_again}, ensure_ascii=False))
        return
    words = _("Restored as of {moment}: {rows} rows, {files} files.")
    say(words.format(moment=amounts.moment(done.manifest.made_at), **_counts(done.manifest)))
    _tell_erased_again(done.erased_again)
    for place in done.kept:
        say(_("What was there before is kept: {place}").format(place=place))
    if done.pending:
        say(_("The database is older than this release. Run: cordee migrate"))


@app.command(
    rich_help_panel=RUN,
    help=_("Try Cordée: a site with courses and people in it, on this machine only.")
    + example("cordee demo --port 8010 --reset"),
)
def demo(
    port: Port = None,
    reset: Annotated[bool, typer.Option("--reset", help=_("Forget everything that was done in the demo."))] = False,
    world: Annotated[
        str,
        typer.Option(
            metavar="imt", help=_("With a whole simulated programme: 25 courses, 340,000 enrolments (a minute or two).")
        ),
    ] = "",
) -> None:
    from cordee.web import starting

    if world not in {"", starting.IMT}:
        raise typer.BadParameter(_("write imt, or leave it out"), param_hint="--world")
    starting.demo(port=port, reset=reset, world=world, say=say)


def _tell_erased_again(count: int) -> None:
    if count:
        words = _("People whom the backup had brought back, though they were erased: {count}. They were erased again.")
        say(words.format(count=amounts.number(count)))


def _facts(manifest: Manifest) -> dict[str, object]:
    """Of a backup, for a machine."""
    return {
        "made_at": manifest.made_at,
        "release": manifest.release,
        "engine": manifest.engine,
        "url": manifest.url,
        "rows": manifest.rows,
        "files": manifest.files,
        "lost_files": list(manifest.lost_files),
    }


def _counts(manifest: Manifest) -> dict[str, str]:
    return {"rows": amounts.number(sum(manifest.rows.values())), "files": amounts.number(manifest.files)}


def _warn_of_lost_files(manifest: Manifest) -> None:
    """A backup without some files is better than none, but whoever asked for it must hear of it."""
    if manifest.lost_files:
        raise Conflict(
            N_(
                "{count} files of courses were missing or damaged in the folder of files, so the backup cannot give"
                " them back: {names}. Look for them in an older backup, or import the course again."
            ),
            count=len(manifest.lost_files),
            names=", ".join(manifest.lost_files[:3]) + (", …" if len(manifest.lost_files) > 3 else ""),  # noqa: PLR2004
        )


if __name__ == "__main__":
    main()
