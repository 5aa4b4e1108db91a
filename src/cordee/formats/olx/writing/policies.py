"""What is written into the policies of a run?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cordee.formats.olx import ours, values
from cordee.formats.olx.model import GradingPolicy


def grading_json(grading: GradingPolicy) -> dict[str, Any]:
    """grading_policy.json: as it was read, else as Studio would write it; {} when there is nothing to say."""
    if grading.said or not (grading.assignment_types or grading.cutoffs):
        return dict(grading.said)
    lines = [
        {
            "type": line.name,
            "short_label": line.short_label,
            "min_count": line.min_count,
            "drop_count": line.drop_count,
            "weight": line.weight,
            **({ours.NAMES: dict(line.names)} if line.names else {}),
        }
        for line in grading.assignment_types
    ]
    return {"GRADER": lines, "GRADE_CUTOFFS": dict(grading.cutoffs)}


def policy_value(text: str) -> Any:
    """An attribute as policy.json says it: real JSON where the attribute holds JSON that is read back the same."""
    value = values.json_value(text)
    return value if value is not text and values.attribute(value) == text else text


def policy_json(
    run: str, own: Mapping[str, Any], others: Mapping[str, Any], blocks: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """policy.json: the course's entry, those of no block, and `blocks`: "<tag>/<url_name>" -> attributes."""
    entries = dict(others)
    for name, attributes in blocks.items():
        before = entries.get(name)
        said = {key: policy_value(value) for key, value in attributes.items()}
        entries[name] = {**(before if isinstance(before, dict) else {}), **said}
    return ({f"course/{run}": dict(own)} if own else {}) | entries


def json_bytes(value: Any) -> bytes:
    """As Studio writes it, in the order given: what an attribute says as JSON is compared as text."""
    return (json.dumps(value, ensure_ascii=False, indent=4) + "\n").encode()
