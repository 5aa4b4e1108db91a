"""Which form is this? One identifier for one attempt, so that the same attempt is never counted twice."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from cordee.core.errors import N_, InputRefused
from cordee.core.ids import uuid8
from cordee.jobs.site import site_key


def form_id(*, enrolment_id: int, activity: str, attempt: int) -> UUID:
    """The identifier that the server draws into the form of an attempt.

    It is the same in every tab that shows the same attempt: a double click, a second tab, or Back and hand in again all
    send it twice, and the second time gets the first receipt.
    """
    digest = hmac.digest(site_key(), f"form|{enrolment_id}|{activity}|{attempt}".encode(), hashlib.sha256)
    return uuid8(digest)


def read_form_id(text: str) -> UUID:
    """Raises InputRefused for what is no identifier."""
    try:
        return UUID(text)
    except ValueError:
        raise InputRefused(N_("This form is incomplete. Reload the page and hand in again.")) from None
