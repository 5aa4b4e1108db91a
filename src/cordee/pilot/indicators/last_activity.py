"""What was the last thing that they did before leaving?"""

from __future__ import annotations

from collections.abc import Sequence

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.shares import share, share_fields
from cordee.pilot.indicators.staying import STAYING


def _finish(rows: Sequence[Row]) -> list[Row]:
    everybody = sum(int(row["left_after"] or 0) for row in rows)
    return [row | share("left_after", row["left_after"], everybody) for row in rows]


indicator = Indicator(
    name="last_activity",
    title=N_("Last activity before leaving"),
    definition=N_(
        "Of each learner who did something, did nothing in the last 14 days before the extraction and has not passed: "
        "the activity done last in time, wherever it stands in the course."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=N_("learners who did something and have left"),
    source=N_("The four questions of Mooc-Pilot: where they stop"),
    needs=("submissions",),
    chart="bars",
    fields=(
        Field("activity", "text", N_("the activity or unit")),
        Field("title", "text", N_("its name, where known")),
        *share_fields("left_after", N_("learners who did nothing after it")),
    ),
    query=f"""WITH {STAYING},
counted AS (
    SELECT last_activity AS activity, count(*) AS left_after
    FROM staying WHERE state = 'stopped' AND last_at IS NOT NULL GROUP BY last_activity),
names AS (SELECT activity, max(title) AS title, min(position) AS position FROM structure GROUP BY activity)
SELECT counted.activity, coalesce(title, '') AS title, left_after
FROM counted LEFT JOIN names ON names.activity = counted.activity
ORDER BY position NULLS LAST, counted.activity""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
