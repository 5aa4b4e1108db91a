"""What would a learner see of a folder as it is written now? For its author alone: nothing is stored or published.

A text that is being written has errors most of the time. What they are in is shown as it was when it last had none,
and all else as it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cordee.core.errors import N_, InputRefused
from cordee.core.file_types import HEAD_BYTES, content_type_of
from cordee.courses.checks.checking import look_at, material_of
from cordee.courses.checks.material import RunFacts
from cordee.courses.checks.model import Finding
from cordee.courses.checks.setting_aside import Left, parted
from cordee.courses.compiling import Compiled, compile_course
from cordee.courses.opening import RunOptions, lowest_cutoff
from cordee.courses.outlines import Module, Outline, Section
from cordee.courses.text.compiling import Bare, compile_draft
from cordee.courses.text.files import FolderFiles
from cordee.courses.text.run_dates import dates_of_run
from cordee.formats.coursetext.facts import COURSE_FILE
from cordee.formats.coursetext.folder import CourseText, FolderLimits, read_folder
from cordee.formats.coursetext.memory import Memory
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Message, Place
from cordee.formats.olx.model import Block, OlxCourse

logger = logging.getLogger("cordee.web")

Files = Mapping[str, Mapping[str, tuple[str, str]]]  # language -> name -> (what names its content, content type)
Where = Path | bytes  # a file of the folder, or what was made from one


@dataclass(frozen=True, slots=True)
class Draft:
    """A state of the folder; `compiled` is None as long as nothing of it could be read."""

    messages: tuple[Message, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    course: CourseText | None = None
    compiled: Compiled | None = None
    outline: Outline | None = None  # as if everything were open
    files: Files = field(default_factory=dict)
    sources: Mapping[str, Where] = field(default_factory=dict)  # by what names the content
    kept: frozenset[str] = frozenset()  # paths of units that are shown as they were without errors
    left_out: frozenset[str] = frozenset()  # paths of units that cannot be shown yet
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    pass_mark: float = 0.0
    asset_names: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by language

    @property
    def errors(self) -> tuple[Message, ...]:
        return tuple(one for one in self.messages if one.severity == "error")

    @property
    def warnings(self) -> tuple[Message, ...]:
        return tuple(one for one in self.messages if one.severity == "warning")

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups of course.yaml, for some of which some of it is."""
        return tuple(self.course.facts.groups) if self.course else ()

    def findings(self, now: dt.datetime) -> tuple[tuple[Finding, ...], Left]:
        """What should be mended before a session of it opens, as `cordee course check` finds it; what is set aside."""
        if self.compiled is None or self.opens_at is None:
            return (), ()
        names = {language: set(found) for language, found in self.asset_names.items()}
        material = material_of(self.compiled, names)
        found = look_at(material, RunFacts(self.opens_at, self.closes_at, self.pass_mark, now))
        return parted(found, self.compiled.outline)


@dataclass(frozen=True, slots=True)
class _Sound:
    """A unit as it was when it last had no errors."""

    blocks: tuple[Block, ...]  # one a language
    digests: Mapping[tuple[str, str], str]  # of what it holds, as `Bare` has them


