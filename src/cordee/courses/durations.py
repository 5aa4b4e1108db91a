"""How long does a learner need for a unit, where that can be known?

A film says its own length, a text is read at a stated speed, a question takes a stated time; docs/learners.md names the
sources. A unit that holds anything of which nobody can say it has no duration: half a figure would be a wrong one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final

from cordee.core.kept import Kept
from cordee.courses.kinds import installed, seconds_for
from cordee.courses.models import Content
from cordee.courses.outlines import CONTAINER, Bank, Entry, Unit, pick
from cordee.courses.queries import OUTLINES_KEPT
from cordee.courses.queries import outline as read_outline
from cordee.courses.reading_time import MINUTE_S

BATCH: Final = 500
MOST_KEPT: Final = 20_000


@lru_cache(maxsize=2 * OUTLINES_KEPT)
def unit_seconds(version_sha256: str, language: str) -> Mapping[str, int]:
    """By unit, whole minutes in seconds; units of which it is not known are left out.

    Versions never change: 1 query for 500 activities the first time in a process and language, then 0.
    """
    plan = read_outline(version_sha256)
    of_entry = {
        entry.id: pick(entry.contents, language, plan.language)
        for _place, entry in plan.entries.values()
        if entry.contents and not entry.staff_only
    }
    known = _known_seconds(set(of_entry.values()))
    by_entry = {entry_id: known.get(sha256) for entry_id, sha256 in of_entry.items()}
    seconds = {unit_id: _of_unit(place.unit, by_entry) for unit_id, place in plan.places.items()}
    return {unit_id: MINUTE_S * math.ceil(found / MINUTE_S) for unit_id, found in seconds.items() if found}


# By content, which never changes: most of a new version is that of the one before.
_kept: Kept[str, float | None] = Kept(MOST_KEPT)


def _known_seconds(wanted: Collection[str]) -> Mapping[str, float | None]:
    """By content. 1 query for 500 of those that are new to the process."""
    known = _kept.known(wanted)
    hashes = sorted(sha256 for sha256 in wanted if sha256 not in known)
    for start in range(0, len(hashes), BATCH):
        rows = Content.objects.filter(sha256__in=hashes[start : start + BATCH])
        for sha256, kind, data in rows.values_list("sha256", "kind", "data"):
            found = installed().get(kind)
            known[sha256] = seconds_for(found, found.from_json(data)) if found else None
            _kept.keep(sha256, known[sha256])
    return known


def _of_unit(unit: Unit, by_entry: Mapping[str, float | None]) -> float | None:
    if unit.effort_min:
        return MINUTE_S * unit.effort_min
    return _sum(_of_entry(entry, by_entry) for entry in unit.entries if not entry.staff_only)


def _of_entry(entry: Entry, by_entry: Mapping[str, float | None]) -> float | None:
    """None, too, for what some see and others do not."""
    if entry.audience:
        return None
    if entry.kind != CONTAINER:
        return by_entry.get(entry.id)
    children = [child for child in entry.children if not child.staff_only]
    whole = _sum(_of_entry(child, by_entry) for child in children)
    if whole is None or entry.choice is None:
        return whole
    if not isinstance(entry.choice, Bank) or not children:
        return None
    count = len(children) if entry.choice.count is None else min(entry.choice.count, len(children))
    return whole * count / len(children)  # those that are drawn are as long as the others, on average


def _sum(parts: Iterable[float | None]) -> float | None:
    total = 0.0
    for one in parts:
        if one is None:
            return None
        total += one
    return total
