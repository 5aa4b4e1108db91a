"""Which activity is meant where a report knows only its title, and what is a graded section that is told as a whole?

Reports of Open edX name a problem by its title and a graded section by its type and number. Two kinds of rows of
`structure` come from them: kind '' (a problem known by its title) and kind 'sequential' (a section told as one
activity). Where another source knows the ids, its rows take their place; where none does, these stand.
"""

from __future__ import annotations

from typing import Final

TITLE, SECTION = "", "sequential"  # kinds of rows that reports tell
KINDS: Final = "SELECT DISTINCT kind FROM all_structure WHERE kind IN ('', 'sequential')"

# A title -> the one activity that bears it; of several, the one in the same quiz. Two that may both be meant: none.
IDS: Final = """CREATE TEMP TABLE ids AS
    WITH named AS (
        SELECT course, activity, max(title) AS title, max(coalesce(quiz, '')) AS quiz
        FROM all_structure WHERE kind = '' GROUP BY course, activity),
    known AS (
        SELECT course, activity, max(title) AS title, max(coalesce(quiz, '')) AS quiz
        FROM all_structure WHERE kind NOT IN ('', 'sequential', 'unit') AND title <> '' GROUP BY course, activity),
    pairs AS (
        SELECT named.course, named.activity AS said, known.activity, length(known.title) AS signs,
               CASE WHEN named.quiz <> '' AND named.quiz = known.quiz THEN 1 ELSE 0 END AS together
        FROM named JOIN known
          ON known.course = named.course
         AND (known.title = named.title OR ends_with(named.title, ' - ' || known.title))),
    likeliest AS (
        SELECT * FROM pairs
        QUALIFY rank() OVER (PARTITION BY course, said ORDER BY together DESC, signs DESC) = 1),
    wanted AS (
        SELECT * FROM likeliest
        QUALIFY rank() OVER (PARTITION BY course, activity ORDER BY together DESC, signs DESC) = 1),
    counted AS (
        SELECT *, count(*) OVER (PARTITION BY course, said) AS choices,
               count(*) OVER (PARTITION BY course, activity) AS claims
        FROM wanted)
    SELECT course, said, activity FROM counted WHERE choices = 1 AND claims = 1"""
NO_IDS: Final = "CREATE TEMP TABLE ids (course VARCHAR, said VARCHAR, activity VARCHAR)"

VIEWS: Final = (
    # What stands where. `told`: a report said it, by a title or as a section; a real structure knows better.
    """CREATE TEMP VIEW placed AS
    SELECT s.course, coalesce(ids.activity, s.activity) AS activity, s.kind, s.title, s.unit, s.module, s.position,
           s.graded, s.quiz, s.length_s, s.kind IN ('', 'sequential') AS told
    FROM all_structure AS s LEFT JOIN ids ON ids.course = s.course AND ids.said = s.activity AND s.kind = ''""",
    # Of two reports of one person and activity, each says what it knows.
    """CREATE TEMP VIEW reported AS
    SELECT r.course, r.actor, coalesce(ids.activity, r.activity) AS activity, max(r.earned) AS earned,
           max(r.possible) AS possible, max(r.attempts) AS attempts, min(r.first_at) AS first_at,
           max(r.last_at) AS last_at
    FROM all_reported AS r LEFT JOIN ids ON ids.course = r.course AND ids.said = r.activity
    GROUP BY ALL""",
)

# Sections whose activities are told one by one: `made_of_activities (course, activity)`. A table, made once.
SECTIONS: Final = """CREATE TEMP TABLE made_of_activities AS
    WITH sections AS (SELECT DISTINCT course, quiz FROM placed WHERE kind = 'sequential' AND quiz <> ''),
    members AS (
        SELECT DISTINCT course, quiz, activity FROM placed JOIN sections USING (course, quiz)
        WHERE kind <> 'sequential' AND activity <> quiz),
    handed_in AS (
        SELECT DISTINCT course, activity FROM reported
        UNION
        SELECT DISTINCT course, activity FROM events WHERE verb = 'submitted')
    SELECT DISTINCT course, quiz AS activity FROM members SEMI JOIN handed_in USING (course, activity)"""
NO_SECTIONS: Final = "CREATE TEMP TABLE made_of_activities (course VARCHAR, activity VARCHAR)"

STRUCTURE: Final = """CREATE TEMP VIEW structure AS
    WITH quizzes AS (
        SELECT course, quiz, min(module) AS module, min(position) AS position FROM placed
        WHERE NOT told AND quiz <> '' AND module IS NOT NULL GROUP BY course, quiz),
    one AS (
        SELECT course, activity, max(kind) AS kind, coalesce(max(title) FILTER (NOT told), max(title)) AS title,
               max(unit) AS unit,
               coalesce(min(module) FILTER (NOT told), min(module)) AS module,
               coalesce(min(position) FILTER (NOT told), min(position)) AS position,
               bool_or(graded) AS graded, coalesce(max(quiz), '') AS quiz, max(length_s) AS length_s,
               bool_and(told OR module IS NULL) AS told
        FROM placed GROUP BY course, activity)
    SELECT one.course, one.activity, kind, title, unit,
           CASE WHEN told THEN coalesce(quizzes.module, one.module) ELSE one.module END AS module,
           CASE WHEN told THEN coalesce(quizzes.position, one.position) ELSE one.position END AS position,
           graded, one.quiz, length_s
    FROM one LEFT JOIN quizzes ON quizzes.course = one.course AND quizzes.quiz = one.quiz AND one.quiz <> ''
    ANTI JOIN made_of_activities AS parts ON parts.course = one.course AND parts.activity = one.activity"""
