"""What does the profile report say? Who they are, since when they are enrolled, and what they said of themselves.

`level_of_education`, `gender` and `country` are edX's codes; addresses, places, goals and free text are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.pilot import remarks
from cordee.pilot.reports import NOBODY, TWICE, Report, ReportSource, has

EDUCATION: Final[Mapping[str, str]] = {
    "p": "doctorate",
    "p_se": "doctorate",
    "p_oth": "doctorate",
    "m": "master",
    "b": "bachelor",
    "a": "associate",
    "hs": "secondary",
    "jhs": "junior_secondary",
    "el": "primary",
    "none": "none",
    "other": "other",
}
SEX: Final = frozenset({"f", "m", "o"})
OLDEST: Final = 110  # years
YOUNGEST: Final = 4
COUNTRY_SIGNS: Final = 2


class Declared:
    """Reads what people said of themselves, and counts what nobody can be."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.impossible = 0
        self.unknown: Counter[str] = Counter()

    def add(self, person: str, *, sex: str, year: str, education: str, country: str, language: str) -> None:
        """One row of `people`; cells as they stand."""
        self.report.add(
            "people",
            person=person,
            sex=self._code("gender", sex, {code: code for code in SEX}),
            birth_year=self._year(year),
            education=self._code("level_of_education", education, EDUCATION, none="none"),
            country=self._country(country),
            language=cells.said(language),
        )

    def say(self) -> None:
        """Leave the remarks."""
        if self.impossible:
            self.report.say(remarks.IMPOSSIBLE_YEARS, count=self.impossible)
        for column, count in sorted(self.unknown.items()):
            self.report.say(remarks.UNKNOWN_CODES, column=column, count=count)

    def _code(self, column: str, cell: str, codes: Mapping[str, str], none: str | None = None) -> str | None:
        text = cells.words(cell).casefold()
        if text in cells.NOTHING and text != none:
            return None
        if text not in codes:
            self.unknown[column] += 1
        return codes.get(text)

    def _year(self, cell: str) -> int | None:
        if cells.said(cell) is None:
            return None
        year, now = cells.whole(cell), self.report.landing.extracted_at.year
        if year is None or not now - OLDEST <= year <= now - YOUNGEST:
            self.impossible += 1
            return None
        return year

    def _country(self, cell: str) -> str | None:
        text = cells.words(cell).upper()
        if text.casefold() in cells.NOTHING and text != "NA":  # NA is Namibia
            return None
        if len(text) != COUNTRY_SIGNS or not text.isascii() or not text.isalpha():
            self.unknown["country"] += 1
            return None
        return text


def fill(report: Report) -> None:
    """People, enrolments, and names into `persons`."""
    declared = Declared(report)
    seen: set[str] = set()
    for row in report.rows():
        person = row.person
        if not person or person in seen:
            report.drop(TWICE if person else NOBODY)
            continue
        seen.add(person)
        report.name_person(row, row["name"])
        report.add(
            "enrolments",
            person=person,
            enrolled_at=cells.moment(row["enrollment date"]),
            active=True,
            mode=cells.said(row["enrollment mode"]) or "",
            cohort=row.first("cohort", "cohort name"),
        )
        declared.add(
            person,
            sex=row["gender"],
            year=row["year of birth"],
            education=row["level of education"],
            country=row["country"],
            language=row["language"],
        )
    declared.say()
    report.add("runs", subject=report.subject)
    report.say(remarks.ONLY_LISTED)


source = ReportSource(
    name="edx_profile_report",
    label=N_("profile report"),
    identifies=True,
    accepts=has("id|user id|student id|username", "year of birth|gender|level of education"),
    fill=fill,
)
