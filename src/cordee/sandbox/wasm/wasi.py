"""What may a program ask of its host? A small part of WASI, held in memory: no file, no network, no clock of ours.

Source: WASI preview 1 (wasi_snapshot_preview1), witx of the WebAssembly WASI repository. Of 45 functions these answer:
arguments, an empty environment, the three standard streams, a clock that only sleeping moves, random numbers from a
seed, the end of the program. All else says that there is no such thing: what is not allowed and what does not exist
read the same. Every call costs fuel, so that a loop of calls ends as any other loop does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import wasmtime

MODULE = "wasi_snapshot_preview1"
OK, BAD_FILE, INVALID, NO_ENTRY, NO_CALL, IS_PIPE = 0, 8, 28, 44, 52, 70
CALL_FUEL = 200_000  # about what a call costs in time, where an instruction costs one
BYTE_FUEL = 4
RANDOM_BYTE_FUEL = 40
BEGINNING_NS = 1_700_000_000_000_000_000  # what the clock shows at the start of every program
STDIN, STDOUT, STDERR = 0, 1, 2
REGULAR_FILE = 4  # so the C library gathers output in a buffer: fewer calls
EVENT_BYTES, SUBSCRIPTION_BYTES, MOST_SUBSCRIPTIONS = 32, 48, 64
MOST_VECTORS = 1024


class Ended(Exception):
    """The program has ended itself, by `exit` or at the end of `main`."""

    def __init__(self, code: int) -> None:
        self.code = code


class OutputFull(Exception):
    """The program has written more than it may."""


@dataclass(slots=True)
class Fact:
    """A fault as the program's runtime tells it."""

    kind: str
    file: str
    line: int
    column: int
    type: str
    values: tuple[int, int, int]


@dataclass(slots=True)
class Run:
    """All that belongs to one run of one program."""

    store: wasmtime.Store
    memory: wasmtime.Memory
    stdin: bytes
    output_bytes: int
    error_bytes: int
    arguments: tuple[bytes, ...] = (b"program",)
    read: int = 0
    slept_ns: int = 0
    drawn: int = 0
    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    fact: Fact | None = None

    def spend(self, fuel: int) -> None:
        """Raises Trap when there is not so much left."""
        left = self.store.get_fuel()
        self.store.set_fuel(max(0, left - fuel))
        if left <= fuel:
            raise OutOfFuel

    def bytes_at(self, at: int, size: int) -> bytes:
        at &= 0xFFFFFFFF
        if size < 0 or at + size > self.memory.data_len(self.store):
            raise BadAddress
        return bytes(self.memory.read(self.store, at, at + size))

    def put(self, data: bytes, at: int) -> None:
        at &= 0xFFFFFFFF
        if at + len(data) > self.memory.data_len(self.store):
            raise BadAddress
        self.memory.write(self.store, data, at)

    def vectors(self, at: int, count: int) -> list[tuple[int, int]]:
        if not 0 <= count <= MOST_VECTORS:
            raise BadAddress
        raw = self.bytes_at(at, 8 * count)
        words = [int.from_bytes(raw[i : i + 4], "little") for i in range(0, len(raw), 4)]
        return list(zip(words[::2], words[1::2], strict=True))

    def text_at(self, at: int, most: int = 120) -> str:
        """A text of C; shorter when it is longer than `most` or leaves the memory."""
        at &= 0xFFFFFFFF
        size = min(most, self.memory.data_len(self.store) - at)
        return self.bytes_at(at, max(0, size)).split(b"\0", 1)[0].decode("utf-8", "replace") if size > 0 and at else ""


class OutOfFuel(Exception):
    """A call of the host has used up what was left."""


class BadAddress(Exception):
    """The program has given its host an address outside its memory."""


