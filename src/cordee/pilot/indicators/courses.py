"""How does each course do over all its runs and hosts, as one crowd and as the mean of its runs?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row, Value
from cordee.pilot.indicators.marks import FIELDS, NAMES, PER_RUN, RATES, SOURCE, in_order, with_shares
from cordee.pilot.indicators.together import mean, together


def _finish(rows: Sequence[Row]) -> list[Row]:
    subjects: dict[Value, list[Row]] = {}
    for row in rows:
        subjects.setdefault(row["subject"], []).append(row)
    found: list[Row] = []
    for subject, runs in subjects.items():
        hosts = sorted({str(run["host"]) for run in runs if run["host"]})
        one = together(runs, subject=subject, title=runs[-1]["title"], hosts=", ".join(hosts), runs=len(runs))
        shares = [with_shares(run) for run in runs]
        found.append(one | {f"{name}_mean": mean(run[f"{name}_percent"] for run in shares) for name in NAMES})
    if len(found) > 1:
        hosts = sorted({str(row["host"]) for row in rows if row["host"]})
        everything = together(rows, subject="", title="", hosts=", ".join(hosts), runs=len(rows))
        found.append(everything | {f"{name}_mean": mean(one[f"{name}_percent"] for one in found) for name in NAMES})
    return found


indicator = Indicator(
    name="courses",
    title=N_("Courses, over all runs"),
    definition=N_(
        "The rates of each course over all its runs and hosts: once of all learners together (weighted), once as the "
        "plain mean of its runs (unweighted). The last row is the catalogue, whose plain mean is that of its courses."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=N_("the enrolled; of the last two, the assiduous and those active in the second module"),
    source=SOURCE,
    needs=("learners",),
    chart="funnel",
    fields=(
        Field("subject", "text", N_("the course; empty for all together")),
        Field("title", "text", N_("its title, where known")),
        Field("hosts", "text", N_("where its runs are played")),
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
