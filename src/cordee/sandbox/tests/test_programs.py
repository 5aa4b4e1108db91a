"""Programs that a class writes, and some that an enemy writes: what comes of each."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import wasmtime

from cordee.sandbox.explaining import explain_ending, explain_fault
from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.outcomes import FUEL_PER_SECOND, Outcome, RunLimits
from cordee.sandbox.wasm.engine import new_engine

pytestmark = pytest.mark.long  # the compiler's library is made first
PROGRAMS = Path(__file__).parent / "programs"
NUMBERS = b"5\n3 1 2 5 4\n"


def ran(laboratory: Laboratory, text: str | bytes, stdin: bytes = NUMBERS, limits: RunLimits | None = None) -> Outcome:
    artifact = laboratory.compile({"main.c": text})
    assert artifact.module is not None, artifact.diagnostics
    return laboratory.run(artifact, stdin, limits)


def program(name: str) -> bytes:
    return (PROGRAMS / f"{name}.c").read_bytes()


def main(body: str, before: str = "") -> str:
    return f"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n{before}\nint main(void) {{\n{body}\n}}\n"


RIGHT = {
    "ok_hello": b"Bonjour monde 42\n",
    "ok_double": b"10\n",
    "ok_sort_stdin": b"1 2 3 4 5\n",
    "cpu_nqueens": b"14200\n",
    "ok_args_env_time": b"argc=1\nPATH=(none) HOME=(none)\ntime=1700000000\n",
}


@pytest.mark.parametrize("name", RIGHT)
def test_an_honest_program_prints_what_it_should(laboratory: Laboratory, name: str) -> None:
    outcome = ran(laboratory, program(name))
    assert (outcome.ending, outcome.exit_code, outcome.stdout) == ("finished", 0, RIGHT[name])


def test_a_program_may_end_with_a_code_of_its_own(laboratory: Laboratory) -> None:
    assert ran(laboratory, program("ok_exit7")).exit_code == 7


def test_bytes_beyond_ascii_come_through(laboratory: Laboratory) -> None:
    assert ran(laboratory, program("ok_utf8")).stdout == "é à ü ✓ 5\n".encode()


def test_floating_point_and_mathematics_work(laboratory: Laboratory) -> None:
    assert ran(laboratory, program("ok_floats_math")).stdout.startswith(b"2.236 -0.959 11.180\n")


def test_a_long_computation_ends_within_a_larger_limit(laboratory: Laboratory) -> None:
    limits = RunLimits(fuel=5 * FUEL_PER_SECOND)
    assert ran(laboratory, program("cpu_matmul"), limits=limits).ending == "finished"


def test_large_static_arrays_are_allowed(laboratory: Laboratory) -> None:
    outcome = ran(laboratory, main('c[4999999] = 1; printf("%d\\n", c[4999999]); return 0;', "static char c[5000000];"))
    assert (outcome.ending, outcome.stdout) == ("finished", b"1\n")


@pytest.mark.parametrize("after", ["", '__attribute__((destructor)) static void bye(void) { puts("bye"); }'])
def test_global_arrays_may_take_nearly_all_the_memory_of_a_program(laboratory: Laboratory, after: str) -> None:
    body = 't[11999999] = 1; printf("%d %d\\n", t[11999999], t[0]); return 0;'
    outcome = ran(laboratory, main(body, f"int t[12000000];\n{after}"))
    assert (outcome.ending, outcome.stdout) == ("finished", b"1 0\nbye\n" if after else b"1 0\n"), outcome


def test_global_arrays_that_take_hardly_more_than_the_memory_meet_its_limit(laboratory: Laboratory) -> None:
    text = main('t[69999999] = 1; printf("%d\\n", t[69999999]); return 0;', "char t[70000000];")
    assert ran(laboratory, text).ending == "memory_limit"


FAULTS = [
    ("err_malloc_huge_nocheck", b"", "null_pointer", 2),
    ("err_div_zero", b"0\n", "division", 2),
    ("err_stack_overflow", b"", "stack_overflow", 2),
    ("err_oob_heap_write", b"", "heap_bounds", 3),
    ("err_use_after_free", b"", "use_after_free", 3),
    ("err_scanf_no_amp", b"3\n", "null_pointer", 2),
    ("err_gets_overflow", b"extraordinarily-long\n", "stack_bounds", 2),
    ("err_assert", b"", "aborted", 2),
]


@pytest.mark.parametrize(("name", "stdin", "kind", "line"), FAULTS)
def test_a_fault_is_named_with_its_line(laboratory: Laboratory, name: str, stdin: bytes, kind: str, line: int) -> None:
    outcome = ran(laboratory, program(name), stdin)
    assert outcome.ending == "runtime_error"
    assert outcome.fault is not None
    assert outcome.fault.place is not None
    assert (outcome.fault.kind, outcome.fault.place.file, outcome.fault.place.line) == (kind, "main.c", line)
    assert outcome.fault.place.column > 0


BODIES = {
    "out_of_bounds": 'int t[5] = {0}; int i = atoi("7"); return t[i];',
    "add_overflow": 'int n = 2147483647; n = n + atoi("1"); return n == 0;',
    "sub_overflow": 'int n = -2147483647; n = n - atoi("5"); return n == 0;',
    "mul_overflow": 'int n = atoi("100000"); n = n * n; return n == 0;',
    "negate_overflow": 'int n = atoi("-2147483648"); return -n == 3;',
    "shift": 'int n = atoi("40"); return 1 << n;',
    "array_size": 'int n = atoi("-3"); int t[n]; t[0] = 1; return t[0];',
    "double_free": "char *p = malloc(4); if (!p) return 1; free(p); free(p); return 0;",
    "bad_free": "int n = 3; int *p = &n; free(p); return 0;",
    "stack_bounds": 'char u[40], t[4]; if (scanf("%39[^x]", u) != 1) return 1; strcpy(t, u); puts(t); return 0;',
    "global_bounds": 'strcpy(name, "too long a text"); return name[0];',
    "null_pointer": 'int *p = NULL; printf("%d\\n", *p); return 0;',
}


@pytest.mark.parametrize("kind", BODIES)
def test_what_c_does_not_define_ends_the_program_where_it_stands(laboratory: Laboratory, kind: str) -> None:
    outcome = ran(laboratory, main(BODIES[kind], "char name[4];"))
    assert outcome.fault is not None
    assert outcome.fault.place is not None
    assert (outcome.fault.kind, outcome.fault.place.line) == (kind, 6)


OVERRUN = {
    "strcpy": 'char t[5]; strcpy(t, "Elisabeth"); printf("%s\\n", t); return 0;',
    "strcpy by one": 'char t[5]; strcpy(t, "Elisa"); printf("%s\\n", t); return 0;',
    "strcat": 'char t[5] = "abc"; strcat(t, "de"); printf("%s\\n", t); return 0;',
    "strncat": 'char t[5] = "abc"; strncat(t, "defgh", 2); printf("%s\\n", t); return 0;',
    "strncpy": 'char t[5]; strncpy(t, "Eli", 8); printf("%s\\n", t); return 0;',
    "memset": 'int t[3]; memset(t, 0, 20); printf("%d\\n", t[0]); return 0;',
    "memcpy": 'int t[3], u[5] = {1, 2, 3, 4, 5}; memcpy(t, u, 16); printf("%d\\n", t[0]); return 0;',
    "snprintf": 'char t[5]; snprintf(t, 20, "%d", atoi("123456")); printf("%s\\n", t); return 0;',
    "snprintf of a text": 'char t[5]; snprintf(t, 20, "Elisa"); return 0;',
    "sprintf": 'char t[5]; sprintf(t, "Elisabeth"); return 0;',
    "sprintf by one": 'char t[5]; sprintf(t, "%s", "Elisa"); return 0;',
    "sprintf of a number": 'char t[5]; sprintf(t, "%d", 12345); return 0;',
    "sprintf that is counted": 'char t[5], u[9] = "Elisa"; int n = sprintf(t, "%s", u); printf("%d\\n", n); return 0;',
    "sprintf by another name": 'int (*f)(char *, const char *, ...) = sprintf; char t[5]; f(t, "Elisa"); return 0;',
}


@pytest.mark.parametrize("name", OVERRUN)
def test_an_array_overrun_by_a_call_is_found_though_the_compiler_knows_what_it_writes(
    laboratory: Laboratory, name: str
) -> None:
    fault = ran(laboratory, main(OVERRUN[name])).fault
    assert fault is not None
    assert fault.place is not None
    assert (fault.kind, fault.place.line) == ("stack_bounds", 6)
    assert fault.values["type"] == name.split()[0]
    assert explain_fault(fault).sentence().startswith(f"{name.split()[0]} used memory before or behind a variable")


READ_OR_WRITTEN = {
    "fgets": (b"Elisabeth\n", "char t[5]; if (!fgets(t, 20, stdin)) return 1; return t[0];"),
    "scanf": (b"Elisabeth\n", 'char t[5]; return scanf("%s", t);'),
    "sscanf": (b"", 'char t[5]; return sscanf("Elisabeth", "%s", t);'),
    "strlen": (b"", "char t[3] = {'a', 'b', 'c'}; return (int)strlen(t);"),
    "printf / puts": (b"", "char t[3] = {'a', 'b', 'c'}; printf(\"%s\\n\", t); return 0;"),
    "strcmp": (b"", "char t[3] = {'a', 'b', 'c'}; return strcmp(t, \"abcd\");"),
}


@pytest.mark.parametrize("name", READ_OR_WRITTEN)
@pytest.mark.parametrize("where", ["stack", "global"])
def test_a_text_without_room_for_its_end_is_told_by_the_function_that_used_it(
    laboratory: Laboratory, name: str, where: str
) -> None:
    stdin, body = READ_OR_WRITTEN[name]
    declared, _, rest = body.partition("; ")
    text = main(body) if where == "stack" else main(rest, f"{declared};")
    fault = ran(laboratory, text, stdin).fault
    assert fault is not None
    assert (fault.kind, fault.values["type"]) == (f"{where}_bounds", name)
    assert "a text counts with the zero at its end" in explain_fault(fault).sentence()


def test_an_index_after_such_a_call_is_told_as_an_index(laboratory: Laboratory) -> None:
    before = "__attribute__((noinline)) static int at(const char *t, int n) { return t[n]; }"
    fault = ran(laboratory, main('char t[6]; strcpy(t, "Elisa"); puts(t); return at(t, atoi("6"));', before)).fault
    assert fault is not None
    assert (fault.kind, fault.values["type"]) == ("stack_bounds", "read")
    assert explain_fault(fault).sentence().endswith("Look at the index.")


LONG = {"add": "2147483647; n = n + 1;", "sub": "-2147483647; n = n - 2;", "mul": "100000; n = n * 100000;"}


@pytest.mark.parametrize("act", LONG)
def test_a_long_that_overflows_is_told_how_wide_it_is(laboratory: Laboratory, act: str) -> None:
    fault = ran(laboratory, main(f"volatile long n = {LONG[act]} return n == 0;")).fault
    assert fault is not None
    assert (fault.kind, fault.values["type"]) == (f"{act}_overflow", "'long'")
    assert "long, which has 32 bits here, as int has. Use long long" in explain_fault(fault).sentence()


@pytest.mark.parametrize("used", ["p->n = 1; return 0;", "return *(char *)p;"])
def test_a_pointer_that_was_never_set_is_asked_whether_it_was(laboratory: Laboratory, used: str) -> None:
    fault = ran(laboratory, main(f"struct node *p; {used}", "struct node { int n; struct node *next; };")).fault
    assert fault is not None
    assert explain_fault(fault).sentence().endswith("and whether it was given one.")


def test_calls_that_write_to_the_last_byte_of_an_array_are_right(laboratory: Laboratory) -> None:
    body = """char t[6] = "ab", u[6]; strncat(t, "cdefgh", 3); snprintf(u, 100, "%d", 12345);
    printf("%s %s %d\\n", t, u, snprintf(u, 3, "%s", "long")); strcpy(u, "Elisa"); puts(u); return 0;"""
    assert ran(laboratory, main(body)).stdout == b"abcde lo 4\nElisa\n"


def test_the_compiler_looks_at_a_text_that_is_printed_into_an_array_as_before(laboratory: Laboratory) -> None:
    wrong = main('char t[5]; sprintf(t, "%d", 2.5); sprintf(t, "%s"); sprintf(t, "Elisabeth"); return 0;')
    said = [one.text for one in laboratory.compile({"main.c": wrong}).diagnostics]
    for words in ("format specifies type 'int' but", "more '%' conversions than", "'sprintf' will always overflow"):
        assert any(words in one for one in said), (words, said)
    without = laboratory.compile({"main.c": 'int main(void) { char t[5]; return sprintf(t, "1"); }'})
    assert "call to undeclared library function 'sprintf'" in without.diagnostics[0].text
    body = 'char t[10]; int n = sprintf(t, "%s", "Elisabeth"); sprintf(t + 5, "%d", 1234); printf("%s %d\\n", t, n);'
    assert ran(laboratory, main(body)).stdout == b"Elisa1234 9\n"
    parts = {"main.c": main("char t[5]; put(t); return t[0];", "void put(char *t);"),
             "put.c": '#include <stdio.h>\nvoid put(char *t) { sprintf(t, "Elisabeth"); }\n'}  # fmt: skip
    artifact = laboratory.compile(parts)
    assert artifact.module is not None, artifact.diagnostics
    fault = laboratory.run(artifact, b"", None).fault
    assert fault is not None
    assert fault.place is not None
    assert (fault.kind, fault.place.file, fault.place.line) == ("stack_bounds", "put.c", 2)


def test_a_block_that_is_overrun_by_a_copy_is_told_its_first_byte_outside(laboratory: Laboratory) -> None:
    fault = ran(laboratory, main('char *p = malloc(5); strcpy(p, "Elisabeth"); puts(p); free(p); return 0;')).fault
    assert fault is not None
    assert (fault.kind, fault.values["a"], fault.values["b"]) == ("heap_bounds", 5, 5)


def test_a_fault_tells_the_values(laboratory: Laboratory) -> None:
    fault = ran(laboratory, main(BODIES["mul_overflow"])).fault
    assert fault is not None
    assert fault.values == {"type": "'int'", "a": 100000, "b": 100000, "c": 0}


ENDED_BY = {
    "abort": ("abort();", "", "aborted"),
    "a failed assert": ("assert(n == 4);", "#include <assert.h>", "aborted"),
    "a pointer of another type of functions": (
        "void *p[] = {&n, (void *)half}; int (*f)(int) = (int (*)(int))p[n - 2]; return f(n);",
        "double half(double x) { return x / 2; }",
        "other_function",
    ),
    "a pointer to data that is called": (
        "void *p[] = {&n, &n}; int (*f)(int) = (int (*)(int))p[n - 2]; return f(n);",
        "",
        "no_function",
    ),
    "a function of other parameters given to qsort": (
        "qsort(&n, 2, 2, (int (*)(const void *, const void *))by); return n;",
        "int by(int a, int b, int c) { return a + b + c; }",
        "other_function",
    ),
    "a function that the compiler sees called as another": (
        "int (*f)(int) = (int (*)(int))half; return f(n);",
        "double half(double x) { return x / 2; }",
        "no_meaning",
    ),
    "a trap": ("if (n) __builtin_trap(); return 0;", "", "no_meaning"),
    "a pointer to no function": ("return held[n](n);", "int (*held[9])(int);", "null_call"),
}


@pytest.mark.parametrize("name", ENDED_BY)
def test_only_abort_and_assert_are_told_as_such(laboratory: Laboratory, name: str) -> None:
    body, before, kind = ENDED_BY[name]
    outcome = ran(laboratory, main(f'int n = atoi("3"); puts("so far");\n{body}', before))
    assert outcome.fault is not None
    assert outcome.fault.place is not None
    assert (outcome.fault.kind, outcome.fault.place.line, outcome.stdout) == (kind, 7, b"so far\n")
    said = "Assertion failed: n == 4 (main.c: main: 7)\n" if name == "a failed assert" else ""
    assert outcome.stderr.decode() == said


LAST_ARRAYS = {
    "the end of a struct": ("struct { int n, data[4]; } s = {0};", "s.data[n] = 1; return s.data[n];", "'int[4]'"),
    "a union": ("union { int all; unsigned char c[4]; } s = {0};", "return s.c[n];", "'unsigned char[4]'"),
    "a struct of the heap": (
        "struct s { int n; int t[4]; } *p = calloc(2, sizeof *p); if (!p) return 1;",
        "return p->t[n];",
        "'int[4]'",
    ),
}


@pytest.mark.parametrize("where", LAST_ARRAYS)
def test_an_index_outside_the_array_that_ends_a_struct_is_told_with_the_size(
    laboratory: Laboratory, where: str
) -> None:
    declared, used, of = LAST_ARRAYS[where]
    fault = ran(laboratory, main(f'{declared} int n = atoi("4");\n{used}')).fault
    assert fault is not None
    assert fault.place is not None
    assert (fault.kind, fault.values["type"], fault.values["a"], fault.place.line) == ("out_of_bounds", of, 4, 7)


@pytest.mark.parametrize("size", ["", "0", "1"])
def test_an_array_that_is_left_open_at_the_end_of_a_struct_may_be_as_long_as_its_block(
    laboratory: Laboratory, size: str
) -> None:
    body = """struct text *t = malloc(sizeof *t + 6); if (!t) return 1;
    for (int i = 0; i < 5; i++) t->of[i] = 'a' + i;
    t->of[5] = 0; puts(t->of); free(t); return 0;"""
    outcome = ran(laboratory, main(body, f"struct text {{ int n; char of[{size}]; }};"))
    assert (outcome.ending, outcome.stdout) == ("finished", b"abcde\n"), outcome


ON_A_LINE_WITH_ACCENTS = {
    "out_of_bounds": 'int t[3] = {0}, n = atoi("7");\n/* é😀 */ puts("e\u0301"); t[n] = 3;\nreturn 0;',
    "heap_bounds": 'char *t = malloc(3); int n = atoi("4");\n/* é😀 */ puts("e\u0301"); t[n] = 3;\nreturn 0;',
}


@pytest.mark.parametrize("kind", ON_A_LINE_WITH_ACCENTS)
def test_the_column_of_a_fault_counts_characters(laboratory: Laboratory, kind: str) -> None:
    body = ON_A_LINE_WITH_ACCENTS[kind]
    fault = ran(laboratory, main(body)).fault
    assert fault is not None
    assert fault.place is not None
    line = main(body).split("\n")[fault.place.line - 1]
    assert (fault.kind, line[fault.place.column - 1 :][:4]) == (
        kind,
        {"out_of_bounds": "t[n]", "heap_bounds": "= 3;"}[kind],
    )


def test_an_array_given_to_a_function_is_checked_too(laboratory: Laboratory) -> None:
    before = "static int sum(const int *t, int n) { int s = 0; for (int i = 0; i <= n; i++) s += t[i]; return s; }"
    fault = ran(laboratory, main("int t[5] = {1, 2, 3, 4, 5}; return sum(t, 5);", before)).fault
    assert fault is not None
    assert (fault.kind, str(fault.place).split(":")[1]) == ("stack_bounds", "4")


def test_what_a_program_had_printed_before_its_fault_is_kept(laboratory: Laboratory) -> None:
    outcome = ran(laboratory, main('printf("so far\\n"); int *p = NULL; return *p;'))
    assert outcome.stdout == b"so far\n"


def test_blocks_that_are_never_freed_are_counted(laboratory: Laboratory) -> None:
    outcome = ran(laboratory, main("char *p = malloc(10); char *q = malloc(20); p[0] = q[0] = 1; free(p); return 0;"))
    assert (outcome.leaked_blocks, outcome.leaked_bytes) == (1, 20)


def test_a_list_of_a_hundred_thousand_blocks_is_no_slower_to_free(laboratory: Laboratory) -> None:
    before = "struct node { int value; struct node *next; };"
    body = """struct node *head = NULL;
    for (int i = 0; i < 100000; i++) { struct node *n = malloc(sizeof *n); n->value = i; n->next = head; head = n; }
    long long sum = 0;
    while (head) { struct node *next = head->next; sum += head->value; free(head); head = next; }
    printf("%lld\\n", sum); return 0;"""
    outcome = ran(laboratory, main(body, before))
    assert (outcome.ending, outcome.leaked_blocks) == ("finished", 0), outcome


def test_texts_made_by_the_library_can_be_freed(laboratory: Laboratory) -> None:
    body = """char *p = strdup("text"); char *q = NULL; size_t n = 0;
    getline(&q, &n, stdin); printf("%s %s", p, q); free(p); free(q); return 0;"""
    outcome = ran(laboratory, main(body), b"a line\n")
    assert (outcome.ending, outcome.stdout) == ("finished", b"text a line\n"), outcome


def test_a_sorting_with_a_function_of_the_learners_works(laboratory: Laboratory) -> None:
    before = "static int by(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }"
    body = 'int t[] = {3, 1, 2}; qsort(t, 3, sizeof *t, by); printf("%d%d%d\\n", t[0], t[1], t[2]); return 0;'
    assert ran(laboratory, main(body, before)).stdout == b"123\n"


ENDLESS = {
    "an empty loop": "for (;;) {}",
    "a loop that changes what nobody looks at": "int i = 0, s = 0; while (i < 10) s = s + i; return s;",
    "a loop whose condition is always true": "unsigned s = 0; for (unsigned i = 9; i >= 0; i--) s += i; return s > 1;",
    "a loop that polls": "struct pollfd p = {0, POLLIN, 0}; for (;;) poll(&p, 1, 1000000);",
    "a loop that asks for the time": "for (;;) clock();",
    "a loop that reads beyond the end": "char c; for (;;) if (read(0, &c, 1) > 1) return 1;",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_never_ends_is_stopped(laboratory: Laboratory, name: str) -> None:
    before = "#include <poll.h>\n#include <time.h>\n#include <unistd.h>"
    outcome = ran(laboratory, main(ENDLESS[name], before), limits=RunLimits(fuel=FUEL_PER_SECOND // 20))
    assert (outcome.ending, outcome.fuel) == ("time_limit", FUEL_PER_SECOND // 20)


READ_AFTER_THE_END = {
    "scanf": 'int n, s = 0; while (scanf("%d", &n) != 0) s += n; return s;',
    "getchar": "int c; do c = getchar(); while (c != 'q'); return c;",
    "fgets": "char t[9] = {0}; while (t[0] != 'q') fgets(t, 9, stdin); return 0;",
    "what it prints": 'int n = 1; while (n) { puts("A number?"); scanf("%d", &n); } return 0;',
}


@pytest.mark.parametrize("name", READ_AFTER_THE_END)
def test_who_reads_on_when_the_input_is_over_is_told_so(laboratory: Laboratory, name: str) -> None:
    outcome = ran(laboratory, main(READ_AFTER_THE_END[name]), b"1\n", RunLimits(fuel=FUEL_PER_SECOND))
    assert outcome.ending == ("output_limit" if name == "what it prints" else "time_limit")
    assert outcome.fault is not None
    told = explain_ending(outcome, RunLimits())
    assert told is not None
    assert told.template.startswith("The input was over")


def test_a_loop_without_end_after_the_whole_input_is_no_reading_on(laboratory: Laboratory) -> None:
    body = 'int n, s = 0; while (scanf("%d", &n) == 1) s += n; while (s) s++, s--; return 0;'
    outcome = ran(laboratory, main(body), limits=RunLimits(fuel=FUEL_PER_SECOND // 20))
    assert (outcome.ending, outcome.fault) == ("time_limit", None)


@pytest.mark.parametrize("body", ['fprintf(f, "a");', "fgetc(f);", "fclose(f);", 'fputs("a", f);'])
def test_a_file_that_is_not_there_is_told_in_plain_words(laboratory: Laboratory, body: str) -> None:
    outcome = ran(laboratory, main(f'FILE *f = fopen("a.txt", "w"); {body} return 0;'))
    assert outcome.fault is not None
    assert outcome.fault.place is not None
    assert outcome.fault.kind == "null_call"


def test_sleeping_takes_no_time_and_moves_the_clock(laboratory: Laboratory) -> None:
    body = 'long a = time(NULL); sleep(600); printf("%ld\\n", time(NULL) - a); return 0;'
    outcome = ran(laboratory, main(body, "#include <time.h>\n#include <unistd.h>"), limits=RunLimits(wall_s=5))
    assert (outcome.ending, outcome.stdout) == ("finished", b"600\n")


@pytest.mark.parametrize(("name", "most"), [("err_infinite_print", 1 << 20), ("err_stderr_flood", 64 << 10)])
def test_endless_output_is_cut(laboratory: Laboratory, name: str, most: int) -> None:
    outcome = ran(laboratory, program(name))
    assert outcome.ending == "output_limit"
    assert len(outcome.stdout) + len(outcome.stderr) == most


def test_memory_is_bounded_and_malloc_says_so(laboratory: Laboratory) -> None:
    body = 'long n = 0; while (malloc(1000000)) n++; printf("%ld\\n", n); return 0;'
    outcome = ran(laboratory, main(body))
    assert outcome.ending == "finished"
    assert 55 < int(outcome.stdout) < 67
    assert outcome.memory_refused


def test_a_program_that_gives_up_without_memory_has_met_the_limit(laboratory: Laboratory) -> None:
    assert ran(laboratory, main("while (1) if (!malloc(1000000)) exit(1);")).ending == "memory_limit"


def test_memory_cannot_be_had_behind_mallocs_back(laboratory: Laboratory) -> None:
    outcome = ran(laboratory, program("hostile_grow_table"))
    assert outcome.memory_bytes <= 64 << 20


def test_no_file_can_be_opened_and_none_is_told_from_another(laboratory: Laboratory) -> None:
    outcome = ran(laboratory, program("hostile_read_passwd"))
    assert b"LEAK" not in outcome.stdout
    assert outcome.stdout.count(b"refused") == 6


def test_no_descriptor_is_open_but_the_three(laboratory: Laboratory) -> None:
    assert ran(laboratory, program("hostile_wasi_raw_fd")).stdout == b"open .: -1\n"


def test_the_environment_is_empty_and_chance_is_always_the_same(laboratory: Laboratory) -> None:
    body = """unsigned char b[4]; getentropy(b, 4);
    printf("%d %02x%02x%02x\\n", environ && environ[0], b[0], b[1], b[2]); return 0;"""
    text = main(body, "#include <unistd.h>\nextern char **environ;")
    first, second = ran(laboratory, text), ran(laboratory, text)
    assert first.stdout.startswith(b"0 ")
    assert first.stdout == second.stdout


def test_the_same_program_costs_the_same_fuel_each_time(laboratory: Laboratory) -> None:
    artifact = laboratory.compile({"main.c": program("ok_sort_stdin")})
    outcomes = {dataclasses.replace(laboratory.run(artifact, NUMBERS)).fuel for _ in range(5)}
    assert len(outcomes) == 1


def test_nothing_of_one_run_is_left_for_the_next(laboratory: Laboratory) -> None:
    artifact = laboratory.compile({"main.c": main('printf("%d\\n", ++count); return 0;', "static int count;")})
    assert [laboratory.run(artifact).stdout for _ in range(3)] == [b"1\n"] * 3


def test_a_function_of_the_library_declared_with_other_types_is_no_danger(laboratory: Laboratory) -> None:
    artifact = laboratory.compile({"main.c": "double abs(double x);\nint main(void) { return (int)abs(1.5); }\n"})
    if artifact.module is not None:
        assert laboratory.run(artifact).ending == "runtime_error"
    else:
        assert artifact.errors


def test_what_a_program_says_of_itself_is_no_command_to_a_terminal(laboratory: Laboratory) -> None:
    text = '#line 1 "\\033[31mX\\007.c"\nint main(int c, char **v) { int t[2] = {0}; return t[c + 7]; }\n'
    fault = ran(laboratory, text).fault
    assert fault is not None
    assert str(fault.place).isprintable()
    assert str(fault.values["type"]).isprintable()


def test_no_call_leaves_a_program_but_its_fault_and_its_end(laboratory: Laboratory) -> None:
    library = wasmtime.Module(new_engine(), laboratory.toolchain.library.read_bytes())
    assert {(wanted.module, wanted.name) for wanted in library.imports} == {("cordee", "fault"), ("cordee", "exit")}


def test_input_is_read_to_its_end_and_no_further(laboratory: Laboratory) -> None:
    text = main('long n = 0; while (getchar() != EOF) n++; printf("%ld\\n", n); return 0;')
    assert ran(laboratory, text, b"x" * 3_000_000).stdout == b"3000000\n"


def test_a_main_with_arguments_is_given_a_name_alone(laboratory: Laboratory) -> None:
    text = '#include <stdio.h>\nint main(int c, char **v) { printf("%d %s %d\\n", c, v[0], v[1] == 0); return 0; }\n'
    assert ran(laboratory, text).stdout == b"1 program 1\n"


def test_the_faults_record_cannot_be_forged_into_a_right_answer(laboratory: Laboratory) -> None:
    text = main("__ubsan_handle_missing_return((void *)0); return 0;", "void __ubsan_handle_missing_return(void *);")
    assert ran(laboratory, text).ending == "runtime_error"
