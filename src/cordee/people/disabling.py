"""How is a person kept out, and let in again?"""

from __future__ import annotations

from django.db.models import F

from cordee.people.models import Account


def disable_account(*, account: Account) -> None:
    """Nobody signs in to it, and its sessions are dead at their next request. 2 statements."""
    Account.objects.filter(pk=account.pk).update(is_active=False, epoch=F("epoch") + 1)
    account.refresh_from_db(fields=["is_active", "epoch"])


def enable_account(*, account: Account) -> None:
    """Signing in works again; the sessions of before stay dead. 1 statement."""
    account.is_active = True
    account.save(update_fields=["is_active"])
