"""Where does a person see what is kept of them: everything in a file, who looked, what they agreed to, the way out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.core import clock
from cordee.core.errors import N_, CordeeError, NotFound
from cordee.jobs.queries import bounced_among
from cordee.learning.queries import groups_ever_of, runs_ever_of
from cordee.people import asking_data, asking_erasure, consenting, erasures, feeding_calendars
from cordee.people.auditing import looks_at
from cordee.people.devices import device_of
from cordee.people.forms import present_password_field
from cordee.people.models import Account, Role, StaffAct
from cordee.people.permissions import act, signed_in, signed_in_account
from cordee.people.personal_rows import declared, label_of, leads
from cordee.people.signing_in import check_own_password
from cordee.people.signing_out import end_other_sessions
from cordee.people.throttling import address_of
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.typography import number as as_number
from cordee.web import retention
from cordee.web.erasure_words import line_words

REFUSED = 400
DONE = ("asked", "agreed", "withdrawn", "calendar-off", "stays")  # what the page may say was just done
LOOKS = {  # acts of the table of permissions -> what was looked at
    "run.results": N_("Your progress and grades"),
    "run.teach": N_("Figures of the session, with the names of its learners"),
    "submission.read": N_("What you handed in"),
    "cohort.read": N_("The progress of a group, with the names of its members"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of the team looked."""

    role: str  # in words
    what: str
    place: str  # a run's key
    at: object


@dataclass(frozen=True, slots=True)
class Fate:
    """What would become of one table's rows."""

    kind: str  # deleted, unlinked, kept
    words: str
    reason: str


class ErasureForm(forms.Form):
    """The password, and whether attestations go, too."""

    withdraws = forms.BooleanField(
        required=False,
        label=_("Also withdraw my attestations"),
        help_text=_("Their codes then say that they were withdrawn, and your name is taken off."),
    )
    current = present_password_field(_("Present password"))


@require_safe
@act("account.data")
def page(request: HttpRequest) -> HttpResponse:
    """What is kept, who looked, what was agreed to. Some 9 queries."""
    return _page(request, signed_in_account(request))


@require_POST
@act("account.data")
def ask(request: HttpRequest) -> HttpResponse:
    """Have the file made. Again is like once while it is being made."""
    asking_data.ask_for_data(account=signed_in_account(request), now=clock.now())
    return _done("asked")


