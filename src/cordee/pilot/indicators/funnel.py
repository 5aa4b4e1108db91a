"""How many enrolled, started, went on and passed, in both readings of each?"""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.pilot.indicators import Indicator
from cordee.pilot.indicators.marks import COUNTED, DEFINITION, DENOMINATOR, FIELDS, MARKS, SOURCE, finish

indicator = Indicator(
    name="funnel",
    title=N_("From enrolment to success"),
    definition=DEFINITION,
    unit=N_("learners, and shares in percent"),
    denominator=DENOMINATOR,
    source=SOURCE,
    needs=("learners",),
    chart="funnel",
    fields=FIELDS,
    query=f"WITH {MARKS}\nSELECT {COUNTED} FROM marks",
    finish=finish,
)
