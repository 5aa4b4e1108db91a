"""Of which run is a file, which report is it, and when was it written? What its name and the keys inside say.

edX names a report `<org>_<course>_<run>_<report>_<YYYY-MM-DD-HHMM>.csv` (UTC), a table of the research package
`<org>-<course>-<run>-<table>-<site>-analytics.sql`. Organisation, course and run may hold `_` and `-` themselves, so a
key inside the file, or in a file beside it, decides; else the likeliest reading is taken, and said to be taken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_REPORTS: Final = (
    r"problem_grade_report_err|problem_grade_report|grade_report_err|grade_report|student_profile_info|"
    r"problem_responses?|ORA_data|ORA_summary|anon_ids|may_enroll_info|cohort_results|cohorts?|"
    r"course_survey_results|proctored_exam_results_report|enrolled_learners|structure"
)
_REPORT: Final = re.compile(rf"(?P<prefix>.+?)_(?P<report>{_REPORTS})(?P<rest>\W[^/]*|_[^/]*|)", re.IGNORECASE)
_ENDING: Final = re.compile(r"\.(?:csv|tsv|txt)(?:\.gz)?$", re.IGNORECASE)
_STATE: Final = "_student_state_from_"
_TABLE: Final = re.compile(
    r"(?P<prefix>.+?)-(?P<table>[a-z][a-z_]*)-(?P<site>prod|edge|\w+)-analytics\.(?:sql|json)(?:\.gz)?"
)
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:-(\d\d)(\d\d))?")
_PART: Final = r"[^+/@\s\"',;:*?&#<>]+"
_KEY: Final = re.compile(rf"(?:block|course|library)-v1:({_PART})\+({_PART})\+({_PART})")
_OLD_KEY: Final = re.compile(r"i4x://([^/\s\"',;]+)/([^/\s\"',;]+)/")
_RUN: Final = re.compile(r"(?:19|20)\d\d")
_TERM_SIGNS: Final = 3  # the longest second half of a run: T1, S2, Q3


@dataclass(frozen=True, slots=True)
class FileName:
    """What a file's name says. `prefix` is organisation, course and run, joined by `joint`."""

    prefix: str
    joint: str
    report: str  # "grade_report", "auth_user"…
    extracted_at: dt.datetime | None  # aware, UTC


@dataclass(frozen=True, slots=True)
class CourseOf:
    """The key of a run. `sure` is False where its parts were told apart by likelihood alone."""

    key: str
    sure: bool

    @property
    def subject(self) -> str:
        """Organisation and course, joined by "+"."""
        return "+".join(parts_of(self.key)[:2])


def read_name(name: str) -> FileName | None:
    """What the name says, or None where it is no name that edX gives."""
    if match := _TABLE.fullmatch(name):
        return FileName(match["prefix"], "-", match["table"], date_in(name))
    stem = _ENDING.sub("", name)
    if stem == name:
        return None
    if _STATE in stem:
        prefix, _, block = stem.partition(_STATE)
        return FileName(prefix, "_", "student_state_from", date_in(block[-40:]))
    if match := _REPORT.fullmatch(stem):
        return FileName(match["prefix"], "_", match["report"], date_in(match["rest"]))
    return None


def date_in(text: str) -> dt.datetime | None:
    """The first date of a name, e.g. 2026-03-15-0600, aware UTC; midnight where no hour is given."""
    for match in _DATE.finditer(text):
        year, month, day, hour, minute = (int(part or 0) for part in match.groups())
        try:
            return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)
        except ValueError:
            continue
    return None


def keys_in(text: str) -> set[str]:
    """Keys of runs that block or course keys in a text speak of: course-v1:O+C+R; "O/C/" for the oldest ones."""
    found = {f"course-v1:{org}+{course}+{run}" for org, course, run in _KEY.findall(text)}
    return found | {f"{org}/{course}/" for org, course in _OLD_KEY.findall(text)}


def parts_of(key: str) -> tuple[str, str, str]:
    """Organisation, course and run of a key of any generation, "" for what it has not."""
    parts = re.split(r"[+/]", key.partition(":")[2] or key)
    return (parts[0], parts[1] if len(parts) > 1 else "", parts[2] if len(parts) > 2 else "")  # noqa: PLR2004


def course_of(name: FileName, inside: Iterable[str], beside: Iterable[str] = ()) -> CourseOf:
    """The run that a file is of: by the one key `inside`, else by a key `beside` that its name agrees with.

    Keys as `keys_in` gives them.
    """
    inside = set(inside)
    for key in sorted(inside | set(beside)):
        if agreed := _agreed(name, key):
            return CourseOf(agreed, sure=True)
    whole = sorted(key for key in inside if not key.endswith("/"))
    if len(whole) == 1:
        return CourseOf(whole[0], sure=True)
    parts = name.prefix.split(name.joint)
    if len(parts) <= 3:  # noqa: PLR2004
        return CourseOf("course-v1:" + "+".join(parts), sure=len(parts) == 3)  # noqa: PLR2004
    term = 2 if _RUN.fullmatch(parts[-2]) and len(parts[-1]) <= _TERM_SIGNS else 1
    org, course, run = parts[0], name.joint.join(parts[1:-term]), name.joint.join(parts[-term:])
    return CourseOf(f"course-v1:{org}+{course}+{run}", sure=False)


def _agreed(name: FileName, key: str) -> str:
    """The whole key where the name is made from it, else ""."""
    org, course, run = parts_of(key)
    begin = _filed(name.joint.join([org, course])) + name.joint
    if key.endswith("/"):
        rest = name.prefix.removeprefix(begin)
        return f"{org}/{course}/{rest}" if rest and rest != name.prefix else ""
    return key if _filed(begin + run) == _filed(name.prefix) else ""


def _filed(text: str) -> str:
    """As Django writes a text into the name of a file: what edX does with a key."""
    return re.sub(r"[^-\w.]", "", text.strip().replace(" ", "_"))


def activity_of(key: str) -> str:
    """The last part of a usage key of any generation: ours for an activity.

    block-v1:O+C+R+type@problem+block@p_choix, i4x://O/C/problem/p_choix and i4x:;_;_O;_C;_problem;_p_choix are p_choix.
    """
    text = key.strip().replace(";_", "/")
    if "@" in text:
        return text.rpartition("@")[2]
    if text.startswith("i4x-"):
        return text.rpartition("-")[2]
    return text.rstrip("/").rpartition("/")[2]


def kind_of(key: str) -> str:
    """The kind of block that a usage key names, e.g. "problem"; "" where it does not say."""
    if match := re.search(r"type@([^+\s]+)\+block@", key):
        return match[1]
    parts = key.replace(";_", "/").split("/")
    return parts[-2] if key.startswith("i4x") and len(parts) >= 2 else ""  # noqa: PLR2004
