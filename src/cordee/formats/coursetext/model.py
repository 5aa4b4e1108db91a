"""What does a page of a course text hold? Lines, settings, blocks and what should be said about them.

Nothing here knows a kind of activity: a block is a name, settings and lines with their places in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

SettingType = Literal[
    "text", "word", "yes-no", "number", "percent", "duration", "date", "file", "list", "choice", "condition", "task"
]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: the file from the folder's root, the line and the column, both from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence that is said in the reader's language too: a value of a message."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, translate: Callable[[str], str]) -> str:
        return translate(self.template).format(**self.values)

    def __str__(self) -> str:
        return self.sentence(lambda template: template)


@dataclass(frozen=True, slots=True)
class Message:
    """What an author should mend: what happened, what to do. `template` is English with {named} values."""

    code: str  # stable, e.g. "unknown-setting"
    template: str
    place: Place
    values: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = "error"

    def __str__(self) -> str:
        return self.template.format(**self.values) if self.values else self.template


class Say(Protocol):
    """Takes note of a message; reading goes on, so that all of them are told in one pass."""

    def __call__(
        self, code: str, template: str, place: Place, *, severity: Severity = "error", **values: object
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that blocks of a kind may have: the source of reading, "did you mean", the schema and the docs."""

    name: str
    type: SettingType = "text"
    default: str = ""  # as it would be written; "" for none
    per_language: bool = False  # may differ between languages; all else is written once, in the reference
    repeated: bool = False
    choices: tuple[str, ...] = ()  # of the type "choice"
    help: str = ""  # one English sentence


@dataclass(frozen=True, slots=True)
class Written:
    """A setting as it was written, its value without what surrounds it: `attempts: 2`."""

    name: str
    value: str
    place: Place  # of the name


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a body, without its end; its place says the column where `text` begins."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Prose:
    """What stands between blocks: Markdown. `name`: by its place in the unit, e.g. "trame.1"."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A listing whose language is `olx`: exact bytes of an element that the text has no words for."""

    name: str
    source: str
    place: Place


@dataclass(frozen=True, slots=True)
class TextBlock:
    """`::: kind name`, its settings, its lines up to its `:::`, or, of a block that holds others, its parts."""

    kind: str
    name: str  # "" when none is written
    settings: tuple[Written, ...]
    lines: tuple[Line, ...]  # of a block that holds no others
    place: Place
    parts: tuple[Part, ...] = ()  # of group, bank, experiment and branch
    files: tuple[tuple[str, bytes], ...] = ()  # of the folder in tasks/ that a setting names, by path from there

    def value(self, name: str, default: str = "") -> str:
        """The last value of a setting; `default` when it is not written."""
        return next((one.value for one in reversed(self.settings) if one.name == name), default)

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of a setting that may be repeated."""
        return tuple(one.value for one in self.settings if one.name == name)

    def place_of(self, name: str) -> Place:
        """Where a setting stands; the block's own place when it is not written."""
        return next((one.place for one in reversed(self.settings) if one.name == name), self.place)


Part = Prose | Verbatim | TextBlock


@dataclass(frozen=True, slots=True)
class UnitText:
    """One page: a unit in one language."""

    name: str  # of the unit: its file's stem, or `id` of its heading block
    language: str
    title: str
    heading: Mapping[str, Any]  # of the block between `---` lines
    parts: tuple[Part, ...]
    path: str  # from the folder's root
