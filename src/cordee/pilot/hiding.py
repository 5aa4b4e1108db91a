"""Which cells of a table are hidden, and which cuts of a crowd refused, so that nothing tells of fewer than k people?

Nothing here reads or keeps anything: `small_cells.py` says what the rules are for, `told.py` remembers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cordee.pilot.indicators import Row
from cordee.pilot.indicators.traits import MERGED

OPEN: Final = ("country",)  # traits without a closed list of classes: their hidden cells are one row
Person = tuple[str, int]  # (run, pseudonym)
Counts = dict[str, int]  # class → people


@dataclass
class Table:
    """The cells of a trait in one group: class → people, and which of them may not be told."""

    counts: Counts
    hidden: set[str] = field(default_factory=set)

    def rows(self, trait: str, host: str) -> list[Row]:
        """As `finish` takes them: n None where hidden, `of` what counts towards who declared."""
        counts, hidden = self.counts, self.hidden
        if trait in OPEN and hidden:
            merged = sum(counts[one] for one in hidden)
            counts = {one: n for one, n in counts.items() if one not in hidden} | {MERGED: merged}
            hidden = set()
        return [
            {"trait": trait, "host": host, "class": one, "n": None if one in hidden else n, "of": n}
            for one, n in sorted(counts.items())
        ]


def cover(table: Table, k: int, rest: Counts | None = None, before: Collection[str] = ()) -> None:
    """Hide further cells until the hidden ones together are k or more here and in the rest.

    Those hidden `before` first, since two dates that hide another tell both; else the smallest. Who declared nothing is
    told: that says nothing about them, and it leaves the sum of the declared known.
    """
    while table.hidden:
        here = sum(table.counts[one] for one in table.hidden)
        there = sum(rest.get(one, 0) for one in table.hidden) if rest is not None else 0
        several = sum(1 for one in table.hidden if table.counts[one]) > 1
        others = [one for one, n in table.counts.items() if n and one and one not in table.hidden]
        if not others or (several and here >= k and (there == 0 or there >= k)):
            return
        table.hidden.add(min(others, key=lambda one: (one not in before, table.counts[one], one)))


def tables_of_runs(
    by_trait: Mapping[str, Mapping[str, Counts]],
    shown: Mapping[str, Mapping[str, set[str]]],
    courses: Collection[str],
    hosts: Mapping[str, str],
    k: int,
) -> list[tuple[str, str, Table]]:
    wanted = {hosts.get(course, "") for course in courses} - {""}
    scopes = {"": set(courses)}
    if len(wanted) > 1:
        scopes |= {host: {course for course in courses if hosts.get(course, "") == host} for host in sorted(wanted)}
    return [
        (trait, host, _table_of_runs(runs, shown[trait], inside, k))
        for trait, runs in by_trait.items()
        for host, inside in scopes.items()
    ]


def _table_of_runs(runs: Mapping[str, Counts], shown: Mapping[str, set[str]], inside: Collection[str], k: int) -> Table:
    """Add up the runs; what runs hide only where that is no way to find it, the rest in one cell of its own."""
    within = [course for course in inside if course in runs]
    if len(within) == 1:
        only = dict(runs[within[0]])
        return Table(only, only.keys() - shown[within[0]])
    told: Counts = Counter()
    pools: Counts = {}
    apart = 0
    for one in {one for course in within for one in runs[course]}:
        hiding = {course for course, counts in runs.items() if counts.get(one, 0) and one not in shown[course]}
        told[one] += sum(runs[course].get(one, 0) for course in within if course not in hiding)
        pool = sum(runs[course][one] for course in hiding.intersection(within))
        if hiding <= set(within) and len(hiding) > 1 and pool >= k:
            pools[one] = pool
        else:
            apart += pool
    for one in sorted(pools, key=lambda name: (pools[name], name)):
        if 0 < apart < k:
            apart += pools.pop(one)
    told.update(pools)
    return Table({one: n for one, n in told.items() if n} | ({MERGED: apart} if apart else {}))


def shown_classes(counts: Counts, k: int, before: Collection[str]) -> set[str]:
    """The classes that the run's own page tells."""
    table = Table(dict(counts), {one for one, n in counts.items() if one and 0 < n < k})
    cover(table, k, before=before)
    return counts.keys() - table.hidden


def _sizes(
    pieces: Mapping[Person, int], group: Collection[Person], among: Iterable[Person]
) -> dict[int, tuple[int, int]]:
    inside, outside = Counter[int](), Counter[int]()
    for person in among:
        (inside if person in group else outside)[pieces[person]] += 1
    return {piece: (inside[piece], outside[piece]) for piece in inside.keys() | outside.keys()}


def fits(pieces: Mapping[Person, int], group: Collection[Person], among: Iterable[Person], k: int) -> bool:
    """Whether the group cuts no piece so that fewer than k people are on one side."""
    return all(
        inside == 0 or outside == 0 or (inside >= k and outside >= k)
        for inside, outside in _sizes(pieces, group, among).values()
    )


def cut(pieces: dict[Person, int], group: Collection[Person], among: Iterable[Person]) -> None:
    """Cut the pieces that the group crosses: its side gets a number of its own."""
    among = list(among)
    fresh = max(pieces.values(), default=0) + 1
    numbers: dict[int, int] = {}
    for piece, (inside, outside) in sorted(_sizes(pieces, group, among).items()):
        if inside and outside:
            numbers[piece] = fresh
            fresh += 1
    for person in among:
        if person in group and pieces[person] in numbers:
            pieces[person] = numbers[pieces[person]]
