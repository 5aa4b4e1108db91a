"""Who of the chosen gets the letter, who is held back, and who is left out and why?

The draw that holds some back is an HMAC of the form and of the person under the site's key: nobody can steer it, and
the same form shown again holds back the same people.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cordee.jobs.queries import bounced_among, who_said_no
from cordee.jobs.site import site_key
from cordee.pilot.letters.choosing import Person
from cordee.pilot.letters.measuring import HORIZONS
from cordee.pilot.models import ChosenLearner

A_WEEK: Final = dt.timedelta(days=7)
OF_A_LOT: Final = dt.timedelta(days=HORIZONS[-1])  # so long are those whom it holds back compared
SHARES: Final = (0, 10, 50)  # percent that can be held back


def topic_of(run_key: str) -> str:
    """What a learner says no to."""
    return f"run:{run_key}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen, each with one fate."""

    fates: Mapping[str, tuple[Person, ...]]
    held_percent: int = 0  # as was asked: of a single one nobody is held back

    def people(self, fate: str) -> tuple[Person, ...]:
        return self.fates.get(fate, ())

    @property
    def written(self) -> tuple[Person, ...]:
        return self.people(ChosenLearner.WRITTEN)

    @property
    def held_back(self) -> tuple[Person, ...]:
        return self.people(ChosenLearner.HELD_BACK)


def plan(
    people: Sequence[Person],
    *,
    run_key: str,
    form_id: UUID,
    held_percent: int,
    again: bool,
    despite_lots: bool,
    now: dt.datetime,
) -> Plan:
    """What sending would do now. 4 queries, one more for each 500 people."""
    refuse = who_said_no(topic_of(run_key))
    bounced = bounced_among(one.address for one in people)
    lately = written_lately(run_key, now)
    in_a_lot = held_back_still(run_key, now)
    fates: dict[str, list[Person]] = {}
    able = []
    for one in people:
        if not one.is_active:
            fate = ChosenLearner.CLOSED
        elif one.pseudonym in refuse:
            fate = ChosenLearner.SAID_NO
        elif one.address in bounced:
            fate = ChosenLearner.BOUNCED
        elif one.pseudonym in lately and not again:
            fate = ChosenLearner.THIS_WEEK
        elif one.pseudonym in in_a_lot and not despite_lots:
            fate = ChosenLearner.IN_A_LOT
        else:
            able.append(one)
            continue
        fates.setdefault(fate, []).append(one)
    held = _drawn(able, form_id, held_percent)
    fates[ChosenLearner.WRITTEN] = [one for one in able if one.pseudonym not in held]
    fates[ChosenLearner.HELD_BACK] = [one for one in able if one.pseudonym in held]
    return Plan({fate: tuple(found) for fate, found in fates.items()}, held_percent)


def written_lately(run_key: str, now: dt.datetime) -> frozenset[UUID]:
    """Whom a letter of this run was written to within a week. 1 query."""
    found = ChosenLearner.objects.filter(
        letter__run=run_key, letter__sent_at__gt=now - A_WEEK, fate=ChosenLearner.WRITTEN
    )
    return frozenset(found.values_list("person", flat=True))


def held_back_still(run_key: str, now: dt.datetime) -> frozenset[UUID]:
    """Whom the lot of a letter of this run holds back, its comparison not yet over. 1 query."""
    found = ChosenLearner.objects.filter(
        letter__run=run_key, letter__sent_at__gt=now - OF_A_LOT, fate=ChosenLearner.HELD_BACK
    )
    return frozenset(found.values_list("person", flat=True))


def _drawn(people: Sequence[Person], form_id: UUID, percent: int) -> frozenset[UUID]:
    """So many of them, rounded up, the lowest by their HMAC; of a single one nobody."""
    count = 0 if len(people) < 2 else -(-len(people) * percent // 100)  # noqa: PLR2004 - somebody gets it
    key = site_key()

    def lot(person: UUID) -> bytes:
        return hmac.digest(key, f"held back|{form_id}|{person}".encode(), hashlib.sha256)

    return frozenset(sorted((one.pseudonym for one in people), key=lot)[:count])
