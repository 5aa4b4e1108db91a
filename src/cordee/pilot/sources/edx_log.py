"""Tracking logs of Open edX: who watched, viewed, handed in, asked and wrote, read by one query from the file.

The query says in SQL what `formats/edx/records.py` says record by record; a test holds the two together. DuckDB gives
an empty row for a line that it cannot read: if there are any, a second pass looks at those lines alone, mends what can
be mended (text before the record, another encoding), and the same query reads them.

Of a record only the columns of the tables are kept: no address, no browser, no words of anybody.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import duckdb

from cordee.core.errors import N_, InputRefused
from cordee.formats.edx.keys import activity_id, course_key
from cordee.formats.edx.records import (
    LONGEST_S,
    MOST_POINTS,
    MOST_TRIES,
    NEED_ACTIVITY,
    NO_ACTIVITY,
    NO_COURSE,
    NO_TIME,
    NO_USER,
    SERVER_ONLY,
    TIME,
    UNUSED,
    USER_ID,
    VERBS,
    YEARS,
    page_of,
)
from cordee.pilot.sources import Landing

UNREADABLE: Final = "unreadable"
PASSED: Final = "passed_over"  # the sequence that counts the lines of which nothing is kept
# What DuckDB makes of a line that it cannot read.
NOTHING_READ: Final = """event_type IS NULL AND records.name IS NULL AND event IS NULL AND context IS NULL
           AND time IS NULL AND event_source IS NULL AND username IS NULL AND session IS NULL"""
TOO_LONG: Final = (duckdb.InvalidInputException, duckdb.IOException)  # of a line
CUT: Final = "cut or no JSON"
ORDINARY_LINE: Final = 2 * 1024 * 1024  # bytes: DuckDB reads pieces of twice this size, several at once
LONGEST_LINE: Final = 16 * 1024 * 1024  # bytes; DuckDB's own limit
INFLATED: Final = 64 * 1024  # bytes of a gz at once
COPIED: Final = 1024 * 1024  # bytes at once
BLANK: Final = b" \t\r\n"
TRIES: Final = 500  # places in one unreadable line where a record may begin
ENVELOPE: Final = frozenset({"event_type", "event_source"})

COLUMNS: Final = (
    "{'time': 'VARCHAR', 'event_source': 'VARCHAR', 'event_type': 'VARCHAR', 'name': 'VARCHAR', "
    "'username': 'VARCHAR', 'session': 'VARCHAR', 'event': 'VARCHAR', "
    "'context': 'STRUCT(user_id VARCHAR, course_id VARCHAR, module STRUCT(usage_key VARCHAR))'}"
)
# What is taken out of `event`. Each reading of its text costs, so that each record is read once, by what it is.
FILM: Final = {
    "id": "VARCHAR", "module_id": "VARCHAR", "currentTime": "DOUBLE", "current_time": "DOUBLE", "old_time": "DOUBLE",
    "new_time": "DOUBLE",
}  # fmt: skip
CHECK: Final = {
    "problem_id": "VARCHAR", "grade": "DOUBLE", "max_grade": "DOUBLE", "attempts": "DOUBLE", "success": "VARCHAR",
    "submission": "VARCHAR",
}  # fmt: skip
OTHER: Final = {
    "id": "VARCHAR", "module_id": "VARCHAR", "problem_id": "VARCHAR", "user_id": "VARCHAR", "course_id": "VARCHAR",
    "discussion": {"id": "VARCHAR"}, "response": {"id": "VARCHAR"}, "user_course_roles": "VARCHAR",
    "user_forums_roles": "VARCHAR",
}  # fmt: skip
TEAM: Final = "instructor|staff|administrator|moderator|community ta"
ANSWER_SIGNS: Final = 200
SUBMISSION: Final = '"MAP(VARCHAR, STRUCT(answer JSON, question VARCHAR, input_type VARCHAR, correct BOOLEAN))"'
CHOICES: Final = ("choicegroup", "radiogroup", "checkboxgroup", "optioninput")  # others hold words of learners


class EdxLog:
    """The format."""

    name = "edx_log"
    label = N_("tracking log of Open edX")
    identifies = True

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the names of the envelope in one of the first records, whatever stands before it."""
        del path
        return any(
            b'"event_type"' in line and b'"event_source"' in line and b'"context"' in line
            for line in (head.replace(b"\0", b"") if _is_utf_16(head) else head).split(b"\n")
        )

    def read(self, path: Path, landing: Landing) -> None:
        """Fill events, posts, answers and persons."""
        landing.adds = True
        landing.distinct = frozenset({"answers"})
        plain = plain_text(path, landing)
        landing.moved(0.2)
        try:
            decoded = _decoded(landing, _records(plain, ORDINARY_LINE))
        except TOO_LONG:
            try:
                decoded = _decoded(landing, _records(plain))
            except TOO_LONG:  # a line longer than any record, of which nothing can be kept
                plain = _without_endless_lines(plain, landing)
                decoded = _decoded(landing, _records(plain))
        landing.moved(0.6)
        database, unused = landing.database, decoded.unused
        _open_log(database, decoded)
        if database.execute("SELECT 1 FROM log WHERE told = ? LIMIT 1", [UNREADABLE]).fetchall():
            mended = _decoded(landing, _records(_mended(plain, landing)), "mended.parquet")
            unused += mended.unused
            _open_log(database, decoded, mended)
        landing.moved(0.8)
        _name_keys(database)
        _land(landing, unused)
        if not landing.tally.kept and not landing.tally.dropped[UNUSED]:
            raise InputRefused(
                N_("Nothing could be read in {name}. A tracking log holds one JSON record of Open edX a line."),
                name=path.name,
            )
        landing.moved(1.0)


