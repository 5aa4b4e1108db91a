"""Do the pages about the pilot say what the code does?"""

from __future__ import annotations

from pathlib import Path

from cordee.pilot import remarks
from cordee.pilot.reports import ReportSource
from cordee.pilot.sources import all_sources
from cordee.pilot.tables import EDUCATION, TABLES, VERBS

DOCS = Path(__file__).parents[4] / "docs" / "pilot"


def test_the_page_of_tables_says_each_table_column_type_and_unit() -> None:
    page = (DOCS / "tables.md").read_text(encoding="utf-8")
    expected = []
    for table in TABLES:
        grows = " Rows of several files add up." if table.grows else ""
        expected.append(f"## {table.name}\n\n{table.meaning[0].upper()}{table.meaning[1:]}.{grows}\n")
        expected.append("| column | type | meaning |\n|---|---|---|")
        expected.append("\n".join(f"| `{one.name}` | {one.type} | {one.meaning} |" for one in table.columns) + "\n")
    text = "\n".join(expected)
    assert text in page, f"docs/pilot/tables.md should hold:\n\n{text}"
    for word in (*VERBS, *EDUCATION):
        assert f"`{word}`" in page


def test_the_page_of_sources_names_every_report_by_its_label() -> None:
    page = (DOCS / "sources.md").read_text(encoding="utf-8")
    for source in all_sources():
        if isinstance(source, ReportSource) or source.name in {"edx_structure_json", "olx_structure"}:
            assert f"`{source.name}`" in page
            assert source.label in page


def test_a_remark_is_said_in_another_language_by_its_template() -> None:
    said = remarks.PASS_MARK_BETWEEN.format(low="49", high="61")
    french = {remarks.PASS_MARK_BETWEEN: "Entre {low} et {high}."}
    assert remarks.in_words(said, lambda template: french[template]) == "Entre 49 et 61."
    assert remarks.in_words("Something else.", lambda template: template) == "Something else."
