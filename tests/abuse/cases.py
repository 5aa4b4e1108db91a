"""Which test proves which row of our list of attacks?

A test names the rows that it proves: `@pytest.mark.attack(4, 12)`. `sh bin/test -m attack` runs them all, and
`.venv/bin/python -m tests.abuse.cases` prints the table.
"""

from __future__ import annotations

import ast
import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LIST: Final = ROOT / "tests" / "data" / "attacks" / "attack-cases.csv"
MARK, ON_ONE_ENGINE = "attack", frozenset({"sqlite_only", "engine_free"})


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the list."""

    number: int
    family: str
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A test that names a row. `on_both`: it runs on SQLite and on PostgreSQL."""

    row: int
    test: str  # e.g. "tests/abuse/test_sign_in.py::test_…"
    on_both: bool


def cases() -> list[Case]:
    """Every row of the list, in its order."""
    with LIST.open(encoding="utf-8", newline="") as lines:
        return [Case(int(one["id"]), one["section"], one["where"], one["input"]) for one in csv.DictReader(lines)]


@cache
def proofs() -> tuple[Proof, ...]:
    """Every test that names a row, read from the source: nothing is imported and nothing is skipped."""
    found: list[Proof] = []
    for folder in ("src", "tests"):
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            text = path.read_text("utf-8")
            if f"mark.{MARK}(" in text:
                found += _proofs_in(ast.parse(text), path.relative_to(ROOT).as_posix())
    return tuple(found)


def _proofs_in(tree: ast.Module, name: str) -> Iterator[Proof]:
    whole = [mark for one in tree.body if isinstance(one, ast.Assign) for mark in _marks(one.value)]
    for one in tree.body:
        if not isinstance(one, ast.FunctionDef) or not one.name.startswith("test_"):
            continue
        marks = [mark for decorator in one.decorator_list for mark in _marks(decorator)]
        on_both = not ON_ONE_ENGINE & {mark for mark, _rows in (*whole, *marks)}
        for mark, rows in marks:
            if mark == MARK:
                yield from (Proof(row, f"{name}::{one.name}", on_both) for row in rows)


def _marks(node: ast.expr) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names of `pytest.mark.NAME` in it, with the numbers given to each."""
    match node:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for element in elements:
                yield from _marks(element)
        case ast.Call(func=ast.Attribute(attr=name), args=given):
            yield name, tuple(one.value for one in given if isinstance(one, ast.Constant) and type(one.value) is int)
        case ast.Attribute(attr=name):
            yield name, ()


def table() -> str:
    """Every row with the tests that prove it, to be read."""
    told, lines = proofs(), []
    for case in cases():
        lines.append(f"{case.number:>4}  {case.where}: {case.what[:90]}")
        lines += [f"        {proof.test}" for proof in told if proof.row == case.number] or ["        -"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