class Host:
    """The functions of WASI and of our runtime, defined once; `run` is whom they serve now."""

    def __init__(self) -> None:
        self.run: Run | None = None

    def __call__(self) -> Run:
        if self.run is None:
            raise BadAddress
        return self.run

    def define(self, linker: wasmtime.Linker, module: wasmtime.Module) -> None:
        """Give `linker` every function that `module` (our library) wants of its host."""
        for wanted in module.imports:
            name, kind = wanted.name or "", wanted.type
            if not isinstance(kind, wasmtime.FuncType):
                continue
            if wanted.module == MODULE:
                linker.define_func(MODULE, name, kind, self._priced(name))
            elif wanted.module == "cordee":
                linker.define_func("cordee", name, kind, self._fault)

    def _priced(self, name: str) -> Callable[..., object]:
        act = getattr(self, f"_{name}", None)
        refusal = NO_ENTRY if name.startswith("path_") else BAD_FILE if name.startswith("fd_") else NO_CALL

        def answer(*words: int) -> int | None:
            run = self()
            run.spend(CALL_FUEL)
            return act(run, *words) if act else refusal

        return answer

    @staticmethod
    def _fd_write(run: Run, stream: int, at: int, count: int, done: int) -> int:
        if stream not in (STDOUT, STDERR):
            return BAD_FILE
        vectors = run.vectors(at, count)
        size = sum(size for _, size in vectors)
        run.spend(BYTE_FUEL * size)
        kept, most = (run.stdout, run.output_bytes) if stream == STDOUT else (run.stderr, run.error_bytes)
        for address, length in vectors:
            kept += run.bytes_at(address, min(length, most + 1 - len(kept)))
            if len(kept) > most:
                del kept[most:]
                raise OutputFull
        run.put(size.to_bytes(4, "little"), done)
        return OK

    @staticmethod
    def _fd_read(run: Run, stream: int, at: int, count: int, done: int) -> int:
        if stream != STDIN:
            return BAD_FILE
        total = 0
        for address, length in run.vectors(at, count):
            part = run.stdin[run.read : run.read + length]
            run.spend(BYTE_FUEL * len(part))
            run.put(part, address)
            run.read += len(part)
            total += len(part)
        run.put(total.to_bytes(4, "little"), done)
        return OK

    @staticmethod
    def _fd_fdstat_get(run: Run, stream: int, at: int) -> int:
        if stream not in (STDIN, STDOUT, STDERR):
            return BAD_FILE
        run.put(bytes([REGULAR_FILE, 0, 0, 0, 0, 0, 0, 0]) + b"\xff" * 16, at)
        return OK

    @staticmethod
    def _fd_seek(_run: Run, stream: int, _offset: int, _whence: int, _at: int) -> int:
        return IS_PIPE if stream in (STDIN, STDOUT, STDERR) else BAD_FILE

    @staticmethod
    def _fd_close(_run: Run, stream: int) -> int:
        return OK if stream in (STDIN, STDOUT, STDERR) else BAD_FILE

    @staticmethod
    def _args_sizes_get(run: Run, count: int, size: int) -> int:
        run.put(len(run.arguments).to_bytes(4, "little"), count)
        run.put(sum(len(one) + 1 for one in run.arguments).to_bytes(4, "little"), size)
        return OK

    @staticmethod
    def _args_get(run: Run, pointers: int, texts: int) -> int:
        for n, one in enumerate(run.arguments):
            run.put((texts & 0xFFFFFFFF).to_bytes(4, "little"), pointers + 4 * n)
            run.put(one + b"\0", texts)
            texts += len(one) + 1
        return OK

    @staticmethod
    def _environ_sizes_get(run: Run, count: int, size: int) -> int:
        run.put(bytes(4), count)
        run.put(bytes(4), size)
        return OK

    @staticmethod
    def _environ_get(_run: Run, _pointers: int, _texts: int) -> int:
        return OK

    @staticmethod
    def _clock_time_get(run: Run, _clock: int, _precision: int, at: int) -> int:
        run.put((BEGINNING_NS + run.slept_ns).to_bytes(8, "little"), at)
        return OK

    @staticmethod
    def _clock_res_get(run: Run, _clock: int, at: int) -> int:
        run.put((1).to_bytes(8, "little"), at)
        return OK

    @staticmethod
    def _random_get(run: Run, at: int, size: int) -> int:
        size &= 0xFFFFFFFF
        run.spend(RANDOM_BYTE_FUEL * size)
        run.drawn += 1
        run.put(hashlib.shake_128(run.drawn.to_bytes(8, "little")).digest(size), at)
        return OK

    @staticmethod
    def _sched_yield(_run: Run) -> int:
        return OK

    @staticmethod
    def _poll_oneoff(run: Run, given: int, answers: int, count: int, done: int) -> int:
        """Sleeping takes no time and moves the clock; a stream is always ready."""
        if not 0 < count <= MOST_SUBSCRIPTIONS:
            return INVALID
        soonest = None
        events = []
        for n in range(count):
            asked = run.bytes_at(given + SUBSCRIPTION_BYTES * n, SUBSCRIPTION_BYTES)
            kind = asked[8]
            if kind == 0:
                until = int.from_bytes(asked[24:32], "little")
                if int.from_bytes(asked[40:42], "little") & 1:  # an hour, not a duration
                    until = max(0, until - BEGINNING_NS - run.slept_ns)
                soonest = until if soonest is None else min(soonest, until)
            events.append(asked[:8] + bytes(2) + bytes([kind]) + bytes(21))
        run.slept_ns = min(run.slept_ns + (soonest or 0), 1 << 60)
        run.put(b"".join(events), answers)
        run.put(len(events).to_bytes(4, "little"), done)
        return OK

    @staticmethod
    def _proc_exit(_run: Run, code: int) -> None:
        raise Ended(code)

    def _fault(self, kind: int, place: int, kind_of_value: int, a: int, b: int, c: int) -> None:
        """The runtime says why it is about to end the program."""
        run = self()
        file, line, column = "", 0, 0
        if place:
            raw = run.bytes_at(place, 12)
            words = [int.from_bytes(raw[i : i + 4], "little") for i in (0, 4, 8)]
            file, line, column = run.text_at(words[0]), words[1], words[2]
        if run.fact is None:
            run.fact = Fact(run.text_at(kind, 40), file, line, column, run.text_at(kind_of_value), (a, b, c))
