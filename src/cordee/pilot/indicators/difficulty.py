"""How hard is each exercise, does it tell who knows from who does not, and which should be looked at?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row, Value
from cordee.pilot.indicators.tries import TRIES
from cordee.pilot.statistics import error_of_correlation, newcombe, quantile, wilson

FEWEST: Final = 30  # learners under which neither difficulty nor signal is told
SOLVED_AT_MOST: Final = 0.65  # it blocks: surely fewer than this share ever solve it
FIRST_AT_MOST: Final = 0.5  # two readings: fewer than half are right at first …
TELLS_AT_LEAST: Final = 0.2  # … and it hardly depends on how well one does elsewhere (Ebel, 1965: "poor item")
EASY_AT_LEAST: Final = 0.9  # too easy: surely more than this share are right at first


def _signal(row: Row) -> str:
    """One of "few", "blocks", "two_readings", "too_easy", "improves", "fine": the first whose rule is met."""
    n = int(row["n"] or 0)
    if n < FEWEST:
        return "few"
    solved = wilson(int(row["solved"] or 0), n)
    first = int(row["first_right"] or 0)
    at_first = wilson(first, n)
    if solved and solved[1] < SOLVED_AT_MOST:
        return "blocks"
    tells = row["discrimination"]
    if row["told_each"] and first / n < FIRST_AT_MOST and tells is not None and float(tells) < TELLS_AT_LEAST:
        return "two_readings"
    if row["told_each"] and at_first and at_first[0] > EASY_AT_LEAST:
        return "too_easy"
    recent, recent_right = int(row["recent"] or 0), int(row["recent_right"] or 0)
    change = newcombe(recent_right, recent, first - recent_right, n - recent)
    return "improves" if row["told_each"] and change and change[0] > 0 else "fine"


def _number(value: Value) -> float | None:
    return None if value is None or math.isnan(float(value)) else float(value)


def _finish(rows: Sequence[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        n, compared = int(row["n"] or 0), int(row["compared"] or 0)
        mean, spread = _number(row["mean_first"]), _number(row["spread"])
        r = _number(row["discrimination"]) if compared >= FEWEST else None
        known: Row = {"difficulty": None, "difficulty_low": None, "difficulty_high": None}
        if n >= FEWEST and mean is not None:
            half = quantile() * (spread or 0.0) / math.sqrt(n)
            known = {
                "difficulty": 1 - mean,
                "difficulty_low": max(0.0, 1 - mean - half),
                "difficulty_high": min(1.0, 1 - mean + half),
            }
        told = row | known | {"discrimination": r}
        told["discrimination_error"] = None if r is None else error_of_correlation(r, compared)
        told["signal"] = _signal(told)
        found.append({field.name: told[field.name] for field in indicator.fields})
    return found


indicator = Indicator(
    name="difficulty",
    title=N_("Difficulty of exercises"),
    definition=N_(
        "Difficulty: 1 minus the mean score of the first try. Discrimination: the correlation of that score with the "
        "learner’s mean on the other exercises. Neither is told under 30 learners. Signals, the first that holds: "
        "blocks (surely fewer than 65 % ever solve it); two readings (fewer than half right at first, discrimination "
        "under 0.2); too easy (surely more than 90 % right at first); improves (first tries of the last 14 days "
        "surely better than before); fine."
    ),
    unit=N_("from 0 (all have full marks) to 1; correlation from −1 to 1"),
    denominator=N_("learners who handed the exercise in at least once"),
    source=N_("Classical test theory: item-rest point-biserial correlation (Lord and Novick, 1968)"),
    needs=("submissions",),
    chart="difficulty",
    fields=(
        Field("activity", "text", N_("the exercise")),
        Field("title", "text", N_("its name, where known")),
        Field("n", "count", N_("learners who handed it in at least once")),
        Field(
            "told_each", "number", N_("1 where each try is told; 0 where a report tells only the last or best score")
        ),
        Field("difficulty", "number", N_("1 minus the mean score of the first try")),
        Field("difficulty_low", "number", N_("lower end of its 95 % interval (normal)")),
        Field("difficulty_high", "number", N_("upper end of its 95 % interval (normal)")),
        Field("discrimination", "number", N_("correlation of the score with the mean score on the other exercises")),
        Field("discrimination_error", "number", N_("its standard error")),
        Field("compared", "count", N_("learners who did another exercise too")),
        Field("solved", "count", N_("learners who had full marks at least once")),
        Field("first_right", "count", N_("learners who had full marks at the first try")),
        Field("recent", "count", N_("learners whose first try was in the last 14 days before the extraction")),
        Field("recent_right", "count", N_("those of them who had full marks at it")),
        Field("signal", "text", N_("few, blocks, two_readings, too_easy, improves or fine")),
    ),
    query=f"""
WITH {TRIES},
persons AS (
    SELECT tries.course, tries.actor, activity, first_score AS score, best, first_at, told_each FROM tries
    JOIN learners ON learners.course = tries.course AND learners.actor = tries.actor),
totals AS (SELECT course, actor, sum(score) AS points, count(*) AS items FROM persons GROUP BY course, actor),
dated AS (SELECT course, max(extracted_at) AS extracted_at FROM extractions GROUP BY course),
items AS (
    SELECT activity, score, best, told_each,
           CASE WHEN items > 1 THEN (points - score) / (items - 1) END AS rest,
           CASE WHEN first_at >= extracted_at - INTERVAL '14' DAY THEN 1 ELSE 0 END AS is_recent
    FROM persons
    JOIN totals ON totals.course = persons.course AND totals.actor = persons.actor
    LEFT JOIN dated ON dated.course = persons.course),
names AS (SELECT activity, max(title) AS title, min(position) AS position FROM structure GROUP BY activity)
SELECT items.activity, coalesce(max(title), '') AS title, count(*) AS n,
       CASE WHEN bool_and(told_each) THEN 1 ELSE 0 END AS told_each,
       avg(score) AS mean_first, stddev_samp(score) AS spread,
       CASE WHEN stddev_pop(score) > 0 AND stddev_pop(rest) > 1e-9 THEN corr(score, rest) END AS discrimination,
       count(rest) AS compared,
       count(CASE WHEN best >= 1 THEN 1 END) AS solved,
       count(CASE WHEN score >= 1 THEN 1 END) AS first_right,
       count(CASE WHEN is_recent = 1 THEN 1 END) AS recent,
       count(CASE WHEN is_recent = 1 AND score >= 1 THEN 1 END) AS recent_right
FROM items LEFT JOIN names ON names.activity = items.activity
GROUP BY items.activity
ORDER BY min(position) NULLS LAST, items.activity
""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
