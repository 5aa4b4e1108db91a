"""What does one record of a tracking log of Open edX tell, if anything?

`read_record` reads one line as slowly and plainly as possible. The pilot reads whole logs by one query of DuckDB
(`pilot/sources/edx_log.py`); a test holds the two together on any record, so this is where the rules are explained.

Source: the "Tracking log events" of the Open edX research guide, the models of ralph-malph 5.1 and real logs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cordee.formats.edx.keys import activity_id, course_key, course_of

# Name of the event -> verb. `name`, where it is given, supersedes `event_type`.
VERBS: Final[Mapping[str, str]] = {
    "problem_check": "submitted",
    "save_problem_check": "submitted",  # before 2013
    "openassessmentblock.create_submission": "submitted",
    "xblock.poll.submitted": "submitted",
    "xblock.survey.submitted": "submitted",
    "showanswer": "asked_answer",
    "edx.problem.hint.demandhint_displayed": "asked_hint",
    "play_video": "played",
    "edx.video.played": "played",
    "pause_video": "paused",
    "edx.video.paused": "paused",
    "stop_video": "paused",
    "edx.video.stopped": "paused",
    "seek_video": "seeked",
    "edx.video.position.changed": "seeked",
    "seq_next": "viewed",
    "seq_prev": "viewed",
    "seq_goto": "viewed",
    "edx.ui.lms.sequence.next_selected": "viewed",
    "edx.ui.lms.sequence.previous_selected": "viewed",
    "edx.ui.lms.sequence.tab_selected": "viewed",
    "edx.course.enrollment.activated": "enrolled",
    "edx.course.enrollment.deactivated": "left",
    "edx.forum.thread.created": "posted",
    "edx.forum.response.created": "posted",
    "edx.forum.comment.created": "posted",
}
# Of these the browser tells too, without the points: only what the server says counts.
SERVER_ONLY: Final = ("problem_check", "save_problem_check", "showanswer")
NEED_ACTIVITY: Final = ("submitted", "asked_answer", "asked_hint", "played", "paused", "seeked")

UNUSED: Final = "not used"
NO_USER: Final = "no user id"
NO_COURSE: Final = "no course"
NO_TIME: Final = "no time"
NO_ACTIVITY: Final = "no activity"

TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.]([0-9]{1,6}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)
USER_ID: Final = re.compile(r"[0-9]{1,19}")
LONGEST_S: Final = 864_000.0  # of a film: ten days, beyond which a second is a mistake
MOST_POINTS: Final = 1_000_000.0
MOST_TRIES: Final = 999_999
YEARS: Final = (1990, 2100)


@dataclass(frozen=True, slots=True)
class Left:
    """A record that tells no fact, and why: "not used" where it is only of no interest."""

    reason: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Who did what, when. `id`: hash of what the record says, so that a record told twice is known again."""

    id: int
    course: str
    person: str
    happened_at: dt.datetime  # UTC, naive
    verb: str
    activity: str
    from_s: float | None = None
    to_s: float | None = None
    earned: float | None = None
    possible: float | None = None
    attempt: int | None = None


