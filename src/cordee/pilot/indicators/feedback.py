"""What were learners told of their answers, did it help, which hints did they ask for, and was it right afterwards?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.shares import share, share_fields


def _finish(rows: Sequence[Row]) -> list[Row]:
    return [
        row
        | share("told", row["told"], row["told_of"])
        | share("unhelped", row["unhelped"], row["unhelped_of"])
        | share("right_after", row["right_after"], row["right_after_of"])
        | {"hidden": ""}
        for row in rows
    ]


indicator = Indicator(
    name="feedback",
    title=N_("Feedback and hints"),
    definition=N_(
        "For each exercise: each message that learners were told of what they handed in, by the rule of its author, "
        "the card or the explanation of the laboratory, and each hint that they asked for; who said of the message "
        "that it did not help; and who had full marks later than they first met it. Who had full marks by then counts "
        "neither for it nor against it."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=N_(
        "learners who handed the exercise in or asked for a hint; of those who say that it did not help, those who "
        "were told it; of the last share those who met the message and had no full marks by then"
    ),
    source=N_("Automated feedback on programs, as reviewed by Keuning, Jeuring and Heeren (2018), ACM TOCE 19(1)"),
    needs=("feedback",),
    chart="feedback",
    people="told",
    fields=(
        Field("activity", "text", N_("the exercise")),
        Field("title", "text", N_("its name, where known")),
        Field("rule", "text", N_("the name of the rule or of the card that was told; empty for a hint")),
        Field("hint", "number", N_("which hint was asked for, from 1; null for a rule")),
        *share_fields("told", N_("learners who were told it, or asked for it; null where they are few")),
        Field("times", "count", N_("how often")),
        *share_fields("unhelped", N_("of them, who said that it did not help; null for a hint")),
        *share_fields("right_after", N_("of them, who had full marks later than they first met it")),
        Field("hidden", "text", N_("why nothing is told; empty where it is told")),
    ),
    query="""
WITH tried AS (
    SELECT course, activity, actor, min(CASE WHEN earned >= possible THEN happened_at END) AS right_at
    FROM submissions WHERE possible > 0 GROUP BY course, activity, actor),
-- Who says that a message did not help was told it, also where judging again told it.
said AS (
    SELECT course, activity, actor, rule, hint, happened_at, id, false AS no_help FROM feedback
    UNION ALL SELECT course, activity, actor, rule, NULL, happened_at, NULL, true FROM unhelped),
met AS (
    SELECT course, activity, actor, rule, hint, min(happened_at) AS met_at, count(DISTINCT id) AS times,
           bool_or(no_help) AS no_help
    FROM said GROUP BY course, activity, actor, rule, hint),
crowd AS (SELECT course, activity, actor FROM tried UNION SELECT course, activity, actor FROM met),
crowds AS (
    SELECT crowd.activity, count(*) AS people
    FROM crowd JOIN learners ON learners.course = crowd.course AND learners.actor = crowd.actor
    GROUP BY crowd.activity),
names AS (SELECT activity, max(title) AS title, min(position) AS position FROM structure GROUP BY activity),
counted AS (
    SELECT met.activity, rule, hint, count(*) AS told, CAST(sum(times) AS BIGINT) AS times,
           CASE WHEN hint IS NULL THEN count(CASE WHEN no_help THEN 1 END) END AS unhelped,
           CASE WHEN hint IS NULL THEN count(*) END AS unhelped_of,
           count(CASE WHEN right_at > met_at THEN 1 END) AS right_after,
           count(CASE WHEN right_at IS NULL OR right_at > met_at THEN 1 END) AS right_after_of
    FROM met
    JOIN learners ON learners.course = met.course AND learners.actor = met.actor
    LEFT JOIN tried ON tried.course = met.course AND tried.activity = met.activity AND tried.actor = met.actor
    GROUP BY met.activity, rule, hint)
SELECT counted.activity, coalesce(title, '') AS title, rule, hint, told, people AS told_of, times, unhelped,
       unhelped_of, right_after, right_after_of
FROM counted
JOIN crowds ON crowds.activity = counted.activity
LEFT JOIN names ON names.activity = counted.activity
ORDER BY position NULLS LAST, counted.activity, hint NULLS FIRST, told DESC, rule
""",
    finish=_finish,
)
