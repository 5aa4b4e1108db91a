"""How is a definition written as JSON, and read back?

Fields that hold their default are left out, so that a field added later does not change the hash of older content.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, cast

from cordee.activities.video.definition import Captions, Chapter, Encoded, Track, Transcript, Video
from cordee.courses.kinds import Data

_MADE_OF = {
    "transcripts": Transcript,
    "tracks": Track,
    "encoded": Encoded,
    "captions": Captions,
    "chapters": Chapter,
}


def to_json(video: Video) -> Data:
    """The definition as JSON values."""
    return cast(Data, _written(video))


def from_json(data: Data) -> Video:
    """The definition that `to_json` wrote."""
    return Video(**{name: _read(name, value) for name, value in data.items()})


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    if not is_dataclass(value):
        return value
    return {
        field.name: _written(getattr(value, field.name))
        for field in fields(value)
        if getattr(value, field.name) != field.default
    }


def _read(name: str, value: Any) -> Any:
    if name in _MADE_OF:
        return tuple(_MADE_OF[name](**{key: _plain(item) for key, item in one.items()}) for one in value)
    return _plain(value)


def _plain(value: Any) -> Any:
    """Lists become tuples, those inside as well."""
    return tuple(_plain(item) for item in value) if isinstance(value, list) else value
