"""Does a run of this site come into the pilot as any other run?"""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordee.awards.attesting import issue_attestation
from cordee.core.errors import NotFound
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import NOW, small_run
from cordee.learning.enrolling import leave
from cordee.learning.journal import Seen, record, record_seen
from cordee.learning.models import Cohort, Enrolment
from cordee.learning.tests.make import WRONG, hand_in, make_enrolment
from cordee.people.granting import grant_role
from cordee.people.models import AboutMe, Role
from cordee.people.tests.make import make_account
from cordee.pilot.indicators.exercises import indicator as exercises
from cordee.pilot.own import SOURCE, TOLD_ELSEWHERE, read_run
from cordee.pilot.store import Receipt, Store
from cordee.pilot.tests.bringing import told

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def brought(folder: Path, key: str) -> tuple[Store, Receipt]:
    """The run in a store of its own."""
    store = Store.make(folder / "store")
    with store.alone(), store.landing(NOW + 9 * HOUR) as landing:
        read_run(key, landing)
        return store, store.take(landing, digest="0" * 16, name=key, source=SOURCE)


def test_a_run_of_this_site_fills_the_tables(tmp_path: Path) -> None:
    run = small_run(tmp_path, options=RunOptions())
    good, weak, gone, teacher = (
        make_enrolment(tmp_path, run=run, account=make_account(email=f"{name}@example.org", name=name.title()))
        for name in ("good", "weak", "gone", "teacher")
    )
    Enrolment.objects.filter(pk=good.pk).update(cohort=Cohort.objects.create(run=run, name="Morning"))
    scope = f"run:{run.key}"
    grant_role(account=teacher.account, role=Role.TEACHER, scope=scope, granted_by=None, now=NOW)
    hand_in(good, "capital", now=NOW + HOUR)
    hand_in(good, "sum", now=NOW + 2 * HOUR)
    hand_in(weak, "capital", WRONG["capital"], now=NOW + HOUR)
    hand_in(weak, "capital", attempt=2, now=NOW + 3 * HOUR)
    hand_in(teacher, "capital", now=NOW)
    record(verb="viewed", actor=good.account.pseudonym, run=run.key, at=NOW, activity="u1")
    leave(enrolment=gone, now=NOW + HOUR)
    issue_attestation(enrolment=Enrolment.objects.get(pk=good.pk), name="Good", now=NOW + 3 * HOUR)
    record(verb="told", actor=weak.account.pseudonym, run=run.key, at=NOW, activity="sum", data={"rules": ["a", "b"]})
    record(verb="asked_hint", actor=weak.account.pseudonym, run=run.key, at=NOW, activity="sum", data={"hint": 2})
    seen = [
        Seen(uuid.uuid4(), "played", NOW - HOUR, {"at_s": 0.0, "speed": 1.0, "length_s": 60.0}),
        Seen(uuid.uuid4(), "progressed", NOW - HOUR + dt.timedelta(seconds=10), {"from_s": 0.0, "to_s": 10.0}),
        Seen(uuid.uuid4(), "ended", NOW, {"at_s": 60.0}),
    ]
    record_seen(seen, actor=good.account.pseudonym, run=run.key, version=1, activity="film", content="", at=NOW)

    store, receipt = brought(tmp_path, run.key)
    assert store.courses() == (run.key,)
    who = "JOIN persons USING (actor) ORDER BY email"
    assert told(store, f"SELECT email, name, cohort, active, staff FROM enrolments {who}") == [
        ("gone@example.org", "Gone", "", False, False),
        ("good@example.org", "Good", "Morning", True, False),
        ("teacher@example.org", "Teacher", "", True, True),
        ("weak@example.org", "Weak", "", True, False),
    ]
    assert told(store, f"SELECT grade, passed, certified, complete FROM grades {who}") == [
        (0.0, False, False, False),
        (100.0, True, True, True),
        (50.0, False, False, False),
        (50.0, False, False, False),
    ]
    assert told(store, "SELECT title, subject, host, pass_mark FROM runs") == [
        ("A small course", run.course.key, "here", 60.0)
    ]
    assert told(store, "SELECT activity, kind, unit, module, graded, quiz FROM structure ORDER BY position") == [
        ("u1", "unit", "u1", 1, False, ""),
        ("t1", "html", "u1", 1, False, ""),
        ("u2", "unit", "u2", 1, False, ""),
        ("practice", "problem", "u2", 1, False, ""),
        ("v_capital", "unit", "v_capital", 1, False, ""),
        ("capital", "problem", "v_capital", 1, True, "Quiz 1"),
        ("v_sum", "unit", "v_sum", 1, False, ""),
        ("sum", "problem", "v_sum", 1, True, "Quiz 2"),
    ]
    answers = "SELECT activity, input, answer, correct FROM answers JOIN learners USING (actor) ORDER BY ALL"
    assert told(store, answers) == [
        ("capital", "2_1", "choice_0", True),
        ("capital", "2_1", "choice_0", True),
        ("sum", "2_1", "4", True),
    ]
    tries = "SELECT activity, attempt, earned, possible FROM submissions JOIN learners USING (actor) ORDER BY ALL"
    assert told(store, tries) == [
        ("capital", 1, 0.0, 1.0),
        ("capital", 1, 1.0, 1.0),
        ("capital", 2, 1.0, 1.0),
        ("sum", 1, 1.0, 1.0),
    ]
    films = "SELECT verb, from_s, to_s, happened_at::VARCHAR FROM events WHERE activity = 'film' ORDER BY happened_at"
    assert told(store, films) == [
        ("played", 0.0, None, "2026-11-24 08:00:00"),
        ("watched", 0.0, 10.0, "2026-11-24 08:00:10"),
    ]
    assert told(store, "SELECT activity, rule, hint FROM feedback ORDER BY ALL") == [
        ("sum", "", 2),
        ("sum", "a", None),
        ("sum", "b", None),
    ]
    assert told(store, "SELECT verb FROM events WHERE verb IN ('told', 'asked_hint')") == [("asked_hint",)]
    with store.open() as database:
        row, _ = exercises.rows(database)
    assert (row["activity"], row["tried"], row["solved"], row["attempts"], row["first_try"]) == ("capital", 2, 2, 3, 1)
    assert receipt.read == receipt.kept + receipt.dropped[TOLD_ELSEWHERE][0]
    assert receipt.remarks == ()


