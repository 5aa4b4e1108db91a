"""Do figures count what their rows say, and does the margin tell what does not add up?"""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path

import duckdb
import pytest

from cordee.bilan.figures import Amount
from cordee.bilan.figures.ambitions import outcomes
from cordee.bilan.figures.part import Part
from cordee.bilan.figures.reviewing import Review, review
from cordee.bilan.folder.reading import read_folder
from cordee.bilan.open_data import write_open_data
from cordee.bilan.period import Period
from cordee.bilan.programme import Company, Course, Programme, Revenue, Run, Share, Total
from cordee.bilan.report import report_of
from cordee.bilan.tests.make import DEMO, margin, programme, reviewed, run, total
from cordee.bilan.wording import sentence_of
from cordee.core.errors import InputRefused, NotFound


def test_rates_are_of_all_learners_together_and_as_the_mean_of_courses() -> None:
    book = reviewed(period="2015-2016").book
    assert book.value("enrolments") == 1300
    assert book.value("passed_percent") == pytest.approx(100 * 260 / 1300)
    assert book.value("passed_percent_mean_of_courses") == pytest.approx((100 * 110 / 800 + 100 * 150 / 500) / 2)
    assert book.value("passed_of_assiduous_percent") == pytest.approx(100 * 260 / 390)
    assert any("both are right" in sentence for sentence in margin(reviewed(period="2015-2016")))


def test_a_run_counts_in_the_period_in_which_it_opens() -> None:
    book = reviewed(period="2016").book
    assert (book.value("runs"), book.value("enrolments")) == (2, 1000)
    assert "Runs that opened outside this period, and are not counted: {count}." in margin(reviewed())
    autumn = reviewed(period="2016-09..2016-12").book
    assert (autumn.value("runs"), autumn.value("courses")) == (1, 1)


def test_the_period_before_is_compared_where_something_is_known_of_it() -> None:
    changes = {one.key: (one.before, one.now) for one in reviewed(period="2016").changes}
    assert changes["runs"] == (1, 2)
    assert changes["enrolments"] == (300, 1000)
    assert all(one.before is None for one in reviewed(period="2015").changes)


def test_a_period_without_runs_says_so_and_builds() -> None:
    empty = reviewed(period="2030")
    assert "No run of this period is in the folder." in margin(empty)
    assert empty.book.value("enrolments") is None
    assert report_of(empty, "fr").chapters


def test_a_run_without_a_date_is_counted_and_named() -> None:
    undated = dataclasses.replace(run("a", "FUN", "2016", 10, 5, 4, 3), opens="")
    found = reviewed(programme(runs=(undated,)))
    assert found.book.value("enrolments") == 10
    assert "Runs without a date, counted in this period: {count}." in margin(found)


def test_a_run_without_a_date_is_counted_in_the_whole_programme_only_and_the_margin_names_what_is_left_out() -> None:
    undated = dataclasses.replace(run("b", "edX", "2016", 1800, 900, 500, 300, line=5), opens="")
    held = programme(runs=(*programme().runs, undated))
    assert reviewed(held, period="2015-2016").book.value("enrolments") == 1300 + 1800
    for period, people in (("2015", 300), ("2016", 1000)):
        found = reviewed(held, period=period)
        assert found.book.value("enrolments") == people
        (said,) = [one.words for one in found.book.remarks() if "without a date" in one.sentence]
        assert (said["people"], said["titles"]) == (Amount(1800, "people"), "Bravo – edX")
    changes = {one.key: (one.before, one.now) for one in reviewed(held, period="2016").changes}
    assert (changes["runs"], changes["enrolments"]) == ((1, 2), (300, 1000))


def test_a_declared_total_stands_where_the_rows_are_fewer_and_the_margin_says_how_many_are_missing() -> None:
    found = reviewed(programme(totals=(total("enrolments", 5000),)))
    figure = found.book.get("enrolments")
    assert figure is not None
    assert (figure.value, figure.how) == (5000, "declared")
    (remark,) = [one for one in found.book.remarks() if "missing" in one.sentence and one.about == ("enrolments",)]
    assert [getattr(word, "value", None) for name, word in remark.words.items() if name != "title"] == [
        5000,
        1000,
        4000,
    ]


