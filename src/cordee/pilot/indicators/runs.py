"""How does each run compare, from enrolment to success?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.marks import DEFINITION, FIELDS, PER_RUN, SOURCE, with_shares


def _finish(rows: Sequence[Row]) -> list[Row]:
    return [with_shares(row) for row in rows]


indicator = Indicator(
    name="runs",
    title=N_("Runs"),
    definition=DEFINITION,
    unit=N_("learners, and shares in percent"),
    denominator=N_("the enrolled; of the last two, the assiduous and those active in the second module"),
    source=SOURCE,
    needs=("learners",),
    chart="funnel",
    fields=(
        Field("course", "text", N_("the run’s key")),
        Field("subject", "text", N_("the course that it is a run of")),
        Field("title", "text", N_("its title, where known")),
        Field("host", "text", N_("where it is played")),
        Field("opens_at", "when", N_("when it opened, where known")),
        Field("hours_a_week", "number", N_("hours of work asked for each week, where known")),
        *FIELDS,
    ),
    query=PER_RUN,
    finish=_finish,
)
