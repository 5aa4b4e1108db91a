"""Where is the course in the archive, and which of its files has been read already?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Protocol

from cordee.core.errors import N_, InputRefused
from cordee.formats.archives.archive import Member
from cordee.formats.archives.limits import MIB
from cordee.formats.olx.documents import Unreadable, decode_loosely

COURSE_FILE = "course.xml"
RUN_NAMED_COURSE = "course/course.xml"
COURSE_ELEMENT = re.compile(rb"(?:\xef\xbb\xbf)?(?>\s+|<\?.*?\?>|<!--.*?-->)*+<(?:\w+:)?course[\s/>]", re.DOTALL)
TEXT_BYTES = 16 * MIB  # a definition larger than that is no text that a person wrote


class Files(Protocol):
    """Where a course is read from: an archive, or a folder that stands for one."""

    @property
    def members(self) -> Mapping[str, Member]: ...
    def stream(self, key: str) -> Iterator[bytes]: ...
    def read(self, key: str) -> bytes: ...


class CourseRefused(InputRefused):
    """The archive holds no course that can be read."""


class CourseFiles:
    """The files of one course by their path below its top folder, e.g. "problem/abc.xml"."""

    def __init__(self, archive: Files) -> None:
        self._archive = archive
        self._top = _top_folder(archive)
        self._used: set[str] = set()
        self._keys = {
            key[len(self._top) :] if key.startswith(self._top) else "/" + key: key for key in sorted(archive.members)
        }

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and unicodedata.normalize("NFC", path) in self._keys

    def read(self, path: str) -> bytes:
        """The file's bytes; from now on it counts as held. Raises Unreadable when it is too large to be text."""
        path = unicodedata.normalize("NFC", path)
        if self.size_bytes(path) > TEXT_BYTES:
            raise Unreadable(N_("The file is larger than {limit} MB. Make it smaller."), limit=TEXT_BYTES // MIB)
        self._used.add(path)
        return self._archive.read(self._keys[path])

    def read_text(self, path: str) -> tuple[str, bool]:
        """(text, whether it was UTF-8) of a file without encoding declaration. Raises Unreadable."""
        return decode_loosely(self.read(path))

    def take(self, path: str) -> str:
        """Mark a file as held and give its key in the archive."""
        path = unicodedata.normalize("NFC", path)
        self._used.add(path)
        return self._keys[path]

    def keep_too(self, path: str) -> None:
        """The file says more than was read from it: it does not count as held, and is kept word by word."""
        self._used.discard(unicodedata.normalize("NFC", path))

    def size_bytes(self, path: str) -> int:
        return self._archive.members[self._keys[unicodedata.normalize("NFC", path)]].size_bytes

    def below(self, folder: str, ending: str = "") -> list[str]:
        """Paths under a folder ("static/"), sorted."""
        return [path for path in self._keys if path.startswith(folder) and path.endswith(ending)]

    def unused(self) -> Iterator[str]:
        """Paths of the files that nothing has read so far; those outside the course begin with "/"."""
        return (path for path in self._keys if path not in self._used)


def _top_folder(archive: Files) -> str:
    """The folder that holds course.xml, with its slash; "" for the root. Raises CourseRefused for none or several."""
    found = [key for key in archive.members if key.rpartition("/")[2] == COURSE_FILE]
    if not found:
        if any(key.rpartition("/")[2] == "library.xml" for key in archive.members):
            raise CourseRefused(N_("This archive holds a content library, not a course. Export a course that uses it."))
        raise CourseRefused(N_("The archive holds no course.xml, so it is no course export. Export the course again."))
    depth = min(key.count("/") for key in found)
    tops = sorted(key.removesuffix(COURSE_FILE) for key in found if key.count("/") == depth)
    # One level down, course/course.xml is the definition of a run named "course", and html/course.xml a text that an
    # author named so: only a file that holds a <course> is a second course.
    below = [key for key in found if key.count("/") == depth + 1 and not key.endswith(RUN_NAMED_COURSE)]
    candidates = [top + COURSE_FILE for top in tops] + sorted(below)
    courses = [key for key in candidates if _holds_course(archive, key)]
    if len(courses) > 1:
        raise CourseRefused(
            N_("The archive holds two courses, {first} and {second}. Send one archive for each."),
            first=courses[0],
            second=courses[1],
        )
    return courses[0].removesuffix(COURSE_FILE) if courses else tops[0]


def _holds_course(archive: Files, key: str) -> bool:
    return COURSE_ELEMENT.match(next(archive.stream(key), b"")) is not None
