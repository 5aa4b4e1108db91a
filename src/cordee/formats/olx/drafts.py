"""Which unpublished versions travel with the course?

drafts/ has the layout of the course itself; each version says by `parent_url` and `index_in_children_list` where it
belongs (`links.locator_id(block.attributes["parent_url"])` is the id of its parent).
"""

from __future__ import annotations

from lxml import etree

from cordee.formats.olx import documents
from cordee.formats.olx.documents import Unreadable, local_name
from cordee.formats.olx.model import Block
from cordee.formats.olx.policy import Policies
from cordee.formats.olx.remarks import Remarks
from cordee.formats.olx.source import CourseFiles
from cordee.formats.olx.tree import TreeReader

FOLDER = "drafts/"


def read_drafts(files: CourseFiles, policies: Policies, remarks: Remarks) -> tuple[Block, ...]:
    """The drafts that no other draft holds, by tag and name."""
    paths = {path: _name(path) for path in files.below(FOLDER, ".xml") if path.count("/") > 1}
    held = {name for path in paths for name in _pointed(files, path)}
    own = Remarks()  # a draft may be unfinished: what it lacks is a warning, not a missing file of the course
    reader = TreeReader(files, policies, own, (FOLDER, ""))
    tops = sorted((name, path) for path, name in paths.items() if name not in held)
    blocks = [reader.read_file(*name, path) for name, path in tops]
    remarks.warnings += own.warnings + own.missing_files
    for remark in own.dropped_secrets:
        remarks.secret(str(remark.values["name"]), remark.place)
    return tuple(block for block in blocks if block is not None)


def _name(path: str) -> tuple[str, str]:
    tag, _, rest = path.removeprefix(FOLDER).partition("/")
    return tag, rest.removesuffix(".xml").replace("/", ":")


def _pointed(files: CourseFiles, path: str) -> list[tuple[str, str]]:
    try:
        root = documents.parse(files.read(path)).root
    except Unreadable:  # said when the draft itself is read
        return []
    return [
        (local_name(element), element.get("url_name", ""))
        for element in root.iterdescendants(etree.Element)
        if element.get("url_name")
    ]
