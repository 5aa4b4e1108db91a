"""What does moving a run to another version change, and what a regrade? Nothing is ever lost by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from cordee.awards.attesting import issue_attestation
from cordee.awards.models import Attestation
from cordee.core.errors import Conflict, InputRefused
from cordee.courses.models import Course, Run, Version
from cordee.courses.queries import outline
from cordee.courses.tests.make import CAPITAL, GRADING, NOW, SUM, course_files, imported, small_run
from cordee.courses.versions.moving import move_run, set_following
from cordee.learning.finding import task_in
from cordee.learning.forms import form_id
from cordee.learning.giving_points import give_points
from cordee.learning.marking import bring_marks_up_to_date
from cordee.learning.models import ActivityState, Enrolment, Event, Regrade, RegradedEnrolment, Submission
from cordee.learning.submitting import submit_answer
from cordee.learning.tests.make import RIGHT, hand_in, make_enrolment, seat_of
from cordee.learning.versions.planning import fetch, plan_regrade
from cordee.learning.versions.regrading import move_and_regrade, undo_regrade
from cordee.people.models import StaffAct
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
LYON = CAPITAL.replace('"true">Paris', '"false">Paris').replace('"false">Lyon', '"true">Lyon')
TURNED = """<problem display_name="Capital" max_attempts="2" showanswer="finished">
<multiplechoiceresponse><label>Capital of France?</label><choicegroup type="MultipleChoice">
<choice correct="false">Lyon<choicehint>Larger river, fewer ministers.</choicehint></choice>
<choice correct="true">Paris<choicehint>Since Clovis.</choicehint></choice>
</choicegroup></multiplechoiceresponse>
<solution><p>SECRET-SOLUTION</p></solution></problem>"""
LATER = NOW + dt.timedelta(hours=2)
WHY = "The key of the capital was wrong"


def wrong_key(folder: Path) -> Run:
    """A run whose first question has Lyon for its key."""
    return small_run(folder, quizzes={"capital": LYON, "sum": SUM})


def mended(folder: Path, quizzes: Mapping[str, str] | None = None, **choices: object) -> Version:
    """Another version of its course, with Paris."""
    imported(course_files(quizzes=quizzes or {"capital": CAPITAL, "sum": SUM}, **choices), folder)  # type: ignore[arg-type]
    found = Version.objects.order_by("-number").first()
    assert found is not None
    return found


def fresh(enrolment: Enrolment) -> Enrolment:
    found = seat_of(enrolment).enrolment
    assert found is not None
    return found


def regraded(run: Run, to: Version, now: dt.datetime = LATER) -> Regrade | None:
    held = Run.objects.select_related("version", "course").get(pk=run.pk)
    return move_and_regrade(
        run=held, to=to, seen=held.version.number, reason=WHY, by=make_account(name="Hélène"), now=now
    )


def state_of(enrolment: Enrolment, activity: str = "capital") -> ActivityState:
    return ActivityState.objects.get(enrolment=enrolment, activity=activity)


def test_a_regrade_gives_each_answer_what_the_newer_key_gives_it(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    paris, lyon, idle = (make_enrolment(tmp_path, run=run) for _ in range(3))
    hand_in(paris, "capital", {"p_2_1": "choice_0"})
    hand_in(lyon, "capital", {"p_2_1": "choice_1"})
    assert (fresh(paris).grade, fresh(lyon).grade) == (0.0, 0.5)
    done = regraded(run, mended(tmp_path))
    assert done is not None
    assert (fresh(paris).grade, fresh(lyon).grade, fresh(idle).grade) == (0.5, 0.0, 0.0)
    assert done.figures["rise"] == done.figures["fall"] == done.figures["stay"] == 1
    assert done.figures["distinct"] == 2
    assert fresh(paris).run.version.number == 2
    assert fresh(paris).marks == {"s_capital": 1.0}


def test_answers_and_their_first_verdicts_stay_as_they_are(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    kept = hand_in(learner, "capital", {"p_2_1": "choice_0"}).submission
    regraded(run, mended(tmp_path))
    there = Submission.objects.get()
    assert (there.answer, there.earned, there.content) == (kept.answer, 0.0, kept.content)
    assert state_of(learner).earned == 1.0


def test_moving_alone_changes_no_score(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital", {"p_2_1": "choice_0"})
    to = mended(tmp_path)
    move_run(run=run, to=to, seen=1, by=None, now=LATER)
    assert fresh(learner).grade == 0.0
    assert state_of(learner).earned == 0.0
    assert fresh(learner).run.version.number == 2


def test_a_choice_in_another_place_keeps_its_score(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital")
    assert regraded(run, mended(tmp_path, {"capital": TURNED, "sum": SUM})) is None
    assert fresh(learner).grade == 0.5


def test_other_weights_count_at_once(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital")
    policy = {**GRADING, "GRADER": [{**GRADING["GRADER"][0], "drop_count": 1}]}  # type: ignore[index]
    done = regraded(run, mended(tmp_path, grading=policy))
    assert done is not None
    assert fresh(learner).grade == 1.0


def test_undoing_gives_back_what_was_there_but_to_who_answered_since(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    paris, active = make_enrolment(tmp_path, run=run), make_enrolment(tmp_path, run=run)
    for one in (paris, active):
        hand_in(one, "capital", {"p_2_1": "choice_0"})
    done = regraded(run, mended(tmp_path))
    assert done is not None
    hand_in(active, "sum", now=LATER)
    assert fresh(active).grade == 1.0
    assert undo_regrade(regrade=done, by=None, now=LATER) == 1
    assert (fresh(paris).grade, state_of(paris).earned, state_of(paris).regraded_at) == (0.0, 0.0, None)
    assert (fresh(active).grade, state_of(active).earned) == (1.0, 1.0)
    assert undo_regrade(regrade=done, by=None, now=LATER) == 1  # a double click
    assert StaffAct.objects.filter(about__endswith="undone").count() == 1


def test_only_the_latest_regrade_can_be_undone(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    hand_in(make_enrolment(tmp_path, run=run), "capital", {"p_2_1": "choice_0"})
    first = regraded(run, mended(tmp_path))
    second = regraded(run, mended(tmp_path, {"capital": LYON, "sum": SUM}))
    assert first is not None
    assert second is not None
    with pytest.raises(Conflict, match="later regrade first"):
        undo_regrade(regrade=first, by=None, now=LATER)
    assert undo_regrade(regrade=second, by=None, now=LATER) == 1


def test_points_given_since_count_after_an_undo(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital", {"p_2_1": "choice_0"})
    hand_in(learner, "sum", {"p_2_1": "5"})
    done = regraded(run, mended(tmp_path))
    assert done is not None
    seat = seat_of(learner)
    assert seat.enrolment is not None
    give_points(enrolment=seat.enrolment, outline=seat.outline, entry=seat.outline.entries["sum"][1], points=1.0,
                reason="A slip", by=make_account(), now=LATER)  # fmt: skip
    undo_regrade(regrade=done, by=None, now=LATER)
    assert fresh(learner).grade == 0.5


def test_the_same_move_twice_is_one(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    hand_in(make_enrolment(tmp_path, run=run), "capital", {"p_2_1": "choice_0"})
    to = mended(tmp_path)
    held = Run.objects.select_related("version", "course").get(pk=run.pk)
    arguments = {"run": held, "to": to, "seen": 1, "reason": WHY, "by": None, "now": LATER}
    assert move_and_regrade(**arguments) is not None  # type: ignore[arg-type]
    assert move_and_regrade(**arguments) is None  # type: ignore[arg-type]
    assert Regrade.objects.count() == 1


def test_a_second_tab_with_another_version_in_mind_is_told(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    first = mended(tmp_path)
    second = mended(tmp_path, {"capital": TURNED, "sum": SUM})
    move_run(run=run, to=first, seen=1, by=None, now=LATER)
    with pytest.raises(Conflict, match="shows version 2 now"):
        move_run(run=run, to=second, seen=1, by=None, now=LATER)


def test_a_regrade_needs_a_reason_and_a_version_of_the_course(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    to = mended(tmp_path)
    with pytest.raises(InputRefused, match="Say why"):
        move_and_regrade(run=run, to=to, seen=1, reason=" ", by=None, now=LATER)
    other = small_run(tmp_path, number="OTH101").version
    with pytest.raises(InputRefused, match="another course"):
        move_and_regrade(run=run, to=other, seen=1, reason=WHY, by=None, now=LATER)
    assert Run.objects.get(pk=run.pk).version.number == 1


def test_an_attestation_that_was_issued_stays(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    lyon = make_enrolment(tmp_path, run=run)
    hand_in(lyon, "capital", {"p_2_1": "choice_1"})
    hand_in(lyon, "sum")
    issued = issue_attestation(enrolment=fresh(lyon), name="Zoé Martin", now=NOW)
    done = regraded(run, mended(tmp_path))
    assert done is not None
    assert done.figures["no_longer_pass"] == 1
    assert fresh(lyon).grade == 0.5
    assert Attestation.objects.get().is_live
    assert issue_attestation(enrolment=fresh(lyon), name="Zoé Martin", now=LATER) == issued


def test_who_newly_passes_gets_an_attestation_as_everybody_does(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    paris = make_enrolment(tmp_path, run=run)
    hand_in(paris, "capital", {"p_2_1": "choice_0"})
    hand_in(paris, "sum")
    done = regraded(run, mended(tmp_path))
    assert done is not None
    assert done.figures["newly_pass"] == 1
    assert issue_attestation(enrolment=fresh(paris), name="Zoé Martin", now=LATER).grade == 1.0


def test_what_was_there_before_is_kept_and_the_act_is_logged(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    paris = make_enrolment(tmp_path, run=run)
    hand_in(paris, "capital", {"p_2_1": "choice_0"})
    regraded(run, mended(tmp_path))
    kept = RegradedEnrolment.objects.get()
    assert (kept.grade_before, kept.grade_after, kept.states) == (0.0, 0.5, {"capital": [0.0, 1.0, False, False]})
    acts = list(StaffAct.objects.filter(act="run.version").values_list("about", "people").order_by("pk"))
    assert acts[0] == ("version 1 to 2", 1)
    assert acts[1][0].endswith(WHY)
    assert Event.objects.filter(verb="graded", data__grade=0.5, version=2).count() == 1


def test_a_plan_writes_nothing(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    hand_in(make_enrolment(tmp_path, run=run), "capital", {"p_2_1": "choice_0"})
    to = mended(tmp_path)
    plan = plan_regrade(run, outline(to.sha256), shown=outline(run.version.sha256))
    assert (plan.figures.rise, plan.figures.answers) == (1, 1)
    assert [one.new_grade for one in plan.sample()] == [0.5]
    assert not Regrade.objects.exists()


def test_a_plan_asks_as_often_for_one_learner_as_for_many(
    tmp_path: Path, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    run = wrong_key(tmp_path)
    for _ in range(6):
        hand_in(make_enrolment(tmp_path, run=run), "capital", {"p_2_1": "choice_0"})
    to = mended(tmp_path)
    new, old = outline(to.sha256), outline(run.version.sha256)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        plan_regrade(run, new, shown=old)


def test_the_best_attempt_counts_by_the_newer_key(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital", {"p_2_1": "choice_0"})
    hand_in(learner, "capital", {"p_2_1": "choice_1"}, attempt=2, now=LATER)
    assert state_of(learner).earned == 1.0
    assert regraded(run, mended(tmp_path)) is None  # Paris was among the attempts
    assert fresh(learner).grade == 0.5


def test_grades_of_a_regrade_are_those_that_the_next_answer_would_compute(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital", {"p_2_1": "choice_0"})
    hand_in(learner, "sum")
    regraded(run, mended(tmp_path))
    there = fresh(learner)
    Enrolment.objects.filter(pk=learner.pk).update(marks_of=None, marks={})
    bring_marks_up_to_date(there.run, outline(there.run.version.sha256))
    assert (
        (fresh(learner).marks, fresh(learner).grade)
        == (there.marks, there.grade)
        == (
            {"s_capital": 1.0, "s_sum": 1.0},
            1.0,
        )
    )


def test_an_answer_between_look_and_lock_is_graded_by_the_newer_version(tmp_path: Path) -> None:
    run = wrong_key(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    seat = seat_of(learner)  # the page was asked for before
    assert seat.enrolment is not None
    task = task_in(seat, "capital", language="en", now=NOW)
    other = make_enrolment(tmp_path, run=run)
    hand_in(other, "capital", {"p_2_1": "choice_0"})
    regraded(run, mended(tmp_path))
    receipt = submit_answer(
        enrolment=seat.enrolment,
        task=task,
        answer={"p_2_1": "choice_0"},
        form_id=form_id(enrolment_id=learner.pk, activity="capital", attempt=1),
        now=LATER,
    )
    assert receipt.submission.earned == 1.0
    assert receipt.submission.content == task.content  # it is an answer to what stood on the page
    assert fresh(learner).grade == 0.5


def test_a_page_drawn_before_the_move_is_read_as_it_was(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    drawn = task_in(seat_of(learner), "capital", language="en", now=NOW).content[:12]
    move_run(run=run, to=mended(tmp_path, {"capital": TURNED, "sum": SUM}), seen=1, by=None, now=LATER)
    seat = seat_of(learner)
    assert seat.enrolment is not None
    task = task_in(seat, "capital", language="en", now=NOW, drawn=drawn)
    assert task.asked != task.definition
    answer = RIGHT["capital"]  # Paris stood first
    form = form_id(enrolment_id=learner.pk, activity="capital", attempt=1)
    found = submit_answer(enrolment=seat.enrolment, task=task, answer=answer, form_id=form, now=LATER)
    assert found.submission.earned == 1.0
    assert task_in(seat, "capital", language="en", now=NOW, drawn="0" * 12).older is None


def test_a_question_that_was_added_is_not_given_away_to_who_had_won_before(tmp_path: Path) -> None:
    two = """<problem display_name="Capital" max_attempts="4" showanswer="finished">
