"""Do the exercises of a graded quiz measure one thing?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.statistics import alpha

FEWEST: Final = 30


def _finish(rows: Sequence[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        learners = int(row["learners"] or 0)
        told = learners >= FEWEST and row["variance_of_sum"] is not None
        value = (
            alpha(int(row["items"] or 0), float(row["sum_of_variances"] or 0), float(row["variance_of_sum"] or 0))
            if told
            else None
        )
        found.append({field.name: row.get(field.name) for field in indicator.fields} | {"alpha": value})
    return found


indicator = Indicator(
    name="quizzes",
    title=N_("Quizzes"),
    definition=N_(
        "Cronbach’s alpha of each graded quiz, from the best score of each exercise, of learners who handed in all of "
        "them. Not told under 30 learners, nor of a quiz with one exercise."
    ),
    unit=N_("from 0 to 1, below 0 where exercises work against each other"),
    denominator=N_("learners who handed in every exercise of the quiz"),
    source=N_("Cronbach (1951), Psychometrika 16; Bland and Altman (1997), BMJ 314"),
    needs=("structure", "submissions"),
    fields=(
        Field("course", "text", N_("the run’s key")),
        Field("quiz", "text", N_("the graded section; empty where the source does not name it")),
        Field("module", "number", N_("the module that holds it")),
        Field("items", "count", N_("its exercises that somebody handed in")),
        Field("learners", "count", N_("learners who handed in all of them")),
        Field("mean", "percent", N_("mean of their scores, from 0 to 100")),
        Field("alpha", "number", N_("Cronbach’s alpha")),
    ),
    query="""
WITH scores AS (
    SELECT submissions.course, module, coalesce(quiz, '') AS quiz, submissions.activity, submissions.actor,
           max(earned / possible) AS score, min(position) AS position
    FROM submissions
    JOIN learners ON learners.course = submissions.course AND learners.actor = submissions.actor
    JOIN structure ON structure.course = submissions.course AND structure.activity = submissions.activity
    WHERE graded AND possible > 0 AND module IS NOT NULL
    GROUP BY submissions.course, module, quiz, submissions.activity, submissions.actor),
sizes AS (
    SELECT course, module, quiz, count(DISTINCT activity) AS items, min(position) AS position
    FROM scores GROUP BY course, module, quiz),
persons AS (
    SELECT course, module, quiz, actor, count(*) AS done, sum(score) AS total
    FROM scores GROUP BY course, module, quiz, actor),
whole AS (
    SELECT persons.course, persons.module, persons.quiz, actor, total
    FROM persons
    JOIN sizes ON sizes.course = persons.course AND sizes.module = persons.module AND sizes.quiz = persons.quiz
    WHERE done = items),
variances AS (
    SELECT scores.course, scores.module, scores.quiz, activity, var_samp(score) AS variance
    FROM scores
    JOIN whole ON whole.course = scores.course AND whole.module = scores.module AND whole.quiz = scores.quiz
              AND whole.actor = scores.actor
    GROUP BY scores.course, scores.module, scores.quiz, activity),
sums AS (
    SELECT course, module, quiz, sum(variance) AS sum_of_variances FROM variances GROUP BY course, module, quiz),
totals AS (
    SELECT course, module, quiz, count(*) AS learners, avg(total) AS mean_total, var_samp(total) AS variance_of_sum
    FROM whole GROUP BY course, module, quiz)
SELECT sizes.course, sizes.quiz, sizes.module, items, coalesce(learners, 0) AS learners,
       100 * mean_total / items AS mean, sum_of_variances, variance_of_sum
FROM sizes
LEFT JOIN totals ON totals.course = sizes.course AND totals.module = sizes.module AND totals.quiz = sizes.quiz
LEFT JOIN sums ON sums.course = sizes.course AND sums.module = sizes.module AND sums.quiz = sizes.quiz
ORDER BY sizes.course, sizes.module, sizes.position
""",
    finish=_finish,
)
