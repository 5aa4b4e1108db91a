"""Does every number of a table's row lead to its source, and do totals and balances say what adds up?"""

from __future__ import annotations

import dataclasses
import html
import re
from pathlib import Path

import pytest
from django.utils import translation

from cordee.bilan.document import Table
from cordee.bilan.figures import in_key
from cordee.bilan.figures.reviewing import Review
from cordee.bilan.pages import html_of
from cordee.bilan.programme import About, Category, Commitment, Cost, Course, Programme, Revenue, Use
from cordee.bilan.report import report_of
from cordee.bilan.tests.make import NBSP, margin, programme, reviewed, run
from cordee.bilan.tests.test_figures import figures_of_open_data
from cordee.bilan.wording import sentence_of

STRANGE = 'l\'été "1".~2/é &'  # an id that people may write


def table_called(held: Review, title: str, language: str = "en") -> Table:
    blocks = [block for chapter in report_of(held, language).chapters for block in chapter.blocks]
    (found,) = [block for block in blocks if isinstance(block, Table) and block.title == title]
    return found


def test_each_number_of_the_catalogue_the_categories_and_the_money_opens_its_rows_and_its_query() -> None:
    page = html_of(report_of(reviewed(period="2015-2016"), "en"))
    for key, shown, place in (
        ("course.a.runs", "2", "runs.csv:2"),
        ("course.a.enrolments", "800", "runs.csv:3"),
        ("course.b.passed_percent", "30%", "runs.csv:4"),
        ("category.net.enrolments", "800", "runs.csv:2"),
        ("item.2016.partnerships.Un.~.1.keur", "€60k", "revenue.csv:2"),
        ("course.a.balance_keur", "€10k", "costs.csv:4"),
        ("year.2016.revenue_keur", "€100k", "revenue.csv:3"),
    ):
        assert f'<a class="r-figure" href="#f-{key}">{shown}</a>' in page, key
        (held,) = [one for one in page.split("<details") if f'id="f-{key}"' in one]
        assert place in held
        assert "SELECT " in held
    (course,) = [one for one in html.unescape(page).split("<details") if 'id="f-course.a.runs"' in one]
    assert "-- Enrolled\nSELECT sum(enrolments) FROM runs WHERE course = 'a'" in course
    assert "relevé" in course


def test_each_number_of_use_and_of_innovations_opens_its_rows_and_its_query(tmp_path: Path) -> None:
    courses = (
        Course(id="a", title="Alpha", kinds=("codecast", "quest"), line=2),
        Course(id="b", title="Bravo", kinds=("quest",), own_students=70, line=3),
    )
    runs = (
        dataclasses.replace(programme().runs[1], beginners_percent=33, survey_respondents=20),
        programme().runs[2],
    )
    use = (
        *programme().use,
        Use(year=2016, institution="X", own=True, course="b", line=4),
        Use(year=2016, institution="X", own=True, outside_course="Zed", outside_by="Y", people=4, line=5),
    )
    held = reviewed(programme(courses=courses, runs=runs, use=use))
    expected = {
        "use.a.people": 30,
        "use.b.people": 70,
        "use.Zed~20~2F~20Y.people": 4,
        "uses.2016.flipped": 1,
        "uses.2016.~": 2,
        "company.~C3~A9nergie.1.people": 5,
        "survey.a.2016-03.1.beginners_percent": 33,
        "survey.a.2016-03.1.survey_respondents": 20,
        "kind.codecast.passed_percent": 10,
        "kind.quest.passed_percent": 20,
    }
    found = {key: (value, asked) for key, value, asked in figures_of_open_data(tmp_path, held)}
    assert {key: found[key] for key in expected} == {key: (value, value) for key, value in expected.items()}
    page = html_of(report_of(held, "en"))
    for key in expected:
        assert f'href="#f-{key}"' in page
        assert f'id="f-{key}"' in page


def test_every_number_of_these_tables_that_is_known_is_a_link(tmp_path: Path) -> None:
    held = reviewed(period="2015-2016")
    tables = ("Networks", "Sciences", "By category", "Item by item")
    for title in (*tables, "Cost against revenue, by year", "Cost against revenue, by course"):
        table = table_called(held, title)
        numbers = [
            cell for row in (*table.rows, table.total) for cell in row if cell.number and cell.text not in {"", "–"}
        ]
        assert numbers, title
        assert all(held.book.get(cell.key) for cell in numbers), title


@pytest.mark.parametrize("id_", [STRANGE, "a b", "a.b", "~"])
def test_whatever_an_id_holds_its_figures_have_their_place_and_their_query(tmp_path: Path, id_: str) -> None:
    one = Course(id=id_, title="T", category=id_, line=2)
    about = About(categories=(Category(id=id_, fr="C", en="C"),))
    runs = (run(id_, "FUN", "2016", 10, 5, 4, 3, line=2),)
    costs = (Cost(course=id_, role="video", person_years=1, keur=2, declared=True, year=2016, line=2),)
    revenue = (Revenue(year=2016, kind="other", keur=5, partner=id_, course=id_, line=2),) * 2
    held = reviewed(Programme(about=about, courses=(one,), runs=runs, costs=costs, revenue=revenue))
    found = figures_of_open_data(tmp_path, held)
    assert {f"course.{in_key(id_)}.runs", f"category.{in_key(id_)}.runs"} <= {key for key, _value, _asked in found}
    assert [key for key, value, asked in found if value != pytest.approx(asked)] == []
    page = html_of(report_of(held, "fr"))
    ids = re.findall(r' id="([^"]+)"', page)
    assert set(re.findall(r'href="#(f-[^"]+)"', page)) <= set(ids)
    assert len(ids) == len(set(ids))
    assert not any(re.search(r"[\s%]", one) for one in ids)


