"""What does the catalogue know of one course?

Two parts, as JSON in `CatalogueEntry`: `Facts` is held by every process for every course, `CardFacts` is read for the
few that a page shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

from cordee.courses.outlines import Effort, Outline
from cordee.courses.sheets.sheet import Sheet


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A listed run. `pass_mark`: share of 1."""

    key: str
    host: str
    opens_at: dt.datetime
    closes_at: dt.datetime | None
    pass_mark: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What lists filter and sort by."""

    key: str
    titles: Mapping[str, str]
    language: str  # its own
    languages: tuple[str, ...]
    organisation: str  # the first part of its key
    organisation_name: str  # as its own texts say; the site may know it by another name
    categories: tuple[str, ...]
    level: str
    hours: float  # in all; 0: not known
    hours_a_week: float
    ects: float
    certificate: bool  # there is an examination to sit
    best_grade: float  # that anybody can have here (share of 1); 0 when nothing is graded
    runs: tuple[RunFacts, ...]

    def attests(self, run: RunFacts) -> bool:
        """Whether anybody can have the attestation of this run."""
        return self.best_grade > 0 and self.best_grade >= run.pass_mark


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a list shows of it besides."""

    summary: Mapping[str, str]
    family: str
    effort: tuple[Effort, ...]
    modules: tuple[tuple[int, bool], ...]  # units that anybody may see, and whether work in it is graded
    grades_nothing_but_promises: bool  # a grade is spoken of that nobody can have here


def facts_json(*, key: str, outline: Outline, sheet: Sheet, runs: Sequence[RunFacts]) -> dict[str, Any]:
    """`Facts` as JSON."""
    hours = sum(week.total_h for week in outline.effort)
    return {
        "key": key,
        "titles": sheet.calls_it(outline.titles),
        "language": outline.language,
        "languages": list(outline.languages),
        "organisation": key.partition("+")[0],
        "organisation_name": outline.organisation_name,
        "categories": list(sheet.categories),
        "level": sheet.level,
        "hours": hours,
        "hours_a_week": hours / len(outline.effort) if hours else 0.0,
        "ects": sheet.ects,
        "certificate": bool(sheet.certification),
        "best_grade": outline.best_grade if outline.gives_grade else 0.0,
        "runs": [
            [run.key, run.host, run.opens_at.isoformat(), run.closes_at and run.closes_at.isoformat(), run.pass_mark]
            for run in runs
        ],
    }


def facts_of(data: Mapping[str, Any]) -> Facts:
    """What thousands of courses say alike is held once."""
    return Facts(
        **{
            **data,
            **{name: intern(data[name]) for name in ("language", "level", "organisation", "organisation_name")},
            "languages": tuple(map(intern, data["languages"])),
            "categories": tuple(map(intern, data["categories"])),
            "runs": tuple(
                RunFacts(
                    key,
                    intern(host),
                    dt.datetime.fromisoformat(opens),
                    dt.datetime.fromisoformat(closes) if closes else None,
                    mark,
                )
                for key, host, opens, closes, mark in data["runs"]
            ),
        }
    )


def card_json(outline: Outline) -> dict[str, Any]:
    """`CardFacts` as JSON."""
    return {
        "summary": {
            language: pages["short_description"]
            for language, pages in outline.about.items()
            if pages.get("short_description")
        },
        "family": outline.family,
        "effort": [[one.video_h, one.reading_h, one.practice_h, one.graded] for one in outline.effort],
        "modules": [] if outline.effort else [list(one) for one in units_by_module(outline)],
        "grades_nothing_but_promises": outline.gives_grade or outline.has_work_not_graded_here,
    }


def card_facts_of(data: Mapping[str, Any]) -> CardFacts:
    return CardFacts(
        **{
            **data,
            "effort": tuple(
                Effort(video_h=video, reading_h=reading, practice_h=practice, graded=graded)
                for video, reading, practice, graded in data["effort"]
            ),
            "modules": tuple((units, graded) for units, graded in data["modules"]),
        }
    )


def units_by_module(outline: Outline) -> list[tuple[int, bool]]:
    """How many units of each module anybody may see, and whether work in it is graded; modules without any left out."""
    found = []
    for module in outline.modules:
        sections = [one for one in module.sections if is_for_all(module) and is_for_all(one)]
        units = sum(is_for_all(unit) for section in sections for unit in section.units)
        if units:
            found.append((units, any(section.graded and outline.gives_grade for section in module.sections)))
    return found


def is_for_all(level: Any) -> bool:
    """Whether a module, a section or a unit is for every learner."""
    return not level.staff_only and not level.audience
