"""Who looks at a run, where do they stand, in which language, at which moment?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cordee.courses.outlines import Entry, pick
from cordee.learning.choosing import Viewer
from cordee.learning.models import ActivityState, UnitView
from cordee.learning.queries import Seat, states_of, views_of


@dataclass(frozen=True, slots=True)
class Look:
    """One person's look at a run: who, where they stand, in which language, at which moment."""

    seat: Seat
    language: str
    now: dt.datetime
    states: Mapping[str, ActivityState] = field(default_factory=dict)
    views: Mapping[str, UnitView] = field(default_factory=dict)
    addresses: Callable[[str], str] | None = None  # where a unit is, when this is no look at a run

    @property
    def viewer(self) -> Viewer:
        """What of the outline this person sees."""
        return self.seat.viewer(self.states, self.views)

    def reads(self, entry: Entry) -> bool:
        """Whether the entry is for readers of this person's language, or of the course's own where it lacks theirs."""
        outline = self.seat.outline
        mine = self.language if self.language in outline.languages else outline.language
        return not entry.readers or mine in entry.readers

    def words(self, by_language: Mapping[str, str]) -> str:
        """A title in the reader's language, else in the course's own."""
        return pick(by_language, self.language, self.seat.outline.language)


def look_at(seat: Seat, *, language: str, now: dt.datetime) -> Look:
    """The reader's look at the run (2 queries, none for a teacher who has no enrolment)."""
    if seat.enrolment is None:
        return Look(seat, language, now)
    return Look(seat, language, now, states_of(seat.enrolment), views_of(seat.enrolment))
