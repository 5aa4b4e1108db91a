"""Did a letter help? What those did who got it, beside those who were drawn not to get it.

Everybody who was drawn stays where the draw put them, also who never opened the letter or whose address bounced: to
leave them out would compare other people (the principle of intention to treat). Without a draw there is nobody to
compare with, and what is counted before and after proves nothing: who stands out in a list at one moment comes back to
the common run without a letter, too (regression to the mean).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from cordee.courses.outlines import Outline
from cordee.learning.queries import acted_between, opened_between, solved_between
from cordee.pilot.models import ChosenLearner, RunLetter
from cordee.pilot.statistics import newcombe

HORIZONS: Final = (7, 14)  # days
Measure = Literal["back", "solved", "started"]
Verdict = Literal["no_draw", "early", "few", "same", "more", "fewer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One thing that they may have done within so many days."""

    measure: Measure
    days: int
    written: int  # who got the letter and had not done it before
    written_done: int
    held: int  # who were drawn not to get it, likewise
    held_done: int
    before_done: int | None  # of those written to, in as many days before; None where it can be done once only
    verdict: Verdict
    low: float | None = None  # of the difference of the shares, written less held
    high: float | None = None


def outcomes(letter: RunLetter, outline: Outline, *, k: int, now: dt.datetime) -> tuple[Outcome, ...]:
    """For each measure and horizon. 5 queries, 6 more with an aim."""
    fates = _fates(letter)
    measures: list[Measure] = ["back"]
    if letter.aim_kind:
        measures.append("solved" if letter.aim_kind == "activity" else "started")
    return tuple(
        _outcome(letter, outline, measure, days, fates, k=k, now=now) for measure in measures for days in HORIZONS
    )


def also_written(letter: RunLetter, now: dt.datetime) -> int:
    """How many of those held back got another letter of the run within the time that is compared. 1 query."""
    until = min(now, letter.sent_at + dt.timedelta(days=HORIZONS[-1]))
    held = ChosenLearner.objects.filter(letter=letter, fate=ChosenLearner.HELD_BACK).values("person")
    others = ChosenLearner.objects.filter(
        letter__run=letter.run,
        letter__sent_at__gt=letter.sent_at,
        letter__sent_at__lte=until,
        fate=ChosenLearner.WRITTEN,
        person__in=held,
    )
    return others.values("person").distinct().count()


def verdict_of(
    written: tuple[int, int], held: tuple[int, int], *, k: int
) -> tuple[Verdict, float | None, float | None]:
    """What two counts (done, of) say: nothing below `k` people on a side; else Newcombe's interval decides."""
    (done, of), (held_done, held_of) = written, held
    interval = newcombe(done, of, held_done, held_of)
    if min(of, held_of) < k or interval is None:
        return "few", None, None
    low, high = interval
    return ("more" if low > 0 else "fewer" if high < 0 else "same"), low, high


def _outcome(
    letter: RunLetter,
    outline: Outline,
    measure: Measure,
    days: int,
    fates: Mapping[str, Collection[UUID]],
    *,
    k: int,
    now: dt.datetime,
) -> Outcome:
    span = dt.timedelta(days=days)
    until = letter.sent_at + span
    done = _done(letter, outline, measure, letter.sent_at, min(until, now))
    before = _done(letter, outline, measure, letter.sent_at - span if measure == "back" else None, letter.sent_at)
    could = {
        fate: set(people) - (before if measure != "back" else frozenset())  # known before the draw: it favours nobody
        for fate, people in fates.items()
    }
    written, held = could[ChosenLearner.WRITTEN], could[ChosenLearner.HELD_BACK]
    verdict: Verdict
    low = high = None
    if not fates[ChosenLearner.HELD_BACK]:
        verdict = "no_draw"
    elif now < until:
        verdict = "early"
    else:
        verdict, low, high = verdict_of((len(written & done), len(written)), (len(held & done), len(held)), k=k)
    return Outcome(
        measure=measure,
        days=days,
        written=len(written),
        written_done=len(written & done),
        held=len(held),
        held_done=len(held & done),
        before_done=len(written & before) if measure == "back" else None,
        verdict=verdict,
        low=low,
        high=high,
    )


def _fates(letter: RunLetter) -> Mapping[str, Collection[UUID]]:
    found: dict[str, set[UUID]] = {ChosenLearner.WRITTEN: set(), ChosenLearner.HELD_BACK: set()}
    compared = ChosenLearner.objects.filter(letter=letter, fate__in=list(found))
    for fate, person in compared.values_list("fate", "person"):
        found[fate].add(person)
    return found


def _done(
    letter: RunLetter, outline: Outline, measure: Measure, since: dt.datetime | None, until: dt.datetime
) -> frozenset[UUID]:
    """Who did it after `since` (ever, for None) and up to `until`. 1 query."""
    match measure:
        case "back":
            return acted_between(letter.run, since, until)
        case "solved":
            return solved_between(letter.run, letter.aim, since, until)
    units = [
        unit.id
        for module in outline.modules
        if module.id == letter.aim
        for section in module.sections
        for unit in section.units
    ]
    return opened_between(letter.run, units, since, until)
