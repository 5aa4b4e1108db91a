"""Up to which degree did they study?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Indicator, Row
from cordee.pilot.indicators.traits import CELLS, DENOMINATOR, FIELDS, SOURCE, counted, of_people, shares_of
from cordee.pilot.tables import EDUCATION

SAID = of_people("education", "education")


def _finish(rows: Sequence[Row]) -> list[Row]:
    return shares_of(rows, EDUCATION)


indicator = Indicator(
    name="education",
    title=N_("Education"),
    definition=N_("The highest degree that learners declared, in the nine classes of the report, the highest first."),
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