def read_record(line: str) -> Fact | Left | None:  # noqa: PLR0911, PLR0912 - one rule after another
    """What a line tells; None for a line that is no JSON object."""
    try:
        record = json.loads(line, object_pairs_hook=_first_of)
        if "\\ud" in line.lower():  # half a sign, which nobody else can read
            record = json.loads(json.dumps(record, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    kind = _text(record.get("name")) or _text(record.get("event_type")) or ""
    context = _object(record.get("context"))
    event = _event(record.get("event"))
    from_server = _text(record.get("event_source")) == "server"
    verb = VERBS.get(kind, "")
    page, of_page = "", None
    if from_server and not verb:
        page, of_page = page_of(kind)
        verb = "viewed" if page else ""
    if not verb or (kind in SERVER_ONLY and not from_server):
        return Left(UNUSED)

    # Who enrols somebody may be another: the event says whom, its context says who did it.
    of_enrolment = verb in ("enrolled", "left")
    person = (_text(event.get("user_id")) if of_enrolment else None) or _text(context.get("user_id")) or ""
    if not USER_ID.fullmatch(person):
        return Left(NO_USER)
    course = (
        (course_key(_text(event.get("course_id"))) if of_enrolment else None)
        or course_key(_text(context.get("course_id")))
        or of_page
    )
    if course is None:
        return Left(NO_COURSE)
    happened_at = _time(_text(record.get("time")))
    if happened_at is None:
        return Left(NO_TIME)
    activity = page if page != "/" else ""
    page_or_usage: str | None = kind if page else None
    if not page and verb not in ("enrolled", "left", "posted"):
        page_or_usage = _activity(verb, kind, event, context)
        activity = activity_id(page_or_usage)
    if not activity and verb in NEED_ACTIVITY:
        return Left(NO_ACTIVITY)

    start = goal = earned = possible = None
    attempt: int | None = None
    if verb in ("played", "paused"):
        start = _number(event.get("currentTime"))
        start = _number(event.get("current_time")) if start is None else start
    elif verb == "seeked":
        start, goal = _number(event.get("old_time")), _number(event.get("new_time"))
    elif kind in SERVER_ONLY and verb == "submitted":
        earned, possible = _points(event)
        tries = _within(_number(event.get("attempts")), MOST_TRIES)
        attempt = int(tries) if tries and tries >= 1 and tries.is_integer() else None
    from_s, to_s = _within(start, LONGEST_S), _within(goal, LONGEST_S)
    session = _text(record.get("session"))
    return Fact(
        id=_hash(_text(record.get("time")), kind, person, session, _last_part(page_or_usage), from_s, to_s, attempt),
        course=course,
        person=person,
        happened_at=happened_at,
        verb=verb,
        activity=activity,
        from_s=from_s,
        to_s=to_s,
        earned=earned,
        possible=possible,
        attempt=attempt,
    )


def page_of(path: str) -> tuple[str, str | None]:
    """The section or unit of a page's path ("/" for the first page of a course, '' for another address), and its run.

    The path of an old key holds slashes itself: /courses/IMT/ABC-C/2017_T1/courseware/<chapter>/<section>/
    """
    if path.startswith("/courses/") and "/courseware/" in path:
        before, _, after = path.partition("/courseware/")
        chapter, section, *_rest = [*after.split("/"), ""]
        return section or chapter or "/", course_key(before.removeprefix("/courses/"))
    if path.startswith("/xblock/") and "/handler" not in path:
        usage = path.removeprefix("/xblock/").split("/")[0]
        return activity_id(usage), course_of(usage)
    return "", None


def _activity(verb: str, kind: str, event: Mapping[str, Any], context: Mapping[str, Any]) -> str | None:
    if verb in ("submitted", "asked_answer") and kind in SERVER_ONLY:
        return _text(event.get("problem_id"))
    if verb == "submitted":  # an XBlock says where it is by its context
        return _text(_object(context.get("module")).get("usage_key"))
    return _text(event.get("id")) or _text(event.get("module_id"))


def _points(event: Mapping[str, Any]) -> tuple[float, float]:
    """Of a submission whose points are not said, whether it was right tells: 1 of 1, or 0."""
    earned = _within(_number(event.get("grade")), MOST_POINTS)
    possible = _within(_number(event.get("max_grade")), MOST_POINTS)
    right = _text(event.get("success")) == "correct"
    if possible is None:
        return float(right), 1.0
    return (possible if right else 0.0) if earned is None else earned, possible


def _number(value: Any) -> float | None:
    """A number, also as a text, which some players send."""
    if isinstance(value, str):
        value = value.strip(" \t\n\v\f\r")
        if not value.isascii() or value != value.strip():
            return None
    elif not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _within(number: float | None, most: float) -> float | None:
    return abs(number) if number is not None and 0 <= number <= most else None


def _time(text: str | None) -> dt.datetime | None:
    """A record's time as UTC; without a zone it is UTC already. Years out of `YEARS` are mistakes."""
    found = TIME.fullmatch(text or "")
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        local = dt.datetime(  # noqa: DTZ001 - brought to UTC below, and naive as the tables are
            int(year), int(month), int(day), int(hour), int(minute), int(second), int((fraction or "0").ljust(6, "0"))
        )
    except ValueError:
        return None
    offset = dt.timedelta()
    if zone and zone != "Z":
        if int(zone[1:3]) > 15 or int(zone[4:6]) > 59:  # noqa: PLR2004 - what exists on a clock
            return None
        offset = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
    if local.year not in range(YEARS[0] - 1, YEARS[1] + 1):
        return None
    happened_at = local - offset
    return happened_at if YEARS[0] <= happened_at.year < YEARS[1] else None


def _last_part(usage: str | None) -> str | None:
    third = usage is not None and usage.startswith("block-v1:") and "%" not in usage
    return usage.rpartition("@")[2] if usage is not None and third else usage


def _hash(*said: object) -> int:
    """The lower half of an MD5 of what is said, as DuckDB's md5_number_lower gives it; seconds as thousandths."""
    texts = [str(round(one * 1000)) if isinstance(one, float) else str(one) for one in said if one is not None]
    return int.from_bytes(hashlib.md5("|".join(texts).encode(), usedforsecurity=False).digest()[8:], "little")


def _event(value: Any) -> Mapping[str, Any]:
    """What a browser sends is a text that may hold JSON, what a server says is JSON; some logs have it otherwise."""
    if isinstance(value, str):
        try:
            value = json.loads(value, object_pairs_hook=_first_of)
            json.dumps(value, ensure_ascii=False).encode()  # half a sign makes the whole text unreadable
        except (ValueError, RecursionError):
            return {}
    return _object(value)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    """A value as the text of its JSON; a text is itself."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _first_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that stands twice, the first value."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found
