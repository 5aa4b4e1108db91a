"""Does every fact of the journal get into the store, once, with its own time?"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordee.core import clock
from cordee.learning.journal import Seen, record_seen
from cordee.learning.models import Event
from cordee.pilot import compacting, live, parts, sealing
from cordee.pilot.indicators import indicator_called
from cordee.pilot.scopes import Scope
from cordee.pilot.store import InUse, Store
from cordee.pilot.tests.make_journal import NOW, RUN, SECOND, make_events

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The site's own store, of this test alone."""
    monkeypatch.setattr(live, "site_store", lambda: Store.make(tmp_path / "pilot"))
    return tmp_path / "pilot"


class Killed(Exception):
    pass


def dying_at(where: str, after: int = 1) -> Callable[[str], None]:
    left = after

    def step(place: str) -> None:
        nonlocal left
        if place == where:
            left -= 1
            if left == 0:
                raise Killed(where)

    return step


def seal(**words: object) -> sealing.Sealed:
    return sealing.seal(live.site_store(), now=clock.now, **words)  # type: ignore[arg-type] # as the test says


def seen(*courses: str) -> list[tuple[object, ...]]:
    """What a page counts."""
    with live.open_site_store(Scope(courses)) as database:
        return database.execute(
            "SELECT id, course, actor, happened_at, verb, activity FROM events ORDER BY id"
        ).fetchall()


def sealed() -> int:
    with live.site_store().open() as database:
        (found,) = database.execute("SELECT count(*) FROM events").fetchall()[0]
        return int(found)


def test_an_answer_handed_in_a_second_ago_is_counted_once_before_during_and_after_sealing() -> None:
    data = {"attempt": 1, "earned": 1.0, "possible": 2.0, "late": False, "language": "en"}
    make_events(verb="submitted", at=clock.now() - SECOND, activity="capital", data=data)
    tried = []

    def look(_where: str = "") -> None:
        with live.open_site_store(Scope((RUN,))) as database:
            (row,) = indicator_called("exercises").rows(database)
            tried.append((row["activity"], row["tried"], row["attempts"], row["mean_best"]))

    make_events(verb="enrolled", actor=Event.objects.get().actor, activity="")
    look()
    seal(step=look)
    look()
    compacting.compact(live.site_store(), fewest=1, grace_s=0.0, step=look)
    look()
    assert len(tried) >= 7
    assert set(tried) == {("capital", 1, 1, 0.5)}
    assert sealed() == 2


def test_the_name_of_a_sealed_file_says_its_run_month_and_moments(folder: Path) -> None:
    make_events(2)
    make_events(1, run="Other+X+1", at=NOW - dt.timedelta(days=40))
    done = seal()
    assert (done.batches, done.events, done.rows, done.files) == (1, 3, 3, 2)
    until = live.site_store().sealed_until()
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.parquet"))
    assert names == [
        f"tables/events/course=Ingenia%2BTST101%2B2026/2026-11.journal.{0:016d}-{until}.parquet",
        f"tables/events/course=Other%2BX%2B1/2026-10.journal.{0:016d}-{until}.parquet",
    ]
    assert {parts.microseconds_of(one) for one in Event.objects.values_list("sent_at", flat=True) if one} == {until}


def test_sealing_again_adds_nothing_and_asks_little() -> None:
    make_events(3)
    seal()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert seal() == sealing.Sealed(0, 0, 0, 0)
    asked = [one["sql"] for one in queries if one["sql"].startswith(("SELECT", "UPDATE"))]
    assert len(asked) == (5 if connection.vendor == "postgresql" else 3), asked  # two locks more
    assert sealed() == 3


@pytest.mark.attack(122)
def test_what_was_done_offline_goes_in_with_its_own_time_and_once() -> None:
    number, actor = uuid.uuid4(), uuid.uuid4()
    then = NOW - dt.timedelta(days=50, microseconds=-7)
    batch = [Seen(number, "progressed", then, {"from_s": 3.0, "to_s": 9.5})]
    words = {"actor": actor, "run": RUN, "version": 1, "activity": "film", "content": ""}
    record_seen(batch, at=NOW, **words)  # type: ignore[arg-type] # as named
    seal()
    record_seen(batch, at=NOW + SECOND, **words)  # type: ignore[arg-type] # the device did not hear that it had arrived
    seal()
    with live.open_site_store(Scope((RUN,))) as database:
        found = database.execute("SELECT verb, happened_at, from_s, to_s FROM events").fetchall()
    assert found == [("watched", then.replace(tzinfo=None), 3.0, 9.5)]


@pytest.mark.long
@pytest.mark.parametrize("where", ["claiming", "claimed", "file", "written", "noted"])
@pytest.mark.parametrize("after", [1, 2])
def test_killed_at_a_named_point_nothing_is_lost_or_doubled(
    where: str, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "CLAIMED_AT_ONCE", 2)
    make_events(7)
    make_events(3, run="Other+X+1", at=NOW - dt.timedelta(days=40))
    expected = seen()
    assert len(expected) == 10
    with pytest.raises(Killed):
        seal(batch=5, step=dying_at(where, after))
    assert seen() == expected
    make_events(1, run="Third+X+1")
    more = seen()
    assert len(more) == 11
    seal(batch=5)
    assert seen() == more
    assert sealed() == 11


def test_a_batch_that_is_written_again_gets_the_same_names_and_rows(folder: Path) -> None:
    make_events(5)
    with pytest.raises(Killed):
        seal(step=dying_at("written"))
    names = sorted(path.name for path in folder.rglob("*.parquet"))
    assert sealed() == 0  # it is there, and does not count yet
    make_events(4)
    assert seal().batches == 2
    assert set(names) < {path.name for path in folder.rglob("*.parquet")}
    assert sealed() == 9


