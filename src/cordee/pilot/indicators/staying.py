"""Who is still there, who has left, who never came?

A run is known until its extraction date. Who acted in the last fourteen days before it has not left yet, and who passed
has not dropped out: a survival curve counts both as seen until then only (censored), never as stopping.
"""

from __future__ import annotations

from typing import Final

from cordee.pilot.indicators.marks import ACTS

STILL_DAYS: Final = 14

# One row a learner: `last_at`, `last_activity`, `acted`, `state` (passed, active, stopped, never, new). A source
# without dates says nothing of when: such a learner is held to have stopped.
STAYING: Final = f"""
dated AS (SELECT course, max(extracted_at) AS extracted_at FROM extractions GROUP BY course),
acting AS (
    SELECT course, actor, max(happened_at) AS last_at,
           max_by(activity, struct_pack(a := happened_at, b := activity)) AS last_activity
    FROM events WHERE verb IN ({ACTS}) GROUP BY course, actor
    UNION ALL
    SELECT course, actor, max(coalesce(last_at, first_at)) AS last_at,
           max_by(activity, struct_pack(a := coalesce(last_at, first_at), b := activity)) AS last_activity
    FROM reported GROUP BY course, actor),
lasts AS (
    SELECT course, actor, max(last_at) AS last_at,
           max_by(last_activity, struct_pack(a := last_at, b := last_activity)) AS last_activity
    FROM acting GROUP BY course, actor),
marks_known AS (SELECT course, max(pass_mark) AS pass_mark FROM runs GROUP BY course),
staying AS (
    SELECT learners.course, learners.actor, learners.cohort, lasts.last_at, last_activity, extracted_at,
           CASE WHEN lasts.actor IS NULL THEN 0 ELSE 1 END AS acted,
           CASE WHEN coalesce(passed, grade >= pass_mark) THEN 'passed'
                WHEN lasts.last_at >= extracted_at - INTERVAL '{STILL_DAYS}' DAY THEN 'active'
                WHEN lasts.actor IS NOT NULL THEN 'stopped'
                WHEN enrolled_at >= extracted_at - INTERVAL '{STILL_DAYS}' DAY THEN 'new'
                ELSE 'never' END AS state
    FROM learners
    LEFT JOIN lasts ON lasts.course = learners.course AND lasts.actor = learners.actor
    LEFT JOIN grades ON grades.course = learners.course AND grades.actor = learners.actor
    LEFT JOIN marks_known ON marks_known.course = learners.course
    LEFT JOIN dated ON dated.course = learners.course)"""  # noqa: S608 - our own names and fragments

# One row a learner and activity or unit that he or she did something in.
TOUCHED: Final = f"""
touched AS (
    SELECT course, actor, activity FROM events WHERE verb IN ({ACTS})
    UNION
    SELECT course, actor, activity FROM reported)"""  # noqa: S608 - our own names and fragments

# The steps of a course: its units in order, or its activities where no unit is known; and where each place belongs.
STEPS: Final = """
step_spots AS (
    SELECT course, activity AS place, CASE WHEN unit <> '' THEN unit ELSE activity END AS step, position,
           CASE WHEN kind = 'unit' OR coalesce(unit, '') = '' THEN title ELSE '' END AS step_title, title, module
    FROM structure WHERE coalesce(kind, '') NOT IN ('chapter', 'sequential', 'course')),
steps AS (
    SELECT course, step, min(position) AS position, min(module) AS module,
           coalesce(nullif(max(step_title), ''), min_by(title, position), '') AS title
    FROM step_spots GROUP BY course, step),
step_of AS (
    SELECT course, place, min(step) AS step FROM (
        SELECT course, place, step FROM step_spots
        UNION ALL
        SELECT course, step AS place, step FROM steps
    ) AS told GROUP BY course, place)"""

# How far each learner came: the last place, by rank, in which he or she did something; and where each course ends.
FURTHEST: Final = f"""
step_places AS (
    SELECT step_of.course, place, position
    FROM step_of JOIN steps ON steps.course = step_of.course AND steps.step = step_of.step),
reaching AS (
    SELECT events.course, actor, max(position) AS position
    FROM events JOIN step_places ON step_places.course = events.course AND place = activity
    WHERE verb IN ({ACTS}) GROUP BY events.course, actor
    UNION ALL
    SELECT reported.course, actor, max(position) AS position
    FROM reported JOIN step_places ON step_places.course = reported.course AND place = activity
    GROUP BY reported.course, actor),
furthest AS (SELECT course, actor, max(position) AS position FROM reaching GROUP BY course, actor),
ends AS (SELECT course, max(position) AS position FROM steps GROUP BY course)"""  # noqa: S608 - our own names and fragments
