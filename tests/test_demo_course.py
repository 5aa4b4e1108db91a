"""Is the demo's own course sound: two languages that join into one course, and quizzes that can be won?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from cordee.activities.quiz.kind import kind as quiz
from cordee.activities.video.definition import Video
from cordee.activities.video.olx import read as read_video
from cordee.activities.video.preparing import prepare
from cordee.courses.kinds import CourseFile
from cordee.courses.text.checking import Checked, check_folder
from cordee.formats import captions
from cordee.formats.media.mp4 import duration_s
from cordee.formats.olx.assets import AssetIndex
from cordee.formats.olx.links import AssetLink, LinkContext, UnitLink, links_in, resolve
from cordee.formats.olx.model import Block, OlxCourse
from tests.own_course import FOLDER, NOW

LANGUAGES = ("fr", "en")
DRAWINGS = sorted(FOLDER.rglob("*.svg"))
# What decides how a problem is graded or laid out: the same in both languages.
SAME_EVERYWHERE = (
    "answer",
    "answer-pool",
    "correct",
    "default",
    "fixed",
    "height",
    "href",
    "partial_answers",
    "partial_credit",
    "point_value",
    "scope",
    "selected",
    "shuffle",
    "size",
    "src",
    "type",
    "value",
    "width",
)
TYPED_WORDS = {"q3-dns"}  # whose answer is a word of the language
SVG_TEXT_AT_320_PX = 13.0
_MARK = re.compile(r"(?<=\d)(?:\{,\}|\\,)(?=\d)")  # of a language, for decimals or thousands
_FORMULA = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)


@pytest.fixture(scope="module")
def checked() -> Checked:
    return check_folder(FOLDER, now=NOW, run="2026")


@pytest.fixture(scope="module")
def courses(checked: Checked) -> dict[str, OlxCourse]:
    assert checked.made is not None, checked.messages
    return {course.language: course for course in checked.made.courses}


@pytest.fixture(scope="module")
def right_answers() -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = json.loads((FOLDER / "answers.json").read_text(encoding="utf-8"))
    return found


def _problems(course: OlxCourse) -> dict[str, Block]:
    return {block.id: block for block in course.leaves() if block.tag == "problem"}


def _videos(course: OlxCourse) -> dict[str, Video]:
    return {block.id: read_video(block.content)[0] for block in course.leaves() if block.tag == "video"}


def _elements(block: Block) -> list[tuple[object, ...]]:
    """The elements of a text or problem with the attributes that may not differ, then a text's formulas."""
    if not block.content:
        return []
    root = html.fromstring(f"<div>{block.content}</div>") if block.tag == "html" else etree.fromstring(block.content)
    elements: list[tuple[object, ...]] = [
        (element.tag, *(_in_any_language(element.get(name)) for name in SAME_EVERYWHERE)) for element in root.iter()
    ]
    if block.id in TYPED_WORDS:
        elements = [(tag, *rest[1:]) for tag, *rest in elements]  # without the answer
    return elements + [(_MARK.sub(".", formula),) for formula in _FORMULA.findall(block.content)]


def _in_any_language(value: str | None) -> str | None:
    """A drawing or a film has its language in its name."""
    return value and re.sub(r"\.(fr|en)\.(svg|mp4)$", r".\2", value)


def _texts(course: OlxCourse) -> Iterator[str]:
    yield from (block.content for block in course.leaves())
    yield from (page.html for page in (*course.about.values(), *course.updates, *course.tabs))


