"""In which week do learners work on which module?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.marks import ACTS
from cordee.pilot.indicators.shares import share, share_fields


def _finish(rows: Sequence[Row]) -> list[Row]:
    return [
        {"week": row["week"], "module": row["module"]} | share("acting", row["acting"], row["enrolled"]) for row in rows
    ]


indicator = Indicator(
    name="weeks_modules",
    title=N_("Modules by week"),
    definition=N_(
        "How many learners did an activity of each module in each week; weeks are those of “Activity by week”. A "
        "learner who works on two modules in a week counts in both."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=N_("the enrolled of the runs that have this module and were known in that week"),
    source=N_("“4 ans de MOOC” (Institut Mines-Télécom, 2017): how many still interact with the course"),
    needs=("events", "structure"),
    chart="heat",
    fields=(
        Field("week", "number", N_("number of the week, from 1; 0 and below before the opening")),
        Field("module", "number", N_("the module")),
        *share_fields("acting", N_("learners who did an activity of this module in this week")),
    ),
    query=f"""
WITH acted AS (
    SELECT course, actor, activity, date_trunc('week', happened_at) AS starts_at
    FROM events WHERE verb IN ({ACTS}) GROUP BY course, actor, activity, date_trunc('week', happened_at)),
spots AS (
    SELECT course, place, min(module) AS module FROM (
        SELECT course, activity AS place, module FROM structure WHERE module IS NOT NULL
        UNION ALL
        SELECT course, unit AS place, module FROM structure WHERE module IS NOT NULL AND unit <> ''
    ) AS told GROUP BY course, place),
openings AS (SELECT course, date_trunc('week', min(opens_at)) AS opens_at FROM runs GROUP BY course),
firsts AS (
    SELECT course, date_trunc('week', min(happened_at)) AS starts_at
    FROM events WHERE verb <> 'left' GROUP BY course),
origins AS (
    SELECT firsts.course, coalesce(opens_at, starts_at) AS origin
    FROM firsts LEFT JOIN openings ON openings.course = firsts.course),
sizes AS (SELECT course, count(*) AS enrolled FROM learners GROUP BY course),
by_run AS (
    SELECT acted.course, CAST(date_diff('day', origin, starts_at) / 7 AS INTEGER) + 1 AS week, module,
           count(DISTINCT acted.actor) AS acting
    FROM acted
    JOIN learners ON learners.course = acted.course AND learners.actor = acted.actor
    JOIN spots ON spots.course = acted.course AND spots.place = acted.activity
    JOIN origins ON origins.course = acted.course
    GROUP BY acted.course, week, module)
SELECT week, module, CAST(sum(acting) AS BIGINT) AS acting, CAST(sum(enrolled) AS BIGINT) AS enrolled
FROM by_run JOIN sizes ON sizes.course = by_run.course
GROUP BY week, module ORDER BY week, module""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
