"""Who of the team did what to how many people? One line for each such act, only added to."""

from __future__ import annotations

import datetime as dt

from cordee.people.models import Account, StaffAct


def note_act(*, account: Account, act: str, place: str, people: int, about: str, now: dt.datetime) -> None:
    """Note it in the transaction of the act. `place` as a role's scope; `about`: e.g. "letter …". 1 query."""
    StaffAct.objects.create(
        account=account, name=account.name, act=act, place=place, people=people, about=about, done_at=now
    )


def latest_acts(most: int = 100) -> list[StaffAct]:
    """The latest first. 1 query."""
    return list(StaffAct.objects.order_by("-done_at", "-pk")[:most])
