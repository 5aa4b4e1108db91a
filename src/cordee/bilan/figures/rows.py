"""Which numbers stand in the rows of the report's tables: those of each course, and of each category?

Each is a figure as the large ones are, with its rows and its query. Their keys begin with that of their row, e.g.
`course.abc-du-c.enrolments`. Of 10,000 courses they are 50,000: what is shown is chosen by the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.bilan.figures import (
    Book,
    Figure,
    How,
    Own,
    Unit,
    Words,
    how_of,
    in_key,
    in_sql,
    lines,
    newest_of,
    sources_of,
)
from cordee.bilan.figures.activity import HUNDRED, RATES, lone_share, rate_of, runs_of, tells
from cordee.bilan.programme import Course, Programme, Run
from cordee.core.errors import N_

OF_COURSES: Final = ("started", "assiduous", "passed")  # the rates of the catalogue
SHORT: Final = {  # what the catalogue calls them
    "started": N_("Started"),
    "assiduous": N_("Assiduous"),
    "passed": N_("Passed"),
    "passed_of_assiduous": N_("Of the assiduous"),
}
OF_CATEGORIES: Final = (*OF_COURSES, "passed_of_assiduous")


def course_key(id_: str, name: str) -> str:
    """The key of a number of a course; "" for what is for no course."""
    return f"course.{in_key(id_)}.{name}"


def category_key(id_: str, name: str) -> str:
    """The key of a number of a category; "" for the courses that have none."""
    return f"category.{in_key(id_)}.{name}"


def figures(programme: Programme, book: Book) -> None:
    """Add the numbers of each course, then of each category. Of two courses with one id, the first."""
    by_course = runs_of(programme.runs)
    seen = set()
    for course in programme.courses:
        if course.id not in seen:
            seen.add(course.id)
            _course(course, by_course.get(course.id, []), book)
    categories = {one.id: Own(one.fr, one.en) for one in programme.about.categories}
    if not categories:
        return
    known = ", ".join(map(in_sql, categories))
    held: dict[str, list[Course]] = {id_: [] for id_ in (*categories, "")}
    for course in programme.courses:
        held[course.category if course.category in categories else ""].append(course)
    for id_, courses in held.items():
        chosen = f"category = {in_sql(id_)}" if id_ else f"(category IS NULL OR category NOT IN ({known}))"
        runs = [run for one in dict.fromkeys(course.id for course in courses) for run in by_course.get(one, [])]
        if courses:
            _category(id_, categories.get(id_, Own("")), chosen, courses, runs, book)


class _Row:
    """Adds the figures of one row."""

    def __init__(self, book: Book, row: str, words: Words) -> None:
        self._book, self._row, self._words = book, row, words

    def add(
        self,
        key: str,
        title: str,
        value: float | None,
        unit: Unit,
        query: str,
        *,
        runs: Sequence[Run],
        courses: Sequence[Course] = (),
        of: str = "",
    ) -> None:
        """A number over runs, and over courses of which the runs are lost; one that is not known is no figure."""
        if value is None:
            return
        told = (*runs, *courses)
        self._book.add(
            Figure(
                key=key,
                row=self._row,
                title=title,
                words=self._words,
                value=value,
                unit=unit,
                of=of,
                period=self._book.period,
                how=_how(runs, courses),
                source=sources_of(told),
                extracted_on=newest_of(told),
                rows=(*lines("runs", runs), *lines("courses", courses)),
                query=query,
            )
        )


def _how(runs: Sequence[Run], courses: Sequence[Course]) -> How:
    if not courses:
        return how_of(runs)
    if not runs:
        return "declared" if len(courses) == 1 else "reckoned"
    return "reckoned" if how_of(runs) == "reckoned" else "mixed"


def _course(course: Course, runs: Sequence[Run], book: Book) -> None:
    row = _Row(book, "{course}", {"course": Own(course.title)})
    where = f"WHERE course = {in_sql(course.id)}"
    if runs:
        query = f"SELECT count(*) FROM runs {where}"  # noqa: S608 - quoted
        row.add(course_key(course.id, "runs"), N_("Sessions"), len(runs), "runs", query, runs=runs)
    counting = [run for run in runs if run.enrolments is not None]
    key = course_key(course.id, "enrolments")
    if counting:
        query = f"SELECT sum(enrolments) FROM runs {where}"  # noqa: S608 - quoted
        people = sum(run.enrolments or 0 for run in counting)
        row.add(key, N_("Enrolled"), people, "people", query, runs=counting)
    else:
        query = f"SELECT enrolments FROM courses WHERE id = {in_sql(course.id)}"  # noqa: S608 - quoted
        row.add(key, N_("Enrolled"), course.enrolments, "people", query, runs=(), courses=[course])
    for name in OF_COURSES:
        _rate(row, course_key(course.id, f"{name}_percent"), name, runs, where)


def _category(id_: str, name: Own, chosen: str, courses: Sequence[Course], runs: Sequence[Run], book: Book) -> None:
    row = _Row(book, "{category}" if id_ else N_("category not recorded"), {"category": name})
    where = f"WHERE course IN (SELECT id FROM courses WHERE {chosen})"  # noqa: S608 - quoted
    if runs:
        query = f"SELECT count(*) FROM runs {where}"  # noqa: S608 - quoted
        row.add(category_key(id_, "runs"), N_("Sessions"), len(runs), "runs", query, runs=runs)
    counting = [run for run in runs if run.enrolments is not None]
    told = {run.course for run in counting}
    lone = [course for course in courses if course.enrolments is not None and course.id not in told]
    query = f"SELECT sum(enrolments) FROM runs {where}"  # noqa: S608 - quoted
    if lone:
        query = (
            f"SELECT coalesce(({query}), 0)\n"  # noqa: S608 - quoted
            f"     + (SELECT sum(enrolments) FROM courses WHERE {chosen}\n"
            "        AND id NOT IN (SELECT course FROM runs WHERE enrolments IS NOT NULL))"
        )
    people = sum(run.enrolments or 0 for run in counting) + sum(course.enrolments or 0 for course in lone)
    if counting or lone:
        key = category_key(id_, "enrolments")
        row.add(key, N_("Enrolled"), people, "people", query, runs=counting, courses=lone)
    for rate in OF_CATEGORIES:
        _rate(row, category_key(id_, f"{rate}_percent"), rate, runs, where)


def _rate(row: _Row, key: str, name: str, runs: Sequence[Run], where: str) -> None:
    part, whole, _title, of = RATES[name]
    title = SHORT[name]
    found = rate_of(runs, name)
    if found is None:
        query = f"SELECT passed_percent FROM runs {where}"  # noqa: S608 - quoted
        row.add(key, title, lone_share(runs, name), "percent", query, runs=runs, of=of)
        return
    query = (
        f"SELECT 100.0 * sum({part}) / sum({whole}) FROM runs {where}\n"  # noqa: S608 - our own column names
        f"AND {part} <= {whole} AND {whole} > 0"
    )
    telling = [run for run in runs if tells(run, name)]
    row.add(key, title, HUNDRED * found[0] / found[1], "percent", query, runs=telling, of=of)
