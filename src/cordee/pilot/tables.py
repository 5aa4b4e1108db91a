"""Which tables does every indicator read, whatever system the rows came from?

Twelve narrow tables. A source (`sources/`) fills them for the runs it speaks of; the store (`store.py`) keeps them as
Parquet and opens them as views of these very names; an indicator (`indicators/`) is one query over them.
docs/pilot/tables.md says the same for who asks from outside, and a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type as DuckDB and Spark both write it, and what it holds, with its unit."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """`grows`: rows of several files add up (events); else the newest extraction of a report replaces an older."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    grows: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


COURSE: Final = Column("course", "VARCHAR", "the run's key, e.g. course-v1:IMT+ABC-C+2017_T1, or our own")
ACTOR: Final = Column("actor", "BIGINT", "a person's pseudonym in this store")
ACTIVITY: Final = Column("activity", "VARCHAR", "our id, or the last part of the usage key")

TABLES: Final[tuple[Table, ...]] = (
    Table(
        "events",
        "who did what, when: one row a fact, never two",
        (
            Column("id", "UBIGINT", "hash of the record in its source: the same record twice is one event"),
            COURSE,
            ACTOR,
            Column("happened_at", "TIMESTAMP", "when, UTC, to the microsecond"),
            Column("verb", "VARCHAR", "one of VERBS"),
            Column("activity", "VARCHAR", "as ACTIVITY; the unit's for `viewed`; '' for none"),
            Column("from_s", "DOUBLE", "of a film: the second where it began; null elsewhere"),
            Column("to_s", "DOUBLE", "of a film: the second where it came to; null where there is only one"),
            Column("earned", "DOUBLE", "points, of `submitted`"),
            Column("possible", "DOUBLE", "points that could be had, of `submitted`"),
            Column("attempt", "INTEGER", "which try, from 1, of `submitted`; null where the source does not say"),
        ),
        grows=True,
    ),
    Table(
        "reported",
        "submissions that a report tells as a total of a person and an activity, where no event tells each of them",
        (
            COURSE,
            ACTOR,
            ACTIVITY,
            Column("earned", "DOUBLE", "points of the last or best try, as the report says"),
            Column("possible", "DOUBLE", "points that could be had"),
            Column("attempts", "INTEGER", "how many tries; null where the report does not say"),
            Column("first_at", "TIMESTAMP", "the first try, UTC; null where the report does not say"),
            Column("last_at", "TIMESTAMP", "the last try, UTC; null where the report does not say"),
        ),
    ),
    Table(
        "answers",
        "what was answered to one input, where the source says it: the last answer of a person",
        (
            COURSE,
            ACTOR,
            ACTIVITY,
            Column("input", "VARCHAR", "the input within the activity, e.g. 2_1"),
            Column("question", "VARCHAR", "its words, where known; '' elsewhere"),
            Column("answer", "VARCHAR", "the choice, by its words where known, else its id; at most 200 signs"),
            Column("correct", "BOOLEAN", "whether it was right"),
        ),
    ),
    Table(
        "feedback",
        "what learners were told of an answer, by rule, and the hints that they asked for",
        (
            Column("id", "UBIGINT", "hash of the record in its source, and of the rule: the same twice is one"),
            COURSE,
            ACTOR,
            Column("happened_at", "TIMESTAMP", "when it was told or asked for, UTC"),
            ACTIVITY,
            Column("rule", "VARCHAR", "the name of the author's rule, or of the card, that was told; '' for a hint"),
            Column("hint", "INTEGER", "which hint of the exercise was asked for, from 1; null for a rule"),
        ),
        grows=True,
    ),
    Table(
        "unhelped",
        "what learners were told of an answer and say that it did not help, by rule",
        (
            Column("id", "UBIGINT", "hash of the record in its source: the same twice is one"),
            COURSE,
            ACTOR,
            Column("happened_at", "TIMESTAMP", "when they said so, UTC"),
            ACTIVITY,
            Column("rule", "VARCHAR", "the name of the author's rule, or of the card, that did not help"),
        ),
        grows=True,
    ),
    Table(
        "enrolments",
        "who is in a run",
        (
            COURSE,
            ACTOR,
            Column("enrolled_at", "TIMESTAMP", "UTC; null where unknown"),
            Column("active", "BOOLEAN", "false for who has left"),
            Column("mode", "VARCHAR", "audit, honor, verified…; '' where unknown"),
            Column("cohort", "VARCHAR", "the named group of the run; '' for none"),
            Column("staff", "BOOLEAN", "true for the team, whom no indicator counts"),
        ),
    ),
    Table(
        "people",
        "what learners said of themselves, by run",
        (
            COURSE,
            ACTOR,
            Column("sex", "VARCHAR", "f, m, o; null where undeclared"),
            Column("birth_year", "INTEGER", "null where undeclared or impossible"),
            Column("education", "VARCHAR", "one of EDUCATION; null where undeclared"),
            Column("country", "VARCHAR", "ISO 3166-1 alpha-2; null where undeclared"),
            Column("language", "VARCHAR", "as the source says; null where undeclared"),
        ),
    ),
    Table(
        "aims",
        "what learners came for, as they said it, by run",
        (
            COURSE,
            ACTOR,
            Column("aim", "VARCHAR", "explore, parts, complete, certify, unsure; '' where taken back"),
        ),
    ),
    Table(
        "grades",
        "the grade of the course, by learner",
        (
            COURSE,
            ACTOR,
            Column("grade", "DOUBLE", "from 0 to 100"),
            Column("passed", "BOOLEAN", "at or above the pass mark; null where the source does not say"),
            Column("certified", "BOOLEAN", "an attestation or a certificate was issued; null where unknown"),
            Column("complete", "BOOLEAN", "all graded activities were done; null where unknown"),
        ),
    ),
    Table(
        "structure",
        "what a run is made of, in the order of the course",
        (
            COURSE,
            ACTIVITY,
            Column(
                "kind",
                "VARCHAR",
                "problem, video, html, openassessment, unit…; '' for what a report knows by its title",
            ),
            Column("title", "VARCHAR", "its name; '' where unknown"),
            Column("unit", "VARCHAR", "id of the unit that holds it; '' where unknown"),
            Column("module", "INTEGER", "the module that holds it, from 1; null where unknown"),
            Column("position", "INTEGER", "its rank in the course, from 1"),
            Column("graded", "BOOLEAN", "whether it counts for the grade"),
            Column("quiz", "VARCHAR", "the graded section that holds it, '' for practice"),
            Column("length_s", "DOUBLE", "of a film, seconds; null elsewhere or where unknown"),
        ),
    ),
    Table(
        "surveys",
        "answers to questionnaires about the course",
        (
            COURSE,
            ACTOR,
            Column("question", "VARCHAR", "the words of the question"),
            Column("answer", "VARCHAR", "what was chosen or written"),
        ),
    ),
    Table(
        "posts",
        "messages of the forum, without their words",
        (
            COURSE,
            ACTOR,
            Column("happened_at", "TIMESTAMP", "UTC"),
            Column("thread", "VARCHAR", "id of the thread"),
            Column("answers_to", "VARCHAR", "id of the message that it answers; '' for the first of a thread"),
            Column("team", "BOOLEAN", "written by the team of the run"),
        ),
        grows=True,
    ),
    Table(
        "runs",
        "the runs themselves",
        (
            COURSE,
            Column("title", "VARCHAR", "the course's title; '' where unknown"),
            Column("subject", "VARCHAR", "what all runs of one course have in common, e.g. IMT+ABC-C"),
            Column("host", "VARCHAR", "where it is played: here, FUN, edX, Coursera, other"),
            Column("opens_at", "TIMESTAMP", "UTC; null where unknown"),
            Column("closes_at", "TIMESTAMP", "UTC; null where unknown"),
            Column("pass_mark", "DOUBLE", "from 0 to 100; null where unknown"),
            Column("hours_a_week", "DOUBLE", "work asked of a learner; null where unknown"),
        ),
    ),
)

BY_NAME: Final = {table.name: table for table in TABLES}
JOURNALED: Final = ("events", "feedback", "unhelped")  # what our own journal fills, a file a batch (sealing.py)

VERBS: Final = (
    "enrolled",
    "left",
    "viewed",
    "submitted",
    "asked_hint",
    "asked_answer",
    "played",
    "paused",
    "seeked",
    "watched",  # a stretch of a film, from_s to to_s, played without a gap
    "posted",
)
ACTING: Final = ("viewed", "submitted", "asked_hint", "asked_answer", "played", "watched")  # to do an activity

# The classes of the report "4 ans de MOOC", from the highest; in brackets what edX writes.
EDUCATION: Final = (
    "doctorate",  # p, p_se, p_oth
    "master",  # m
    "bachelor",  # b
    "associate",  # a
    "secondary",  # hs
    "junior_secondary",  # jhs
    "primary",  # el
    "none",  # none
    "other",  # other
)
