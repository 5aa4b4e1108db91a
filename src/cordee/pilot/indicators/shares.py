"""How is a share told? As a count, of how many, in percent, with both ends of its 95 % Wilson interval."""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Row, Value
from cordee.pilot.statistics import wilson

PERCENT = N_("the same as a share, from 0 to 100")
LOW = N_("lower end of the share’s 95 % interval (Wilson)")
HIGH = N_("upper end of the share’s 95 % interval (Wilson)")
OF = N_("of how many the share is taken: those of whom it is known")


def share_fields(name: str, meaning: str, *, needs: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """`<name>`, `<name>_of`, `<name>_percent`, `<name>_low`, `<name>_high`."""
    return (
        Field(name, "count", meaning, needs),
        Field(f"{name}_of", "count", OF, needs),
        Field(f"{name}_percent", "percent", PERCENT, needs),
        Field(f"{name}_low", "percent", LOW, needs),
        Field(f"{name}_high", "percent", HIGH, needs),
    )


def share(name: str, count: Value, of: Value) -> Row:
    """The five values; all null where the count is not known, and no share of nobody."""
    if count is None or of is None:
        return dict.fromkeys((name, f"{name}_of", f"{name}_percent", f"{name}_low", f"{name}_high"))
    counted, among = int(count), int(of)
    ends = wilson(counted, among)
    return {
        name: counted,
        f"{name}_of": among,
        f"{name}_percent": 100 * counted / among if among else None,
        f"{name}_low": 100 * ends[0] if ends else None,
        f"{name}_high": 100 * ends[1] if ends else None,
    }
