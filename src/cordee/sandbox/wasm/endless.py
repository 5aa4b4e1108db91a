"""Which loops of a program have no end and no effect, and how are they ended at once?

`while (n > 0) { }` is, once compiled, a loop that holds nothing but the jump to its own beginning: `03 t 0c 00 0b`. Who
comes there never leaves it, and nothing in the world changes. It uses fuel slower than anything else, so it took ten
seconds of a processor for two official ones. A trap of the same size takes its place; who ends there has used all fuel.

Source: WebAssembly core specification 2.0, section 5.4 (instructions). Code that holds an instruction which is not
known here is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAGIC_SIZE = 8
MOST_BITS = 70  # of a number, as long as it may be written
CODE = 10  # the section of the functions' bodies
LOOP = re.compile(rb"\x03[\x40\x7c-\x7f]\x0c\x00\x0b")  # loop, its type, br 0, end
UNREACHABLE = b"\x00\x01\x01\x01\x01"  # and four times nothing
# How many numbers (LEB128) stand behind an instruction.
NUMBERS = {
    **dict.fromkeys(range(0x02, 0x05), 1),  # block, loop, if: their type
    **dict.fromkeys((0x0C, 0x0D, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26), 1),
    **dict.fromkeys((0x11, *range(0x28, 0x3F)), 2),  # call_indirect; of memory: alignment, offset
    **dict.fromkeys((0x3F, 0x40, 0x41, 0x42, 0xD0, 0xD2), 1),
    **dict.fromkeys((0x00, 0x01, 0x05, 0x0B, 0x0F, 0x1A, 0x1B, *range(0x45, 0xC5), 0xD1), 0),
}
BYTES = {0x43: 4, 0x44: 8}  # constants with a fraction
BR_TABLE, TYPED_SELECT, PREFIXED = 0x0E, 0x1C, 0xFC
OF_PREFIXED = (*(0,) * 8, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1)  # conversions that saturate, then memory and tables


class _Unknown(ValueError):
    """An instruction that this module does not know, or bytes that end too early."""


class _Code:
    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data, self.at, self.end = data, at, end

    def byte(self) -> int:
        if self.at >= self.end:
            raise _Unknown
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        value = 0
        for shift in range(0, MOST_BITS, 7):
            byte = self.byte()
            value |= (byte & 127) << shift
            if byte < 128:  # noqa: PLR2004 - the highest bit says that more follows
                return value
        raise _Unknown

    def numbers(self, count: int) -> None:
        for _ in range(count):
            self.number()

    def skip_instruction(self) -> None:
        code = self.byte()
        if code in NUMBERS:
            self.numbers(NUMBERS[code])
        elif code in BYTES:
            self.at += BYTES[code]
        elif code == BR_TABLE:
            self.numbers(self.number() + 1)
        elif code == TYPED_SELECT:
            self.numbers(self.number())
        elif code == PREFIXED and (which := self.number()) < len(OF_PREFIXED):
            self.numbers(OF_PREFIXED[which])
        else:
            raise _Unknown


def without_endless_loops(module: bytes) -> tuple[bytes, frozenset[int]]:
    """The module with a trap in place of each of them, and where these stand in it."""
    if LOOP.search(module) is None:  # nearly always: then nothing more is read
        return module, frozenset()
    changed = bytearray(module)
    found: set[int] = set()
    try:
        for start, end in _bodies(module):
            found.update(_loops(module, start, end))
    except _Unknown:
        return module, frozenset()
    for at in found:
        changed[at : at + len(UNREACHABLE)] = UNREACHABLE
    return bytes(changed), frozenset(found)


def _bodies(module: bytes) -> Iterator[tuple[int, int]]:
    """Where the instructions of each function begin and end, its local variables left out."""
    sections = _Code(module, MAGIC_SIZE, len(module))
    while sections.at < len(module):
        kind, size = sections.byte(), sections.number()
        end = sections.at + size
        if kind == CODE and end <= len(module):
            code = _Code(module, sections.at, end)
            for _ in range(code.number()):
                size = code.number()
                body = _Code(module, code.at, code.at + size)
                if body.end > end:
                    raise _Unknown
                for _ in range(body.number()):  # how many variables, of which type
                    body.numbers(2)
                yield body.at, body.end
                code.at = body.end
        sections.at = end


def _loops(module: bytes, start: int, end: int) -> Iterator[int]:
    """In one function, read from its beginning: the same bytes may stand in a constant."""
    if LOOP.search(module, start, end) is None:
        return
    code = _Code(module, start, end)
    while code.at < end:
        if LOOP.match(module, code.at, end):
            yield code.at
        code.skip_instruction()
