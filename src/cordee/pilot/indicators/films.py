"""Which films are left before their end, and which are gone back to?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.shares import share, share_fields
from cordee.pilot.indicators.video import indicator as by_ten_seconds

END: Final = 0.9  # of a film: who leaves after it saw its end
BIN_S: Final = 10


def _finish(rows: Sequence[Row]) -> list[Row]:
    films: dict[str, list[Row]] = {}
    for row in rows:
        films.setdefault(str(row["activity"]), []).append(row)
    return [_film(activity, bins) for activity, bins in films.items()]


def _film(activity: str, bins: Sequence[Row]) -> Row:
    """Each learner leaves a film once, so who leaves adds up to who saw any of it."""
    length = bins[0]["length_s"]
    end = float(length) if length else float(bins[-1]["second"] or 0) + BIN_S
    learners = sum(int(row["left"] or 0) for row in bins)
    early = sum(int(row["left"] or 0) for row in bins if float(row["second"] or 0) + BIN_S <= END * end)
    again = max(bins, key=lambda row: int(row["seen_again"] or 0))
    last = [row for row in bins if float(row["second"] or 0) + BIN_S <= END * end]
    left = max(last, key=lambda row: int(row["left"] or 0), default=None)
    return (
        {"activity": activity, "title": bins[0]["title"], "length_s": length, "learners": learners}
        | share("left_early", early, learners)
        | {"left_second": left["second"] if left is not None and left["left"] else None}
        | share("again", int(again["seen_again"] or 0), int(again["seen"] or 0))
        | {"again_second": again["second"] if again["seen_again"] else None}
    )


indicator = Indicator(
    name="films",
    title=N_("Films"),
    definition=N_(
        "Of each film how many learners saw any of it; left early: the last stretch that they watched ends before nine "
        "tenths of it (of what anybody saw, where its length is not known); seen again: of the ten seconds that most "
        "saw more than once, how many of those who saw them."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=N_("learners who saw any of it; for what is seen again, those who saw these ten seconds"),
    source=N_("Kim et al. (2014), ACM Learning at Scale: where films are left and seen again"),
    needs=("events",),
    chart="films",
    fields=(
        Field("activity", "text", N_("the film")),
        Field("title", "text", N_("its name, where known")),
        Field("length_s", "seconds", N_("its length, where known")),
        Field("learners", "count", N_("learners who saw any of it")),
        *share_fields("left_early", N_("learners who left it before nine tenths of it")),
        Field("left_second", "seconds", N_("where most of those begin the ten seconds in which they leave")),
        *share_fields("again", N_("learners who saw the most repeated ten seconds more than once")),
        Field("again_second", "seconds", N_("where these ten seconds begin")),
    ),
    query=by_ten_seconds.query,
    finish=_finish,
)