def test_asked_to_stop_a_sealer_leaves_what_the_next_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CLAIMED_AT_ONCE", 2)
    make_events(9)
    asked: list[bool] = []

    def stopping() -> bool:
        asked.append(True)
        return len(asked) > 2

    done = seal(stopping=stopping)
    assert 0 < done.events < 9
    assert len(seen()) == 9
    seal()
    assert sealed() == 9


def test_a_sealer_does_not_wait_for_who_writes_into_the_store() -> None:
    make_events()
    with live.site_store().alone(), pytest.raises(InUse):
        seal()
    assert len(seen()) == 1


def test_a_claim_holds_the_database_for_few_rows_at_a_time() -> None:
    make_events(1200)
    with CaptureQueriesContext(connection) as queries:
        seal()
    claims = [one["sql"] for one in queries if one["sql"].startswith("UPDATE")]
    assert len(claims) == 3
    assert all("LIMIT 500" in one for one in claims)


def test_a_lost_store_is_made_anew_from_the_journal(folder: Path) -> None:
    make_events(4)
    seal()
    make_events(2)
    seal()
    folder.rename(folder.with_name("lost"))
    assert len(seen()) == 6
    assert seal().batches == 2
    assert sealed() == 6


def test_a_database_restored_from_an_older_backup_doubles_nothing() -> None:
    make_events(3)
    seal()
    make_events(2)
    seal()
    last = Event.objects.order_by("-sent_at")[0].sent_at
    Event.objects.filter(sent_at=last).update(sent_at=None)  # as the backup knew them
    make_events(2, at=clock.now())
    seal(batch=2)
    assert sealed() == 7
    make_events(1, at=clock.now())
    seal()
    assert sealed() == 8


def test_verbs_that_are_no_act_of_learning_are_sent_and_have_no_row() -> None:
    make_events(verb="assigned", data={"partition": 1})
    make_events(verb="graded", data={"grade": 0.5, "passed": False})
    assert seal().rows == 0
    assert not Event.objects.filter(sent_at=None).exists()
    assert seal().events == 0


def test_months_of_many_files_become_one_by_learner_and_time(folder: Path) -> None:
    people = [uuid.uuid4() for _ in range(3)]
    for round_ in range(6):
        for person in people:
            make_events(1, actor=person, at=NOW + round_ * SECOND)
        seal()
    before = seen()
    done = compacting.compact(live.site_store(), fewest=6, grace_s=0.0)
    assert (done.partitions, done.members, done.removed) == (1, 6, 0)
    assert seen() == before
    assert sealed() == 18
    assert len(list(folder.rglob("*.parquet"))) == 7
    assert compacting.compact(live.site_store(), fewest=6, grace_s=0.0).removed == 6
    (whole,) = folder.rglob("*.parquet")
    with live.site_store().open() as database:
        rows = database.execute(f"SELECT actor, happened_at FROM read_parquet('{whole}')").fetchall()
    assert rows == sorted(rows)
    make_events(1)
    seal()
    again = compacting.compact(live.site_store(), fewest=2, grace_s=0.0)
    assert (again.partitions, again.members) == (1, 2)
    compacting.compact(live.site_store(), fewest=2, grace_s=0.0)
    assert len(list(folder.rglob("*.parquet"))) == 1
    assert sealed() == 19


@pytest.mark.parametrize("where", ["listed", "united"])
def test_compaction_killed_at_a_named_point_shows_each_event_once(where: str, folder: Path) -> None:
    for _ in range(3):
        make_events(2)
        seal()
    expected = seen()
    with pytest.raises(Killed):
        compacting.compact(live.site_store(), fewest=2, step=dying_at(where))
    assert seen() == expected
    for _ in range(3):
        compacting.compact(live.site_store(), fewest=2, grace_s=0.0)
    assert seen() == expected
    assert len(list(folder.rglob("*.parquet"))) == 1


def test_who_learned_until_when_before_a_whole_file_came_reads_its_members() -> None:
    make_events(2)
    seal()
    with live.open_site_store(Scope()) as database:  # this reader took its moment, then others went on
        (before,) = database.execute("SELECT count(*) FROM events").fetchall()[0]
        make_events(3)
        seal()
        compacting.compact(live.site_store(), fewest=2)
        assert database.execute("SELECT count(*) FROM events").fetchall() == [(before,)]
    files = live.site_store().folder / "tables" / "events"
    listed = sorted(files.rglob("*.parquet"))
    first = min(parts.until_of(path.name) for path in listed)
    assert [parts.source_of(path.name) for path in parts.counting(listed, first)] == ["journal"]
    now = live.site_store().sealed_until()
    assert [parts.source_of(path.name) for path in parts.counting(listed, now)] == ["whole"]


def test_a_page_of_a_run_reads_the_tail_of_that_run_only_in_one_query() -> None:
    make_events(2)
    make_events(5, run="Other+X+1")
    with CaptureQueriesContext(connection) as queries:
        assert len(seen(RUN)) == 2
    assert len(queries) == 1
    assert '"run" IN' in queries[0]["sql"]


def test_a_store_whose_making_was_killed_is_made_by_the_next_one(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    begun.mkdir()
    (begun / "key").write_bytes(b"k" * 32)
    (begun / ".store.json.writing").write_bytes(b"")
    assert Store.make(begun).courses() == ()
    assert (begun / "key").read_bytes() == b"k" * 32
    assert json.loads((begun / "store.json").read_text("utf-8"))["format"] == 1
