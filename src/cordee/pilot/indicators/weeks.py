"""How many are still there, week after week?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.marks import ACTS
from cordee.pilot.indicators.shares import share, share_fields


def _finish(rows: Sequence[Row]) -> list[Row]:
    return [
        {name: row[name] for name in ("week", "starts_at", "active")} | share("acting", row["acting"], row["enrolled"])
        for row in rows
    ]


indicator = Indicator(
    name="weeks",
    title=N_("Activity by week"),
    definition=N_(
        "Week 1 is the calendar week, Monday to Sunday in UTC, in which the run opens; where that is not known, that "
        "of its first event. Active: left any trace. Acting: did an activity."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=N_("the enrolled of the runs that were known in that week"),
    source=N_("“4 ans de MOOC” (Institut Mines-Télécom, 2017): how many still interact with the course"),
    needs=("events",),
    chart="weeks",
    fields=(
        Field("week", "number", N_("number of the week, from 1; 0 and below before the opening")),
        Field("starts_at", "when", N_("its Monday; of several runs, the earliest")),
        Field("active", "count", N_("learners who left any trace")),
        *share_fields("acting", N_("learners who did an activity")),
    ),
    query=f"""
WITH person_weeks AS (
    SELECT course, actor, date_trunc('week', happened_at) AS starts_at,
           max(CASE WHEN verb IN ({ACTS}) THEN 1 ELSE 0 END) AS acting
    FROM events WHERE verb <> 'left' GROUP BY course, actor, date_trunc('week', happened_at)),
openings AS (SELECT course, date_trunc('week', min(opens_at)) AS opens_at FROM runs GROUP BY course),
firsts AS (SELECT course, min(starts_at) AS starts_at FROM person_weeks GROUP BY course),
origins AS (
    SELECT firsts.course, coalesce(opens_at, starts_at) AS origin
    FROM firsts LEFT JOIN openings ON openings.course = firsts.course),
sizes AS (SELECT course, count(*) AS enrolled FROM learners GROUP BY course),
by_run AS (
    SELECT person_weeks.course, CAST(date_diff('day', origin, starts_at) / 7 AS INTEGER) + 1 AS week,
           min(starts_at) AS starts_at, count(*) AS active, sum(acting) AS acting
    FROM person_weeks
    JOIN learners ON learners.course = person_weeks.course AND learners.actor = person_weeks.actor
    JOIN origins ON origins.course = person_weeks.course
    GROUP BY person_weeks.course, week)
SELECT week, min(starts_at) AS starts_at, CAST(sum(active) AS BIGINT) AS active, CAST(sum(acting) AS BIGINT) AS acting,
       CAST(sum(enrolled) AS BIGINT) AS enrolled
FROM by_run JOIN sizes ON sizes.course = by_run.course
GROUP BY week ORDER BY week
""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
