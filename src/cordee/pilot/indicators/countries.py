"""Where are they?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.traits import CELLS, DENOMINATOR, FIELDS, SOURCE, counted, of_people, shares_of

MAP_CLASSES: Final = (1_000, 5_000, 10_000, 100_000)
SAID: Final = of_people("country", "country")


def _finish(rows: Sequence[Row]) -> list[Row]:
    found = shares_of(rows)
    for row in found:
        n = row["n"]
        row["above"] = None if n is None else max((bound for bound in MAP_CLASSES if int(n) > bound), default=0)
    return found


indicator = Indicator(
    name="countries",
    title=N_("Countries"),
    definition=N_(
        "The country that learners declared, ISO 3166-1. Those with fewer learners than may be told are one row, …."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=DENOMINATOR,
    source=SOURCE,
    needs=("people",),
    chart="map",
    fields=(*FIELDS, Field("above", "number", N_("class of the map: more than 0, 1 000, 5 000, 10 000 or 100 000"))),
    said=SAID,
    query=counted(SAID),
    finish=_finish,
    cells=CELLS,
)
