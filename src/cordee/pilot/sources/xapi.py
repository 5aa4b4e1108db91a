"""xAPI statements on films, as FUN keeps them: one a line, or in an array.

Each statement of a session says all stretches that were played in it so far (`played-segments`), so that a lost one
loses nothing: every stretch that is closed becomes `watched`, once. Source: the xAPI Video Profile 1.0.3 and the
models of ralph-malph.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from cordee.core.errors import N_, InputRefused
from cordee.pilot.sources import Landing
from cordee.pilot.sources.edx_log import plain_text

VIDEO: Final = "https://w3id.org/xapi/video/extensions/"
VERBS: Final = {
    "https://w3id.org/xapi/video/verbs/played": "played",
    "https://w3id.org/xapi/video/verbs/paused": "paused",
    "https://w3id.org/xapi/video/verbs/seeked": "seeked",
    "http://adlnet.gov/expapi/verbs/completed": "paused",
    "http://adlnet.gov/expapi/verbs/terminated": "paused",
}
COLUMNS: Final = (
    "{'id': 'VARCHAR', 'timestamp': 'VARCHAR', 'verb': 'STRUCT(id VARCHAR)', "
    "'actor': 'STRUCT(mbox VARCHAR, mbox_sha1sum VARCHAR, openid VARCHAR, account STRUCT(name VARCHAR, "
    '"homePage" VARCHAR))\', '
    "'object': 'STRUCT(id VARCHAR, definition STRUCT(type VARCHAR, name JSON))', "
    "'result': 'STRUCT(extensions JSON)', "
    "'context': 'STRUCT(extensions JSON, \"contextActivities\" STRUCT(parent STRUCT(id VARCHAR)[]))'}"
)
TIME: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?"


class XapiStatements:
    """The format."""

    name = "xapi"
    label = N_("xAPI statements")
    identifies = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the names of a statement in its beginning."""
        del path
        return head.lstrip(b"\xef\xbb\xbf \t\r\n[")[:1] == b"{" and all(
            part in head for part in (b'"verb"', b'"actor"', b'"object"')
        )

    def read(self, path: Path, landing: Landing) -> None:
        """Fill events (played, paused, seeked, watched) and, of films, structure."""
        landing.adds = True
        plain = plain_text(path, landing)
        landing.moved(0.3)
        database = landing.database
        database.execute("CREATE OR REPLACE TEMP TABLE statements AS " + _query(plain))
        landing.moved(0.6)
        tally = landing.tally
        for outcome, count, sample in database.execute(
            "SELECT outcome, count(*), min(verb_id) FROM statements GROUP BY outcome ORDER BY outcome"
        ).fetchall():
            tally.read += count
            if outcome:
                tally.drop(outcome, sample or "", count)
            else:
                tally.kept += count
        if not tally.kept and not tally.dropped["not used"]:
            raise InputRefused(
                N_("Nothing could be read in {name}. xAPI statements are JSON, one a line or in one array."),
                name=path.name,
            )
        database.execute(
            """
            INSERT INTO landing.events (id, course, person, happened_at, verb, activity, from_s, to_s)
            SELECT md5_number_lower(concat_ws('|', 'xapi', id)), course, person, moment, verb, activity,
                   CASE WHEN start BETWEEN 0 AND 864000 THEN start END,
                   CASE WHEN goal BETWEEN 0 AND 864000 THEN goal END
            FROM statements WHERE outcome = ''"""
        )
        # A closed stretch is "0[.]42.608"; the last may be open, "176.4". The moment is that of the first statement.
        database.execute(
            """
            INSERT INTO landing.events (id, course, person, happened_at, verb, activity, from_s, to_s)
            WITH stretches AS (
                SELECT course, person, activity, session, moment, unnest(string_split(segments, '[,]')) AS stretch
                FROM statements WHERE outcome = '' AND segments <> ''),
            closed AS (
                SELECT *, try_cast(split_part(stretch, '[.]', 1) AS DOUBLE) AS start,
                       try_cast(split_part(stretch, '[.]', 2) AS DOUBLE) AS goal FROM stretches)
            SELECT md5_number_lower(concat_ws('|', 'watched', course, person, activity, session, stretch)),
                   course, person, min(moment), 'watched', activity, min(start), min(goal)
            FROM closed WHERE goal > start AND start >= 0 AND goal <= 864000
            GROUP BY course, person, activity, session, stretch"""
        )
        database.execute(
            """
            INSERT INTO landing.structure (course, activity, kind, title, unit, graded, quiz, length_s)
            SELECT course, activity, 'video', coalesce(max(title), ''), '', false, '', max(length_s)
            FROM statements WHERE outcome = '' AND length_s BETWEEN 0 AND 864000 GROUP BY course, activity"""
        )
        landing.moved(1.0)


def _query(path: Path) -> str:
    place = re.sub(r"([*?\[])", r"[\1]", str(path)).replace("'", "''")
    with path.open("rb") as file:
        array = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    how = "format = 'array'" if array else "format = 'newline_delimited', ignore_errors = true"
    verbs = " ".join(f"WHEN '{address}' THEN '{verb}'" for address, verb in VERBS.items())

    def number(extension: str) -> str:
        return f"try_cast(result.extensions->>'$.\"{VIDEO}{extension}\"' AS DOUBLE)"

    return f"""
WITH named AS (
    SELECT id, verb.id AS verb_id, CASE verb.id {verbs} END AS verb,
           coalesce(actor.account.name, actor.mbox, actor.mbox_sha1sum, actor.openid, '') AS person,
           CASE WHEN regexp_full_match(timestamp, '{TIME}')
                THEN try_cast(timestamp AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END AS moment,
           context.contextActivities.parent[1].id AS run,
           CASE WHEN regexp_matches(run, '^https?://') THEN coalesce(nullif(regexp_extract(run,
                '((course-v1:|ccx-v1:)[^/?#]+)', 1), ''), run) ELSE run END AS course,
           regexp_replace(regexp_replace(object.id, '^uuid://', ''), '^.*[/@]', '') AS activity,
           object.definition.type AS type,
           json_extract_string(object.definition.name, '$.*')[1] AS title,
           {number("time")} AS at_s, {number("time-from")} AS left_s, {number("time-to")} AS goal_s,
           coalesce({number("length")},
                    try_cast(context.extensions->>'$."{VIDEO}length"' AS DOUBLE)) AS length_s,
           result.extensions->>'$."{VIDEO}played-segments"' AS segments,
           coalesce(context.extensions->>'$."{VIDEO}session-id"', '') AS session
    FROM read_json('{place}', columns = {COLUMNS}, {how}, compression = 'none'))
SELECT *, CASE WHEN verb = 'seeked' THEN left_s ELSE at_s END AS start,
       CASE WHEN verb = 'seeked' THEN goal_s END AS goal,
       CASE WHEN id IS NULL AND verb_id IS NULL AND person = '' THEN 'cut or no JSON'
            WHEN verb IS NULL OR type IS DISTINCT FROM 'https://w3id.org/xapi/video/activity-type/video' THEN 'not used'
            WHEN id IS NULL THEN 'no id' WHEN person = '' THEN 'no actor' WHEN moment IS NULL THEN 'no time'
            WHEN coalesce(course, '') = '' OR length(course) > 80 THEN 'no course'
            WHEN coalesce(activity, '') = '' THEN 'no activity'
            ELSE '' END AS outcome
FROM named"""  # noqa: S608 - built of our own constants


source = XapiStatements()
