"""What do the $names of a problem stand for, when no Python is needed to know?

A script that only writes numbers and texts down (`x = 3`, one a line) is read, line by line, and never run. Any other
line makes the script one that has to run, and the problem one that is not graded here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import lru_cache

from cordee.activities.quiz import olx
from cordee.activities.quiz.definition import Problem

LONGEST_SCRIPT = 100_000  # characters
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*)</script>", re.DOTALL)
_COMMENTED = re.compile(r"^\s*#.*$", re.MULTILINE)
_LITERAL = (
    r"""[+-]?(?:[0-9]{1,300}(?:\.[0-9]{0,300})?|\.[0-9]{1,300})(?:[eE][+-]?[0-9]{1,3})?|'[^'\\\n]*'|"[^"\\\n]*\""""
)
_ASSIGNMENT = re.compile(rf"([A-Za-z_][A-Za-z0-9_]*)\s*=\s*({_LITERAL})\s*;?\s*(?:#.*)?")


def is_python(xml: str) -> bool:
    """Whether a kept piece is a script that does something, and whose type does not speak of JavaScript."""
    found = _SCRIPT.fullmatch(xml)
    if found is None or "javascript" in found[1].lower():
        return False
    return bool(_COMMENTED.sub("", found[2]).strip())


def needs_python(problem: Problem) -> bool:
    """Whether the page holds Python that would have to run before grading."""
    return any(is_python(piece) and _assigned(piece) is None for piece in problem.kept)


def values_of(problem: Problem) -> Mapping[str, str]:
    """What each $name stands for; nothing when a script would have to run."""
    if needs_python(problem):
        return {}
    found: dict[str, str] = {}
    for piece in problem.kept:
        if is_python(piece):
            found |= _assigned(piece) or {}
    return found


@lru_cache(maxsize=1024)
def _assigned(xml: str) -> Mapping[str, str] | None:
    """The names of a script with their values as texts; None when a line is no plain assignment."""
    script = _SCRIPT.fullmatch(xml)
    if script is None or len(script[2]) > LONGEST_SCRIPT:
        return None
    found = {}
    for line in _unescaped(script[2]).splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        assignment = _ASSIGNMENT.fullmatch(line.rstrip())
        if assignment is None:
            return None
        try:
            found[assignment[1]] = str(ast.literal_eval(assignment[2]))
        except (ValueError, SyntaxError):
            return None
    return found


def _unescaped(xml: str) -> str:
    cdata = xml.strip()
    if cdata.startswith("<![CDATA[") and cdata.endswith("]]>"):
        return cdata[9:-3]
    return xml.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def with_values(problem: Problem) -> Problem:
    """The problem with each $name replaced by what it stands for; itself when no script gives any."""
    return _with_values(problem) if any(map(is_python, problem.kept)) and values_of(problem) else problem


@lru_cache(maxsize=256)
def _with_values(problem: Problem) -> Problem:
    values = values_of(problem)
    # A longer name before a shorter one, and wherever it stands, as Open edX does: $xy is not $x and a y.
    names = re.compile(r"\$(" + "|".join(sorted(values, key=len, reverse=True)) + ")")
    return olx.read(olx.write(problem), lambda text: names.sub(lambda found: values[found[1]], text))
