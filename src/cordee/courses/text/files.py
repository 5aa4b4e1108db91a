"""Which files of the folder become files of the course, under which names, and where do links lead?"""

from __future__ import annotations

import html
import os
import posixpath
import re
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote

from cordee.core.errors import N_
from cordee.formats.coursetext.folder import BANKS, MODULES, PAGES, SHARED, TASKS, CourseText
from cordee.formats.coursetext.model import Line, Place, Say
from cordee.formats.coursetext.nearest import nearest
from cordee.formats.olx.model import Asset

CHUNK = 256 * 1024
OF_THE_COURSE = (MODULES, SHARED, BANKS, PAGES)  # files there belong to the course whether a page shows them or not
_ATTRIBUTE = re.compile(
    r"(?P<head>(?<![\w-])(?:src|href|poster|data)\s*=\s*)(?P<quote>\\?[\"']|&quot;|&#34;)(?P<url>.*?)(?P=quote)"
)
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_OLX = ("/static/", "/jump_to_id/", "/course/", "/courses/", "/asset-v1:", "/c4x/")


class _Tell(Protocol):
    def __call__(self, code: str, template: str, /, **values: object) -> str: ...


class FolderFiles:
    """Streams files of a folder as an archive does."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def stream(self, key: str) -> Iterator[bytes]:
        """The bytes of a file in pieces. A link of the file system that has come since the folder was read fails."""
        descriptor = os.open(self._root / key, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def states_of_task(course: CourseText, name: str) -> tuple[tuple[str, Hashable], ...]:
    """The files of a folder in tasks/ with their states, by path from the course's root; () when there is none."""
    return tuple(sorted((path, state) for path, state in course.tasks.items() if path.startswith(f"{TASKS}/{name}/")))


def asset_name(path: str) -> str:
    """What links use after /static/: the path without `modules/`, e.g. "nommer/trame.svg"."""
    return path.removeprefix(f"{MODULES}/")


@dataclass(slots=True)
class Asked:
    """What a unit asked of the rest of the course: as long as the answers are the same, so is what was made of it."""

    blocks: set[str] = field(default_factory=set)
    pages: dict[str, str] = field(default_factory=dict)  # path -> unit
    files: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)  # files that were looked for and are not there
    texts: dict[str, str] = field(default_factory=dict)  # of pages that are put in: path -> text
    banks: dict[str, Hashable] = field(default_factory=dict)  # name -> all that its pages say
    tasks: dict[str, Hashable] = field(default_factory=dict)  # name -> its files in their states
    in_vain: bool = False  # something was not there: what is there instead is told, and may change with anything


