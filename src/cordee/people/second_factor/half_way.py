"""Who has given the right password and still owes a code? A cookie of ten minutes says so; it opens nothing else."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from cordee.people.models import Account
from cordee.people.sessions import is_https

SALT: Final = "cordee.people.half-way"
LIFETIME: Final = dt.timedelta(minutes=10)
MAX_COOKIE_LENGTH: Final = 200
VALUE: Final = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})\.([0-9]{1,12})", re.ASCII)


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}cordee_half_way"


def set_half_way(response: HttpResponse, account: Account, *, now: dt.datetime) -> None:
    """The password of this account was right. A new password makes the cookie worth nothing: the epoch is in it."""
    value = f"{account.pk}.{account.epoch}.{int(now.timestamp())}"
    _set(response, signing.Signer(salt=SALT).sign(value), int(LIFETIME.total_seconds()))


def clear_half_way(response: HttpResponse) -> None:
    _set(response, "", 0)


def half_way(request: HttpRequest, *, now: dt.datetime) -> Account | None:
    """The account whose code is awaited from this browser; None without a cookie of ours. At most 1 query."""
    cookie = request.COOKIES.get(cookie_name(), "")
    if not cookie or len(cookie) > MAX_COOKIE_LENGTH:
        return None
    try:
        match = VALUE.fullmatch(signing.Signer(salt=SALT).unsign(cookie))
    except (signing.BadSignature, UnicodeError):
        return None
    if match is None or not 0 <= now.timestamp() - int(match[3]) <= LIFETIME.total_seconds():
        return None
    found = Account.objects.filter(pk=int(match[1]), epoch=int(match[2]), is_active=True)
    return found.filter(second_factor_at__isnull=False).first()


def _set(response: HttpResponse, value: str, max_age: int) -> None:
    response.set_cookie(
        cookie_name(), value, max_age=max_age, path="/", secure=is_https(), httponly=True, samesite="Lax"
    )
