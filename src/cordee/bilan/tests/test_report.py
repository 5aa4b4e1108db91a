"""Does the report hold every figure that it was made from, and is what people wrote only text in it?"""

from __future__ import annotations

import dataclasses
import html
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from make_bilan_demo import EVENTS, FIGURES, NEEDS, SECTORS

from cordee.bilan.building import Wanted, build
from cordee.bilan.document import Terms
from cordee.bilan.figures import how_of
from cordee.bilan.figures.reviewing import review
from cordee.bilan.folder.faults import Faults
from cordee.bilan.folder.writing import write_folder
from cordee.bilan.pages import html_of
from cordee.bilan.pdf import pdf_of
from cordee.bilan.period import Period
from cordee.bilan.programme import Course, Credit, Programme, Run
from cordee.bilan.programme import Testimonial as Voice  # pytest takes names with "Test" for tests
from cordee.bilan.report import report_of
from cordee.bilan.tests.make import DEMO, NBSP, demo, programme, reviewed, run, total
from cordee.bilan.tests.test_folder import PROGRAMMES
from cordee.core.errors import NotAllowed

TAG = re.compile(r"<[^>]+>")
LANGUAGES = ("fr", "en")
WORDS: dict[str, dict[str, str]] = {  # how a fact of the figures is worded, where it is no number
    "first_of_the_institute": {"fr": "Premier MOOC de l’institut", "en": "First MOOC of the institute"},
    "certifying": {"fr": "certifiant", "en": "certifying"},
    "used_by_other_institutions": {
        "fr": "Cours dont d’autres établissements se servent",
        "en": "other institutions use",
    },
    "several_hosts": {"fr": "Plusieurs plateformes", "en": "Several platforms"},
    "codecast": {"fr": "codecast", "en": "codecast"},
    "code": {"fr": "exercices de programmation", "en": "programming exercises"},
    "quest": {"fr": "quête de terrain", "en": "field quest"},
    "most innovative MOOC of 2016": {"fr": "MOOC le plus innovant de 2016", "en": "most innovative MOOC of 2016"},
    "en": {"fr": "anglais", "en": "English"},
    "fr": {"fr": "français", "en": "French"},
    "FUN only (similar on Coursera)": {"fr": "celui de Coursera lui ressemble", "en": "that of Coursera is similar"},
    "Coursera's recommendation": {"fr": "recommandation de Coursera", "en": "Coursera’s recommendation"},
    "what MOOC users declare they can give": {
        "fr": "ce que les personnes qui suivent des MOOC disent pouvoir donner",
        "en": "what MOOC users declare they can give",
    },
    "the institute's own estimate basis": {
        "fr": "base d’estimation de l’institut",
        "en": "the institute’s own estimate basis",
    },
    "2017-02-13": {"fr": "13 février 2017", "en": "13 February 2017"},
}
MONTHS = {"fr": "octobre", "en": "October"}
PERCENT = re.compile(r"percent|_percent$")


def text_of(page: str) -> str:
    """What a reader reads, spaces alike."""
    return re.sub(r"\s+", " ", html.unescape(TAG.sub(" ", page)).replace(NBSP, " "))


@pytest.fixture(scope="module", params=LANGUAGES)
def read(request: pytest.FixtureRequest) -> tuple[str, str]:
    language = str(request.param)
    return language, text_of(html_of(demo(language)))


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, path)
    else:
        yield path, value


def written(path: tuple[str, ...], value: Any, language: str) -> str:
    """How the report must write a fact."""
    name = path[-1]
    if isinstance(value, bool):
        return WORDS[name][language]
    if isinstance(value, int | float) and name not in {"first_year", "last_year", "year"}:
        return _number(path, value, language)
    said = str(value)
    if path[0] == "milestones":
        return _milestone(path, said, language)
    if path[0] == "companies" and name in {"sector", "need"}:
        return {"sector": SECTORS, "need": NEEDS}[name][said] if language == "fr" else said
    return WORDS[said][language] if said in WORDS else said.replace("'", "’")


