"""Of two runs, in which do more learners come far, and how many were there to see it?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.curves import DEFINITION, PLACES, curves_of
from cordee.pilot.statistics import life_table


def _finish(rows: Sequence[Row]) -> list[Row]:
    found: list[Row] = []
    for curve in curves_of(rows):
        share, low, high = 1.0, 1.0, 1.0
        for place, step in zip(curve.places, life_table(curve.counts), strict=True):
            found.append(
                {
                    "course": curve.course,
                    "place": int(step.time),
                    "by": curve.by,
                    "activity": place["activity"],
                    "title": place["title"],
                    "module": place["module"],
                    "at_risk": step.at_risk,
                    "stopped": step.stopped,
                    "censored": step.censored,
                    "share": 100 * share,
                    "low": 100 * low,
                    "high": 100 * high,
                }
            )
            share, low, high = step.survival, step.low, step.high
    return found


indicator = Indicator(
    name="survival",
    title=N_("Where they stop, run beside run"),
    definition=DEFINITION,
    unit=N_("learners, and shares in percent"),
    denominator=N_("the enrolled of the run"),
    source=N_("Kaplan and Meier (1958), JASA 53; interval on the log(−log) scale with Greenwood’s variance"),
    needs=("structure", "submissions"),
    chart="survival",
    fields=(
        Field("course", "text", N_("the run’s key")),
        Field("place", "number", N_("rank of the unit or module; 0 for enrolment")),
        Field("by", "text", N_("unit or module: what a place is")),
        Field("activity", "text", N_("the unit; empty for enrolment and for modules")),
        Field("title", "text", N_("its name, where known")),
        Field("module", "number", N_("the module that holds it")),
        Field("at_risk", "count", N_("learners who could stop there")),
        Field("stopped", "count", N_("learners who went no further")),
        Field("censored", "count", N_("learners seen until there only: still on their way, passed, or at the end")),
        Field("share", "percent", N_("estimated share of the enrolled who get there")),
        Field("low", "percent", N_("lower end of its 95 % interval")),
        Field("high", "percent", N_("upper end of its 95 % interval")),
    ),
    query=PLACES,
    finish=_finish,
)
