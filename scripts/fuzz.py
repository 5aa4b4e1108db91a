"""Does anything that a learner may type, or an author may write, break a quiz or the reading of a course?

    python scripts/fuzz.py                 a minute of new cases, after every kept one
    python scripts/fuzz.py --minutes 60    an hour
    python scripts/fuzz.py --seed 7        the same cases again; --cases 100 takes a hundred of them

Expressions, answers and problems are made by changing those of `tests/data/olx`, courses by changing files of the one
that holds one block of each kind. Each has to end within `LONGEST_S` with a value, a result or a named error, and a
problem that can be read has to be the same after it is written and read again. What does not is written to
`tests/data/fuzz`, told, and tried first from then on. One process, `MOST_MEMORY`.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import random
import resource
import sys
import tarfile
import tempfile
import time
import traceback
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
KEPT = DATA / "fuzz"
LONGEST_S = 2.0
MOST_MEMORY = 3 * 2**30  # bytes of address space
LONGEST = 4_000  # characters of a problem that is changed
PIECES = (
    *(
        "(",
        ")",
        "^",
        "||",
        "*",
        "/",
        "-",
        "+",
        "%",
        ",",
        ".",
        "e",
        "E",
        "x",
        "i",
        "_{1}",
        "'",
        " ",
        "\u00a0",
        "\u202f",
        "−",
    ),
    *(
        "1e400",
        "fact(",
        "arctanh(",
        "sqrt(",
        "9^9^9",
        "10^309",
        "0",
        "½",
        "\x00",
        "\ud800",
        "é",
        "٣",
        "[",
        "]",
        "$x",
        "${x}",
    ),
    *(
        "<p>",
        "</p>",
        "<choice correct='true'>",
        "<label>",
        "</label>",
        "&amp;",
        "&#xE000;",
        "<!-- -->",
        "<![CDATA[",
        "]]>",
    ),
    *(
        "<numtolerance_input answer='1'/>",
        "<textline/>",
        "<hint>",
        "<solution>",
        "<script>x = 3\n</script>",
        '"',
        "'",
        "<",
    ),
    *("x@1:2#3", "#0", "@", "[[0,0],[9,0],[0,9]]", "(1,1)-(9,9)", "1e9", "-1", "true", "\n", "regexp", "(a|aa)+$"),
)

Case = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--cases", type=int, default=None, help="how many new ones, however long they take")
    parser.add_argument(
        "--seed", type=int, default=None, help="of the random cases; a new one is drawn and told without"
    )
    asked = parser.parse_args()
    _start()
    seed = random.SystemRandom().randrange(2**32) if asked.seed is None else asked.seed
    print(f"seed {seed}")
    until, tried, new, broken = time.monotonic() + 60 * asked.minutes, 0, 0, 0
    for case in _cases(random.Random(seed)):  # noqa: S311 - cases, no secrets
        if case.get("kept") is None:
            if time.monotonic() > until if asked.cases is None else new == asked.cases:
                break
            new += 1
        tried += 1
        said = _said_against(case)
        if said:
            broken += 1
            print(f"{_keep(case)}: {said}")
    print(f"{tried} cases, {broken} broken")
    return int(broken > 0)


def _start() -> None:
    """Bring up what the code of quizzes needs, and bound what this process may use."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    import django
    from django.conf import settings

    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    django.setup()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limits = [limit for limit in (soft, hard, MOST_MEMORY) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))


def _cases(chance: random.Random) -> Iterator[Case]:
    """The kept cases, then new ones without end."""
    for path in sorted(KEPT.glob("*.json")):
        yield {**json.loads(path.read_text(encoding="utf-8")), "kept": path.name}
    probes = [json.loads(line)["input"] for line in _lines("grammar_probes.jsonl")]
    graded = [json.loads(line) for line in _lines("olx_grading_handmade.jsonl")]
    answers = [case["answers"] for problem in graded for case in problem["cases"]]
    typed = [value for answer in answers for value in answer.values() if isinstance(value, str)]
    problems = [path.read_text(encoding="utf-8") for path in sorted((DATA / "olx" / "problems").glob("*.xml"))]
    while True:
        match chance.randrange(5):
            case 4:
                names = chance.sample(sorted(_course_files()), chance.randint(1, 5))
                yield {"course": {name: _changed(_course_files()[name], chance) for name in names}}
            case 0:
                yield {"expression": _changed(chance.choice(probes + typed), chance)}
            case 1:
                yield {"problem": chance.choice(problems), "answers": _changed_answer(chance.choice(answers), chance)}
            case _:
                source = _crossed(problems, chance) if chance.random() < 0.2 else chance.choice(problems)  # noqa: PLR2004
                changed = _changed(source[:LONGEST], chance)
                yield {"problem": changed, "answers": _changed_answer(chance.choice(answers), chance)}


def _lines(name: str) -> list[str]:
    return (DATA / "olx" / name).read_text(encoding="utf-8").splitlines()


