"""Will learners keep up? Load and rhythm, by what those who follow such courses say and do.

Source of the limits: the institute's report on its first four years of MOOC (demo/bilan/imt-2017/advice.csv). A module
is a week. What is marked as ours has no source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from cordee.core.errors import N_
from cordee.courses.checks.load import Load, loads_of, stretches
from cordee.courses.checks.material import Material
from cordee.courses.checks.model import At, Finding, Rule
from cordee.courses.outlines import Module

LONG_FILMS: Final = 20  # minutes of film with nothing to do between
WEEK_HOURS: Final = 2.0
MOST_HOURS: Final = 5.0
MOST_WEEKS: Final = 5
EARLY: Final = 1  # week by which there is a graded quiz
MAKING: Final = 2  # week by which something is made or exchanged

FILMS = Rule(
    "films-without-work",
    "warning",
    N_("More than 20 minutes of film with nothing to do"),
    N_("Put a question, a poll or an exercise between the films."),
    N_("Coursera’s recommendation, in the report “4 ans de MOOC” of the Institut Mines-Télécom (2017)"),
)
ABOVE_2_HOURS = Rule(
    "week-above-2-hours",
    "note",
    N_("A week of more than 2 hours"),
    N_("Make it shorter, or say the hours on the public page: most learners have two."),
    N_(
        "What those who follow MOOCs say they can give, in the report “4 ans de MOOC” of the Institut Mines-Télécom "
        "(2017)"
    ),
)
ABOVE_5_HOURS = Rule(
    "week-above-5-hours",
    "warning",
    N_("A week of more than 5 hours"),
    N_("Spread the week over two, or mark what is optional."),
    N_("The “medium” course of the report “4 ans de MOOC” of the Institut Mines-Télécom (2017): 2 to 5 hours a week"),
)
ABOVE_5_WEEKS = Rule(
    "more-than-5-weeks",
    "warning",
    N_("More than 5 weeks"),
    N_("Make two courses of it, or a path of several."),
    N_(
        "What those who follow MOOCs say they can give, in the report “4 ans de MOOC” of the Institut Mines-Télécom "
        "(2017): 4 to 5 weeks"
    ),
)
LATE_QUIZ = Rule(
    "no-early-graded-quiz",
    "note",
    N_("No graded quiz in the first week"),
    N_("Grade something short in the first module, so that learners know early where they stand."),
    ours=True,
)
NOTHING_MADE = Rule(
    "nothing-made-by-week-2",
    "note",
    N_("Nothing made or exchanged by week 2"),
    N_("Let learners make something or talk with each other by then: a discussion, a poll, something to hand in."),
    ours=True,
)
RULES = (FILMS, ABOVE_2_HOURS, ABOVE_5_HOURS, ABOVE_5_WEEKS, LATE_QUIZ, NOTHING_MADE)


def look(material: Material) -> Iterator[Finding]:
    """Films at the film with which there are too many minutes; weeks at their module; the rest of the course."""
    for stretch in stretches(material, LONG_FILMS * 60):
        values = {"minutes": round(stretch.film_s / 60, 1), "films": stretch.films}
        at = material.at_entry(stretch.last.place, stretch.last.entry)
        yield Finding(FILMS, at, N_("Up to here {minutes} minutes of film follow each other ({films})."), values)
    loads = loads_of(material)
    for module, load in loads:
        if load.hours > WEEK_HOURS:
            rule = ABOVE_5_HOURS if load.hours > MOST_HOURS else ABOVE_2_HOURS
            yield Finding(rule, material.at(module=module), *_said(load))
    weeks = [module for module, load in loads if load.hours > 0]
    if len(weeks) > MOST_WEEKS:
        yield Finding(ABOVE_5_WEEKS, At(), N_("It has {weeks} modules to work through."), {"weeks": len(weeks)})
    if weeks and material.outline.gives_grade and not any(map(_grades, weeks[:EARLY])):
        yield Finding(LATE_QUIZ, At(), N_("The first graded work comes later."))
    if len(weeks) >= MAKING and not _makes(material, weeks[:MAKING]):
        yield Finding(NOTHING_MADE, At(), N_("Until then learners read, watch and answer questions."))


def _said(load: Load) -> tuple[str, Mapping[str, object]]:
    if load.declared:
        return N_("About {hours} h, as its author reckons."), {"hours": round(load.hours, 1)}
    values = {
        "hours": round(load.hours, 1),
        "film": round(load.film_s / 60),
        "words": float(load.words),  # written with its thousands
        "questions": load.questions,
    }
    return N_("About {hours} h (minutes of film: {film}, words: {words}, questions: {questions})."), values


def _grades(module: Module) -> bool:
    return any(section.graded and section.counts for section in module.sections)


def _makes(material: Material, weeks: list[Module]) -> bool:
    ids = {module.id for module in weeks}
    return any(one.said.makes and one.is_open for one in material.activities if one.place.module.id in ids)
