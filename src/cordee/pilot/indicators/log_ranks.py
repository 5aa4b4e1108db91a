"""Do the curves of runs differ by more than chance?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.curves import DEFINITION, PLACES, Curve, curves_of
from cordee.pilot.indicators.together import pairs_of
from cordee.pilot.statistics import LogRank, holm, log_rank


def _finish(rows: Sequence[Row]) -> list[Row]:
    curves = {curve.course: curve for curve in curves_of(rows)}
    if len(curves) < 2:  # noqa: PLR2004 - nothing to compare with
        return []
    every = log_rank([curve.counts for curve in curves.values()])
    pairs = [
        (curves[str(later["course"])], curves[str(earlier["course"])])
        for later, earlier in pairs_of([{"course": one.course, "subject": one.subject} for one in curves.values()])
    ]
    tests = [log_rank([later.counts, earlier.counts]) for later, earlier in pairs]
    adjusted = holm([test.p_value for test in tests])
    told = [_row(*pair, test, p_value) for pair, test, p_value in zip(pairs, tests, adjusted, strict=True)]
    everybody: Row = dict.fromkeys(field.name for field in indicator.fields)
    everybody |= {"one": "", "other": "", "by": next(iter(curves.values())).by}
    everybody |= {"chi_square": every.chi_square, "degrees": every.degrees, "p": every.p_value}
    return [everybody, *told]


def _row(later: Curve, earlier: Curve, test: LogRank, p_value: float) -> Row:
    return {
        "one": later.course,
        "other": earlier.course,
        "by": later.by,
        "one_stopped": test.observed[0],
        "one_expected": test.expected[0],
        "other_stopped": test.observed[1],
        "other_expected": test.expected[1],
        "chi_square": test.chi_square,
        "degrees": test.degrees,
        "p": p_value,
    }


indicator = Indicator(
    name="log_ranks",
    title=N_("Whether runs differ in where they stop"),
    definition=DEFINITION,
    unit=N_("learners; chi-square without unit"),
    denominator="",
    source=N_("Log-rank test: Mantel (1966); Peto and Peto (1972), JRSS A 135; Holm (1979) over all pairs"),
    needs=("structure", "submissions"),
    chart="",
    fields=(
        Field("one", "text", N_("the later of two runs; empty for all runs together")),
        Field("other", "text", N_("the earlier of two runs; empty for all runs together")),
        Field("by", "text", N_("unit or module: what a place is")),
        Field("one_stopped", "count", N_("learners of the later run who stopped")),
        Field("one_expected", "number", N_("how many would have, were both runs one")),
        Field("other_stopped", "count", N_("learners of the earlier run who stopped")),
        Field("other_expected", "number", N_("how many of these would have, were both runs one")),
        Field("chi_square", "number", N_("distance from what would be expected")),
        Field("degrees", "number", N_("its degrees of freedom")),
        Field("p", "number", N_("p-value of one curve for all; of pairs, adjusted for being many (Holm)")),
    ),
    query=PLACES,
    finish=_finish,
)
