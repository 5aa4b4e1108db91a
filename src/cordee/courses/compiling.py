"""How does an Open edX export become an outline, contents and files? Pure: nothing is stored here.

The export's first language decides the structure; each translation must have the same blocks in the same order, and
adds its titles and contents to the same activities.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, cast

from cordee.core.canonical import content_hash
from cordee.core.errors import N_, InputRefused
from cordee.core.scores import Score
from cordee.courses.containers import Source, choice_of, is_of_type
from cordee.courses.kinds import (
    ActivityKind,
    CourseFile,
    Prepared,
    Rules,
    UsesFiles,
    answered,
    graded_at_once,
    kind_for_tag,
)
from cordee.courses.outlines import (
    CONTAINER,
    AssignmentType,
    Before,
    Effort,
    Entry,
    Module,
    Outline,
    Partition,
    Section,
    SetAside,
    Unit,
    drawn_group,
    to_json,
)
from cordee.courses.relative_dates import is_relative
from cordee.formats.coursetext.conditions import read_first
from cordee.formats.coursetext.facts import MOST_MINUTES, facts_kept
from cordee.formats.coursetext.memory import Memory
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Place
from cordee.formats.olx import links, ours, values
from cordee.formats.olx.assets import AssetIndex
from cordee.formats.olx.model import CONTAINER_TAGS, STRUCTURE_TAGS, Block, OlxCourse, Remark

UNKNOWN_LANGUAGE = "und"
LONGEST_LANGUAGE = 12  # as the columns that hold one; longer is no language that anybody writes
FAMILIES = ("net", "eco", "sci", "code")
_UNSAFE_IN_ADDRESS = re.compile(r"[^A-Za-z0-9._~-]+")
_DATA_IMAGE = re.compile(r"data:image/(png|jpe?g|gif|webp|svg\+xml);base64,([A-Za-z0-9+/=\s%]+)")
_ABOUT_TEXT = re.compile(r"<[^>]*>")


class Streams(Protocol):
    """Where the files of a course are read from: an archive, a folder."""

    def stream(self, key: str) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class NewContent:
    """A content to be stored: the columns of `Content`."""

    kind: str
    data: Mapping[str, Any]
    extra: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        return content_hash({"kind": self.kind, "data": self.data, "extra": self.extra})


@dataclass(slots=True)
class Compiled:
    """All that a version is made of, but the files of the archives."""

    organisation: str
    number: str
    run: str
    outline: Outline
    contents: dict[str, NewContent] = field(default_factory=dict)  # by sha256
    found_files: dict[str, dict[str, bytes]] = field(default_factory=dict)  # language -> name -> bytes held by the text
    made_files: dict[str, set[str]] = field(default_factory=dict)  # those of them that a kind makes anew at each import
    # language -> id in the outline -> what was written at a module, section, unit or container: kept for export
    structure: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    # language -> id in the outline -> where it was written: "problem/abc.xml", "trame.fr.md:12"; said by checks
    places: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def outline_json(self) -> dict[str, Any]:
        return to_json(self.outline)


def compile_course(
    courses: Sequence[OlxCourse],
    *,
    archives: Sequence[Streams] = (),
    language: str = "",
    credits_line: str = "",
    memory: Memory | None = None,
) -> Compiled:
    """One course from its export and its translations. Raises InputRefused when a translation does not match.

    `archives`, one a course and open, let kinds look into their files; without them nobody looks. `memory`: of an
    earlier time, so that what is as it was is not worked out again.
    """
    main = courses[0]
    languages = [language_of(course.language) for course in courses]
    if len(language) > LONGEST_LANGUAGE:
        raise InputRefused(
            N_("“{language}” is no language. Write a tag such as fr or pt-BR."), language=language[:LONGEST_LANGUAGE]
        )
    if language:
        languages[0] = language
    if len(set(languages)) < len(languages):
        raise InputRefused(
            N_("Two of the files are in the same language ({language}). Give each one its own in its policy."),
            language=next(one for one in languages if languages.count(one) > 1),
        )
    _check_same_structure(courses, languages)
    compiler = _Compiler(
        dict(zip(languages, courses, strict=True)),
        dict(zip(languages, archives, strict=True)) if archives else {},
        memory or Memory(),
    )
    modules = compiler.modules()
    outline = Outline(
        titles={one: course.title or course.number for one, course in zip(languages, courses, strict=True)},
        language=languages[0],
        languages=tuple(languages),
        modules=modules,
        assignment_types=tuple(
            AssignmentType(line.name, line.short_label, line.min_count, line.drop_count, line.weight, dict(line.names))
            for line in main.grading.assignment_types
        ),
        cutoffs=dict(main.grading.cutoffs),
        grace_s=compiler.grace_s(),
        effort=_effort(main.policy),
        family=_family(main),
        licence=str(main.policy.get("license") or ""),
        organisation_name=str(main.policy.get("display_organization") or ""),
        about={one: _about(course) for one, course in zip(languages, courses, strict=True)},
        credits=credits_line or main.credits,
        partitions=compiler.drawn_partitions(),
        set_aside=compiler.set_aside(),
    )
    return Compiled(
        organisation=address_part(main.organisation) or "unknown",
        number=address_part(main.number) or "unknown",
        run=address_part(main.run) or "run",
        outline=outline,
        contents=compiler.contents,
        found_files=compiler.found_files,
        made_files=compiler.made_files,
        structure=compiler.structure,
        remarks=compiler.remarks,
        places=compiler.places,
    )


def language_of(said: str) -> str:
    """The language that a course says that it is in, as versions name it."""
    language = said.replace("_", "-").strip()
    return language if len(language) <= LONGEST_LANGUAGE and language else UNKNOWN_LANGUAGE


def _check_same_structure(courses: Sequence[OlxCourse], languages: Sequence[str]) -> None:
    expected = [(block.tag, block.id) for block in courses[0].root.walk()][1:]
    for course, language in zip(courses[1:], languages[1:], strict=True):
        found = [(block.tag, block.id) for block in course.root.walk()][1:]
        if found != expected:
            position = next(
                (i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b),
                min(len(expected), len(found)),
            )
            there = found[position] if position < len(found) else ("nothing", "")
            here = expected[position] if position < len(expected) else ("nothing", "")
            raise InputRefused(
                N_(
                    "The translation “{language}” has {found} where the course has {expected}. "
                    "A translation must have the same blocks in the same order."
                ),
                language=language,
                found=" ".join(there).strip(),
                expected=" ".join(here).strip(),
            )


class _Compiler:
    """Walks the blocks of all languages together."""

    def __init__(self, courses: Mapping[str, OlxCourse], archives: Mapping[str, Streams], memory: Memory) -> None:
        self.courses, self.memory = courses, memory
        self._finders = {one: _finder(courses[one], archive) for one, archive in archives.items()}
        self.language = next(iter(courses))
        self.languages = frozenset(courses)
        self.contents: dict[str, NewContent] = {}
        self.found_files: dict[str, dict[str, bytes]] = {}
        self.made_files: dict[str, set[str]] = {}
        self.structure: dict[str, dict[str, dict[str, Any]]] = {language: {} for language in courses}
        self.places: dict[str, dict[str, str]] = {language: {} for language in courses}
        self.remarks: list[Remark] = []
        self.groups = _groups(self.courses[self.language].policy)
        self.partitions = _partitions(self.courses[self.language].policy)
        self.audiences: set[str] = set()  # ids of partitions drawn at random that audiences name
        self.ids: set[str] = set()
        self.asked = _Asked()
        policy = self.courses[self.language].policy
        self._around = (*courses, tuple(self._finders), repr(policy.get("user_partitions")))
        self._by_name: dict[str, Block] = {}  # the first of a name, as links find it
        for block in self.courses[self.language].root.walk():
            self._by_name.setdefault(block.id, block)

    def modules(self) -> tuple[Module, ...]:
        return tuple(self._module(blocks) for blocks in self._children(self._roots()))

    def _roots(self) -> dict[str, Block]:
        return {language: course.root for language, course in self.courses.items()}

    @staticmethod
    def _children(blocks: Mapping[str, Block]) -> Iterable[dict[str, Block]]:
        for position in range(len(next(iter(blocks.values())).children)):
            yield {language: block.children[position] for language, block in blocks.items()}

    def _module(self, blocks: Mapping[str, Block]) -> Module:
        block = blocks[self.language]
        children = list(self._children(blocks)) if block.tag == "chapter" else [dict(blocks)]
        return Module(
            id=self._kept_id(blocks, "chapter"),
            titles=self._titles(blocks),
            sections=tuple(self._section(child) for child in children),
            opens_at=self._date(block, "start"),
            staff_only=self._flag(block, "visible_to_staff_only"),
            audience=self._audience(block),
            opens_after=_after(block, ours.OPENS),
            called=_called(block, "chapter"),
        )

    def _section(self, blocks: Mapping[str, Block]) -> Section:
        block = blocks[self.language]
        children = list(self._children(blocks)) if block.tag == "sequential" else [dict(blocks)]
        attributes = block.attributes if block.tag == "sequential" else {}
        return Section(
            id=self._kept_id(blocks, "sequential"),
            titles=self._titles(blocks),
            units=tuple(self._unit(child) for child in children),
            graded=block.tag == "sequential" and self._flag(block, "graded"),
            assignment_type=attributes.get("format", "") or "",
            opens_at=self._date(block, "start"),
            due_at=self._date(block, "due", end_of_day=True),
            staff_only=block.tag == "sequential" and self._flag(block, "visible_to_staff_only"),
            audience=self._audience(block) if block.tag == "sequential" else (),
            opens_after=_after(block, ours.OPENS),
            due_after=_after(block, ours.DUE),
            closes_at=None if _after(block, ours.CLOSES) else self._date(block, ours.CLOSES),
            closes_after=_after(block, ours.CLOSES),
            hides_after_due=block.tag == "sequential" and self._flag(block, "hide_after_due"),
            called=_called(block, "sequential"),
            first=tuple(self._first(block)) if attributes.get(ours.AFTER) else (),
            limit_min=self._limit_min(block) if block.tag == "sequential" else 0,
        )

    def _limit_min(self, block: Block) -> float:
        """The minutes that a learner has. Source: Open edX `is_time_limited`, `default_time_limit_minutes`."""
        if not self._flag(block, "is_time_limited"):
            return 0
        try:
            minutes = values.number(block.attributes.get("default_time_limit_minutes", ""))
        except values.UnreadableValue as error:
            self.remarks.append(Remark("unreadable-setting", error.template, block.place, error.values))
            return 0
        return minutes if minutes is not None and minutes > 0 else 0

    def _first(self, block: Block) -> Iterator[Before]:
        """What comes before a section. What cannot be judged keeps nobody out, and is told."""
        said = block.attributes[ours.AFTER]
        heard = Messages()
        found = read_first(said, Place(block.place), heard)
        for one in found:
            if one.name in self._by_name:
                yield Before(address_part(one.name) or "block", one.verb, one.percent)
        if heard.all or any(one.name not in self._by_name for one in found):
            self.remarks.append(
                Remark(
                    "first-not-judged",
                    N_("“{title}” is to open after something that cannot be judged here ({said}). It does not wait."),
                    block.place,
                    {"title": block.title or block.id, "said": said[:80]},
                )
            )

    def _unit(self, blocks: Mapping[str, Block]) -> Unit:
        """A unit, worked out anew when a block of it, or of what it asks for elsewhere, is another one."""
        key = ("compiled unit", self._around, *(id(block) for block in blocks.values()))
        made = self.memory.of(key, lambda: self._unit_apart(blocks), still=self._still, alive=tuple(blocks.values()))
        if not made.ids.isdisjoint(self.ids):  # a name twice: which of the two keeps it goes by the order
            return self.made_unit(blocks)
        self.ids |= made.ids
        self._take(made)
        return made.unit

    def _unit_apart(self, blocks: Mapping[str, Block]) -> _MadeUnit:
        """The unit as if the course held no other, with all that comes of it."""
        apart = copy(self)
        apart.contents, apart.found_files, apart.made_files, apart.remarks = {}, {}, {}, []
        apart.structure = {language: {} for language in self.courses}
        apart.places = {language: {} for language in self.courses}
        apart.audiences, apart.ids, apart.asked = set(), set(), _Asked()
        unit = apart.made_unit(blocks)
        found = (apart.contents, apart.found_files, apart.made_files, apart.structure, apart.places, apart.remarks)
        return _MadeUnit(unit, apart.ids, apart.asked, *found, apart.audiences)

    def _take(self, made: _MadeUnit) -> None:
        """What came of a unit belongs to the course."""
        self.contents |= made.contents
        for language in self.courses:
            self.structure[language] |= made.structure[language]
            self.places[language] |= made.places[language]
        for language, files in made.found_files.items():
            self.found_files.setdefault(language, {}).update(files)
        for language, names in made.made_files.items():
            self.made_files.setdefault(language, set()).update(names)
        self.remarks += made.remarks
        self.audiences |= made.audiences

    def _still(self, made: _MadeUnit) -> bool:
        asked = made.asked
        return all(self._by_name.get(name) is block for name, block in asked.sources.items()) and all(
            self._state_of(self._finders[language](link), language) == state
            for (language, link), state in asked.files.items()
        )

    def made_unit(self, blocks: Mapping[str, Block]) -> Unit:
        block = blocks[self.language]
        children = list(self._children(blocks)) if block.tag == "vertical" else [dict(blocks)]
        return Unit(
            id=self._kept_id(blocks, "vertical"),
            titles=self._titles(blocks),
            entries=tuple(self._entry(child) for child in children),
            staff_only=block.tag == "vertical" and self._flag(block, "visible_to_staff_only"),
            audience=self._audience(block) if block.tag == "vertical" else (),
            called=_called(block, "vertical"),
            corrected={
                one: moment.date().isoformat()
                for one, found in blocks.items()
                if (moment := self._date(found, ours.CORRECTED)) is not None
            },
            effort_min=_effort_min(block) if block.tag == "vertical" else 0,
        )

    def _entry(self, blocks: Mapping[str, Block]) -> Entry:
        block = blocks[self.language]
        is_container = block.tag in (*CONTAINER_TAGS, *STRUCTURE_TAGS) or bool(block.children)
        bare = Entry(
            id=self._kept_id(blocks, block.tag) if is_container else self._id(block, block.tag),
            kind=CONTAINER,
            tag=block.tag,
            titles={language: one.title for language, one in blocks.items() if not self._is_lent(one, language)},
            staff_only=self._flag(block, "visible_to_staff_only"),
            audience=self._audience(block),
            called=_called(block, block.tag),
        )
        self._note_places(bare.id, blocks)
        if is_container:
            return self._container(bare, blocks)
        kind = kind_for_tag(block.tag)
        hashes: dict[str, str] = {}
        rules, points, ungradable = Rules(), 0.0, ""
        for language, one in blocks.items():
            if self._is_lent(one, language):
                continue
            own = self._without_data_images(one, language)
            key = _key_of(own)
            reading = self.memory.of(("reading", key), lambda own=own: kind.read_olx(own))  # type: ignore[misc]  # a default of a lambda
            definition, seen = self._prepared(kind, reading.definition, one, language, key)
            self.remarks += [_placed(remark, one) for remark in reading.remarks]
            hashes[language] = self._keep(kind, definition, own, (key, seen))
            grader, taker = graded_at_once(kind), answered(kind)
            if language == self.language and grader is not None:
                rules, ungradable = reading.rules, grader.ungradable(reading.definition)
                raw = grader.possible(reading.definition)
                points = Score(raw, raw).weighted(rules.weight).possible if not ungradable else 0.0
            elif language == self.language and taker is not None:
                rules, ungradable = reading.rules, taker.unanswerable(reading.definition)
        readers = tuple(block.attributes.get(ours.READERS, "").split()) if kind.completion == "viewed" else ()
        return replace(
            bare, kind=kind.name, contents=hashes, rules=rules, points=points, ungradable=ungradable, readers=readers
        )

    def _container(self, bare: Entry, blocks: Mapping[str, Block]) -> Entry:
        """Children count like any other activity; which of them a learner sees is chosen by `learning.choosing`."""
        block = blocks[self.language]
        children = [self._entry(child) for child in self._children(blocks)]
        wanted = block.attributes.get("capa_type", "")
        of_type = [is_of_type(child, wanted) for child in block.children]
        if any(of_type):  # a bank of which no question is of its type takes them all, as if it had not asked
            children = [
                child if fits else replace(child, staff_only=True)
                for child, fits in zip(children, of_type, strict=True)
            ]
        found = choice_of(
            block,
            {one.id: child.id for one, child in zip(block.children, children, strict=True)},
            policy=self.courses[self.language].policy,
            source=self._source,
            messages=_messages(blocks),
        )
        self.remarks += found.remarks
        return replace(bare, children=tuple(children), choice=found.choice)

    def _source(self, name: str) -> Source | None:
        """What a condition may ask of a block of the course. None when it is no activity that counts here."""
        block = self._by_name.get(name)
        self.asked.sources[name] = block
        if block is None or block.children or block.tag in (*CONTAINER_TAGS, *STRUCTURE_TAGS):
            return None
        kind = kind_for_tag(block.tag)
        definition = kind.read_olx(block).definition
        grader, taker = graded_at_once(kind), answered(kind)
        scored = grader is not None and not grader.ungradable(definition)
        taken = scored or (taker is not None and not taker.unanswerable(definition))
        followed = taken or kind.completion not in ("submitted", "never")
        kept = taker is None or taker.keeps_answers(definition)
        return Source(address_part(name) or "block", taken, scored, followed, kept)

    def _prepared(
        self, kind: ActivityKind, definition: Any, block: Block, language: str, key: Hashable
    ) -> tuple[Any, Hashable]:
        """The definition after its kind has looked into the files of the course, and in which state they were."""
        uses_files = self.memory.of(("uses-files", kind.name), lambda: isinstance(kind, UsesFiles))
        if not uses_files or language not in self._finders:
            return definition, ()
        looker = cast(UsesFiles, kind)
        find = self._finders[language]

        def prepare() -> tuple[Prepared, dict[str, Hashable]]:
            asked: dict[str, Hashable] = {}

            def found(link: str) -> CourseFile | None:
                file = find(link)
                asked[link] = self._state_of(file, language)
                return file

            return looker.prepare(definition, found), asked

        prepared, asked = self.memory.of(
            ("prepared", language, key),
            prepare,
            still=lambda known: all(self._state_of(find(link), language) == state for link, state in known[1].items()),
        )
        self.asked.files |= {(language, link): state for link, state in asked.items()}
        self.found_files.setdefault(language, {}).update(prepared.files)
        self.made_files.setdefault(language, set()).update(prepared.files)
        self.remarks += [_placed(remark, block) for remark in prepared.remarks]
        return prepared.definition, tuple(asked.items())

    def _state_of(self, file: CourseFile | None, language: str) -> Hashable:
        """None: there is no such file."""
        if file is None:
            return None
        member = self.courses[language].assets[file.name].member
        return (file.name, file.size_bytes, self.memory.states.get(member))

    def _keep(self, kind: ActivityKind, definition: Any, block: Block, key: Hashable) -> str:
        sha256, content = self.memory.of(("content", kind.name, key), lambda: _content_of(kind, definition, block))
        self.contents[sha256] = content
        return sha256

    def _without_data_images(self, block: Block, language: str) -> Block:
        """Images written into the text become files: a sanitiser drops `data:` addresses silently."""
        found, images, unreadable = without_data_images(block)
        if images:
            self.found_files.setdefault(language, {}).update(images)
        sentence = N_("An image written into the text cannot be read.")
        self.remarks += [Remark("unreadable-image", sentence, block.place)] * unreadable
        return found

    def _id(self, block: Block, level: str) -> str:
        """An id for addresses, unique in the version. A level that the author left out is named after what it holds."""
        wanted = address_part(block.id) or "block"
        if level in ("chapter", "sequential", "vertical") and block.tag != level:
            wanted = f"{wanted}.{level}"
        found, n = wanted, 1
        while found in self.ids:
            n += 1
            found = f"{wanted}~{n}"
        self.ids.add(found)
        return found

    def _kept_id(self, blocks: Mapping[str, Block], level: str) -> str:
        """The id of something that holds others; what its author wrote there beside it is kept under that id."""
        found = self._id(blocks[self.language], level)
        self._note_places(found, blocks)
        for language, block in blocks.items():
            if block.tag == level:
                kept = {"tag": block.tag, "url_name": block.id, "attributes": dict(block.attributes)}
                unread = {"source": block.content} if block.content else {}  # its file was no XML
                self.structure[language][found] = {**kept, "more": block.extra, **unread}
        return found

    def _note_places(self, id_: str, blocks: Mapping[str, Block]) -> None:
        for language, block in blocks.items():
            self.places[language][id_] = block.place

    def _titles(self, blocks: Mapping[str, Block]) -> dict[str, str]:
        return {
            language: block.title or block.id
            for language, block in blocks.items()
            if not self._is_lent(block, language)
        }

    def _is_lent(self, block: Block, language: str) -> bool:
        """Does a translation lack this block, so that it is shown in the language that it is in?

        Where the course is not read in that language, the block is what there is of it.
        """
        own = block.attributes.get(ours.LANGUAGE, "")
        return own != language and own in self.languages

    def _date(self, block: Block, name: str, *, end_of_day: bool = False) -> dt.datetime | None:
        text = block.attributes.get(name, "")
        if not text:
            return None
        try:
            return values.moment(text, closing=end_of_day)
        except values.UnreadableValue:
            self.remarks.append(
                Remark(
                    "unreadable-date",
                    N_(
                        "The date {name}={text} of “{title}” cannot be read, so it is left out. "
                        "Write it as 2026-11-24T09:00Z."
                    ),
                    block.place,
                    {"name": name, "text": text[:80], "title": block.title or block.id},
                )
            )
            return None

    def _flag(self, block: Block, name: str) -> bool:
        try:
            return values.boolean(block.attributes.get(name, ""))
        except values.UnreadableValue as error:
            self.remarks.append(Remark("unreadable-setting", error.template, block.place, error.values))
            return False

    def grace_s(self) -> int:
        """Seconds after a deadline in which an answer is still taken."""
        try:
            found = values.duration(self.courses[self.language].policy.get("graceperiod"))
        except values.UnreadableValue as error:
            self.remarks.append(Remark("unreadable-setting", error.template, "policy.json", error.values))
            return 0
        return max(0, int(found.total_seconds())) if found else 0

    def _audience(self, block: Block) -> tuple[str, ...]:
        """Who sees a block: of each partition that it names, the learners of one of these groups. Source: Open edX.

        A partition that is switched off, or of which no group is named, is for everybody; a group that the partition
        does not hold lets nobody in.
        """
        said = block.attributes.get("group_access", "")
        access = values.json_value(said) if said else None
        if not isinstance(access, dict):
            return ()
        names: list[str] = []
        for partition, listed in access.items():
            known = self.partitions.get(str(partition), {})
            groups = [str(group) for group in (listed if isinstance(listed, list) else [])]
            if known.get("active") is False or not groups:
                continue
            is_drawn = bool(known) and known.get("scheme", "random") == "random"
            unknown = [group for group in groups if is_drawn and (str(partition), group) not in self.groups]
            if is_drawn:
                self.audiences.add(str(partition))
                names += [drawn_group(str(partition), group) for group in unknown or groups]
            else:
                names += [self.groups.get((str(partition), group), f"group {group}") for group in groups]
        return tuple(names)

    def drawn_partitions(self) -> tuple[Partition, ...]:
        """The partitions drawn at random that some audience names; ask when the blocks have been walked."""
        return tuple(
            Partition(one, tuple(group for partition, group in self.groups if partition == one))
            for one in sorted(self.audiences)
        )

    def set_aside(self) -> tuple[SetAside, ...]:
        """The checks that the text set aside. What names nothing here sets nothing aside."""
        other = self.courses[self.language].policy.get("other_course_settings")
        kept = other.get(ours.TEXT) if isinstance(other, dict) else None
        if not isinstance(kept, dict) or not kept.get("waive"):
            return ()
        listed = facts_kept({"waive": kept["waive"]}).get("waive", [])
        found = []
        for one in listed if isinstance(listed, list) else [listed]:
            where, reason = one.get("where", "").strip(), one["reason"]
            where = (address_part(where) or "block") if where in self._by_name else where
            by_language = reason if isinstance(reason, dict) else {self.language: reason}
            reasons = {language: text for language, text in by_language.items() if text.strip()}
            found.append(SetAside(one["rule"].strip(), where, reasons))
        return tuple(one for one in found if one.reasons)


@dataclass(slots=True)
class _Asked:
    """What a unit asked of the rest of the course."""

    sources: dict[str, Block | None] = field(default_factory=dict)  # by name
    files: dict[tuple[str, str], Hashable] = field(default_factory=dict)  # language and link -> state


@dataclass(frozen=True, slots=True)
class _MadeUnit:
    """A unit, and all that comes of it for the course; `ids`: those that it takes."""

    unit: Unit
    ids: set[str]
    asked: _Asked
    contents: dict[str, NewContent]
    found_files: dict[str, dict[str, bytes]]
    made_files: dict[str, set[str]]
    structure: dict[str, dict[str, dict[str, Any]]]
    places: dict[str, dict[str, str]]
    remarks: list[Remark]
    audiences: set[str]


def _content_of(kind: ActivityKind, definition: Any, block: Block) -> tuple[str, NewContent]:
    """What is stored of a block, under its hash."""
    data = kind.to_json(definition)
    extra = {"tag": block.tag, "url_name": block.id, "attributes": dict(block.attributes)}
    if block.content and data.get("html") != block.content:
        extra["source"] = block.content
    if block.extra:
        extra["more"] = block.extra
    content = NewContent(kind.name, data, extra)
    return content.sha256, content


def _key_of(block: Block) -> Hashable:
    """All that a block without children says."""
    attributes = tuple(block.attributes.items())
    return (block.tag, block.id, block.title, block.content, block.extra, block.place, attributes)


def without_data_images(block: Block) -> tuple[Block, dict[str, bytes], int]:
    """The block with a link in place of each image that is written into it, these images by name, and how many of them
    cannot be read.
    """
    images: dict[str, bytes] = {}
    unreadable = 0

    def become_file(match: re.Match[str]) -> str:
        nonlocal unreadable
        try:
            image = base64.b64decode(re.sub(r"\s|%0A|%0D", "", match[2]), validate=True)
        except (binascii.Error, ValueError):
            unreadable += 1
            return match[0]
        ending = {"jpeg": "jpg", "svg+xml": "svg"}.get(match[1], match[1])
        name = f"image-{hashlib.sha256(image).hexdigest()[:16]}.{ending}"
        images[name] = image
        return f"/static/{name}"

    if "data:image/" not in block.content:
        return block, {}, 0
    return replace(block, content=_DATA_IMAGE.sub(become_file, block.content)), images, unreadable


def _called(block: Block, level: str) -> str:
    """What the course text calls it, where that is not its id; a level that the author left out has no name."""
    return block.attributes.get(ours.NAME, "") if block.tag == level else ""


def _after(block: Block, name: str) -> str:
    """A date that counts from the first day of a run; "" when there is none that can be read."""
    text = block.attributes.get(name, "")
    return text if is_relative(text) else ""


def _finder(course: OlxCourse, archive: Streams) -> Callable[[str], CourseFile | None]:
    """Finds a file of the archive by any link that an author may have written to it."""
    context = links.LinkContext(AssetIndex(course.assets), frozenset(), course.organisation, course.number, course.run)

    def find(link: str) -> CourseFile | None:
        found = links.resolve(link, context)
        if not isinstance(found, links.AssetLink):
            return None
        asset = course.assets[found.name]
        return CourseFile(asset.name, asset.size_bytes, lambda most: _head(archive.stream(asset.member), most))

    return find


def _head(chunks: Iterable[bytes], most: int) -> bytes:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= most:
            break
    return head[:most]


def _partitions(policy: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The partitions of the policy by id."""
    listed = policy.get("user_partitions")
    return {
        str(partition.get("id")): partition
        for partition in (listed if isinstance(listed, list) else [])
        if isinstance(partition, dict)
    }


