"""Has this browser signed in to this account before, and what is it?"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from cordee.people.sessions import is_https

SALT = "cordee.people.devices"
MAX_AGE_S = 180 * 24 * 3600
MAX_COOKIE_LENGTH = 200
VALUE = re.compile(r"([0-9]{1,18})\.([0-9a-f]{32})", re.ASCII)
# In this order: a browser's name often holds its rivals' names too
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that has signed in to an account. It opens nothing: its tries are only counted apart."""

    account_id: int
    id: str


def device_of(request: HttpRequest) -> Device | None:
    """The browser's device cookie; None without one of ours. No query."""
    cookie = request.COOKIES.get(cookie_name(), "")
    if not cookie or len(cookie) > MAX_COOKIE_LENGTH:
        return None
    try:
        value = signing.Signer(salt=SALT).unsign(cookie)
    except (signing.BadSignature, UnicodeError):
        return None
    match = VALUE.fullmatch(value)
    return Device(int(match[1]), match[2]) if match else None


def set_device(response: HttpResponse, *, account_id: int, known: Device | None) -> None:
    """Tell the browser that it is known for this account, under the same id if it was already."""
    same = known is not None and known.account_id == account_id
    device_id = known.id if known is not None and same else secrets.token_hex(16)
    response.set_cookie(
        cookie_name(),
        signing.Signer(salt=SALT).sign(f"{account_id}.{device_id}"),
        max_age=MAX_AGE_S,
        path="/",
        secure=is_https(),
        httponly=True,
        samesite="Lax",
    )


def cookie_name() -> str:
    return f"{settings.COOKIE_PREFIX}cordee_device"


def family_of(agent: str) -> str:
    """Browser and system families of a User-Agent, e.g. "Firefox, Linux"; "" when neither is known."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return ", ".join(part for part in (browser, system) if part)
