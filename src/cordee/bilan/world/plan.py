"""How do the figures of a plan become runs, each with how many of its learners get how far?

The plan (demo/world/imt.toml) says what the whole programme comes to and how it is shared out; here it is shared out.
Sums stay whatever the scale: what is rounded is what has come so far, not each run.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from cordee.core.errors import N_, NotFound
from cordee.pilot.simulated.programme import Crowd, PlannedRun
from cordee.ui.countries import is_country
from cordee.ui.worldmap import outlines

HUNDRED: Final = 100
ORGANISATION: Final = "Ingenia"
INVENTED: Final = {"fr": " (titre inventé)", "en": " (invented title)"}
MONTHS_OF_A_TERM: Final = 4
COMPANY: Final = "Entreprise, {}"  # a cohort
UNATTESTED: Final = "Coursera"  # reads “passed” as all graded activities done, and issues nothing that its files tell


@dataclass(frozen=True, slots=True)
class Planned:
    """A run of the plan. `schools`: (place in the list of schools, students)."""

    course: dict[str, Any]
    run: PlannedRun
    schools: tuple[tuple[int, int], ...]


def read_plan(file: Path) -> dict[str, Any]:
    """The plan as it stands. Raises NotFound."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise NotFound(N_("The sample data is not in {folder}. Install Cordée again."), folder=file.parent) from None


def slice_of(plan: dict[str, Any], only: Collection[str]) -> dict[str, Any]:
    """The plan of these courses alone: what is said of the whole programme in proportion, its money not at all.

    Raises NotFound for a course that is not in it.
    """
    courses = [course for course in plan["courses"] if course["id"] in only]
    held = {course["id"] for course in courses}
    for id_ in only:
        if id_ not in held:
            raise NotFound(
                N_("The programme has no course {id}. There are: {all}."),
                id=id_,
                all=", ".join(course["id"] for course in plan["courses"]),
            )
    share = len(courses) / len(plan["courses"])
    figures = plan["figures"]
    return plan | {
        "courses": courses,
        "figures": figures | {name: round(figures[name] * share) for name in ("teachers", "other_students")},
        "companies": [one for one in plan["companies"] if held >= set(one["courses"])],
        "milestones": [one for one in plan["milestones"] if one.get("course", "") in {"", *held}],
        "testimonials": [one for one in plan["testimonials"] if one["course"] in held],
        "revenue_2016": {},
    }


def title_of(course: dict[str, Any]) -> str:
    """The title; of an invented one, with the word that says so."""
    invented = INVENTED[language_of(course)] if course.get("invented") else ""
    return f"{course['title']}{invented}"


def language_of(course: dict[str, Any]) -> str:
    return str(course.get("language", "fr"))


def crowd_of(plan: dict[str, Any]) -> Crowd:
    """What people say of themselves. Countries beyond those of the plan are those of the map, by code."""
    profile = plan["profile"]
    countries = dict(profile["country_weights"])
    shapes, points = sorted(outlines()["shapes"]), sorted(outlines()["points"])
    for code in (*shapes, *points):
        if len(countries) >= profile["countries"]:
            break
        if is_country(code) and code not in profile["without"]:
            countries.setdefault(code, profile["others_weight"])
    return Crowd(
        sex=profile["sex"],
        ages=profile["ages"],
        education=profile["education"],
        countries=countries,
        undeclared_percent=profile["undeclared_percent"],
    )


