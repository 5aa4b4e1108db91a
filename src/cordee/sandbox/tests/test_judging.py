"""A task and a submission: which verdict, which score, and by whose word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cordee.sandbox import tasks
from cordee.sandbox.author_rules import Condition, Message
from cordee.sandbox.explaining import explain_test
from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.outcomes import FUEL_PER_SECOND
from cordee.sandbox.tasks import Group, Task, TaskWrong, read_task

pytestmark = pytest.mark.long  # the compiler's library is made first
TWICE = '#include <stdio.h>\nint main(void) { int n; if (scanf("%d", &n) == 1) printf("%d\\n", 2 * n); return 0; }\n'
SMALL, NEGATIVE, ZERO = (
    tasks.Test(name, b"%d\n" % n, b"%d\n" % (2 * n)) for name, n in (("small", 21), ("negative", -3), ("zero", 0))
)
TASK = Task("twice", {"": "Twice"}, (SMALL, NEGATIVE, ZERO))


def test_a_right_program_gets_all(laboratory: Laboratory) -> None:
    report = laboratory.judge(TASK, {"main.c": TWICE})
    assert (report.verdict, report.score) == ("accepted", 100)
    assert [one.verdict for one in report.tests] == ["accepted"] * 3
    assert all(one.outcome and one.outcome.fuel for one in report.tests)


def test_a_program_that_is_right_sometimes_gets_a_part(laboratory: Laboratory) -> None:
    report = laboratory.judge(TASK, {"main.c": TWICE.replace("2 * n", "n < 0 ? n : 2 * n")})
    assert (report.verdict, report.score) == ("wrong_answer", 66.67)


def test_the_tests_of_a_group_count_together(laboratory: Laboratory) -> None:
    tests = (SMALL, replace(NEGATIVE, group="signs"), replace(ZERO, group="signs"))
    task = replace(TASK, tests=tests, groups=(Group("signs", {"": "Signs"}, 3),))
    assert laboratory.judge(task, {"main.c": TWICE.replace("2 * n", "n < 0 ? n : 2 * n")}).score == 25


def test_a_program_that_says_it_is_right_is_not(laboratory: Laboratory) -> None:
    text = (Path(__file__).parent / "programs" / "hostile_forge_score_stdout.c").read_bytes()
    report = laboratory.judge(TASK, {"main.c": text})
    assert (report.verdict, report.score) == ("wrong_answer", 0)


def test_a_right_output_before_a_crash_is_not_right(laboratory: Laboratory) -> None:
    report = laboratory.judge(TASK, {"main.c": TWICE.replace("return 0", "int *p = NULL; return *p")})
    assert (report.verdict, report.score) == ("runtime_error", 0)
    told = explain_test(report.tests[0], TASK.limits)
    assert told is not None
    assert "NULL" in told.sentence()


def test_a_right_output_with_another_code_than_zero_is_told(laboratory: Laboratory) -> None:
    report = laboratory.judge(TASK, {"main.c": TWICE.replace("return 0", "return 3")})
    told = explain_test(report.tests[0], TASK.limits)
    assert told is not None
    assert "code 3" in told.sentence()


def test_what_cannot_be_compiled_runs_on_nothing(laboratory: Laboratory) -> None:
    report = laboratory.judge(TASK, {"main.c": "int main(void) { return x; }\n"})
    assert (report.verdict, report.tests) == ("compile_error", ())


@pytest.mark.parametrize("text", [b"\0asm", b"x" * 1_000_000, b"\xff"])
def test_what_is_no_source_gets_a_verdict_too(laboratory: Laboratory, text: bytes) -> None:
    report = laboratory.judge(TASK, {"main.c": text})
    assert (report.verdict, [one.rule for one in report.diagnostics]) == ("compile_error", ["source-refused"])


CHECKER = (
    '#include "checker.h"\nint main(void) { int n = atoi(checker_output), w = atoi(checker_wanted); %s return 0; }\n'
)


def with_checker(body: str) -> Task:
    return replace(TASK, checker=(CHECKER % body).encode())


def test_an_authors_checker_gives_the_score_and_its_words(laboratory: Laboratory) -> None:
    task = with_checker('printf("%d\\nsmaller\\nis better", n == w ? 60 : 0);')
    report = laboratory.judge(task, {"main.c": TWICE})
    assert (report.verdict, report.score, report.tests[0].message) == ("wrong_answer", 60, "smaller is better")


@pytest.mark.parametrize(
    "body",
    [
        "(void)n; (void)w;",
        '(void)n; (void)w; printf("fine");',
        '(void)n; (void)w; printf("101\\n");',
        '(void)n; (void)w; printf("-1\\n");',
        '(void)n; (void)w; printf("nan\\n");',
        '(void)w; printf("100\\n"); return n;',
        "(void)n; (void)w; __builtin_trap();",
        "this is no C",
        "\0",
    ],
)
def test_a_broken_checker_is_the_authors_fault(laboratory: Laboratory, body: str) -> None:
    assert laboratory.judge(with_checker(body), {"main.c": TWICE}).verdict == "task_broken"


def test_a_program_cannot_run_over_the_variables_of_its_checker(laboratory: Laboratory) -> None:
    """Into a checker that reads a word without a bound, it prints the score that it wishes."""
    before = "#include <string.h>\nstatic char word[16]; static int points;\n"
    body = 'sscanf(checker_output, "%s", word); if (!strcmp(word, "42")) points = 100; printf("%d\\n", points);'
    checker = f'#include "checker.h"\n{before}int main(void) {{ {body} return 0; }}\n'
    task = replace(TASK, checker=checker.encode(), tests=(SMALL,))
    greedy = '#include <stdio.h>\nint main(void) { puts("xxxxxxxxxxxxxxxxd"); return 0; }\n'
    report = laboratory.judge(task, {"main.c": greedy})
    assert (report.verdict, report.score) == ("task_broken", 0)
    assert report.tests[0].fault is not None
    assert report.tests[0].fault.kind == "global_bounds"
    assert laboratory.judge(task, {"main.c": TWICE}).score == 100


def test_what_a_program_prints_cannot_speak_for_the_checker(laboratory: Laboratory) -> None:
    task = with_checker('printf("%d\\n", n == w ? 100 : 0);')
    lying = '#include <stdio.h>\nint main(void) { printf("7 7 7\\n100\\n"); return 0; }\n'
    assert laboratory.judge(task, {"main.c": lying}).score == 0


TASK_YAML = """\
title: {fr: Le double, en: Twice}
seconds: 0.5
tests:
  - {name: small, in: "21\\n", out: "42\\n", visible: true}
  - {name: large}
