"""What may this learner see, and until when may they hand in?

Pure rules: `now` is an argument, so that a teacher can look at a date to come and a test can give one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cordee.courses.due_dates import closing_of, due_in, opening_of
from cordee.courses.kinds import Rules, ShowAnswer
from cordee.courses.outlines import Entry, Module, Outline, Place, Section, partition_of
from cordee.learning.time_limits import SLOW, USUAL, OwnTime


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates of a run that bound its content, and the deadlines that were moved for one learner.

    Deadlines by the section's id.
    """

    opens_at: dt.datetime
    closes_at: dt.datetime | None
    extensions: Mapping[str, dt.datetime] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)  # of the run, as it keeps them
    because: Mapping[str, str] = field(default_factory=dict)  # why they were moved
    times: Mapping[str, OwnTime] = field(default_factory=dict)  # of sections whose time is limited

    def opening_of(self, module: Module, section: Section) -> dt.datetime:
        """When a section opens: the latest of run, module and section."""
        later = (opening_of(one, self.opens_at) for one in (module, section))
        return max(date for date in (self.opens_at, *later) if date is not None)

    def is_open(self, place: Place, now: dt.datetime) -> bool:
        return self.opening_of(place.module, place.section) <= now

    def is_hidden(self, section: Section, outline: Outline, now: dt.datetime) -> bool:
        """Whether the section is not opened any more: its author hides it once deadline and grace have passed."""
        due = self.due_of(section) if section.hides_after_due else None
        return due is not None and now > due + dt.timedelta(seconds=outline.grace_s)

    def usual_of(self, section: Section) -> dt.datetime | None:
        """The deadline of a section for everybody in the run; None: it has none."""
        return due_in(section, own=self.own, opens_at=self.opens_at, closes_at=self.closes_at)

    def due_of(self, section: Section) -> dt.datetime | None:
        """The deadline of a section for this learner; None: it has none."""
        usual, moved = self.usual_of(section), self.extensions.get(section.id)
        return moved if moved is not None and (usual is None or moved > usual) else usual

    def closing_of(self, section: Section) -> dt.datetime | None:
        """From when on the section takes no answer, whatever its deadline; None: it goes on with the run."""
        return closing_of(section, self.opens_at)

    def moved_because(self, section: Section) -> str:
        """Why the deadline of a section is this learner's own; "" where it is everybody's."""
        reason = self.because.get(section.id, "")
        return reason if reason and self.due_of(section) == self.extensions.get(section.id) else ""

    def last_moment(self, section: Section, outline: Outline) -> dt.datetime | None:
        """The last instant at which an answer is taken: the one for its dates, and once the learner's own time is over
        no answer but those on their way. None: no end.
        """
        over = self.time_over_at(section)
        ends = (self.last_by_dates(section, outline), None if over is None else over + SLOW)
        return min((date for date in ends if date is not None), default=None)

    def time_of(self, section: Section) -> OwnTime:
        """What this learner has in a section whose time is limited."""
        return self.times.get(section.id, USUAL)

    def time_over_at(self, section: Section) -> dt.datetime | None:
        """When the learner's own time is over; None: it is not limited, or not begun."""
        return self.time_of(section).over_at(section) if section.limit_min else None

    def waits_to_begin(self, section: Section, outline: Outline, now: dt.datetime) -> bool:
        """Whether its content is kept back until the learner begins. Where its dates take no answer any more, there is
        nothing to be quick for, and it is read as any other section.
        """
        if not section.limit_min or self.time_of(section).begun_at is not None:
            return False
        last = self.last_by_dates(section, outline)
        return last is None or now <= last

    def last_by_dates(self, section: Section, outline: Outline) -> dt.datetime | None:
        """The last instant for everybody with these dates: deadline plus grace, never past the end of the section and
        of the run unless a teacher moved it there. None: no end.
        """
        due = self.due_of(section)
        late = due + dt.timedelta(seconds=outline.grace_s) if due else None
        if due is not None and due == self.extensions.get(section.id):
            return late
        ends = (late, self.closing_of(section), self.closes_at)
        return min((date for date in ends if date is not None), default=None)


def belongs(*groups: str) -> Callable[[tuple[str, ...]], bool]:
    """Does a learner of these groups belong to an audience? An empty audience is everybody.

    `groups`: the name of the cohort ("" for none), and the groups drawn, as `outlines.drawn_group` writes them. The
    learner must be in one of the groups that the audience names of each partition. Source: Open edX, `group_access`.
    """

    def is_in(audience: tuple[str, ...]) -> bool:
        found: dict[str, bool] = {}
        for name in audience:
            partition = partition_of(name)
            found[partition] = found.get(partition, False) or name in groups
        return all(found.values())

    return is_in


def is_shown(place: Place, entry: Entry | None, *, groups: Iterable[str], teaches: bool) -> bool:
    """Is this unit (and this activity of it) for this person at all, dates aside?"""
    if teaches:
        return True
    levels = (place.module, place.section, place.unit, *((entry,) if entry else ()))
    member = belongs(*groups)
    return all(not level.staff_only and (not level.audience or member(level.audience)) for level in levels)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner stands in one activity, as the rules below need it."""

    attempts: int = 0
    solved: bool = False
    last_at: dt.datetime | None = None


def attempts_left(rules: Rules, standing: Standing) -> int | None:
    """None: no limit."""
    return None if rules.max_attempts is None else max(0, rules.max_attempts - standing.attempts)


def wait_until(rules: Rules, standing: Standing, now: dt.datetime) -> dt.datetime | None:
    """When the next attempt may be made, if that is still to come.

    An attempt later than now is no reason to wait: the server's clock was set back since, perhaps by hours.
    """
    if not rules.wait_s or standing.last_at is None or standing.last_at > now:
        return None
    moment = standing.last_at + dt.timedelta(seconds=rules.wait_s)
    return moment if moment > now else None


def shows_answer(rules: Rules, standing: Standing, *, past_due: bool, time_over: bool = False) -> bool:
    """May right answers and the solution be shown? Source: Open edX `showanswer`; "answered" means answered right.

    `time_over`: the learner's own time is over, which closes the activity to them. What waits for the deadline waits
    all the same: others may begin later.
    """
    used_up = rules.max_attempts is not None and standing.attempts >= rules.max_attempts
    closed = used_up or past_due or time_over
    shown: Mapping[ShowAnswer, bool] = {
        "always": True,
        "never": False,
        "answered": standing.solved,
        "attempted": standing.attempts > 0 or past_due,
        "attempted_no_past_due": standing.attempts > 0,
        "closed": closed,
        "finished": closed or standing.solved,
        "correct_or_past_due": standing.solved or past_due,
        "past_due": past_due,
        "after_attempts": standing.attempts >= max(1, rules.show_answer_after),
        "after_all_attempts": used_up,
        "after_all_attempts_or_correct": used_up or standing.solved,
    }
    return shown[rules.show_answer]


def shows_correctness(rules: Rules, *, past_due: bool) -> bool:
    """May the learner see whether an answer was right?"""
    return rules.show_correctness == "always" or (rules.show_correctness == "past_due" and past_due)
