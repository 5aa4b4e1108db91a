"""`cordee bilan …`: the review of a programme of courses, from a folder of tables, as pages and as PDF."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cordee.core import memory
from cordee.core.errors import N_, NotAllowed, NotFound
from cordee.web import command_language
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import progress_bar, say, set_up_django

if TYPE_CHECKING:
    from cordee.bilan.building import Built, Wanted
    from cordee.bilan.figures.part import Part
    from cordee.bilan.folder.faults import Fault
    from cordee.bilan.folder.writing import Dialect

REFUSED = 1
HUNDRED = 100
SETTINGS = "cordee.web.bilan_settings"
DEMO = "imt-2017"

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help=_("Review a programme of courses: who learns, who uses them, what they cost, as pages and as PDF."),
)
Folder = Annotated[
    Path, typer.Argument(metavar="FOLDER", help=_("The folder of the programme: programme.toml and tables."))
]
Place = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FOLDER]", help=_("The folder of the programme; default: what the pages of this site hold.")
    ),
]
Language = Annotated[str | None, typer.Option("--lang", metavar="fr|en", help=_("Language of the report."))]
Html = Annotated[
    Path | None, typer.Option(metavar="DIR", help=_("Folder for the pages; both languages, and the data."))
]
Pdf = Annotated[Path | None, typer.Option(metavar="FILE", help=_("File for the PDF."))]
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]


@app.command(
    help=_("Try it: the review of a programme from published figures. Nothing is needed; it opens in a browser.")
    + example("cordee bilan demo --lang fr"),
)
def demo(lang: Language = None, html: Html = None, pdf: Pdf = None) -> None:
    shown = html is None and pdf is None
    if shown:
        html = Path(tempfile.mkdtemp(prefix="cordee-bilan-"))
        pdf = html.with_suffix(".pdf") if html.suffix else html.parent / f"{html.name}.pdf"
    built = _build(sample_data(), lang, html=html, pdf=pdf)
    _say_built(built)
    if shown and built.page is not None:
        _open(built.page)


@app.command(
    help=_("Make the report of a folder. What is wrong in it is named in the report; nothing stops the rest.")
    + example("cordee bilan build programme --period 2013-2016 --lang fr --pdf bilan.pdf --html bilan"),
)
def build(  # noqa: PLR0913, PLR0917 - one option a choice of who builds
    folder: Place = None,
    period: Annotated[
        str, typer.Option(metavar="YEARS", help=_("2016, 2013-2016 or 2015-09..2016-08; default: programme.toml's."))
    ] = "",
    lang: Language = None,
    html: Html = None,
    pdf: Pdf = None,
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help=_("Where stores of the pilot lie that runs.csv names."))
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="school:NAME|category:ID", help=_("Only the courses by this school, or of this category.")
        ),
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=_("figures.csv of an earlier edition: lists what changed since.")),
    ] = None,
    csv: Annotated[
        str,
        typer.Option(
            metavar="fr|plain", help=_("Open data for Excel in French: semicolons, decimal commas; default: plain.")
        ),
    ] = "plain",
) -> None:
    if html is None and pdf is None:
        raise typer.BadParameter(_("name what to write: a folder, a file, or both"), param_hint="--html, --pdf")
    if csv not in {"fr", "plain"}:
        raise typer.BadParameter(_("write fr or plain"), param_hint="--csv")
    part = _part(only or [])
    asked: dict[str, object] = {"period": period, "part": part, "before": before, "dialect": _dialect(csv)}
    if folder is None:
        with tempfile.TemporaryDirectory() as held:
            folder, stores = Path(held) / "programme", _export(Path(held) / "programme")
            _say_built(_build(folder, lang, html=html, pdf=pdf, stores=store or stores, **asked))
        return
    _say_built(_build(folder, lang, html=html, pdf=pdf, stores=store, **asked))


@app.command(
    help=_(
        "Read a folder and say what is wrong in it, with file, line and advice. Ends with 1 when something is, not for"
        " mere remarks."
    )
    + example("cordee bilan check programme"),
)
def check(
    folder: Folder,
    as_json: Json = False,
    each: Annotated[bool, typer.Option("--all", help=_("Name each finding by itself, equal ones too."))] = False,
) -> None:
    _set_up()
    from cordee.bilan.folder.reading import read_folder
    from cordee.bilan.letters import unprintable
    from cordee.bilan.programme import TABLES

    programme, faults = read_folder(folder)
    faults = (*faults, *unprintable(programme))
    rows = {name: len(getattr(programme, name)) for name in TABLES if getattr(programme, name)}
    if as_json:
        say(json.dumps({"rows": rows, "faults": [one.as_json() for one in faults]}, ensure_ascii=False, indent=1))
    else:
        _say_faults(faults, each=each)
        counted = ", ".join(f"{name}.csv {count}" for name, count in rows.items())
        say(_("Rows read: {rows}.").format(rows=counted or "0"))
        say(_("Findings: {count}.").format(count=len(faults)) if faults else _("Nothing is wrong."))
    if any(one.kind != "remark" for one in faults):
        raise typer.Exit(REFUSED)


@app.command(
    help=_("Begin: a new folder with every table, empty, and a programme.toml to fill in.")
    + example("cordee bilan start programme"),
)
def start(folder: Folder) -> None:
    from cordee.bilan.folder.writing import csv_of, toml_of
    from cordee.bilan.programme import TABLES, About, Category, Host, Targets

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotAllowed(N_("{folder} is not empty. Name a new folder."), folder=folder)
    about = About(
        name={"fr": "…", "en": "…"},
        title={"fr": "Bilan de nos cours", "en": "Review of our courses"},
        period="2026",
        licence="CC BY 4.0",
        contact="…",
        targets=Targets(new_courses_a_year=2, languages=("fr",), several_hosts=False),
        hosts=(Host(name="FUN"),),
        categories=(Category(id="sci", fr="Sciences", en="Sciences"),),
    )
    with _faults_of(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "programme.toml").write_text(toml_of(about), encoding="utf-8")
        for name, record in TABLES.items():
            (folder / f"{name}.csv").write_text(csv_of(record, ()), encoding="utf-8")
    say(
        _("Made in {folder}. Fill in the tables, then: {command}").format(
            folder=folder, command=f"cordee bilan check {folder}"
        )
    )


@app.command(
    name="export",
    help=_("Write what the pages of this site hold as a folder, which the other commands read.")
    + example("cordee bilan export programme"),
)
def export_folder(folder: Folder) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotAllowed(N_("{folder} is not empty. Name a new folder."), folder=folder)
    with _faults_of(folder):
        _export(folder)
    say(_("Written to {folder}.").format(folder=folder))


@app.command(
    name="import",
    help=_("Put a folder into the pages of this site.") + example("cordee bilan import programme --replace"),
)
def import_folder(
    folder: Folder,
    replace: Annotated[bool, typer.Option("--replace", help=_("Also where the pages hold something."))] = False,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help=_("Store the rest where something cannot be read."))
    ] = False,
) -> None:
    set_up_django()
    from cordee.bilan.office import editing, packing, queries
    from cordee.core import clock

    found, there = packing.read(folder), queries.held()
    _say_faults(found.lost)
    if found.lost and not leave_out:
        raise NotAllowed(N_("Nothing was stored: what is named above would be lost. Mend it, or add --leave-out."))
    if not there.is_empty and not replace:
        raise NotAllowed(
            N_("The pages of this site hold tables already. Keep them with cordee bilan export, then add --replace.")
        )
    editing.store_all(sheets=found.sheets, state=there.state, account=None, now=clock.now())
    say(_("Rows stored: {count}.").format(count=sum(map(len, found.sheets.values()))))


def _export(folder: Path) -> Path:
    """Write what the site holds into a folder; where the store lies that its own sessions name."""
    set_up_django()
    from django.conf import settings

    from cordee.bilan.folder.writing import write_folder
    from cordee.bilan.office.queries import held

    write_folder(held().programme, folder)
    stores: Path = settings.CORDEE.pilot_folder.parent
    return stores


@app.command(
    help=_("Simulate a programme of 25 courses and 340,000 enrolments: a store of the pilot, and the folder beside it.")
    + example("cordee bilan world programme --scale 1/100"),
)
def world(
    folder: Folder,
    seed: Annotated[int, typer.Option(min=0, help=_("Another seed: other people, the same programme."))] = 1,
    scale: Annotated[str, typer.Option(metavar="SHARE", help=_("E.g. 1/100: one enrolment in a hundred."))] = "1",
    only: Annotated[
        list[str] | None, typer.Option("--course", metavar="ID", help=_("Only this course; may be repeated."))
    ] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help=_("Where the store is written; default: pilot in the folder."))
    ] = None,
) -> None:
    from fractions import Fraction

    from cordee.bilan.world.making import make_world

    try:
        share = Fraction(scale)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share <= 1:
        raise typer.BadParameter(_("write a share, e.g. 1/100 or 0.01"), param_hint="--scale")
    with _faults_of(folder), progress_bar(_("Simulating the programme")) as progress:
        made = make_world(
            folder,
            plan_file(),
            store=store,
            seed=seed,
            scale=share,
            only=only or (),
            moved=lambda done: progress(round(done * HUNDRED), HUNDRED),
        )
    beside = f" --store {store.parent}" if store else ""
    words = _("Made in {folder}. Next: {command}") if made else _("It was in {folder} already. Next: {command}")
    say(words.format(folder=folder, command=f"cordee bilan build {folder}{beside} --html bilan"))


def plan_file() -> Path:
    """Where the plan of the simulated programme lies."""
    return sample_data().parent.parent / "world" / "imt.toml"


def sample_data() -> Path:
    """Where the demo's folder lies: beside the code in a checkout, inside the package when installed."""
    from cordee.web.environment import PACKAGE, checkout

    root = checkout()
    packed = PACKAGE / "web" / "demo_data" / "bilan"
    found = (packed if packed.is_dir() or root is None else root / "demo" / "bilan") / DEMO
    if not found.is_dir():
        raise NotFound(N_("The sample data is not in {folder}. Install Cordée again."), folder=found)
    return found


