"""Pages of organisations: the public ones are kept like the catalogue's, the others are for who may write them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core import clock
from cordee.core.errors import CordeeError
from cordee.courses.assets import keep_picture
from cordee.learning.catalogue.cards import course_cards
from cordee.learning.catalogue.classed import share_of
from cordee.learning.catalogue.linked_data import absolute, breadcrumb_data, script
from cordee.learning.catalogue.pictures import Shared
from cordee.learning.organisations.forms import OrganisationForm
from cordee.learning.organisations.showing import look_of, styles_of
from cordee.people.models import Organisation, OrganisationKind
from cordee.people.organisations import (
    about_of,
    all_organisations,
    change_organisation,
    make_organisation,
    organisation_by_code,
)
from cordee.people.permissions import SITE, Subject, act, may, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

ACT: Final = "organisation.edit"
MOST_LOGO_BYTES: Final = 200_000
SHARED_S: Final = 10  # how long a visitor may see a public page as it was
KEPT_S: Final = 24 * 3600  # a browser keeps a style sheet: its address changes with the colours
REFUSED: Final = 400


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def organisations(request: HttpRequest) -> HttpResponse:
    """Schools and partners by kind, for anyone. 1 query."""
    found = all_organisations()
    groups = [(kind.label, sorted((one for one in found if one.kind == kind), key=_name)) for kind in OrganisationKind]
    context = {"groups": [(label, [_line(one) for one in ones]) for label, ones in groups if ones]}
    return render(request, "learning/organisations/all.html", context)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    """Who it is, whom to write to, what it gives and takes part in. 5 queries, 1 more for a version not met before."""
    found, now = organisation_by_code(code), clock.now()
    cards = course_cards(language=language(), now=now)
    crumbs = [Link(label=_("Schools and partners"), url=reverse("organisations"))]
    name = found.name_in(language())
    context = {
        "organisation": found,
        "name": name,
        "kind": found.get_kind_display(),
        "parent": _line(found.parent) if found.parent else None,
        "children": [_line(one) for one in sorted(found.children.all(), key=_name)],
        "look": look_of(found, now),
        "cards": [card for card in cards if _gives(found, card.key)],
        "share": share_of(code, cards, language=language()),
        "shared": Shared(title=name, description=found.get_kind_display(), url=absolute(request.path)),
        "linked": script(breadcrumb_data([*crumbs, Link(label=name, url=request.path)])),
        "breadcrumbs": crumbs,
    }
    return render(request, "learning/organisations/organisation.html", context)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=KEPT_S)
def colours(request: HttpRequest, code: str) -> HttpResponse:
    """The style sheet of its colours. 1 query."""
    return HttpResponse(styles_of(organisation_by_code(code)), content_type="text/css; charset=utf-8")


@require_safe
@act(ACT)
def manage(request: HttpRequest) -> HttpResponse:
    """Those that this person may write. 3 queries."""
    account = signed_in_account(request)
    mine = [one for one in all_organisations() if may(account, ACT, Subject.of_organisation(one.code))]
    may_make = may(account, ACT)
    require(request, ACT, Subject.of_organisation(mine[0].code) if mine else SITE)
    lines = [
        {
            **_line(one),
            "kind": one.get_kind_display(),
            "edit": reverse("edit-organisation", args=[one.code]),
            "company": reverse("company", args=[one.code]) if one.kind == OrganisationKind.COMPANY else "",
        }
        for one in mine
    ]
    done = request.GET.get("done", "")
    context = {"lines": lines, "may_make": may_make, "done": done if done in {"made", "changed"} else ""}
    return render(request, "learning/organisations/manage.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def new_organisation(request: HttpRequest) -> HttpResponse:
    """A form for one that is not here yet. 3 queries; posted, 6 more."""
    require(request, ACT)
    form = _form(request, is_new=True, others=all_organisations())
    if form.is_valid():
        try:
            logo, logo_type = _logo_of(form, None)
            make_organisation(
                code=form.cleaned_data["code"],
                about=form.about(logo=logo, logo_type=logo_type),
                by=signed_in_account(request),
                now=clock.now(),
            )
        except CordeeError as refused:
            form.add_error("logo" if "logo" in refused.template else None, sentence_of(refused))
        else:
            return HttpResponseRedirect(f"{reverse('manage-organisations')}?done=made")
    return _form_page(request, form, _("New organisation"))


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def edit_organisation(request: HttpRequest, code: str) -> HttpResponse:
    """The form of one. 4 queries; posted, 7 more."""
    require(request, ACT, Subject.of_organisation(code))
    found = organisation_by_code(code)
    others = [one for one in all_organisations() if one.code != code]
    initial = asdict(about_of(found)) | {"seen": found.changed_at.isoformat()}
    form = _form(request, is_new=False, others=others, initial=initial)
    if form.is_valid():
        try:
            logo, logo_type = _logo_of(form, found)
            change_organisation(
                organisation=found,
                about=form.about(logo=logo, logo_type=logo_type),
                by=signed_in_account(request),
                now=clock.now(),
                seen=form.cleaned_data["seen"],
            )
        except CordeeError as refused:
            form.add_error("logo" if "logo" in refused.template else None, sentence_of(refused))
        else:
            return HttpResponseRedirect(f"{reverse('manage-organisations')}?done=changed")
    return _form_page(request, form, found.name_in(language()), look=look_of(found, clock.now()))


def _form(
    request: HttpRequest, *, is_new: bool, others: list[Organisation], initial: dict[str, Any] | None = None
) -> OrganisationForm:
    typed = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return OrganisationForm(*typed, initial=initial, others=others, language=language(), is_new=is_new)


def _form_page(request: HttpRequest, form: OrganisationForm, title: str, look: object = None) -> HttpResponse:
    crumbs = [Link(label=_("Organisations"), url=reverse("manage-organisations"))]
    context = {"form": form, "title": title, "look": look, "breadcrumbs": crumbs}
    return render(request, "learning/organisations/form.html", context, status=REFUSED if form.errors else 200)


def _logo_of(form: OrganisationForm, there: Organisation | None) -> tuple[str, str]:
    """The new logo, kept as a file; else the one there is, unless none is wanted."""
    file = form.cleaned_data.get("logo")
    if file:
        asset = keep_picture(file.name or "", file.read(), most_bytes=MOST_LOGO_BYTES)
        return asset.sha256, asset.content_type
    if there is None or form.cleaned_data.get("no_logo"):
        return "", ""
    return there.logo, there.logo_type


def _line(one: Organisation) -> dict[str, str]:
    return {"code": one.code, "name": _name(one), "url": reverse("organisation", args=[one.code])}


def _name(one: Organisation) -> str:
    return one.name_in(language())


def _gives(one: Organisation, course_key: str) -> bool:
    return course_key.startswith(f"{one.code}+")
