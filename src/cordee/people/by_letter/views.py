"""How do the pages answer that write a letter, and those that its links open?

Opening a link shows a form and changes nothing. The pages that write a letter answer alike for every address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.core import clock
from cordee.core.errors import CordeeError, TooMany
from cordee.jobs.signed_addresses import path_of
from cordee.jobs.writing_letters import files_folder, letters_leave
from cordee.people import signing_in, signing_up
from cordee.people.by_letter import changing_address, joining
from cordee.people.by_letter.forms import (
    AddressForm,
    ForgottenForm,
    JoinAtOnceForm,
    JoinForm,
    NewAccountForm,
    NewPasswordForm,
)
from cordee.people.by_letter.links import DEAD, LinkDead, find_link
from cordee.people.devices import device_of, family_of
from cordee.people.entering import agent_of, ask_for_code, enter, let_in
from cordee.people.minors.agreeing import say_year, years_said
from cordee.people.models import Account, MailedLink
from cordee.people.passwords import PasswordRefused
from cordee.people.permissions import act, signed_in
from cordee.people.sessions import account_of, claim_of
from cordee.people.throttling import address_of
from cordee.ui.language import language
from cordee.ui.redirects import HOME, is_local, safe_next
from cordee.ui.sentences import sentence_of

REFUSED = 400
SENT = ("sign-up", "password", "address", "confirm", "agreement")  # which letter a page may say was just sent


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.join")
def sign_up(request: HttpRequest) -> HttpResponse:
    """A new account: by a letter, or by a password on a site that sends none, one answer for all addresses; at once
    where the site has addresses confirmed later.
    """
    by_letter, now = _joins_by_letter(), clock.now()
    typed = request.POST if request.method == "POST" else None
    form: Form = JoinForm(typed) if by_letter else JoinAtOnceForm(typed, now=now)
    if typed is None and account_of(request) is not None:
        return HttpResponseRedirect(safe_next(request))
    if not form.is_valid():
        return _sign_up_page(request, form)
    onward, asked = safe_next(request), form.cleaned_data | {"language": language(), "address": address_of(request)}
    try:
        if by_letter:
            joining.ask_for_account(**asked, onward=onward, now=now)
        else:
            asked["year"] = int(asked.get("year") or 0)
            signing_up.sign_up(**asked, time_zone=settings.TIME_ZONE, now=now)
    except CordeeError as error:
        form.add_error(None, sentence_of(error))
        return refused(error, _sign_up_page(request, form))
    if by_letter:
        return sent("sign-up")
    if settings.CORDEE.confirm_address_later and (entered := _enter_new(request, form, onward=onward)):
        return entered
    words = {"new": "1"} | ({"next": onward} if onward != HOME else {})
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode(words)}")


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.join")
def forgot_password(request: HttpRequest) -> HttpResponse:
    """A letter to choose another password. One answer for all addresses."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            joining.ask_for_password(
                email=form.cleaned_data["email"], language=language(), address=address_of(request), now=clock.now()
            )
        except CordeeError as error:
            form.add_error(None, sentence_of(error))
            return refused(error, render(request, "people/forgot_password.html", {"form": form}))
        return sent("password")
    return render(request, "people/forgot_password.html", {"form": form}, status=REFUSED if form.is_bound else 200)


@require_safe
@act("account.join")
def letter_sent(request: HttpRequest) -> HttpResponse:
    """What to do now; on a machine that sends nothing out, where to read the letter."""
    what = request.GET.get("what", "")
    here = files_folder() is not None and settings.CORDEE_GUIDE
    context = {"what": what if what in SENT else "", "mail_url": reverse("ui:mail") if here else ""}
    return render(request, "people/letter_sent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.join")
