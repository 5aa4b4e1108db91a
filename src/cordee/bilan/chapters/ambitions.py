"""What had the programme promised itself, what became of it, and when did it happen?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cordee.bilan.chapters import Said, made, table
from cordee.bilan.document import Cell, Chapter, Terms
from cordee.bilan.figures.ambitions import Outcome, outcomes
from cordee.bilan.wording import UNKNOWN, amount, language_name, listed, when


def chapter(said: Said) -> Chapter:
    rows = [_row(said, one) for one in outcomes(said.review.programme, said.book)]
    return made(
        said,
        "ambitions",
        _("Ambitions and key dates"),
        [
            table(_("What was wanted, and what became of it"), (_("Ambition"), _("Wanted"), _("Found"), ""), rows),
            _dates(said),
        ],
    )


def _row(said: Said, one: Outcome) -> list[Cell]:
    names = {
        "new_courses_a_year": _("New courses a year"),
        "languages": _("Languages"),
        "several_hosts": _("Several platforms"),
    }
    verdicts = {"reached": _("reached"), "missed": _("not reached"), "unknown": _("not known")}
    wanted, found = list(one.wanted), list(one.found)
    key = ""
    if one.name == "languages":
        wanted, found = [language_name(code) for code in wanted], [language_name(code) for code in found]
    if one.name == "several_hosts":
        wanted, key = [_("two or more")], "hosts"
    if one.name == "new_courses_a_year":
        wanted = [amount(float(number), "number", said.language) for number in wanted]
        found = [said.shown("courses_a_year").text] if found else []
        key = "courses_a_year"
    return [
        Cell(names[one.name]),
        Cell(listed(wanted, said.language)),
        Cell(listed(found, said.language) or UNKNOWN, key=key if found else ""),
        Cell(verdicts[one.verdict]),
    ]


def _dates(said: Said) -> Terms | None:
    rows = said.review.programme.timeline
    told = [one for one in rows if one.event_fr or one.event_en]
    dated = sorted((one for one in told if one.date), key=lambda one: one.date)
    items = [(when(one.date, said.language), _event(said, one)) for one in dated]
    items += [(_("date not known"), _event(said, one)) for one in told if not one.date]
    return Terms(_("Key dates"), tuple(items)) if items else None


def _event(said: Said, one: object) -> str:
    """The event, with the title of its course where the words do not name it."""
    words = said.of(one, "event")
    title = said.course_title(getattr(one, "course", ""))
    if not title or title == getattr(one, "course", "") or title in words:
        return words
    # Translators: an event of the timeline and the course that it is about.
    return _("{event} ({title})").format(event=words, title=title)