def _changed(text: str, chance: random.Random) -> str:
    """A few random changes: a piece put in, taken out, doubled or moved."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.randint(0, 12))
        match chance.randrange(5):
            case 0 | 1:
                text = text[:start] + chance.choice(PIECES) + text[start:]
            case 2:
                text = text[:start] + text[end:]
            case 3:
                text = text[:start] + text[start:end] * chance.choice((2, 3, 50)) + text[end:]
            case _:
                text = (
                    text[:start] + chr(chance.choice((chance.randrange(0x250), chance.randrange(0xFFFF)))) + text[end:]
                )
    return text


def _crossed(problems: list[str], chance: random.Random) -> str:
    """The inside of one problem in another."""
    outer, inner = chance.choice(problems), chance.choice(problems)
    inside = inner[inner.index(">", inner.index("<problem")) + 1 : inner.rindex("</problem>")]
    at = outer.rindex("</problem>")
    return outer[:at] + inside + outer[at:]


def _changed_answer(answer: Any, chance: random.Random) -> Any:
    if isinstance(answer, dict) and chance.random() < 0.95:  # noqa: PLR2004
        return {key: _changed_answer(value, chance) for key, value in answer.items()}
    if isinstance(answer, str) and chance.random() < 0.8:  # noqa: PLR2004
        return _changed(answer, chance)
    return chance.choice(
        (answer, [answer], {"a": answer}, None, True, 0, -1.5, [], {}, "", "[1,2]", "choice_0", ["choice_0"] * 9)
    )


def _said_against(case: Case) -> str:
    """What is wrong with what came of a case; "" when nothing is."""
    started = time.process_time()
    try:
        if "expression" in case:
            wrong = _tried_expression(case["expression"])
        else:
            wrong = _tried_course(case["course"]) if "course" in case else _tried_problem(case)
    except Exception:
        return traceback.format_exc(limit=-4)
    took = time.process_time() - started
    return wrong or (f"took {took:.1f} s" if took > LONGEST_S else "")


def _tried_expression(text: str) -> str:
    from cordee.activities.quiz.expressions import Formula, Unreadable, in_plain_signs, value_of_answer

    def value() -> object:
        return value_of_answer(text)

    def of_formula() -> object:
        formula = Formula(in_plain_signs(text), minds_case=True, longest=2_000)
        return [formula.value({"x": 1.5, "y": -2.0, "e": 0.25 * rank}) for rank in range(5)]

    for attempt in (value, of_formula):
        try:
            attempt()
        except Unreadable as error:
            if not error.sentence.format(**error.values).isprintable():
                return "the sentence of the error cannot be printed"
    return ""


def _tried_problem(case: Case) -> str:
    from django.template.loader import render_to_string
    from django.utils.safestring import SafeString

    from cordee.activities.quiz import codec, olx
    from cordee.activities.quiz.kind import kind
    from cordee.core.errors import InputRefused
    from cordee.courses.kinds import PageView
    from cordee.courses.rendering import Target, render
    from cordee.formats.olx.model import Block

    def shown(html: str) -> SafeString:
        return render(html, resolve=lambda _link: Target("nowhere"))

    reading = kind.read_olx(Block("q", "problem", "Q", {}, content=case["problem"], place="q.xml"))
    definition = reading.definition
    for remark in reading.remarks:
        str(remark)
    once = olx.read(olx.write(definition))
    if olx.read(olx.write(once)) != once:
        return "written and read again, it is another problem"
    if codec.from_json(codec.to_json(definition)) != definition:
        return "kept as JSON and read again, it is another problem"
    answers = case["answers"]
    given = answers if isinstance(answers, dict) else None
    attempts: list[Callable[[], Any]] = [
        lambda: kind.grade(definition, answers, 7),
        lambda: kind.answer(definition, {name: [str(value)] for name, value in (given or {}).items()}),
    ]
    for attempt in attempts:
        try:
            attempt()
        except InputRefused as error:
            str(error)
    for reveal in (False, True):
        view = PageView("q", "Q", "fr", 7, shown, answer=given, reveal=reveal, hints=9)
        render_to_string(kind.template, dict(kind.page(definition, view)))
    return ""


@cache
def _course_files() -> Mapping[str, str]:
    """The texts of a course with one block of each kind, by name."""
    with tarfile.open(DATA / "courses" / "one-of-each.tar.gz") as archive:
        opened = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        return {
            name: file.read().decode()
            for name, file in opened.items()
            if file is not None and name.endswith((".xml", ".json", ".html", ".srt", ".sjson"))
        }


def _tried_course(changed: Mapping[str, str]) -> str:
    from cordee.core.errors import CordeeError
    from cordee.courses.compiling import compile_course
    from cordee.courses.outlines import from_json
    from cordee.formats.archives import open_archive
    from cordee.formats.olx import read_course

    with tempfile.NamedTemporaryFile(suffix=".tar.gz") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as packed:
            for name, text in {**_course_files(), **changed}.items():
                data = text.encode("utf-8", "surrogatepass")
                member = tarfile.TarInfo(name)
                member.size = len(data)
                packed.addfile(member, io.BytesIO(data))
        file.flush()
        try:
            with open_archive(Path(file.name)) as archive:
                compiled = compile_course([read_course(archive)], archives=[archive])
        except CordeeError as error:
            unfit = any(unicodedata.category(sign) in ("Cc", "Cs") for sign in str(error))
            return "the sentence of the error holds control characters" if unfit else ""
    for remark in compiled.remarks:
        str(remark)
    if from_json(json.loads(json.dumps(compiled.outline_json))) != compiled.outline:
        return "kept as JSON and read again, it is another outline"
    return ""


def _keep(case: Case) -> str:
    """Write a case down for the tests; its file."""
    if case.get("kept"):
        return str(case["kept"])
    text = json.dumps(case, indent=1)
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    path.write_text(text + "\n", encoding="utf-8")
    return path.name


if __name__ == "__main__":
    sys.exit(main())
