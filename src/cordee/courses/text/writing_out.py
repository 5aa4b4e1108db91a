"""How does a course that came from Open edX become a folder of course text, and is nothing of it lost?

The folder is written, read and compiled as any other. What cannot be read so is written word by word in the next round;
then the drawer is added, and the folder with it is compared with the course that it came from.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from cordee.core import clock
from cordee.core.errors import N_, InputRefused
from cordee.courses.text.compiling import Bare, compile_bare
from cordee.courses.text.drawer import BESIDE, FORMAT, MAP, merged, read_drawer, said_of
from cordee.courses.text.laying_out import Plan, UnitPlan, plan_of
from cordee.courses.text.planning import NO_PLACE, TOO_LARGE, Planned
from cordee.formats.archives.names import is_litter
from cordee.formats.coursetext.canonical import body_of
from cordee.formats.coursetext.facts import COURSE_FILE
from cordee.formats.coursetext.folder import DRAWER, PAGES, CourseText, FolderLimits, read_folder
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Part, Prose, TextBlock, Verbatim
from cordee.formats.coursetext.once import once
from cordee.formats.olx.assets import STATIC
from cordee.formats.olx.model import Asset, Block, OlxCourse
from cordee.formats.olx.writing.course import members

ROUNDS: Final = 12  # of writing: each takes what could not be read word by word
Open = Callable[[str, Asset], Iterator[bytes]]  # language, file -> its bytes in pieces


@dataclass(frozen=True, slots=True)
class Verbatims:
    """So many blocks of one tag are written word by word. `why`: a template, the end of a sentence on them."""

    tag: str
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """What was written. `other`: what of the course would come back otherwise; nothing, as far as is known.

    `as_it_was`: the bytes of the text that a version was published from.
    """

    pages: int
    files: int
    blocks: int  # leaves of the course, in one language
    verbatim: tuple[Verbatims, ...] = ()
    other: tuple[str, ...] = ()
    as_it_was: bool = False


def write_out(
    folder: Path,
    courses: Mapping[str, OlxCourse],
    opened: Open,
    may_move: Callable[[str], bool],
    limits: FolderLimits = FolderLimits(),  # noqa: B008 - frozen
) -> WrittenOut:
    """Write a course text into an empty folder. `may_move`: whether a file is the same one in every language.

    Raises InputRefused where it cannot be written so that it would be read again.
    """
    with once():
        return _Writing(folder, courses, opened, may_move, limits).done()


class _Writing:
    def __init__(
        self,
        folder: Path,
        courses: Mapping[str, OlxCourse],
        opened: Open,
        may_move: Callable[[str], bool],
        limits: FolderLimits,
    ) -> None:
        self.folder, self.courses, self.opened, self.limits = folder, courses, opened, limits
        self.reference = next(iter(courses))
        self.plan: Plan = plan_of(courses, may_move)
        self.drawer: dict[str, int] = {}  # path -> bytes
        self.left_out = False  # a page beside the units, in this round

    def done(self) -> WrittenOut:
        for path, name in self.plan.files.items():
            language = self.plan.owners.get(path, self.reference)
            self._copy(path, language, self.courses[language].assets[name])
        for path, text in self.plan.texts.items():
            self._write(path, text.encode())
        for unit in self.plan.units:
            self._write_unit(unit)
        course, bare = self._until_read()
        self._write_drawer(course, bare)
        other = self._other(course, bare)
        files = sum(1 for path in self.folder.rglob("*") if path.is_file())
        leaves = [one for unit in self.plan.units for top in unit.planned for one in top.walk() if one.inside is None]
        counted = Counter((next(iter(one.blocks.values())).tag, one.why) for one in leaves if one.form != "text")
        verbatim = tuple(Verbatims(tag, why, count) for (tag, why), count in sorted(counted.items()))
        return WrittenOut(len(course.texts), files - len(course.texts), len(leaves), verbatim, other)

    # The text

    def _write_unit(self, unit: UnitPlan) -> None:
        """Its pages. What makes one larger than a page may be lies in the drawer alone, the largest block first."""
        pages = {path: text.encode() for path, text in self.plan.pages(unit).items()}
        while any(len(data) > self.limits.page_bytes for data in pages.values()):
            left = [one for one in unit.planned if one.form != "stub"]
            if not left:
                break
            largest = max(left, key=lambda one: sum(len(block.content) for block in _all_of(one)))
            largest.form, largest.why = "stub", TOO_LARGE
            pages = {path: text.encode() for path, text in self.plan.pages(unit).items()}
        for path, data in pages.items():
            self._write(path, data)

    def _until_read(self) -> tuple[CourseText, Bare]:
        """The folder as it is read again. What could not be read is written word by word, and tried again."""
        for _round in range(ROUNDS):
            say, self.left_out = Messages(), False
            course = read_folder(self.folder, say, self.limits)
            if course is None:
                raise self._refused(say)
            changed = self._mend_shapes(course)
            if not changed:
                bare = compile_bare(
                    course, say, now=clock.now(), names_of_files=self.plan.files, original=self.plan.original
                )
                changed = self._mend_errors(course, say) or self._mend_silent(course, bare)
                if not changed and not self.left_out:
                    if say.errors:
                        raise self._refused(say)
                    return course, bare
            for unit in changed:
                self._write_unit(unit)
        raise self._refused(say)

    @staticmethod
    def _refused(say: Messages) -> InputRefused:
        first = say.errors[0] if say.errors else None
        return InputRefused(
            N_("This course cannot be written as text: {place}: {reason} Keep it as a file of Open edX."),
            place=first.place if first else "",
            reason=first or "",
        )

    def _mend_shapes(self, course: CourseText) -> list[UnitPlan]:
        """Units of which a page is not read as the blocks that were written."""
        read = {page.unit.path: page.unit.parts for text in course.units() for page in text.pages.values()}
        changed = []
        for unit in self.plan.units:
            for language in self.courses:
                parts = read.get(f"{unit.path}.{language}.md")
                if parts is None:
                    continue
                wrong = _first_other(unit.planned, self.plan.parts(unit, language), parts)
                if wrong is not None:
                    _word_by_word(wrong)
                    changed.append(unit)
                    break
        return changed

    def _mend_errors(self, course: CourseText, say: Messages) -> list[UnitPlan]:
        """Units that hold a block about which an error was told."""
        units = {f"{unit.path}.{language}.md": unit for unit in self.plan.units for language in self.courses}
        parts = {page.unit.path: page.unit.parts for text in course.units() for page in text.pages.values()}
        changed: dict[int, UnitPlan] = {}
        done: set[int] = set()
        for message in say.errors:
            unit = units.get(message.place.path)
            if unit is None:
                self._leave_out(message.place.path)
                continue
            found = _at(unit.planned, parts[message.place.path], message.place.line)
            if found is not None and id(found) not in done:
                done.add(id(found))
                _word_by_word(found)
                changed[id(unit)] = unit
        return list(changed.values())

    def _mend_silent(self, course: CourseText, bare: Bare) -> list[UnitPlan]:
        """Units that hold a bare text which says nothing to learners, so that it becomes no block."""
        made = {block.id for block in bare.courses[self.reference].root.walk()}
        pages = {page.unit.path: page.unit for text in course.units() for page in text.pages.values()}
        changed = []
        for unit in self.plan.units:
            read = pages[f"{unit.path}.{self.reference}.md"]
            silent = [
                one for one, _part, name in _in_order(unit.planned, read.parts) if one.is_prose and name not in made
            ]
            for one in silent:
                one.is_prose = False
            changed += [unit] if silent else []
        return changed

    def _leave_out(self, path: str) -> None:
        """A page that is no unit and cannot be read: the drawer alone keeps it."""
        stem = path.partition(".")[0]
        for one in [one for one in self.plan.texts if one.endswith(".md") and one.partition(".")[0] == stem]:
            self.left_out = True
            del self.plan.texts[one]
            (self.folder / one).unlink()
        if stem.startswith(f"{PAGES}/"):
            self.plan.take_page_out(posixpath.basename(stem))
            self._write(COURSE_FILE, self.plan.texts[COURSE_FILE].encode())

    # The drawer

    def _write_drawer(self, course: CourseText, bare: Bare) -> None:
        shared, owners = set(self.plan.files.values()), self.plan.owners
        placed: dict[str, dict[str, Any]] = {
            path: {"name": name, "languages": [owners[path]] if path in owners else list(self.courses)}
            for path, name in self.plan.files.items()
        }
        for language, one in self.courses.items():
            texts, assets = members(one)
            for path, data in texts.items():
                self._write(_in_drawer(language, path), data)
            for path, asset in assets.items():
                if path == f"{STATIC}{asset.name}" and asset.name in shared and not asset.path:
                    continue
                self._copy(_in_drawer(language, path), language, asset)
        names, prose = self._map(course, bare)
        said = {language: said_of(one) for language, one in bare.courses.items()}
        there = sorted(
            path for path in self.drawer if path != MAP and not is_litter(path)
        )  # so that what goes is missed
        told = {"format": FORMAT, "courses": said, "files": placed, "members": there, "names": names, "prose": prose}
        self._write(MAP, (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())

    def _map(self, course: CourseText, bare: Bare) -> tuple[dict[str, Any], dict[str, Any]]:
        """What of the text stands for which block, and how it was."""
        leaves = {
            one.name for unit in self.plan.units for top in unit.planned for one in top.walk() if one.form != "text"
        }
        found = {one: dict(_named(made.root, leaves)) for one, made in bare.courses.items()}
        names = {name: self._entry(key, name, found) for name, key in self.plan.keys.items()}
        prose: dict[str, Any] = {}
        pages = {page.unit.path: page.unit for text in course.units() for page in text.pages.values()}
        for unit in self.plan.units:
            read = pages[f"{unit.path}.{self.reference}.md"]
            for planned, part, name in _in_order(unit.planned, read.parts):
                is_leaf = planned.inside is None or planned.form != "text"
                digests = {one: bare.digests[one, part.name] for one in self.courses} if is_leaf else {}
                entry = self._entry(planned.key, name, found) | ({"text": digests} if is_leaf else {})
                tests = list(_tests(bare.courses[self.reference].root, name)) if planned.kind == "group" else []
                entry |= {"tests": tests} if tests else {}
                if planned.is_prose and planned.form == "text":
                    prose.setdefault(unit.name, []).append({**entry, "at": name})
                else:
                    names[name] = entry
        return names, prose

    @staticmethod
    def _entry(key: str, name: str, found: Mapping[str, Mapping[str, Block]]) -> dict[str, Any]:
        if not key:
            return {}
        blocks = {language: known[name] for language, known in found.items()}
        said = {language: dict(block.attributes) for language, block in blocks.items()}
        return {"block": key, "tag": next(iter(blocks.values())).tag, "said": said}

    def _other(self, course: CourseText, bare: Bare) -> tuple[str, ...]:
        """What of the course would come back otherwise."""
        say = Messages()
        drawer = read_drawer(replace(course, drawer=self.drawer), say)
        if drawer is None or say.errors:
            raise self._refused(say)
        again = merged(drawer, bare.courses, bare.digests)
        return again.rewritten + tuple(
            other
            for one, found in zip(self.courses.values(), again.courses, strict=True)
            for other in others_in(one, found)
        )

    # Files

    def _write(self, path: str, data: bytes) -> None:
        inside(self.folder, path).write_bytes(data)
        if path.startswith(f"{DRAWER}/"):
            self.drawer[path] = len(data)

    def _copy(self, path: str, language: str, asset: Asset) -> None:
        with inside(self.folder, path).open("wb") as copy:
            copy.writelines(self.opened(language, asset))
            if path.startswith(f"{DRAWER}/"):
                self.drawer[path] = copy.tell()


def inside(folder: Path, path: str) -> Path:
    """Where a file goes: its folders are made. Raises InputRefused for a path that leads out."""
    pure = PurePosixPath(path)
    if not pure.parts or pure.is_absolute() or ".." in pure.parts:
        raise InputRefused(N_("“{path}” leads out of the folder."), path=path)
    place = folder / pure
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _in_drawer(language: str, path: str) -> str:
    """Where a file of an export lies; what was outside of the course's own folder lies beside it here too."""
    return f"{DRAWER}/{BESIDE}{language}/{path[1:]}" if path.startswith("/") else f"{DRAWER}/{language}/{path}"


