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

from cordee.sandbox.wasm.modules import CODE, MAGIC, ModuleWrong, Reader

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
GOES_ON = 128  # of a byte of a number: more follows
BR_TABLE, TYPED_SELECT, PREFIXED = 0x0E, 0x1C, 0xFC
OF_PREFIXED = (*(0,) * 8, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1)  # conversions that saturate, then memory and tables


class _Unknown(Exception):
    """An instruction that this module does not know."""


def _skip_instruction(reader: Reader) -> None:
    code = reader.byte()
    if code in NUMBERS:
        _skip_numbers(reader, NUMBERS[code])
    elif code in BYTES:
        reader.some(BYTES[code])
    elif code == BR_TABLE:
        _skip_numbers(reader, reader.number() + 1)
    elif code == TYPED_SELECT:
        _skip_numbers(reader, reader.number())
    elif code == PREFIXED and (which := reader.number()) < len(OF_PREFIXED):
        _skip_numbers(reader, OF_PREFIXED[which])
    else:
        raise _Unknown


def _skip_numbers(reader: Reader, count: int) -> None:
    """Of 64 bits, too, which no other part of a module holds."""
    for _ in range(count):
        while reader.byte() & GOES_ON:
            pass


def without_endless_loops(module: bytes) -> tuple[bytes, frozenset[int]]:
    """The module with a trap in place of each of them, and where these stand in it."""
    if LOOP.search(module) is None:  # nearly always: then nothing more is read
        return module, frozenset()
    found: set[int] = set()
    try:
        for begin, body in _bodies(module):
            found.update(begin + at for at in _loops(body))
    except (_Unknown, ModuleWrong):
        return module, frozenset()
    changed = bytearray(module)
    for at in found:
        changed[at : at + len(UNREACHABLE)] = UNREACHABLE
    return bytes(changed), frozenset(found)


def _bodies(module: bytes) -> Iterator[tuple[int, bytes]]:
    """The instructions of each function, its local variables left out, and where they begin."""
    reader = Reader(module, len(MAGIC))
    while reader.at < len(module):
        kind, size = reader.byte(), reader.number()
        end = reader.at + size
        for _ in range(reader.number() if kind == CODE else 0):
            size = reader.number()
            begin = reader.at
            body = Reader(reader.some(size))
            for _ in range(body.number()):  # how many variables, of which type
                _skip_numbers(body, 2)
            yield begin + body.at, body.data[body.at :]
        reader.at = end


def _loops(body: bytes) -> Iterator[int]:
    """In one function, read from its beginning: the same bytes may stand in a constant."""
    if LOOP.search(body) is None:
        return
    reader = Reader(body)
    while reader.at < len(body):
        if LOOP.match(body, reader.at):
            yield reader.at
        _skip_instruction(reader)
