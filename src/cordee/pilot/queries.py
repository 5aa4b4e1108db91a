"""What do the pages ask of the tables beside the indicators: which runs there are, who a learner is, what they did?

One query each. Nothing here is a number about a group: those come from indicators, through the rule of small groups.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

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


def runs_told(store: Store) -> dict[str, tuple[Any, ...]]:
    """By key: title, subject, host, opens_at, closes_at, pass_mark, learners; null where no file says it."""
    return {str(row[0]): row[1:] for row in _rows(store, Scope(), RUNS)}


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
    """What a person calls each learner, by pseudonym: their name, else their username; nobody of whom no file says it."""
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


def work_of(store: Store, course: str, actor: int) -> list[dict[str, Any]]:
    """Each exercise that a learner handed in, in the order of the course: score of the best try, tries, first and last."""
    names = ("activity", "title", "earned", "possible", "attempts", "first_at", "last_at")
    return [dict(zip(names, row, strict=True)) for row in _rows(store, Scope((course,)), WORK, [actor])]


def weeks_of(store: Store, course: str, actor: int) -> list[tuple[Any, int]]:
    """The Monday of each week from a learner's first act to the last, with how many acts it held."""
    return [(week, int(acts)) for week, acts in _rows(store, Scope((course,)), WEEKS, [actor])]


def _rows(store: Store, scope: Scope, query: str, given: list[Any] | None = None) -> list[Any]:
    with store.open(scope) as database:
        return database.execute(query, given or []).fetchall()
