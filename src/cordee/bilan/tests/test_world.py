"""Does the simulated programme give back the published figures, by the ordinary indicators over ordinary stores?"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

from cordee.bilan.figures.reviewing import Review, review
from cordee.bilan.folder.reading import read_folder
from cordee.bilan.pages import html_of
from cordee.bilan.programme import CHAPTERS
from cordee.bilan.report import report_of
from cordee.bilan.world.making import made_of, make_world
from cordee.bilan.world.plan import planned_runs, read_plan, rounded
from cordee.core.errors import NotAllowed, NotFound
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import answer
from cordee.pilot.store import Store

ROOT: Final = Path(__file__).parents[4]
PLAN: Final = ROOT / "demo" / "world" / "imt.toml"
PUBLISHED: Final = tomllib.loads((Path(__file__).parent / "data" / "imt_2017.toml").read_text(encoding="utf-8"))
PAGE: Final = (ROOT / "docs" / "bilan" / "world.md").read_text(encoding="utf-8")
ROW: Final = re.compile(r"^\| `([^`]+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+|–) \|", re.MULTILINE)
TOLERANCES: Final = {key: (float(value), float(full), small) for key, value, full, small in ROW.findall(PAGE)}
PEOPLE: Final = {"enrolments", "went_to_the_end", "own_students", "other_students", "company_people"}
SMALL: Final = Fraction(1, 100)


def published() -> dict[str, float]:
    """The figures of imt_2017.toml by the keys of a report."""
    totals, rates, profile = PUBLISHED["totals"], PUBLISHED["rates"], PUBLISHED["profile"]
    cost, money = PUBLISHED["cost_of_one_course"], PUBLISHED["revenue_2016_keur"]
    items = ("calls_for_projects", "certification", "continuing_education", "partnerships", "foundation")
    return {
        **{name: totals[name] for name in ("courses", "runs", "enrolments", "countries", "went_to_the_end")},
        "hosts": len(totals["hosts"]),
        "passed_percent": round(100 * totals["went_to_the_end"] / totals["enrolments"], 1),
        **{name: rates[name] for name in rates},
        "teachers": totals["teachers_involved"],
        "own_students": totals["enrolments_made_by_own_schools"],
        "other_students": totals["students_of_other_institutions"],
        "company_people": sum(one["people"] for one in PUBLISHED["companies"]),
        "sex:f": profile["sex_percent"]["women"],
        "sex:m": profile["sex_percent"]["men"],
        **{f"age:{name}": value for name, value in profile["age_percent"].items()},
        **{f"education:{name}": value for name, value in profile["education_percent"].items()},
        "country:undeclared": profile["country"]["undeclared_percent_on_fun"],
        "cost:support": cost["support"],
        "cost:total": cost["total"],
        "revenue:2016": sum(money[name] for name in items),
        "revenue_stated:2016": money["stated_total"],
        "commitment:1": 10_000,
    }


def reviewed(folder: Path) -> Review:
    programme, faults = read_folder(folder)
    assert not faults
    return review(programme, stores=folder, faults=faults)


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return [dict(row) for row in answer(name, Store(folder / "pilot")).rows]


def digests(folder: Path) -> dict[str, str]:
    """Of every file that the world is made of: tables, receipts, and the programme's own."""
    files = [
        *folder.glob("*.*"),
        *(folder / "pilot" / "tables").rglob("*.*"),
        *(folder / "pilot" / "sources").glob("*"),
    ]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()
    }


def test_the_page_names_each_published_figure_with_its_value() -> None:
    assert {key: value for key, (value, _full, _small) in TOLERANCES.items()} == published()


@pytest.fixture(scope="module")
def hundredth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "programme"
    assert make_world(folder, PLAN, scale=SMALL)
    return folder


@pytest.mark.long
def test_a_world_of_a_hundredth_gives_each_figure_back(hundredth: Path) -> None:
    book = reviewed(hundredth).book
    found = {key: book.value(key) for key in TOLERANCES}
    wrong = {}
    for key, (value, _full, within) in TOLERANCES.items():
        wanted = value * float(SMALL) if key in PEOPLE else value
        if within != "–" and abs((found[key] or 0) - wanted) > float(within):
            wrong[key] = (found[key], wanted)
    assert not wrong
    figure = book.get("enrolments")
    assert figure is not None
    assert figure.how == "computed"


