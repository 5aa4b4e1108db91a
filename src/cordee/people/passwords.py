"""Is this password good enough, and in which form is it hashed?

Long enough, not among the twenty thousand most used, not the person's own address or name. No rule on kinds of
characters (ASVS 5.0, 6.2.5): they make passwords worse. Checked before anything is hashed, so a huge one costs nothing.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from cordee.core.errors import N_, InputRefused
from cordee.people.emails import email_key

MIN_LENGTH = 8
MAX_BYTES = 512


class PasswordRefused(InputRefused):
    """A password that may not be chosen; the sentence says why."""


def read_new_password(text: str, *, email: str, name: str = "") -> str:
    """The password in the form that is hashed. Raises `PasswordRefused`."""
    password = hashed_form(text)
    if password is None:
        raise PasswordRefused(N_("This password is too long. Choose a shorter one."))
    if len(password) < MIN_LENGTH:
        raise PasswordRefused(
            N_("This password is too short. Choose one of at least {limit} characters; a sentence does very well."),
            limit=MIN_LENGTH,
        )
    if _is_common(password):
        raise PasswordRefused(N_("This password is among the most used ones. Choose one of your own."))
    if _is_personal(password, email=email, name=name):
        raise PasswordRefused(N_("This password is your email address or your name. Choose another one."))
    return password


def hashed_form(text: str) -> str | None:
    """The same password from every keyboard: spaces of all sorts as a space, then NFC; None when too long to be one.

    Source: RFC 8265, 4.2 (OpaqueString).
    """
    if len(text) > MAX_BYTES:
        return None
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in text)
    password = unicodedata.normalize("NFC", spaced)
    try:
        return password if len(password.encode()) <= MAX_BYTES else None
    except UnicodeEncodeError:  # half of a surrogate pair: no keyboard types it
        return None


def _is_common(password: str) -> bool:
    try:
        _common_passwords().validate(password)
    except ValidationError:
        return True
    return False


@cache
def _common_passwords() -> CommonPasswordValidator:
    return CommonPasswordValidator()


def _is_personal(password: str, *, email: str, name: str) -> bool:
    key = email_key(email)
    folded = email_key(password)
    return folded in {key, key.partition("@")[0], email_key(name), email_key(name).replace(" ", "")}
