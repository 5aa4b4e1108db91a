"""What has been told so far of small groups? Kept in `told/` of the store's folder, readable by its owner only.

told/whole.json        of whole runs: the cells as last told, and which were hidden
told/course=<run>.json      of groups: into which pieces they have cut its learners, and what these had declared
told/research=<…>.json      of exports (research/writing.py)
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cordee.core.errors import N_, InputRefused
from cordee.pilot.hiding import Counts, Person, shown_classes
from cordee.pilot.store import Store


class Ledger:
    """What was told so far, under `alone`: of whole runs in one file, of groups in one a run.

    `cells`: run → trait → class → people, as last told; `hidden`: run → trait → classes last hidden. `pieces`: who is
    in which piece that groups have cut. `said`: trait → person → (class as last told in a group, piece of that class).
    """

    def __init__(self, store: Store, courses: Collection[str]) -> None:
        """Read what was told of all runs, and of the groups of `courses`."""
        self.folder = store.folder / "told"
        self.pieces: dict[Person, int] = {}
        self.said: dict[str, dict[Person, tuple[str, int]]] = defaultdict(dict)
        self._runs = self.folder / "whole.json"
        self._kept: dict[Path, Any] = {}
        whole = self._read(self._runs) or {"cells": {}, "hidden": {}}
        self.cells: dict[str, dict[str, Counts]] = whole["cells"]
        self.hidden: dict[str, dict[str, list[str]]] = whole["hidden"]
        self._files = {course: self.folder / f"course={quote(course, safe='')}.json" for course in courses}
        for course, path in self._files.items():
            told = self._read(path) or {"pieces": {}, "said": {}}
            self.pieces |= {(course, int(actor)): piece for actor, piece in told["pieces"].items()}
            for trait, people in told["said"].items():
                self.said[trait] |= {(course, int(actor)): (one, piece) for actor, (one, piece) in people.items()}
        # Each file numbers its own pieces: those of several runs must not be taken for one.
        self.pieces = _renumbered(self.pieces, self._files)
        for trait, said in self.said.items():
            numbers = _renumbered({person: piece for person, (_one, piece) in said.items()}, self._files)
            self.said[trait] = {person: (one, numbers[person]) for person, (one, _piece) in said.items()}

    def _read(self, path: Path) -> Any:
        if not path.exists():
            return None
        text = path.read_text(encoding="utf-8")
        self._kept[path] = json.loads(text)
        return json.loads(text)

    def whole(self, trait: str, runs: Mapping[str, Counts], k: int) -> dict[str, Counts]:
        """The cells of each run: as they are now if that is k or more away from what was told, else as told."""
        found: dict[str, Counts] = {}
        for course, now in runs.items():
            told = self.cells.setdefault(course, {}).setdefault(trait, {})
            begun = bool(told)
            for one in told.keys() | now.keys():
                before, after = told.get(one, 0), now.get(one, 0)
                if not begun or abs(after - before) >= k:  # a class that was not there was told to be empty
                    told[one] = after
            found[course] = dict(told)
        return found

    def shown(self, trait: str, course: str, counts: Counts, k: int) -> set[str]:
        """The classes that the run's own page tells; which it hides is remembered."""
        told = shown_classes(counts, k, self.hidden_before(trait, (course,)))
        self.hidden.setdefault(course, {})[trait] = sorted(counts.keys() - told)
        return told

    def hidden_before(self, trait: str, courses: Collection[str]) -> set[str]:
        """The classes that a page of one of these runs hid when it was last asked."""
        return {one for course in courses for one in self.hidden.get(course, {}).get(trait, ())}

    def admit(self, everybody: Collection[Person], group: Collection[Person], k: int) -> None:
        """Let newcomers in, k at a time on each side of the group; into a run of which nothing was told, everybody."""
        begun = {course for course, _actor in self.pieces}
        fresh = max(self.pieces.values(), default=0) + 1
        waiting: dict[tuple[str, bool], list[Person]] = defaultdict(list)
        for person in everybody:
            if person not in self.pieces:
                course = person[0]
                waiting[(course, person in group and course in begun)].append(person)
        for number, ((course, _inside), people) in enumerate(sorted(waiting.items())):
            if course not in begun or len(people) >= k:
                self.pieces |= dict.fromkeys(people, fresh + number)

    def hear(self, trait: str, now: Mapping[Person, str], k: int) -> None:
        """Read what people declare: all of it in a run of which nothing was told, else of k who move alike."""
        said = self.said[trait]
        begun = {course for course, _actor in said}
        fresh = max((piece for _one, piece in said.values()), default=0) + 1
        lots: dict[tuple[str, int, str], list[Person]] = defaultdict(list)
        gone: dict[int, list[Person]] = defaultdict(list)
        for person, one in sorted(now.items()):
            if person not in said:
                lots[(person[0], 0, one)].append(person)
            elif said[person][0] != one:
                lots[(person[0], said[person][1], one)].append(person)
        for person, (_one, piece) in said.items():
            if person not in now:
                gone[piece].append(person)
        for number, ((course, _from, one), people) in enumerate(sorted(lots.items())):
            if course not in begun or len(people) >= k:
                said.update(dict.fromkeys(people, (one, fresh + number)))
        for people in gone.values():
            if len(people) >= k:
                for person in people:
                    del said[person]

    def save(self) -> None:
        """Write what was told anew. Raises InputRefused where the folder cannot be written."""
        whole = {"cells": self.cells, "hidden": self.hidden}
        if self.cells and whole != self._kept.get(self._runs):
            write_told(self._runs, whole)
        for course, path in self._files.items():
            told = {
                "pieces": {str(actor): piece for (run, actor), piece in self.pieces.items() if run == course},
                "said": {
                    trait: {str(actor): [*heard] for (run, actor), heard in people.items() if run == course}
                    for trait, people in self.said.items()
                },
            }
            if told["pieces"] and told != self._kept.get(path):
                write_told(path, told)