def _records(path: Path, longest: int = LONGEST_LINE) -> str:
    place = re.sub(r"([*?\[])", r"[\1]", str(path)).replace("'", "''")  # a bracket in a file's own name is no pattern
    return (
        f"read_json('{place}', format = 'newline_delimited', columns = {COLUMNS}, ignore_errors = true, "
        f"compression = 'none', maximum_object_size = {longest})"
    )


@dataclass(frozen=True, slots=True)
class Decoded:
    """The rows of a log, and how many of its lines gave none, since nothing of what they tell is used."""

    path: Path
    unused: int


def _decoded(landing: Landing, records: str, name: str = "decoded.parquet") -> Decoded:
    """What `query` says of the records, as a file: a hundredth of a log, and of no more memory than a small one."""
    path = landing.beside(name)
    place = str(path).replace("'", "''")
    database = landing.database
    database.execute(f"CREATE OR REPLACE TEMP SEQUENCE {PASSED}")
    database.execute(f"COPY ({query(records)}) TO '{place}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 61440)")
    ((following,),) = database.execute(f"SELECT nextval('{PASSED}')").fetchall()
    return Decoded(path, int(following) - 1)


def _open_log(database: duckdb.DuckDBPyConnection, decoded: Decoded, mended: Decoded | None = None) -> None:
    """Make the view `log`; `mended` takes the place of the lines that could not be read. `line` numbers its rows."""
    read = [
        f"read_parquet('{str(one.path).replace(chr(39), chr(39) * 2)}', file_row_number = true)"
        for one in (decoded, mended)
        if one is not None
    ]
    rows = f"SELECT *, file_row_number AS line FROM {read[0]}"  # noqa: S608 - names of ours
    if mended is not None:  # of these, what is unreadable still is a record that says nothing, e.g. "{}"
        rows += f""" WHERE told <> '{UNREADABLE}' UNION ALL
            SELECT * REPLACE (CASE told WHEN '{UNREADABLE}' THEN '{UNUSED}' ELSE told END AS told),
                   -1 - file_row_number AS line FROM {read[1]}"""  # noqa: S608 - our own words
    database.execute(f"CREATE OR REPLACE TEMP VIEW log AS {rows}")


