"""Do xAPI statements on films come in whole?"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cordee.pilot.importing import import_paths
from cordee.pilot.store import Store
from cordee.pilot.tests.logs import DATA, rows_of

VIDEO = "https://w3id.org/xapi/video/extensions/"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.make(tmp_path / "store")


def statements() -> list[dict[str, Any]]:
    with gzip.open(DATA / "fun_xapi_statements.json.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.long
def test_statements_of_fun_are_counted_as_they_stand(store: Store) -> None:
    (receipt,) = import_paths(store, [DATA / "fun_xapi_statements.json.gz"], host="FUN")
    told = statements()
    verbs = Counter(one["verb"]["id"].rpartition("/")[2] for one in told)
    assert receipt.read == len(told) == 22_000
    assert receipt.dropped == {
        "not used": (verbs["interacted"] + verbs["initialized"] + verbs["downloaded"], receipt.dropped["not used"][1])
    }
    assert (
        receipt.kept == verbs["played"] + verbs["paused"] + verbs["seeked"] + verbs["completed"] + verbs["terminated"]
    )
    found = dict(rows_of(store, "SELECT verb, count(*) FROM events GROUP BY verb"))
    assert found["played"] == verbs["played"]
    assert found["seeked"] == verbs["seeked"]
    assert found["paused"] == verbs["paused"] + verbs["completed"] + verbs["terminated"]
    used = [
        one
        for one in told
        if one["verb"]["id"].rpartition("/")[2] in ("played", "paused", "seeked", "completed", "terminated")
    ]
    assert rows_of(store, "SELECT count(DISTINCT actor) FROM events") == [
        (len({one["actor"]["account"]["name"] for one in used}),)
    ]
    assert rows_of(store, "SELECT course, host FROM runs ORDER BY course") == [
        ("course-v1:FUN-MOOC+00001+session01", "FUN"),
        ("course-v1:FUN-MOOC+00002+session01", "FUN"),
    ]


@pytest.mark.long
def test_each_stretch_that_was_played_is_told_once(store: Store) -> None:
    import_paths(store, [DATA / "fun_xapi_statements.json.gz"])
    expected = set()
    for one in statements():
        segments = one.get("result", {}).get("extensions", {}).get(VIDEO + "played-segments", "")
        session = one["context"]["extensions"].get(VIDEO + "session-id", "")
        for stretch in segments.split("[,]"):
            start, _, end = stretch.partition("[.]")
            if end and float(end) > float(start):
                expected.add((one["actor"]["account"]["name"], one["object"]["id"], session, stretch))
    assert rows_of(store, "SELECT count(*) FROM events WHERE verb = 'watched'") == [(len(expected),)]
    assert rows_of(store, "SELECT min(length_s) > 0, count(*) FROM structure WHERE kind = 'video'") == [(True, 10)]


def test_an_array_reads_as_its_lines_do(store: Store, tmp_path: Path) -> None:
    some = statements()[:500]
    lines, array = tmp_path / "lines.json", tmp_path / "array.json"
    lines.write_text("\n".join(map(json.dumps, some)))
    array.write_text(json.dumps(some, indent=1))
    first, second = (import_paths(store, [path])[0] for path in (lines, array))
    assert (first.read, first.kept) == (second.read, second.kept)
    assert second.known == first.rows["events"]
    assert second.rows["events"] == 0
