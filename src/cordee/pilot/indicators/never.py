"""Who did something, then stopped, and who never opened anything?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Indicator, Row
from cordee.pilot.indicators.shares import share, share_fields
from cordee.pilot.indicators.staying import STAYING

STATES: Final = (
    ("passed", N_("have passed")),
    ("active", N_("did something in the last 14 days before the extraction")),
    ("stopped", N_("did something, then stopped")),
    ("new", N_("did nothing yet, and enrolled in the last 14 days")),
    ("never", N_("never opened anything")),
)


def _finish(rows: Sequence[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        told: Row = {"enrolled": row["enrolled"]}
        for state, _meaning in STATES:
            told |= share(state, row[state], row["enrolled"])
        found.append(told)
    return found


indicator = Indicator(
    name="never",
    title=N_("Stopped, or never came"),
    definition=N_("Each learner once, in the first that holds: passed, active, stopped, new, never opened anything."),
    unit=N_("learners, and shares in percent"),
    denominator=N_("the enrolled"),
    source=N_("Asked for by teachers on Open edX: “did something, then stopped” apart from “never opened”"),
    needs=("learners", "submissions"),
    chart="bars",
    fields=(
        Field("enrolled", "count", N_("learners enrolled: not those who left, nor the team")),
        *(field for state, meaning in STATES for field in share_fields(state, meaning)),
    ),
    query=f"""WITH {STAYING}
SELECT count(*) AS enrolled, {
        ", ".join(f"count(CASE WHEN state = '{state}' THEN 1 END) AS {state}" for state, _meaning in STATES)
    }
FROM staying""",  # noqa: S608 - our own names and fragments
    finish=_finish,
)
