"""What grading again gave is a floor: nobody loses it, and a better answer counts more."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import CAPITAL, NOW, SUM, course_files, imported
from cordee.jobs.models import Job
from cordee.jobs.performing import perform_next
from cordee.learning.deciding import decide
from cordee.learning.giving_points import give_points
from cordee.learning.models import ActivityState, Decision, Enrolment, Event
from cordee.learning.regrading import regrade
from cordee.learning.tests.make import hand_in, make_enrolment, seat_of
from cordee.learning.versions.planning import plan_regrade
from cordee.people.models import Account
from cordee.people.tests.make import make_account, signed_in_client
from cordee.web.worker import works

pytestmark = pytest.mark.django_db
HALF = SUM.replace('answer="4"', 'answer="5"')


def fresh(enrolment: Enrolment) -> Enrolment:
    found = seat_of(enrolment).enrolment
    assert found is not None
    return found


def state_of(enrolment: Enrolment) -> ActivityState:
    return ActivityState.objects.get(enrolment=enrolment, activity="sum")


def give(enrolment: Enrolment, points: float | None, reason: str, by: Account) -> None:
    seat = seat_of(enrolment)
    entry = seat.outline.entries["sum"][1]
    give_points(
        enrolment=fresh(enrolment), outline=seat.outline, entry=entry, points=points, reason=reason, by=by, now=NOW
    )


def graded_again(tmp_path: Path) -> tuple[Enrolment, Account]:
    """Somebody whose answer was right all along; they have half of the course by grading again."""
    enrolment = make_enrolment(tmp_path, quizzes={"capital": CAPITAL, "sum": HALF})
    hand_in(enrolment, "sum", {"p_2_1": "4"})
    options = RunOptions(key=enrolment.run.key, update_run=True)
    imported(course_files(quizzes={"capital": CAPITAL, "sum": SUM}), tmp_path, options=options)
    seat, teacher = seat_of(enrolment), make_account(name="Hélène")
    entry = seat.outline.entries["sum"][1]
    regrade(enrolment=fresh(enrolment), outline=seat.outline, entry=entry, reason="The key", by=teacher, now=NOW)
    assert fresh(enrolment).grade == 0.5
    return enrolment, teacher


def test_a_worse_answer_given_after_grading_again_costs_nothing(tmp_path: Path) -> None:
    enrolment, _teacher = graded_again(tmp_path)
    hand_in(fresh(enrolment), "sum", {"p_2_1": "7"})
    assert state_of(enrolment).points == 1
    assert fresh(enrolment).grade == 0.5
    seen = signed_in_client(enrolment.account).get(f"/runs/{enrolment.run.key}/units/v_sum").content.decode()
    assert "Your answer was graded again: 1 of 1 points here." in seen
    assert "Your teacher gave you" not in seen


def test_points_given_by_hand_override_a_floor_and_give_way_to_it_when_they_are_taken_back(tmp_path: Path) -> None:
    enrolment, teacher = graded_again(tmp_path)
    give(enrolment, 0.25, "Copied", teacher)
    assert (state_of(enrolment).points, fresh(enrolment).grade) == (0.25, 0.13)
    for _click in range(2):
        give(enrolment, None, "Not copied", teacher)
        assert (state_of(enrolment).points, fresh(enrolment).grade) == (1, 0.5)
    assert state_of(enrolment).given_because == "The key"
    give(enrolment, None, "The key was right after all", teacher)
    assert (state_of(enrolment).points, fresh(enrolment).grade) == (0, 0)
    give(enrolment, 0.25, "Half", teacher)
    give(enrolment, None, "None at all", teacher)
    assert state_of(enrolment).points == 0  # what was taken back stays so
    assert Decision.objects.filter(kind="points").count() == 5


def test_grading_a_whole_run_again_keeps_floors(tmp_path: Path) -> None:
    enrolment, _teacher = graded_again(tmp_path)
    hand_in(fresh(enrolment), "sum", {"p_2_1": "7"})
    seat = seat_of(enrolment)
    plan = plan_regrade(enrolment.run, seat.outline, shown=seat.outline)
    assert plan.standings[enrolment.pk].new_grade == fresh(enrolment).grade == 0.5


def migrate() -> None:
    name = "cordee.learning.migrations.0020_earlier_points_of_grading_again_are_a_floor"
    with connection.schema_editor() as editor:
        importlib.import_module(name).tell_apart(apps, editor)


def as_the_release_before_kept_it(enrolment: Enrolment, *, earned: float, given: float) -> None:
    ActivityState.objects.filter(enrolment=enrolment, activity="sum").update(
        earned=earned, given=given, given_because="The key", given_is_floor=False
    )


@pytest.mark.django_db(transaction=True)
def test_earlier_points_of_grading_again_become_floors_and_grades_follow(tmp_path: Path) -> None:
    enrolment, _teacher = graded_again(tmp_path)
    Decision.objects.filter(kind="regrade").update(data={"attempt": 1, "before": 0.14, "after": 0.43})
    as_the_release_before_kept_it(enrolment, earned=1.0, given=0.43)
    Enrolment.objects.filter(pk=enrolment.pk).update(grade=0.22)
    migrate()
    migrate()
    assert state_of(enrolment).points == 1
    while perform_next({"count-anew": works()["count-anew"]}) <= 0:
        pass
    assert Job.objects.filter(kind="count-anew", done_at__isnull=False).count() == 1
    assert fresh(enrolment).grade == 0.5
    assert Event.objects.filter(verb="graded").latest("at").data["grade"] == 0.5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_hand", [0.25, 0.43])
def test_earlier_points_given_by_hand_stay_so(tmp_path: Path, by_hand: float) -> None:
    enrolment, teacher = graded_again(tmp_path)
    Decision.objects.filter(kind="regrade").update(data={"attempt": 1, "before": 0.14, "after": 0.43})
    data: dict[str, Any] = {"before": 0.43, "given": by_hand, "possible": 1.0}
    decide(enrolment, Decision.POINTS, about="sum", data=data, reason="Copied", by=teacher, now=NOW)
    as_the_release_before_kept_it(enrolment, earned=1.0, given=by_hand)
    migrate()
    assert state_of(enrolment).points == by_hand
    assert not Job.objects.filter(kind="count-anew").exists()
