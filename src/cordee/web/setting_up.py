"""How does the first operator of a new site get an account, when no account has a default password?

`cordee serve` prints a link that works once, as long as nobody is operator: strangers who sign up first change nothing.
Its secret is kept as a hash.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.core.errors import N_, Conflict, CordeeError, NotFound
from cordee.jobs.models import SiteFact
from cordee.people.forms import SignUpForm
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
from cordee.people.passwords import hashed_form
from cordee.people.permissions import act
from cordee.people.queries import account_by_email, has_operator
from cordee.people.signing_up import make_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.web.shell import shell_for

FACT = "set-up link"
REFUSED = 400


def new_link() -> str | None:
    """The path of a fresh set-up link; earlier ones stop working. None once there is an operator. 1–5 queries."""
    if has_operator():
        return None
    token = secrets.token_urlsafe(24)
    SiteFact.objects.update_or_create(name=FACT, defaults={"value": _hash(token)})
    return reverse("set-up", args=[token])


@require_http_methods(["GET", "HEAD", "POST"])
@act("site.read")
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The first operator's account."""
    _check(token)
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, token)
    try:
        make_first_operator(token=token, **form.cleaned_data)
    except NotFound:
        raise
    except CordeeError as error:
        form.add_error(None, sentence_of(error))
        return _page(request, form, token)
    return HttpResponseRedirect(reverse("sign-in"))


def make_first_operator(*, token: str, email: str, password: str, name: str) -> Account:
    """Use the link up. An address that has an account already gives that account, to who knows its password.

    Raises `NotFound` once the link was used or there is an operator, `Conflict` when the password is not the one of
    the account that has this address; else as `make_account` does.
    """
    with transaction.atomic():
        # Two clicks make one account: the second waits here until the first has used the link up. (SQLite lets one
        # writer in at a time.)
        SiteFact.objects.select_for_update().filter(name=FACT).first()
        _check(token)
        account = _known_account(email, password) or make_account(
            email=email,
            password=password,
            name=name,
            language=language(),
            time_zone=settings.TIME_ZONE,
            now=clock.now(),
        )
        grant_role(account=account, role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
        SiteFact.objects.filter(name=FACT).delete()
        return account


def _known_account(email: str, password: str) -> Account | None:
    """The account that has this address. Whoever signed up with it first gets no role by that: the password decides."""
    account = account_by_email(email)
    if account is None:
        return None
    form = hashed_form(password)
    if form is None or not account.is_active or not account.check_password(form):
        raise Conflict(
            N_(
                "{email} already has an account, and this is not its password."
                " Write the password of that account, or choose another address."
            ),
            email=account.email,
        )
    return account


def _check(token: str) -> None:
    fact = SiteFact.objects.filter(name=FACT).first()
    good = fact is not None and hmac.compare_digest(str(fact.value), _hash(token))
    if not good or has_operator():
        raise NotFound(N_("This link has been used, or a newer one was made. Look at what the server printed last."))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _page(request: HttpRequest, form: SignUpForm, token: str) -> HttpResponse:
    shell = replace(shell_for(request), sign_up_url="")  # an account made there would be none of an operator
    context = {"form": form, "token": token, "shell": shell}
    return render(request, "web/set_up.html", context, status=REFUSED if form.errors else 200)
