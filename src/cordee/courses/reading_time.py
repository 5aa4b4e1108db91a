"""How long does it take to read a text, and to answer a question? docs/learners.md names the sources."""

from __future__ import annotations

import html
import re
from typing import Final

MINUTE_S: Final = 60
WORDS_A_MINUTE: Final = 200
QUESTION_S: Final = 60.0
_TAG: Final = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")
_PLAYED: Final = re.compile(r"<(?:iframe|object|embed|video|audio)\b", re.IGNORECASE)


def reading_s(text: str) -> float | None:
    """Seconds to read an author's HTML; None where it holds what is played or lies elsewhere."""
    if _PLAYED.search(text):
        return None
    return MINUTE_S * len(_WORD.findall(html.unescape(_TAG.sub(" ", text)))) / WORDS_A_MINUTE
