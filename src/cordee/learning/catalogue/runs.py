"""Which sessions of a course are there, on which host, and what can one do with each today?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import BooleanField, Count, Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from cordee.courses.elsewhere import HOST_NAMES
from cordee.courses.models import Course, Run
from cordee.learning.models import Enrolment, NextRunWish
from cordee.people.models import Account

State = Literal["open", "coming", "running", "archived", "closed"]
STATES: Final = {
    "open": _("Open"),
    "coming": _("To come"),
    "running": _("Under way, enrolment closed"),
    "archived": _("Over: who was enrolled can still read it"),
    "closed": _("Over"),
}
ORDER: Final[tuple[State, ...]] = ("open", "coming", "running", "archived", "closed")


@dataclass(frozen=True, slots=True)
class RunLine:
    """A listed session. `host` is "" where it is played here, else its name ("FUN", or the host's domain)."""

    key: str
    name: str  # the last part of its key
    host: str
    address: str
    opens_at: dt.datetime
    closes_at: dt.datetime | None
    enrolment_closes_at: dt.datetime | None
    pass_mark: float
    version_sha256: str
    state: State
    may_enrol: bool  # here
    may_join: bool  # here or on its host
    enrolled: int | None  # None: too few to tell the public, or not known here
    mine: bool

    @property
    def state_words(self) -> str:
        return str(STATES[self.state])

    @property
    def is_here(self) -> bool:
        return not self.host

    @property
    def is_over(self) -> bool:
        return self.state in {"archived", "closed"}


@dataclass(frozen=True, slots=True)
class Runs:
    lines: tuple[RunLine, ...]  # what can be joined first, then by date
    wishes: bool  # whether the reader asked to hear of the next one

    def best(self) -> RunLine | None:
        """The one to propose: one's own that is not over, else the first that can be joined, else the first."""
        own = (line for line in self.lines if line.mine and not line.is_over)
        return next(own, next(iter(self.lines), None))

    @property
    def can_be_joined(self) -> bool:
        return any(line.may_join for line in self.lines)


def runs_of(course: Course, *, account: Account | None, smallest: int, now: dt.datetime) -> Runs:
    """Every listed session of a course, with the reader's own standing (1 query).

    `smallest`: how many people a number that is told to the public stands for at least.
    """
    there = Q(enrolments__left_at__isnull=True)
    mine = Enrolment.objects.filter(run=OuterRef("pk"), account=account, left_at__isnull=True)
    wish = NextRunWish.objects.filter(course=course, account=account)
    nobody = Value(value=False, output_field=BooleanField())
    found = list(
        Run.objects.filter(course=course, listed=True)
        .annotate(
            enrolled=Count("enrolments", filter=there),
            mine=Exists(mine) if account else nobody,
            wished=Exists(wish) if account else nobody,
        )
        .select_related("version")
        .defer("version__outline", "version__files", "version__extra", "version__report")
    )
    lines = [_line(run, smallest, now) for run in found]
    return Runs(tuple(sorted(lines, key=_rank)), any(run.wished for run in found))


def _rank(line: RunLine) -> tuple[bool, int, bool, float]:
    """Joinable ones first; among those to come the next one first, among the others the latest."""
    at = line.opens_at.timestamp()
    return (not line.may_join, ORDER.index(line.state), not line.is_here, at if line.state == "coming" else -at)


def state_at(run: Run, now: dt.datetime) -> State:
    if run.closes_at is not None and run.closes_at <= now:
        return "archived" if run.host == Run.HERE else "closed"
    if run.opens_at > now:
        return "coming"
    return "running" if _enrolment_is_over(run, now) else "open"


def can_be_joined(run: Run, now: dt.datetime) -> bool:
    """Whether somebody new may enrol today, here or on its host."""
    return state_at(run, now) in {"open", "coming"} and not _enrolment_is_over(run, now)


def joinable(runs: Sequence[Run], now: dt.datetime) -> list[Run]:
    return [run for run in runs if can_be_joined(run, now)]


def host_name(run: Run) -> str:
    """ "" here, else what people call the host: "FUN", or the domain of one without a name."""
    if run.host == Run.HERE:
        return ""
    return HOST_NAMES.get(run.host, "") or run.address.partition("://")[2].partition("/")[0] or run.host


def _enrolment_is_over(run: Run, now: dt.datetime) -> bool:
    return run.enrolment_closes_at is not None and run.enrolment_closes_at <= now


def _line(run: Run, smallest: int, now: dt.datetime) -> RunLine:
    may_join = can_be_joined(run, now)
    enrolled: int = getattr(run, "enrolled")  # noqa: B009 - an annotation
    return RunLine(
        key=run.key,
        name=run.key.rpartition("+")[2],
        host=host_name(run),
        address=run.address,
        opens_at=run.opens_at,
        closes_at=run.closes_at,
        enrolment_closes_at=run.enrolment_closes_at,
        pass_mark=run.pass_mark,
        version_sha256=run.version.sha256,
        state=state_at(run, now),
        may_enrol=may_join and run.host == Run.HERE,
        may_join=may_join,
        enrolled=enrolled if run.host == Run.HERE and enrolled >= smallest else None,
        mine=bool(getattr(run, "mine")),  # noqa: B009 - an annotation
    )
