"""A side module, an input and limits -> what came of it. The host is the dynamic linker.

The library is one module, compiled ahead; each run gets a new instance of it, and of the learner's module, which uses
the library's memory and functions. Source of the rules: tool-conventions, DynamicLinking.md.
"""

from __future__ import annotations

import re
from ctypes import addressof, byref, memmove, string_at
from typing import Any

import wasmtime
from wasmtime import _bindings as c

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
from cordee.sandbox.wasm.endless import without_endless_loops
from cordee.sandbox.wasm.exports import (
    FUNCTION,
    MEMORY,
    TABLE,
    Exports,
    grown,
    instantiated,
    new_global,
    set_global,
)
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
    wasmtime.TrapCode.UNREACHABLE: "no_meaning",  # what the compiler puts in place of what it sees is undefined
    wasmtime.TrapCode.BAD_SIGNATURE: "other_function",
    wasmtime.TrapCode.TABLE_OUT_OF_BOUNDS: "no_function",
    wasmtime.TrapCode.INDIRECT_CALL_TO_NULL: "null_call",
}
OWN_PREFIX = "cordee_"  # of the checked functions of our runtime, which go before the library's
AT = re.compile(r"^\s+at (?P<file>[^\n]*?):(?P<line>\d+):(?P<column>\d+)$", re.MULTILINE)


class Runner:
    """One engine and the library, for as many runs as wanted, one at a time."""

    def __init__(self, engine: wasmtime.Engine, library: wasmtime.Module) -> None:
        self.engine = engine
        self.host = Host()
        linker = wasmtime.Linker(engine)
        self.host.define(linker, library)
        self.library = linker.instantiate_pre(library)
        self.names = frozenset(item.name or "" for item in library.exports)
        self.base_bytes = next(
            item.type.limits.min << 16 for item in library.exports if isinstance(item.type, wasmtime.MemoryType)
        )
        with wasmtime.Store(engine) as store:  # where its variables lie is the same in every instance
            store.set_fuel(FLUSH_FUEL)
            exports = self.instance_in(store)
            self.addresses = {
                item.name or "": exports.value(item.name or "") & 0xFFFFFFFF
                for item in library.exports
                if isinstance(item.type, wasmtime.GlobalType) and not item.type.mutable
            }

    def instance_in(self, store: wasmtime.Store) -> Exports:
        """A new instance of the library."""
        return Exports(store, self.library.instantiate(store)._instance)  # noqa: SLF001 - exports.py says why

    def load(self, module: bytes) -> Program:
        """Compile a learner's module. Raises ModuleWrong and wasmtime.WasmtimeError."""
        needs = read_side_module(module)
        ended, endless = without_endless_loops(module)
        return Program(self, wasmtime.Module(self.engine, ended), needs, endless)


class Program:
    """A learner's module, compiled. `endless`: where traps stand in it for loops without end and effect."""

    def __init__(
        self, runner: Runner, module: wasmtime.Module, needs: SideModule, endless: frozenset[int] = frozenset()
    ) -> None:
        self.endless = endless
        self.runner = runner
        self.module = module
        self.needs = needs
        imports = [(wanted.module, wanted.name or "") for wanted in module.imports]
        self.given: Any = (c.wasmtime_extern_t * len(imports))()  # filled anew by each run
        self.imports = [
            (module, self.meant(name) if module == "env" else name, self.given[n])
            for n, (module, name) in enumerate(imports)
        ]

    def meant(self, name: str) -> str:
        """What the learner's module means by a name of the library's: our checked function if there is one."""
        checked = OWN_PREFIX + name
        return checked if checked in self.runner.names else name

    def run(self, stdin: bytes, limits: RunLimits) -> Outcome:
        """Run it once. Nothing is kept of one run for the next. Of a longer input than may be, the rest is not read."""
        store = wasmtime.Store(self.runner.engine)
        try:
            return _OneRun(self, store, stdin[:MOST_INPUT_BYTES], limits).outcome()
        finally:
            self.runner.host.end()
            store.close()


