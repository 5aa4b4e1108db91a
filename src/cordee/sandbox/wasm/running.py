"""A side module, an input and limits -> what came of it. The host is the dynamic linker.

The library is one module, compiled ahead; each run gets a new instance of it, and of the learner's module, which uses
the library's memory and functions. Source of the rules: tool-conventions, DynamicLinking.md.
"""

from __future__ import annotations

import re

import wasmtime

from cordee.core.errors import shown
from cordee.sandbox.outcomes import (
    MOST_ERROR_BYTES,
    MOST_INPUT_BYTES,
    MOST_OUTPUT_BYTES,
    Ending,
    Fault,
    Outcome,
    Place,
    RunLimits,
)
from cordee.sandbox.wasm.exports import Exports, Thing
from cordee.sandbox.wasm.host import Ended, Fact, Host
from cordee.sandbox.wasm.modules import SideModule, read_side_module

I32 = wasmtime.ValType.i32()
CONSTANT, CHANGING = wasmtime.GlobalType(I32, False), wasmtime.GlobalType(I32, True)
FLUSH_FUEL = 5_000_000  # for what a program had said when it was ended, and its buffer still held
MANY_READS = 100  # of an input that is over: nobody asks so often who looks at the answer
MOST_TABLE = 100_000
MOST_ALIGNMENT = 16  # as a power of two
TRAPS: dict[object, str] = {
    wasmtime.TrapCode.MEMORY_OUT_OF_BOUNDS: "bad_address",
    wasmtime.TrapCode.UNREACHABLE: "aborted",
    wasmtime.TrapCode.INDIRECT_CALL_TO_NULL: "null_call",
}
OWN_PREFIX = "cordee_"  # of the checked functions of our runtime, which go before the library's
AT = re.compile(r"^\s+at (?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+)$", re.MULTILINE)


class Runner:
    """One engine and the library, for as many runs as wanted, one at a time."""

    def __init__(self, engine: wasmtime.Engine, library: wasmtime.Module) -> None:
        self.engine = engine
        self.library = library
        self.host = Host()
        self.linker = wasmtime.Linker(engine)
        self.host.define(self.linker, library)
        self.names = frozenset(item.name or "" for item in library.exports)
        self.base_bytes = next(
            item.type.limits.min << 16 for item in library.exports if isinstance(item.type, wasmtime.MemoryType)
        )

    def load(self, module: bytes) -> Program:
        """Compile a learner's module. Raises ModuleWrong and wasmtime.WasmtimeError."""
        needs = read_side_module(module)
        return Program(self, wasmtime.Module(self.engine, module), needs)


class Program:
    """A learner's module, compiled."""

    def __init__(self, runner: Runner, module: wasmtime.Module, needs: SideModule) -> None:
        self.runner = runner
        self.module = module
        self.needs = needs
        self.imports = [(wanted.module, wanted.name or "") for wanted in module.imports]

    def run(self, stdin: bytes, limits: RunLimits) -> Outcome:
        """Run it once. Nothing is kept of one run for the next. Of a longer input than may be, the rest is not read."""
        one = _OneRun(self, stdin[:MOST_INPUT_BYTES], limits)
        try:
            return one.outcome()
        finally:
            self.runner.host.end()
            one.store.close()


