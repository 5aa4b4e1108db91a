from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from cordee.courses.kinds import AnswerUnreadable
from cordee.courses.models import Run
from cordee.courses.tests.make import CAPITAL, NOW
from cordee.learning.models import ActivityState, Cohort, Enrolment, Event, Submission
from cordee.learning.submitting import AttemptsUsed, DeadlinePassed, NothingAnswered, TooSoon
from cordee.learning.tests.make import RIGHT, WRONG, hand_in, make_enrolment, seat_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_an_answer_is_kept_with_its_score_and_time(tmp_path: Path) -> None:
    submission = hand_in(make_enrolment(tmp_path), "capital").submission
    assert (submission.earned, submission.possible, submission.attempt) == (1.0, 1.0, 1)
    assert submission.received_at == NOW
    assert submission.answer == RIGHT["capital"]


def test_the_same_form_twice_gives_the_same_receipt(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    first = hand_in(enrolment, "capital", WRONG["capital"])
    second = hand_in(enrolment, "capital", RIGHT["capital"])  # a second tab, with another answer
    assert second.repeated
    assert second.submission.pk == first.submission.pk
    assert Submission.objects.count() == 1


def test_the_best_score_counts(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "capital")
    hand_in(enrolment, "capital", WRONG["capital"], attempt=2)
    state = ActivityState.objects.get(activity="capital")
    assert (state.earned, state.attempts, state.solved) == (1.0, 2, True)


@pytest.mark.parametrize(
    ("method", "earned"), [("first_score", 0.0), ("last_score", 0.0), ("highest_score", 1.0), ("average_score", 1 / 3)]
)
def test_the_author_says_which_score_counts(tmp_path: Path, method: str, earned: float) -> None:
    problem = CAPITAL.replace('max_attempts="2"', f'grading_method="{method}"')
    enrolment = make_enrolment(tmp_path, quizzes={"capital": problem})
    for attempt, answer in enumerate([WRONG["capital"], RIGHT["capital"], WRONG["capital"]], 1):
        hand_in(enrolment, "capital", answer, attempt=attempt)
    assert ActivityState.objects.get(activity="capital").earned == pytest.approx(earned)


@pytest.mark.parametrize("nothing", [{}, {"p_2_1": ""}, {"p_2_1": "  "}, {"p_2_1": []}])
def test_a_form_with_nothing_in_it_spends_no_attempt(tmp_path: Path, nothing: dict[str, object]) -> None:
    with pytest.raises(NothingAnswered, match="no attempt was used"):
        hand_in(make_enrolment(tmp_path), "capital", nothing)
    assert (Submission.objects.count(), ActivityState.objects.count()) == (0, 0)


def test_the_same_form_with_another_answer_says_that_it_differs(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "capital", WRONG["capital"])
    assert not hand_in(enrolment, "capital", WRONG["capital"]).differs
    assert hand_in(enrolment, "capital", RIGHT["capital"]).differs


def test_attempts_run_out(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    for attempt in (1, 2):
        hand_in(enrolment, "capital", WRONG["capital"], attempt=attempt)
    with pytest.raises(AttemptsUsed):
        hand_in(enrolment, "capital", attempt=3)
    assert Submission.objects.count() == 2


def test_an_answer_that_cannot_be_read_spends_no_attempt(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    with pytest.raises(AnswerUnreadable):
        hand_in(enrolment, "sum", {"p_2_1": "4 apples"})
    assert not Submission.objects.exists()


def test_inside_the_grace_period_an_answer_counts_and_is_marked_late(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='due="2026-11-25T00:00:00Z"', policy={"graceperiod": "3600 seconds"})
    due = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    assert not hand_in(enrolment, "capital", now=due).submission.late
    assert hand_in(enrolment, "capital", attempt=2, now=due + dt.timedelta(minutes=59)).submission.late


def test_one_second_after_the_last_moment_is_too_late(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='due="2026-11-25T00:00:00Z"')
    due = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    hand_in(enrolment, "capital", WRONG["capital"], now=due)
    with pytest.raises(DeadlinePassed):
        hand_in(enrolment, "capital", attempt=2, now=due + dt.timedelta(seconds=1))


def test_the_pause_between_two_attempts_is_kept(tmp_path: Path) -> None:
    problem = CAPITAL.replace('max_attempts="2"', 'submission_wait_seconds="60"')
    enrolment = make_enrolment(tmp_path, quizzes={"capital": problem})
    hand_in(enrolment, "capital", WRONG["capital"])
    with pytest.raises(TooSoon, match="seconds"):
        hand_in(enrolment, "capital", attempt=2, now=NOW + dt.timedelta(seconds=30))
    hand_in(enrolment, "capital", attempt=2, now=NOW + dt.timedelta(seconds=60))


def test_the_grade_follows_in_the_same_breath(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "capital")
    enrolment.refresh_from_db()
    assert enrolment.grade == 0.5
    hand_in(enrolment, "sum")
    enrolment.refresh_from_db()
    assert enrolment.grade == 1.0


def test_practice_leaves_the_grade_alone(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "practice")
    enrolment.refresh_from_db()
    assert enrolment.grade == 0.0
    assert ActivityState.objects.get(activity="practice").done_at == NOW


def test_points_are_worth_the_weight_that_the_author_gave(tmp_path: Path) -> None:
    heavy = CAPITAL.replace('max_attempts="2"', 'weight="5"')
    enrolment = make_enrolment(tmp_path, quizzes={"capital": heavy})
    submission = hand_in(enrolment, "capital").submission
    assert (submission.earned, submission.possible) == (5.0, 5.0)


HALF_RIGHT = CAPITAL.replace("<multiplechoiceresponse>", '<multiplechoiceresponse partial_credit="points">').replace(
    'correct="false"', 'correct="partial" point_value="0.5"'
)


def test_a_quiz_is_solved_by_full_marks_only(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, quizzes={"capital": HALF_RIGHT})
    hand_in(enrolment, "capital", WRONG["capital"])
    state = ActivityState.objects.get(activity="capital")
    assert (state.earned, state.solved) == (0.5, False)
    hand_in(enrolment, "capital", attempt=2)
    state.refresh_from_db()
    assert (state.earned, state.solved) == (1.0, True)


def test_a_grade_never_falls_below_zero(tmp_path: Path) -> None:
    costly = HALF_RIGHT.replace('point_value="0.5"', 'point_value="-1"')
    enrolment = make_enrolment(tmp_path, quizzes={"capital": costly})
    assert hand_in(enrolment, "capital", WRONG["capital"]).submission.earned == -1.0
    enrolment.refresh_from_db()
    assert enrolment.grade == 0.0


def test_the_pass_mark_itself_passes(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    Run.objects.filter(pk=enrolment.run_id).update(pass_mark=0.5)
    assert not seat_of(enrolment).passed
    hand_in(enrolment, "capital")  # one of two quizzes: 0.5
    assert seat_of(enrolment).passed
    assert Event.objects.get(verb="graded").data == {"grade": 0.5, "passed": True}


def test_the_grade_is_that_of_the_learners_own_cohort(tmp_path: Path) -> None:
    policy = {"user_partitions": [{"id": 50, "scheme": "cohort", "groups": [{"id": 1, "name": "Blue"}]}]}
    enrolment = make_enrolment(tmp_path, section="""group_access='{"50": [1]}'""", policy=policy)
    enrolment.cohort = Cohort.objects.create(run=enrolment.run, name="Blue")
    enrolment.save(update_fields=["cohort"])
    hand_in(enrolment, "capital")
    enrolment.refresh_from_db()
    assert enrolment.grade == 0.5


def test_two_activities_of_one_learner_have_different_variants(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    seeds = {hand_in(enrolment, activity).submission.seed for activity in ("capital", "sum", "practice")}
    assert len(seeds) == 3


def test_the_journal_tells_what_happened_by_pseudonym_only(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "capital")
    verbs = list(Event.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["enrolled", "submitted", "graded"]
    assert set(Event.objects.values_list("actor", flat=True)) == {enrolment.account.pseudonym}


def test_a_refused_answer_leaves_no_trace(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='due="2026-11-01T00:00:00Z"')
    before = Event.objects.count()
    with pytest.raises(DeadlinePassed):
        hand_in(enrolment, "capital")
    assert (Submission.objects.count(), ActivityState.objects.count(), Event.objects.count()) == (0, 0, before)


def _at_once(enrolment: Enrolment, attempts: list[int]) -> list[str]:
    """Hand in from as many threads as attempts, each with a connection of its own."""

    def one(attempt: int) -> str:
        try:
            return "repeated" if hand_in(enrolment, "capital", WRONG["capital"], attempt=attempt).repeated else "taken"
        except AttemptsUsed:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(one, attempts))


@pytest.mark.django_db(transaction=True)
def test_one_form_handed_in_fifty_times_at_once_is_kept_once(tmp_path: Path) -> None:
    outcomes = _at_once(make_enrolment(tmp_path), [1] * 50)
    assert outcomes == ["repeated"] * 49 + ["taken"]
    assert Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_attempt_cannot_be_spent_twice_by_fifty_requests_at_once(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "capital", WRONG["capital"], attempt=1)
    outcomes = _at_once(enrolment, list(range(2, 52)))  # fifty forms that differ: one attempt is left
    assert outcomes == ["refused"] * 49 + ["taken"]
    assert Submission.objects.count() == 2
