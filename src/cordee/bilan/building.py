"""How does a folder become what `cordee bilan build` writes: pages, open data, a PDF?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext

from cordee.bilan.editions import read_edition
from cordee.bilan.figures.part import Part
from cordee.bilan.figures.reviewing import Review, review
from cordee.bilan.folder.faults import Fault
from cordee.bilan.folder.reading import read_folder
from cordee.bilan.folder.writing import FOLDER, Dialect
from cordee.bilan.letters import unprintable
from cordee.bilan.open_data import write_open_data
from cordee.bilan.pages import claim, write_pages
from cordee.bilan.pdf import pdf_of
from cordee.bilan.period import Period
from cordee.bilan.report import report_of
from cordee.core.privacy import SMALL_CELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be made of a folder. `html`: a folder; `pdf`: a file; None for none."""

    language: str
    period: str = ""
    part: Part = field(default_factory=Part)
    stores: Path | None = None  # stores are named relative to it; default: the folder
    html: Path | None = None
    pdf: Path | None = None
    before: Path | None = None  # figures.csv of an earlier edition, to list what changed
    dialect: Dialect = FOLDER  # of the open data
    k: int = SMALL_CELL


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was made. `page`: the file to open."""

    review: Review
    faults: tuple[Fault, ...]
    page: Path | None
    pdf: Path | None


def build(folder: Path, wanted: Wanted) -> Built:
    """Read, count up and write. What is wrong in the folder is named in the report. Raises CordeeError where there is
    no folder, no period, or no place to write."""
    programme, faults = read_folder(folder)
    faults = (*faults, *unprintable(programme))
    reviewed = review(
        programme,
        Period.parse(wanted.period) if wanted.period else None,
        part=wanted.part,
        stores=wanted.stores or folder,
        faults=faults,
        k=wanted.k,
    )
    earlier = None if wanted.before is None else read_edition(wanted.before)
    report = report_of(reviewed, wanted.language, earlier=earlier)
    page = None
    if wanted.html is not None:
        claim(wanted.html)
    if wanted.pdf is not None:
        printed = pdf_of(report, prepared_on=programme.about.prepared_on)
    if wanted.html is not None:
        beside = ""
        if wanted.pdf is not None:
            beside = f"report.{wanted.language}.pdf"
            (wanted.html / beside).write_bytes(printed)
        other = report_of(reviewed, "en" if wanted.language == "fr" else "fr", earlier=earlier)
        page = write_pages(wanted.html, report, other, pdf=beside, data="data/figures.csv")
        with translation.override(wanted.language):
            write_open_data(wanted.html / "data", reviewed, report, gettext, wanted.dialect)
    if wanted.pdf is not None:  # last: it may have the name of an older one among the pages
        wanted.pdf.parent.mkdir(parents=True, exist_ok=True)
        wanted.pdf.write_bytes(printed)
    return Built(review=reviewed, faults=faults, page=page, pdf=wanted.pdf)
