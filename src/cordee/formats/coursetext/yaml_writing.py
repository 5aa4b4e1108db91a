"""How is course.yaml or module.yaml written, so that `yamls` reads the same values again?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

Value = str | int | float | bool | Sequence["Value"] | Mapping[str, "Value"]
WIDEST: Final = 118  # of a line that holds a list or a map
_PLAIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿœŒ](?:[\w À-ÿœŒ’.()/+-]*[\wÀ-ÿœŒ’.()+-])?")
_NOT_PLAIN = frozenset(("yes", "no", "true", "false", "null", "on", "off", "y", "n", "nan", "inf"))


def written(values: Mapping[str, Value]) -> str:
    """The text of a file whose top is this map; short lists and maps stand on one line."""
    return "".join(f"{line}\n" for line in _map(values, ""))


def _map(values: Mapping[str, Value], indent: str) -> Iterator[str]:
    for key, value in values.items():
        name = f"{indent}{scalar(key)}:"
        line = f"{name} {_flow(value)}"
        if not _has_parts(value) or (len(line) <= WIDEST and not _holds_records(value)):
            yield line
        elif isinstance(value, Mapping):
            yield name
            yield from _map(value, f"{indent}  ")
        else:
            yield name
            yield from _items(value, f"{indent}  ")


def _items(values: Value, indent: str) -> Iterator[str]:
    assert isinstance(values, Sequence)  # noqa: S101 - for the type checker: what has parts and is no map
    for value in values:
        if isinstance(value, Mapping) and value:
            first, *more = _map(value, f"{indent}  ")
            yield f"{indent}- {first[len(indent) + 2 :]}"
            yield from more
        else:
            yield f"{indent}- {_flow(value)}"


def _has_parts(value: Value) -> bool:
    return isinstance(value, (Mapping, Sequence)) and not isinstance(value, str) and bool(value)


def _holds_records(value: Value) -> bool:
    """Maps in a list, or maps that hold maps: one a line is easier to read."""
    if isinstance(value, Mapping):
        return any(isinstance(one, Mapping) for one in value.values())
    return isinstance(value, Sequence) and any(isinstance(one, Mapping) for one in value)


def _flow(value: Value) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return scalar(value)
        case int() | float():
            return f"{value:.10g}"
        case Mapping():
            return "{" + ", ".join(f"{scalar(key)}: {_flow(one)}" for key, one in value.items()) + "}"
        case _:
            return "[" + ", ".join(map(_flow, value)) + "]"


def scalar(text: str) -> str:
    """A string without quotes where nothing else can be read in it."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN:
        return text
    return json.dumps(text, ensure_ascii=False)
