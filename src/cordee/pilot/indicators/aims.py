"""What do learners come for?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Indicator, Row
from cordee.pilot.indicators.traits import CELLS, DENOMINATOR, FIELDS, counted, shares_of

AIMS: Final = ("explore", "parts", "complete", "certify", "unsure")
SAID: Final = """
    SELECT learners.course, learners.actor, 'aim' AS trait, coalesce(aim, '') AS class
    FROM learners LEFT JOIN aims ON aims.course = learners.course AND aims.actor = learners.actor"""


def _finish(rows: Sequence[Row]) -> list[Row]:
    return shares_of(rows, AIMS)


indicator = Indicator(
    name="aims",
    title=N_("What they come for"),
    definition=N_(
        "What learners said they come for, when they enrolled or later: explore, to look around; parts, for what they"
        " need; complete, to follow the whole course; certify, for the attestation; unsure."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=DENOMINATOR,
    source=N_("Learners of this site, on the page of their aim; the codes are those of edX’s course goals"),
    needs=("aims",),
    chart="shares",
    fields=FIELDS,
    said=SAID,
    query=counted(SAID),
    finish=_finish,
    cells=CELLS,
)
