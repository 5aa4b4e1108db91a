"""The report of what is stored: as a page of the site, as PDF, as open data. Nothing of it is kept; the folder and the
same period give the same bytes.
"""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from cordee.bilan.editions import Edition
from cordee.bilan.figures.reviewing import Review, review
from cordee.bilan.folder.faults import Fault, Faults
from cordee.bilan.folder.writing import FOLDER, FRENCH
from cordee.bilan.office.asking import Asked, AskForm, CompareForm
from cordee.bilan.office.offering import site_store
from cordee.bilan.office.packing import zip_of
from cordee.bilan.office.pages import address_of_row, crumbs, office_of
from cordee.bilan.office.queries import Held
from cordee.bilan.office.views import REFUSED, home_page
from cordee.bilan.open_data import write_open_data
from cordee.bilan.pages import sources_of
from cordee.bilan.pdf import pdf_of
from cordee.bilan.period import Period
from cordee.bilan.programme import LANGUAGES, Programme
from cordee.bilan.report import report_of
from cordee.core.errors import N_
from cordee.ui.shell import Link


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The page. 1 or 2 queries, and 2 for who asks; then the stores that are named."""
    held, form = asking(request)
    if not form.is_valid():
        return home_page(request, held, form, status=REFUSED)
    return report_page(request, held, form.asked())


def report_page(request: HttpRequest, held: Held, asked: Asked, compared: CompareForm | None = None) -> HttpResponse:
    """The report as a page; `compared`: the form that named an earlier edition, which its buttons carry on."""
    made = report_of(reviewed(held, asked), asked.language, earlier=compared.edition if compared else None)
    address = reverse("bilan:report")
    context = {
        "report": made,
        "words": made.words,
        "sources": sources_of(made, lambda place: address_of_row(held, place)),
        "languages": [(code, address + asked.query(lang=code), code == asked.language) for code in LANGUAGES],
        "compared": compared,
        "asked": asked,
        "pdf": reverse("bilan:report-pdf") + asked.query(),
        "data": reverse("bilan:data-zip") + asked.query(),
        "breadcrumbs": crumbs(Link(label=made.title, url="", current=True)),
    }
    return render(request, "bilan/office/report.html", context)


@require_safe
def report_pdf(request: HttpRequest) -> HttpResponse:
    """The same as PDF; a second or less more."""
    held, form = asking(request)
    if not form.is_valid():
        return home_page(request, held, form, status=REFUSED)
    return printed(held, form.asked())


def printed(held: Held, asked: Asked, earlier: Edition | None = None) -> HttpResponse:
    """The report as a PDF to save."""
    made = report_of(reviewed(held, asked), asked.language, earlier=earlier)
    data = pdf_of(made, prepared_on=held.programme.about.prepared_on)
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="report.{asked.language}.pdf"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest) -> HttpResponse:
    """What changed since an earlier edition: choose its figures; posted, the report that lists it. 2 queries."""
    held = office_of(request)
    form = CompareForm(held, request.POST, request.FILES) if request.method == "POST" else CompareForm(held)
    if form.is_valid():
        asked = form.asked()
        if request.POST.get("act") == "pdf":
            return printed(held, asked, form.edition)
        return report_page(request, held, asked, form)
    context = {"form": form, "held": held, "breadcrumbs": crumbs()}
    return render(request, "bilan/office/compare.html", context, status=REFUSED if form.errors else 200)


@require_safe
def data_zip(request: HttpRequest) -> HttpResponse:
    """The open data of the report: tables, figures with their query, codebook; `?csv=fr`: for Excel in French."""
    held, form = asking(request)
    if not form.is_valid():
        return home_page(request, held, form, status=REFUSED)
    asked = form.asked()
    review_ = reviewed(held, asked)
    with tempfile.TemporaryDirectory() as folder:
        with translation.override(asked.language):
            dialect = FRENCH if request.GET.get("csv") == "fr" else FOLDER
            write_open_data(Path(folder), review_, report_of(review_, asked.language), gettext, dialect)
        data = zip_of(Path(folder))
    answer = HttpResponse(data, content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="open-data.zip"'
    return answer


def asking(request: HttpRequest) -> tuple[Held, AskForm]:
    """The store, for who may, and what the address asks for."""
    held = office_of(request)
    return held, AskForm(held, request.GET)


def reviewed(held: Held, asked: Asked) -> Review:
    """The figures of the period and part, which a form has found to be some."""
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
