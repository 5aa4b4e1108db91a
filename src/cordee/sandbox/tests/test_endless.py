"""A loop without end and effect ends at once, as if all fuel were used; nothing else of a program is touched."""

from __future__ import annotations

import pytest
import wasmtime

from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.outcomes import FUEL_PER_SECOND, RunLimits
from cordee.sandbox.tests.test_programs import main, ran
from cordee.sandbox.wasm.endless import LOOP, UNREACHABLE, without_endless_loops

YEARS = RunLimits(fuel=10**15, wall_s=60.0)  # more fuel than a processor uses in days
ENDLESS = {
    "for": "for (;;) { }",
    "while of what is read": 'int n; if (scanf("%d", &n) != 1) return 1; while (n > 0) { }',
    "goto": "again: goto again;",
    "a counter that is put back": "for (int i = 0; i < 10; i++) { i = 0; }",
    "a sum that nobody reads": 'double s = 0; int i = 0; while (i < 10) { s = s + 1.5; } printf("%g", s);',
    "one loop in another": "while (1) { for (int i = 0; i < 5; i++) { } }",
    "do": 'int x = 1; do { x = -x; } while (x); printf("%d", x);',
}


@pytest.mark.long
@pytest.mark.parametrize("name", ENDLESS)
def test_a_loop_without_end_and_effect_has_used_all_fuel_at_once(laboratory: Laboratory, name: str) -> None:
    outcome = ran(laboratory, main(f'printf("before"); {ENDLESS[name]} return 0;'), limits=YEARS)
    assert (outcome.ending, outcome.fuel, outcome.fault) == ("time_limit", YEARS.fuel, None)
    assert outcome.stdout == b"before"  # what was printed is kept as of any other program


@pytest.mark.long
def test_who_goes_by_such_a_loop_or_traps_elsewhere_is_told_what_happened(laboratory: Laboratory) -> None:
    body = (
        'int n; if (scanf("%d", &n) != 1) return 1; while (n > 99) { } if (n == 5) abort(); printf("%d", n); return 0;'
    )
    aborted, finished = (ran(laboratory, main(body), given, RunLimits()) for given in (b"5", b"6"))
    assert (aborted.ending, aborted.fault and aborted.fault.kind) == ("runtime_error", "aborted")
    assert aborted.fuel < FUEL_PER_SECOND
    assert (finished.ending, finished.stdout) == ("finished", b"6")
    assert ran(laboratory, main(body), b"100", RunLimits()).ending == "time_limit"


@pytest.mark.long
def test_an_input_that_is_over_is_still_told_as_the_reason(laboratory: Laboratory) -> None:
    body = "for (int k = 0; k < 200; k++) getchar(); while (1) { } return 0;"
    outcome = ran(laboratory, main(body), limits=YEARS)
    assert (outcome.ending, outcome.fault and outcome.fault.kind) == ("time_limit", "input_over")


def test_the_bytes_of_a_loop_within_a_constant_are_left_alone() -> None:
    text = """(module (func (export "f") (local i64) (loop $on (local.get 0) (i64.const 3) (i64.add) (br $on)))
        (func (result i32) %s))"""
    harmless = bytes(wasmtime.wat2wasm(text % "i32.const 7"))
    assert LOOP.search(harmless) is not None  # "3, add, br 0, end" looks like it
    assert without_endless_loops(harmless) == (harmless, frozenset())
    endless = bytes(wasmtime.wat2wasm(text % "(loop $l (result i32) (br $l))"))
    changed, places = without_endless_loops(endless)
    (at,) = places
    assert LOOP.match(endless, at)
    assert changed == endless[:at] + UNREACHABLE + endless[at + len(UNREACHABLE) :]
    wasmtime.Module.validate(wasmtime.Engine(), changed)


EVERY_INSTRUCTION = """(module (memory 1) (table 1 funcref) (global $g (mut i32) (i32.const 0))
    (func $f (param i32) (result i32) (local f64 i64)
        (f32.const 1.5) drop (f64.const 2.5) (local.set 1) (i64.const -9223372036854775808) (local.tee 2) drop
        (block (block (br_table 0 1 0 (local.get 0)))) (global.set $g (call $f (global.get $g)))
        (drop (call_indirect (param i32) (result i32) (i32.const 1) (i32.const 0)))
        (i32.store offset=128 (i32.const 4) (select (i32.const 3) (memory.size) (memory.grow (i32.const 0))))
        (drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 0)))
        (memory.copy (i32.const 1) (i32.const 2) (i32.const 3)) (memory.fill (i32.const 1) (i32.const 2) (i32.const 3))
        (drop (i32.trunc_sat_f64_s (local.get 1))) (drop (i64.extend32_s (local.get 2)))
        (if (ref.is_null (ref.null func)) (then (nop)) (else (return (i32.const 1))))
        (loop $l (result i32) (br $l))))"""


def test_every_instruction_that_a_compiler_may_give_is_read_over() -> None:
    module = bytes(wasmtime.wat2wasm(EVERY_INSTRUCTION))
    changed, places = without_endless_loops(module)
    assert len(places) == 1
    wasmtime.Module.validate(wasmtime.Engine(), changed)


@pytest.mark.parametrize(
    "strange", [b"\xfd\x0c", b"\x41" + b"\x80" * 200_000, b"\xfc\x7f", b"\x0e\xff\xff\xff\xff\x0f"]
)
def test_a_module_with_what_is_not_known_is_left_alone(strange: bytes) -> None:
    body = b"\x00" + strange + b"\x03\x40\x0c\x00\x0b\x0b"
    section = b"\x01" + _number(len(body)) + body
    module = b"\0asm\x01\0\0\0\x0a" + _number(len(section)) + section
    assert without_endless_loops(module) == (module, frozenset())
    for end in range(8, min(len(module), 30)):
        assert without_endless_loops(module[:end]) == (module[:end], frozenset())


def _number(value: int) -> bytes:
    written = b""
    while value > 127:
        written += bytes([value & 127 | 128])
        value >>= 7
    return written + bytes([value])
