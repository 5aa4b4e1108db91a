"""Do cohorts differ, and is the difference more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.marks import DEFINITION, MARKS
from cordee.pilot.indicators.shares import share, share_fields
from cordee.pilot.statistics import equal_shares, holm, newcombe

TOLD: Final = (
    ("started", N_("handed in the first graded quiz of the course")),
    ("assiduous", N_("handed in the first graded quiz of the second module that holds one; need not have started")),
    ("passed", N_("have a grade at or above the pass mark")),
)


def _finish(rows: Sequence[Row]) -> list[Row]:
    found: list[Row] = [{"cohort": row["cohort"], "n": row["n"], "hidden": ""} for row in rows]
    for name, _meaning in TOLD:
        p_values: list[float] = []
        for row, told in zip(rows, found, strict=True):
            told.update(share(name, row[name], row[f"{name}_of"]))
            others = [other for other in rows if other is not row and other[name] is not None]
            count = sum(int(other[name] or 0) for other in others)
            of = sum(int(other[f"{name}_of"] or 0) for other in others)
            ends = None
            if row[name] is not None and others:
                mine = int(row[name] or 0), int(row[f"{name}_of"] or 0)
                ends = newcombe(*mine, count, of)
                p_values.append(equal_shares(*mine, count, of))
                told[f"{name}_difference"] = 100 * (mine[0] / mine[1] - count / of) if ends else None
            else:
                p_values.append(1.0)
                told[f"{name}_difference"] = None
            told[f"{name}_difference_low"] = 100 * ends[0] if ends else None
            told[f"{name}_difference_high"] = 100 * ends[1] if ends else None
        for told, p_value in zip(found, holm(p_values), strict=True):
            known = told[f"{name}_difference"] is not None
            told[f"{name}_p"] = p_value if known else None
    return found


indicator = Indicator(
    name="cohorts",
    title=N_("Cohorts"),
    definition=DEFINITION,
    unit=N_("learners, shares in percent, differences in points"),
    denominator=N_("the learners of the cohort; the difference is to all others together"),
    source=N_("Newcombe (1998), Statistics in Medicine 17, method 10; Holm (1979) for many cohorts"),
    needs=("learners",),
    chart="cohorts",
    group="cohort",
    fields=(
        Field("cohort", "text", N_("its name, by which the rows are ordered; empty for learners without one")),
        Field("n", "count", N_("learners of the cohort; null where it is hidden")),
        Field("hidden", "text", N_("why nothing is told; empty where it is told")),
        *(
            field
            for name, meaning in TOLD
            for field in (
                *share_fields(name, meaning),
                Field(f"{name}_difference", "points", N_("difference to the others, in points")),
                Field(f"{name}_difference_low", "points", N_("lower end of its 95 % interval (Newcombe)")),
                Field(f"{name}_difference_high", "points", N_("upper end of its 95 % interval (Newcombe)")),
                Field(f"{name}_p", "number", N_("p-value of no difference, adjusted for many cohorts (Holm)")),
            )
        ),
    ),
    query=f"""WITH {MARKS}
SELECT coalesce(cohort, '') AS cohort, count(*) AS n, {
        ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}, count({name}) AS {name}_of" for name, _meaning in TOLD)
    }
FROM marks GROUP BY coalesce(cohort, '') ORDER BY coalesce(cohort, '') = '', coalesce(cohort, '')""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
