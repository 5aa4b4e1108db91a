"""Do two runs, or two hosts, differ in their rates by more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.marks import DEFINITION, PER_RUN, in_order
from cordee.pilot.indicators.together import by_host, pairs_of, together
from cordee.pilot.statistics import equal_shares, holm, newcombe

TOLD: Final = ("started", "assiduous", "passed", "passed_of_assiduous")


def _between(of: str, rate: str, one: Row, other: Row, names: tuple[str, str]) -> Row | None:
    """One rate of the first minus that of the second; None where one of them is not known."""
    count, among, count_2, among_2 = (int(row[name] or 0) for row in (one, other) for name in (rate, f"{rate}_of"))
    ends = newcombe(count, among, count_2, among_2)
    if one[rate] is None or other[rate] is None or ends is None:
        return None
    return {
        "of": of,
        "rate": rate,
        "one": names[0],
        "other": names[1],
        "one_count": count,
        "one_of": among,
        "one_percent": 100 * count / among,
        "other_count": count_2,
        "other_of": among_2,
        "other_percent": 100 * count_2 / among_2,
        "difference": 100 * (count / among - count_2 / among_2),
        "difference_low": 100 * ends[0],
        "difference_high": 100 * ends[1],
        "p": equal_shares(count, among, count_2, among_2),
    }


def _finish(rows: Sequence[Row]) -> list[Row]:
    hosts = [together(runs, host=host) for host, runs in by_host(rows)]
    families = (
        ("run", [(one, other, (str(one["course"]), str(other["course"]))) for one, other in pairs_of(rows)]),
        ("host", [(one, other, (str(one["host"]), str(other["host"]))) for one, other in combinations(hosts, 2)]),
    )
    found: list[Row] = []
    for of, pairs in families:
        told = [
            row
            for one, other, names in pairs
            for rate in TOLD
            if (row := _between(of, rate, one, other, names)) is not None
        ]
        adjusted = holm([float(row["p"] or 0) for row in told])
        found += [row | {"p": value} for row, value in zip(told, adjusted, strict=True)]
    return found


indicator = Indicator(
    name="differences",
    title=N_("Runs and hosts, two by two"),
    definition=DEFINITION,
    unit=N_("shares in percent, differences in points"),
    denominator=N_(
        "the enrolled of each of the two, or the assiduous; of more than twelve runs, only those of one course are "
        "put side by side"
    ),
    source=N_(
        "Newcombe (1998), Statistics in Medicine 17, method 10; Holm (1979) over all differences of runs, of hosts"
    ),
    needs=("learners",),
    chart="differences",
    fields=(
        Field("of", "text", N_("run or host")),
        Field("rate", "text", N_("started, assiduous, passed or passed_of_assiduous")),
        Field("one", "text", N_("the run, the later of the two; or the host")),
        Field("other", "text", N_("the run or host beside it")),
        Field("one_count", "count", N_("learners of the first who did it")),
        Field("one_of", "count", N_("of how many: those of whom it is known")),
        Field("one_percent", "percent", N_("share of the first, from 0 to 100")),
        Field("other_count", "count", N_("learners of the second who did it")),
        Field("other_of", "count", N_("of how many in the second: those of whom it is known")),
        Field("other_percent", "percent", N_("share of the second, from 0 to 100")),
        Field("difference", "points", N_("first minus second, in points")),
        Field("difference_low", "points", N_("lower end of its 95 % interval (Newcombe)")),
        Field("difference_high", "points", N_("upper end of its 95 % interval (Newcombe)")),
        Field("p", "number", N_("p-value of no difference, adjusted for being many (Holm)")),
    ),
    query=PER_RUN,
    by_run=in_order,
    finish=_finish,
)
