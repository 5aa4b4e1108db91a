"""Is what learners were told of their answers counted as its definition says, sealed or not, and of few not at all?"""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

import pytest

from cordee.core import clock
from cordee.pilot import compacting, live, sealing
from cordee.pilot.erasing import erase_person
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import answer
from cordee.pilot.statistics import wilson
from cordee.pilot.store import Store
from cordee.pilot.tests.make import World, ask, at, rows_of
from cordee.pilot.tests.make_journal import NOW, RUN, SECOND, make_events

HALF = 12


def world_of_messages() -> World:
    """One program, 20 learners who hand it in wrong and one who never does. Each line says who met what."""
    world = World()
    world.run()
    world.activity("double", 1, quiz="Quiz 1", unit="u1")
    names = [f"p{number:02}" for number in range(20)]
    for number, person in enumerate(names):
        world.learner(person)
        world.hand_in(person, "double", 0, when=at(1))
        if number < HALF:  # twelve are told it, the first four of them twice
            world.add("feedback", person=person, activity="double", happened_at=at(1), rule="no-loop")
        if number < 4:
            world.add("feedback", person=person, activity="double", happened_at=at(2), rule="no-loop")
        if number < 5:  # five of them say that it did not help, the first of two submissions
            world.add("unhelped", person=person, activity="double", happened_at=at(1, hour=3), rule="no-loop")
        if number == 0:
            world.add("unhelped", person=person, activity="double", happened_at=at(2, hour=3), rule="no-loop")
        if number < 6:  # six of them get it right afterwards
            world.hand_in(person, "double", 1, when=at(3))
        if number in (6, 7):  # two had it right before somebody told them of it
            world.hand_in(person, "double", 1, when=at(0))
        if number < 11:  # the ladder: eleven climb one step, nine two
            world.add("feedback", person=person, activity="double", happened_at=at(1, hour=1), rule="", hint=1)
        if number < 9:
            world.add("feedback", person=person, activity="double", happened_at=at(1, hour=2), rule="", hint=2)
    world.add("feedback", person="p00", activity="double", happened_at=at(4), rule="missing-semicolon")
    for person, words in (("asks", {}), ("left", {"active": False}), ("team", {"staff": True})):
        world.learner(person, **words)
        world.add("feedback", person=person, activity="double", happened_at=at(1), rule="", hint=1)
    return world


def test_messages_and_hints_are_told_with_who_met_them_and_who_got_it_right_afterwards(tmp_path: Path) -> None:
    rows = rows_of(world_of_messages().store(tmp_path / "store"), "feedback", k=1)
    told = [(row["rule"], row["hint"], row["told"], row["told_of"], row["times"]) for row in rows]
    assert told == [
        ("no-loop", None, 12, 21, 16),
        ("missing-semicolon", None, 1, 21, 1),
        ("", 1, 12, 21, 12),  # eleven and who only asked; not who left, nor the team
        ("", 2, 9, 21, 9),
    ]
    # Of the twelve, two had it right already; six of the other ten got it right. So with hints, two of nine had.
    assert [(row["right_after"], row["right_after_of"]) for row in rows] == [(6, 10), (0, 0), (6, 10), (6, 7)]
    unhelped = [(row["unhelped"], row["unhelped_of"], row["unhelped_percent"]) for row in rows]
    assert unhelped == [(5, 12, pytest.approx(100 * 5 / 12)), (0, 1, 0), (None, None, None), (None, None, None)]
    low, high = wilson(12, 21) or (0.0, 0.0)
    assert rows[0]["told_percent"] == pytest.approx(100 * 12 / 21)
    assert (rows[0]["told_low"], rows[0]["told_high"]) == (pytest.approx(100 * low), pytest.approx(100 * high))
    assert rows[0]["right_after_percent"] == 60
    assert rows[1]["right_after_percent"] is None
    assert {row["title"] for row in rows} == {"Double"}


def test_of_a_message_that_fewer_than_ten_met_only_its_name_is_told(tmp_path: Path) -> None:
    found = ask(world_of_messages().store(tmp_path / "store"), "feedback")
    few = [{name: value for name, value in row.items() if value is not None} for row in found.rows if not row["told"]]
    name = {"activity": "double", "title": "Double", "hidden": "fewer than 10 learners"}
    assert few == [name | {"rule": "missing-semicolon"}, name | {"rule": "", "hint": 2}]  # and no figure beside it
    assert found.hidden == 2
    assert [row["told"] for row in found.rows] == [12, None, 12, None]
    with pytest.raises(TypeError, match="small cells of feedback must be hidden"):
        found.indicator.rows(None)  # type: ignore[arg-type] # it refuses before it asks


# From the journal of a site


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The site's own store, of this test alone."""
    monkeypatch.setattr(live, "site_store", lambda: Store.make(tmp_path / "pilot"))
    return tmp_path / "pilot"


