"""A catalogue of some sixty invented courses, small and always the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from cordee.courses.elsewhere import RunElsewhere, Summary, open_run_elsewhere, publish_summary
from cordee.courses.models import Course, Run
from cordee.courses.outlines import Effort
from cordee.courses.search.indexing import indexed_together
from cordee.courses.sheets.classing import CategoryFacts, write_category
from cordee.courses.sheets.sheet import Member, Sheet
from cordee.courses.sheets.writing import write_sheet
from cordee.courses.tests.make import NOW

DAY = dt.timedelta(days=1)
CATEGORIES = (
    CategoryFacts(code="networks", name_fr="Réseaux et télécoms", name_en="Networks and telecoms", family="net"),
    CategoryFacts(code="computing", name_fr="Informatique", name_en="Computing", family="code", position=1),
    CategoryFacts(code="science", name_fr="Sciences de l’ingénieur", name_en="Engineering", family="sci", position=2),
    CategoryFacts(code="change", name_fr="Transitions", name_en="Transitions", family="eco", position=3),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A course to make. Days are counted from NOW; `closes` None: at the learner's pace."""

    number: str
    titles: Mapping[str, str]
    summary: Mapping[str, str] = field(default_factory=dict)
    category: str = "science"
    level: str = "beginner"
    organisation: str = "Lerins"
    organisation_name: str = "Télécom Lérins"
    hours: float = 3.0  # a week
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    team: tuple[str, ...] = ()
    modules: tuple[Mapping[str, str], ...] = ()
    outcomes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    opens: int = -10
    closes: int | None = 30
    ects: float = 0.0
    host: str = "fun"
    about: Mapping[str, str] = field(default_factory=dict)


def make_course(made: Made, *, now: dt.datetime = NOW) -> Run:
    """Published, with its sheet and one listed run elsewhere."""
    languages = tuple(made.titles)
    version, _added = publish_summary(
        summary=Summary(
            organisation=made.organisation,
            number=made.number,
            titles=made.titles,
            languages=languages,
            summary=made.summary,
            about=made.about,
            modules=made.modules,
            effort=tuple(Effort(practice_h=made.hours) for _week in range(4)) if made.hours else (),
            organisation_name=made.organisation_name,
        ),
        now=now,
    )
    run, _changed = open_run_elsewhere(
        version=version,
        run=RunElsewhere(
            key="S1",
            host=made.host,
            address=f"https://courses.example/{made.number.lower()}",
            opens_at=now + made.opens * DAY,
            closes_at=None if made.closes is None else now + made.closes * DAY,
        ),
        by=None,
        now=now,
    )
    sheet = Sheet(
        categories=(made.category,),
        level=made.level,
        keywords=made.keywords,
        outcomes=made.outcomes,
        ects=made.ects,
        team=tuple(Member(name=name, role="author") for name in made.team),
    )
    write_sheet(course=Course.objects.get(pk=version.course_id), sheet=sheet, by=None, now=now)
    return run


def make_catalogue(courses: tuple[Made, ...]) -> None:
    with indexed_together():
        for category in CATEGORIES:
            write_category(facts=category, by=None, now=NOW)
        for made in courses:
            make_course(made)
