"""How does each run compare, from enrolment to success?"""

from __future__ import annotations

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator
from cordee.pilot.indicators.marks import DEFINITION, DENOMINATOR, FIELDS, PER_RUN, SOURCE, finish, in_order

indicator = Indicator(
    name="runs",
    title=N_("Runs"),
    definition=DEFINITION,
    unit=N_("learners, and shares in percent"),
    denominator=DENOMINATOR,
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
    by_run=in_order,
    finish=finish,
)