def _all_of(planned: Planned) -> Iterator[Block]:
    for block in planned.blocks.values():
        yield from block.walk()


def _word_by_word(planned: Planned) -> None:
    planned.form = "stub" if planned.form != "text" else "olx"
    planned.why = planned.why or NO_PLACE


def _first_other(planned: list[Planned], written: tuple[Part, ...], parts: tuple[Part, ...]) -> Planned | None:
    """The first block that is not read as it was written."""
    for one, wanted, part in zip(planned, written, parts, strict=False):
        match wanted, part:
            case Prose(), Prose():
                is_same = body_of(wanted) == body_of(part)
            case Verbatim(), Verbatim():
                is_same = wanted.name == part.name
            case TextBlock(), TextBlock():
                is_same = _opening(wanted) == _opening(part) and (
                    one.inside is not None or body_of(wanted) == body_of(part)
                )
                if is_same and one.inside is not None:
                    inner = _first_other(one.inside, wanted.parts, part.parts)
                    if inner is not None:
                        return inner
            case _:
                is_same = False
        if not is_same:
            return one
    if len(planned) == len(parts):
        return None
    return planned[min(len(parts), len(planned)) - 1] if planned else None


def _opening(block: TextBlock) -> tuple[str, str, list[tuple[str, str]]]:
    return block.kind, block.name, sorted((one.name, one.value) for one in block.settings)


