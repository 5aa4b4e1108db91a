"""What do the policies say: the settings of the course and of its blocks, and how grades are made?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cordee.core.errors import N_
from cordee.formats.olx import credentials, ours, values
from cordee.formats.olx.documents import Unreadable
from cordee.formats.olx.model import AssignmentType, GradingPolicy
from cordee.formats.olx.remarks import Remarks
from cordee.formats.olx.source import CourseFiles

TOTAL_TOLERANCE = 0.001


def read_json(files: CourseFiles, path: str, remarks: Remarks) -> Any:
    """A JSON file without its secrets; None, with a warning, when it cannot be read."""
    try:
        text, good = files.read_text(path)
    except Unreadable as error:
        remarks.refused("unreadable-file", error, path)
        return None
    if not good:
        remarks.not_utf8(path)
    try:
        found = json.loads(text, parse_constant=lambda name: name)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        sentence = N_("The file is not JSON, so nothing in it was read. Export the course again.")
        remarks.warn("unreadable-json", sentence, f"{path}:{line}" if line else path)
        files.keep_too(path)
        return None
    dropped: set[str] = set()
    clean = credentials.clean_json(found, dropped)
    for name in sorted(dropped):
        remarks.secret(name, path)
    return clean


class Policies:
    """policy.json: settings by "<tag>/<url_name>"; they win over what the blocks say themselves."""

    def __init__(self, found: Mapping[str, Any], run: str) -> None:
        self._found = found
        self._entries: dict[str, Mapping[str, Any]] = {
            name: entry for name, entry in found.items() if isinstance(entry, dict)
        }
        self._own = self._own_name(run)
        self._asked: set[str] = {self._own}

    def _own_name(self, run: str) -> str:
        """Old exports name the course's own entry course/course whatever the run."""
        for name in (f"course/{run}", "course/course"):
            if name in self._entries:
                return name
        own = [name for name in self._entries if name.startswith("course/")]
        return own[0] if len(own) == 1 else ""

    @property
    def course(self) -> Mapping[str, Any]:
        """The course's own entry."""
        return self._entries.get(self._own, {})

    @property
    def others(self) -> dict[str, Any]:
        """Entries of no block that was read, as they are: ask when all blocks have been."""
        return {name: entry for name, entry in self._found.items() if name not in self._asked}

    def attributes(self, tag: str, url_name: str) -> dict[str, str]:
        """The entry of a block, each value as Studio would write it into an attribute."""
        name = self._own if tag == "course" else f"{tag}/{url_name}"
        if name not in self._entries:
            return {}
        self._asked.add(name)
        return {name: values.attribute(value) for name, value in self._entries[name].items()}


def read_policies(files: CourseFiles, run: str, remarks: Remarks) -> Policies:
    """policies/RUN/policy.json, or policies/RUN.json of old exports; empty when there is none."""
    path = _policy_path(files, run, "policy.json", f"policies/{run}.json")
    return Policies(_object(files, path, remarks), run)


def _object(files: CourseFiles, path: str, remarks: Remarks) -> dict[str, Any]:
    """What a JSON file says of names; empty for anything else, which is kept as it is."""
    found = read_json(files, path, remarks) if path else {}
    if isinstance(found, dict):
        return found
    if found is not None:
        files.keep_too(path)
    return {}


def _policy_path(files: CourseFiles, run: str, name: str, old: str) -> str:
    for path in (f"policies/{run}/{name}", old, f"policies/{name}"):
        if path in files:
            return path
    others = [path for path in files.below("policies/", "/" + name) if path.count("/") == 2]  # noqa: PLR2004 - policies/X/name
    return others[0] if len(others) == 1 else ""


def read_grading(files: CourseFiles, run: str, remarks: Remarks) -> GradingPolicy:
    """policies/RUN/grading_policy.json, or grading_policy.json at the top; empty when there is none."""
    path = _policy_path(files, run, "grading_policy.json", "grading_policy.json")
    found = _object(files, path, remarks)
    graders = found.get("GRADER")
    types = tuple(
        _assignment_type(line, path, remarks)
        for line in (graders if isinstance(graders, list) else [])
        if isinstance(line, dict)
    )
    total = sum(line.weight for line in types)
    if types and abs(total - 1) > TOTAL_TOLERANCE:
        sentence = N_("The weights of the assignment types make {total} %, not 100 %. Correct the grading policy.")
        remarks.warn("weights-total", sentence, path, total=round(total * 100, 2))
    return GradingPolicy(types, _cutoffs(found.get("GRADE_CUTOFFS"), path, remarks), found)


def _assignment_type(line: Mapping[str, Any], path: str, remarks: Remarks) -> AssignmentType:
    name = values.text(line.get("type"))

    def count(key: str) -> int:
        return int(_share(line, key, name, path, remarks))

    weight = _share(line, "weight", name, path, remarks)
    said = line.get(ours.NAMES)
    names = {str(language): values.text(words) for language, words in said.items()} if isinstance(said, dict) else {}
    label = values.text(line.get("short_label"))
    return AssignmentType(name, label, count("min_count"), count("drop_count"), weight, names)


def _share(line: Mapping[str, Any], key: str, name: str, path: str, remarks: Remarks) -> float:
    """A number of the policy, not below 0; 0 with a warning for anything else."""
    try:
        found = values.number(line.get(key)) or 0.0
    except values.UnreadableValue as error:
        remarks.refused("unreadable-number", error, path)
        return 0.0
    if found < 0:
        sentence = N_("In “{name}”, {key} is {value}; it was read as 0. Correct the grading policy.")
        remarks.warn("negative-number", sentence, path, name=name, key=key, value=found)
        return 0.0
    return found


def _cutoffs(found: Any, path: str, remarks: Remarks) -> Mapping[str, float]:
    if not isinstance(found, dict):
        return {}
    cutoffs = {}
    for name in found:
        share = _share(found, name, "GRADE_CUTOFFS", path, remarks)
        if share > 1:
            sentence = N_("The cut-off {name} is {value}, more than the whole. Correct the grading policy.")
            remarks.warn("cutoff-above-1", sentence, path, name=name, value=share)
        cutoffs[name] = share
    return cutoffs
