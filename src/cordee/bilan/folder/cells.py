"""What does a cell of a table say? As a spreadsheet writes it, in French or in English."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from cordee.bilan.columns import Column, Kind
from cordee.bilan.names import choices_listed, words_of_choices
from cordee.core.errors import N_, InputRefused, shown
from cordee.ui.countries import is_country

YES: Final = frozenset({"yes", "oui", "true", "vrai", "1", "x"})
NO: Final = frozenset({"no", "non", "false", "faux", "0"})
WHEN: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
FRENCH_DAY: Final = re.compile(r"(?:(\d{1,2})/)?(\d{1,2})/(\d{4})")  # or a month
NUMBER: Final = re.compile(r"-?(\d+|\d{1,3}([ \u00a0\u202f]\d{3})+)([.,]\d+)?")
THOUSANDS: Final = re.compile(r"([1-9]\d{0,2}),(\d{3})")  # a comma of thousands in English, of decimals in French
GROUPED: Final = re.compile(r"([1-9]\d{0,2})[.,](\d{3})")  # the same of whole numbers, which have no decimals
FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")  # how a spreadsheet would read a cell as one (OWASP, CSV Injection)
HARMLESS: Final = re.compile(r"[+-]?\d[\d.,]*")  # a number, e.g. the class -17 of ages
HUNDRED: Final = 100.0
FIRST_YEAR, LAST_YEAR = 1900, 2999


def value_of(column: Column, cell: str) -> Any:
    """The value of a cell that is not empty. Raises InputRefused, which says what it must look like."""
    return READERS[column.kind](column, cell)


def _text(_column: Column, cell: str) -> str:
    return cell


def _words(_column: Column, cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split("|") if word.strip())


def _number(cell: str) -> float:
    if not NUMBER.fullmatch(cell):
        raise InputRefused(N_("“{cell}” is no number. Write digits, e.g. 12000 or 0.7."), cell=shown(cell, 40))
    number = float(re.sub(r"[ \u00a0\u202f]", "", cell).replace(",", "."))
    if not math.isfinite(number):
        raise InputRefused(N_("“{cell}” is no number. Write digits, e.g. 12000 or 0.7."), cell=shown(cell, 40))
    if number < 0:
        raise InputRefused(N_("{cell} is below zero. Write a number from 0 on."), cell=cell)
    return number


def _count(_column: Column, cell: str) -> int:
    _refuse_two_ways(cell, GROUPED)
    number = _number(cell)
    if number != int(number):
        raise InputRefused(N_("{cell} is not whole. Write how many there are."), cell=cell)
    return int(number)


def _amount(column: Column, cell: str) -> float:
    if column.large:
        _refuse_two_ways(cell, THOUSANDS)
    return _number(cell)


def _refuse_two_ways(cell: str, ways: re.Pattern[str]) -> None:
    """Raises InputRefused for a number that one reader would take for a thousand times what another does."""
    found = ways.fullmatch(cell)
    if found:
        raise InputRefused(
            N_(
                "“{cell}” can be read in two ways, as {small} or as {large}. Write {small} or {large}, whichever it is."
            ),
            cell=cell,
            small=cell_of(float(f"{found[1]}.{found[2]}")),
            large=found[1] + found[2],
        )


def _share(_column: Column, cell: str) -> float:
    number = _number(cell.removesuffix("%").strip())
    if number > HUNDRED:
        raise InputRefused(N_("{cell} is more than 100 percent. Write a share from 0 to 100."), cell=cell)
    return number


def _date(_column: Column, cell: str) -> str:
    return date_of(cell)


def date_of(cell: str) -> str:
    """A date as the tables keep it: "24/11/2016" → "2016-11-24", "11/2016" → "2016-11". Raises InputRefused, with the
    cell as it was written."""
    french = FRENCH_DAY.fullmatch(cell)
    day = f"-{int(french[1]):02d}" if french and french[1] else ""
    written = f"{french[3]}-{int(french[2]):02d}{day}" if french else cell
    try:
        first_day(written)
    except InputRefused:
        raise InputRefused(
            N_(
                "“{cell}” is no date. Write dd/mm/yyyy (24/11/2016) or 2016-11-24; where less is known, 11/2016 or"
                " 2016."
            ),
            cell=shown(cell, 40),
        ) from None
    return written


def _year(_column: Column, cell: str) -> int:
    if not cell.isdecimal() or not FIRST_YEAR <= int(cell) <= LAST_YEAR:
        raise InputRefused(N_("“{cell}” is no year. Write four digits, e.g. 2016."), cell=shown(cell, 40))
    return int(cell)


def _language(_column: Column, cell: str) -> str:
    if not re.fullmatch(r"[a-zA-Z]{2}", cell):
        raise InputRefused(
            N_("“{cell}” is no language. Write its two letters of ISO 639-1, e.g. fr or en."), cell=shown(cell, 40)
        )
    return cell.lower()


def _country(_column: Column, cell: str) -> str:
    if not is_country(cell):
        raise InputRefused(
            N_("“{cell}” is no country. Write its two letters of ISO 3166-1, e.g. FR or SN."), cell=shown(cell, 40)
        )
    return cell.upper()


def _yes(_column: Column, cell: str) -> bool:
    word = cell.lower()
    if word not in YES | NO:
        raise InputRefused(N_("“{cell}” is neither yes nor no. Write yes or no."), cell=shown(cell, 40))
    return word in YES


def _choice(column: Column, cell: str) -> str:
    word = words_of_choices(column.name, column.choices).get(cell.replace("'", "’").casefold())
    if word is None:
        raise InputRefused(
            N_("“{cell}” is not known here. Write one of: {choices}."),
            cell=shown(cell, 40),
            choices=choices_listed(column.name, column.choices),
        )
    return word


READERS: Final[Mapping[Kind, Callable[[Column, str], Any]]] = {
    "text": _text,
    "class": _text,  # of the trait of its row: `names.class_called`
    "words": _words,
    "count": _count,
    "share": _share,
    "amount": _amount,
    "date": _date,
    "year": _year,
    "language": _language,
    "country": _country,
    "yes": _yes,
    "choice": _choice,
}


def first_day(when: str) -> dt.date:
    """The first day of "2016", "2016-11", "2016-11-24". Raises InputRefused."""
    found = WHEN.fullmatch(when)
    try:
        if found is None:
            raise ValueError(when)
        return dt.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        raise InputRefused(
            N_("“{cell}” is no date. Write 2016-11-24, 2016-11 or 2016."), cell=shown(when, 40)
        ) from None


def last_day(when: str) -> dt.date:
    """The last day of "2016", "2016-11", "2016-11-24". Raises InputRefused."""
    day = first_day(when)
    given = when.count("-")
    if given == 0:
        return dt.date(day.year, 12, 31)
    return dt.date(day.year, day.month, calendar.monthrange(day.year, day.month)[1]) if given == 1 else day


def cell_of(value: object) -> str:
    """A value as it stands in a file: the inverse of `value_of`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " | ".join(value)
    if isinstance(value, float):
        return f"{value:.15g}" if "e" not in f"{value:.15g}" else f"{value:.15f}".rstrip("0").rstrip(".")
    return str(value)


def guarded(cell: str) -> str:
    """A cell as it is written to a file: with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if FORMULA.match(cell) and not HARMLESS.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """The inverse of `guarded`."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell
