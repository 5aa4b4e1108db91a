"""Does docs/bilan/folder.md say what may stand in each file?"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from cordee.bilan.columns import columns_of
from cordee.bilan.folder.cells import value_of
from cordee.bilan.programme import CHAPTERS, TABLES

PAGE = (Path(__file__).parents[4] / "docs" / "bilan" / "folder.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_each_column_has_its_line_with_its_kind_and_its_meaning(name: str) -> None:
    part = PAGE.partition(f"## `{name}.csv`")[2].partition("\n## ")[0]
    for column, said in columns_of(TABLES[name]).items():
        needed = " (needed)" if said.required else ""
        meaning = said.meaning.replace("|", r"\|")
        assert f"| `{column}`{needed} | {said.kind} | {meaning}" in part
        assert all(f"`{word}`" in part for word in said.choices)
    assert part.count("\n| `") == len(columns_of(TABLES[name]))


@pytest.mark.parametrize("name", TABLES)
def test_each_table_has_an_example_that_can_be_read(name: str) -> None:
    part = PAGE.partition(f"## `{name}.csv`")[2].partition("\n## ")[0]
    (examples,) = re.findall(r"```csv\n(.*?)```", part, re.DOTALL)
    columns = columns_of(TABLES[name])
    for example in examples.strip().split("\n\n"):
        rows = list(csv.DictReader(io.StringIO(example)))
        assert rows
        for row in rows:
            assert all(value_of(columns[column], cell) is not None for column, cell in row.items() if cell)


def test_every_part_that_may_have_a_text_is_named() -> None:
    assert all(f"`{chapter}`" in PAGE for chapter in CHAPTERS)
