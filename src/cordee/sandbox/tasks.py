"""What is a task of the code laboratory? A folder that reads well.

    task.yaml            title, limits, comparison, tests, rules, hints, solutions with the score each must get
    statement.fr.md      what the learner reads, one file a language
    starter/main.c       what the editor holds at first
    tests/small.in .out  the input and the wanted output of a test
    checker.c            optional: the author's own comparison
    solutions/right.c

docs/code.md says every key. `read_task` reads it, or says all that is wrong with file and advice; `task_of` does the
same with files that lie elsewhere.
"""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, get_args

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from cordee.core import patterns
from cordee.core.errors import N_, CordeeError, shown
from cordee.sandbox.author_rules import AuthorRule, Condition
from cordee.sandbox.comparing import MODES, Mode
from cordee.sandbox.outcomes import FUEL_PER_SECOND, NOT_THE_LEARNERS_FAULT, RunLimits, Texts, Verdict

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
MOST_TESTS = 200
MOST_TEST_BYTES = 4 << 20
MOST_SECONDS, MOST_MEMORY_MB = 30.0, 128
WALL_SHARE = 8  # of the official seconds: an endless empty loop takes five, and the machine may be busy
MOST_RULES, MOST_HINTS = 40, 20
MOST_PATTERN, MOST_WORDS = 300, 2000  # characters
MOST_READING_S = 5.0  # of processor, for trying out the patterns of a task
KEYS = frozenset(
    {
        *("title", "language", "seconds", "memory-mb", "comparison", "tolerance", "tests", "groups", "checker"),
        *("solutions", "rules", "hints"),
    }
)
TEST_KEYS = frozenset({"name", "weight", "group", "visible", "in", "out"})
GROUP_KEYS = frozenset({"title", "weight"})
SOLUTION_KEYS = frozenset({"files", "score", "verdict", "rule"})
RULE_KEYS = frozenset({"name", "when", "say"})
WHEN_KEYS = frozenset({"verdict", "test", "output", "source", "absent"})
RULE_VERDICTS: tuple[Verdict, ...] = tuple(one for one in get_args(Verdict) if one not in NOT_THE_LEARNERS_FAULT)


class TaskWrong(CordeeError):
    """The folder is no task that can be used. `problems`: all that was found, each a sentence with its file."""

    def __init__(self, problems: list[CordeeError]) -> None:
        super().__init__(N_("The task cannot be used: {problems}"))
        self.problems = problems

    def sentence(self, translate: Callable[[str], str], write: Callable[[object], object] = lambda value: value) -> str:
        """With each problem in the same language."""
        problems = " ".join(one.sentence(translate, write) for one in self.problems)
        return translate(self.template).format(problems=problems)


@dataclass(frozen=True, slots=True)
class Test:
    """`visible`: a learner is shown its input and what was wanted."""

    name: str
    stdin: bytes
    wanted: bytes
    weight: float = 1.0
    group: str = ""
    visible: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Tests that count together: the group earns what its worst test earns."""

    name: str
    title: Texts
    weight: float


@dataclass(frozen=True, slots=True)
class Solution:
    """A program of the author's with the score that it must get, and the verdict and the rule if they matter."""

    name: str
    files: Mapping[str, bytes]
    score: float
    verdict: str = ""
    rule: str = ""  # that must be told of it


@dataclass(frozen=True, slots=True)
class Task:
    """`rules`: what is said of a submission when it holds. `hints`: shown one at a time to who asks, vaguest first."""

    name: str
    title: Texts
    tests: tuple[Test, ...]
    groups: tuple[Group, ...] = ()
    comparison: Mode = "tokens"
    tolerance: float = 1e-6
    limits: RunLimits = field(default_factory=RunLimits)
    checker: bytes | None = None  # in C
    starter: Mapping[str, bytes] = field(default_factory=dict)
    solutions: tuple[Solution, ...] = ()
    statements: Texts = field(default_factory=dict)
    rules: tuple[AuthorRule, ...] = ()
    hints: tuple[Texts, ...] = ()


