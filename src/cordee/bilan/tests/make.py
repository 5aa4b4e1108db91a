"""A small programme whose every number can be reckoned by hand."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any

from cordee.bilan.document import Report
from cordee.bilan.figures.part import Part
from cordee.bilan.figures.reviewing import Review, review
from cordee.bilan.folder.reading import read_folder
from cordee.bilan.period import Period
from cordee.bilan.programme import (
    About,
    Category,
    Company,
    Cost,
    Course,
    Credit,
    Host,
    Organisation,
    Programme,
    Revenue,
    Run,
    Share,
    Targets,
    Testimonial,
    Total,
    Use,
)
from cordee.bilan.report import report_of

NBSP = "\u00a0"
DEMO = Path(__file__).parents[4] / "demo" / "bilan" / "imt-2017"


def programme(**changes: Any) -> Programme:
    """Two courses, three runs in 2015 and 2016, 1,000 enrolled."""
    held: dict[str, Any] = {
        "about": About(
            name={"fr": "École des Cimes", "en": "School of Summits"},
            title={"fr": "Nos cours", "en": "Our courses"},
            period="2016",
            targets=Targets(new_courses_a_year=2, languages=("fr", "en"), several_hosts=True),
            hosts=(Host(name="FUN"), Host(name="edX")),
            categories=(
                Category(id="net", fr="Réseaux", en="Networks"),
                Category(id="sci", fr="Sciences", en="Sciences"),
            ),
        ),
        "courses": (
            Course(id="a", title="Alpha", language="fr", category="net", line=2),
            Course(id="b", title="Bravo", language="en", category="sci", line=3),
        ),
        "runs": (
            run("a", "FUN", "2015-03", 300, 120, 90, 60, line=2),
            run("a", "FUN", "2016-03", 500, 200, 100, 50, line=3),
            run("b", "edX", "2016-10", 500, 300, 200, 150, line=4),
        ),
        "credits": (
            Credit(course="a", role="by", name="École du Lac", line=2),
            Credit(course="b", role="by", name="École du Col", line=3),
            Credit(course="a", role="teacher", name="Ada", line=4),
        ),
        "organisations": (Organisation(name="École du Lac", now="École des Cimes", line=2),),
        "profile": (
            Share(trait="sex", group="f", people=400, percent=40, line=2),
            Share(trait="sex", group="m", people=600, percent=60, line=3),
            Share(trait="country", group="FR", people=6000, percent=60, line=4),
            Share(trait="country", group="SN", people=400, percent=40, line=5),
        ),
        "use": (
            Use(year=2016, institution="École du Lac", own=True, course="a", mode="flipped", people=30, line=2),
            Use(year=2016, institution="Autre", own=False, course="a", people=12, line=3),
        ),
        "companies": (Company(sector_fr="énergie", people=5, courses=("b",), line=2),),
        "costs": (
            Cost(role="teaching_team", person_years=0.5, line=2),
            Cost(role="video", person_years=0.3, line=3),
            Cost(course="a", role="video", person_years=0.4, declared=True, keur=30, line=4),
        ),
        "revenue": (
            Revenue(year=2016, kind="partnerships", keur=60, partner="Un", line=2),
            Revenue(year=2016, kind="foundation", keur=40, course="a", line=3),
        ),
        "testimonials": (
            Testimonial(
                first_name="Awa", country="SN", language="fr", words="Je révise le soir.", consent=True, line=2
            ),
            Testimonial(first_name="Bo", language="en", words="Never printed.", consent=False, line=3),
        ),
    }
    return Programme(**(held | changes))


def run(course: str, host: str, opens: str, *counts: int, line: int = 0) -> Run:
    enrolled, started, assiduous, passed = counts
    return Run(
        course=course,
        host=host,
        opens=opens,
        enrolments=enrolled,
        started=started,
        assiduous=assiduous,
        passed=passed,
        passed_assiduous=passed,
        source="relevé",
        extracted_on="2017-01-15",
        line=line,
    )


def total(name: str, value: float, period: str = "2016") -> Total:
    return Total(name=name, value=value, period=period, source="rapport", line=2)


def reviewed(one: Programme | None = None, period: str = "2016", part: Part | None = None) -> Review:
    return review(one or programme(), Period.parse(period), part=part, stores=Path(tempfile.gettempdir()))


def margin(one: Review) -> list[str]:
    """The remarks in English, as sentences without numbers."""
    return [remark.sentence for remark in one.book.remarks()]


@functools.cache
def demo(language: str) -> Report:
    held, faults = read_folder(DEMO)
    return report_of(review(held, stores=DEMO, faults=faults), language)
