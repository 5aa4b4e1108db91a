"""What is one line of subtitles, whatever file it came from?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple

from cordee.core.errors import InputRefused

LONGEST_S = 100 * 3600.0  # a moment behind this is no moment of a film
SHORTEST_S = 0.001
SHOWN_S = 2.0  # how long a cue without an end is shown

_VOICE = re.compile(r"<v(?:\.[^<>\s]*)?\s+([^<>]{1,100})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<\d[\d:.]{0,20}>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STYLE = re.compile(r"\{\\[^{}]{0,200}\}")  # {\an8}: where SubRip wants a cue to stand
_CONTROLS: Final = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff"
_CONTROL = re.compile(rf"[{_CONTROLS}]+")
_UNUSUAL = re.compile(rf"[<{{&{_CONTROLS}]")  # with which all that is taken out of the words begins
_LINE = re.compile(r"\r\n|\r|\n")
_by_time = attrgetter("start_s", "end_s")


class CaptionsUnreadable(InputRefused):
    """A file of subtitles cannot be read at all."""


class Cue(NamedTuple):
    """Words on the screen from `start_s` to `end_s` (seconds, thousandths at most); plain text of one or more lines.

    A tuple, which is made in a third of the time: a course has tens of thousands.
    """

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Captions:
    """Cues in the order of time. `unread`: cues of the file that had no readable time."""

    cues: tuple[Cue, ...]
    unread: int = 0


def plain(text: str) -> str:
    """The words of a cue without markup: speakers are kept ("Bob: Hello"), colours and places are not."""
    if _UNUSUAL.search(text) is None:
        return _trimmed(text)
    text = _VOICE.sub(lambda found: f"{found[1].strip()}: ", _BREAK.sub("\n", text))
    return tidy(html.unescape(_TAG.sub("", _STYLE.sub("", text))))


def tidy(text: str) -> str:
    """Lines trimmed, empty ones and control characters left out."""
    if _CONTROL.search(text) is not None:
        text = "\n".join([_CONTROL.sub(" ", line) for line in _LINE.split(text)])
    return _trimmed(text)


def _trimmed(text: str) -> str:
    text = text.strip()
    return "\n".join([words for line in text.split("\n") if (words := line.strip())]) if "\n" in text else text


def in_order(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """By time, without empty ones; a cue that ends before it starts is shown until the next, at most two seconds."""
    kept = sorted((cue for cue in cues if cue.text), key=_by_time)
    found, is_mended = list[Cue](), False
    for position, cue in enumerate(kept):
        end_s = cue.end_s
        if end_s < cue.start_s + SHORTEST_S:
            following = next((one.start_s for one in kept[position + 1 :] if one.start_s > cue.start_s), LONGEST_S)
            end_s = min(following, cue.start_s + SHOWN_S)
        end_s = round(end_s, 3)
        if end_s != cue.end_s:
            is_mended = True
            cue = Cue(cue.start_s, end_s, cue.text)  # noqa: PLW2901 - the cue as it is kept
        found.append(cue)
    return tuple(sorted(found, key=_by_time) if is_mended else found)  # its end may come after a neighbour's