def a_learner_at_work(moment: dt.datetime) -> uuid.UUID:
    """Hands it in wrong, is told two things, asks for a hint and gets it right."""
    person = uuid.uuid4()
    wrong = {"attempt": 1, "earned": 0.0, "possible": 1.0, "late": False, "language": "en"}
    make_events(verb="enrolled", actor=person, activity="", at=moment)
    make_events(verb="submitted", actor=person, at=moment, activity="double", data=wrong)
    make_events(verb="told", actor=person, at=moment + SECOND, activity="double",
                data={"rules": ["no-loop", "unused-result"]})  # fmt: skip
    make_events(verb="unhelped", actor=person, at=moment + 2 * SECOND, activity="double",
                data={"rule": "no-loop", "attempt": 1})  # fmt: skip
    make_events(verb="asked_hint", actor=person, at=moment + 2 * SECOND, activity="double", data={"hint": 1})
    right = wrong | {"attempt": 2, "earned": 1.0}
    make_events(verb="submitted", actor=person, at=moment + 3 * SECOND, activity="double", data=right)
    return person


def seen() -> list[tuple[object, ...]]:
    """What a page counts, and how many events it sees."""
    store = live.live_store((RUN,))
    rows = answer("feedback", store, Scope((RUN,)), k=1).rows
    with store.open(Scope((RUN,))) as database:
        (events,) = database.execute("SELECT count(*) FROM events").fetchall()
    return [*((row["rule"], row["hint"], row["told"], row["times"], row["unhelped"], row["right_after"])
              for row in rows), events]  # fmt: skip


WANTED = [("no-loop", None, 1, 1, 1, 1), ("unused-result", None, 1, 1, 0, 1), ("", 1, 1, 1, None, 1), (4,)]


@pytest.mark.django_db
def test_what_was_told_a_second_ago_is_counted_once_before_during_and_after_sealing(folder: Path) -> None:
    a_learner_at_work(clock.now() - 10 * SECOND)
    assert seen() == WANTED
    during: list[object] = []
    sealing.seal(live.site_store(), now=clock.now, step=lambda _where: during.append(seen()))
    assert len(during) >= 4
    assert all(one == WANTED for one in during)
    assert seen() == WANTED
    for table in ("feedback", "unhelped"):
        assert list((folder / "tables" / table).glob("course=*/*.journal.*.parquet"))


@pytest.mark.django_db
def test_many_small_files_of_what_was_told_become_one(folder: Path) -> None:
    for number in range(3):
        a_learner_at_work(NOW + number * 10 * SECOND)
        sealing.seal(live.site_store(), now=lambda: NOW)
    before = seen()
    assert (
        compacting.compact(live.site_store(), fewest=3, grace_s=0.0).partitions == 3
    )  # of events, of what was told, and of what did not help
    compacting.compact(live.site_store(), fewest=3, grace_s=0.0)
    assert len(list((folder / "tables" / "feedback").glob("course=*/*.parquet"))) == 1
    assert seen() == before
    assert before[0] == ("no-loop", None, 3, 3, 3, 3)


@pytest.mark.django_db
def test_who_is_erased_leaves_nothing_of_what_they_were_told(folder: Path) -> None:
    gone, stays = a_learner_at_work(NOW), a_learner_at_work(NOW + 60 * SECOND)
    store = live.site_store()
    sealing.seal(store, now=lambda: NOW)
    a_learner_at_work(NOW + 120 * SECOND)  # sealed later
    receipt = erase_person(store, store.actor_of(str(gone)), now=lambda: NOW)
    assert {one.file.split("/")[1] for one in receipt.files} == {"events", "feedback", "unhelped"}
    make_events(verb="told", actor=gone, at=NOW + 180 * SECOND, activity="double", data={"rules": ["no-loop"]})
    sealing.seal(store, now=lambda: NOW + 200 * SECOND)
    with store.open(Scope((RUN,))) as database:
        told = database.execute("SELECT DISTINCT actor FROM feedback").fetchall()
    assert len(told) == 2
    assert (store.actor_of(str(stays)),) in told
    assert (store.actor_of(str(gone)),) not in told


@pytest.mark.django_db
def test_a_store_that_knows_nothing_of_messages_says_which_table_lacks(folder: Path) -> None:
    make_events(verb="enrolled", activity="")
    sealing.seal(live.site_store(), now=lambda: NOW)
    assert not (folder / "tables" / "feedback").exists()
    found = answer("feedback", live.site_store(), Scope((RUN,)))
    assert (found.rows, found.missing) == ((), ("feedback",))


@pytest.mark.django_db
def test_who_says_that_a_message_did_not_help_was_told_it_also_where_only_judging_again_told_it(folder: Path) -> None:
    person = uuid.uuid4()
    make_events(verb="enrolled", actor=person, activity="", at=NOW)
    make_events(verb="told", actor=person, at=NOW, activity="double", data={"rules": ["no-loop"]})
    make_events(verb="unhelped", actor=person, at=NOW, activity="double", data={"rule": "other", "attempt": 1})
    rows = answer("feedback", live.live_store((RUN,)), Scope((RUN,)), k=1).rows
    assert [(row["rule"], row["told"], row["times"], row["unhelped"], row["unhelped_of"]) for row in rows] == [
        ("no-loop", 1, 1, 0, 1),
        ("other", 1, 0, 1, 1),
    ]
