"""What in a programme does not fit together? What is well written may still contradict itself."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from cordee.bilan.columns import columns_of
from cordee.bilan.folder.cells import cell_of, first_day, last_day
from cordee.bilan.folder.faults import Faults
from cordee.bilan.names import column_name
from cordee.bilan.period import Period
from cordee.bilan.programme import AGES, EDUCATION, SEXES, TABLES, UNDECLARED, Course, Programme, Run, Share
from cordee.core.errors import N_, CordeeError, InputRefused, shown
from cordee.ui.countries import is_country

COUNTS: Final = ("enrolments", "started_any", "started", "assiduous", "week_two", "passed")
PARTS: Final[Sequence[tuple[str, str]]] = (  # a count of a run, and what it is a part of
    *((count, "enrolments") for count in COUNTS[1:]),
    ("started", "started_any"),
    ("assiduous", "started_any"),
    ("week_two", "started_any"),
    ("passed_assiduous", "assiduous"),
    ("passed_assiduous", "passed"),
    ("passed_assiduous", "enrolments"),
    ("passed_week_two", "week_two"),
    ("passed_week_two", "passed"),
    ("passed_week_two", "enrolments"),
)
DECLARED: Final = (*COUNTS, "passed_assiduous", "passed_week_two", "passed_percent")
MUCH: Final = 5000  # thousands of euros in one row, of each year that it spans; above, they may be euros
DAY: Final = 2  # how many hyphens a date has that is known to the day
CLASSES: Final[Mapping[str, Sequence[str]]] = {"sex": SEXES, "age": AGES, "education": EDUCATION}


def check(programme: Programme, faults: Faults) -> None:
    """Add what does not fit. Nothing is taken out: figures decide what they can still say."""
    _courses(programme, faults)
    _references(programme, faults)
    for run in programme.runs:
        _run(run, faults)
    _twice(programme.runs, faults)
    _hosts(programme, faults)
    for one in programme.profile:
        _share(one, faults)
    for total in programme.totals:
        _period("totals.csv", total.line, total.period, faults)
    _once("totals", [(row.line, (row.name, row.period)) for row in programme.totals], faults)
    _once("profile", [(row.line, (row.trait, row.group, row.period)) for row in programme.profile], faults)
    _money(programme, faults)
    _use(programme, faults)
    _others(programme, faults)


def _courses(programme: Programme, faults: Faults) -> None:
    seen: dict[str, int] = {}
    categories = {one.id for one in programme.about.categories}
    for course in programme.courses:
        if course.id in seen:
            faults.doubt(
                "courses.csv",
                course.line,
                N_("The id {id} is already that of line {line}. Give each course its own."),
                id=shown(course.id, 40),
                line=seen[course.id],
            )
        seen.setdefault(course.id, course.line)
        if course.category and course.category not in categories:
            faults.doubt(
                "courses.csv",
                course.line,
                N_("programme.toml has no category {id}. Write one of: {all}.")
                if categories
                else N_("programme.toml has no category {id}, nor any other. Add it there, or empty the cell."),
                id=shown(course.category, 40),
                all=", ".join(sorted(categories)),
            )
        _part("courses.csv", course, "own_students", "enrolments", faults)


def _references(programme: Programme, faults: Faults) -> None:
    """Each id of a course must be one of courses.csv."""
    known = {course.id for course in programme.courses}
    for table, record in TABLES.items():
        names = [name for name, column in columns_of(record).items() if column.course]
        for row in getattr(programme, table) if names else ():
            for name in names:
                value = getattr(row, name)
                for id_ in (value,) if isinstance(value, str) else value:
                    if id_ and id_ not in known:
                        near = difflib.get_close_matches(id_, known, n=1)
                        faults.doubt(
                            f"{table}.csv",
                            row.line,
                            N_("courses.csv has no course {id}. Did you mean {near}?")
                            if near
                            else N_("courses.csv has no course {id}. Add it there, or mend the id."),
                            id=shown(id_, 40),
                            near="".join(near),
                        )


def _run(run: Run, faults: Faults) -> None:
    file = "runs.csv"
    if run.opens and run.closes and last_day(run.closes) < first_day(run.opens):
        faults.doubt(file, run.line, N_("This run closes before it opens. Look at both dates."))
    for part, whole in PARTS:
        _part(file, run, part, whole, faults)
    declared = any(getattr(run, name) is not None for name in DECLARED)
    if run.address and not run.address.startswith(("https://", "http://")):
        faults.doubt(file, run.line, N_("The address of this run is none of a page. Write it from https:// on."))
    if run.store and not run.key:
        faults.doubt(file, run.line, N_("This run names a store, but not its key in it. Fill in the column key."))
    if run.store and declared:
        faults.doubt(
            file,
            run.line,
            N_("This run has declared numbers and a store: the store is taken. Empty the one or the other."),
        )
    if declared and not run.store and not run.source:
        faults.doubt(
            file, run.line, N_("The numbers of this run have no source. Say in the column source who says so.")
        )


def _part(file: str, row: Course | Run, part: str, whole: str, faults: Faults) -> None:
    few, many = getattr(row, part), getattr(row, whole)
    if few is not None and many is not None and few > many:
        faults.doubt(
            file,
            row.line,
            N_("{part} ({few}) is more than {whole} ({many}), of which it is a part. Look at both numbers."),
            part=column_name(part),
            few=few,
            whole=column_name(whole),
            many=many,
        )


def _twice(runs: Sequence[Run], faults: Faults) -> None:
    """A session opens once on its platform."""
    seen: dict[tuple[str, str, str], int] = {}
    for run in runs:
        key = (run.course, _folded(run.host), run.opens)
        if run.opens.count("-") == DAY and key in seen:
            faults.doubt(
                "runs.csv",
                run.line,
                N_("This session has the course, the platform and the first day of line {line}. Keep one of the two."),
                line=seen[key],
            )
        seen.setdefault(key, run.line)


def _hosts(programme: Programme, faults: Faults) -> None:
    """Each platform is written one way, that of programme.toml, else that of its first session."""
    spelled = {_folded(host.name): host.name for host in reversed(programme.about.hosts)}
    listed, told = set(spelled), set()
    for run in programme.runs:
        folded = _folded(run.host)
        if not folded or run.host in told:
            continue
        known = spelled.setdefault(folded, run.host)
        if known != run.host:
            told.add(run.host)
            faults.doubt(
                "runs.csv",
                run.line,
                N_("The platform {host} is written {other} elsewhere. Write it the same way everywhere."),
                host=shown(run.host, 40),
                other=shown(known, 40),
            )
        elif listed and folded not in listed:
            told.add(run.host)
            faults.remark(
                "runs.csv",
                run.line,
                N_("The platform {host} is not among the platforms of the programme. Add it there ([[hosts]])."),
                host=shown(run.host, 40),
            )


def _folded(host: str) -> str:
    return " ".join(host.casefold().split())


def _share(one: Share, faults: Faults) -> None:
    file = "profile.csv"
    classes = CLASSES.get(one.trait)
    known = one.group == UNDECLARED or (is_country(one.group) if classes is None else one.group in classes)
    if not known:
        faults.doubt(
            file,
            one.line,
            N_("“{group}” is no class of {trait}. Write one of: {all}.")
            if classes
            else N_("“{group}” is no country. Write its two letters of ISO 3166-1, or undeclared."),
            group=shown(one.group, 40),
            trait=one.trait,
            all=", ".join((*(classes or ()), UNDECLARED)),
        )
    if one.percent is None and one.people is None:
        faults.doubt(file, one.line, N_("This row says no number. Fill in percent or people."))
    if one.period:
        _period(file, one.line, one.period, faults)


def _period(file: str, line: int, written: str, faults: Faults) -> None:
    try:
        Period.parse(written)
    except CordeeError as wrong:
        faults.doubt(file, line, N_("Column {column}: {what}"), column="period", what=wrong)


def _once(table: str, rows: Sequence[tuple[int, tuple[str, ...]]], faults: Faults) -> None:
    """A number is declared once; of two, the first is taken."""
    seen: dict[tuple[str, ...], int] = {}
    for line, key in rows:
        if key in seen:
            faults.doubt(
                f"{table}.csv",
                line,
                N_("{what} is already declared on line {line}, which is taken. Keep one of the two."),
                what=", ".join(part for part in key if part),
                line=seen[key],
            )
        seen.setdefault(key, line)


def _money(programme: Programme, faults: Faults) -> None:
    """Euros that stand where thousands of them are asked for."""
    for table, record in TABLES.items():
        for name in (name for name, column in columns_of(record).items() if column.money):
            for row in getattr(programme, table):
                keur = getattr(row, name)
                if keur is not None and keur > MUCH * (getattr(row, "years", None) or 1):
                    faults.remark(
                        f"{table}.csv",
                        row.line,
                        N_("These are thousands of euros: {keur} would be {millions} million. Look at the number."),
                        keur=cell_of(keur),
                        millions=_decimal(keur / 1000),
                    )


def _decimal(number: float) -> CordeeError:
    """A number with its decimal sign, for a value of a sentence."""
    whole, _sign, part = cell_of(number).partition(".")
    return InputRefused(N_("{whole}.{part}"), whole=whole, part=part) if part else InputRefused(whole)


def _use(programme: Programme, faults: Faults) -> None:
    for use in programme.use:
        if bool(use.course) == bool(use.outside_course or use.outside_by):
            faults.doubt(
                "use.csv",
                use.line,
                N_("Name either a course of yours or one of another institution. Fill in one of the two."),
            )


def _others(programme: Programme, faults: Faults) -> None:
    tests: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
        (
            "timeline",
            lambda row: not (row.date or row.event_fr or row.event_en),
            N_("This row has neither a date nor an event. Fill in one of them, or delete it."),
        ),
        (
            "testimonials",
            lambda row: row.consent is not True,
            N_("This testimonial is not printed: nobody says that its author agreed. Ask, then write consent = yes."),
        ),
        (
            "organisations",
            lambda row: row.name == row.now,
            N_("Both names are the same. Write under now the name that replaced it."),
        ),
    )
    for table, is_wrong, sentence in tests:
        for row in getattr(programme, table):
            if is_wrong(row):
                faults.doubt(f"{table}.csv", row.line, sentence)
