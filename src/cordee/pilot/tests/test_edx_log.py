"""Are tracking logs of Open edX read whole, whatever their age and their state?"""

from __future__ import annotations

import contextlib
import itertools
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cordee.core.errors import InputRefused
from cordee.formats.edx import Fact, Left, read_record
from cordee.pilot.importing import import_paths
from cordee.pilot.simulated import Dirt, Plan, write
from cordee.pilot.sources import open_landing
from cordee.pilot.sources.edx_log import source
from cordee.pilot.store import Receipt, Store
from cordee.pilot.tests.logs import DATA, NOW, RUN, edx_record, write_log

USAGE = "block-v1:IMT+ABC-C+2017_T1+type@problem+block@p1"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.make(tmp_path / "store")


def read(store: Store, *paths: Path) -> Receipt:
    return import_paths(store, paths)[-1]


# The shared sample


def test_the_sample_gives_its_truth_back(store: Store) -> None:
    truth = json.loads((DATA / "edx_tracking_synthetic.truth.json").read_text())
    receipt = read(store, DATA / "edx_tracking_synthetic.log.gz")
    assert receipt.read == truth["events"]
    assert receipt.courses == (truth["course"],)
    assert receipt.dropped == {"not used": (3576, ())}
    structure = (DATA / "edx_tracking_synthetic.structure.csv").read_text()
    assert counted(store, structure, truth) == wanted(truth)


def wanted(truth: dict[str, Any]) -> dict[str, Any]:
    """Of a truth, what `counted` finds in a store."""
    names = (
        "attempts tried ok first_ok plays learners started assiduous both passed passed_of_assiduous weeks "
        "last_activity video_bins left posts hints answers_shown views"
    )
    return {name: truth[name] for name in names.split() if name in truth}


def counted(store: Store, structure: str, truth: dict[str, Any]) -> dict[str, Any]:
    """The counts of a truth, in plain SQL of this test over the tables of the store, not by the indicators."""
    graded: dict[str, list[str]] = {}
    for line in structure.splitlines()[1:]:
        usage, module, counts = line.split(",")
        if counts == "1":
            graded.setdefault(module, []).append(usage.split("@")[-1])
    scope = f"course = '{truth['course']}'"
    with store.open() as database:
        database.execute(
            f"CREATE TEMP TABLE done AS SELECT * FROM events JOIN learners USING (course, actor) WHERE {scope}"
        )

        def by(query: str) -> dict[str, int]:
            return {str(key): count for key, count in database.execute(query).fetchall() if count}

        def one(query: str) -> int:
            return int(database.execute(query).fetchall()[0][0])

        tried = "FROM done WHERE verb = 'submitted'"
        acting = "verb IN ('viewed', 'submitted', 'asked_hint', 'asked_answer', 'played')"
        each = ", ".join(f"'{name}'" for names in graded.values() for name in names)
        started, assiduous = (
            f"SELECT actor FROM done WHERE verb = 'submitted' AND activity = '{graded[module][0]}'" for module in "12"
        )
        passed = f"""SELECT actor FROM (SELECT DISTINCT actor, activity FROM done WHERE verb = 'submitted'
                     AND earned >= possible AND activity IN ({each})) GROUP BY actor
                     HAVING 100.0 * count(*) / {each.count(",") + 1} >= {truth.get("pass_mark", 0)}"""
        found: dict[str, Any] = {
            "attempts": by(f"SELECT activity, count(*) {tried} GROUP BY activity"),
            "tried": by(f"SELECT activity, count(DISTINCT actor) {tried} GROUP BY activity"),
            "ok": by(f"SELECT activity, count(DISTINCT actor) {tried} AND earned >= possible GROUP BY activity"),
            "first_ok": by(
                f"SELECT activity, count(DISTINCT actor) {tried} AND attempt = 1 AND earned >= possible GROUP BY ALL"
            ),
            "plays": by("SELECT activity, count(*) FROM done WHERE verb = 'played' GROUP BY activity"),
            "learners": one(f"SELECT count(*) FROM learners WHERE {scope}"),
            "started": one(f"SELECT count(DISTINCT actor) FROM ({started})"),
            "assiduous": one(f"SELECT count(DISTINCT actor) FROM ({assiduous})"),
            "both": one(f"SELECT count(*) FROM ({started} INTERSECT {assiduous})"),
            "passed": one(f"SELECT count(*) FROM ({passed})"),
            "passed_of_assiduous": one(f"SELECT count(*) FROM ({passed} INTERSECT {assiduous})"),
            "weeks": by(
                f"SELECT strftime(happened_at, '%G-W%V'), count(DISTINCT actor) FROM done WHERE {acting} GROUP BY ALL"
            ),
            "last_activity": by(
                f"""SELECT last, count(*) FROM (SELECT actor, arg_max(activity, happened_at) AS last FROM done
                    WHERE {acting} GROUP BY actor) GROUP BY last"""
            ),
            "left": one(f"SELECT count(*) FROM enrolments WHERE NOT active AND {scope}"),
            "posts": one(f"SELECT count(*) FROM posts WHERE {scope}"),
            "hints": one("SELECT count(*) FROM done WHERE verb = 'asked_hint'"),
            "answers_shown": one("SELECT count(*) FROM done WHERE verb = 'asked_answer'"),
            "views": one("SELECT count(*) FROM done WHERE verb = 'viewed'"),
            "video_bins": bins(
                database.execute(
                    """SELECT actor, activity, verb, from_s FROM done WHERE verb IN ('played', 'paused', 'seeked')
                       ORDER BY actor, activity, happened_at,
                                CASE verb WHEN 'paused' THEN 1 WHEN 'seeked' THEN 2 ELSE 3 END"""
                ).fetchall()
            ),
        }
    return {name: found[name] for name in wanted(truth)}


