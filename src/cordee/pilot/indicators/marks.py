"""Who started, was assiduous, passed? The eight rates of the report "4 ans de MOOC", each in both of its readings.

The report words each rate twice, and the two differ: `started` and `started_any`, `assiduous` and `week_two`, `passed`
by FUN's rule and by Coursera's, and who passed among either of the second pair. One query, `MARKS`, says each of a
learner; funnel, runs, courses, cohorts and learners count over it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Row
from cordee.pilot.indicators.shares import share, share_fields
from cordee.pilot.tables import ACTING

DENOMINATOR: Final = N_("the enrolled; of the last two, the assiduous and those active in the second module")
SOURCE: Final = N_("“4 ans de MOOC” (Institut Mines-Télécom, 2017), which words each rate in two ways")
DEFINITION: Final = N_(
    "Started: handed in the first graded quiz. Assiduous: handed in the first graded quiz of the second module that "
    "holds one, whether the first was or not. Passed: a grade at or above the pass mark."
)

ACTS: Final = ", ".join(f"'{verb}'" for verb in ACTING)

# Each mark: its name, the mark that it is a share of ('' for the enrolled), its meaning, the tables that tell it.
RATES: Final = (
    ("started", "", N_("handed in the first graded quiz of the course"), ("structure", "submissions")),
    ("started_any", "", N_("did at least one activity, whichever"), ("submissions",)),
    (
        "assiduous",
        "",
        N_("handed in the first graded quiz of the second module that holds one; need not have started"),
        ("structure", "submissions"),
    ),
    ("week_two", "", N_("did at least one activity of the second module"), ("structure", "submissions")),
    ("passed", "", N_("have a grade at or above the pass mark"), ("grades",)),
    ("passed_fun", "", N_("passed, and an attestation was issued (FUN’s reading)"), ("grades",)),
    ("passed_coursera", "", N_("passed, and did all graded activities (Coursera’s reading)"), ("grades", "structure")),
    ("passed_of_assiduous", "assiduous", N_("passed, among the assiduous"), ("grades", "structure")),
    (
        "passed_of_week_two",
        "week_two",
        N_("passed, among those who did an activity of the second module"),
        ("grades", "structure"),
    ),
)
SINGLE: Final = tuple(name for name, of, _meaning, _needs in RATES if not of)

FIELDS: Final = (
    Field("enrolled", "count", N_("learners enrolled: not those who left, nor the team")),
    *(field for name, _of, meaning, needs in RATES for field in share_fields(name, meaning, needs=needs)),
)

# `places` says of each activity and unit what doing it means. A mark is 1, 0, or null where the
# tables of the run cannot tell it.
MARKS: Final = f"""
graded AS (
    SELECT course, activity, coalesce(quiz, '') AS quiz,
           dense_rank() OVER (PARTITION BY course ORDER BY module) AS nth,
           first_value(coalesce(quiz, '')) OVER (PARTITION BY course, module ORDER BY position) AS first_quiz
    FROM structure WHERE graded AND module IS NOT NULL AND coalesce(kind, '') <> 'unit'),
modules AS (
    SELECT course, module, dense_rank() OVER (PARTITION BY course ORDER BY module) AS nth
    FROM structure WHERE module IS NOT NULL GROUP BY course, module),
spots AS (
    SELECT course, activity AS place, module FROM structure
    UNION ALL
    SELECT course, unit AS place, module FROM structure WHERE unit <> ''),
places AS (
    SELECT spots.course, spots.place,
           max(CASE WHEN modules.nth = 2 THEN 1 ELSE 0 END) AS is_second,
           max(CASE WHEN graded.nth = 1 AND quiz = first_quiz THEN 1 ELSE 0 END) AS is_first_quiz,
           max(CASE WHEN graded.nth = 2 AND quiz = first_quiz THEN 1 ELSE 0 END) AS is_second_quiz,
           max(CASE WHEN graded.activity IS NOT NULL THEN 1 ELSE 0 END) AS is_graded
    FROM spots
    LEFT JOIN modules ON modules.course = spots.course AND modules.module = spots.module
    LEFT JOIN graded ON graded.course = spots.course AND graded.activity = spots.place
    GROUP BY spots.course, spots.place),
