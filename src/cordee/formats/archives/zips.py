"""Does every reader see the same members in this zip, and where do they lie?

Readers of zip differ: some follow the central directory, some stream from the first local header, some look for the
last end record, some for the first. We accept only a file in which all of these agree: the local entries follow each
other without a gap from the first byte to the central directory, each agrees with its line there in every field that
matters, and the end records follow at once and end the file. Source of the fields: PKWARE APPNOTE.TXT 6.3.10,
sections 4.3 to 4.5; of the ways to disagree: the zip files that PyPI refuses.
"""

from __future__ import annotations

import stat
import struct
import zlib
from dataclasses import dataclass
from typing import IO, NoReturn

from cordee.core.errors import N_, shown
from cordee.formats.archives.extents import Extent
from cordee.formats.archives.limits import MIB, ArchiveRefused, ArchiveTooLarge, Limits

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END64, LOCATOR64 = b"PK\x06\x06", b"PK\x06\x07"
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
CENTRAL_HEADER = struct.Struct("<4s6H3L5H2L")
END_RECORD = struct.Struct("<4s4H2LH")
END64_RECORD = struct.Struct("<4sQ2H2L4Q")
LOCATOR_RECORD = struct.Struct("<4sLQL")
SENTINEL = 0xFFFFFFFF
SHORT_SENTINEL = 0xFFFF
STORED, DEFLATED = 0, 8
ENCRYPTED, STREAMED, STRONG, UTF8, MASKED = 0x1, 0x8, 0x40, 0x800, 0x2000
ALLOWED_FLAGS = 0x2 | 0x4 | UTF8  # 0x2 and 0x4 tell how hard deflate tried
EXTRA_ZIP64, EXTRA_UNICODE_PATH = 0x0001, 0x7075
UNICODE_PATH_HEAD = struct.Struct("<BL")
LONGEST_COMMENT = 65_535
LONGEST_DIRECTORY = 64 * MIB  # 20,000 long names take a tenth of it
BOTH_SIZES = 16  # bytes of a zip64 field that holds the two sizes
EMPTY_DEFLATED = 2  # bytes of nothing, deflated: what some writers give a folder


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of the archive under the name that the archive gives it."""

    name: str
    folder: bool
    extent: Extent


@dataclass(frozen=True, slots=True)
class _Ends:
    count: int
    directory_offset: int
    directory_bytes: int


@dataclass(frozen=True, slots=True)
class _Line:
    """What a local header and its line in the central directory must agree on."""

    name: bytes
    flags: int
    method: int
    crc: int
    stored_bytes: int
    size_bytes: int


def read_directory(file: IO[bytes], length: int, limits: Limits) -> list[Entry]:
    """The members in the order of the directory, structure checked, contents not yet read."""
    ends = _read_ends(file, length)
    if ends.count > limits.files:
        raise ArchiveTooLarge(
            N_("The archive holds {count} files, more than the {limit} allowed. Split it or remove files."),
            count=ends.count,
            limit=limits.files,
        )
    if ends.directory_bytes > LONGEST_DIRECTORY:
        _broken()
    file.seek(ends.directory_offset)
    directory = file.read(ends.directory_bytes)
    entries, position, expected_offset = [], 0, 0
    for _ in range(ends.count):
        line, offset, external, position = _central(directory, position)
        if offset != expected_offset:
            _disagree(line.name)
        data_offset = _check_local(file, offset, line)
        expected_offset = data_offset + line.stored_bytes
        entries.append(_entry(line, data_offset, external))
    if position != len(directory) or expected_offset != ends.directory_offset:
        _broken()
    return entries


def _read_ends(file: IO[bytes], length: int) -> _Ends:
    tail_bytes = min(length, END_RECORD.size + LONGEST_COMMENT)
    file.seek(length - tail_bytes)
    tail = file.read(tail_bytes)
    found = tail.rfind(END)
    if found < 0 or found + END_RECORD.size > len(tail):
        raise ArchiveRefused(N_("The zip archive has no end: it was cut short. Send it again."))
    _, disk, first_disk, on_disk, count, size, offset, comment = END_RECORD.unpack_from(tail, found)
    if found + END_RECORD.size + comment != len(tail):
        raise ArchiveRefused(N_("Something follows the end of the zip archive. Make the archive again."))
    at = length - tail_bytes + found
    wide = _read_ends64(file, at)
    narrow = (on_disk, count, size, offset)
    if wide is not None:
        sentinels = (SHORT_SENTINEL, SHORT_SENTINEL, SENTINEL, SENTINEL)
        values = (wide.count, wide.count, wide.directory_bytes, wide.directory_offset)
        if any(short not in (value, top) for short, value, top in zip(narrow, values, sentinels, strict=True)):
            _broken()
        at -= END64_RECORD.size + LOCATOR_RECORD.size
        ends = wide
    else:
        ends = _Ends(count, offset, size)
    if disk or first_disk or (wide is None and on_disk != count):
        raise ArchiveRefused(N_("The zip archive is one part of several. Make it again in one part."))
    if ends.directory_offset + ends.directory_bytes != at:
        _broken()
    return ends


def _read_ends64(file: IO[bytes], end_at: int) -> _Ends | None:
    """The wide end record, or None where there is no locator before the narrow one."""
    locator_at = end_at - LOCATOR_RECORD.size
    if locator_at < 0:
        return None
    file.seek(locator_at)
    signature, disk, offset, disks = LOCATOR_RECORD.unpack(file.read(LOCATOR_RECORD.size))
    if signature != LOCATOR64:
        return None
    record_at = locator_at - END64_RECORD.size
    if record_at < 0 or offset != record_at or disk or disks != 1:
        _broken()
    file.seek(record_at)
    record = END64_RECORD.unpack(file.read(END64_RECORD.size))
    signature, size, _, _, disk, first_disk, on_disk, count, directory_bytes, directory_offset = record
    if signature != END64 or size != END64_RECORD.size - 12 or disk or first_disk or on_disk != count:
        _broken()
    return _Ends(count, directory_offset, directory_bytes)


def _central(directory: bytes, position: int) -> tuple[_Line, int, int, int]:
    """One line of the directory: the line, its local header's offset, its external attributes, the next position."""
    if position + CENTRAL_HEADER.size > len(directory):
        _broken()
    header = CENTRAL_HEADER.unpack_from(directory, position)
    signature, flags, method, crc, stored, size = header[0], header[3], header[4], header[7], header[8], header[9]
    name_bytes, extra_bytes, comment_bytes, disk, external, offset = *header[10:14], header[15], header[16]
    position += CENTRAL_HEADER.size
    after = position + name_bytes + extra_bytes
    if signature != CENTRAL or after + comment_bytes > len(directory):
        _broken()
    name = directory[position : position + name_bytes]
    if comment_bytes:
        raise ArchiveRefused(
            N_("“{name}” carries a comment in the zip archive, where other data can hide. Make the archive again."),
            name=_shown(name),
        )
    if disk:
        _disagree(name)
    extra = _extra(directory[position + name_bytes : after], name)
    stored, size, offset = _wide_values(extra, (stored, size, offset), name)
    return _Line(name, flags, method, crc, stored, size), offset, int(external), after


