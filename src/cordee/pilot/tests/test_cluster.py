"""Can everything that DuckDB is asked be said to Spark, and does a cluster count the same?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest
from sqlglot import exp, parse_one

from cordee.core.errors import Conflict
from cordee.pilot import cluster
from cordee.pilot.importing import import_paths
from cordee.pilot.indicators import Row, all_indicators, indicator_called
from cordee.pilot.scopes import Scope
from cordee.pilot.store import Store
from cordee.pilot.store_views import rows_of, view_of
from cordee.pilot.tables import TABLES
from cordee.pilot.tests.logs import DATA

SCRIPT: Final = DATA.parents[2] / "scripts" / "pilot_on_spark.py"
MASTER: Final = "local-cluster[2,1,1024]"
PROVED: Final = ("exercises", "funnel", "weeks", "video")
LOOPBACK: Final = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
LISTENS: Final = "0A"


# From one dialect to the other


def understood(text: str) -> str:
    """What a text becomes in Spark's SQL, without a function that nobody knows."""
    told = cluster.in_spark(text)
    assert not list(parse_one(told, read="spark").find_all(exp.Anonymous)), told
    return told


@pytest.mark.parametrize("name", all_indicators())
def test_every_indicator_can_be_asked_in_the_words_of_spark(name: str) -> None:
    indicator = indicator_called(name)
    assert understood(indicator.query).startswith(("WITH ", "SELECT "))
    if indicator.said:
        assert understood(indicator.said)


def test_every_view_of_a_store_can_be_made_in_the_words_of_spark() -> None:
    for table in TABLES:
        assert understood(view_of(table, rows_of(table, "files", 2), chosen=True)).startswith("SELECT ")
    for text in cluster.VIEWS:
        assert understood(text).startswith(("WITH ", "SELECT "))


def test_spark_is_given_the_views_that_a_store_opens_and_no_other(tmp_path: Path) -> None:
    made = {parse_one(text, read="duckdb").find(exp.Table).name for text in cluster.VIEWS}  # type: ignore[union-attr]
    made |= {view_of(table, "SELECT 1", chosen=False).split()[3] for table in TABLES} | {"persons", "extractions"}
    with Store.make(tmp_path / "store").open() as database:
        opened = database.execute("SELECT table_name FROM information_schema.tables").fetchall()
    assert made == {str(name) for (name,) in opened}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            "date_diff('second', a, b)",  # borders crossed, not whole units
            "DATEDIFF(SECOND, DATE_TRUNC('SECOND', a), DATE_TRUNC('SECOND', b))",
        ),
        (
            "unnest(generate_series(a, b)) AS c",  # nothing from 5 to 3
            "EXPLODE(CASE WHEN a <= b THEN SEQUENCE(a, b) END) AS c",
        ),
        ("min_by(x, y)", "MIN_BY(x, y) FILTER(WHERE NOT x IS NULL)"),
        ("arg_max(x, y) FILTER (z)", "MAX_BY(x, y) FILTER(WHERE NOT x IS NULL AND z)"),
        (
            "max_by(x, struct_pack(a := p))",  # null is the greatest
            "MAX_BY(x, STRUCT((p IS NULL) AS a_null, p AS a)) FILTER(WHERE NOT x IS NULL)",
        ),
        ("CAST(a / 7 AS INTEGER)", "CAST(RINT(a / 7) AS INT)"),
        ("CAST(a / 7 AS DOUBLE)", "CAST(a / 7 AS DOUBLE)"),
        ("parse_filename(f)", "ELEMENT_AT(SPLIT(f, '/'), -1)"),
    ],
)
def test_what_the_engines_understand_differently_is_said_otherwise(ours: str, theirs: str) -> None:
    assert cluster.in_spark(f"SELECT {ours} FROM t") == f"SELECT {theirs} FROM t"


def test_two_ranks_one_upon_the_other_stay_apart() -> None:
    told = cluster.in_spark("SELECT * FROM (SELECT * FROM t QUALIFY rank() OVER (ORDER BY a) = 1) AS u QUALIFY a = 1")
    assert told.count("QUALIFY") == 2


# The digest


def test_a_digest_knows_rows_in_any_order_and_floats_at_six_decimals() -> None:
    rows: list[Row] = [{"a": 1, "b": 0.25, "c": None}, {"a": 2, "b": 0.0, "c": "é"}]
    noisy: list[Row] = [{"a": 2, "b": -1e-9, "c": "é"}, {"a": 1, "b": 0.25000004, "c": None}]
    assert cluster.digest(rows) == cluster.digest(noisy)


