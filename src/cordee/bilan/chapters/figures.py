"""How large is the programme, in a dozen numbers, and what changed since the period before?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cordee.bilan.chapters import Said, made, number_cell, prose, table
from cordee.bilan.document import Block, Cell, Chapter, Numbers
from cordee.bilan.figures.totals import TITLES
from cordee.bilan.wording import amount, period_words, title_of, when
from cordee.ui.typography import NBSP

LARGE = ("enrolments", "courses", "went_to_the_end", "own_students", "teachers", "countries")
MORE = ("runs", "hosts", "other_students")


def chapter(said: Said) -> Chapter:
    title = _("The period in figures")
    if said.review.period.whole_years:
        title = _("{period} in figures").format(period=period_words(said.review.period, said.language))
    blocks: list[Block | None] = [_numbers(said, (*LARGE, *MORE)), _notes(said), _changes(said)]
    return made(said, "figures", title, blocks)


def _numbers(said: Said, keys: tuple[str, ...]) -> Numbers | None:
    cells = tuple((said.shown(key), _label(said, key)) for key in keys if said.knows(key))
    return Numbers(cells) if cells else None


def _label(said: Said, key: str) -> str:
    """What was counted, with the note that its declaration carries."""
    figure = said.book.get(key)
    title = "" if figure is None else title_of(figure, said.language)
    notes = [
        said.of(one, "note")
        for one in said.review.programme.totals
        if one.name == key and figure is not None and figure.how == "declared"
    ]
    return f"{title} ({notes[0]})" if notes and notes[0] else title


def _notes(said: Said) -> Block | None:
    about = said.review.programme.about
    hosts = []
    for host in about.hosts:
        day = _("data of {date}").format(date=when(host.extracted_on, said.language)) if host.extracted_on else ""
        hosts.append(f"{host.name} ({day})" if day else host.name)
    return prose(_("Platforms: {hosts}.").format(hosts=", ".join(hosts)) if hosts else "")


def _changes(said: Said) -> Block | None:
    """What is known of both periods; a sentence where nothing is."""
    before = period_words(said.review.period.before(), said.language)
    known = [one for one in said.review.changes if one.now is not None and one.before is not None]
    if not known:
        return prose(_("Nothing is known of the period before ({period}): no change is shown.").format(period=before))
    rows = []
    for one in known:
        title, unit, _of = TITLES[one.key]
        now, then = one.now or 0.0, one.before or 0.0
        sign = "+" if now > then else "−" if now < then else "="
        change = amount(abs(now - then), "number" if unit == "percent" else unit, said.language)
        words = _("{change} points").format(change=sign + NBSP + change) if unit == "percent" else sign + NBSP + change
        rows.append(
            [
                Cell(_(title)),
                number_cell(amount(then, unit, said.language)),
                number_cell(amount(now, unit, said.language), one.key),
                number_cell(words),
            ]
        )
    now_words = period_words(said.review.period, said.language)
    return table(_("What changed"), ("", before, now_words, _("Change")), rows)
