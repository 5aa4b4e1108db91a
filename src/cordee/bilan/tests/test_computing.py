"""Are the numbers of a run those of its store, and does a store that says nothing leave a gap with a name?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.bilan import computing
from cordee.bilan.figures.reviewing import Review, review
from cordee.bilan.period import Period
from cordee.bilan.programme import Run, Share
from cordee.bilan.report import report_of
from cordee.bilan.tests.make import margin, programme
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import answer
from cordee.pilot.store import Store
from cordee.pilot.tests.sessions import AUTUMN, SPRING, store_of


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bilan")
    store_of(folder, SPRING, AUTUMN)
    return folder


def held_of(base: Path, *runs: Run, period: str = "2026", profile: tuple[Share, ...] = ()) -> Review:
    return review(programme(runs=runs, profile=profile), Period.parse(period), stores=base)


def from_store(key: str, opens: str, line: int) -> Run:
    return Run(course="a", host="FUN", opens=opens, store="store", key=key, line=line)


@pytest.fixture(scope="module")
def spring(base: Path) -> Review:
    """The spring of a programme that also played in autumn."""
    runs = (from_store(SPRING, "2026-02", 2), from_store(AUTUMN, "2026-09", 3))
    return held_of(base, *runs, period="2026-01..2026-06")


def test_a_run_that_names_a_store_has_its_numbers_and_their_day(base: Path, spring: Review) -> None:
    (told,) = answer("runs", Store(base / "store"), Scope((SPRING,))).rows
    (run,) = spring.programme.runs
    assert (run.enrolments, run.started, run.assiduous, run.passed) == (
        told["enrolled"],
        told["started"],
        told["assiduous"],
        told["passed"],
    )
    assert (run.source, run.extracted_on) == ("store", "2026-04-20")
    figure = spring.book.get("passed_percent")
    assert figure is not None
    assert (figure.how, figure.extracted_on) == ("computed", "2026-04-20")
    assert figure.value == pytest.approx(told["passed_percent"])


def test_declared_and_computed_runs_add_up(base: Path) -> None:
    declared = Run(course="b", host="edX", opens="2026-05", enrolments=100, passed=10, source="relevé", line=3)
    held = held_of(base, from_store(SPRING, "2026-02", 2), declared)
    assert held.book.value("enrolments") == 400 + 100


def test_the_profile_is_of_the_runs_of_the_period_with_the_pilots_query(base: Path, spring: Review) -> None:
    assert spring.profile_runs == 1
    figure = spring.book.get("sex:f")
    assert figure is not None
    assert (figure.how, figure.query) == ("computed", computing.query_of("sex"))
    (told,) = [row for row in answer("sex", Store(base / "store"), Scope((SPRING,))).rows if row["class"] == "f"]
    assert figure.value == pytest.approx(told["percent"])
    assert any("make up the profile" in sentence for sentence in margin(spring))


def test_a_declared_profile_stays_where_no_store_tells_one(base: Path) -> None:
    told = (Share(trait="sex", group="f", percent=40), Share(trait="sex", group="m", percent=60))
    held = held_of(base, Run(course="a", opens="2026", enrolments=5, source="x"), profile=told)
    assert (held.profile_runs, held.book.value("sex:f")) == (0, 40)


def test_a_store_that_is_missing_or_of_another_version_leaves_a_gap_and_the_report(base: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "store.json").write_text('{"version": 99}')
    runs = [Run(course="a", host="FUN", opens="2026", store=name, key="k", line=7) for name in ("none", "new")]
    held = held_of(tmp_path, *runs)
    assert [(gap.file, gap.line) for gap in held.gaps] == [("runs.csv", 7), ("runs.csv", 7)]
    assert held.book.value("enrolments") is None
    assert report_of(held, "fr").chapters[-1].title == "Ce qui n’a pas pu être lu"


def test_a_key_that_the_store_has_not_is_named(base: Path) -> None:
    (gap,) = held_of(base, from_store("course-v1:nobody", "2026", 4)).gaps
    assert "has no run course-v1:nobody" in str(gap.why)


def test_a_damaged_store_is_a_gap(tmp_path: Path) -> None:
    store = store_of(tmp_path, SPRING)
    for path in store.folder.rglob("*.parquet"):
        path.write_bytes(b"not a table")
    (gap, *_others) = held_of(tmp_path, from_store(SPRING, "2026", 4)).gaps
    assert "damaged" in str(gap.why)
