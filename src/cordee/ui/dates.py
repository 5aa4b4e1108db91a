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
DAYS_IN_WEEK = 7


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
    in_weeks: str
    long_weekdays: tuple[str, ...]
    few: tuple[str, ...]  # 2 to 6 in words
    first: str = ""  # what follows the first day of a month
    cities: Mapping[str, str] = field(default_factory=dict)  # of zones, those that have another name in this language


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
    near={-1: "yesterday", 0: "today", 1: "tomorrow"},
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
    long_months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    clock=_clock_en,
    zone=_zone_en,
    in_days="in {days} days",
    in_weeks="in {weeks} weeks",
    long_weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    few=("two", "three", "four", "five", "six"),
)  # fmt: skip
FR = Style(
    near={-1: "hier", 0: "aujourd’hui", 1: "demain"},
    weekdays=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    months=("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    long_months=(
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ),
    clock=_clock_fr,
    zone=_zone_fr,
    in_days="dans {days} jours",
    in_weeks="dans {weeks} semaines",
    long_weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    few=("deux", "trois", "quatre", "cinq", "six"),
    first="er",
    cities={
        "Addis_Ababa": "Addis-Abeba", "Algiers": "Alger", "Andorra": "Andorre", "Argentina": "Argentine",
        "Ashgabat": "Achgabat", "Asuncion": "Asunción", "Athens": "Athènes", "Azores": "Açores", "Baghdad": "Bagdad",
        "Bahrain": "Bahreïn", "Baku": "Bakou", "Barbados": "La Barbade", "Beirut": "Beyrouth", "Bermuda": "Bermudes",
        "Bishkek": "Bichkek", "Brussels": "Bruxelles", "Bucharest": "Bucarest", "Busingen": "Büsingen",
        "Cairo": "Le Caire", "Canary": "Îles Canaries", "Cancun": "Cancún", "Cape_Verde": "Cap-Vert",
        "Chisinau": "Chișinău", "Christmas": "Île Christmas", "Cocos": "Îles Cocos", "Comoro": "Comores",
        "Copenhagen": "Copenhague", "Cordoba": "Córdoba", "Curacao": "Curaçao", "Damascus": "Damas", "Dhaka": "Dacca",
        "Dominica": "Dominique", "Dubai": "Dubaï", "Dushanbe": "Douchanbé", "Easter": "Île de Pâques",
        "El_Aaiun": "Laâyoune", "Faroe": "Îles Féroé", "Fiji": "Fidji", "Galapagos": "Galápagos", "Grenada": "Grenade",
        "Havana": "La Havane", "Ho_Chi_Minh": "Hô-Chi-Minh-Ville", "Isle_of_Man": "Île de Man", "Jamaica": "Jamaïque",
        "Jerusalem": "Jérusalem", "Kabul": "Kaboul", "Kathmandu": "Katmandou", "Kuwait": "Koweït", "Lisbon": "Lisbonne",
        "Lome": "Lomé", "London": "Londres", "Macau": "Macao", "Madeira": "Madère", "Mahe": "Mahé", "Malta": "Malte",
        "Manila": "Manille", "Marquesas": "Marquises", "Mauritius": "Maurice", "Mexico_City": "Mexico",
        "Mogadishu": "Mogadiscio", "Montreal": "Montréal", "Moscow": "Moscou", "Muscat": "Mascate",
        "Ndjamena": "N’Djaména", "Nicosia": "Nicosie", "Norfolk": "Île Norfolk", "North_Dakota": "Dakota du Nord",
        "Noumea": "Nouméa", "Palau": "Palaos", "Puerto_Rico": "Porto Rico", "Rangoon": "Rangoun",
        "Reunion": "La Réunion", "Riyadh": "Riyad", "Samarkand": "Samarcande", "San_Marino": "Saint-Marin",
        "Sao_Paulo": "São Paulo", "Sao_Tome": "São Tomé", "Seoul": "Séoul", "Singapore": "Singapour",
        "South_Pole": "Pôle Sud", "St_Barthelemy": "Saint-Barthélemy", "St_Kitts": "Saint-Christophe",
        "St_Lucia": "Sainte-Lucie", "St_Thomas": "Saint-Thomas", "St_Vincent": "Saint-Vincent", "Tashkent": "Tachkent",
        "Tbilisi": "Tbilissi", "Tehran": "Téhéran", "Thimphu": "Thimphou", "Ulaanbaatar": "Oulan-Bator",
        "Vatican": "Le Vatican", "Vienna": "Vienne", "Warsaw": "Varsovie", "Yangon": "Rangoun",
        "Yekaterinburg": "Iekaterinbourg", "Yerevan": "Erevan",
    },
)  # fmt: skip


