"""Which members does this `.tar.gz` hold, and do all readers see the same ones?

The gzip stream is decompressed once, under the limits, into a nameless temporary file; its CRC has then been checked
and members are read from there. Source of the fields: POSIX.1-2017 `pax` (ustar and extended headers), the GNU tar
manual for long names and base-256 numbers, RFC 1952 for gzip.
"""

from __future__ import annotations

import errno
import tempfile
import zlib
from dataclasses import dataclass
from typing import IO, NoReturn

from cordee.core.errors import N_, shown
from cordee.formats.archives.extents import CHUNK, Extent
from cordee.formats.archives.limits import MIB, ArchiveRefused, ArchiveTooLarge, Limits
from cordee.formats.archives.zips import Entry

BLOCK = 512
IN_MEMORY_BYTES = 16 * MIB
LONGEST_HEADER_BYTES = MIB  # an extended header is a few hundred bytes
NAME_FIELD = 100
GZIP_WINDOW = 16 + zlib.MAX_WBITS
FILE_TYPES, FOLDER = (b"0", b"\0"), b"5"
PAX, PAX_GLOBAL, GNU_NAME = b"x", b"g", b"L"
PLACING_KEYS = ("path", "size", "linkpath")
WIDE_NUMBER = 0x80


def unpack(file: IO[bytes], archive_bytes: int, limits: Limits) -> IO[bytes]:
    """The tar inside, in a temporary file that the caller closes."""
    tar: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    try:
        _inflate(file, tar, archive_bytes, limits)
    except OSError as error:
        tar.close()
        if error.errno != errno.ENOSPC:
            raise
        raise ArchiveTooLarge(
            N_("The server's disk is full. Ask the operator to make room, then send it again.")
        ) from error
    except BaseException:
        tar.close()
        raise
    return tar


def _inflate(file: IO[bytes], tar: IO[bytes], archive_bytes: int, limits: Limits) -> None:
    inflater, total = zlib.decompressobj(GZIP_WINDOW), 0
    most_for_ratio = max(limits.ratio_free_bytes, archive_bytes * limits.ratio)
    file.seek(0)
    try:
        while (compressed := file.read(CHUNK)) and not inflater.eof:
            pending = compressed
            piece, most = b"", 0
            while pending or len(piece) == most:
                most = 4 * CHUNK
                piece = inflater.decompress(pending, most)
                total += len(piece)
                if total > limits.total_bytes:
                    too_much(limits)
                if total > most_for_ratio:
                    bomb()
                tar.write(piece)
                pending = inflater.unconsumed_tail
                if inflater.eof:
                    break
            if inflater.eof:
                break
    except zlib.error as error:
        raise ArchiveRefused(N_("The .tar.gz archive is damaged. Send it again, or make it again.")) from error
    if not inflater.eof:
        raise ArchiveRefused(N_("The .tar.gz archive was cut short. Send it again."))
    if inflater.unused_data or file.read(1):
        raise ArchiveRefused(N_("Something follows the end of the .tar.gz archive. Make the archive again."))


def too_much(limits: Limits) -> NoReturn:
    raise ArchiveTooLarge(
        N_("The archive holds more than {limit} MB once opened. Remove large files from it."),
        limit=limits.total_bytes // MIB,
    )


def bomb() -> NoReturn:
    raise ArchiveTooLarge(
        N_(
            "The archive grows suspiciously when it is opened. "
            "If it is genuine, ask the operator to allow a higher ratio of compression."
        )
    )


@dataclass(slots=True)
class _Ahead:
    """What extended headers say of the member that follows them."""

    path: str | None = None
    size: int | None = None


