"""Is each planted fault found, at its place, once, and is nothing else?"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import hypothesis
import hypothesis.strategies as st
import pytest

from cordee.courses.checks.checking import all_rules, checks_of
from cordee.courses.checks.costs import MEDIUM, ROLES, estimate_of
from cordee.courses.checks.load import load_of
from cordee.courses.checks.model import Finding
from cordee.courses.checks.prose import _FORMULA, _WORD, language_of, read_prose
from cordee.courses.checks.rules import rhythm
from cordee.courses.checks.rules.linking import external_links
from cordee.courses.checks.tests.planted import ENGLISH, FOUND, FRENCH, exported, planted
from cordee.courses.compiling import compile_course
from cordee.courses.importing import Looked, look_into
from cordee.courses.tests.make import NOW, archive, course_files
from cordee.formats.archives import Limits, open_archive
from cordee.formats.olx import read_course

ROOT = Path(__file__).parents[5]
COURSES = ROOT / "tests" / "data" / "courses"
ONLY_ELSEWHERE = {  # rules whose faults exclude others of the planted course; each has a test below
    *("language-not-said", "no-grade", "closes-before-it-opens"),
    *("not-in-every-language", "not-translated", "title-not-translated", "fewer-files-in-a-language"),
    "translation-behind",
    "translation-never-confirmed",
    # of tasks, which are no blocks of Open edX: activities/code/tests/test_checking.py
    *("task-cannot-be-used", "task-without-statement", "task-without-solution", "task-without-visible-test"),
    "task-language-missing",
}


def looked(files: dict[str, bytes], folder: Path) -> Looked:
    return look_into(archive(files, folder / "c.tar.gz"), limits=Limits(), now=NOW)


def places(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return sorted(one.key for one in found)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return looked(planted(), tmp_path_factory.mktemp("planted"))


def test_each_planted_fault_is_found_at_its_place_once_and_nothing_else(bad: Looked) -> None:
    assert places(bad.found) == sorted(FOUND.items())


def test_every_rule_is_planted_somewhere() -> None:
    assert {*FOUND, *ONLY_ELSEWHERE} == set(all_rules())


def test_a_finding_has_the_way_down_to_its_place_its_file_its_words_and_what_to_do(bad: Looked) -> None:
    (gone,) = [one for one in bad.found if one.rule.code == "missing-file"]
    told = gone.to_json()
    assert told["sentence"] == "“gone.png” is not in the course."
    assert told["severity"] == "error"
    assert told["advice"].startswith("Put the file into the course")
    place = told["place"]
    assert [place[level]["id"] for level in ("module", "section", "unit", "activity")] == [
        "m3",
        "s3",
        "u-t-gone",
        "t-gone",
    ]
    assert place["unit"]["titles"] == {"en": "Unit of t-gone"}
    assert place["file"] == "html/t-gone.html"
    assert place["number"].startswith("3.")


def test_the_most_serious_come_first(bad: Looked) -> None:
    ranks = [("error", "warning", "note").index(one.rule.severity) for one in bad.found]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2}


@pytest.mark.parametrize(
    "rule", ["films-without-work", "week-above-2-hours", "week-above-5-hours", "more-than-5-weeks"]
)
def test_limits_of_load_have_a_source_and_are_not_ours(rule: str) -> None:
    assert "Institut Mines-Télécom" in all_rules()[rule].source
    assert not all_rules()[rule].ours


def test_limits_of_load_and_costs_are_those_of_the_report() -> None:
    told: Any = tomllib.loads((ROOT / "src/cordee/bilan/tests/data/imt_2017.toml").read_text())
    advice = told["advice"]
    assert advice["formative_activity_after_minutes_of_video"]["value"] == rhythm.LONG_FILMS
    assert advice["hours_a_week"]["value"] == rhythm.WEEK_HOURS
    assert advice["weeks_at_most"]["value"] == [4, rhythm.MOST_WEEKS]
    assert advice["medium_course_hours_a_week"]["value"][1] == rhythm.MOST_HOURS
    costs = told["cost_of_one_course"]
    assert {role: costs[role] for role in MEDIUM} == {role: years for role, (years, _driver) in MEDIUM.items()}
    assert sum(years for years, _driver in MEDIUM.values()) == pytest.approx(costs["total"])


def test_a_course_of_the_medium_size_costs_what_the_report_says(tmp_path: Path) -> None:
    """4.5 weeks are rounded to none: two halves of a week more and less come to the same."""
    from cordee.courses.checks import costs

    hours = {role: costs.unit_cost(role) for role in MEDIUM}
    film = 60 * costs.MEDIUM_HOURS * costs.MEDIUM_FILM_SHARE
    years = (
        sum(hours[role] for role, (_y, driver) in MEDIUM.items() if driver == "hours") * costs.MEDIUM_HOURS
        + hours["video"] * film
        + hours["community"] * costs.MEDIUM_WEEKS
    ) / costs.HOURS_A_YEAR
    assert years == pytest.approx(1.5)
    assert set(ROLES) == set(MEDIUM)


def test_the_estimate_counts_films_words_and_questions_that_learners_see(bad: Looked) -> None:
    found = estimate_of(bad.material)
    assert found.weeks == 6
    assert found.learner_hours == 13  # as the author says
    assert found.minutes_of_film == pytest.approx((25 * 60 - 1 + 25) / 60, abs=0.5)
    assert found.unmeasured_films == 1
    assert found.words > 100
    assert load_of(bad.material).questions == found.questions > 10
    assert type(found).from_json(found.to_json()).weeks == 6


def test_a_course_without_a_grade_says_so(tmp_path: Path) -> None:
    files = exported(
        '<course display_name="C" language="en"><chapter url_name="m"><sequential url_name="s"><vertical url_name="u">'
        '<html url_name="t"/></vertical></sequential></chapter></course>',
        {"start": "2026-09-01T00:00:00Z", "language": "en"},
        {"GRADER": [], "GRADE_CUTOFFS": {}},
        {"t": "<p>Read.</p>"},
    )
    assert places(looked(files, tmp_path).found) == [("no-grade", "")]


def test_a_session_that_closes_before_it_opens_is_told_alone_of_dates(tmp_path: Path) -> None:
    files = course_files(policy={"end": "2026-08-01T00:00:00Z"}, section='due="2026-10-01T00:00:00Z"')
    assert ("closes-before-it-opens", "") in places(looked(files, tmp_path).found)
    assert not any(rule.startswith("deadlines") for rule, _place in places(looked(files, tmp_path).found))


def test_a_course_that_does_not_say_its_language_is_told(tmp_path: Path) -> None:
    files = course_files(language="")
    assert ("language-not-said", "") in places(looked(files, tmp_path).found)


def test_languages_that_lag_behind_are_found_at_their_activity(tmp_path: Path) -> None:
    html = {"t-same": ENGLISH, "t-words": ENGLISH, "t-picture": '<p><img src="/static/plan.png" alt="A plan"/></p>'}
    blocks = "".join(
        f'<vertical url_name="u-{name}" display_name="{{{name}}}"><html url_name="{name}"/></vertical>' for name in html
    )
    root = f"""<course display_name="{{course}}" language="{{language}}"><chapter url_name="m" display_name="One">
