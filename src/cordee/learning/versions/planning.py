"""What would a regrade change? Nothing is written here: pages show the plan, `regrading` carries it out under locks.

A score is the verdict of the version that is to be shown on each answer, the answers of older versions found again in
it by the kind (`courses.kinds.GradesAgain`), put together by the rule of the activity: the last, the first, the best,
the mean. Each distinct answer is graded once, whoever gave it; grades are computed once for all who stand alike in a
line of the policy. What no longer can be graded (its activity is gone, its kind cannot read it) keeps what it earned.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ContextDecorator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, QuerySet, TextField
from django.db.models.functions import Cast

from cordee.core.errors import InputRefused
from cordee.courses.kinds import GradedAtOnce, GradesAgain, Rules, graded_at_once, grades_again, installed
from cordee.courses.models import Run
from cordee.courses.outlines import CONTAINER, Entry, Outline, pick
from cordee.courses.queries import definitions
from cordee.learning.access import belongs
from cordee.learning.choosing import Viewer
from cordee.learning.grades import course_grade, grade_of, lines_of
from cordee.learning.marking import marks_from
from cordee.learning.models import ActivityState, Enrolment, Submission, points_that_count
from cordee.learning.queries import states_of_many, views_of_many

Score = tuple[float, float, bool]  # earned, possible, full marks
Before = tuple[float | None, float | None, bool, bool]  # and whether it was that of a regrade already
SAMPLE = 8  # learners shown as examples
AT_ONCE = 500  # learners of a course where containers choose
Row = tuple[Any, ...]
AGAIN_OF, AGAIN = 2, 8  # of a row of `_held`: the activity, when it was graded again


@dataclass(frozen=True, slots=True)
class Figures:
    """What a regrade does, counted. Learners who left count too: their answers are kept."""

    learners: int = 0  # in the run
    answers: int = 0  # graded again
    distinct: int = 0  # of them different
    unread: int = 0  # answers that the newer version cannot read: they keep what they earned
    rise: int = 0  # learners whose grade rises
    fall: int = 0
    stay: int = 0
    newly_pass: int = 0
    no_longer_pass: int = 0
    activities: int = 0  # whose scores are computed anew

    def to_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(slots=True)
class Standing:
    """One learner: what is read, and what comes of it."""

    enrolment: int
    seed: int
    cohort: str
    drawn: Mapping[str, Sequence[str]]
    grade: float
    pseudonym: Any  # as the database gives it
    attempts: int = 0
    earned: dict[str, float] = field(default_factory=dict)  # that counts, by activity
    # What changes, as it was: earned, possible, solved, whether it was that of a regrade already.
    before: dict[str, Before] = field(default_factory=dict)
    new_grade: float = 0.0
    marks: str = "{}"  # JSON


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a regrade writes. `states`: the key of a row and what it becomes, in the order of the keys."""

    figures: Figures
    standings: Mapping[int, Standing]
    states: Sequence[tuple[int, float, float, bool]]

    def sample(self) -> list[Standing]:
        """Learners whose grade changes the most, those whose pass or fail hangs on it first where they do so most."""
        changed = [one for one in self.standings.values() if one.new_grade != one.grade]
        return sorted(changed, key=lambda one: -abs(one.new_grade - one.grade))[:SAMPLE]


class Uncollected(ContextDecorator):
    """Nothing is looked at for garbage meanwhile: a million small things are made that all stay, for a second.

    Else Python walks through all of them again and again, a fifth of the time.
    """

    def __enter__(self) -> None:
        self._was = gc.isenabled()
        gc.disable()

    def __exit__(self, *_error: object) -> None:
        if self._was:
            gc.enable()


@Uncollected()
def plan_regrade(run: Run, outline: Outline, *, shown: Outline) -> Plan:
    """What comes of a regrade of `run` by this outline of its course; `shown`: the one that it shows until then.

    3 queries and 1 for each content that was answered, whatever the number of learners; those of contents not read yet;
    where containers choose, 3 more for each 500 learners.
    """
    standings = _standings(run)
    held = _held(run)
    wanted = _wanted(run, outline, shown, {row[AGAIN_OF] for row in held if row[AGAIN] is not None})
    verdicts = _Verdicts(outline, wanted.entries)
    scores = _scores(run, wanted, verdicts)
    states = _states(held, standings, scores)
    _grades(run, outline, standings)
    return Plan(_figures(run, standings, verdicts, wanted), standings, states)