def _number(path: tuple[str, ...], value: float, language: str) -> str:
    grouped = f"{value:,}".replace(",", " " if language == "fr" else ",")
    if path[0] == "cost_of_one_course":
        grouped = f"{value:.2f}"
    if path[0] == "revenue_2016_keur":
        return f"{grouped} k€" if language == "fr" else f"€{grouped}k"
    if language == "fr":
        grouped = grouped.replace(".", ",")
    shares = any(PERCENT.search(part) for part in path)
    return (f"{grouped} %" if language == "fr" else f"{grouped}%") if shares else grouped


def _milestone(path: tuple[str, ...], said: str, language: str) -> str:
    if path[-1] == "events":
        bare = re.sub(r" \(20\d\d(-\d\d)?\)$", "", said)
        matches = [one for one in EVENTS if one[1].lower() == bare.lower()]
        assert len(matches) == 1, said
        return matches[0][0 if language == "fr" else 1]
    if said in {"2012-10", "2013-10"}:  # these two dates have their event
        return f"{MONTHS[language]} {said[:4]}"
    return said  # the margin names the others as they are


def stands_in(text: str, words: str) -> bool:
    """Whether the words stand there by themselves: 25 is not in 2 518, nor in 25.5."""
    return re.search(rf"(?<![\d.,]){re.escape(words)}(?![\d]|[.,]\d)", text) is not None


def test_every_fact_of_the_published_figures_is_in_the_report_or_its_margin(read: tuple[str, str]) -> None:
    language, text = read
    facts = list(leaves(tomllib.loads(FIGURES.read_text())))
    assert len(facts) > 130
    categories = {"fr": "en", "en": "fr"}[language]
    missing = [
        (path, value, wanted)
        for path, value in facts
        if path != ("categories", categories) and not stands_in(text, wanted := written(path, value, language))
    ]
    assert missing == []


KEYS = {  # a fact of the figures, and the figure of the report that says it
    "totals.courses": "courses",
    "totals.runs": "runs",
    "totals.enrolments": "enrolments",
    "totals.countries": "countries",
    "totals.went_to_the_end": "went_to_the_end",
    "totals.teachers_involved": "teachers",
    "totals.enrolments_made_by_own_schools": "own_students",
    "totals.students_of_other_institutions": "other_students",
    "rates.started_any_percent": "started_any_percent",
    "rates.passed_of_week_two_percent": "passed_of_week_two_percent",
    "rates.passed_percent_mean_of_courses": "passed_percent_mean_of_courses",
    "profile.sex_percent.women": "sex:f",
    "profile.sex_percent.men": "sex:m",
    "profile.country.undeclared_percent_on_fun": "country:undeclared",
    "revenue_2016_keur.stated_total": "revenue_stated:2016",
}
BEGINNINGS = {  # of the facts of a table, and of the keys of their figures
    "profile.age_percent.": "age:",
    "profile.education_percent.": "education:",
    "cost_of_one_course.": "cost:",
    "revenue_2016_keur.": "revenue:2016:",
}


def test_every_number_of_the_published_figures_is_a_figure_of_its_own() -> None:
    sources = {source.key: source.shown for source in demo("en").sources}
    checked = 0
    for path, value in leaves(tomllib.loads(FIGURES.read_text())):
        name = ".".join(path)
        begins = next((one for one in BEGINNINGS if name.startswith(one)), "")
        key = KEYS.get(name) or (BEGINNINGS[begins] + name.removeprefix(begins) if begins else "")
        if key:
            assert sources[key] == written(path, value, "en"), name
            checked += 1
    assert checked == 42


