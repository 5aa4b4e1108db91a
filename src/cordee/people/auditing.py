"""Who of the team did what to how many people? One line for each such act, only added to."""

from __future__ import annotations

import datetime as dt

from cordee.people.models import Account, StaffAct

SAME_LOOK = dt.timedelta(minutes=30)
COMMAND_LINE = "cordee"  # who acts without an account, as the audit calls them


def note_act(*, account: Account | None, act: str, place: str, people: int, about: str, now: dt.datetime) -> None:
    """Note it in the transaction of the act. `place` as a role's scope; `about`: e.g. "letter …". 1 query.

    `account`: None for the command line.
    """
    name = account.name if account else COMMAND_LINE
    StaffAct.objects.create(account=account, name=name, act=act, place=place, people=people, about=about, done_at=now)


def note_look(*, account: Account, act: str, place: str, people: int, about: str, now: dt.datetime) -> None:
    """Note that somebody looked at persons; looking again within half an hour is the same look. 1 or 2 queries."""
    lately = StaffAct.objects.filter(account=account, act=act, place=place, about=about, done_at__gt=now - SAME_LOOK)
    if not lately.exists():
        note_act(account=account, act=act, place=place, people=people, about=about, now=now)


def latest_acts(most: int = 100) -> list[StaffAct]:
    """The latest first. 1 query."""
    return list(StaffAct.objects.order_by("-done_at", "-pk")[:most])
