"""How do rows that come one by one land many at a time?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cordee.pilot.sources import Landing

BATCH: Final = 20_000  # rows of one statement


class Buffer:
    """Rows on their way into a landing; `close` brings down the last."""

    def __init__(self, landing: Landing) -> None:
        self.landing = landing
        self._waiting: dict[tuple[str, tuple[str, ...]], list[Sequence[Any]]] = {}

    def add(self, table: str, **values: Any) -> None:
        """Add one row by the names of its columns; the others are null."""
        waiting = self._waiting.setdefault((table, tuple(values)), [])
        waiting.append(tuple(values.values()))
        if len(waiting) >= BATCH:
            self.landing.add(table, waiting, tuple(values))
            waiting.clear()

    def close(self) -> None:
        """Everything added lands."""
        for (table, columns), waiting in self._waiting.items():
            self.landing.add(table, waiting, columns)
        self._waiting.clear()