def test_every_margin_that_the_figures_want_is_written(read: tuple[str, str]) -> None:
    language, text = read
    for french, english in (
        ("Recettes de 2016 : 1 285 k€ sont énoncés, les postes font 1 225 k€. La différence est de 60 k€.", "is €60k."),
        ("Le poste de MAIF est exactement cette différence", "The item of MAIF is exactly that difference"),
        ("6,6 % de tous les apprenants ensemble, 8,0 % en moyenne des cours", "6.6% of all learners together, 8.0% as"),
        ("Les classes de « âge » font 99,0 % en tout", "The classes of “age” add up to 99.0%"),
        ("Les classes de « dernier diplôme » font 100,8 %", "The classes of “highest degree” add up to 100.8%"),
        ("Ouverts après cette période, et non comptés : Digital Networks Essentials", "Digital Networks Essentials"),
        (
            "Cours : 25 en sont déclarés, les lignes du dossier font 12",
            "Courses: 25 are declared, the rows here add up",
        ),
    ):
        assert (french if language == "fr" else english) in text


def test_the_eight_parts_of_the_original_are_there_in_order() -> None:
    ids = [chapter.id for chapter in demo("fr").chapters]
    assert ids == [
        "foreword",
        "ambitions",
        "catalogue",
        "figures",
        "learners",
        "use",
        "innovations",
        "money",
        "closing",
    ]
    assert [chapter.title for chapter in demo("en").chapters] != [chapter.title for chapter in demo("fr").chapters]


def test_each_number_leads_to_its_source(read: tuple[str, str]) -> None:
    page = html_of(demo(read[0]))
    wanted = set(re.findall(r'href="#(f-[^"]+)"', page))
    held = re.findall(r' id="([^"]+)"', page)
    assert len(wanted) > 40
    assert wanted <= set(held)
    assert len(held) == len(set(held))


def test_the_page_needs_no_script_and_no_server(read: tuple[str, str]) -> None:
    page = html_of(demo(read[0]), other="en.html", pdf="report.fr.pdf", data="data/figures.csv")
    assert not re.search(r"<script|<style|style=|\son\w+=|https?://(?!www\.w3\.org)", page)
    addresses: list[str] = re.findall(r'(?:href|src)="([^"#]+)"', page)
    assert addresses
    assert all(not one.startswith(("/", "http")) for one in addresses)


HOSTILE = '#read("/etc/passwd") <script>alert(1)</script> #panic() $x$ *a* @b `c` & <img src=x onerror=y> {{ data }}'


def test_what_people_write_is_only_text_on_the_page_and_in_print() -> None:
    held = programme(
        courses=(Course(id="a", title=HOSTILE, language="fr"),),
        runs=(),
        credits=(Credit(course="a", role="by", name=HOSTILE),),
        testimonials=(Voice(first_name="A", language="fr", words=HOSTILE, consent=True),),
        texts={("foreword", "en"): HOSTILE},
    )
    report = report_of(reviewed(held), "en")
    page = html_of(report)
    assert "<script" not in page
    assert "<img" not in page
    assert HOSTILE in html.unescape(page)
    document = pypdfium2.PdfDocument(pdf_of(report))
    printed = "".join(document[place].get_textpage().get_text_bounded() for place in range(len(document)))
    bare = re.sub(r"\s|\u200b|\ufffe|\u00ad|-", "", printed)
    assert re.sub(r"\s|-", "", '#read("/etc/passwd") <script>alert(1)</script> #panic() $x$') in bare
    assert "root:" not in printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_tagged_named_and_the_same_each_time(language: str) -> None:
    first, second = pdf_of(demo(language), prepared_on="2017"), pdf_of(demo(language), prepared_on="2017")
    assert first == second
    assert b"pdfuaid" in first or b"MarkInfo" in first
    document = pypdfium2.PdfDocument(first)
    assert 10 <= len(document) <= 25
    assert (
        document.get_metadata_dict()["Title"]
        == {
            "fr": "Quatre ans de cours ouverts, 2013–2016",
            "en": "Four years of open courses, 2013–2016",
        }[language]
    )
    width, height = document[3].get_size()
    assert (round(width), round(height)) == (595, 842)  # A4, in points
    contents = document[1].get_textpage().get_text_bounded()
    assert all(
        chapter.title.replace(NBSP, " ")[:18] in contents.replace(NBSP, " ") for chapter in demo(language).chapters
    )


