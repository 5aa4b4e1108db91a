"""How far do they come: at which unit do they stop?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.shares import HIGH, LOW
from cordee.pilot.indicators.staying import FURTHEST, STAYING, STEPS
from cordee.pilot.statistics import life_table, wilson


def _finish(rows: Sequence[Row]) -> list[Row]:
    """The first row is enrolment, where those stop who never did anything."""
    curve = life_table([(place, int(row["stopped"] or 0), int(row["censored"] or 0)) for place, row in enumerate(rows)])
    share, low, high = 1.0, 1.0, 1.0
    found: list[Row] = []
    reached = sum(int(row["stopped"] or 0) + int(row["censored"] or 0) for row in rows)
    for row, step in zip(rows, curve, strict=True):
        ends = wilson(step.stopped, step.at_risk)
        found.append(
            {
                "activity": row["activity"],
                "title": row["title"],
                "module": row["module"],
                "reached": reached,
                "at_risk": step.at_risk,
                "stopped": step.stopped,
                "share": 100 * share,
                "low": 100 * low,
                "high": 100 * high,
                "stopped_percent": 100 * step.stopped / step.at_risk if step.at_risk else None,
                "stopped_low": 100 * ends[0] if ends else None,
                "stopped_high": 100 * ends[1] if ends else None,
            }
        )
        share, low, high = step.survival, step.low, step.high
        reached -= step.stopped + step.censored
    return found if len(found) > 1 else []


indicator = Indicator(
    name="stops",
    title=N_("Where they stop"),
    definition=N_(
        "Units in the order of the course; a learner came as far as the last of them in which he or she did something. "
        "Stopped there: did nothing in the last 14 days before the extraction, has not passed, and there were units to "
        "come. The share who get to a unit is estimated by Kaplan and Meier, so that those who are still on their way "
        "count for as far as they came. The first row is enrolment."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=N_("the enrolled; of those who stop, the learners at risk: come so far, and not censored before"),
    source=N_("Kaplan and Meier (1958), JASA 53; interval on the log(−log) scale with Greenwood’s variance"),
    needs=("structure", "submissions"),
    chart="survival",
    fields=(
        Field("activity", "text", N_("the unit, or the activity where units are not known; empty for enrolment")),
        Field("title", "text", N_("its name, where known")),
        Field("module", "number", N_("the module that holds it")),
        Field("reached", "count", N_("learners seen there or further on")),
        Field("at_risk", "count", N_("learners who could stop there")),
        Field("stopped", "count", N_("learners who went no further")),
        Field("share", "percent", N_("estimated share of the enrolled who get there")),
        Field("low", "percent", N_("lower end of its 95 % interval")),
        Field("high", "percent", N_("upper end of its 95 % interval")),
        Field("stopped_percent", "percent", N_("share of those at risk who stop there")),
        Field("stopped_low", "percent", LOW),
        Field("stopped_high", "percent", HIGH),
    ),
    query=f"""WITH {STAYING}, {STEPS}, {FURTHEST},
stopping AS (
    SELECT coalesce(steps.step, '') AS step,
           CASE WHEN state IN ('stopped', 'never') AND coalesce(furthest.position, 0) < ends.position
                THEN 1 ELSE 0 END AS stopped
    FROM staying
    JOIN ends ON ends.course = staying.course
    LEFT JOIN furthest ON furthest.course = staying.course AND furthest.actor = staying.actor
    LEFT JOIN steps ON steps.course = furthest.course AND steps.position = furthest.position),
counted AS (SELECT step, sum(stopped) AS stopped, count(*) - sum(stopped) AS censored FROM stopping GROUP BY step),
listed AS (
    SELECT '' AS step, '' AS title, CAST(NULL AS INTEGER) AS module, 0 AS position
    UNION ALL
    SELECT step, max(title), min(module), min(position) FROM steps GROUP BY step)
SELECT listed.step AS activity, title, module, coalesce(stopped, 0) AS stopped, coalesce(censored, 0) AS censored
FROM listed LEFT JOIN counted ON counted.step = listed.step
ORDER BY position, listed.step""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
