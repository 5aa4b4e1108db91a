"""What deserves a look: a word of advice beside a row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A word of advice beside a row."""

    text: str
    tone: str
    icon: str = ""