class Links:
    """Leads the author's links to files, units and blocks. Notes which files are used."""

    def __init__(
        self,
        course: CourseText,
        targets: Mapping[str, str],
        names: Collection[str],
        say: Say,
        *,
        original: Mapping[str, str],
        names_of_files: Mapping[str, str],
    ) -> None:
        """`targets`: path of a page -> name of its unit; `names`: of units and blocks.

        Of what came from Open edX: `original`, names in the text -> those of there, where they differ;
        `names_of_files`, path in the folder -> name of the file there.
        """
        self._course, self._targets, self._names, self.say = course, targets, names, say
        self._original, self._names_of_files = original, names_of_files
        self.asked = Asked()
        self._told: set[tuple[str, int, str]] = set()
        self.used: set[str] = set()

    def still(self, asked: Asked) -> bool:
        """Whether all that was asked would be answered alike, as far as it is known here."""
        return (
            not asked.in_vain
            and all(name in self._names for name in asked.blocks)
            and all(self._targets.get(path) == unit for path, unit in asked.pages.items())
            and all(path in self._course.files for path in asked.files)
            and not any(path in self._course.files for path in asked.absent)
            and all(self._course.texts.get(path) == text for path, text in asked.texts.items())
            and all(states_of_task(self._course, name) == states for name, states in asked.tasks.items())
        )

    def assets(self) -> dict[str, Asset]:
        """By name; ask when all pages were read."""
        return {
            self._asset_name(path): Asset(self._asset_name(path), path, size)
            for path, size in self._course.files.items()
            if path.split("/")[0] in OF_THE_COURSE or path in self.used
        }

    def _asset_name(self, path: str) -> str:
        return self._names_of_files.get(path) or asset_name(path)

    def unused(self) -> list[str]:
        return [path for path in self._course.files if path.split("/")[0] in OF_THE_COURSE and path not in self.used]

    def rewritten(self, text: str, page: str, lines: Sequence[Line], place: Place) -> str:
        """HTML or XML whose links lead somewhere; the others are told. `lines`: the source, to find a link's place."""

        def change(found: re.Match[str]) -> str:
            url = html.unescape(found["url"]).strip()
            new = self.led(url, page, lambda: place_of(url, lines, place))
            if new == url:
                return found[0]
            return f"{found['head']}{found['quote']}{html.escape(new)}{found['quote']}"

        return _ATTRIBUTE.sub(change, text) if "=" in text else text

    def led(self, url: str, page: str, where: Callable[[], Place]) -> str:
        """Where a link leads: `/static/…`, `/jump_to_id/…`, or as it is. `where` is asked when it leads nowhere."""

        def tell(code: str, template: str, /, **values: object) -> str:
            self.asked.in_vain = True
            place = where()
            if (place.path, place.line, url) not in self._told:  # once a line, by whatever way it was met
                self._told.add((place.path, place.line, url))
                self.say(code, template, place, severity="error", **values)
            return url

        if not url or _FOREIGN.match(url) or url.startswith(_OLX):
            return url
        path, _, anchor = url.partition("#")
        if not path:
            return self._to_block(anchor, url, tell)
        path, _, _query = path.partition("?")
        clean = unquote(path)
        joined = clean[1:] if clean.startswith("/") else posixpath.join(posixpath.dirname(page), clean)
        joined = posixpath.normpath(joined)
        if joined.startswith(".."):
            return tell("link-leaves-folder", N_("This link leaves the folder of the course. Put the file inside."))
        if joined.endswith(".md"):
            return self._to_page(joined, anchor, url, tell)
        if joined in self._course.files:
            self.used.add(joined)
            self.asked.files.add(joined)
            return f"/static/{quote(self._asset_name(joined))}" + (f"#{anchor}" if anchor else "")
        return self._say_missing(joined, clean, tell)

    def _to_block(self, name: str, url: str, tell: _Tell) -> str:
        if name in self._names:
            self.asked.blocks.add(name)
            return f"/jump_to_id/{self._original.get(name, name)}"
        if not name:
            return url
        meant = nearest(name, self._names)
        return tell(
            "dead-link",
            N_("There is no block “{name}” in this course. Did you mean “{meant}”?")
            if meant
            else N_("There is no block “{name}” in this course. Correct the link."),
            name=name,
            meant=meant,
        )

    def _to_page(self, path: str, anchor: str, url: str, tell: _Tell) -> str:
        unit = self._targets.get(path)
        if unit is not None:
            self.asked.pages[path] = unit
            return self._to_block(anchor, url, tell) if anchor else f"/jump_to_id/{self._original.get(unit, unit)}"
        meant = nearest(path, self._targets)
        return tell(
            "dead-link",
            N_("There is no unit {path}. Did you mean {meant}?")
            if meant
            else N_("There is no unit {path}. Correct the link."),
            path=path,
            meant=meant,
        )

    def _say_missing(self, path: str, written: str, tell: _Tell) -> str:
        folder = posixpath.dirname(path)
        beside = {posixpath.basename(one) for one in self._course.files if posixpath.dirname(one) == folder}
        meant = nearest(posixpath.basename(path), beside)
        return tell(
            "missing-file",
            N_("There is no file “{name}” here. “{meant}” is there: was it meant?")
            if meant
            else N_("There is no file “{name}” here. Put it there, or correct the link."),
            name=written,
            meant=meant,
        )


def place_of(url: str, lines: Sequence[Line], default: Place) -> Place:
    """Where a link is written: the parser of Markdown gives no columns, so its words are looked for."""
    for wanted in (url, unquote(url)):
        for line in lines:
            column = line.text.find(wanted)
            if column >= 0:
                return Place(line.place.path, line.place.line, line.place.column + column)
    return default
