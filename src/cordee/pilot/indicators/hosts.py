"""Do hosts differ: FUN, edX, this site?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.marks import DENOMINATOR, FIELDS, NAMES, PER_RUN, RATES, SOURCE, in_order, with_shares
from cordee.pilot.indicators.together import by_host, mean, together


def _finish(rows: Sequence[Row]) -> list[Row]:
    found: list[Row] = []
    for host, runs in by_host(rows):
        shares = [with_shares(run) for run in runs]
        means: Row = {f"{name}_mean": mean(run[f"{name}_percent"] for run in shares) for name in NAMES}
        found.append(together(runs, host=host, runs=len(runs)) | means)
    return found


indicator = Indicator(
    name="hosts",
    title=N_("Hosts"),
    definition=N_(
        "The rates of all runs that a host plays: once of all their learners together (weighted), once as the plain "
        "mean of the runs (unweighted). Runs of which no file says the host are left out. Hosts play other courses for "
        "other people: a difference is no merit of a host."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=DENOMINATOR,
    source=SOURCE,
    needs=("learners", "runs"),
    chart="funnel",
    fields=(
        Field("host", "text", N_("where the runs are played")),
        Field("runs", "count", N_("how many runs are counted")),
        *FIELDS,
        *(
            Field(f"{name}_mean", "percent", N_("plain mean of the percents of its runs, each counting once"), needs)
            for name, _of, _meaning, needs in RATES
        ),
    ),
    query=PER_RUN,
    by_run=in_order,
    finish=_finish,
)
