"""How are good and bad archives and small courses made for a test?"""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cordee.formats.archives import open_archive
from cordee.formats.olx import read_course
from cordee.formats.olx.model import OlxCourse

DATA = Path(__file__).parents[4] / "tests" / "data"


@dataclass(slots=True)
class Zipped:
    """One member of a zip that may lie: the `local_` values go into the local header, the others into the directory."""

    name: bytes
    data: bytes = b"hello"
    local_name: bytes | None = None
    method: int = 0
    flags: int = 0
    crc: int | None = None
    size: int | None = None
    stored: int | None = None
    local_size: int | None = None
    local_stored: int | None = None
    local_crc: int | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    comment: bytes = b""
    after: bytes = b""  # follows the data: a data descriptor, or something hidden
    external: int = 0
    offset: int | None = None


def zip_bytes(members: list[Zipped], *, comment: bytes = b"", count: int | None = None, before: bytes = b"") -> bytes:
    """A zip made by hand, each field as told, right where nothing is told."""
    out, lines = bytearray(before), []
    for member in members:
        body = _deflated(member.data) if member.method == 8 else member.data
        crc = zlib.crc32(member.data) if member.crc is None else member.crc
        size = len(member.data) if member.size is None else member.size
        stored = len(body) if member.stored is None else member.stored
        at = len(out) if member.offset is None else member.offset
        name = member.name if member.local_name is None else member.local_name
        out += struct.pack(
            "<4s5H3L2H",
            b"PK\x03\x04",
            20,
            member.flags,
            member.method,
            0,
            0x21,
            crc if member.local_crc is None else member.local_crc,
            stored if member.local_stored is None else member.local_stored,
            size if member.local_size is None else member.local_size,
            len(name),
            len(member.local_extra),
        )
        out += name + member.local_extra + body + member.after
        line = struct.pack(
            "<4s6H3L", b"PK\x01\x02", 0x0314, 20, member.flags, member.method, 0, 0x21, crc, stored, size
        )
        lengths = (len(member.name), len(member.extra), len(member.comment))
        line += struct.pack("<5H2L", *lengths, 0, 0, member.external, at)
        lines.append(line + member.name + member.extra + member.comment)
    directory = b"".join(lines)
    total = len(members) if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, total, total, len(directory), len(out), len(comment))
    return bytes(out) + directory + end + comment


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@dataclass(slots=True)
class Tarred:
    """One header block of a tar that may lie, and its data."""

    name: bytes
    data: bytes = b"hello"
    kind: bytes = b"0"
    size: int | None = None
    link: bytes = b""
    prefix: bytes = b""
    magic: bytes = b"ustar\x0000"
    mode: int = 0o644
    extra: list[bytes] = field(default_factory=list)


def tar_bytes(members: list[Tarred], *, end: bytes = bytes(1024)) -> bytes:
    """A tar made by hand, with right checksums."""
    out = bytearray()
    for member in members:
        size = len(member.data) if member.size is None else member.size
        block = bytearray(512)
        block[0 : len(member.name)] = member.name
        block[100:108] = b"%07o\0" % member.mode
        block[108:124] = b"0000000\x000000000\0"
        block[124:136] = b"%011o\0" % size
        block[136:148] = b"00000000000\0"
        block[148:156] = b" " * 8
        block[156:157] = member.kind
        block[157 : 157 + len(member.link)] = member.link
        block[257:265] = member.magic
        block[345 : 345 + len(member.prefix)] = member.prefix
        block[148:156] = b"%06o\0 " % sum(block)
        out += block + member.data + bytes(-len(member.data) % 512)
    return bytes(out) + end


def pax(**records: str) -> Tarred:
    """An extended header for the member that follows; `GNU_sparse_major` stands for GNU.sparse.major."""
    data = b""
    for key, value in records.items():
        record = f" {key.replace('_', '.')}={value}\n".encode()
        length = len(record) + len(str(len(record)))
        length = len(record) + len(str(length))
        data += str(length).encode() + record
    return Tarred(b"PaxHeaders/x", data, b"x")


def written(folder: Path, data: bytes, name: str = "course.archive") -> Path:
    """The bytes in a file; its name says nothing of its type."""
    path = folder / name
    path.write_bytes(data)
    return path


def course_files(**more: str) -> dict[str, str | bytes]:
    """A small good course in Studio's dialect, by path below its top folder; the keyword `a__b` is the path a/b.xml."""
    files: dict[str, str | bytes] = {
        "course.xml": '<course url_name="R1" org="OrgX" course="C1"/>',
        "course/R1.xml": '<course><chapter url_name="ch"/><wiki slug="w"/></course>',
        "chapter/ch.xml": '<chapter display_name="Chapter"><sequential url_name="sq"/></chapter>',
        "sequential/sq.xml": '<sequential display_name="Section"><vertical url_name="vt"/></sequential>',
        "vertical/vt.xml": '<vertical display_name="Unit"><html url_name="tx"/><problem url_name="pb"/></vertical>',
        "html/tx.xml": '<html filename="tx" display_name="Text"/>',
        "html/tx.html": '<p>Hello<br> <img src="/static/a.png"></p>',
        "problem/pb.xml": '<problem display_name="P"><numericalresponse answer="1"/></problem>',
        "policies/R1/policy.json": '{"course/R1": {"display_name": "A course", "language": "fr"}}',
        "policies/R1/grading_policy.json": '{"GRADER": [], "GRADE_CUTOFFS": {"Pass": 0.5}}',
        "static/a.png": "png",
    }
    files.update({name.replace("__", "/") + ".xml": text for name, text in more.items()})
    return files


def packed(files: Mapping[str, str | bytes], top: str = "course/") -> bytes:
    """A .tar.gz of the files below a top folder."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            info = tarfile.TarInfo(top + name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)


def read_files(folder: Path, files: Mapping[str, str | bytes], top: str = "course/") -> OlxCourse:
    """The course that these files make."""
    with open_archive(written(folder, packed(files, top))) as archive:
        return read_course(archive)
