"""The home of the review, what is said once, texts of the report, and the folder that comes and goes."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cordee.bilan.markdown import paragraphs_of
from cordee.bilan.office import editing, labels
from cordee.bilan.office.asking import AskForm
from cordee.bilan.office.forms import RowForm
from cordee.bilan.office.offering import offers
from cordee.bilan.office.packing import LARGEST_BYTES, Unpacked, packed, unpacked
from cordee.bilan.office.pages import crumbs, office_of, refused_words
from cordee.bilan.office.queries import Held
from cordee.bilan.office.sheets import ABOUT, LISTS, LONGEST_TEXT, check_words, tag_of
from cordee.bilan.office.table_views import differing
from cordee.bilan.programme import CHAPTERS, LANGUAGES
from cordee.core import clock
from cordee.core.errors import N_, CordeeError, InputRefused, NotFound, TooLarge
from cordee.people.permissions import signed_in_account
from cordee.ui.language import language

REFUSED = 400
MOST_FAULTS: Final = 100


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The tables with what the checker says, what to build. 3 queries, and 2 for who asks."""
    held = office_of(request)
    return home_page(request, held, AskForm(held))


def home_page(request: HttpRequest, held: Held, form: AskForm, *, status: int = 200) -> HttpResponse:
    """The home with the form of the report as it was filled in."""
    groups = [
        (
            _(words),
            [
                {
                    "title": labels.title_of(sheet),
                    "under": labels.under(sheet),
                    "url": reverse("bilan:table", args=[sheet]),
                    "rows": len(held.of(sheet)),
                    "remarks": len(held.faults_of(sheet)),
                }
                for sheet in sheets
            ],
        )
        for words, sheets in labels.GROUPS
    ]
    texts = [
        {
            "title": labels.choice_words("chapter", chapter),
            "url": reverse("bilan:text", args=[chapter]),
            "words": [(code, len(held.text(chapter, code).split())) for code in LANGUAGES],
        }
        for chapter in CHAPTERS
    ]
    about = held.programme.about
    context = {
        "held": held,
        "groups": groups,
        "texts": texts,
        "remarks": len(held.faults),
        "name": about.name.get(language()) or next(iter(about.name.values()), ""),
        "form": form,
        "has_errors": bool(form.errors),
        "offers": len(offers(held)),
        "said": {"about": _("The change is stored."), "folder": _("The folder is stored.")}.get(
            request.GET.get("done", ""), ""
        ),
    }
    return render(request, "bilan/office/home.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    """What programme.toml says once. 2 queries; posted, 5 more."""
    held = office_of(request)
    there = held.said()
    form = RowForm(ABOUT, request.POST if request.method == "POST" else None, cells=there, lists={})
    tag = request.POST.get("tag", "") or tag_of(there)
    refused: CordeeError | None = None
    now: list[tuple[str, str, str]] = []
    if form.is_valid():
        try:
            editing.say_once(cells=form.cells(), tag=tag, account=signed_in_account(request), now=clock.now())
        except editing.ChangedMeanwhile as wrong:
            refused, there_now = wrong, wrong.now or {}
            tag, now = tag_of(there_now), differing(ABOUT, form.data, there_now)
        else:
            return HttpResponseRedirect(reverse("bilan:home") + "?done=about")
    context = {
        "form": form,
        "tag": tag,
        "differing": now,
        "refused": refused_words(refused),
        "has_errors": refused is not None,
        "title": labels.title_of(ABOUT),
        "breadcrumbs": crumbs(),
    }
    return render(request, "bilan/office/row.html", context, status=REFUSED if form.errors or refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, chapter: str) -> HttpResponse:
    """The text of a part in both languages: write, look, store. 2 queries; stored, 5 more for each that changed."""
    held = office_of(request)
    if chapter not in CHAPTERS:
        raise NotFound(N_("The report has no such part. Choose one from the list."))
    account, now = signed_in_account(request), clock.now()
    parts: list[dict[str, Any]] = []
    stored = request.method == "POST" and request.POST.get("act") == "store"
    for code in LANGUAGES:
        there = held.text(chapter, code)
        words, tag = there, editing.tag_of_text(chapter, code, there)
        part: dict[str, Any] = {"code": code, "name": labels.column_words(code), "error": "", "now": ""}
        if request.method == "POST":
            words = request.POST.get(f"words_{code}", "").replace("\r\n", "\n").replace("\r", "\n")
            words = words if words.strip() else ""
            tag = request.POST.get(f"tag_{code}", "")
        try:
            check_words(words, LONGEST_TEXT)
            if stored:
                editing.put_text(chapter=chapter, language=code, words=words, tag=tag, account=account, now=now)
                tag = editing.tag_of_text(chapter, code, words)
        except editing.ChangedMeanwhile as wrong:
            part |= {"error": refused_words(wrong), "now": (wrong.now or {}).get("words", "")}
            tag = tag_of(wrong.now or {})
        except CordeeError as wrong:
            part["error"] = refused_words(wrong)
        parts.append(part | {"words": words, "tag": tag, "paragraphs": paragraphs_of(words)})
    wrong_ones = any(part["error"] for part in parts)
    if stored and not wrong_ones:
        return HttpResponseRedirect(reverse("bilan:home") + "?done=about")
    context = {
        "title": labels.choice_words("chapter", chapter),
        "parts": parts,
        "looks": request.method == "POST",
        "has_errors": wrong_ones,
        "breadcrumbs": crumbs(),
    }
    return render(request, "bilan/office/text.html", context, status=REFUSED if wrong_ones else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def folder(request: HttpRequest) -> HttpResponse:
    """Take a folder in: choose, look, store. 2 queries; stored, some 20 more."""
    held = office_of(request)
    refused: CordeeError | None = None
    found: Unpacked | None = None
    carried = ""
    state = request.POST.get("state", held.state)
    if request.method == "POST":
        try:
            data = _data_of(request)
            found = unpacked(data)
            carried = base64.b64encode(data).decode()
            if request.POST.get("act") == "store" and (not found.lost or "all_the_same" in request.POST):
                editing.store_all(sheets=found.sheets, state=state, account=signed_in_account(request), now=clock.now())
                return HttpResponseRedirect(reverse("bilan:home") + "?done=folder")
            if request.POST.get("act") == "store":
                refused = InputRefused(
                    N_("Nothing was stored: something in the folder would be lost. Mend it, or tick the box below.")
                )
        except editing.ChangedMeanwhile as wrong:
            refused, state = wrong, held.state
        except CordeeError as wrong:
            refused = wrong
    context = {
        "title": _("The folder of the programme"),
        "held": held,
        "found": found,
        "carried": carried,
        "state": state,
        "counts": [
            (labels.title_of(sheet), len(held.of(sheet)), len(found.sheets[sheet])) for sheet in (*LISTS, "texts")
        ]
        if found
        else [],
        "lost": [(fault.place(), fault.sentence(_)) for fault in found.lost[:MOST_FAULTS]] if found else [],
        "more_lost": max(0, len(found.lost) - MOST_FAULTS) if found else 0,
        "refused": refused_words(refused),
        "has_errors": refused is not None,
        "breadcrumbs": crumbs(),
    }
    return render(request, "bilan/office/folder.html", context, status=REFUSED if refused else 200)


@require_safe
def folder_zip(request: HttpRequest) -> HttpResponse:
    """The folder, as `cordee bilan` reads it. 2 queries, and 2 for who asks."""
    held = office_of(request)
    answer = HttpResponse(packed(held.programme), content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="programme.zip"'
    return answer


def _data_of(request: HttpRequest) -> bytes:
    """The archive: as a file, or as the form before carried it. Raises InputRefused, TooLarge."""
    file = request.FILES.get("archive")
    if file is not None:
        if (file.size or 0) > LARGEST_BYTES:
            raise TooLarge(
                N_("The archive is larger than {most} kB. Leave stores of the pilot out of it; only tables are read."),
                most=LARGEST_BYTES // 1000,
            )
        return bytes(file.read())
    try:
        data = base64.b64decode(request.POST.get("carried", ""), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        raise InputRefused(N_("No file was chosen. Choose the .zip of a folder."))
    return data
