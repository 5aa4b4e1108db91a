"""How is what was asked of a store before answered again, by this process or another, without reading its tables?

    answers/<of>/<state>/<indicator>-<digest>.json      its rows, under a checksum

`<of>` is a run, where one is asked of, with names or without, else all. `<state>` says what the store holds of it: its
files, of which writing, which sources told them, who was erased, and how people are called where the answer says that;
of all, until when the journal is sealed, too. `<digest>` says what was asked: the query, k, the runs, the named group,
and the code that answers. So nothing that is found here is older than what the tables say, and what comes for one run
leaves the answers of others; states that are past are removed by who keeps the next answer. A file that is missing or
damaged is reckoned anew.

What people declared of themselves is answered by `small_cells` and its ledger alone, when a reader asks; such an answer
is kept too, of whole runs: to say the same again tells nothing new. Of groups only what no ledger decides is kept, and
only where they have a name. Rows may name persons: the folder is readable by its owner only, and goes when somebody is
erased. Nothing is written while somebody else writes into the store, and a store that may not be written keeps nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from cordee.core.kept import Kept
from cordee.pilot.disk import write_file
from cordee.pilot.indicators import Indicator, Row, indicator_called
from cordee.pilot.rollups import code_digest
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import Answer, answer
from cordee.pilot.store import InUse, Receipt, Store

FOLDER: Final = "answers"
SIGNS: Final = 16  # hex digits of a digest


def answered(indicator: Indicator | str, store: Store, scope: Scope | None = None, *, k: int) -> Answer:
    """As `small_cells.answer`, from what is kept where it can be (no query), and kept for the next time."""
    asked = indicator_called(indicator) if isinstance(indicator, str) else indicator
    scope = scope or Scope()
    if not store.keeps_answers or (scope.actors is not None and (asked.cells or not scope.label)):
        return answer(asked, store, scope, k=k)
    courses = tuple(sorted(scope.courses or store.courses()))
    group = None if scope.actors is None else sorted(scope.actors)
    about = [asked.query, k, courses, group]
    # What is told of declarations, or of a group, is decided by what was told of others.
    alone = scope.courses[0] if len(scope.courses) == 1 and group is None and not asked.cells else ""
    place = _Place(store, alone, names=asked.persons)
    path = place.path(asked.name, about)
    kept = _read(path)
    found = None if kept is None else _opened(asked, scope, kept, _sources(store, place.of_all, courses))
    if found is None:
        found = answer(asked, store, scope, k=k)
        names = list(found.rows[0]) if found.rows else []
        if all(list(row) == names for row in found.rows):
            place.keep(
                path,
                {
                    "names": names,
                    "rows": [list(row.values()) for row in found.rows],
                    "hidden": found.hidden,
                    "missing": found.missing,
                    "lacking": found.lacking,
                },
            )
    return found


def recalled(store: Store, name: str, about: Iterable[Any], make: Callable[[], Any], *, course: str = "") -> Any:
    """Any other reading of a store that JSON can hold, kept in the same way: lists for tuples, strings for keys.

    `course`: the run of which alone it is, if it is of one and names nobody.
    """
    if not store.keeps_answers:
        return json.loads(json.dumps(make()))
    place = _Place(store, course)
    path = place.path(name, list(about))
    found = _read(path)
    if found is None:
        found = json.loads(json.dumps(make()))
        place.keep(path, found)
    return found


def forget_answers(store: Store) -> None:
    """Remove all that is kept, under `alone`: it may speak of somebody who is erased."""
    shutil.rmtree(store.folder / FOLDER, ignore_errors=True)
    if (store.folder / FOLDER).exists():
        raise PermissionError(f"{store.folder / FOLDER} could not be removed")


class _Place:
    """Where answers of a run are kept, or of all runs, as the store is now."""

    def __init__(self, store: Store, course: str, *, names: bool = False) -> None:
        """`names`: whether the answers name people. No query."""
        self.store, self.course, self.names = store, course, names
        self.folder = store.folder / FOLDER / (_digest(course, names) if course else "all")
        self.of_all = store.state()
        self.state = self._state(self.of_all)

    def path(self, name: str, about: list[Any]) -> Path:
        return self.folder / self.state / f"{name}-{_digest(code_digest(), *about)}.json"

    def keep(self, path: Path, value: Any) -> None:
        """Write it, if the store is still what it was when it was asked, and nobody else writes."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        with contextlib.suppress(InUse, OSError), self.store.alone(wait=False):
            if self._state(self.store.state()) != self.state:
                return
            if not path.parent.exists():
                shutil.rmtree(self.folder, ignore_errors=True)  # of states that are past
                for folder in (self.store.folder / FOLDER, self.folder, path.parent):
                    folder.mkdir(mode=0o700, exist_ok=True)
            write_file(path, hashlib.sha256(text).hexdigest().encode() + b"\n" + text, mode=0o600)

    def _state(self, of_all: str) -> str:
        if not self.course:
            return of_all
        key = (str(self.store.folder), of_all, self.course, self.names)
        return _states.of(key, lambda: self._state_of_run(of_all))

    def _state_of_run(self, of_all: str) -> str:
        told = [(one.digest, one.source, str(one.extracted_at)) for one in _sources(self.store, of_all, (self.course,))]
        folder = self.store.folder
        erased = sorted(path.name for path in (folder / "erased").glob("*.json"))
        persons = folder / "persons.parquet"  # written anew by each import that names anybody: by its content
        called = hashlib.sha256(persons.read_bytes()).hexdigest() if self.names and persons.exists() else ""
        return _digest(self.store.run_state(self.course), told, erased, called)


def _digest(*about: Any) -> str:
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:SIGNS]


def _read(path: Path) -> Any:
    """What is kept there; None where nothing is, or nothing that is whole."""
    try:
        checksum, _, text = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if checksum.decode(errors="replace") != hashlib.sha256(text).hexdigest():
        return None
    return json.loads(text)


def _opened(asked: Indicator, scope: Scope, kept: Any, sources: tuple[Receipt, ...]) -> Answer:
    names = kept["names"]
    rows: tuple[Row, ...] = tuple(dict(zip(names, row, strict=True)) for row in kept["rows"])
    return Answer(
        indicator=asked,
        scope=scope,
        rows=rows,
        hidden=kept["hidden"],
        sources=sources,
        missing=tuple(kept["missing"]),
        lacking={column: tuple(tables) for column, tables in kept["lacking"].items()},
    )


def _sources(store: Store, state: str, courses: tuple[str, ...]) -> tuple[Receipt, ...]:
    wanted = set(courses)
    receipts = _receipts.of((str(store.folder), state), store.receipts)
    return tuple(one for one in receipts if wanted & set(one.courses))


_receipts: Kept[tuple[str, str], tuple[Receipt, ...]] = Kept(20)
_states: Kept[tuple[str, str, str, bool], str] = Kept(1000)
