"""Is a person who is erased from a store in none of its files any more, and does nothing bring them back?"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from cordee.core.errors import NotFound
from cordee.pilot import compacting, erased, live, sealing
from cordee.pilot.erasing import actor_called, erase_person
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import answer
from cordee.pilot.store import Receipt, Store
from cordee.pilot.tests.make_journal import NOW, make_events

pytestmark = pytest.mark.long  # each test makes stores of its own

RUN = "course-v1:Ingenia+ABC+2026"
OTHERS = ("1002", "1003")
MARIAMA = {
    "user_id": "770077",
    "username": "mariama_essai",
    "email": "mariama@essai.example",
    "name": "Mariama Essai-Dupont",
    "anonymous": "f00dfeedf00dfeedf00dfeedf00dfeed",
}


class Killed(Exception):
    pass


def bring(store: Store, digest: str = "a" * 16, *, person: str = MARIAMA["user_id"], named: bool = True) -> Receipt:
    """One export that speaks of three people in every table that knows people, with a sample that names one."""
    moment = NOW.replace(tzinfo=None)
    with store.alone(), store.landing(NOW) as landing:
        for number, one in enumerate((person, *OTHERS)):
            base = {"course": RUN, "person": one}
            rows: dict[str, dict[str, object]] = {
                "events": {"id": int(hashlib.sha256(one.encode()).hexdigest()[:12], 16), "verb": "submitted",
                           "happened_at": moment + dt.timedelta(days=31 * number), "activity": "p1", "earned": 1.0,
                           "possible": 1.0},
                "reported": {"activity": "p2", "earned": 1.0, "possible": 2.0, "attempts": 1},
                "answers": {"activity": "p1", "input": "2_1", "question": "", "answer": "choice_0", "correct": True},
                "feedback": {"id": 77 + number, "happened_at": moment, "activity": "p1", "rule": "no-loop"},
                "unhelped": {"id": 99 + number, "happened_at": moment, "activity": "p1", "rule": "no-loop"},
                "enrolments": {"active": True, "mode": "audit", "cohort": "", "staff": False},
                "people": {"sex": "f", "birth_year": 1990},
                "grades": {"grade": 50.0, "passed": False},
                "surveys": {"question": "Why?", "answer": "Because"},
                "posts": {"happened_at": moment, "thread": "t", "answers_to": "", "team": False},
            }  # fmt: skip
            for table, row in rows.items():
                whole = row | base
                landing.add(table, [tuple(whole.values())], tuple(whole))
            if named and number == 0:
                landing.add("persons", [(one, *MARIAMA.values())], ("person", *MARIAMA))
            elif named:
                landing.add("persons", [(one, one, f"user{one}", f"{one}@essai.example", "Ana Autre", "")],
                            ("person", *MARIAMA))  # fmt: skip
        landing.tally.drop("no run", f"{{'username': '{MARIAMA['username']}', 'event': 1}}")
        landing.tally.drop("no run", "{'username': 'user1002', 'event': 1}")
        return store.take(landing, digest=digest, name="export.csv", source="edx_test")


def every_byte(folder: Path, scratch: Path) -> Iterator[bytes]:
    """Of each file as it is, and of each Parquet file inflated."""
    scratch.mkdir(exist_ok=True)
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        yield path.read_bytes()
        if path.suffix == ".parquet":
            plain = scratch / f"{hashlib.sha256(str(path).encode()).hexdigest()}.parquet"
            duckdb.execute(
                f"COPY (FROM read_parquet('{path}', hive_partitioning = false)) TO '{plain}' "
                "(FORMAT parquet, COMPRESSION uncompressed, PARQUET_VERSION v1)"
            )
            yield plain.read_bytes()


def traces(folder: Path, scratch: Path, actors: set[int]) -> set[str]:
    """Which of the person's names and pseudonyms stand in any byte."""
    wanted = {name: name.encode() for name in MARIAMA.values()}
    for actor in actors:
        wanted[f"{actor} as bytes"] = actor.to_bytes(8, "little")
        wanted[f"{actor} in digits"] = str(actor).encode()
    return {name for name, some in wanted.items() if any(some in found for found in every_byte(folder, scratch))}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.make(tmp_path / "store")
    bring(made)
    return made


@pytest.mark.attack(123)
def test_no_byte_of_an_erased_person_is_left_in_any_file(store: Store, tmp_path: Path) -> None:
    bring(store, "b" * 16, person=f"@{MARIAMA['username']}", named=False)
    (store.folder / "landing-killed").mkdir()
    (store.folder / "landing-killed" / "rows.duckdb").write_text(MARIAMA["name"])
    left = store.folder / "tables" / "grades" / ".x.parquet.writing"
    left.write_text(MARIAMA["email"])
    actor = actor_called(store, MARIAMA["user_id"])
    answer("sex", store, Scope((RUN,), frozenset({actor})), k=1)  # is remembered, by person
    before = traces(store.folder, tmp_path / "before", {actor})
    assert str(actor) in (next((store.folder / "told").glob("course=*.json"))).read_text("utf-8")
    assert before >= {*MARIAMA.values(), f"{actor} as bytes"}  # the search finds what is there
    receipt = erase_person(store, actor)
    assert traces(store.folder, tmp_path / "after", {actor}) == set()
    assert (receipt.persons, receipt.texts, receipt.left_behind) == (1, 2, 2)
    with store.open() as database:
        for table in (
            "events",
            "all_reported",
            "answers",
            "feedback",
            "unhelped",
            "all_enrolments",
            "all_people",
            "all_grades",
            "surveys",
            "posts",
        ):
            (found,) = database.execute(f"SELECT count(DISTINCT actor) FROM {table}").fetchall()
            assert found == (2,), table
        assert database.execute("SELECT count(*) FROM persons").fetchall() == [(2,)]
    samples = json.loads((store.folder / "sources" / f"{'a' * 16}.json").read_text("utf-8"))["dropped"]["no run"]
    assert samples == {"rows": 2, "samples": ["…", "{'username': 'user1002', 'event': 1}"]}
    assert store.receipts()  # and can be read


