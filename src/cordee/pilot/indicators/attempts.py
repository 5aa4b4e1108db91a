"""How many tries does an exercise take?"""

from __future__ import annotations

from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator
from cordee.pilot.indicators.tries import TRIES

MOST: Final = 8  # tries; more are counted with them

indicator = Indicator(
    name="attempts",
    title=N_("Exercises, by number of tries"),
    definition=N_(
        "How many learners made one try, two, and so on until eight or more; solved: had full marks at least once."
    ),
    unit=N_("learners"),
    denominator="",
    source=N_("Cordée; the tries are those of “Exercises”"),
    needs=("submissions",),
    chart="histogram",
    fields=(
        Field("activity", "text", N_("the exercise")),
        Field("tries", "number", N_("how many tries; 8 for eight or more")),
        Field("learners", "count", N_("learners who made so many")),
        Field("solved", "count", N_("those of them who had full marks at least once")),
    ),
    query=f"""WITH {TRIES}
SELECT tries.activity, CAST(least(attempts, {MOST}) AS BIGINT) AS tries, count(*) AS learners,
       CAST(sum(CASE WHEN best >= 1 THEN 1 ELSE 0 END) AS BIGINT) AS solved
FROM tries JOIN learners ON learners.course = tries.course AND learners.actor = tries.actor
WHERE counted AND attempts > 0
GROUP BY tries.activity, least(attempts, {MOST}) ORDER BY tries.activity, 2""",  # noqa: S608 - our own names and fragments
)
