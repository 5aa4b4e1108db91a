"""What may stand at a key of course.yaml and module.yaml?

A shape reads a value of a YAML file, says what is wrong with it, and describes itself as JSON Schema: the dataclasses
of `facts` are the one source of reading, of "did you mean" and of the schema.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from cordee.core.errors import N_
from cordee.formats.coursetext import dates, durations
from cordee.formats.coursetext.model import Place, Say
from cordee.formats.coursetext.names import LANGUAGE, LONGEST_NAME, NAME, STEM
from cordee.formats.coursetext.nearest import nearest
from cordee.formats.coursetext.settings import number, yes_no
from cordee.formats.coursetext.yamls import Items, Map, Node, Scalar

_MINUTE_S, _DAY_S = 60.0, 86_400.0
MOST_LIMIT_S: Final = 366 * _DAY_S  # more is no learner's: see `learning.time_limits`
SHAPE, HELP, REQUIRED, APPLIED = "shape", "help", "required", "applied"
_TOO_LONG = N_("“{name}” is too long. Make it shorter.")
_NO_NAME = N_(
    "“{name}” cannot be “{value}”. Write letters without accents, digits, dashes and dots, such as {example}."
)
_NO_STEM = N_(
    "“{name}” cannot be “{value}”. Write small letters without accents, digits and dashes, such as {example}."
)
_NO_TIME = N_("“{name}” gives no time at all. Write it as 30 min, or leave the line out: there is no limit then.")
_TOO_MUCH = N_("“{name}” is longer than a year. Write it as 30 min, or leave the line out: there is no limit then.")
_NO_LIMIT = N_("“{name}” says no time, so there is no limit. Write it as 30 min, or leave the line out.")
_TOO_SHORT = N_("“{name}” gives {seconds} seconds only; 00:05 is five seconds. Write it as 5 min, or as 00:05:00.")
_RUNS_ON = N_(
    "“{name}” is longer than a day, and runs on day and night once a learner has begun. Where everybody has the same "
    "last day, write `due` or `closes`."
)
_NO_LANGUAGE = N_("“{value}” is no language. Write its code, such as {example}.")


class Shape(Protocol):
    """What a value looks like."""

    def read(self, node: Node, key: str, say: Say) -> Any:
        """The value; None, and a message, when it is something else."""
        ...

    def schema(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Located:
    """A value with its place, for what is checked later against files and other keys."""

    text: str
    place: Place

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Text:
    """Words on one line or several."""

    pattern: re.Pattern[str] | None = None
    refusal: str = ""  # with {name}, {value} and {example}, for what the pattern does not take
    example: str = ""
    longest: int = 10_000
    joined_by: str = ""  # what stands between several, where one might write a list

    def read(self, node: Node, key: str, say: Say) -> Located | None:
        if isinstance(node, Items) and self.joined_by:
            template = N_("“{name}” wants no list. Join what it names by “{word}”: {example}.")
            words = f" {self.joined_by} ".join(one.text for one in node.items if isinstance(one, Scalar))
            say("bad-value", template, node.place, name=key, word=self.joined_by, example=words or self.joined_by)
            return None
        if not isinstance(node, Scalar) or node.is_null:
            say("bad-value", N_("“{name}” wants a text. Write it after the colon."), node.place, name=key)
            return None
        text = node.text.strip()
        if (self.pattern is not None and not self.pattern.fullmatch(text)) or len(text) > self.longest:
            say("bad-value", self.refusal or _TOO_LONG, node.place, name=key, value=text, example=self.example)
            return None
        return Located(text, node.place)

    def schema(self) -> dict[str, Any]:
        found: dict[str, Any] = {"type": ["string", "number"] if self.pattern is None else "string"}
        return found | ({"pattern": f"^(?:{self.pattern.pattern})$"} if self.pattern is not None else {})


def name(example: str = "my-course") -> Text:
    return Text(NAME, _NO_NAME, example, LONGEST_NAME)


def stem(example: str = "trame") -> Text:
    return Text(STEM, _NO_STEM, example, LONGEST_NAME)


def language() -> Text:
    return Text(LANGUAGE, _NO_LANGUAGE, "fr", 12)


@dataclass(frozen=True, slots=True)
class Texts:
    """A text, or one a language."""

    def read(self, node: Node, key: str, say: Say) -> Mapping[str, Located] | None:
        """By language; under "" where it is the same in all."""
        if isinstance(node, Scalar):
            found = Text().read(node, key, say)
            return None if found is None else {"": found}
        if isinstance(node, Map):
            return {
                language.text: text
                for language, value in node
                if (text := Text().read(value, f"{key}: {language.text}", say)) is not None
            }
        say("bad-value", N_("“{name}” wants a text, or one for each language: {{fr: …, en: …}}."), node.place, name=key)
        return None

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}


@dataclass(frozen=True, slots=True)
class Number:
    least: float = 0
    most: float = 1_000_000
    whole: bool = False

    def read(self, node: Node, key: str, say: Say) -> float | None:
        found = number(node.text.removesuffix("%").strip()) if isinstance(node, Scalar) else None
        if found is None or not self.least <= found <= self.most or (self.whole and found != int(found)):
            template = N_("“{name}” wants a number from {least} to {most}.")
            say("bad-value", template, node.place, name=key, least=f"{self.least:g}", most=f"{self.most:g}")
            return None
        return found

    def schema(self) -> dict[str, Any]:
        return {"type": "integer" if self.whole else "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class YesNo:
    def read(self, node: Node, key: str, say: Say) -> bool | None:
        found = yes_no(node.text) if isinstance(node, Scalar) else None
        if found is None:
            say("bad-value", N_("“{name}” is either yes or no."), node.place, name=key)
        return found

    def schema(self) -> dict[str, Any]:
        return {"enum": ["yes", "no", True, False]}


@dataclass(frozen=True, slots=True)
class Choice:
    words: tuple[str, ...]

    def read(self, node: Node, key: str, say: Say) -> str | None:
        text = node.text if isinstance(node, Scalar) else ""
        if text in self.words:
            return text
        meant = nearest(text, self.words)
        if meant:
            template = N_("“{name}” cannot be “{value}”. Did you mean “{meant}”?")
        else:
            template = N_("“{name}” cannot be “{value}”. Write one of these: {choices}.")
        say("bad-value", template, node.place, name=key, value=text, meant=meant, choices=", ".join(self.words))
        return None

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Date:
    def read(self, node: Node, key: str, say: Say) -> dates.When | None:
        found = dates.read(node.text) if isinstance(node, Scalar) else None
        if found is None:
            say(
                "bad-date",
                N_(
                    "“{name}” wants a date. Write 2027-01-31, +13d (days after the session opens), +2w, or never; an "
                    "hour may follow: +13d 18:00."
                ),
                node.place,
                name=key,
            )
        return found

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2}|\+\d+[dw])([ T]\d{1,2}:\d{2})?$|^never$"}


@dataclass(frozen=True, slots=True)
class Duration:
    def read(self, node: Node, key: str, say: Say) -> float | None:
        """Seconds."""
        found = durations.seconds(node.text) if isinstance(node, Scalar) else None
        if found is None:
            say(
                "bad-value",
                N_("“{name}” wants a length of time. Write it as 30 min, 2 h or 2 days."),
                node.place,
                name=key,
            )
        return found

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A length of time that a learner is given: at least something, at most `MOST_LIMIT_S`. Odd ones are warned of."""

    def read(self, node: Node, key: str, say: Say) -> float | None:
        """Seconds."""
        found = Duration().read(node, key, say)
        if found is None:
            return None
        if found <= 0:
            say("bad-value", _NO_TIME, node.place, name=key)
            return None
        if not found <= MOST_LIMIT_S:
            say("bad-value", _TOO_MUCH, node.place, name=key)
            return None
        if found < _MINUTE_S:
            say("odd-limit", _TOO_SHORT, node.place, severity="warning", name=key, seconds=f"{found:g}")
        elif found > _DAY_S:
            say("odd-limit", _RUNS_ON, node.place, severity="warning", name=key)
        return found

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; a single value is read as a list of one."""

    of: Shape

    def read(self, node: Node, key: str, say: Say) -> tuple[Any, ...] | None:
        items = node.items if isinstance(node, Items) else () if isinstance(node, Scalar) and node.is_null else (node,)
        return tuple(found for item in items if (found := self.of.read(item, key, say)) is not None)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.of.schema()}


@dataclass(frozen=True, slots=True)
class MapOf:
    """Names of the author's own, each with a value."""

    of: Shape
    names: Text = field(default_factory=name)

    def read(self, node: Node, key: str, say: Say) -> Mapping[str, Any] | None:
        if isinstance(node, Scalar) and node.is_null:
            return {}
        if not isinstance(node, Map):
            say("bad-value", N_("“{name}” wants names with their values, one a line."), node.place, name=key)
            return None
        return {
            own.text: found
            for own, value in node
            if self.names.read(own, key, say) is not None
            and (found := self.of.read(value, f"{key}: {own.text}", say)) is not None
        }

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.of.schema()}