@require_safe
@act("account.data")
def download(request: HttpRequest, number: UUID) -> HttpResponse:
    """One's own file, whole: nobody else's, and not after its term."""
    path = asking_data.file_to_give(account=signed_in_account(request), number=number, now=clock.now())
    response = HttpResponse(path.read_bytes(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="cordee-data.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@act("account.data")
def consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """Say yes or no to one purpose: `wish` = yes or no."""
    person, now = signed_in_account(request), clock.now()
    if request.POST.get("wish") == "yes":
        consenting.agree(account=person, purpose=purpose, language=language(), now=now)
        return _done("agreed")
    consenting.text_of(purpose, language())  # NotFound for what is none
    consenting.withdraw(account=person, purpose=purpose, now=now)
    return _done("withdrawn")


@require_POST
@act("account.data")
def calendar(request: HttpRequest) -> HttpResponse:
    """A new secret address of one's calendar, shown on this page alone; or none any more: `wish` = new or none."""
    person = signed_in_account(request)
    if request.POST.get("wish") != "new":
        feeding_calendars.end_link(account=person)
        return _done("calendar-off")
    key = feeding_calendars.renew_link(account=person, now=clock.now())
    return _page(request, person, calendar_url=f"{settings.CORDEE.url}{reverse('calendar', args=[key])}")


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.erase")
def erase(request: HttpRequest) -> HttpResponse:
    """What would go and what would stay; with the password, it is asked for. Other sessions end then."""
    person, claim = signed_in(request)
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            check_own_password(
                account=person,
                password=form.cleaned_data["current"],
                address=address_of(request),
                device=device_of(request),
                now=now,
            )
            asking_erasure.ask_for_erasure(account=person, withdraws=form.cleaned_data["withdraws"], now=now)
        except CordeeError as error:
            form.add_error("current", sentence_of(error))
        else:
            end_other_sessions(claim=claim, now=now)
            return HttpResponseRedirect(reverse("erase-account"))
    request_ = asking_erasure.erasure_asked_by(person)
    context = {
        "form": form,
        "has_errors": form.is_bound,
        "request_": request_,
        "receipt_url": f"{settings.CORDEE.url}{reverse('receipt', args=[request_.number])}" if request_ else "",
        "days": settings.CORDEE.erasure_wait_days,
        "fates": _fates(),
        "now": clock.now(),
    }
    return _private(render(request, "web/erase_account.html", context, status=REFUSED if form.is_bound else 200))


@require_POST
@act("account.erase")
def stay(request: HttpRequest) -> HttpResponse:
    """Nothing is erased."""
    asking_erasure.stay(account=signed_in_account(request))
    return _done("stays")


@require_safe
@act("privacy.receipt")
def receipt(request: HttpRequest, number: UUID) -> HttpResponse:
    """What became of what was kept of somebody. The number is the only way here, and nothing here says who it was."""
    found = erasures.receipt_of(number)
    if found is None:
        raise NotFound(N_("There is no receipt of this number. It comes on the day of the erasure."))
    context = {
        "receipt": found,
        "lines": [line_words(line, gettext, _number) for line in found.lines],
        "now": clock.now(),
    }
    response = _private(render(request, "web/erasure_receipt.html", context))
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _number(value: int) -> str:
    return as_number(value, language())


def _page(request: HttpRequest, person: Account, *, calendar_url: str = "") -> HttpResponse:
    now = clock.now()
    export = asking_data.export_of(person)
    groups = groups_ever_of(person)
    places = {f"run:{key}" for key in runs_ever_of(person)} | {f"cohort:{number}" for number in groups}
    done = request.GET.get("done", "")
    context = {
        "export": export,
        "is_over": export is not None and export.expires_at is not None and export.expires_at <= now,
        "looks": [_look(one, groups) for one in looks_at(account=person, places=places)],
        "consents": consenting.standings(person, language()),
        "erasure": asking_erasure.erasure_asked_by(person),
        "bounces": bool(bounced_among([person.email])),
        "email": person.email,
        "calendar_url": calendar_url,
        "calendar_made_at": feeding_calendars.link_made_at(person),
        "rules": [(gettext(words), days) for words, days in retention.told()],
        "done": done if done in DONE else "",
        "now": now,
    }
    return _private(render(request, "web/your_data.html", context))


def _look(act_: StaffAct, groups: Mapping[int, str]) -> Look:
    role = str(Role(act_.role).label) if act_.role in Role.values else gettext("somebody of the team")
    what = gettext(LOOKS[act_.act]) if act_.act in LOOKS else act_.act
    kind, _colon, key = act_.place.partition(":")
    place = groups.get(int(key), key) if kind == "cohort" else key
    return Look(role, what, place, act_.done_at)


def _fates() -> list[Fate]:
    """What would be deleted, unlinked and kept, in words. No query."""
    found: dict[tuple[str, str], Fate] = {}
    for lead in leads():
        said = declared(lead.model)
        if said is None or (lead.fate == "unlinked" and said.treatment == "delete"):
            continue  # rows of others, in which the person's column is emptied
        kind = "kept" if said.treatment == "keep" else lead.fate
        found[kind, label_of(lead.model)] = Fate(kind, gettext(said.words), gettext(said.reason) if said.reason else "")
    return sorted(found.values(), key=lambda one: (one.kind, one.words))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _done(what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('your-data')}?{urlencode({'done': what})}")
