"""Which zips are taken? Only those that every reader understands alike."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from cordee.core.errors import CordeeError, NotFound
from cordee.formats.archives import Archive, ArchiveRefused, ArchiveTooLarge, Limits, open_archive
from cordee.formats.tests.make import DATA, Zipped, written, zip_bytes

ACCEPTED = sorted((DATA / "archives" / "accept").glob("*.zip"))
REJECTED = sorted((DATA / "archives" / "reject").glob("*.zip"))


def opened(folder: Path, data: bytes, limits: Limits | None = None) -> Archive:
    return open_archive(written(folder, data), limits or Limits())


def refused(folder: Path, data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(CordeeError) as refusal:
        opened(folder, data, limits)
    return str(refusal.value)


def test_the_measured_files_are_here() -> None:
    assert (len(ACCEPTED), len(REJECTED)) == (10, 11)


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.name)
def test_a_sound_zip_is_accepted_and_read(path: Path) -> None:
    with open_archive(path) as archive, zipfile.ZipFile(path) as same:
        files = {info.filename: same.read(info) for info in same.infolist() if not info.is_dir()}
        assert {key: archive.read(key) for key in archive.members} == files


@pytest.mark.parametrize("path", REJECTED, ids=lambda path: path.name)
def test_a_zip_that_two_readers_read_differently_is_refused(path: Path) -> None:
    with pytest.raises(ArchiveRefused) as refusal:
        open_archive(path)
    assert str(refusal.value)


def test_a_zip_made_by_python_is_read_back(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("cours/é à.txt", "bonjour" * 1000)
        made.writestr("cours/vide", "")
        made.mkdir("cours/dossier")
    with opened(tmp_path, out.getvalue()) as archive:
        assert archive.read("cours/é à.txt") == b"bonjour" * 1000
        assert archive.read("cours/vide") == b""
        assert set(archive.members) == {"cours/é à.txt", "cours/vide"}
        assert archive.members["cours/é à.txt"].size_bytes == 7000


def test_a_zip64_entry_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, made.open("a", "w", force_zip64=True) as member:
        member.write(b"hello" * 100)
    with opened(tmp_path, out.getvalue()) as archive:
        assert archive.read("a") == b"hello" * 100


def test_two_members_can_be_streamed_by_turns(tmp_path: Path) -> None:
    one, two = b"1" * 600_000, b"2" * 600_000
    with opened(tmp_path, zip_bytes([Zipped(b"one", one), Zipped(b"two", two, method=8)])) as archive:
        pieces = list(zip(archive.stream("one"), archive.stream("two"), strict=True))
    assert b"".join(piece for piece, _ in pieces) == one
    assert b"".join(piece for _, piece in pieces) == two


def test_a_name_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with opened(tmp_path, zip_bytes([Zipped(b"a")])) as archive, pytest.raises(NotFound):
        archive.read("b")


def test_a_setuid_bit_means_nothing_here(tmp_path: Path) -> None:
    with opened(tmp_path, zip_bytes([Zipped(b"a", external=(stat.S_IFREG | 0o4755) << 16)])) as archive:
        assert archive.read("a") == b"hello"


def test_macos_litter_is_left_out(tmp_path: Path) -> None:
    members = [Zipped(b"c/.DS_Store"), Zipped(b"__MACOSX/c/._x"), Zipped(b"c/x")]
    with opened(tmp_path, zip_bytes(members)) as archive:
        assert list(archive.members) == ["c/x"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_a_link_or_device_is_refused(tmp_path: Path, kind: int) -> None:
    assert "“a”" in refused(tmp_path, zip_bytes([Zipped(b"a", external=(kind | 0o777) << 16)]))


@pytest.mark.parametrize("flags", [0x1, 0x40, 0x2000])
def test_an_encrypted_member_is_refused(tmp_path: Path, flags: int) -> None:
    assert "encrypted" in refused(tmp_path, zip_bytes([Zipped(b"a", flags=flags)]))


def test_a_name_outside_ascii_without_the_unicode_flag_is_refused(tmp_path: Path) -> None:
    assert "not marked as Unicode" in refused(tmp_path, zip_bytes([Zipped("é".encode())]))
    assert "not marked as Unicode" in refused(tmp_path, zip_bytes([Zipped(b"\x82", flags=0x800)]))
    with opened(tmp_path, zip_bytes([Zipped("é".encode(), flags=0x800)])) as archive:
        assert list(archive.members) == ["é"]


def test_an_unknown_compression_is_refused(tmp_path: Path) -> None:
    assert "compressed in a way" in refused(tmp_path, zip_bytes([Zipped(b"a", method=12)]))


@pytest.mark.parametrize(
    "after", [b"\x86\xa6\x106\x05\0\0\0\x05\0\0\0", b"PK\x07\x08\x86\xa6\x106\x05\0\0\0\x05\0\0\0"]
)
def test_sizes_after_the_data_are_refused_even_when_right(tmp_path: Path, after: bytes) -> None:
    member = Zipped(b"a", flags=0x8, local_crc=0, local_size=0, local_stored=0, after=after)
    assert "after its data" in refused(tmp_path, zip_bytes([member]))


UNICODE_PATH = struct.pack("<BL", 1, zlib.crc32(b"a"))
LIES = {
    "another name in the local header": [Zipped(b"a", local_name=b"b")],
    "another size in the local header": [Zipped(b"a", local_size=4)],
    "another stored size in the local header": [Zipped(b"a", local_stored=4)],
    "another checksum in the local header": [Zipped(b"a", local_crc=1)],
    "a wrong checksum": [Zipped(b"a", crc=1)],
    "a wrong checksum of deflated data": [Zipped(b"a", crc=1, method=8)],
    "more declared than stored": [Zipped(b"a", size=6)],
    "more declared than deflated": [Zipped(b"a", size=6, method=8)],
    "data that cannot be inflated": [Zipped(b"a", b"\xff\xff\xff", method=0, size=9)],
    "bytes hidden after the data": [Zipped(b"a", after=b"hidden")],
    "bytes hidden behind the deflated data": [Zipped(b"a", method=8, stored=7 + 6, after=b"hidden")],
    "the same name twice": [Zipped(b"a"), Zipped(b"a")],
    "the same name in another case": [Zipped(b"a"), Zipped(b"A")],
    "a file that is a folder": [Zipped(b"a"), Zipped(b"a/b")],
    "a folder with data": [Zipped(b"a/")],
    "a folder by its mode only": [Zipped(b"a", b"", external=(stat.S_IFDIR | 0o755) << 16)],
    "two entries over one another": [Zipped(b"a"), Zipped(b"a", offset=0)],
    "a comment on a member": [Zipped(b"a", comment=b"PK\x05\x06")],
    "an extra field cut short": [Zipped(b"a", extra=b"xxx", local_extra=b"xxx")],
    "an extra field longer than there is": [Zipped(b"a", extra=b"\x01\x00\x09\x00x")],
    "the same extra field twice": [Zipped(b"a", extra=(b"up\x06\x00" + UNICODE_PATH + b"a") * 2)],
    "another name in the Unicode field": [Zipped(b"a", local_extra=b"up\x06\x00" + UNICODE_PATH + b"b")],
    "a Unicode field of an older name": [Zipped(b"a", extra=b"up\x06\x00" + struct.pack("<BL", 1, 7) + b"a")],
    "a short Unicode field": [Zipped(b"a", extra=b"up\x01\x00\x01")],
    "a wide size without its field": [Zipped(b"a", stored=0xFFFFFFFF)],
    "a wide field too short": [Zipped(b"a", stored=0xFFFFFFFF, extra=struct.pack("<2HL", 1, 4, 5))],
    "a wide field too long": [Zipped(b"a", stored=0xFFFFFFFF, extra=struct.pack("<2H3Q", 1, 24, 5, 5, 5))],
    "a wide field that says another size": [Zipped(b"a", extra=struct.pack("<2H2Q", 1, 16, 5, 6))],
    "a name that leads out": [Zipped(b"../a")],
    "a name with NUL": [Zipped(b"a\0b")],
}


@pytest.mark.parametrize("members", LIES.values(), ids=LIES.keys())
def test_a_zip_that_says_two_things_is_refused(tmp_path: Path, members: list[Zipped]) -> None:
    assert refused(tmp_path, zip_bytes(members))


def good() -> bytes:
    return zip_bytes([Zipped(b"a"), Zipped(b"b", method=8)])


def wide(*, offset_error: int = 0, more: bytes = b"", size: int = 44, locator: bool = True, end: bool = True) -> bytes:
    """A zip with zip64 end records."""
    plain = zip_bytes([Zipped(b"a")])
    directory_at = plain.index(b"PK\x01\x02")
    at = len(plain) - 22
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", size, 45, 45, 0, 0, 1, 1, at - directory_at, directory_at) + more
    found = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + offset_error, 1) if locator else b""
    return plain[:at] + record + found + (plain[at:] if end else b"")


def test_zip64_end_records_that_agree_are_accepted(tmp_path: Path) -> None:
    with opened(tmp_path, wide()) as archive:
        assert archive.read("a") == b"hello"


BROKEN = {
    "something before": b"#!/bin/sh\n" + good(),
    "something before, offsets right": zip_bytes([Zipped(b"a")], before=b"hidden"),
    "something after": good() + b"x",
    "two end records": good() + good()[-22:],
    "a zip after the zip": good() + good(),
    "an end record in the comment": zip_bytes([Zipped(b"a")], comment=good()[-22:]),
    "one entry too many counted": zip_bytes([Zipped(b"a")], count=2),
    "one entry too few counted": zip_bytes([Zipped(b"a"), Zipped(b"b")], count=1),
    "cut short": good()[:-1],
    "cut in the middle": good()[:40],
    "a comment cut short": zip_bytes([Zipped(b"a")], comment=b"hello")[:-1],
    "wide end, locator elsewhere": wide(offset_error=1),
    "wide end with more data": wide(more=b"xxxx", size=48),
    "wide end without locator": wide(locator=False),
    "wide end without end": wide(end=False),
    "a zip stored in a zip, end cut": zip_bytes([Zipped(b"in.zip", good())])[:-30],
    "one part of several": good()[:-18] + b"\x01\x00" + good()[-16:],
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_zip_with_a_doubtful_structure_is_refused(tmp_path: Path, data: bytes) -> None:
    assert refused(tmp_path, data)


def test_a_zip_in_a_zip_is_one_member(tmp_path: Path) -> None:
    with opened(tmp_path, zip_bytes([Zipped(b"in.zip", good())])) as archive:
        assert archive.read("in.zip") == good()


def test_every_cut_of_a_good_zip_is_refused(tmp_path: Path) -> None:
    data = good()
    for length in range(len(data)):
        assert refused(tmp_path, data[:length])


def test_a_flipped_bit_never_gives_another_content(tmp_path: Path) -> None:
    data = bytearray(good())
    for at in range(len(data)):
        data[at] ^= 0x10
        try:
            with opened(tmp_path, bytes(data)) as archive:
                assert all(archive.read(key) == b"hello" for key in archive.members)
        except CordeeError:
            pass
        data[at] ^= 0x10


def test_the_number_of_files_is_limited(tmp_path: Path) -> None:
    data = zip_bytes([Zipped(b"%d" % number) for number in range(11)])
    with pytest.raises(ArchiveTooLarge, match="11 files"):
        opened(tmp_path, data, Limits(files=10))


def test_the_sizes_are_limited(tmp_path: Path) -> None:
    data = zip_bytes([Zipped(b"a", bytes(3000)), Zipped(b"b", bytes(3000))])
    for limits in (Limits(member_bytes=2999), Limits(total_bytes=5999), Limits(archive_bytes=6000)):
        with pytest.raises(ArchiveTooLarge):
            opened(tmp_path, data, limits)
    with opened(tmp_path, data, Limits(member_bytes=3000, total_bytes=6000)):
        pass


def test_the_ratio_is_limited(tmp_path: Path) -> None:
    data = zip_bytes([Zipped(b"a", bytes(100_000), method=8)])
    with pytest.raises(ArchiveTooLarge, match="grows"):
        opened(tmp_path, data, Limits(ratio_free_bytes=1000))
    with opened(tmp_path, data, Limits(ratio_free_bytes=100_000)):
        pass


def test_a_member_that_declares_less_than_it_inflates_to_is_never_inflated_further(tmp_path: Path) -> None:
    bomb = Zipped(b"a", bytes(50_000_000), method=8, size=5)
    assert refused(tmp_path, zip_bytes([bomb]))