def test_a_total_smaller_than_its_parts_gives_way_to_them() -> None:
    found = reviewed(programme(totals=(total("enrolments", 10),)))
    assert found.book.value("enrolments") == 1000
    assert any("less than the {counted} of its parts" in sentence for sentence in margin(found))


def test_a_total_of_another_period_is_not_shown() -> None:
    found = reviewed(programme(totals=(total("countries", 99, "2013-2015"),)))
    assert found.book.value("countries") == 2
    assert "Declared totals of another period, not shown: {count}." in margin(found)


def test_what_is_declared_of_one_year_is_not_taken_for_the_whole_period() -> None:
    totals = (total("teachers", 9, "2016"), total("revenue_keur", 160, "2016"))
    profile = (Share(trait="sex", group="f", percent=40, period="2016"), Share(trait="sex", group="f", percent=30))
    found = reviewed(programme(totals=totals, profile=profile), period="2015-2016")
    assert found.book.value("teachers") == 1  # who is named in the credits
    assert found.book.value("revenue_stated:2016") == 160  # money is compared year by year
    assert found.book.value("sex:f") == 30


def test_a_period_inside_years_says_that_money_is_of_whole_calendar_years_and_which() -> None:
    revenue = tuple(Revenue(year=year, kind="partnerships", keur=60) for year in (2014, 2015, 2016))
    totals = (total("revenue_keur", 70, "2015"), total("revenue_keur", 80, "2016"), total("revenue_keur", 90, "2014"))
    found = reviewed(programme(revenue=revenue, totals=totals), period="2015-09..2016-08")
    said = {one.chapter: one.words["years"] for one in found.book.remarks() if "calendar year" in one.sentence}
    assert said == {"money": "2015, 2016", "use": "2016"}
    stated = [found.book.value(f"revenue_stated:{year}") for year in (2014, 2015, 2016)]
    assert stated == [None, 70, 80]  # of both years alike
    whole = reviewed(programme(revenue=revenue, totals=totals), period="2015-2016")
    assert not any("calendar year" in one for one in margin(whole))


@pytest.mark.parametrize(("shares", "said"), [((25, 75), False), ((25, 74), True), ((25.04, 75), False)])
def test_shares_that_do_not_add_up_to_a_hundred_are_said(shares: tuple[float, float], said: bool) -> None:
    profile = tuple(Share(trait="sex", group=group, percent=share) for group, share in zip("fm", shares, strict=True))
    assert any("add up to" in one for one in margin(reviewed(programme(profile=profile)))) is said


@pytest.mark.parametrize(("shares", "said"), [((40, 75), "cannot be"), ((25.8, 75), "rounded"), ((20, 75), "rounded")])
def test_shares_that_add_up_to_more_than_all_are_said_to_be_impossible(shares: tuple[float, float], said: str) -> None:
    profile = tuple(Share(trait="sex", group=group, percent=share) for group, share in zip("fm", shares, strict=True))
    (sentence,) = [one for one in margin(reviewed(programme(profile=profile))) if "add up to {total}" in one]
    assert said in sentence
    assert ("rounded" in sentence) is (said == "rounded")


def test_each_figure_names_the_source_of_its_own_rows() -> None:
    profile = (Share(trait="country", group="FR", people=6000, source="enquête", extracted_on="2016-12", line=4),)
    book = reviewed(programme(profile=profile), period="2015-2016").book
    told = {one.key: (one.source, one.extracted_on) for one in book}
    assert told["enrolments"] == told["passed_percent_mean_of_courses"] == ("relevé", "2017-01-15")
    assert told["countries"] == ("enquête", "2016-12")
    assert told["teachers"] == ("credits.csv", "")  # a credit names no source
    assert told["courses_a_year"] == ("courses.csv", "")
    assert {one.key for one in book if one.value is not None and not (one.source and one.rows)} == set()


