"""What does a page say of a section that opens after something else: what is to be done first, and where?"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from cordee.core.errors import N_, NotAllowed
from cordee.courses.outlines import Before, Outline, Place, Section, pick
from cordee.learning.doing_first import still_to_do, titles_of, where_to_begin
from cordee.learning.pages.looking import Look


@dataclass(frozen=True, slots=True)
class ToDoFirst:
    """One thing: `words` such as “finish “Frames””; `url` is "" where it cannot be opened now."""

    words: str
    url: str


class SomethingFirst(NotAllowed):
    """The section opens after something that is not done yet."""


def to_do_first(look: Look, section: Section) -> tuple[ToDoFirst, ...]:
    """What is still to do before the section opens to this person; nothing where it is open, or for who teaches."""
    if not section.first or look.seat.teaches:
        return ()
    viewer = look.viewer
    return tuple(
        ToDoFirst(words_of(viewer.outline, one, look.language), _url(look, one)) for one in still_to_do(viewer, section)
    )


def refusal_of(look: Look, section: Section, first: tuple[ToDoFirst, ...]) -> SomethingFirst:
    """What is said at the address of a unit, or to a form, of a section that is not open for that reason."""
    url = next((one.url for one in first if one.url), "")
    return SomethingFirst(
        N_("“{section}” opens once this is done: {what}."),
        section=look.words(section.titles),
        what=", ".join(one.words for one in first),
        url=url or reverse("outline", args=[look.seat.run.key]),
    )


def words_of(outline: Outline, before: Before, language: str) -> str:
    """What is asked, e.g. “finish “Frames””."""
    titles = (pick(one, language, outline.language) for one in titles_of(outline, before) if one)
    name = next(filter(None, titles), before.source)
    words = {
        "done": gettext("finish “%(name)s”"),
        "seen": gettext("read “%(name)s”"),
        "answered": gettext("answer “%(name)s”"),
        "right": gettext("answer “%(name)s” right"),
        "score": gettext("reach %(percent)s %% in “%(name)s”"),
    }
    return words[before.verb] % {"name": name, "percent": f"{before.percent:g}"}


def _url(look: Look, before: Before) -> str:
    viewer = look.viewer
    place = where_to_begin(viewer, before)
    if place is None or not _is_open(look, place) or still_to_do(viewer, place.section):
        return ""
    address = reverse("unit", args=[look.seat.run.key, place.unit.id])
    return f"{address}#{before.source}" if before.source in look.seat.outline.entries else address


def _is_open(look: Look, place: Place) -> bool:
    calendar = look.seat.calendar
    return calendar.is_open(place, look.now) and not calendar.is_hidden(place.section, look.seat.outline, look.now)
