"""Does an archive made to harm us get a clear no, soon, and leave nothing behind?"""

from __future__ import annotations

import gzip
import io
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cordee.core.errors import CordeeError
from cordee.formats.archives import ArchiveTooLarge, Limits, open_archive
from cordee.formats.tests.make import Tarred, Zipped, tar_bytes, written, zip_bytes

SECONDS = 10  # generous: two cores may be shared; each case takes far less


@contextmanager
def soon() -> Iterator[None]:
    start = time.perf_counter()
    yield
    assert time.perf_counter() - start < SECONDS


def refused(path: Path, limits: Limits | None = None) -> str:
    with soon(), pytest.raises(CordeeError) as refusal:
        open_archive(path, limits or Limits())
    assert refusal.value.status in (400, 413)
    return str(refusal.value)


def test_a_gzip_bomb_is_stopped_long_before_its_end(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    million = bytes(1_000_000)
    data = packer.compress(tar_bytes([Tarred(b"a", b"", size=0)], end=b""))
    data += b"".join(packer.compress(million) for _ in range(200)) + packer.flush()
    assert "grows" in refused(written(tmp_path, data))


def test_a_zip_bomb_is_stopped_before_it_is_inflated(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("a", "w") as member:
        for _ in range(100):
            member.write(bytes(1_000_000))
    assert "grows" in refused(written(tmp_path, out.getvalue()))


def test_a_zip_bomb_of_overlapping_members_is_refused(tmp_path: Path) -> None:
    members = [Zipped(b"%d" % number, bytes(1000), method=8, offset=0) for number in range(1000)]
    assert refused(written(tmp_path, zip_bytes(members)))


def test_a_zip_in_a_zip_in_a_zip_is_never_opened(tmp_path: Path) -> None:
    data = zip_bytes([Zipped(b"a.zip", bytes(1000))])
    for _ in range(20):
        data = zip_bytes([Zipped(b"a.zip", data, method=8)])
    with open_archive(written(tmp_path, data)) as archive:
        assert list(archive.members) == ["a.zip"]


@pytest.mark.long
def test_a_hundred_thousand_files_are_refused_in_seconds(tmp_path: Path) -> None:
    in_zip = zip_bytes([Zipped(b"c/%d" % number, b"") for number in range(65_000)])
    assert "65000 files" in refused(written(tmp_path, in_zip))
    block = tar_bytes([Tarred(b"c/x", b"")], end=b"")
    path = written(tmp_path, gzip.compress(block * 100_000 + bytes(1024), 1))
    refused(path)
    with pytest.raises(ArchiveTooLarge, match="20000 files"):
        open_archive(path, Limits(ratio=10_000))


def test_as_many_files_as_allowed_are_opened_in_seconds(tmp_path: Path) -> None:
    data = zip_bytes([Zipped(b"c/%d" % number) for number in range(20_000)])
    with soon(), open_archive(written(tmp_path, data)) as archive:
        assert len(archive.members) == 20_000


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for data in (
        zip_bytes([Zipped(b"good"), Zipped(b"../../evil")]),
        gzip.compress(tar_bytes([Tarred(b"good"), Tarred(b"../evil")])),
        gzip.compress(tar_bytes([Tarred(b"l", b"", b"2", link=b".."), Tarred(b"l/evil")])),
    ):
        refused(written(folder, data))
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "course.archive"]


def test_a_refusal_closes_every_file(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for data in (b"PK", zip_bytes([Zipped(b"../a")]), gzip.compress(tar_bytes([Tarred(b"/a")])), b"\x1f\x8b\x08xx"):
        for _ in range(5):
            refused(written(tmp_path, data))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("seed", range(20))
def test_random_damage_gives_a_refusal_or_the_same_bytes(tmp_path: Path, seed: int) -> None:
    members = {b"c/%d" % number: b"content %d " % number * 50 for number in range(20)}
    for data in (
        zip_bytes([Zipped(name, text, method=8) for name, text in members.items()]),
        gzip.compress(tar_bytes([Tarred(name, text) for name, text in members.items()])),
    ):
        spoiled = bytearray(data)
        for turn in range(1, 1 + seed % 5):
            spoiled[zlib.crc32(b"%d %d" % (seed, turn)) % len(data)] ^= 1 << (turn % 8)
        try:
            with open_archive(written(tmp_path, bytes(spoiled))) as archive:
                found = {key.encode(): archive.read(key) for key in archive.members}
        except CordeeError:
            continue
        assert sorted(found.values()) == sorted(members.values())
