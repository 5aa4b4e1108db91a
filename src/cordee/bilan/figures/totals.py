"""How large is the programme? Each number as it was declared and as the rows add up, and the difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from cordee.bilan.figures import Amount, Book, Figure, Unit, how_of, lines, newest_of, sources_of
from cordee.bilan.programme import Programme, Total
from cordee.core.errors import N_


class Counted(NamedTuple):
    """What the rows of the folder add up to."""

    value: float | None
    tables: tuple[tuple[str, Sequence[object]], ...]  # the rows, by the table in which they stand
    query: str


TITLES: Final[dict[str, tuple[str, Unit, str]]] = {
    "courses": (N_("courses"), "courses", ""),
    "runs": (N_("runs of these courses"), "runs", ""),
    "enrolments": (N_("enrolments"), "people", ""),
    "countries": (N_("countries of learners"), "countries", ""),
    "went_to_the_end": (N_("people who went to the end"), "people", ""),
    "teachers": (N_("teachers involved"), "people", ""),
    "own_students": (N_("enrolments made by our schools"), "people", ""),
    "other_students": (N_("students of other institutions"), "people", ""),
    "started_any_percent": (N_("did at least one activity"), "percent", N_("of the enrolled")),
    "started_percent": (N_("handed in the first graded quiz"), "percent", N_("of the enrolled")),
    "assiduous_percent": (N_("handed in the first graded quiz of the second module"), "percent", N_("of the enrolled")),
    "passed_percent": (N_("reached the pass mark"), "percent", N_("of the enrolled, all together")),
    "passed_percent_mean_of_courses": (
        N_("passed, as the mean of the courses"),
        "percent",
        N_("of the enrolled, each course counting once"),
    ),
    "passed_of_week_two_percent": (
        N_("passed, among those active in the second week"),
        "percent",
        N_("of those who did an activity of the second module"),
    ),
    "passed_of_assiduous_percent": (N_("passed, among the assiduous"), "percent", N_("of the assiduous")),
}
CHAPTER: Final = "figures"
OF_RUNS: Final = frozenset({"enrolments", "went_to_the_end"})  # counts of runs, which stores may tell


def figures(programme: Programme, book: Book) -> None:
    """Add each total: as declared where the rows are fewer, as added up where they are not; the margin says both."""
    declared = _declared(programme.totals)
    for name, counted in _counted(programme).items():
        said = declared.get(name)
        title, unit, of = TITLES[name]
        if said is not None and (counted.value is None or counted.value < (said.value or 0)):
            _of_declared(name, said, book)
            if counted.value:
                book.remark(
                    CHAPTER,
                    N_("{title}: {declared} are declared, the rows here add up to {counted}; {rest} are missing."),
                    name,
                    title=title,
                    declared=Amount(said.value or 0, unit),
                    counted=Amount(counted.value, unit),
                    rest=Amount((said.value or 0) - counted.value, unit),
                )
            continue
        book.add(
            Figure(
                key=name,
                title=title,
                value=counted.value,
                unit=unit,
                of=of,
                period=book.period,
                how=how_of([run for run in programme.runs if run.enrolments is not None])
                if name in OF_RUNS
                else "reckoned",
                source=sources_of([row for _table, rows in counted.tables for row in rows]),
                extracted_on=newest_of([row for _table, rows in counted.tables for row in rows]),
                rows=tuple(place for table, rows in counted.tables for place in lines(table, rows)),
                query=counted.query,
            )
        )
        if said is not None and counted.value is not None and counted.value > (said.value or 0):
            book.remark(
                CHAPTER,
                N_("{title}: {declared} are declared, less than the {counted} of its parts. The parts are shown."),
                name,
                title=title,
                declared=Amount(said.value or 0, unit),
                counted=Amount(counted.value, unit),
            )
    for name, said in declared.items():
        if name in TITLES and book.get(name) is None:
            _of_declared(name, said, book)


def _declared(totals: Sequence[Total]) -> dict[str, Total]:
    """By name; of one that is declared twice, the first."""
    found: dict[str, Total] = {}
    for total in totals:
        found.setdefault(total.name, total)
    return found


def _of_declared(name: str, total: Total, book: Book) -> Figure:
    title, unit, of = TITLES[name]
    return book.add(
        Figure(
            key=name,
            title=title,
            value=total.value,
            unit=unit,
            of=of,
            period=total.period,
            how="declared",
            source=total.source,
            extracted_on=total.extracted_on,
            rows=lines("totals", [total]),
        )
    )


def _counted(programme: Programme) -> dict[str, Counted]:
    courses, runs = programme.courses, programme.runs
    with_runs = {run.course for run in runs if run.enrolments is not None}
    lone = [course for course in courses if course.enrolments is not None and course.id not in with_runs]
    counting = [run for run in runs if run.enrolments is not None]
    people = [*(run.enrolments or 0 for run in counting), *(course.enrolments or 0 for course in lone)]
    passing = [run for run in runs if run.passed is not None]
    countries = [one for one in programme.profile if one.trait == "country" and len(one.group) == 2]  # noqa: PLR2004 - ISO 3166-1
    teaching = [credit for credit in programme.credits if credit.role == "teacher"]
    teachers = {credit.name for credit in teaching}
    own = [course for course in courses if course.own_students is not None]
    others = [use for use in programme.use if use.own is False and use.people is not None]
    return {
        "courses": Counted(len(courses), (("courses", courses),), "SELECT count(*) FROM courses"),
        "runs": Counted(len(runs) or None, (("runs", runs),), "SELECT count(*) FROM runs"),
        "enrolments": Counted(
            sum(people) if people else None,
            (("runs", counting), ("courses", lone)),
            "SELECT (SELECT coalesce(sum(enrolments), 0) FROM runs)\n"
            "     + (SELECT coalesce(sum(enrolments), 0) FROM courses\n"
            "        WHERE id NOT IN (SELECT course FROM runs WHERE enrolments IS NOT NULL))",
        ),
        "countries": Counted(
            len(countries) or None,
            (("profile", countries),),
            "SELECT count(*) FROM profile WHERE trait = 'country' AND length(\"group\") = 2",
        ),
        "went_to_the_end": Counted(
            sum(run.passed or 0 for run in passing) if passing else None,
            (("runs", passing),),
            "SELECT sum(passed) FROM runs",
        ),
        "teachers": Counted(
            len(teachers) or None,
            (("credits", teaching),),
            "SELECT count(DISTINCT name) FROM credits WHERE role = 'teacher'",
        ),
        "own_students": Counted(
            sum(course.own_students or 0 for course in own) if own else None,
            (("courses", own),),
            "SELECT sum(own_students) FROM courses",
        ),
        "other_students": Counted(
            sum(use.people or 0 for use in others) if others else None,
            (("use", others),),
            "SELECT sum(people) FROM use WHERE own = 'no'",
        ),
    }
