"""Which tables does a programme office fill in, and how does a row of one become a value?

The CSV files of the folder, and what programme.toml and `texts/` hold, cut into tables of the same make: one form, one
paste box and one store serve them all.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cordee.bilan import columns as c
from cordee.bilan.columns import Column, columns_of
from cordee.bilan.folder.cells import cell_of, value_of
from cordee.bilan.folder.faults import Faults
from cordee.bilan.folder.reading import values_of
from cordee.bilan.period import Period
from cordee.bilan.programme import CHAPTERS, LANGUAGES, TABLES, About, Category, Host, Programme, Targets
from cordee.core.canonical import content_hash
from cordee.core.errors import N_, CordeeError, InputRefused

ABOUT: Final = "about"
TEXTS: Final = "texts"
MOST_ROWS: Final = 20_000  # of a table
LONGEST_CELL: Final = 20_000
LONGEST_TEXT: Final = 100_000  # of a part of the report
UNKEPT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # no sign of a text, or half of one

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What programme.toml says once, without its lists."""

    name_fr: str = c.text(N_("name of the programme office, in French"))
    name_en: str = c.text(N_("name of the programme office, in English"))
    title_fr: str = c.text(N_("title of the report, in French"))
    title_en: str = c.text(N_("title of the report, in English"))
    lead_fr: str = c.text(N_("what stands under the title, in French"))
    lead_en: str = c.text(N_("what stands under the title, in English"))
    period: str = c.text(N_("years that are reported when none are chosen: 2016, 2013-2016 or 2015-09..2016-08"))
    prepared_on: str = c.date(N_("day that stands on the report"))
    notice_fr: str = c.text(N_("what a reader must know first, in French"))
    notice_en: str = c.text(N_("what a reader must know first, in English"))
    estimate_fr: str = c.text(N_("assumptions of the estimate of a typical course, in French"))
    estimate_en: str = c.text(N_("assumptions of the estimate of a typical course, in English"))
    licence: str = c.text(N_("licence of the open data, e.g. CC BY 4.0"))
    contact: str = c.text(N_("address for questions about the report"))
    source: str = c.text(N_("who made these tables"))
    new_courses_a_year: int | None = c.count(N_("target: new courses a year"))
    languages: tuple[str, ...] = c.words(N_("target: languages of the courses, e.g. fr | en"))
    several_hosts: bool | None = c.yes(N_("target: whether courses are to be on several platforms"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What stands in a part of the report beside its figures, in one language."""

    chapter: str = c.choice(N_("part of the report"), CHAPTERS, required=True)
    language: str = c.choice(N_("language of the text"), LANGUAGES, required=True)
    words: str = c.text(N_("the text, in Markdown"), required=True)


LISTS: Final[Mapping[str, type]] = {**TABLES, "hosts": Host, "categories": Category}  # those with rows to add
SHEETS: Final[Mapping[str, type]] = {**LISTS, ABOUT: Said, TEXTS: Text}
BY_LANGUAGE: Final = ("name", "title", "lead", "notice", "estimate")
ONCE: Final = ("period", "licence", "contact", "source", "prepared_on")
TARGETS: Final = ("new_courses_a_year", "languages", "several_hosts")


def columns(sheet: str) -> dict[str, Column]:
    """The columns of a table, in their order."""
    return columns_of(SHEETS[sheet])


def cells_of(record: Any) -> dict[str, str]:
    """A record of one of our tables as it is stored."""
    kind: type = type(record)
    written = {name: cell_of(getattr(record, name)) for name in columns_of(kind)}
    return {name: cell for name, cell in written.items() if cell}


def cells_from(values: Mapping[str, object]) -> dict[str, str]:
    """Values by column as they are stored."""
    return {name: cell for name, value in values.items() if (cell := cell_of(value))}


def record_of(sheet: str, cells: Cells, line: int, faults: Faults) -> Any:
    """A stored row as a record; None, and a fault, where an older version stored what is no longer understood."""
    known = columns(sheet)
    values = values_of(f"{sheet}.csv", line, [*cells], [*cells.values()], known, faults)
    if values is None:
        return None
    placed = {"line": line} if sheet in TABLES else {}
    return SHEETS[sheet](**values, **placed)


def read_cell(sheet: str, name: str, typed: str) -> str:
    """What is typed into a cell, as it is stored; "" for nothing. Raises InputRefused, which says what to write."""
    cell = typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not cell:
        return ""
    check_cell(sheet, name, cell)
    return cell_of(value_of(columns(sheet)[name], cell))


def check_cell(sheet: str, name: str, cell: str) -> None:
    """What the kind of its column does not say of a cell. Raises InputRefused."""
    check_words(cell, LONGEST_TEXT if sheet == TEXTS else LONGEST_CELL)
    if name == "period":
        Period.parse(cell)


def check_words(text: str, most: int) -> None:
    """Raises InputRefused for what cannot be kept: signs that are none, and what has no end."""
    found = UNKEPT.search(text)
    if found:
        raise InputRefused(
            N_("This holds a sign that cannot be kept (U+{code}). Delete it, or type the words anew."),
            code=f"{ord(found[0]):04X}",
        )
    if len(text) > most:
        raise InputRefused(
            N_("This has {length} signs; at most {most} are kept. Shorten it."), length=len(text), most=most
        )


def tag_of(cells: Cells) -> str:
    """What a form carries to know the row that it showed: another after each change. 16 hex digits."""
    return content_hash(dict(cells))[:16]


def tag_of_all(rows: Iterable[Cells]) -> str:
    """The same of a whole table."""
    return content_hash([dict(cells) for cells in rows])[:16]


def programme_of(stored: Mapping[str, Sequence[Cells]], faults: Faults) -> Programme:
    """The tables as a programme; the line of a row is the one that it has in the exported file."""
    read = {
        sheet: tuple(
            record
            for line, cells in enumerate(stored.get(sheet, ()), 2)
            if (record := record_of(sheet, cells, line, faults)) is not None
        )
        for sheet in SHEETS
    }
    said: Said = next(iter(read.pop(ABOUT)), Said())
    texts = {(text.chapter, text.language): text.words for text in read.pop(TEXTS)}
    named: dict[str, Any] = {name: _by_language(said, name) for name in BY_LANGUAGE}
    once: dict[str, Any] = {name: getattr(said, name) for name in ONCE}
    about = About(
        **named,
        **once,
        targets=Targets(**{name: getattr(said, name) for name in TARGETS}),
        hosts=read.pop("hosts"),
        categories=read.pop("categories"),
    )
    return Programme(about=about, texts=texts, **read)


def sheets_of(programme: Programme) -> dict[str, list[dict[str, str]]]:
    """The inverse of `programme_of`. Raises InputRefused for what cannot be kept, with the name of its table."""
    about = programme.about
    said = Said(
        **{f"{name}_{code}": getattr(about, name).get(code, "") for name in BY_LANGUAGE for code in LANGUAGES},
        **{name: getattr(about, name) for name in ONCE},
        **{name: getattr(about.targets, name) for name in TARGETS},
    )
    records: dict[str, Sequence[object]] = {name: getattr(programme, name) for name in TABLES}
    records |= {"hosts": about.hosts, "categories": about.categories, ABOUT: (said,)}
    found = {sheet: [cells_of(record) for record in rows] for sheet, rows in records.items()}
    found[TEXTS] = [
        {"chapter": chapter, "language": language, "words": words}
        for (chapter, language), words in sorted(programme.texts.items())
    ]
    for sheet, rows in found.items():
        if len(rows) > MOST_ROWS:
            raise too_many(sheet, len(rows))
        for line, cells in enumerate(rows, 2):
            for name, cell in cells.items():
                try:
                    check_words(cell, LONGEST_TEXT if sheet == TEXTS else LONGEST_CELL)
                except CordeeError as wrong:
                    raise InputRefused(
                        N_("{file}, line {line}, column {column}: {what}"),
                        file=sheet,
                        line=line,
                        column=name,
                        what=wrong,
                    ) from None
    return found


def check_lines(sheet: str, text: str) -> None:
    """Raises InputRefused for a text that is not worth reading: a row has three lines at most, on average."""
    lines = text.count("\n") + 1
    if lines > 3 * MOST_ROWS:
        raise too_many(sheet, lines)


def too_many(sheet: str, rows: int) -> InputRefused:
    """The refusal of a table that would hold too many rows."""
    return InputRefused(
        N_("The table {table} would have {rows} rows; at most {most} are kept. Add some of them up."),
        table=sheet,
        rows=rows,
        most=MOST_ROWS,
    )


def _by_language(said: Said, name: str) -> dict[str, str]:
    held = {code: getattr(said, f"{name}_{code}") for code in LANGUAGES}
    return {code: words for code, words in held.items() if words}


assert {one.name for one in dataclasses.fields(About)} == {*BY_LANGUAGE, *ONCE, "targets", "hosts", "categories"}  # noqa: S101 - nothing of programme.toml is forgotten