def test_its_author_has_nothing_to_mend_and_no_file_is_there_for_nothing(checked: Checked) -> None:
    assert checked.messages == ()
    assert checked.looked is not None
    assert checked.looked.found == ()
    assert checked.made is not None
    assert (checked.made.unused, checked.made.without_name) == ((), ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_course_has_three_modules_of_five_units_and_a_quiz(courses: dict[str, OlxCourse], language: str) -> None:
    course = courses[language]
    assert (course.organisation, course.number, course.run, course.language) == ("Ingenia", "RES101", "2026", language)
    sizes = [[len(section.children) for section in module.children] for module in course.root.children]
    assert sizes == [[2, 3, 2], [2, 3, 2], [2, 3, 2]]


def test_both_languages_have_the_same_outline(courses: dict[str, OlxCourse]) -> None:
    of_a_language = {"display_name", "chapters", "html5_sources", "poster", "question", "answers"}
    french, english = (
        [
            (
                block.tag,
                block.id,
                {name: value for name, value in block.attributes.items() if name not in of_a_language},
            )
            for block in courses[language].root.walk()
            if block.tag != "course"
        ]
        for language in LANGUAGES
    )
    assert french == english


def test_both_languages_ask_the_same_questions_in_the_same_order(courses: dict[str, OlxCourse]) -> None:
    for french, english in zip(courses["fr"].root.walk(), courses["en"].root.walk(), strict=True):
        assert _elements(french) == _elements(english), french.id


def test_both_languages_have_the_same_rules(courses: dict[str, OlxCourse]) -> None:
    translated = {"display_name", "language", "learning_info", "tabs"}
    french, english = (
        {name: value for name, value in courses[language].policy.items() if name not in translated}
        for language in LANGUAGES
    )
    assert french == english
    assert courses["fr"].grading == courses["en"].grading


def test_every_block_has_a_title_of_its_language(courses: dict[str, OlxCourse]) -> None:
    for course in courses.values():
        assert not [block.id for block in course.root.walk() if not block.title and block.tag != "course"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere(courses: dict[str, OlxCourse], language: str) -> None:
    course = courses[language]
    ids = {block.id for block in course.root.walk()}
    assert str(course.policy["course_image"]) in course.assets
    assert {one.src.removeprefix("/static/") for video in _videos(course).values() for one in video.transcripts} <= set(
        course.assets
    )
    context = LinkContext(AssetIndex(course.assets), ids, course.organisation, course.number, course.run)
    for text in _texts(course):
        for url in links_in(text):
            match resolve(url, context):
                case AssetLink(name):
                    assert name in course.assets
                case UnitLink(url_name):
                    assert url_name in ids
                case other:
                    raise AssertionError(f"{url}: {other}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_image_has_an_alternative_text(courses: dict[str, OlxCourse], language: str) -> None:
    for text in _texts(courses[language]):
        for image in re.findall(r"<img\b[^>]*>", text):
            found = re.search(r'alt="([^"]{20,})"', image)
            assert found, image


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_stands_alone_and_its_words_are_legible_on_a_phone(drawing: Path) -> None:
    root = etree.fromstring(drawing.read_bytes())
    tags = {etree.QName(element).localname for element in root.iter()}
    assert tags <= {"svg", "style", "rect", "circle", "line", "path", "text"}
    scale = 320 / float(root.get("viewBox", "").split()[2])
    sizes = [float(element.get("font-size", "0")) * scale for element in root.iter("{*}text")]
    assert all(size >= SVG_TEXT_AT_320_PX for size in sizes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_has_a_right_answer_on_file(
    courses: dict[str, OlxCourse], right_answers: dict[str, dict[str, dict[str, Any]]], language: str
) -> None:
    inputs = {
        name: list(quiz.read_olx(block).definition.input_ids()) for name, block in _problems(courses[language]).items()
    }
    assert {name: list(answer) for name, answer in right_answers[language].items()} == inputs


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_is_understood_and_its_right_answer_wins(
    courses: dict[str, OlxCourse], right_answers: dict[str, dict[str, dict[str, Any]]], language: str
) -> None:
    for name, block in _problems(courses[language]).items():
        reading = quiz.read_olx(block)
        assert not reading.remarks, name
        assert not quiz.ungradable(reading.definition), name
        for seed in range(1, 6):
            result = quiz.grade(reading.definition, right_answers[language][name], seed)
            assert result.score.earned == result.score.possible == quiz.possible(reading.definition), name
            assert {given.correctness for given in result.inputs.values()} == {"correct"}, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_sheet_wins_nothing(courses: dict[str, OlxCourse], language: str) -> None:
    for name, block in _problems(courses[language]).items():
        assert quiz.grade(quiz.read_olx(block).definition, {}, 1).score.earned == 0, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_module_ends_with_a_graded_quiz_of_ten_points_and_three_attempts(
    courses: dict[str, OlxCourse], language: str
) -> None:
    for module in courses[language].root.children:
        *lessons, last = module.children
        assert {section.attributes.get("graded", "false") for section in lessons} == {"false"}
        assert (last.attributes["graded"], last.attributes["format"]) == ("true", "Quiz")
        rules = [quiz.read_olx(block).rules for block in last.walk() if block.tag == "problem"]
        assert sum(rule.weight or 0 for rule in rules) == 10
        assert {(rule.max_attempts, rule.kept) for rule in rules} == {(3, "highest")}


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.stem)
def test_every_colour_of_a_drawing_has_its_twin_for_dark_pages(drawing: Path) -> None:
    """A page hands its appearance down to its images by `color-scheme`, whichever way the reader chose it."""
    text = drawing.read_text("utf-8")
    style = etree.fromstring(text.encode()).findtext("{http://www.w3.org/2000/svg}style") or ""
    assert "@media screen and (prefers-color-scheme: dark)" in style
    drawn = text.replace(style, "")
    for kind, colour in set(re.findall(r'\b(fill|stroke)="(#[0-9a-f]+)"', drawn)):
        assert f'[{kind}="{colour}"] {{ {kind}: #' in style


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_film_is_short_light_and_read_without_a_remark(courses: dict[str, OlxCourse], language: str) -> None:
    course = courses[language]

    def find(link: str) -> CourseFile | None:
        asset = course.assets.get(link.removeprefix("/static/"))
        if asset is None:
            return None
        return CourseFile(asset.name, asset.size_bytes, lambda most: (FOLDER / asset.member).read_bytes()[:most])

    found = _videos(course)
    assert len(found) == 3
    for name, video in found.items():
        prepared = prepare(video, find)
        assert not prepared.remarks, name
        length_s = prepared.definition.duration_s
        assert 20 <= length_s <= 40
        assert len(prepared.definition.chapters) == 3
        assert {one.language for one in prepared.definition.captions} == set(LANGUAGES)
        assert all(one.end_s <= length_s for one in prepared.definition.captions)
        (asset,) = (asset for link, asset in course.assets.items() if link.endswith(f"/{name}.{language}.mp4"))
        film = (FOLDER / asset.member).read_bytes()
        assert len(film) <= 1_000_000
        assert duration_s(film[:4096]) == length_s  # its header comes first: it plays while it loads


def test_both_languages_say_the_same_at_the_same_moments() -> None:
    found = sorted(FOLDER.rglob("*.fr.srt"))
    assert len(found) == 3
    for french in found:
        english = french.with_name(french.name.replace(".fr.", ".en."))
        times = [
            [(cue.start_s, cue.end_s) for cue in captions.read(path.read_bytes()).cues] for path in (french, english)
        ]
        assert times[0] == times[1]
        assert len(times[0]) >= 6


def test_the_chapters_of_a_film_begin_at_the_same_moments_in_both_languages(courses: dict[str, OlxCourse]) -> None:
    french, english = (
        {name: [chapter.start_s for chapter in video.chapters] for name, video in _videos(courses[language]).items()}
        for language in LANGUAGES
    )
    assert french == english
