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
    # Stretches are counted by where they begin and end: one row for each ten seconds of each learner costs ten times
    # as much. `depth`: how many stretches of a learner cover what goes from `bin` to before `until`. It is 0 again
    # behind each film, so that a learner's films stand one behind the other in one window: one for each costs more.
    query="""
WITH told AS (
    SELECT events.course, events.actor, activity, happened_at, id, from_s, to_s,
           CASE verb WHEN 'paused' THEN 1 WHEN 'seeked' THEN 2 WHEN 'played' THEN 3 ELSE 4 END AS rank
    FROM events
    JOIN learners ON learners.course = events.course AND learners.actor = events.actor
    WHERE verb IN ('played', 'paused', 'seeked', 'watched')),
films AS (
    SELECT course, activity, row_number() OVER (ORDER BY course, activity) AS film, max(rank) = 4 AS is_watched
    FROM told GROUP BY course, activity),
numbered AS (
    SELECT film, is_watched, actor, happened_at, id, rank, from_s, to_s
    FROM told JOIN films ON films.course = told.course AND films.activity = told.activity),
played AS (
    SELECT film, actor, rank, happened_at, CASE WHEN rank = 2 THEN to_s ELSE from_s END AS from_s,
           CASE WHEN lead(film) OVER following = film THEN lead(rank) OVER following END AS next_rank,
           lead(from_s) OVER following AS next_s
    FROM numbered WHERE NOT is_watched
    WINDOW following AS (PARTITION BY actor ORDER BY film, happened_at, rank, id)),
stretches AS (
    SELECT film, actor, happened_at, from_s, to_s FROM numbered WHERE rank = 4 AND to_s > from_s
    UNION ALL
    SELECT film, actor, happened_at, from_s, CASE WHEN next_rank <= 2 THEN next_s ELSE from_s + 1e-3 END AS to_s
    FROM played
    WHERE (rank >= 2 AND next_rank <= 2 AND next_s > from_s)
       OR (rank = 3 AND next_rank IS NULL AND from_s IS NOT NULL)),
bounded AS (
    SELECT film, actor, happened_at, CAST(floor(from_s / 10) AS BIGINT) AS first_bin,
           CAST(ceil(to_s / 10) AS BIGINT) - 1 AS last_bin
    FROM stretches WHERE from_s >= 0 AND to_s - from_s <= 86400),
edges AS (
    SELECT film, actor, first_bin AS bin, 1 AS n FROM bounded
    UNION ALL
    SELECT film, actor, last_bin + 1, -1 FROM bounded),
depths AS (
    SELECT film, bin, sum(n) OVER along AS depth, lead(bin) OVER along AS until
    FROM edges WINDOW along AS (PARTITION BY actor ORDER BY film, bin)),
changes AS (
    SELECT film, bin, 1 AS seen, CASE WHEN depth > 1 THEN 1 ELSE 0 END AS again FROM depths
    WHERE depth > 0 AND until > bin
    UNION ALL
    SELECT film, until, -1, CASE WHEN depth > 1 THEN -1 ELSE 0 END FROM depths WHERE depth > 0 AND until > bin),
changed AS (
    SELECT activity, bin, sum(seen) AS seen, sum(again) AS again
    FROM changes JOIN films ON films.film = changes.film GROUP BY activity, bin),
levels AS (
    SELECT activity, bin, sum(seen) OVER along AS seen, sum(again) OVER along AS again, lead(bin) OVER along AS until
    FROM changed WINDOW along AS (PARTITION BY activity ORDER BY bin)),
seen AS (
    SELECT activity, CAST(seen AS BIGINT) AS seen, CAST(again AS BIGINT) AS seen_again,
           unnest(generate_series(bin, until - 1)) AS bin
    FROM levels WHERE seen > 0),
lasts AS (
    SELECT film, max(CAST(epoch_us(happened_at) AS HUGEINT) * 4294967296 + last_bin) % 4294967296 AS bin
    FROM bounded GROUP BY film, actor),
ends AS (
    SELECT activity, bin, count(*) AS n FROM lasts JOIN films ON films.film = lasts.film GROUP BY activity, bin),
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