def _check_local(file: IO[bytes], offset: int, line: _Line) -> int:
    """Compare the local header with its line in the directory; gives the offset of the member's data."""
    file.seek(offset)
    header = file.read(LOCAL_HEADER.size)
    if len(header) != LOCAL_HEADER.size:
        _disagree(line.name)
    signature, _, flags, method, _, _, crc, stored, size, name_len, extra_len = LOCAL_HEADER.unpack(header)
    if signature != LOCAL:
        _disagree(line.name)
    name, extra_bytes = file.read(name_len), file.read(extra_len)
    if len(name) != name_len or len(extra_bytes) != extra_len or name != line.name:
        _disagree(line.name)
    _check_flags(flags | line.flags, name)
    stored, size, _ = _wide_values(_extra(extra_bytes, name), (stored, size, None), name)
    if _Line(name, flags, method, crc, stored, size) != line:
        _disagree(name)
    return offset + LOCAL_HEADER.size + len(name) + len(extra_bytes)


def _check_flags(flags: int, name: bytes) -> None:
    if flags & (ENCRYPTED | STRONG | MASKED):
        raise ArchiveRefused(N_("“{name}” is encrypted. Make the archive again without a password."), name=_shown(name))
    if flags & STREAMED:
        raise ArchiveRefused(
            N_(
                "The size of “{name}” is written after its data, which readers understand in different ways. "
                "Make the archive again with another program, or as .tar.gz."
            ),
            name=_shown(name),
        )
    if flags & ~ALLOWED_FLAGS:
        _disagree(name)


