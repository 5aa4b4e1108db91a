"""Do fewer stay where more work is asked?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.marks import PER_RUN, RATES, in_order, with_shares
from cordee.pilot.indicators.shares import share_fields

TOLD: Final = ("started", "week_two", "assiduous", "passed")
FIELDS: Final = (
    Field("course", "text", N_("the run’s key")),
    Field("title", "text", N_("its title, where known")),
    Field("host", "text", N_("where it is played")),
    Field("hours_a_week", "number", N_("hours of work asked for each week")),
    Field("enrolled", "count", N_("learners enrolled: not those who left, nor the team")),
    *(
        field
        for name, _of, meaning, needs in RATES
        if name in TOLD
        for field in share_fields(name, meaning, needs=needs)
    ),
)


def _finish(rows: Sequence[Row]) -> list[Row]:
    known = [with_shares(row) for row in rows if row["hours_a_week"] is not None]
    known.sort(key=lambda row: (float(row["hours_a_week"] or 0), str(row["course"])))
    return [{field.name: row[field.name] for field in FIELDS} for row in known]


indicator = Indicator(
    name="workload",
    title=N_("Work asked, and who stays"),
    definition=N_(
        "For each run whose hours a week are known: how many started, went on and passed, from the fewest hours to the "
        "most. Runs differ in more than hours: this is no proof of cause."
    ),
    unit=N_("hours a week; learners, and shares in percent"),
    denominator=N_("the enrolled of the run"),
    source=N_("“4 ans de MOOC” (Institut Mines-Télécom, 2017): learners say that they can give 2 hours a week"),
    needs=("runs", "learners"),
    chart="scatter",
    fields=FIELDS,
    query=PER_RUN,
    by_run=in_order,
    finish=_finish,
)