def _at(planned: list[Planned], parts: tuple[Part, ...], line: int) -> Planned | None:
    """The innermost block that stands at a line; what is word by word already gives way to what holds it."""
    found: Planned | None = None
    for one, part in zip(planned, parts, strict=False):
        start = part.lines[0].place.line if isinstance(part, Prose) else part.place.line
        if start > line:
            break
        found = one
        if one.form == "text" and one.inside is not None and isinstance(part, TextBlock):
            inner = _at(one.inside, part.parts, line)
            found = inner if inner is not None and inner.form != "stub" else one
        if found is not None and found.form == "stub":
            found = None
    return found


def _in_order(planned: list[Planned], parts: tuple[Part, ...], before: str = "") -> Iterator[tuple[Planned, Part, str]]:
    """Each block with what was read of it and the name of what it becomes: a branch is called by its experiment."""
    for one, part in zip(planned, parts, strict=True):
        yield one, part, f"{before}{part.name}"
        if one.form == "text" and one.inside is not None and isinstance(part, TextBlock):
            yield from _in_order(one.inside, part.parts, f"{part.name}." if part.kind == "experiment" else "")


def _named(block: Block, leaves: set[str]) -> Iterator[tuple[str, Block]]:
    """Blocks by their names, but for those inside an element that is written word by word."""
    for child in block.children:
        yield child.id, child
        if child.id not in leaves:
            yield from _named(child, leaves)


