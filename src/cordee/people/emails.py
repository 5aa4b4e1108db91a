"""Is this an e-mail address, and whose is it?

Two spellings are one address when they agree after NFKC and casefolding ("İ" and "ß" as Unicode folds them), with the
domain in its Unicode form. What the person typed is kept and shown.
"""

from __future__ import annotations

import re
import unicodedata
import uuid

from cordee.core.errors import N_, InputRefused

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets
MAX_LOCAL_BYTES = 64  # RFC 5321, 4.5.3.1.1
# RFC 5322 atext and RFC 6532's non-ASCII; quoted local parts exist on paper only
LOCAL = re.compile(r"[^\s\"(),:;<>@\[\]\\\x00-\x20\x7f]+")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})


class EmailRefused(InputRefused):
    """Not an e-mail address that mail could reach."""


def read_email(text: str) -> str:
    """The address as typed, without the spaces around it. Raises `EmailRefused`."""
    email = text.strip()
    if not email:
        raise EmailRefused(N_("The email address is missing. Enter it."))
    if not _is_address(email) or not _is_address(email_key(email)):
        raise EmailRefused(N_("This email address is not complete. Enter a full one, for example awa@example.org."))
    return email


def email_key(email: str) -> str:
    """What makes two spellings one address. Total: any text has a key."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email).casefold()).strip()
    local, at, domain = folded.replace("\u3002", ".").rpartition("@")  # the ideographic full stop separates labels too
    return local + at + ".".join(_unicode_label(label) for label in domain.split("."))


def stranger(address: str) -> uuid.UUID:
    """Stands for somebody who has no account: the same for the same address, and no one's pseudonym."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{email_key(address)}")


def _is_address(email: str) -> bool:
    if len(email) > MAX_LENGTH or any(unicodedata.category(sign) in REFUSED_CATEGORIES for sign in email):
        return False
    local, at, domain = email.rpartition("@")
    return bool(at) and _is_local_part(local) and _is_domain(domain)


def _is_local_part(local: str) -> bool:
    dots_wrong = local.startswith(".") or local.endswith(".") or ".." in local
    return bool(LOCAL.fullmatch(local)) and not dots_wrong and len(local.encode()) <= MAX_LOCAL_BYTES


def _is_domain(domain: str) -> bool:
    try:
        labels = domain.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError:
        return False
    return len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()


def _unicode_label(label: str) -> str:
    """A domain label in Unicode: "xn--9ca" and "é" are the same place."""
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFKC", label.encode("ascii").decode("idna").casefold())
    except UnicodeError:
        return label
