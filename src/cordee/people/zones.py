"""Which time zones can be chosen, and under which words are they found in a list of four hundred?

A zone is offered once, under the name that the time zone database gives to a place of a country (its table `zone.tab`);
old names and doubles (`Asia/Calcutta`, `Europe/Nicosia` beside `Asia/Nicosia`) still work for whoever has one.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
import zoneinfo
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from django.utils.translation import gettext

from cordee.core.errors import N_
from cordee.ui import dates
from cordee.ui.language import language

UTC = "UTC"
TABLE = "zone.tab"
REGIONS = {
    "Africa": N_("Africa"),
    "America": N_("America"),
    "Antarctica": N_("Antarctica"),
    "Arctic": N_("Arctic"),
    "Asia": N_("Asia"),
    "Atlantic": N_("Atlantic Ocean"),
    "Australia": N_("Australia"),
    "Europe": N_("Europe"),
    "Indian": N_("Indian Ocean"),
    "Pacific": N_("Pacific Ocean"),
}

Choices = list[tuple[str, str | list[tuple[str, str]]]]


@cache
def time_zones() -> frozenset[str]:
    """Every zone that may be kept, by name: places and UTC, without the historical abbreviations."""
    names = zoneinfo.available_timezones()
    return frozenset({UTC} | {name for name in names if name.partition("/")[0] in REGIONS and "/" in name})


@cache
def offered_zones() -> tuple[str, ...]:
    """The zones of `zone.tab`, each once; all of them where the machine has no such table."""
    listed = {line.split("\t")[2].strip() for line in _table().splitlines() if line and not line.startswith("#")}
    return (UTC, *sorted((listed & time_zones()) or time_zones() - {UTC}))


def zone_choices(chosen: str, *, now: dt.datetime) -> Choices:
    """Choices for a list, grouped by region: [("UTC", "UTC"), ("Europe", [("Europe/Paris", "Paris (UTC+1)"), …]), …].

    In the reader's language and order. `chosen` is in it whatever its name, as long as it is a zone.
    """
    extra = chosen if chosen in time_zones() and chosen not in offered_zones() else ""
    return _choices(language(), extra, now.date())


@lru_cache(maxsize=16)
def _choices(language_code: str, extra: str, day: dt.date) -> Choices:
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in (*offered_zones()[1:], *([extra] if extra else [])):
        label = f"{dates.place_of(name, language_code)} ({_offset(name, noon)})"
        groups.setdefault(gettext(REGIONS[name.partition("/")[0]]), []).append((name, label))
    return [
        (UTC, UTC),
        *((region, sorted(groups[region], key=lambda each: _order(each[1]))) for region in sorted(groups, key=_order)),
    ]


def _offset(name: str, moment: dt.datetime) -> str:
    """UTC, UTC+1, UTC−3:30: how far the zone's clocks are from UTC at this moment."""
    minutes = round((moment.astimezone(zoneinfo.ZoneInfo(name)).utcoffset() or dt.timedelta()).total_seconds() / 60)
    if not minutes:
        return UTC
    hours, rest = divmod(abs(minutes), 60)
    return f"{UTC}{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else "")


def _order(words: str) -> str:
    """As a dictionary would: accents and capitals change nothing."""
    return "".join(c for c in unicodedata.normalize("NFKD", words).casefold() if not unicodedata.combining(c))


def _table() -> str:
    for folder in zoneinfo.TZPATH:
        file = Path(folder) / TABLE
        if file.is_file():
            return file.read_text(encoding="utf-8")
    try:
        return (resources.files("tzdata") / "zoneinfo" / TABLE).read_text(encoding="utf-8")
    except (ModuleNotFoundError, FileNotFoundError):
        return ""