def _set_up() -> None:
    """Words, templates and fonts; with the settings of the site where it was opened."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    with memory.importing():
        import django

        django.setup()


def _build(folder: Path, lang: str | None, *, html: Path | None, pdf: Path | None, **asked: object) -> Built:
    language = lang or command_language.language()
    if language not in {"fr", "en"}:
        raise typer.BadParameter(_("write fr or en"), param_hint="--lang")
    _set_up()
    from cordee.bilan import building
    from cordee.web.environment import Environment

    wanted: Wanted = building.Wanted(
        language=language,
        html=html,
        pdf=pdf,
        k=Environment.read().small_cell,
        **asked,  # type: ignore[arg-type]  # what `build` was given, by name
    )
    with _faults_of(html or pdf or folder):
        return building.build(folder, wanted)


def _part(only: list[str]) -> Part:
    from cordee.bilan.figures.part import Part

    asked = dict(one.split(":", 1) for one in only if ":" in one)
    if len(asked) != len(only) or set(asked) - {"school", "category"}:
        raise typer.BadParameter(_("write school:NAME or category:ID, each once"), param_hint="--only")
    return Part(**asked)


def _dialect(csv: str) -> Dialect:
    from cordee.bilan.folder.writing import FOLDER, FRENCH

    return FRENCH if csv == "fr" else FOLDER


def _say_built(built: Built) -> None:
    _say_faults(built.faults)
    for gap in built.review.gaps:
        say(f"{gap.file}:{gap.line}: {gap.why.sentence(_)}")
    if built.page is not None:
        say(_("The pages: {file}").format(file=built.page))
    if built.pdf is not None:
        say(_("The PDF: {file}").format(file=built.pdf))


def _say_faults(faults: Sequence[Fault], *, each: bool = False) -> None:
    """What is wrong, equal findings of a file on one line; with `each`, every one of them."""
    from cordee.bilan.folder.faults import grouped

    if each:
        for fault in faults:
            say(f"{fault.place()}: {fault.sentence(_)}")
        return
    for one in grouped(faults):
        times = f" (× {one.count})" if one.count > 1 else ""
        say(f"{one.places}{times}: {one.told.sentence(_)}")
        if one.more:
            file = one.places.partition(":")[0]
            say(_("{file}: {count} more like these. All of them: --all.").format(file=file, count=one.more))


def _open(page: Path) -> None:
    """In a browser of this machine, where there is one."""
    import webbrowser

    webbrowser.open(page.resolve().as_uri())


@contextmanager
def _faults_of(place: Path) -> Iterator[None]:
    """Tell a place that may not be written in a sentence that names it."""
    try:
        yield
    except OSError as wrong:
        from cordee.web.reasons import reason_of

        raise NotAllowed(
            N_("{place} cannot be written: {why}. Name another place."), place=place, why=reason_of(wrong)
        ) from wrong
