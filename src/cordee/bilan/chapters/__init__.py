"""Of which parts is a report made? A module here each, in the order of `report.CHAPTERS`: it binds `chapter`.

`chapter(said)` puts the figures of a review into blocks, in the language that is active.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from cordee.bilan import drawing
from cordee.bilan.document import Bar, Bars, Block, Cell, Chapter, Paragraph, Prose, Quote, Shown, Span, Table
from cordee.bilan.figures import Book
from cordee.bilan.figures.reviewing import Review
from cordee.bilan.markdown import paragraphs_of
from cordee.bilan.wording import UNKNOWN, amount, sentence_of, shown, typeset
from cordee.ui.countries import name_of

MOST_ROWS = 300  # of a table on a page; all of them are in the open data


@dataclass(frozen=True)
class Said:
    """A review, and the language in which it is said."""

    review: Review
    language: str

    @property
    def book(self) -> Book:
        return self.review.book

    def shown(self, key: str) -> Shown:
        return shown(self.book, key, self.language)

    def knows(self, key: str) -> bool:
        return self.book.value(key) is not None

    def is_declared(self, key: str) -> bool:
        figure = self.book.get(key)
        return figure is not None and figure.how == "declared"

    def of(self, row: Any, name: str) -> str:
        """A text that a row has in both languages: the reader's, else the other."""
        other = "en" if self.language == "fr" else "fr"
        own = str(getattr(row, f"{name}_{self.language}"))
        return typeset(own, self.language) if own else str(getattr(row, f"{name}_{other}"))

    def number(self, value: float | None) -> str:
        return UNKNOWN if value is None else amount(value, "number", self.language)

    def percent(self, value: float | None) -> str:
        return UNKNOWN if value is None else amount(value, "percent", self.language)

    def cell(self, key: str) -> Cell:
        """A figure as a cell that leads to its source; a dash where it is not known."""
        return number_cell(self.shown(key).text, key if self.knows(key) else "")

    def course_title(self, id_: str) -> str:
        return self.titles.get(id_, id_)

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Of each course, by id; of two with one id, the first."""
        found: dict[str, str] = {}
        for course in self.review.programme.courses:
            found.setdefault(course.id, course.title)
        return found


def made(said: Said, id_: str, title: str, blocks: Iterable[Block | None]) -> Chapter:
    """The chapter: its editorial text first, what learners say of it last, its margin beside."""
    texts = said.review.programme.texts
    text = texts.get((id_, said.language), "")
    held: list[Block] = [Prose(paragraphs_of(typeset(text, said.language)))] if text else []
    held += [block for block in blocks if block is not None]
    held += _quotes(said, id_)
    if not held:
        held.append(Prose((Paragraph("p", (Span(gettext("The folder says nothing about it.")),)),)))
    margin = tuple(sentence_of(one, said.language) for one in said.book.remarks() if one.chapter == id_)
    return Chapter(id=id_, title=title, blocks=tuple(held), margin=margin)


def bars(
    said: Said,
    title: str,
    under: str,
    keys: Sequence[tuple[str, str]],
    *,
    tone: int = 1,
    top: float = 0,
    foot: str = "",
) -> Bars | None:
    """Bars of figures, `keys`: (label, key); unknown ones are left out. `top`: what a full bar is, else the highest."""
    known = [(words, key, said.book.value(key) or 0) for words, key in keys if said.knows(key)]
    if not known:
        return None
    most = max(top, *(value for _words, _key, value in known)) or 1
    rows = tuple(Bar(words, said.shown(key), drawing.bar(value / most, tone)) for words, key, value in known)
    return Bars(title, under, rows, foot)


def table(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    foot: str = "",
    *,
    total: Sequence[Cell] = (),
    most: int = MOST_ROWS,
) -> Table | None:
    """A table without the columns in which nothing is known; too many rows are cut, and the foot says so."""
    kept = [
        place
        for place in range(len(heads))
        if not heads[place] or any(row[place].text not in {"", UNKNOWN} for row in rows)
    ]
    if not rows or not kept:
        return None
    if len(rows) > most:
        more = gettext("{count} rows more are in the open data.").format(count=len(rows) - most)
        foot = f"{foot} {more}".strip()
    return Table(
        title,
        tuple(heads[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows[:most]),
        foot,
        tuple(total[place] for place in kept) if total else (),
    )


def prose(*sentences: str) -> Prose | None:
    """Our own sentences; no marks are read in them."""
    kept = [sentence for sentence in sentences if sentence]
    return Prose(tuple(Paragraph("p", (Span(sentence),)) for sentence in kept)) if kept else None


def number_cell(text: str, key: str = "") -> Cell:
    return Cell(text, key=key, number=True)


def _quotes(said: Said, id_: str) -> list[Quote]:
    """What learners say, with their leave, beside this part; those beside none stand with the learners."""
    return [
        Quote(
            typeset(one.words, one.language),
            one.language,
            ", ".join(
                part
                for part in (
                    one.first_name,
                    name_of(one.country, said.language) if one.country else "",
                    said.course_title(one.course) if one.course else "",
                )
                if part
            ),
        )
        for one in said.review.programme.testimonials
        if one.consent is True and (one.chapter or "learners") == id_
    ]
