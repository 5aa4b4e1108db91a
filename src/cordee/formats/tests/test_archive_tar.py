"""Which .tar.gz are taken? Only those that every reader understands alike."""

from __future__ import annotations

import errno
import gzip
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cordee.core.errors import CordeeError
from cordee.formats.archives import Archive, ArchiveRefused, ArchiveTooLarge, Limits, open_archive
from cordee.formats.archives.names import is_litter, key_of
from cordee.formats.tests.make import DATA, Tarred, pax, tar_bytes, written

FORMATS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def opened(folder: Path, tar: bytes, limits: Limits | None = None) -> Archive:
    return open_archive(written(folder, gzip.compress(tar)), limits or Limits())


def refused(folder: Path, tar: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(CordeeError) as refusal:
        opened(folder, tar, limits)
    return str(refusal.value)


def python_tar(files: dict[str, bytes], form: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o4777
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize("name", ["math-percent-fi", "mitx-grading-library", "one-of-each"])
def test_a_real_export_gives_what_tarfile_gives(name: str) -> None:
    path = DATA / "courses" / f"{name}.tar.gz"
    with tarfile.open(path) as same, open_archive(path) as archive:
        files = {member.name: same.extractfile(member) for member in same if member.isfile()}
        assert set(archive.members) == set(files)
        assert all(stream is not None and archive.read(key) == stream.read() for key, stream in files.items())


@pytest.mark.parametrize("form", FORMATS)
def test_long_and_accented_names_are_read_in_every_format(tmp_path: Path, form: int) -> None:
    names = ["course/" + "x" * 90 + ".png", "course/é/à lire.pdf"]
    if form != tarfile.USTAR_FORMAT:
        names += ["course/" + "long/" * 30 + "x.png", "course/" + "é" * 100 + ".png", "c/" + "y" * 200]
    files = {name: name.encode() for name in names}
    with opened(tmp_path, python_tar(files, form)) as archive:
        assert {key: archive.read(key) for key in archive.members} == files


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    names=st.sets(
        st.text(
            st.characters(codec="utf-8", exclude_characters="/", exclude_categories=["Cc", "Cs"]),
            min_size=1,
            max_size=120,
        ),
        max_size=4,
    ),
    form=st.sampled_from(FORMATS[1:]),
)
def test_whatever_tarfile_writes_is_read_back_or_refused_by_name(tmp_path: Path, names: set[str], form: int) -> None:
    files = {f"c/{name}": name.encode() for name in names}
    tar = python_tar(files, form)
    if any(not taken(name) for name in files) or len({key_of(name) for name in files}) < len(files):
        assert refused(tmp_path, tar)
        return
    with opened(tmp_path, tar) as archive:
        assert all(archive.read(key_of(name)) == data for name, data in files.items() if not is_litter(key_of(name)))


def taken(name: str) -> bool:
    try:
        return bool(key_of(name))
    except ArchiveRefused:
        return False


def test_folders_and_a_leading_dot_are_understood(tmp_path: Path) -> None:
    members = [Tarred(b"./", b"", b"5"), Tarred(b"./c/", b"", b"5"), Tarred(b"./c/a"), Tarred(b"./c/.DS_Store")]
    with opened(tmp_path, tar_bytes(members)) as archive:
        assert list(archive.members) == ["c/a"]


def test_a_global_comment_as_git_writes_it_is_harmless(tmp_path: Path) -> None:
    comment = pax(comment="5f3c")
    comment.kind = b"g"
    with opened(tmp_path, tar_bytes([comment, Tarred(b"a")])) as archive:
        assert archive.read("a") == b"hello"


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"6", b"7", b"S", b"K", b"D", b"M", b"V", b"X", b"Z"])
def test_anything_but_a_file_or_a_folder_is_refused(tmp_path: Path, kind: bytes) -> None:
    assert "“a”" in refused(tmp_path, tar_bytes([Tarred(b"a", b"", kind, link=b"/etc/passwd")]))