class _OneRun:
    def __init__(self, program: Program, store: wasmtime.Store, stdin: bytes, limits: RunLimits) -> None:
        runner = program.runner
        self.program, self.limits, self.store = program, limits, store
        self.endless = False  # whether it came to a loop without end and effect
        store.set_limits(
            memory_size=runner.base_bytes + limits.memory_bytes,
            table_elements=MOST_TABLE,
            instances=2,
            memories=1,
            tables=1,
        )
        store.set_fuel(limits.fuel)
        self.addresses = runner.addresses
        self.exports = runner.instance_in(store)
        self.memory = self.exports.thing("memory", MEMORY)
        runner.host.begin(store, wasmtime.Memory._from_raw(self.memory))  # noqa: SLF001 - exports.py says why
        if stdin:
            self._write("cordee_input", stdin)
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
        fuel = self.limits.fuel - (0 if self.endless else self.store.get_fuel())
        if ending not in ("finished", "output_limit"):
            self._flush()
        refused = self._number("cordee_memory_refused") != 0
        if refused and code:  # it has seen that malloc gave nothing, and said so
            ending = "memory_limit"
        memory_bytes = c.wasmtime_memory_data_size(self.exports.context, byref(self.memory))
        return Outcome(
            ending=ending,
            exit_code=code,
            stdout=self._written("cordee_output", min(self.limits.output_bytes, MOST_OUTPUT_BYTES)),
            stderr=self._written("cordee_errors", min(self.limits.error_bytes, MOST_ERROR_BYTES)),
            fuel=fuel,
            memory_bytes=memory_bytes - self.program.runner.base_bytes,
            fault=fault,
            memory_refused=refused,
            leaked_blocks=self._number("cordee_living_blocks") if ending == "finished" else 0,
            leaked_bytes=self._number("cordee_living_bytes") if ending == "finished" else 0,
        )

    # -- linking ----------------------------------------------------------------------------------------------------

    def _start(self) -> int:
        """The exit code of a program that comes to the end of `main`."""
        needs = self.program.needs
        unit = max(16, 1 << min(needs.memory_alignment, MOST_ALIGNMENT))
        place = self.exports.call("cordee_begin", needs.memory_bytes, unit) & 0xFFFFFFFF
        if not place:
            raise _DoesNotFit
        table = self.exports.thing("__indirect_function_table", TABLE)
        try:
            slots = grown(self.exports.context, table, max(1, needs.table_slots))
        except wasmtime.WasmtimeError as error:
            raise _DoesNotFit from error
        own = self._instantiated(place, slots, table)
        for name in ("__wasm_apply_data_relocs", "__wasm_call_ctors"):
            if name in needs.exports:
                own.do(name)
        if "__main_void" in needs.exports:
            code = own.call("__main_void")
        else:
            code = own.call("__main_argc_argv", 1, self.addresses["cordee_arguments"])
        self.exports.do("cordee_end")
        return code

    def _instantiated(self, place: int, slots: int, table: c.wasmtime_table_t) -> Exports:
        exports, context = self.exports, self.exports.context
        later: list[tuple[str, str, c.wasmtime_extern_t]] = []
        for module, name, given in self.program.imports:
            if module != "env":
                new_global(context, CHANGING, 0, given)
                later.append((module, name, given))
            elif name == "__memory_base":
                new_global(context, CONSTANT, place, given)
            elif name == "__table_base":
                new_global(context, CONSTANT, slots, given)
            else:
                exports.find(name, given)
        own = instantiated(self.store, self.program.module, self.program.given, c.wasmtime_instance_t())
        for module, name, given in later:
            mine = name in self.program.needs.exports
            if module == "GOT.mem":
                set_global(context, given, own.value(name) + place if mine else exports.value(self.program.meant(name)))
            else:
                function = own.thing(name, FUNCTION) if mine else exports.thing(self.program.meant(name), FUNCTION)
                set_global(context, given, grown(context, table, 1, function))
        return own

    # -- why it ended -----------------------------------------------------------------------------------------------

    def _why(self, trap: wasmtime.Trap) -> tuple[Ending, Fault | None]:
        code = trap.trap_code
        if code == wasmtime.TrapCode.UNREACHABLE and self.program.endless:
            frame = next(iter(trap.frames), None)
            self.endless = frame is not None and frame.module_offset in self.program.endless
        if code == wasmtime.TrapCode.OUT_OF_FUEL or self.endless:
            return "time_limit", self._input_over()
        place = _place(trap)
        fact = self.program.runner.host.fact
        if fact and fact.kind == "output_limit":
            return "output_limit", self._input_over()
        if fact:
            return "runtime_error", _fault(fact, place)
        stack = self.exports.value("__stack_pointer")
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
            self.exports.call("fflush", 0)
        except (wasmtime.Trap, wasmtime.WasmtimeError, Ended):
            return  # its own data may be damaged: then that output is lost

    # -- variables of our runtime: they lie in what the library's memory has at least, so they are always there --------

    def _at(self, name: str) -> int:
        """The address in this process. Take it for one access only."""
        return self.addresses[name] + addressof(
            c.wasmtime_memory_data(self.exports.context, byref(self.memory)).contents
        )

    def _number(self, name: str) -> int:
        return int.from_bytes(string_at(self._at(name), 4), "little")

    def _set(self, name: str, value: int) -> None:
        self._write(name, value.to_bytes(4, "little"))

    def _write(self, name: str, data: bytes) -> None:
        """No more than the variable takes: the caller knows its size."""
        memmove(self._at(name), data, len(data))

    def _written(self, name: str, most: int) -> bytes:
        return string_at(self._at(name), min(self._number(f"{name}_size"), most))


class _DoesNotFit(Exception):
    """The program's own data is larger than its memory."""


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
