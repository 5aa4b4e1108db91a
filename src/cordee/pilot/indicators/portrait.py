"""Who is the most frequent learner, in one sentence?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row, age, countries, education, sex
from cordee.pilot.indicators.traits import CELLS, DENOMINATOR, MERGED, SOURCE, counted, shares_of

TRAITS: Final = ("sex", "age", "education", "country")
SAID: Final = " UNION ALL ".join((sex.SAID, age.SAID, education.SAID, countries.SAID))


def _finish(rows: Sequence[Row]) -> list[Row]:
    if not rows:
        return []
    told: Row = {}
    for trait in TRAITS:
        shares = shares_of([row for row in rows if row["trait"] == trait and row["host"] == ""])
        known = [row for row in shares if row["n"] and row["class"] != MERGED]
        # Of equals, the first by name. A hidden class is smaller than one that is told, or hides with all others.
        first = min(known, key=lambda row: (-int(row["n"] or 0), str(row["class"])), default=None)
        told[trait] = first["class"] if first else None
        told[f"{trait}_percent"] = first["percent"] if first else None
        told[f"{trait}_declared"] = shares[0]["declared"] if shares else 0
        if trait == "country":
            told["countries"] = len(known)
    return [told] if any(told[trait] for trait in TRAITS) else []


indicator = Indicator(
    name="portrait",
    title=N_("Portrait"),
    definition=N_("The most frequent sex, age, education and country, each with its share of those who declared it."),
    unit=N_("shares in percent"),
    denominator=DENOMINATOR,
    source=SOURCE,
    needs=("people",),
    fields=(
        *(
            field
            for trait, meaning in zip(
                TRAITS,
                (
                    N_("most frequent sex"),
                    N_("most frequent age class"),
                    N_("most frequent education"),
                    N_("most frequent country"),
                ),
                strict=True,
            )
            for field in (
                Field(trait, "text", meaning),
                Field(f"{trait}_percent", "percent", N_("its share of those who declared it")),
                Field(f"{trait}_declared", "count", N_("learners who declared it")),
            )
        ),
        Field("countries", "count", N_("countries with so many learners that they may be told")),
    ),
    said=SAID,
    query=counted(SAID),
    finish=_finish,
    cells=CELLS,
)