def _renumbered(pieces: Mapping[Person, int], courses: Iterable[str]) -> dict[Person, int]:
    order = {course: rank for rank, course in enumerate(courses)}
    numbers = {
        key: number for number, key in enumerate(sorted({(order[run], piece) for (run, _), piece in pieces.items()}), 1)
    }
    return {person: numbers[(order[person[0]], piece)] for person, piece in pieces.items()}


@contextlib.contextmanager
def one_at_a_time(store: Store) -> Iterator[None]:
    """One answer at a time is remembered, in `told/`. A lock of its own: an import holds the store's for long."""
    folder = store.folder / "told"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        lock = (folder / "lock").open("a")
    except PermissionError:
        raise _unwritable(folder) from None
    with lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _unwritable(folder: Path) -> InputRefused:
    return InputRefused(
        N_(
            "{folder} cannot be written, and what was told of people must be remembered there. Give this program the "
            "right to write there."
        ),
        folder=folder,
    )


def write_told(path: Path, told: Mapping[str, Any]) -> None:
    """Remember this, readable by the owner alone. Raises InputRefused where the folder cannot be written."""
    beside = path.with_name(f".{path.name}.writing")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except PermissionError:
        raise _unwritable(path.parent) from None


def forget(store: Store, actors: Collection[int]) -> int:
    """Take people out of what is remembered of answers. Returns in how many runs they were."""
    changed = 0
    with one_at_a_time(store):
        for path in sorted((store.folder / "told").glob("course=*.json")):
            told = json.loads(path.read_text(encoding="utf-8"))
            people = told["pieces"].keys() & {str(actor) for actor in actors}
            if people:
                for part in (told["pieces"], *told["said"].values()):
                    for actor in people & part.keys():
                        del part[actor]
                write_told(path, told)
                changed += 1
        for path in sorted((store.folder / "told").glob("research=*.json")):  # of exports: research/writing.py
            told = json.loads(path.read_text(encoding="utf-8"))
            people = told["people"].keys() & {str(actor) for actor in actors}
            for actor in people:
                del told["people"][actor]
            if people:
                write_told(path, told)
                changed += 1
    return changed