def lacks_of(task: Task, languages: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What nobody wrote in one of these languages, though somebody did in others: ("hints: 2", "en").

    A text without a language is for all of them.
    """
    texts = {"statement": task.statements, "title": task.title}
    texts |= {f"groups: {one.name}": one.title for one in task.groups}
    texts |= {f"rules: {one.name}": one.say for one in task.rules}
    texts |= {f"hints: {rank}": one for rank, one in enumerate(task.hints, 1)}
    return tuple(
        (where, language)
        for where, said in texts.items()
        if said and not said.get("", "").strip()
        for language in languages
        if not said.get(language, "").strip()
    )


def read_task(folder: Path) -> Task:
    """Raises TaskWrong."""
    return _Reader(folder.resolve().name, _Folder(folder)).task()


def task_of(name: str, files: Mapping[str, bytes]) -> Task:
    """The task that these files make, by their paths from its folder. Raises TaskWrong."""
    return _Reader(name, _Held(files)).task()


class _Outside(Exception):
    """A path leads out of the folder."""


class _TooLarge(Exception):
    """A file is larger than any of a task may be."""


class _Files(Protocol):
    def read(self, path: str) -> bytes:
        """Raises OSError, _Outside, _TooLarge."""
        ...

    def names(self, folder: str) -> list[str]:
        """Of the files that lie in a folder, sorted; "" is the task's own."""
        ...


class _Folder:
    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str) -> bytes:
        place = self.root / path
        if not place.resolve().is_relative_to(self.root.resolve()):  # by a link, too
            raise _Outside
        if not place.is_file():
            raise FileNotFoundError(path)
        if place.stat().st_size > MOST_TEST_BYTES:
            raise _TooLarge
        return place.read_bytes()

    def names(self, folder: str) -> list[str]:
        place = self.root / folder
        return sorted(path.name for path in place.iterdir() if path.is_file()) if place.is_dir() else []


class _Held:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise _Outside if ".." in path.split("/") or path.startswith("/") else FileNotFoundError(path)
        if len(self.files[path]) > MOST_TEST_BYTES:
            raise _TooLarge
        return self.files[path]

    def names(self, folder: str) -> list[str]:
        head = f"{folder}/" if folder else ""
        own = (path.removeprefix(head) for path in self.files if path.startswith(head))
        return sorted(name for name in own if "/" not in name)


