"""A catalogue in files: how is it read, and brought into the site?

    categories.toml     the fields of the catalogue, in order
    programmes.toml     the paths, in order
    NAME.toml           one course: what its page says, and its runs on other sites

Everything is read before anything is written, and written in one transaction: a file with a mistake changes nothing.
The same folder again changes nothing either. What somebody wrote on the site since is not written over, unless that is
wanted. docs/catalogue.md describes each line.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from django.db import transaction
from django.utils import timezone
from markdown_it import MarkdownIt

from cordee.core.errors import N_, Conflict, CordeeError, InputRefused, NotFound, shown
from cordee.courses.compiling import FAMILIES
from cordee.courses.elsewhere import RunElsewhere, Summary, open_run_elsewhere, publish_summary
from cordee.courses.models import Course, Version
from cordee.courses.opening import DEFAULT_PASS_MARK, run_key
from cordee.courses.outlines import Effort
from cordee.courses.search.indexing import indexed_together
from cordee.courses.sheets.classing import CategoryFacts, ProgrammeFacts, write_category, write_programme
from cordee.courses.sheets.edited import edited_runs, edited_sheets
from cordee.courses.sheets.sheet import COURSE_KEY, LANGUAGE, Sheet, read_sheet
from cordee.courses.sheets.writing import write_sheet
from cordee.people.models import Account

IfEdited = Literal["refuse", "keep", "overwrite"]  # what somebody wrote on the site since
CATEGORIES, PROGRAMMES = "categories.toml", "programmes.toml"
LARGEST: Final = 200_000  # bytes of a file
MOST_WEEKS: Final = 60
LAST_MOMENT: Final = dt.time(23, 59, 59)
FROM_TODAY: Final = re.compile(r"([+-]\d{1,4}) days?")  # for demonstrations: their sessions are always of this season
COURSE_PARTS: Final = frozenset({"course", "content", "sheet", "runs"})
CONTENT_PARTS: Final = frozenset(
    {"title", "languages", "summary", "about", "modules", "weeks", "family", "licence", "organisation_name"}
)
RUN_PARTS: Final = frozenset({"key", "host", "address", "opens", "closes", "enrolment_closes", "pass_mark"})


@dataclass(frozen=True, slots=True)
class CourseFile:
    """One course of a folder. `summary` is None where its content is imported by itself."""

    name: str  # of the file
    course: str  # its key
    summary: Summary | None
    sheet: Sheet
    runs: tuple[RunElsewhere, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    courses: tuple[CourseFile, ...]
    categories: tuple[CategoryFacts, ...]
    programmes: tuple[ProgrammeFacts, ...]


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """How many there were, and how many of them were new or other than before."""

    courses: int
    runs: int
    changed: int
    edited: tuple[str, ...] = ()  # what somebody had written on the site, and was kept or written over


def read_folder(folder: Path, *, now: dt.datetime) -> Folder:
    """Everything in it. Raises NotFound, and InputRefused with file and place of the first mistake."""
    paths = sorted(path for path in folder.glob("*.toml") if path.is_file())
    if not paths:
        raise NotFound(N_("There is no .toml file in {folder}. Name the folder of a catalogue."), folder=str(folder))
    tables = {path.name: _toml(path) for path in paths}
    courses: list[CourseFile] = []
    categories: tuple[CategoryFacts, ...] = ()
    programmes: tuple[ProgrammeFacts, ...] = ()
    for name, table in tables.items():
        try:
            if name == CATEGORIES:
                categories = tuple(_category(one, number) for number, one in enumerate(_rows(table, "categories")))
            elif name == PROGRAMMES:
                programmes = tuple(_programme(one, number) for number, one in enumerate(_rows(table, "programmes")))
            else:
                courses.append(_course(name, table, now))
        except CordeeError as refused:
            raise InputRefused(N_("{file}: {why}"), file=name, why=refused) from None
    return Folder(tuple(courses), categories, programmes)


@transaction.atomic
def bring_in(*, folder: Folder, by: Account | None, now: dt.datetime, if_edited: IfEdited = "refuse") -> BroughtIn:
    """Write all of it, or nothing. About 8 queries a course. Raises InputRefused, Conflict, NotFound with the file.

    `if_edited`: what becomes of pages and sessions elsewhere that a person wrote on the site and the folder says
    otherwise. They are refused with Conflict, which names them, kept as they are, or written over; each edition of a
    page stays in its history whatever happens.
    """
    pages = edited_sheets((one.course, one.sheet) for one in folder.courses)
    runs = edited_runs((one.course, run) for one in folder.courses for run in one.runs)
    edited = tuple(str(one) for one in (*pages, *runs))
    if edited and if_edited == "refuse":
        raise Conflict(
            N_(
                "Somebody wrote on the site what this folder says otherwise: {which}. Nothing was changed. Keep that "
                "and take the rest with --keep, or write over it with --force; the history has both."
            ),
            which=", ".join(edited),
        )
    kept = {one.key for one in (*pages, *runs)} if if_edited == "keep" else set()
    with indexed_together():
        changed = sum(write_category(facts=one, by=by, now=now) for one in folder.categories)
        changed += sum(write_programme(facts=one, by=by, now=now) for one in folder.programmes)
        for one in folder.courses:
            try:
                changed += _write_course(one, by, now, kept)
            except CordeeError as refused:
                raise InputRefused(N_("{file}: {why}"), file=one.name, why=refused) from None
    return BroughtIn(len(folder.courses), sum(len(one.runs) for one in folder.courses), changed, edited)


def _write_course(one: CourseFile, by: Account | None, now: dt.datetime, kept: Collection[str]) -> int:
    """How much of it is new. `kept`: keys of courses whose page, and of sessions that, stay as they are."""
    changed = 0
    version: Version | None
    if one.summary is not None:
        version, added = publish_summary(summary=one.summary, now=now)
        changed += added
    else:
        organisation, _, number = one.course.partition("+")
        version = (
            Version.objects.select_related("course")
            .filter(course__organisation=organisation, course__number=number)
            .order_by("-number")
            .first()
        )
        if version is None:
            raise NotFound(
                N_("There is no course {key} here. Import it first, or write its title under [content]."),
                key=one.course,
            )
    taken = [run for run in one.runs if run_key(run.key, one.course) not in kept]
    changed += sum(open_run_elsewhere(version=version, run=run, by=by, now=now)[1] for run in taken)
    if one.course in kept:
        return changed
    course = Course.objects.get(pk=version.course_id)
    return changed + write_sheet(course=course, sheet=one.sheet, by=by, now=now)[1]


def _toml(path: Path) -> Mapping[str, Any]:
    data = path.read_bytes()
    if len(data) > LARGEST:
        raise InputRefused(N_("{file} has more than {most} kB. Shorten it."), file=path.name, most=LARGEST // 1000)
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputRefused(N_("{file} is no TOML file: {why}"), file=path.name, why=str(error)) from None


def _rows(table: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    rows = table.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InputRefused(N_("{place} is a list: write [[{place}]] above each."), place=name)
    return rows


def _only(table: Mapping[str, Any], known: frozenset[str], at: str = "") -> None:
    for name in table:
        if name not in known:
            raise InputRefused(
                N_("{place} is not known here. Known are: {known}."),
                place=f"{at} {shown(str(name))}".strip(),
                known=", ".join(sorted(known)),
            )


def _category(row: Mapping[str, Any], position: int) -> CategoryFacts:
    _only(row, frozenset({"code", "fr", "en", "family", "about_fr", "about_en"}), f"categories {position + 1}")
    return CategoryFacts(
        code=str(row.get("code", "")),
        name_fr=str(row.get("fr", "")),
        name_en=str(row.get("en", "")),
        family=str(row.get("family", "")),
        about_fr=str(row.get("about_fr", "")),
        about_en=str(row.get("about_en", "")),
        position=position,
    )


def _programme(row: Mapping[str, Any], position: int) -> ProgrammeFacts:
    known = frozenset({"code", "fr", "en", "about_fr", "about_en", "organisation", "courses"})
    _only(row, known, f"programmes {position + 1}")
    courses = row.get("courses", ())
    return ProgrammeFacts(
        code=str(row.get("code", "")),
        name_fr=str(row.get("fr", "")),
        name_en=str(row.get("en", "")),
        about_fr=str(row.get("about_fr", "")),
        about_en=str(row.get("about_en", "")),
        organisation=str(row.get("organisation", "")),
        courses=tuple(str(key) for key in courses) if isinstance(courses, list) else (),
        position=position,
    )


def _course(name: str, table: Mapping[str, Any], now: dt.datetime) -> CourseFile:
    _only(table, COURSE_PARTS)
    key = table.get("course", "")
    if not isinstance(key, str) or not COURSE_KEY.fullmatch(key):
        raise InputRefused(N_("{place} is the key of a course, such as Ingenia+RES101."), place="course")
    content = table.get("content")
    runs = [_run(row, f"runs {number}", now) for number, row in enumerate(_rows(table, "runs"), 1)]
    return CourseFile(
        name=name,
        course=key,
        summary=_summary(key, content) if isinstance(content, Mapping) else None,
        sheet=read_sheet(table.get("sheet", {})),
        runs=tuple(runs),
    )


def _summary(key: str, content: Mapping[str, Any]) -> Summary:
    _only(content, CONTENT_PARTS, "content")
    organisation, _, number = key.partition("+")
    titles = _words(content, "title")
    languages = tuple(str(one) for one in content.get("languages", tuple(titles)))
    family = str(content.get("family", FAMILIES[0]))
    if family not in FAMILIES:
        raise InputRefused(
            N_("“{family}” is no colour family. Write one of {known}."),
            family=shown(family, 20),
            known=", ".join(FAMILIES),
        )
    markdown = MarkdownIt("commonmark", {"html": False})
    return Summary(
        organisation=organisation,
        number=number,
        titles=titles,
        languages=languages,
        summary=_words(content, "summary"),
        about={language: markdown.render(text) for language, text in _words(content, "about").items()},
        modules=tuple(_words({"modules": one}, "modules") for one in content.get("modules", ())),
        effort=tuple(_week(one, number) for number, one in enumerate(content.get("weeks", ()), 1)),
        family=family,
        licence=str(content.get("licence", "")),
        organisation_name=str(content.get("organisation_name", "")),
    )


def _words(table: Mapping[str, Any], name: str) -> dict[str, str]:
    value = table.get(name, {})
    if not isinstance(value, Mapping) or not all(
        LANGUAGE.fullmatch(language) and isinstance(text, str) for language, text in value.items()
    ):
        raise InputRefused(
            N_("{place} is said by language: {example}."), place=name, example=f'{name} = {{ fr = "…", en = "…" }}'
        )
    return {language: text.strip() for language, text in value.items() if text.strip()}


def _week(row: Any, number: int) -> Effort:
    """Hours, and whether something is graded: `{ video = 0.8, reading = 0.5, practice = 1.2, graded = true }`."""
    place = f"weeks {number}"
    if not isinstance(row, Mapping) or number > MOST_WEEKS:
        raise InputRefused(N_("{place} is said as {example}."), place=place, example="{ video = 0.8, practice = 1.2 }")
    _only(row, frozenset({"video", "reading", "practice", "graded"}), place)
    hours = {f"{name}_h": row.get(name, 0) for name in ("video", "reading", "practice")}
    if not all(isinstance(one, int | float) and 0 <= one <= 100 for one in hours.values()):  # noqa: PLR2004 - of a week
        raise InputRefused(N_("{place}: hours are numbers from 0 to 100."), place=place)
    return Effort(**{name: float(one) for name, one in hours.items()}, graded=bool(row.get("graded")))


def _run(row: Mapping[str, Any], place: str, now: dt.datetime) -> RunElsewhere:
    _only(row, RUN_PARTS, place)
    opens = _moment(row.get("opens"), f"{place}: opens", now, dt.time())
    if opens is None:
        raise InputRefused(N_("{place} is missing. Write it."), place=f"{place}: opens")
    mark = row.get("pass_mark", DEFAULT_PASS_MARK)
    return RunElsewhere(
        key=str(row.get("key", "")),
        host=str(row.get("host", "")),
        address=str(row.get("address", "")),
        opens_at=opens,
        closes_at=_moment(row.get("closes"), f"{place}: closes", now, LAST_MOMENT),
        enrolment_closes_at=_moment(row.get("enrolment_closes"), f"{place}: enrolment_closes", now, LAST_MOMENT),
        pass_mark=float(mark) if isinstance(mark, int | float) else -1.0,
    )


def _moment(value: Any, place: str, now: dt.datetime, time: dt.time) -> dt.datetime | None:
    """A day in the site's zone: a TOML date, or days from today ("+12 days")."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return timezone.make_aware(value) if value.tzinfo is None else value
    if isinstance(value, dt.date):
        day = value
    elif isinstance(value, str) and (found := FROM_TODAY.fullmatch(value.strip())):
        day = timezone.localdate(now, timezone.get_default_timezone()) + dt.timedelta(days=int(found[1]))
    else:
        raise InputRefused(N_("{place} is a day, such as {day}."), place=place, day="2026-11-30")
    return timezone.make_aware(dt.datetime.combine(day, time), timezone.get_default_timezone())