def test_the_receipt_names_each_file_with_rows_and_digests_and_nobody(store: Store) -> None:
    actor = actor_called(store, MARIAMA["email"])
    receipt = erase_person(store, actor, now=lambda: NOW)
    assert receipt.rows == len(receipt.files) == 10
    assert receipt.searched == 12  # three months of events, nine tables
    for one in receipt.files:
        file = store.folder / one.file
        assert one.rows_before - one.rows_after == 1
        assert hashlib.sha256(file.read_bytes()).hexdigest() == one.sha256_after != one.sha256_before
    kept = store.folder / "erased" / f"{receipt.number}.json"
    assert json.loads(kept.read_text("utf-8"))["receipts"] == [json.loads(json.dumps(receipt.as_json()))]
    assert kept.stat().st_mode & 0o077 == 0
    again = erase_person(store, actor)
    assert (again.rows, again.files, again.persons) == (0, (), 0)


@pytest.mark.parametrize("person", [MARIAMA["user_id"], f"@{MARIAMA['username']}"])
@pytest.mark.parametrize("named", [True, False])
def test_importing_an_old_file_again_brings_nobody_back(
    store: Store, tmp_path: Path, person: str, *, named: bool
) -> None:
    actor = actor_called(store, MARIAMA["username"])
    erase_person(store, actor)
    receipt = bring(store, "c" * 16, person=person, named=named)
    assert receipt.dropped[erased.REASON][0] == 10
    (store.folder / "sources" / f"{'c' * 16}.json").unlink()  # its samples are the test's own doing
    actors = {actor, store.actor_of(f"@{MARIAMA['username']}")}
    assert traces(store.folder, tmp_path / "after", actors) == set()
    with store.open() as database:
        assert database.execute("SELECT count(DISTINCT actor) FROM events").fetchall() == [(2,)]


def test_who_has_the_same_address_as_an_erased_person_stays(store: Store) -> None:
    def bring_sister(digest: str) -> None:
        with store.alone(), store.landing(NOW) as landing:
            landing.add("grades", [(RUN, "sister", 70.0)], ("course", "person", "grade"))
            landing.add("persons", [("sister", "sister", "awa", MARIAMA["email"])],
                        ("person", "user_id", "username", "email"))  # fmt: skip
            store.take(landing, digest=digest, name="sister.csv", source="edx_other")

    def grades() -> int:
        with store.open() as database:
            (row,) = database.execute("SELECT count(*) FROM all_grades WHERE grade = 70").fetchall()
        return int(row[0])

    bring_sister("d" * 16)
    erase_person(store, actor_called(store, MARIAMA["user_id"]))
    assert grades() == 1
    assert actor_called(store, "awa") == store.actor_of("sister")
    bring_sister("e" * 16)
    assert grades() == 1


@pytest.mark.parametrize(("where", "after"), [("noted", 1), ("file", 1), ("file", 5), ("texts", 1)])
def test_an_erasure_killed_half_way_is_ended_by_the_same_command(
    where: str, after: int, store: Store, tmp_path: Path
) -> None:
    actor = actor_called(store, MARIAMA["user_id"])
    with pytest.raises(Killed):
        erase_person(store, actor, step=dying_at(where, after))
    assert actor_called(store, MARIAMA["user_id"]) == actor
    erase_person(store, actor)
    assert traces(store.folder, tmp_path / "after", {actor}) == set()
    with pytest.raises(NotFound):
        actor_called(store, MARIAMA["user_id"])


def dying_at(where: str, after: int) -> Callable[[str], None]:
    left = after

    def step(place: str) -> None:
        nonlocal left
        left -= place == where
        if place == where and left == 0:
            raise Killed(where)

    return step


@pytest.mark.attack(123)
@pytest.mark.django_db
def test_who_is_erased_is_sealed_no_more_and_read_from_no_tail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "site_store", lambda: Store.make(tmp_path / "pilot"))
    store = live.site_store()
    gone, stays = uuid.uuid4(), uuid.uuid4()

    def act() -> None:
        for person in (gone, stays):
            make_events(2, actor=person)

    def left() -> set[int]:
        with live.open_site_store() as database:
            return {int(actor) for (actor,) in database.execute("SELECT DISTINCT actor FROM events").fetchall()}

    for _ in range(2):
        act()
        sealing.seal(store, now=lambda: NOW)
    compacting.compact(store, fewest=2)
    act()
    assert len(left()) == 2
    receipt = erase_person(store, actor_called(store, str(gone)))
    assert receipt.rows == 8  # in two sealed files, and in the one that stands for both
    assert left() == {store.actor_of(str(stays))}
    sealing.seal(store, now=lambda: NOW)
    assert left() == {store.actor_of(str(stays))}
    assert store.actor_of(str(gone)).to_bytes(8, "little") not in b"".join(every_byte(store.folder, tmp_path / "x"))


def test_a_person_whom_nobody_knows_is_refused_with_what_to_give(store: Store) -> None:
    with pytest.raises(NotFound, match=r"Nobody in .* is called nobody. Give an id, a username"):
        actor_called(store, "nobody")
