"""How are an image to point at, and choices with numbers in them, drawn?

Where a click wins is in the page only once right answers may be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any
from xml.sax.saxutils import quoteattr

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cordee.activities.quiz.blanks import blank_name, choice_name, chosen_ranks
from cordee.activities.quiz.definition import SLOT, BlankChoice, BlankChoices, Input, Response, Spot
from cordee.activities.quiz.key_words import key_in_words
from cordee.activities.quiz.numbers import BadKey
from cordee.activities.quiz.showing import LONGEST_LABEL, plain
from cordee.activities.quiz.spots import point_of, shapes_of, typed_of
from cordee.courses.kinds import PageView

LARGEST_SIDE = 5  # digits of the width or height of an image
_SOURCE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"')
_OPENED = re.compile(r"<(?!br\b|img\b|wbr\b|hr\b)[a-z]")
_CLOSED = re.compile(r"</")


@dataclass(frozen=True, slots=True)
class ShownShape:
    """A place that wins, in the units of its image."""

    points: str  # of a polygon: "1,2 3,4 5,6"


@dataclass(frozen=True, slots=True)
class ShownSpot:
    src: str  # "" when the image cannot be shown: `instead` then says what the renderer made of it
    instead: SafeString
    alt: str
    width: str  # "" when the author did not say
    height: str
    across: str  # as it was typed
    down: str
    point: tuple[int, int] | None
    shapes: tuple[ShownShape, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownBlank:
    id: str
    name: str
    label: str
    value: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some HTML of a choice, then the number to write behind it."""

    html: SafeString
    is_label: bool  # it may stand inside a <label>: pressing it chooses
    blank: ShownBlank | None = None


@dataclass(frozen=True, slots=True)
class ShownBlankChoice:
    id: str
    value: str
    chosen: bool
    pieces: tuple[Piece, ...]
    state: str = ""
    verdict: str = ""


def shown_spot(spot: Spot, input_: Input, answer: Any, view: PageView) -> ShownSpot:
    """The image of an input, with the point of the answer."""
    attributes = dict(input_.attributes)
    alt = attributes.get("alt", "").strip()
    rendered = view.render(f"<img src={quoteattr(attributes.get('src', ''))} alt={quoteattr(alt)}/>")
    found = _SOURCE.search(rendered)
    across, down = typed_of(answer)
    return ShownSpot(
        src=unescape(found[1]) if found else "",
        instead=SafeString("") if found else rendered,
        alt=alt,
        width=_side(attributes.get("width", "")),
        height=_side(attributes.get("height", "")),
        across=across,
        down=down,
        point=point_of(answer),
        shapes=_shown_shapes(spot) if view.reveal else (),
    )


def _side(written: str) -> str:
    written = written.strip().removesuffix("px")
    return written if written.isascii() and written.isdigit() and len(written) < LARGEST_SIDE else ""


def _shown_shapes(spot: Spot) -> tuple[ShownShape, ...]:
    try:
        shapes = shapes_of(spot)
    except BadKey:
        return ()
    shown = []
    for shape in shapes:
        corners = shape.corners
        if shape.is_rectangle:
            (left, top), (right, bottom) = corners
            corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        shown.append(ShownShape(" ".join(f"{x:g},{y:g}" for x, y in corners)))
    return tuple(shown)


def shown_blank_choices(
    response: Response, answer: Any, view: PageView, html: Callable[[str], SafeString]
) -> tuple[ShownBlankChoice, ...]:
    """The choices, each cut at its numbers; which are right is told once it may be."""
    key = response.key
    assert isinstance(key, BlankChoices)  # noqa: S101 - for the type checker
    chosen, name = chosen_ranks(response, answer), response.input_id(0)
    shown = []
    for rank, choice in enumerate(key.choices):
        state, verdict = "", ""
        if view.reveal and choice.correct:
            state, verdict = "right", _("Right answer")
        elif view.reveal and rank in chosen:
            state, verdict = "wrong", _("Your answer: not right")
        shown.append(
            ShownBlankChoice(
                f"{view.activity_id}-{name}-{rank}",
                choice_name(name, rank),
                rank in chosen,
                tuple(_pieces(choice, rank, name, answer, view, html)),
                state,
                verdict,
            )
        )
    return tuple(shown)


def _pieces(
    choice: BlankChoice, rank: int, name: str, answer: Any, view: PageView, html: Callable[[str], SafeString]
) -> list[Piece]:
    rendered, start, pieces = html(choice.html), 0, []
    words = plain(SLOT.sub(" … ", choice.html))[:LONGEST_LABEL]
    places = {f"n{place}": place for place in range(len(choice.blanks))}
    for found in SLOT.finditer(rendered):
        place = places.pop(found[1], None)
        if place is None:
            continue
        pieces.append(_piece(rendered[start : found.start()], _blank(choice, rank, place, words, name, answer, view)))
        start = found.end()
    pieces.append(_piece(rendered[start:]))
    # A number whose place the sanitiser lost comes at the end.
    pieces += [_piece("", _blank(choice, rank, place, words, name, answer, view)) for place in places.values()]
    return pieces


def _piece(rendered: str, blank: ShownBlank | None = None) -> Piece:
    html = mark_safe(SLOT.sub("", rendered))  # noqa: S308 - a piece of what the renderer gave back
    whole = len(_OPENED.findall(html)) == len(_CLOSED.findall(html)) and "<a" not in html
    return Piece(html, is_label=whole and html.strip() != "" and "<p" not in html and "<div" not in html, blank=blank)


def _blank(
    choice: BlankChoice, rank: int, place: int, words: str, name: str, answer: Any, view: PageView
) -> ShownBlank:
    field = blank_name(name, rank, place)
    value = answer.get(field) if isinstance(answer, dict) else ""
    label = _("Number for: %(words)s") % {"words": words}
    if len(choice.blanks) > 1:
        label = _("%(label)s, field %(rank)d of %(count)d") % {
            "label": label,
            "rank": place + 1,
            "count": len(choice.blanks),
        }
    return ShownBlank(
        f"{view.activity_id}-{field}",
        field,
        label,
        value if isinstance(value, str) else "",
        key_in_words(choice.blanks[place].answer, view.language) if view.reveal and choice.correct else "",
    )
