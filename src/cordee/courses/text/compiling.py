"""How does a folder of course text become the OLX that says the same, one course a language?

The OLX is compiled as any other (`courses.compiling`): there is one way to a definition, and the way back to Open edX
is there already. What OLX has no words for stands in attributes of ours (`formats.olx.ours`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import posixpath
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from cordee.core.errors import N_
from cordee.courses.text.doing_first import say_what_comes_first
from cordee.courses.text.drawer import Drawer, Merged, merged, read_drawer
from cordee.courses.text.files import Asked, FolderFiles, Links, states_of_task
from cordee.courses.text.following import former_names, ids_of, led_to, with_ids
from cordee.courses.text.history import History
from cordee.courses.text.kinds import readers
from cordee.courses.text.lagging import changed_since, corrected_at
from cordee.courses.text.likeness import say_lost_names
from cordee.courses.text.naming import NO_BLOCK, NamedCourse
from cordee.courses.text.setting_aside import now_called, say_what_is_set_aside, with_places
from cordee.formats.coursetext import conditions, dates
from cordee.formats.coursetext.canonical import body_of
from cordee.formats.coursetext.facts import COURSE_FILE, SectionFacts, Words, kept_facts, words
from cordee.formats.coursetext.folder import TASKS, CourseText, ModuleText, PageText, SectionText
from cordee.formats.coursetext.join import Joined, borrowed, confirmed_for, joined, state_of
from cordee.formats.coursetext.lines import Page, read_page
from cordee.formats.coursetext.memory import Memory
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import (
    Line,
    Message,
    Part,
    Place,
    Prose,
    Say,
    Severity,
    TextBlock,
    Verbatim,
    Written,
)
from cordee.formats.coursetext.names import LANGUAGE
from cordee.formats.coursetext.nearest import nearest
from cordee.formats.coursetext.settings import (
    HOLDERS,
    Kinds,
    is_per_language,
    list_of,
    number,
    readers_of,
    setting_of,
    value_place,
)
from cordee.formats.coursetext.shapes import Located
from cordee.formats.olx import credentials, documents, ours
from cordee.formats.olx.model import CONTAINER_TAGS, STRUCTURE_TAGS, AssignmentType, Block, GradingPolicy, OlxCourse
from cordee.formats.olx.model import Page as OlxPage
from cordee.formats.olx.tree import NOT_BLOCKS, OWN_NAMES, derived_id

GROUPS = "groups"  # the partition of the groups of course.yaml
SHOW_RESULT = "show-result"  # of a quiz, and of a section for those in it that say nothing
ALL = -1  # of a bank: every question
PERCENT = 100
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LANGUAGE_SIGN = "{lang}"
_SAID_LANGUAGE = re.compile(rf"({LANGUAGE.pattern})\s+(\S.*)")
_RELATIVE: Mapping[str, str] = {"opens": ours.OPENS, "due": ours.DUE, "closes": ours.CLOSES}
_FILES = ("src", "captions")  # settings that hold several files
_TESTS: Mapping[conditions.Verb, str] = {
    "seen": "completed",
    "answered": "attempted",
    "right": "correct",
    "wrong": "correct",
    "voted": "voted",
}


@dataclass(frozen=True, slots=True)
class Made:
    """What a folder became. `without_name`: blocks that were named for this reading alone."""

    courses: tuple[OlxCourse, ...]  # the reference first
    without_name: tuple[tuple[str, int, str], ...] = ()  # path, line and the name that was given
    unused: tuple[str, ...] = ()  # files that no page shows
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # path of a translation -> what changed since
    rewritten: tuple[str, ...] = ()  # blocks that came from Open edX and whose text has changed since


@dataclass(frozen=True, slots=True)
class Bare:
    """What a text says by itself. `drawer`: what is to be put to it, where there is such a one."""

    courses: Mapping[str, OlxCourse]  # by language, the reference first
    digests: Mapping[tuple[str, str], str]  # (language, name of a leaf) -> digest of its text
    drawer: Drawer | None = None

    def merged(self) -> Merged:
        """With what the drawer keeps of it, where there is one."""
        if self.drawer is None:
            return Merged(tuple(self.courses.values()))
        return merged(self.drawer, self.courses, self.digests)


@dataclass(frozen=True, slots=True)
class _HeardUnit:
    """A unit in one language, what it asked of the rest of the course, and what was said and noted of it."""

    block: Block
    asked: Asked
    digests: Mapping[tuple[str, str], str]
    messages: tuple[Message, ...]


def compile_text(
    course: CourseText, say: Say, *, now: dt.datetime, run: str = "run", history: History | None = None
) -> Made:
    """One OLX course a language. Whatever is wrong is said; with an error among it, what is given is not to be kept.

    `history`: the versions that were published here, whose ids what was renamed keeps; None when there are none.
    """
    return _Compiler(course, say, run, history, now, read_drawer(course, say)).made()


def compile_draft(course: CourseText, say: Say, *, now: dt.datetime, memory: Memory) -> Bare:
    """What a text that is being written says by itself, and its drawer.

    `memory`: of an earlier time, so that what is as it was is not worked out again; that of the folder's reading.
    """
    key = ("drawer", course.root, memory.drawer, tuple(course.files.items()))
    drawer = memory.said(key, say, lambda heard: read_drawer(course, heard))
    return _Compiler(course, say, "run", None, now, drawer, memory=memory).written()


def compile_bare(
    course: CourseText,
    say: Say,
    *,
    now: dt.datetime,
    names_of_files: Mapping[str, str],
    original: Mapping[str, str],
    run: str = "run",
) -> Bare:
    """What a text says by itself.

    `names_of_files`: path in the folder -> name of the file in the course; `original`: name in the text -> url_name.
    """
    written = _Compiler(course, say, run, None, now, Drawer({}, files=names_of_files), original).written()
    return replace(written, drawer=None)


def named_pages(course: CourseText, say: Say) -> tuple[PageText, ...]:
    """Every page of the course, each block that keeps answers with a name."""
    return tuple(NamedCourse(course, say, Memory()).pages.values())


class _Compiler(NamedCourse):
    def __init__(
        self,
        course: CourseText,
        say: Say,
        run: str,
        history: History | None,
        now: dt.datetime,
        drawer: Drawer | None,
        original: Mapping[str, str] = MappingProxyType({}),
        memory: Memory | None = None,
    ) -> None:
        """`original`: url_name of what is called otherwise in the text; the drawer's, when it is not given."""
        super().__init__(course, say, memory)
        self.run, self.history, self.now, self.drawer = run, history, now, drawer
        self.section: SectionFacts | None = None  # whose units are compiled
        self.digests: dict[tuple[str, str], str] = {}
        self.original = original or (drawer.original_names() if drawer else {})
        units = {unit.pages[self.reference].unit.path for unit in course.units()}
        targets = {
            page.unit.path: text.name
            for path, text in self.pages.items()
            if path in units
            for page in text.pages.values()
        }
        files = drawer.files if drawer else {}
        self.links = Links(course, targets, self.names, say, original=self.original, names_of_files=files)
        facts = course.facts
        self._around = (
            *(self.languages, tuple(facts.groups), repr(facts.experiments), repr(facts.defaults)),
            *(str(self.zone), tuple(course.banks), facts.lagging),
            *(drawer is not None, _digest_of(self.original), _digest_of(files)),
        )

    def made(self) -> Made:
        found = self.written().merged()
        unused = (*self.links.unused(), *self._unused_tasks())
        return Made(found.courses, tuple(self.without_name), unused, self._behind(), found.rewritten)

    def _unused_tasks(self) -> list[str]:
        """Folders of tasks/ that no block names."""
        used = {
            one.value.strip()
            for text in self.pages.values()
            for page in text.pages.values()
            for block in _blocks_in(page.unit.parts)
            for one in block.settings
            if _is_task(block.kind, one.name, self.kinds)
        }
        names = dict.fromkeys(path.split("/")[1] for path in self.course.tasks)
        return [f"{TASKS}/{name}" for name in names if name not in used]

    def written(self) -> Bare:
        """What the text says by itself."""
        return Bare(dict(zip(self.languages, self._bare(), strict=True)), self.digests, self.drawer)

    def _bare(self) -> tuple[OlxCourse, ...]:
        courses = tuple(self._course(language) for language in self.languages)
        say_what_comes_first(self)
        former = former_names(self)
        say_what_is_set_aside(self, former)
        leads: Mapping[str, str] = {}
        if self.history is not None:
            there = self.drawer.ids_there() if self.drawer else {}
            ids = ids_of(courses[0].root, former, self.names, self.history, self.say, there)
            leads = {name: self.original.get(id_, id_) for name, id_ in ids.items()}
            courses = tuple(_with_ids(course, ids, leads) for course in courses)
            # The drawer knows a text by the name that it had there.
            self.digests |= {(one, ids[name]): text for (one, name), text in self.digests.items() if name in ids}
            say_lost_names(self, {block.id for block in courses[0].root.walk()}, ids, self.history, there)
        today = now_called(former)

        def id_of(name: str) -> str:
            name = name if name in self.names else today.get(name, name)
            return leads.get(name, self.original.get(name, name))

        assets = self.links.assets()
        return tuple(replace(with_places(course, id_of), assets=assets) for course in courses)

    def _behind(self) -> dict[str, tuple[str, ...]]:
        """What changed in the reference since each translation that lags was confirmed, from the versions."""
        found = {}
        for text in self.pages.values():
            for language, page in text.pages.items():
                if self.history is not None and self._lags(text.pages, language):
                    lines = changed_since(self.history, text.pages[self.reference], confirmed_for(page), self.kinds)
                    if lines:
                        found[page.unit.path] = lines
        return found

    # The course in one language ---------------------------------------------------------------------------------

    def _course(self, language: str) -> OlxCourse:
        facts = self.course.facts
        title = words(facts.title, language, self.reference) or self.course.name
        root = Block(
            id=self.run,
            tag="course",
            title=title,
            attributes={"display_name": title, "language": language},
            children=tuple(self._module(module, language) for module in self.course.modules),
            place=str(facts.place),
        )
        return OlxCourse(
            organisation=facts.organisation.text if facts.organisation else self.course.name,
            number=facts.number.text if facts.number else self.course.name,
            run=self.run,
            title=title,
            language=language,
            root=root,
            policy=self._policy(title, language),
            grading=self._grading(),
            assets={},
            about=self._about(language),
            tabs=tuple(self._tab(text, language) for text in self.course.extra_pages),
        )

    def _module(self, module: ModuleText, language: str) -> Block:
        title = words(module.facts.title, language, self.reference) or module.name
        attributes = {
            "display_name": title,
            **self._date("opens", module.facts.opens, closing=False),
            **_for_team(module.facts.visible),
            **_was(module.facts.was),
        }
        children = tuple(self._section(section, language) for section in module.sections)
        return Block(module.name, "chapter", title, attributes, children, place=str(module.place))

    def _section(self, section: SectionText, language: str) -> Block:
        facts = section.facts
        name = facts.id.text if facts.id else ""
        self.section = facts
        title = words(facts.title, language, self.reference) or name
        graded = {"graded": "true", "format": self._category(facts.graded.text)} if facts.graded is not None else {}
        attributes = {
            "display_name": title,
            **graded,
            **self._date("opens", facts.opens, closing=False),
            **self._date("due", facts.due, closing=True),
            **self._date("closes", facts.closes, closing=True),
            **_for_team(facts.visible),
            **self._access([group.text for group in facts.for_]),
            **self._in_their_words(facts),
            **_was(facts.was),
        }
        children = tuple(self._unit(unit, language) for unit in section.units)
        return Block(name, "sequential", title, attributes, children, place=str(facts.place))

    def _in_their_words(self, facts: SectionFacts) -> dict[str, str]:
        """What is said in the words of Open edX where it has some, so that it counts there too, and is found again.

        Quizzes bear the `show_result` of their section.
        """
        found: dict[str, str] = {}
        if facts.time_limit:
            found |= {"is_time_limited": "true", "default_time_limit_minutes": f"{facts.time_limit / 60:g}"}
        if facts.show_result:
            found["show_correctness"] = {"due": "past_due"}.get(facts.show_result, facts.show_result)
        if facts.hide_after_due is not None:
            found["hide_after_due"] = "true" if facts.hide_after_due else "false"
        if facts.after is not None:
            first = conditions.read_first(facts.after.text, facts.after.place, _quiet)  # it was told about before
            found[ours.AFTER] = " and ".join(
                str(replace(one, name=self.original.get(one.name, one.name))) for one in first
            )
        return found

    def _unit(self, text: PageText, language: str) -> Block:
        """A unit, worked out anew when its pages or something that it asks of the rest of the course have changed."""
        corrected = self._corrected(self.pages_of(text), language)
        key = ("unit", text.name, language, self._around, self._result_shown(), *corrected.values())
        made = self.memory.of(
            (*key, *self._keys_of(text)), lambda: self._heard_unit(text, language, corrected), still=self._still
        )
        for message in made.messages:
            self.say(message.code, message.template, message.place, severity=message.severity, **message.values)
        self.links.used |= made.asked.files
        self.digests |= made.digests
        return made.block

    def _result_shown(self) -> Written | None:
        """What the section says for those of its quizzes that say nothing."""
        section = self.section
        if section is None or not section.show_result:
            return None
        return Written(SHOW_RESULT, section.show_result, section.places.get(SHOW_RESULT, section.place))

    def _heard_unit(self, text: PageText, language: str, corrected: Mapping[str, str]) -> _HeardUnit:
        heard, asked, noted = Messages(), Asked(), dict[tuple[str, str], str]()
        say, self.say, self.links.say, self.links.asked = self.say, heard, heard, asked
        digests, self.digests = self.digests, noted
        try:
            block = self._made_unit(text, language, corrected)
        finally:
            self.say, self.links.say, self.digests = say, say, digests
        return _HeardUnit(block, asked, noted, heard.all)

    def _still(self, made: _HeardUnit) -> bool:
        banks = self.course.banks
        return self.links.still(made.asked) and all(
            name in banks and self._keys_of(banks[name]) == keys for name, keys in made.asked.banks.items()
        )

    def _made_unit(self, text: PageText, language: str, corrected: Mapping[str, str]) -> Block:
        pages = self._shown(text, language)
        reference = pages[self.reference]
        page = pages.get(language)
        heading = reference.unit.heading
        title = (page or reference).unit.title or text.name
        was, groups = heading.get("was"), heading.get("for")
        attributes = {
            "display_name": title,
            **_for_team(str(heading.get("visible") or "all")),
            **self._access(_texts(groups)),
            **({ours.WAS: " ".join(_texts(was))} if was else {}),
            **({ours.EFFORT: f"{minutes:g}"} if (minutes := _minutes(heading.get("effort"))) else {}),
            **({} if page is not None else {ours.LANGUAGE: self.reference}),
            **corrected,
        }
        children = tuple(self._blocks(self._joined(pages, language), language, (page or reference).unit.path))
        place = str(Place((page or reference).unit.path))
        return Block(text.name, "vertical", title, attributes, children, place=place)

    def _shown(self, text: PageText, language: str) -> Mapping[str, Page]:
        """The pages of a unit or a bank, without a translation that lags where the reference is shown instead."""
        pages = self.pages_of(text)
        if self.course.facts.lagging != "reference" or not self._lags(pages, language):
            return pages
        return {one: page for one, page in pages.items() if one != language}

    def _lags(self, pages: Mapping[str, Page], language: str) -> bool:
        own = pages.get(language)
        return language != self.reference and state_of(pages[self.reference], own, self.kinds) == "behind"

    def _corrected(self, pages: Mapping[str, Page], language: str) -> dict[str, str]:
        """Of a translation that lags, where learners are told: the day from which the reference has been as it is."""
        if self.course.facts.lagging != "notice" or not self._lags(pages, language):
            return {}
        since = corrected_at(self.history, pages[self.reference], self.kinds) or self.now
        return {ours.CORRECTED: since.astimezone(self.zone).date().isoformat()}

    def _joined(self, pages: Mapping[str, Page], language: str) -> tuple[Joined, ...]:
        reference, page = pages[self.reference].unit, pages.get(language)
        if page is None:
            return borrowed(reference)
        own = None if language == self.reference else page.unit
        return joined(reference, own, self.falls_back.get(page.unit.path, frozenset()))

    def _blocks(self, parts: Iterable[Joined], language: str, path: str) -> Iterator[Block]:
        for one in parts:
            here = _path_of(one.part) or path
            if self.drawer is not None:
                self._note_digest(one.part, one.reference or one.part, language)
            match one.part, one.reference or one.part:
                case Prose() as prose, Prose() as reference:
                    yield from self._prose(prose, reference, here, one.borrowed, language)
                case Verbatim() as verbatim, Verbatim() as reference:
                    yield from self._verbatim(verbatim, reference, one.borrowed)
                case TextBlock(kind="include") as block, TextBlock() as reference:
                    yield from self._include(block, reference, here, one.borrowed, language)
                case TextBlock() as block, TextBlock() as reference:
                    yield from self._activity(one, block, reference, here, language)

    def _note_digest(self, part: Part, reference: Part, language: str) -> None:
        """How the text of a leaf is now, however it is laid out: what it says itself, and what is written once."""
        if isinstance(reference, TextBlock) and reference.kind in HOLDERS:
            return
        said: dict[str, list[str]] = {}
        if isinstance(part, TextBlock) and isinstance(reference, TextBlock):
            defaults: Mapping[str, Located] = self.course.facts.defaults.get(part.kind, {})
            said = {name: [one.text] for name, one in defaults.items()}
            for block in (reference, part):
                own = [
                    one
                    for one in block.settings
                    if (block is part or not self._is_own(block, one)) and one.name != "was"  # no words of it
                ]
                said |= {name: [one.value for one in own if one.name == name] for name in {one.name for one in own}}
        kind = part.kind if isinstance(part, TextBlock) else type(part).__name__
        task = self._task_of(reference) if isinstance(reference, TextBlock) else ()
        files = hashlib.sha256(repr(task).encode()).hexdigest() if task else ""
        lines = [kind, *(f"{name}: {value}" for name in sorted(said) for value in said[name]), files, *body_of(part)]
        text = "\n".join(lines).encode("utf-8", "surrogatepass")
        self.digests[language, reference.name] = hashlib.sha256(text).hexdigest()[:16]

    def _is_own(self, block: TextBlock, written: Written) -> bool:
        return is_per_language(block.kind, written.name, self.kinds)

    def _prose(self, part: Prose, reference: Prose, path: str, lent: bool, language: str) -> Iterator[Block]:
        """A text named by its place. What says nothing to learners (a note for the team) is none, in any language."""
        if not _says_something(self._html(reference)):
            return
        content = self._html(part)
        if not _says_something(content):
            part, content, lent = reference, self._html(reference), True
            path = _path_of(reference) or path
        content = self.links.rewritten(content, path, part.lines, part.lines[0].place)
        yield Block(reference.name, "html", "", self._lent(lent), content=content, place=str(part.lines[0].place))

    def _html(self, part: Prose) -> str:
        """The HTML of prose, as the kind of texts reads it; it says what has no place there."""
        block = TextBlock("text", part.name, (), part.lines, part.lines[0].place)
        return self._read(block, None, self.say).content

    def _read(self, block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
        """What the kind of a block reads in it: the longest of the work, and pure."""
        reader = readers()[block.kind]
        alive = (block.lines, reference.lines if reference else None)
        key = ("read", _key_of(block), _key_of(reference) if reference else None)
        return self.memory.said(key, say, lambda heard: reader.read_text(block, reference, heard), alive=alive)

    def _lent(self, lent: bool) -> dict[str, str]:
        return {ours.LANGUAGE: self.reference} if lent else {}

    def _verbatim(self, part: Verbatim, reference: Verbatim, lent: bool) -> Iterator[Block]:
        try:
            root = documents.parse(part.source.encode()).root
        except (documents.Unreadable, documents.ForbiddenDeclaration) as error:
            self.say("unreadable-olx", N_("This OLX cannot be read: {reason}"), part.place, reason=error)
            return
        secrets = sorted(credentials.clean_element(root))
        for secret in secrets:
            self.say(
                "secret", N_("“{name}” is a secret, which no text may hold. Take it out."), part.place, name=secret
            )
        block = _olx_block(root, reference.name, "" if secrets else part.source, str(part.place))
        yield replace(block, attributes={**block.attributes, **self._lent(lent)})

    def _include(self, block: TextBlock, reference: TextBlock, path: str, lent: bool, language: str) -> Iterator[Block]:
        source = block.value("src") or reference.value("src")
        place = block.place_of("src")
        if not source:
            self.say(
                "include-without-src", N_("An include needs the page whose prose stands here: src: …"), block.place
            )
            return
        source = source.replace(_LANGUAGE_SIGN, self.reference if lent else language)
        found = source[1:] if source.startswith("/") else posixpath.join(posixpath.dirname(path), source)
        found = posixpath.normpath(found)
        if found not in self.course.texts or found.startswith(".."):
            self.links.asked.in_vain = True
            meant = nearest(found, [text for text in self.course.texts if text.endswith(".md")])
            template = N_("There is no page {path}. Did you mean {meant}?") if meant else N_("There is no page {path}.")
            self.say("missing-file", template, place, path=found, meant=meant)
            return
        stem = posixpath.basename(found).split(".")[0]
        self.links.asked.texts[found] = self.course.texts[found]
        page = read_page(self.course.texts[found], path=found, name=stem, language=language, say=self.say, titled=False)
        html = []
        for part in page.unit.parts:
            if isinstance(part, Prose):
                content = self._html(part)
                html.append(self.links.rewritten(content, found, part.lines, part.lines[0].place))
            else:
                template = N_("An included page holds prose only, so that no name occurs twice. Take this block out.")
                self.say("block-in-include", template, part.place)
        name = reference.name or f"{_unit_of(path)}.{stem}"
        attributes = {**self._common(reference), **self._lent(lent)}
        yield from self._guarded(
            Block(name, "html", reference.value("title"), attributes, content="\n".join(html), place=str(block.place)),
            reference,
        )

    def _activity(
        self, one: Joined, block: TextBlock, reference: TextBlock, path: str, language: str
    ) -> Iterator[Block]:
        title = block.value("title") or reference.value("title")
        shared = {**({"display_name": title} if title else {}), **self._common(reference), **self._lent(one.borrowed)}
        if block.kind in ("group", "bank", "experiment", "branch"):
            made: Block | None = self._holder(one, reference, title, shared, language, path)
        else:
            made = self._leaf(block, reference, one.borrowed, path, language)
            if made is not None:
                attributes = {**made.attributes, **shared}
                made = replace(made, id=reference.name, title=title or made.title, attributes=attributes)
        if made is not None:
            yield from self._guarded(made, reference)

    def _leaf(self, block: TextBlock, reference: TextBlock, lent: bool, path: str, language: str) -> Block | None:
        if block.kind not in readers():
            return None  # told by `check_block`
        is_reference = lent or language == self.reference
        own = self._prepared(block, path, self.reference if lent else language, with_defaults=is_reference)
        if is_reference:
            found = self._read(own, None, self._once)
        else:
            where = reference.place.path
            found = self._read(own, self._prepared(reference, where, language, with_defaults=True), self._once)
        # What a translation has of its reference is told there, once.
        said = [one for each in (block, reference) for one in each.settings]
        lines = (*block.lines, *reference.lines, *(Line(one.value, value_place(one)) for one in said))

        def led(text: str) -> str:
            return self.links.rewritten(text, path, lines, block.place)

        holds_task = any(_is_task(reference.kind, one.name, self.kinds) for one in reference.settings)
        return replace(
            found,
            attributes={name: led(value) for name, value in found.attributes.items()},
            content=found.content if holds_task else led(found.content),  # no link stands in files of a task
            extra=led(found.extra),
            place=str(block.place),
        )

    def _once(self, code: str, template: str, place: Place, *, severity: Severity = "error", **values: object) -> None:
        """What a kind says, but for settings that were told already."""
        if (place.path, place.line) not in self.told:
            self.say(code, template, place, severity=severity, **values)

    def _prepared(self, block: TextBlock, path: str, language: str, *, with_defaults: bool) -> TextBlock:
        """The block with the course's defaults, and its files as links under /static/."""
        settings = [one for written in block.settings for one in self._with_files(block, written, path, language)]
        names = {written.name for written in settings}
        if with_defaults:
            defaults: Mapping[str, Located] = self.course.facts.defaults.get(block.kind, {})
            shown = self._result_shown()
            if shown is not None and setting_of(block.kind, SHOW_RESULT, self.kinds):
                settings += [shown] if SHOW_RESULT not in names else []
                names.add(SHOW_RESULT)
            settings += [Written(name, one.text, one.place) for name, one in defaults.items() if name not in names]
        return replace(block, settings=tuple(settings), files=self._task_of(block))

    def _task_of(self, block: TextBlock) -> tuple[tuple[str, bytes], ...]:
        """The files of the task that a block names; one that is not there is told."""
        written = next((one for one in block.settings if _is_task(block.kind, one.name, self.kinds)), None)
        if written is None:
            return ()
        name = written.value.strip()
        states = states_of_task(self.course, name)
        self.links.asked.tasks[name] = states
        if not states:
            self.links.asked.in_vain = True
            meant = nearest(name, {path.split("/")[1] for path in self.course.tasks})
            template = (
                N_("There is no folder {path}. Did you mean “{meant}”?")
                if meant
                else N_("There is no folder {path}. A task is a folder with a task.yaml (docs/code.md).")
            )
            self._once("no-task", template, value_place(written), path=f"{TASKS}/{name}", meant=meant)
        files = FolderFiles(self.course.root)
        return tuple((path.split("/", 2)[2], b"".join(files.stream(path))) for path, _state in states)

    def _with_files(self, block: TextBlock, written: Written, path: str, language: str) -> Iterator[Written]:
        """The setting with its files as links; one that may be repeated, once for each of its values."""
        setting = setting_of(block.kind, written.name, self.kinds)
        if setting is None or not (setting.type == "file" or setting.name in _FILES):
            yield written
            return
        several = setting.repeated and written.value.startswith("[")
        for value in list_of(written.value) if several else (written.value,):
            if setting.name == "captions" and _LANGUAGE_SIGN in value:
                self._tell_silent_languages(value, path, language, written)
            for one in self._each_language(value, path, language) if setting.repeated else (language,):
                said, file = (
                    _said_language(value.replace(_LANGUAGE_SIGN, one)) if setting.name == "captions" else ("", "")
                )
                file = file or value.replace(_LANGUAGE_SIGN, one)
                led = self._led(file, path, written) if "." in file else file
                yield replace(written, value=f"{said} {led}" if said else led)

    def _tell_silent_languages(self, value: str, path: str, language: str, written: Written) -> None:
        """Captions that are there in some languages of the course and not in the others: nothing else tells them."""
        there = self._each_language(value, path, language)
        _said, name = _said_language(value)
        for one in self.languages:
            if one not in there:
                self.say(
                    "captions-not-in-language",
                    N_("There are no captions “{name}” in this folder. Put them there, for those who cannot hear."),
                    value_place(written),
                    severity="warning",
                    name=(name or value).replace(_LANGUAGE_SIGN, one),
                )

    def _each_language(self, value: str, path: str, language: str) -> tuple[str, ...]:
        """`film.{lang}.vtt`: the languages in which there is such a file, else the page's own, so that it is told."""
        if _LANGUAGE_SIGN not in value:
            return (language,)
        folder = posixpath.dirname(path)
        there = []
        for one in self.languages:
            file = posixpath.normpath(posixpath.join(folder, value.replace(_LANGUAGE_SIGN, one)))
            if file in self.course.files:
                there.append(one)
            else:
                self.links.asked.absent.add(file)
        return tuple(there) or (language,)

    def _led(self, value: str, path: str, written: Written) -> str:
        return self.links.led(value, path, lambda: value_place(written))

    # Containers -------------------------------------------------------------------------------------------------

    def _holder(
        self, one: Joined, reference: TextBlock, title: str, shared: Mapping[str, str], language: str, path: str
    ) -> Block:
        place = str(one.part.place) if isinstance(one.part, TextBlock) else ""
        inside = tuple(self._blocks(one.parts, language, path))
        match reference.kind:
            case "bank":
                draw = number(reference.value("draw")) if reference.value("draw") != "all" else None
                attributes = {**shared, "max_count": str(ALL if draw is None else int(draw))}
                if reference.value("from"):
                    inside = tuple(self._drawn(reference, language))
                return Block(reference.name, "library_content", title, attributes, inside, place=place)
            case "experiment":
                return self._experiment(reference, title, shared, inside, place)
            case "branch":
                return Block(reference.name, "vertical", title, dict(shared), inside, place=place)
            case _:
                return Block(reference.name, "wrapper", title, dict(shared), inside, place=place)

    def _drawn(self, block: TextBlock, language: str) -> Iterator[Block]:
        text = self.course.banks.get(block.value("from"))
        if text is None:
            self.links.asked.in_vain = True
            return
        self.links.asked.banks[block.value("from")] = self._keys_of(text)
        pages = self._shown(text, language)
        path = (pages.get(language) or pages[self.reference]).unit.path
        parts = [one for one in self._joined(pages, language) if not isinstance(one.part, Prose)]
        for found in self._blocks(parts, language, path):
            yield replace(found, id=f"{block.name}.{found.id}")

    def _experiment(
        self, block: TextBlock, title: str, shared: Mapping[str, str], inside: Sequence[Block], place: str
    ) -> Block:
        """A split test: one vertical for each branch, called by the experiment's name and the branch's."""
        children = tuple(replace(child, id=f"{block.name}.{child.id}") for child in inside if child.tag == "vertical")
        on = block.value("on")
        experiment = self.course.facts.experiments.get(on)
        groups = {
            _number_of(f"{on}.{branch}"): f"{block.name}.{branch}"
            for branch in (experiment.branches if experiment else ())
        }
        attributes = {
            **shared,
            "user_partition_id": _number_of(on),
            "group_id_to_child": json.dumps(groups, ensure_ascii=False),
        }
        return Block(block.name, "split_test", title, attributes, children, place=place)

    def _guarded(self, made: Block, reference: TextBlock) -> Iterator[Block]:
        """The block, inside the conditionals that its `if` asks for."""
        said = reference.value("if")
        if not said:
            yield made
            return
        found = made
        steps = [
            step
            for test in conditions.read(said, reference.place_of("if"), _quiet)
            for step in self._steps(test, reference)
        ]
        for rank, (source, attribute, value) in enumerate(reversed(steps), start=1):
            name = f"{reference.name}.if" + (f"-{rank}" if rank > 1 else "")
            lent = {name_: text for name_, text in made.attributes.items() if name_ == ours.LANGUAGE}
            found = Block(
                name, "conditional", "", {"sources": source, attribute: value, **lent}, (found,), place=made.place
            )
        yield found

    def _steps(self, test: conditions.Test, block: TextBlock) -> Iterator[tuple[str, str, str]]:
        place = block.place_of("if")
        if not self.known(test.name, self.names, "unknown-block", place, NO_BLOCK):
            self.links.asked.in_vain = True
            return
        self.links.asked.blocks.add(test.name)
        if test.verb == "wrong" and test.negated:
            template = N_("“not … wrong” cannot be judged here. Write: {name} right.")
            self.say("condition-not-here", template, place, name=test.name)
            return
        source = self.original.get(test.name, test.name)
        if test.verb == "wrong":
            yield source, "attempted", "True"
            yield source, "correct", "False"
        elif test.verb == "voted" and test.value:
            yield source, "poll_answer", test.value
        else:
            yield source, _TESTS[test.verb], "False" if test.negated else "True"

    # Settings of any block --------------------------------------------------------------------------------------

    def _common(self, block: TextBlock) -> dict[str, str]:
        was = list_of(block.value("was"))
        return {
            **_for_team(block.value("visible", "all")),
            **self._access(list_of(block.value("for"))),
            **({ours.WAS: " ".join(was)} if was else {}),
            **({ours.READERS: " ".join(readers_)} if (readers_ := readers_of(block)) else {}),
        }

    def _access(self, groups: Sequence[str]) -> dict[str, str]:
        known = [group for group in groups if group in self.course.facts.groups]
        return (
            {"group_access": json.dumps({_number_of(GROUPS): [_number_of(group) for group in known]})} if known else {}
        )

    def _date(self, name: str, when: dates.When | None, *, closing: bool) -> dict[str, str]:
        """An absolute date in OLX's attribute, a relative one in ours."""
        match when:
            case dates.On() if name == "closes":
                return {ours.CLOSES: self._moment(when, closing=closing).isoformat()}
            case dates.On():
                moment = self._moment(when, closing=closing)
                return {"start" if name == "opens" else "due": moment.isoformat()}
            case dates.After(days=0, time=None) if not closing:
                return {}
            case dates.After():
                zone = str(self.zone)
                return {_RELATIVE[name]: when.written(zone, closing=closing)}
            case _:
                return {}

    def _moment(self, when: dates.On, *, closing: bool) -> dt.datetime:
        return when.at(closing=closing).replace(tzinfo=self.zone).astimezone(dt.UTC)

    # The course's own facts -------------------------------------------------------------------------------------

    def _category(self, name: str) -> str:
        category = self.course.facts.grading.categories.get(name)
        return (words(category.title, self.reference, self.reference) if category else "") or name

    def _grading(self) -> GradingPolicy:
        grading = self.course.facts.grading
        sections = [
            section.facts.graded.text
            for module in self.course.modules
            for section in module.sections
            if section.facts.graded is not None
        ]
        types = tuple(
            AssignmentType(
                self._category(name),
                name,
                int(category.count if category.count is not None else max(1, sections.count(name))),
                int(category.drop),
                category.weight / PERCENT,
                _by_language(category.title),
            )
            for name, category in grading.categories.items()
        )
        letters = {letter: mark / PERCENT for letter, mark in (grading.letters or {}).items()}
        return GradingPolicy(types, letters or {"Pass": grading.pass_mark / PERCENT})

    def _policy(self, title: str, language: str) -> dict[str, Any]:
        facts, calendar = self.course.facts, self.course.facts.calendar
        policy: dict[str, Any] = {"display_name": title, "language": language}
        for key, when, closing in (
            ("start", calendar.opens, False),
            ("end", calendar.closes, True),
            ("enrollment_end", calendar.enrolment_closes, True),
        ):
            if isinstance(when, dates.On):
                policy[key] = self._moment(when, closing=closing).isoformat()
        if calendar.pace == "free":
            policy["self_paced"] = True
        if calendar.grace:
            policy["graceperiod"] = f"{int(calendar.grace)} seconds"
        if facts.licence is not None:
            policy["license"] = facts.licence.text
        for name, picture in (("course_image", facts.image), ("banner_image", facts.banner)):
            if picture is not None:
                path = self.links.led(picture.text, COURSE_FILE, partial(_place, picture))
                policy[name] = path.removeprefix("/static/")
        partitions = self._partitions()
        if partitions:
            policy["user_partitions"] = partitions
        other = {
            **({"cordee_family": facts.family} if facts.family else {}),
            **({"cordee_workload": workload} if (workload := self._workload()) else {}),
            **({ours.TEXT: kept} if (kept := kept_facts(self.course.texts[COURSE_FILE])) else {}),
        }
        return policy | ({"other_course_settings": other} if other else {})

    def _partitions(self) -> list[dict[str, Any]]:
        facts = self.course.facts
        found = []
        if facts.groups:
            groups = [{"id": _number_of(group), "name": group} for group in facts.groups]
            found.append({"id": _number_of(GROUPS), "name": GROUPS, "scheme": "cohort", "groups": groups})
        for name, experiment in facts.experiments.items():
            groups = [{"id": _number_of(f"{name}.{branch}"), "name": branch} for branch in experiment.branches]
            found.append({"id": _number_of(name), "name": name, "scheme": "random", "groups": groups})
        return found

    def _workload(self) -> list[dict[str, Any]]:
        """Hours of each module, from the minutes that its units say.

        Where none does, what `calendar.effort` says of a week, its graded units counted as practice. None when nobody
        says anything.
        """
        lines = []
        a_week = (self.course.facts.calendar.effort or 0.0) / 60
        for module in self.course.modules:
            reading, practice = 0.0, 0.0
            for section in module.sections:
                minutes = sum(_minutes(unit.pages[self.reference].unit.heading.get("effort")) for unit in section.units)
                if section.facts.graded is None:
                    reading += minutes
                else:
                    practice += minutes
            if not reading + practice:
                count = [len(section.units) for section in module.sections]
                counts = [len(section.units) for section in module.sections if section.facts.graded is not None]
                practice = a_week * sum(counts) / max(1, sum(count))
                reading = a_week - practice
            graded = any(section.facts.graded is not None for section in module.sections)
            hours = {"reading_h": round(reading / 60, 2), "practice_h": round(practice / 60, 2)}
            lines.append({**hours, "video_h": 0, "graded": graded})
        return lines if any(line["reading_h"] or line["practice_h"] for line in lines) else []

    def _about(self, language: str) -> dict[str, OlxPage]:
        facts = self.course.facts
        found = {}
        for name, said in (("short_description", facts.summary), ("subtitle", facts.subtitle)):
            text = words(said, language, self.reference)
            if text:
                found[name] = OlxPage(name, "", text)
        if self.course.about is not None:
            found["overview"] = OlxPage("overview", "", self._page_html(self.course.about, language))
        return found

    def _tab(self, text: PageText, language: str) -> OlxPage:
        pages = self.pages_of(text)
        title = (pages.get(language) or pages[self.reference]).unit.title
        return OlxPage(text.name, title, self._page_html(text, language))

    def _page_html(self, text: PageText, language: str) -> str:
        """The prose of a page that is no unit: it holds no activities."""
        pages = self.pages_of(text)
        page = pages.get(language) or pages[self.reference]
        html = []
        for part in page.unit.parts:
            if isinstance(part, Prose):
                content = self._html(part)
                html.append(self.links.rewritten(content, page.unit.path, part.lines, part.lines[0].place))
            else:
                self.say("block-beside-units", N_("Only units hold activities. Move this one to a unit."), part.place)
        return "\n".join(html)


def _key_of(block: TextBlock) -> Hashable:
    """All that a block says which holds no others; its lines are those of a page that is kept, or others."""
    return (block.kind, block.name, block.place, block.settings, id(block.lines), block.files)


def _is_task(kind: str, name: str, kinds: Kinds) -> bool:
    setting = setting_of(kind, name, kinds)
    return setting is not None and setting.type == "task"


def _blocks_in(parts: Iterable[Part]) -> Iterator[TextBlock]:
    for part in parts:
        if isinstance(part, TextBlock):
            yield part
            yield from _blocks_in(part.parts)


def _digest_of(names: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(names.items())).encode("utf-8", "surrogatepass")).hexdigest()