<sequential url_name="s" display_name="Two">{blocks}</sequential></chapter></course>"""
    english = root.replace("{course}", "Networks").replace("{language}", "en").replace("{t-same}", "From one cable on")
    french = root.replace("{course}", "Réseaux").replace("{language}", "fr").replace("{t-same}", "From one cable on")
    policy = {"start": "2026-09-01T00:00:00Z", "language": "en"}
    none: dict[str, Any] = {"GRADER": [], "GRADE_CUTOFFS": {}}
    texts = {**html, "t-words": FRENCH, "t-picture": "<p>Un plan</p>"}
    both = [
        {**exported(english, policy, none, html), "course/static/plan.png": b"\x89PNG\r\n\x1a\n"},
        {**exported(french, {**policy, "language": "fr"}, none, texts), "course/static/plan.png": b"\x89PNG\r\n\x1a\n"},
    ]
    with (
        open_archive(archive(both[0], tmp_path / "en.tar.gz"), Limits()) as first,
        open_archive(archive(both[1], tmp_path / "fr.tar.gz"), Limits()) as second,
    ):
        courses = [read_course(first), read_course(second)]
        compiled = compile_course(courses, archives=[first, second])
    files = {"en": {"plan.png"}, "fr": {"plan.png"}}
    found, _estimate = checks_of(compiled, files=files)
    assert places(found) == sorted(
        [
            ("text-in-another-language", "t-same"),
            ("not-translated", "t-same"),
            ("title-not-translated", "u-t-same"),
            ("fewer-files-in-a-language", "t-picture"),
        ]
    )
    (other,) = [one for one in found if one.rule.code == "text-in-another-language"]
    assert (other.at.language, str(other)) == ("fr", "The words are in “en”, and the course says “fr”.")
    compiled.outline.entries["t-words"][1].contents.pop("fr")  # type: ignore[attr-defined]  # a course text may lack it
    again, _estimate = checks_of(compiled, files=files)
    assert ("not-in-every-language", "t-words") in places(again)


@hypothesis.given(st.text(st.sampled_from("aÉß1²_'’-. \\()[]$\n\u00a0"), max_size=40))
def test_the_words_of_a_text_are_runs_of_letters_without_its_formulas(text: str) -> None:
    assert read_prose((f"<p>{text}</p>",)).text == " ".join(_WORD.findall(_FORMULA.sub(" ", text.lower())))


def test_a_text_is_said_to_be_in_another_language_only_when_that_is_sure() -> None:
    assert read_prose((FRENCH,)).speaks == "fr"
    assert read_prose((FRENCH + ENGLISH,)).speaks == ""
    assert read_prose(("<p>Un petit texte.</p>",)).speaks == ""
    assert read_prose((f'<div lang="fr">{FRENCH}</div>',)).speaks == ""
    assert read_prose((f"<pre>{FRENCH}</pre>",)).speaks == ""
    assert language_of(["the", "of"] * 100) == "en"


def test_links_to_other_sites_are_listed_once_and_not_found_fault_with(tmp_path: Path) -> None:
    text = '<p><a href="https://a.example/x">a</a> <a href="https://a.example/x">b</a> <a href="mailto:a@b.c">m</a></p>'
    found = looked(course_files(text=text), tmp_path)
    assert list(external_links(found.material)) == ["https://a.example/x"]
    assert not any(rule in ("broken-link", "missing-file") for rule, _place in places(found.found))


# Each of them was looked at by hand. The last course plants a link to nowhere and a picture that is missing, links to
# the page of progress of another platform, names a film that its export leaves out, and grades mostly what Open edX
# alone can.
TRUE_ERRORS = {
    "math-percent-fi.tar.gz": set[str](),
    "mitx-grading-library.tar.gz": set[str](),
    "one-of-each.tar.gz": {
        "“/jump_to_id/n_existe_pas” leads nowhere.",
        "“/courses/course-v1:CordeeX+OOE101+2026/progress” leads nowhere.",
        "“photo_absente.jpg” is not in the course.",
        "“noeud_en_huit.mp4” is not in the course.",
        "attestation-out-of-reach",
    },
}


@pytest.mark.parametrize("name", TRUE_ERRORS)
def test_a_real_course_gives_no_false_error(name: str) -> None:
    found = look_into(COURSES / name, limits=Limits(), now=NOW).found
    errors = [one for one in found if one.rule.severity == "error"]
    assert {one.rule.code if one.rule.code in TRUE_ERRORS[name] else str(one) for one in errors} == TRUE_ERRORS[name]


SOME_HTML = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<h1>",
            "</h2>",
            "<h6>x",
            '<img alt="',
            '">',
            "<a href='//[x",
            "'>",
            "<!--",
            "]]>",
            "\x00",
            "\ue000",
        ]
    )
    | st.text(max_size=20),
    max_size=12,
).map("".join)


@hypothesis.given(SOME_HTML)
@hypothesis.settings(max_examples=150)
def test_reading_an_authors_html_never_raises(html: str) -> None:
    found = read_prose((html,))
    assert found.words >= 0


def test_a_rule_of_every_kind_has_words_and_a_code_of_its_own() -> None:
    for rule in all_rules().values():
        assert rule.title
        assert rule.code == rule.code.lower().replace(" ", "-")
        assert not (rule.ours and rule.source)
        assert rule.advice or rule.says


def test_every_rule_has_its_line_in_the_docs() -> None:
    page = (ROOT / "docs/checks.md").read_text()
    for rule in all_rules().values():
        assert f"| `{rule.code}` | {rule.severity} |" in page, rule.code
