"""How does a report become a folder of pages that a browser opens from a disk, without script and without a server?

index.html          the report in the language that was asked for
fr.html, en.html    the same in the other
report.fr.pdf       where the PDF was made too
assets/             styles and fonts
data/               the open data: tables, figures, codebook
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

from cordee.bilan.document import Report, RowSource, Source
from cordee.core.errors import N_, NotAllowed

ASSETS: Final = "assets"
STYLES: Final = ("ui/cordee.css", "bilan/page.css", "ui/icon.svg")
FONTS: Final = ("bricolage-grotesque", "figtree", "newsreader", "jetbrains-mono")
MARK: Final = ".cordee-bilan"  # a folder that holds it may be written over


def html_of(report: Report, *, other: str = "", pdf: str = "", data: str = "") -> str:
    """The page. `other`, `pdf`, `data`: addresses beside it, "" for none."""
    with translation.override(report.language):
        return render_to_string(
            "bilan/report.html",
            {
                "report": report,
                "other": other,
                "other_language": "en" if report.language == "fr" else "fr",
                "pdf": pdf,
                "data": data,
                "words": report.words,
                "sources": sources_of(report),
            },
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """Where a figure, or the figures of a row, come from; the rows behind it with their addresses, "" for none."""

    source: Source | RowSource
    rows: list[tuple[str, str]]


def sources_of(report: Report, address_of: Callable[[str], str] = lambda place: "") -> dict[str, list[Opened]]:
    """What the pages say of each figure: those that stand alone, then those of rows of tables."""
    return {
        name: [Opened(one, [(place, address_of(place)) for place in one.rows]) for one in sources]
        for name, sources in (("alone", report.sources), ("of_rows", report.row_sources))
    }


def claim(folder: Path) -> None:
    """Make the folder ours: empty or new, or one that was written by us. Raises NotAllowed for any other."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise NotAllowed(
            N_("{folder} holds files that no report has written. Name a new or an empty folder."), folder=folder
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def write_pages(folder: Path, report: Report, other: Report, *, pdf: str = "", data: str = "data/README.md") -> Path:
    """Write both languages and what they need; returns the page to open. No earlier report is left beside."""
    claim(folder)
    (folder / f"{report.language}.html").unlink(missing_ok=True)  # of a report whose first language was the other
    for name in {f"report.{one.language}.pdf" for one in (report, other)} - {pdf}:
        (folder / name).unlink(missing_ok=True)
    _write_assets(folder)
    name = f"{other.language}.html"
    (folder / "index.html").write_text(html_of(report, other=name, pdf=pdf, data=data), encoding="utf-8")
    (folder / name).write_text(html_of(other, other="index.html", pdf=pdf, data=data), encoding="utf-8")
    return folder / "index.html"


def _write_assets(folder: Path) -> None:
    for name in STYLES:
        _copy(name, folder / ASSETS / Path(name).name.replace("page", "bilan"))
    fonts = Path(_found("ui/fonts/LICENCES.md")).parent
    (folder / ASSETS / "fonts").mkdir(exist_ok=True)
    for font in sorted(fonts.iterdir()):
        if font.is_file() and (font.name.startswith(FONTS) or font.suffix == ".md"):
            shutil.copyfile(font, folder / ASSETS / "fonts" / font.name)


def _copy(name: str, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_found(name), to)


def _found(name: str) -> str:
    """A static file of ours. Raises LookupError where the installation has lost it."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise LookupError(f"the static file {name} is missing")
    return path
