"""At which secret address does a person's calendar program find their dates?

Programs that read calendars sign in nowhere, so the address itself is the secret: 160 random bits, of which the
database keeps a digest. Renewing it ends the one before; without one there is no address. A new password ends it, too
(`by_letter.joining.set_password`): whoever chooses one shuts everybody else out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Final

from cordee.people.models import Account, CalendarLink

KEY_BYTES: Final = 20


def renew_link(*, account: Account, now: dt.datetime) -> str:
    """A new secret, shown once; the one before ends. 2–3 queries."""
    key = secrets.token_hex(KEY_BYTES)
    CalendarLink.objects.update_or_create(account=account, defaults={"key_sha256": _digest(key), "made_at": now})
    return key


def end_link(*, account: Account) -> bool:
    """No address leads to the calendar any more; whether one did. 1 query."""
    return bool(CalendarLink.objects.filter(account=account).delete()[0])


def link_made_at(account: Account) -> dt.datetime | None:
    """Since when there is an address; None for none. 1 query."""
    return CalendarLink.objects.filter(account=account).values_list("made_at", flat=True).first()


def account_of_key(key: str) -> Account | None:
    """Whose calendar this address gives; None for one that was renewed, ended, or never made. 1 query."""
    found = CalendarLink.objects.select_related("account").filter(key_sha256=_digest(key), account__is_active=True)
    link = found.first()
    return link.account if link else None


def _digest(key: str) -> str:
    return hashlib.sha256(f"calendar {key}".encode()).hexdigest()
