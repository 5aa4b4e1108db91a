"""`cordee pilot …`: read exports of FUN, edX and others, and see who starts, who finishes and where they stop."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cordee.core.errors import N_, Conflict, CordeeError, InputRefused, NotAllowed, NotFound
from cordee.web import command_language, pilot_keeping_cli, pilot_research_cli
from cordee.web.command_language import as_typed, example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import REFUSED, progress_bar, say

if TYPE_CHECKING:
    from cordee.pilot.indicators import Field, Indicator, Row
    from cordee.pilot.scopes import Scope
    from cordee.pilot.store import Receipt, Store

HUNDRED = 100
WIDEST = 44  # signs of a cell in a terminal
LOOPBACK = "127.0.0.1"
_DEMO_MADE = "_CORDEE_PILOT_DEMO"  # variable with the folder of a demo that is made, from the process that made it

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help=_("See who starts, who finishes and where learners stop, from exports of FUN, edX and others."),
)
StoreFolder = Annotated[
    Path, typer.Option("--store", metavar="DIR", help=_("Folder in which the pilot keeps what it has read."))
]
Structure = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help=_("Outline of the course: JSON, an export from Studio, or CSV problem_id,module,graded.")
    ),
]
Host = Annotated[str, typer.Option(metavar="NAME", help=_("Where the sessions are played: FUN, edX, Coursera…"))]
Course = Annotated[
    str, typer.Option(metavar="KEY", help=_("Key of the session of files that do not say theirs: course-v1:…"))
]
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help=_("The pages are at this port; default: 8000."))]


@app.command(
    help=_("Try it: pages about sessions of simulated learners, on this machine only. Nothing is needed.")
    + example("cordee pilot demo"),
)
def demo(port: Port = None) -> None:
    import shutil
    import tempfile

    from cordee.web.pilot_site import demonstration, serving

    made = os.environ.pop(_DEMO_MADE, "")
    folder = Path(made or tempfile.mkdtemp(prefix="cordee-pilot-demo-"))
    try:
        if not made:
            with progress_bar(_("Reading the sample data")) as progress:
                demonstration.make(folder / "store", moved=lambda share: progress(round(share * HUNDRED), HUNDRED))
            if sys.platform != "win32":
                # The same command anew: what serves the pages is forked from it, and a fork of a process in which
                # DuckDB has worked can wait for ever for a lock that no thread of its own will open.
                os.environ[_DEMO_MADE] = str(folder)
                sys.stdout.flush()
                os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this very command
        serving.serve(folder / "store", host=LOOPBACK, port=port, say=say, demo=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@app.command(
    "import",
    help=_("Read files or folders: logs, reports of the instructor dashboard, outlines. The same again is harmless.")
    + example("cordee pilot import grade_report.csv tracking.log.gz --store pilot"),
)
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help=_("Files, or folders that hold them."))],
    store: StoreFolder,
    structure: Structure = None,
    host: Host = "",
    course: Course = "",
    as_json: Json = False,
) -> None:
    from cordee.pilot.importing import import_paths

    with _folder_faults(store), _made(store) as kept:
        with progress_bar(_("Reading"), shown=not as_json) as progress:
            receipts = import_paths(
                kept,
                paths,
                structure=structure,
                host=host,
                course=course,
                moved=lambda share: progress(round(share * HUNDRED), HUNDRED),
            )
        _prepare(kept, receipts, shown=not as_json)
    if as_json:
        say(json.dumps([receipt.as_json() for receipt in receipts], ensure_ascii=False, indent=1))
    else:
        _say_receipts(receipts, store)
    if any(one.refusal for one in receipts) or not any(one.source for one in receipts):
        raise typer.Exit(REFUSED)


@app.command(
    help=_("Read what arrives in a folder, until Ctrl-C. A file is read once it has stopped growing.")
    + example("cordee pilot watch exports --store pilot"),
)
def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=_("The folder where files arrive."))],
    store: StoreFolder,
    structure: Structure = None,
    host: Host = "",
    course: Course = "",
) -> None:
    _watch(folder, store, structure=structure, host=host, course=course)


@app.command(
    help=_("Show the pages about what was read, until Ctrl-C. On this machine only, unless there is a password.")
    + example("cordee pilot serve --store pilot"),
)
def serve(
    store: StoreFolder,
    port: Port = None,
    host_address: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help=_("Address to listen at; another than 127.0.0.1 needs a password.")),
    ] = LOOPBACK,
) -> None:
    from cordee.web.pilot_site import serving

    with _folder_faults(store):
        serving.serve(store, host=host_address, port=port, say=say)


@app.command(
    help=_("Say a number: a table, JSON, CSV, or the query behind it. Without a name, all of them in one line each.")
    + example("cordee pilot show funnel --store pilot --json"),
)
def show(
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help=_("Folder in which the pilot keeps what it has read."))
    ] = None,
    indicator: Annotated[str, typer.Argument(metavar="[INDICATOR]", help=_("Its name, e.g. funnel."))] = "",
    course: Annotated[str, typer.Option(metavar="KEY", help=_("One session; default: all."))] = "",
    cohort: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=_("Only these learners: usernames, addresses or ids, one a line.")),
    ] = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=_("Answer in CSV."))] = False,
    as_sql: Annotated[bool, typer.Option("--sql", help=_("Give the query, and ask nothing."))] = False,
) -> None:
    if as_json + as_csv + as_sql > 1:
        raise typer.BadParameter(_("choose one of --json, --csv and --sql"))
    from cordee.pilot.indicators import all_indicators, indicator_called

    if not indicator:
        _say_all(all_indicators().values(), as_json=as_json)
        return
    asked = indicator_called(indicator)
    if as_sql:
        say(asked.query.strip())
        return
    if store is None:
        raise typer.BadParameter(_("name the folder of what was read, e.g. --store pilot"), param_hint="--store")
    from cordee.pilot import exports
    from cordee.pilot.kept_answers import answered
    from cordee.pilot.small_cells import answer
    from cordee.pilot.store import Store
    from cordee.web.environment import Environment

    with _folder_faults(store):
        kept = Store(store)
        scope = _scope(kept, course=course, cohort=cohort)
        asking = answered if scope.actors is None else answer  # a list that somebody made is not kept
        found = asking(asked, kept, scope, k=Environment.read().small_cell)
    rows = list(found.rows)
    if as_json:
        say(exports.as_json(rows))
    elif as_csv:
        sys.stdout.write(exports.as_csv(asked, rows))
        sys.stdout.flush()
    else:
        say(_in_words(asked, rows, exports.fields_of(asked, rows)))


@contextmanager
def _made(folder: Path) -> Iterator[Store]:
    """The store of this folder, made for now; where nothing came into it, no new folder is left."""
    from cordee.pilot.store import Store

    was_there = folder.exists()
    kept = Store.make(folder)
    try:
        yield kept
    finally:
        if not was_there:
            kept.remove_if_nothing_came()


def _say_all(indicators: Any, *, as_json: bool) -> None:
    if as_json:
        say(
            json.dumps(
                [{"name": one.name, "title": one.title, "definition": one.definition} for one in indicators],
                ensure_ascii=False,
            )
        )
        return
    widest = max(len(one.name) for one in indicators)
    for one in indicators:
        say(f"{one.name.ljust(widest)}  {_(one.title)}: {_(one.definition)}")


def _scope(store: Store, *, course: str, cohort: Path | None) -> Scope:
    """The people asked about. Raises InputRefused for a list of which nobody is known here."""
    from cordee.pilot.scopes import Scope

    courses = (course,) if course else ()
    if cohort is None:
        return Scope(courses)
    wanted = _people_in(cohort)
    with store.open(Scope(courses)) as database:
        rows = database.execute(
            """
            SELECT DISTINCT actor, name FROM (
                SELECT actor, unnest([lower(user_id), lower(username), lower(email)]) AS name FROM persons)
            WHERE name IN (SELECT unnest($1))
            """,
            [sorted(wanted)],
        ).fetchall()
    known = {str(name) for _actor, name in rows}
    if not rows:
        raise InputRefused(
            N_("None of the {count} people in {file} is known here. Write usernames, addresses or ids, one a line."),
            count=len(wanted),
            file=cohort,
        )
    if wanted - known:
        words = _("Not known here, and left out: {count} of {all}.")
        print(words.format(count=len(wanted - known), all=len(wanted)), file=sys.stderr)  # noqa: T201
    return Scope(courses, frozenset(int(actor) for actor, _name in rows), label=cohort.stem)


def _people_in(file: Path) -> set[str]:
    """The names in a list, one a line; of a CSV file as a cohort is uploaded to edX, each of username and email."""
    import csv

    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as wrong:
        from cordee.web.reasons import reason_of

        raise NotFound(N_("{file} cannot be read: {why}."), file=file, why=reason_of(wrong)) from None
    except UnicodeDecodeError:
        raise InputRefused(N_("{file} is no text in UTF-8. Save it again as CSV UTF-8."), file=file) from None
    lines = [line for line in text.splitlines() if line.strip()]
    head = lines[0].lower() if lines else ""
    mark = ";" if ";" in head else "\t" if "\t" in head else ","
    rows = list(csv.reader(lines, delimiter=mark))
    columns = [name.strip().lower() for name in rows[0]] if rows else []
    named = [place for place, name in enumerate(columns) if name in {"username", "email", "user_id", "id"}]
    taken = rows[1:] if named else rows
    people = set()
    for row in taken:
        cells = [row[place].strip() for place in named if place < len(row)] if named else [row[0].strip()]
        first = next((cell for cell in cells if cell), "")
        if first:
            people.add(first.lower())
    if not people:
        raise InputRefused(N_("{file} names nobody. Write usernames, addresses or ids, one a line."), file=file)
    return people


def _watch(folder: Path, store: Path, *, structure: Path | None, host: str, course: str) -> None:
    from cordee.pilot import watching
    from cordee.pilot.importing import import_paths
    from cordee.pilot.store import Store

    if not folder.is_dir():
        raise NotFound(N_("{folder} is no folder. Name the one where the files arrive."), folder=folder)
    with _folder_faults(store):
        kept = Store.make(store)
        if structure is not None:
            _say_receipts(import_paths(kept, [structure], host=host, course=course), store)
        say(_("Watching {folder}. Stop with Ctrl-C.").format(folder=folder))
        with suppress(KeyboardInterrupt):
            watching.watch(
                watching.Watching(kept, folder, host=host, course=course),
                taken=_say_receipt,
                refused=_say_refused,
                prepare=lambda receipts: _prepare(kept, receipts),
            )
    say(_("Stopped. What was read is kept."))


def _prepare(store: Store, receipts: Sequence[Receipt], *, shown: bool = True) -> None:
    """Reckon what the pages of the sessions that were read will ask first, so that nobody waits for it there."""
    from cordee.pilot.desk import Desk, prepare
    from cordee.pilot.open_store import OpenStore
    from cordee.web.environment import Environment

    courses = {course for one in receipts for course in one.courses}
    with progress_bar(_("Preparing the pages"), shown=shown) as progress:
        prepare(
            Desk(OpenStore(store.folder), k=Environment.read().small_cell),
            courses,
            moved=lambda share: progress(round(share * HUNDRED), HUNDRED),
        )


def _say_refused(error: CordeeError) -> None:
    print(command_language.sentence_of(error), file=sys.stderr)  # noqa: T201 - the command's own voice


def _say_receipt(one: Receipt) -> None:
    """A file in a line, then what was left out of it and what is to be known about it."""
    from cordee.pilot.remarks import in_words

    if one.refusal:
        _say_refused(one.refusal)
        return
    if not one.source:
        say(_("{name}: not read, {why}").format(name=one.name, why=", ".join(in_words(why, _) for why in one.remarks)))
        return
    if one.again:
        words = _("{name}: known already, nothing was added ({source})")
        say(words.format(name=one.name, source=_label_of(one.source)))
        for remark in one.remarks:
            say("  " + in_words(remark, _))
        return
    words = _("{name}: {kept} of {read} rows kept ({source})")
    say(words.format(name=one.name, kept=one.kept, read=one.read, source=_label_of(one.source)))
    if one.known:
        say("  " + _("known already: {count}").format(count=one.known))
    for reason, (rows, samples) in one.dropped.items():
        shown = f"  {in_words(samples[0], _)}" if samples else ""
        say("  " + _("left out: {count} ({reason})").format(count=rows, reason=_(reason)) + shown)
    for remark in one.remarks:
        say("  " + in_words(remark, _))


def _label_of(source: str) -> str:
    from cordee.pilot.sources import all_sources

    return next((_(one.label) for one in all_sources() if one.name == source), source)


def _say_receipts(receipts: Sequence[Receipt], store: Path) -> None:
    from cordee.pilot.reports import NAMED_BY_EDX, NoSession
    from cordee.pilot.sources import all_sources

    nameless = [one for one in receipts if isinstance(one.refusal, NoSession)]
    for one in receipts:
        if len(nameless) < 2 or one not in nameless:  # noqa: PLR2004 - of several, one sentence
            _say_receipt(one)
    if len(nameless) > 1:
        _say_refused(
            NoSession(
                N_(
                    "{count} files do not say of which session they are. Say it: --course "
                    "course-v1:IMT+ABC-C+2017_T1. Or give them the names that edX gave them, e.g. {example}. They "
                    "are: {names}."
                ),
                count=len(nameless),
                example=NAMED_BY_EDX,
                names=", ".join(one.name for one in nameless),
            )
        )
    courses = sorted({course for one in receipts for course in one.courses})
    if not any(one.source or one.refusal for one in receipts):
        formats = ", ".join(_(one.label) for one in all_sources())
        say(_("Nothing was read. Cordée reads: {formats}.").format(formats=formats))
    if courses:
        say(_("Sessions: {courses}").format(courses=", ".join(courses)))
        say(_("See them: {command}").format(command=f"{as_typed()} pilot serve --store {shlex.quote(str(store))}"))


def _in_words(indicator: Indicator, rows: Sequence[Row], fields: Sequence[Field]) -> str:
    """Title, definition, table."""
    lines = [_(indicator.title), _(indicator.definition), ""]
    if not rows:
        return "\n".join([*lines, _("The files that were read say nothing about it.")])
    if len(rows) == 1:
        widest = max(len(one.name) for one in fields)
        return "\n".join([*lines, *(f"{one.name.ljust(widest)}  {_shown(rows[0].get(one.name))}" for one in fields)])
    table = [[one.name for one in fields], *([_shown(row.get(one.name)) for one in fields] for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(fields))]
    for line in table:
        cells = (
            cell.ljust(width) if one.kind in {"text", "when"} else cell.rjust(width)
            for cell, width, one in zip(line, widths, fields, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < HUNDRED else f"{value:.1f}"
    text = str(value).replace("\n", " ")
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


@contextmanager
def _folder_faults(folder: Path) -> Iterator[None]:
    """Tell a folder that may not be written, and a full disk, in a sentence that names the folder."""
    try:
        yield
    except CordeeError:
        raise
    except Exception as wrong:
        refusal = _refusal_for(wrong, folder)
        if refusal is None:
            raise
        raise refusal from wrong


def _refusal_for(wrong: Exception, folder: Path) -> CordeeError | None:
    """What to say of a machine that cannot; None for a defect. DuckDB has words where the system has numbers."""
    from cordee.web.machine import FULL
    from cordee.web.reasons import reason_of

    said = str(wrong) if type(wrong).__module__.partition(".")[0] in {"duckdb", "_duckdb"} else ""
    if (isinstance(wrong, OSError) and wrong.errno in FULL) or "No space left" in said:
        return Conflict(
            N_("The disk of {folder} is full. Free some room, then try again: nothing that was read is lost."),
            folder=folder,
        )
    if isinstance(wrong, PermissionError | NotADirectoryError | FileExistsError | IsADirectoryError):
        return NotAllowed(
            N_("The folder {folder} cannot be used: {why}. Name one that this account may write."),
            folder=folder,
            why=reason_of(wrong),
        )
    if "Permission denied" in said:
        return NotAllowed(
            N_("A file in {folder} may not be read or written. Give this account the right to."), folder=folder
        )
    return None


pilot_keeping_cli.add_to(app)
pilot_research_cli.add_to(app)
