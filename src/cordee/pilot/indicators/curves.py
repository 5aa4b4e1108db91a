"""How far do the learners of each run come, on a scale that several runs share? One query for all who compare them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Row
from cordee.pilot.indicators.staying import FURTHEST, STAYING, STEPS

BY_UNIT: Final = "unit"
BY_MODULE: Final = "module"
DEFINITION: Final = N_(
    "As “Where they stop”, run by run, on one scale: by unit where all runs hold the same units in the same order "
    "(by id, else by title), else by module, in the order of each course. Stopped there: did nothing in the last 14 "
    "days before the extraction, has not passed, and there was more to come; all others count for as far as they came. "
    "The first place is enrolment."
)

PLACES: Final = f"""WITH {STAYING}, {STEPS}, {FURTHEST},
stopping AS (
    SELECT staying.course, coalesce(steps.step, '') AS step,
           CASE WHEN state IN ('stopped', 'never') AND coalesce(furthest.position, 0) < ends.position
                THEN 1 ELSE 0 END AS stopped
    FROM staying
    JOIN ends ON ends.course = staying.course
    LEFT JOIN furthest ON furthest.course = staying.course AND furthest.actor = staying.actor
    LEFT JOIN steps ON steps.course = furthest.course AND steps.position = furthest.position),
counted AS (
    SELECT course, step, sum(stopped) AS stopped, count(*) - sum(stopped) AS censored
    FROM stopping GROUP BY course, step),
listed AS (
    SELECT course, '' AS step, '' AS title, CAST(NULL AS INTEGER) AS module, 0 AS position FROM ends
    UNION ALL
    SELECT course, step, title, module, position FROM steps),
facts AS (
    SELECT course, max(title) AS title, max(subject) AS subject, min(opens_at) AS opens_at FROM runs GROUP BY course)
SELECT listed.course, coalesce(subject, listed.course) AS subject, listed.step AS activity, listed.title, module,
       coalesce(stopped, 0) AS stopped, coalesce(censored, 0) AS censored
FROM listed
LEFT JOIN counted ON counted.course = listed.course AND counted.step = listed.step
LEFT JOIN facts ON facts.course = listed.course
ORDER BY coalesce(subject, listed.course), opens_at NULLS LAST, listed.course, position, listed.step"""  # noqa: S608 - our own names and fragments


@dataclass(frozen=True, slots=True)
class Curve:
    """A run: its places in order, the first of which is enrolment, with who stopped and who was seen until there."""

    course: str
    subject: str
    by: str
    places: tuple[Row, ...]  # activity, title, module, stopped, censored

    @property
    def counts(self) -> list[tuple[float, int, int]]:
        """As `life_table` and `log_rank` take them; the time is the rank of the place."""
        return [
            (float(nth), int(row["stopped"] or 0), int(row["censored"] or 0)) for nth, row in enumerate(self.places)
        ]


def curves_of(rows: Sequence[Row]) -> list[Curve]:
    """Each run of which units are known, all by unit or all by module."""
    runs: dict[str, list[Row]] = {}
    for row in rows:
        runs.setdefault(str(row["course"]), []).append(row)
    by = BY_UNIT if _same(runs, "activity") or _same(runs, "title") else BY_MODULE
    return [
        Curve(course, str(places[0]["subject"]), by, tuple(places if by == BY_UNIT else _modules(places)))
        for course, places in runs.items()
        if len(places) > 1
    ]


def _same(runs: dict[str, list[Row]], column: str) -> bool:
    """Whether all have the same places; an empty title is no place."""
    outlines = {tuple(str(row[column] or "") for row in places[1:]) for places in runs.values()}
    return len(outlines) <= 1 and all(all(outline) for outline in outlines)


def _modules(places: Sequence[Row]) -> list[Row]:
    """Units added up; one of which no module is known counts with what stands before it."""
    found: list[Row] = [dict(places[0])]
    ranks: dict[object, Row] = {}
    for row in places[1:]:
        into = ranks.get(row["module"]) if row["module"] is not None else found[-1]
        if into is None:
            into = {"activity": "", "title": "", "module": len(ranks) + 1, "stopped": 0, "censored": 0}
            ranks[row["module"]] = into
            found.append(into)
        for name in ("stopped", "censored"):
            into[name] = int(into[name] or 0) + int(row[name] or 0)
    return found