acts AS (
    SELECT course, actor, max(CASE WHEN verb = 'submitted' THEN 1 ELSE 0 END) AS handed_in,
           0 AS in_second, 0 AS first_quiz, 0 AS second_quiz, 0 AS done
    FROM events WHERE verb IN ({ACTS}) GROUP BY course, actor
    UNION ALL
    SELECT events.course, events.actor, 0, max(is_second),
           max(CASE WHEN verb = 'submitted' THEN is_first_quiz END),
           max(CASE WHEN verb = 'submitted' THEN is_second_quiz END),
           count(DISTINCT CASE WHEN verb = 'submitted' AND is_graded = 1 THEN activity END)
    FROM events JOIN places ON places.course = events.course AND place = activity
    WHERE verb IN ({ACTS}) AND (is_second = 1 OR is_graded = 1)
    GROUP BY events.course, events.actor
    UNION ALL
    SELECT reported.course, actor, 1, max(is_second), max(is_first_quiz), max(is_second_quiz),
           count(DISTINCT CASE WHEN is_graded = 1 THEN activity END)
    FROM reported LEFT JOIN places ON places.course = reported.course AND place = activity
    GROUP BY reported.course, actor),
acted AS (
    SELECT course, actor, max(handed_in) AS handed_in, max(in_second) AS in_second, max(first_quiz) AS first_quiz,
           max(second_quiz) AS second_quiz, max(done) AS done
    FROM acts GROUP BY course, actor),
run_facts AS (
    SELECT course, max(title) AS title, max(subject) AS subject, max(host) AS host, min(opens_at) AS opens_at,
           max(closes_at) AS closes_at, max(pass_mark) AS pass_mark, max(hours_a_week) AS hours_a_week
    FROM runs GROUP BY course),
graded_people AS (
    SELECT grades.course, actor, certified, complete, grade, pass_mark,
           coalesce(passed, grade >= pass_mark) AS passed
    FROM grades LEFT JOIN run_facts ON run_facts.course = grades.course),
known AS (
    SELECT course, max(acts) AS acts, max(handed_in) AS handed_in, max(quizzes) AS quizzes, max(graded) AS graded,
           max(modules) AS modules, max(passed) AS passed, max(certified) AS certified, max(complete) AS complete
    FROM (
        SELECT course, 1 AS acts, max(handed_in) AS handed_in, 0 AS quizzes, 0 AS graded, 0 AS modules, 0 AS passed,
               0 AS certified, 0 AS complete FROM acted GROUP BY course
        UNION ALL SELECT course, 0, 0, max(nth), count(*), 0, 0, 0, 0 FROM graded GROUP BY course
        UNION ALL SELECT course, 0, 0, 0, 0, max(nth), 0, 0, 0 FROM modules GROUP BY course
        UNION ALL SELECT course, 0, 0, 0, 0, 0, max(CASE WHEN passed IS NULL THEN 0 ELSE 1 END),
                         max(CASE WHEN certified IS NULL THEN 0 ELSE 1 END),
                         max(CASE WHEN complete IS NULL THEN 0 ELSE 1 END) FROM graded_people GROUP BY course
    ) AS told GROUP BY course),
