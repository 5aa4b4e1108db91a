"""Which answers draw whom: does a wrong one draw those who do well?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row, Value

LISTED: Final = 12  # answers of an input told apart; the rest is one row
THIRDS: Final = ("low", "middle", "high")


def _finish(rows: Sequence[Row]) -> list[Row]:
    inputs: dict[tuple[Value, ...], list[Row]] = {}
    for row in rows:
        inputs.setdefault((row["activity"], row["input"]), []).append(row)
    found: list[Row] = []
    for answers in inputs.values():
        of = {third: sum(int(answer[third] or 0) for answer in answers) for third in ("chosen", *THIRDS)}
        told, rest = answers[:LISTED], answers[LISTED:]
        if rest:
            sums = {third: sum(int(answer[third] or 0) for answer in rest) for third in ("chosen", *THIRDS)}
            told = [*told, answers[0] | {"answer": "…", "correct": None} | sums]
        for answer in told:
            shares: Row = {"chosen_percent": 100 * int(answer["chosen"] or 0) / of["chosen"]}
            shares |= {
                f"{third}_percent": 100 * int(answer[third] or 0) / of[third] if of[third] else None for third in THIRDS
            }
            found.append(answer | shares)
    return found


indicator = Indicator(
    name="distractors",
    title=N_("Answers given"),
    definition=N_(
        "For each input of an exercise: how many gave each answer last, among the third of learners who do least well "
        "on the other exercises, the middle third and the third who do best. A wrong answer that draws the best third "
        "deserves a look."
    ),
    unit=N_("learners, and shares in percent of their third"),
    denominator=N_("learners whose answer to that input is known"),
    source=N_("Distractor analysis of classical test theory (Haladyna and Downing, 1993)"),
    needs=("answers",),
    chart="distractors",
    fields=(
        Field("activity", "text", N_("the exercise")),
        Field("title", "text", N_("its name, where known")),
        Field("input", "text", N_("the input within the exercise")),
        Field("question", "text", N_("its words, where known")),
        Field("answer", "text", N_("the answer; … for all those given more rarely than twelve others")),
        Field("correct", "number", N_("1 if it is right, 0 if it is wrong, null where not told")),
        Field("chosen", "count", N_("learners who gave it")),
        *(Field(third, "count", N_("of the low, middle and high third")) for third in THIRDS),
        Field("chosen_percent", "percent", N_("their share of all who answered")),
        *(Field(f"{third}_percent", "percent", N_("share of that third who gave it")) for third in THIRDS),
    ),
    query="""
WITH best AS (
    SELECT course, actor, activity, max(earned / possible) AS score
    FROM submissions WHERE possible > 0 GROUP BY course, actor, activity),
totals AS (SELECT course, actor, sum(score) AS points, count(*) AS items FROM best GROUP BY course, actor),
answered AS (
    SELECT answers.course, answers.actor, answers.activity, input, question, answer, correct,
           CASE WHEN items > CASE WHEN score IS NULL THEN 0 ELSE 1 END
                THEN (points - coalesce(score, 0)) / (items - CASE WHEN score IS NULL THEN 0 ELSE 1 END) END AS rest
    FROM answers
    JOIN learners ON learners.course = answers.course AND learners.actor = answers.actor
    LEFT JOIN totals ON totals.course = answers.course AND totals.actor = answers.actor
    LEFT JOIN best
           ON best.course = answers.course AND best.actor = answers.actor AND best.activity = answers.activity),
thirds AS (
    SELECT activity, input, question, answer, correct,
           CASE WHEN rest IS NOT NULL
                THEN ntile(3) OVER (PARTITION BY activity, input, rest IS NULL ORDER BY rest, course, actor)
           END AS third
    FROM answered),
names AS (SELECT activity, max(title) AS title, min(position) AS position FROM structure GROUP BY activity)
SELECT thirds.activity, coalesce(max(title), '') AS title, input, max(question) AS question, answer,
       max(CASE WHEN correct THEN 1 WHEN NOT correct THEN 0 END) AS correct,
       count(*) AS chosen,
       count(CASE WHEN third = 1 THEN 1 END) AS low,
       count(CASE WHEN third = 2 THEN 1 END) AS middle,
       count(CASE WHEN third = 3 THEN 1 END) AS high
FROM thirds LEFT JOIN names ON names.activity = thirds.activity
GROUP BY thirds.activity, input, answer
ORDER BY min(position) NULLS LAST, thirds.activity, input, chosen DESC, answer
""",
    finish=_finish,
)
