"""Who are they one by one: how far, how well, when last seen, and what strikes the eye?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.marks import MARKS
from cordee.pilot.indicators.staying import FURTHEST, STAYING, STEPS, TOUCHED

MANY: Final = 6  # tries at one exercise that is still not solved
HALF: Final = 50  # percent of the activities: who did so many advances
AT_WORK_HOURS: Final = 24  # since the last act: who is at work needs no help yet


def _notice(row: Row) -> Row:
    """The first that holds, with what it is about: an activity or unit, a number of tries, of days or a grade."""
    notice, activity, number = "", None, None
    hours = row["silent_hours"]
    if row["passed"] == 1 or (hours is not None and int(hours) < AT_WORK_HOURS):
        pass
    elif not row["acted"]:
        notice = "never_came"
    elif row["stuck_tries"] is not None and int(row["stuck_tries"]) >= MANY:
        notice, activity, number = "many_tries", row["stuck_at"], row["stuck_tries"]
    elif row["started"] == 1 and row["second_opened"] == 0:
        notice = "second_quiz_never_opened"
    elif row["state"] == "stopped" and row["silent_days"] is not None:
        notice, number = "silent", row["silent_days"]
    elif row["state"] == "stopped":  # no file says when
        notice, activity = "stopped_at" if row["stopped_at"] else "stopped", row["stopped_at"]
    elif _is_under_the_mark(row):
        notice, number = "under_the_mark", row["grade"] if row["grade"] is not None else row["mean"]
    return {"notice": notice, "notice_activity": activity, "notice_number": number}


def _is_under_the_mark(row: Row) -> bool:
    mark, mean = row["pass_mark"], row["grade"] if row["grade"] is not None else row["mean"]
    is_under = mark is not None and mean is not None and float(mean) < float(mark)
    return is_under and float(row["done_percent"] or 0) >= HALF


def _finish(rows: Sequence[Row]) -> list[Row]:
    names = [field.name for field in indicator.fields]
    told = (row | _notice(row) for row in rows)
    return [{name: one[name] for name in names} for one in told]


indicator = Indicator(
    name="learners",
    title=N_("Learners, one by one"),
    definition=N_(
        "What each learner did, and one thing to notice, the first that holds: never came; six tries or more at an "
        "exercise still not solved; handed in the first quiz and never opened the second; silent for 14 days or more, "
        "or, where no file tells dates, stopped; goes on and did half of the activities with a grade under the mark. "
        "Nothing of those who passed, nor of those who were at work in the last 24 hours."
    ),
    unit=N_("one row a learner and run"),
    denominator="",
    source=N_("The four questions of Mooc-Pilot: progress by person"),
    needs=("learners",),
    persons=True,
    fields=(
        Field("course", "text", N_("the run’s key")),
        Field("actor", "number", N_("the learner’s pseudonym in this store")),
        Field("username", "text", N_("user name, where known")),
        Field("name", "text", N_("name, where known")),
        Field("cohort", "text", N_("cohort; empty for none")),
        Field("tried", "count", N_("exercises handed in")),
        Field("solved", "count", N_("exercises with full marks")),
        Field("mean", "percent", N_("mean of the best scores of exercises handed in, from 0 to 100")),
        Field("grade", "percent", N_("grade of the course, where known"), ("grades",)),
        Field("done_percent", "percent", N_("share of the activities of the course that were done"), ("structure",)),
        Field("last_active_at", "when", N_("when last active, where known")),
        Field("silent_days", "number", N_("whole days from then to the extraction")),
        Field("state", "text", N_("passed, active, stopped, new or never")),
        Field("stopped_at", "text", N_("of who stopped before the end: the last unit that he or she did something in")),
        Field(
            "notice",
            "text",
            N_(
                "many_tries, second_quiz_never_opened, silent, stopped_at, stopped, under_the_mark, never_came or empty"
            ),
        ),
        Field("notice_activity", "text", N_("the exercise or unit that it is about")),
        Field("notice_number", "number", N_("the tries, the grade or the days that it is about")),
    ),
    query=f"""WITH {MARKS}, {STAYING}, {TOUCHED}, {STEPS}, {FURTHEST},
