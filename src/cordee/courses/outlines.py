"""What does a published version contain, and in which order?

The outline is stored as JSON in `Version.outline` (hashed, never changed) and read here as frozen values. Titles are
kept by language; `pick` chooses the reader's, else the course's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar

from cordee.core.scores import rounded_grade
from cordee.courses.kinds import UNKNOWN, Rules
from cordee.formats.coursetext.conditions import FirstVerb
from cordee.ui.profile import Week

Titles = Mapping[str, str]  # language -> text
T = TypeVar("T")
DRAWN = "partition:"  # before the name of a group drawn at random
# Of the JSON, when there is none: what is older than they are keeps the hash that it had.
LEFT_OUT = (
    *("choice", "partitions", "opens_after", "due_after", "closes_at", "closes_after", "hides_after_due"),
    *("called", "corrected", "effort_min", "first", "limit_min", "readers", "names", "set_aside"),
)
CONTAINER = "container"  # the kind of an entry that only holds others


@dataclass(frozen=True, slots=True)
class Bank:
    """`count` of the children for each learner; None: all of them, in an order of the learner's own."""

    count: int | None = None
    by: Literal["bank"] = "bank"


@dataclass(frozen=True, slots=True)
class Group:
    """One way of a test: the group's id and name in its partition, and the child that it sees ("" for none)."""

    id: str
    name: str
    child: str


@dataclass(frozen=True, slots=True)
class Split:
    """One child for each group of a partition, drawn at random or by cohort (of the group's name)."""

    partition: str  # its id in the course's policy: tests of one partition put a learner in the same group
    name: str
    groups: tuple[Group, ...]
    scheme: Literal["random", "cohort"] = "random"
    by: Literal["group"] = "group"


Test = Literal["attempted", "correct", "completed", "voted", "poll_answer"]


@dataclass(frozen=True, slots=True)
class Condition:
    """The children, once every source passes the test. Source: Open edX `conditional`."""

    sources: tuple[str, ...]  # ids of activities
    test: Test
    value: str = "True"  # "False" turns the test round; for poll_answer the answer's id
    messages: Titles = field(default_factory=dict)  # language -> what is said until then; "{link}" names the sources
    by: Literal["condition"] = "condition"


Choice = Bank | Split | Condition


@dataclass(frozen=True, slots=True)
class Entry:
    """One activity of a unit. A container (bank, split test, conditional) has `children` and no content of its own."""

    id: str
    kind: str  # "text", "quiz", "unknown", … ; CONTAINER for a container
    tag: str  # the OLX tag it was read from
    titles: Titles
    contents: Mapping[str, str] = field(default_factory=dict)  # language -> sha256 of a Content
    rules: Rules = field(default_factory=Rules)
    points: float = 0.0  # weighted points possible; 0: nothing to earn
    ungradable: str = ""  # why it is left out of earned and possible, e.g. "customresponse"
    staff_only: bool = False
    audience: tuple[str, ...] = ()  # names of the cohorts, and of groups drawn (`drawn_group`), that see it
    children: tuple[Entry, ...] = ()
    choice: Choice | None = None  # how a container chooses among its children; None: all are shown
    called: str = ""  # its name in the course text, where that is not its id: it was renamed, and answers followed
    readers: tuple[str, ...] = ()  # languages whose readers alone see it, of what is only read; (): everybody

    def walk(self) -> Iterator[Entry]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Unit:
    """What is shown on one page."""

    id: str
    titles: Titles
    entries: tuple[Entry, ...] = ()
    staff_only: bool = False
    audience: tuple[str, ...] = ()
    called: str = ""  # as of an entry
    corrected: Mapping[str, str] = field(default_factory=dict)  # language that lags -> day of the correction (ISO)
    effort_min: float = 0  # that its author says it takes; 0: not said

    def activities(self) -> Iterator[Entry]:
        """Every activity of the page in order, those inside containers included, containers themselves not."""
        for entry in self.entries:
            for found in entry.walk():
                if found.kind != CONTAINER:
                    yield found


@dataclass(frozen=True, slots=True)
class Before:
    """What a learner is to do before a section opens. `source`: id of a module, section, unit, container, activity."""

    source: str
    verb: FirstVerb
    percent: float = 0  # of the points that can be earned in it, for `score`


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    titles: Titles
    units: tuple[Unit, ...] = ()
    graded: bool = False
    assignment_type: str = ""
    opens_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    staff_only: bool = False
    audience: tuple[str, ...] = ()
    opens_after: str = ""  # in place of `opens_at`: so long after a run opens; see `relative_dates`
    due_after: str = ""  # in place of `due_at`
    closes_at: dt.datetime | None = None  # no answer is taken from then on, whatever the deadline; reading goes on
    closes_after: str = ""  # in place of `closes_at`
    hides_after_due: bool = False  # learners no longer open it once nothing can be handed in any more
    called: str = ""  # as of an entry
    first: tuple[Before, ...] = ()  # what comes before it: see `learning.doing_first`
    limit_min: float = 0  # minutes that a learner has once they begin: see `learning.time_limits`; 0: no limit

    def activities(self) -> Iterator[Entry]:
        """Every activity of the section that is not the staff's alone."""
        for unit in () if self.staff_only else self.units:
            yield from (entry for entry in unit.activities() if not unit.staff_only and not entry.staff_only)

    @property
    def counts(self) -> bool:
        """Whether anything in it can earn points here."""
        return any(entry.points > 0 for entry in self.activities())

    @property
    def holds_work(self) -> bool:
        """Whether it holds work that is not graded here: left out, or of a kind that is unknown."""
        return any(entry.ungradable or entry.kind == UNKNOWN for entry in self.activities())


