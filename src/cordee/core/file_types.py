"""Of which type is a file, whatever its name claims?

Content decides: what begins like a picture is that picture; a name that promises a picture over other content promises
nothing. Among texts, which have no mark of their own, the ending of the name chooses from a short list. The rest is
bytes to be saved.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

BYTES = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
SVG = "image/svg+xml"
HEAD_BYTES = 4096  # enough of a file to know its type

MARKS: tuple[tuple[int, bytes, str], ...] = (  # offset, bytes, type
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"wOF2", "font/woff2"),
    (0, b"wOFF", "font/woff"),
    (0, b"\x00\x01\x00\x00\x00", "font/ttf"),
    (0, b"OTTO", "font/otf"),
)
TEXT_ENDINGS = {
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".json": "application/json",
}
HTML_INSIDE = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|meta|title)\b", re.IGNORECASE)
SVG_FIRST = re.compile(  # the first element, behind what XML may say before it
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?[^>]*\?>|<!--(?:(?!-->).)*-->|<!doctype\s+svg[^>]*>)*<(?:[a-z]+:)?svg[\s>]",
    re.IGNORECASE | re.DOTALL,
)
RIFF = {"image/webp", "audio/wav"}


def content_type_of(name: str, head: bytes) -> str:
    """The type to serve a file as; `head` is its first `HEAD_BYTES` (or all of it). Never raises."""
    marked = _type_by_mark(head)
    ending = PurePosixPath(name.lower()).suffix
    if marked is not None:
        return "audio/mp4" if (marked, ending) == ("video/mp4", ".m4a") else marked
    if not _is_text(head):
        return BYTES
    if SVG_FIRST.match(head):
        return SVG
    return TEXT_ENDINGS.get(ending, HTML if HTML_INSIDE.search(head) else TEXT)


def is_active(content_type: str) -> bool:
    """Whether a browser may run what is inside: such files are shut in a sandbox."""
    return content_type.partition(";")[0] in {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"}


def _type_by_mark(head: bytes) -> str | None:
    for offset, mark, content_type in MARKS:
        if head[offset : offset + len(mark)] == mark and (content_type not in RIFF or head.startswith(b"RIFF")):
            return content_type
    return None


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters but tab, line ends and form feed; a character cut at the end is forgiven."""
    if re.search(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]", head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as wrong:
        return wrong.reason == "unexpected end of data" and len(head) - wrong.start < 4  # noqa: PLR2004
    return True
