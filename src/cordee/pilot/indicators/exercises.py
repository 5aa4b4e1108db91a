"""Who starts and finishes each exercise, in how many tries, and how well?"""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator

indicator = Indicator(
    name="exercises",
    title=N_("Exercises"),
    definition=N_(
        "For each exercise: who handed it in, who had full marks, in how many tries, and the mean of the best score."
    ),
    unit=N_("learners; points as a share of those possible"),
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
    ),
    query="""
WITH tries AS (
    SELECT activity, actor, earned, possible, attempts, told_each,
           row_number() OVER (PARTITION BY course, activity, actor ORDER BY happened_at, attempt) AS nth
    FROM submissions JOIN learners USING (course, actor)
    WHERE possible > 0),
persons AS (
    SELECT activity, actor, max(earned / possible) AS best, sum(attempts) AS attempts,
           bool_and(told_each) AS told_each,
           max(CASE WHEN nth = 1 AND earned >= possible THEN 1 ELSE 0 END) AS at_first
    FROM tries GROUP BY activity, actor),
names AS (SELECT activity, max(title) AS title, min(position) AS position FROM structure GROUP BY activity)
SELECT activity, coalesce(max(title), '') AS title,
       count(*) AS tried,
       count(CASE WHEN best >= 1 THEN 1 END) AS solved,
       CAST(sum(attempts) AS BIGINT) AS attempts,
       CASE WHEN bool_and(told_each) THEN sum(at_first) END AS first_try,
       avg(best) AS mean_best
FROM persons LEFT JOIN names USING (activity)
GROUP BY activity
ORDER BY min(position) NULLS LAST, activity
""",
)