def _with_ids(course: OlxCourse, ids: Mapping[str, str], leads: Mapping[str, str]) -> OlxCourse:
    pages = {name: replace(page, html=led_to(page.html, leads)) for name, page in course.about.items()}
    tabs = tuple(replace(page, html=led_to(page.html, leads)) for page in course.tabs)
    return replace(course, root=with_ids(course.root, ids, leads), about=pages, tabs=tabs)


def _said_language(value: str) -> tuple[str, str]:
    """`fr film.vtt`: the language and the file; nothing where none is said."""
    found = _SAID_LANGUAGE.fullmatch(value)
    return (found[1], found[2]) if found else ("", "")


def _path_of(part: Part) -> str:
    return part.lines[0].place.path if isinstance(part, Prose) else part.place.path


def _unit_of(path: str) -> str:
    return posixpath.basename(path).split(".")[0]


def _place(located: Located | None) -> Place:
    return located.place if located is not None else Place("course.yaml")


def _says_something(html: str) -> bool:
    return bool(_COMMENT.sub("", html).strip())


def _for_team(visible: str) -> dict[str, str]:
    return {"visible_to_staff_only": "true"} if visible == "team" else {}


def _was(names: Iterable[Located]) -> dict[str, str]:
    found = " ".join(one.text for one in names)
    return {ours.WAS: found} if found else {}


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


