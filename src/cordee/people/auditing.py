"""Who of the team did what to how many people, or looked at whom? One line for each such act, only added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from cordee.people.models import Account, StaffAct
from cordee.people.permissions import TABLE, Subject, grants_of

SAME_LOOK = dt.timedelta(hours=1)
MOST_REMEMBERED = 10_000
# When this process last knew a look to be noted: the same page again costs no query. Another process may note it twice.
LOOKS_NOTED: dict[tuple[object, ...], dt.datetime] = {}
COMMAND_LINE = "cordee"  # who acts without an account, as the audit calls them


def note_act(*, account: Account | None, act: str, place: str, people: int, about: str, now: dt.datetime) -> None:
    """Note it in the transaction of the act. `place` as a role's scope; `about`: e.g. "letter …". 1 query.

    `account`: None for the command line.
    """
    name = account.name if account else COMMAND_LINE
    StaffAct.objects.create(account=account, name=name, act=act, place=place, people=people, about=about, done_at=now)


def note_look(
    *,
    account: Account,
    act: str,
    place: str,
    about: str,
    now: dt.datetime,
    person: UUID | None = None,
    people: int = 0,
) -> None:
    """Somebody of the team read what says something of a person, or, without `person`, of everybody in the place.

    `place`: "run:KEY" or "cohort:ID". The same look again within the hour is the same look. 2–3 queries, the same again
    in this process none.
    """
    key = (account.pk, act, place, person, about)
    noted = LOOKS_NOTED.get(key)
    if noted is not None and now - SAME_LOOK < noted <= now:
        return
    known = StaffAct.objects.filter(
        account=account, act=act, place=place, person=person, about=about, look=True, done_at__gt=now - SAME_LOOK
    )
    earlier = known.order_by("-done_at").values_list("done_at", flat=True).first()
    if earlier is not None:
        _remember(key, earlier)
        return
    StaffAct.objects.create(
        account=account, name=account.name, role=_role_of(account, act, place), act=act, place=place, person=person,
        people=1 if person else people, look=True, about=about, done_at=now,
    )  # fmt: skip
    _remember(key, now)


def _remember(look: tuple[object, ...], at: dt.datetime) -> None:
    if len(LOOKS_NOTED) >= MOST_REMEMBERED:
        LOOKS_NOTED.clear()
    LOOKS_NOTED[look] = at


def looks_at(*, account: Account, places: Collection[str], most: int = 50) -> list[StaffAct]:
    """Who of the team looked at this person, or at everybody in one of these places, the latest first. 1 query."""
    here = Q(person=account.pseudonym) | Q(person=None, place__in=list(places))
    looks = StaffAct.objects.filter(here, look=True).exclude(account=account)
    return list(looks.order_by("-done_at", "-pk")[:most])


def _role_of(account: Account, act: str, place: str) -> str:
    """The role by which they may, the widest first; "" when by none. No query where the account's roles are known.

    Who may look into a run and has no role in it, its course or the site has one in the organisation whose own it is.
    """
    subject = Subject(frozenset({"", place}))
    if place.startswith("run:"):
        subject = Subject.of_run_key(place.removeprefix("run:"))
    known = [grant for grant in grants_of(account) if grant.role in TABLE[act]]
    held = [grant for grant in known if grant.scope in subject.scopes]
    if not held and place.startswith("run:"):
        held = [grant for grant in known if grant.scope.startswith("org:")]
    return min(held, key=lambda grant: len(grant.scope)).role if held else ""


def latest_acts(most: int = 100) -> list[StaffAct]:
    """The latest first. 1 query."""
    return list(StaffAct.objects.order_by("-done_at", "-pk")[:most])
