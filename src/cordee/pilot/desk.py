"""Of what may the reader of these pages ask, and what is the answer?

A `Desk` is a store with the limits of one reader: on the pilot's own pages everything, in a site the runs that a
teacher looks after, or the cohorts of a school. Every number of a page comes through `Desk.answer`, so through the rule
of small groups; answers are kept, here and in the store, as long as that holds the same.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from cordee.core.errors import N_, NotFound
from cordee.core.kept import Kept
from cordee.pilot import queries
from cordee.pilot.kept_answers import answered, recalled
from cordee.pilot.parts import SIMULATED
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import Answer, roll_up
from cordee.pilot.store import Receipt, Store

HERE = "here"  # as `Run.HERE` of the courses; the pilot's own pages know no courses
KEPT = 2000  # answers in one process
# What the page of a run asks, without what people declared of themselves: that is told when a reader asks, not before.
FIRST_ASKED = ("funnel", "stops", "never", "exercises", "difficulty", "lately", "cohorts", "learners")
NEXT_ASKED = ("weeks", "weeks_modules", "films", "video")  # what the pages beside it ask
DECLARED = ("age", "sex", "education", "countries", "aims", "portrait")  # and that


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run that the store holds."""

    key: str
    title: str  # the course's, else the run's key
    subject: str
    host: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    pass_mark: float | None
    learners: int

    @property
    def short(self) -> str:
        """What tells it from other runs of its course, e.g. "2017_T1"."""
        return self.key.replace("/", "+").rpartition("+")[2]

    @property
    def is_here(self) -> bool:
        """Whether it is played on the site of these pages."""
        return self.host == HERE

    @property
    def host_words(self) -> str:
        """Where it is played, in the language of the page; "" where no file says it."""
        return gettext("this site") if self.is_here else self.host