def _standings(run: Run) -> dict[int, Standing]:
    names = ("pk", "seed", "cohort__name", Cast("drawn", TextField()), "grade", "account__pseudonym")
    rows = fetch(Enrolment.objects.filter(run=run).values_list(*names))
    return {
        pk: Standing(pk, seed, cohort or "", _parsed(drawn), grade, pseudonym)
        for pk, seed, cohort, drawn, grade, pseudonym in rows
    }


@dataclass(frozen=True, slots=True)
class _Given:
    """To what some answers were given: the same for all of them."""

    activity: str
    content: str
    language: str
    possible: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """The activities whose scores may be other ones, and to what answers to them were given."""

    entries: Mapping[str, Entry]
    given: Sequence[_Given]


def _wanted(run: Run, outline: Outline, shown: Outline, again: Collection[str]) -> Wanted:
    """The activities whose scores may be other ones by this outline.

    An answer was given to another content, for other points; or its score is that of a regrade: `again` (1 query).
    """
    found: dict[str, Entry] = {}
    given = Submission.objects.filter(enrolment__run=run, earned__isnull=False).order_by()
    names = ("activity", "content", "language", "possible")
    contents = [_Given(*row) for row in given.values_list(*names).distinct()]
    for one in contents:
        entry = _scored(outline, one.activity)
        if entry is not None and (one.content not in entry.contents.values() or one.possible != entry.points):
            found[one.activity] = entry
    for activity in again:
        entry = _scored(outline, activity)
        if entry is not None:
            found[activity] = entry
    old = shown.entries
    for name, (_place, entry) in outline.entries.items():  # another attempt counts
        if name in old and old[name][1].rules.kept != entry.rules.kept and _scored(outline, name) is not None:
            found[name] = entry
    return Wanted(found, [one for one in contents if one.activity in found])


def _scored(outline: Outline, activity: str) -> Entry | None:
    known = outline.entries.get(activity)
    if known is None or known[1].kind == CONTAINER or known[1].ungradable:
        return None
    kind = installed().get(known[1].kind)
    return known[1] if kind is not None and graded_at_once(kind) else None


class _Verdicts:
    """The score of each distinct answer by the newer version, graded when it is first met."""

    def __init__(self, outline: Outline, wanted: Mapping[str, Entry]) -> None:
        self._outline, self._wanted = outline, wanted
        self.answers = self.distinct = self.unread = 0

    def is_as_it_was(self, given: _Given) -> bool:
        """Whether the first verdict stands: the same was asked, for the same points."""
        entry = self._wanted[given.activity]
        return given.content in entry.contents.values() and given.possible == entry.points

    def minds_seed(self, given: _Given) -> bool:
        again = self._kind(given.activity)[1]
        content = self._now(given.activity, given.language)
        return again is None or again.minds_seed(definitions.of([content])[content])

    def of(self, given: _Given, answer: str, seed: int) -> Score | None:
        """Earned, possible, full marks; None when the newer version cannot read it. `answer`: its JSON."""
        self.distinct += 1
        return self._graded(given.activity, given.content, given.language, seed, json.loads(answer))

    def _kind(self, activity: str) -> tuple[GradedAtOnce, GradesAgain | None]:
        kind = installed()[self._wanted[activity].kind]
        grader = graded_at_once(kind)
        assert grader is not None  # noqa: S101 - `_scored` has asked; said for the type checker
        return grader, grades_again(kind)

    def _now(self, activity: str, language: str) -> str:
        return pick(self._wanted[activity].contents, language, self._outline.language)

    def _graded(self, activity: str, content: str, language: str, seed: int, answer: Mapping[str, Any]) -> Score | None:
        grader, again = self._kind(activity)
        now = self._now(activity, language)
        known = definitions.of([content, now])
        try:
            if again is not None and content in known:
                result = again.grade_again(known[content], known[now], answer, seed)
            else:
                result = grader.grade(known[now], answer, seed)
        except (InputRefused, KeyError, ValueError, TypeError):  # what no form of the newer version could have sent
            return None
        weighted = result.score.weighted(self._wanted[activity].rules.weight)
        solved = result.score.possible > 0 and result.score.earned >= result.score.possible
        return weighted.earned, weighted.possible, solved


