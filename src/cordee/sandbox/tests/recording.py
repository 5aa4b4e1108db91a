"""What did clang say of each mistake? Kept in `recorded.json`, so that the rules of the cards are tested anywhere.

    python -m cordee.sandbox.tests.recording FOLDER

compiles every mistake anew (FOLDER holds the compiler's library, or will) and writes the file: after a change of
`mistakes.py` or of the compiler.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.outcomes import Diagnostic, Place
from cordee.sandbox.tests.mistakes import HERE, IN_MAIN, NOTHING_TO_SAY, whole

RECORDED = HERE / "recorded.json"


def programs() -> dict[str, str]:
    """By name: those in files, then those of `mistakes.py`, which are called otherwise."""
    in_files = {path.stem: path.read_text() for path in sorted((HERE / "compile_errors").glob("*.c"))}
    in_main = {name: mistake.program for name, mistake in IN_MAIN.items()}
    return in_files | in_main | {name: whole(text) for name, text in NOTHING_TO_SAY.items()}


def as_lists(said: Iterable[Diagnostic]) -> list[list[Any]]:
    """Level, rule, text, file, line, column, end's line and column, and the notes as the same."""
    found = []
    for one in said:
        place, end = one.place or Place("", 0), one.end or Place("", 0)
        row = [one.level, one.rule, one.text, place.file, place.line, place.column, end.line, end.column]
        found.append([*row, as_lists(one.notes)])
    return found


def from_lists(rows: list[list[Any]]) -> tuple[Diagnostic, ...]:
    found = []
    for level, rule, text, file, line, column, end_line, end_column, notes in rows:
        place, end = (Place(file, line, column), Place(file, end_line, end_column)) if line else (None, None)
        found.append(Diagnostic(level, rule, text, place, end, from_lists(notes)))
    return tuple(found)


def recorded() -> dict[str, tuple[Diagnostic, ...]]:
    return {name: from_lists(rows) for name, rows in json.loads(RECORDED.read_text()).items()}


def record(folder: Path) -> None:
    with Laboratory(folder) as laboratory:
        laboratory.make_ready()
        said = {name: as_lists(laboratory.compile({"main.c": text}).diagnostics) for name, text in programs().items()}
    lines = (f"{json.dumps(name)}: {json.dumps(rows)}" for name, rows in said.items())
    RECORDED.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    record(Path(sys.argv[1]))
