"""Pages where the fields of the catalogue and the paths through it are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core import clock
from cordee.core.errors import Conflict, CordeeError
from cordee.core.two_languages import of_both
from cordee.courses.sheets.classing import (
    CategoryFacts,
    ProgrammeFacts,
    facts_of_category,
    facts_of_programme,
    mark_of,
    write_category,
    write_programme,
)
from cordee.courses.sheets.reading import around, category_by_code, programme_by_code
from cordee.learning.catalogue.editing.classing_form import CategoryForm, ProgrammeForm
from cordee.people.permissions import act, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

ACT: Final = "catalogue.edit"
REFUSED: Final = 400


@require_safe
@act(ACT)
def manage(request: HttpRequest) -> HttpResponse:
    """Every field and path. 3 queries."""
    require(request, ACT)
    known, done = around(), request.GET.get("done", "")
    context = {
        "categories": [(one.name_in(language()), one.code) for one in known.categories.values()],
        "programmes": [(one.name_in(language()), one.code, len(one.courses)) for one in known.programmes],
        "done": done == "stored",
    }
    return render(request, "learning/catalogue/editing/classing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def new_category(request: HttpRequest) -> HttpResponse:
    """A form for a field that is not there yet. 2 queries; posted, 4 more."""
    require(request, ACT)
    return _category(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def edit_category(request: HttpRequest, code: str) -> HttpResponse:
    """The form of one. 3 queries; posted, 4 more."""
    require(request, ACT)
    return _category(request, facts_of_category(category_by_code(code)))


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def new_programme(request: HttpRequest) -> HttpResponse:
    """A form for a path that is not there yet. 3 queries; posted, 4 more."""
    require(request, ACT)
    return _programme(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def edit_programme(request: HttpRequest, code: str) -> HttpResponse:
    """The form of one. 4 queries; posted, 4 more."""
    require(request, ACT)
    return _programme(request, facts_of_programme(programme_by_code(code)))


def _category(request: HttpRequest, there: CategoryFacts | None) -> HttpResponse:
    form = CategoryForm(
        request.POST if request.method == "POST" else None, initial=_initial(there), is_new=there is None
    )
    code, by, now = there.code if there else "", signed_in_account(request), clock.now()

    def store() -> None:
        write_category(facts=form.facts(code), by=by, now=now, seen=form.cleaned_data["seen"])

    return _answer(request, form, store, there)


def _programme(request: HttpRequest, there: ProgrammeFacts | None) -> HttpResponse:
    organisations = [(one.code, one.name_in(language())) for one in around().organisations.values()]
    initial = _initial(there) | ({"courses": "\n".join(there.courses)} if there else {})
    form = ProgrammeForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        is_new=there is None,
        organisations=_with(organisations, there),
    )
    code, by, now = there.code if there else "", signed_in_account(request), clock.now()

    def store() -> None:
        write_programme(facts=form.facts(code), by=by, now=now, seen=form.cleaned_data["seen"])

    return _answer(request, form, store, there)


def _answer(
    request: HttpRequest,
    form: CategoryForm | ProgrammeForm,
    store: Callable[[], None],
    there: CategoryFacts | ProgrammeFacts | None,
) -> HttpResponse:
    """Stored: back to the list. Refused: what was typed stays; overtaken: what stands there now is shown beside it."""
    overtaken = False
    if form.is_valid():
        try:
            store()
        except CordeeError as refused:
            overtaken = isinstance(refused, Conflict)
            form.add_error(None, sentence_of(refused))
        else:
            return HttpResponseRedirect(f"{reverse('manage-catalogue')}?done=stored", status=303)
    shown = of_both(language(), there.name_fr, there.name_en) if there else ""
    is_path = isinstance(form, ProgrammeForm)
    context = {
        "form": form,
        "title": shown or (_("New path") if is_path else _("New field")),
        "theirs": _told(form, there) if overtaken and there else [],
        "latest": mark_of(there),
        "public_url": reverse("programme" if is_path else "category", args=[there.code]) if there else "",
        "breadcrumbs": [Link(label=_("Fields and paths"), url=reverse("manage-catalogue"))],
    }
    status = REFUSED if form.errors else 200
    return render(request, "learning/catalogue/editing/classing_form.html", context, status=status)


def _initial(there: CategoryFacts | ProgrammeFacts | None) -> dict[str, object]:
    return asdict(there) | {"seen": mark_of(there)} if there else {}


def _with(organisations: list[tuple[str, str]], there: ProgrammeFacts | None) -> list[tuple[str, str]]:
    """Also the one that stands there, though the site does not know it."""
    said = there.organisation if there else ""
    known = {code for code, _name in organisations}
    return organisations + ([(said, said)] if said and said not in known else [])


def _told(form: CategoryForm | ProgrammeForm, there: CategoryFacts | ProgrammeFacts) -> list[tuple[str, str]]:
    """Label and text of each field that says something else now than what was typed."""
    now = asdict(there) | ({"courses": "\n".join(there.courses)} if isinstance(there, ProgrammeFacts) else {})
    return [
        (str(bound.label), str(now[bound.name]))
        for bound in form.visible_fields()
        if bound.name in now
        and str(now[bound.name]) != str(form.data.get(bound.name, "")).replace("\r\n", "\n").strip()
    ]