@pytest.mark.parametrize(
    "other",
    [
        [{"a": 1, "b": 0.250001}],
        [{"a": 1, "c": 0.25}],
        [{"a": 2, "b": 0.25}],
        [{"a": None, "b": 0.25}],
        [{"a": "1", "b": 0.25}],
        [{"a": 1, "b": float("nan")}],
        [{"a": 1, "b": 0.25}, {"a": 1, "b": 0.25}],
        [],
    ],
)
def test_other_rows_have_another_digest(other: list[Row]) -> None:
    assert cluster.digest(other) != cluster.digest([{"a": 1, "b": 0.25}])


def test_small_cells_are_not_told_on_a_cluster_either() -> None:
    with pytest.raises(TypeError, match="small cells of sex"):
        cluster.rows(None, indicator_called("sex"))


# What is needed


def test_a_machine_without_spark_or_java_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert "apt install openjdk" in str(cluster.missing())
    with pytest.raises(Conflict, match="Java is not installed"), cluster.spark_at("local"):
        pass
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pyspark" else object())
    assert "pyspark is not installed. Install it: pip install 'cordee[cluster]'" in str(cluster.missing())


# On a cluster


def processes_of(session: int) -> dict[int, str]:
    """Of the processes that one program started, itself among them: the number, and the name."""
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (folder / "stat").read_text().partition(" (")[2].rpartition(") ")
        except OSError:  # it has just ended
            continue
        if int(rest.split()[3]) == session and not rest.startswith("Z"):
            found[int(folder.name)] = name
    return found


def listening(processes: dict[int, str]) -> set[str]:
    """Where these processes listen, as /proc/net writes addresses."""
    held: set[str] = set()
    for number in processes:
        for path in Path(f"/proc/{number}/fd").glob("*"):
            try:
                held.add(str(path.readlink()))
            except OSError:
                continue
    lines = [
        line.split()
        for kind in ("tcp", "tcp6")
        if (table := Path(f"/proc/net/{kind}")).exists()
        for line in table.read_text().splitlines()[1:]
    ]
    return {line[1].split(":")[0] for line in lines if line[3] == LISTENS and f"socket:[{line[9]}]" in held}


def scratch() -> set[Path]:
    """What the workers of clusters on this machine left where Spark is installed."""
    import pyspark

    return set((Path(pyspark.__file__).parent / "work").glob("*"))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="what is still running is read from Linux's /proc")
def test_a_cluster_counts_what_one_machine_counts_and_leaves_nothing_running(tmp_path: Path) -> None:
    lacking = cluster.missing()
    if lacking:
        pytest.skip(str(lacking))
    store = Store.make(tmp_path / "store")
    import_paths(
        store, [DATA / "edx_tracking_synthetic.log.gz"], structure=DATA / "edx_tracking_synthetic.structure.csv"
    )
    with store.open(Scope()) as database:
        wanted = {name: cluster.digest(indicator_called(name).counts(database)) for name in PROVED}

    before = scratch()
    heard: set[str] = set()
    most: dict[int, str] = {}
    with (tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        script = [sys.executable, str(SCRIPT), str(store.folder), *PROVED, "--master", MASTER]
        asking = subprocess.Popen(
            [*script, "--conf", "spark.sql.shuffle.partitions=4"], cwd=tmp_path, stdout=out, stderr=err,
            start_new_session=True,
        )  # fmt: skip
    try:
        while asking.poll() is None:
            running = processes_of(asking.pid)
            most |= running
            heard |= listening(running)
            time.sleep(0.5)
        said = (tmp_path / "out").read_text() + (tmp_path / "err").read_text()
        assert asking.returncode == 0, said
        until = time.monotonic() + 60
        while (left := processes_of(asking.pid)) and time.monotonic() < until:
            time.sleep(0.2)
        assert not left, "Spark is still running"
    finally:
        if processes_of(asking.pid):
            os.killpg(asking.pid, signal.SIGKILL)

    lines = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    for engine in ("duckdb", "spark"):
        assert {line["indicator"]: line["digest"] for line in lines if line["engine"] == engine} == wanted
    assert all(line["rows"] for line in lines)
    assert sum(name == "java" for name in most.values()) >= 3, most  # the driver and two executors
    assert heard, "nothing was seen to listen"
    assert heard <= LOOPBACK
    assert scratch() == before
