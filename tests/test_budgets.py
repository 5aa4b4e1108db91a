from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import large_course, machine
from bench.counting import counted
from bench.rows import Row
from bench.scenarios import scenarios
from bench.world import make
from cordee.courses.editorial import footer
from cordee.courses.editorial.queries import footer_pages
from cordee.web import demo
from cordee.web.tests.running import cordee

COUNTED = {
    "catalogue": 0,
    "catalogue_search": 2,  # one of them where a process meets the cards of an answer
    "course_page": 0,
    "sign_in": 14,
    "content_page": 6,
    "submission": 13,
    "whole_quiz": 20,
    "progress_page": 6,
    "watching": 8,
}


@pytest.mark.long
@pytest.mark.django_db
def test_what_people_do_keeps_to_its_statements_bytes_and_requests() -> None:
    demo.load(say=lambda _words: None)
    # What a process asks every ten seconds, whoever comes, is no visitor's.
    for language in ("fr", "en"):
        footer.KEPT[language] = (float("inf"), tuple(footer_pages(language)))
    found = {one.name: (one, counted(one.visits)) for one in scenarios(make(learners=80))}
    assert {name: counts["sql"] for name, (_one, counts) in found.items() if counts["sql"] > COUNTED[name]} == {}
    for name, (scenario, counts) in found.items():
        for measure, value in counts.items():
            assert Row(f"{name}/{measure}", "", value, "", None, scenario.targets.get(measure)).holds is not False


@pytest.mark.long
def test_the_large_course_is_as_large_as_it_says(tmp_path: Path) -> None:
    large_course.write(tmp_path / "large.tar.gz")
    done = cordee("course", "check", str(tmp_path / "large.tar.gz"), "--json", home=tmp_path)
    blocks = json.loads(done.stdout)["blocks"]
    assert blocks == {"video": 274, "problem": 185, "html": 300}
    assert sum(blocks.values()) == 759


@pytest.mark.long
def test_the_bench_says_how_fast_the_machine_is_beside_the_one_of_the_goals(tmp_path: Path) -> None:
    rows = {row.name: row for row in machine.measured(tmp_path)}
    assert {name: row.floor for name, row in rows.items()} == {
        "machine/argon2id_ms": 23.0,
        "machine/fdatasync_us": 120.0,
    }
    assert all(row.value > 0 and row.ratio for row in rows.values())
    assert not list(tmp_path.iterdir())
