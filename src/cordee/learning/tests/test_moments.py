"""What changes for a learner when a date passes: on the pages, in the outline, at the door of a run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cordee.core.errors import NotAllowed
from cordee.courses.kinds import Rules
from cordee.courses.outlines import Entry, Unit
from cordee.courses.tests.make import CAPITAL, NOW, PYTHON, small_run
from cordee.learning.completion import unit_state
from cordee.learning.dashboard import dashboard
from cordee.learning.enrolling import enrol
from cordee.learning.models import Enrolment, Event, UnitView
from cordee.learning.pages.activity import ActivityView, activity_views
from cordee.learning.pages.looking import look_at
from cordee.learning.tests.make import WRONG, hand_in, make_enrolment, seat_of
from cordee.learning.viewing import view_unit
from cordee.people.tests.make import make_account

pytestmark = pytest.mark.django_db
DUE = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def activity_at(enrolment: Enrolment, activity: str, now: dt.datetime) -> ActivityView:
    look = look_at(seat_of(enrolment), language="en", now=now)
    place, _entry = look.seat.outline.entries[activity]
    return next(iter(activity_views(look, place, only=activity)))


def test_after_the_date_limit_the_form_is_closed_and_the_answer_may_be_asked_for(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='due="2026-11-25T00:00:00Z"')
    before, after = (activity_at(enrolment, "capital", moment) for moment in (DUE, DUE + SECOND))
    assert (before.closed, before.may_ask_answer) == ("", False)
    assert (after.closed, after.may_ask_answer) == ("deadline", True)


@pytest.mark.parametrize(("rule", "told"), [("never", (False, False)), ("past_due", (False, True))])
def test_whether_an_answer_was_right_is_told_when_the_author_allows_it(
    tmp_path: Path, rule: str, told: tuple[bool, bool]
) -> None:
    problem = CAPITAL.replace('showanswer="finished"', f'showanswer="never" show_correctness="{rule}"')
    enrolment = make_enrolment(tmp_path, quizzes={"capital": problem}, section='due="2026-11-25T00:00:00Z"')
    hand_in(enrolment, "capital", WRONG["capital"])
    for moment, is_told in zip((DUE, DUE + SECOND), told, strict=True):
        view = activity_at(enrolment, "capital", moment)
        assert (view.score is not None, view.best is not None, view.outcome) == (
            is_told,
            is_told,
            "wrong" if is_told else "",
        )
        assert ("fewer ministers" in view.body) is is_told


@pytest.mark.attack(21)
def test_a_run_that_has_closed_takes_nobody_any_more(tmp_path: Path) -> None:
    run = small_run(tmp_path, policy={"end": "2026-12-01T00:00:00Z"})
    closing = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    enrol(account=make_account(), run=run, now=closing - SECOND)
    with pytest.raises(NotAllowed, match="closed"):
        enrol(account=make_account(), run=run, now=closing)


def test_the_own_page_lists_what_is_to_hand_in_until_its_date_limit(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='due="2026-11-25T00:00:00Z"')
    hand_in(enrolment, "sum")
    page = dashboard(enrolment.account, language="en", now=DUE)
    assert [(line.title, line.due_at, line.quizzes) for line in page.to_hand_in] == [("Capital", DUE, 1)]
    assert dashboard(enrolment.account, language="en", now=DUE + SECOND).to_hand_in == ()


def test_a_visit_after_half_an_hour_is_another_visit(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)

    def view(minutes: int) -> None:
        known = UnitView.objects.filter(enrolment=enrolment, unit="u1").first()
        now = NOW + dt.timedelta(minutes=minutes)
        view_unit(enrolment=enrolment, unit="u1", known=known, language="en", now=now)

    for minutes, visits in ((0, 1), (29, 1), (30, 2), (45, 2)):
        view(minutes)
        assert Event.objects.filter(verb="viewed").count() == visits
    row = UnitView.objects.get()
    assert (row.first_at, row.visit_at) == (NOW, NOW + dt.timedelta(minutes=30))


def test_a_unit_is_done_without_what_cannot_be_graded_here(tmp_path: Path) -> None:
    quiz = Entry("q", "quiz", "problem", {}, rules=Rules(), points=1.0)
    lost = Entry("py", "quiz", "problem", {}, ungradable="customresponse")
    unit = Unit("u", {}, (quiz, lost))
    assert unit_state(unit, unit.entries, handed_in=[], opened=["u"]) == "started"
    assert unit_state(unit, unit.entries, handed_in=["q"], opened=["u"]) == "done"
    enrolment = make_enrolment(tmp_path, quizzes={"python": PYTHON})
    assert activity_at(enrolment, "python", NOW).closed == "ungradable"