@dataclass(frozen=True, slots=True)
class Record:
    """The keys of a dataclass, each described by `key`."""

    of: type

    def read(self, node: Node, key: str, say: Say) -> Any:
        if not isinstance(node, Map):
            known = ", ".join(key_of(one.name) for one in _keys(self.of))
            say("bad-value", N_("“{name}” wants these keys, one a line: {known}."), node.place, name=key, known=known)
            return None
        return read_record(self.of, node, say)

    def schema(self) -> dict[str, Any]:
        return schema_of(self.of)


def key(
    shape: Shape,
    *,
    required: bool = False,
    applied: bool = True,
    help: str = "",  # noqa: A002 - as in the schema
) -> dict[str, Any]:
    """Metadata of a field that is a key of the file. `applied`: False for what is kept and does nothing yet."""
    return {SHAPE: shape, HELP: help, REQUIRED: required, APPLIED: applied}


def key_of(field_name: str) -> str:
    """A key as it is written: `pass_mark` -> `pass-mark`; a final `_` only avoids a word of Python's."""
    return field_name.rstrip("_").replace("_", "-")


def _keys(of: type) -> list[dataclasses.Field[Any]]:
    return [one for one in dataclasses.fields(of) if SHAPE in one.metadata]


def read_record(of: type, node: Map, say: Say) -> Any:
    """A dataclass from its keys. Unknown ones are errors with the nearest key; `place` and `places` are filled in."""
    known = {key_of(one.name): one for one in _keys(of)}
    values: dict[str, Any] = {}
    for own, value in node:
        one = known.get(own.text)
        if one is None:
            _say_unknown(own, known, say)
            continue
        if isinstance(value, Scalar) and value.is_null and not isinstance(one.metadata[SHAPE], (ListOf, MapOf)):
            if isinstance(one.metadata[SHAPE], TimeLimit):
                say("odd-limit", _NO_LIMIT, own.place, severity="warning", name=own.text)
            continue
        found = one.metadata[SHAPE].read(value, own.text, say)
        if found is not None:
            values[one.name] = found
            if not one.metadata[APPLIED]:
                say(
                    "not-applied",
                    N_("“{name}” is kept in the text and does nothing on this platform yet. Do not count on it."),
                    own.place,
                    severity="warning",
                    name=own.text,
                )
    for name_, one in known.items():
        if one.metadata[REQUIRED] and one.name not in values and node.get(name_) is None:
            say("missing-key", N_("“{name}” is missing here. Write it."), node.place, name=name_)
    places = {own.text: own.place for own, _value in node}
    return of(place=node.place, places=places, **values)


def _say_unknown(own: Scalar, known: Mapping[str, object], say: Say) -> None:
    meant = nearest(own.text, known)
    if meant:
        template = N_("There is no key “{name}” here. Did you mean “{meant}”?")
    else:
        template = N_("There is no key “{name}” here. Write one of these: {known}.")
    say("unknown-key", template, own.place, name=own.text, meant=meant, known=", ".join(known))


def schema_of(of: type) -> dict[str, Any]:
    """JSON Schema (2020-12) of the keys of a dataclass."""
    keys = _keys(of)
    found: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key_of(one.name): one.metadata[SHAPE].schema()
            | ({"description": one.metadata[HELP]} if one.metadata[HELP] else {})
            for one in keys
        },
    }
    required = [key_of(one.name) for one in keys if one.metadata[REQUIRED]]
    return found | ({"required": required} if required else {})