def test_a_stated_revenue_that_is_not_the_sum_of_its_items_is_said_with_the_item_that_explains_it() -> None:
    assert not any("Revenue" in one for one in margin(reviewed(programme(totals=(total("revenue_keur", 100),)))))
    twice = reviewed(programme(totals=(total("revenue_keur", 160),)))
    assert any("counted twice" in one for one in margin(twice))
    left_out = reviewed(programme(totals=(total("revenue_keur", 60),)))
    assert any("left out of the total" in one for one in margin(left_out))


def test_money_of_a_course_is_its_cost_against_its_revenue() -> None:
    book = reviewed().book
    names = ("person_years", "cost_keur", "revenue_keur", "balance_keur")
    assert [book.value(f"course.a.{name}") for name in names] == [0.4, 30, 40, 10]
    assert [book.value(f"course.~.{name}") for name in names] == [None, None, 60, None]
    assert [book.value(f"money.{name}") for name in names] == [0.4, 30, 100, 70]
    assert (book.value("cost:total"), book.value("cost:support"), book.value("revenue:2016")) == (0.8, 0.3, 100)


def test_a_part_holds_its_courses_under_the_name_that_a_school_has_today() -> None:
    found = reviewed(part=Part(school="École du Lac"))
    assert [course.id for course in found.programme.courses] == ["a"]
    assert found.book.value("enrolments") == 500
    assert reviewed(part=Part(school="École des Cimes")).book.value("enrolments") == 500
    assert any("about a part of it" in one for one in margin(found))
    assert [course.id for course in reviewed(part=Part(category="sci")).programme.courses] == ["b"]
    with pytest.raises(NotFound, match="École du Col"):
        reviewed(part=Part(school="École de Nulle Part"))


def test_people_of_a_company_that_took_courses_of_other_schools_too_are_not_given_to_one() -> None:
    both, own = Company(people=70, courses=("a", "b"), line=2), Company(people=5, courses=("a",), line=3)
    held = programme(companies=(both, own, Company(people=9, courses=("b",), line=4)))
    assert reviewed(held).book.value("company_people") == 84
    lake = reviewed(held, part=Part(school="École du Lac"))
    assert (lake.book.value("companies"), lake.book.value("company_people")) == (2, 5)
    assert [one.courses for one in lake.programme.companies] == [("a",), ("a",)]
    (said,) = [one for one in lake.book.remarks() if "cannot be split" in one.sentence]
    assert (said.chapter, said.words) == ("use", {"count": Amount(1), "people": Amount(70, "people")})
    alone = reviewed(programme(companies=(both,)), part=Part(category="sci"))
    assert alone.book.value("company_people") is None  # not known, which is not 0


def test_a_school_that_was_renamed_is_counted_once_and_said() -> None:
    assert reviewed().book.value("using_schools") == 1
    assert "{name} is counted as {now}, which it is today." in margin(reviewed())


def test_targets_are_held_against_what_became_of_them() -> None:
    found = reviewed()
    assert [(one.name, one.verdict) for one in outcomes(found.programme, found.book)] == [
        ("new_courses_a_year", "reached"),
        ("languages", "reached"),
        ("several_hosts", "reached"),
    ]
    silent = reviewed(programme(courses=(Course(id="a", title="Alpha"),), runs=()))
    assert outcomes(silent.programme, silent.book)[1].verdict == "unknown"


def test_a_course_without_numbers_has_a_line_without_numbers() -> None:
    found = reviewed(programme(runs=(Run(course="a", host="FUN", opens="2016", passed_percent=17),)))
    numbers = {one.key: one.value for one in found.book.begins("course.a.")}
    assert numbers == {
        "course.a.runs": 1,
        "course.a.passed_percent": 17,
        **{f"course.a.{name}": value for name, value in (("person_years", 0.4), ("cost_keur", 30))},
        **{f"course.a.{name}": value for name, value in (("revenue_keur", 40), ("balance_keur", 10))},
    }


def test_a_period_is_read_as_people_write_it() -> None:
    assert [str(Period.parse(one)) for one in ("2016", "2013-2016", "2013–2016", "2015-09..2016-08")] == [
        "2016",
        "2013-2016",
        "2013-2016",
        "2015-09-01..2016-08-31",
    ]
    assert str(Period.parse("2013-2016").before()) == "2009-2012"
    assert str(Period.parse("2015-09..2016-08").before()) == "2014-09-01..2015-08-31"
    for wrong in ("", "hier", "2016-2013", "2016-99"):
        with pytest.raises(InputRefused):
            Period.parse(wrong)


