"""How does an exercise stand in a course of Open edX? As an element of ours that holds the whole task.

    <cordee_code task="double" intro="…" lang="fr" weight="2"><file path="task.yaml">title: …</file>…</cordee_code>

Open edX has no activity that runs programs: it keeps the element and shows nothing for it.
"""

from __future__ import annotations

import base64
import binascii

from lxml import etree

from cordee.activities.code.definition import Exercise
from cordee.core.errors import N_
from cordee.formats.olx import documents
from cordee.formats.olx.documents import Unreadable, local_name
from cordee.formats.olx.model import Block, Remark
from cordee.formats.olx.writing.markup import NO_CHAR

TAG = "cordee_code"
UNREADABLE = N_("“{title}” cannot be read, so it counts for nothing. Bring the task in again.")


def read(block: Block) -> tuple[Exercise, tuple[Remark, ...]]:
    """The exercise of a block, and what its author should know."""
    name, intro, language = (block.attributes.get(one, "") for one in ("task", "intro", "lang"))
    try:
        root = documents.parse(block.content.encode()).root
        files = tuple(sorted(_file(element) for element in root if local_name(element) == "file"))
    except (Unreadable, documents.ForbiddenDeclaration, binascii.Error, UnicodeEncodeError):
        remark = Remark("code-unreadable", UNREADABLE, block.place, {"title": block.title or block.id})
        return Exercise(name, (), intro, language), (remark,)
    return Exercise(name, files, intro, language), ()


def _file(element: etree._Element) -> tuple[str, bytes]:
    text = element.text or ""
    data = base64.b64decode(text) if element.get("encoding") == "base64" else text.encode()
    return element.get("path", ""), data


def attributes_of(exercise: Exercise) -> dict[str, str]:
    """What the element says of it beside its files."""
    said = {"task": exercise.name, "intro": exercise.intro, "lang": exercise.language}
    return {name: value for name, value in said.items() if value}


def write(exercise: Exercise, attributes: dict[str, str]) -> str:
    """The element as XML text; `read` gives the same exercise back."""
    element = etree.Element(TAG, {**attributes, **attributes_of(exercise)})
    for path, data in exercise.files:
        file = etree.SubElement(element, "file", {"path": path})
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = "\r"
        if "\r" in text or NO_CHAR.search(text):  # a reader of XML would change it, or refuse it
            file.set("encoding", "base64")
            text = base64.b64encode(data).decode()
        file.text = text
    return documents.outer(element)
