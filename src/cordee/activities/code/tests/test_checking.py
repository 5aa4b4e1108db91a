from __future__ import annotations

import pytest

from cordee.activities.code.checking import inspect
from cordee.activities.code.definition import Exercise
from cordee.activities.code.tests.make import RIGHT, TASK_YAML

SOUND = {"task.yaml": TASK_YAML, "statement.fr.md": "Doublez.\n", "solutions/right.c": RIGHT}


def rules_of(**files: str) -> list[str]:
    held = {path: text.encode() for path, text in {**SOUND, **files}.items() if text}
    return [fault.rule for fault in inspect(Exercise("double", tuple(sorted(held.items())))).faults]


def test_a_sound_task_has_no_fault_and_whoever_solves_it_makes_something() -> None:
    assert rules_of() == []
    assert inspect(Exercise("double", (("task.yaml", TASK_YAML.encode()), ("solutions/right.c", RIGHT.encode())))).makes


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"task.yaml": "second: 1\n"}, "task-cannot-be-used"),
        ({"statement.fr.md": ""}, "task-without-statement"),
        ({"statement.fr.md": "\n"}, "task-without-statement"),
        ({"task.yaml": TASK_YAML.partition("solutions:")[0]}, "task-without-solution"),
        ({"task.yaml": TASK_YAML.replace(", visible: true", "")}, "task-without-visible-test"),
    ],
)
def test_each_fault_of_a_task_is_found(files: dict[str, str], rule: str) -> None:
    assert rules_of(**files) == [rule]


def test_what_a_task_does_not_say_in_the_language_of_its_page_is_found() -> None:
    yaml = TASK_YAML + "hints: [{fr: Multipliez.}, Deux fois.]\n"
    files = {**SOUND, "task.yaml": yaml}
    held = tuple(sorted((path, text.encode()) for path, text in files.items()))
    assert inspect(Exercise("double", held, language="fr")).faults == ()
    faults = inspect(Exercise("double", held, language="en")).faults
    assert {fault.rule for fault in faults} == {"task-language-missing"}
    assert [fault.values["where"] for fault in faults] == ["statement", "hints: 1"]


def test_words_above_the_editor_are_a_statement_too() -> None:
    files = (("task.yaml", TASK_YAML.encode()), ("solutions/right.c", RIGHT.encode()))
    assert [fault.rule for fault in inspect(Exercise("double", files, "<p>Doublez.</p>")).faults] == []