def _tests(root: Block, name: str) -> Iterator[dict[str, str]]:
    """The conditions around a group, the outermost first."""
    for block in root.walk():
        if block.tag == "conditional" and re.fullmatch(rf"{re.escape(name)}\.if(-\d+)?", block.id):
            yield dict(block.attributes)


def others_in(kept: OlxCourse, again: OlxCourse) -> Iterator[str]:
    """What two courses say otherwise: names of blocks, else what it is of the course."""
    mine, theirs = list(kept.root.walk())[1:], list(again.root.walk())[1:]
    if [(one.tag, one.id) for one in mine] != [(one.tag, one.id) for one in theirs]:
        yield "course"
    else:
        for one, other in zip(mine, theirs, strict=True):
            if (dict(one.attributes), one.content, one.extra) != (dict(other.attributes), other.content, other.extra):
                yield one.id
    pairs: list[tuple[str, object, object]] = [
        ("policy", dict(kept.policy), dict(again.policy)),
        ("policies", dict(kept.policies), dict(again.policies)),
        ("grading", kept.grading, again.grading),
        ("about", dict(kept.about), dict(again.about)),
        ("tabs", kept.tabs, again.tabs),
        ("updates", kept.updates, again.updates),
        ("handouts", kept.handouts, again.handouts),
        ("static", set(kept.assets), set(again.assets)),
        ("verbatim", dict(kept.verbatim), dict(again.verbatim)),
        ("drafts", len(kept.drafts), len(again.drafts)),
        ("title", kept.title, again.title),
        ("course.xml", _own(kept), _own(again)),
    ]
    yield from (name for name, one, other in pairs if one != other)


def _own(course: OlxCourse) -> tuple[dict[str, str], str]:
    """What a version keeps of the element of the course: what its policy says wins over it."""
    said = {"org": course.organisation, "course": course.number, **course.root.attributes}
    return {name: value for name, value in said.items() if name not in course.policy}, course.root.extra
