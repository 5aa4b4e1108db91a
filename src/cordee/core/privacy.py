"""What happens to a table's rows when the person they speak of is erased?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Personal:
    """One answer: `delete` the row, `unlink` it from the person, `keep` it for a reason, or `none`: nobody in it."""

    treatment: str
    reason: str = ""


DELETE = Personal("delete")
UNLINK = Personal("unlink")
NONE = Personal("none")


def keep(reason: str) -> Personal:
    """Keep the rows; `reason` is printed in the record of processing."""
    return Personal("keep", reason)


# A count of people is shown from this many on: below, one could tell who is behind it. Source: docs/decisions.
SMALL_CELL = 10
