"""Pages of attestations: ask for one, see it, download it, verify it."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from cordee.awards import pages
from cordee.awards.attesting import TooManyAttestations, Withdrawn, issue_attestation, refuse_without_right
from cordee.awards.forms import CodeForm, NameForm
from cordee.awards.models import Attestation
from cordee.awards.pdf import CannotPrint, attestation_pdf
from cordee.awards.queries import attestation_by_code, history_of, live_attestation_of, own_enrolment
from cordee.core import clock
from cordee.core.codes import grouped, read_code
from cordee.core.errors import N_, CordeeError, NotFound
from cordee.learning.models import Enrolment
from cordee.people.confirming import NotConfirmed
from cordee.people.permissions import act
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

PRIVATE = "private, no-store"
REFUSED, UNKNOWN = 400, 404


@require_http_methods(["GET", "HEAD", "POST"])
@act("award.ask")
def attestation(request: HttpRequest, run_key: str) -> HttpResponse:
    """The learner's attestation, the form that asks for it, or what is missing. Posting the name issues it."""
    now = clock.now()
    enrolment = own_enrolment(request, "award.ask", run_key, now)
    if request.method == "POST":
        form = NameForm(request.POST)
        if form.is_valid():
            try:
                issue_attestation(enrolment=enrolment, name=form.cleaned_data["name"], now=now)
            except CannotPrint as error:
                form.add_error("name", sentence_of(error))
            else:
                there = reverse("attestation", args=[run_key])
                return HttpResponseRedirect(there, status=303)
        return _name_page(request, enrolment, form, live_attestation_of(enrolment), status=REFUSED)
    history = history_of(enrolment)
    live = next((each for each in history if each.is_live), None)
    if live is not None and "correct" not in request.GET:
        return _private(
            render(
                request,
                "awards/attestation.html",
                {
                    "drawn": pages.drawn(live),
                    "run_key": run_key,
                    "better": enrolment.grade if enrolment.grade > live.grade else None,
                },
            )
        )
    try:
        refuse_without_right(enrolment, live, history)
    except (Withdrawn, TooManyAttestations, NotConfirmed):
        raise
    except CordeeError:
        return _private(render(request, "awards/not_yet.html", pages.not_yet(enrolment, language())))
    name = live.name if live else enrolment.account.name
    return _name_page(request, enrolment, NameForm(initial={"name": name}), live)


@require_safe
@act("award.read")
def pdf(request: HttpRequest, run_key: str) -> HttpResponse:
    """The PDF of the learner's own attestation."""
    enrolment = own_enrolment(request, "award.read", run_key, clock.now())
    live = live_attestation_of(enrolment)
    if live is None:
        raise NotFound(N_("There is no attestation for this session yet. Ask for it on its page."))
    response = HttpResponse(attestation_pdf(live), content_type="application/pdf")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"attestation-{live.run_key}")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return _private(response)


@require_safe
@act("award.verify")
def verify(request: HttpRequest) -> HttpResponse:
    """Where anyone types the code of an attestation."""
    if "code" not in request.GET:
        return _public(render(request, "awards/verify.html", {"form": CodeForm(), "form_url": request.path}))
    form = CodeForm(request.GET)
    code = read_code(form.cleaned_data["code"]) if form.is_valid() else None
    if code is not None:
        return _public(HttpResponseRedirect(f"{request.path}/{grouped(code)}"))
    if form.is_valid():
        form.add_error(
            "code",
            gettext("This is not a code of ours: a letter or digit is wrong or missing. Compare it with the paper."),
        )
    return _public(render(request, "awards/verify.html", {"form": form, "form_url": request.path}, status=REFUSED))


@require_safe
@act("award.verify")
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the site knows of one code: valid, superseded, revoked or unknown."""
    found = attestation_by_code(code)
    read = read_code(code)
    shown = grouped(read) if read else code[:80]
    page = pages.verification(found, shown, language())
    above = request.path.rpartition("/")[0]
    context = {
        "page": page,
        "form": CodeForm(),
        "form_url": above,
        "readable": read is not None,
        "successor_url": f"{above}/{page.successor.printed_code}" if page.successor else "",
    }
    return _public(render(request, "awards/verification.html", context, status=200 if found else UNKNOWN))


def _name_page(
    request: HttpRequest, enrolment: Enrolment, form: NameForm, live: Attestation | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "run": enrolment.run,
        "course_title": pages.course_title(enrolment, language()),
        "live": live,
        "grade": live.grade if live else enrolment.grade,
    }
    return _private(render(request, "awards/confirm.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """For this person only, whatever the address ends in."""
    response["Cache-Control"] = PRIVATE
    return response


def _public(response: HttpResponse) -> HttpResponse:
    """For anyone who has the code, but in no search engine and no cache: the answer may change tomorrow."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
