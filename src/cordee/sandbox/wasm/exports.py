"""What an instance exports, found by its name, and called.

The library exports 1,300 names; wasmtime's own mapping looks at all of them one by one, which takes 100 ms an instance,
and its own calls read the types of a function again each time, which takes longer than the function. The C interface of
wasmtime has the questions that we ask, so we ask them there. It checks names, kinds and types as before.
"""

from __future__ import annotations

from ctypes import POINTER, byref, c_uint64
from typing import Any

import wasmtime
from wasmtime import _bindings as c
from wasmtime import _func

FUNCTION, GLOBAL, TABLE, MEMORY = range(4)  # kinds of exports
I32, FUNCTION_REFERENCE = 0, 5  # kinds of values
_NULL_TRAP = POINTER(c.wasm_trap_t)


def number(value: int) -> c.wasmtime_val_t:
    """A value of 32 bits; the upper half of its range may be given either way."""
    made = c.wasmtime_val_t()
    made.kind = I32  # type: ignore[assignment] # a field of ctypes takes the number
    made.of.i32 = value
    return made


class Exports:
    """Of one instance, for as long as its store lives."""

    def __init__(self, store: wasmtime.Store, instance: c.wasmtime_instance_t) -> None:
        self.context: Any = store._context()  # noqa: SLF001 - wasmtime gives no other way to its C interface
        self._instance = byref(instance)

    def find(self, name: str, into: c.wasmtime_extern_t) -> None:
        """Raises KeyError."""
        text = name.encode()
        if not c.wasmtime_instance_export_get(self.context, self._instance, text, len(text), byref(into)):
            raise KeyError(name)

    def thing(self, name: str, kind: int) -> Any:
        """A function, global, table or memory as the C interface has it. Raises KeyError."""
        found: Any = c.wasmtime_extern_t()
        self.find(name, found)
        if found.kind != kind:
            raise KeyError(name)
        return getattr(found.of, ("func", "global_", "table", "memory")[kind])

    def call(self, name: str, *numbers: int) -> int:
        """The number of 32 bits that it answers. Raises KeyError, WasmtimeError, Trap, and what the host did."""
        return self._call(name, numbers, 1)

    def do(self, name: str, *numbers: int) -> None:
        """Call a function that answers nothing. Raises as `call` does."""
        self._call(name, numbers, 0)

    def _call(self, name: str, numbers: tuple[int, ...], answers: int) -> int:
        given = (c.wasmtime_val_t * len(numbers))(*map(number, numbers))
        answered: Any = c.wasmtime_val_t()
        trap = _NULL_TRAP()
        function = self.thing(name, FUNCTION)
        raised(
            c.wasmtime_func_call(
                self.context, byref(function), given, len(numbers), byref(answered), answers, byref(trap)
            ),
            trap,
        )
        if answers and answered.kind != I32:
            raise KeyError(name)
        return int(answered.of.i32)

    def value(self, name: str) -> int:
        """Of a global. Raises KeyError."""
        found: Any = c.wasmtime_val_t()
        c.wasmtime_global_get(self.context, byref(self.thing(name, GLOBAL)), byref(found))
        if found.kind != I32:
            raise KeyError(name)
        return int(found.of.i32)


def new_global(context: Any, type_: wasmtime.GlobalType, value: int, into: c.wasmtime_extern_t) -> None:
    into.kind = GLOBAL  # type: ignore[assignment]
    raised(c.wasmtime_global_new(context, type_.ptr(), byref(number(value)), byref(into.of.global_)))


def set_global(context: Any, thing: c.wasmtime_extern_t, value: int) -> None:
    raised(c.wasmtime_global_set(context, byref(thing.of.global_), byref(number(value))))


def grown(context: Any, table: c.wasmtime_table_t, slots: int, function: c.wasmtime_func_t | None = None) -> int:
    """Where the new slots of the table begin; each holds the function or nothing. Raises WasmtimeError."""
    held = c.wasmtime_val_t()
    held.kind = FUNCTION_REFERENCE  # type: ignore[assignment]
    if function is not None:
        held.of.funcref = function
    before = c_uint64()
    raised(c.wasmtime_table_grow(context, byref(table), slots, byref(held), byref(before)))
    return int(before.value)


def instantiated(store: wasmtime.Store, module: wasmtime.Module, given: Any, into: c.wasmtime_instance_t) -> Exports:
    """A new instance of a module with `given`, an array of things. Raises as a call does."""
    trap = _NULL_TRAP()
    error = c.wasmtime_instance_new(store._context(), module.ptr(), given, len(given), byref(into), byref(trap))  # noqa: SLF001
    raised(error, trap)
    return Exports(store, into)


def raised(error: Any, trap: Any = None) -> None:
    """Raise what a call of the C interface said, or what a function of the host raised meanwhile."""
    if not error and not trap:
        return
    said = wasmtime.WasmtimeError._from_ptr(error) if error else wasmtime.Trap._from_ptr(trap)  # noqa: SLF001
    _func.maybe_raise_last_exn()
    raise said
