"""What are the words of some HTML, and where do two texts differ?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Literal

_DROPPED = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']([^\"']*)[\"'][^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
AROUND = 8  # words shown on both sides of what changed
MOST_WORDS = 4000  # of one text: beyond it only its ends are cut off, and the middle is told as one


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: in both texts, in the older alone, in the newer alone; "cut": left out, being in both."""

    kind: Literal["same", "gone", "new", "cut"]
    text: str


def plain(html: str) -> str:
    """The words of some HTML on one line; an image is named by its file."""
    named = _IMAGE.sub(lambda found: f" [{found[1]}] ", _DROPPED.sub(" ", html))
    return " ".join(unescape(_TAG.sub(" ", named)).split())


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """What to show of two texts: what changed, with a few words around it."""
    old, new = before.split(), after.split()
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = min(len(old), len(new)) - head
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    found: list[Piece] = []
    _same(found, old[:head], first=True, last=False)
    if max(len(middle_old), len(middle_new)) > MOST_WORDS:
        _changed(found, middle_old, middle_new)
    else:
        matcher = SequenceMatcher(None, middle_old, middle_new, autojunk=False)
        for how, i, j, k, m in matcher.get_opcodes():
            if how == "equal":
                _same(found, middle_old[i:j], first=False, last=False)
            else:
                _changed(found, middle_old[i:j], middle_new[k:m])
    _same(found, old[len(old) - tail :] if tail else [], first=False, last=True)
    return tuple(found)


def _changed(found: list[Piece], old: list[str], new: list[str]) -> None:
    if old:
        found.append(Piece("gone", " ".join(old)))
    if new:
        found.append(Piece("new", " ".join(new)))


def _same(found: list[Piece], words: list[str], *, first: bool, last: bool) -> None:
    """The words next to what changed; what lies further is cut."""
    before = [] if first else words[:AROUND]
    after = [] if last else words[len(before) :][-AROUND:]
    cut = len(words) > len(before) + len(after)
    for kind, some in (("same", before), ("cut", ["…"] if cut else []), ("same", after)):
        if some:
            found.append(Piece(kind, " ".join(some)))  # type: ignore[arg-type]  # one of ours