def _scores(run: Run, wanted: Wanted, verdicts: _Verdicts) -> dict[str, dict[int, Score]]:
    """What counts of all attempts, by activity and enrolment (1 query for each content that was answered)."""
    found: dict[str, dict[int, dict[int, Score]]] = {name: {} for name in wanted.entries}  # by attempt, too
    scores: dict[str, dict[int, Score]] = {name: {} for name in wanted.entries}
    for given in wanted.given:
        here = Submission.objects.filter(
            enrolment__run=run,
            activity=given.activity,
            content=given.content,
            language=given.language,
            possible=given.possible,
            earned__isnull=False,
        ).order_by()
        mine, several = scores[given.activity], found[given.activity]
        for attempt, judged in _judged(here, given, verdicts):
            if attempt == 1:
                mine |= judged
            else:
                for enrolment, score in judged.items():
                    several.setdefault(enrolment, {})[attempt] = score
    for name, by_enrolment in found.items():
        for enrolment, attempts in by_enrolment.items():
            first = [scores[name][enrolment]] if enrolment in scores[name] else []
            all_of_them = [*first, *(attempts[n] for n in sorted(attempts))]
            scores[name][enrolment] = _counting(wanted.entries[name].rules, all_of_them)
    return scores


def _judged(
    here: QuerySet[Submission], given: _Given, verdicts: _Verdicts
) -> Iterator[tuple[int, Mapping[int, Score]]]:
    """Attempt, and scores by enrolment, of answers that were given to the same. An attempt may come several times."""
    possible = given.possible

    def as_it_was(earned: float) -> Score:
        return earned, possible, possible > 0 and earned >= possible

    if verdicts.is_as_it_was(given):
        stays: dict[int, dict[int, Score]] = {}
        for enrolment, attempt, earned in fetch(here.values_list("enrolment_id", "attempt", "earned")):
            stays.setdefault(attempt, {})[enrolment] = as_it_was(earned)
        yield from stays.items()
        return
    answer = Cast("answer", TextField())
    if verdicts.minds_seed(given):
        known: dict[tuple[str, int], Score | None] = {}
        each: dict[int, dict[int, Score]] = {}
        for enrolment, attempt, said, earned, seed in fetch(
            here.values_list("enrolment_id", "attempt", answer, "earned", "seed")
        ):
            if (said, seed) not in known:
                known[said, seed] = verdicts.of(given, said, seed)
            verdicts.answers += 1
            score = known[said, seed]
            verdicts.unread += score is None
            each.setdefault(attempt, {})[enrolment] = score or as_it_was(earned)
        yield from each.items()
        return
    # The database puts together who gave the same answer: it has fewer rows to hand over.
    alike = here.annotate(said=answer).values("said", "attempt", "earned").annotate(who=_Joined("enrolment_id"))
    found: dict[str, Score | None] = {}
    for said, attempt, earned, who in fetch(alike.values_list("said", "attempt", "earned", "who")):
        if said not in found:
            found[said] = verdicts.of(given, said, 0)
        enrolments = [int(one) for one in who.split(",")]
        verdicts.answers += len(enrolments)
        verdicts.unread += 0 if found[said] else len(enrolments)
        yield attempt, dict.fromkeys(enrolments, found[said] or as_it_was(earned))


class _Joined(Aggregate):
    """Whole numbers of a group, with commas between them."""

    function = "STRING_AGG"
    template = "%(function)s(CAST(%(expressions)s AS text), ',')"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return super().as_sql(compiler, connection, function="GROUP_CONCAT", **more)


def _counting(rules: Rules, scores: Sequence[Score]) -> Score:
    """As handing in puts attempts together (`submitting`)."""
    solved = any(score[2] for score in scores)
    match rules.kept:
        case _ if len(scores) == 1:
            return scores[0]
        case "last":
            counts = scores[-1]
        case "first":
            counts = scores[0]
        case "average":
            return sum(score[0] for score in scores) / len(scores), scores[-1][1], solved
        case _:
            counts = max(scores, key=lambda score: score[0])  # the earliest of the best, as it was kept
    return counts[0], counts[1], solved


def _held(run: Run) -> Sequence[Row]:
    """Every state of the run: key, enrolment, activity, attempts, earned, possible, solved, given, when graded again,
    whether `given` is what counts at least (1 query).
    """
    names = ("pk", "enrolment_id", "activity", "attempts", "earned", "possible", "solved", "given", "regraded_at",
             "given_is_floor")  # fmt: skip
    rows = ActivityState.objects.filter(enrolment__run=run).order_by().values_list(*names)
    return fetch(rows)


def _states(
    held: Sequence[Row], standings: Mapping[int, Standing], scores: Mapping[str, Mapping[int, Score]]
) -> list[tuple[int, float, float, bool]]:
    """Fills in what each learner has; the rows that change, with what they become."""
    changed: list[tuple[int, float, float, bool]] = []
    nothing: Mapping[int, Score] = {}
    for pk, enrolment, activity, attempts, earned, possible, solved, given, again, is_floor in held:
        standing = standings[enrolment]
        standing.attempts += attempts
        score = scores.get(activity, nothing).get(enrolment)
        points = earned
        if score is not None and score != (earned, possible, solved):  # SQLite's 0 and 1 are False and True
            changed.append((pk, *score))
            standing.before[activity] = (earned, possible, bool(solved), again is not None)
            points = score[0]  # what counts from here on
        if given is not None:
            points = points_that_count(points, given, is_floor=bool(is_floor))
        if points is not None:
            standing.earned[activity] = points
    changed.sort()  # each page of the table is then written once
    return changed


