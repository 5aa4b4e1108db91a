"""How is a definition written as JSON, and read back?

Fields that hold their default are left out, so that a field added later does not change the hash of older content.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from cordee.activities.quiz.definition import (
    BlankChoices,
    Choices,
    FormulaKey,
    Menus,
    NoKey,
    Number,
    Problem,
    Spots,
    Text,
)
from cordee.courses.kinds import Data

_FAMILIES: Mapping[str, type] = {
    "choices": Choices,
    "menus": Menus,
    "text": Text,
    "number": Number,
    "formula": FormulaKey,
    "spots": Spots,
    "blank choices": BlankChoices,
    "none": NoKey,
}
_NAMES = {family: name for name, family in _FAMILIES.items()}


def to_json(problem: Problem) -> Data:
    """The definition as JSON values."""
    return cast(Data, _written(problem))


def from_json(data: Data) -> Problem:
    """The definition that `to_json` wrote."""
    return cast(Problem, _read(Problem, data))


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    if not is_dataclass(value):
        return value
    data = {
        field.name: _written(getattr(value, field.name))
        for field in fields(value)
        if getattr(value, field.name) != _default(field)
    }
    if type(value) in _NAMES:
        data["family"] = _NAMES[type(value)]
    return data


def _default(field: Field[Any]) -> Any:
    return MISSING if field.default is MISSING else field.default


def _read(expected: Any, data: Any) -> Any:
    origin = get_origin(expected)
    if origin is tuple:
        arguments = get_args(expected)
        if arguments[-1] is Ellipsis:
            return tuple(_read(arguments[0], item) for item in data)
        return tuple(_read(argument, item) for argument, item in zip(arguments, data, strict=True))
    if origin in (Union, types.UnionType):
        return _read_one_of(get_args(expected), data)
    if origin is Literal or not isinstance(data, dict):
        return data
    return expected(**{name: _read(_hints(expected)[name], item) for name, item in data.items()})


def _read_one_of(types_: tuple[Any, ...], data: Any) -> Any:
    if isinstance(data, dict) and "family" in data:
        family = _FAMILIES[data["family"]]
        return _read(family, {name: item for name, item in data.items() if name != "family"})
    if data is None:
        return None
    return _read(next(type_ for type_ in types_ if type_ is not type(None)), data)


@cache
def _hints(class_: type) -> dict[str, Any]:
    return get_type_hints(class_)
