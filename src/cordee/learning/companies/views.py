"""The page on which a programme manager writes what is known of a company, beside what its groups say."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.core.errors import CordeeError
from cordee.learning.cohorts.queries import groups_in_use
from cordee.learning.companies.forms import CompanyForm, initial_of
from cordee.learning.organisations.showing import look_of
from cordee.people.companies import company_by_code, write_company
from cordee.people.permissions import Subject, act, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

ACT: Final = "organisation.edit"
REFUSED: Final = 400


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def company(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of it. 5 queries; posted, 7."""
    require(request, ACT, Subject.of_organisation(code))
    organisation, told, seen = company_by_code(code)
    form = CompanyForm(request.POST if request.method == "POST" else None, initial=initial_of(told, seen))
    status = 200
    if form.is_valid():
        try:
            write_company(
                organisation=organisation,
                told=form.told(),
                seen=form.cleaned_data["seen"],
                by=signed_in_account(request),
                now=clock.now(),
            )
        except CordeeError as refused:
            form.add_error(None, sentence_of(refused))
            status = refused.status
        else:
            return HttpResponseRedirect(f"{reverse('company', args=[code])}?done=changed")
    elif form.is_bound:
        status = REFUSED
    groups = [
        {"group": one, "url": reverse("cohort", args=[one.number])}
        for one in groups_in_use(organisation=organisation.pk)
    ]
    context = {
        "form": form,
        "organisation": organisation,
        "name": organisation.name_in(language()),
        "look": look_of(organisation, clock.now()),
        "groups": groups,
        "done": request.GET.get("done", "") == "changed",
        "breadcrumbs": [Link(label=_("Organisations"), url=reverse("manage-organisations"))],
    }
    return render(request, "learning/companies/company.html", context, status=status)
