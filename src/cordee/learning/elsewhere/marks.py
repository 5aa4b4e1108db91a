"""Whose are the marks that a report of another platform says, and how are they taken in: all of them or none?

A row of the report is a member's by the address that the group's list gave, else by the username or id that it gave.
Only who has accepted is found: nobody is seen before. A report that is older than what is there changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, Conflict, CordeeError, InputRefused
from cordee.courses.models import Run
from cordee.learning.models import Cohort, CohortMember, OutsideMark, OutsideMarkList
from cordee.people.auditing import note_act
from cordee.people.emails import email_key
from cordee.people.models import Account
from cordee.people.ordering import Folded

ACT: Final = "cohort.bring_marks"
LISTS_KEPT: Final = dt.timedelta(days=1)
MOST_SHARE: Final = 2.0  # extra points may lead above 1; twice that is another scale
NOBODYS: Final = N_("Nobody in the group has this address or username.")
DIGITS: Final = 4  # of a share


@dataclass(frozen=True, slots=True)
class Reported:
    """A row of a report. `grade`: from 0 to 100, None where the report has none; `passed`: as the platform says."""

    address: str
    username: str
    user_id: str
    grade: float | None
    passed: bool | None

    @property
    def words(self) -> str:
        """How the row is found again."""
        return self.address or self.username or self.user_id


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a member. `grade`: share of 1."""

    grade: float
    passed: bool
    extracted_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A member of whom the report speaks. `before`: what is there; `change`: new, same, changed, older."""

    account: int
    name: str
    address: str
    grade: float
    passed: bool
    said: bool | None  # `passed` as the platform says it
    before: Mark | None
    change: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A row that is not taken, and why."""

    words: str
    why: CordeeError


@dataclass(frozen=True, slots=True)
class Matched:
    """All that a report says of a group. `missing`: names of those who have accepted and are not in it."""

    found: tuple[Found, ...]
    unmatched: tuple[Unmatched, ...]
    missing: tuple[str, ...]

    def count(self, change: str) -> int:
        return sum(1 for one in self.found if one.change == change)


def look_at_marks(
    *, cohort: Cohort, rows: Sequence[Reported], extracted_at: dt.datetime, by: Account, now: dt.datetime
) -> tuple[OutsideMarkList, Matched]:
    """What taking this report in would change; it is kept for that, a day at most. 5 queries. Raises InputRefused."""
    _of_elsewhere(cohort)
    if extracted_at > now:
        raise InputRefused(N_("The report says that it was written in the future. Correct the date in its name."))
    found = match(cohort, rows, extracted_at)
    with transaction.atomic():
        forget_mark_lists(now=now)
        kept = OutsideMarkList.objects.create(
            cohort=cohort,
            account=by,
            rows=[[one.account, one.grade, one.said] for one in found.found],
            extracted_at=extracted_at,
            made_at=now,
        )
    return kept, found


def match(cohort: Cohort, rows: Iterable[Reported], extracted_at: dt.datetime) -> Matched:
    """Which rows are whose (2 queries)."""
    run = _of_elsewhere(cohort)
    members = list(CohortMember.objects.filter(cohort=cohort, left_at=None).order_by(Folded("name"), "pk"))
    by_address = {email_key(member.address): member for member in members}
    by_id = _by_outside_id(members)
    known = marks_of(cohort)
    found: dict[int, Found] = {}
    unmatched: list[Unmatched] = []
    for row in rows:
        try:
            member = _member_of(row, by_address, by_id)
            grade = _share(row)
            if member.account_id in found:
                raise InputRefused(N_("Another row of the report is of the same person. The first one counts."))
        except CordeeError as why:
            unmatched.append(Unmatched(row.words, why))
            continue
        passed = row.passed if row.passed is not None else grade >= run.pass_mark
        mark = Mark(grade, passed, extracted_at)
        before = known.get(member.account_id)
        found[member.account_id] = Found(
            member.account_id,
            member.name,
            member.address,
            grade,
            passed,
            row.passed,
            before,
            _change(before, mark),
        )
    missing = [one.name for one in members if one.accepted_at is not None and one.account_id not in found]
    return Matched(tuple(found.values()), tuple(unmatched), tuple(missing))


