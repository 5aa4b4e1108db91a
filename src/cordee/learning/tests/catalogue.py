"""Courses with their sheets for tests: one played elsewhere with all that a sheet says, and what stands around it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cordee.core import clock
from cordee.courses.elsewhere import RunElsewhere, Summary, open_run_elsewhere, publish_summary
from cordee.courses.models import Course
from cordee.courses.outlines import Effort
from cordee.courses.sheets.classing import CategoryFacts, ProgrammeFacts, write_category, write_programme
from cordee.courses.sheets.sheet import Member, Opinion, Partner, Prize, Sheet, Use
from cordee.courses.sheets.writing import write_sheet

KEY = "Lerins+C101"
FULL = Sheet(
    categories=("computing",),
    level="beginner",
    outcomes={"fr": ("Lire un programme",), "en": ("Read a program",)},
    requires={"fr": "Rien du tout."},
    needs={"en": "A browser."},
    keywords={"fr": ("pointeur",)},
    subtitles=("fr", "en"),
    certification={"fr": "examen surveillé, 60 €"},
    ects=2.0,
    team=(
        Member(name="Élise Marchetti", role="author", about={"fr": "Enseigne le C."}, organisation="Lerins"),
        Member(name="Jeanne Pruvost", role="community"),
    ),
    partners=(Partner(name="Rivoire Télécom", part="funding", organisation="Rivoire"),),
    used=(Use(by="Mines Valbrune, première année", year=2025, way="flipped"),),
    opinions=(Opinion(words={"fr": "On me disait où."}, by="Mariama", agreed_on=dt.date(2026, 3, 2)),),
    prizes=(Prize(name={"fr": "Prix du cours inventif"}, year=2025),),
    earlier_runs=4,
    invented=True,
)


def make_course(
    key: str = KEY,
    *,
    sheet: Sheet | None = FULL,
    runs: tuple[RunElsewhere, ...] | None = None,
    now: dt.datetime | None = None,
    **summary: Any,
) -> Course:
    """A course that is played on FUN: one session to come, one that is over."""
    now = now or clock.now()
    organisation, _, number = key.partition("+")
    told: dict[str, Any] = {
        "titles": {"fr": "Le langage C", "en": "The C language"},
        "languages": ("fr", "en"),
        "summary": {"fr": "Un premier programme."},
        "about": {"fr": "<p>On pose les mains.</p>"},
        "modules": ({"fr": "Premiers pas"}, {"fr": "Décider"}),
        "effort": (Effort(video_h=1, practice_h=1.5), Effort(practice_h=2, graded=True)),
        "family": "code",
        "licence": "CC-BY-4.0",
        "organisation_name": "Télécom Lérins",
    }
    version, _added = publish_summary(
        summary=Summary(organisation=organisation, number=number, **told | summary), now=now
    )
    for run in default_runs(now) if runs is None else runs:
        open_run_elsewhere(version=version, run=run, by=None, now=now)
    course = Course.objects.get(pk=version.course_id)
    if sheet is not None:
        write_sheet(course=course, sheet=sheet, by=None, now=now)
    return course


def run_elsewhere(key: str, opens_at: dt.datetime, *, host: str = "fun", **dates: Any) -> RunElsewhere:
    return RunElsewhere(key=key, host=host, address=f"https://{host}-mooc.example/{key}", opens_at=opens_at, **dates)


def default_runs(now: dt.datetime) -> tuple[RunElsewhere, ...]:
    day = dt.timedelta(days=1)
    return (
        run_elsewhere("S7", now + 3 * day, closes_at=now + 40 * day),
        run_elsewhere("S6", now - 90 * day, closes_at=now - 40 * day),
    )


def make_category(code: str = "computing", **told: Any) -> None:
    facts = {"name_fr": "Informatique", "name_en": "Computing", "family": "code", **told}
    write_category(facts=CategoryFacts(code=code, **facts), by=None, now=clock.now())


def make_programme(code: str = "developer", *, courses: tuple[str, ...] = (KEY,), **told: Any) -> None:
    facts = {"name_fr": "Devenir développeur", "name_en": "Becoming a developer", **told}
    write_programme(facts=ProgrammeFacts(code=code, courses=courses, **facts), by=None, now=clock.now())