@dataclass(frozen=True, slots=True)
class Desk:
    """What one reader may see. `courses`, `cohorts`: None for all; `names`: whether learners are named."""

    store: Store
    k: int = 10
    courses: frozenset[str] | None = None
    cohorts: frozenset[str] | None = None
    names: bool = True
    may_write: bool = field(default=False)  # learners can be written to from here
    may_export: bool = field(default=False)  # a run can be given to researchers from here
    films_say: Callable[[str, str], Sequence[tuple[float, str]]] | None = None  # (run, film) → seconds and words
    # (run, exercise) → what its author's rules say, by their names, and its hints, the first first
    feedback_says: Callable[[str, str], tuple[Mapping[str, str], Sequence[str]]] | None = None
    asked_at: Callable[[str, str], str] | None = None  # (run, unit or activity) → its address on this site; "" for none

    def state(self) -> str:
        """Changes whenever what the store holds does. No query."""
        return self.store.state()

    def runs(self) -> tuple[Run, ...]:
        """The runs that this reader may see, the latest first. 1 query, kept."""
        key = (str(self.store.folder), self.state(), self.courses)
        return _runs.of(key, self._runs)

    def run(self, key: str) -> Run:
        """Raises NotFound for a run that is not here, or not for this reader."""
        for run in self.runs():
            if run.key == key:
                return run
        raise NotFound(N_("No data of the session {key} is here. Start again from the list of sessions."), key=key)

    def waits_for(self, key: str) -> bool:
        """Whether this reader may see a session of which nothing was counted yet. 1 query, kept."""
        return (
            bool(key)
            and self.courses is not None
            and key in self.courses
            and key not in {run.key for run in self.runs()}
        )

    def cohorts_of(self, course: str) -> tuple[tuple[str, int], ...]:
        """The named groups of a run with their learners, by name. 1 query, kept."""
        self.run(course)
        key = (str(self.store.folder), self.state(), course)
        found = _cohorts.of(
            key,
            lambda: tuple(
                (str(name), int(size))
                for name, size in recalled(
                    self.store, "cohorts_of", [course], lambda: queries.cohorts_of(self.store, course), course=course
                )
            ),
        )
        return tuple(one for one in found if self.cohorts is None or one[0] in self.cohorts)

    def scope(self, course: str | tuple[str, ...] = "", cohort: str = "") -> Scope:
        """A run or some (all that may be seen without one), and a group. Raises NotFound for what may not be seen."""
        courses = (course,) if isinstance(course, str) and course else tuple(course)
        for key in courses:
            self.run(key)
        if not courses:
            courses = tuple(run.key for run in self.runs())
            if not courses and self.courses is not None:  # to a store, no run at all means every run
                raise NotFound(N_("There are no data of your sessions here yet."))
        if not cohort and self.cohorts is None:
            return Scope(courses)
        wanted = {cohort} if cohort else set(self.cohorts or ())
        if cohort and self.cohorts is not None and cohort not in self.cohorts:
            raise NotFound(N_("There is no cohort {cohort} here. Choose one from the list."), cohort=cohort)
        actors = self._actors_of(courses, frozenset(wanted))
        if cohort and not actors:
            raise NotFound(N_("There is no cohort {cohort} here. Choose one from the list."), cohort=cohort)
        return Scope(courses, actors, label=", ".join(sorted(wanted)), cohorts=frozenset(wanted))

    def answer(self, name: str, scope: Scope) -> Answer:
        """What an indicator says of these people, small groups hidden. Kept, else 1 query. Raises NotFound."""
        key = (str(self.store.folder), self.state(), name, scope, self.k)
        with _asking:  # of two who ask the same, the second has the answer of the first
            return _answers.of(key, lambda: answered(name, self.store, scope, k=self.k))

    def sources(self) -> tuple[Receipt, ...]:
        """What was read for the runs that this reader may see, the newest extraction first. No query."""
        receipts = _read.of((str(self.store.folder), self.state()), self.store.receipts)
        if self.courses is None:
            return receipts
        return tuple(receipt for receipt in receipts if self.courses & set(receipt.courses))

    def is_simulated(self, course: str = "") -> bool:
        """Whether somebody in this run, or in any that this reader may see, does not exist. No query."""
        return any(
            receipt.source == SIMULATED and (not course or course in receipt.courses) for receipt in self.sources()
        )

    def name_of(self, actor: int) -> str:
        """What a person calls a learner; "" where no file says it, or this reader may not know. 1 query, kept."""
        if not self.names:
            return ""
        names = _names.of(
            (str(self.store.folder), self.state()),
            lambda: recalled(
                self.store,
                "names_of",
                [],
                lambda: {str(key): name for key, name in queries.names_of(self.store).items()},
            ),
        )
        return names.get(str(actor), "")

    def activities_in(self, course: str, unit: str) -> Mapping[str, str]:
        """The titles of a unit's activities, and its own. 1 query, kept."""
        self.run(course)
        key = (str(self.store.folder), self.state(), course, unit)
        return _units.of(
            key,
            lambda: recalled(
                self.store,
                "activities_in",
                [course, unit],
                lambda: queries.activities_in(self.store, course, unit),
                course=course,
            ),
        )

    def said_in(self, course: str, film: str) -> Sequence[tuple[float, str]]:
        """What is said in a film, by the second where each line begins; () where nobody here knows."""
        return self.films_say(course, film) if self.films_say and self.run(course).is_here else ()

    def feedback_in(self, course: str, activity: str) -> tuple[Mapping[str, str], Sequence[str]]:
        """What the rules and the hints of an exercise say; nothing where nobody here knows."""
        return self.feedback_says(course, activity) if self.feedback_says and self.run(course).is_here else ({}, ())

    def address_of(self, course: str, activity: str) -> str:
        """Where a unit or an activity is read and answered on this site; "" where it is played elsewhere."""
        return self.asked_at(course, activity) if self.asked_at and self.run(course).is_here else ""

    def work_of(self, course: str, actor: int) -> queries.Work:
        """What a learner handed in, and how much was done in each week. 2 queries. Raises NotFound without names."""
        self.run(course)
        if not self.names:
            raise NotFound(N_("There is no such learner here."))
        return queries.work_of(self.store, course, actor)

    def _runs(self) -> tuple[Run, ...]:
        held = tuple(key for key in self.store.courses() if self.courses is None or key in self.courses)
        told = queries.runs_told(self.store, held) if held else {}
        found = []
        for key in held:
            title, subject, host, opens_at, closes_at, pass_mark, learners = told.get(key, (None,) * 7)
            found.append(
                Run(
                    key=key,
                    title=title or subject or key,
                    subject=subject or key,
                    host=host or "",
                    opens_at=_moment(opens_at),
                    closes_at=_moment(closes_at),
                    pass_mark=pass_mark,
                    learners=learners or 0,
                )
            )
        long_ago = dt.datetime.min.replace(tzinfo=dt.UTC)
        return tuple(sorted(found, key=lambda run: (run.opens_at or long_ago, run.key), reverse=True))

    def _actors_of(self, courses: tuple[str, ...], cohorts: frozenset[str]) -> frozenset[int]:
        key = (str(self.store.folder), self.state(), courses, cohorts)
        return _groups.of(key, lambda: queries.actors_of(self.store, courses, cohorts))


def prepare(
    desk: Desk,
    courses: Iterable[str],
    *,
    names: Sequence[str] = (*FIRST_ASKED, *NEXT_ASKED),
    moved: Callable[[float], None] = lambda _share: None,
    stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Have the store keep what the pages of these runs ask, as after an import. `moved`: how far it is, from 0 to 1.

    `stopping` is asked between two answers.
    """
    wanted = sorted({run.key for run in desk.runs()} & set(courses))
    desk.name_of(0)
    roll_up(desk.store)
    for nth, course in enumerate(wanted):
        scope = desk.scope(course)
        desk.cohorts_of(course)
        for rank, name in enumerate(names, 1):
            if stopping():
                return
            desk.answer(name, scope)
            moved((nth + rank / len(names)) / len(wanted))


def _moment(said: str | None) -> dt.datetime | None:
    return None if said is None else dt.datetime.fromisoformat(said).replace(tzinfo=dt.UTC)


_asking = threading.RLock()
_answers: Kept[tuple[Any, ...], Answer] = Kept(KEPT)
_runs: Kept[tuple[Any, ...], tuple[Run, ...]] = Kept(100)
_cohorts: Kept[tuple[Any, ...], tuple[tuple[str, int], ...]] = Kept(200)
_groups: Kept[tuple[Any, ...], frozenset[int]] = Kept(200)
_read: Kept[tuple[Any, ...], tuple[Receipt, ...]] = Kept(20)
_names: Kept[tuple[Any, ...], Mapping[str, str]] = Kept(20)
_units: Kept[tuple[Any, ...], Mapping[str, str]] = Kept(500)
