"""What does it cost to make a course and to run it once? An estimate by role, with everything that it assumes.

Source of the unit costs: the institute's estimate of one "medium" course in French, creation and first run, with an
experienced team (demo/bilan/imt-2017: costs.csv, advice.csv): person-years by role for 4 to 5 weeks of 2 to 5 hours.
Divided by the hours, minutes or weeks of such a course they give the cost of one; what this takes from elsewhere, or
from nowhere, is said in `ASSUMPTIONS`. Roles are those of the review (`bilan.programme.COST_ROLES`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from cordee.core.errors import N_
from cordee.courses.checks.load import MINUTES_A_QUESTION, loads_of
from cordee.courses.checks.material import Material
from cordee.courses.reading_time import WORDS_A_MINUTE

Driver = Literal["hours", "minutes_of_film", "weeks"]

HOURS_A_YEAR: Final = 1607  # of one person. Source: French Code du travail, article L3121-41
MEDIUM_WEEKS: Final = 4.5  # the middle of 4 to 5
MEDIUM_HOURS: Final = 4.5 * 3.5  # of a learner: 3.5 is the middle of 2 to 5 hours a week
MEDIUM_FILM_SHARE: Final = 1 / 3  # ours: how much of these hours is film

# Person-years of a medium course, and what they grow with.
MEDIUM: Final[Mapping[str, tuple[float, Driver]]] = {
    "teaching_team": (0.70, "hours"),
    "coordination": (0.15, "hours"),
    "instructional_design": (0.10, "hours"),
    "video": (0.25, "minutes_of_film"),
    "putting_online": (0.10, "hours"),
    "community": (0.20, "weeks"),
}
ROLES: Final[Mapping[str, str]] = {
    "teaching_team": N_("Teaching team: authors and teachers"),
    "coordination": N_("Coordination"),
    "instructional_design": N_("Instructional design"),
    "video": N_("Video"),
    "putting_online": N_("Putting online"),
    "community": N_("Tutors and community, first session"),
}
_REPORT: Final = N_("Report “4 ans de MOOC” of the Institut Mines-Télécom (2017)")
ASSUMPTIONS: Final[tuple[tuple[str, Mapping[str, float], str], ...]] = (  # sentence, values, source ("" for ours)
    (
        N_("A course of {weeks} weeks and {hours} hours takes 1.5 person-years, creation and first session."),
        {"weeks": MEDIUM_WEEKS, "hours": MEDIUM_HOURS},
        _REPORT,
    ),
    (
        N_("A person-year is {hours} hours."),
        {"hours": HOURS_A_YEAR},
        N_("French Code du travail, article L3121-41"),
    ),
    (
        N_("A learner reads {words} words a minute."),
        {"words": WORDS_A_MINUTE},
        "",
    ),
    (N_("A question takes {minutes} min."), {"minutes": MINUTES_A_QUESTION}, ""),
    (N_("A third of the hours of such a course is film."), {}, ""),
    (
        N_(
            "Work on video grows with the minutes of film, tutoring with the weeks, all else with the hours of a "
            "learner."
        ),
        {},
        "",
    ),
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hours of work by role, and what they were reckoned from."""

    weeks: int
    learner_hours: float
    minutes_of_film: float
    words: int
    questions: int
    unmeasured_films: int  # not in the minutes: nobody has said how long they are
    hours: Mapping[str, float]  # by role

    @property
    def total_hours(self) -> float:
        return sum(self.hours.values())

    @property
    def person_years(self) -> Mapping[str, float]:
        """By role, as the review keeps them."""
        return {role: hours / HOURS_A_YEAR for role, hours in self.hours.items()}

    def to_json(self) -> dict[str, Any]:
        """As it is kept with a version; `from_json` reads it again."""
        return {
            "weeks": self.weeks,
            "learner_hours": round(self.learner_hours, 2),
            "minutes_of_film": round(self.minutes_of_film, 1),
            "words": self.words,
            "questions": self.questions,
            "unmeasured_films": self.unmeasured_films,
            "hours": {role: round(hours, 1) for role, hours in self.hours.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Estimate:
        return cls(**data)


def unit_cost(role: str) -> float:
    """Hours of work of a role for one hour of a learner, one minute of film, or one week."""
    years, driver = MEDIUM[role]
    medium = {
        "hours": MEDIUM_HOURS,
        "minutes_of_film": 60 * MEDIUM_HOURS * MEDIUM_FILM_SHARE,
        "weeks": MEDIUM_WEEKS,
    }
    return years * HOURS_A_YEAR / medium[driver]


def estimate_of(material: Material) -> Estimate:
    """Of the course in its own language; a translation costs more, and is in no source."""
    loads = [load for _module, load in loads_of(material) if load.hours > 0]
    drivers = {
        "hours": sum(load.hours for load in loads),
        "minutes_of_film": sum(load.film_s for load in loads) / 60,
        "weeks": len(loads),
    }
    return Estimate(
        weeks=len(loads),
        learner_hours=drivers["hours"],
        minutes_of_film=drivers["minutes_of_film"],
        words=sum(load.words for load in loads),
        questions=sum(load.questions for load in loads),
        unmeasured_films=sum(load.unmeasured for load in loads),
        hours={role: unit_cost(role) * drivers[driver] for role, (_years, driver) in MEDIUM.items()},
    )
