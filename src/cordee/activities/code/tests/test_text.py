from __future__ import annotations

from pathlib import Path

import pytest

from cordee.activities.code import olx, text
from cordee.activities.code.definition import Exercise, from_json, to_json
from cordee.activities.code.kind import kind
from cordee.activities.code.tests.make import TASK, TASK_YAML, course
from cordee.courses.models import Version
from cordee.courses.tests.course_texts import NOW, published
from cordee.courses.text.checking import check_folder
from cordee.formats.coursetext.lists import Messages
from cordee.formats.coursetext.model import Place, TextBlock, Written
from cordee.formats.olx.model import Block

FILES = tuple(sorted((path.removeprefix("tasks/double/"), held.encode()) for path, held in TASK.items()))


def block(files: tuple[tuple[str, bytes], ...] = FILES, **settings: str) -> TextBlock:
    place = Place("modules/nommer/trame.en.md")
    written = tuple(Written(name, value, place) for name, value in {"task": "double", **settings}.items())
    return TextBlock("code", "double", written, (), place, files=files)


def read(one: TextBlock) -> tuple[Block, list[str]]:
    said = Messages()
    found = text.read_text(one, None, said)
    return found, [message.code for message in said.all]


def test_an_exercise_is_the_same_in_text_olx_and_json() -> None:
    found, said = read(block(points="4", attempts="2"))
    assert said == []
    exercise, remarks = olx.read(found)
    assert remarks == ()
    assert exercise == Exercise("double", FILES, language="en")
    assert from_json(to_json(exercise)) == exercise
    again = text.write_text(found)
    assert again is not None
    assert again.files == FILES
    assert olx.read(read(again)[0])[0].files == FILES
    rules = kind.read_olx(found).rules
    assert (rules.weight, rules.max_attempts, rules.show_answer) == (4, 2, "never")


def test_its_title_is_that_of_the_task_in_the_language_of_the_page() -> None:
    assert read(block())[0].title == "Twice"
    assert read(block(title="Deux fois"))[0].title == "Deux fois"


@pytest.mark.parametrize("data", [b"\xff\x00", b"a\r\nb\r", b"\x1b[31m", "é\n".encode(), b"  <a & b>\n\n", b""])
def test_no_byte_of_a_file_is_changed_on_the_way(data: bytes) -> None:
    files = (("task.yaml", TASK_YAML.encode()), ("tests/hidden.in", data))
    exercise = Exercise("double", files)
    content = olx.write(exercise, {})
    assert olx.read(Block("double", olx.TAG, "", {"task": "double"}, content=content))[0] == exercise
    assert from_json(to_json(exercise)) == exercise


def test_a_task_with_faults_is_told_with_every_fault_where_it_is_named() -> None:
    wrong = (("task.yaml", b"title: X\ntests: [{name: A}]\nsecond: 1\n"),)
    found, said = read(block(wrong))
    assert set(said) == {"task-wrong"}
    assert len(said) == 2
    reading = kind.read_olx(found)
    assert kind.ungradable(reading.definition) == "double"
    assert [fault.rule for fault in kind.inspect(reading.definition).faults] == ["task-cannot-be-used"]  # type: ignore[attr-defined]  # it checks itself


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("# T\n\n::: code a\ntask: doubel\n:::\n", "Did you mean “double”?"),
        ("# T\n\n::: code a\ntask: ../double\n:::\n", "There is no folder tasks/../double"),
        ("# T\n\n::: code a\n:::\n", "needs the folder of its task"),
        ("# T\n\n::: code a\ntask: double\n\n- (x) yes\n- ( ) no\n\n:::\n", "Only words stand above a program"),
        ("# T\n\n::: code a\ntask: double\nlanguage: ada\n:::\n", "language"),
    ],
)
def test_what_is_wrong_with_a_block_is_told_at_its_place(tmp_path: Path, page: str, told: str) -> None:
    found = [f"{one.place} {one}" for one in check_folder(course(tmp_path, page), now=NOW).errors]
    assert any(told in one for one in found), found
    assert all(one.startswith("modules/nommer/trame.fr.md:") for one in found)


def test_a_task_that_no_page_names_is_told(tmp_path: Path) -> None:
    there = course(tmp_path, **{"tasks/lost/task.yaml": TASK_YAML})
    told = {str(one.place.path) for one in check_folder(there, now=NOW).messages if one.code == "unused-file"}
    assert "tasks/lost" in told
    assert "tasks/double" not in told


@pytest.mark.django_db
def test_no_file_of_a_task_is_a_file_of_the_course(tmp_path: Path) -> None:
    published(course(tmp_path))
    version = Version.objects.get()
    assert not [name for names in version.files.values() for name in names if "task" in name or name.endswith(".c")]


@pytest.mark.django_db
def test_a_mended_task_makes_a_new_version_and_the_same_one_does_not(tmp_path: Path) -> None:
    assert published(course(tmp_path)).done.changed
    assert not published(course(tmp_path)).done.changed
    assert published(
        course(tmp_path, **{"tasks/double/task.yaml": TASK_YAML.replace("-154246", "-154247")})
    ).done.changed


@pytest.mark.django_db
def test_a_version_gives_back_its_tasks_byte_by_byte(tmp_path: Path) -> None:
    from cordee.courses.text.taking_out import take_out

    there = course(tmp_path / "a", **{"tasks/double/tests/more.in": "1 2\r\n"})
    (there / "tasks/double/tests/raw.in").write_bytes(b"\xff\x00\x1b")
    published(there)
    take_out(Version.objects.get(), tmp_path / "b")
    for path in (there / "tasks").rglob("*.*"):
        assert (tmp_path / "b" / path.relative_to(there)).read_bytes() == path.read_bytes()


def test_changes_of_tests_concern_grading_and_those_of_words_do_not() -> None:
    def changed(old: str, new: str) -> list[str]:
        after = tuple((path, data.replace(old.encode(), new.encode())) for path, data in FILES)
        return [one.weight for one in kind.changes(Exercise("double", FILES), Exercise("double", after))]  # type: ignore[attr-defined]  # it tells changes

    assert changed("-154246", "-154248") == ["grading"]
    assert changed("tests:", "seconds: 2\ntests:") == ["grading"]
    assert changed("twice", "two times") == ["harmless"]
    assert changed("return 0;\n}", "return 1;\n}") != []
    assert changed("x-nothing", "y") == []
