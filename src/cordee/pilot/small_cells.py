"""How does a reader get the rows of an indicator, without learning what one person did, or said of himself or herself?

`answer` is the only way. What one person did is told by pages about persons, to who may see names; a number is told

- **of a cohort** of k learners or more of each run, and only where the cohorts of the run that are hidden are k or
  more together: else others are hidden with them, so that the total does not tell them;
- **of a list** of people that somebody brings if it and the rest of its runs are k or more, and no sum or difference
  of lists asked so far and of the cohorts as they are makes a set of fewer. (Whoever compares two days may see what
  happened in between: pages are fresh by seconds.)

A row that counts people behind it, of whom fewer than k are (a message that few were told), has its name and no figure.

What people declared (sex, age, education, country) is told in cells of at least k people, and
so that no sum or difference of what was told makes a smaller one:

- **A cell** of fewer than k is hidden, and with it the smallest others of its table until those hidden are k together,
  so that the total does not tell it. Countries, of which there is no closed list, are added up to one row.
- **A group** (a cohort, a list of people) is answered if it and the rest of its runs are k people or more, and if no
  sum or difference of the groups answered so far makes a set of fewer than k: the groups cut the learners into pieces,
  and a cut that leaves a piece smaller than k is refused. So it is with the people behind each cell, which then hides.
- **Runs** are added up to a cell of several runs (a course, a host, the catalogue) with the cells that runs hide only
  where all of the store's are in it, are of several runs and are k together; else they go to a row of their own, "…".
- **Time**: a cell of a run moves on when it has grown or shrunk by k or more since it was last told; a newcomer enters
  the groups with k others, and what somebody declares anew is read in groups with k others' too.

What was told is kept in `told/` in the store's folder: pseudonyms and classes, readable by the owner only. `forget`
takes a person out; who erases somebody calls it. Without that folder everything may be asked afresh, and compared with
what was told before. Not covered: sums of cells that hide each other, compared over several groups.

0 is told: nobody is behind it. Source of the method: complementary suppression and query-set overlap control, as in
Hundepool et al. (2012), Statistical Disclosure Control, chapters 4 and 6.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb

from cordee.core.errors import N_, NotAllowed
from cordee.core.privacy import SMALL_CELL
from cordee.pilot.hiding import Counts, Person, Table, cover, cut, fits, shown_classes, tables_of_runs
from cordee.pilot.indicators import Indicator, Row, all_indicators, indicator_called
from cordee.pilot.indicators.traits import MERGED
from cordee.pilot.rollups import Question, all_of_each_run, keep_small_tables, of_each_run
from cordee.pilot.scopes import Scope
from cordee.pilot.store import Receipt, Store
from cordee.pilot.told import Ledger, one_at_a_time

TOO_FEW: Final = N_(
    "Of this group, no number is shown: it, or those who would be left out, are fewer than {k}. Choose a larger group, "
    "or all."
)
TOO_CLOSE: Final = N_(
    "Of this group, no number is shown: compared with what is shown of other groups, it would tell of fewer than {k} "
    "people. Choose one of those groups, or all."
)
FEW: Final = N_("fewer than {k} learners")
BESIDE_FEW: Final = N_("hidden, so that the small ones stay hidden")
Member = tuple[str, int, str]  # (run, pseudonym, cohort)


class GroupTooSmall(NotAllowed):
    """The group, or the rest of its runs, is fewer people than may be told."""


class TooCloseToAnother(NotAllowed):
    """The group differs from what was told before by fewer people than may be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a reader gets. `hidden` cells have None in their count; `missing` tables are empty in these runs."""

    indicator: Indicator
    scope: Scope
    rows: tuple[Row, ...]
    hidden: int = 0  # cells that may not be told, each "…" of several runs being one
    sources: tuple[Receipt, ...] = ()  # what was read of these runs, the newest extraction first
    missing: tuple[str, ...] = ()  # tables that the indicator needs and that hold nothing here
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # field → empty tables that leave it null

    @property
    def extracted_at(self) -> str:
        """Until when the data go, e.g. "2026-03-02T12:00:00+00:00"; "" where nothing was read."""
        return max((receipt.extracted_at.isoformat() for receipt in self.sources), default="")


def answer(indicator: Indicator | str, store: Store, scope: Scope | None = None, *, k: int = SMALL_CELL) -> Answer:
    """The rows of an indicator for runs and people (2 queries and one a table that it needs).

    Raises NotFound for an indicator or run that does not exist, GroupTooSmall and TooCloseToAnother for a group of
    which no number may be told. Pages about persons have no such groups: who asks for them may see names.
    """
    asked = indicator_called(indicator) if isinstance(indicator, str) else indicator
    scope = scope or Scope()
    courses = store.courses_of(scope)
    if asked.cells:
        rows, hidden, empty = _told(asked, store, scope, k)
    else:
        rows, hidden, empty = _counted(asked, store, scope, courses, k)
    return Answer(
        indicator=asked,
        scope=scope,
        rows=tuple(rows),
        hidden=hidden,
        sources=tuple(receipt for receipt in store.receipts() if set(receipt.courses) & set(courses)),
        missing=tuple(table for table in asked.needs if table in empty),
        lacking={
            column.name: tuple(table for table in column.needs if table in empty)
            for column in asked.fields
            if any(table in empty for table in column.needs)
        },
    )


def _counted(
    asked: Indicator, store: Store, scope: Scope, courses: Collection[str], k: int
) -> tuple[list[Row], int, set[str]]:
    """The rows of what people did, how many are hidden, and the tables that hold nothing here."""
    if asked.by_run and scope.actors is None and len(courses) > 1:
        counts, empty = _of_each_run(asked, store, scope)
        return asked.finished(counts), 0, empty
    with store.open(scope) as database:
        keep_small_tables(database, store, scope)
        empty = _empty(asked, database)
        members: list[Member] = []
        if asked.group or (scope.actors is not None and not asked.persons):
            members = _members(store, courses)
            _admit_group(store, scope, members, k)
        counts = asked.counts(database)
    if asked.group:
        return *_told_of_cohorts(asked, counts, scope, members, k), empty
    if asked.people:
        return *_told_of_many(asked, counts, k), empty
    return asked.finished(counts), 0, empty


def _empty(asked: Indicator, database: duckdb.DuckDBPyConnection) -> set[str]:
    """The tables that the indicator would read and that hold nothing here (1 query each)."""
    return {table for table in _tables_of(asked) if not database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall()}  # noqa: S608 - our own names


def _of_each_run(asked: Indicator, store: Store, scope: Scope) -> tuple[list[Row], set[str]]:
    """What the query says of several runs, put together from what it says of each; and the tables that no run fills."""
    assert asked.by_run is not None  # noqa: S101 - the caller looked
    kept = of_each_run(store, store.courses_of(scope), _rows_question(asked))
    rows = asked.by_run([row for one in kept.values() for row in one["rows"]])
    return rows, _unfilled(asked, kept)


def _unfilled(asked: Indicator, kept: Mapping[str, Any]) -> set[str]:
    """The tables that the indicator would read and that none of these runs fills."""
    return set(_tables_of(asked)).difference(*(one["filled"] for one in kept.values()))


def _filled(tables: Iterable[str], database: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """By run, which of these tables it fills (1 query each)."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in tables:
        for (course,) in database.execute(f"SELECT DISTINCT course FROM {table}").fetchall():  # noqa: S608 - our own names
            found[str(course)].append(table)
    return found