def _groups(policy: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Names of groups by (partition id, group id)."""
    found = {}
    for name, partition in _partitions(policy).items():
        for group in partition.get("groups") or []:
            if isinstance(group, dict):
                found[name, str(group.get("id"))] = str(group.get("name", ""))
    return found


def _messages(blocks: Mapping[str, Block]) -> dict[str, str]:
    """What a condition says until it holds, where its author said something."""
    said = {
        language: values.text(block.attributes.get("message") or block.attributes.get("conditional_message")).strip()
        for language, block in blocks.items()
    }
    return {language: text for language, text in said.items() if text}


def _placed(remark: Remark, block: Block) -> Remark:
    return remark if remark.place else replace(remark, place=block.place)


def address_part(text: str) -> str:
    """What an id looks like in an address: ASCII letters, digits, dots and dashes."""
    return _UNSAFE_IN_ADDRESS.sub("-", text).strip("-")[:120]


def _effort(policy: Mapping[str, Any]) -> tuple[Effort, ...]:
    other = policy.get("other_course_settings")
    lines = other.get("cordee_workload") if isinstance(other, dict) else None
    found = []
    for line in lines if isinstance(lines, list) else []:
        try:
            hours = {name: max(0.0, float(line.get(name, 0))) for name in ("video_h", "reading_h", "practice_h")}
            found.append(Effort(**hours, graded=bool(line.get("graded"))))
        except (AttributeError, TypeError, ValueError):
            return ()
    return tuple(found)


def _effort_min(block: Block) -> float:
    """The minutes that a unit takes by its author; 0 where that is not said."""
    try:
        found = values.number(block.attributes.get(ours.EFFORT, "")) or 0
    except values.UnreadableValue:
        return 0
    return found if 0 < found <= MOST_MINUTES else 0


def _family(course: OlxCourse) -> str:
    """The colour family that the author chose, else one that the course always gets again."""
    other = course.policy.get("other_course_settings")
    chosen = other.get("cordee_family") if isinstance(other, dict) else None
    if chosen in FAMILIES:
        return str(chosen)
    digest = hashlib.sha256(f"{course.organisation}+{course.number}".encode()).digest()
    return FAMILIES[digest[0] % len(FAMILIES)]


def _about(course: OlxCourse) -> dict[str, str]:
    """About pages by name: "overview" stays HTML, the others are plain text."""
    return {
        name: page.html if name == "overview" else _ABOUT_TEXT.sub("", page.html).strip()
        for name, page in course.about.items()
        if page.html.strip()
    }
