"""`cordee code`: what a person and a machine are told."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tty
from pathlib import Path
from typing import Any

import pytest

from cordee.sandbox.tests.compilers import shared_folder
from cordee.web.terminal import pass_on

long = pytest.mark.long  # the compiler's library is made first
TWICE = '#include <stdio.h>\nint main(void) { int n; if (scanf("%d", &n) == 1) printf("%d\\n", 2 * n); return 0; }\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("home")
    (place / "code").symlink_to(shared_folder())
    return place


def cordee(home: Path, *words: object, stdin: str = "", lang: str = "C") -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("cordee")), *map(str, words)]
    variables = {**os.environ, "CORDEE_HOME": str(home), "LC_ALL": lang}
    return subprocess.run(  # noqa: S603 - our own words
        command, input=stdin, capture_output=True, text=True, env=variables, timeout=300, check=False
    )


def answer(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@long
def test_a_program_is_run_on_what_is_typed(home: Path, tmp_path: Path) -> None:
    (tmp_path / "double.c").write_text(TWICE)
    done = cordee(home, "code", "run", tmp_path / "double.c", stdin="21\n")
    assert (done.returncode, done.stdout) == (0, "42\n"), done.stderr


@long
def test_a_fault_is_said_with_its_place_and_in_french(home: Path, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("int main(void) {\n  int *p = 0;\n  return *p;\n}\n")
    told = cordee(home, "code", "run", tmp_path / "main.c", lang="fr_FR.UTF-8")
    assert told.returncode == 1
    assert "main.c:3:" in told.stderr
    assert "pointeur" in told.stderr
    machine = answer(cordee(home, "code", "run", tmp_path / "main.c", "--json"))
    assert (machine["verdict"], machine["fault"]["kind"], machine["fault"]["line"]) == (
        "runtime_error",
        "null_pointer",
        3,
    )


@long
def test_a_mistake_is_told_on_a_card_in_french_and_nothing_in_the_compilers_words(home: Path, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text("#include <stdio.h>\nint main(void) {\n  int total = 1;\n  return totl;\n}\n")
    told = cordee(home, "code", "run", tmp_path / "main.c", lang="fr_FR.UTF-8")
    assert told.returncode == 1
    lines = told.stderr.splitlines()
    assert lines[-4] == "main.c:4:10: faute\u00a0: “totl” n’est pas déclaré"
    assert lines[-3].strip() == "return totl;"
    assert "Vouliez-vous dire “total”" in lines[-1]
    assert "undeclared identifier" not in told.stderr


@long
def test_a_machine_gets_cards_beside_the_compilers_words(home: Path, tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text('title: Twice\ntests: [{name: one, in: "1\\n", out: "2\\n"}]\n')
    (tmp_path / "wrong.c").write_text("#include <stdio.h>\nint main(void) {\n  return totl;\n}\n")
    (tmp_path / "main.c").write_text(TWICE.replace("int n;", "int n, x = 1; if (x = 2) n = 0;"))
    refused = answer(cordee(home, "code", "run", tmp_path / "wrong.c", "--json"))
    card = {"rule": "undeclared-name", "level": "error", "file": "wrong.c", "line": 3, "column": 10}
    assert {name: refused["cards"][0][name] for name in card} == card
    assert all(refused["cards"][0][name] for name in ("title", "text", "try"))
    assert refused["diagnostics"][0]["text"] == "use of undeclared identifier 'totl'"
    run = answer(cordee(home, "code", "run", tmp_path / "main.c", "--json", stdin="1\n"))
    judged = answer(cordee(home, "code", "judge", tmp_path, tmp_path / "main.c", "--json"))
    for given in (run, judged):
        assert (given["verdict"], [one["rule"] for one in given["cards"]]) == ("accepted", ["assignment-in-condition"])
        assert given["cards"][0]["level"] == "warning"


@long
def test_a_submission_is_judged(home: Path, tmp_path: Path) -> None:
    task = tmp_path / "task"
    task.mkdir()
    (task / "task.yaml").write_text('title: Twice\ntests: [{name: one, in: "1\\n", out: "2\\n"}]\n')
    (tmp_path / "main.c").write_text(TWICE)
    (tmp_path / "wrong.c").write_text(TWICE.replace("2 *", "3 *"))
    right = answer(cordee(home, "code", "judge", task, tmp_path / "main.c", "--json"))
    assert (right["verdict"], right["score"]) == ("accepted", 100)
    assert set(right["tests"][0]) >= {"name", "verdict", "score", "fuel", "memory_kb", "feedback"}
    wrong = cordee(home, "code", "judge", task, tmp_path / "wrong.c", "--json")
    assert (wrong.returncode, answer(wrong)["tests"][0]["difference"]) == (1, "off_by_one")


@long
def test_a_task_whose_solution_gets_something_else_is_not_sound(home: Path, tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text(
        'title: Twice\ntests: [{name: one, in: "1\\n", out: "2\\n"}]\nsolutions: [{files: main.c, score: 0}]\n'
    )
    (tmp_path / "main.c").write_text(TWICE)
    done = cordee(home, "code", "check", tmp_path)
    assert (done.returncode, "gets 100 (accepted) and must get 0" in done.stdout) == (1, True), done.stderr


CHECKER = """\
title: Twice
tests: [{name: one, in: "1\\n", out: "2\\n"}]
checker: checker.c
solutions: [{files: main.c, score: 100}]
"""


@long
def test_why_a_solution_or_a_checker_is_no_good_is_told_to_the_author_of_a_task(home: Path, tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text(CHECKER)
    (tmp_path / "statement.fr.md").write_text("Doublez.\n")
    (tmp_path / "main.c").write_text(TWICE)
    for checker, said in (
        ('#include <stdio.h>\nint main(void) { printf("150\\n"); return 0; }\n', "a score of more than 100: “150”"),
        (
            '#include <stdio.h>\nint main(void) { printf("good\\n"); return 0; }\n',
            "a score from 0 to 100 first; it printed “good”",
        ),
        ("int main(void) { return 3; }\n", "ended with code 3"),
        ("int main(void) { return x; }\n", "cannot be compiled: checker.c:1"),
    ):
        (tmp_path / "checker.c").write_text(checker)
        told = cordee(home, "code", "check", tmp_path).stdout
        assert (said in told, "main.c gets 0 (task_broken) and must get 100" in told) == (True, True), told
    (tmp_path / "task.yaml").write_text(CHECKER.replace("checker: checker.c\n", ""))
    (tmp_path / "main.c").write_text(TWICE.replace(";", "", 1))
    told = cordee(home, "code", "check", tmp_path).stdout
    assert "compile_error" in told
    assert "A semicolon is missing" in told


@long
def test_a_task_that_asks_for_nothing_or_not_in_all_its_languages_is_told(home: Path, tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text(CHECKER.replace("checker: checker.c\n", "hints: [{fr: Deux fois.}]\n"))
    (tmp_path / "main.c").write_text(TWICE)
    done = cordee(home, "code", "check", tmp_path)
    assert (done.returncode, "The task asks for nothing by itself." in done.stdout) == (0, True)  # its page may
    for language in ("fr", "en"):
        (tmp_path / f"statement.{language}.md").write_text("Doublez.\n")
    done = cordee(home, "code", "check", tmp_path)
    assert (done.returncode, "hints: 1 says nothing in the language “en”." in done.stdout) == (0, True)
    (tmp_path / "statement.en.md").write_bytes("Le carré\nd’été.\n".encode("cp1252"))
    assert "statement.en.md, line 1: this is no UTF-8" in cordee(home, "code", "check", tmp_path).stderr


@long
def test_a_machine_gets_each_fault_of_a_task_by_its_code_with_its_values_in_the_language_that_it_asks_for(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "task.yaml").write_text(
        'title: Twice\ntests: [{name: one, in: "1\\n", out: "2\\n"}]\nsolutions: [{files: main.c, score: 50}]\n'
    )
    (tmp_path / "main.c").write_text(TWICE)
    english, french = (
        answer(cordee(home, "code", "check", tmp_path, "--json", "--language", one))["problems"][0]
        for one in ("en", "fr")
    )
    values = {"name": "main.c", "wanted": 50, "points": 100, "verdict": "accepted"}
    for told in (english, french):
        assert (told["code"], told["values"]) == ("other-score", values)
    assert english["text"] == "main.c gets 100 (accepted) and must get 50."
    assert french["text"].startswith("main.c obtient 100")
    (tmp_path / "task.yaml").write_text("title: Twice\ntests: 3\nseconds: 99\n")
    done = cordee(home, "code", "check", tmp_path, "--json", lang="fr_FR.UTF-8")  # French is asked for by its option
    told = answer(done)
    assert (done.returncode, told["solutions"], {one["code"] for one in told["problems"]}) == (1, 0, {"task-wrong"})
    values = {"key": "seconds", "value": 99, "least": 0.01, "most": 30}
    assert values in [one["values"] for one in told["problems"]]
    assert all(one["text"].startswith("task.yaml: ") for one in told["problems"])
    assert cordee(home, "code", "check", tmp_path, "--language", "de").returncode == 2


RULES = """\
title: Twice
tests: [{name: one, in: "1\\n", out: "2\\n"}]
rules:
  - {name: thrice, when: {output: "^3$"}, say: {fr: "Deux fois suffisent.", en: "Twice is enough."}}
  - {name: never, when: {output: "^7$"}, say: {fr: "Sept.", en: "Seven."}}
