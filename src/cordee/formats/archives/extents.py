"""Where do the bytes of a member lie, and how are they read without trusting what the archive says of them?"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from cordee.core.errors import N_, shown
from cordee.formats.archives.limits import ArchiveRefused

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Extent:
    """A stretch of the opened file. `crc` is None where the container has none (tar: gzip's covers it all)."""

    offset: int
    stored_bytes: int
    size_bytes: int
    deflated: bool = False
    crc: int | None = None


def chunks(file: IO[bytes], extent: Extent, name: str) -> Iterator[bytes]:
    """The member's bytes, at most `size_bytes` of them. Raises ArchiveRefused when fewer come or the CRC differs."""
    crc, left = 0, extent.size_bytes
    for chunk in _inflated(file, extent, name) if extent.deflated else _stored(file, extent):
        piece = chunk[:left]
        left -= len(piece)
        crc = zlib.crc32(piece, crc)
        if piece:
            yield piece
    if left:
        raise ArchiveRefused(N_("“{name}” is cut short in the archive. Make the archive again."), name=shown(name))
    if extent.crc is not None and crc != extent.crc:
        raise ArchiveRefused(N_("“{name}” is damaged: its checksum differs. Make the archive again."), name=shown(name))


def _stored(file: IO[bytes], extent: Extent) -> Iterator[bytes]:
    offset, left = extent.offset, extent.stored_bytes
    while left:
        file.seek(offset)  # each time: two members may be read by turns
        chunk = file.read(min(CHUNK, left))
        if not chunk:
            return
        offset += len(chunk)
        left -= len(chunk)
        yield chunk


def _inflated(file: IO[bytes], extent: Extent, name: str) -> Iterator[bytes]:
    """What the deflate stream gives, stopping one byte after the declared size: no bomb is ever inflated.

    A stream that gives more than its declared size ends where the directory says, as in Python's own reader; the CRC
    of those bytes decides. A stream that ends before its stored bytes do is refused: something hides behind it.
    """
    inflater, left = zlib.decompressobj(-zlib.MAX_WBITS), extent.size_bytes
    try:
        for compressed in _stored(file, extent):
            if inflater.eof:
                raise _unreadable(name)
            pending, most = compressed, 0
            piece = b""
            while pending or len(piece) == most:
                most = max(1, min(CHUNK, left))
                piece = inflater.decompress(pending, most)
                if piece and not left:
                    return
                left -= len(piece)
                yield piece
                pending = inflater.unconsumed_tail
                if inflater.eof:
                    break
            if inflater.unused_data:
                raise _unreadable(name)
    except zlib.error as error:
        raise _unreadable(name) from error
    if not inflater.eof:
        raise _unreadable(name)


def _unreadable(name: str) -> ArchiveRefused:
    return ArchiveRefused(N_("“{name}” cannot be decompressed. Make the archive again."), name=shown(name))