def _grades(run: Run, outline: Outline, standings: Mapping[int, Standing]) -> None:
    if outline.units_with_containers:
        _grades_one_by_one(run, outline, standings)
        return
    graders: dict[tuple[str, ...], _Grader] = {}
    for standing in standings.values():
        groups = _groups(outline, standing)
        grader = graders.get(groups)
        if grader is None:
            grader = graders[groups] = _Grader(outline, groups)
        standing.new_grade, standing.marks = grader.grade(standing.earned)


def _groups(outline: Outline, standing: Standing) -> tuple[str, ...]:
    if not outline.partitions:
        return (standing.cohort,)
    return Viewer(outline, standing.seed, standing.cohort, standing.drawn).groups


class _Grader:
    """Grades of learners who see the same, each line of the policy computed once for each way of standing in it."""

    def __init__(self, outline: Outline, groups: tuple[str, ...]) -> None:
        mine = belongs(*groups)
        self._lines, _left_out = lines_of(
            outline, mine, lambda unit: [one for one in unit.entries if not one.staff_only and mine(one.audience)]
        )
        self._names = [[entry.id for _section, counted in line.sections for entry in counted] for line in self._lines]
        self._known: list[dict[tuple[float | None, ...], tuple[float, str]]] = [{} for _ in self._lines]

    def grade(self, earned: Mapping[str, float]) -> tuple[float, str]:
        """The course grade, and the marks beside it as JSON."""
        brought: list[float] = []
        marks: list[str] = []
        for line, names, known in zip(self._lines, self._names, self._known, strict=True):
            key = tuple([earned.get(name) for name in names])
            found = known.get(key)
            if found is None:
                now = line.grade(earned)
                found = known[key] = (now.brings, json.dumps(marks_from((now,)))[1:-1])
            brought.append(found[0])
            if found[1]:
                marks.append(found[1])
        return max(0.0, grade_of(brought)), f"{{{', '.join(marks)}}}"


def _grades_one_by_one(run: Run, outline: Outline, standings: Mapping[int, Standing]) -> None:
    """Where what counts depends on what was drawn and done: each learner by the one rule of pages."""
    everybody = list(Enrolment.objects.filter(run=run).select_related("cohort").order_by("pk"))
    for start in range(0, len(everybody), AT_ONCE):
        some = everybody[start : start + AT_ONCE]
        states, views = states_of_many(some), views_of_many(some)
        for enrolment in some:
            standing = standings.get(enrolment.pk)
            if standing is None:  # enrolled since the plan began
                continue
            viewer = Viewer(outline, standing.seed, standing.cohort, standing.drawn, states[enrolment.pk],
                            tuple(views.get(enrolment.pk, {})))  # fmt: skip
            found = course_grade(outline, standing.earned, belongs(*viewer.groups), viewer.counted)
            standing.new_grade, standing.marks = max(0.0, found.grade), json.dumps(marks_from(found.types))


def _figures(run: Run, standings: Mapping[int, Standing], verdicts: _Verdicts, wanted: Wanted) -> Figures:
    rise = fall = newly = no_longer = 0
    mark = run.pass_mark
    for one in standings.values():
        rise += one.new_grade > one.grade
        fall += one.new_grade < one.grade
        newly += one.grade < mark <= one.new_grade
        no_longer += one.new_grade < mark <= one.grade
    return Figures(
        learners=len(standings),
        answers=verdicts.answers,
        distinct=verdicts.distinct,
        unread=verdicts.unread,
        rise=rise,
        fall=fall,
        stay=len(standings) - rise - fall,
        newly_pass=newly,
        no_longer_pass=no_longer,
        activities=len(wanted.entries),
    )


def _parsed(text: str | None) -> Mapping[str, Sequence[str]]:
    return json.loads(text) if text and text != "{}" else {}


def fetch(query: QuerySet[Any, Any]) -> Sequence[Row]:
    """The rows as the database gives them, JSON as text: Django would take longer to convert them than to read them."""
    try:
        sql, parameters = query.query.sql_with_params()
    except EmptyResultSet:  # it asks for one of none
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[Row] = cursor.fetchall()
    return rows