class Drafts:
    """The states of one folder, one after the other. Only what changed since the last one is worked out."""

    def __init__(self, root: Path, limits: FolderLimits = FolderLimits()) -> None:  # noqa: B008 - frozen
        self.root, self.limits = root, limits
        self.last = Draft()
        self._memory = Memory()
        self._sound: dict[str, str] = {}  # path -> text in which nothing was wrong, of all but the pages of units
        self._units: dict[str, _Sound] = {}  # by the path of the reference

    def draw(self, now: dt.datetime) -> Draft:
        """The present state. Never raises on what an author wrote, nor where the folder has gone: it says it."""
        self._memory.begin()
        try:
            self.last = self._drawn(now)
        except OSError as error:
            self.last = replace(self.last, messages=(_of_the_folder(error, self.root),))
        except InputRefused as refused:
            told = Message("not-compiled", refused.template, Place(COURSE_FILE), refused.values)
            self.last = replace(self.last, messages=(told,))
        except Exception:  # the author goes on writing, and sees what was there before
            logger.exception("the course text in %s could not be read", self.root)
            self.last = replace(self.last, messages=(Message("defect", _DEFECT, Place(COURSE_FILE)),))
        return self.last

    def _drawn(self, now: dt.datetime) -> Draft:
        say = Messages()
        course, bare = self._read(say, {}, now)
        texts = course.texts if course else {COURSE_FILE: _text(self.root / COURSE_FILE)}
        instead = self._instead(say.errors, texts, course)
        if instead:
            again = Messages()
            sound, sound_bare = self._read(again, instead, now)
            if sound is not None:
                course, bare = sound, sound_bare
                for message in again.all:
                    if message.place.path not in instead:
                        say.add(message)
        if course is None or bare is None:
            return replace(self.last, messages=say.all, texts=texts)
        wrong = {message.place.path for message in say.errors}
        self._sound |= {path: text for path, text in course.texts.items() if path not in wrong}
        mended, kept, left_out = self._mended(course, bare, wrong)
        courses = mended.merged().courses
        compiled = compile_course(courses, archives=[FolderFiles(self.root)] * len(courses), memory=self._memory)
        first_day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        opens_at, closes_at = dates_of_run(course, RunOptions(opens_at=first_day), now)
        files, sources = self._files(compiled, courses)
        named = zip(compiled.outline.languages, courses, strict=True)
        return Draft(
            messages=say.all,
            texts={**course.texts, **texts},
            course=course,
            compiled=compiled,
            outline=_all_open(compiled.outline, now),
            files=files,
            sources=sources,
            kept=kept,
            left_out=left_out,
            opens_at=opens_at,
            closes_at=closes_at if closes_at is None or closes_at > now else None,
            pass_mark=lowest_cutoff(compiled.outline),
            asset_names={language: frozenset(one.assets) for language, one in named},
        )

    def _read(
        self, say: Messages, instead: Mapping[str, str], now: dt.datetime
    ) -> tuple[CourseText | None, Bare | None]:
        course = read_folder(self.root, say, self.limits, memory=self._memory, instead=instead)
        return course, compile_draft(course, say, now=now, memory=self._memory) if course else None

    def _instead(
        self, errors: Iterable[Message], texts: Mapping[str, str], course: CourseText | None
    ) -> dict[str, str]:
        """What is read in place of texts with errors: as they were without. Of units it is done later, by unit."""
        units = {page.unit.path for text in course.units() for page in text.pages.values()} if course else set()
        found = {}
        for path in {message.place.path for message in errors} - units:
            sound = self._sound.get(path)
            if sound is not None and path in texts and sound != texts[path]:
                found[path] = sound
        return found

    def _mended(self, course: CourseText, bare: Bare, wrong: set[str]) -> tuple[Bare, frozenset[str], frozenset[str]]:
        """The courses with each unit that has errors as it was without; empty where it never was."""
        kept, left_out = set(), set()
        units: dict[tuple[int, int, int], tuple[Block, ...]] = {}
        digests = dict(bare.digests)
        for m, module in enumerate(course.modules):
            for s, section in enumerate(module.sections):
                for u, text in enumerate(section.units):
                    at = (m, s, u)
                    now = tuple(one.root.children[m].children[s].children[u] for one in bare.courses.values())
                    path = text.pages[course.reference].unit.path
                    if not any(page.unit.path in wrong for page in text.pages.values()):
                        self._units[path] = _Sound(now, _digests_in(now, bare))
                        continue
                    known = self._units.get(path)
                    if known is not None and len(known.blocks) == len(now):
                        units[at] = tuple(replace(old, id=new.id) for old, new in zip(known.blocks, now, strict=True))
                        digests |= known.digests
                        kept.add(path)
                    else:
                        units[at] = tuple(replace(block, children=()) for block in now)
                        left_out.add(path)
        if not units:
            return bare, frozenset(), frozenset()
        courses = {language: _with_units(one, rank, units) for rank, (language, one) in enumerate(bare.courses.items())}
        return replace(bare, courses=courses, digests=digests), frozenset(kept), frozenset(left_out)

    def _files(self, compiled: Compiled, courses: Sequence[OlxCourse]) -> tuple[Files, Mapping[str, Where]]:
        """A file is named by its path and its state: none is read for that, however large it is."""
        files: dict[str, dict[str, tuple[str, str]]] = {}
        sources: dict[str, Where] = {}
        for language, course in zip(compiled.outline.languages, courses, strict=True):
            mine = files.setdefault(language, {})
            for asset in course.assets.values():
                state = self._memory.states.get(asset.member)
                name, content_type = self._memory.of(
                    ("file", asset.name, asset.member, state), _named(self.root, asset.name, asset.member, state)
                )
                mine[asset.name] = (name, content_type)
                sources[name] = self.root / asset.member
            for file_name, data in compiled.found_files.get(language, {}).items():
                name = hashlib.sha256(data).hexdigest()
                mine[file_name] = (name, content_type_of(file_name, data[:HEAD_BYTES]))
                sources[name] = data
        return files, sources