def figures_of_open_data(folder: Path, held: Review) -> list[tuple[str, float, float]]:
    """Of each figure with a query over the tables: its key, its value, and what the query gives."""
    write_open_data(folder, held, report_of(held, "en"), str)
    database = duckdb.connect()
    types = {"integer": "BIGINT", "number": "DOUBLE", "string": "VARCHAR", "boolean": "VARCHAR"}
    for resource in json.loads((folder / "datapackage.json").read_text())["resources"]:
        columns = {one["name"]: types[one["type"]] for one in resource["schema"]["fields"]}
        path = str(folder / resource["path"])
        database.from_csv_auto(path, header=True, delimiter=",", quotechar='"', dtype=columns).create(resource["name"])
    with (folder / "figures.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["query"]]
    return [(row["key"], float(row["value"]), float(database.execute(row["query"]).fetchall()[0][0])) for row in rows]


@pytest.mark.parametrize("period", ["2016", "2015-2016"])
def test_the_query_of_a_figure_gives_the_figure_over_the_open_data(tmp_path: Path, period: str) -> None:
    found = figures_of_open_data(tmp_path, reviewed(period=period))
    assert len(found) >= 20
    assert [key for key, value, asked in found if value != pytest.approx(asked)] == []


def test_the_queries_of_the_demo_give_its_figures(tmp_path: Path) -> None:
    held, _faults = read_folder(DEMO)
    found = figures_of_open_data(tmp_path, review(held))
    assert {"revenue:2016", "cost:total", "courses_a_year"} <= {key for key, _value, _asked in found}
    assert [key for key, value, asked in found if value != pytest.approx(asked)] == []


def test_the_open_data_holds_no_word_of_a_learner(tmp_path: Path) -> None:
    held = reviewed()
    write_open_data(tmp_path, held, report_of(held, "fr"), str)
    text = "".join(path.read_text() for path in tmp_path.iterdir())
    assert "Je révise" not in text
    assert "Awa" not in text


@pytest.mark.long
def test_ten_thousand_courses_are_counted_and_shown_in_part() -> None:
    courses = tuple(Course(id=f"c{place}", title=f"Cours {place}", line=place) for place in range(10_000))
    runs = tuple(run(course.id, "FUN", "2016", 10, 5, 4, 3, line=course.line) for course in courses)
    held = Programme(courses=courses, runs=runs, totals=(Total(name="courses", value=3, period="2016", source="x"),))
    found = reviewed(held)
    assert (found.book.value("courses"), found.book.value("enrolments")) == (10_000, 100_000)
    catalogue = next(chapter for chapter in report_of(found, "en").chapters if chapter.id == "catalogue")
    (table,) = [block for block in catalogue.blocks if block.kind == "table"]
    assert len(table.rows) == 300
    assert "9700 rows more" in table.foot


def test_a_share_above_a_hundred_percent_is_left_out_and_the_margin_names_its_rows() -> None:
    impossible = run("b", "edX", "2016-10", 500, 661, 200, 150, line=4)
    one = reviewed(programme(runs=(impossible,)))
    assert one.book.value("started_percent") is None
    assert one.book.value("passed_percent") == 30
    told = [sentence_of(remark, "en") for remark in one.book.remarks()]
    assert any("would be above 100 percent in these rows" in words and "runs.csv:4." in words for words in told)
    possible = run("a", "FUN", "2016-03", 500, 200, 100, 50, line=3)
    assert reviewed(programme(runs=(possible, impossible))).book.value("started_percent") == 40


@pytest.mark.parametrize("part", [Part(school="Nulle Part"), Part(category="x")])
def test_a_part_that_is_none_is_refused_without_an_empty_list(part: Part) -> None:
    bare = programme(about=dataclasses.replace(programme().about, categories=()), credits=())
    with pytest.raises(NotFound, match=r"nor (by )?any other") as refused:
        reviewed(bare, part=part)
    assert "–" not in str(refused.value)
