"""The report of what is stored: as a page of the site, as PDF, as open data. Nothing of it is kept; the folder and the
same period give the same bytes.
"""

from __future__ import annotations

import dataclasses
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from cordee.bilan.figures.part import Part
from cordee.bilan.figures.reviewing import Review, review
from cordee.bilan.folder.faults import Fault, Faults
from cordee.bilan.office.offering import site_store
from cordee.bilan.office.packing import zip_of
from cordee.bilan.office.pages import address_of_row, crumbs, office_of
from cordee.bilan.office.queries import Held
from cordee.bilan.open_data import write_open_data
from cordee.bilan.pages import sources_of
from cordee.bilan.pdf import pdf_of
from cordee.bilan.period import Period
from cordee.bilan.programme import LANGUAGES, Programme
from cordee.bilan.report import report_of
from cordee.core.errors import N_, InputRefused
from cordee.ui.language import language
from cordee.ui.shell import Link


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be reported, in which language."""

    period: str
    part: Part
    language: str

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        wanted = query.get("lang", "")
        part = Part(school=query.get("school", ""), category=query.get("category", ""))
        return cls(query.get("period", "").strip(), part, wanted if wanted in LANGUAGES else language())

    def query(self, **changes: str) -> str:
        said = {"period": self.period, "school": self.part.school, "category": self.part.category}
        held = QueryDict(mutable=True)
        held.update({name: value for name, value in (said | {"lang": self.language} | changes).items() if value})
        return f"?{held.urlencode()}"


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The page. 1 or 2 queries, and 2 for who asks; then the stores that are named."""
    held, asked = office_of(request), Asked.read(request.GET)
    made = report_of(reviewed(held, asked), asked.language)
    other = next(code for code in LANGUAGES if code != asked.language)
    address = reverse("bilan:report")
    context = {
        "report": made,
        "words": made.words,
        "sources": sources_of(made, lambda place: address_of_row(held, place)),
        "languages": [(code, address + asked.query(lang=code), code == asked.language) for code in LANGUAGES],
        "other": other,
        "pdf": reverse("bilan:report-pdf") + asked.query(),
        "data": reverse("bilan:data-zip") + asked.query(),
        "breadcrumbs": crumbs(Link(label=made.title, url="", current=True)),
    }
    return render(request, "bilan/office/report.html", context)


@require_safe
def report_pdf(request: HttpRequest) -> HttpResponse:
    """The same as PDF; a second or less more."""
    held, asked = office_of(request), Asked.read(request.GET)
    made = report_of(reviewed(held, asked), asked.language)
    data = pdf_of(made, prepared_on=held.programme.about.prepared_on)
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="report.{asked.language}.pdf"'
    return answer


@require_safe
def data_zip(request: HttpRequest) -> HttpResponse:
    """The open data of the report: tables, figures with their query, codebook."""
    held, asked = office_of(request), Asked.read(request.GET)
    review_ = reviewed(held, asked)
    with tempfile.TemporaryDirectory() as folder:
        with translation.override(asked.language):
            write_open_data(Path(folder), review_, report_of(review_, asked.language), gettext)
        data = zip_of(Path(folder))
    answer = HttpResponse(data, content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="open-data.zip"'
    return answer


def reviewed(held: Held, asked: Asked) -> Review:
    """The figures of the period and part. Raises InputRefused without a period, NotFound for a part that is none."""
    if not asked.period and not held.programme.about.period:
        raise InputRefused(N_("No period is chosen. Write one on the page of the review, e.g. 2013-2016."))
    programme, strange = of_this_site(held.programme)
    pilot: Path = settings.CORDEE.pilot_folder
    return review(
        programme,
        Period.parse(asked.period) if asked.period else None,
        part=asked.part,
        stores=pilot.parent,
        faults=(*held.faults, *strange),
        k=settings.CORDEE.small_cell,
    )


def of_this_site(programme: Programme) -> tuple[Programme, tuple[Fault, ...]]:
    """The programme with the site's own store only: no other folder of this machine is opened for a page."""
    faults, runs = Faults(), []
    for run in programme.runs:
        if run.store and run.store != site_store():
            faults.add(
                "runs.csv",
                run.line,
                N_("The store {store} is not one of this site: its numbers are missing. Build this folder by command."),
                store=run.store,
            )
            run = dataclasses.replace(run, store="")  # noqa: PLW2901 - the same run without it
        runs.append(run)
    return dataclasses.replace(programme, runs=tuple(runs)), faults.all()
