"""How is sign-in in two steps switched on and off, and how are the codes on paper made anew?

The caller has asked for the password. Every act that opens or closes this door is told to the owner by letter.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.people.by_letter import wording
from cordee.people.devices import family_of
from cordee.people.models import Account, RecoveryCode, SecondFactor, SignIn
from cordee.people.second_factor import totp
from cordee.people.second_factor.secrets import NONCE, digest_of, new_nonce, recovery_codes, secret_of
from cordee.people.sessions import SessionClaim
from cordee.people.signing_in import begin_session

SHOWN_AGAIN: Final = dt.timedelta(minutes=10)  # a second click, a page sent again


def begin(*, account: Account, now: dt.datetime) -> SecondFactor:
    """A secret for a phone that nobody has yet; signing in stays as it is until `switch_on`. 2 statements.

    Begun again, the one before is void. Raises Conflict when it is on.
    """
    if account.second_factor_at is not None:
        raise Conflict(N_("Sign-in in two steps is on already. Switch it off first if you have another phone."))
    return SecondFactor.objects.update_or_create(
        account=account, defaults={"nonce": new_nonce(), "last_step": 0, "began_at": now}
    )[0]


def switch_on(
    *, account: Account, nonce: str, code: str, claim: SessionClaim, agent: str, now: dt.datetime
) -> tuple[SessionClaim, list[str]]:
    """The phone's first code proves that it works: from now on each sign-in needs one. Every other session ends.

    Gives the session of this browser, which is a new one, and the recovery codes, which are shown this once. The same
    form again, within ten minutes, shows the same ones. About 12 statements. Raises InputRefused, Conflict.
    """
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        row = SecondFactor.objects.filter(account=account, nonce=nonce).first()
        if row is None:
            raise Conflict(N_("Another code to scan was made in the meantime. Scan that one."))
        codes = recovery_codes(account, row.nonce)
        if locked.second_factor_at is not None:
            if now - locked.second_factor_at > SHOWN_AGAIN:
                raise Conflict(N_("Sign-in in two steps is on already. Switch it off first if you have another phone."))
            account.second_factor_at, account.epoch = locked.second_factor_at, locked.epoch
            return claim, codes
        step = totp.step_of(secret_of(account, row.nonce), code, now)
        if step is None:
            raise InputRefused(
                N_("This code does not fit. Type the one that the phone shows now; its clock must be right.")
            )
        row.last_step = step
        row.save(update_fields=["last_step"])
        _keep(account, codes, now)
        account.second_factor_at, account.epoch = now, locked.epoch + 1
        account.save(update_fields=["second_factor_at", "epoch"])
        SignIn.objects.filter(account=account, ended_at__isnull=True, created_at__lte=now).update(ended_at=now)
        wording.tell(wording.second_factor_on(family_of(agent)), account=account, now=now)
        return begin_session(account=account, agent=agent, now=now), codes


def new_recovery_codes(*, account: Account, nonce: str, now: dt.datetime) -> list[str]:
    """Ten new codes for the paper; those of before are void. The same form again gives the same. 3 statements.

    Raises Conflict when it is off, InputRefused for a form that was not ours.
    """
    if account.second_factor_at is None:
        raise Conflict(N_("Sign-in in two steps is off. Switch it on first."))
    if not NONCE.fullmatch(nonce):
        raise InputRefused(N_("This form is not whole. Open the page again."))
    codes = recovery_codes(account, nonce)
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        known = RecoveryCode.objects.filter(account=account, digest__in=[digest_of(account, code) for code in codes])
        if not known.exists():
            _keep(account, codes, now)
    return codes


def switch_off(*, account: Account, agent: str, now: dt.datetime) -> None:
    """Signing in needs the password alone again; phone and paper are forgotten. Twice is like once. 7 statements."""
    with transaction.atomic():
        SecondFactor.objects.filter(account=account).delete()
        RecoveryCode.objects.filter(account=account).delete()
        if account.second_factor_at is None:
            return
        account.second_factor_at = None
        account.save(update_fields=["second_factor_at"])
        wording.tell(wording.second_factor_off(family_of(agent)), account=account, now=now)


def codes_left(account: Account) -> int:
    """How many codes of the paper still work. 1 query."""
    return RecoveryCode.objects.filter(account=account, used_at__isnull=True).count()


def _keep(account: Account, codes: list[str], now: dt.datetime) -> None:
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(account=account, digest=digest_of(account, code), made_at=now) for code in codes]
    )