LIES = {
    "a pax path that is another": [pax(path="../x"), Tarred(b"a")],
    "a pax path that is quite another": [pax(path="b"), Tarred(b"a")],
    "two pax paths": [pax(path="a"), pax(path="a"), Tarred(b"a")],
    "a pax size that is another": [pax(size="4"), Tarred(b"a")],
    "a pax size that is no number": [pax(size="-5"), Tarred(b"a")],
    "a pax link path": [pax(linkpath="/etc/passwd"), Tarred(b"a")],
    "a sparse file": [pax(GNU_sparse_major="1"), Tarred(b"a")],
    "a name that is no text": [pax(hdrcharset="BINARY"), Tarred(b"a")],
    "a pax header that is no header": [Tarred(b"x", b"garbage", b"x"), Tarred(b"a")],
    "a pax header with a wrong length": [Tarred(b"x", b"99 path=a\n", b"x"), Tarred(b"a")],
    "a pax header at the end": [Tarred(b"a"), pax(path="b")],
    "a GNU name that is another": [Tarred(b"././@LongLink", b"b\0", b"L"), Tarred(b"a")],
    "a GNU name without end": [Tarred(b"././@LongLink", b"a", b"L"), Tarred(b"a")],
    "the same name twice": [Tarred(b"a"), Tarred(b"a")],
    "a file under a file": [Tarred(b"a"), Tarred(b"a/b")],
    "a file that ends like a folder": [Tarred(b"a/")],
    "a folder with data": [Tarred(b"a", kind=b"5")],
    "an absolute name": [Tarred(b"/a")],
    "a name that leads out": [Tarred(b"x", prefix=b"..")],
    "a name that is not UTF-8": [Tarred(b"\xe9")],
    "no name": [Tarred(b"")],
    "an endless pax header": [Tarred(b"x", bytes(1024 * 1024 + 1), b"x")],
}


@pytest.mark.parametrize("members", LIES.values(), ids=LIES.keys())
def test_a_tar_that_says_two_things_is_refused(tmp_path: Path, members: list[Tarred]) -> None:
    assert refused(tmp_path, tar_bytes(members))


def test_names_that_differ_by_case_are_two_files_as_where_platforms_write_them(tmp_path: Path) -> None:
    with opened(tmp_path, tar_bytes([Tarred(b"c/Logo.png"), Tarred(b"c/logo.png")])) as archive:
        assert sorted(archive.members) == ["c/Logo.png", "c/logo.png"]


def test_a_global_path_is_refused(tmp_path: Path) -> None:
    header = pax(path="a")
    header.kind = b"g"
    assert refused(tmp_path, tar_bytes([header, Tarred(b"a")]))


BROKEN = {
    "no tar": b"hello " * 500,
    "empty": b"",
    "data after the end": tar_bytes([Tarred(b"a")]) + tar_bytes([Tarred(b"b")]),
    "no end": tar_bytes([Tarred(b"a")], end=b""),
    "cut in a member": tar_bytes([Tarred(b"a", bytes(4000))])[:2000],
    "a size beyond the end": tar_bytes([Tarred(b"a", size=99999)]),
    "a wrong checksum": b"b" + tar_bytes([Tarred(b"a")])[1:],
}


@pytest.mark.parametrize("tar", BROKEN.values(), ids=BROKEN.keys())
def test_a_damaged_tar_is_refused(tmp_path: Path, tar: bytes) -> None:
    assert refused(tmp_path, tar)


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    good = gzip.compress(tar_bytes([Tarred(b"a")]))
    wrong_crc = good[:-8] + bytes([good[-8] ^ 1]) + good[-7:]
    wrong_length = good[:-1] + bytes([good[-1] ^ 1])
    for data in (wrong_crc, wrong_length, good + good, good + b"\0", good[:-1], good[:30], good[:10]):
        with pytest.raises(ArchiveRefused):
            open_archive(written(tmp_path, data))


def test_every_cut_of_a_good_archive_is_refused(tmp_path: Path) -> None:
    good = gzip.compress(tar_bytes([Tarred(b"a"), Tarred(b"b")]))
    for length in range(len(good)):
        with pytest.raises(ArchiveRefused):
            open_archive(written(tmp_path, good[:length]))


def test_the_limits_hold_in_the_real_bytes(tmp_path: Path) -> None:
    tar = tar_bytes([Tarred(b"%d" % number, bytes(3000)) for number in range(5)])
    for limits in (
        Limits(files=4),
        Limits(member_bytes=2999),
        Limits(total_bytes=10_000),
        Limits(archive_bytes=20),
        Limits(ratio=3, ratio_free_bytes=1000),
    ):
        with pytest.raises(ArchiveTooLarge):
            opened(tmp_path, tar, limits)
    with opened(tmp_path, tar, Limits(files=5, member_bytes=3000)) as archive:
        assert len(archive.members) == 5


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"\x1f\x8b",
        b"BZh91AY&SY",
        b"\xfd7zXZ\0",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07",
        b"%PDF-1.7",
        b"<course/>",
    ],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ArchiveRefused):
        open_archive(written(tmp_path, data, "course.tar.gz"))


def test_a_bare_tar_a_folder_and_nothing_are_refused(tmp_path: Path) -> None:
    for path in (written(tmp_path, tar_bytes([Tarred(b"a")])), tmp_path, tmp_path / "nothing.zip"):
        with pytest.raises(ArchiveRefused):
            open_archive(path)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cordee.formats.archives.targz._inflate", full)
    with pytest.raises(ArchiveTooLarge, match="disk is full"):
        opened(tmp_path, tar_bytes([Tarred(b"a")]))
