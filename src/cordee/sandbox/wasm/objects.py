"""What is in an object of the compiler: code and data of which some numbers are known only to who links them.

Source: tool-conventions, Linking.md. The bytes come from a compiler that read a stranger's program: every length is
checked, and what would take long to read is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cordee.sandbox.wasm.modules import (
    CODE,
    CUSTOM,
    DATA,
    FUNCTION,
    FUNCTIONS,
    IMPORT,
    MAGIC,
    TYPE,
    Import,
    ModuleWrong,
    Reader,
    read_import,
    sections,
)

MOST_TOLD = 256 << 10  # bytes of imports, symbols and relocations: some 0.2 s, and nothing bounds it but this
SEGMENTS, FIRST_FUNCTIONS, GROUPS, SYMBOLS = 5, 6, 7, 8  # parts of the section on linking
OF_A_FUNCTION, OF_DATA, OF_A_GLOBAL, OF_A_SECTION, _, OF_A_TABLE = range(6)  # kinds of symbols
WEAK, UNDEFINED = 0x01, 0x10
UNUSUAL_SYMBOL = 0x20 | 0x40 | 0x100 | 0x200  # exported, with a name of its own, of a thread, absolute
THREAD_SEGMENT = 2
MOST_ALIGNMENT = 16  # as a power of two
WITH_ADDEND = frozenset((3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25))  # kinds of relocations
CONSTANT = b"\0\x41"  # how a segment of the data begins: where it lies in memory is a number


class Unusual(Exception):
    """The object holds what hardly any program does."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """`at`: the number of a function or a global, or the distance from the beginning of the segment."""

    kind: int
    name: str
    at: int = 0
    segment: int = 0
    undefined: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """Of the data. `begin`: in its section. `empty`: it has room and no values, so no `bytes` are kept."""

    begin: int
    size: int
    bytes: bytes
    alignment: int
    empty: bool


@dataclass(frozen=True, slots=True)
class Relocation:
    """`at`: in its section. What is to be written there is told by the kind, of the symbol of that number."""

    kind: int
    at: int
    symbol: int
    addend: int


@dataclass(slots=True)
class Object:
    """`types`, `functions` and `code` are whole sections. `first`: the symbols of what runs before `main`, in order."""

    types: bytes = b""
    functions: bytes = b""
    code: bytes = b""
    imports: list[tuple[Import, bytes]] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    symbols: list[Symbol] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    of_code: list[Relocation] = field(default_factory=list)
    of_data: list[Relocation] = field(default_factory=list)
    debug: list[bytes] = field(default_factory=list)


def read_object(made: bytes) -> Object:
    """Raises Unusual and ModuleWrong."""
    if not made.startswith(MAGIC):
        raise ModuleWrong
    told, data, linking = Object(), b"", b""
    bodies = list(sections(made))
    if sum(len(body) for kind, body in bodies if kind in (IMPORT, CUSTOM)) > MOST_TOLD:
        raise Unusual
    for kind, body in bodies:
        if kind == TYPE:
            told.types = body
        elif kind == IMPORT:
            told.imports = _imports(body)
        elif kind == FUNCTION:
            told.functions = body
        elif kind == CODE:
            told.code = body
        elif kind == DATA:
            data = body
        elif kind == CUSTOM:
            linking = _custom(told, body) or linking
    if not told.code or not linking:
        raise Unusual
    _link(told, linking, data)
    return told


def _imports(body: bytes) -> list[tuple[Import, bytes]]:
    reader, found = Reader(body), []
    for _ in range(reader.number()):
        begin = reader.at
        found.append((read_import(reader), body[begin : reader.at]))
    return found


def _custom(told: Object, body: bytes) -> bytes:
    """The section on linking, if it is that one."""
    reader = Reader(body)
    name = reader.name()
    if name == "linking":
        return body[reader.at :]
    if name == "reloc.CODE":
        told.of_code = _relocations(reader)
    elif name == "reloc.DATA":
        told.of_data = _relocations(reader)
    elif name.startswith(".debug_"):
        told.debug.append(body)
    return b""


def _relocations(reader: Reader) -> list[Relocation]:
    reader.number()  # of which section: its name has said it
    found = []
    for _ in range(reader.number()):
        kind, at, symbol = reader.byte(), reader.number(), reader.number()
        found.append(Relocation(kind, at, symbol, reader.signed() if kind in WITH_ADDEND else 0))
    return found


def _link(told: Object, linking: bytes, data: bytes) -> None:
    parts = {}
    reader = Reader(linking)
    reader.number()  # the version; another one would be another compiler's
    while reader.at < len(linking):
        kind = reader.byte()
        parts[kind] = Reader(reader.some(reader.number()))
    if GROUPS in parts:
        raise Unusual
    none = b"\0"
    told.segments = _segments(Reader(data or none), parts.get(SEGMENTS, Reader(none)))
    called = [wanted.name for wanted, _ in told.imports if wanted.kind == FUNCTIONS]
    symbols = parts.get(SYMBOLS, Reader(none))
    told.symbols = [_symbol(symbols, called) for _ in range(symbols.number())]
    first = parts.get(FIRST_FUNCTIONS, Reader(none))
    by_priority = [(first.number(), first.number()) for _ in range(first.number())]
    told.first = [symbol for _, symbol in sorted(by_priority, key=lambda one: one[0])]


def _segments(held: Reader, told: Reader) -> list[Segment]:
    if held.number() != told.number():
        raise ModuleWrong
    found = []
    while held.at < len(held.data):
        if held.some(2) != CONSTANT:
            raise Unusual
        held.signed()
        held.some(1)  # the end of what says where
        size = held.number()
        begin = held.at
        name, alignment, flags = told.name(), told.number(), told.number()
        if flags & THREAD_SEGMENT or alignment > MOST_ALIGNMENT:
            raise Unusual
        empty = name.startswith(".bss")
        found.append(Segment(begin, size, held.skip(size) if empty else held.some(size), alignment, empty))
    return found


def _symbol(reader: Reader, called: list[str]) -> Symbol:
    kind, flags = reader.byte(), reader.number()
    undefined = bool(flags & UNDEFINED)
    if flags & UNUSUAL_SYMBOL or (undefined and flags & WEAK):
        raise Unusual
    if kind == OF_DATA:
        name = reader.name()
        if undefined:
            return Symbol(kind, name, undefined=True)
        segment, offset, _size = reader.number(), reader.number(), reader.number()
        return Symbol(kind, name, offset, segment)
    if kind == OF_A_SECTION:
        return Symbol(kind, "", reader.number())
    if kind not in (OF_A_FUNCTION, OF_A_GLOBAL, OF_A_TABLE):
        raise Unusual
    at = reader.number()
    if not undefined:
        return Symbol(kind, reader.name(), at)
    if kind != OF_A_FUNCTION:
        return Symbol(kind, "", at, undefined=True)
    if at >= len(called):
        raise ModuleWrong
    return Symbol(kind, called[at], at, undefined=True)
