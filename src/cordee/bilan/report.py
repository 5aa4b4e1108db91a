"""How does a review become a report in a language? Chapters in order, then where every figure comes from."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cordee.bilan import drawing
from cordee.bilan.chapters import (
    Said,
    ambitions,
    catalogue,
    changes,
    closing,
    figures,
    foreword,
    innovations,
    learners,
    money,
    use,
)
from cordee.bilan.document import Block, Cell, Chapter, Pair, Report, RowSource, Source, Table, Terms
from cordee.bilan.editions import corrections
from cordee.bilan.figures import Figure
from cordee.bilan.figures.activity import base_of
from cordee.bilan.figures.reviewing import Review
from cordee.bilan.folder.faults import kind_of, shortened
from cordee.bilan.wording import (
    UNKNOWN,
    amount,
    class_of,
    how_words,
    period_words,
    row_of,
    typeset,
    what_of,
    when,
    written_period,
)
from cordee.core.errors import CordeeError

CHAPTERS: Final[tuple[Callable[[Said], Chapter], ...]] = (
    foreword.chapter,
    ambitions.chapter,
    catalogue.chapter,
    figures.chapter,
    learners.chapter,
    use.chapter,
    innovations.chapter,
    money.chapter,
    closing.chapter,
)
MOST_ALONE: Final = 12  # classes of a trait that have an entry each
MOST_LINES: Final = 6  # of the rows behind a figure, so many are named
MOST_OF_A_KIND: Final = 50  # findings; of more, the first are shown
FIRST_OF_A_KIND: Final = 20


def report_of(review: Review, language: str, *, earlier: Mapping[str, tuple[str, float]] | None = None) -> Report:
    """The report; the language is "fr" or "en". `earlier`: the figures of an edition before, to list what changed."""
    with translation.override(language):
        said = Said(review, language)
        about = review.programme.about
        ridge, words = _ridge(said)
        alone, together = _sources(said)
        chapters = (*(chapter(said) for chapter in CHAPTERS), *_changes(said, earlier), *_gaps(said))
        return Report(
            language=language,
            organisation=_own(about.name, language),
            title=_own(about.title, language) or _("Review of our courses"),
            lead=_own(about.lead, language),
            period=period_words(review.period, language) + _part(said),
            notice=_own(about.notice, language),
            mark=_("Simulated data") if review.is_simulated else "",
            ridge=ridge,
            ridge_words=words,
            made=_made(said),
            licence=about.licence,
            chapters=chapters,
            sources=alone,
            row_sources=(*together, *_row_sources(said, chapters)),
            words=frame_words(),
        )


def frame_words() -> dict[str, str]:
    """What stands around the report, in the language that is active."""
    return {
        "contents": _("Contents"),
        "margin": _("In the margin"),
        "margin_under": _("What does not add up, is missing or cannot be compared."),
        "sources": _("Every figure, and where it comes from"),
        "of_rows": _("Figures of tables, row by row"),
        "figure": _("Figure"),
        "value": _("Value"),
        "period": _("Period"),
        "of": _("Of whom"),
        "how": _("How"),
        "source": _("Source"),
        "rows": _("Rows behind it"),
        "query": _("Query"),
        "page": _("Page"),
        "data": _("Open data"),
        "pdf": _("PDF"),
        "skip": _("Skip to content"),
        "review": _("Review"),
        "language": _("Language"),
        "scrolls": _("table that scrolls"),
    }


def _own(by_language: object, language: str) -> str:
    """The text in this language, else in the other."""
    held = dict(by_language) if isinstance(by_language, dict) else {}
    own = str(held.get(language, ""))
    return typeset(own, language) if own else str(next(iter(held.values()), ""))


def _part(said: Said) -> str:
    part = said.review.part
    names = [part.school] if part.school else []
    if part.category:
        categories = said.review.programme.about.categories
        names.append(next((one.name(said.language) for one in categories if one.id == part.category), part.category))
    return f" – {', '.join(names)}" if names else ""


def _made(said: Said) -> str:
    day = said.review.programme.about.prepared_on
    words = _("Made with Cordée from {runs} sessions of {courses} courses.").format(
        runs=said.shown("runs").text, courses=said.shown("courses").text
    )
    dated = _("Prepared: {date}.").format(date=when(day, said.language)) if day else ""
    return f"{words} {dated}".strip()


def _ridge(said: Said) -> tuple[str, str]:
    """The relief of the cover: how many enrol, begin and go to the end; flat where that is not known.

    Heights are shares, each of those of whom it is known; the words name counted people only."""
    enrolled, end = said.book.value("enrolments"), said.book.value("went_to_the_end")
    name = next((one for one in ("started_any", "started") if said.book.value(f"{one}_percent")), "")
    if not enrolled or not end or not name:
        return drawing.ridge([]), ""
    began = said.book.value(f"{name}_percent") or 0.0
    counted = said.book.value(f"{name}_people")
    if counted is None:  # somebody declared the share alone: nobody counted these people
        first = _("{share} who began").format(share=said.shown(f"{name}_percent").text)
    else:
        first = _("{count} people who began").format(count=said.number(counted)) + _of_known(said, name)
    is_declared = said.book.value("passed_people") is None or said.is_declared("went_to_the_end")
    if is_declared:
        share, last = 100 * end / enrolled, _("{count} who went to the end").format(count=said.number(end))
    else:
        passed = said.book.value("passed_people")
        share = said.book.value("passed_percent") or 0.0
        last = _("{count} who went to the end").format(count=said.number(passed)) + _of_known(said, "passed")
    words = _("The curve: {enrolled} enrolments, {began}, {end}.")
    return (
        drawing.ridge([22, 50, 100, min(began, 100), min(share, 100), min(share, 100)]),
        words.format(enrolled=said.number(enrolled), began=first, end=last),
    )


def _of_known(said: Said, name: str) -> str:
    """Of how many enrolled it is known, where that is not all of them."""
    base = base_of(said.book, name)
    if base is None or base == said.book.value("enrolments"):
        return ""
    return " " + _("(of {base} of whom that is known)").format(base=said.number(base))


def _changes(said: Said, earlier: Mapping[str, tuple[str, float]] | None) -> list[Chapter]:
    return [] if earlier is None else [changes.chapter(said, corrections(earlier, said.book))]


def _gaps(said: Said) -> list[Chapter]:
    """What in the folder could not be read, named, so that nobody takes a gap for a zero; then what was, and is to be
    looked at."""
    faults = said.review.faults
    lost = [(fault.place(), fault.told) for fault in faults if fault.kind == "lost"]
    lost += [(f"{gap.file}:{gap.line}", gap.why) for gap in said.review.gaps]
    doubted = [(fault.place(), fault.told) for fault in faults if fault.kind != "lost"]
    found = (("gaps", _("What could not be read"), lost), ("doubts", _("To look at"), doubted))
    return [Chapter(id=id_, title=title, blocks=(Terms("", _shortened(told)),)) for id_, title, told in found if told]


def _shortened(told: Sequence[tuple[str, CordeeError]]) -> tuple[tuple[str, str], ...]:
    """Places and sentences; where one kind of sentence comes too often, the first of it and how many more there are."""
    counts = Counter(kind_of(error) for _place, error in told)
    so_far: Counter[tuple[str, str]] = Counter()
    items = []
    for place, error in told:
        kind = kind_of(error)
        so_far[kind] += 1
        if counts[kind] <= MOST_OF_A_KIND or so_far[kind] <= FIRST_OF_A_KIND:
            items.append((place, error.sentence(_)))
        if counts[kind] > MOST_OF_A_KIND and so_far[kind] == FIRST_OF_A_KIND:
            more = counts[kind] - FIRST_OF_A_KIND
            items.append(("…", ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}))
    return tuple(items)


def _sources(said: Said) -> tuple[tuple[Source, ...], tuple[RowSource, ...]]:
    """The figures that stand alone; then traits with many classes, each together: 170 countries are no five pages."""
    figures = [figure for figure in said.book if figure.value is not None and not figure.row]
    alone: list[Source] = []
    together: list[RowSource] = []
    for (family, of), members in groupby(figures, lambda one: (class_of(one, said.language)[0], one.of)):
        found = list(members)
        if family and len(found) > MOST_ALONE:
            title = f"{family} ({_(of)})" if of else family
            together.append(_row_source(found[0].key.partition(":")[0], found, said.language, title=title))
        else:
            alone += [_source(figure, said.language) for figure in found]
    return tuple(alone), tuple(together)


def _source(figure: Figure, language: str) -> Source:
    family, brief = class_of(figure, language)
    return Source(
        family=family,
        brief=brief,
        key=figure.key,
        title=what_of(figure, language),
        shown=UNKNOWN if figure.value is None else amount(figure.value, figure.unit, language),
        period=_period(figure.period, language),
        of=_(figure.of) if figure.of else "",
        how=how_words()[figure.how],
        source=figure.source,
        extracted_on=when(figure.extracted_on, language),
        rows=figure.rows[:MOST_LINES],
        more_rows=max(0, len(figure.rows) - MOST_LINES),
        places=shortened(figure.rows),
        query=figure.query,
    )


def _row_sources(said: Said, chapters: Iterable[Chapter]) -> tuple[RowSource, ...]:
    """Of each row of which a number is shown: where its numbers come from. Tables are cut, so these are few."""
    shown = {cell.key for chapter in chapters for block in chapter.blocks for cell in _cells(block) if cell.key}
    wanted = {group for key in shown if (figure := said.book.get(key)) is not None and (group := figure.group)}
    groups: dict[str, list[Figure]] = {}
    for figure in said.book:
        if figure.value is not None and figure.group in wanted:
            groups.setdefault(figure.group, []).append(figure)
    return tuple(_row_source(key, figures, said.language) for key, figures in groups.items())


def _cells(block: Block) -> Iterator[Cell]:
    if isinstance(block, Table):
        for row in (*block.rows, block.total):
            yield from row
    elif isinstance(block, Pair):
        yield from (*_cells(block.left), *_cells(block.right))


def _row_source(key: str, figures: Sequence[Figure], language: str, *, title: str = "") -> RowSource:
    sources = tuple(_source(figure, language) for figure in figures)
    query = "\n\n".join(f"-- {one.title}\n{one.query}" for one in sources if one.query)
    if title:  # classes of a trait: one query gives them all
        sources = tuple(dataclasses.replace(one, title=one.brief, of="") for one in sources)
        query = figures[0].query
    rows = list(dict.fromkeys(row for figure in figures for row in figure.rows))
    return RowSource(
        key=key,
        title=title or row_of(figures[0], language),
        sources=sources,
        period=_each_once(one.period for one in sources),
        how=_each_once(one.how for one in sources),
        source=_each_once(one.source for one in sources),
        extracted_on=when(max(figure.extracted_on for figure in figures), language),
        rows=tuple(rows[:MOST_LINES]),
        more_rows=max(0, len(rows) - MOST_LINES),
        places=shortened(rows),
        query=query,
    )


def _each_once(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(word for word in words if word))


def _period(written: str, language: str) -> str:
    try:
        return written_period(written, language)
    except CordeeError:
        return written
