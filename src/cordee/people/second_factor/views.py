"""How do the pages of sign-in in two steps answer? Every one works without script, on a phone, with a screen reader."""

from __future__ import annotations

import io
from collections.abc import Mapping
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from cordee.core import clock
from cordee.core.codes import grouped
from cordee.core.errors import CordeeError, TooMany
from cordee.people.devices import device_of
from cordee.people.entering import agent_of, let_in
from cordee.people.models import Account
from cordee.people.permissions import act, lacks_second_factor, signed_in
from cordee.people.second_factor import switching, totp
from cordee.people.second_factor.forms import CodeForm, OwnPasswordForm, PaperForm
from cordee.people.second_factor.half_way import clear_half_way, half_way
from cordee.people.second_factor.proving import prove
from cordee.people.second_factor.secrets import new_nonce, secret_of
from cordee.people.sessions import claim_of, set_session
from cordee.people.signing_in import begin_session, check_own_password
from cordee.people.throttling import address_of
from cordee.ui.redirects import safe_next
from cordee.ui.sentences import sentence_of

REFUSED = 400
DONE = ("off",)


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.prove")
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the phone, or of the paper (`with=paper`); then on to `next`."""
    now = clock.now()
    account = half_way(request, now=now)
    onward = safe_next(request)
    if account is None:
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': onward, 'done': 'late'})}")
    on_paper = request.GET.get("with") == "paper"
    kind: type[Form] = PaperForm if on_paper else CodeForm
    form = kind(request.POST if request.method == "POST" else None)
    context = {"form": form, "next": onward, "on_paper": on_paper}
    if not form.is_valid():
        return _page(request, "people/sign_in_code.html", context, REFUSED if form.is_bound else 200)
    agent = agent_of(request)
    try:
        prove(
            account=account,
            code=form.cleaned_data["code"],
            address=address_of(request),
            device=device_of(request),
            agent=agent,
            now=now,
        )
    except CordeeError as error:
        form.add_error("code", sentence_of(error))
        return _refused(error, _page(request, "people/sign_in_code.html", context))
    claim = begin_session(account=account, agent=agent, replaced=claim_of(request), now=now)
    response = let_in(request, account, claim, onward=onward)
    clear_half_way(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.second_factor")
def second_factor(request: HttpRequest) -> HttpResponse:
    """What it is, and whether it is on. Posting the password shows the code to scan."""
    person, _ = signed_in(request)
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    if not form.is_valid() or not _password_is_right(request, person, form):
        return _state_page(request, person, form)
    row = switching.begin(account=person, now=clock.now())
    return _scan_page(request, person, row.nonce, CodeForm())


@require_POST
@act("account.second_factor")
def switch_on(request: HttpRequest) -> HttpResponse:
    """The phone's first code; then the codes for the paper, this once."""
    person, claim = signed_in(request)
    nonce = request.POST.get("nonce", "")[:32]
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _scan_page(request, person, nonce, form)
    try:
        new_claim, codes = switching.switch_on(
            account=person,
            nonce=nonce,
            code=form.cleaned_data["code"],
            claim=claim,
            agent=agent_of(request),
            now=clock.now(),
        )
    except CordeeError as error:
        form.add_error("code", sentence_of(error))
        return _refused(error, _scan_page(request, person, nonce, form))
    response = _codes_page(request, codes, just_on=True)
    set_session(response, new_claim)
    return response


@require_POST
@act("account.second_factor")
def new_codes(request: HttpRequest) -> HttpResponse:
    """Ten new codes for the paper."""
    person, _ = signed_in(request)
    form = OwnPasswordForm(request.POST)
    if not form.is_valid() or not _password_is_right(request, person, form):
        return _state_page(request, person, form)
    codes = switching.new_recovery_codes(account=person, nonce=request.POST.get("nonce", ""), now=clock.now())
    return _codes_page(request, codes, just_on=False)


@require_POST
@act("account.second_factor")
def switch_off(request: HttpRequest) -> HttpResponse:
    """The password alone again."""
    person, _ = signed_in(request)
    form = OwnPasswordForm(request.POST)
    if not form.is_valid() or not _password_is_right(request, person, form):
        return _state_page(request, person, form)
    switching.switch_off(account=person, agent=agent_of(request), now=clock.now())
    return HttpResponseRedirect(f"{reverse('second-factor')}?{urlencode({'done': 'off'})}")


def _password_is_right(request: HttpRequest, person: Account, form: OwnPasswordForm) -> bool:
    try:
        check_own_password(
            account=person,
            password=form.cleaned_data["password"],
            address=address_of(request),
            device=device_of(request),
            now=clock.now(),
        )
    except CordeeError as error:
        form.add_error("password", sentence_of(error))
        form.status = error.status  # type: ignore[attr-defined]  # for the answer
        return False
    return True


def _state_page(request: HttpRequest, person: Account, form: OwnPasswordForm) -> HttpResponse:
    is_on = person.second_factor_at is not None
    context = {
        "form": form,
        "since": person.second_factor_at,
        "codes_left": switching.codes_left(person) if is_on else 0,
        "nonce": new_nonce(),
        "needed": lacks_second_factor(person),
        "next": safe_next(request),
        "done": request.GET.get("done") if request.GET.get("done") in DONE else "",
        "may_switch_off": not settings.CORDEE.staff_second_factor,
    }
    status = getattr(form, "status", REFUSED) if form.is_bound and form.errors else 200
    return _page(request, "people/second_factor.html", context, status)


def _scan_page(request: HttpRequest, person: Account, nonce: str, form: CodeForm) -> HttpResponse:
    site = urlsplit(settings.CORDEE.url).netloc
    secret = secret_of(person, nonce)
    context = {
        "form": form,
        "nonce": nonce,
        "qr": _drawn(totp.address_for(secret, site=site, email=person.email)),
        "typed": totp.in_base32(secret),
        "site": site,
        "email": person.email,
    }
    return _page(request, "people/second_factor_scan.html", context, REFUSED if form.is_bound else 200)


def _codes_page(request: HttpRequest, codes: list[str], *, just_on: bool) -> HttpResponse:
    context = {
        "codes": [grouped(one) for one in codes],
        "just_on": just_on,
        "site": urlsplit(settings.CORDEE.url).netloc,
        "now": clock.now(),
    }
    return _page(request, "people/recovery_codes.html", context)


def _drawn(address: str) -> SafeString:
    """The QR code as a picture in the page, black on white in every theme, for phones to read."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=4, xmldecl=False, svgns=True, svgclass=None, lineclass=None, omitsize=True, light="#fff"
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308 - drawn by segno from squares; the address is not in it


def _page(request: HttpRequest, template: str, context: Mapping[str, object], status: int = 200) -> HttpResponse:
    response = render(request, template, dict(context), status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _refused(error: CordeeError, response: HttpResponse) -> HttpResponse:
    response.status_code = error.status
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response