class _OneRun:
    def __init__(self, program: Program, stdin: bytes, limits: RunLimits) -> None:
        runner = program.runner
        self.program, self.limits = program, limits
        self.store = wasmtime.Store(runner.engine)
        self.store.set_limits(
            memory_size=runner.base_bytes + limits.memory_bytes,
            table_elements=MOST_TABLE,
            instances=2,
            memories=1,
            tables=1,
        )
        self.store.set_fuel(limits.fuel)
        self.exports = Exports(self.store, runner.linker.instantiate(self.store, runner.library))
        memory = self.exports["memory"]
        assert isinstance(memory, wasmtime.Memory)  # noqa: S101 - of our own library
        self.memory = memory
        runner.host.begin(self.store, memory)
        if stdin:
            memory.write(self.store, stdin, self._address("cordee_input"))
            self._set("cordee_input_size", len(stdin))
        if limits.output_bytes < MOST_OUTPUT_BYTES:
            self._set("cordee_output_limit", limits.output_bytes)
        if limits.error_bytes < MOST_ERROR_BYTES:
            self._set("cordee_errors_limit", limits.error_bytes)

    def outcome(self) -> Outcome:
        ending: Ending = "finished"
        code: int | None = None
        fault: Fault | None = None
        try:
            code = self._start()
        except Ended as ended:
            code = ended.code
        except _DoesNotFit:
            ending = "memory_limit"
        except wasmtime.Trap as trap:
            ending, fault = self._why(trap)
        fuel = self.limits.fuel - self.store.get_fuel()
        if ending not in ("finished", "output_limit"):
            self._flush()
        refused = self._number("cordee_memory_refused") != 0
        if refused and code:  # it has seen that malloc gave nothing, and said so
            ending = "memory_limit"
        return Outcome(
            ending=ending,
            exit_code=code,
            stdout=self._written("cordee_output", self.limits.output_bytes),
            stderr=self._written("cordee_errors", self.limits.error_bytes),
            fuel=fuel,
            memory_bytes=self.memory.data_len(self.store) - self.program.runner.base_bytes,
            fault=fault,
            memory_refused=refused,
            leaked_blocks=self._ask("cordee_living_blocks") if ending == "finished" else 0,
            leaked_bytes=self._ask("cordee_living_bytes") if ending == "finished" else 0,
        )

    # -- linking ----------------------------------------------------------------------------------------------------

    def _start(self) -> int:
        """The exit code of a program that comes to the end of `main`."""
        needs = self.program.needs
        table = self.exports["__indirect_function_table"]
        assert isinstance(table, wasmtime.Table)  # noqa: S101 - of our own library
        unit = max(16, 1 << min(needs.memory_alignment, MOST_ALIGNMENT))
        begin = self.exports.function("cordee_begin")
        place = int(begin(self.store, _signed(needs.memory_bytes & 0xFFFFFFFF), unit)) & 0xFFFFFFFF
        if not place:
            raise _DoesNotFit
        try:
            slots = table.grow(self.store, max(1, needs.table_slots), None)
        except wasmtime.WasmtimeError as error:
            raise _DoesNotFit from error
        own = self._instantiated(place, slots, table)
        for name in ("__wasm_apply_data_relocs", "__wasm_call_ctors"):
            if name in needs.exports:
                own.function(name)(self.store)
        if "__main_void" in needs.exports:
            code = own.function("__main_void")(self.store)
        else:
            code = own.function("__main_argc_argv")(self.store, 1, self._address("cordee_arguments"))
        self.exports.function("cordee_end")(self.store)
        return int(code)

    def _instantiated(self, place: int, slots: int, table: wasmtime.Table) -> Exports:
        store = self.store
        given: list[Thing] = []
        later: list[tuple[str, str, wasmtime.Global]] = []
        for module, name in self.program.imports:
            if module == "env" and name == "__memory_base":
                given.append(wasmtime.Global(store, CONSTANT, wasmtime.Val.i32(_signed(place))))
            elif module == "env" and name == "__table_base":
                given.append(wasmtime.Global(store, CONSTANT, wasmtime.Val.i32(slots)))
            elif module == "env":
                given.append(self._thing(name))
            else:
                address = wasmtime.Global(store, CHANGING, wasmtime.Val.i32(0))
                given.append(address)
                later.append((module, name, address))
        own = Exports(store, wasmtime.Instance(store, self.program.module, given))
        for module, name, address in later:
            mine = name in self.program.needs.exports
            thing = own[name] if mine else self._thing(name)
            if module == "GOT.mem":
                assert isinstance(thing, wasmtime.Global)  # noqa: S101 - else the linker had refused
                address.set_value(store, wasmtime.Val.i32(_signed(int(thing.value(store)) + (place if mine else 0))))
            else:
                address.set_value(store, wasmtime.Val.i32(table.grow(store, 1, thing)))
        return own

    def _thing(self, name: str) -> Thing:
        """What the learner's module means by a name: our checked function if there is one."""
        checked = OWN_PREFIX + name
        return self.exports[checked if checked in self.program.runner.names else name]

    # -- why it ended -----------------------------------------------------------------------------------------------

    def _why(self, trap: wasmtime.Trap) -> tuple[Ending, Fault | None]:
        code = trap.trap_code
        if code == wasmtime.TrapCode.OUT_OF_FUEL:
            return "time_limit", self._input_over()
        place = _place(trap)
        fact = self.program.runner.host.fact
        if fact and fact.kind == "output_limit":
            return "output_limit", self._input_over()
        if fact:
            return "runtime_error", _fault(fact, place)
        stack = int(self.exports.number("__stack_pointer").value(self.store))
        if code == wasmtime.TrapCode.STACK_OVERFLOW or not 0 <= stack <= self.program.runner.base_bytes:
            return "runtime_error", Fault("stack_overflow", place)
        reason = str(code.name).lower() if code else ""
        return "runtime_error", Fault(TRAPS.get(code, "trap"), place, {"reason": reason})

    def _input_over(self) -> Fault | None:
        """A likely reason of a loop without end."""
        return Fault("input_over") if self._number("cordee_reads_after_end") >= MANY_READS else None

    def _flush(self) -> None:
        """Let the library write out what it held back, if it still can."""
        self.store.set_fuel(FLUSH_FUEL)
        try:
            self.exports.function("fflush")(self.store, 0)
        except (wasmtime.Trap, wasmtime.WasmtimeError, Ended):
            return  # its own data may be damaged: then that output is lost

    def _address(self, name: str) -> int:
        """Of a variable of our runtime."""
        return int(self.exports.number(name).value(self.store))

    def _number(self, name: str) -> int:
        at = self._address(name)
        return int.from_bytes(self.memory.read(self.store, at, at + 4), "little")

    def _set(self, name: str, value: int) -> None:
        self.memory.write(self.store, value.to_bytes(4, "little"), self._address(name))

    def _written(self, name: str, most: int) -> bytes:
        at = self._address(name)
        return bytes(self.memory.read(self.store, at, at + min(self._number(f"{name}_size"), most)))

    def _ask(self, name: str) -> int:
        self.store.set_fuel(FLUSH_FUEL)
        return int(self.exports.function(name)(self.store))


class _DoesNotFit(Exception):
    """The program's own data is larger than its memory."""


def _signed(value: int) -> int:
    return value - (1 << 32) if value >= 1 << 31 else value


def _place(trap: wasmtime.Trap) -> Place | None:
    """Of the innermost frame that has lines: ours have none, so it is the learner's."""
    found = AT.search(str(trap))
    if found is None:
        return None
    return Place(shown(found["file"].rsplit("/", 1)[-1]), int(found["line"]), int(found["column"]))


def _fault(fact: Fact, place: Place | None) -> Fault:
    if fact.line:  # of the compiler's check: exact, but with the compiler's name for what it read from its input
        file = place.file if place and place.line == fact.line else fact.file.rsplit("/", 1)[-1]
        place = Place(file, fact.line, fact.column)
    a, b, c = fact.values
    return Fault(fact.kind, place, {"type": fact.type, "a": a, "b": b, "c": c})
