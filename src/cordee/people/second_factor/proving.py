"""Is this the code of the account's phone, or one of its paper, and was it used before?"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cordee.core import figures
from cordee.core.codes import read_code
from cordee.core.errors import N_, InputRefused, TooMany
from cordee.jobs.queries import is_written
from cordee.people.by_letter import wording
from cordee.people.devices import Device, family_of
from cordee.people.models import Account, RecoveryCode, SecondFactor
from cordee.people.second_factor import totp
from cordee.people.second_factor.secrets import digest_of, secret_of
from cordee.people.throttling import give_back, take_code


class CodeRefused(InputRefused):
    """A wrong code, or one that was used before: which one is not told."""


def prove(*, account: Account, code: str, address: str, device: Device | None, agent: str, now: dt.datetime) -> None:
    """Accept one code, once: of two who send the same at the same time one is refused.

    About 8 statements. Raises CodeRefused, TooMany.
    """
    on_paper = read_code(code)
    known = device is not None and device.account_id == account.pk
    try:
        taken = take_code(
            email_key=account.email_key,
            address=address,
            device=device.id if device is not None and known else "",
            on_paper=on_paper is not None,
            now=now,
        )
    except TooMany:
        figures.add(figures.SIGN_INS_REFUSED)
        _warn(account, now)
        raise
    accepted = _uses_paper(account, on_paper, agent, now) if on_paper else _uses_phone(account, code, now)
    if not accepted:
        figures.add(figures.SIGN_INS_REFUSED)
        raise CodeRefused(
            N_("This code does not fit, or it was used before. Wait for the next one of your phone, and type that.")
        )
    give_back(taken, now=now)


def _warn(account: Account, now: dt.datetime) -> None:
    """One letter a day, however often it is tried. 1 query, 5 for the first."""
    key = f"tried {account.pk} {now:%Y-%m-%d}"
    if not is_written(f"account {key}"):
        wording.tell(wording.codes_are_tried(), account=account, key=key, now=now)


def _uses_phone(account: Account, code: str, now: dt.datetime) -> bool:
    row = SecondFactor.objects.filter(account=account).first()
    step = totp.step_of(secret_of(account, row.nonce), code, now) if row else None
    if step is None:
        return False
    return bool(SecondFactor.objects.filter(account=account, last_step__lt=step).update(last_step=step))


def _uses_paper(account: Account, code: str, agent: str, now: dt.datetime) -> bool:
    fresh = RecoveryCode.objects.filter(account=account, used_at__isnull=True)
    with transaction.atomic():
        if not fresh.filter(digest=digest_of(account, code)).update(used_at=now):
            return False
        said = wording.recovery_code_used(family_of(agent), fresh.count())
        wording.tell(said, account=account, now=now)
    return True