def planned_runs(plan: dict[str, Any], scale: Fraction) -> list[Planned]:
    """Every run in the order of the plan, with 1 enrolment of the plan in 1/`scale`."""
    figures = plan["figures"]
    played = [(course, run) for course in plan["courses"] for run in course["runs"]]
    shares = [run[2] / sum(one[2] for one in course["runs"]) for course, run in played]
    people = [scale * course["enrolments"] * share for (course, _run), share in zip(played, shares, strict=True)]
    learners = rounded(people)

    # Who passes, who comes to the second week, who begins: by the rates of courses, to the sums of the plan.
    passing = _to_sum(
        [float(n) * course["passed"] for n, (course, _run) in zip(people, played, strict=True)],
        float(scale * figures["went_to_the_end"]),
    )
    all_week_two = HUNDRED * float(scale * figures["went_to_the_end"]) / figures["passed_of_week_two_percent"]
    # Of easier weeks fewer come through who began them: the shares of courses differ, their sum does not.
    coming = _to_sum([p * (1 + 0.03 * ((5 * place) % 7 - 3)) for place, p in enumerate(passing)], all_week_two)
    beginning = float(scale * figures["enrolments"]) * figures["started_any_percent"] / HUNDRED
    rest = (beginning - all_week_two) / (float(sum(people)) - all_week_two)
    started = [w + rest * (float(n) - w) for n, w in zip(people, coming, strict=True)]
    passed, week_two, started_any = map(rounded, (passing, coming, started))
    assiduous = rounded([p + figures_share(plan) * (w - p) for p, w in zip(passing, coming, strict=True)])
    only = rounded([figures["first_quiz_only"] * (s - w) for s, w in zip(started, coming, strict=True)])
    own = rounded([scale * course["own"] * share for (course, _run), share in zip(played, shares, strict=True)])
    companies = _companies(plan, played, shares, scale)
    surveyed = rounded(
        [
            scale * course["surveyed"] * share if "surveyed" in course else n * figures["surveyed_percent"] / HUNDRED
            for (course, _run), share, n in zip(played, shares, people, strict=True)
        ]
    )
    found = []
    for place, (course, (host, opens, _weight)) in enumerate(played):
        n = learners[place]
        w = min(week_two[place], n)
        s = min(max(started_any[place], w), n)
        a = min(assiduous[place], w)
        schools = _schools(course, min(own[place], n))
        names = plan["names"]["schools"]
        cohorts = [(names[school], size) for school, size in schools if size]
        cohorts += [(COMPANY.format(name), size) for name, size in companies[place] if size]
        found.append(
            Planned(
                course,
                PlannedRun(
                    key=key_of(course, host, opens),
                    title=title_of(course),
                    subject=f"{ORGANISATION}+{course['id'].upper()}",
                    host=host,
                    language=language_of(course),
                    opens=opens,
                    modules=course["weeks"],
                    hours_a_week=course["hours"],
                    learners=n,
                    started_any=s,
                    first_quiz_only=min(only[place], s - w),
                    week_two=w,
                    assiduous=a,
                    passed=min(passed[place], a),
                    attested=host != UNATTESTED,
                    surveyed=min(surveyed[place], n),
                    beginners=round(min(surveyed[place], n) * course["beginners"] / HUNDRED),
                    extracted_at=dt.datetime.combine(plan["extracted"][host], dt.time(), dt.UTC),
                    cohorts=tuple(cohorts),
                ),
                tuple(schools),
            )
        )
    return found


def key_of(course: dict[str, Any], host: str, opens: dt.date) -> str:
    """As the host would write it, e.g. "course-v1:Ingenia+ABC-DU-C+2016_T3"."""
    term = (opens.month - 1) // MONTHS_OF_A_TERM + 1
    organisation = ORGANISATION + ("X" if host == "edX" else "")
    return f"course-v1:{organisation}+{course['id'].upper()}+{opens.year}_T{term}"


def rounded(values: Iterable[float | Fraction]) -> list[int]:
    """Whole numbers whose sums, from the first on, are never more than a half away from those of `values`."""
    found, exact, whole = [], Fraction(0), 0
    for value in values:
        exact += Fraction(value)
        found.append(round(exact) - whole)
        whole += found[-1]
    return found


def figures_share(plan: dict[str, Any]) -> float:
    """Of those of the second week who do not pass, the share who hand in its quiz."""
    wanted = plan["figures"]["assiduous_of_week_two"]
    passed = plan["figures"]["passed_of_week_two_percent"] / HUNDRED
    return float((wanted - passed) / (1 - passed))


def _to_sum(values: Sequence[float], wanted: float) -> list[float]:
    whole = sum(values)
    return [value * wanted / whole for value in values]


def _schools(course: dict[str, Any], own: int) -> list[tuple[int, int]]:
    """Own students of a run by school."""
    places = course.get("used_by") or course.get("flipped_at") or course["by"]
    return [*zip(places, rounded([Fraction(own, len(places))] * len(places)), strict=True)]


def _companies(
    plan: dict[str, Any], played: Sequence[tuple[dict[str, Any], Any]], shares: Sequence[float], scale: Fraction
) -> list[list[tuple[str, int]]]:
    """Of each run, the people of each company: shared out over the runs of its courses."""
    found: list[list[tuple[str, int]]] = [[] for _run in played]
    for company in plan["companies"]:
        weights = [
            share if course["id"] in company["courses"] else 0.0
            for (course, _run), share in zip(played, shares, strict=True)
        ]
        sizes = rounded([company["people"] * scale * Fraction(one / sum(weights)) for one in weights])
        for place, size in enumerate(sizes):
            found[place].append((company["sector"][0], size))
    return found
