"""Which letters can our fonts print?

Read from the fonts themselves (the `cmap` table of OpenType), ours and those of the operator's font pack.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

FONTS = Path(__file__).parent / "fonts"
# Drawn by no glyph of their own: white space, and joiners of scripts that need shaping
UNDRAWN = frozenset(" \u00a0\u2009\u202f\u200c\u200d")


class FontUnreadable(ValueError):
    """A file of the font pack is not an OpenType font."""


def font_pack() -> Path:
    """The folder where an operator adds fonts; it need not exist."""
    return Path(settings.CORDEE.home) / "fonts"


def font_folders() -> list[Path]:
    """Ours first, so that a font pack adds letters and changes none."""
    pack = font_pack()
    return [FONTS, pack] if pack.is_dir() else [FONTS]


def unprintable(text: str) -> str:
    """The letters of `text` that no font has, each once, in order; "" when all can be printed."""
    known = [covered(file) for folder in font_folders() for file in font_files(folder)]
    missing = (sign for sign in text if sign not in UNDRAWN and not any(ord(sign) in letters for letters in known))
    return "".join(dict.fromkeys(missing))


def printable_letters() -> frozenset[int]:
    """The code points that our fonts have, with those of the operator's font pack."""
    return _letters(tuple(file for folder in font_folders() for file in font_files(folder)))


@cache
def _letters(files: tuple[Path, ...]) -> frozenset[int]:
    return frozenset().union(*map(covered, files))


def prints_all(file_name: str, text: str) -> bool:
    """Whether one of our own fonts has every letter of `text`, so that a name is set in one face and not in two."""
    letters = covered(FONTS / file_name)
    return all(ord(sign) in letters for sign in unicodedata.normalize("NFC", text))


def font_files(folder: Path) -> list[Path]:
    """The font files of a folder, in a fixed order."""
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in {".ttf", ".otf"})


@cache
def covered(file: Path) -> frozenset[int]:
    """The code points for which a font has a glyph. Raises FontUnreadable."""
    data = file.read_bytes()
    try:
        return frozenset(point for start in _subtables(data) for point in _code_points(data, start))
    except (struct.error, IndexError) as wrong:
        raise FontUnreadable(f"{file} is not a font that can be read: {wrong}") from wrong


def _subtables(data: bytes) -> Iterator[int]:
    """Offsets of the Unicode subtables. Source: OpenType 1.9, "cmap"."""
    (count,) = struct.unpack_from(">H", data, 4)
    for entry in range(count):
        tag, _checksum, offset, _length = struct.unpack_from(">4sIII", data, 12 + 16 * entry)
        if tag == b"cmap":
            (tables,) = struct.unpack_from(">H", data, offset + 2)
            for record in range(tables):
                platform, encoding, start = struct.unpack_from(">HHI", data, offset + 4 + 8 * record)
                if platform == 0 or (platform, encoding) in {(3, 1), (3, 10)}:
                    yield offset + start


def _code_points(data: bytes, start: int) -> Iterator[int]:
    (kind,) = struct.unpack_from(">H", data, start)
    if kind == 4:  # noqa: PLR2004 - the format's own number
        yield from _segments(data, start)
    elif kind == 12:  # noqa: PLR2004 - the format's own number
        (groups,) = struct.unpack_from(">I", data, start + 12)
        for group in range(groups):
            first, last, glyph = struct.unpack_from(">III", data, start + 16 + 12 * group)
            yield from range(first if glyph else first + 1, last + 1)


def _segments(data: bytes, start: int) -> Iterator[int]:
    """Format 4: a code point whose glyph is 0 has none."""
    (doubled,) = struct.unpack_from(">H", data, start + 6)
    ends, count = start + 14, doubled // 2
    for segment in range(count):
        (last,) = struct.unpack_from(">H", data, ends + 2 * segment)
        at = ends + doubled + 2 + 2 * segment
        (first,), (delta,), (offset,) = (struct.unpack_from(">H", data, at + row * doubled) for row in range(3))
        for point in range(first, last + 1):
            if offset:
                (glyph,) = struct.unpack_from(">H", data, at + 2 * doubled + offset + 2 * (point - first))
                glyph = (glyph + delta) & 0xFFFF if glyph else 0
            else:
                glyph = (point + delta) & 0xFFFF
            if glyph and point != 0xFFFF:  # noqa: PLR2004 - the segment that ends the table
                yield point
