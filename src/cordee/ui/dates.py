"""How is a moment told to a person? "Tomorrow, 11:59 pm (Paris time)", "Demain, 23 h 59 (heure de Paris)".

These are rules of languages, not messages: elision (heure d'Abidjan), order, no-break spaces. A third language is a
third `Style`; until then every other language reads English.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from cordee.ui.typography import NBSP, is_french

Zone = dt.tzinfo | str


@dataclass(frozen=True, slots=True)
class Style:
    """How one language writes moments."""

    near: Mapping[int, str]  # days from today -> word
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    long_months: tuple[str, ...]
    clock: Callable[[dt.datetime], str]
    zone: Callable[[str], str]
    in_days: str
    first: str = ""  # what follows the first day of a month
    cities: Mapping[str, str] = field(default_factory=dict)  # those that have another name in this language


def _clock_en(moment: dt.datetime) -> str:
    half = "am" if moment.hour < 12 else "pm"  # noqa: PLR2004 - noon
    return f"{moment.hour % 12 or 12}:{moment.minute:02d}{NBSP}{half}"


def _clock_fr(moment: dt.datetime) -> str:
    minutes = f"{NBSP}{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}{NBSP}h{minutes}"


def _zone_en(city: str) -> str:
    return f"{city} time"


def _zone_fr(city: str) -> str:
    if city == "UTC":
        return "heure UTC"
    if city.startswith("Le "):
        return f"heure du {city[3:]}"
    return f"heure d’{city}" if city[0] in "AEIOUÀÂÉÈÊÎÔ" else f"heure de {city}"


EN = Style(
    near={-1: "Yesterday", 0: "Today", 1: "Tomorrow"},
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
    long_months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    clock=_clock_en,
    zone=_zone_en,
    in_days="In {days} days",
)  # fmt: skip
FR = Style(
    near={-1: "Hier", 0: "Aujourd’hui", 1: "Demain"},
    weekdays=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    months=("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    long_months=(
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
    clock=_clock_fr,
    zone=_zone_fr,
    in_days="Dans {days} jours",
    first="er",
    cities={
        "Algiers": "Alger", "Athens": "Athènes", "Brussels": "Bruxelles", "Cairo": "Le Caire",
        "Copenhagen": "Copenhague", "Lisbon": "Lisbonne", "London": "Londres", "Montreal": "Montréal",
        "Moscow": "Moscou", "Reunion": "La Réunion", "Vienna": "Vienne", "Warsaw": "Varsovie",
    },
)  # fmt: skip


def style_of(language: str) -> Style:
    return FR if is_french(language) else EN


def zone_words(zone: Zone, language: str) -> str:
    """The zone by its city: `Paris time`, `heure de Paris`."""
    key = zone if isinstance(zone, str) else str(getattr(zone, "key", None) or "UTC")
    city = "UTC" if "/" not in key or key.startswith("Etc/") else key.rsplit("/", 1)[1].replace("_", " ")
    style = style_of(language)
    return style.zone(style.cities.get(city, city))


def clock(moment: dt.datetime, zone: Zone, language: str) -> str:
    """The time of day: `11:59 pm`, `23 h 59`."""
    return style_of(language).clock(_in_zone(moment, zone))


def day(
    moment: dt.datetime, zone: Zone, language: str, *, now: dt.datetime | None = None, weekday: bool = False
) -> str:
    """A date: `24 Nov 2026`, `1er nov. 2026`; without its year when it is that of `now`."""
    local = _in_zone(moment, zone)
    style = style_of(language)
    year = "" if now is not None and _in_zone(now, zone).year == local.year else f" {local.year}"
    before = f"{style.weekdays[local.weekday()]} " if weekday else ""
    return f"{before}{day_of_month(local, language)}{NBSP}{style.months[local.month - 1]}{year}"


def long_day(moment: dt.datetime, zone: Zone, language: str) -> str:
    """A date in full, for documents: `24 November 2026`, `1er novembre 2026`."""
    return long_date(_in_zone(moment, zone).date(), language)


def long_date(day: dt.date, language: str, *, with_year: bool = True) -> str:
    """The same for a date that has no time: `24 November 2026`, `1er novembre 2026`, without year `1er novembre`."""
    written = f"{day_of_month(day, language)}{NBSP}{style_of(language).long_months[day.month - 1]}"
    return f"{written} {day.year}" if with_year else written


def day_of_month(day: dt.date, language: str) -> str:
    """`24`, `1er`."""
    return f"{day.day}{style_of(language).first if day.day == 1 else ''}"


def when(moment: dt.datetime, now: dt.datetime, zone: Zone, language: str, *, name_zone: bool = True) -> str:
    """A moment as a person says it: day by its word when near, else by its date; time; zone by its city."""
    local, today = _in_zone(moment, zone), _in_zone(now, zone)
    style = style_of(language)
    distance = (local.date() - today.date()).days
    date = style.near.get(distance) or day(moment, zone, language, now=now, weekday=abs(distance) <= 6)  # noqa: PLR2004 - this week
    written = f"{date[:1].upper()}{date[1:]}, {style.clock(local)}"
    return f"{written} ({zone_words(zone, language)})" if name_zone else written


def how_far(moment: dt.datetime, now: dt.datetime, zone: Zone, language: str) -> str:
    """How far a deadline is: `Tomorrow, 11:59 pm` up to tomorrow, `In 6 days` up to four weeks, else its date."""
    distance = (_in_zone(moment, zone).date() - _in_zone(now, zone).date()).days
    if 2 <= distance <= 28:  # noqa: PLR2004 - four weeks
        return style_of(language).in_days.format(days=distance).replace(" ", NBSP)
    return when(moment, now, zone, language, name_zone=False)


def _in_zone(moment: dt.datetime, zone: Zone) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone: moments are aware")
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