def query(records: str) -> str:
    """One row a line that may be used, with keys as they are written: `told` says why it tells nothing, if it does not.

    `records`: a table with `COLUMNS`. A third of the lines of a log and more are of no kind that is used: the sequence
    `PASSED` counts them, and no more is done with them. What the keys mean is looked up once for each of them, in
    `_name_keys`. `id` is the lower half of an MD5, which no version of DuckDB reckons otherwise.
    """
    kinds = ", ".join(
        f"('{kind}', '{verb}', {'true' if kind in SERVER_ONLY else 'false'})" for kind, verb in VERBS.items()
    )
    return f"""
WITH kinds (word, known, of_server) AS (VALUES {kinds}),
lines AS (
    SELECT coalesce(nullif(records.name, ''), event_type, '') AS kind,
           coalesce(event_source = 'server', false) AS from_server,
           -- The text of a string, and the JSON of anything else.
           event AS text, context, time, session, username, known, coalesce(of_server, false) AS of_server,
           known IS NULL AND from_server AND (starts_with(kind, '/courses/') AND contains(kind, '/courseware/')
                                              OR starts_with(kind, '/xblock/')) AS is_page,
           {NOTHING_READ} AS unreadable
    FROM {records} AS records LEFT JOIN kinds ON kinds.word = coalesce(nullif(records.name, ''), event_type, '')),
verbs AS (
    SELECT *, CASE WHEN is_page THEN 'viewed' WHEN from_server OR NOT of_server THEN known END AS verb FROM lines),
used AS (
    -- Of a CASE, unlike of an OR, the order is kept: each line that is passed over is counted once, and no other.
    SELECT * FROM verbs WHERE CASE WHEN verb IS NOT NULL OR unreadable THEN true ELSE nextval('{PASSED}') < 0 END),
opened AS (
    SELECT *, verb IN ('played', 'paused', 'seeked') AS of_film,
           coalesce(verb = 'submitted' AND of_server, false) AS checked,
           CASE WHEN of_film THEN {_opened(FILM)} END AS film,
           CASE WHEN checked THEN {_opened(CHECK)} END AS done,
           CASE WHEN verb IS NOT NULL AND NOT is_page AND NOT of_film AND NOT checked THEN {_opened(OTHER)} END
               AS other
    FROM used),
named AS (
    SELECT *, verb IN ('enrolled', 'left') AS of_enrolment,
           coalesce(CASE WHEN of_enrolment THEN nullif(other.user_id, '') END, context.user_id, '') AS person,
           CASE WHEN of_film THEN coalesce(nullif(film.id, ''), film.module_id)
                WHEN checked THEN done.problem_id
                WHEN is_page THEN kind
                WHEN of_enrolment OR verb = 'posted' THEN NULL
                WHEN of_server THEN other.problem_id
                WHEN verb = 'submitted' THEN context.module.usage_key
                ELSE coalesce(nullif(other.id, ''), other.module_id) END AS written,
           CASE WHEN verb = 'seeked' THEN film.old_time
                WHEN of_film THEN coalesce(film.currentTime, film.current_time) END AS start,
           CASE WHEN verb = 'seeked' THEN film.new_time END AS goal,
           CASE WHEN start BETWEEN 0 AND {LONGEST_S} THEN abs(start) END AS from_s,
           CASE WHEN goal BETWEEN 0 AND {LONGEST_S} THEN abs(goal) END AS to_s,
           CASE WHEN checked AND done.attempts BETWEEN 1 AND {MOST_TRIES} AND floor(done.attempts) = done.attempts
                THEN done.attempts::INTEGER END AS attempt
    FROM opened)
SELECT CASE WHEN unreadable THEN '{UNREADABLE}'
            WHEN NOT regexp_full_match(person, '{USER_ID.pattern}') THEN '{NO_USER}'
            ELSE '' END AS told,
       verb, CASE WHEN told = '' THEN person END AS person,
       CASE WHEN of_enrolment THEN other.course_id END AS said_course,
       context.course_id AS course_key,
       is_page,
       -- Of the third generation the last part is taken here, the rest in `_name_keys`.
       CASE WHEN starts_with(written, 'block-v1:') AND NOT contains(written, '%') THEN split_part(written, '@', -1)
            ELSE written END AS usage,
       CASE WHEN told <> '' OR NOT regexp_full_match(time, '{TIME.pattern}') THEN NULL
            WHEN ends_with(time, 'Z') OR ends_with(time, '+00:00') OR length(time) < 27 AND time[-6] NOT IN ('+', '-')
            THEN try_cast(time AS TIMESTAMP) ELSE try_cast(time AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END AS moment,
       from_s, to_s,
       CASE WHEN NOT checked THEN NULL
            WHEN done.max_grade BETWEEN 0 AND {MOST_POINTS} THEN
                CASE WHEN done.grade BETWEEN 0 AND {MOST_POINTS} THEN abs(done.grade)
                     WHEN done.success = 'correct' THEN abs(done.max_grade) ELSE 0.0 END
            WHEN done.success = 'correct' THEN 1.0 ELSE 0.0 END AS earned,
       CASE WHEN NOT checked THEN NULL
            WHEN done.max_grade BETWEEN 0 AND {MOST_POINTS} THEN abs(done.max_grade) ELSE 1.0 END AS possible,
       attempt,
       -- The same as md5_number_lower, at a third of its cost.
       CASE WHEN told = '' THEN CAST(md5_number(concat_ws('|', time, kind, person, session, usage,
            cast(round_even(from_s * 1000, 0) AS BIGINT), cast(round_even(to_s * 1000, 0) AS BIGINT), attempt)) >> 64
            AS UBIGINT) END AS id,
       CASE WHEN NOT of_enrolment AND told = '' THEN username END AS username,
       CASE WHEN told <> '' OR moment IS NULL OR coalesce(written, '') = '' THEN kind END AS kind,
       CASE WHEN moment IS NULL THEN time END AS time,
       done.submission AS submission,
       done.submission IS NOT NULL AS answered,
       CASE WHEN verb = 'posted' THEN {{'id': other.id, 'thread': other.discussion.id, 'answers_to': other.response.id,
            'team': regexp_matches(lower(concat(other.user_course_roles, other.user_forums_roles)), '{TEAM}')}} END
            AS post
FROM named"""  # noqa: S608 - built of our own constants


def _opened(fields: Mapping[str, object]) -> str:
    return f"try(from_json(text, '{json.dumps(fields)}'))"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _name_keys(database: duckdb.DuckDBPyConnection) -> None:
    """Read each key once (`formats/edx/keys.py`), and put the facts together as the view `facts`.

    Runs, verbs and activities are few: as ENUM they are a number of one or two bytes on their way to the file.
    """
    courses = database.execute(
        "SELECT course_key FROM log GROUP BY ALL UNION SELECT said_course FROM log WHERE said_course <> '' GROUP BY ALL"
    ).fetchall()
    usages = database.execute("SELECT DISTINCT is_page, usage FROM log WHERE usage IS NOT NULL").fetchall()
    known = [(written, course_key(written)) for (written,) in courses if course_key(written)]
    rows = [
        (is_page, written, *(page_of(written) if is_page else (activity_id(written), None)))
        for is_page, written in usages
    ]
    _make_enum(
        database,
        "run_keys",
        {str(course) for course in [*(one[1] for one in known), *(row[3] for row in rows)] if course},
    )
    _make_enum(database, "activity_ids", {"", *(row[2] for row in rows)})
    database.execute("CREATE OR REPLACE TEMP TABLE course_keys (written VARCHAR, course run_keys)")
    database.execute(
        "CREATE OR REPLACE TEMP TABLE usages (is_page BOOLEAN, written VARCHAR, activity activity_ids, course run_keys)"
    )
    if known:
        database.execute(
            "INSERT INTO course_keys SELECT unnest($1), unnest($2)", [list(one) for one in zip(*known, strict=True)]
        )
    if rows:
        database.execute(
            "INSERT INTO usages SELECT unnest($1), unnest($2), unnest($3), unnest($4)",
            [list(one) for one in zip(*rows, strict=True)],
        )
    # A usage that is only "/" is the first page of a course where it is a page, and no activity.
    database.execute(
        f"""
        CREATE OR REPLACE TEMP VIEW facts AS
        SELECT log.*, coalesce(said.course, held.course, usages.course) AS course,
               CASE WHEN usages.activity = '/' AND log.is_page THEN '' ELSE coalesce(usages.activity, '') END
                   ::activity_ids AS activity,
               CASE WHEN told <> '' THEN CASE WHEN log.is_page AND usages.activity = '' THEN '{UNUSED}' ELSE told END
                    WHEN log.is_page AND usages.activity = '' THEN '{UNUSED}'
                    WHEN coalesce(said.course, held.course, usages.course) IS NULL THEN '{NO_COURSE}'
                    WHEN moment IS NULL OR year(moment) < {YEARS[0]} OR year(moment) >= {YEARS[1]} THEN '{NO_TIME}'
                    WHEN coalesce(usages.activity, '') = '' AND verb IN ({_listed(NEED_ACTIVITY)}) THEN '{NO_ACTIVITY}'
                    ELSE '' END AS outcome
        FROM log
        LEFT JOIN course_keys AS said ON log.said_course = said.written
        LEFT JOIN course_keys AS held ON log.course_key = held.written
        LEFT JOIN usages ON log.usage = usages.written AND log.is_page = usages.is_page"""  # noqa: S608
    )