@dataclass(frozen=True, slots=True)
class Module:
    id: str
    titles: Titles
    sections: tuple[Section, ...] = ()
    opens_at: dt.datetime | None = None
    staff_only: bool = False
    audience: tuple[str, ...] = ()
    opens_after: str = ""  # in place of `opens_at`
    called: str = ""  # as of an entry


@dataclass(frozen=True, slots=True)
class AssignmentType:
    """One line of the grading policy. `weight` is a share."""

    name: str
    short_label: str
    min_count: int
    drop_count: int
    weight: float
    names: Titles = field(default_factory=dict)  # by language, where its author gave it more than one

    def name_in(self, language: str, own: str) -> str:
        """As its author calls it in that language, else in the course's own; `name` is what sections are matched by."""
        return pick(self.names, language, own) if self.names else self.name

    def best_share(self, sections: int) -> float:
        """The share with `sections` of them done without a fault; those expected besides count 0."""
        divisor = max(self.min_count, sections) - self.drop_count
        return min(sections, divisor) / divisor if divisor > 0 else 0.0


Effort = Week  # hours of work of one module, as its author reckons them: what the course profile draws


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands: its module, its section, and its number as people say it ("1.2")."""

    module: Module
    section: Section
    unit: Unit
    number: str
    position: int  # from 0, over all units


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition whose groups are drawn at random, where something is for some of them only."""

    id: str
    groups: tuple[str, ...]  # ids


def drawn_group(partition: str, group: str) -> str:
    """How an audience names a group that is drawn at random; one that it names otherwise is a cohort."""
    return f"{DRAWN}{partition}:{group}"


def partition_of(name: str) -> str:
    """The partition of a name in an audience, "" for cohorts."""
    return name.removeprefix(DRAWN).rpartition(":")[0] if name.startswith(DRAWN) else ""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A check that the text of the course sets aside: `checks.setting_aside` says what of it."""

    rule: str  # code of a rule, which this release need not have
    where: str  # id of a module, section, unit, container, activity, and all that it holds; "" everywhere
    reasons: Titles


@dataclass(frozen=True)  # no slots: cached_property wants a __dict__
class Outline:
    titles: Titles
    language: str  # the course's own language
    languages: tuple[str, ...]
    modules: tuple[Module, ...] = ()
    assignment_types: tuple[AssignmentType, ...] = ()
    cutoffs: Mapping[str, float] = field(default_factory=dict)
    grace_s: int = 0
    effort: tuple[Effort, ...] = ()  # one a module; empty: not known
    family: str = "net"  # colour family: net, eco, sci, code
    licence: str = ""
    organisation_name: str = ""
    about: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language -> page -> author's HTML or text
    credits: str = ""  # who wrote it, when the licence asks that it is said
    partitions: tuple[Partition, ...] = ()  # those that audiences name
    set_aside: tuple[SetAside, ...] = ()  # in the order in which its author wrote them

    @cached_property
    def gives_grade(self) -> bool:
        """Whether anything in it can earn a grade: without that there is no attestation to promise."""
        types = {line.name for line in self.assignment_types if line.weight > 0}
        return any(
            entry.points > 0
            for module in self.modules
            for section in module.sections
            if section.graded and section.assignment_type in types
            for unit in section.units
            for entry in unit.activities()
        )

    @cached_property
    def best_grade(self) -> float:
        """The best grade that anybody can have here, all that counts answered right (share of 1, rounded once).

        Work that cannot be graded here brings nothing, and stands where the policy expects something.
        """
        found: dict[str, int] = {}
        for module in self.modules:
            for section in module.sections:
                if section.graded and not module.staff_only and section.counts:
                    found[section.assignment_type] = found.get(section.assignment_type, 0) + 1
        shares = (line.weight * line.best_share(found.get(line.name, 0)) for line in self.assignment_types)
        return rounded_grade(sum(shares))

    def category_name(self, section: Section, language: str) -> str:
        """What a section's part of the grade is called in that language; "" where it has none."""
        known = (
            line.name_in(language, self.language)
            for line in self.assignment_types
            if line.name == section.assignment_type
        )
        return next(known, section.assignment_type)

    def lets_pass(self, pass_mark: float) -> bool:
        """Whether anybody can reach the pass mark (share of 1): without that there is no attestation to promise."""
        return self.gives_grade and self.best_grade >= pass_mark

    @cached_property
    def has_work_not_graded_here(self) -> bool:
        """Whether its author grades work of which nothing can be graded here."""
        types = {line.name for line in self.assignment_types if line.weight > 0}
        return any(
            section.graded and section.assignment_type in types and not section.counts and section.holds_work
            for module in self.modules
            for section in module.sections
        )

    @cached_property
    def units_with_containers(self) -> frozenset[str]:
        """Ids of the units where what is shown may differ from learner to learner; empty for most courses."""
        return frozenset(
            unit_id
            for unit_id, place in self.places.items()
            if any(entry.kind == CONTAINER for entry in place.unit.entries)
        )

    @cached_property
    def is_timed(self) -> bool:
        """Whether the time of any section is limited."""
        return any(section.limit_min for module in self.modules for section in module.sections)

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every unit by id, in order."""
        found: dict[str, Place] = {}
        for m, module in enumerate(self.modules, 1):
            n = 0
            for section in module.sections:
                for unit in section.units:
                    n += 1
                    found[unit.id] = Place(module, section, unit, f"{m}.{n}", len(found))
        return found

    @cached_property
    def entries(self) -> Mapping[str, tuple[Place, Entry]]:
        """Every activity by id, with the place of its unit."""
        return {
            entry.id: (place, entry)
            for place in self.places.values()
            for top in place.unit.entries
            for entry in top.walk()
        }


def pick(by_language: Mapping[str, T], language: str, own: str) -> T:
    """The value in the reader's language, else in the course's own, else any."""
    for wanted in (language, own):
        if wanted in by_language:
            return by_language[wanted]
    return next(iter(by_language.values()))


def foreign(by_language: Mapping[str, T], language: str, own: str) -> str:
    """In which language `pick` answers, for a page to mark it; "" when it is the reader's."""
    if language in by_language:
        return ""
    return own if own in by_language else next(iter(by_language))