def _tables_of(asked: Indicator) -> list[str]:
    return sorted({*asked.needs, *(table for column in asked.fields for table in column.needs)})


def _rows_question(asked: Indicator) -> Question:
    """Of each run, the rows of the query, and which tables it fills."""
    tables = _tables_of(asked)

    def ask(database: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        told: dict[str, Any] = defaultdict(lambda: {"rows": [], "filled": []})
        for course, filled in _filled(tables, database).items():
            told[course]["filled"] = filled
        for row in asked.counts(database):
            told[str(row["course"])]["rows"].append(row)
        return told

    return Question(f"{asked.query} {tables}", ask)


# Which cohorts and lists may be told of


def _members(store: Store, courses: Collection[str]) -> list[Member]:
    """All learners of these runs with their cohort, "" for none (1 query)."""
    with store.open(Scope(tuple(courses))) as database:
        found = database.execute("SELECT course, actor, coalesce(cohort, '') FROM learners").fetchall()
    return [(str(course), int(actor), str(cohort)) for course, actor, cohort in found]


def hidden_cohorts(members: Iterable[Member], k: int) -> set[tuple[str, str]]:
    """(run, cohort) of those of which nothing may be told: those under k, and others until k are hidden.

    First those without a cohort, whom nobody named a group; then the smallest.
    """
    sizes: dict[str, Counts] = defaultdict(Counter)
    for course, _actor, cohort in members:
        sizes[course][cohort] += 1
    hidden: set[tuple[str, str]] = set()
    for course, counts in sizes.items():
        few = {cohort for cohort, n in counts.items() if n < k}
        for cohort in sorted(counts.keys() - few, key=lambda one: (one != "", counts[one], one)):
            if not few or sum(counts[one] for one in few) >= k:
                break
            few.add(cohort)
        hidden |= {(course, cohort) for cohort in few}
    return hidden


def _admit_group(store: Store, scope: Scope, members: Collection[Member], k: int) -> None:
    """Let a group be told of, and remember a list. Raises GroupTooSmall, TooCloseToAnother."""
    if scope.actors is None:
        return
    everybody = {(course, actor) for course, actor, _cohort in members}
    group = {person for person in everybody if person[1] in scope.actors}
    _refuse_few(everybody, group, k)
    hidden = hidden_cohorts(members, k)
    if scope.cohorts:
        sides = Counter(
            (course, cohort in scope.cohorts) for course, _actor, cohort in members if (course, cohort) in hidden
        )
        if any(n < k for n in sides.values()):
            raise GroupTooSmall(TOO_FEW, k=k)
        return
    with one_at_a_time(store):
        ledger = Ledger(store, {course for course, _actor in everybody})
        ledger.admit(everybody, group, k)
        # The cohorts may be told of at any time: a list must not differ from one by few.
        cohorts = {
            (course, actor): "" if (course, cohort) in hidden else f"+{cohort}" for course, actor, cohort in members
        }
        cuts = {
            person: (piece, *((person[0], cohorts[person]) if person in cohorts else ("", "")))
            for person, piece in ledger.pieces.items()
        }
        known = cuts.keys() & everybody
        numbers = {cut: number for number, cut in enumerate(sorted(set(cuts.values())))}
        if group - known or not fits({person: numbers[cuts[person]] for person in known}, group, known, k):
            raise TooCloseToAnother(TOO_CLOSE, k=k)
        cut(ledger.pieces, group, known)
        ledger.save()


def _refuse_few(everybody: Collection[Person], group: Collection[Person], k: int) -> None:
    if not group:
        raise GroupTooSmall(N_("Nobody of this group is in these runs. Choose another group."))
    if len(group) < k or 0 < len(everybody) - len(group) < k:
        raise GroupTooSmall(TOO_FEW, k=k)


def _told_of_cohorts(
    indicator: Indicator, counts: Sequence[Row], scope: Scope, members: Collection[Member], k: int
) -> tuple[list[Row], int]:
    """The rows of the cohorts that may be told; of the others their names, and why; how many these are.

    A cohort of several runs is told where each of them tells it. Those hidden go into the intervals as one.
    """
    asked = [one for one in members if scope.actors is None or one[1] in scope.actors]
    hidden = {cohort for _course, cohort in hidden_cohorts(members, k) | hidden_cohorts(asked, k)}
    sizes = Counter(cohort for _course, _actor, cohort in asked)
    name = indicator.group
    pool: Row = {}
    for row in counts:
        if row[name] in hidden:
            pool = {key: _sum(pool.get(key), value) if key != name else MERGED for key, value in row.items()}
    told = [row for row in counts if row[name] not in hidden]
    if pool and int(pool["n"] or 0) < k:
        told = []  # nothing is left that could hide them
    finished = iter(indicator.finished([*told, *([pool] if pool and told else [])]))
    empty: Row = {one.name: None for one in indicator.fields}
    rows = []
    for row in counts:
        if row in told:
            rows.append(next(finished))
        else:
            why = FEW.format(k=k) if sizes[str(row[name])] < k else BESIDE_FEW
            rows.append(empty | {name: row[name], "hidden": why})
    return rows, sum(row["hidden"] == FEW.format(k=k) for row in rows)


def _told_of_many(indicator: Indicator, counts: Sequence[Row], k: int) -> tuple[list[Row], int]:
    """The rows behind which there are k people or more; of the others their words, and why; how many these are.

    For rows that do not add up to anything that is told: one person may be behind several.
    """
    names = [one.name for one in indicator.fields]
    names = names[: names.index(indicator.people)]
    rows, hidden = [], 0
    for counted, row in zip(counts, indicator.finished(counts), strict=True):
        if int(counted[indicator.people] or 0) < k:
            row = {name: value if name in names else None for name, value in row.items()}  # noqa: PLW2901
            row["hidden"] = FEW.format(k=k)
            hidden += 1
        rows.append(row)
    return rows, hidden


def _sum(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else one + other


# What is told of whole runs


def _told(indicator: Indicator, store: Store, scope: Scope, k: int) -> tuple[list[Row], int, set[str]]:
    """The counts that may be told, finished, how many cells are hidden, and the tables that hold nothing here."""
    courses = scope.courses or store.courses()
    said: Sequence[tuple[Any, ...]]
    hosts: Mapping[str, str] = {}
    if scope.actors is None:
        # Of every run of the store: a small cell of one run decides what may be told of several.
        kept = of_each_run(store, store.courses(), _said_question(indicator))
        said = [(trait, course, one, int(n)) for course, told in kept.items() for trait, one, n in told["said"]]
        hosts = {course: host for course, told in kept.items() for host in told["hosts"]}
        empty = _unfilled(indicator, {course: kept[course] for course in courses if course in kept})
    else:
        with store.open(scope) as database:
            empty = _empty(indicator, database)
        with store.open() as database:
            said = database.execute(f"SELECT trait, course, actor, class FROM ({indicator.said}) AS said").fetchall()  # noqa: S608 - our own names and fragments
    with one_at_a_time(store):
        ledger = Ledger(store, courses if scope.actors is not None else ())
        if scope.actors is None:
            cells: dict[str, dict[str, Counts]] = defaultdict(dict)
            for trait, course, one, n in said:
                cells[trait].setdefault(course, {})[one] = n
            by_trait = {trait: ledger.whole(trait, runs, k) for trait, runs in cells.items()}
            shown = {
                trait: {course: ledger.shown(trait, course, counts, k) for course, counts in runs.items()}
                for trait, runs in by_trait.items()
            }
            tables = tables_of_runs(by_trait, shown, courses, hosts, k)
        else:
            groups: dict[str, dict[Person, str]] = defaultdict(dict)
            for trait, course, actor, one in said:
                if course in courses:
                    groups[trait][(course, actor)] = one
            tables = _tables_of_group(ledger, groups, scope.actors, k)
        ledger.save()
    rows = [row for trait, host, table in tables for row in table.rows(trait, host)]
    hidden = sum(len(table.hidden) + (MERGED in table.counts) for _trait, _host, table in tables)
    return indicator.finished(rows), hidden, empty


def _said_question(indicator: Indicator) -> Question:
    """Of each run, (trait, class, learners), its host, and which tables of the indicator it fills."""
    tables = _tables_of(indicator)
    query = f"""SELECT trait, course, class, count(*) FROM ({indicator.said}) AS said
        GROUP BY trait, course, class ORDER BY ALL"""  # noqa: S608 - our own names and fragments

    def ask(database: duckdb.DuckDBPyConnection) -> dict[str, Any]:
        told: dict[str, Any] = defaultdict(lambda: {"said": [], "hosts": [], "filled": []})
        for course, filled in _filled(tables, database).items():
            told[course]["filled"] = filled
        for course, host in database.execute(
            "SELECT course, coalesce(max(host), '') FROM runs GROUP BY course"
        ).fetchall():
            told[course]["hosts"].append(host)
        for trait, course, one, n in database.execute(query).fetchall():
            told[course]["said"].append((trait, one, n))
        return told

    return Question(f"{query} {tables}", ask)


def roll_up(store: Store, names: Collection[str] = ()) -> None:
    """Have the store keep the counts of what is asked of every run, so that a reader does not wait for them.

    `names`: of these indicators, of all without. Nothing is told by that: what may be shown is decided when somebody
    asks.
    """
    asked = [one for one in all_indicators().values() if not names or one.name in names]
    questions = {
        question.about: question
        for one in asked
        if one.said or one.by_run
        for question in [_said_question(one) if one.said else _rows_question(one)]
    }
    all_of_each_run(store, store.courses(), [*questions.values()])


# What is told of groups


def _tables_of_group(
    ledger: Ledger, groups: Mapping[str, Mapping[Person, str]], actors: frozenset[int], k: int
) -> list[tuple[str, str, Table]]:
    """The tables of a group in its runs. Raises GroupTooSmall, TooCloseToAnother."""
    everybody = {person for said in groups.values() for person in said}
    group = {person for person in everybody if person[1] in actors}
    _refuse_few(everybody, group, k)
    ledger.admit(everybody, group, k)
    known = ledger.pieces.keys() & everybody
    group &= known
    if not fits(ledger.pieces, group, known, k):
        raise TooCloseToAnother(TOO_CLOSE, k=k)
    cut(ledger.pieces, group, known)
    # Who has left since counts where the others of the piece do, until k of a class have.
    inside = {ledger.pieces[person] for person in group}
    group |= {person for person, piece in ledger.pieces.items() if person not in known and piece in inside}
    found = []
    for trait, now in groups.items():
        ledger.hear(trait, {person: now[person] for person in known}, k)
        said = ledger.said[trait]
        counts, rest = Counter[str](), Counter[str]()
        members: dict[str, dict[Person, int]] = defaultdict(dict)
        for person, (one, piece) in said.items():
            (counts if person in group else rest)[one] += 1
            members[one][person] = piece
        whole = Counter(counts)
        whole.update(rest)
        before = ledger.hidden_before(trait, {course for course, _actor in known})
        told_of_run = shown_classes(dict(whole), k, before)
        table = Table(dict(counts))
        table.hidden = {
            one
            for one, n in counts.items()
            if one and (n < k or one not in told_of_run or not fits(members[one], group, members[one].keys(), k))
        }
        cover(table, k, rest, before)
        for one in counts.keys() - table.hidden:
            pieces = members[one]
            cut(pieces, group, pieces.keys())
            for person, piece in pieces.items():
                said[person] = (one, piece)
        found.append((trait, "", table))
    return found
