"""How do thousands of people get into a cohort at once, all of them or none?

Who has no account gets one without a password; who has one keeps it untouched. Both take a place in the cohort's
session by accepting, and are alike until then: an address in a list must neither show what somebody does, nor whether
they have an account, nor let in whoever signed up with another's address.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from cordee.core.errors import N_, Conflict, NotAllowed
from cordee.courses.models import Run
from cordee.learning.cohorts.inviting import ask_for_letters
from cordee.learning.cohorts.queries import keys_of_members
from cordee.learning.cohorts.reading import Line, People, read_people
from cordee.learning.models import Cohort, CohortList, CohortMember
from cordee.learning.prepared import add_new
from cordee.people.auditing import note_act
from cordee.people.emails import email_key
from cordee.people.models import Account

ACT: Final = "cohort.make"
AT_ONCE: Final = 500  # rows, or values of a question: what both databases take
LISTS_KEPT: Final = dt.timedelta(days=1)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Filled:
    """What came of it."""

    added: int
    invited: int  # letters asked for; 0 where the site sends none


def look_at_list(*, cohort: Cohort, data: bytes, by: Account, now: dt.datetime) -> tuple[CohortList, People]:
    """Read a list; what can be taken is kept until it is taken, a day at most. 3 queries. Raises InputRefused."""
    found = read_people(data, members=keys_of_members(cohort))
    with transaction.atomic():
        forget_lists(now=now)
        kept = CohortList.objects.create(
            cohort=cohort, account=by, lines=[asdict(line) for line in found.lines], made_at=now
        )
    return kept, found


def take_list(*, cohort: Cohort, number: int, by: Account, now: dt.datetime) -> Filled:
    """Take in a list that was looked at, once. Raises Conflict for one that was taken or is of yesterday."""
    with transaction.atomic():
        kept = CohortList.objects.select_for_update().filter(pk=number, cohort=cohort, account=by).first()
        if kept is None or now - kept.made_at > LISTS_KEPT:
            raise Conflict(N_("This list was taken in already, or is too old. Choose the file again."))
        lines = [Line(**line) for line in kept.lines]
        # Deleted before anything else: of two clicks, the second waits here and then finds nothing to take.
        CohortList.objects.filter(pk=number).delete()
        return add_people(cohort=cohort, lines=lines, way=CohortMember.CSV, by=by, now=now)


def add_people(*, cohort: Cohort, lines: Sequence[Line], way: str, by: Account | None, now: dt.datetime) -> Filled:
    """Write these people into the cohort and ask for their letters, with a line of the audit: all or nothing.

    About 10 queries, 2 for each 500 people, and the rows themselves. Raises NotAllowed where enrolment is closed.
    """
    with transaction.atomic():
        run = cohort.run if cohort.run is not None and cohort.run.host == Run.HERE else None
        if run is not None and not is_open_to_enrol(run, now):
            raise NotAllowed(N_("Enrolment in this session is closed. Look for another session of the course."))
        accounts = _accounts_for(lines, now)
        added = _add_members(cohort, [(accounts[email_key(line.address)], line) for line in lines], way, now)
        invited = ask_for_letters(cohort=cohort, members=_new_in(cohort, now) if added else [], by=by, now=now)
        place, about = f"cohort:{cohort.pk}", f"added by {way}"
        note_act(account=by, act=ACT, place=place, people=len(added), about=about, now=now)
    return Filled(len(added), invited)


def is_open_to_enrol(run: Run, now: dt.datetime) -> bool:
    """Whether places in the run are still given."""
    return all(end is None or now < end for end in (run.enrolment_closes_at, run.closes_at))


@dataclass(frozen=True, slots=True)
class _Person:
    """An account as far as it matters here."""

    id: int
    pseudonym: UUID
    is_new: bool  # made at this moment: nothing else is known of it


def _accounts_for(lines: Iterable[Line], now: dt.datetime) -> Mapping[str, _Person]:
    """The account of each address, by its key; those that were missing are made."""
    by_key = {email_key(line.address): line for line in lines}
    known = _known(by_key)
    missing = [
        {
            "email": line.address,
            "email_key": key,
            "name": line.name,
            "password": UNUSABLE_PASSWORD_PREFIX + secrets.token_urlsafe(30),  # as Django's, made faster
            "language": line.language or settings.LANGUAGE_CODE,
            "pseudonym": uuid4(),
        }
        for key, line in by_key.items()
        if key not in known
    ]
    # Somebody may sign up with one of these addresses at this moment: then theirs is the account.
    add_new(Account, missing, time_zone=settings.TIME_ZONE, created_at=now, is_active=True, epoch=0)
    ours = {row["pseudonym"] for row in missing}
    made = _known([str(row["email_key"]) for row in missing])
    return known | {key: replace(one, is_new=one.pseudonym in ours) for key, one in made.items()}


def _known(keys: Iterable[str]) -> dict[str, _Person]:
    """Accounts by the keys of their addresses (a query for each 500)."""
    return {
        key: _Person(number, pseudonym, False)
        for some in _in_parts(list(keys))
        for key, number, pseudonym in Account.objects.filter(email_key__in=some).values_list(
            "email_key", "pk", "pseudonym"
        )
    }


def _add_members(cohort: Cohort, told: Sequence[tuple[_Person, Line]], way: str, now: dt.datetime) -> list[_Person]:
    """Rows of who is not in the cohort; who left comes back as somebody who has not accepted yet."""
    there = {
        member.account_id: member
        for some in _in_parts([person.id for person, _line in told if not person.is_new])
        for member in CohortMember.objects.filter(cohort=cohort, account__in=some)
    }
    new: list[dict[str, Any]] = []
    back: list[CohortMember] = []
    added: list[_Person] = []
    for person, line in told:
        known = there.get(person.id)
        fields = {"name": line.name, "address": line.address, "site": line.site, "zone": line.zone}
        fields["outside_id"] = line.outside_id
        if known is None:
            new.append({"account_id": person.id, **fields})
        elif known.left_at is None:
            continue
        else:
            for name, value in {**fields, "way": way, "added_at": now}.items():
                setattr(known, name, value)
            known.invited_at = known.accepted_at = known.left_at = None
            back.append(known)
        added.append(person)
    add_new(CohortMember, new, cohort_id=cohort.pk, way=way, added_at=now)
    if back:
        names = ["name", "address", "way", "site", "zone", "outside_id"]
        names += ["added_at", "invited_at", "accepted_at", "left_at"]
        CohortMember.objects.bulk_update(back, names, batch_size=100)
    return added


def _new_in(cohort: Cohort, now: dt.datetime) -> list[int]:
    """Who was added at this moment (1 query)."""
    found = CohortMember.objects.filter(cohort=cohort, added_at=now, accepted_at=None, left_at=None)
    return list(found.values_list("pk", flat=True))


def _in_parts(values: list[T]) -> Iterator[list[T]]:
    for first in range(0, len(values), AT_ONCE):
        yield values[first : first + AT_ONCE]


def forget_lists(*, now: dt.datetime) -> int:
    """Delete lists that were looked at and not taken within a day; how many. 1 query."""
    return CohortList.objects.filter(made_at__lt=now - LISTS_KEPT).delete()[0]
