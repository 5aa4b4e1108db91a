"""A learner's module is linked when it is run. Does the program do the same as one that is linked as a whole?"""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import wasmtime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cordee.sandbox.c import compiling
from cordee.sandbox.c.compiling import CHECKS, ENTRIES, LANGUAGE, checked_sources, compile_c
from cordee.sandbox.c.toolchain import ARCHIVES, RUNTIME, RUNTIME_OPTIONS, RUNTIME_SOURCES, Toolchain, whole_program
from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.outcomes import FUEL_PER_SECOND, Outcome, RunLimits, SourceRefused
from cordee.sandbox.tasks import read_task
from cordee.sandbox.wasm.engine import new_engine
from cordee.sandbox.wasm.linking import link_one
from cordee.sandbox.wasm.modules import CUSTOM, IMPORT, MAGIC, ModuleWrong, Reader, read_import, sections
from cordee.sandbox.wasm.objects import MOST_TOLD, Unusual
from cordee.sandbox.wasm.running import OWN_PREFIX, Runner, _OneRun

pytestmark = pytest.mark.long  # hundreds of programs, each linked with the C library
HERE = Path(__file__).parent
PROGRAMS = sorted((HERE / "programs").glob("*.c"))
TASKS = sorted((HERE.parents[3] / "demo" / "c-step-by-step" / "tasks").glob("*/task.yaml"))
SHORT = RunLimits(fuel=FUEL_PER_SECOND // 2)
NEEDED = (
    *("cordee_input", "cordee_input_size", "cordee_output", "cordee_output_size", "cordee_output_limit"),
    *("cordee_errors", "cordee_errors_size", "cordee_errors_limit", "cordee_memory_refused", "cordee_arguments"),
    *(
        "cordee_living_blocks",
        "cordee_living_bytes",
        "cordee_reads_after_end",
        "cordee_begin",
        "cordee_end",
        "fflush",
        "__stack_pointer",
    ),
)


class WholeRun(_OneRun):
    """Of a program that needs no linking: the rest of a run is the same."""

    def _start(self) -> int:
        if not self.exports.call("cordee_begin", 16, 16):
            raise MemoryError
        if "__main_argc_argv" in self.program.runner.names:  # the library has a __main_void of its own
            code = self.exports.call("__main_argc_argv", 1, self.addresses["cordee_arguments"])
        else:
            code = self.exports.call("__main_void")
        self.exports.do("cordee_end")
        return code


class Whole:
    """The compiler's objects, wasm-ld's usual static link, one module."""

    def __init__(self, toolchain: Toolchain, folder: Path) -> None:
        self.toolchain, self.folder, self.engine = toolchain, folder, new_engine()
        self.runtime = []
        for name in RUNTIME_SOURCES:
            options = (*RUNTIME_OPTIONS, "-D__main_argc_argv=main_of_the_library")
            made = self._made(toolchain.compile_command(*options), (RUNTIME / name).read_bytes())
            self.runtime.append(folder / f"{name}.o")
            self.runtime[-1].write_bytes(made)

    def runner(self, sources: dict[str, bytes]) -> Runner | None:
        """None when it cannot be linked, or wants of its host what no program may."""
        objects = []
        for name, text in sources.items():
            (self.folder / name).write_bytes(text)
        for name in sources:
            if name.endswith(".c"):
                options = (*LANGUAGE, *CHECKS, "-w", f"-ffile-prefix-map={self.folder}/=")
                made = self._made(self.toolchain.compile_command(*options, source=str(self.folder / name)), b"")
                objects.append(self.folder / f"{name}.o")
                objects[-1].write_bytes(with_checked_functions(made, self.toolchain.names))
        exports = [f"--export={name}" for name in NEEDED] + [f"--export-if-defined={name}" for name in ENTRIES]
        parts = [*objects, *self.runtime, *(self.toolchain.folder / name for name in ARCHIVES)]
        command = self.toolchain.link_command(*whole_program(), *exports, *map(str, parts))
        try:
            return Runner(self.engine, wasmtime.Module(self.engine, self._made(command, b"")))
        except (subprocess.CalledProcessError, ValueError):
            return None

    @staticmethod
    def _made(command: list[str], stdin: bytes) -> bytes:
        return subprocess.run(command, input=stdin, capture_output=True, check=True, env={}).stdout  # noqa: S603 - ours

    @staticmethod
    def run(runner: Runner, stdin: bytes, limits: RunLimits) -> Outcome:
        with wasmtime.Store(runner.engine) as store:
            program: Any = SimpleNamespace(runner=runner, endless=frozenset())
            return WholeRun(program, store, stdin, limits).outcome()


def with_checked_functions(made: bytes, names: frozenset[str]) -> bytes:
    """An object in which each call of a function that our runtime checks goes to the checked one."""
    parts = [MAGIC]
    for kind, body in sections(made):
        parts += [bytes([kind]), *_sized(_renamed(body, names) if kind == IMPORT else body)]
    return b"".join(parts)


def _renamed(body: bytes, names: frozenset[str]) -> bytes:
    reader = Reader(body)
    count = reader.number()
    parts = [_number(count)]
    for _ in range(count):
        begin = reader.at
        wanted = read_import(reader)
        raw = body[begin : reader.at]
        head = b"".join((*_sized(wanted.module.encode()), *_sized(wanted.name.encode())))
        checked = OWN_PREFIX + wanted.name
        if wanted.kind == 0 and checked in names:
            parts += [*_sized(wanted.module.encode()), *_sized(checked.encode()), raw[len(head) :]]
        else:
            parts.append(raw)
    return b"".join(parts)


def _sized(body: bytes) -> tuple[bytes, bytes]:
    return _number(len(body)), body


def _number(value: int) -> bytes:
    """LEB128."""
    made = bytearray()
    while value >= 128:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes((*made, value))


@pytest.fixture(scope="module")
def whole(laboratory: Laboratory) -> Iterator[Whole]:
    with tempfile.TemporaryDirectory() as name:
        yield Whole(laboratory.toolchain, Path(name))


def said(outcome: Outcome) -> tuple[object, ...]:
    """All that a verdict and its words are made of, but addresses and fuel."""
    if outcome.ending == "time_limit":  # how far it came is its fuel
        return (outcome.ending,)
    fault = outcome.fault and (outcome.fault.kind, outcome.fault.place)
    leaked = (outcome.memory_refused, outcome.leaked_blocks, outcome.leaked_bytes)
    return (outcome.ending, outcome.exit_code, outcome.stdout, outcome.stderr, fault, *leaked)


def compared(
    laboratory: Laboratory, whole: Whole, files: dict[str, bytes], inputs: Sequence[bytes], limits: RunLimits
) -> list[tuple[object, ...]]:
    """What both ways say of each input; they must say the same. Empty when neither makes a program."""
    try:
        sources = checked_sources(files)
    except SourceRefused:
        return []
    artifact = laboratory.compile(files)
    if any(one.level == "error" and not one.rule.startswith("link") for one in artifact.errors):
        return []  # no object, so nothing to link
    runner = whole.runner(sources)
    assert (artifact.module is None) == (runner is None), artifact.diagnostics
    if artifact.module is None or runner is None:
        return []
    ours = [said(one) for one in laboratory.run_all(artifact, inputs, limits)]
    assert ours == [said(whole.run(runner, stdin, limits)) for stdin in inputs]
    return ours


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_of_a_class_or_an_enemy_ends_the_same_however_it_is_linked(
    laboratory: Laboratory, whole: Whole, path: Path
) -> None:
    ran = compared(laboratory, whole, {"main.c": path.read_bytes()}, [b"5\n3 1 2 5 4\n", b""], SHORT)
    assert ran or path.stem.startswith("hostile")


@pytest.mark.parametrize("path", TASKS, ids=lambda path: path.parent.name)
def test_every_solution_of_our_tasks_has_the_same_verdict_however_it_is_linked(
    laboratory: Laboratory, whole: Whole, path: Path
) -> None:
    task = read_task(path.parent)
    inputs = [test.stdin for test in task.tests]
    ran = [compared(laboratory, whole, dict(one.files), inputs, task.limits) for one in task.solutions]
    assert sum(map(bool, ran)) >= len(ran) - 1  # but one that is not C


# What a program may hold that makes work for who links it. Each prints something that depends on it.
FORMS = {
    "functions in data": """
        static int add(int a, int b) { return a + b; }
        int sub(int a, int b) { return a - b; }
        int (*shown[])(int, int) = {add, sub};
        static int (*hidden[])(int, int) = {sub, add};
        int main(void) { printf("%d %d %d", shown[0](1, 2), hidden[0](1, 2), shown[1] == hidden[0]); return 0; }""",
    "functions of the library": """
        int (*say)(const char *) = puts;
        static int (*one)(int);
        int main(void) {
            int (*by)(const char *) = puts;
            one = putchar;
            one(65);
            return say(by == say ? "same" : "other");
        }""",
    "data of the library": """
        FILE **out = (FILE **)&stdout;
        int main(void) { fprintf(*out, "one"); fprintf(stderr, "two %d", errno); return 0; }""",
    "pointers in data": """
        static const char *words[] = {"one", "two"};
        int row[4] = {1, 2, 3, 4}, *third = &row[2];
        struct node { struct node *next; int value; } second, first = {&second, 7}, second = {&first, 8};
        int main(void) {
            printf("%s %d %d %d", words[1], *third, first.next->value, second.next->value);
            return 0;
        }""",
    "pointers before the beginning": """
        int row[4], *second = row + 1;
        int main(void) { second[-1] = 5; printf("%d %d", row[0], (int)(second - row)); return 0; }""",
    "pointers at odd places": """
        struct __attribute__((packed)) odd { char c; int *at; };
        int n = 9;
        struct odd one = {1, &n};
        int main(void) { int *at; memcpy(&at, (char *)&one + 1, sizeof at); printf("%d", *at); return 0; }""",
    "room without values": """
        static char big[300000];
        static _Alignas(128) int wide[3];
        int c;
        static int set[] = {1};
        int main(void) {
            big[299999] = 3;
            printf("%d %d %d %d %d", big[0], big[299999], (int)((size_t)wide % 128), c, set[0]);
            return 0;
        }""",
    "functions before main": """
        static int n;
        __attribute__((constructor(300))) static void late(void) { n = n * 10 + 2; }
        __attribute__((constructor(200))) static void early(void) { n = n * 10 + 1; }
        __attribute__((constructor)) static void last(void) { n = n * 10 + 3; }
        int main(void) { printf("%d", n); return 0; }""",
    "functions after main": """
        __attribute__((destructor)) static void bye(void) { puts("bye"); }
        int main(void) { puts("hello"); return 0; }""",
    "two names of one function": """
        int one(int n) { return n + 1; }
        int two(int n) __attribute__((alias("one")));
        int (*held)(int) = two;
        int main(void) { printf("%d %d %d", one(1), two(2), held(3)); return 0; }""",
    "two names of one variable": """
        int one = 4;
        extern int two __attribute__((alias("one")));
        int *held = &two;
        int main(void) { one = 5; printf("%d %d", two, *held); return 0; }""",
    "a weak function": """
        __attribute__((weak)) int f(void) { return 6; }
        int main(void) { printf("%d", f()); return 0; }""",
    "a function that nobody wrote and nobody calls": """
        int nowhere(int);
        int unused(int n) { return nowhere(n); }
        int main(void) { printf("8"); return 0; }""",
    "a function that nobody wrote": "int nowhere(int); int main(void) { return nowhere(1); }",
    "a variable that nobody wrote": "extern int nowhere; int main(void) { return nowhere; }",
    "a variable of a thread": """
        static _Thread_local int n = 3;
        int main(void) { n++; printf("%d", n); return 0; }""",
    "a name of its own": """
        __attribute__((export_name("other"))) int f(void) { return 9; }
        int main(void) { return f(); }""",
    "a function of the library written anew": """
        int abs(int n) { return n + 100; }
        int (*held)(int) = abs;
        int main(void) { printf("%d %d", abs(-1), held(-1)); return 0; }""",
    "arguments": 'int main(int count, char **words) { printf("%d %s", count, words[0]); return 0; }',
}
for count in range(123, 129):  # with those of the linker, where their number needs one byte more
    each = "\n".join(f"int f{n}(int n) {{ return n + {n}; }}" for n in range(count))
    FORMS[f"{count} functions"] = f"""{each}
        int (*all[])(int) = {{ {", ".join(f"f{n}" for n in range(count))} }};
        int main(void) {{
            int n, sum = 0;
            scanf("%d", &n);
            for (size_t i = 0; i < sizeof all / sizeof *all; i++) sum += all[i](n);
            printf("%d", sum / (n - 5));
            return 0;
        }}"""
UNDEFINED = {"a function that nobody wrote", "a variable that nobody wrote"}
LEFT = {
    "functions after main",
    "a name of its own",
    "124 functions",
    "123 functions",
    "a function that nobody wrote and nobody calls",
    *UNDEFINED,
}
HEADERS = "#include <errno.h>\n#include <stdio.h>\n#include <string.h>\n"


@pytest.mark.parametrize("form", FORMS)
def test_whatever_an_object_may_hold_a_program_ends_the_same_however_it_is_linked(
    laboratory: Laboratory, whole: Whole, form: str
) -> None:
    ran = compared(laboratory, whole, {"main.c": (HEADERS + FORMS[form] + "\n").encode()}, [b"5", b"6"], SHORT)
    assert bool(ran) == (form not in UNDEFINED)


def test_only_what_is_unusual_needs_the_linker_of_the_compiler(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = {path.stem: path.read_text(errors="replace") for path in PROGRAMS if path.stem[:3] in ("ok_", "err")}
    programs |= {form: HEADERS + text + "\n" for form, text in FORMS.items()}
    started: list[str] = []
    really = compiling._confined

    def watched(command: list[str], *others: Any) -> Any:
        started.append(command[1])
        return really(command, *others)

    monkeypatch.setattr(compiling, "_confined", watched)
    left = set()
    for name, text in programs.items():
        started.clear()
        compile_c({"main.c": text}, laboratory.toolchain)
        if "wasm-ld" in started:
            left.add(name)
    assert left == LEFT


@pytest.fixture(scope="module")
def objects(laboratory: Laboratory) -> list[bytes]:
    """Of the forms above, as the compiler gives them."""
    command = laboratory.toolchain.compile_command(*LANGUAGE, *CHECKS, "-w")
    return [Whole._made(command, (HEADERS + FORMS[form] + "\n").encode()) for form in FORMS]


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_object_is_refused_or_makes_a_module_that_its_engine_looks_at(
    objects: list[bytes], data: st.DataObject
) -> None:
    made = bytearray(data.draw(st.sampled_from(objects)))
    for at in data.draw(st.lists(st.integers(0, len(made) - 1), max_size=3)):
        made[at] = data.draw(st.integers(0, 255))
    made = made[: data.draw(st.one_of(st.just(len(made)), st.integers(0, len(made))))]
    try:
        module = link_one(bytes(made), ENTRIES)
    except (Unusual, ModuleWrong):
        return
    with contextlib.suppress(wasmtime.WasmtimeError):
        wasmtime.Module(new_engine(), module)


def test_an_object_that_would_take_long_to_read_is_left_to_the_linker_that_has_a_limit(objects: list[bytes]) -> None:
    with pytest.raises(Unusual):
        link_one(objects[0] + bytes((CUSTOM,)) + b"".join(_sized(bytes(MOST_TOLD + 1))), ENTRIES)
