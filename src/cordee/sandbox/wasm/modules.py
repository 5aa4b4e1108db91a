"""What does a side module need? Its imports, exports and the sizes of its data, read without compiling it.

Source: WebAssembly core specification 1.0, section 5 (binary format); tool-conventions, DynamicLinking.md (dylink.0).
The bytes come from a linker that read a stranger's program, so every length is checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"\0asm\x01\0\0\0"
CUSTOM, TYPE, IMPORT, FUNCTION, TABLE, MEMORY, GLOBAL, EXPORT, START, ELEMENT, CODE, DATA, DATA_COUNT = range(13)
FUNCTIONS, TABLES, MEMORIES, GLOBALS = range(4)  # kinds of imports and exports
DYLINK_MEMORY = 1
MOST_BITS = 35


class ModuleWrong(ValueError):
    """The bytes are no module, or none that our linker makes."""


@dataclass(frozen=True, slots=True)
class Import:
    module: str
    name: str
    kind: int


@dataclass(frozen=True, slots=True)
class SideModule:
    """`memory_bytes`, aligned to 2 ** `memory_alignment`, and `table_slots` must be found for it by who links it."""

    memory_bytes: int
    memory_alignment: int
    table_slots: int
    imports: tuple[Import, ...]
    exports: frozenset[str]
    starts_by_itself: bool


class Reader:
    """Reads on from where it is. All raises ModuleWrong where the bytes end too early."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def number(self) -> int:
        value = shift = 0
        while True:
            if self.at >= len(self.data) or shift > MOST_BITS:
                raise ModuleWrong
            byte = self.data[self.at]
            value |= (byte & 127) << shift
            self.at, shift = self.at + 1, shift + 7
            if byte < 128:  # noqa: PLR2004 - the highest bit says that more follows
                return value

    def byte(self) -> int:
        return self.some(1)[0]

    def signed(self) -> int:
        begin = self.at
        value = self.number()
        bits = 7 * (self.at - begin)
        return value - (1 << bits) if value >> (bits - 1) & 1 else value

    def some(self, size: int) -> bytes:
        self.skip(size)
        return self.data[self.at - size : self.at]

    def skip(self, size: int) -> bytes:
        """Nothing of it: it may be large."""
        if size < 0 or self.at + size > len(self.data):
            raise ModuleWrong
        self.at += size
        return b""

    def name(self) -> str:
        return self.some(self.number()).decode("utf-8", "replace")

    def limits(self) -> None:
        flags = self.number()
        self.number()
        if flags & 1:
            self.number()


def read_side_module(data: bytes) -> SideModule:
    """Raises ModuleWrong."""
    if not data.startswith(MAGIC):
        raise ModuleWrong
    sizes: tuple[int, int, int] = (0, 0, 0)
    imports: list[Import] = []
    exports: list[str] = []
    starts = False
    for kind, body in sections(data):
        reader = Reader(body)
        if kind == CUSTOM and reader.name() == "dylink.0":
            sizes = _dylink(reader)
        elif kind == IMPORT:
            imports = [read_import(reader) for _ in range(reader.number())]
        elif kind == EXPORT:
            for _ in range(reader.number()):
                exports.append(reader.name())
                reader.some(1)
                reader.number()
        elif kind == START:
            starts = True
    return SideModule(*sizes, tuple(imports), frozenset(exports), starts)


def sections(data: bytes) -> Iterator[tuple[int, bytes]]:
    reader = Reader(data, len(MAGIC))
    while reader.at < len(data):
        kind = reader.byte()
        yield kind, reader.some(reader.number())


def _dylink(reader: Reader) -> tuple[int, int, int]:
    while reader.at < len(reader.data):
        kind = reader.byte()
        part = Reader(reader.some(reader.number()))
        if kind == DYLINK_MEMORY:
            return part.number(), part.number(), part.number()
    return 0, 0, 0


def read_import(reader: Reader) -> Import:
    module, name, kind = reader.name(), reader.name(), reader.byte()
    if kind == FUNCTIONS:
        reader.number()
    elif kind == TABLES:
        reader.some(1)
        reader.limits()
    elif kind == MEMORIES:
        reader.limits()
    elif kind == GLOBALS:
        reader.some(2)
    else:
        raise ModuleWrong
    return Import(module, name, kind)
