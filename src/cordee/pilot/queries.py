"""What do the pages ask of the tables beside the indicators: which runs there are, who a learner is, what they did?

Nothing here is a number about a group: those come from indicators, through the rule of small groups.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import duckdb

from cordee.pilot.rollups import Question, of_each_run
from cordee.pilot.scopes import Scope
from cordee.pilot.store import Store

RUNS = """
WITH counted AS (SELECT course, count(*) AS learners FROM learners GROUP BY course),
told AS (
    SELECT course, max(title) AS title, max(subject) AS subject, max(host) AS host, min(opens_at) AS opens_at,
           max(closes_at) AS closes_at, max(pass_mark) AS pass_mark
    FROM runs GROUP BY course)
SELECT course, title, subject, host, opens_at, closes_at, pass_mark, learners FROM told FULL JOIN counted USING (course)
"""
WORK = """
WITH tries AS (
    SELECT activity, earned, possible, attempts, happened_at FROM submissions WHERE actor = $1),
done AS (
    SELECT activity, arg_max(earned, earned / nullif(possible, 0)) AS earned,
           arg_max(possible, earned / nullif(possible, 0)) AS possible, CAST(sum(attempts) AS BIGINT) AS attempts,
           min(happened_at) AS first_at, max(happened_at) AS last_at
    FROM tries GROUP BY activity)
SELECT activity, coalesce(structure.title, '') AS title, earned, possible, attempts, first_at, last_at
FROM done LEFT JOIN structure USING (activity) ORDER BY structure.position NULLS LAST, first_at, activity
"""
WEEKS = """
WITH acts AS (SELECT date_trunc('week', happened_at) AS week FROM events WHERE actor = $1),
told AS (SELECT week, count(*) AS acts FROM acts GROUP BY week),
span AS (SELECT unnest(generate_series(min(week), max(week), INTERVAL 7 DAY)) AS week FROM told)
SELECT CAST(week AS DATE), coalesce(acts, 0) FROM span LEFT JOIN told USING (week) ORDER BY week
"""


def runs_told(store: Store, courses: tuple[str, ...] = ()) -> dict[str, tuple[Any, ...]]:
    """By key: title, subject, host, opens_at, closes_at, pass_mark, learners; null where no file says it.

    Times as texts of ISO 8601. A query of each run that changed since it was asked (rollups.py).
    """

    def ask(database: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
        return {
            str(row[0]): [cell.isoformat() if isinstance(cell, dt.datetime) else cell for cell in row[1:]]
            for row in database.execute(RUNS).fetchall()
        }

    told = of_each_run(store, courses or store.courses(), Question(RUNS, ask))
    return {course: tuple(cells) for course, cells in told.items()}


def cohorts_of(store: Store, course: str) -> tuple[tuple[str, int], ...]:
    """The named groups of a run with how many learners each has, by name."""
    rows = _rows(
        store,
        Scope((course,)),
        "SELECT cohort, count(*) FROM learners WHERE cohort <> '' GROUP BY cohort ORDER BY cohort",
    )
    return tuple((str(cohort), int(size)) for cohort, size in rows)


def actors_of(store: Store, courses: tuple[str, ...], cohorts: Collection[str]) -> frozenset[int]:
    """The learners of these groups."""
    rows = _rows(
        store,
        Scope(courses),
        "SELECT DISTINCT actor FROM learners WHERE cohort IN (SELECT unnest($1))",
        [sorted(cohorts)],
    )
    return frozenset(int(actor) for (actor,) in rows)


def names_of(store: Store) -> dict[int, str]:
    """What a person calls each learner, by pseudonym: the name, else the username, of those of whom a file says it."""
    rows = _rows(
        store,
        Scope(),
        "SELECT actor, coalesce(nullif(name, ''), username) FROM persons WHERE name <> '' OR username <> ''",
    )
    return {int(actor): str(name) for actor, name in rows}


def activities_in(store: Store, course: str, unit: str) -> dict[str, str]:
    """The activities of a unit with their titles, and the unit itself, as far as a plan is known."""
    query = "SELECT activity, title FROM structure WHERE unit = $1 OR activity = $1 ORDER BY position"
    return {str(activity): str(title) for activity, title in _rows(store, Scope((course,)), query, [unit])}


@dataclass(frozen=True, slots=True)
class Work:
    """What one learner did: each exercise in the order of the course, and the acts of each week, by its Monday."""

    exercises: list[dict[str, Any]]  # activity, title, earned, possible, attempts, first_at, last_at
    weeks: list[tuple[dt.date, int]]


def work_of(store: Store, course: str, actor: int) -> Work:
    """Of the best try of each exercise the points; of all, the tries, the first and the last moment. 2 queries."""
    names = ("activity", "title", "earned", "possible", "attempts", "first_at", "last_at")
    with store.open(Scope((course,))) as database:
        exercises = database.execute(WORK, [actor]).fetchall()
        weeks = database.execute(WEEKS, [actor]).fetchall()
    return Work([dict(zip(names, row, strict=True)) for row in exercises], [(week, int(acts)) for week, acts in weeks])


def _rows(store: Store, scope: Scope, query: str, given: list[Any] | None = None) -> list[Any]:
    with store.open(scope) as database:
        return database.execute(query, given or []).fetchall()