def test_what_learners_said_of_themselves_comes_along_and_what_they_would_not_say_does_not(tmp_path: Path) -> None:
    enrolment, silent, shy = (make_enrolment(tmp_path, run=run) for run in [small_run(tmp_path)] for _ in range(3))
    AboutMe.objects.create(
        account=enrolment.account, languages=["fr", "wo"], gender="f", year_of_birth=1985, level_of_education="p",
        country="SN", said_at=NOW,
    )  # fmt: skip
    AboutMe.objects.create(
        account=shy.account, gender="-", year_of_birth=0, level_of_education="-", country="-", said_at=NOW
    )
    with CaptureQueriesContext(connection) as asked:
        store, _ = brought(tmp_path, enrolment.run.key)
    assert len(asked) <= 8
    assert told(store, "SELECT sex, birth_year, education, country, language FROM people ORDER BY ALL") == [
        ("f", 1985, "doctorate", "SN", "fr"),
        (None, None, None, None, None),
    ]
    assert silent.account.pk


def test_the_same_run_again_adds_no_event(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "capital")
    store, first = brought(tmp_path, enrolment.run.key)
    with store.alone(), store.landing(NOW + 10 * HOUR) as landing:
        read_run(enrolment.run.key, landing)
        again = store.take(landing, digest="1" * 16, name=enrolment.run.key, source=SOURCE)
    assert again.known == first.rows["events"]
    assert told(store, "SELECT count(*) FROM events") == [(first.rows["events"],)]


def test_reading_a_run_costs_the_same_queries_for_one_learner_and_for_three(tmp_path: Path) -> None:
    first = make_enrolment(tmp_path)
    hand_in(first, "capital")
    brought(tmp_path, first.run.key)
    for _ in range(2):
        hand_in(make_enrolment(tmp_path, run=first.run), "capital")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        brought(tmp_path / "again", first.run.key)
    assert len(queries) <= 8


def test_a_run_that_is_not_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        brought(tmp_path, "Nobody+X+2026")
