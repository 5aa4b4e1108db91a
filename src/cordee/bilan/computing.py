"""What do stores of the pilot say of the runs that name one?

Every number comes through the pilot's own indicators and its hiding of small cells. A store that is missing, or that
another version wrote, leaves its runs without numbers and a remark; the report is made all the same.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from cordee.bilan.figures.part import runs_in
from cordee.bilan.period import Period
from cordee.bilan.programme import EDUCATION, TRAITS, UNDECLARED, Programme, Run, Share
from cordee.core.errors import N_, Conflict, CordeeError, NotFound
from cordee.core.privacy import SMALL_CELL
from cordee.pilot.indicators import Row, indicator_called
from cordee.pilot.indicators.traits import MERGED
from cordee.pilot.kept_answers import answered
from cordee.pilot.parts import SIMULATED
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import roll_up
from cordee.pilot.store import Store

COUNTS: Final = {  # a column of runs.csv, and that of the pilot's indicator `runs`
    "enrolments": "enrolled",
    "started_any": "started_any",
    "started": "started",
    "assiduous": "assiduous",
    "week_two": "week_two",
    "passed": "passed",
    "passed_assiduous": "passed_of_assiduous",
    "passed_week_two": "passed_of_week_two",
}
INDICATORS: Final = {"sex": "sex", "age": "age", "education": "education", "country": "countries"}
RUNS: Final = "runs"
NO_RUN: Final = N_("The store {store} has no run {key}. Look at the key, or import the run’s files into the store.")
DAMAGED: Final = N_("The store {store} cannot be read: it is damaged. Import its files again into a new folder.")


@dataclass(frozen=True, slots=True)
class Gap:
    """A run whose store says nothing: where it stands, and why."""

    file: str
    line: int
    why: CordeeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """The programme with the numbers of its stores filled in. `masked`: classes too small to be told."""

    programme: Programme
    gaps: tuple[Gap, ...] = ()
    masked: int = 0
    is_simulated: bool = False  # some of the people who were counted do not exist
    profile_runs: int = 0  # over how many runs the profile was counted; 0 where it is declared


def query_of(name: str) -> str:
    """The pilot's query behind a number of runs, or behind a trait."""
    return indicator_called(INDICATORS.get(name, RUNS)).query.strip()


def fill(programme: Programme, base: Path, *, within: Period, k: int = SMALL_CELL) -> Computed:
    """Fill the runs that name a store, relative to `base`. A profile that stores know replaces a declared one.

    Numbers of runs are filled whenever they open; the profile is of those that open `within` the period. Two to six
    queries a store, through `kept_answers`.
    """
    by_store: dict[str, list[Run]] = defaultdict(list)
    for run in programme.runs:
        if run.store and run.key:
            by_store[run.store].append(run)
    filled: dict[int, Run] = {}
    gaps: list[Gap] = []
    profile: list[Share] = []
    masked = profile_runs = 0
    counted = {id(run) for run in runs_in(programme, within)}
    is_simulated = False
    for name, runs in by_store.items():
        try:
            store = Store(base / name)
            known = set(store.courses())
            keys = tuple(sorted({run.key for run in runs} & known))
            roll_up(store, (RUNS, *INDICATORS.values()))
            now = tuple(sorted({run.key for run in runs if id(run) in counted} & known))
            rows = {str(row["course"]): row for row in answered(RUNS, store, Scope(keys), k=k).rows} if keys else {}
            days = _days(store)
            is_simulated |= any(
                one.source == SIMULATED and not set(keys).isdisjoint(one.courses) for one in store.receipts()
            )
            for run in runs:
                filled[id(run)] = _with_counts(run, rows.get(run.key), name, days.get(run.key, ""))
            lost = [run for run in runs if run.key not in known]
            gaps += [Gap("runs.csv", run.line, NotFound(NO_RUN, store=name, key=run.key)) for run in lost]
            if now:
                shares, hidden = _profile(store, now, name, k)
                profile += shares
                masked += hidden
                profile_runs += len(now)
        except (CordeeError, duckdb.Error) as wrong:
            why = wrong if isinstance(wrong, CordeeError) else Conflict(DAMAGED, store=name)
            for run in runs:
                gaps.append(Gap("runs.csv", run.line, why))
                filled[id(run)] = _without_counts(run)
    runs_now = tuple(filled.get(id(run), _without_counts(run) if run.store else run) for run in programme.runs)
    return Computed(
        programme=dataclasses.replace(
            programme, runs=runs_now, profile=_added_up(profile) if profile else programme.profile
        ),
        gaps=tuple(gaps),
        masked=masked,
        is_simulated=is_simulated,
        profile_runs=profile_runs,
    )


def _days(store: Store) -> dict[str, str]:
    """By run, the day of the newest file that tells of it."""
    days: dict[str, str] = {}
    for one in store.receipts():
        for course in one.courses:
            days[course] = max(days.get(course, ""), one.extracted_at.date().isoformat())
    return days


def _with_counts(run: Run, row: Row | None, name: str, day: str) -> Run:
    if row is None:
        return _without_counts(run)
    counts: dict[str, Any] = {mine: _whole(row.get(theirs)) for mine, theirs in COUNTS.items()}
    return dataclasses.replace(_without_counts(run), **counts, source=name, extracted_on=day)


def _without_counts(run: Run) -> Run:
    nothing: dict[str, Any] = dict.fromkeys(COUNTS)
    return dataclasses.replace(run, **nothing, passed_percent=None, source="", extracted_on="")


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _profile(store: Store, keys: tuple[str, ...], name: str, k: int) -> tuple[list[Share], int]:
    """What learners of these runs declared, all hosts together, and how many classes are hidden."""
    found: list[Share] = []
    hidden = 0
    for trait in TRAITS:
        answer = answered(INDICATORS[trait], store, Scope(keys), k=k)
        hidden += answer.hidden
        rows = [row for row in answer.rows if row["host"] == ""] or list(answer.rows)
        for row in rows:
            if row["class"] == MERGED or row["n"] is None:
                continue
            found.append(_share(trait, str(row["class"]), _whole(row["n"]), name, answer.extracted_at[:10]))
        if rows:
            found.append(_share(trait, UNDECLARED, _whole(rows[0]["undeclared"]), name, answer.extracted_at[:10]))
    return found, hidden


def _share(trait: str, group: str, people: int | None, source: str, day: str) -> Share:
    return Share(trait=trait, group=group, people=people, source=source, extracted_on=day)


def _added_up(shares: list[Share]) -> tuple[Share, ...]:
    """One row a class over all stores, with its share of those who declared it (for undeclared: of all)."""
    people: dict[tuple[str, str], int] = defaultdict(int)
    for one in shares:
        people[one.trait, one.group] += one.people or 0
    sources = " | ".join(sorted({one.source for one in shares}))
    day = max((one.extracted_on for one in shares), default="")
    order = {name: place for place, name in enumerate(EDUCATION)}
    found = []
    for (trait, group), count in sorted(
        people.items(), key=lambda one: (one[0][0], order.get(one[0][1], 0), one[0][1])
    ):
        declared = sum(n for (other, name), n in people.items() if other == trait and name != UNDECLARED)
        whole = declared + people[trait, UNDECLARED] if group == UNDECLARED else declared
        percent = 100 * count / whole if whole else None
        found.append(Share(trait=trait, group=group, percent=percent, people=count, source=sources, extracted_on=day))
    return tuple(found)