def bins(steps: list[tuple[int, str, str, float]]) -> dict[str, dict[str, int]]:
    """How many stretches touch each ten seconds: from each start to what follows it."""
    found: dict[str, dict[str, int]] = {}
    for (actor, film, verb, start), (next_actor, next_film, next_verb, end) in itertools.pairwise(steps):
        if (actor, film, verb) == (next_actor, next_film, "played") and next_verb != "played":
            for rank in range(int(start // 10), -int(-end // 10)):
                bins_of = found.setdefault(film, {})
                bins_of[str(rank)] = bins_of.get(str(rank), 0) + 1
    return found


# Simulated logs


@pytest.mark.attack(122)
@pytest.mark.long
@pytest.mark.parametrize(
    ("seed", "dirt", "gz"),
    [
        (1, Dirt(), False),
        (2, Dirt(share=0.02), True),
        (3, Dirt.all_of(0.05), False),
        (4, Dirt.all_of(0.15), True),
        (5, Dirt(generations=("i4x",), mixed=True, out_of_order_s=86400), False),
        (6, Dirt(share=0.5, generations=("dashes", "address")), False),
    ],
)
def test_every_count_of_a_simulated_log_is_found_back(
    store: Store, tmp_path: Path, seed: int, dirt: Dirt, *, gz: bool
) -> None:
    truth = write(tmp_path / "made", Plan(seed=seed, learners=60), dirt, gz=gz)
    receipt = read(store, *(tmp_path / "made").glob("tracking.log*"))
    assert counted(store, (tmp_path / "made" / "structure.csv").read_text(), truth) == wanted(truth)
    dropped = {reason: rows for reason, (rows, _samples) in receipt.dropped.items()}
    assert receipt.read == truth["lines"]
    assert receipt.kept == truth["facts"] + truth["known"]
    assert receipt.known == truth["known"]
    assert dropped.get("cut or no JSON", 0) == truth["unreadable"]
    assert dropped.get("no user id", 0) == truth["no_user"]
    assert receipt.kept + sum(dropped.values()) == receipt.read
    assert (tmp_path / "made" / "truth.json").read_text() == json.dumps(truth, indent=1)


def test_a_simulated_log_depends_on_its_seed_alone(tmp_path: Path) -> None:
    plan, dirt = Plan(seed=9, learners=5), Dirt.all_of(0.1)
    assert write(tmp_path / "a", plan, dirt) == write(tmp_path / "b", plan, dirt)
    assert (tmp_path / "a" / "tracking.log").read_bytes() == (tmp_path / "b" / "tracking.log").read_bytes()
    assert write(tmp_path / "c", Plan(seed=10, learners=5), dirt) != write(tmp_path / "a", plan, dirt)


# One reader in SQL, one in Python

TEXTS = st.one_of(st.none(), st.text(max_size=8), st.integers(-3, 10**6), st.booleans())
USAGES = st.sampled_from(
    [
        USAGE,
        "i4x://IMT/ABC-C/problem/p1",
        "i4x-IMT-ABC-C-video-v1",
        "i4x:;_;_IMT;_ABC-C;_problem;_p1",
        "p1",
        "",
        None,
        5,
    ]
)
RUNS: st.SearchStrategy[Any] = st.sampled_from(
    [RUN, "IMT/ABC-C/2017_T1", "course-v1%3AIMT%2BABC-C%2B2017_T1", "", "a/b", "a/b/c/d", None, 7, []]
)
KINDS = st.one_of(
    st.sampled_from(
        [
            "problem_check", "save_problem_check", "play_video", "edx.video.played", "pause_video", "stop_video",
            "seek_video", "edx.video.position.changed", "showanswer", "seq_next", "page_close", "load_video",
            "edx.ui.lms.sequence.next_selected", "edx.problem.hint.demandhint_displayed", "edx.forum.thread.created",
            "openassessmentblock.create_submission", "edx.course.enrollment.activated",
            "edx.course.enrollment.deactivated", f"/courses/{RUN}/courseware/c/s/", f"/courses/{RUN}/courseware/",
            "/courses/IMT/ABC-C/2017_T1/courseware/c/s/2", f"/courses/{RUN}/info", "/courses/courseware/a",
            f"/xblock/{USAGE}", f"/xblock/{USAGE}/handler/x", "/xblock/",
        ]
    ),
    TEXTS,
)  # fmt: skip
NUMBERS = st.one_of(
    st.none(),
    st.integers(-5, 10**7),
    st.floats(allow_nan=False),
    st.sampled_from(["1.5", " 2", "1e3", "inf", "0x1", "", "1_0", True, [], {}, 0.0005, 1.0005, 2.5, -0.0]),
)
EVENTS = st.one_of(
    st.none(),
    st.sampled_from(["", "input_p1_2_1=choice_3&b=4", "[1]", "5", "null", '"text"', "{", [1]]),
    st.fixed_dictionaries(
        {},
        optional={
            "id": USAGES, "module_id": USAGES, "problem_id": USAGES, "currentTime": NUMBERS, "current_time": NUMBERS,
            "old_time": NUMBERS, "new_time": NUMBERS, "grade": NUMBERS, "max_grade": NUMBERS, "attempts": NUMBERS,
            "success": st.sampled_from(["correct", "incorrect", None, 1]),
            "user_id": st.sampled_from([9, "9", "", None]),
            "course_id": RUNS, "more": st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=3), max_leaves=4),
        },
    ),
)  # fmt: skip
TIMES = st.one_of(
    st.datetimes().map(lambda one: one.isoformat()),
    st.datetimes().map(lambda one: one.isoformat(sep=" ") + "Z"),
    st.from_regex(
        r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{0,7})?(Z|[+-][0-9]{2}:?[0-9]{2})?",
        fullmatch=True,
    ),
    TEXTS,
)  # fmt: skip
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "name": KINDS,
        "event_type": KINDS,
        "event_source": st.sampled_from(["server", "browser", "mobile", None, 3]),
        "username": TEXTS,
        "time": TIMES,
        "session": st.one_of(st.none(), st.text(max_size=8)),
        "event": st.one_of(EVENTS, EVENTS.map(json.dumps)),
        "context": st.one_of(
            st.none(),
            st.just("text"),
            st.fixed_dictionaries(
                {},
                optional={
                    "user_id": st.sampled_from([7, "7", "", None, "x", 7.5, "77777777777777777777", 0, True, " 7"]),
                    "course_id": RUNS,
                    "module": st.one_of(st.none(), st.fixed_dictionaries({"usage_key": USAGES})),
                },
            ),
        ),
    },
)
LIKELY = st.builds(
    lambda kind, event, record: edx_record("x", server=True) | {"name": kind, "event": event} | record,
    KINDS,
    st.one_of(EVENTS, EVENTS.map(json.dumps)),
    RECORDS,
)