def test_two_courses_with_one_id_are_counted_once() -> None:
    twice = (*programme().courses, Course(id="a", title="Again", line=9))
    held = reviewed(programme(courses=twice))
    assert held.book.value("course.a.enrolments") == 500
    assert report_of(held, "fr").chapters


def test_a_category_counts_declared_courses_and_courses_of_no_category_have_a_line(tmp_path: Path) -> None:
    courses = (
        *programme().courses,
        Course(id="c", title="Lost runs", category="net", enrolments=70, line=4),
        Course(id="d", title="Loose", category="nowhere", enrolments=5, line=5),
    )
    held = reviewed(programme(courses=courses))
    assert [held.book.value(f"category.{id_}.enrolments") for id_ in ("net", "sci", "~")] == [570, 500, 5]
    figure = held.book.get("category.net.enrolments")
    assert figure is not None
    assert figure.rows == ("runs.csv:3", "courses.csv:4")
    found = {key: asked for key, _value, asked in figures_of_open_data(tmp_path, held)}
    assert (found["category.net.enrolments"], found["category.~.enrolments"]) == (570, 5)


def test_thousands_of_courses_have_sources_for_the_rows_that_are_shown_only() -> None:
    courses = tuple(Course(id=f"c{n}", title=f"Cours {n}", line=n + 2) for n in range(400))
    runs = tuple(run(course.id, "FUN", "2016", 10, 5, 4, 3, line=course.line) for course in courses)
    held = reviewed(Programme(courses=courses, runs=runs))
    assert len(held.book.begins("course.")) == 2_000
    report = report_of(held, "en")
    assert len(report.row_sources) == 300
    assert len(html_of(report)) < 1_000_000


def test_balances_are_drawn_where_both_sides_are_known_of_the_same_years() -> None:
    costs = (
        Cost(course="a", role="video", person_years=1, keur=30, year=2015, declared=True, line=2),
        Cost(course="a", role="community", person_years=0.5, keur=20, year=2016, declared=True, line=3),
    )
    other_years = reviewed(programme(costs=costs), period="2015-2016")
    assert [other_years.book.value(f"year.{year}.balance_keur") for year in (2015, 2016)] == [None, 80]
    assert other_years.book.value("money.balance_keur") is None
    assert any("Costs are of {costs}" in one for one in margin(other_years))
    table = table_called(other_years, "Cost against revenue, by year")
    assert [[cell.text for cell in row] for row in (*table.rows, table.total)] == [
        ["2015", "1.00", "€30k", "–", "–"],
        ["2016", "0.50", "€20k", "€100k", "€80k"],
        ["Total", "1.50", "€50k", "€100k", "–"],
    ]
    same = reviewed(programme(costs=costs[1:]))
    assert same.book.value("money.balance_keur") == 80
    unpriced = reviewed(programme(costs=(dataclasses.replace(costs[1], keur=None),)))
    assert any("in person-years and not in money" in one for one in margin(unpriced))
    assert unpriced.book.value("money.balance_keur") is None
    assert any("revenue stands alone" in one for one in margin(reviewed(programme(costs=()))))


def test_items_of_a_year_and_promises_end_with_their_total() -> None:
    promised = tuple(Commitment(partner=name, keur=100, line=n) for n, name in enumerate(("X", "X", "Y"), 2))
    held = reviewed(programme(commitments=promised))
    assert [cell.text for cell in table_called(held, "Item by item").total][-1] == "€100k"
    total = table_called(held, "Promised over several years").total
    assert (total[0].text, total[1].text, total[1].key) == ("Total", "€300k", "commitments")


def test_what_is_true_of_every_rate_is_said_once_in_the_margin() -> None:
    silent = dataclasses.replace(run("a", "FUN", "2016-05", 700, 0, 0, 0, line=5), started=None, passed=None)
    held = reviewed(programme(runs=(*programme().runs, silent)), period="2015-2016")
    english = [sentence_of(remark, "en") for remark in held.book.remarks()]
    (means,) = [one for one in english if "both are right" in one]
    assert "“handed in the first graded quiz” 47.7% and 50.0%; “" in means
    (known,) = [one for one in english if one.startswith("Runs of which")]
    assert "of 4: “handed in the first graded quiz” 3; “" in known
    with translation.override("fr"):
        french = [sentence_of(remark, "fr") for remark in held.book.remarks()]
    assert any(f"rendu{NBSP}» 3{NBSP}; «{NBSP}" in one for one in french)


def test_a_period_of_whole_months_is_said_by_its_months_and_heads_no_chapter() -> None:
    report = report_of(reviewed(period="2015-03..2017-02"), "fr")
    assert report.period == "mars 2015 – février 2017"
    (chapter,) = [one for one in report.chapters if one.id == "figures"]
    assert chapter.title == "La période en chiffres"
    assert report_of(reviewed(period="2016-01-15..2016-02-10"), "en").period == (
        f"15{NBSP}January 2016 – 10{NBSP}February 2016"
    )
