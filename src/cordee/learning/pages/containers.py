"""What does a container say on a page: that a door is closed and what opens it, or, to who teaches, who sees what?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from cordee.courses.outlines import Bank, Condition, Entry, Split, Unit
from cordee.learning.choosing import Piece
from cordee.learning.pages.looking import Look

LINK = "{link}"


@dataclass(frozen=True, slots=True)
class ContainerNote:
    """One line between the activities of a page."""

    id: str
    title: str
    text: SafeString
    for_teacher: bool
    language: str = ""  # of `text`, when its author wrote it


def container_note(look: Look, piece: Piece) -> ContainerNote:
    """What is said at the place of a container; `piece` is one, or one of the ways of a test."""
    title = look.words(piece.entry.titles)
    if piece.waits and isinstance(piece.entry.choice, Condition):
        return _closed_door(look, piece.entry, piece.entry.choice)
    if piece.group is not None:
        text = gettext("Shown to the group “%(group)s” only.") % {"group": piece.group.name}
    else:
        text = _for_teachers(look, piece.entry)
    return ContainerNote(piece.entry.id, title, SafeString(conditional_escape(text)), for_teacher=True)


def _closed_door(look: Look, entry: Entry, condition: Condition) -> ContainerNote:
    own = look.seat.outline.language
    said = {**condition.messages}
    language = next((one for one in (look.language, own, *said) if one in said), "")
    text = said[language] if language else gettext("This part opens once the condition is met: {link}")
    before, mark, after = text.partition(LINK)
    links = format_html_join(", ", '<a href="{}">{}</a>', _links(look, condition))
    return ContainerNote(
        entry.id,
        look.words(entry.titles),
        format_html("{}{}{}", before, links if mark else "", after),
        for_teacher=False,
        language=language,
    )


def _links(look: Look, condition: Condition) -> Iterator[tuple[str, str]]:
    for source in condition.sources:
        found = look.seat.outline.entries.get(source)
        if found is not None:
            place, entry = found
            address = reverse("unit", args=[look.seat.run.key, place.unit.id])
            yield f"{address}#{entry.id}", look.words(entry.titles) or look.words(place.unit.titles)


def _for_teachers(look: Look, entry: Entry) -> str:
    match entry.choice:
        case Bank(count=None):
            return gettext("Each learner gets these activities in an order of their own.")
        case Bank(count=int(count)):
            words = ngettext(
                "Each learner gets %(n)s of these %(all)s, drawn for them.",
                "Each learner gets %(n)s of these %(all)s, drawn for them.",
                count,
            )
            return words % {"n": count, "all": sum(not child.staff_only for child in entry.children)}
        case Split(scheme="cohort", name=name):
            return gettext("Each cohort sees its own part (“%(name)s”).") % {"name": name}
        case Split(name=name):
            return gettext("Each learner sees one part, drawn at random (test “%(name)s”).") % {"name": name}
        case Condition() as condition:
            names = ", ".join(name for _address, name in _links(look, condition))
            return _opens_when(condition) % {"names": names, "value": condition.value}
        case _:
            return ""


def _opens_when(condition: Condition) -> str:
    """A sentence with names of the sources and the value of the answer, in Python's % form."""
    words = {
        ("attempted", True): gettext("Learners see what follows once they have tried: %(names)s."),
        ("attempted", False): gettext("Learners see what follows as long as they have not tried: %(names)s."),
        ("correct", True): gettext("Learners see what follows once they have solved: %(names)s."),
        ("correct", False): gettext("Learners see what follows as long as they have not solved: %(names)s."),
        ("completed", True): gettext("Learners see what follows once they have done: %(names)s."),
        ("completed", False): gettext("Learners see what follows as long as they have not done: %(names)s."),
        ("voted", True): gettext("Learners see what follows once they have answered: %(names)s."),
        ("voted", False): gettext("Learners see what follows as long as they have not answered: %(names)s."),
    }
    for_an_answer = gettext("Learners who answered “%(value)s” see what follows: %(names)s.")
    return words.get((condition.test, condition.value == "True"), for_an_answer)


def sources_in(unit: Unit) -> frozenset[str]:
    """Activities on whose answer something in this very unit depends: handing them in draws the whole page again."""
    return frozenset(
        source
        for top in unit.entries
        if top.children
        for entry in top.walk()
        if isinstance(entry.choice, Condition)
        for source in entry.choice.sources
    )
