"""Does the page of whom to call say what is so: nobody has accepted, nothing was due, the session is over?"""

from __future__ import annotations

import datetime as dt
import html
from pathlib import Path

import pytest

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.tests.make import small_run
from cordee.learning.models import Cohort, Enrolment, UnitView
from cordee.learning.tests.cohorts import client_of, make_cohort, make_member, make_organisation
from cordee.learning.tests.make import hand_in
from cordee.people.models import Role
from cordee.people.tests.make import make_account

pytestmark = pytest.mark.django_db
NOW = clock.now()
DAY = dt.timedelta(days=1)
WRONG = "has handed in what was due"


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    """In a session that opened a month ago; its course has no deadlines."""
    run = small_run(tmp_path)
    Run.objects.filter(pk=run.pk).update(opens_at=NOW - 30 * DAY, closes_at=NOW + 30 * DAY)
    return make_cohort(organisation=make_organisation("Alpine"), run=run)


def page_of(cohort: Cohort) -> str:
    page = client_of(Role.TEACHER, "org:Alpine").get(f"/cohorts/{cohort.pk}/call").content.decode()
    return html.unescape(page)


def pupil(cohort: Cohort, name: str, *, works: bool = True) -> Enrolment:
    """Somebody who accepted twenty days ago and, perhaps, was there an hour ago."""
    member = make_member(cohort, make_account(name=name), now=NOW - 20 * DAY)
    enrolment = Enrolment.objects.get(account=member.account)
    if works:
        UnitView.objects.create(enrolment=enrolment, unit="u1", first_at=NOW, visit_at=NOW - DAY / 24)
    return enrolment


def test_nobody_has_accepted(cohort: Cohort) -> None:
    for number in range(31):
        make_member(cohort, make_account(name=f"Pupil {number:02}"), accepted=False)
    page = page_of(cohort)
    assert "Nobody has accepted yet" in page
    assert "31 people are invited" in page
    assert "31 have not accepted yet" in page
    assert "Pupil 07" in page
    assert WRONG not in page


def test_who_has_not_accepted_is_told_beside_who_is_to_be_called(cohort: Cohort) -> None:
    pupil(cohort, "Silent Sam", works=False)
    pupil(cohort, "Busy Bea")
    make_member(cohort, make_account(name="Invited Ines"), accepted=False)
    page = page_of(cohort)
    assert "Silent Sam" in page
    assert "Busy Bea" not in page
    assert "1 has not accepted yet" in page
    assert "Invited Ines" in page


def test_nothing_was_due_so_far(cohort: Cohort) -> None:
    pupil(cohort, "Busy Bea")
    page = page_of(cohort)
    assert "Nothing was due so far" in page
    assert WRONG not in page


def test_who_did_not_hand_in_what_was_due_is_listed_and_then_nobody(cohort: Cohort) -> None:
    Run.objects.update(due={"s_capital": (NOW - DAY).isoformat()})
    late = pupil(cohort, "Late Lea")
    assert "Late Lea" in page_of(cohort)
    hand_in(late, "capital", now=NOW - 2 * DAY)
    page = page_of(cohort)
    assert "Late Lea" not in page
    assert WRONG in page


def test_once_the_session_is_over_nobody_is_silent_and_who_did_not_hand_in_is_listed(cohort: Cohort) -> None:
    complete, missing = pupil(cohort, "Complete Coco", works=False), pupil(cohort, "Missing Mia", works=False)
    for activity in ("capital", "sum"):
        hand_in(complete, activity, now=NOW - 10 * DAY)
    hand_in(missing, "sum", now=NOW - 10 * DAY)
    Run.objects.update(closes_at=NOW - DAY)
    page = page_of(cohort)
    assert "The session is over" in page
    assert "Missing Mia" in page
    assert "Complete Coco" not in page


def test_a_session_over_in_which_all_was_handed_in(cohort: Cohort) -> None:
    complete = pupil(cohort, "Complete Coco", works=False)
    for activity in ("capital", "sum"):
        hand_in(complete, activity, now=NOW - 10 * DAY)
    Run.objects.update(closes_at=NOW - DAY)
    assert "The session is over, and everybody who accepted has handed in" in page_of(cohort)


def test_a_session_that_has_not_opened_calls_nobody(cohort: Cohort) -> None:
    pupil(cohort, "Early Eve", works=False)
    Run.objects.update(opens_at=NOW + DAY)
    page = page_of(cohort)
    assert "has not opened yet" in page
    assert "Early Eve" not in page


def test_a_group_without_people_or_without_a_session_here(cohort: Cohort) -> None:
    assert "Nobody is in this group yet" in page_of(cohort)
    pupil(cohort, "Busy Bea")
    Run.objects.update(host="fun")
    page = page_of(cohort)
    assert "Nothing is known of what they do" in page
    assert WRONG not in page
