"""A text in a course text: Markdown, or raw HTML where Markdown cannot say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import setting_of
from cordee.formats.coursetext.marks import Answers, Note, parts_of
from cordee.formats.coursetext.model import Line, Place, Say, Setting, TextBlock, Written
from cordee.formats.coursetext.page import same_page
from cordee.formats.coursetext.prose import foreign_tags, from_html, to_html
from cordee.formats.olx.model import Block

SETTINGS: Mapping[str, tuple[Setting, ...]] = {"text": (), "html": ()}

A_QUESTION = "This looks like a question. Put it between ::: quiz and :::, or write \\ before the mark."
NOTE_OUTSIDE = "The note [!{name}] belongs to a quiz. Put it between ::: quiz and :::, or write \\ before it."
FOREIGN_TAG = "HTML <{tag}> has no place in a text. Write Markdown, or put it between ::: html and :::."


def read_text(block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
    """The <html> block: its content is the HTML itself."""
    title = setting_of(block, reference, "title")
    source = "\n".join(line.text for line in block.lines).strip("\n")
    if block.kind != "html":
        _check(block, source, say)
        source = to_html(source)
    attributes = {"display_name": title} if title else {}
    return Block(block.name, "html", title, attributes, content=source, place=str(block.place))


def _check(block: TextBlock, source: str, say: Say) -> None:
    for part in parts_of(block.lines):
        if isinstance(part, Answers):
            say("marks-outside-quiz", A_QUESTION, part.items[0].place)
        elif isinstance(part, Note):
            say("note-outside-quiz", NOTE_OUTSIDE, part.place, name=part.name)
    first = next((line.place for line in block.lines if line.text.strip()), block.place)
    for line, tag in foreign_tags(source):
        say("foreign-tag", FOREIGN_TAG, replace(first, line=first.line + line), tag=tag)


def write_text(block: Block) -> TextBlock | None:
    """Markdown when it says the same to a reader, else the HTML as it is; None when that would end the block."""
    place = Place(block.place)
    settings = (Written("title", block.title, place),) if block.title else ()
    source = block.content.replace("\r\n", "\n")
    markdown = from_html(source)
    if markdown is not None:
        text = marks.escaped(markdown)
        if same_page(to_html(text), source):
            return TextBlock("text", block.id, settings, _lines(text), place)
    raw = source.strip("\n")
    if any(line.startswith(":::") for line in raw.split("\n")):
        return None
    return TextBlock("html", block.id, settings, _lines(raw), place)


def _lines(text: str) -> tuple[Line, ...]:
    return tuple(Line(line, Place("", rank)) for rank, line in enumerate(text.split("\n"), 1)) if text else ()
