"""Does docs/pilot/indicators.md say what the code says?

`python -m cordee.pilot.tests.test_indicators_page` writes it.
"""

from __future__ import annotations

from pathlib import Path

from cordee.core.privacy import SMALL_CELL
from cordee.pilot.indicators import Indicator, all_indicators

PAGE = Path(__file__).parents[4] / "docs" / "pilot" / "indicators.md"

HEAD = f"""# Indicators

One module of `src/cordee/pilot/indicators/` an indicator, found by its place: its definition, unit, denominator,
source, query and columns. This page is written from them, and a test holds it to them. A reader asks through
`cordee.pilot.small_cells.answer`; `cordee pilot show NAME --sql` prints the query that gives a figure.

- A share has its count, of how many it is taken, its percent (0 to 100) and both ends of its 95 % Wilson interval.
- What the tables of a run cannot say is null, not 0; the answer names the table that lacks.
- Times are UTC, e.g. `2026-01-05T00:00:00Z`.
- What people said of themselves is told in cells of {SMALL_CELL} or more (`CORDEE_SMALL_CELL`), also in sums and
  differences of what was told before: see `pilot/small_cells.py`. A group that would tell of fewer is refused.
- A cohort of fewer has its name and no figure, and so have others with it; a filter or a list of fewer is refused.
- A message that fewer were told, or a hint that fewer asked for, has its name and no figure.
- Intervals, tests and curves are those of `pilot/statistics.py`, each with its paper.
"""


def section(indicator: Indicator) -> str:
    """One indicator, as the page has it."""
    facts = [
        ("unit", indicator.unit),
        ("denominator", indicator.denominator),
        ("source", indicator.source),
        ("needs", ", ".join(f"`{table}`" for table in indicator.needs)),
        ("rows", "one a person: for those who may see names" if indicator.persons else ""),
        ("small cells", "hidden" if indicator.cells or indicator.group or indicator.people else ""),
    ]
    lines = [f"## `{indicator.name}`: {indicator.title}", "", indicator.definition, ""]
    lines += [f"- {name}: {fact}" for name, fact in facts if fact]
    lines += ["", "| column | kind | meaning |", "|---|---|---|"]
    lines += [f"| `{field.name}` | {field.kind} | {field.meaning} |" for field in indicator.fields]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section(indicator) for indicator in all_indicators().values())])


def test_the_page_of_indicators_is_the_one_that_the_code_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
