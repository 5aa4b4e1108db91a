"""How are cues written for a browser? As WebVTT (https://www.w3.org/TR/webvtt1/, section 4)."""

from __future__ import annotations

from collections.abc import Iterable

from cordee.formats.captions.cues import Cue, tidy

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write(cues: Iterable[Cue]) -> bytes:
    """A file of UTF-8; what the text holds can neither end its cue nor be taken for markup."""
    blocks = (f"{_moment(cue.start_s)} --> {_moment(cue.end_s)}\n{tidy(cue.text).translate(_ESCAPES)}" for cue in cues)
    return "\n\n".join(["WEBVTT", *blocks, ""]).encode("utf-8", "replace")


def _moment(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
