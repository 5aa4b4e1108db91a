"""What course does this folder hold?

course.yaml and module.yaml say the order; pages that no list names are told. Nothing outside the folder is read: links
of the file system are refused, and names that begin with a dot are passed over.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cordee.core.errors import N_
from cordee.formats.archives.limits import ArchiveRefused
from cordee.formats.archives.names import is_litter, key_of
from cordee.formats.coursetext import yamls
from cordee.formats.coursetext.facts import (
    COURSE_FILE,
    HEADING_KEYS,
    MODULE_FILE,
    CourseFacts,
    ModuleFacts,
    SectionFacts,
)
from cordee.formats.coursetext.languages import is_known, meant_by
from cordee.formats.coursetext.lines import Page, read_page
from cordee.formats.coursetext.memory import Memory
from cordee.formats.coursetext.model import Place, Say
from cordee.formats.coursetext.names import LANGUAGE, STEM
from cordee.formats.coursetext.nearest import nearest
from cordee.formats.coursetext.settings import LANGUAGES_NOT_KEPT
from cordee.formats.coursetext.shapes import Located, read_record

MIB = 2**20
MOST_FILES = 20_000
SETTLED_NS = 2 * 10**9  # a file that was written since may have been written again within one tick of its clock
DEEPEST = 12
MOST_IN_DRAWER = 5 * MOST_FILES  # a block has up to two files in it, in each language
DEEPEST_IN_DRAWER = 64
MODULES, BANKS, PAGES, SHARED, DRAWER, ABOUT = "modules", "banks", "pages", "shared", "olx", "about"
TASKS = "tasks"
MOST_IN_TASK_FILE = 4 * MIB
NOT_OURS: Final = frozenset(("__pycache__", "node_modules", "Thumbs.db", "__MACOSX", "desktop.ini"))
READABLE: Final = (".md", ".yaml", ".yml")
_TOO_MANY_FILES = N_("The folder holds more than {limit} files. Take out what does not belong to the course.")
_SYMBOLIC_LINK = N_("“{name}” is a link of the file system, which a course may not hold. Put the file itself here.")
_BAD_FILE_NAME = N_("This name cannot be that of a file of a course. Change it.")
_PAGE = re.compile(rf"(?P<stem>{STEM.pattern})\.(?P<language>{LANGUAGE.pattern})\.md")


@dataclass(frozen=True, slots=True)
class FolderLimits:
    """What is taken at most, in bytes."""

    page_bytes: int = MIB
    file_bytes: int = 2_048 * MIB
    total_bytes: int = 20_480 * MIB


@dataclass(frozen=True, slots=True)
class PageText:
    """A page in its languages: a unit, a bank, an extra page, the catalogue page."""

    name: str  # of the unit: `id` of the reference's heading, else its stem
    stem: str
    place: Place  # in the list that names it
    pages: Mapping[str, Page]  # language -> page; the reference's first


@dataclass(frozen=True, slots=True)
class SectionText:
    facts: SectionFacts
    units: tuple[PageText, ...]


@dataclass(frozen=True, slots=True)
class ModuleText:
    name: str
    facts: ModuleFacts
    sections: tuple[SectionText, ...]
    place: Place  # of its name in course.yaml


@dataclass(frozen=True, slots=True)
class CourseText:
    """A folder as it was read. Paths are from its root, with `/`."""

    root: Path
    facts: CourseFacts
    modules: tuple[ModuleText, ...]
    banks: Mapping[str, PageText] = field(default_factory=dict)
    extra_pages: tuple[PageText, ...] = ()
    about: PageText | None = None
    texts: Mapping[str, str] = field(default_factory=dict)  # path -> text of every page and YAML file
    files: Mapping[str, int] = field(default_factory=dict)  # path -> bytes of every other file
    drawer: Mapping[str, int] = field(default_factory=dict)  # path -> bytes of every file of the folder olx
    # Path -> state of every file of the folder tasks: another state, another content. No learner is given one of them.
    tasks: Mapping[str, Hashable] = field(default_factory=dict)
    misread: frozenset[str] = frozenset()  # paths of texts in which a sign stands for bytes that are no text

    @property
    def reference(self) -> str:
        return self.facts.all_languages[0]

    @property
    def name(self) -> str:
        return self.facts.id.text if self.facts.id else self.root.resolve().name

    def units(self) -> Iterator[PageText]:
        for module in self.modules:
            for section in module.sections:
                yield from section.units

    def all_pages(self) -> Iterator[PageText]:
        """Units, then banks, extra pages and the catalogue page."""
        yield from self.units()
        yield from self.banks.values()
        yield from self.extra_pages
        if self.about is not None:
            yield self.about

    @property
    def left_alone(self) -> frozenset[str]:
        """Paths that no program may write: what was misread would be lost, and other languages go along with it."""
        found = set(self.misread)
        for text in self.all_pages():
            paths = {page.unit.path for page in text.pages.values()}
            if not paths.isdisjoint(self.misread):
                found |= paths
        return frozenset(found)


def is_course_folder(path: Path) -> bool:
    return path.is_dir()


def read_folder(
    root: Path,
    say: Say,
    limits: FolderLimits = FolderLimits(),
    *,
    memory: Memory | None = None,
    instead: Mapping[str, str] | None = None,
) -> CourseText | None:
    """The course of a folder. None, with a message, when it holds no course.yaml that can be read.

    `memory`: of an earlier reading, so that what is as it was is not read again. `instead`: path -> text that is read
    in place of what the folder holds there.
    """
    return _Folder(root, say, limits, memory or Memory(), instead or {}).read()


class _Folder:
    def __init__(self, root: Path, say: Say, limits: FolderLimits, memory: Memory, instead: Mapping[str, str]) -> None:
        self.root, self.say, self.limits, self.memory, self.instead = root, say, limits, memory, instead
        self.states: dict[str, tuple[int, int, int]] = {}
        self.texts: dict[str, str] = {}
        self.files: dict[str, int] = {}
        self.drawer: dict[str, int] = {}
        self.tasks: dict[str, Hashable] = {}
        self.misread: set[str] = set()
        self.settled = True  # every file of the drawer
        self.languages: tuple[str, ...] = ()
        self.total = 0  # bytes of all files
        self.module_names: set[str] = set()
        self.listed: set[str] = set()  # pages that some list names
        self.unread: set[str] = set()  # paths of files that are there and could not be read, which was told

    def read(self) -> CourseText | None:
        self._walk(self.root, "", 0, [0])
        self.texts |= self.instead
        self.memory.states = self.states
        self.memory.drawer = (
            *((path, self.states[path]) for path in self.drawer if path in self.states),
            *(() if self.settled else (time.time_ns(),)),
        )
        if COURSE_FILE in self.unread:
            return None
        if COURSE_FILE not in self.texts:
            self.say(
                "no-course-file",
                N_("This folder holds no course.yaml, so it is no course. Make one with: cordee course new NAME"),
                Place(COURSE_FILE),
            )
            return None
        node = self._yaml(COURSE_FILE)
        if not isinstance(node, yamls.Map):
            if node is not None:
                self.say("no-keys", N_("course.yaml wants keys with their values, one a line."), node.place)
            return None
        facts: CourseFacts = read_record(CourseFacts, node, self.say)
        self.languages = facts.all_languages
        self._say_unknown_languages(facts)
        self.module_names = {one.text for one in facts.modules}
        modules = tuple(module for one in facts.modules if (module := self._module(one)) is not None)
        self._say_unlisted_modules()
        course = CourseText(
            self.root,
            facts,
            modules,
            banks=dict(self._pages_of(BANKS)),
            extra_pages=tuple(page for one in facts.pages if (page := self._page(PAGES, one)) is not None),
            about=self._about(),
            texts=self.texts,
            files=self.files,
            drawer=self.drawer,
            tasks=self.tasks,
            misread=frozenset(self.misread - self.instead.keys()),
        )
        self._say_unlisted_pages()
        return course

    def _walk(self, folder: Path, prefix: str, depth: int, count: list[int]) -> None:
        if depth > DEEPEST:
            self.say("too-deep", N_("This folder lies too deep in others. Move it up."), Place(prefix.rstrip("/")))
            return
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda one: one.name)
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if path == DRAWER and entry.is_dir(follow_symlinks=False):
                self._walk_drawer(Path(entry.path), f"{DRAWER}/", 0)
                continue
            if entry.name.startswith(".") or entry.name in NOT_OURS or entry.name.endswith("~"):
                continue
            count[0] += 1
            if count[0] > MOST_FILES:
                if count[0] == MOST_FILES + 1:
                    self.say("too-many-files", _TOO_MANY_FILES, Place(path), limit=MOST_FILES)
                return
            if entry.is_symlink():
                self.say("symbolic-link", _SYMBOLIC_LINK, Place(path), name=entry.name)
            elif not entry.name.isprintable() or "\\" in entry.name:
                self.say("bad-file-name", _BAD_FILE_NAME, Place(path))
            elif entry.is_dir(follow_symlinks=False):
                self._walk(Path(entry.path), f"{path}/", depth + 1, count)
            elif entry.is_file(follow_symlinks=False):
                try:
                    self._take(Path(entry.path), path, entry.stat(follow_symlinks=False))
                except FileNotFoundError:
                    continue  # an editor took it away meanwhile

    def _walk_drawer(self, folder: Path, prefix: str, depth: int) -> None:
        """What came from Open edX lies there under its own names: they are those that an archive may have."""
        if depth > DEEPEST_IN_DRAWER:
            self.say("too-deep", N_("This folder lies too deep in others. Move it up."), Place(prefix.rstrip("/")))
            return
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda one: one.name)
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if is_litter(path):
                continue
            try:
                key_of(path)
            except ArchiveRefused:
                self.say("bad-file-name", _BAD_FILE_NAME, Place(path))
                continue
            if entry.is_symlink():
                self.say("symbolic-link", _SYMBOLIC_LINK, Place(path), name=entry.name)
            elif entry.is_dir(follow_symlinks=False):
                self._walk_drawer(Path(entry.path), f"{path}/", depth + 1)
            elif entry.is_file(follow_symlinks=False):
                if len(self.drawer) >= MOST_IN_DRAWER:
                    if len(self.drawer) == MOST_IN_DRAWER:
                        self.say("too-many-files", _TOO_MANY_FILES, Place(DRAWER), limit=MOST_IN_DRAWER)
                        self.drawer[path] = 0
                    return
                try:
                    self._take_into_drawer(path, entry.stat(follow_symlinks=False))
                except FileNotFoundError:
                    continue  # an editor took it away meanwhile

    def _take_into_drawer(self, path: str, found: os.stat_result) -> None:
        size = found.st_size
        self.states[path] = _state_of(found)
        self.settled = self.settled and _is_settled(found)
        if size > self.limits.file_bytes:
            self._say_too_large(path, self.limits.file_bytes)
        elif self._fits(path, size):
            self.drawer[path] = size

    def _fits(self, path: str, size: int) -> bool:
        """Is there room for one more file? The first that finds none is told."""
        self.total += size
        if self.total <= self.limits.total_bytes:
            return True
        if self.total - size <= self.limits.total_bytes:
            template = N_("The files of this folder are larger than {limit} MB together. Take out what is not needed.")
            self.say("folder-too-large", template, Place(path), limit=self.limits.total_bytes // MIB)
        return False

    def _take(self, file: Path, path: str, found: os.stat_result) -> None:
        size = found.st_size
        self.states[path] = state = _state_of(found)
        if not self._fits(path, size):
            return
        if path.startswith(f"{TASKS}/"):
            if size > MOST_IN_TASK_FILE:
                self._say_too_large(path, MOST_IN_TASK_FILE)
            else:
                self.tasks[path] = state if _is_settled(found) else (time.time_ns(), *state)
            return
        if not path.endswith(READABLE):
            if size > self.limits.file_bytes:
                self._say_too_large(path, self.limits.file_bytes)
                return
            self.files[path] = size
            return
        if size > self.limits.page_bytes:
            self._say_too_large(path, self.limits.page_bytes)
            return
        key = ("text", path, state)
        if not _is_settled(found):
            key = ("text", path, (time.time_ns(), size, found.st_ino))
        self.texts[path], is_whole = self.memory.said(key, self.say, lambda say: _text_of(file, path, say))
        if not is_whole:
            self.misread.add(path)

    def _say_too_large(self, path: str, limit: int) -> None:
        template = N_("This file is larger than {limit} MB. Make it smaller.")
        self.say("file-too-large", template, Place(path), limit=limit // MIB)
        self.unread.add(path)

    def _yaml(self, path: str) -> yamls.Node | None:
        text = self.texts[path]
        node = self.memory.said(("yaml", path, text), self.say, lambda say: yamls.read(text, path, say))
        if node is None and text.strip():
            self.unread.add(path)
        return node

    def _module(self, named: Located) -> ModuleText | None:
        path = f"{MODULES}/{named.text}/{MODULE_FILE}"
        if path in self.unread:
            return None
        if path not in self.texts:
            there = {one.split("/")[1] for one in (*self.texts, *self.files) if one.startswith(f"{MODULES}/")}
            meant = nearest(named.text, there - {named.text})
            self.say(
                "no-module",
                N_("There is no file {path}. Did you mean the module “{meant}”?")
                if meant
                else N_("There is no file {path}. Write it, or take the module out of the list."),
                named.place,
                path=path,
                meant=meant,
            )
            return None
        node = self._yaml(path)
        if not isinstance(node, yamls.Map):
            if node is not None or not self.texts[path].strip():
                self.say("no-keys", N_("module.yaml wants keys with their values, one a line."), Place(path))
            return None
        facts: ModuleFacts = read_record(ModuleFacts, node, self.say)
        sections = tuple(
            SectionText(
                section,
                tuple(
                    found
                    for unit in section.units
                    if (found := self._page(f"{MODULES}/{named.text}", unit)) is not None
                ),
            )
            for section in facts.sections
        )
        return ModuleText(named.text, facts, sections, named.place)

    def _page(self, folder: str, named: Located) -> PageText | None:
        """A page in its languages; None, with a message, when there is none in the reference language."""
        reference = self.languages[0]
        path = f"{folder}/{named.text}.{reference}.md"
        if path in self.unread:
            self.listed |= {f"{folder}/{named.text}.{language}.md" for language in self.languages}
            return None
        if path not in self.texts:
            self._say_no_page(folder, named, reference)
            return None
        if path in self.listed:
            self.say(
                "listed-twice",
                N_("“{name}” is listed twice. A page stands in one place: take one of the two out."),
                named.place,
                name=named.text,
            )
            return None
        return self._read(folder, named.text, named.place)

    def _say_no_page(self, folder: str, named: Located, reference: str) -> None:
        there = {
            found["stem"]
            for path in self.texts
            if path.startswith(f"{folder}/")
            and (found := _PAGE.fullmatch(path[len(folder) + 1 :]))
            and found["language"] == reference
        }
        meant = nearest(named.text, there - {named.text})
        if meant:
            template = N_("The unit “{name}” has no page {file}. “{there}” is there: did you mean {meant}?")
        else:
            template = N_("The unit “{name}” has no page {file}. Write it, or take the unit out of the list.")
        self.say(
            "no-page",
            template,
            named.place,
            name=named.text,
            file=f"{named.text}.{reference}.md",
            there=f"{meant}.{reference}.md",
            meant=meant,
        )

    def _read(self, folder: str, stem: str, place: Place) -> PageText:
        pages: dict[str, Page] = {}
        prefix = f"{folder}/" if folder else ""
        name = stem
        for language in self.languages:
            path = f"{prefix}{stem}.{language}.md"
            if path not in self.texts:
                continue
            self.listed.add(path)
            is_reference = language == self.languages[0]
            page = self._read_page(path, name, language, is_reference=is_reference)
            name = page.unit.name if is_reference else name
            pages[language] = page
        return PageText(name, stem, place, pages)

    def _read_page(self, path: str, name: str, language: str, *, is_reference: bool) -> Page:
        text = self.texts[path]

        def read(say: Say) -> Page:
            page = read_page(text, path=path, name=name, language=language, say=say)
            check_heading(page, say, is_reference=is_reference)
            return page

        return self.memory.said(("page", path, name, language, is_reference, text), self.say, read)

    def _pages_of(self, folder: str) -> Iterable[tuple[str, PageText]]:
        """Every page of a folder that needs no list, by its stem."""
        for path in sorted(self.texts):
            found = _PAGE.fullmatch(path.removeprefix(f"{folder}/")) if path.startswith(f"{folder}/") else None
            if found and found["language"] == self.languages[0]:
                yield found["stem"], self._read(folder, found["stem"], Place(path))

    def _about(self) -> PageText | None:
        path = f"{ABOUT}.{self.languages[0]}.md"
        return self._read("", ABOUT, Place(path)) if path in self.texts else None

    def _say_unknown_languages(self, facts: CourseFacts) -> None:
        for one in facts.languages:
            if not is_known(one.text):
                better = meant_by(one.text)
                self.say(
                    "unknown-language",
                    N_("“{name}” is the code of no language. Did you mean “{meant}”?")
                    if better
                    else N_("“{name}” is the code of no language. Write one of ISO 639, such as fr or en."),
                    one.place,
                    severity="warning",
                    name=one.text,
                    meant=better,
                )

    def _say_unlisted_modules(self) -> None:
        names = self.module_names
        for path in sorted(self.texts):
            parts = path.split("/")
            if len(parts) == 3 and parts[0] == MODULES and parts[2] == MODULE_FILE and parts[1] not in names:  # noqa: PLR2004 - modules/X/module.yaml
                self.say(
                    "unlisted-module",
                    N_("Nobody can reach the module “{name}”: no list names it. Add it to `modules` of course.yaml."),
                    Place(path),
                    severity="warning",
                    name=parts[1],
                )

    def _is_in_lost_module(self, folder: str) -> bool:
        """Of a module that no list names, or whose list cannot be read, it is told once."""
        name = folder.removeprefix(f"{MODULES}/")
        return folder != name and (name not in self.module_names or f"{folder}/{MODULE_FILE}" in self.unread)

    def _say_unlisted_pages(self) -> None:
        known = {(path.rpartition("/")[0], _stem(path)) for path in self.listed}
        for path in sorted(self.texts):
            folder, _, file = path.rpartition("/")
            if not path.endswith(".md") or path in self.listed or folder.split("/")[0] not in ("", *_LISTED):
                continue
            found = _PAGE.fullmatch(file)
            if found is None:
                if folder:
                    self.say(
                        "bad-page-name",
                        N_(
                            "A page is called name.language.md, in small letters, such as trame.fr.md. Change its name."
                        ),
                        Place(path),
                    )
            elif (folder, found["stem"]) in known and found["language"] not in self.languages:
                self.say(
                    "undeclared-language",
                    N_("This page is in the language “{language}”, which `languages` of course.yaml does not name."),
                    Place(path),
                    severity="warning",
                    language=found["language"],
                )
            elif folder and not self._is_in_lost_module(folder):
                self.say(
                    "unlisted-page",
                    N_("Nobody can reach this page: no list names it. Add “{name}” to a section of module.yaml.")
                    if folder.startswith(MODULES)
                    else N_("Nobody can reach this page: no list names “{name}”."),
                    Place(path),
                    severity="warning",
                    name=found["stem"],
                )


_LISTED: Final = (MODULES, BANKS, PAGES)


def _state_of(found: os.stat_result) -> tuple[int, int, int]:
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _is_settled(found: os.stat_result) -> bool:
    """Whether another content would show in its state; otherwise it may have been written again within one tick."""
    return time.time_ns() - found.st_mtime_ns >= SETTLED_NS


def _text_of(file: Path, path: str, say: Say) -> tuple[str, bool]:
    """The text of a file, and whether it is all of it: what cannot be in one is said, and a sign stands for it."""
    data = file.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        say(
            "not-utf-8",
            N_("This file is not UTF-8. Save it as UTF-8 in your editor."),
            Place(path, line, max(1, column)),
        )
        return data.decode("utf-8", "replace"), False
    if "\0" in text:
        say("not-text", N_("This file holds signs that are no text. Write it again."), Place(path))
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}"), False
    return text, True


def _stem(path: str) -> str:
    return path.rpartition("/")[2].split(".")[0]


def check_heading(page: Page, say: Say, *, is_reference: bool) -> None:
    """Says which keys of a heading block are not understood."""
    node = yamls.read("\n".join(page.heading_lines), page.unit.path, lambda *_args, **_values: None, first_line=2)
    if not isinstance(node, yamls.Map):
        return
    known = [name for name in HEADING_KEYS if name != "of" or not is_reference]
    for key, value in node:
        if key.text not in known:
            meant = nearest(key.text, known)
            say(
                "unknown-key",
                N_("There is no key “{name}” here. Did you mean “{meant}”?")
                if meant
                else N_("There is no key “{name}” here. Write one of these: {known}."),
                key.place,
                name=key.text,
                meant=meant,
                known=", ".join(name for name in known if name != "languages"),
            )
        elif not isinstance(value, yamls.Scalar) or not value.is_null:
            HEADING_KEYS[key.text].read(value, key.text, say)
            if key.text == "languages":
                say("languages-not-kept", LANGUAGES_NOT_KEPT, key.place, severity="warning")