solutions:
  - {files: wrong.c, score: 0, rule: thrice}
"""


@long
def test_an_authors_rule_is_said_first_and_in_the_language_of_the_command(home: Path, tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text(RULES)
    (tmp_path / "wrong.c").write_text(TWICE.replace("2 *", "3 *"))
    told = cordee(home, "code", "judge", tmp_path, tmp_path / "wrong.c", lang="fr_FR.UTF-8").stdout.splitlines()
    assert told[0] == "Deux fois suffisent."
    assert told[1].startswith("one ")
    machine = answer(cordee(home, "code", "judge", tmp_path, tmp_path / "wrong.c", "--json", lang="fr_FR.UTF-8"))
    assert machine["messages"] == [{"rule": "thrice", "text": "Twice is enough."}]


@long
def test_a_solution_says_which_rule_it_must_be_told_and_a_rule_that_was_never_tried_is_remarked(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "task.yaml").write_text(RULES)
    (tmp_path / "wrong.c").write_text(TWICE.replace("2 *", "3 *"))
    done = cordee(home, "code", "check", tmp_path, lang="fr_FR.UTF-8")
    assert done.returncode == 0
    assert "La règle never n’a jamais été essayée" in done.stdout
    machine = answer(cordee(home, "code", "check", tmp_path, "--json"))
    assert machine["problems"] == []
    assert machine["remarks"][0] == {
        "code": "rule-untried",
        "values": {"rule": "never"},
        "text": "The rule never was never tried: no solution makes it speak.",
    }
    assert [one["code"] for one in machine["remarks"]] == ["rule-untried", "no-statement"]
    (tmp_path / "task.yaml").write_text(RULES.replace("rule: thrice", "rule: never"))
    done = cordee(home, "code", "check", tmp_path)
    assert (done.returncode, "must be told the rule never, and is told thrice" in done.stdout) == (1, True)
    (problem,) = answer(cordee(home, "code", "check", tmp_path, "--json", "--language", "fr"))["problems"]
    values = {"name": "wrong.c", "rule": "never", "others": "thrice"}
    assert (problem["code"], problem["values"]) == ("rule-not-told", values)
    assert problem["text"].startswith("wrong.c doit")
    (tmp_path / "wrong.c").write_text(TWICE.replace("2 *", "0 *"))
    assert "must be told the rule never, and is told none" in cordee(home, "code", "check", tmp_path).stdout


@long
@pytest.mark.parametrize("words", [("run", "nothing.c"), ("judge", "no-task", "nothing.c"), ("check", "no-task")])
def test_what_is_not_there_is_said(home: Path, words: tuple[str, ...]) -> None:
    done = cordee(home, "code", *words)
    assert done.returncode == 1
    assert "There is no file" in done.stderr
    assert "Traceback" not in done.stderr


@long
def test_the_doctor_says_which_layers_are_in_force(home: Path) -> None:
    found = json.loads(cordee(home, "doctor", "--json").stdout)
    lines = json.dumps(found)
    assert "Landlock (ABI" in lines


@long
def test_what_is_no_source_is_refused_in_words_and_has_a_verdict_for_machines(home: Path, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_bytes(b"\0asm\1\0\0\0")
    told = cordee(home, "code", "run", tmp_path / "main.c", lang="fr_FR.UTF-8")
    assert (told.returncode, "n’est pas un texte" in told.stderr) == (1, True)
    assert answer(cordee(home, "code", "run", tmp_path / "main.c", "--json"))["verdict"] == "compile_error"


@pytest.mark.long
def test_a_site_starts_without_the_compiler_and_the_command_says_how_to_install_it(tmp_path: Path) -> None:
    """`sh bin/setup` alone installs neither wasmtime nor ziglang."""
    (tmp_path / "main.c").write_text(TWICE)
    hidden = "import sys; sys.modules['wasmtime'] = sys.modules['ziglang'] = None\n"
    starting = "from cordee.web import cli, processes, starting, worker; cli.main()"
    code = f"{hidden}import importlib.util as u; find = u.find_spec\n"
    code += "u.find_spec = lambda name, *more: None if name in ('wasmtime', 'ziglang') else find(name, *more)\n"
    variables = {**os.environ, "CORDEE_HOME": str(tmp_path / "home"), "LC_ALL": "C"}

    def said(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", code + starting, *words], capture_output=True, text=True, env=variables, check=False
        )

    assert said("--help").returncode == 0, said("--help").stderr
    told = said("code", "run", str(tmp_path / "main.c"))
    assert (told.returncode, "sh bin/setup --c" in told.stderr, "Traceback" in told.stderr) == (1, True, False)
    assert "sh bin/setup --c" in said("doctor").stdout


@long
def test_a_file_keeps_its_name_in_what_is_told_of_it(home: Path, tmp_path: Path) -> None:
    fault = "int main(void) {\n  int *p = 0;\n  return *p;\n}\n"
    (tmp_path / "exercise-3.c").write_text(fault)
    (tmp_path / "mon devoir.txt").write_text(fault)
    assert "exercise-3.c:3:" in cordee(home, "code", "run", tmp_path / "exercise-3.c").stderr
    assert "main.c:3:" in cordee(home, "code", "run", tmp_path / "mon devoir.txt").stderr
    (tmp_path / "task.yaml").write_text('title: x\ntests: [{name: one, in: "", out: "2"}]\n')
    assert "exercise-3.c:3:" in cordee(home, "code", "judge", tmp_path, tmp_path / "exercise-3.c").stdout


@long
def test_what_judge_refuses_is_said_in_the_language_of_the_command(home: Path, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_bytes(b"\0asm\1\0\0\0")
    (tmp_path / "task.yaml").write_text('title: x\ntests: [{name: one, in: "", out: "2"}]\n')
    told = cordee(home, "code", "judge", tmp_path, tmp_path / "main.c", lang="fr_FR.UTF-8")
    assert (told.returncode, "n’est pas un texte" in told.stdout, "is no text" in told.stdout) == (1, True, False)
    machine = answer(cordee(home, "code", "judge", tmp_path, tmp_path / "main.c", "--json"))
    assert [one["rule"] for one in machine["cards"]] == ["source-refused"]
    assert machine["cards"][0]["text"] == "main.c is no text. Send the source of your program."


def test_why_a_file_cannot_be_read_and_what_is_wrong_with_a_task_is_said_in_french(home: Path, tmp_path: Path) -> None:
    (tmp_path / "folder.c").mkdir()
    told = cordee(home, "code", "run", tmp_path / "folder.c", lang="fr_FR.UTF-8").stderr
    assert ("est un dossier" in told, "Is a directory" in told) == (True, False)
    (tmp_path / "task.yaml").write_text("title: x\nseconds: 90\n")
    told = cordee(home, "code", "check", tmp_path, lang="fr_FR.UTF-8").stderr
    assert ("est un nombre" in told, "is a number" in told, "tests est une liste" in told) == (True, False, True)


@long
def test_a_program_is_run_where_nothing_can_be_typed(home: Path, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text('#include <stdio.h>\nint main(void) { printf("%d\\n", getchar()); return 0; }\n')
    command = f"'{Path(sys.executable).with_name('cordee')}' code run {tmp_path / 'main.c'}"
    variables = {**os.environ, "CORDEE_HOME": str(home), "LC_ALL": "C"}
    unheard = subprocess.run(  # noqa: S602 - our own words
        f"{command} </dev/null >&-", shell=True, capture_output=True, text=True, env=variables, timeout=300, check=False
    )
    assert (unheard.returncode, unheard.stdout) == (0, ""), unheard.stderr
    for closed in ("<&-", "--stdin - <&-"):
        done = subprocess.run(  # noqa: S602 - our own words
            f"{command} {closed}", shell=True, capture_output=True, text=True, env=variables, timeout=300, check=False
        )
        assert (done.returncode, done.stdout) == (0, "-1\n"), done.stderr


@long
def test_an_input_that_is_too_large_is_refused_and_not_cut(home: Path, tmp_path: Path) -> None:
    (tmp_path / "main.c").write_text(TWICE)
    (tmp_path / "large.txt").write_text("1" * ((4 << 20) + 1))
    typed = cordee(home, "code", "run", tmp_path / "main.c", stdin=(tmp_path / "large.txt").read_text())
    named = cordee(home, "code", "run", tmp_path / "main.c", "--stdin", tmp_path / "large.txt")
    for done in (typed, named):
        assert (done.returncode, "is larger than 4194304 bytes" in done.stderr) == (1, True)


def test_a_program_that_is_no_ordinary_file_is_refused_at_once(home: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "main.c")
    for path in (tmp_path / "main.c", Path("/dev/zero")):
        done = cordee(home, "code", "run", path)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"{path} is no ordinary file. Write the program into one." in done.stderr


@pytest.mark.parametrize(
    ("printed", "is_terminal", "passed"),
    [
        (b"\x1b[31m\x07\x00\x7f\ta\r\nb\rc\n", True, "\u241b[31m\u2407\u2400\u2421\ta\nb\u240dc\n".encode()),
        ("\x9b31m é\n".encode(), True, "\ufffd31m é\n".encode()),
        (b"\xff\n", True, "\ufffd\n".encode()),
        (b"\x1b[31m\x07\xff\r\n", False, b"\x1b[31m\x07\xff\r\n"),
    ],
)
def test_control_signs_of_a_program_are_pictures_on_a_terminal_and_themselves_elsewhere(
    printed: bytes, is_terminal: bool, passed: bytes
) -> None:
    reading, writing = pty.openpty() if is_terminal else os.pipe()
    if is_terminal:
        tty.setraw(writing)
    with open(writing, "w") as stream, open(reading, "rb", buffering=0) as screen:  # noqa: PTH123 - numbers, no paths
        pass_on(printed, stream)
        assert screen.read(1000) == passed
