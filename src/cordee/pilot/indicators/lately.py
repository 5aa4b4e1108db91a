"""Do more learners solve an exercise than two weeks ago?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row

DAYS: Final = 14


def _finish(rows: Sequence[Row]) -> list[Row]:
    """Adds the days up: who had tried and solved until the end of each."""
    new: dict[str, dict[int, tuple[int, int]]] = {}
    for row in rows:
        new.setdefault(str(row["activity"]), {})[int(row["day"] or 0)] = (
            int(row["tried"] or 0),
            int(row["solved"] or 0),
        )
    found: list[Row] = []
    for activity, days in new.items():
        tried, solved = days.get(0, (0, 0))
        for day in range(1, DAYS + 1):
            more_tried, more_solved = days.get(day, (0, 0))
            tried, solved = tried + more_tried, solved + more_solved
            found.append(
                {
                    "activity": activity,
                    "day": day,
                    "tried": tried,
                    "solved": solved,
                    "percent": 100 * solved / tried if tried else None,
                }
            )
    return found


indicator = Indicator(
    name="lately",
    title=N_("Exercises in the last 14 days"),
    definition=N_(
        "Until the end of each of the last 14 days before the extraction: how many learners had tried the exercise, "
        "and how many had had full marks at least once. Only where each try is told with its date."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=N_("learners who had tried it by then"),
    source=N_("Cordée; the tries are those of “Exercises”"),
    needs=("submissions",),
    chart="sparkline",
    fields=(
        Field("activity", "text", N_("the exercise")),
        Field("day", "number", N_("from 1, fourteen days ago, to 14, the day of the extraction")),
        Field("tried", "count", N_("learners who had tried it by then")),
        Field("solved", "count", N_("those who had had full marks by then")),
        Field("percent", "percent", N_("the same as a share, from 0 to 100")),
    ),
    query=f"""
WITH dated AS (SELECT course, max(extracted_at) AS extracted_at FROM extractions GROUP BY course),
firsts AS (
    SELECT course, actor, activity, min(happened_at) AS tried_at,
           min(CASE WHEN earned >= possible THEN happened_at END) AS solved_at
    FROM submissions WHERE told_each AND possible > 0 AND happened_at IS NOT NULL
    GROUP BY course, actor, activity),
placed AS (
    SELECT activity, {DAYS} - date_diff('day', tried_at, extracted_at) AS tried_on,
           {DAYS} - date_diff('day', solved_at, extracted_at) AS solved_on
    FROM firsts
    JOIN learners ON learners.course = firsts.course AND learners.actor = firsts.actor
    JOIN dated ON dated.course = firsts.course),
counted AS (
    SELECT activity, tried_on AS day, 1 AS tried, 0 AS solved FROM placed
    UNION ALL
    SELECT activity, solved_on, 0, 1 FROM placed WHERE solved_on IS NOT NULL)
SELECT activity, CAST(least(greatest(day, 0), {DAYS}) AS BIGINT) AS day, CAST(sum(tried) AS BIGINT) AS tried,
       CAST(sum(solved) AS BIGINT) AS solved
FROM counted GROUP BY activity, least(greatest(day, 0), {DAYS}) ORDER BY activity, day""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