@pytest.mark.slow
def test_the_whole_world_gives_each_figure_back(tmp_path: Path) -> None:
    folder = tmp_path / "programme"
    make_world(folder, PLAN)
    book = reviewed(folder).book
    wrong = {
        key: (book.value(key), value)
        for key, (value, within, _small) in TOLERANCES.items()
        if abs((book.value(key) or 0) - value) > within + 1e-9
    }
    assert not wrong
    courses = {str(row["subject"]): row for row in rows(folder, "courses")}
    by_title = {one["title"]: one for one in PUBLISHED["courses"]}
    assert courses["Ingenia+FABRICATION-NUMERIQUE"]["enrolled"] == by_title["La fabrication numérique"]["enrolments"]
    impact = by_title["ImpAct de la décision sur la santé et la sécurité au travail"]
    assert courses["Ingenia+IMPACT"]["enrolled"] == impact["enrolments"]
    (run,) = [row for row in rows(folder, "runs") if "IMPACT" in str(row["course"])]
    cohorts = answer("cohorts", Store(folder / "pilot"), Scope((str(run["course"]),))).rows
    own = [row for row in cohorts if row["cohort"]]
    assert sum(int(row["n"] or 0) for row in own) == impact["own_students"]
    first = by_title["ABC du langage C"]["first_run"]
    assert abs(float(courses["Ingenia+ABC-DU-C"]["passed_percent"]) - first["passed_percent"]) <= 0.5
    programme, _faults = read_folder(folder)
    (told,) = [one for one in programme.runs if one.course == "abc-du-c"]
    assert told.survey_respondents == first["survey_respondents"]
    assert abs((told.beginners_percent or 0) - first["beginners_percent"]) <= 0.5
    whole = [row for row in rows(folder, "countries") if row["host"] == ""]
    assert [
        row["class"] for row in whole if row["above"] == max(PUBLISHED["profile"]["country"]["map_classes_above"])
    ] == ["FR"]


@pytest.mark.long
def test_the_folder_says_what_the_store_does(hundredth: Path) -> None:
    programme, _faults = read_folder(hundredth)
    with Store(hundredth / "pilot").open() as database:
        in_cohorts = dict(
            database.execute(
                "SELECT starts_with(cohort, 'Entreprise'), count(*) FROM learners WHERE cohort <> '' GROUP BY 1"
            ).fetchall()
        )
    assert in_cohorts[False] == sum(use.people or 0 for use in programme.use if use.own and use.course)
    assert in_cohorts[False] == sum(course.own_students or 0 for course in programme.courses)
    assert abs(in_cohorts[True] - sum(one.people or 0 for one in programme.companies)) <= len(programme.companies)


@pytest.mark.long
def test_grades_come_from_what_was_handed_in_and_decide_who_passed(hundredth: Path) -> None:
    with Store(hundredth / "pilot").open() as database:
        (differing,) = database.execute(
            """
            WITH best AS (
                SELECT course, actor, activity, max(earned) AS earned FROM submissions
                JOIN structure USING (course, activity) WHERE graded GROUP BY ALL),
            possible AS (SELECT course, 5 * count(*) AS points FROM structure WHERE graded GROUP BY course),
            reckoned AS (
                SELECT course, actor, 100 * sum(earned) / any_value(points) AS grade
                FROM best JOIN possible USING (course) GROUP BY course, actor)
            SELECT count(*) FROM grades LEFT JOIN reckoned USING (course, actor)
            WHERE abs(grades.grade - coalesce(reckoned.grade, 0)) > 0.006 OR grades.passed <> (grades.grade >= 60)"""
        ).fetchall()[0]
        (early,) = database.execute(
            "SELECT count(*) FROM events JOIN enrolments USING (course, actor) WHERE happened_at < enrolled_at"
        ).fetchall()[0]
    assert (differing, early) == (0, 0)


