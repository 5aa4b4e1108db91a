"""Which run, and which activity, does a key of Open edX name, in any of its three generations?

course_key("IMT/ABC-C/2017_T1")                          -> "course-v1:IMT+ABC-C+2017_T1"
activity_id("block-v1:IMT+ABC-C+2017_T1+type@problem+block@30f1") -> "30f1"
activity_id("i4x://IMT/ABC-C/problem/30f1")              -> "30f1"
activity_id("i4x-IMT-ABC-C-problem-30f1")                -> "30f1"   as ids in HTML
activity_id("i4x:;_;_IMT;_ABC-C;_problem;_30f1")         -> "30f1"   as in addresses
input_of("i4x-IMT-ABC-C-problem-30f1_2_1")               -> ("30f1", "2_1")
"""

from __future__ import annotations

import re
from typing import Final

# A key becomes the name of a folder, where each sign may take three bytes of at most 255.
KEY_SIGNS: Final = 80
ESCAPES: Final = (("%3A", ":"), ("%3a", ":"), ("%2B", "+"), ("%2b", "+"), ("%2F", "/"), ("%2f", "/"), ("%40", "@"))

# What stands between the course and the name in an id with dashes; a course's own name may hold dashes too.
CATEGORIES: Final = (
    "chapter|sequential|vertical|problem|video|videoalpha|html|discussion|openassessment|combinedopenended|"
    "peergrading|poll_question|word_cloud|annotatable|lti|lti_consumer|library_content|randomize|split_test|"
    "conditional|drag-and-drop-v2|problemset|course|about|static_tab|course_info"
)
DASHED: Final = re.compile(rf"^i4x-.*?-(?:{CATEGORIES})-(.+)$", re.ASCII | re.DOTALL)
INPUT: Final = re.compile(r"^(.+?)_([0-9]+_[0-9]+)$", re.DOTALL)


def course_key(written: str | None) -> str | None:
    """The run's key as `course-v1:ORG+COURSE+RUN`, also of `ORG/COURSE/RUN`; None for what is no run's key."""
    key = _unescaped(written)
    if key.startswith(("course-v1:", "ccx-v1:")):
        key = key.replace(" ", "+")  # an address that was decoded once too often
        if "/" in key or key.count("+") < 2:  # noqa: PLR2004 - three parts
            return None
    else:
        parts = key.split("/")
        if len(parts) != 3 or "" in parts or "+" in key or '"' in key:  # noqa: PLR2004
            return None
        key = "course-v1:" + "+".join(parts)
    return key if len(key) <= KEY_SIGNS and key.isascii() else None


def subject_of(key: str) -> str:
    """What all runs of a course have in common: "course-v1:IMT+ABC-C+2017_T1" gives "IMT+ABC-C"."""
    parts = key.partition(":")[2].split("+")
    return "+".join(parts[:2]) if len(parts) >= 3 else key  # noqa: PLR2004


def course_of(usage: str | None) -> str | None:
    """The run that a usage key of the third generation names; the others name no run."""
    key = _unescaped(usage)
    return course_key("course-v1:" + key[9:].split("+type@")[0]) if key.startswith("block-v1:") else None


def activity_id(written: str | None) -> str:
    """The last part of a usage key, which all generations share; '' for none."""
    usage = _unescaped(written)
    if usage.startswith("i4x:;_"):
        return usage.split(";_")[-1]
    if usage.startswith("i4x:"):
        return usage.split("/")[-1]
    if usage.startswith("i4x-"):
        dashed = DASHED.match(usage)
        return dashed.group(1) if dashed else usage.split("-")[-1]
    return usage.split("@")[-1]


def input_of(written: str) -> tuple[str, str]:
    """The activity and the input of an id of an input: ("30f1", "2_1") of "30f1_2_1"; the input is '' for none."""
    found = INPUT.match(written)
    return (activity_id(found.group(1)), found.group(2)) if found else (activity_id(written), "")


def _unescaped(written: str | None) -> str:
    key = (written or "").strip(" ")
    if "%" in key:
        for escape, sign in ESCAPES:
            key = key.replace(escape, sign)
    return key
