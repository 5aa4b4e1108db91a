"""What does a YAML file say, and at which line and column?

YAML 1.2: `4:10` and `no` stay what they look like. Values are read as their text; who asks says what they mean. Anchors
and tags are refused: no course needs them, and a few of them can fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from cordee.core.errors import N_
from cordee.formats.coursetext.model import Place, Say

DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as it is written; `is_null`: nothing, or `null`."""

    text: str
    place: Place
    is_null: bool = False
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Map:
    """Keys with their values, each key once."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.entries if name.text == key), None)

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return iter(self.entries)


Node = Scalar | Items | Map


def read(text: str, path: str, say: Say, *, first_line: int = 1) -> Node | None:
    """The document of a text; None, and a message, when it cannot be read. `first_line`: of the text in its file."""
    try:
        root = YAML(typ="rt").compose(text)
        return None if root is None else _node(root, path, first_line, say, 0)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, mark.line + first_line, mark.column + 1) if mark else Place(path, first_line)
        _say_unreadable(str(error.problem or error.context or ""), place, say)
    except (YAMLError, RecursionError, ValueError) as error:
        _say_unreadable(str(error).partition("\n")[0], Place(path, first_line), say)
    return None


def plain(node: Node | None) -> Any:
    """Strings, lists and dicts, without places."""
    match node:
        case Map():
            return {key.text: plain(value) for key, value in node}
        case Items():
            return [plain(item) for item in node.items]
        case Scalar():
            return None if node.is_null else node.text
        case None:
            return None


def _say_unreadable(problem: str, place: Place, say: Say) -> None:
    say(
        "unreadable-yaml",
        N_("This is not YAML that can be read ({problem}). Look at the colons, quotes and spaces on this line."),
        place,
        problem=problem or "?",
    )


def _node(node: Any, path: str, first_line: int, say: Say, depth: int) -> Node:
    place = Place(path, node.start_mark.line + first_line, node.start_mark.column + 1)
    if node.anchor:
        say(
            "yaml-anchor",
            N_("Anchors and aliases (& and *) are not read. Write the value where it is needed."),
            place,
        )
        return Scalar("", place, is_null=True)
    if depth > DEEPEST:
        say("yaml-too-deep", N_("This lies too deep in other values. Make it flatter."), place)
        return Scalar("", place, is_null=True)
    match node:
        case ScalarNode():
            quoted = node.style in ("'", '"', "|", ">")
            empty = not quoted and node.value in ("", "null", "~")
            return Scalar("" if empty else str(node.value), place, empty, quoted)
        case SequenceNode():
            return Items(tuple(_node(one, path, first_line, say, depth + 1) for one in node.value), place)
        case MappingNode():
            return Map(tuple(_entries(node, path, first_line, say, depth)), place)
        case _:
            return Scalar("", place, is_null=True)


def _entries(node: MappingNode, path: str, first_line: int, say: Say, depth: int) -> Iterator[tuple[Scalar, Node]]:
    seen: dict[str, Place] = {}
    for key_node, value_node in node.value:
        key = _node(key_node, path, first_line, say, depth + 1)
        value = _node(value_node, path, first_line, say, depth + 1)
        if not isinstance(key, Scalar):
            say("yaml-key", N_("A key must be one word. Write it as key: value."), key.place)
            continue
        if key.text in seen:
            say(
                "key-twice",
                N_("“{name}” is written twice, first on line {line}. Keep one of the two."),
                key.place,
                name=key.text,
                line=seen[key.text].line,
            )
            continue
        seen[key.text] = key.place
        yield key, value
