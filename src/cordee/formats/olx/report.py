"""What was found in a course, what was not understood, and what was left out?

Each occurrence reachable from course.xml counts once; a leaf is anything that is neither structure nor container; a
pointer to a missing file is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from typing import Any

from lxml import etree

from cordee.formats.olx import documents
from cordee.formats.olx.documents import Unreadable, local_name
from cordee.formats.olx.model import Block, OlxCourse

RESPONSE = "response"


def report(course: OlxCourse, understood_tags: Set[str]) -> dict[str, Any]:
    """The report of `cordee course check` as JSON. `understood_tags` are the OLX tags that a kind reads here."""
    structure = Counter(block.tag for block in course.root.walk())
    leaves = list(course.leaves())
    return {
        "course": {
            "organisation": course.organisation,
            "number": course.number,
            "run": course.run,
            "title": course.title,
            "language": course.language,
        },
        "modules": structure["chapter"],
        "sections": structure["sequential"],
        "units": structure["vertical"],
        "blocks": _most_first(Counter(block.tag for block in leaves)),
        "responses": _most_first(count_responses(leaves)),
        "unknown": [_unknown(block) for block in leaves if block.tag not in understood_tags],
        "missing_assets": [
            {"name": str(remark.values["name"]), "place": remark.place} for remark in course.missing_assets
        ],
        "missing": [{**remark.values, "place": remark.place} for remark in course.missing_files],
        "dropped_secrets": [
            {"name": str(remark.values["name"]), "place": remark.place} for remark in course.dropped_secrets
        ],
        "warnings": [remark.to_json() for remark in course.warnings],
    }


def count_responses(leaves: Iterable[Block]) -> Counter[str]:
    """Response elements (`numericalresponse`, …) in the problems among the blocks, each occurrence counted."""
    found: Counter[str] = Counter()
    for block in leaves:
        if block.tag == "problem":
            found.update(_responses(block.content))
    return found


def _responses(problem: str) -> list[str]:
    try:
        root = documents.parse(problem.encode()).root
    except Unreadable:  # said already when the course was read
        return []
    tags = (local_name(element) for element in root.iter(etree.Element))
    return [tag for tag in tags if tag.endswith(RESPONSE) and tag != RESPONSE]


def _unknown(block: Block) -> dict[str, str]:
    return {"tag": block.tag, "id": block.id, "title": block.title, "place": block.place}


def _most_first(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