def take_marks(*, cohort: Cohort, number: int, by: Account, now: dt.datetime) -> int:
    """Take in a report that was looked at, once; of how many something changed. 6 queries and a line of the audit.

    Who has left meanwhile is left out, a later report that was taken meanwhile stays. Raises Conflict for one that was
    taken or is of yesterday.
    """
    _of_elsewhere(cohort)
    with transaction.atomic():
        Cohort.objects.select_for_update().filter(pk=cohort.pk).first()  # two reports at once: one after the other
        kept = OutsideMarkList.objects.select_for_update().filter(pk=number, cohort=cohort, account=by).first()
        if kept is None or now - kept.made_at > LISTS_KEPT:
            raise Conflict(N_("This report was taken in already, or is too old. Choose the file again."))
        OutsideMarkList.objects.filter(pk=number).delete()
        there = {mark.account_id: mark for mark in OutsideMark.objects.filter(cohort=cohort)}
        accepted = set(
            CohortMember.objects.filter(cohort=cohort, left_at=None, accepted_at__isnull=False).values_list(
                "account", flat=True
            )
        )
        marks = [
            OutsideMark(
                cohort=cohort,
                account_id=account,
                grade=grade,
                passed=passed,
                extracted_at=kept.extracted_at,
                taken_at=now,
            )
            for account, grade, passed in kept.rows
            if account in accepted and not _is_later(there.get(account), kept.extracted_at)
        ]
        changed = sum(1 for mark in marks if _differs(there.get(mark.account_id), mark))
        OutsideMark.objects.bulk_create(
            marks,
            batch_size=100,
            update_conflicts=True,
            unique_fields=["cohort", "account"],
            update_fields=["grade", "passed", "extracted_at", "taken_at"],
        )
        place = f"cohort:{cohort.pk}"
        note_act(account=by, act=ACT, place=place, people=len(marks), about="marks brought in", now=now)
    return changed


def marks_of(cohort: Cohort, accounts: Sequence[int] | None = None) -> Mapping[int, Mark]:
    """What is known of each member who has accepted, or of these `accounts` of them, by account.

    1 query; none for a session that is played here.
    """
    if cohort.run is None or cohort.run.host == Run.HERE:
        return {}
    accepted = CohortMember.objects.filter(cohort=cohort, left_at=None, accepted_at__isnull=False)
    if accounts is not None:
        accepted = accepted.filter(account__in=accounts)
    rows = OutsideMark.objects.filter(cohort=cohort, account__in=accepted.values("account"))
    mark = cohort.run.pass_mark
    return {
        account: Mark(grade, passed if passed is not None else grade >= mark, at)
        for account, grade, passed, at in rows.values_list("account", "grade", "passed", "extracted_at")
    }


def _of_elsewhere(cohort: Cohort) -> Run:
    """The session of the cohort, which is played elsewhere. Raises InputRefused."""
    if cohort.run is None or cohort.run.host == Run.HERE:
        raise InputRefused(N_("This group’s session is played here, so its grades are here already."))
    return cohort.run


def _by_outside_id(members: Iterable[CohortMember]) -> Mapping[str, CohortMember | None]:
    """None for an id that was given to two: it says of nobody who they are."""
    found: dict[str, CohortMember | None] = {}
    for member in members:
        if member.outside_id:
            found[member.outside_id] = None if member.outside_id in found else member
    return found


def _member_of(
    row: Reported, by_address: Mapping[str, CohortMember], by_id: Mapping[str, CohortMember | None]
) -> CohortMember:
    """Raises InputRefused, saying why it is nobody's."""
    member = by_address.get(email_key(row.address)) if row.address else None
    for name in (row.username, row.user_id):
        if member is None and name and name in by_id:
            member = by_id[name]
            if member is None:
                raise InputRefused(N_("Two members of the group have this username. Correct the group’s list."))
    if member is None:
        raise InputRefused(NOBODYS)
    if member.accepted_at is None:
        raise InputRefused(N_("This member has not accepted yet: nothing of them is shown. Bring the report later."))
    return member


def _share(row: Reported) -> float:
    """The grade as a share of 1. Raises InputRefused."""
    if row.grade is None:
        raise InputRefused(N_("The report gives no grade that can be read."))
    share = round(row.grade / 100, DIGITS)
    if not 0 <= share <= MOST_SHARE:
        raise InputRefused(N_("The grade {grade} is not out of 100."), grade=f"{row.grade:g}")
    return share


def _change(before: Mark | None, mark: Mark) -> str:
    if before is None:
        return "new"
    if before.extracted_at > mark.extracted_at:
        return "older"
    return "same" if (before.grade, before.passed) == (mark.grade, mark.passed) else "changed"


def _is_later(there: OutsideMark | None, extracted_at: dt.datetime) -> bool:
    return there is not None and there.extracted_at > extracted_at


def _differs(there: OutsideMark | None, mark: OutsideMark) -> bool:
    return there is None or (there.grade, there.passed) != (mark.grade, mark.passed)


def forget_mark_lists(*, now: dt.datetime) -> int:
    """Delete reports that were looked at and not taken within a day; how many. The worker does it every hour."""
    return OutsideMarkList.objects.filter(made_at__lt=now - LISTS_KEPT).delete()[0]