def by_sql(path: Path) -> tuple[list[Fact], dict[str, int]]:
    """What the query of the source finds in a file."""
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("SET TimeZone = 'UTC'")
        landing = open_landing(database, NOW)
        with contextlib.suppress(InputRefused):  # nothing of it can be read
            source.read(path, landing)
        columns = "id, course, person, happened_at, verb, activity, from_s, to_s, earned, possible, attempt"
        facts = [Fact(*row) for row in database.execute(f"SELECT {columns} FROM landing.events").fetchall()]
        return facts, dict(landing.tally.dropped)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.long
@given(st.lists(st.one_of(RECORDS, LIKELY), min_size=1, max_size=25))
@example([{}])
@example([edx_record("play_video", {"id": "v\ud800", "currentTime": 1})])
@example([edx_record("play_video", {"id": "v\x00w", "currentTime": 1.0005})])
def test_the_query_and_the_plain_reader_agree_on_any_record(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    lines = [json.dumps(record) for record in records]
    facts, dropped = by_sql(write_log(tmp_path / "any.log", *lines))
    expected = [read_record(line) for line in lines]
    assert sorted(facts, key=repr) == sorted((one for one in expected if isinstance(one, Fact)), key=repr)
    reasons: dict[str, int] = {}
    for one in expected:
        if isinstance(one, Left):
            reasons[one.reason] = reasons.get(one.reason, 0) + 1
    assert dropped == reasons


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.long
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=30).filter(lambda one: one[:2] != b"\x1f\x8b"),  # of gz
            st.sampled_from([b"", b" ", b"\r", b"[1]", b"{}", b"{", b'"a"', b"nul", b"\xef\xbb\xbf"]),
        ),
        max_size=12,
    )
)
def test_bytes_of_any_kind_between_the_records_lose_none_of_them(tmp_path: Path, litter: list[bytes]) -> None:
    lines: list[Any] = []
    for rank, bad in enumerate(litter):
        lines += [bad, json.dumps(edx_record("play_video", {"id": f"v{rank}", "currentTime": rank}))]
    facts, _dropped = by_sql(write_log(tmp_path / "any.log", *lines))
    assert sorted(fact.activity for fact in facts) == sorted(f"v{rank}" for rank in range(len(litter)))