def test_another_seed_gives_other_people_and_the_same_programme(tmp_path: Path) -> None:
    for seed in (1, 2):
        make_world(tmp_path / str(seed), PLAN, seed=seed, scale=Fraction(1, 4), only=("impact",))
    one, other = rows(tmp_path / "1", "funnel")[0], rows(tmp_path / "2", "funnel")[0]
    same = ("enrolled", "started_any", "week_two", "passed")
    assert [one[name] for name in same] == [other[name] for name in same]
    actors = []
    for name in ("1", "2"):
        with Store(tmp_path / name / "pilot").open() as database:
            actors.append({actor for (actor,) in database.execute("SELECT actor FROM learners").fetchall()})
    assert not actors[0] & actors[1]
    assert (tmp_path / "1" / "runs.csv").read_text("utf-8").count("\n") == 2


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_world(tmp_path / "one", PLAN, only=("impact", "eau"))
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    make_world(tmp_path / "other", PLAN, only=("impact", "eau"))
    assert digests(tmp_path / "one") == digests(tmp_path / "other")


def test_what_was_made_is_kept_and_another_seed_takes_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "programme"
    assert make_world(folder, PLAN, scale=Fraction(1, 10), only=("impact",))
    assert not make_world(folder, PLAN, scale=Fraction(1, 10), only=("impact",))
    assert make_world(folder, PLAN, scale=Fraction(1, 20), only=("impact",), seed=3)
    assert made_of(folder)["seed"] == 3
    assert [row["enrolled"] for row in rows(folder, "runs")] == [65]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(NotAllowed, match="not empty"):
        make_world(tmp_path, PLAN)
    with pytest.raises(NotFound, match="has no course nothing"):
        make_world(tmp_path / "new", PLAN, only=("nothing",))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["mine.txt"]


def test_a_report_on_simulated_people_says_so(tmp_path: Path) -> None:
    make_world(tmp_path / "programme", PLAN, scale=Fraction(1, 4), only=("impact",))
    told = reviewed(tmp_path / "programme")
    for language, words in (("fr", "Données simulées"), ("en", "Simulated data")):
        report = report_of(told, language)
        assert report.mark == words
        assert f">{words}</p>" in html_of(report)


@pytest.mark.parametrize("scale", [Fraction(1), Fraction(1, 7), Fraction(1, 100), Fraction(1, 1000)])
def test_in_each_run_fewer_get_further_and_the_sums_are_those_of_the_plan(scale: Fraction) -> None:
    runs = [one.run for one in planned_runs(read_plan(PLAN), scale)]
    assert all(
        run.passed
        <= run.assiduous
        <= run.week_two
        <= run.week_two + run.first_quiz_only
        <= run.started_any
        <= run.learners
        for run in runs
    )
    assert abs(sum(run.learners for run in runs) - 340_000 * scale) <= 1
    assert len({run.key for run in runs}) == PUBLISHED["totals"]["runs"]


def test_titles_that_nobody_published_say_that_they_are_invented() -> None:
    plan = read_plan(PLAN)
    known = {one["title"].replace("'", "’") for one in PUBLISHED["courses"]}
    titles = {one.course["title"]: one.run.title for one in planned_runs(plan, Fraction(1))}
    assert known <= titles.keys()
    assert {title for title, shown in titles.items() if shown == title} == known


def test_what_is_rounded_is_the_sum_so_far() -> None:
    assert rounded([0.5, 0.5, 0.4, 0.6]) == [0, 1, 0, 1]
    assert sum(rounded([Fraction(1, 3)] * 30)) == 10


def test_each_part_has_a_text_in_both_languages_that_says_that_it_is_simulated_and_holds_no_number() -> None:
    texts = read_plan(PLAN)["texts"]
    assert set(texts) == set(CHAPTERS)
    for by_language in texts.values():
        assert set(by_language) == {"fr", "en"}
        for words, said in zip(
            (by_language["fr"], by_language["en"]), ("*Texte simulé", "*Simulated text"), strict=True
        ):
            assert words.startswith(said)
            assert not re.search(r"\d", words)
            assert len(words.split("\n\n")) >= 2