def open_account(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a new account: its name, its password, and in which year its owner was born."""
    now = clock.now()

    def answer(link: MailedLink) -> HttpResponse:
        typed = request.POST if request.method == "POST" else None
        known = {"name": link.data.get("name", "")}
        form = NewAccountForm(typed, initial=known, email=link.address, now=now)
        context = {"form": form, "email": link.address, "token": token}
        if not form.is_valid():
            return _private(render(request, "people/new_account.html", context, status=_status(form)))
        try:
            account = joining.make_account_by_link(
                link=link,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                time_zone=settings.TIME_ZONE,
                now=now,
            )
        except LinkDead:
            raise
        except CordeeError as error:
            form.add_error("password" if isinstance(error, PasswordRefused) else None, sentence_of(error))
            return _private(refused(error, render(request, "people/new_account.html", context)))
        if "year" in form.cleaned_data:
            say_year(account=account, year=int(form.cleaned_data["year"]), now=now)
        onward = str(link.data.get("onward", HOME))
        onward = reverse("agreement") if account.waits_for_parent else onward if is_local(onward) else HOME
        return enter(request, account, onward=onward, now=now)

    return _by_link(request, MailedLink.SIGN_UP, token, answer)


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.join")
def choose_password(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a forgotten password, or of an invitation."""
    now = clock.now()

    def answer(link: MailedLink) -> HttpResponse:
        account = _owner(link)
        form = NewPasswordForm(
            request.POST if request.method == "POST" else None,
            email=account.email,
            name=account.name,
            is_first=joining.awaits_first_password(account) and not years_said(account),
            now=now,
        )
        context = {"form": form, "email": account.email, "token": token}
        if not form.is_valid():
            return _private(render(request, "people/new_password.html", context, status=_status(form)))
        account = joining.choose_password_by_link(
            link=link, password=form.cleaned_data["password"], agent=family_of(agent_of(request)), now=now
        )
        if "year" in form.cleaned_data:
            say_year(account=account, year=int(form.cleaned_data["year"]), now=now)
        return enter(request, account, onward=reverse("agreement") if account.waits_for_parent else HOME, now=now)

    return _by_link(request, MailedLink.PASSWORD, token, answer)


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.join")
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link that confirms the account's address."""

    def act_on(link: MailedLink) -> HttpResponse:
        changing_address.confirm_address(link=link, now=clock.now())
        return _home_of(request, "confirmed")

    return _one_button(request, MailedLink.CONFIRM, token, act_on)


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.join")
def new_address(request: HttpRequest, token: str) -> HttpResponse:
    """The link, in a letter to the new address, that makes it the account's."""

    def act_on(link: MailedLink) -> HttpResponse:
        changing_address.change_address(link=link, now=clock.now())
        return _home_of(request, "address")

    return _one_button(request, MailedLink.ADDRESS, token, act_on)


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.join")
def take_back(request: HttpRequest, token: str) -> HttpResponse:
    """The link, in a letter to the old address, that makes it count again."""

    def act_on(link: MailedLink) -> HttpResponse:
        onward = changing_address.take_back(link=link, now=clock.now())
        return HttpResponseRedirect(path_to(onward))

    return _one_button(request, MailedLink.TAKE_BACK, token, act_on)


@require_POST
@act("account.own")
def ask_to_confirm(request: HttpRequest) -> HttpResponse:
    """The letter that confirms one's address, once more."""
    person, _ = signed_in(request)
    changing_address.ask_to_confirm(account=person, address=address_of(request), now=clock.now())
    return sent("confirm")


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.own")
def change_address(request: HttpRequest) -> HttpResponse:
    """Another address: a letter goes there first."""
    person, _ = signed_in(request)
    form = AddressForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "email": person.email}
    if not form.is_valid():
        return render(request, "people/change_address.html", context, status=_status(form))
    now = clock.now()
    try:
        signing_in.check_own_password(
            account=person,
            password=form.cleaned_data["address_password"],
            address=address_of(request),
            device=device_of(request),
            now=now,
        )
        changing_address.ask_for_address(
            account=person, email=form.cleaned_data["email"], address=address_of(request), now=now
        )
    except CordeeError as error:
        wrong = "address_password" if isinstance(error, signing_in.OwnPasswordWrong) else "email"
        form.add_error(None if isinstance(error, TooMany) else wrong, sentence_of(error))
        return refused(error, render(request, "people/change_address.html", context))
    return sent("address")


