"""Which learners of a run does a filter of the pilot choose, and who are they here?

The filter stands in the address. Its rows come from the `learners` indicator, as the list of learners to help does, and
from one question of this module: who stopped at a unit, who went past an exercise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self
from uuid import UUID

from django.http import QueryDict
from django.utils.http import urlencode

from cordee.core.errors import N_, InputRefused, NotFound
from cordee.courses.models import Run
from cordee.courses.outlines import Outline
from cordee.learning.cohorts.naming_apart import names_apart
from cordee.learning.cohorts.queries import accounts_in
from cordee.learning.queries import everybody_in
from cordee.pilot.desk import Desk
from cordee.pilot.figures import number_of
from cordee.pilot.indicators import Row
from cordee.pilot.indicators.marks import ACTS
from cordee.pilot.indicators.staying import STAYING, STEPS
from cordee.pilot.pages.learners import is_to_help
from cordee.pilot.scopes import Scope
from cordee.pilot.store import Store

MOST_DAYS: Final = 365
WHYS: Final[Mapping[str, str]] = {  # in the order of the list
    "to_help": N_("All who are to be helped"),
    "stopped_at": N_("Stopped at a unit"),
    "silent": N_("Not here for some days"),
    "never_came": N_("Never came"),
    "stopped": N_("Did something, then stopped"),
    "many_tries": N_("Stuck at an exercise: six tries or more"),
    "skipped": N_("Went past an exercise without trying it"),
    "second_quiz_never_opened": N_("Second quiz never opened"),
    "under_the_mark": N_("Goes on, but under the mark"),
    "passed": N_("Passed"),
    "everybody": N_("Everybody: an announcement"),
    "one": N_("One learner"),
}
OF_A_UNIT: Final = frozenset({"stopped_at"})
OF_AN_EXERCISE: Final = frozenset({"skipped", "many_tries"})  # of the second, any when none is named
NAMED: Final = frozenset({"stopped_at", "skipped"})  # chooses nobody before one is named

PLACES: Final = f"""WITH {STAYING}, {STEPS},
places AS (
    SELECT step_of.course, place, step_of.step, position
    FROM step_of JOIN steps ON steps.course = step_of.course AND steps.step = step_of.step),
reaching AS (
    SELECT events.course, actor, max(position) AS position
    FROM events JOIN places ON places.course = events.course AND place = activity
    WHERE verb IN ({ACTS}) GROUP BY events.course, actor
    UNION ALL
    SELECT reported.course, actor, max(position) AS position
    FROM reported JOIN places ON places.course = reported.course AND place = activity
    GROUP BY reported.course, actor),