def _make_enum(database: duckdb.DuckDBPyConnection, name: str, words: set[str]) -> None:
    database.execute(f"DROP TYPE IF EXISTS {name}")
    database.execute("CREATE OR REPLACE TEMP TABLE words AS SELECT unnest($1::VARCHAR[]) AS word", [sorted(words)])
    database.execute(f"CREATE TYPE {name} AS ENUM (SELECT word FROM words)")  # noqa: S608 - a name of ours


def _mended(path: Path, landing: Landing) -> Path:
    """A file of the records that stand in the lines which DuckDB could not read; what cannot be mended is counted."""
    database = landing.database
    database.execute("SET preserve_insertion_order = true")  # so that the number of a row is that of its line
    bad = [
        int(number)
        for (number,) in database.execute(
            f"""SELECT number
                FROM (SELECT row_number() OVER () AS number, {NOTHING_READ} AS unreadable
                      FROM {_records(path)} AS records)
                WHERE unreadable ORDER BY number"""  # noqa: S608
        ).fetchall()
    ]
    database.execute("SET preserve_insertion_order = false")
    mended = landing.beside("mended.jsonl")
    tally = landing.tally
    with path.open("rb") as lines, mended.open("w", encoding="utf-8", errors="replace", newline="\n") as out:
        for position, line in _chosen(lines, bad):
            found = 0
            for record in records_in(line):
                out.write(record + "\n")
                found += 1
            if not found:
                tally.read += 1
                # Where, and how long: not the line itself, which may name somebody.
                tally.drop(CUT, f"line {position}, {len(line)} bytes")
    return mended


def _chosen(lines: IO[bytes], numbers: list[int]) -> Iterator[tuple[int, bytes]]:
    """The lines of these numbers, counted from 1 without the blank ones, each with its place in the file."""
    number, wanted = 0, iter(numbers)
    following = next(wanted, None)
    for place, line in enumerate(lines, start=1):
        if not (line.removeprefix(codecs.BOM_UTF8) if place == 1 else line).strip(BLANK):
            continue
        number += 1
        if number == following:
            yield place, line
            following = next(wanted, None)
            if following is None:
                return


