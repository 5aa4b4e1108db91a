"""Which tables and columns does a research export hold? The codebook, the files and their check are made from this."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from cordee.core.errors import N_
from cordee.pilot.research.anonymity import COARSE_AGES, SUPPRESSED, UNDECLARED
from cordee.pilot.research.regions import ELSEWHERE, REGIONS
from cordee.pilot.tables import EDUCATION, VERBS

Type = Literal["string", "integer", "number", "boolean"]
IN_DUCKDB: Final = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}
PERSON: Final = r"[a-z2-7]{16}"
COUNTRY: Final = r"[A-Z]{2}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `values`: all that it may hold; `pattern`: what else it may look like; `table`: one of its keys."""

    name: str
    type: Type
    meaning: str
    unit: str = ""
    source: str  # the table of docs/pilot/tables.md that it comes from
    values: tuple[str, ...] = ()
    pattern: str = ""
    refers_to: str = ""  # a column of this name is the key of that table


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: a file in CSV and one in Parquet."""

    name: str
    title: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(one.name for one in self.columns)


AGES: Final = ("-17", "18-24", "25-34", "35-44", "45-54", "55+")
_PERSON: Final = Column(
    name="person",
    type="string",
    meaning=N_("a learner: a pseudonym drawn for this export alone, unless its exporter gave a key"),
    source="learners",
    pattern=PERSON,
    refers_to="people",
)
_ACTIVITY: Final = Column(
    name="activity",
    type="string",
    meaning=N_("the activity, unit or film; empty where the trace is of none"),
    source="structure",
    refers_to="activities",
)
_WEEK: Final = Column(
    name="week",
    type="integer",
    meaning=N_("week of the run, from 1, Monday to Sunday in UTC; 0 and below before it opens; empty where unknown"),
    unit=N_("week"),
    source="events",
)

PEOPLE: Final = Table(
    name="people",
    title=N_("Learners"),
    meaning=N_("One row a learner, with what he or she declared, coarse enough that k learners or more share it."),
    key=("person",),
    columns=(
        _PERSON,
        Column(
            name="sex",
            type="string",
            meaning=N_("declared sex: f woman, m man, o other"),
            source="people",
            values=("f", "m", "o", UNDECLARED, SUPPRESSED),
        ),
        Column(
            name="age",
            type="string",
            meaning=N_("class of age in the year in which the run opened, from the declared year of birth"),
            unit=N_("years"),
            source="people",
            values=(*AGES, *dict.fromkeys(COARSE_AGES.values()), UNDECLARED, SUPPRESSED),
        ),
        Column(
            name="education",
            type="string",
            meaning=N_("declared highest degree, or whether it is one of higher education or of school"),
            source="people",
            values=(*EDUCATION, "higher", "school", UNDECLARED, SUPPRESSED),
        ),
        Column(
            name="country",
            type="string",
            meaning=N_("declared country (ISO 3166-1 alpha-2), or its region of the world (United Nations, M49)"),
            source="people",
            values=(*REGIONS, ELSEWHERE, UNDECLARED, SUPPRESSED),
            pattern=COUNTRY,
        ),
    ),
)
GRADES: Final = Table(
    name="grades",
    title=N_("Grades"),
    meaning=N_("One row a learner whose grade is known."),
    key=("person",),
    columns=(
        _PERSON,
        Column(
            name="grade",
            type="integer",
            meaning=N_("grade of the run, rounded to a whole number"),
            unit=N_("points out of 100"),
            source="grades",
        ),
        Column(name="passed", type="boolean", meaning=N_("at or above the pass mark"), source="grades"),
        Column(
            name="certified", type="boolean", meaning=N_("an attestation or a certificate was issued"), source="grades"
        ),
        Column(name="complete", type="boolean", meaning=N_("all graded activities were done"), source="grades"),
    ),
)
SUBMISSIONS: Final = Table(
    name="submissions",
    title=N_("Submissions"),
    meaning=N_("One row a try, or a learner and activity where the source tells only the total (told_each is false)."),
    columns=(
        _PERSON,
        _ACTIVITY,
        _WEEK,
        Column(
            name="attempt",
            type="integer",
            meaning=N_("which try, from 1; of a total the number of tries; empty where unknown"),
            source="submissions",
        ),
        Column(name="earned", type="number", meaning=N_("points had"), unit=N_("points"), source="submissions"),
        Column(name="possible", type="number", meaning=N_("points to be had"), unit=N_("points"), source="submissions"),
        Column(name="told_each", type="boolean", meaning=N_("the row is one try, not a total"), source="submissions"),
    ),
)
EVENTS: Final = Table(
    name="events",
    title=N_("Traces"),
    meaning=N_("One row a trace, in the order in which each learner left them."),
    key=("person", "rank"),
    columns=(
        _PERSON,
        Column(
            name="rank",
            type="integer",
            meaning=N_("which of the learner’s traces, from 1, in their order"),
            source="events",
        ),
        _WEEK,
        Column(name="verb", type="string", meaning=N_("what was done"), source="events", values=VERBS),
        _ACTIVITY,
        Column(
            name="from_s",
            type="integer",
            meaning=N_("of a film: where it began, in tens of seconds"),
            unit=N_("seconds"),
            source="events",
        ),
        Column(
            name="to_s",
            type="integer",
            meaning=N_("of a film: where it came to, in tens of seconds"),
            unit=N_("seconds"),
            source="events",
        ),
    ),
)
ACTIVITIES: Final = Table(
    name="activities",
    title=N_("Activities"),
    meaning=N_("What the run is made of, in the order of the course. Nothing here is about a person."),
    key=("activity",),
    columns=(
        Column(name="activity", type="string", meaning=N_("its id"), source="structure"),
        Column(
            name="kind",
            type="string",
            meaning=N_("problem, video, html, unit…; empty where unknown"),
            source="structure",
        ),
        Column(name="title", type="string", meaning=N_("its title, as the author wrote it"), source="structure"),
        Column(name="unit", type="string", meaning=N_("the unit that holds it"), source="structure"),
        Column(name="module", type="integer", meaning=N_("the module that holds it, from 1"), source="structure"),
        Column(name="position", type="integer", meaning=N_("its rank in the course"), source="structure"),
        Column(name="graded", type="boolean", meaning=N_("it counts for the grade"), source="structure"),
        Column(name="quiz", type="string", meaning=N_("the graded section that holds it"), source="structure"),
        Column(
            name="length_s",
            type="number",
            meaning=N_("length of a film"),
            unit=N_("seconds"),
            source="structure",
        ),
    ),
)
TABLES: Final = {table.name: table for table in (PEOPLE, GRADES, SUBMISSIONS, EVENTS, ACTIVITIES)}
CHOSEN: Final = ("people", "submissions", "grades", "events")  # of which one chooses; activities come by themselves
ABOUT_ACTIVITIES: Final = frozenset({"submissions", "events"})


def tables_of(chosen: tuple[str, ...]) -> tuple[Table, ...]:
    """What is written when these are asked for: people always, activities where something points to them."""
    wanted = {"people", *chosen} | ({"activities"} if ABOUT_ACTIVITIES & set(chosen) else set())
    return tuple(table for name, table in TABLES.items() if name in wanted)
