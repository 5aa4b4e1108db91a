"""How much does everybody learn here together, week by week of a year?

The time between two traces of one person in one run is taken as work where it is a quarter of an hour at most; the last
trace of a sitting adds nothing, so the hours are too few rather than too many. Time that ends in an answer is practice,
time of a film is video, all else is reading.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import duckdb

from cordee.pilot.rollups import Question, of_each_run
from cordee.pilot.store import Store

SITTING_S: Final = 900  # a longer silence is a pause
WEEKS: Final = 52
SECONDS_AN_HOUR: Final = 3600
HOURS: Final = f"""
WITH each AS (
    SELECT course, actor, happened_at, verb,
           lead(happened_at) OVER (PARTITION BY course, actor ORDER BY happened_at, id) AS next_at,
           lead(verb) OVER (PARTITION BY course, actor ORDER BY happened_at, id) AS next_verb
    FROM events WHERE verb NOT IN ('enrolled', 'left')),
spent AS (
    SELECT course, actor, date_trunc('week', happened_at) AS week, epoch(next_at) - epoch(happened_at) AS spent_s,
           CASE WHEN next_verb IN ('submitted', 'asked_hint', 'asked_answer') THEN 'practice'
                WHEN verb IN ('played', 'seeked') OR next_verb IN ('watched', 'paused', 'seeked') THEN 'video'
                ELSE 'reading' END AS what
    FROM each)
SELECT course, strftime(week, '%Y-%m-%d'), count(DISTINCT actor),
       coalesce(sum(spent_s) FILTER (what = 'video'), 0), coalesce(sum(spent_s) FILTER (what = 'reading'), 0),
       coalesce(sum(spent_s) FILTER (what = 'practice'), 0)
FROM spent WHERE spent_s <= {SITTING_S} GROUP BY course, week ORDER BY course, week
"""  # noqa: S608 - a number of ours


def community_hours(store: Store, *, now: dt.datetime, smallest: int) -> Mapping[str, Any] | None:
    """The 52 calendar weeks (Monday, UTC) that are over, as plain JSON; None when nobody left a trace in them.

    `monday`: of the first; `weeks`: [video, reading, practice] in hours. A run's week with fewer than `smallest` people
    counts as none. A query for each run that changed since it was asked (rollups.py).
    """
    mondays = [_monday(now) - dt.timedelta(weeks=ago) for ago in range(WEEKS, 0, -1)]
    sums: dict[str, list[float]] = {day.isoformat(): [0.0, 0.0, 0.0] for day in mondays}
    for rows in of_each_run(store, store.courses(), Question(HOURS, _ask)).values():
        for week, people, *spent_s in rows:
            if week in sums and people >= smallest:
                sums[week] = [hours + spent / SECONDS_AN_HOUR for hours, spent in zip(sums[week], spent_s, strict=True)]
    if not any(sum(hours) for hours in sums.values()):
        return None
    return {"monday": mondays[0].isoformat(), "weeks": [[round(one, 2) for one in hours] for hours in sums.values()]}


def _ask(database: duckdb.DuckDBPyConnection) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for course, *row in database.execute(HOURS).fetchall():
        found[str(course)].append(row)
    return found


def _monday(now: dt.datetime) -> dt.date:
    day = now.astimezone(dt.UTC).date()
    return day - dt.timedelta(days=day.weekday())
