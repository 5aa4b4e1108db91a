"""What needs an address that its owner has answered from?

Everything can be read, tried and graded without: only what the site says of a person to others, an attestation, waits.
Where no letter leaves, nobody could confirm, and nothing waits.
"""

from __future__ import annotations

import datetime as dt

from cordee.core.errors import N_, NotYet
from cordee.jobs.writing_letters import letters_leave
from cordee.people.models import Account


class NotConfirmed(NotYet):
    """The owner of the account's address has not answered from it yet."""


def is_confirmed(account: Account) -> bool:
    """Whether the address is known to be the person's, as far as this site can know. No query."""
    return account.confirmed_at is not None or not letters_leave()


def require_confirmed(account: Account) -> None:
    """Raises NotConfirmed."""
    if not is_confirmed(account):
        raise NotConfirmed(
            N_("Confirm your email address first: the page of your account sends you the letter for that.")
        )


def confirm(account: Account, *, now: dt.datetime) -> None:
    """The owner has answered from the address: they hold what only its mailbox was sent. 1 statement, or none."""
    if account.confirmed_at is None:
        account.confirmed_at = now
        account.save(update_fields=["confirmed_at"])