def records_in(line: bytes) -> Iterator[str]:
    """The records that stand whole in a line, as JSON on one line: after a prefix, or after one that was cut."""
    text = line.replace(b"\0", b"").strip()
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError:
        decoded = text.decode("cp1252", errors="replace")
    decoder = json.JSONDecoder()
    start, tries = decoded.find("{"), 0
    while start >= 0 and tries < TRIES:
        tries += 1
        try:
            record, end = decoder.raw_decode(decoded, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            if (start == 0 and not decoded[end:].strip()) or not ENVELOPE.isdisjoint(record):
                yield json.dumps(record, ensure_ascii=False)
        start = decoded.find("{", end)


def plain_text(path: Path, landing: Landing) -> Path:
    """The file itself if it is plain UTF-8, else a plain copy of what could be read of it."""
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(b"\x1f\x8b"):
        path = _inflated(path, landing)
        with path.open("rb") as file:
            head = file.read(64)
    if _is_utf_16(head):
        copy = landing.beside("utf-8")
        with path.open(encoding="utf-16", errors="replace") as file, copy.open("w", encoding="utf-8") as out:
            shutil.copyfileobj(file, out, COPIED)
        path = copy
    return path


def _is_utf_16(head: bytes) -> bool:
    """By its mark and, since any bytes may stand before a record, by every other byte being zero for the most part."""
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    upper = head[3:64:2] if head.startswith(b"\xff") else head[2:64:2]
    return 2 * upper.count(0) > len(upper)


def _inflated(path: Path, landing: Landing) -> Path:
    """DuckDB inflates with one thread and checks no sum; inflated here, a damaged file is found out."""
    copy = landing.beside("inflated")
    with path.open("rb") as file, copy.open("wb") as out:
        size = max(path.stat().st_size, 1)
        inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
        data = file.read(INFLATED)
        whole = False
        while data:
            before = inflating.copy()
            try:
                out.write(inflating.decompress(data))
            except zlib.error:  # up to the very byte
                with contextlib.suppress(zlib.error):
                    for byte in data:
                        out.write(before.decompress(bytes([byte])))
                whole = False
                break
            whole = inflating.eof
            data = inflating.unused_data or file.read(INFLATED)
            landing.moved(0.2 * file.tell() / size)
            if inflating.eof:  # rotated logs are put one behind the other; zeros may fill the end
                data = data.lstrip(b"\0") or file.read(INFLATED).lstrip(b"\0")
                inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
    if not whole:
        landing.remarks.append(
            f"{path.name} is damaged or was cut while it was copied: what could be inflated was read. "
            "Copy it anew and import it again; nothing will be counted twice."
        )
    return copy


def _without_endless_lines(path: Path, landing: Landing) -> Path:
    copy = landing.beside("without-endless-lines")
    with path.open("rb") as lines, copy.open("wb") as out:
        for place, line in enumerate(lines, start=1):
            if len(line) < LONGEST_LINE:
                out.write(line)
            else:
                landing.tally.read += 1
                landing.tally.drop(CUT, f"line {place}, {len(line)} bytes")
    return copy


def _land(landing: Landing, unused: int) -> None:
    """The facts, and what else a log tells."""
    database = landing.database
    verbs = _listed(sorted(set(VERBS.values())))
    database.execute(
        f"""
        CREATE OR REPLACE TABLE landing.events AS
        SELECT id, course, person, moment AS happened_at, verb::ENUM ({verbs}) AS verb, activity,
               from_s, to_s, earned, possible, attempt, CASE WHEN answered THEN line END AS told_at
        FROM facts WHERE outcome = ''"""  # noqa: S608 - our own words
    )
    everything = _count(landing, unused)
    database.execute(
        """
        INSERT INTO landing.posts (course, person, happened_at, thread, answers_to, team)
        SELECT DISTINCT course, person, moment, coalesce(nullif(post.thread, ''), post.id, ''),
               coalesce(nullif(post.answers_to, ''), post.thread, ''), coalesce(post.team, false)
        FROM facts WHERE outcome = '' AND verb = 'posted'"""
    )
    # Who is enrolled by another has no name here: that other's stands in the record.
    kept = "log WHERE told = ''" if everything else "facts WHERE outcome = ''"
    database.execute(
        f"""
        INSERT INTO landing.persons (person, user_id, username)
        WITH named AS (
            SELECT person, username, max(moment) AS last_at FROM {kept} AND username <> '' GROUP BY person, username)
        SELECT person, person, max_by(username, last_at) FROM named GROUP BY person"""  # noqa: S608 - our own words
    )
    # Of each exercise and person the number of the last line first: to carry texts through an aggregate costs more.
    database.execute(
        """
        CREATE OR REPLACE TEMP TABLE last_told AS
        SELECT course, person, activity, max_by(told_at, happened_at) AS line FROM landing.events
        WHERE told_at IS NOT NULL GROUP BY course, person, activity"""
    )
    database.execute(
        f"""
        INSERT INTO landing.answers (course, person, activity, input, question, answer, correct)
        WITH last AS (
            SELECT last_told.*, submission FROM last_told JOIN log ON log.line = last_told.line),
        -- Many answer the same words: each text is read once.
        inputs AS (
            SELECT submission, unnest(map_entries(try(from_json(submission, '{SUBMISSION}')))) AS input
            FROM (SELECT DISTINCT submission FROM last)),
        told AS (
            SELECT submission, regexp_extract(input.key, '_([0-9]+_[0-9]+)$', 1) AS input,
                   left(coalesce(input.value.question, ''), 500) AS question,
                   left(CASE WHEN starts_with(input.value.answer::VARCHAR, '[')
                             THEN array_to_string(try(from_json(input.value.answer, '["VARCHAR"]')), ' | ')
                             ELSE input.value.answer->>'$' END, {ANSWER_SIGNS}) AS answer,
                   input.value.correct AS correct
            FROM inputs WHERE input.value.input_type IN ({_listed(CHOICES)}) AND answer <> '')
        SELECT course, person, activity, input, question, answer, correct
        FROM last JOIN told ON told.submission = last.submission"""  # noqa: S608
    )


def _count(landing: Landing, unused: int) -> bool:
    """Say how many lines were read, kept and left, and why. Whether all were kept that no record itself rules out."""
    tally, database = landing.tally, landing.database
    ((lines, possible),) = database.execute("SELECT count(*), count(*) FILTER (told = '') FROM log").fetchall()
    ((kept,),) = database.execute("SELECT count(*) FROM landing.events").fetchall()
    sample = """concat(CASE WHEN is_page THEN 'page' ELSE left(kind, 60) END, ', ',
                       coalesce(moment::VARCHAR, left(time, 32)))"""
    # What keys decide is asked where there is any: it costs as much as landing the facts.
    told = f"SELECT told AS outcome, {sample} AS sample FROM log WHERE told <> '' AND NOT is_page"  # noqa: S608 - ours
    counted = _reasons(database, told)
    if lines - kept > sum(count for _outcome, count, _first, _last in counted):
        counted += _reasons(
            database,
            f"SELECT outcome, {sample} AS sample FROM facts WHERE outcome <> '' AND (told = '' OR is_page)",  # noqa: S608
        )
    tally.read += lines + unused
    tally.kept += kept
    if unused:
        tally.drop(UNUSED, "", unused)
    for outcome, count, first, last in counted:
        if outcome == UNUSED:
            tally.drop(outcome, "", count)
            continue
        tally.drop(outcome, first or "", count)
        if last and last != first:
            tally.drop(outcome, last, 0)
    return bool(kept == possible)


def _reasons(database: duckdb.DuckDBPyConnection, rows: str) -> list[tuple[str, int, str | None, str | None]]:
    """Reason, how many, and two samples, of a query of (outcome, sample)."""
    return database.execute(
        f"""
        SELECT outcome, count(*), min(sample) FILTER (outcome <> '{UNUSED}'), max(sample) FILTER (outcome <> '{UNUSED}')
        FROM ({rows}) GROUP BY outcome ORDER BY outcome"""  # noqa: S608
    ).fetchall()


source = EdxLog()
