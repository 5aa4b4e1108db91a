"""How is WebAssembly compiled and bounded here? One engine, set once, for the library and for programs."""

from __future__ import annotations

import os

import wasmtime

NATIVE_STACK_BYTES = 2 << 20  # calls of the program, apart from its own stack in memory; the most that the engine takes
RESERVED_BYTES = 288 << 20  # addresses for the program's memory: never moved, so no access is slower


def new_engine() -> wasmtime.Engine:
    """Fuel counted, one thread, lines of the source in the stack of a trap.

    Cranelift with its usual register allocation: the baseline compiler and the single-pass allocator are not for code
    of strangers.
    """
    os.environ["WASMTIME_BACKTRACE_DETAILS"] = "1"  # the engine reads it when it is made; there is no other switch
    config = wasmtime.Config()
    config.consume_fuel = True
    config.parallel_compilation = False  # its threads would need more than one process of the limits
    config.max_wasm_stack = NATIVE_STACK_BYTES
    config.memory_reservation = RESERVED_BYTES
    for proposal in ("wasm_threads", "wasm_relaxed_simd", "wasm_memory64", "wasm_component_model"):
        setattr(config, proposal, False)
    return wasmtime.Engine(config)


def compiled_ahead(module: bytes) -> bytes:
    """Of a module of ours: what `Module.deserialize` takes. Never call that with bytes from elsewhere."""
    return bytes(wasmtime.Module(new_engine(), module).serialize())


def names_exported(module: bytes) -> list[str]:
    return [item.name for item in wasmtime.Module(new_engine(), module).exports]
