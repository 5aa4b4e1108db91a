"""Has a published block gone, and does a new one look like it? Then its name was lost, and its answers with it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Final

from cordee.core.errors import N_
from cordee.courses.differences.aligning import aligned, likeness
from cordee.courses.text.history import LEVELS, History
from cordee.courses.text.naming import NamedCourse, walk
from cordee.formats.coursetext.folder import MODULES
from cordee.formats.coursetext.lines import read_page
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Prose, Say, TextBlock, Verbatim

ALIKE: Final = 0.8  # of 1: from here on a new block is taken for the one that has gone


def likeness_of(one: TextBlock, other: TextBlock) -> float:
    """0 to 1: how much of what two blocks say is the same; 0 for blocks of two kinds."""
    return likeness(_words(one), _words(other)) if one.kind == other.kind else 0.0


def say_lost_names(
    course: NamedCourse, present: Container[str], ids: Mapping[str, str], history: History, there: Mapping[str, str]
) -> None:
    """Warns at each new block that looks like one that has gone. `present`: ids of all that the text holds.

    `there`: as `following.ids_of` has it.
    """
    here = {id_: name for name, id_ in there.items()}
    gone = {
        name: known.id
        for called, known in history.latest.items()
        if known.tag not in LEVELS
        and here.get(known.id, known.id) not in present
        and "." not in (name := here.get(called, called))
    }
    known_ids = {here.get(known.id, known.id) for known in history.latest.values()}
    new = [block for block in _blocks(course) if ids.get(block.name, block.name) not in known_ids]
    if not gone or not new:
        return
    before = [block for block in _published(course, history) if block.name in gone]
    for kind in sorted({block.kind for block in before}):
        olds, news = ([block for block in blocks if block.kind == kind] for blocks in (before, new))
        pairs = aligned([_words(one) for one in olds], [_words(one) for one in news], by_place=False, least=ALIKE)
        for i, j in pairs.items():
            _tell(olds[i], news[j], (history.answers or {}).get(gone[olds[i].name], 0), course.say)


def _tell(old: TextBlock, block: TextBlock, count: int, say: Say) -> None:
    if count == 1:
        template = N_("“{old}” has gone and “{name}” looks like it: 1 answer would stay behind. Write was: {old}")
    elif count:
        template = N_(
            "“{old}” has gone and “{name}” looks like it: {count} answers would stay behind. Write was: {old}"
        )
    else:
        template = N_("“{old}” has gone and “{name}” looks like it. If it is the same one, write was: {old}")
    values = {"count": count} if count else {}
    say("name-lost", template, block.place, severity="warning", old=old.name, name=block.name, **values)


def _blocks(course: NamedCourse) -> Iterator[TextBlock]:
    for text in course.course.units():
        for part in walk(course.pages_of(text)[course.reference].unit.parts):
            if isinstance(part, TextBlock) and part.name:
                yield part


def _published(course: NamedCourse, history: History) -> Iterator[TextBlock]:
    """The blocks of the latest version's pages in the reference language."""
    for path, text in history.texts(history.issues[0].number).items():
        if path.startswith(f"{MODULES}/") and path.endswith(f".{course.reference}.md"):
            page = read_page(text, path=path, name="page", language=course.reference, say=Messages())
            yield from (part for part in walk(page.unit.parts) if isinstance(part, TextBlock) and part.name)


def _words(block: TextBlock) -> str:
    """What a block says, without its name and its former names."""
    settings = [f"{one.name}: {one.value}" for one in block.settings if one.name != "was"]
    inside = [_words(part) if isinstance(part, TextBlock) else _text(part) for part in block.parts]
    return "\n".join([*settings, *(line.text for line in block.lines if line.text.strip()), *inside])


def _text(part: Prose | Verbatim) -> str:
    return part.source if isinstance(part, Verbatim) else "\n".join(line.text for line in part.lines)
