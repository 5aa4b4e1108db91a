"""Which parts of a film are seen, seen again, left?"""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator

indicator = Indicator(
    name="video",
    title=N_("Films, by ten seconds"),
    definition=N_(
        "A stretch is watched from where playing began, or went on after a jump, to where it was paused or left by a "
        "jump; a jump itself is not watching, and the speed does not count. Seen: learners of whom a stretch covers "
        "part of these ten seconds. Seen again: more than one stretch does. Left: the learner’s last stretch ends "
        "there, be it at the end of the film. Of a play that nothing follows, only the ten seconds of its start count."
    ),
    unit=N_("learners"),
    denominator="",
    source=N_("Kim et al. (2014), ACM Learning at Scale: where films are left and seen again"),
    needs=("events",),
    chart="video",
    fields=(
        Field("activity", "text", N_("the film")),
        Field("title", "text", N_("its name, where known")),
        Field("length_s", "seconds", N_("its length, where known")),
        Field("second", "seconds", N_("where the ten seconds begin")),
        Field("seen", "count", N_("learners who saw part of it")),
        Field("seen_again", "count", N_("learners who saw part of it more than once")),
        Field("left", "count", N_("learners whose last stretch ends there")),
    ),
    # A film that is moved is paused, moved and played again, often at one microsecond: `rank` is that order.
    # `watched` says stretches itself: where a film has them in a run, its plays and pauses are not read again.
    query="""
WITH films AS (
    SELECT events.course, events.actor, activity, verb, happened_at, id, from_s, to_s,
           CASE verb WHEN 'paused' THEN 1 WHEN 'seeked' THEN 2 ELSE 3 END AS rank
    FROM events
    JOIN learners ON learners.course = events.course AND learners.actor = events.actor
    WHERE verb IN ('played', 'paused', 'seeked', 'watched')),
telling AS (SELECT DISTINCT course, activity FROM films WHERE verb = 'watched'),
played AS (
    SELECT films.course, actor, films.activity, verb, happened_at,
           CASE WHEN verb = 'seeked' THEN to_s ELSE from_s END AS from_s,
           lead(verb) OVER following AS next_verb, lead(from_s) OVER following AS next_s
    FROM films
    LEFT JOIN telling ON telling.course = films.course AND telling.activity = films.activity
    WHERE telling.course IS NULL
    WINDOW following AS (PARTITION BY films.course, actor, films.activity ORDER BY happened_at, rank, id)),
stretches AS (
    SELECT course, actor, activity, happened_at, from_s, to_s FROM films WHERE verb = 'watched' AND to_s > from_s
    UNION ALL
    SELECT course, actor, activity, happened_at, from_s,
           CASE WHEN next_verb IN ('paused', 'seeked') THEN next_s ELSE from_s + 1e-3 END AS to_s
    FROM played
    WHERE (verb IN ('played', 'seeked') AND next_verb IN ('paused', 'seeked') AND next_s > from_s)
       OR (verb = 'played' AND next_verb IS NULL AND from_s IS NOT NULL)),
bounded AS (
    SELECT course, actor, activity, happened_at, CAST(floor(from_s / 10) AS BIGINT) AS first_bin,
           CAST(ceil(to_s / 10) AS BIGINT) - 1 AS last_bin
    FROM stretches WHERE from_s >= 0 AND to_s - from_s <= 86400),
bins AS (
    SELECT course, actor, activity, unnest(generate_series(first_bin, last_bin)) AS bin FROM bounded),
viewed AS (SELECT activity, bin, course, actor, count(*) AS times FROM bins GROUP BY activity, bin, course, actor),
lasts AS (
    SELECT activity, last_bin AS bin,
           row_number() OVER (PARTITION BY course, actor, activity ORDER BY happened_at DESC, last_bin DESC) AS back
    FROM bounded),
ends AS (SELECT activity, bin, count(*) AS n FROM lasts WHERE back = 1 GROUP BY activity, bin),
seen AS (
    SELECT activity, bin, count(*) AS seen, count(CASE WHEN times > 1 THEN 1 END) AS seen_again
    FROM viewed GROUP BY activity, bin),
names AS (
    SELECT activity, max(title) AS title, min(position) AS position, max(length_s) AS length_s
    FROM structure GROUP BY activity)
SELECT seen.activity, coalesce(title, '') AS title, length_s, CAST(10 * seen.bin AS BIGINT) AS second,
       seen, seen_again, coalesce(n, 0) AS "left"
FROM seen
LEFT JOIN ends ON ends.activity = seen.activity AND ends.bin = seen.bin
LEFT JOIN names ON names.activity = seen.activity
ORDER BY position NULLS LAST, seen.activity, second
""",
)
