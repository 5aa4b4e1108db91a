"""What of a course text came from Open edX, and how does it go back there unchanged?

The folder `olx/` of a course text is its drawer: one course of Open edX for each language, as its export is written,
and `olx/text.json`, which says what of the text stands for which block, and how that text was when it was written. A
block whose text is still the same is the original one; of another, the text gives what it says, and what it has no
words for (attributes, names, looks of what holds others) stays as it was. Without the drawer the text means the same.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cordee.core.errors import N_, CordeeError
from cordee.courses.compiling import address_part
from cordee.courses.text.files import FolderFiles
from cordee.formats.archives import ArchiveRefused, Member
from cordee.formats.archives.limits import MIB
from cordee.formats.archives.names import key_of
from cordee.formats.coursetext.folder import DRAWER, CourseText
from cordee.formats.coursetext.model import Place, Say, Severity
from cordee.formats.olx import ours, read_course, values
from cordee.formats.olx.assets import STATIC
from cordee.formats.olx.model import Asset, Block, OlxCourse
from cordee.formats.olx.model import Page as OlxPage

MAP: Final = f"{DRAWER}/text.json"
FORMAT: Final = 1
LARGEST_MAP: Final = 64 * MIB
TOP: Final = "course/"  # of the archive that a drawer stands for
BESIDE: Final = "beside."  # olx/beside.fr/: what lay outside of the course's own folder
Attributes = Mapping[str, str]
Languages = dict[str, Block]  # one block in each language


@dataclass(frozen=True, slots=True)
class Kept:
    """What the drawer says of one name of the text."""

    block: str = ""  # which of the course of Open edX, as `keyed` calls it; "": a level that its author left out
    tag: str = ""  # of what the text became when it was written
    said: Mapping[str, Attributes] = field(default_factory=dict)  # language -> the attributes that it had then
    text: Mapping[str, str] = field(default_factory=dict)  # language -> digest of a leaf's text
    tests: tuple[Attributes, ...] = ()  # of a group under conditions: those that it became
    at: str = ""  # of prose: its name by its place


@dataclass(frozen=True, slots=True)
class Drawer:
    """The courses that a text came from, and what of it stands for what of them."""

    courses: Mapping[str, OlxCourse]  # by language, the reference's first
    names: Mapping[str, Kept] = field(default_factory=dict)
    prose: Mapping[str, tuple[Kept, ...]] = field(default_factory=dict)  # by unit
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # language -> what the text said of the course
    files: Mapping[str, str] = field(default_factory=dict)  # path in the folder -> name of the file in the course

    def original_names(self) -> dict[str, str]:
        """Name in the text -> url_name, where they differ."""
        known = {key: block.id for course in self.courses.values() for key, block in keyed(course.root).items()}
        return {
            name: known[kept.block]
            for name, kept in self.names.items()
            if kept.block in known and known[kept.block] != name
        }

    def ids_there(self) -> dict[str, str]:
        """Name in the text -> id in a version, where they differ; without those whose url_name several blocks have.

        Bare texts by the place that they had.
        """
        blocks = keyed(next(iter(self.courses.values())).root)
        count = Counter(block.id for block in blocks.values())
        prose = {one.at: blocks[one.block].id for some in self.prose.values() for one in some if one.block in blocks}
        return {
            name: id_
            for name, original in (self.original_names() | prose).items()
            if count[original] == 1 and (id_ := address_part(original)) and id_ not in self.names and id_ != name
        }


@dataclass(frozen=True, slots=True)
class Merged:
    """The courses of a text with what their drawer keeps. `rewritten`: names of blocks whose text has changed."""

    courses: tuple[OlxCourse, ...]
    rewritten: tuple[str, ...] = ()


def keyed(root: Block) -> dict[str, Block]:
    """Every block below a course by a name of its own: "problem/abc", and "problem/abc~2" for the second of them."""
    found: dict[str, Block] = {}
    count: Counter[str] = Counter()
    walk = root.walk()
    next(walk)
    for block in walk:
        key = f"{block.tag}/{block.id}"
        count[key] += 1
        found[key if count[key] == 1 else f"{key}~{count[key]}"] = block
    return found


def said_of(course: OlxCourse) -> dict[str, Any]:
    """What a text says of a course as a whole, to be compared with what it says later."""
    return {
        "organisation": course.organisation,
        "number": course.number,
        "title": course.title,
        "attributes": dict(course.root.attributes),
        "policy": dict(course.policy),
        "grading": _grading(course),
        "about": {name: _digest(page.html) for name, page in course.about.items()},
        "tabs": {page.slug: _digest(f"{page.title}\n{page.html}") for page in course.tabs},
    }


def _grading(course: OlxCourse) -> dict[str, Any]:
    lines = course.grading.assignment_types
    types = [[one.name, one.short_label, one.min_count, one.drop_count, one.weight] for one in lines]
    return {"types": types, "cutoffs": dict(course.grading.cutoffs)}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# Reading -------------------------------------------------------------------------------------------------------------


class DrawerFiles:
    """A folder that stands for an archive of Open edX. `paths`: key in the archive -> path in the folder."""

    def __init__(self, root: Path, paths: Mapping[str, str], sizes: Mapping[str, int]) -> None:
        self._files, self._paths = FolderFiles(root), paths
        self.members: Mapping[str, Member] = {key: Member(key, path, sizes[path]) for key, path in paths.items()}

    def path(self, key: str) -> str:
        return self._paths[key]

    def stream(self, key: str) -> Iterator[bytes]:
        return self._files.stream(self._paths[key])

    def read(self, key: str) -> bytes:
        return b"".join(self.stream(key))


def read_drawer(course: CourseText, say: Say) -> Drawer | None:
    """What the folder `olx` of a course text holds; None where there is none, or, with a message, none to be read."""
    if MAP not in course.drawer:
        if course.drawer:
            template = N_("The folder {folder} is not read, since there is no {path} in it. Put it back, or delete it.")
            say("drawer-without-map", template, Place(DRAWER), severity="warning", folder=DRAWER, path=MAP)
        return None
    try:
        if course.drawer[MAP] > LARGEST_MAP:
            raise ValueError(course.drawer[MAP])
        data = json.loads(b"".join(FolderFiles(course.root).stream(MAP)))
        if data["format"] != FORMAT:
            raise ValueError(data["format"])
        names = {str(name): _kept(one) for name, one in data["names"].items()}
        prose = {str(unit): tuple(map(_kept, some)) for unit, some in data["prose"].items()}
        said = {str(language): dict(one) for language, one in data["courses"].items()}
        files = {str(path): (key_of(one["name"]), list(one["languages"])) for path, one in data["files"].items()}
        members = [str(path) for path in data.get("members", ())]
        for one in said.values():
            _check_said(one)
        if not said:
            raise ValueError(MAP)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ArchiveRefused):
        say(
            "unreadable-drawer",
            N_("{path} cannot be read. Put it back as it was written, or delete the folder {folder}."),
            Place(MAP),
            path=MAP,
            folder=DRAWER,
        )
        return None
    if not _all_there(members, course, say):
        return None
    courses = {}
    for language in said:
        moved = {path: name for path, (name, languages) in files.items() if language in languages}
        found = _read_course(course, language, moved, say)
        if found is None:
            return None
        courses[language] = found
    wanted = {one.block for one in (*names.values(), *(one for some in prose.values() for one in some)) if one.block}
    for language, found in courses.items():
        gone = sorted(wanted - keyed(found.root).keys())
        if gone:
            say(
                "drawer-without-block",
                N_(
                    "The course in {path} lacks blocks that the text stands for ({count}, such as {first}). Put its "
                    "files back as they were, or delete the folder {folder} to go on with what the text says."
                ),
                Place(f"{DRAWER}/{language}"),
                path=f"{DRAWER}/{language}",
                count=len(gone),
                first=gone[0],
                folder=DRAWER,
            )
            return None
    return Drawer(courses, names, prose, said, {path: name for path, (name, _languages) in files.items()})


def _all_there(members: Sequence[str], course: CourseText, say: Say) -> bool:
    """Whether the drawer holds what was put there. That a file of the course has gone is told, and hinders nothing."""
    there = {unicodedata.normalize("NFC", path) for path in course.drawer}
    gone = [path for path in members if unicodedata.normalize("NFC", path) not in there]
    if not gone:
        return True
    parts = [path.split("/", 3) for path in gone]
    only_files = all(len(one) > 3 and f"{one[2]}/" == STATIC for one in parts)  # noqa: PLR2004 - olx/fr/static/x
    template = (
        N_(
            "Files of the course have gone from the folder {folder} ({count}, such as {path}): the next version will "
            "not have them. Put them back if they are wanted."
        )
        if only_files
        else N_(
            "Files have gone from the folder {folder} ({count}, such as {path}). Put them back, or delete the folder "
            "{folder} to go on with what the text says."
        )
    )
    first = next((path for path, one in zip(gone, parts, strict=True) if only_files or one[2:3] != ["static"]), gone[0])
    severity: Severity = "warning" if only_files else "error"
    say("drawer-incomplete", template, Place(first), severity=severity, count=len(gone), folder=DRAWER, path=first)
    return only_files


def _kept(data: Any) -> Kept:
    return Kept(
        block=str(data.get("block", "")),
        tag=str(data.get("tag", "")),
        said={str(language): _words(one) for language, one in data.get("said", {}).items()},
        text={str(language): str(one) for language, one in data.get("text", {}).items()},
        tests=tuple(_words(one) for one in data.get("tests", ())),
        at=str(data.get("at", "")),
    )


def _words(data: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in data.items()}


def _check_said(data: Mapping[str, Any]) -> None:
    """Raises KeyError, TypeError for what is no `said_of`."""
    for name in ("attributes", "policy", "grading", "about", "tabs"):
        if not isinstance(data[name], dict):
            raise TypeError(name)
    for name in ("organisation", "number", "title"):
        if not isinstance(data[name], str):
            raise TypeError(name)


def _read_course(course: CourseText, language: str, moved: Mapping[str, str], say: Say) -> OlxCourse | None:
    """The course of Open edX in a language, its files where they lie in the folder now."""
    own, beside = f"{DRAWER}/{language}/", f"{DRAWER}/{BESIDE}{language}/"
    paths = {f"{TOP}{path[len(own) :]}": path for path in course.drawer if path.startswith(own)}
    paths |= {path[len(beside) :]: path for path in course.drawer if path.startswith(beside)}
    sizes = {**course.drawer, **course.files}
    paths |= {f"{TOP}{STATIC}{name}": path for path, name in moved.items() if path in sizes}
    files = DrawerFiles(course.root, paths, sizes)
    try:
        found = read_course(files)
    except CordeeError as error:
        say(
            "unreadable-drawer",
            N_("The course in {path} cannot be read: {reason} Put it back, or delete the folder {folder}."),
            Place(own.rstrip("/")),
            path=own.rstrip("/"),
            reason=error,
            folder=DRAWER,
        )
        return None
    assets = {name: replace(asset, member=files.path(asset.member)) for name, asset in found.assets.items()}
    return replace(found, assets=assets)


# Putting together ----------------------------------------------------------------------------------------------------


def merged(drawer: Drawer, made: Mapping[str, OlxCourse], digests: Mapping[tuple[str, str], str]) -> Merged:
    """The courses that a text became, by language, with what its drawer keeps of them.

    `digests`: (language, name) -> digest of the text of a leaf, as it is now.
    """
    merging = _Merging(drawer, made, digests)
    return Merged(merging.courses(), tuple(dict.fromkeys(merging.rewritten)))


class _Merging:
    """Walks the languages together: what a block is called is said by the reference, what is in it by each."""

    def __init__(self, drawer: Drawer, made: Mapping[str, OlxCourse], digests: Mapping[tuple[str, str], str]) -> None:
        self.drawer, self.made, self.digests = drawer, made, digests
        self.languages = tuple(made)
        self.reference = self.languages[0]
        first = next(iter(drawer.courses))
        self.sources = {one: one if one in drawer.courses else first for one in self.languages}
        known = {one: keyed(course.root) for one, course in drawer.courses.items()}
        self.blocks = {one: known[source] for one, source in self.sources.items()}
        self.rewritten: list[str] = []
        self.prose = self._prose_found()

    def courses(self) -> tuple[OlxCourse, ...]:
        roots = {one: course.root for one, course in self.made.items()}
        children = self._children(roots)
        return tuple(self._course(one, tuple(child[one] for child in children)) for one in self.languages)

    def _course(self, language: str, children: tuple[Block, ...]) -> OlxCourse:
        source = self.sources[language]
        made, kept, said = self.made[language], self.drawer.courses[source], self.drawer.said[source]
        attributes = _three(kept.root.attributes, said["attributes"], made.root.attributes)
        title = kept.title if made.title == said["title"] else made.title
        root = replace(kept.root, title=title, attributes=attributes, children=children)
        return replace(
            kept,
            organisation=kept.organisation if made.organisation == said["organisation"] else made.organisation,
            number=kept.number if made.number == said["number"] else made.number,
            title=title,
            language=kept.language if source == language else language,
            root=root,
            policy=_policy(kept.policy, said["policy"], made.policy),
            grading=kept.grading if _grading(made) == said["grading"] else made.grading,
            about=_pages(kept.about, said["about"], made.about),
            tabs=self._tabs(kept, said["tabs"], made),
            assets={**self._without_moved(made.assets), **kept.assets},
        )

    def _without_moved(self, assets: Mapping[str, Asset]) -> dict[str, Asset]:
        return {name: asset for name, asset in assets.items() if asset.member not in self.drawer.files}

    @staticmethod
    def _tabs(kept: OlxCourse, said: Mapping[str, str], made: OlxCourse) -> tuple[OlxPage, ...]:
        now = {page.slug: page for page in made.tabs}
        same = {name for name, page in now.items() if said.get(name) == _digest(f"{page.title}\n{page.html}")}
        there = {page.slug for page in kept.tabs}
        old = [
            page if page.slug in same or page.slug not in said else now[page.slug]
            for page in kept.tabs
            if page.slug in now or page.slug not in said
        ]
        return (*old, *(page for page in made.tabs if page.slug not in there))

    # Blocks

    def _prose_found(self) -> dict[str, Kept]:
        """Name by place now -> what the drawer keeps: by its words in any language, else by the place it had."""
        found: dict[str, Kept] = {}
        names = [block.id for block in self.made[self.reference].root.walk() if block.id not in self.drawer.names]
        for unit, kept in self.drawer.prose.items():
            left = list(kept)
            mine = [name for name in names if name.rpartition(".")[0] == unit and name.rpartition(".")[2].isdigit()]
            for language in self.languages:
                for name in mine:
                    now = self.digests.get((language, name))
                    match = next((one for one in left if now is not None and one.text.get(language) == now), None)
                    if match is not None and name not in found:
                        found[name] = match
                        left.remove(match)
            for name in mine:
                match = next((one for one in left if one.at == name), None)
                if match is not None and name not in found:
                    found[name] = match
                    left.remove(match)
        return found

    def _children(self, blocks: Languages) -> list[Languages]:
        count = len(blocks[self.reference].children)
        return [self._block({one: block.children[rank] for one, block in blocks.items()}) for rank in range(count)]

    def _block(self, blocks: Languages) -> Languages:
        name = blocks[self.reference].id
        kept = self.drawer.names.get(name) or self.prose.get(name)
        if kept is None:
            return self._unknown(blocks)
        if not kept.block:
            children = self._children(blocks)
            return children[0] if len(children) == 1 else self._with(blocks, children)
        if kept.block not in self.blocks[self.reference]:
            return self._unknown(blocks)
        if kept.text:
            return self._leaf(name, kept, blocks)
        return self._holder(kept, blocks, is_same=True)

    def _unknown(self, blocks: Languages) -> Languages:
        """Something new; or conditions around a group that was one block of Open edX."""
        tests: list[Attributes] = []
        inner = blocks
        while (one := inner[self.reference]).tag == "conditional" and one.id not in self.drawer.names:
            if len(one.children) != 1:
                break
            tests.append(one.attributes)
            inner = {language: block.children[0] for language, block in inner.items()}
        kept = self.drawer.names.get(inner[self.reference].id) if tests else None
        if kept is not None and kept.tests and kept.block in self.blocks[self.reference]:
            is_same = kept.tests == tuple(_bare(one) for one in tests)
            held = self._holder(kept, inner, is_same=is_same)
            if is_same:
                return held
            return self._wrapped(blocks, held)
        return self._with(blocks, self._children(blocks))

    def _wrapped(self, blocks: Languages, held: Languages) -> Languages:
        """The conditions of now around a group that stood under others."""
        if blocks[self.reference].tag != "conditional" or blocks[self.reference].id in self.drawer.names:
            return held
        inside = {language: block.children[0] for language, block in blocks.items()}
        return self._with(blocks, [self._wrapped(inside, held)])

    @staticmethod
    def _with(blocks: Languages, children: list[Languages]) -> Languages:
        return {one: replace(block, children=tuple(child[one] for child in children)) for one, block in blocks.items()}

    def _leaf(self, name: str, kept: Kept, blocks: Languages) -> Languages:
        changed = {
            one
            for one in self.languages
            if self.sources[one] != one or self.digests.get((one, name)) != kept.text.get(one)
        }
        if changed and any(block.tag != self.blocks[one][kept.block].tag for one, block in blocks.items()):
            changed = set(self.languages)  # every language has the same element
        if changed:
            self.rewritten.append(name)
        found = {}
        for one, block in blocks.items():
            original = self.blocks[one][kept.block]
            if one not in changed:
                called = {ours.NAME: block.attributes[ours.NAME]} if ours.NAME in block.attributes else {}
                found[one] = replace(original, attributes={**original.attributes, **called}, place=block.place)
            elif block.tag == kept.tag:
                said = kept.said.get(self.sources[one], {})
                found[one] = replace(
                    block, id=original.id, attributes=_three(original.attributes, said, block.attributes)
                )
            else:
                found[one] = replace(block, id=original.id)
        return found

    def _holder(self, kept: Kept, blocks: Languages, *, is_same: bool) -> Languages:
        """`is_same`: it still stands under the conditions that it stood under."""
        children = self._children(blocks)
        found = {}
        for one, block in blocks.items():
            original = self.blocks[one][kept.block]
            inside = tuple(child[one] for child in children)
            if not is_same or block.tag != kept.tag:
                found[one] = replace(block, id=original.id, children=inside)
                continue
            attributes = _three(original.attributes, kept.said.get(self.sources[one], {}), block.attributes)
            title = values.text(attributes.get("display_name")) or values.text(attributes.get("name"))
            found[one] = replace(original, title=title, attributes=attributes, children=inside, place=block.place)
        return found


def _bare(attributes: Attributes) -> dict[str, str]:
    """Without the language that a block is lent from, which differs between languages."""
    return {name: value for name, value in attributes.items() if name != ours.LANGUAGE}


def _three(
    kept: Mapping[str, Any], said: Mapping[str, Any], now: Mapping[str, Any], told: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What is kept, but for what the text says otherwise now than it did.

    `told`: by what `now` is compared with what was said, where that is not itself.
    """
    told = now if told is None else told
    found = dict(kept)
    for name in dict.fromkeys((*said, *told)):
        if said.get(name) == told.get(name):
            continue
        if name in now:
            found[name] = now[name]
        else:
            found.pop(name, None)
    return found


def _policy(kept: Mapping[str, Any], said: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Groups that the text has added stand beside those that blocks know by their numbers."""
    found = _three(kept, said, now)
    listed = kept.get("user_partitions")
    if found.get("user_partitions") != listed and isinstance(listed, list):
        before = said.get("user_partitions") or []
        found["user_partitions"] = [
            *listed, *(one for one in now.get("user_partitions") or [] if one not in before)
        ]  # fmt: skip
    return found


def _pages(kept: Mapping[str, OlxPage], said: Mapping[str, str], now: Mapping[str, OlxPage]) -> Mapping[str, OlxPage]:
    return _three(kept, said, now, told={name: _digest(page.html) for name, page in now.items()})
