"""What does clang say, as values? SARIF 2.1.0 on its stderr, one line a run; and what the linker would have said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Literal

from cordee.sandbox.outcomes import Diagnostic, Place

MOST = 50  # a flood of errors says no more than its first ones
MOST_TEXT = 500


def read_sarif(stderr: bytes) -> tuple[Diagnostic, ...]:
    """The diagnostics in clang's order, at most MOST. What is no SARIF (a crash of the compiler) gives none."""
    found: list[Diagnostic] = []
    for line in stderr.decode("utf-8", "replace").splitlines():
        if not line.startswith("{"):
            continue
        try:
            said = _of_line(line)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # cut off in the middle, for instance
            continue
        for one in said:
            if one.level == "note" and found:  # clang gives notes as results of their own, after what they explain
                found[-1] = replace(found[-1], notes=(*found[-1].notes, one)[:MOST])
            elif len(found) < MOST:
                found.append(one)
    return tuple(found)


def _of_line(line: str) -> list[Diagnostic]:
    """Raises what the shape of the JSON makes: ValueError, KeyError, TypeError, AttributeError, RecursionError."""
    found = []
    for run in json.loads(line)["runs"]:
        rules = [str(rule.get("id", "")) for rule in run["tool"]["driver"].get("rules", [])]
        found += [_diagnostic(result, rules) for result in run.get("results", [])]
    return found


def _diagnostic(result: dict[str, Any], rules: list[str]) -> Diagnostic:
    rule = str(result.get("ruleId", ""))
    index = result.get("ruleIndex", -1)
    if not rule and 0 <= index < len(rules):
        rule = rules[index]
    start, end = _places(result)
    level: Literal["error", "warning", "note"] = "error"
    if result.get("level") in ("warning", "note"):
        level = result["level"]
    text = _without_reasons(str(result.get("message", {}).get("text", ""))[:MOST_TEXT])
    return Diagnostic(level, rule, text, start, end)


def _without_reasons(text: str) -> str:
    """What may not be read and what is not there are told alike: else one could ask which files this machine has."""
    return re.sub(r"^cannot open file ('.*'): .*", r"\1 file not found", text)


def _places(result: dict[str, Any]) -> tuple[Place | None, Place | None]:
    """Where it begins and ends. Columns count characters, as its `columnKind` says: `unicodeCodePoints`."""
    for location in result.get("locations", []):
        physical = location.get("physicalLocation", {})
        region = physical.get("region", {})
        if "startLine" not in region:
            continue
        file = _file(str(physical.get("artifactLocation", {}).get("uri", "")))
        line = int(region["startLine"])
        start = Place(file, line, int(region.get("startColumn", 0)))
        return start, Place(file, int(region.get("endLine", line)), int(region.get("endColumn", 0)))
    return None, None


def _file(uri: str) -> str:
    """The bare name: nothing of where files lie on this machine is told. "" for the compiler's own input."""
    return uri.removeprefix("file:").rstrip("/").rsplit("/", 1)[-1][:100].strip(":")