def read_members(tar: IO[bytes], limits: Limits) -> list[Entry]:
    """The members in order. Raises ArchiveRefused on anything but plain files and folders."""
    length = tar.seek(0, 2)
    entries: list[Entry] = []
    ahead, position, headers = _Ahead(), 0, 0
    while True:
        block = _at(tar, position, BLOCK)
        if len(block) < BLOCK:
            raise ArchiveRefused(N_("The archive inside the .gz is no tar archive, or was cut short. Make it again."))
        if not any(block):
            break
        headers += 1
        if headers > 2 * limits.files or len(entries) >= limits.files:
            raise ArchiveTooLarge(
                N_("The archive holds more than the {limit} files allowed. Split it or remove files."),
                limit=limits.files,
            )
        kind, size, name = _header(block)
        data = position + BLOCK
        position = data + -(-size // BLOCK) * BLOCK
        if position > length:
            raise ArchiveRefused(N_("“{name}” is cut short in the archive. Make the archive again."), name=_shown(name))
        if kind in (PAX, PAX_GLOBAL, GNU_NAME):
            _extended(kind, _extended_bytes(tar, data, size, name), ahead)
        else:
            entries.append(_entry(kind, size, name, data, ahead))
            ahead = _Ahead()
    if ahead != _Ahead() or not _only_zeros(tar, position):
        raise ArchiveRefused(N_("Something follows the end of the tar archive. Make the archive again."))
    return entries


def _at(tar: IO[bytes], offset: int, size: int) -> bytes:
    tar.seek(offset)
    return tar.read(size)


def _only_zeros(tar: IO[bytes], position: int) -> bool:
    tar.seek(position)
    return not any(chunk.strip(b"\0") for chunk in iter(lambda: tar.read(CHUNK), b""))


def _header(block: bytes) -> tuple[bytes, int, bytes]:
    """(type, size, name) of a header block, its checksum verified."""
    total = sum(block) - sum(block[148:156]) + 8 * ord(" ")
    if _number(block[148:156]) != total:
        raise ArchiveRefused(N_("The archive inside the .gz is no tar archive, or is damaged. Make it again."))
    name = block[:NAME_FIELD].split(b"\0", 1)[0]
    if block[257:263] == b"ustar\0":
        prefix = block[345:500].split(b"\0", 1)[0]
        name = prefix + b"/" + name if prefix else name
    return block[156:157], _number(block[124:136]), name


def _number(field: bytes) -> int:
    """An octal number in ASCII, or GNU's base-256."""
    if field[0] == WIDE_NUMBER:
        return int.from_bytes(field[1:], "big")
    text = field.rstrip(b" \0").lstrip(b" ")
    if text.strip(b"01234567"):
        raise ArchiveRefused(N_("The tar archive holds an unreadable number: it is damaged. Make it again."))
    return int(text, 8) if text else 0


def _extended_bytes(tar: IO[bytes], offset: int, size: int, name: bytes) -> bytes:
    if size > LONGEST_HEADER_BYTES:
        _two_ways(name)
    return _at(tar, offset, size)


def _extended(kind: bytes, data: bytes, ahead: _Ahead) -> None:
    if kind == GNU_NAME:
        if ahead.path is not None or not data.endswith(b"\0"):
            _two_ways(data)
        ahead.path = _text(data.rstrip(b"\0"))
        return
    values = _pax_values(data)
    if kind == PAX_GLOBAL:
        if any(key in values for key in PLACING_KEYS):
            _two_ways(values.get("path", b""))
        return
    if "linkpath" in values:
        _two_ways(values["linkpath"])
    if "path" in values:
        if ahead.path is not None or not values["path"]:
            _two_ways(values["path"])
        ahead.path = _text(values["path"])
    if "size" in values:
        if ahead.size is not None or not values["size"].isdigit() or len(values["size"]) > 20:  # noqa: PLR2004 - digits of 2^64
            _two_ways(values["size"])
        ahead.size = int(values["size"])


def _pax_values(data: bytes) -> dict[str, bytes]:
    """The records `LENGTH KEY=VALUE\\n` of an extended header."""
    values: dict[str, bytes] = {}
    position = 0
    while position < len(data):
        digits = data[position : position + 8].split(b" ", 1)[0]
        end = position + (int(digits) if digits.isdigit() else 0)
        key, equals, value = data[position + len(digits) + 1 : max(end - 1, 0)].partition(b"=")
        if end > len(data) or end <= position or data[end - 1 : end] != b"\n" or not equals:
            _two_ways(data[position : position + NAME_FIELD])
        name = key.decode("utf-8", "replace")
        if name.startswith("GNU.sparse.") or (name == "hdrcharset" and value == b"BINARY"):
            _two_ways(value)
        if name in values and name in PLACING_KEYS:
            _two_ways(value)
        values[name] = value
        position = end
    return values


def _entry(kind: bytes, size: int, raw_name: bytes, data: int, ahead: _Ahead) -> Entry:
    if kind not in (*FILE_TYPES, FOLDER):
        raise ArchiveRefused(
            N_("“{name}” is a link, a device or a special file. Make the archive again with the files themselves."),
            name=_shown(raw_name),
        )
    if ahead.size is not None and ahead.size != size:
        _two_ways(raw_name)
    if ahead.path is not None and not _agree(raw_name, ahead.path):
        _two_ways(raw_name)
    name = ahead.path if ahead.path is not None else _text(raw_name)
    folder = kind == FOLDER
    # Before POSIX a folder was a file whose name ended with a slash; some readers still take it so.
    if (folder and size) or (not folder and name.endswith("/")) or not name:
        _two_ways(raw_name)
    return Entry(name, folder, Extent(data, size, size))


def _agree(short: bytes, path: str) -> bool:
    """Is the name in the plain header what a writer leaves there when the real one is too long or not ASCII?

    Python's tarfile writes “?” for what is not ASCII and cuts at 100 bytes, GNU tar cuts the UTF-8 at 100 bytes,
    libarchive keeps the folders that fit and cuts the last part.
    """
    full = path.encode().rstrip(b"/")
    plain = path.encode("ascii", "replace").rstrip(b"/")
    short = short.rstrip(b"/")
    for whole in (full, plain):
        if short == whole or (len(short) >= NAME_FIELD - 1 and whole.startswith(short)):
            return True
        if len(whole) > NAME_FIELD and len(short) < len(whole):
            folder, _, last = short.rpartition(b"/")
            if whole.startswith(folder) and whole.rpartition(b"/")[2].startswith(last):
                return True
    return False


def _text(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArchiveRefused(
            N_("The name “{name}” is not Unicode. Rename this file and make the archive again."), name=_shown(name)
        ) from error


def _shown(name: bytes) -> str:
    return shown(name.decode("utf-8", "replace"))


def _two_ways(name: bytes) -> NoReturn:
    raise ArchiveRefused(
        N_("The tar archive says two different things of “{name}”, or is damaged. Make the archive again."),
        name=_shown(name),
    )
