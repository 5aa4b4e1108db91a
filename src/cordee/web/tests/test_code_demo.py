"""`cordee code demo` shows tasks as pages, with no course of anybody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.activities.code.tests.make import TASK
from cordee.core.errors import NotFound
from cordee.courses.tests.course_texts import NOW
from cordee.courses.text.checking import check_folder
from cordee.courses.text.drafting import Drafts
from cordee.sandbox.tasks import TaskWrong
from cordee.web.code_demo import SHOWN, tasks_in, write_course
from cordee.web.environment import data_folder
from cordee.web.tests.running import cordee


def task(at: Path) -> Path:
    for path, text in TASK.items():
        there = at / path.removeprefix("tasks/")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(text, encoding="utf-8")
    return at / "double"


def test_our_own_tasks_become_a_course_text_without_a_fault(tmp_path: Path) -> None:
    ours = data_folder() / "c-step-by-step" / "tasks"
    checked = check_folder(write_course([ours / name for name in SHOWN], tmp_path / "course"), now=NOW)
    assert {one.code for one in checked.messages} == {"never-confirmed"}  # each says what its task says
    assert checked.compiled is not None
    entries = [entry for _place, entry in checked.compiled.outline.entries.values()]
    assert [(entry.kind, entry.ungradable) for entry in entries] == [("code", "")] * len(SHOWN)


def test_nothing_of_the_course_around_tasks_of_ones_own_is_to_be_mended(tmp_path: Path) -> None:
    drawn = Drafts(write_course([task(tmp_path)], tmp_path / "course")).draw(NOW)
    assert drawn.outline is not None
    found, aside = drawn.findings(NOW)
    assert [one.rule.code for one in found] == []
    assert aside == ()


def test_a_task_or_a_folder_of_tasks_may_be_named(tmp_path: Path) -> None:
    one = task(tmp_path)
    assert tasks_in(one) == [one]
    assert tasks_in(tmp_path) == [one]
    with pytest.raises(NotFound, match=r"a task is a folder with a task\.yaml"):
        tasks_in(one / "solutions")


def test_a_task_with_faults_is_refused_with_all_of_them(tmp_path: Path) -> None:
    (task(tmp_path) / "task.yaml").write_text("second: 1\n", encoding="utf-8")
    with pytest.raises(TaskWrong, match="second is not known"):
        write_course([tmp_path / "double"], tmp_path / "course")


@pytest.mark.long
def test_the_command_says_what_is_wrong_with_a_folder(tmp_path: Path) -> None:
    answer = cordee("code", "demo", str(tmp_path), home=tmp_path / "home")
    assert answer.returncode == 1
    assert "There is no task in" in answer.stderr