class _Reader:
    def __init__(self, name: str, files: _Files) -> None:
        self.name, self.files = name, files
        self.problems: list[CordeeError] = []

    def task(self) -> Task:
        told = self._yaml()
        task = self._task(told) if told is not None else None
        if self.problems or task is None:
            raise TaskWrong(self.problems)
        return task

    def _wrong(self, template: str, **values: object) -> None:
        self.problems.append(CordeeError(template, **values))

    def _yaml(self) -> dict[str, Any] | None:
        path = "task.yaml"
        if path not in self.files.names(""):
            self._wrong(N_("There is no file {path}: a task is a folder with a task.yaml."), path=path)
            return None
        data = self._bytes(path)
        if self.problems:
            return None
        try:
            told = YAML(typ="safe", pure=True).load(data)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._wrong(
                N_("{path} cannot be read from line {line}, column {column}. Its reader says in English: “{problem}”."),
                path=path,
                line=mark.line + 1 if mark else 1,
                column=mark.column + 1 if mark else 1,
                problem=shown(" ".join(str(error.problem or error.context or "").split()), 200),
            )
            return None
        except (YAMLError, ValueError, RecursionError):
            self._wrong(N_("{path} cannot be read: it is no YAML in UTF-8, or is nested too deeply."), path=path)
            return None
        if not isinstance(told, dict):
            self._wrong(N_("{path} holds no settings. Write a line such as “title: Double”."), path=path)
            return None
        return told

    def _task(self, told: dict[str, Any]) -> Task:
        self._known(told, KEYS, "task.yaml")
        if told.get("language", "c") != "c":
            self._wrong(N_("task.yaml: language is {language}, and only c is known."), language=told["language"])
        comparison = told.get("comparison", "tokens")
        if comparison not in MODES:
            modes = ", ".join(MODES)
            self._wrong(N_("task.yaml: comparison is {mode}; it is one of {modes}."), mode=comparison, modes=modes)
        seconds = self._number(told, "seconds", 1.0, 0.01, MOST_SECONDS)
        memory = self._number(told, "memory-mb", 64, 1, MOST_MEMORY_MB)
        groups = self._groups(told.get("groups") or {})
        tests = self._tests(told.get("tests"), {group.name for group in groups})
        rules = self._rules(told.get("rules") or [], {test.name for test in tests})
        return Task(
            name=self.name,
            title=self._texts(told.get("title"), "title"),
            tests=tests,
            groups=groups,
            comparison=comparison if comparison in MODES else "tokens",
            tolerance=self._number(told, "tolerance", 1e-6, 0, 1),
            limits=RunLimits(
                fuel=int(seconds * FUEL_PER_SECOND),
                memory_bytes=int(memory * (1 << 20)),
                wall_s=max(RunLimits().wall_s, WALL_SHARE * seconds),
            ),
            checker=self._bytes(str(told["checker"])) if told.get("checker") else None,
            starter=self._files("starter"),
            solutions=self._solutions(told.get("solutions") or [], {rule.name for rule in rules}),
            statements=self._statements(),
            rules=rules,
            hints=self._hints(told.get("hints") or []),
        )

    def _known(self, told: Mapping[str, Any], keys: frozenset[str], where: str) -> None:
        for key in told:
            if key not in keys:
                known = ", ".join(sorted(keys))
                self._wrong(N_("{where}: {key} is not known. Known are {known}."), where=where, key=key, known=known)

    def _number(self, told: Mapping[str, Any], key: str, usual: float, least: float, most: float) -> float:
        value = told.get(key, usual)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self._wrong(
                N_("task.yaml: {key} is {value}; it is a number from {least} to {most}."),
                key=key,
                value=value,
                least=least,
                most=most,
            )
            return usual
        return float(value)

    def _texts(self, value: object, key: str) -> Texts:
        if isinstance(value, str) and value.strip():
            return {"": value}
        if isinstance(value, dict) and value and all(isinstance(one, str) for one in value.values()):
            return {str(language): str(text) for language, text in value.items()}
        self._wrong(N_("task.yaml: {key} is missing. Write a text, or one a language."), key=key)
        return {"": ""}

    def _groups(self, told: object) -> tuple[Group, ...]:
        if not isinstance(told, dict):
            self._wrong(N_("task.yaml: “groups” holds names, each with a title and a weight."))
            return ()
        groups = []
        for name, settings in told.items():
            one = settings if isinstance(settings, dict) else {}
            self._known(one, GROUP_KEYS, f"groups: {name}")
            groups.append(Group(str(name), self._texts(one.get("title", str(name)), "title"), self._weight(one, name)))
        return tuple(groups)

    def _weight(self, told: Mapping[str, Any], name: object) -> float:
        value = told.get("weight", 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            self._wrong(N_("task.yaml: the weight of {name} is {value}; it is 0 or more."), name=name, value=value)
            return 1.0
        return float(value)

    def _tests(self, told: object, groups: set[str]) -> tuple[Test, ...]:
        if not isinstance(told, list) or not 0 < len(told) <= MOST_TESTS:
            self._wrong(N_("task.yaml: tests is a list of 1 to {most} tests."), most=MOST_TESTS)
            return ()
        tests = [self._test(one if isinstance(one, dict) else {"name": str(one)}, groups) for one in told]
        names = [test.name for test in tests]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._wrong(N_("task.yaml: two tests are called {name}."), name=name)
        if not sum(test.weight for test in tests):
            self._wrong(N_("task.yaml: no test has a weight, so nothing can be earned."))
        return tuple(tests)

    def _test(self, told: Mapping[str, Any], groups: set[str]) -> Test:
        name = str(told.get("name", ""))
        self._known(told, TEST_KEYS, f"tests: {name}")
        if not NAME.fullmatch(name):
            self._wrong(N_("task.yaml: a test is called {name}; use a-z, 0-9 and dashes."), name=name or "“”")
            return Test("x", b"", b"")
        group = str(told.get("group", ""))
        if group and group not in groups:
            self._wrong(
                N_("task.yaml: test {name} is in group {group}, which is not in “groups”."), name=name, group=group
            )
        return Test(
            name=name,
            stdin=self._text_or_file(told, "in", f"tests/{name}.in"),
            wanted=self._text_or_file(told, "out", f"tests/{name}.out"),
            weight=self._weight(told, name),
            group=group,
            visible=self._flag(told, "visible", name),
        )

    def _text_or_file(self, told: Mapping[str, Any], key: str, path: str) -> bytes:
        if key not in told:
            return self._bytes(path)
        if not isinstance(told[key], str):  # 3.10 is a number to YAML, and would be read as 3.1
            self._wrong(N_("task.yaml: “{key}” of {name} is no text. Put it between quotes."), key=key, name=path)
            return b""
        return str(told[key]).encode()

    def _flag(self, told: Mapping[str, Any], key: str, name: str) -> bool:
        value = told.get(key, False)
        if not isinstance(value, bool):
            self._wrong(N_("task.yaml: “{key}” of {name} is true or false."), key=key, name=name)
        return value is True

    def _bytes(self, path: str) -> bytes:
        try:
            return self.files.read(path)
        except _Outside:
            self._wrong(N_("{path} leaves the folder of the task."), path=path)
        except _TooLarge:
            self._wrong(N_("{path} is larger than {most} bytes."), path=path, most=MOST_TEST_BYTES)
        except (OSError, ValueError):
            self._wrong(N_("{path} is missing or cannot be read."), path=path)
        return b""

    def _files(self, folder: str) -> dict[str, bytes]:
        return {name: self._bytes(f"{folder}/{name}") for name in self.files.names(folder)}

    def _rules(self, told: object, tests: set[str]) -> tuple[AuthorRule, ...]:
        if not isinstance(told, list) or len(told) > MOST_RULES:
            self._wrong(N_("task.yaml: rules is a list of at most {most} rules."), most=MOST_RULES)
            return ()
        until = time.thread_time() + MOST_READING_S
        rules = [self._rule(one if isinstance(one, dict) else {"name": str(one)}, tests, until) for one in told]
        names = [rule.name for rule in rules]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._wrong(N_("task.yaml: two rules are called {name}."), name=name)
        return tuple(rules)

    def _rule(self, told: Mapping[str, Any], tests: set[str], until: float) -> AuthorRule:
        name = str(told.get("name", ""))
        self._known(told, RULE_KEYS, f"rules: {name}")
        if not NAME.fullmatch(name):
            self._wrong(N_("task.yaml: a rule is called {name}; use a-z, 0-9 and dashes."), name=name or "“”")
        when = told.get("when")
        if not isinstance(when, dict) or not any(when.get(key) for key in ("verdict", "test", "output", "source")):
            self._wrong(
                N_("task.yaml: rule {name} has no “when”. Write what must hold, such as “{example}”."),
                name=name,
                example="when: {verdict: wrong_answer}",
            )
            when = when if isinstance(when, dict) else {}
        return AuthorRule(
            name, self._when(when, name, tests, until), self._words(told.get("say"), f"rules: {name}: say")
        )

    def _when(self, told: Mapping[str, Any], name: str, tests: set[str], until: float) -> Condition:
        self._known(told, WHEN_KEYS, f"rules: {name}: when")
        verdict, test = told.get("verdict"), told.get("test", "")
        if verdict is not None and verdict not in RULE_VERDICTS:
            self._wrong(
                N_("task.yaml: rule {name} waits for the verdict {verdict}; it is one of {verdicts}."),
                name=name,
                verdict=verdict,
                verdicts=", ".join(RULE_VERDICTS),
            )
            verdict = None
        if "test" in told and str(test) not in tests:
            self._wrong(
                N_("task.yaml: rule {name} looks at test {test}, which is not in “tests”."), name=name, test=test
            )
        absent = self._flag(told, "absent", name)
        if absent and "source" not in told:
            self._wrong(N_("task.yaml: rule {name} says “absent” of no “source”. Write the pattern too."), name=name)
        return Condition(
            verdict=verdict,
            test=str(test),
            output=self._pattern(told, "output", name, until),
            source=self._pattern(told, "source", name, until),
            absent=absent,
        )

    def _pattern(self, told: Mapping[str, Any], key: str, name: str, until: float) -> str:
        if key not in told:
            return ""
        pattern = told[key]
        if not isinstance(pattern, str) or not 0 < len(pattern) <= MOST_PATTERN:
            self._wrong(
                N_("task.yaml: “{key}” of rule {name} is a pattern of 1 to {most} characters, between quotes."),
                key=key,
                name=name,
                most=MOST_PATTERN,
            )
            return ""
        if "\b" in pattern:  # what "\b" is to YAML
            self._wrong(
                N_("task.yaml: “{key}” of rule {name} holds a backspace. Between double quotes, write {example}."),
                key=key,
                name=name,
                example=r"\\b",
            )
            return ""
        try:
            if time.thread_time() < until and not patterns.explodes(pattern, by_line=True):
                return pattern
        except patterns.BadPattern:
            self._wrong(
                N_("task.yaml: “{key}” of rule {name} is no regular expression: {pattern}. Look at its brackets."),
                key=key,
                name=name,
                pattern=pattern,
            )
            return ""
        self._wrong(
            N_("task.yaml: “{key}” of rule {name} may take for ever. Write no repetition within a repetition."),
            key=key,
            name=name,
        )
        return ""

    def _hints(self, told: object) -> tuple[Texts, ...]:
        if not isinstance(told, list) or len(told) > MOST_HINTS:
            self._wrong(N_("task.yaml: hints is a list of at most {most} hints."), most=MOST_HINTS)
            return ()
        return tuple(self._words(one, f"hints: {number}") for number, one in enumerate(told, 1))

    def _words(self, value: object, key: str) -> Texts:
        """What is said to a learner."""
        before = len(self.problems)
        texts = self._texts(value, key)
        if len(self.problems) == before and not all(text.strip() for text in texts.values()):
            self._wrong(N_("task.yaml: {key} is empty in one language. Write it, or leave the language out."), key=key)
        if any(len(text) > MOST_WORDS for text in texts.values()):
            self._wrong(N_("task.yaml: {key} is longer than {most} characters."), key=key, most=MOST_WORDS)
        return texts

    def _solutions(self, told: object, rules: set[str]) -> tuple[Solution, ...]:
        if not isinstance(told, list):
            self._wrong(N_("task.yaml: solutions is a list."))
            return ()
        found = []
        for settings in told:
            one = settings if isinstance(settings, dict) else {}
            files = one.get("files", [])
            files = [files] if isinstance(files, str) else files
            self._known(one, SOLUTION_KEYS, f"solutions: {files}")
            if not isinstance(files, list) or not files:
                self._wrong(N_("task.yaml: a solution names its files, e.g. “files: solutions/right.c”."))
                continue
            score = one.get("score")
            if isinstance(score, bool) or not isinstance(score, int | float):
                self._wrong(N_("task.yaml: solution {name} says no score that it must get."), name=files[0])
                continue
            rule = str(one.get("rule", ""))
            if rule and rule not in rules:
                self._wrong(
                    N_("task.yaml: solution {name} must be told rule {rule}, which is not in “rules”."),
                    name=files[0],
                    rule=rule,
                )
            verdict = str(one.get("verdict", ""))
            if verdict and verdict not in get_args(Verdict):
                self._no_verdict(str(files[0]), verdict)
            texts = {"main.c" if len(files) == 1 else Path(str(file)).name: self._bytes(str(file)) for file in files}
            found.append(Solution(str(files[0]), texts, float(score), verdict, rule))
        return tuple(found)

    def _no_verdict(self, name: str, verdict: str) -> None:
        near = difflib.get_close_matches(verdict.lower().replace("-", "_"), get_args(Verdict), n=1)
        sentence = (
            N_("task.yaml: solution {name} ends as {verdict}, which is no verdict. Did you mean {near}?")
            if near
            else N_("task.yaml: solution {name} ends as {verdict}, which is no verdict. It is one of {verdicts}.")
        )
        told = {"near": near[0]} if near else {"verdicts": ", ".join(get_args(Verdict))}
        self._wrong(sentence, name=name, verdict=verdict, **told)

    def _statements(self) -> Texts:
        found = {}
        for name in self.files.names(""):
            if name.startswith("statement") and name.endswith(".md"):
                language = name.removeprefix("statement").removesuffix(".md").removeprefix(".")
                try:
                    found[language] = self._bytes(name).decode()
                except UnicodeDecodeError as error:
                    line = error.object.count(b"\n", 0, error.start) + 1
                    self._wrong(N_("{path}, line {line}: this is no UTF-8. Save it as UTF-8."), path=name, line=line)
        return found
