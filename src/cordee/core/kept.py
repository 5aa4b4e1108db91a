"""What is worth keeping for the next time, in this process, without growing for ever?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values that never change for their key, at most `most` of them.

    When it is full it begins anew: what is in use comes back at once, and a look-up costs one dictionary access.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[K, V] = {}

    def of(self, key: K, make: Callable[[], V], *, is_worth_it: Callable[[V], bool] | None = None) -> V:
        """The value of `key`, made when it is not there; then kept, unless it is not worth it."""
        found = self._values.get(key)
        if found is None:
            found = make()
            if is_worth_it is None or is_worth_it(found):
                self.keep(key, found)
        return found

    def known(self, keys: Iterable[K]) -> dict[K, V]:
        """Of these keys, what is there: for whoever makes the rest together, and gives it to `keep`."""
        values = self._values  # another thread may begin anew meanwhile
        return {key: values[key] for key in keys if key in values}

    def keep(self, key: K, value: V) -> None:
        if len(self._values) >= self._most:
            self._values = {}
        self._values[key] = value