tries AS (
    SELECT course, actor, activity, max(earned / possible) AS best, sum(attempts) AS attempts
    FROM submissions WHERE possible > 0 GROUP BY course, actor, activity),
exercises AS (
    SELECT course, actor, count(*) AS tried, count(CASE WHEN best >= 1 THEN 1 END) AS solved, 100 * avg(best) AS mean
    FROM tries GROUP BY course, actor),
stuck AS (
    SELECT course, actor, activity AS stuck_at, attempts AS stuck_tries,
           row_number() OVER (PARTITION BY course, actor ORDER BY attempts DESC, activity) AS nth
    FROM tries WHERE best < 1 AND attempts IS NOT NULL),
wholes AS (SELECT course, count(*) AS activities FROM structure WHERE coalesce(kind, '') <> 'unit' GROUP BY course),
second_quiz AS (
    SELECT course, place AS activity FROM places WHERE is_second_quiz = 1
    UNION
    SELECT structure.course, unit FROM structure
    JOIN places ON places.course = structure.course AND place = activity
    WHERE is_second_quiz = 1 AND unit <> ''),
done AS (
    SELECT touched.course, actor,
           count(CASE WHEN structure.activity IS NOT NULL AND coalesce(kind, '') <> 'unit' THEN 1 END) AS done,
           max(CASE WHEN second_quiz.activity IS NULL THEN 0 ELSE 1 END) AS second_opened
    FROM touched
    LEFT JOIN structure ON structure.course = touched.course AND structure.activity = touched.activity
    LEFT JOIN second_quiz ON second_quiz.course = touched.course AND second_quiz.activity = touched.activity
    GROUP BY touched.course, actor),
second_known AS (SELECT DISTINCT course FROM second_quiz),
step_at AS (SELECT course, position, min(step) AS step FROM steps GROUP BY course, position)
SELECT staying.course, staying.actor, persons.username, persons.name, staying.cohort, acted, marks.passed, started,
       coalesce(tried, 0) AS tried, coalesce(solved, 0) AS solved, mean, graded_people.grade, pass_mark,
       100.0 * least(coalesce(done, 0), activities) / activities AS done_percent,
       last_at AS last_active_at, date_diff('day', last_at, extracted_at) AS silent_days, state,
       date_diff('hour', last_at, extracted_at) AS silent_hours,
       CASE WHEN state = 'stopped' AND furthest.position < ends.position THEN step END AS stopped_at,
       stuck_at, CAST(stuck_tries AS BIGINT) AS stuck_tries,
       CASE WHEN second_known.course IS NOT NULL THEN coalesce(second_opened, 0) END AS second_opened
FROM staying
JOIN marks ON marks.course = staying.course AND marks.actor = staying.actor
LEFT JOIN persons ON persons.actor = staying.actor
LEFT JOIN exercises ON exercises.course = staying.course AND exercises.actor = staying.actor
LEFT JOIN graded_people ON graded_people.course = staying.course AND graded_people.actor = staying.actor
LEFT JOIN stuck ON stuck.course = staying.course AND stuck.actor = staying.actor AND nth = 1
LEFT JOIN wholes ON wholes.course = staying.course
LEFT JOIN done ON done.course = staying.course AND done.actor = staying.actor
LEFT JOIN furthest ON furthest.course = staying.course AND furthest.actor = staying.actor
LEFT JOIN ends ON ends.course = staying.course
LEFT JOIN step_at ON step_at.course = staying.course AND step_at.position = furthest.position
LEFT JOIN second_known ON second_known.course = staying.course
ORDER BY staying.course, persons.name NULLS LAST, persons.username NULLS LAST, staying.actor""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
