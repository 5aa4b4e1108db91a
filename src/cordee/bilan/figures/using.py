"""Which numbers stand in the rows of the chapters on use and on innovations?

Students by course, uses by year and mode, people of a company, who begins by a survey, who passes where a new kind of
activity is used: each a figure with its rows and its query, as those of `rows`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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
from cordee.bilan.figures.activity import percent_of, rate_of, runs_of, tells
from cordee.bilan.figures.use import UseLine, by_course
from cordee.bilan.programme import MODES, Company, Course, Programme, Run, Use
from cordee.core.errors import N_

OURS: Final = "(own IS NULL OR own <> 'no')"


def use_key(line: UseLine) -> str:
    """The key of the students of a course in our schools; of a course of others, by its title and who made it."""
    return f"use.{in_key(line.course) if line.course else in_key(f'{line.title} / {line.by}')}.people"


def mode_key(year: int, mode: str) -> str:
    """The key of the uses of a year in a mode, "" for those of which it is not said."""
    return f"uses.{year}.{mode or '~'}"


def company_keys(companies: Sequence[Company]) -> list[str]:
    """Of each company, the key of its people: by its sector, since it has no name."""
    met: Counter[str] = Counter()
    found = []
    for one in companies:
        sector = in_key(one.sector_fr or one.sector_en)
        met[sector] += 1
        found.append(f"company.{sector}.{met[sector]}.people")
    return found


def kind_key(kind: str) -> str:
    """The key of who passes where this kind of activity is used."""
    return f"kind.{in_key(kind)}.passed_percent"


def survey_keys(runs: Sequence[Run]) -> list[tuple[str, str]]:
    """Of each run, the keys of its beginners and of its answers."""
    met: Counter[str] = Counter()
    found = []
    for run in runs:
        key = f"survey.{in_key(run.course)}.{in_key(run.opens)}"
        met[key] += 1
        found.append((f"{key}.{met[key]}.beginners_percent", f"{key}.{met[key]}.survey_respondents"))
    return found


def figures(programme: Programme, book: Book) -> None:
    """Add them; what is not known is no figure."""
    _students(programme, book)
    _uses(programme, book)
    keys = company_keys(programme.companies)
    for place, (one, key) in enumerate(zip(programme.companies, keys, strict=True)):
        words = {"sector": Own(one.sector_fr or one.sector_en, one.sector_en)}
        row = "{sector}" if one.sector_fr or one.sector_en else N_("company without a sector")
        query = f"SELECT people FROM companies LIMIT 1 OFFSET {place}"  # noqa: S608 - a number of ours
        _add(book, key, (row, N_("People"), words), one.people, "people", [("companies", [one])], query)
    _surveys(programme, book)
    _kinds(programme, book)


def _students(programme: Programme, book: Book) -> None:
    courses = {course.id: course for course in programme.courses}
    by_name: dict[tuple[str, str, str], list[Use]] = defaultdict(list)
    for one in programme.use:
        if one.own is not False:
            by_name[one.course, one.outside_course, one.outside_by].append(one)
    for line in by_course(programme):
        uses = by_name[line.of]
        row, words = ("{course}", {"course": Own(line.title)}) if line.title else (N_("a course of others"), {})
        wanted = {"course": line.of[0], "outside_course": line.of[1], "outside_by": line.of[2]}
        where = " AND ".join(f"{name} = {in_sql(word)}" if word else f"{name} IS NULL" for name, word in wanted.items())
        if line.people is not None:
            known = [one for one in uses if one.people is not None]
            query = f"SELECT sum(people) FROM use WHERE {OURS} AND {where}"  # noqa: S608 - quoted
            _add(book, use_key(line), (row, N_("Students"), words), line.people, "people", [("use", known)], query)
        elif line.course in courses and book.get(use_key(line)) is None:
            course = courses[line.course]
            query = f"SELECT own_students FROM courses WHERE id = {in_sql(course.id)}"  # noqa: S608 - quoted
            told: tuple[str, str, Words] = (row, N_("Students"), words)
            _add(book, use_key(line), told, course.own_students, "people", [("courses", [course])], query)


def _uses(programme: Programme, book: Book) -> None:
    for year in sorted({one.year for one in programme.use if one.own is not False and one.year is not None}):
        for mode in (*MODES, ""):
            uses = [one for one in programme.use if one.own is not False and one.year == year and one.mode == mode]
            of = f"mode = {in_sql(mode)}" if mode else "mode IS NULL"
            query = f"SELECT count(*) FROM use WHERE {OURS} AND year = {year} AND {of}"  # noqa: S608 - quoted
            words: Words = {"year": Own(str(year)), "mode": f"mode:{mode}"}
            _add(
                book,
                mode_key(year, mode),
                ("{year}", "{mode}", words),
                len(uses) or None,
                "number",
                [("use", uses)],
                query,
            )


def _surveys(programme: Programme, book: Book) -> None:
    titles = {course.id: course.title for course in programme.courses}
    met: Counter[tuple[str, str]] = Counter()
    for run, (beginners, answers) in zip(programme.runs, survey_keys(programme.runs), strict=True):
        twin = met[run.course, run.opens]
        met[run.course, run.opens] += 1
        if run.beginners_percent is None:
            continue
        opens = f"opens = {in_sql(run.opens)}" if run.opens else "opens IS NULL"
        where = f"FROM runs WHERE course = {in_sql(run.course)} AND {opens}\nLIMIT 1 OFFSET {twin}"
        words: Words = {"course": Own(titles.get(run.course, run.course)), "opens": Own(run.opens or "–")}
        row, rows = N_("{course}, session of {opens}"), [("runs", [run])]
        for key, title, name, unit in (
            (beginners, N_("Beginners"), "beginners_percent", "percent"),
            (answers, N_("Answers to the survey"), "survey_respondents", "people"),
        ):
            value = getattr(run, name)
            _add(book, key, (row, title, words), value, unit, rows, f"SELECT {name} {where}", how="declared")  # type: ignore[arg-type]  # two units


def _kinds(programme: Programme, book: Book) -> None:
    runs = runs_of(programme.runs)
    by_kind: dict[str, list[Course]] = {}
    for course in programme.courses:
        for kind in course.kinds:
            by_kind.setdefault(kind, []).append(course)
    for kind, courses in by_kind.items():
        played = [run for course in courses for run in runs.get(course.id, ())]
        telling = [run for run in played if tells(run, "passed")]
        of = f"(' | ' || kinds || ' | ') LIKE {in_sql(f'% | {kind} | %')}"
        where = f"FROM runs WHERE course IN (SELECT id FROM courses WHERE {of})"  # noqa: S608 - quoted
        query = f"SELECT 100.0 * sum(passed) / sum(enrolments) {where}\nAND passed <= enrolments AND enrolments > 0"
        if rate_of(played, "passed") is None:
            query, telling = f"SELECT passed_percent {where}", played
        words: Words = {"kind": f"kind:{kind}"}
        value = percent_of(played, "passed")
        _add(book, kind_key(kind), ("{kind}", N_("Passed there"), words), value, "percent", [("runs", telling)], query)


def _add(
    book: Book,
    key: str,
    said: tuple[str, str, Words],
    value: float | None,
    unit: Unit,
    tables: Sequence[tuple[str, Sequence[object]]],
    query: str,
    *,
    how: How | None = None,
) -> None:
    """A figure of a row: `said` is the row, the title and what fills both."""
    if value is None or book.get(key) is not None:
        return
    rows = [row for _table, held in tables for row in held]
    runs = [row for row in rows if isinstance(row, Run)]
    row, title, words = said
    book.add(
        Figure(
            key=key,
            row=row,
            title=title,
            words=words,
            value=value,
            unit=unit,
            period=book.period,
            how=how or (how_of(runs) if runs else "declared" if len(rows) == 1 else "reckoned"),
            source=sources_of(rows),
            extracted_on=newest_of(rows),
            rows=tuple(place for table, held in tables for place in lines(table, held)),
            query=query,
        )
    )
