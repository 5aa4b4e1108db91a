"""Which of a unit's activities does this learner see, and which count?

The one place where containers choose: pages, completion, grades, handing in and the dashboard all ask a `Viewer`. Pure.

A draw is no list kept somewhere: each child has a rank, HMAC-SHA256 of the enrolment's seed, the container's id and its
own, and the lowest ranks win. So it is the same at each look and after a restore, every child is equally likely, and a
child that goes makes room for one other. What was once shown is remembered beside it (`assigning`), as in Open edX, so
that a child that comes in a later version takes nothing away from who already began.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cordee.courses.kinds import Answer, installed
from cordee.courses.outlines import (
    CONTAINER,
    Bank,
    Condition,
    Entry,
    Group,
    Outline,
    Partition,
    Split,
    Unit,
    drawn_group,
)
from cordee.learning.access import belongs

Kept = Mapping[str, Sequence[str]]  # container's or partition's key -> what was drawn: ids of children, or one group's


class State(Protocol):
    """What a condition may ask of a learner's state in an activity; a row of `ActivityState` is one."""

    @property
    def attempts(self) -> int: ...
    @property
    def solved(self) -> bool: ...
    @property
    def is_done(self) -> bool: ...
    @property
    def points(self) -> float | None: ...
    @property
    def last_answer(self) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing of a unit: an activity, or the place of a container.

    `entry` is an activity; or the conditional whose condition does not hold yet (`waits`); or, for who sees all, a
    container whose children follow, or one of the ways of a test (`group`).
    """

    entry: Entry
    waits: bool = False
    group: Group | None = None

    @property
    def is_activity(self) -> bool:
        return self.entry.kind != CONTAINER


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody before a run's outline, with all that a choice depends on."""

    outline: Outline
    seed: int = 0
    cohort: str = ""
    kept: Kept = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)
    opened: Collection[str] = ()  # ids of units
    sees_all: bool = False  # who teaches sees every child, and which learners see it

    def activities(self, unit: Unit) -> list[Entry]:
        """What is on the unit's page now."""
        if unit.id not in self.outline.units_with_containers:
            return list(unit.entries) if self.sees_all else [one for one in unit.entries if self._is_for(one)]
        return [piece.entry for piece in self.pieces(unit) if piece.is_activity]

    def counted(self, unit: Unit) -> Iterable[Entry]:
        """What counts in the learner's grade, handed in or not (staff's view aside).

        A door that opens by doing something counts from the start, as in Open edX: else a grade would fall when it
        opens, and leaving it closed would pay. Behind a door for some answers only, what the learner has met counts.
        """
        if unit.id not in self.outline.units_with_containers:
            return [entry for entry in unit.entries if self._is_for(entry)]
        return [entry for top in unit.entries for entry in self._counted(top)]

    def pieces(self, unit: Unit) -> Iterator[Piece]:
        """The unit from top to bottom."""
        for entry in unit.entries:
            yield from self._pieces(entry)

    def drawn(self, unit: Unit) -> Iterator[tuple[str, Entry | Partition, list[str]]]:
        """Every draw that the unit shows to this learner: (key in `kept`, what it was drawn for, what was drawn).

        The groups that decide who sees what are drawn with the first unit, as in Open edX.
        """
        for one, group in self._groups_drawn():
            yield partition_key(one.id), one, [group]
        for entry in unit.entries:
            yield from self._drawn(entry)

    def bank_children(self, entry: Entry, bank: Bank) -> list[Entry]:
        """The children of a bank for this learner, in the order of their page."""
        pool = {child.id: child for child in entry.children if self._is_for(child)}
        ranks = {name: rank(self.seed, entry.id, name) for name in pool}
        known = [name for name in self.kept.get(entry.id, ()) if name in pool]
        tried = [name for name in pool if self._tried(pool[name])]
        order = list(dict.fromkeys([*tried, *known, *sorted(pool, key=ranks.__getitem__)]))
        return [pool[name] for name in sorted(order[: bank.count], key=ranks.__getitem__)]

    @property
    def groups(self) -> tuple[str, ...]:
        """What `access.belongs` asks for: the cohort, and the groups drawn of the partitions that audiences name."""
        return (self.cohort, *(drawn_group(one.id, group) for one, group in self._groups_drawn()))

    def group_of(self, split: Split) -> Group | None:
        """The way of a test that this learner takes; None: none (their cohort has no way of its own)."""
        if split.scheme == "cohort":
            return next((group for group in split.groups if group.name == self.cohort), None)
        mine = self._draw(split.partition, [group.id for group in split.groups])
        return next((group for group in split.groups if group.id == mine), None)

    def holds(self, condition: Condition) -> bool:
        """Every source passes the test."""
        return all(self._passes(condition, source) for source in condition.sources)

    def _is_for(self, entry: Entry) -> bool:
        return not entry.staff_only and (not entry.audience or belongs(*self.groups)(entry.audience))

    def _draw(self, partition: str, groups: Sequence[str]) -> str | None:
        """The learner's group of a partition, the same for each test and each audience; None where there is none."""
        key = partition_key(partition)
        known = self.kept.get(key, ())
        return next(
            (group for group in groups if group in known),
            min(groups, key=lambda group: rank(self.seed, key, group), default=None),
        )

    def _groups_drawn(self) -> Iterator[tuple[Partition, str]]:
        for one in self.outline.partitions:
            group = self._draw(one.id, one.groups)
            if group is not None:
                yield one, group

    def _tried(self, entry: Entry) -> bool:
        return any(found.id in self.states and self.states[found.id].attempts > 0 for found in entry.walk())

    def _pieces(self, entry: Entry, group: Group | None = None) -> Iterator[Piece]:
        if entry.kind != CONTAINER:
            if self.sees_all or self._is_for(entry):
                yield Piece(entry, group=group)
        elif self.sees_all:
            if entry.choice is not None or group is not None:
                yield Piece(entry, group=group)
            groups = {one.child: one for one in entry.choice.groups} if isinstance(entry.choice, Split) else {}
            for child in entry.children:
                yield from self._pieces(child, groups.get(child.id))
        elif self._is_for(entry):
            if isinstance(entry.choice, Condition) and not self.holds(entry.choice):
                yield Piece(entry, waits=True)
            for child in self._shown_children(entry):
                yield from self._pieces(child)

    def _shown_children(self, entry: Entry) -> Sequence[Entry]:
        match entry.choice:
            case Bank() as bank:
                return self.bank_children(entry, bank)
            case Split() as split:
                group = self.group_of(split)
                return [child for child in entry.children if group is not None and child.id == group.child]
            case Condition() as condition if not self.holds(condition):
                return ()
            case _:
                return entry.children

    def _counted(self, entry: Entry) -> Iterator[Entry]:
        if not self._is_for(entry):
            return
        if entry.kind != CONTAINER:
            yield entry
            return
        condition = entry.choice if isinstance(entry.choice, Condition) else None
        closed = condition is not None and not self.holds(condition)
        opens_by_doing = condition is not None and condition.test != "poll_answer" and condition.value == "True"
        for child in entry.children if condition else self._shown_children(entry):
            for found in self._counted(child):
                if not closed or opens_by_doing or self._tried(found):
                    yield found

    def _drawn(self, entry: Entry) -> Iterator[tuple[str, Entry, list[str]]]:
        if entry.kind != CONTAINER or not self._is_for(entry):
            return
        children = self._shown_children(entry)
        if isinstance(entry.choice, Bank):
            yield entry.id, entry, [child.id for child in children]
        elif isinstance(entry.choice, Split) and (group := self.group_of(entry.choice)) is not None:
            yield partition_key(entry.choice.partition), entry, [group.id]
        for child in children:
            yield from self._drawn(child)

    def _passes(self, condition: Condition, source: str) -> bool:
        state = self.states.get(source)
        match condition.test:
            case "poll_answer":
                return state is not None and condition.value in state.last_answer.values()
            case "correct":
                found = state is not None and state.solved
            case "completed":
                found = (state is not None and state.is_done) or self._opened(source)
            case _:
                found = state is not None and state.attempts > 0
        return found == (condition.value == "True")

    def _opened(self, source: str) -> bool:
        known = self.outline.entries.get(source)
        kind = installed().get(known[1].kind) if known else None
        return (
            kind is not None and kind.completion == "viewed" and known is not None and known[0].unit.id in self.opened
        )


def rank(seed: int, container: str, child: str) -> bytes:
    """Where a child stands in a learner's draw: the lowest win. Nobody who does not know the seed can foresee it."""
    return hmac.digest(str(seed).encode(), f"{container}|{child}".encode(), hashlib.sha256)


def partition_key(partition: str) -> str:
    """Under which name a group is remembered: tests of one partition share it. No container's id holds a colon."""
    return f"partition:{partition}"