def _minutes(value: Any) -> float:
    return number(str(value)) or 0.0 if value else 0.0


def _number_of(name: str) -> str:
    """A number for a partition or a group, as Open edX wants one; the same as long as the name is."""
    return str(int(hashlib.sha256(name.encode()).hexdigest()[:7], 16))


def _quiet(code: str, template: str, place: Place, **values: object) -> None:
    """Conditions were told about when settings were checked."""


def _olx_block(element: Any, name: str, source: str, place: str) -> Block:
    tag = documents.local_name(element)
    attributes = {str(key): str(value) for key, value in element.attrib.items() if key not in OWN_NAMES}
    title = attributes.get("display_name", "")
    if tag in (*CONTAINER_TAGS, *STRUCTURE_TAGS):
        beside = ("", *NOT_BLOCKS.get(tag, ()))
        children = tuple(
            _olx_block(
                child, child.get("url_name") or derived_id(name, documents.local_name(child), "", rank), "", place
            )
            for rank, child in enumerate(one for one in element if documents.local_name(one) not in beside)
        )
        return Block(name, tag, title, attributes, children, place=place)
    content = documents.inner_html(element) if tag == "html" else source or documents.outer(element)
    return Block(name, tag, title, attributes, content=content, place=place)


def _by_language(said: Words | None) -> dict[str, str]:
    """Where its author says it in more than one language; else nothing."""
    found = {language: str(text) for language, text in (said or {}).items() if language}
    return found if len(found) > 1 else {}
