"""How is a simulated programme made: its store, and the folder of tables beside it?

FOLDER/programme.toml, *.csv     what a programme office would write
FOLDER/world.json                of which plan, seed and scale it is: the same is not made twice
STORE/tables/…                   its runs, as any import leaves them
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from cordee.bilan.folder.writing import write_folder
from cordee.bilan.programme import (
    COST_ROLES,
    MODES,
    About,
    Advice,
    Category,
    Commitment,
    Company,
    Cost,
    Course,
    Credit,
    Host,
    Milestone,
    Programme,
    Revenue,
    Run,
    Targets,
    Testimonial,
    Total,
    Use,
)
from cordee.bilan.world import plan as plans
from cordee.bilan.world.plan import Planned, crowd_of, language_of, planned_runs, read_plan, title_of
from cordee.core.errors import N_, NotAllowed
from cordee.pilot.scopes import Scope
from cordee.pilot.simulated import programme as simulated
from cordee.pilot.small_cells import roll_up
from cordee.pilot.store import Store

MARK: Final = "world.json"
WRITING: Final = 0.8  # of the time
STORE: Final = "pilot"  # how runs.csv names it, beside the folder or in it
OURS: Final = "Alliance Ingénia"
SOURCE: Final = "Simulation"
CATEGORIES: Final = (
    ("net", "Réseaux et télécommunications", "Networks and telecommunications"),
    (
        "eco",
        "Transitions numériques, industrielles, énergétiques et écologiques",
        "Digital, industrial, energy and ecological transitions",
    ),
    ("sci", "Sciences pour l’ingénieur", "Engineering sciences"),
    ("code", "Informatique et programmation", "Computing and programming"),
)
YEARS_OF_OTHERS: Final = (2014, 2015, 2016)


def make_world(
    folder: Path,
    plan_file: Path,
    *,
    store: Path | None = None,
    seed: int = 1,
    scale: Fraction = Fraction(1),
    only: Collection[str] = (),
    moved: Callable[[float], None] = lambda _share: None,
) -> bool:
    """Write the folder and the store's runs (default: `pilot` in the folder), unless they are there.

    `scale`: 1/100 for one enrolment in a hundred; `only`: ids of courses, for a slice of the programme. Returns whether
    anything was made. Raises NotAllowed for a folder that holds something else, InputRefused for such a store, NotFound
    without the plan or for a course that it has not.
    """
    plan = read_plan(plan_file)
    place = store or folder / STORE
    about = {
        "of": _fingerprint(plan_file),
        "seed": seed,
        "scale": str(scale),
        "only": sorted(only),
        "store": os.path.relpath(place, folder),
    }
    if made_of(folder) == about and (place / "store.json").exists():
        return False
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise NotAllowed(N_("{folder} is not empty. Name a new folder."), folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    _note(folder, {})  # ours, and not finished
    planned = planned_runs(plan, scale)
    if only:
        planned = [one for one in planned if one.course["id"] in only]
        plan = plans.slice_of(plan, only)
    kept = Store.make(place)
    simulated.write_programme(
        kept,
        [one.run for one in planned],
        crowd_of(plan),
        seed=seed,
        moved=lambda share: moved(WRITING * share),
    )
    if not only:  # of a few runs, the first reader does not wait long
        roll_up(kept)
    moved(1)
    write_folder(_programme(plan, planned, _beginners(kept, planned), seed=seed, scale=scale), folder)
    _note(folder, about)
    return True


def made_of(folder: Path) -> dict[str, Any]:
    """Of which plan, seed and scale the world in a folder is; empty where there is none that is finished."""
    try:
        found: dict[str, Any] = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _note(folder: Path, about: dict[str, Any]) -> None:
    (folder / MARK).write_text(json.dumps(about) + "\n", encoding="utf-8")


def _fingerprint(plan_file: Path) -> str:
    """Of the plan and of the code that plays it."""
    digest = hashlib.sha256(plan_file.read_bytes())
    for path in (Path(__file__), Path(plans.__file__), Path(simulated.__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _beginners(store: Store, planned: Sequence[Planned]) -> dict[str, tuple[int, float]]:
    """By run: how many answered its survey, and the percent of beginners among them, as the store says."""
    query = (
        "SELECT course, count(*), 100.0 * avg(CASE WHEN answer IN ($1, $2) THEN 1 ELSE 0 END) FROM surveys GROUP BY 1"
    )
    words = [simulated.BEGINNER["fr"][1], simulated.BEGINNER["en"][1]]
    with store.open(Scope(tuple(one.run.key for one in planned))) as database:
        return {str(key): (int(n), float(share)) for key, n, share in database.execute(query, words).fetchall()}


def _programme(
    plan: dict[str, Any],
    planned: Sequence[Planned],
    surveys: dict[str, tuple[int, float]],
    *,
    seed: int,
    scale: Fraction,
) -> Programme:
    courses, figures, money = plan["courses"], plan["figures"], plan["revenue_2016"]
    own: dict[str, int] = defaultdict(int)
    for one in planned:
        own[one.course["id"]] += sum(size for _school, size in one.schools)
    first = {one.course["id"]: one.run.key for one in reversed(planned)}  # of each course, its first run
    return Programme(
        about=_about(plan, seed, scale),
        courses=tuple(_course(one, own[one["id"]]) for one in courses),
        runs=tuple(_run(one, surveys, is_first=first[one.course["id"]] == one.run.key) for one in planned),
        credits=tuple(_credits(plan, seed)),
        totals=(Total(name="revenue_keur", value=money["stated_total"], period="2016", source=SOURCE),)
        if money
        else (),
        timeline=tuple(
            Milestone(
                date=one["date"], event_fr=one["event"][0], event_en=one["event"][1], course=one.get("course", "")
            )
            for one in plan["milestones"]
        ),
        use=(*_own_use(plan, planned), *_other_use(plan, rounded_people(figures["other_students"], scale))),
        companies=tuple(
            Company(
                sector_fr=one["sector"][0],
                sector_en=one["sector"][1],
                need_fr=one["need"][0],
                need_en=one["need"][1],
                courses=tuple(one["courses"]),
                people=rounded_people(one["people"], scale),
                since="2015",
            )
            for one in plan["companies"]
        ),
        costs=tuple(_costs(plan)),
        revenue=tuple(
            Revenue(
                year=2016,
                kind=one["kind"],
                keur=one["keur"],
                partner=one.get("partner", ""),
                course=one.get("course", ""),
                note_fr=one.get("note", ("", ""))[0],
                note_en=one.get("note", ("", ""))[1],
            )
            for one in money.get("items", ())
        ),
        commitments=(Commitment(**money["commitment"], purpose_fr="création de MOOC", purpose_en="creation of MOOCs"),)
        if money
        else (),
        testimonials=tuple(Testimonial(**one, consent=True) for one in plan["testimonials"]),
        advice=tuple(
            Advice(
                name=name,
                low=one["low"],
                high=one.get("high"),
                source_fr=one["source"][0],
                source_en=one["source"][1],
            )
            for name, one in plan["advice"].items()
        ),
        texts={
            (chapter, language): words.strip() + "\n"
            for chapter, by_language in plan["texts"].items()
            for language, words in by_language.items()
        },
    )


def rounded_people(people: int, scale: Fraction) -> int:
    """Somebody, where there was anybody."""
    return max(1, round(people * scale))


def _about(plan: dict[str, Any], seed: int, scale: Fraction) -> About:
    part = {"fr": "", "en": ""}
    if scale != 1:
        part = {
            "fr": f" Une inscription sur {round(1 / scale)} : les nombres de personnes sont d’autant plus petits.",
            "en": f" One enrolment in {round(1 / scale)}: numbers of people are so much smaller.",
        }
    return About(
        name={"fr": OURS, "en": OURS},
        title={"fr": "Quatre ans de cours ouverts", "en": "Four years of open courses"},
        lead={
            "fr": "Qui apprend, ce que les écoles et les entreprises en font, ce que cela coûte et rapporte.",
            "en": "Who learns, what schools and companies make of it, what it costs and what it brings.",
        },
        notice={
            "fr": "Données simulées : personne ici n’existe, et cette alliance non plus. Ses ordres de grandeur et"
            " treize titres sont ceux de « 4 ans de MOOC » (Institut Mines-Télécom, 2017) ; le reste est inventé."
            f" Chaque nombre de personnes est compté sur leurs traces (graine {seed})." + part["fr"],
            "en": "Simulated data: nobody in it exists, nor does this alliance. Its figures and thirteen titles are"
            " those of “4 ans de MOOC” (Institut Mines-Télécom, 2017); all else is invented. Every number of people is"
            f" counted from their traces (seed {seed})." + part["en"],
        },
        estimate={
            "fr": "Cours moyen en français : 4 à 5 semaines, 2 à 5 h par semaine ; création et première session ;"
            " équipe de soutien expérimentée.",
            "en": "A medium course in French: 4 to 5 weeks, 2 to 5 h a week; creation and first run; experienced"
            " support.",
        },
        period=plan["period"],
        licence="CC0",
        source=f"{SOURCE} (graine {seed})",
        prepared_on=plan["prepared_on"],
        targets=Targets(new_courses_a_year=10, languages=("fr", "en"), several_hosts=True),
        hosts=tuple(
            Host(name=name, source=SOURCE, extracted_on=day.isoformat()) for name, day in plan["extracted"].items()
        ),
        categories=tuple(Category(id=id_, fr=fr, en=en) for id_, fr, en in CATEGORIES),
    )


def _course(one: dict[str, Any], own: int) -> Course:
    prize = one.get("prize", ("", ""))
    return Course(
        id=one["id"],
        title=title_of(one),
        language=language_of(one),
        category=one["category"],
        since=min(run[1] for run in one["runs"]).isoformat()[:7],
        kinds=tuple(one.get("kinds", ())),
        certifying=one.get("certifying", False),
        prize_fr=prize[0],
        prize_en=prize[1],
        weeks=one["weeks"],
        hours_a_week=one["hours"],
        minutes_of_video=one["video"],
        own_students=own,
        other_institutions=one.get("other_institutions", False),
        source=SOURCE,
    )


def _run(one: Planned, surveys: dict[str, tuple[int, float]], *, is_first: bool) -> Run:
    answered, beginners = surveys.get(one.run.key, (0, 0.0))
    told = is_first and answered
    return Run(
        course=one.course["id"],
        host=one.run.host,
        opens=one.run.opens.isoformat(),
        store=STORE,
        key=one.run.key,
        beginners_percent=round(beginners, 1) if told else None,
        survey_respondents=answered if told else None,
        tutored=is_first,
    )


def _credits(plan: dict[str, Any], seed: int) -> list[Credit]:
    schools, names = plan["names"]["schools"], plan["names"]
    people = [f"{first} {last}" for first in names["first"] for last in names["last"]]
    random.Random(seed).shuffle(people)  # noqa: S311 - invented people
    teachers = people[: plan["figures"]["teachers"]]
    found = [
        Credit(course="", role="funder", name=one["partner"])
        for one in plan["revenue_2016"].get("items", ())
        if "partner" in one
    ]
    for place, course in enumerate(plan["courses"]):
        found += [Credit(course=course["id"], role="by", name=schools[school]) for school in course["by"]]
        if "content_partner" in course:
            found.append(Credit(course=course["id"], role="content_partner", name=course["content_partner"]))
        found += [
            Credit(course=course["id"], role="teacher", name=name) for name in teachers[place :: len(plan["courses"])]
        ]
    return found


def _own_use(plan: dict[str, Any], planned: Sequence[Planned]) -> list[Use]:
    """Of each year, school and course, the students that were enrolled in its cohorts."""
    people: dict[tuple[int, int, str], int] = defaultdict(int)
    for one in planned:
        for school, size in one.schools:
            people[one.run.opens.year, school, one.course["id"]] += size
    courses = {course["id"]: (place, course) for place, course in enumerate(plan["courses"])}
    found = []
    for (year, school, id_), size in sorted(people.items()):
        place, course = courses[id_]
        mode = "flipped" if "flipped_at" in course else MODES[(place + school) % len(MODES)]
        if size:
            found.append(
                Use(
                    year=year, institution=plan["names"]["schools"][school], own=True, course=id_, mode=mode,
                    people=size, source=SOURCE,
                )
            )  # fmt: skip
    found.append(
        Use(
            year=2016,
            institution=plan["names"]["schools"][5],
            own=True,
            outside_course="Gestion de projet (titre inventé)",
            outside_by=plan["names"]["others"][3],
            mode="bonus",
            source=SOURCE,
        )
    )
    return found


def _other_use(plan: dict[str, Any], people: int) -> list[Use]:
    """Students of other institutions, shared out over the courses that these use."""
    used = [course["id"] for course in plan["courses"] if course.get("other_institutions")]
    others = plan["names"]["others"]
    rows = [
        (year, others[(place + year) % len(others)], id_) for place, id_ in enumerate(used) for year in YEARS_OF_OTHERS
    ]
    sizes = plans.rounded([Fraction(people, len(rows))] * len(rows))
    return [
        Use(year=year, institution=other, own=False, course=id_, people=size, source=SOURCE)
        for (year, other, id_), size in zip(rows, sizes, strict=True)
        if size
    ]


def _costs(plan: dict[str, Any]) -> list[Cost]:
    """The estimate of a typical course, and what each course took: longer ones more."""
    estimate = plan["cost_of_one_course"]
    found = [Cost(role=role, person_years=estimate[role], declared=False) for role in COST_ROLES]
    for place, course in enumerate(plan["courses"]):
        took = course["weeks"] / 4.5 * (0.85 + 0.05 * (place * 3 % 7))
        year = min(run[1] for run in course["runs"]).year
        for role in COST_ROLES:
            years = round(estimate[role] * took, 2)
            keur = round(years * plan["keur_a_person_year"], 1)
            found.append(Cost(course=course["id"], role=role, person_years=years, declared=True, keur=keur, year=year))
    return found
