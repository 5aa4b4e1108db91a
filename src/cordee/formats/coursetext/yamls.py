"""What does a YAML file say, and at which line and column?

YAML 1.2: `4:10` and `no` stay what they look like. Values are read as their text; who asks says what they mean. Anchors
and tags are refused: no course needs them, and a few of them can fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from cordee.core.errors import N_
from cordee.formats.coursetext.model import Place, Say

DEEPEST = 20
KEPT = 32  # texts whose nodes a process remembers
SHORT = 4_000  # characters of such a text: its nodes take 60 to 250 times as many bytes
_TOLD_TOO_LATE = re.compile(r"unexpected end of stream|unexpected document separator|could not find expected ':'")
_NO_VALUE = re.compile(r"expected the node content")
_NO_END_OF_LIST = re.compile(r"expected ',' or '[\]}]'|expected the node content")
_BRACKETS = re.compile(r"""'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|(?:^|(?<=\s))\#[^\n]*|[\[\]{}]""", re.MULTILINE)
NEVER_CLOSED = N_("What opens with [ or { here is never closed. Close it, as in [one, two].")
_NEVER_CLOSED = re.compile(r"unexpected end of stream|unexpected document separator")
# What ruamel.yaml (its scanner, parser and composer) says is wrong, and the sentence that we say for it.
PROBLEMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), template)
    for pattern, template in (
        (_NEVER_CLOSED.pattern, N_("The quote that opens here is never closed. Close it, or take it out.")),
        (
            r"mapping values are not allowed here",
            N_("A colon stands where none can. Put the value between quotes, or begin a line with the key."),
        ),
        (r"could not find expected ':'", N_("A key stands here without a colon. Write it as key: value.")),
        (
            r"found character '\\t' that cannot start any token",
            N_("A tab stands here, where YAML takes spaces alone. Put spaces in its place."),
        ),
        (
            r"cannot start any token",
            N_("No value begins with this sign (@ or `). Put the value between quotes."),
        ),
        (
            r"expected ',' or '\]'",
            N_("A list that opens with [ is not closed, or a comma is missing. Write it as [one, two]."),
        ),
        (
            r"expected ',' or '\}'",
            N_("What opens with { is not closed, or a comma is missing. Write each key on a line of its own."),
        ),
        (
            r"sequence entries are not allowed here",
            N_("A list cannot begin here. Put its first dash on the next line."),
        ),
        (
            r"mapping keys are not allowed here",
            N_("A question mark stands where none can. Put it between quotes."),
        ),
        (
            r"expected <block end>|expected <document start>|invalid intendation|unclosed",
            N_("This line does not go with those above it. Give lines of one level the same spaces, and close quotes."),
        ),
        (
            r"unknown escape character (?P<sign>'.*?'|\".*?\")",
            N_("“\\{sign}” means nothing between these quotes. Write two backslashes, or use single quotes."),
        ),
        (
            r"escape sequence",
            N_("A backslash is followed by no number here. Use single quotes."),
        ),
        (r"undefined alias", N_("Anchors and aliases (& and *) are not read. Put the value between quotes.")),
        (
            r"expected the node content|alphabetic or numeric",
            N_("A value is missing, or begins with a sign that means something else. Put it between quotes."),
        ),
        (r"another document", N_("A line of --- divides this file. Leave one part of it, without such a line inside.")),
        (
            r"block scalar|chomping|indentation indicator|comment or a line break",
            N_("After | or > the text begins on the next line, further to the right. Move it there."),
        ),
        (r"undefined tag|tag handle|a tag", N_("A tag before a value is not read. Put the value between quotes.")),
    )
)


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
        root = _composed(text) if len(text) <= SHORT else _composed.__wrapped__(text)
        return None if root is None else _node(root, path, first_line, say, 0)
    except MarkedYAMLError as error:
        problem = str(error.problem or "")
        mark = error.problem_mark or error.context_mark
        if _TOLD_TOO_LATE.search(problem) and error.context_mark is not None:
            mark = error.context_mark  # where it begins: it is missed lines below, or at the end of the file
        at = (mark.line, mark.column) if mark else (0, 0)
        opened = _open_bracket(text, at) if _NO_END_OF_LIST.search(problem) else None
        if opened is not None and opened[0] < at[0]:  # on a line above: there it is to be closed
            at = opened
        elif _NO_VALUE.search(problem):
            opened = None
        place = Place(path, at[0] + first_line, at[1] + 1)
        if opened is not None and _NO_VALUE.search(problem):
            say("unreadable-yaml", NEVER_CLOSED, place)
        else:
            _say_unreadable(problem, place, say)
    except (YAMLError, RecursionError, ValueError):
        _say_unreadable("", Place(path, first_line), say)
    return None


@lru_cache(maxsize=KEPT)
def _composed(text: str) -> Any:
    """The parser's nodes, which nobody changes: who checks, draws or publishes a folder reads its texts again.

    Raises YAMLError.
    """
    return YAML(typ="rt").compose(text)


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
    """What the parser means by its `problem`, in words that are translated."""
    for pattern, template in PROBLEMS:
        found = pattern.search(problem)
        if found:
            values: dict[str, object] = {name: _sign(value) for name, value in found.groupdict().items()}
            say("unreadable-yaml", template, place, severity="error", **values)
            return
    say(
        "unreadable-yaml",
        N_("This is not YAML that can be read. Look at the colons, quotes and spaces on this line."),
        place,
    )


def _open_bracket(text: str, before: tuple[int, int]) -> tuple[int, int] | None:
    """Line and column (from 0) of the innermost [ or { that is open at another line and column; None where none is."""
    opened: list[tuple[int, int]] = []
    for found in _BRACKETS.finditer(text):
        at = (text.count("\n", 0, found.start()), found.start() - text.rfind("\n", 0, found.start()) - 1)
        if at >= before:
            break
        if found[0] in "[{":
            opened.append(at)
        elif found[0] in "]}" and opened:
            opened.pop()
    return opened[-1] if opened else None


def _sign(written: str) -> str:
    """A sign as the parser shows it: `'@'`."""
    return written.strip("'\"").replace("\\\\", "\\")


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
