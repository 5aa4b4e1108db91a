"""What was worked out at the last reading of a folder, so that only what changed is worked out again?

Only pure work is kept, under everything that it depends on: what comes back is what would be worked out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar, cast

from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Message, Say

T = TypeVar("T")


class Memory:
    """Results of pure work by their key. What two readings in a row did not ask for is forgotten."""

    def __init__(self) -> None:
        self._now: dict[Hashable, Any] = {}
        self._before: dict[Hashable, Any] = {}
        self.states: Mapping[str, Hashable] = {}  # of the files of the folder: another state, another content
        self.drawer: Hashable = ()  # of its folder olx as a whole: as long as it is the same, so is what is in there

    def begin(self) -> None:
        """A new reading begins."""
        self._now, self._before = {}, self._now

    def of(
        self, key: Hashable, make: Callable[[], T], *, still: Callable[[T], bool] | None = None, alive: object = None
    ) -> T:
        """The result of `key`, made when it is not there, or when it does not hold still.

        `alive`: objects whose `id` stands in the key; they are held, so that no other can take it.
        """
        found = self._now.get(key)
        if found is None:
            found = self._before.get(key)
        if found is None or (still is not None and not still(found[0])):
            found = (make(), alive)
        self._now[key] = found
        return cast(T, found[0])

    def said(self, key: Hashable, say: Say, make: Callable[[Say], T], *, alive: object = None) -> T:
        """The same for work that says messages: they are said again."""

        def listened() -> tuple[T, tuple[Message, ...]]:
            heard = Messages()
            return make(heard), heard.all

        made, messages = self.of(key, listened, alive=alive)
        for message in messages:
            say(message.code, message.template, message.place, severity=message.severity, **message.values)
        return made
