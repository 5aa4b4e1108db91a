"""How does the first operator of a new site get an account, when no account has a default password?

`cordee serve` prints a link that works once, while nobody has an account. Its secret is kept as a hash.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.core.errors import N_, CordeeError, NotFound
from cordee.jobs.models import SiteFact
from cordee.people.forms import SignUpForm
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
from cordee.people.permissions import act
from cordee.people.signing_up import make_account
from cordee.ui.sentences import sentence_of

FACT = "set-up link"
REFUSED = 400


def new_link() -> str | None:
    """The path of a fresh set-up link; earlier ones stop working. None once somebody has an account. 2–5 queries."""
    if Account.objects.exists():
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
    """Use the link up. Raises `NotFound` once it was used or somebody has an account; else as `make_account` does."""
    with transaction.atomic():  # SQLite lets one writer in at a time, so two clicks make one account
        _check(token)
        account = make_account(
            email=email,
            password=password,
            name=name,
            language=get_language() or settings.LANGUAGE_CODE,
            time_zone=settings.TIME_ZONE,
            now=clock.now(),
        )
        grant_role(account=account, role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
        SiteFact.objects.filter(name=FACT).delete()
        return account


def _check(token: str) -> None:
    fact = SiteFact.objects.filter(name=FACT).first()
    good = fact is not None and hmac.compare_digest(str(fact.value), _hash(token))
    if not good or Account.objects.exists():
        raise NotFound(N_("This link has been used, or a newer one was made. Look at what the server printed last."))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _page(request: HttpRequest, form: SignUpForm, token: str) -> HttpResponse:
    context = {"form": form, "token": token}
    return render(request, "web/set_up.html", context, status=REFUSED if form.errors else 200)