<multiplechoiceresponse><choicegroup><choice correct="true">Paris</choice><choice correct="false">Lyon</choice>
</choicegroup></multiplechoiceresponse>%s<solution><p>SECRET-SOLUTION</p></solution></problem>"""
    added = '<numericalresponse answer="1789"><formulaequationinput/></numericalresponse>'
    run = small_run(tmp_path, quizzes={"capital": two % "", "sum": SUM})
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital", RIGHT["capital"])
    assert "SECRET-SOLUTION" in unit_of(learner)
    to = mended(tmp_path, {"capital": two % added, "sum": SUM})
    move_run(run=run, to=to, seen=1, by=None, now=LATER)
    page = unit_of(learner)
    assert "SECRET-SOLUTION" not in page
    assert "1789" not in page


def unit_of(learner: Enrolment) -> str:
    browser = signed_in_client(learner.account)
    return browser.get(f"/runs/{learner.run.key}/units/v_capital").content.decode()


def test_harmless_changes_are_followed_where_it_is_wished_and_no_others(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    teacher = make_account()
    assert set_following(run=run, follows=True, by=teacher, now=NOW)
    assert not set_following(run=run, follows=True, by=teacher, now=NOW)
    imported(course_files(text="<p>Read this, slowly.</p>"), tmp_path)
    assert Run.objects.get(pk=run.pk).version.number == 2
    mended(tmp_path, {"capital": LYON, "sum": SUM}, text="<p>Read this, slowly.</p>")
    assert Run.objects.get(pk=run.pk).version.number == 2
    assert Course.objects.get().versions.count() == 3


@pytest.mark.django_db
def test_rows_asked_for_one_of_none_are_none() -> None:
    assert list(fetch(ActivityState.objects.filter(pk__in=[]).values_list("pk"))) == []