def to_json(outline: Outline) -> dict[str, Any]:
    """Plain JSON; dates as ISO 8601 with their offset."""
    return _plain(asdict(outline))  # type: ignore[no-any-return]  # a dict stays a dict


def _plain(value: Any) -> Any:
    match value:
        case dict():
            # Most entries choose nothing, and say nothing of it: their JSON is what it was before there were choices.
            return {key: _plain(inner) for key, inner in value.items() if key not in LEFT_OUT or inner}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case dt.datetime():
            return value.isoformat()
        case _:
            return value


def from_json(data: Mapping[str, Any]) -> Outline:
    return Outline(
        **{
            **data,
            "languages": tuple(data["languages"]),
            "modules": tuple(_module(module) for module in data["modules"]),
            "assignment_types": tuple(AssignmentType(**line) for line in data["assignment_types"]),
            "effort": tuple(Effort(**line) for line in data["effort"]),
            "partitions": tuple(Partition(one["id"], tuple(one["groups"])) for one in data.get("partitions", ())),
            "set_aside": tuple(SetAside(**one) for one in data.get("set_aside", ())),
        }
    )


def _module(data: Mapping[str, Any]) -> Module:
    return Module(
        **{
            **data,
            "sections": tuple(_section(section) for section in data["sections"]),
            "opens_at": _date(data["opens_at"]),
            "audience": tuple(data["audience"]),
        }
    )


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        **{
            **data,
            "units": tuple(_unit(unit) for unit in data["units"]),
            "opens_at": _date(data["opens_at"]),
            "due_at": _date(data["due_at"]),
            "closes_at": _date(data.get("closes_at")),
            "audience": tuple(data["audience"]),
            "first": tuple(Before(**one) for one in data.get("first", ())),
        }
    )


def _unit(data: Mapping[str, Any]) -> Unit:
    return Unit(
        **{
            **data,
            "entries": tuple(_entry(entry) for entry in data["entries"]),
            "audience": tuple(data["audience"]),
        }
    )


def _entry(data: Mapping[str, Any]) -> Entry:
    return Entry(
        **{
            **data,
            "rules": Rules(**data["rules"]),
            "audience": tuple(data["audience"]),
            "children": tuple(_entry(child) for child in data["children"]),
            "readers": tuple(data.get("readers", ())),
            "choice": _choice(data.get("choice")),
        }
    )


def _choice(data: Mapping[str, Any] | None) -> Choice | None:
    match data:
        case None:
            return None
        case {"by": "bank"}:
            return Bank(**data)
        case {"by": "group"}:
            return Split(**{**data, "groups": tuple(Group(**group) for group in data["groups"])})
        case _:
            return Condition(**{**data, "sources": tuple(data["sources"])})


def _date(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
