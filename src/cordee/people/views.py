"""How do the pages for signing in and looking after one's account answer? Signing up: `by_letter`."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from cordee.core import clock
from cordee.core.errors import CordeeError, TooMany
from cordee.jobs.queries import bounced_among, topics_refused
from cordee.jobs.refusing_letters import ALL, Wish, say_no, say_yes
from cordee.jobs.writing_letters import letters_leave
from cordee.people import changing_account, changing_password, queries, signing_in, signing_out
from cordee.people.confirming import is_confirmed
from cordee.people.devices import device_of
from cordee.people.entering import agent_of, ask_for_code, let_in
from cordee.people.forms import PasswordForm, ProfileForm, SignInForm
from cordee.people.models import Account
from cordee.people.passwords import PasswordRefused
from cordee.people.permissions import act, signed_in
from cordee.people.sessions import SessionClaim, account_of, claim_of, clear_session, set_session
from cordee.people.throttling import address_of
from cordee.ui.redirects import HOME, safe_next
from cordee.ui.sentences import sentence_of

REFUSED = 400  # a form with something to correct
# What the account page may say was just done
DONE = ("profile", "password", "letters", "sessions", "session", "confirmed", "address")


@require_http_methods(["GET", "HEAD", "POST"])
@act("site.read")
def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password; then on to `next`."""
    if request.method != "POST":
        if account_of(request) is not None:
            return HttpResponseRedirect(safe_next(request))
        return _sign_in_page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _sign_in_page(request, form)
    device = device_of(request)
    try:
        signed_in = signing_in.sign_in(
            email=form.cleaned_data["email"],
            password=form.cleaned_data["password"],
            address=address_of(request),
            device=device,
            agent=agent_of(request),
            replaced=claim_of(request),
            now=clock.now(),
        )
    except signing_in.CodeNeeded as half:
        return ask_for_code(request, half.account, onward=safe_next(request), now=clock.now())
    except CordeeError as error:
        form.add_error(None, sentence_of(error))
        return _refused(error, _sign_in_page(request, form))
    return let_in(request, signed_in.account, signed_in.claim, onward=safe_next(request))


@require_POST
@act("site.read")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session. Harmless for whoever is signed out already."""
    claim = claim_of(request)
    rotate_token(request)
    return _signed_out(claim)


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.own")
def account(request: HttpRequest) -> HttpResponse:
    """Name, language, zone, password, sessions. Posting saves the first three."""
    person, claim = signed_in(request)
    if request.method != "POST":
        return _account_page(request, person, claim)
    form = ProfileForm(request.POST, now=clock.now())
    if not form.is_valid():
        return _account_page(request, person, claim, profile=form)
    changing_account.change_profile(account=person, **form.cleaned_data)
    return _done("profile")


@require_POST
@act("account.own")
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password, for who knows the present one. Every other session ends."""
    person, claim = signed_in(request)
    form = PasswordForm(request.POST, email=person.email, name=person.name)
    if not form.is_valid():
        return _account_page(request, person, claim, password=form)
    now = clock.now()
    try:
        signing_in.check_own_password(
            account=person,
            password=form.cleaned_data["current"],
            address=address_of(request),
            device=device_of(request),
            now=now,
        )
        new_claim = changing_password.change_password(
            account=person, new_password=form.cleaned_data["new"], agent=agent_of(request), now=now
        )
    except CordeeError as error:
        form.add_error("new" if isinstance(error, PasswordRefused) else "current", sentence_of(error))
        return _refused(error, _account_page(request, person, claim, password=form))
    rotate_token(request)
    response = _done("password")
    set_session(response, new_claim)
    return response


@require_POST
@act("account.own")
def change_letters(request: HttpRequest) -> HttpResponse:
    """No letters of any session, or again: `wish` = none or again. What was said of one session stays."""
    person, _ = signed_in(request)
    wish = Wish(person.pseudonym, ALL, "")
    if request.POST.get("wish") == "again":
        say_yes(wish=wish)
    else:
        say_no(wish=wish, everything=True, now=clock.now())
    return _done("letters")


@require_POST
@act("account.own")
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    _, claim = signed_in(request)
    signing_out.end_other_sessions(claim=claim, now=clock.now())
    return _done("sessions")


@require_POST
@act("account.own")
def end_session(request: HttpRequest, number: UUID) -> HttpResponse:
    """Sign out on one device; on this one, it is signing out."""
    person, claim = signed_in(request)
    if number == claim.sign_in_id:
        return _signed_out(claim)
    signing_out.end_session(account=person, number=number, now=clock.now())
    return _done("session")


def _sign_in_page(request: HttpRequest, form: SignInForm) -> HttpResponse:
    context = {
        "form": form,
        "next": safe_next(request),
        "is_new": request.GET.get("new") == "1",
        "done": request.GET.get("done", ""),
    }
    return render(request, "people/sign_in.html", context, status=_status(form))


def _account_page(
    request: HttpRequest,
    person: Account,
    claim: SessionClaim,
    *,
    profile: ProfileForm | None = None,
    password: PasswordForm | None = None,
) -> HttpResponse:
    """The page with the forms as they were sent, or as the account is. 3 queries."""
    no_letters = topics_refused(person.pseudonym)
    refused = profile or password
    saved = {"name": person.name, "language": person.language, "time_zone": person.time_zone}
    now = clock.now()
    done = request.GET.get("done", "")
    context = {
        "profile": profile or ProfileForm(initial=saved, now=now),
        "password": password or PasswordForm(email=person.email, name=person.name),
        "refused": refused,
        "has_errors": refused is not None,
        "email": person.email,
        "is_confirmed": is_confirmed(person),
        "waits_for_parent": person.waits_for_parent,
        "second_factor": person.second_factor_at is not None,
        "sends_letters": letters_leave(),
        "sessions": queries.open_sessions(claim, now=now),
        "no_letters": ALL in no_letters,
        "without_letters": len(no_letters - {ALL}),
        "bounces": bool(bounced_among([person.email])),
        "done": done if done in DONE and refused is None else "",
        "now": now,
        "zone": person.time_zone,
    }
    return render(request, "people/account.html", context, status=REFUSED if refused else 200)


def _status(form: Form) -> int:
    return REFUSED if form.is_bound else 200


def _refused(error: CordeeError, response: HttpResponse) -> HttpResponse:
    """The page of a form, with the status of the error that it shows."""
    response.status_code = error.status
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _signed_out(claim: SessionClaim | None) -> HttpResponse:
    if claim is not None:
        signing_out.sign_out(claim=claim, now=clock.now())
    response = HttpResponseRedirect(HOME)
    clear_session(response)
    return response


def _done(what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('account')}?{urlencode({'done': what})}")
