"""Are the tasks of "C, step by step" sound: told in both languages, solvable with what its pages have taught by then,
and each typical mistake given the score and the verdict that its author expects?
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cordee.courses.text.checking import check_folder
from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.tasks import Solution, Task, read_task
from cordee.sandbox.tests.compilers import shared_folder
from tests.own_course import NOW

long = pytest.mark.long  # the compiler's library is made first
COURSE = Path(__file__).parents[1] / "demo" / "c-step-by-step"
FOLDER = COURSE / "tasks"
# The tasks of each module, from the easiest.
MODULES = {
    "first-steps": ("menu-slate", "give-change", "sale-price", "arrival-time"),
    "decide-and-repeat": ("pool-ticket", "robot-walk", "window-frame", "dry-spell"),
    "store-and-split": ("below-the-mean", "roll-call", "favourite-letter", "day-of-year"),
}
TASKS = [name for names in MODULES.values() for name in names]
# What a right solution may use in none of the modules before the one that teaches it.
NOT_YET = {
    "first-steps": re.compile(r"\b(if|else|switch|while|for|return (?!0;)|void (?!\)))\b|\[|&&|\|\||string\.h"),
    "decide-and-repeat": re.compile(r"\[|string\.h|\breturn (?!0;)|\w+\(int "),
    "store-and-split": re.compile(r"\b(malloc|struct|long|goto)\b|\*\w+\s*[;=)]"),
}
LANGUAGES = ("fr", "en")
SOLUTIONS = [(name, solution) for name in TASKS for solution in read_task(FOLDER / name).solutions]
_BLOCK = re.compile(r"^```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ALONE = re.compile(r" [:;?!%»]|« |\d \d{3}\b|['\"]")  # a sign that wants a no-break space, or a straight quote


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with Laboratory(shared_folder()) as one:
        one.make_ready()
        yield one


def _task(name: str) -> Task:
    return read_task(FOLDER / name)


def _is_right(solution: Solution) -> bool:
    return solution.score == 100


def _by_heart(task: Task) -> str:
    """A program that has learnt the visible tests: it compares what it reads, and prints what was wanted."""
    known = " else ".join(
        f"if (strcmp(read, {json.dumps(test.stdin.decode())}) == 0) fputs({json.dumps(test.wanted.decode())}, stdout);"
        for test in task.tests
        if test.visible
    )
    head = "#include <stdio.h>\n#include <string.h>\nstatic char read[100000];\n"
    return f"{head}int main(void) {{ fread(read, 1, sizeof read - 1, stdin); {known} return 0; }}\n"


def test_each_module_has_four_tasks_and_no_folder_is_left_out() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(TASKS)
    assert sorted(MODULES) == sorted(path.name for path in (COURSE / "modules").iterdir())
    assert {len(names) for names in MODULES.values()} == {4}


@long
@pytest.mark.parametrize(
    ("name", "solution"), SOLUTIONS, ids=[f"{name}/{Path(one.name).stem}" for name, one in SOLUTIONS]
)
def test_each_solution_gets_the_score_and_the_verdict_that_it_must_and_is_told_its_rule_alone(
    laboratory: Laboratory, name: str, solution: Solution
) -> None:
    report = laboratory.judge(_task(name), solution.files)

    assert (report.score, report.verdict) == (solution.score, solution.verdict)
    assert [one.rule for one in report.messages] == ([solution.rule] if solution.rule else [])


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_a_right_solution_and_at_least_three_wrong_ones_each_with_its_verdict(name: str) -> None:
    solutions = _task(name).solutions

    assert [one.name for one in solutions if _is_right(one)] == ["solutions/right.c"]
    assert len(solutions) >= 1 + 3
    assert all(
        one.verdict == "accepted" if _is_right(one) else one.verdict not in ("", "accepted") for one in solutions
    )
    named = {one.name for one in solutions}
    assert named == {f"solutions/{path.name}" for path in (FOLDER / name / "solutions").iterdir()}


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_told_in_both_languages_with_the_example_of_a_visible_test(name: str) -> None:
    task = _task(name)
    assert set(task.statements) == set(task.title) == set(LANGUAGES)
    examples = {language: _BLOCK.findall(text) for language, text in task.statements.items()}

    assert examples["fr"] == examples["en"]
    given, wanted = examples["fr"]
    visible = [(test.stdin.decode().split(), test.wanted.decode()) for test in task.tests if test.visible]
    assert (given.split(), wanted) in visible
    for group in task.groups:
        assert set(group.title) == set(LANGUAGES)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_rules_that_a_wrong_solution_is_told_and_two_or_three_hints_in_both_languages(name: str) -> None:
    task = _task(name)

    assert len(task.rules) >= 3
    assert {rule.name for rule in task.rules} == {one.rule for one in task.solutions} - {""}
    assert len(task.hints) in (2, 3)
    for words in (*(rule.say for rule in task.rules), *task.hints):
        assert set(words) == set(LANGUAGES)


@pytest.mark.parametrize("name", TASKS)
def test_french_words_of_a_task_keep_their_signs_with_them(name: str) -> None:
    task = _task(name)
    prose = re.sub(r"`[^`\n]*`", "", _BLOCK.sub("", task.statements["fr"]))

    said = [words["fr"] for words in (task.title, *(rule.say for rule in task.rules), *task.hints)]
    for text in (prose, *said, *(group.title["fr"] for group in task.groups)):
        found = _ALONE.search(text)
        assert found is None, text[max(0, found.start() - 20) : found.end() + 20]


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in MODULES.items() for name in names])
def test_the_right_solution_needs_only_what_the_course_has_taught_by_then(module: str, name: str) -> None:
    source = (FOLDER / name / "solutions" / "right.c").read_text(encoding="utf-8")

    found = NOT_YET[module].search(source)
    assert found is None, found


@pytest.mark.parametrize("name", TASKS)
def test_two_or_three_tests_are_visible_and_most_of_them_are_not(name: str) -> None:
    tests = _task(name).tests
    visible = [test for test in tests if test.visible]

    assert 5 <= len(tests) <= 8
    assert len(visible) in (2, 3)
    assert len(visible) * 2 < len(tests)
    assert len({test.stdin for test in tests}) == len(tests)


@long
@pytest.mark.parametrize("name", TASKS)
def test_a_program_that_knows_the_visible_tests_by_heart_earns_less_than_half(
    laboratory: Laboratory, name: str
) -> None:
    task = _task(name)
    report = laboratory.judge(task, {"main.c": _by_heart(task)})

    assert {one.test.name for one in report.tests if one.score} == {test.name for test in task.tests if test.visible}
    assert report.score < 50


@long
@pytest.mark.parametrize("name", TASKS)
def test_what_the_editor_holds_at_first_compiles_without_a_word_and_earns_nothing(
    laboratory: Laboratory, name: str
) -> None:
    task = _task(name)
    report = laboratory.judge(task, task.starter)

    assert list(task.starter) == ["main.c"]
    assert report.diagnostics == ()
    assert (report.verdict, report.score, report.messages) == ("wrong_answer", 0, ())


@long
def test_a_right_solution_gives_the_compiler_nothing_to_say(laboratory: Laboratory) -> None:
    said = {name: laboratory.compile(one.files).diagnostics for name, one in SOLUTIONS if _is_right(one)}

    assert list(said) == TASKS
    assert set(said.values()) == {()}


@pytest.mark.long
def test_the_course_with_its_tasks_has_nothing_to_mend_and_shows_no_learner_a_solution() -> None:
    checked = check_folder(COURSE, now=NOW, run="2026")

    assert checked.messages == ()
    assert checked.made is not None
    assert checked.made.unused == ()
    for course in checked.made.courses:
        assert not [name for name, asset in course.assets.items() if "tasks/" in f"{name} {asset.member}"]
