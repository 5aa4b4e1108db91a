"""Which paths of the archive are taken, and could this one be written at all?"""

from __future__ import annotations

import unicodedata

from cordee.formats.archives.limits import ArchiveRefused
from cordee.formats.archives.names import is_litter, key_of


class Places:
    """Paths below the top folder. No two are one, and no file is a folder: every reader would refuse the archive."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and _key(path) in self._files

    def are_free(self, *paths: str) -> bool:
        """Whether files may be written there: names that archives take, and that nothing else has."""
        return all(_is_name(path) and self._is_free(_key(path)) for path in paths)

    def take(self, *paths: str) -> None:
        for path in map(_key, paths):
            self._files.add(path)
            self._folders.update(_folders_of(path))

    def _is_free(self, path: str) -> bool:
        return path not in self._files and path not in self._folders and self._files.isdisjoint(_folders_of(path))


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _is_name(path: str) -> bool:
    try:
        return key_of(path) == _key(path) and not is_litter(path)
    except ArchiveRefused:
        return False


def _folders_of(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
