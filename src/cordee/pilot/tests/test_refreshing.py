"""Do the states of our own runs keep up with their events, beside them and without doubling any?"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.courses.tests.make import NOW
from cordee.learning.aims import say_aim
from cordee.learning.enrolling import enrol
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people.about_me.saying import say_about_me
from cordee.people.models import AboutMe
from cordee.people.tests.make import make_account
from cordee.pilot import kept_answers, live, outbox, own, refreshing, sealing
from cordee.pilot.desk import FIRST_ASKED, NEXT_ASKED, Desk
from cordee.pilot.indicators import indicator_called
from cordee.pilot.scopes import Scope
from cordee.pilot.store import Store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(live, "site_store", lambda: Store.make(tmp_path / "pilot"))
    return tmp_path / "pilot"


def refresh() -> tuple[str, ...]:
    store = live.site_store()
    return refreshing.refresh(store, outbox.runs_due(store.folder, {}, now=clock.now()), now=clock.now)


def counted(run: str) -> list[tuple[object, ...]]:
    with live.open_site_store(Scope((run,))) as database:
        rows = indicator_called("exercises").rows(database)
        (learners,) = database.execute("SELECT count(*) FROM learners").fetchall()[0]
    return [(learners,), *((row["activity"], row["title"], row["tried"], row["attempts"]) for row in rows)]


def test_an_answer_and_its_state_are_counted_once_whatever_came_first(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    run = enrolment.run.key
    hand_in(enrolment, "capital", now=NOW)
    assert counted(run) == [(1,), ("capital", "", 1, 1)]
    assert refresh() == (run,)
    expected = [(1,), ("capital", "Capital", 1, 1)]
    assert counted(run) == expected
    sealing.seal(live.site_store(), now=clock.now)
    assert counted(run) == expected
    assert refresh() == (run,)
    assert counted(run) == expected
    assert refresh() == ()
    enrol(account=make_account(email="other@example.org"), run=enrolment.run, now=NOW)
    assert counted(run)[0] == (2,)


@pytest.mark.long
def test_what_the_pages_of_a_quiet_run_ask_is_answered_before_anybody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment = make_enrolment(tmp_path)
    run = enrolment.run.key
    hand_in(enrolment, "capital", now=NOW)
    assert refreshing.prepare_answers(live.site_store(), refresh(), k=10) == ()  # the answer waits to be sealed
    sealing.seal(live.site_store(), now=clock.now)
    assert refreshing.prepare_answers(live.site_store(), refresh(), k=10) == (run,)

    def refuse(*_args: object, **_named: object) -> None:
        raise AssertionError("asked the tables again")

    with monkeypatch.context() as changed:
        changed.setattr(kept_answers, "answer", refuse)
        desk = Desk(live.live_store((run,)), courses=frozenset({run}))
        for name in (*FIRST_ASKED, *NEXT_ASKED):
            assert desk.answer(name, desk.scope(run)).indicator.name == name
    enrol(account=make_account(email="other@example.org"), run=enrolment.run, now=NOW)
    desk = Desk(live.live_store((run,)), courses=frozenset({run}))
    assert [row["enrolled"] for row in desk.answer("funnel", desk.scope(run)).rows] == [2]
    assert refreshing.prepare_answers(live.site_store(), (), k=10) == ()


def test_who_stops_while_answers_are_prepared_leaves_the_rest_for_later(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path).run.key
    refresh()
    sealing.seal(live.site_store(), now=clock.now)
    asked = iter([False, False, True])
    refreshing.prepare_answers(live.site_store(), (run,), k=10, stopping=lambda: next(asked))
    kept = {path.name.partition("-")[0] for path in (live.site_store().folder / "answers").rglob("*.json")}
    assert kept & {*FIRST_ASKED, *NEXT_ASKED} == {FIRST_ASKED[0]}


def test_an_older_state_is_removed_when_nobody_reads_it_any_more(tmp_path: Path, folder: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    for number in range(3):
        refreshing.read_states(live.site_store(), enrolment.run.key, NOW + dt.timedelta(minutes=number))
        if number < 2:
            for path in folder.rglob(f"{own.SOURCE}.*.parquet"):
                os.utime(path, (1, 1))  # long ago
    grades = sorted((folder / "tables" / "grades").rglob("*.parquet"))
    assert [path.name.split(".")[1] for path in grades] == ["20261124T090100", "20261124T090200"]
    assert counted(enrolment.run.key)[0] == (1,)


def test_what_somebody_says_of_themselves_or_takes_back_reaches_the_pilot_without_another_event(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    run, account = enrolment.run.key, enrolment.account

    def told() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        with live.open_site_store(Scope((run,))) as database:
            people = database.execute("SELECT country FROM people").fetchall()
            return people, database.execute("SELECT aim FROM aims").fetchall()

    refresh()
    assert told() == ([], [])
    assert refresh() == ()
    for country, aim in (("FR", "certify"), ("SN", "explore"), ("", "")):
        about = AboutMe(languages=[], gender="", year_of_birth=None, level_of_education="", country=country)
        say_about_me(account=account, said=about, now=clock.now())
        assert refresh() == (run,)
        say_aim(enrolment=enrolment, aim=aim, now=clock.now())
        assert refresh() == (run,)
        assert told() == ([(country or None,)], [(aim,)])
        assert refresh() == ()


def test_looking_whether_a_run_is_due_costs_few_statements(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_enrolment(tmp_path)
    refresh()
    with django_assert_num_queries(3):
        outbox.runs_due(live.site_store().folder, {}, now=clock.now())