marked AS (
    SELECT learners.course, learners.actor, cohort,
           CASE WHEN known.quizzes >= 1 AND known.handed_in = 1 THEN coalesce(acted.first_quiz, 0) END AS started,
           CASE WHEN known.acts = 1 THEN CASE WHEN acted.actor IS NULL THEN 0 ELSE 1 END END AS started_any,
           CASE WHEN known.quizzes >= 2 AND known.handed_in = 1 THEN coalesce(acted.second_quiz, 0) END AS assiduous,
           CASE WHEN known.modules >= 2 AND known.acts = 1 THEN coalesce(in_second, 0) END AS week_two,
           CASE WHEN known.passed = 1 THEN CASE WHEN graded_people.passed THEN 1 ELSE 0 END END AS passed,
           CASE WHEN known.certified = 1 THEN CASE WHEN graded_people.certified THEN 1 ELSE 0 END END AS certified,
           CASE WHEN known.complete = 1 THEN CASE WHEN graded_people.complete THEN 1 ELSE 0 END
                WHEN known.graded >= 1 AND known.handed_in = 1
                THEN CASE WHEN coalesce(done, 0) >= known.graded THEN 1 ELSE 0 END END AS complete
    FROM learners
    LEFT JOIN acted ON acted.course = learners.course AND acted.actor = learners.actor
    LEFT JOIN graded_people ON graded_people.course = learners.course AND graded_people.actor = learners.actor
    LEFT JOIN known ON known.course = learners.course),
marks AS (
    SELECT course, actor, cohort, started, started_any, assiduous, week_two, passed,
           passed * certified AS passed_fun, passed * complete AS passed_coursera,
           CASE WHEN assiduous = 1 THEN passed END AS passed_of_assiduous,
           CASE WHEN week_two = 1 THEN passed END AS passed_of_week_two,
           CASE WHEN passed IS NOT NULL THEN assiduous END AS assiduous_known,
           CASE WHEN passed IS NOT NULL THEN week_two END AS week_two_known
    FROM marked)"""  # noqa: S608 - our own names and fragments

NAMES: Final = tuple(name for name, *_rest in RATES)

# Counts and of how many. A share among the assiduous is 0 of 0 where nobody was, null where that cannot be told.
COUNTED: Final = "count(*) AS enrolled, " + ", ".join(
    f"CAST(sum({name}) AS BIGINT) AS {name}, count({name}) AS {name}_of"
    if name in SINGLE
    else f"CASE WHEN count({of}_known) > 0 THEN count(CASE WHEN {name} = 1 THEN 1 END) END AS {name}, "
    f"count({name}) AS {name}_of"
    for name, of, _meaning, _needs in RATES
)

COLUMNS: Final = ", ".join(["enrolled", *(f"{name}, {name}_of" for name in NAMES)])

# The funnel of each run, with the run's own words.
PER_RUN: Final = f"""WITH {MARKS},
counted AS (SELECT course, {COUNTED} FROM marks GROUP BY course)
SELECT counted.course, coalesce(subject, counted.course) AS subject, coalesce(title, '') AS title,
       coalesce(host, '') AS host, opens_at, hours_a_week, {COLUMNS}
FROM counted LEFT JOIN run_facts ON run_facts.course = counted.course
ORDER BY subject, opens_at NULLS LAST, counted.course"""  # noqa: S608 - our own names and fragments


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Rows of `PER_RUN`, asked run by run, as the query orders them."""
    late = dt.datetime.max.replace(tzinfo=dt.UTC)

    def place(row: Row) -> tuple[str, dt.datetime, str]:
        opens_at = row["opens_at"]
        return str(row["subject"]), dt.datetime.fromisoformat(str(opens_at)) if opens_at else late, str(row["course"])

    return sorted(rows, key=place)


def with_shares(row: Row) -> Row:
    """A row of counts with the percent and interval of each, in the order of FIELDS; other columns come first."""
    counted = set(NAMES) | {f"{name}_of" for name in NAMES}
    found: Row = {name: value for name, value in row.items() if name not in counted}
    for name in NAMES:
        found |= share(name, row[name], row[f"{name}_of"])
    return found


def finish(rows: Sequence[Row]) -> list[Row]:
    """Each row with its shares and intervals."""
    return [with_shares(row) for row in rows]
