"""How are cues written for a browser? As WebVTT (https://www.w3.org/TR/webvtt1/, section 4)."""

from __future__ import annotations

from collections.abc import Iterable

from cordee.formats.captions.cues import Cue, tidy

_TWO_DIGITS = [f"{n:02}" for n in range(60)]
_THREE_DIGITS = [f"{n:03}" for n in range(1000)]


def write(cues: Iterable[Cue]) -> bytes:
    """A file of UTF-8; what the text holds can neither end its cue nor be taken for markup."""
    blocks = [f"{_moment(cue.start_s)} --> {_moment(cue.end_s)}\n{_escaped(tidy(cue.text))}" for cue in cues]
    return "\n\n".join(["WEBVTT", *blocks, ""]).encode("utf-8", "replace")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _moment(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, whole = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{_TWO_DIGITS[minutes]}:{_TWO_DIGITS[whole]}.{_THREE_DIGITS[thousandths]}"