_DEFECT = N_(
    "What is written now could not be read, by a fault of Cordée; the terminal says more. The state before is shown."
)


def _named(root: Path, name: str, member: str, state: Hashable) -> Callable[[], tuple[str, str]]:
    def look() -> tuple[str, str]:
        try:
            with (root / member).open("rb") as file:
                head = file.read(HEAD_BYTES)
        except OSError:
            head = b""
        return hashlib.sha256(f"{member}\0{state}".encode()).hexdigest(), content_type_of(name, head)

    return look


def _digests_in(blocks: Iterable[Block], bare: Bare) -> dict[tuple[str, str], str]:
    """Of what these blocks of the languages hold."""
    named = ((language, one.id) for language, block in zip(bare.courses, blocks, strict=True) for one in block.walk())
    return {key: bare.digests[key] for key in named if key in bare.digests}


def _with_units(course: OlxCourse, rank: int, units: Mapping[tuple[int, int, int], tuple[Block, ...]]) -> OlxCourse:
    modules = tuple(
        replace(
            module,
            children=tuple(
                replace(
                    section,
                    children=tuple(
                        units[m, s, u][rank] if (m, s, u) in units else unit for u, unit in enumerate(section.children)
                    ),
                )
                for s, section in enumerate(module.children)
            ),
        )
        for m, module in enumerate(course.root.children)
    )
    return replace(course, root=replace(course.root, children=modules))


def _all_open(outline: Outline, now: dt.datetime) -> Outline:
    """The outline without what would close something today: dates, what comes first, and limits of time."""
    return replace(outline, modules=tuple(_open_module(module, now) for module in outline.modules))


def _open_module(module: Module, now: dt.datetime) -> Module:
    sections = tuple(_open_section(section, now) for section in module.sections)
    return replace(module, opens_at=None, opens_after="", sections=sections)


def _open_section(section: Section, now: dt.datetime) -> Section:
    due_at, closes_at = (None if one is None or one <= now else one for one in (section.due_at, section.closes_at))
    opened = replace(section, opens_at=None, opens_after="", first=(), limit_min=0.0)
    return replace(opened, due_at=due_at, closes_at=closes_at)


def _of_the_folder(error: OSError, root: Path) -> Message:
    if not root.is_dir():
        template = N_("The folder {folder} is no longer there. Put it back, and the preview goes on.")
        return Message("folder-gone", template, Place(COURSE_FILE), {"folder": root})
    template = N_("{path} cannot be read: {why}. Look at its rights.")
    return Message("unreadable", template, Place(COURSE_FILE), {"path": error.filename or root, "why": error.strerror})


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