def test_letters_that_no_font_has_are_printed_as_question_marks_and_nothing_fails() -> None:
    held = programme(courses=(Course(id="a", title="网络 réseaux \U0001f600", language="fr"),))
    document = pypdfium2.PdfDocument(pdf_of(report_of(reviewed(held), "fr")))
    assert any("?? réseaux ?" in document[place].get_textpage().get_text_bounded() for place in range(len(document)))


def test_a_course_leads_to_its_newest_page_and_to_nothing_else() -> None:
    runs = [
        Run(course="a", host="FUN", opens=opens, address=address)
        for opens, address in (
            ("2016-05", "https://fun.example/new?a=1&b=2"),
            ("2016-01", "https://fun.example/old"),
            ("2016-06", "javascript:alert(1)"),
        )
    ]
    page = html_of(report_of(reviewed(programme(runs=tuple(runs))), "fr"))
    assert '<a href="https://fun.example/new?a=1&amp;b=2">Alpha</a>' in page
    assert "javascript" not in page


def test_each_number_says_whether_it_was_declared_or_computed() -> None:
    runs = (
        run("a", "FUN", "2016-01", 100, 50, 20, 10),
        dataclasses.replace(run("b", "FUN", "2016-01", 9, 5, 2, 1), store="s"),
    )
    assert [how_of(one) for one in (runs, runs[:1], runs[1:])] == ["mixed", "reckoned", "computed"]
    told = {
        source.key: source.how
        for source in report_of(reviewed(programme(totals=(total("teachers", 9),))), "en").sources
    }
    assert (told["teachers"], told["enrolments"], told["revenue:2016"]) == (
        "declared",
        "from declared rows",
        "from declared rows",
    )


def test_the_cover_and_how_far_they_go_say_counted_people_of_those_of_whom_it_is_known() -> None:
    silent = dataclasses.replace(run("a", "FUN", "2016-05", 700, 0, 0, 0, line=5), started=None, passed=None)
    report = report_of(reviewed(programme(runs=(*programme().runs, silent))), "en")
    assert report.ridge_words == (
        "The curve: 1,700 enrolments, 500 people who began (of 1,000 of whom that is known), "
        "200 who went to the end (of 1,000 of whom that is known)."
    )
    page = text_of(html_of(report))
    assert "handed in the first graded quiz (500 of 1,000 of whom that is known)" in page
    assert "Share of the enrolled of whom that is known; 1,700 enrolled in all." in page
    assert "850" not in page  # half of all 1,700, which nobody counted
    whole = report_of(reviewed(), "fr")
    assert "1 000 inscriptions, 500 personnes qui ont commencé, 200 qui" in text_of(whole.ridge_words)


def test_a_share_that_was_only_declared_is_no_number_of_people_on_the_cover() -> None:
    totals = (total("enrolments", 5000), total("started_any_percent", 60), total("went_to_the_end", 400))
    words = report_of(reviewed(programme(runs=(), totals=totals)), "en").ridge_words
    assert words == "The curve: 5,000 enrolments, 60% who began, 400 who went to the end."


@settings(max_examples=8, deadline=None)
@given(held=PROGRAMMES, period=st.sampled_from(["2016", "2030", "2016-02..2016-03"]))
def test_whatever_a_folder_holds_it_makes_a_report(held: Programme, period: str) -> None:
    for language in LANGUAGES:
        assert "<h1>" in html_of(report_of(reviewed(held, period), language))


def test_french_that_people_wrote_has_its_spaces() -> None:
    held = programme(texts={("foreword", "fr"): "Qui apprend ? « Tous »", ("foreword", "en"): "Who learns ?"})
    assert f"Qui apprend{NBSP}? «{NBSP}Tous{NBSP}»" in html_of(report_of(reviewed(held), "fr"))
    assert "Who learns ?" in html_of(report_of(reviewed(held), "en"))


def test_every_figure_of_the_demo_names_its_source_and_its_period() -> None:
    assert [source.key for source in demo("fr").sources if not source.source or not source.period] == []


