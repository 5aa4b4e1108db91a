"""Quizzes written as text, for the tests."""

from __future__ import annotations

from lxml import etree

from cordee.activities.quiz import olx, text
from cordee.activities.quiz.definition import Problem
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import Messages
from cordee.formats.coursetext.model import Message, Place, TextBlock, Written
from cordee.formats.olx.model import Block

PATH = "trame.fr.md"


def block(body: str, *, kind: str = "quiz", name: str = "q", first: int = 1, **settings: str) -> TextBlock:
    """A block whose body begins on a line; `show_answer="never"` is the setting show-answer."""
    written = tuple(
        Written(key.replace("_", "-"), value, Place(PATH, 2 + rank)) for rank, (key, value) in enumerate(settings.items())
    )
    return TextBlock(kind, name, written, marks.lines_of(body, Place(PATH, first)), Place(PATH))


def read(body: str, **settings: str) -> Problem:
    """The definition of a quiz in which nothing is wrong."""
    said = Messages()
    found = text.read_text(block(body, **settings), None, said)
    assert not said.errors, [(str(one.place), str(one)) for one in said.errors]
    return olx.read(found.content)


def said_of(body: str, **settings: str) -> list[Message]:
    """What the author of a quiz is told."""
    said = Messages()
    text.read_text(block(body, **settings), None, said)
    return said.all


def problem_block(xml: str, name: str = "p") -> Block:
    """A <problem> as the reader of a course gives it."""
    root = etree.fromstring(xml.encode())
    attributes = {str(key): str(value) for key, value in root.attrib.items() if key != "url_name"}
    return Block(name, "problem", attributes.get("display_name", ""), attributes, content=xml, place=f"{name}.xml")


def written(xml: str) -> str | None:
    """The body that the text of a <problem> has, None when text cannot say it."""
    found = text.write_text(problem_block(xml))
    return None if found is None else "\n".join(line.text for line in found.lines)
