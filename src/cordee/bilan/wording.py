"""How is a figure said in French and in English?"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from cordee.bilan.document import Shown
from cordee.bilan.figures import Amount, Book, Figure, How, Listed, Own, Remark, Unit, Word, Words
from cordee.bilan.folder.cells import first_day
from cordee.bilan.names import LABELS
from cordee.bilan.period import Period
from cordee.core.errors import N_
from cordee.ui.countries import name_of
from cordee.ui.dates import EN, FR, long_date
from cordee.ui.typography import NBSP, is_french, number, percent, points, typo_fr

HUNDRED: Final = 100.0
MONTH, DAY = 1, 2  # how many hyphens a date has
UNKNOWN: Final = "–"
LANGUAGE_NAMES: Final = {"fr": N_("French"), "en": N_("English"), "es": N_("Spanish"), "de": N_("German")}


def label(key: str, language: str) -> str:
    """ "role:video" → "video"; a country by its name; what is not known here as it is."""
    kind, _sign, name = key.partition(":")
    if name == "undeclared":
        return gettext(LABELS["undeclared"])
    if kind == "country":
        return name_of(name, language)
    said = LABELS.get(key)
    return gettext(said) if said else name


def language_name(code: str) -> str:
    return gettext(LANGUAGE_NAMES[code]) if code in LANGUAGE_NAMES else code


def amount(value: float, unit: Unit, language: str, decimals: int | None = None) -> str:
    """12 480, 6,6 %, 1 285 k€, 0,70; halves away from zero."""
    if unit == "percent":
        shown = decimals if decimals is not None else 0 if abs(value - round(value)) < 0.05 else 1  # noqa: PLR2004 - rounds to a whole
        return percent(value / HUNDRED, language, shown)
    if unit == "person_years":
        return number(value, language, 2)
    if unit == "keur":
        written = number(value, language, 0 if value == int(value) else 1)
        return written + NBSP + "k€" if is_french(language) else "€" + written + "k"
    return points(value, language) if value != int(value) else number(value, language)


def shown(book: Book, key: str, language: str) -> Shown:
    """A figure as it is read, or a dash where it is not known."""
    figure = book.get(key)
    if figure is None or figure.value is None:
        return Shown(UNKNOWN)
    return Shown(amount(figure.value, figure.unit, language), key)


def how_words() -> dict[How, str]:
    """Where a number comes from, in a word or two."""
    return {
        "declared": _("declared"),
        "reckoned": _("from declared rows"),
        "computed": _("computed"),
        "mixed": _("partly computed"),
    }


def title_of(figure: Figure, language: str) -> str:
    """The title of a figure, its words filled in."""
    said = _filled(figure.title, figure.words, language)
    # Translators: a number of a row of a table, e.g. "ABC du langage C: enrolments".
    return _("{row}: {what}").format(row=row_of(figure, language), what=said) if figure.row else said


def what_of(figure: Figure, language: str) -> str:
    """The title of a figure beside the name of its row."""
    return _filled(figure.title, figure.words, language)


def class_of(figure: Figure, language: str) -> tuple[str, str]:
    """Of the share of a class of learners, the trait and the class; else nothing."""
    if not {"trait", "group"} <= figure.words.keys():
        return "", ""
    return _word(figure.words["trait"], language), _word(figure.words["group"], language)


def row_of(figure: Figure, language: str) -> str:
    """The name of the row in which a figure stands."""
    return _filled(figure.row, figure.words, language)


def _filled(template: str, words: Words, language: str) -> str:
    return gettext(template).format(**{name: _word(word, language) for name, word in words.items()})


def sentence_of(remark: Remark, language: str) -> str:
    """A remark of the margin. Its first letter is large, whatever it begins with."""
    said = _filled(remark.sentence, remark.words, language)
    return said[:1].upper() + said[1:]


def _word(word: Word, language: str) -> str:
    if isinstance(word, Amount):
        return amount(word.value, word.unit, language, word.decimals)
    if isinstance(word, Own):
        return word.english if word.english and not is_french(language) else word.text
    if isinstance(word, Listed):
        return (NBSP + "; " if is_french(language) else "; ").join(
            _filled(word.template, one, language) for one in word.items
        )
    if word in LABELS or word.startswith("country:") or word.endswith(":undeclared"):
        return label(word, language)
    return gettext(word) if word else ""


def typeset(text: str, language: str) -> str:
    """What people wrote, with the no-break spaces that French wants."""
    return typo_fr(text) if is_french(language) else text


def period_words(period: Period, language: str) -> str:
    """2013–2016, 2016; two months; or two dates."""
    if period.whole_years:
        return str(period).replace("-", "–")
    if period.whole_months:
        months = [f"{day:%Y-%m}" for day in (period.first, period.last)]
        return " – ".join(when(month, language) for month in dict.fromkeys(months))
    return f"{long_date(period.first, language)} – {long_date(period.last, language)}"


def written_period(written: str, language: str) -> str:
    """A period that is written in a file, or that a figure keeps."""
    return period_words(Period.parse(written), language)


def when(date: str, language: str) -> str:
    """2016, novembre 2016, 24 novembre 2016: as much as is known."""
    if not date:
        return ""
    day = first_day(date)
    known = date.count("-")
    if known == DAY:
        return long_date(dt.date(day.year, day.month, day.day), language)
    if known == MONTH:
        months = FR.long_months if is_french(language) else EN.long_months
        return f"{months[day.month - 1]} {day.year}"
    return str(day.year)


def listed(words: list[str], language: str) -> str:
    """a, b and c."""
    if len(words) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(words)
    last = " et " if is_french(language) else " and "
    return ", ".join(words[:-1]) + last + words[-1]
