"""What is a report made of, before it is a page of HTML or a sheet of paper?

Blocks in words of one language. Numbers are already written as that language writes them; each keeps the key of its
figure, so that a reader finds where it comes from. Both renderings read the same blocks and the same drawings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Style = Literal["", "strong", "emphasis"]


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of a paragraph."""

    text: str
    style: Style = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, item of a list, or heading."""

    kind: Literal["p", "item", "heading"]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as it is read, e.g. "340 000", with the key of its figure ("" where it is not one)."""

    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Text that people wrote, beside the figures."""

    paragraphs: tuple[Paragraph, ...]
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True, slots=True)
class Lead:
    """One sentence that says the most important."""

    text: str
    note: str = ""
    kind: Literal["lead"] = "lead"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Large numbers with their words below."""

    cells: tuple[tuple[Shown, str], ...]
    kind: Literal["numbers"] = "numbers"


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of bars: `share` 0–1 is the length, `svg` the drawing."""

    label: str
    shown: Shown
    svg: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A table that draws itself."""

    title: str
    under: str
    rows: tuple[Bar, ...]
    foot: str = ""
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a whole; `tone` 1–6 is its colour."""

    label: str
    shown: Shown
    tone: int


@dataclass(frozen=True, slots=True)
class Stack:
    """A whole cut into pieces: the drawing, its words for those who do not see it, and the pieces."""

    title: str
    under: str
    svg: str
    words: str
    pieces: tuple[Piece, ...]
    foot: str = ""
    kind: Literal["stack"] = "stack"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; `small` stands below in small print, `language` is that of `text` where it is another."""

    text: str
    small: str = ""
    language: str = ""
    key: str = ""
    number: bool = False
    address: str = ""  # of a page elsewhere, http or https


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first cell of a row names it. `total`: a last row that adds up the others."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    foot: str = ""
    total: tuple[Cell, ...] = ()
    kind: Literal["table"] = "table"

    @property
    def numeric(self) -> tuple[int, ...]:
        """The places of columns that hold numbers."""
        return tuple(place for place, cell in enumerate(self.rows[0]) if cell.number) if self.rows else ()


@dataclass(frozen=True, slots=True)
class Quote:
    """What a learner said, in their language."""

    text: str
    language: str
    who: str
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Terms:
    """Words and what they mean here: definitions in a box, or dates and what happened."""

    title: str
    items: tuple[tuple[str, str], ...]
    boxed: bool = False
    foot: str = ""
    kind: Literal["terms"] = "terms"


@dataclass(frozen=True, slots=True)
class Map:
    """A world map, its classes, and the same as words."""

    title: str
    under: str
    svg: str
    words: str
    classes: tuple[tuple[int, str], ...]
    foot: str = ""
    kind: Literal["map"] = "map"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two blocks side by side where there is room."""

    left: Bars | Table | Terms | Quote
    right: Bars | Table | Terms | Quote
    kind: Literal["pair"] = "pair"


Block = Prose | Lead | Numbers | Bars | Stack | Table | Quote | Terms | Map | Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of the report. `margin`: what does not add up in it."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    margin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a figure comes from, in words."""

    key: str
    title: str  # of a figure in a row of a table: without the name of that row
    shown: str
    period: str
    of: str
    how: str
    source: str
    extracted_on: str
    rows: tuple[str, ...]
    more_rows: int
    places: str  # all rows, shortened: "runs.csv:2–66, 70"
    query: str
    family: str = ""  # of a class of learners: the trait, "country"
    brief: str = ""  # and its name alone, "France"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource:
    """Where the figures of one row of a table come from: what they share, and each by itself."""

    key: str  # what the keys of its figures begin with
    title: str
    sources: tuple[Source, ...]
    period: str
    how: str
    source: str
    extracted_on: str
    rows: tuple[str, ...]
    more_rows: int
    places: str
    query: str  # all of them, each under its title


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole report in one language."""

    language: str
    organisation: str
    title: str
    lead: str
    period: str
    notice: str
    mark: str  # what stands on every page, where the people are simulated
    ridge: str  # SVG
    ridge_words: str
    made: str  # "Made with Cordée from …"
    licence: str
    chapters: tuple[Chapter, ...]
    sources: tuple[Source, ...]
    row_sources: tuple[RowSource, ...] = ()  # of the rows that are shown
    words: dict[str, str] = field(default_factory=dict)  # of the frame, by name
