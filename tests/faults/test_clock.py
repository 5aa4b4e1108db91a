"""Does a clock that is set forward or back by hours order attempts wrongly, or lock anybody out? (F9)"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cordee.courses.tests.make import NOW
from cordee.learning.models import ActivityState, Submission
from cordee.learning.submitting import DeadlinePassed, TooSoon
from cordee.learning.tests.make import hand_in, make_enrolment

pytestmark = [pytest.mark.django_db, pytest.mark.long]
HOURS = dt.timedelta(hours=2)
MINUTE = dt.timedelta(minutes=1)
PAUSED = """<problem submission_wait_seconds="60"><numericalresponse answer="4"><formulaequationinput/>
</numericalresponse></problem>"""
DUE = 'due="2026-11-24T10:00:00Z"'


def test_attempts_are_ordered_by_their_number_not_by_the_clock(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    moments = [NOW, NOW + HOURS, NOW - HOURS, NOW]
    for number, moment in enumerate(moments, 1):
        hand_in(enrolment, "sum", {"p_2_1": str(number)}, attempt=number, now=moment)
    kept = list(Submission.objects.order_by("attempt").values_list("attempt", "received_at"))
    assert kept == list(enumerate(moments, 1))
    state = ActivityState.objects.get()
    assert (state.attempts, state.last.attempt if state.last else 0, state.earned) == (4, 4, 1.0)


@pytest.mark.parametrize("jump", [-HOURS, -dt.timedelta(days=400)])
def test_a_clock_set_back_makes_nobody_wait_for_hours(tmp_path: Path, jump: dt.timedelta) -> None:
    enrolment = make_enrolment(tmp_path, quizzes={"sum": PAUSED})
    hand_in(enrolment, "sum", {"p_2_1": "5"}, now=NOW)
    with pytest.raises(TooSoon):
        hand_in(enrolment, "sum", attempt=2, now=NOW + dt.timedelta(seconds=30))
    back = NOW + max(jump, -dt.timedelta(days=60))  # the run was open two months ago
    hand_in(enrolment, "sum", {"p_2_1": "6"}, attempt=2, now=back)
    with pytest.raises(TooSoon) as refused:  # and the pause holds again from there
        hand_in(enrolment, "sum", attempt=3, now=back + dt.timedelta(seconds=1))
    assert int(str(refused.value.values["seconds"])) <= 60
    hand_in(enrolment, "sum", attempt=3, now=back + MINUTE)


def test_a_clock_set_forward_and_back_again_changes_no_answer_that_was_taken(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section=DUE)
    due = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
    hand_in(enrolment, "sum", now=due - MINUTE)
    with pytest.raises(DeadlinePassed):
        hand_in(enrolment, "capital", now=due - MINUTE + HOURS)  # what the server's clock says is what counts
    hand_in(enrolment, "capital", now=due - MINUTE)  # it was set right: the form that was refused is taken
    enrolment.refresh_from_db()
    assert enrolment.grade == 1.0
    assert [one.late for one in Submission.objects.all()] == [False, False]


@pytest.mark.parametrize(
    ("seconds", "taken"),
    [(-1, True), (0, True), (1, False)],
)
def test_the_deadline_is_the_second_it_says_by_the_servers_clock(tmp_path: Path, seconds: int, taken: bool) -> None:
    enrolment = make_enrolment(tmp_path, section=DUE)
    moment = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    if taken:
        hand_in(enrolment, "sum", now=moment)
    else:
        with pytest.raises(DeadlinePassed):
            hand_in(enrolment, "sum", now=moment)
    assert Submission.objects.exists() is taken
