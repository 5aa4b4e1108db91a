"""Where the team answers in the forum, do more pass?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.marks import COLUMNS, COUNTED, MARKS, with_shares
from cordee.pilot.indicators.shares import share, share_fields

FIELDS: Final = (
    Field("course", "text", N_("the run’s key")),
    Field("title", "text", N_("its title, where known")),
    Field("threads", "count", N_("threads begun by learners")),
    Field("posts", "count", N_("messages, of all")),
    Field("team_posts", "count", N_("messages of the team")),
    *share_fields("answered", N_("threads of learners that the team answered")),
    Field("median_delay_s", "seconds", N_("median time from the first message of a thread to the team’s first answer")),
    Field("enrolled", "count", N_("learners enrolled: not those who left, nor the team")),
    *share_fields("passed", N_("have a grade at or above the pass mark"), needs=("grades",)),
)


def _finish(rows: Sequence[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        told = with_shares(row) | share("answered", row["answered"], row["threads"])
        found.append({field.name: told[field.name] for field in FIELDS})
    return found


indicator = Indicator(
    name="presence",
    title=N_("Presence of the team"),
    definition=N_(
        "For each run whose forum is known: how many threads of learners the team answered, and how soon, beside how "
        "many passed. Runs differ in more than that: this is no proof of cause."
    ),
    unit=N_("threads, messages, seconds; learners, and shares in percent"),
    denominator=N_("threads begun by learners; the enrolled"),
    source=N_("“4 ans de MOOC” (Institut Mines-Télécom, 2017): the team’s presence in the forum"),
    needs=("posts",),
    chart="scatter",
    fields=FIELDS,
    query=f"""WITH {MARKS},
counted AS (SELECT course, {COUNTED} FROM marks GROUP BY course),
asked AS (
    SELECT course, thread, min(happened_at) AS asked_at
    FROM posts WHERE answers_to = '' AND NOT team GROUP BY course, thread),
answered AS (
    SELECT asked.course, asked.thread, asked_at, min(happened_at) AS answered_at
    FROM asked
    LEFT JOIN posts ON posts.course = asked.course AND posts.thread = asked.thread AND team AND happened_at >= asked_at
    GROUP BY asked.course, asked.thread, asked_at),
forums AS (
    SELECT course, count(*) AS posts, count(CASE WHEN team THEN 1 END) AS team_posts FROM posts GROUP BY course),
delays AS (
    SELECT course, count(*) AS threads, count(answered_at) AS answered,
           median(date_diff('second', asked_at, answered_at)) AS median_delay_s
    FROM answered GROUP BY course)
SELECT forums.course, coalesce(title, '') AS title, coalesce(threads, 0) AS threads, posts, team_posts,
       coalesce(answered, 0) AS answered, median_delay_s, {COLUMNS}
FROM forums
LEFT JOIN delays ON delays.course = forums.course
LEFT JOIN run_facts ON run_facts.course = forums.course
JOIN counted ON counted.course = forums.course
ORDER BY forums.course""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
