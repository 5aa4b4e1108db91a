"""What does a reader of a store find in it? One view for each table that indicators read, whatever filled it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from cordee.pilot import titles
from cordee.pilot.tables import Table


def rows_of(table: Table, read: str, files: int) -> str:
    """The query of a table's rows: `read` is what its files hold, with their `filename`; `files`: how many they are."""
    rows = f"SELECT {', '.join(table.names)} FROM {read}"  # noqa: S608
    if table.name == "answers" and files > 1:  # what the later file says; of two of one time, the words
        rows += (
            " QUALIFY row_number() OVER (PARTITION BY course, actor, activity, input ORDER BY "
            "split_part(parse_filename(filename), '.', 2) DESC, question <> '' DESC, filename DESC) = 1"
        )
    return rows


def view_of(table: Table, rows: str, *, chosen: bool) -> str:
    """The view that shows these rows; `chosen`: of the people in the table of this name alone."""
    if chosen and "actor" in table.names:
        rows = f"SELECT * FROM ({rows}) AS everybody WHERE actor IN (FROM chosen)"  # noqa: S608
    # What a report says may come in two files of the same table; a query over them asks for one row a person.
    kind = "TABLE" if table.name in READ_ONCE else "VIEW"
    return f"CREATE TEMP {kind} {'all_' if table.name in UNITED else ''}{table.name} AS {rows}"


# Tables that more than one source may fill for the same person: the views above read what `united` leaves.
UNITED: Final = frozenset({"enrolments", "people", "grades", "structure", "reported", "posts", "runs"})

# Small, and asked for by most of the views: reading them once costs less than planning to read them again and again.
READ_ONCE: Final = frozenset({"structure"})

LEARNERS: Final = "course, actor, cohort, enrolled_at, mode"

DERIVED: Final = (
    # One row a person: what any report says; active unless one says no.
    """CREATE TEMP VIEW enrolments AS
    WITH declared AS (
        SELECT course, actor, min(enrolled_at) AS enrolled_at, bool_and(coalesce(active, true)) AS active,
               max(coalesce(mode, '')) AS mode, max(coalesce(cohort, '')) AS cohort,
               bool_or(coalesce(staff, false)) AS staff
        FROM all_enrolments GROUP BY course, actor),
    seen AS (
        SELECT course, actor, min(happened_at) FILTER (verb = 'enrolled') AS enrolled_at,
               coalesce(arg_max(verb, happened_at) FILTER (verb IN ('enrolled', 'left')), '') <> 'left' AS active,
               '' AS mode, '' AS cohort, false AS staff
        FROM events GROUP BY course, actor)
    SELECT * FROM declared
    UNION ALL
    SELECT seen.* FROM seen ANTI JOIN declared USING (course, actor)
    UNION ALL
    -- a run of which only answers are known: who answered is in it
    SELECT DISTINCT reported.course, reported.actor, NULL::TIMESTAMP, true, '', '', false FROM reported
    ANTI JOIN (SELECT DISTINCT course FROM declared) USING (course) ANTI JOIN seen USING (course, actor)""",
    f"""CREATE TEMP VIEW learners AS
    SELECT {LEARNERS} FROM enrolments WHERE active AND NOT staff""",  # noqa: S608 - names of ours
    """CREATE TEMP VIEW people AS
    SELECT course, actor, max(sex) AS sex, max(birth_year) AS birth_year, max(education) AS education,
           max(country) AS country, max(language) AS language
    FROM all_people GROUP BY course, actor""",
    """CREATE TEMP VIEW grades AS
    SELECT course, actor, max(grade) AS grade, bool_or(passed) AS passed, bool_or(certified) AS certified,
           bool_or(complete) AS complete
    FROM all_grades GROUP BY course, actor""",
    titles.STRUCTURE,
    # The same message in two logs that overlap.
    """CREATE TEMP VIEW posts AS
    SELECT DISTINCT course, actor, happened_at, thread, answers_to, team FROM all_posts""",
    # Two reports of one run: each says what it knows.
    """CREATE TEMP VIEW runs AS
    SELECT course, coalesce(max(title), '') AS title, max(subject) AS subject, coalesce(max(host), 'other') AS host,
           min(opens_at) AS opens_at, max(closes_at) AS closes_at, max(pass_mark) AS pass_mark,
           max(hours_a_week) AS hours_a_week
    FROM all_runs GROUP BY course""",
    # Each try where events tell it; else what a report tells of a person and an activity as a whole.
    """CREATE TEMP VIEW submissions AS
    SELECT course, actor, activity, happened_at, attempt, earned, possible, 1 AS attempts, true AS told_each
    FROM events WHERE verb = 'submitted'
    UNION ALL
    SELECT course, actor, activity, coalesce(last_at, first_at), attempts, earned, possible, attempts, false
    FROM reported
    ANTI JOIN (SELECT DISTINCT course, activity FROM events WHERE verb = 'submitted') USING (course, activity)
    ANTI JOIN made_of_activities USING (course, activity)
    """,
)


@cache
def learners_version() -> str:
    """Of the views that say who is a learner."""
    return hashlib.sha256("\n".join([titles.IDS, *titles.VIEWS, titles.SECTIONS, *DERIVED]).encode()).hexdigest()[:8]


def nothing(columns: str) -> str:
    """A query of no rows with these columns, e.g. "(a BIGINT, b VARCHAR)"."""
    typed = (column.strip().rsplit(" ", 1) for column in columns.strip("()").split(","))
    return "SELECT " + ", ".join(f"NULL::{kind} AS {name}" for name, kind in typed) + " WHERE false"


def quoted(words: Path | str) -> str:
    """As it stands between quotes in a query."""
    return str(words).replace("'", "''")
