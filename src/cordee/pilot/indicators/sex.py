"""How many women and men learn?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Indicator, Row
from cordee.pilot.indicators.traits import CELLS, DENOMINATOR, FIELDS, SOURCE, counted, of_people, shares_of

SAID = of_people("sex", "sex")


def _finish(rows: Sequence[Row]) -> list[Row]:
    return shares_of(rows, ("f", "m", "o"))


indicator = Indicator(
    name="sex",
    title=N_("Women and men"),
    definition=N_("What learners declared as their sex: f women, m men, o other."),
    unit=N_("learners, and shares in percent"),
    denominator=DENOMINATOR,
    source=SOURCE,
    needs=("people",),
    chart="shares",
    fields=FIELDS,
    said=SAID,
    query=counted(SAID),
    finish=_finish,
    cells=CELLS,
)
