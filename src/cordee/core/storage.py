"""Where are the bytes of a file, known by their SHA-256?

A file is never changed: the same content is kept once, under its hash. `Storage` is what rooms ask for; `LocalFolder`
is a folder of this machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK_BYTES = 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is now kept."""

    sha256: str
    size_bytes: int
    is_new: bool  # False: the same bytes were kept already


class Storage(Protocol):
    """All that a room may ask of the place where files are."""

    def put(self, stream: BinaryIO) -> Stored:
        """Keep the rest of `stream`. When this returns, the bytes survive a power cut."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Raises FileNotFoundError."""
        ...

    def path(self, sha256: str) -> Path:
        """Where a local copy is. Raises FileNotFoundError."""
        ...

    def exists(self, sha256: str) -> bool: ...

    def delete(self, sha256: str) -> None:
        """Forget the file; nothing happens when it is not there."""
        ...

    def held(self) -> AbstractContextManager[None]:
        """As long as this lasts, nobody is `alone`. Several may hold the files at once."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Waits until nobody holds the files; as long as this lasts, nobody does. For who is about to delete."""
        ...


class LocalFolder:
    """Files under `root/ab/cdef…`, written beside their place and then renamed: a reader never sees half a file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, stream: BinaryIO) -> Stored:
        """Keep the rest of `stream`. Raises OSError when the disk is full; nothing is left behind then."""
        self.root.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        size = 0
        descriptor, draft = tempfile.mkstemp(prefix=".draft-", dir=self.root)
        try:
            with os.fdopen(descriptor, "wb") as file:
                while chunk := stream.read(CHUNK_BYTES):
                    digest.update(chunk)
                    size += file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            is_new = self._move(Path(draft), digest.hexdigest())
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(draft).unlink()
            raise
        return Stored(digest.hexdigest(), size, is_new)

    def open(self, sha256: str) -> BinaryIO:
        return self._place(sha256).open("rb")

    def path(self, sha256: str) -> Path:
        place = self._place(sha256)
        if not place.is_file():
            raise FileNotFoundError(sha256)
        return place

    def exists(self, sha256: str) -> bool:
        return self._place(sha256).is_file()

    def delete(self, sha256: str) -> None:
        self._place(sha256).unlink(missing_ok=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        with self._locked(exclusive=False):
            yield

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        with self._locked(exclusive=True):
            yield

    @contextlib.contextmanager
    def _locked(self, *, exclusive: bool) -> Iterator[None]:
        """A lock on the folder itself, among all processes of this machine: it needs no room on the disk."""
        self.root.mkdir(parents=True, exist_ok=True)
        if sys.platform == "win32":
            yield
            return
        import fcntl

        folder = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
            yield
        finally:
            os.close(folder)

    def _place(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise FileNotFoundError(sha256)
        return self.root / sha256[:2] / sha256[2:]

    def _move(self, draft: Path, sha256: str) -> bool:
        place = self._place(sha256)
        if place.is_file():
            draft.unlink()
            return False
        if not place.parent.is_dir():
            place.parent.mkdir(exist_ok=True)
            sync_folder(self.root)
        draft.replace(place)
        sync_folder(place.parent)
        return True


def damaged(root: Path, progress: Callable[[int, int], None]) -> list[Path]:
    """Files under `root` whose bytes are no longer those that their names promise. `progress` gets (read, of) in bytes.

    Reads every file: about a second for each gigabyte.
    """
    files = [path for path in sorted(root.glob("[0-9a-f][0-9a-f]/*")) if path.is_file()]
    total = sum(path.stat().st_size for path in files)
    found, read = [], 0
    for path in files:
        try:
            with path.open("rb") as file:
                is_whole = hashlib.file_digest(file, "sha256").hexdigest() == path.parent.name + path.name
        except OSError:  # the disk cannot read it back
            is_whole = False
        if not is_whole:
            found.append(path)
        read += path.stat().st_size
        progress(read, total)
    return found


def sync_folder(folder: Path) -> None:
    """Make the names inside a folder survive a power cut, where the platform can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
