"""One object of the compiler -> the side module that wasm-ld would make of it, without starting another program.

An object has nearly the form of a module. Where there is only one, its functions keep their numbers, and the code stays
as it is but for the numbers that only the whole knows. What hardly any program holds (symbols that are weak and
nobody's, variables of a thread, imports and exports under names of their own, groups) is left to wasm-ld.

Sources: tool-conventions, Linking.md and DynamicLinking.md; WebAssembly core specification 1.0, section 5.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from typing import TypeVar

from cordee.sandbox.wasm.modules import (
    CODE,
    CUSTOM,
    DATA,
    DYLINK_MEMORY,
    ELEMENT,
    EXPORT,
    FUNCTION,
    FUNCTIONS,
    GLOBALS,
    IMPORT,
    MAGIC,
    MEMORIES,
    TABLES,
    TYPE,
    Import,
    ModuleWrong,
    Reader,
)
from cordee.sandbox.wasm.objects import OF_A_FUNCTION, OF_A_GLOBAL, OF_DATA, Object, Symbol, Unusual, read_object

# Relocations: of what the number in the code or the data is.
FUNCTION_INDEX, TABLE_SLOT_IN_DATA, ADDRESS_IN_DATA, TYPE_INDEX, GLOBAL_INDEX = 0, 2, 5, 6, 7
ADDRESS, TABLE_SLOT, TABLE_NUMBER = 11, 12, 20
PADDED = 5  # bytes of a number in the code that a linker may write over

END, CALL, GET_GLOBAL, STORE_I32, CONST_I32, ADD_I32 = b"\x0b", b"\x10", b"\x23", b"\x36\x02", b"\x41", b"\x6a"
NO_LOCALS = b"\0"
NOTHING_TO_NOTHING = b"\x60\0\0"  # a type of functions
GLOBAL_I32, CHANGING_I32 = b"\x03\x7f\0", b"\x03\x7f\1"

Thing = TypeVar("Thing")


def link_one(made: bytes, entries: Collection[str]) -> bytes:
    """A module that exports those of `entries` that the object defines, and what its host must call before them.

    Raises Unusual and ModuleWrong.
    """
    return _Link(read_object(made), entries).module()


class _Link:
    def __init__(self, told: Object, entries: Collection[str]) -> None:
        self.told, self.entries = told, entries
        self.imports: list[bytes] = []
        self.functions_imported = 0
        self.globals: dict[tuple[str, str], int] = {}  # all are imported: an object has none of its own
        self.others: set[int] = set()  # the memory and the table
        for wanted, raw in told.imports:
            self._import(wanted, raw)
        self.slots: dict[int, int] = {}  # function -> its slot in the table
        self.memory_bytes = self.alignment = 0
        self.addresses = self._placed()

    def _import(self, wanted: Import, raw: bytes = b"") -> None:
        self.imports.append(OF_THE_HOST.get(wanted.kind, raw))
        if wanted.kind == FUNCTIONS:
            self.functions_imported += 1
        elif wanted.kind == GLOBALS:
            self.globals[wanted.module, wanted.name] = len(self.globals)
        else:
            self.others.add(wanted.kind)

    def _placed(self) -> list[int]:
        """The address of each segment. What has no values goes last, and needs no bytes: the host gives zeros."""
        segments = self.told.segments
        addresses = [0] * len(segments)
        for number in sorted(range(len(segments)), key=lambda number: segments[number].empty):
            segment = segments[number]
            addresses[number] = -(-self.memory_bytes >> segment.alignment) << segment.alignment
            self.memory_bytes = addresses[number] + segment.size
            self.alignment = max(self.alignment, segment.alignment)
        return addresses

    # -- what a number stands for -------------------------------------------------------------------------------------

    def _function(self, symbol: Symbol) -> int:
        if symbol.kind != OF_A_FUNCTION:
            raise ModuleWrong
        return symbol.at

    def _address(self, symbol: Symbol) -> int:
        if symbol.kind != OF_DATA:
            raise ModuleWrong
        if symbol.undefined:  # a hidden name, to which wasm-ld itself gives a meaning
            raise Unusual
        return _of(self.addresses, symbol.segment) + symbol.at

    def _slot(self, symbol: Symbol) -> int:
        if symbol.undefined:
            raise Unusual
        return self.slots.setdefault(self._function(symbol), len(self.slots))

    def _global(self, symbol: Symbol) -> int:
        if symbol.kind == OF_A_GLOBAL:
            return symbol.at
        if not symbol.undefined:
            raise Unusual
        return self._global_imported("GOT.mem" if symbol.kind == OF_DATA else "GOT.func", symbol.name, CHANGING_I32)

    def _global_imported(self, module: str, name: str, type_: bytes) -> int:
        """Its number; from now on, if it was not."""
        if (module, name) not in self.globals:
            self._import(Import(module, name, GLOBALS), _named(module, name, type_))
        return self.globals[module, name]

    # -- the module ---------------------------------------------------------------------------------------------------

    def module(self) -> bytes:
        told, code, exports = self.told, self._code(), self._entries()
        made = {"__wasm_apply_data_relocs": self._pointers(), "__wasm_call_ctors": self._first_calls()}
        bodies = {name: body for name, body in made.items() if body != NO_LOCALS + END}
        types, functions = told.types, told.functions
        if bodies:
            after = self.functions_imported + _counted(functions)[0]
            exports += [_exported(name, after + n) for n, name in enumerate(bodies)]
            functions = _more(functions, [_number(_counted(types)[0])] * len(bodies))
            types = _more(types, [NOTHING_TO_NOTHING])
            code = _more(code, [b"".join(_sized(body)) for body in bodies.values()])
        elements, held = self._elements(), self._held()
        if MEMORIES not in self.others:
            self._import(Import("env", "memory", MEMORIES))
        whole = [
            (CUSTOM, self._needs()),
            (TYPE, types),
            (IMPORT, _number(len(self.imports)) + b"".join(self.imports)),
            (FUNCTION, functions),
            (EXPORT, _number(len(exports)) + b"".join(exports)),
            (ELEMENT, elements),
            (CODE, code),
            (DATA, held),
            *((CUSTOM, body) for body in told.debug),  # nothing that they tell of has moved
        ]
        return MAGIC + b"".join(b"".join((bytes((kind,)), *_sized(body))) for kind, body in whole if body)

    def _code(self) -> bytes:
        """The functions with their numbers; not one moves."""
        code = bytearray(self.told.code)
        for one in self.told.of_code:
            if one.kind in (TYPE_INDEX, TABLE_NUMBER):
                continue  # types keep their numbers, and there is one table
            symbol = _of(self.told.symbols, one.symbol)
            if one.kind == FUNCTION_INDEX:
                value = self._function(symbol)
            elif one.kind == GLOBAL_INDEX:
                value = self._global(symbol)
            elif one.kind == ADDRESS:
                value = self._address(symbol) + one.addend
            elif one.kind == TABLE_SLOT:
                value = self._slot(symbol)
            else:
                raise Unusual
            if one.at + PADDED > len(code):
                raise ModuleWrong
            code[one.at : one.at + PADDED] = _padded(value)
        return bytes(code)

    def _pointers(self) -> bytes:
        """A function that writes into the data what is known only when the module has its place."""
        begins = [segment.begin for segment in self.told.segments]
        parts = [NO_LOCALS]
        for one in self.told.of_data:
            symbol = _of(self.told.symbols, one.symbol)
            if one.kind not in (ADDRESS_IN_DATA, TABLE_SLOT_IN_DATA):
                raise Unusual
            segment = bisect_right(begins, one.at) - 1
            if segment < 0:
                raise ModuleWrong
            parts += (self._base("__memory_base"), *self._pointer(symbol, one.kind, one.addend), STORE_I32)
            parts.append(_number(self.addresses[segment] + one.at - begins[segment]))
        return b"".join((*parts, END))

    def _pointer(self, symbol: Symbol, kind: int, addend: int) -> tuple[bytes, ...]:
        if symbol.undefined:
            return GET_GLOBAL, _number(self._global(symbol)), CONST_I32, _signed(addend), ADD_I32
        if kind == TABLE_SLOT_IN_DATA:
            return self._base("__table_base"), CONST_I32, _signed(self._slot(symbol)), ADD_I32
        return self._base("__memory_base"), CONST_I32, _signed(self._address(symbol) + addend), ADD_I32

    def _base(self, name: str) -> bytes:
        return GET_GLOBAL + _number(self._global_imported("env", name, GLOBAL_I32))

    def _first_calls(self) -> bytes:
        called = (self._function(_of(self.told.symbols, number)) for number in self.told.first)
        return b"".join((NO_LOCALS, *(CALL + _number(function) for function in called), END))

    def _entries(self) -> list[bytes]:
        named = (one for one in self.told.symbols if one.name in self.entries and not one.undefined)
        return [_exported(one.name, self._function(one)) for one in named]

    def _elements(self) -> bytes:
        """What the slots of the table hold."""
        if not self.slots:
            return b""
        if TABLES not in self.others:
            self._import(Import("env", "__indirect_function_table", TABLES))
        return b"".join((b"\1\0", self._base("__table_base"), END, _number(len(self.slots)), *map(_number, self.slots)))

    def _held(self) -> bytes:
        """All values of the data, as one segment."""
        held = bytearray()
        for address, segment in sorted(zip(self.addresses, self.told.segments, strict=True), key=lambda one: one[0]):
            if not segment.empty:
                held += bytes(address - len(held)) + segment.bytes
        return b"".join((b"\1\0", self._base("__memory_base"), END, *_sized(bytes(held)))) if held else b""

    def _needs(self) -> bytes:
        needs = b"".join(map(_number, (self.memory_bytes, self.alignment, len(self.slots), 0)))
        return b"".join((*_sized(b"dylink.0"), bytes((DYLINK_MEMORY,)), *_sized(needs)))


def _of(things: Sequence[Thing], number: int) -> Thing:
    if number >= len(things):
        raise ModuleWrong
    return things[number]


def _counted(body: bytes) -> tuple[int, int]:
    """How many things a section holds, and where the first begins."""
    reader = Reader(body)
    return reader.number(), reader.at


def _more(body: bytes, added: list[bytes]) -> bytes:
    """A section with more in it. Raises Unusual when its count would need more bytes: what tells the lines of the
    source counts from there."""
    count, at = _counted(body)
    counted = _number(count + len(added))
    if len(counted) != at:
        raise Unusual
    return b"".join((counted, body[at:], *added))


def _named(module: str, name: str, what: bytes) -> bytes:
    return b"".join((*_sized(module.encode()), *_sized(name.encode()), what))


def _exported(name: str, function: int) -> bytes:
    return b"".join((*_sized(name.encode()), bytes((FUNCTIONS,)), _number(function)))


def _sized(body: bytes) -> tuple[bytes, bytes]:
    return _number(len(body)), body


def _number(value: int) -> bytes:
    """LEB128."""
    made = bytearray()
    while value > 127:  # noqa: PLR2004 - seven bits a byte
        made.append(value & 127 | 128)
        value >>= 7
    made.append(value)
    return bytes(made)


def _signed(value: int) -> bytes:
    """Signed LEB128."""
    made = bytearray()
    while not -64 <= value < 64:  # noqa: PLR2004 - of seven bits, one is the sign
        made.append(value & 127 | 128)
        value >>= 7
    made.append(value & 127)
    return bytes(made)


def _padded(value: int) -> bytes:
    """LEB128 in five bytes: of 32 bits, the same with and without a sign."""
    low = (value >> shift & 127 | 128 for shift in (0, 7, 14, 21))
    return bytes((*low, value >> 28 & 127))


# Their limits are those of the host's own, which have grown before a module comes.
OF_THE_HOST = {
    MEMORIES: _named("env", "memory", b"\2\0\0"),
    TABLES: _named("env", "__indirect_function_table", b"\1\x70\0\0"),
}
