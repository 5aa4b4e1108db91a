"""What did a learner do at an exercise, over all tries? One pass over the submissions, for all who ask by exercise."""

from __future__ import annotations

from typing import Final

# When a try was, then which it was, as one number: to compare two values costs half of the whole query. A try without
# a date comes after those with one, as one without a number does among those of one moment.
ORDER: Final = (
    "coalesce(CAST(epoch_us(happened_at) AS HUGEINT), 9000000000000000000) * 4294967296 + coalesce(attempt, 4294967295)"
)

# One row a learner and exercise: `best`, `first_score` from 0 to 1; `told_each`: whether each try is told; `counted`:
# whether the number of tries is.
TRIES: Final = f"""
tries AS (
    SELECT course, activity, actor, max(earned / possible) AS best, min_by(earned / possible, {ORDER}) AS first_score,
           min(happened_at) AS first_at, sum(attempts) AS attempts, bool_and(told_each) AS told_each,
           count(attempts) = count(*) AS counted
    FROM submissions WHERE possible > 0
    GROUP BY course, activity, actor)"""  # noqa: S608 - our own names and fragments
