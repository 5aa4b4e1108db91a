"""Do the programs of "C, step by step" print what its pages say, and are its answers those that the machine gives?

Listings are compiled by gcc as C17 with -Wall; what they print, or what gcc says of them, is compared with the page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

GCC = shutil.which("gcc") or ""
pytestmark = pytest.mark.long

FOLDER = Path(__file__).parents[1] / "demo" / "c-step-by-step" / "modules"
LANGUAGES = ("fr", "en")
# What the person types, in the programs that ask.
TYPED = {"asking": "41\n", "walking": "4 8 15\n", "comparing": "Maximilienne\n"}
# The programs whose fault the page explains: what gcc must say of them.
FAULTY = {
    ("if-else", 1): "-Wparentheses",
    ("if-else", 2): "-Wempty-body",
    ("for-loop", 1): "-Wmisleading-indentation",
    ("comparing", 0): "-Waddress",
}
# Quizzes whose listing prints the answers, in their order; of those with more questions, how many the listing answers.
PRINTS = {
    "read-assignment": 2,
    "integer-division": 1,
    "equal-or-assign": 2,
    "lonely-semicolon": 1,
    "which-branch": 1,
    "first-true-case": 1,
    "missing-break": 1,
    "count-turns": 2,
    "semicolon-after-for": 1,
    "index-or-value": 3,
    "count-if": 1,
    "letter-arithmetic": 2,
    "walk-a-word": 1,
    "copy-of-value": 1,
    "q1-boxes": 2,
    "q2-equal": 1,
    "q2-switch": 1,
    "q2-loop": 2,
    "q3-copy": 2,
}
# Quizzes whose answers are printed by a program that is made here; LISTING stands for the listing of the quiz.
MADE = {
    "how-many-lines": ("LISTING", 1),  # the lines are counted
    "remainder": (r'printf("%d %d", 100 / 6, 100 % 6);', 2),
    "celsius": (r'int f = 77; ANSWER; printf("int c = 5 * (f - 32) / 9; %s", c == 25 ? "" : "is wrong");', 1),
    "trace-it": (
        r'int n = 20; int steps = 0; while (n % 2 == 0) { n = n / 2; steps = steps + 1; printf("%d %d ", n, steps); }',
        4,
    ),
    "how-many-turns": (
        r"int t[3] = {0}; for (int i = 0; i < 8; i++) t[0]++; for (int i = 0; i <= 8; i++) t[1]++;"
        r' for (int i = 2; i < 10; i = i + 2) t[2]++; printf("%d %d %d", t[0], t[1], t[2]);',
        3,
    ),
    "stars": (
        "int n = 0; for (int row = 1; row <= 10; row++) for (int col = 1; col <= row; col++) n++; "
        r'printf("%d", n);',
        1,
    ),
    "off-by-one": (r'int n = 0; for (int i = 0; i <= 6; i++) { n++; } printf("%d", n);', 1),
    "how-many-boxes": (r'printf("%d %d", (int)strlen("Bonjour"), (int)sizeof "Bonjour");', 2),
    "q1-division": (r'int seconds = 500; printf("%d %d", seconds / 60, seconds % 60);', 2),
    "q3-string": (
        r"LISTING int zero = 0; while (name[zero] != '\0') zero++; printf("
        r'"%d %d", (int)strlen(name), zero);',
        2,
    ),
    "my-program": (
        "int from[2] = {7, 27}; for (int k = 0; k < 2; k++) { int n = from[k], steps = 0, most = n; while (n != 1) {"
        " n = n % 2 == 0 ? n / 2 : 3 * n + 1; steps++; if (n > most) most = n; }"
        r' printf(k == 0 ? "%d " : "%d %d ", steps, most); }',
        3,
    ),
}
# Quizzes on a wrong listing: on which lines gcc says something at once, and they are those of the answer.
SAID = {
    "missing-semicolon": ("expected ';'", {7}),
    "uninitialised": ("-Wuninitialized", {1}),
    "missing-ampersand": ("-Wformat", {4}),
    "lonely-semicolon": ("-Wempty-body", {3}),
    "q1-reading": ("-W", {1, 3}),
    "missing-return": ("-Wreturn-type", {6}),
    "q3-return": ("-Wreturn-type", {7}),
}
# Listings that are read and not run: their answer is a place or a word, or what they do is not defined.
READ = {"never-ends", "past-the-end", "forgotten-zero", "q3-loop"}
ELSEWHERE = {"q1-screen", "q2-sum", "who-does-what"}  # each has a test of its own, below


@pytest.fixture(scope="module", autouse=True)
def _compiler() -> None:
    """Its absence is a fault where CI is set; elsewhere it is said."""
    if not GCC and os.environ.get("CI"):
        raise AssertionError("gcc is not installed: apt install gcc libc6-dev")
    if not GCC:
        pytest.skip("compiles C: apt install gcc libc6-dev")


@dataclass(frozen=True)
class Listing:
    """A listing of a page: `printed` is the listing that follows it at once, "" when prose does."""

    unit: str
    quiz: str
    source: str
    printed: str

    @property
    def is_program(self) -> bool:
        return "int main(void)" in self.source and "/* 1 */" not in self.source


def _text(unit: str, language: str) -> str:
    return next(FOLDER.glob(f"*/{unit}.{language}.md")).read_text(encoding="utf-8")


def _listings(language: str) -> list[Listing]:
    found = []
    for path in sorted(FOLDER.glob(f"*/*.{language}.md")):
        text = path.read_text(encoding="utf-8")
        for each in re.finditer(r"^```c\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", text, re.DOTALL | re.MULTILINE):
            before = re.findall(r"^:::(?: \w+ (\S+))?$", text[: each.start()], re.MULTILINE)
            found.append(Listing(path.name.split(".")[0], before[-1] if before else "", each[1] or "", each[2] or ""))
    return found


def _programs(language: str) -> list[tuple[int, Listing]]:
    """Whole programs outside quizzes, with their rank among those of their unit."""
    ranks: dict[str, int] = {}
    found = []
    for listing in _listings(language):
        if listing.is_program and not listing.quiz:
            rank = ranks.setdefault(listing.unit, 0)
            ranks[listing.unit] += 1
            found.append((rank, listing))
    return found


def _quiz(name: str, language: str) -> tuple[Listing | None, str]:
    listing = next((one for one in _listings(language) if one.quiz == name), None)
    pages = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob(f"*/*.{language}.md")))
    found = re.search(rf"^::: quiz {name}\n(.*?)^:::$", pages, re.DOTALL | re.MULTILINE)
    assert found is not None, name
    return listing, found[1]


def _answers(body: str) -> list[str]:
    """The right answers as written: numbers, texts, and the code of right choices."""
    found = re.findall(r"^- (?:\[\?\w+\] )?= (.+)$|^\s*- \(x\) `(.+)`$", body, re.MULTILINE)
    return [(number or code).strip('"') for number, code in found]


def _compile(source: str, folder: Path, *flags: str) -> tuple[Path, list[str]]:
    """The program and what gcc says, a line each, as in `x.c:7:13: warning: …`."""
    (folder / "x.c").write_text(source, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own words
        [GCC, "-std=c17", "-Wall", *flags, "x.c", "-o", "x"],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    return folder / "x", re.findall(r"^x\.c:\d+:\d+: .*$", done.stderr, re.MULTILINE)


def _run(source: str, folder: Path, typed: str = "") -> str:
    program, said = _compile(source, folder)
    assert program.exists(), said
    done = subprocess.run(  # noqa: S603 - our own program
        [program], input=typed, capture_output=True, text=True, timeout=10, check=True
    )
    program.unlink()
    return done.stdout


def _whole(fragment: str) -> str:
    """Statements as a program; gcc counts lines from the first of them."""
    if "int main(void)" in fragment:
        return fragment
    head = "#include <stdio.h>\n#include <string.h>\n"
    if re.match(r"(/\* 1 \*/ )?\s*int \w+\(", fragment):  # a function
        return f'{head}#line 1 "x.c"\n{fragment}\nint main(void) {{ return 0; }}\n'
    return f'{head}int main(void) {{\n#line 1 "x.c"\n{fragment}\nreturn 0; }}\n'


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_program_prints_what_its_page_says(language: str, tmp_path: Path) -> None:
    programs = _programs(language)

    assert len(programs) == 26
    for rank, listing in programs:
        typed = TYPED.get(listing.unit, "") if "scanf" in listing.source else ""
        printed = _run(listing.source, tmp_path, typed)
        # A terminal shows what was typed too.
        assert printed.replace(" \n", "\n") == listing.printed.replace(typed, "", 1), (listing.unit, rank)


@pytest.mark.parametrize("language", LANGUAGES)
def test_gcc_finds_nothing_to_say_but_of_the_programs_whose_fault_is_explained(language: str, tmp_path: Path) -> None:
    for rank, listing in _programs(language):
        _, said = _compile(listing.source, tmp_path, "-Wextra")

        fault = FAULTY.get((listing.unit, rank))
        if fault is None:
            assert not said, (listing.unit, rank)
        else:
            assert [one for one in said if fault in one], (listing.unit, rank, said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PRINTS))
def test_what_a_listing_prints_is_the_right_answer(name: str, language: str, tmp_path: Path) -> None:
    listing, body = _quiz(name, language)
    assert listing is not None

    assert _run(_whole(listing.source), tmp_path).split() == " ".join(_answers(body)[: PRINTS[name]]).split()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(MADE))
def test_a_program_finds_the_right_answers(name: str, language: str, tmp_path: Path) -> None:
    listing, body = _quiz(name, language)
    code, count = MADE[name]
    answers = _answers(body)[:count]

    source = code.replace("LISTING", listing.source if listing else "").replace("ANSWER;", answers[0])
    printed = _run(_whole(source), tmp_path)

    if name == "how-many-lines":
        printed = str(printed.count("\n"))
    assert printed.split() == " ".join(answers).split()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(SAID))
def test_gcc_points_at_the_lines_of_the_answer(name: str, language: str, tmp_path: Path) -> None:
    listing, _ = _quiz(name, language)
    about, lines = SAID[name]
    source = listing.source if listing else _text("boxes", language).split("```c\n")[3].split("```")[0]

    _, said = _compile(_whole(source), tmp_path, "-Wextra")

    assert [one for one in said if about in one], said
    named = {int(one.split(":")[1]) for one in said if "unused" not in one}
    assert lines <= named, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_messages_that_pages_quote_are_gcc_s(language: str, tmp_path: Path) -> None:
    messages, asking = _listings(language), _programs(language)
    first = next(one for one in messages if one.unit == "messages")
    age = next(one for _, one in asking if one.unit == "asking")
    price = '#include <stdio.h>\n\nint main(void)\n{\n    double price = 2.5;\n    printf("%d\\n", price);\n}\n'
    misspelt = "#include <stdio.h>\n\nint main(void)\n{\n    int age = 20;\n    agee = age + 1;\n}\n"
    larger, _ = _quiz("missing-return", language)
    assert larger is not None
    sources = {
        "messages": [first.source, misspelt],
        "arithmetic": [price],
        "asking": [age.source.replace("&", "")],
        "function": [larger.source + "\nint main(void) { return larger(1, 2); }\n"],
    }

    for unit, programs in sources.items():
        quoted = re.findall(r"^\w+\.c:(\d+:\d+: (?:error|warning): .*)$", _text(unit, language), re.MULTILINE)
        assert len(quoted) == len(programs)
        for message, source in zip(quoted, programs, strict=True):
            _, said = _compile(source, tmp_path)
            assert [one for one in said if one.removeprefix("x.c:").startswith(message)], (message, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_about_the_whole_program_are_answered_by_running_it_changed(language: str, tmp_path: Path) -> None:
    whole = next(one.source for _, one in _programs(language) if one.unit == "whole-program")
    winter = [one.source for _, one in _programs(language) if one.unit == "walking"][1]
    say = 'printf("%d %d\\n", count_below(noon, DAYS, 5), (int)strlen(city));\n    return 0;\n}'

    tied = _run(whole.replace("values[i] > values[best]", "values[i] >= values[best]"), tmp_path).splitlines()[2]
    last = _run(re.sub(r"return 0;\n}\s*$", lambda _: say, whole), tmp_path).splitlines()[-1]
    mean = _run(whole.replace("(double)sum", "sum").replace("8, 4}", "8, 6}"), tmp_path).splitlines()[1]
    zero = _run(winter.replace("int best = temp[0];", "int best = 0;"), tmp_path).strip()

    assert [tied.split()[-1], *last.split()] == _answers(_quiz("read-whole", language)[1])
    assert [mean] == _answers(_quiz("one-change", language)[1])
    assert zero == _answers(_quiz("largest", language)[1])[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_calls_of_functions_give_the_right_answers(language: str, tmp_path: Path) -> None:
    listing, body = _quiz("who-does-what", language)
    assert listing is not None
    source = f'#include <stdio.h>\n{listing.source}\nint main(void) {{ printf("%d %d", more(5), twice(more(1))); }}\n'

    assert _run(source, tmp_path).split() == _answers(body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_repaired_sum_is_the_one_expected(language: str, tmp_path: Path) -> None:
    listing, _ = _quiz("q2-sum", language)
    assert listing is not None

    assert _run(_whole(listing.source), tmp_path).strip() == "4950"
    assert _run(_whole(listing.source.replace("i < 100", "i <= 100")), tmp_path).strip() == "5050"


def test_both_languages_have_the_same_listings_but_for_the_texts_they_print() -> None:
    def bare(source: str) -> str:
        return re.sub(r'"[^"\n]*"', '""', source)

    def kept(language: str) -> list[tuple[str, str, str]]:
        return [(one.unit, one.quiz, bare(one.source)) for one in _listings(language) if one.unit != "characters"]

    assert kept("fr") == kept("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_listing_of_a_question_is_left_untried(language: str) -> None:
    with_listing = {one.quiz for one in _listings(language) if one.quiz}

    assert with_listing <= {*PRINTS, *MADE, *SAID, *READ, *ELSEWHERE}
    assert with_listing >= READ | ELSEWHERE


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_line_of_the_screen_is_the_right_answer(language: str, tmp_path: Path) -> None:
    listing, body = _quiz("q1-screen", language)
    assert listing is not None

    assert _run(_whole(listing.source), tmp_path).splitlines()[0] == _answers(body)[0]
