"""How long does a film last? Read from the first bytes of an MP4 file that was made for the web.

Source: ISO/IEC 14496-12, 8.2.2 (movie header box). A file whose header stands at its end tells nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator

HEAD_BYTES = 65_536  # the movie header is the first thing inside `moov`, which comes first in a file for the web
LONGEST_S = 100 * 3600.0
_MOST_BOXES = 100


def duration_s(head: bytes) -> float | None:
    """Seconds of the film, None when its first bytes do not say. Never raises."""
    for kind, start, end in _boxes(head, 0, len(head)):
        if kind == b"moov":
            for inner, at, stop in _boxes(head, start, min(end, len(head))):
                if inner == b"mvhd":
                    return _header(head[at:stop])
    return None


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Each box: its kind, where its content starts and ends."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size, kind, content = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8], start + 8
        if size == 1:
            size, content = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
        if size < content - start:
            return  # 0: up to the end of the file; anything else is no box
        yield kind, content, start + size
        start += size


def _header(box: bytes) -> float | None:
    wide = box[:1] == b"\x01"  # version 1 counts in 64 bits
    at = 20 if wide else 12
    width = 8 if wide else 4
    scale, ticks = int.from_bytes(box[at : at + 4], "big"), int.from_bytes(box[at + 4 : at + 4 + width], "big")
    if len(box) < at + 4 + width or not scale:
        return None
    seconds = round(ticks / scale, 3)
    return seconds if 0 < seconds <= LONGEST_S else None
