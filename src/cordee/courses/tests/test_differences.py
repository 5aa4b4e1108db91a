"""What changed between two versions of a course?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cordee.courses.differences.aligning import aligned, moved
from cordee.courses.differences.telling import sentence
from cordee.courses.differences.words import pieces, plain
from cordee.courses.models import Course, Version
from cordee.courses.tests.make import CAPITAL, GRADING, SUM, course_files, imported
from cordee.courses.versions.queries import difference_of


def versions(folder: Path, first: Mapping[str, bytes], second: Mapping[str, bytes]) -> tuple[Version, Version]:
    imported(first, folder)
    imported(second, folder)
    course = Course.objects.get()
    return Version.objects.get(course=course, number=1), Version.objects.get(course=course, number=2)


def told(folder: Path, first: Mapping[str, bytes], second: Mapping[str, bytes]) -> list[tuple[str, str]]:
    before, after = versions(folder, first, second)
    return [(sentence(one), one.change.weight) for one in difference_of(before, after, "en").changes]


def with_root(files: Mapping[str, bytes], *changes: tuple[str, str]) -> dict[str, bytes]:
    root = files["course/course/2026.xml"].decode()
    for old, new in changes:
        assert old in root
        root = root.replace(old, new)
    return {**files, "course/course/2026.xml": root.encode()}


@pytest.mark.django_db
def test_a_wrong_key_that_is_mended_is_said_with_its_place(tmp_path: Path) -> None:
    mended = CAPITAL.replace('"true">Paris', '"false">Paris').replace('"false">Lyon', '"true">Lyon')
    found = told(tmp_path, course_files(), course_files(quizzes={"capital": mended, "sum": SUM}))
    assert found == [("1.3 “Capital”: the right answer changed", "grading")]


@pytest.mark.django_db
def test_words_are_harmless_and_told_with_both_texts(tmp_path: Path) -> None:
    before, after = versions(tmp_path, course_files(), course_files(text="<p>Read <b>that</b>.</p>"))
    found = difference_of(before, after, "en")
    assert [sentence(one) for one in found.changes] == ["1.1 “A text”: the text changed"]
    assert (found.changes[0].change.before, found.changes[0].change.after) == ("Read this.", "Read that .")
    assert found.weight == "harmless"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "said", "weight"),
    [
        ('display_name="First module"', 'display_name="One"', "renamed: “One”", "harmless"),
        ('format="Quiz" ', 'format="Quiz" due="2026-12-01T00:00:00Z"', "has a deadline now", "grading"),
        ('url_name="s0" display_name="Reading"', 'url_name="s0" display_name="Reading" start="2027-01-01T00:00:00Z"',
         "“Reading” opens on", "visible"),
        ('<vertical url_name="u1" display_name="To read"><html url_name="t1"/></vertical>', "",
         "unit 1.1 “To read” is gone", "visible"),
        ('<html url_name="t1"/>', "", "activity is gone", "visible"),
        ('<problem url_name="capital"/>', "", "activity is gone", "grading"),
        ('url_name="s_sum" display_name="Sum" graded="true"', 'url_name="s_sum" display_name="Sum" graded="false"',
         "no longer graded", "grading"),
    ],
)  # fmt: skip
def test_plan_dates_and_rules_are_told(tmp_path: Path, old: str, new: str, said: str, weight: str) -> None:
    files = course_files()
    found = told(tmp_path, files, with_root(files, (old, new)))
    assert any(said in words and rank == weight for words, rank in found), found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weight": 0.5}, "the weight of “Quiz” went from 100 to 50"),
        ({"drop_count": 1}, "the number of “Quiz” left out, the lowest, went from 0 to 1"),
    ],
)
def test_the_grading_policy_is_told_in_numbers(tmp_path: Path, change: Mapping[str, Any], said: str) -> None:
    policy = {**GRADING, "GRADER": [{**GRADING["GRADER"][0], **change}]}  # type: ignore[index]  # as the file has it
    assert (said, "grading") in told(tmp_path, course_files(), course_files(grading=policy))


@pytest.mark.django_db
def test_attempts_and_points_of_an_activity_concern_grading(tmp_path: Path) -> None:
    other = CAPITAL.replace('max_attempts="2"', 'max_attempts="3" weight="4"')
    found = told(tmp_path, course_files(), course_files(quizzes={"capital": other, "sum": SUM}))
    assert found == [
        ("1.3 “Capital”: the number of attempts went from 2 to 3", "grading"),
        ("1.3 “Capital”: the points it is worth went from a point a question to 4", "grading"),
    ]


@pytest.mark.django_db
def test_units_in_another_order_and_texts_added_are_harmless(tmp_path: Path) -> None:
    files = course_files()
    one = '<vertical url_name="u1" display_name="To read"><html url_name="t1"/></vertical>'
    two = '<vertical url_name="u2" display_name="To practise"><problem url_name="practice"/></vertical>'
    root = files["course/course/2026.xml"].decode()
    turned = root.replace(f"{one}\n{two}", f"{two}\n{one}")
    assert turned != root
    more = turned.replace('<html url_name="t1"/>', '<html url_name="t1"/><html url_name="t2"/>')
    second = {
        **files,
        "course/course/2026.xml": more.encode(),
        "course/html/t2.xml": b'<html filename="t2" display_name="More"/>',
        "course/html/t2.html": b"<p>More to read.</p>",
    }
    found = told(tmp_path, files, second)
    assert {weight for _words, weight in found} == {"harmless"}
    assert any("are in another order" in words for words, _weight in found)
    assert any("“More”: the activity was added" in words for words, _weight in found)


def test_pieces_show_what_changed_with_a_few_words_around() -> None:
    before = "a " * 30 + "one two three " + "b " * 30
    found = pieces(before, before.replace("two", "zwei"))
    assert [(one.kind, one.text) for one in found if one.kind in ("gone", "new")] == [("gone", "two"), ("new", "zwei")]
    assert [one.kind for one in found] == ["cut", "same", "gone", "new", "same", "cut"]


def test_two_texts_without_a_word_in_common_are_told_whole() -> None:
    assert [(one.kind, one.text) for one in pieces("a b", "c")] == [("gone", "a b"), ("new", "c")]
    assert pieces("", "") == ()


def test_words_of_html_name_its_images() -> None:
    assert plain('<p>A <b>b</b><img src="/static/a.png" alt="x"/></p><script>x</script>') == "A b [/static/a.png]"


def test_pieces_are_paired_by_words_then_likeness_then_place() -> None:
    assert aligned(["a cat", "a dog"], ["a dog", "a cat"]) == {0: 1, 1: 0}
    assert aligned(["the quick fox", "zzz"], ["yyy", "the quik fox"]) == {0: 1, 1: 0}
    assert aligned(["xxxx"], ["yyyy"], by_place=False) == {}


def test_the_fewest_that_can_have_moved_did() -> None:
    assert moved([0, 1, 2]) == set()
    assert moved([1, 2, 0]) == {0}


QUIZ_OF_CODE = CAPITAL.replace(">Paris<", "><code>Paris</code><").replace("Since Clovis.", "<code>Paris</code> it is.")


@pytest.mark.django_db
def test_a_program_that_lays_a_problem_out_anew_changes_nothing_of_what_grades(tmp_path: Path) -> None:
    laid_out = QUIZ_OF_CODE.replace("<code>Paris</code> it is.", "\n          <code>Paris</code> it is.\n        ")
    found = told(
        tmp_path,
        course_files(quizzes={"capital": QUIZ_OF_CODE, "sum": SUM}),
        course_files(quizzes={"capital": laid_out, "sum": SUM}),
    )
    assert found == [("1.3 “Capital”: the layout of the problem changed", "harmless")]


@pytest.mark.django_db
def test_many_activities_that_were_only_laid_out_anew_are_one_line(tmp_path: Path) -> None:
    quizzes = {f"quiz{n}": QUIZ_OF_CODE for n in range(4)}
    laid_out = {name: text.replace("<p>SECRET", "\n<p> SECRET") for name, text in quizzes.items()}
    found = told(tmp_path, course_files(quizzes=quizzes), course_files(quizzes=laid_out))
    assert found == [("only the layout changed, and no word, in 4 activities", "harmless")]


@pytest.mark.django_db
def test_a_language_that_goes_or_comes_as_a_whole_is_told_once(tmp_path: Path) -> None:
    french = course_files(language="fr", title="Un petit cours", text="<p>Lisez.</p>")
    imported(course_files(), tmp_path, translations=(french,))
    imported(course_files(), tmp_path)
    imported(course_files(), tmp_path, translations=(french,))
    first, second, third = Version.objects.order_by("number")
    gone = [sentence(one) for one in difference_of(first, second, "en").changes]
    come = [sentence(one) for one in difference_of(second, third, "en").changes]
    assert gone == come == ["the languages of the course changed"]