def _extra(data: bytes, name: bytes) -> dict[int, bytes]:
    """The extra fields by number. Raises ArchiveRefused when one is cut short or there twice."""
    fields: dict[int, bytes] = {}
    position = 0
    while position < len(data):
        if position + 4 > len(data):
            _disagree(name)
        number, size = struct.unpack_from("<2H", data, position)
        position += 4
        if position + size > len(data) or number in fields:
            _disagree(name)
        fields[number] = data[position : position + size]
        position += size
    if EXTRA_UNICODE_PATH in fields:
        _check_unicode_path(fields[EXTRA_UNICODE_PATH], name)
    return fields


def _check_unicode_path(value: bytes, name: bytes) -> None:
    """The second name that Info-ZIP adds (APPNOTE 4.6.9) must be the first name once more."""
    if len(value) < UNICODE_PATH_HEAD.size:
        _disagree(name)
    version, crc = UNICODE_PATH_HEAD.unpack_from(value)
    if version != 1 or crc != zlib.crc32(name) or value[UNICODE_PATH_HEAD.size :] != name:
        _disagree(name)


def _wide_values(extra: dict[int, bytes], narrow: tuple[int, int, int | None], name: bytes) -> tuple[int, int, int]:
    """(stored, size, offset) with zip64's wide values put in where the narrow field says so (APPNOTE 4.5.3)."""
    stored, size, offset = narrow
    wanted = [value == SENTINEL for value in (size, stored, offset)]
    field = extra.get(EXTRA_ZIP64)
    if field is None:
        if any(wanted):
            _disagree(name)
        return stored, size, offset or 0
    if not any(wanted):
        # A writer that reserved the field and then did not need it; the narrow sizes count.
        if field and (len(field) != BOTH_SIZES or struct.unpack("<2Q", field)[1] != stored):
            _disagree(name)
        return stored, size, offset or 0
    if len(field) != 8 * sum(wanted):
        _disagree(name)
    values = iter(struct.unpack(f"<{sum(wanted)}Q", field))
    size = next(values) if wanted[0] else size
    stored = next(values) if wanted[1] else stored
    offset = next(values) if wanted[2] else offset
    return stored, size, offset or 0


def _entry(line: _Line, data_offset: int, external: int) -> Entry:
    if line.method not in (STORED, DEFLATED):
        raise ArchiveRefused(
            N_("“{name}” is compressed in a way that we do not read. Make the archive again as an ordinary zip."),
            name=_shown(line.name),
        )
    name = _decoded(line)
    mode = external >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveRefused(
            N_("“{name}” is a link or a device, not a file. Make the archive again with the files themselves."),
            name=shown(name),
        )
    folder = name.endswith("/")
    if (folder and (line.size_bytes or line.stored_bytes > EMPTY_DEFLATED)) or (stat.S_ISDIR(mode) and not folder):
        _disagree(line.name)
    if line.method == STORED and line.size_bytes > line.stored_bytes:
        _disagree(line.name)
    extent = Extent(data_offset, line.stored_bytes, line.size_bytes, line.method == DEFLATED, line.crc)
    return Entry(name, folder, extent)


def _decoded(line: _Line) -> str:
    """The name as text. Beyond ASCII only the UTF-8 flag makes it mean the same everywhere."""
    try:
        return line.name.decode("utf-8" if line.flags & UTF8 else "ascii")
    except UnicodeDecodeError as error:
        raise ArchiveRefused(
            N_("The name “{name}” is not marked as Unicode. Make the archive again, best as .tar.gz."),
            name=_shown(line.name),
        ) from error


def _shown(name: bytes) -> str:
    return shown(name.decode("utf-8", "replace"))


def _disagree(name: bytes) -> NoReturn:
    raise ArchiveRefused(
        N_("The zip archive says two different things of “{name}”. Make the archive again."), name=_shown(name)
    )


def _broken() -> NoReturn:
    raise ArchiveRefused(N_("The zip archive is damaged, or holds something hidden. Make the archive again."))