def test_a_testimonial_is_printed_with_consent_only_and_in_its_language() -> None:
    page = html_of(report_of(reviewed(), "en"))
    assert '<blockquote lang="fr">Je révise le soir.</blockquote>' in page
    assert "Awa, Senegal" in page
    assert "Never printed" not in page


def test_a_map_is_drawn_where_countries_are_known_in_the_classes_of_the_report() -> None:
    report = report_of(reviewed(), "en")
    (drawn,) = [block for chapter in report.chapters for block in chapter.blocks if block.kind == "map"]
    assert [words for _tone, words in drawn.classes] == [
        "up to 1,000",
        "more than 1,000",
        "more than 5,000",
        "more than 10,000",
        "more than 100,000",
    ]
    assert "France 6,000, Senegal 400" in drawn.words
    assert {"var(--q-3)", "var(--q-1)", "var(--land)"} == set(re.findall(r"var\(--(?:q-\d|land)\)", drawn.svg))


def test_faults_of_the_folder_are_named_in_the_report(tmp_path: Path) -> None:
    write_folder(programme(), tmp_path / "in")
    with (tmp_path / "in" / "runs.csv").open("a") as file:
        file.write("nowhere,FUN,,2016\na,FUN,,2016-13\n")
    built = build(tmp_path / "in", Wanted(language="en", html=tmp_path / "out"))
    assert built.page is not None
    page = text_of(built.page.read_text())
    assert "To look at runs.csv:5 courses.csv has no course nowhere." in page
    assert "What could not be read runs.csv:6 Column opens: “2016-13” is no date." in page


def test_more_than_fifty_findings_of_one_kind_are_shortened_to_twenty_and_how_many_more() -> None:
    def items(count: int) -> tuple[tuple[str, str], ...]:
        found = Faults()
        for line in range(2, count + 2):
            found.doubt("runs.csv", line, "The address of {x} is none. Look at it.", x=line)
        found.doubt("runs.csv", 999, "Another kind. Look at it.")
        one = review(programme(), Period.parse("2016"), faults=found.all())
        (chapter,) = [chapter for chapter in report_of(one, "en").chapters if chapter.id == "doubts"]
        (block,) = chapter.blocks
        assert isinstance(block, Terms)
        return block.items

    assert len(items(50)) == 51
    shortened = items(51)
    assert len(shortened) == 22
    assert [words for _place, words in shortened[-2:]] == ["and 31 more", "Another kind. Look at it."]


def test_a_second_build_writes_the_same_bytes_and_both_languages(tmp_path: Path) -> None:
    wanted = [Wanted(language="fr", html=tmp_path / name, pdf=tmp_path / f"{name}.pdf") for name in ("a", "b")]
    for one in wanted:
        build(DEMO, one)
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("a", "b")
    )
    assert first == second
    names = {path.as_posix() for path in first}
    assert {"index.html", "en.html", "report.fr.pdf", "data/figures.csv", "data/codebook.csv"} <= names
    assert {"assets/cordee.css", "assets/bilan.css", "data/datapackage.json"} <= names
    styles = first[Path("assets/cordee.css")].decode()
    assert all(f"assets/{font}" in names for font in re.findall(r"url\((fonts/[^)]+)\)", styles))
    # A folder that we wrote may be written again: no page or PDF of the earlier report stays in it.
    build(DEMO, Wanted(language="en", html=tmp_path / "a"))
    assert {path.name for path in (tmp_path / "a").glob("*.*") if path.is_file()} == {
        *("index.html", "fr.html", ".cordee-bilan")
    }


def test_a_folder_with_files_of_others_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(NotAllowed, match="holds files that no report has written"):
        build(DEMO, Wanted(language="fr", html=tmp_path))


def test_no_number_of_the_report_is_hard_coded() -> None:
    """Another folder gives another report: none of the demo's numbers survive in it."""
    page = text_of(html_of(report_of(reviewed(dataclasses.replace(programme(), about=programme().about)), "en")))
    assert not any(number in page for number in ("340,000", "22,500", "11,000", "1,285", "1,225"))
