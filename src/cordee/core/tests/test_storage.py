"""Are files kept once, whole, under their hash?"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest

from cordee.core.storage import LocalFolder


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_found_again_by_its_hash(tmp_path: Path) -> None:
    storage = LocalFolder(tmp_path / "files")
    data = os.urandom(3_000_000)
    stored = storage.put(io.BytesIO(data))
    assert (stored.sha256, stored.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert storage.exists(stored.sha256)
    with storage.open(stored.sha256) as file:
        assert file.read() == data
    assert storage.path(stored.sha256) == tmp_path / "files" / stored.sha256[:2] / stored.sha256[2:]


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    storage = LocalFolder(tmp_path)
    first, second = storage.put(io.BytesIO(b"twice")), storage.put(io.BytesIO(b"twice"))
    assert (first.sha256, first.size_bytes) == (second.sha256, second.size_bytes)
    assert (first.is_new, second.is_new) == (True, False)
    assert len(files_in(tmp_path)) == 1


def test_an_upload_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError("the line was cut")
            return super().read(10)

    with pytest.raises(OSError, match="cut"):
        LocalFolder(tmp_path).put(Broken(b"0123456789 and more"))
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "AB" * 32, "ab" * 31, "ab" * 31 + "/x", "ab" * 32 + "\n"])
def test_what_is_no_hash_is_no_file(tmp_path: Path, name: str) -> None:
    storage = LocalFolder(tmp_path)
    assert not exists_quietly(storage, name)
    with pytest.raises(FileNotFoundError):
        storage.open(name)
    with pytest.raises(FileNotFoundError):
        storage.path(name)


def exists_quietly(storage: LocalFolder, name: str) -> bool:
    try:
        return storage.exists(name)
    except FileNotFoundError:
        return False


def test_a_deleted_file_is_gone_and_may_be_deleted_again(tmp_path: Path) -> None:
    storage = LocalFolder(tmp_path)
    stored = storage.put(io.BytesIO(b"x"))
    storage.delete(stored.sha256)
    storage.delete(stored.sha256)
    assert not storage.exists(stored.sha256)
