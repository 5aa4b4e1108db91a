"""Does a new edition list every figure that is not what it was, and only those?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.bilan.editions import corrections, read_edition
from cordee.bilan.open_data import write_open_data
from cordee.bilan.report import report_of
from cordee.bilan.tests.make import programme, reviewed, run
from cordee.core.errors import InputRefused


def edition(folder: Path, **changes: object) -> Path:
    held = reviewed(programme(**changes))
    write_open_data(folder, held, report_of(held, "en"), str)
    return folder / "figures.csv"


def test_the_same_folder_changes_nothing(tmp_path: Path) -> None:
    earlier = read_edition(edition(tmp_path))
    assert len(earlier) > 30
    assert corrections(earlier, reviewed().book) == []
    (chapter,) = [one for one in report_of(reviewed(), "fr", earlier=earlier).chapters if one.id == "changes"]
    assert "Aucun chiffre n’a changé." in str(chapter)


def test_a_run_that_was_added_changes_the_figures_that_it_touches(tmp_path: Path) -> None:
    earlier = read_edition(
        edition(tmp_path, runs=(run("a", "FUN", "2016-03", 500, 200, 100, 50, line=3),), companies=())
    )
    found = {one.key: one for one in corrections(earlier, reviewed().book)}
    assert (found["enrolments"].before, found["enrolments"].now) == (500, 1000)
    assert (found["companies"].before, found["companies"].now) == (None, 1)
    assert "revenue:2016" not in found
    (chapter,) = [one for one in report_of(reviewed(), "en", earlier=earlier).chapters if one.id == "changes"]
    (block,) = chapter.blocks
    assert block.kind == "table"
    assert ["enrolments", "500", "1,000"] in [[cell.text for cell in row] for row in block.rows]


def test_a_figure_that_is_gone_is_listed_by_the_name_that_it_had(tmp_path: Path) -> None:
    earlier = read_edition(edition(tmp_path))
    held = reviewed(programme(companies=()))
    gone = [one for one in corrections(earlier, held.book) if one.now is None]
    assert [(one.title, one.before) for one in gone] == [
        ("companies trained with these courses", 1),
        ("people trained in companies", 5),
        ("énergie: People", 5),
    ]


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"key,title,value\nx,y,many\n", b"\xff\xfe"])
def test_a_file_that_is_no_edition_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "figures.csv").write_bytes(data)
    with pytest.raises(InputRefused, match=r"data/figures\.csv of an earlier edition"):
        read_edition(tmp_path / "figures.csv")
