"""What is in the archive, and how is one member read?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, Self

from cordee.core.errors import N_, NotFound, shown
from cordee.formats.archives import targz, zips
from cordee.formats.archives.extents import Extent, chunks
from cordee.formats.archives.limits import MIB, ArchiveRefused, ArchiveTooLarge, Limits
from cordee.formats.archives.names import Names, is_litter, key_of

GZIP_MAGIC = b"\x1f\x8b\x08"
ZIP_MAGICS = (zips.LOCAL, zips.END)
Progress = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive. `key` is our name for it, `name` the archive's own."""

    key: str
    name: str
    size_bytes: int


class Archive:
    """A checked archive, open for reading. Close it, or use it in a `with`; not for several threads at once."""

    def __init__(self, file: IO[bytes], members: dict[str, Member], extents: dict[str, Extent]) -> None:
        self._file = file
        self._extents = extents
        self.members: Mapping[str, Member] = MappingProxyType(members)

    def stream(self, key: str) -> Iterator[bytes]:
        """The member's bytes in pieces of at most 256 KiB. Raises NotFound when there is no such key."""
        if key not in self._extents:
            raise NotFound(N_("The archive holds no file “{name}”. Check the name."), name=shown(key))
        return chunks(self._file, self._extents[key], self.members[key].name)

    def read(self, key: str) -> bytes:
        """All the member's bytes. Raises NotFound when there is no such key."""
        return b"".join(self.stream(key))

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_archive(
    path: Path,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    *,
    progress: Progress = lambda done, total: None,
) -> Archive:
    """Open and check a `.tar.gz` or `.zip`, told apart by content. Every byte has been read once when this returns.

    `progress(bytes done, bytes in all)` is told how far that is, for a `.zip`.
    Raises ArchiveRefused, ArchiveTooLarge (both CordeeError), each naming the member and what to do.
    """
    if not path.is_file():
        if path.is_dir():
            raise ArchiveRefused(
                N_("“{name}” is a folder. Give the archive itself, or pack the folder as .tar.gz."),
                name=shown(str(path)),
            )
        raise ArchiveRefused(N_("There is no file “{name}”. Check the name."), name=shown(str(path)))
    file = path.open("rb")
    try:
        return _open(file, limits, progress)
    except BaseException:
        file.close()
        raise


def _open(file: IO[bytes], limits: Limits, progress: Progress) -> Archive:
    length = file.seek(0, 2)
    if length > limits.archive_bytes:
        raise ArchiveTooLarge(
            N_("The archive is larger than {limit} MB. Remove large files from it."), limit=limits.archive_bytes // MIB
        )
    file.seek(0)
    magic = file.read(4)
    if magic.startswith(GZIP_MAGIC):
        tar = targz.unpack(file, length, limits)
        try:
            archive = _archive(tar, targz.read_members(tar, limits), limits, Names(case_matters=True))
        except BaseException:
            tar.close()
            raise
        file.close()
        return archive
    if magic in ZIP_MAGICS:
        entries = zips.read_directory(file, length, limits)
        archive = _archive(file, entries, limits, Names(case_matters=False))
        _check_growth(entries, length, limits)
        done, total = 0, sum(member.size_bytes for member in archive.members.values())
        for key in archive.members:
            for piece in archive.stream(key):  # each size and checksum, before the first member is handed out
                done += len(piece)
                progress(done, total)
        return archive
    raise ArchiveRefused(
        N_("This file is neither a .tar.gz nor a .zip archive. Send the file as the platform exported it.")
    )


def _archive(file: IO[bytes], entries: list[zips.Entry], limits: Limits, names: Names) -> Archive:
    members, extents = dict[str, Member](), dict[str, Extent]()
    total = 0
    for entry in entries:
        key, size = key_of(entry.name), entry.extent.size_bytes
        total += size
        if size > limits.member_bytes:
            raise ArchiveTooLarge(
                N_("“{name}” is larger than {limit} MB. Remove it from the archive or make it smaller."),
                name=shown(entry.name),
                limit=limits.member_bytes // MIB,
            )
        if total > limits.total_bytes:
            targz.too_much(limits)
        if not key:
            if not entry.folder:
                raise ArchiveRefused(N_("A file in the archive has no name. Make the archive again."))
            continue
        names.add(key, folder=entry.folder)
        if not entry.folder and not is_litter(key):
            members[key] = Member(key, entry.name, size)
            extents[key] = entry.extent
    return Archive(file, members, extents)


def _check_growth(entries: list[zips.Entry], archive_bytes: int, limits: Limits) -> None:
    """Declared sizes bound what is ever inflated (`extents`), so that they suffice here."""
    total = sum(entry.extent.size_bytes for entry in entries)
    if total > max(limits.ratio_free_bytes, archive_bytes * limits.ratio):
        targz.bomb()
    for entry in entries:
        if entry.extent.size_bytes > max(limits.ratio_free_bytes, entry.extent.stored_bytes * limits.ratio):
            targz.bomb()