def path_to(link: MailedLink) -> str:
    """The page of a link, for who has just shown that they read its mailbox."""
    return path_of(link.door, link.pk)


def sent(what: str) -> HttpResponseRedirect:
    """On to what to do now."""
    return HttpResponseRedirect(f"{reverse('letter-sent')}?{urlencode({'what': what})}")


def refused(error: CordeeError, response: HttpResponse) -> HttpResponse:
    """The page of a form, with the status of the error that it shows."""
    response.status_code = error.status
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def dead_link(request: HttpRequest, error: CordeeError, door: str) -> HttpResponse:
    """What to do when a link works no more."""
    again: Mapping[str, str] = {
        MailedLink.SIGN_UP: reverse("sign-up"),
        MailedLink.PASSWORD: reverse("forgot-password"),
        MailedLink.CONFIRM: reverse("account"),
        MailedLink.ADDRESS: reverse("change-address"),
    }
    context: dict[str, Any] = {"sentence": sentence_of(error), "again": again.get(door, ""), "door": door}
    return _private(render(request, "people/dead_link.html", context, status=error.status))


def _by_link(request: HttpRequest, door: str, token: str, answer: Callable[[MailedLink], HttpResponse]) -> HttpResponse:
    try:
        return answer(find_link(door, token, now=clock.now()))
    except LinkDead as error:
        return dead_link(request, error, door)


def _one_button(
    request: HttpRequest, door: str, token: str, act_on: Callable[[MailedLink], HttpResponse]
) -> HttpResponse:
    """A page that says what the link does, and does it when its button is pressed."""

    def answer(link: MailedLink) -> HttpResponse:
        if request.method == "POST":
            return act_on(link)
        owner = _owner(link)
        context = {"door": door, "address": link.address, "present": owner.email, "action": request.path}
        return _private(render(request, "people/one_button.html", context))

    return _by_link(request, door, token, answer)


def _home_of(request: HttpRequest, done: str) -> HttpResponse:
    """The account's own page where somebody is signed in, else a page that says what was done."""
    if account_of(request) is not None:
        return HttpResponseRedirect(f"{reverse('account')}?{urlencode({'done': done})}")
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'done': done})}")


def _owner(link: MailedLink) -> Account:
    if link.account is None:
        raise LinkDead(DEAD)
    return link.account


def _joins_by_letter() -> bool:
    return letters_leave() and not settings.CORDEE.confirm_address_later


def _enter_new(request: HttpRequest, form: Form, *, onward: str) -> HttpResponse | None:
    """Signed in with what was just typed, and a letter to confirm the address under way; None where another has it."""
    now = clock.now()
    try:
        done = signing_in.sign_in(
            email=form.cleaned_data["email"],
            password=form.cleaned_data["password"],
            address=address_of(request),
            device=device_of(request),
            agent=agent_of(request),
            replaced=claim_of(request),
            now=now,
        )
    except signing_in.CodeNeeded as half:
        return ask_for_code(request, half.account, onward=onward, now=now)
    except CordeeError:
        return None  # as for every address: on to the page where one signs in
    if letters_leave():
        changing_address.ask_to_confirm(account=done.account, address=address_of(request), now=now)
    return let_in(request, done.account, done.claim, onward=onward)


def _sign_up_page(request: HttpRequest, form: Form) -> HttpResponse:
    context = {
        "form": form,
        "next": safe_next(request),
        "by_letter": _joins_by_letter(),
        "at_once": settings.CORDEE.confirm_address_later,
    }
    return render(request, "people/sign_up.html", context, status=_status(form))


def _private(response: HttpResponse) -> HttpResponse:
    """For this reader only: the address holds a secret."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _status(form: Form) -> int:
    return REFUSED if form.is_bound else 200
