"""What does the course structure of edX's research package say? `{block id: {category, children, metadata}}`."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cordee.core.errors import N_
from cordee.formats.edx import cells, names
from cordee.formats.edx.reports import ReportRefused, Sheet
from cordee.pilot.reports import Report
from cordee.pilot.sources import Landing
from cordee.pilot.structures import Node, add_tree

LARGEST: Final = 256 * 1024 * 1024  # bytes; the structure of a large course is some MB
DEEPEST: Final = 20  # containers in containers
CATEGORY: Final = re.compile(rb'"category"\s*:\s*["\d]')  # an xAPI statement has a list there
LOST: Final = N_("a block that the course does not show")


class _Structure:
    """A `Source`."""

    name: Final = "edx_structure_json"
    label: Final = N_("course structure (JSON)")
    identifies: Final = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """A JSON object of blocks with categories."""
        return head.lstrip()[:1] == b"{" and CATEGORY.search(head) is not None and b'"children"' in head

    def read(self, path: Path, landing: Landing) -> None:
        """Fill `structure` and `runs`. Raises ReportRefused."""
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            with gzip.open(path) as opened:
                data = opened.read(LARGEST + 1)
        try:
            if len(data) > LARGEST:
                raise ValueError(f"more than {LARGEST} bytes")
            found = json.loads(data)
            blocks: Mapping[str, Mapping[str, Any]] = {
                str(key): block for key, block in found.items() if isinstance(block, dict) and "category" in block
            }
            (root,) = (key for key, block in blocks.items() if block["category"] == "course")
        except (ValueError, AttributeError, RecursionError) as error:
            raise ReportRefused(
                N_("{name} is no course structure: it holds not exactly one course. {reason}"),
                name=path.name,
                reason=error,
            ) from error
        said = names.read_name(path.name)
        if said and said.extracted_at:
            landing.extracted_at = said.extracted_at
        report = Report(path, Sheet((), "utf-8", "", iter(())), landing, said, run_key=_key(root, blocks))
        seen: set[str] = set()
        course = _node(root, blocks, seen)
        add_tree(report.add, course.children)
        metadata = _metadata(blocks[root])
        report.add(
            "runs",
            title=course.title,
            subject=report.subject,
            opens_at=cells.moment(str(metadata.get("start") or "").strip('"')),
            closes_at=cells.moment(str(metadata.get("end") or "").strip('"')),
        )
        report.close()
        landing.tally.read += len(found)
        landing.tally.kept += len(seen)
        for key in found:
            if key not in seen:
                landing.tally.drop(LOST, key)


def _key(root: str, blocks: Mapping[str, Any]) -> str:
    """The run's key: in the keys of new courses; the course block's name is the run in old ones."""
    found = sorted(key for key in names.keys_in(root) if not key.endswith("/"))
    if found:
        return found[0]
    old = root.removeprefix("i4x://").split("/")
    return f"{old[0]}/{old[1]}/{old[3]}" if root.startswith("i4x://") and len(old) == 4 else ""  # noqa: PLR2004


def _metadata(block: Mapping[str, Any]) -> Mapping[str, Any]:
    found = block.get("metadata")
    return found if isinstance(found, Mapping) else {}


def _node(key: str, blocks: Mapping[str, Mapping[str, Any]], seen: set[str], depth: int = 0) -> Node:
    seen.add(key)
    block = blocks[key]
    metadata = _metadata(block)
    children = block.get("children")
    weight = metadata.get("weight")
    return Node(
        id=names.activity_of(key),
        tag=str(block["category"]),
        title=cells.words(str(metadata.get("display_name") or "")),
        graded=metadata.get("graded") in (True, "true", "True"),
        type=cells.words(str(metadata.get("format") or "")),
        weight=float(weight) if isinstance(weight, int | float) else None,
        children=tuple(
            _node(child, blocks, seen, depth + 1)
            for child in (children if isinstance(children, list) else ())
            if isinstance(child, str) and child in blocks and child not in seen and depth < DEEPEST
        ),
    )


source = _Structure()