def style_of(language: str) -> Style:
    return FR if is_french(language) else EN


def zone_words(zone: Zone, language: str) -> str:
    """The zone by its city: `Paris time`, `heure de Paris`."""
    key = zone if isinstance(zone, str) else str(getattr(zone, "key", None) or "UTC")
    return style_of(language).zone(place_of(key, language).partition(",")[0])


def place_of(zone: str, language: str) -> str:
    """The place of a zone: `London`, `Londres`; with the land that its name holds: `Vevay, Indiana`."""
    if "/" not in zone or zone.startswith("Etc/"):
        return "UTC"
    cities = style_of(language).cities
    return ", ".join(cities.get(part, part).replace("_", " ") for part in reversed(zone.split("/")[1:]))


def clock(moment: dt.datetime, zone: Zone, language: str) -> str:
    """The time of day: `11:59 pm`, `23 h 59`."""
    return style_of(language).clock(_in_zone(moment, zone))


def exact_clock(moment: dt.datetime, zone: Zone, language: str) -> str:
    """The same to the second, where it is not a whole minute: `11:59:08 pm`, `23 h 59 min 08 s`."""
    there = _in_zone(moment, zone)
    if not there.second:
        return clock(moment, zone, language)
    if is_french(language):
        return f"{there.hour}{NBSP}h{NBSP}{there.minute:02d}{NBSP}min{NBSP}{there.second:02d}{NBSP}s"
    return _clock_en(there).replace(NBSP, f":{there.second:02d}{NBSP}")


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


def when(
    moment: dt.datetime, now: dt.datetime, zone: Zone, language: str, *, name_zone: bool = True, begins: bool = True
) -> str:
    """A moment as a person says it: day by its word when near, else by its date; time; zone by its city.

    `begins`: it stands alone or first; within a sentence (`Due: tomorrow`, `Date limite : demain`) it does not.
    """
    local, today = _in_zone(moment, zone), _in_zone(now, zone)
    style = style_of(language)
    distance = (local.date() - today.date()).days
    date = style.near.get(distance) or day(moment, zone, language, now=now, weekday=abs(distance) <= 6)  # noqa: PLR2004 - this week
    written = f"{_begun(date) if begins else date}, {style.clock(local)}"
    return f"{written} ({zone_words(zone, language)})" if name_zone else written


def how_far(moment: dt.datetime, now: dt.datetime, zone: Zone, language: str) -> str:
    """How far a deadline is: `Tomorrow, 11:59 pm` up to tomorrow, `In 6 days` up to four weeks, else `In 5 weeks`."""
    distance = (_in_zone(moment, zone).date() - _in_zone(now, zone).date()).days
    style = style_of(language)
    if 2 <= distance <= 28:  # noqa: PLR2004 - four weeks
        return _begun(style.in_days.format(days=distance).replace(" ", NBSP))
    if distance > 28:  # noqa: PLR2004 - its date stands beside it
        return _begun(style.in_weeks.format(weeks=round(distance / DAYS_IN_WEEK)).replace(" ", NBSP))
    return when(moment, now, zone, language, name_zone=False)


def said(moment: dt.datetime, now: dt.datetime, zone: Zone, language: str) -> str:
    """A deadline as one tells a friend: `Tomorrow, 11:59 pm`, `Thursday, in two days`, then as `how_far` has it."""
    local = _in_zone(moment, zone)
    distance = (local.date() - _in_zone(now, zone).date()).days
    style = style_of(language)
    if not 2 <= distance < DAYS_IN_WEEK:  # noqa: PLR2004 - tomorrow has its word
        return how_far(moment, now, zone, language)
    days = style.in_days.format(days=style.few[distance - 2]).replace(" ", NBSP)
    return f"{_begun(style.long_weekdays[local.weekday()])}, {days}"


def _begun(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _in_zone(moment: dt.datetime, zone: Zone) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone: moments are aware")
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