groups:
  all: {title: All, weight: 2}
solutions:
  - {files: solutions/right.c, score: 100}
  - {files: solutions/wrong.c, score: 50, verdict: wrong_answer, rule: always-42}
rules:
  - {name: always-42, when: {test: large, output: "^42$"}, say: {fr: "Lisez le nombre.", en: "Read the number."}}
  - {name: no-scanf, when: {verdict: wrong_answer, source: "\\\\bscanf\\\\b", absent: true}, say: "scanf?"}
hints:
  - {fr: "Que lit-on ?", en: "What is read?"}
  - "2 * n"
"""


def folder(place: Path, yaml: str = TASK_YAML) -> Path:
    for name, text in {
        "task.yaml": yaml,
        "tests/large.in": "2000000\n",
        "tests/large.out": "4000000\n",
        "solutions/right.c": TWICE,
        "solutions/wrong.c": TWICE.replace("2 * n", "42"),
        "starter/main.c": "int main(void) {}\n",
        "statement.fr.md": "Doublez.\n",
    }.items():
        path = place / "double" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if not (place / "double" / "elsewhere").exists():
        (place / "double" / "elsewhere").symlink_to("/etc")
    return place / "double"


def test_the_clock_leaves_the_time_that_the_slowest_fuel_needs(tmp_path: Path) -> None:
    limits = read_task(folder(tmp_path, TASK_YAML.replace("0.5", "30"))).limits
    assert limits.wall_s >= 5 * limits.fuel / FUEL_PER_SECOND


def test_a_folder_is_read_as_a_task_and_its_solutions_get_what_they_must(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    task = read_task(folder(tmp_path))
    assert [test.stdin for test in task.tests] == [b"21\n", b"2000000\n"]
    assert dict(task.statements) == {"fr": "Doublez.\n"}
    for solution in task.solutions:
        report = laboratory.judge(task, solution.files)
        assert report.score == solution.score


def test_an_authors_rule_is_told_in_the_report(laboratory: Laboratory, tmp_path: Path) -> None:
    task = read_task(folder(tmp_path))
    assert task.rules[1].when == Condition(verdict="wrong_answer", source=r"\bscanf\b", absent=True)
    assert [dict(hint) for hint in task.hints] == [{"fr": "Que lit-on ?", "en": "What is read?"}, {"": "2 * n"}]
    said = {"fr": "Lisez le nombre.", "en": "Read the number."}
    assert laboratory.judge(task, {"main.c": TWICE.replace("2 * n", "42")}).messages == (Message("always-42", said),)
    assert laboratory.judge(task, {"main.c": TWICE}).messages == ()
    silent = "int main(void) { return 0; }\n"
    assert [one.rule for one in laboratory.judge(task, {"main.c": silent}).messages] == ["no-scanf"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("title: {fr: Le double, en: Twice}\n", "", "title is missing"),
        ("seconds: 0.5", "seconds: -1", "seconds is -1"),
        ("seconds: 0.5", "second: 1", "second is not known"),
        ("name: large", "name: Large", "called Large"),
        ("name: large", "name: small, out: x", "two tests are called small"),
        ("name: large", "name: missing", "tests/missing.in is missing"),
        ("visible: true", "group: none", "not in “groups”"),
        ("solutions/wrong.c", "../wrong.c", "leaves the folder"),
        ("score: 100", "mark: 100", "says no score"),
        ("seconds: 0.5", "language: ada", "only c is known"),
        ("seconds: 0.5", "comparison: fuzzy", "it is one of"),
        ("title:", "title: [", "cannot be read"),
        ('in: "21\\n"', "in: 21", "between quotes"),
        ('out: "42\\n"', "out: 3.10", "between quotes"),
        ("visible: true", "visible: yes", "is true or false"),
        ("solutions/right.c", "elsewhere/hostname", "leaves the folder"),
        ("solutions/right.c", "tests", "is missing or cannot be read"),
        ("title:", "tests: " + "[" * 3000, "cannot be read"),
        ("name: no-scanf", "name: No", "a rule is called No"),
        ("name: no-scanf", "name: always-42", "two rules are called always-42"),
        ("name: no-scanf, ", "name: no-scanf, then: x, ", "then is not known"),
        ("verdict: wrong_answer, source", "verdicts: x, source", "verdicts is not known"),
        ("verdict: wrong_answer, source", "verdict: task_broken, source", "waits for the verdict task_broken"),
        ("verdict: wrong_answer, source", "verdict: [wrong_answer], source", "waits for the verdict"),
        ("test: large", "test: huge", "looks at test huge, which is not in"),
        ('output: "^42$"', 'output: "(42"', "no regular expression: "),
        ('output: "^42$"', "output: 42", "between quotes"),
        ('output: "^42$"', f'output: "{"4" * 301}"', "1 to 300 characters"),
        ('output: "^42$"', 'output: "(4+)+$"', "may take for ever"),
        ('output: "^42$"', 'output: "(4|44)+$"', "may take for ever"),
        ('output: "^42$"', 'output: "(?:a{1000}){1000}"', "no regular expression"),
        ('source: "\\\\bscanf\\\\b", ', "", "says “absent” of no “source”"),
        ('"\\\\bscanf\\\\b"', '"\\bscanf"', "holds a backspace"),
        ("absent: true", "absent: 1", "is true or false"),
        ("when: {test: large", "while: {test: large", "has no “when”"),
        ('{test: large, output: "^42$"}', "{absent: false}", "has no “when”"),
        ('{test: large, output: "^42$"}', "[large]", "has no “when”"),
        ('say: "scanf?"', "say: [scanf]", "rules: no-scanf: say is missing"),
        ('en: "Read the number."', 'en: ""', "say is empty in one language"),
        ('say: "scanf?"', f'say: "{"x" * 2001}"', "longer than 2000 characters"),
        ("hints:", "tips:", "tips is not known"),
        ("rules:\n", "rules:\n" + "  - {name: x, when: {verdict: accepted}, say: x}\n" * 40, "at most 40 rules"),
        ('  - "2 * n"', "  - {}", "hints: 2 is missing"),
        ('  - "2 * n"', "  - 3.10", "hints: 2 is missing"),
        ('  - "2 * n"', '  - "2 * n"\n' * 20, "at most 20 hints"),
        ("rule: always-42", "rule: other", "must be told rule other"),
        (
            "50, verdict: wrong_answer",
            "50, verdict: acceptd",
            r"ends as acceptd, which is no verdict\. Did you mean accepted\?",
        ),
        ("50, verdict: wrong_answer", "50, verdict: Wrong-Answer", r"Did you mean wrong_answer\?"),
        (
            "50, verdict: wrong_answer",
            "50, verdict: 42",
            r"ends as 42, which is no verdict\. It is one of accepted, wrong_answer, ",
        ),
    ],
)
def test_what_is_wrong_with_a_task_is_said(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(TaskWrong, match=told):
        read_task(folder(tmp_path, TASK_YAML.replace(old, new)))


def test_reading_many_patterns_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is slow, and still too quick to be refused alone, may not add up."""
    monkeypatch.setattr(tasks, "MOST_READING_S", 0.0)
    with pytest.raises(TaskWrong, match="may take for ever"):
        read_task(folder(tmp_path))
