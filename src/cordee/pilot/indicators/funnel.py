"""How many enrolled, started, went on and passed, in both readings of each?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Indicator, Row
from cordee.pilot.indicators.marks import COUNTED, DEFINITION, FIELDS, MARKS, SOURCE, with_shares


def _finish(rows: Sequence[Row]) -> list[Row]:
    return [with_shares(row) for row in rows]


indicator = Indicator(
    name="funnel",
    title=N_("From enrolment to success"),
    definition=DEFINITION,
    unit=N_("learners, and shares in percent"),
    denominator=N_("the enrolled; of the last two, the assiduous and those active in the second module"),
    source=SOURCE,
    needs=("learners",),
    chart="funnel",
    fields=FIELDS,
    query=f"WITH {MARKS}\nSELECT {COUNTED} FROM marks",
    finish=_finish,
)