furthest AS (SELECT course, actor, max(position) AS position FROM reaching GROUP BY course, actor),
asked AS (SELECT course, min(position) AS position FROM places WHERE place = $1 GROUP BY course)"""  # noqa: S608 - our own names and fragments
# As the figure "where they stop" counts them.
STOPPED_AT: Final = f"""{PLACES},
ends AS (SELECT course, max(position) AS position FROM steps GROUP BY course)
SELECT staying.actor FROM staying
JOIN furthest ON furthest.course = staying.course AND furthest.actor = staying.actor
JOIN asked ON asked.course = staying.course AND asked.position = furthest.position
JOIN ends ON ends.course = staying.course
WHERE state = 'stopped' AND furthest.position < ends.position"""  # noqa: S608
SKIPPED: Final = f"""{PLACES}
SELECT furthest.actor FROM furthest JOIN asked ON asked.course = furthest.course
WHERE furthest.position > asked.position
  AND furthest.actor NOT IN (SELECT actor FROM submissions WHERE activity = $1)"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A filter, as an address says it."""

    why: str = "to_help"
    days: int = 14
    activity: str = ""  # a unit or an exercise
    cohort: str = ""
    learner: str = ""  # a pseudonym of the store

    @classmethod
    def read(cls, said: QueryDict) -> Self:
        """Raises InputRefused for a filter that there is not."""
        why, days = said.get("why") or "to_help", said.get("days") or "14"
        if why not in WHYS:
            raise InputRefused(N_("Learners cannot be chosen by {why}. Choose from the list."), why=why[:40])
        if not (days.isascii() and days.isdigit() and 0 < int(days) <= MOST_DAYS):
            raise InputRefused(N_("Write a number of days from 1 to {most}."), most=MOST_DAYS)
        words = {name: said.get(name, "")[:200] for name in ("activity", "cohort", "learner")}
        if why not in OF_A_UNIT | OF_AN_EXERCISE:
            words["activity"] = ""
        if why != "one":
            words["learner"] = ""
        return cls(why=why, days=int(days), **words)

    @property
    def is_asked(self) -> bool:
        """Whether somebody has to say first at which unit, past which exercise."""
        return self.why in NAMED and not self.activity

    def as_json(self) -> dict[str, Any]:
        """What differs from nothing said, to keep."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        if self.why != "silent":
            del told["days"]
        return {name: value for name, value in told.items() if value != ""}

    def query(self, **changes: Any) -> str:
        """For the end of an address."""
        return "?" + urlencode(replace(self, **changes).as_json())


def check_place(choice: Choice, outline: Outline) -> None:
    """Raises InputRefused for a unit or an exercise that the course of this run does not have."""
    known = {module.id for module in outline.modules}
    known |= {section.id for module in outline.modules for section in module.sections}
    if choice.activity and choice.activity not in known | outline.places.keys() | outline.entries.keys():
        raise InputRefused(
            N_("{name} is not in this session. Choose a unit or an exercise from the list."), name=choice.activity[:80]
        )


def rows_of(desk: Desk, run_key: str, choice: Choice) -> list[Row]:
    """The rows of the `learners` indicator that the filter chooses. At most 2 queries of the store.

    Raises NotFound, and NotAllowed where so few learners may not be told of.
    """
    answer = desk.answer("learners", desk.scope(run_key, choice.cohort))
    rows = () if answer.missing else answer.rows
    if choice.why in NAMED:
        found = _actors(desk.store, run_key, choice)
        return [row for row in rows if row["actor"] in found]
    return [row for row in rows if _is_chosen(row, choice)]


def _is_chosen(row: Row, choice: Choice) -> bool:
    match choice.why:
        case "to_help":
            return is_to_help(row)
        case "silent":
            return row["state"] != "passed" and (number_of(row, "silent_days") or 0) >= choice.days
        case "stopped" | "passed":
            return row["state"] == choice.why
        case "one":
            return str(row["actor"]) == choice.learner
    return row["notice"] == choice.why and choice.activity in {"", row["notice_activity"]}


def _actors(store: Store, run_key: str, choice: Choice) -> frozenset[int]:
    if not choice.activity:
        return frozenset()
    query = STOPPED_AT if choice.why == "stopped_at" else SKIPPED
    with store.open(Scope((run_key,))) as database:
        return frozenset(int(actor) for (actor,) in database.execute(query, [choice.activity]).fetchall())


@dataclass(frozen=True, slots=True)
class Person:
    """A learner of a run, as this site knows them."""

    pseudonym: UUID
    name: str
    address: str
    language: str
    is_active: bool
    row: Row  # of the `learners` indicator


def people_of(desk: Desk, run: Run, rows: Sequence[Row]) -> list[Person]:
    """Who these rows are, of those who still have a place in the run, in the order of the rows. 2 queries."""
    wanted = {int(str(row["actor"])): row for row in rows}
    known = _actors_by_person(desk.store, run.key)
    found: dict[int, Person] = {}
    for enrolment in everybody_in(run.pk):
        account = enrolment.account
        person = str(account.pseudonym)
        actor = known.get(person) or desk.store.actor_of(person)
        if actor in wanted and enrolment.left_at is None:
            found[actor] = Person(
                account.pseudonym, account.name, account.email, account.language, account.is_active, wanted[actor]
            )
    return [found[actor] for actor in wanted if actor in found]


def everybody(desk: Desk, run: Run, choice: Choice) -> list[Person]:
    """Everybody who has a place in the run, or of its group those who accepted.

    By the accounts, not by the store, which may not have heard of the latest. 3 or 4 queries. Raises NotFound for a
    group that this reader does not follow.
    """
    if choice.cohort and desk.cohorts is not None and choice.cohort not in desk.cohorts:
        raise NotFound(N_("There is no cohort {cohort} here. Choose one from the list."), cohort=choice.cohort)
    names = {choice.cohort} if choice.cohort else desk.cohorts
    called = names_apart(run)
    within = None if names is None else accounts_in([pk for pk, name in called.items() if name in names])
    known = _actors_by_person(desk.store, run.key)
    found = []
    for enrolment in everybody_in(run.pk):
        account, group = enrolment.account, called.get(enrolment.cohort_id or 0, "")
        if enrolment.left_at is not None:
            continue
        if within is not None and names is not None and account.pk not in within and group not in names:
            continue
        person = str(account.pseudonym)
        row: Row = {"actor": known.get(person) or desk.store.actor_of(person), "cohort": choice.cohort or group}
        found.append(Person(account.pseudonym, account.name, account.email, account.language, account.is_active, row))
    return found


def _actors_by_person(store: Store, run_key: str) -> Mapping[str, int]:
    with store.open(Scope((run_key,))) as database:
        rows: Iterable[Any] = database.execute("SELECT user_id, actor FROM persons WHERE user_id <> ''").fetchall()
    return {str(person): int(actor) for person, actor in rows}
