"""Who starts and finishes each exercise, in how many tries, in what time, and how well?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.shares import HIGH, LOW, PERCENT, share
from cordee.pilot.indicators.tries import TRIES

MOST = 6  # tries from which on all are counted as one


def _finish(rows: Sequence[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        shares = share("solved", row["solved"], row["tried"]) | share("first_try", row["first_try"], row["tried"])
        found.append(row | {name: value for name, value in shares.items() if not name.endswith("_of")})
    return found


indicator = Indicator(
    name="exercises",
    title=N_("Exercises"),
    definition=N_(
        "For each exercise: who handed it in, who had full marks, in how many tries, and the mean of the best score. "
        "Its time runs from first seeing its page to first handing it in, where that took an hour or less. Over "
        "several runs, a learner counts once in each."
    ),
    unit=N_("learners; points as a share of those possible; seconds"),
    denominator=N_("learners who handed the exercise in at least once"),
    source=N_("The four questions of Mooc-Pilot; classical test theory (Lord and Novick, 1968)"),
    needs=("submissions",),
    chart="exercises",
    fields=(
        Field("activity", "text", N_("the exercise")),
        Field("title", "text", N_("its name, where known")),
        Field("tried", "count", N_("learners who handed it in at least once")),
        Field("solved", "count", N_("learners who had full marks at least once")),
        Field("attempts", "count", N_("all tries; null where the source does not tell them")),
        Field("first_try", "count", N_("learners who had full marks at the first try; null where not told")),
        Field("mean_best", "percent", N_("mean over learners of their best score, from 0 to 1")),
        *(
            Field(f"tries_{tries}", "count", N_("learners who took so many tries; the last: that many or more"))
            for tries in range(1, MOST + 1)
        ),
        Field("timed", "count", N_("learners of whom the time is known")),
        Field("median_s", "seconds", N_("median of their times"), ("events",)),
        *(
            Field(f"{name}_{end}", "percent", meaning)
            for name in ("solved", "first_try")
            for end, meaning in (("percent", PERCENT), ("low", LOW), ("high", HIGH))
        ),
    ),
    query=f"""
WITH {TRIES},
persons AS (
    SELECT tries.*, CASE WHEN first_score >= 1 THEN 1 ELSE 0 END AS at_first
    FROM tries JOIN learners ON learners.course = tries.course AND learners.actor = tries.actor),
places AS (SELECT course, activity, coalesce(nullif(max(unit), ''), activity) AS place
           FROM structure GROUP BY course, activity),
seen AS (
    SELECT course, actor, activity AS place, min(happened_at) AS seen_at
    FROM events WHERE verb = 'viewed' GROUP BY course, actor, activity),
times AS (
    SELECT persons.activity, count(*) AS timed, median(date_diff('second', seen_at, first_at)) AS median_s
    FROM persons
    JOIN places ON places.course = persons.course AND places.activity = persons.activity
    JOIN seen ON seen.course = persons.course AND seen.actor = persons.actor AND seen.place = places.place
    WHERE told_each AND first_at >= seen_at AND date_diff('second', seen_at, first_at) <= 3600
    GROUP BY persons.activity),
names AS (SELECT activity, max(title) AS title, min(position) AS position FROM structure GROUP BY activity),
counted AS (
    SELECT activity,
           count(*) AS tried,
           count(CASE WHEN best >= 1 THEN 1 END) AS solved,
           CAST(sum(attempts) AS BIGINT) AS attempts,
           CAST(CASE WHEN bool_and(told_each) THEN sum(at_first) END AS BIGINT) AS first_try,
           avg(best) AS mean_best,
           {
        ", ".join(
            f"CASE WHEN bool_and(counted) THEN count(CASE WHEN attempts {'>=' if tries == MOST else '='} {tries} "
            f"THEN 1 END) END AS tries_{tries}"
            for tries in range(1, MOST + 1)
        )
    }
    FROM persons GROUP BY activity)
SELECT counted.activity, coalesce(title, '') AS title, tried, solved, attempts, first_try, mean_best,
       {", ".join(f"tries_{tries}" for tries in range(1, MOST + 1))}, coalesce(timed, 0) AS timed, median_s
FROM counted
LEFT JOIN names ON names.activity = counted.activity
LEFT JOIN times ON times.activity = counted.activity
ORDER BY position NULLS LAST, counted.activity
""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
