"""What is the course made of, by its export from Studio (OLX, .tar.gz or .zip)? Also its title, dates and pass mark."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cordee.core.errors import N_
from cordee.formats.archives import Limits, open_archive
from cordee.formats.edx import cells
from cordee.formats.edx.reports import Sheet
from cordee.formats.olx import read_course, values
from cordee.formats.olx.model import Block
from cordee.pilot.reports import Report
from cordee.pilot.sources import Landing
from cordee.pilot.structures import Node, add_tree

TAR_AT: Final = 257  # where the magic of a tar stands
PERCENT: Final = 100


class _Export:
    """A `Source`."""

    name: Final = "olx_structure"
    label: Final = N_("course exported from Open edX (OLX)")
    identifies: Final = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """A tar, or a zip in which a course is named."""
        return head[TAR_AT : TAR_AT + 5] == b"ustar" or (head[:4] == b"PK\x03\x04" and b"course.xml" in head)

    def read(self, path: Path, landing: Landing) -> None:
        """Fill `structure` and `runs`. Raises InputRefused (CourseRefused, ArchiveRefused)."""
        with open_archive(path, Limits()) as archive:
            course = read_course(archive)
        key = f"course-v1:{course.organisation}+{course.number}+{course.run}"
        report = Report(path, Sheet((), "utf-8", "", iter(())), landing, None, run_key=key)
        count = add_tree(report.add, [_node(block) for block in course.root.children])
        cutoffs = course.grading.cutoffs.values()
        report.add(
            "runs",
            title=course.title,
            subject=report.subject,
            opens_at=cells.moment(values.text(course.policy.get("start"))),
            closes_at=cells.moment(values.text(course.policy.get("end"))),
            pass_mark=round(min(cutoffs) * PERCENT, 6) if cutoffs else None,
        )
        report.close()
        landing.tally.read += count
        landing.tally.kept += count


def _node(block: Block) -> Node:
    weight = cells.number(block.attributes.get("weight", ""))
    return Node(
        id=block.id,
        tag=block.tag,
        title=block.title,
        graded=block.attributes.get("graded", "").casefold() == "true",
        type=cells.words(block.attributes.get("format", "")),
        weight=weight,
        children=tuple(_node(child) for child in block.children),
    )


source = _Export()
