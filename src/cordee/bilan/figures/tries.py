"""What do rules of thumb look like, tried on the runs of this programme?

Each rule splits the runs, or the learners of each run, in two, and compares who passed. Intervals are those of the
pilot (Wilson; Newcombe for a difference). Runs were not drawn by lot: a difference is no effect; the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cordee.bilan.figures.activity import rate_of, runs_of, tells
from cordee.bilan.programme import Course, Programme, Run
from cordee.pilot.statistics import newcombe, wilson

HUNDRED: Final = 100.0
ENOUGH: Final = 100  # learners on each side; fewer say nothing
HOURS, WEEKS, MINUTES = 2, 5, 20  # where no advice says another number
Rule = Literal["week_two", "load", "minutes_of_video", "things_to_make", "tutoring", "attestation"]
RULES: Final[tuple[Rule, ...]] = ("week_two", "load", "minutes_of_video", "things_to_make", "tutoring", "attestation")


@dataclass(frozen=True, slots=True)
class Side:
    """Who passed, of how many, in percent with both ends of its 95 % interval; over so many runs."""

    passed: int
    of: int
    runs: int

    @property
    def percent(self) -> float:
        return HUNDRED * self.passed / self.of

    @property
    def interval(self) -> tuple[float, float]:
        ends = wilson(self.passed, self.of) or (0.0, 1.0)
        return HUNDRED * ends[0], HUNDRED * ends[1]


@dataclass(frozen=True, slots=True)
class Try:
    """A rule and its two sides; None where the runs do not tell enough. `difference`: points, with both ends."""

    rule: Rule
    with_it: Side | None = None
    without: Side | None = None

    @property
    def difference(self) -> tuple[float, float, float] | None:
        if self.with_it is None or self.without is None:
            return None
        ends = newcombe(self.with_it.passed, self.with_it.of, self.without.passed, self.without.of)
        if ends is None:
            return None
        return self.with_it.percent - self.without.percent, HUNDRED * ends[0], HUNDRED * ends[1]


def tries(programme: Programme) -> list[Try]:
    """One for each rule, in their order."""
    runs = runs_of(programme.runs)
    hours = next((one.low for one in programme.advice if one.name == "hours_a_week" and one.low is not None), HOURS)
    weeks = next((one.high or one.low for one in programme.advice if one.name == "weeks"), None) or WEEKS
    minutes = next((one.low for one in programme.advice if one.name == "minutes_of_video"), None) or MINUTES

    def is_light(course: Course) -> bool | None:
        if course.hours_a_week is None or course.weeks is None:
            return None
        return course.hours_a_week <= hours and course.weeks <= weeks

    def is_broken_up(course: Course) -> bool | None:
        return None if course.minutes_of_video is None else course.minutes_of_video <= minutes

    def split(rule: Rule, is_one: Callable[[Course], bool | None]) -> Try:
        """The runs of courses that follow the rule against those of courses that do not."""
        follows = {course.id: is_one(course) for course in programme.courses}
        return _split(rule, [(run, follows.get(id_)) for id_, played in runs.items() for run in played])

    return [
        _week_two(programme.runs),
        split("load", is_light),
        split("minutes_of_video", is_broken_up),
        split("things_to_make", lambda course: bool(course.kinds)),
        _split("tutoring", [(run, run.tutored) for run in programme.runs]),
        split("attestation", lambda course: course.certifying),
    ]


def _week_two(runs: Sequence[Run]) -> Try:
    """Who did an activity of the second module passed so often; all others of the same runs so often."""
    telling = [run for run in runs if tells(run, "passed") and tells(run, "passed_of_week_two") and _agrees(run)]
    inside = rate_of(telling, "passed_of_week_two")
    everybody = rate_of(telling, "passed")
    if inside is None or everybody is None:
        return Try("week_two")
    rest = Side(everybody[0] - inside[0], everybody[1] - inside[1], len(telling))
    return _enough("week_two", Side(*inside, len(telling)), rest)


def _agrees(run: Run) -> bool:
    """Whether no more of week two are told to have passed, or to be there, than of all: rows are declared."""
    inside, everybody = rate_of([run], "passed_of_week_two"), rate_of([run], "passed")
    if inside is None or everybody is None:
        return False
    return 0 <= everybody[0] - inside[0] <= everybody[1] - inside[1]


def _split(rule: Rule, follows: Iterable[tuple[Run, bool | None]]) -> Try:
    """The runs that follow the rule against those that do not; those of which that is not known are left out."""
    sides: Mapping[bool | None, list[Run]] = {True: [], False: [], None: []}
    for run, does in follows:
        if tells(run, "passed"):
            sides[does].append(run)
    one, other = rate_of(sides[True], "passed"), rate_of(sides[False], "passed")
    if one is None or other is None:
        return Try(rule)
    return _enough(rule, Side(*one, len(sides[True])), Side(*other, len(sides[False])))


def _enough(rule: Rule, one: Side, other: Side) -> Try:
    return Try(rule, one, other) if min(one.of, other.of) >= ENOUGH else Try(rule)
