"""Which names does a course hold, and does what is written in one place go with what is written in others?"""

from __future__ import annotations

import zoneinfo
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace

from cordee.core.errors import N_
from cordee.courses.text.kinds import table
from cordee.formats.coursetext.canonical import names_as_in, with_names
from cordee.formats.coursetext.folder import BANKS, CourseText, PageText
from cordee.formats.coursetext.join import compare, say_state
from cordee.formats.coursetext.lines import Page
from cordee.formats.coursetext.memory import Memory
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Part, Place, Prose, Say, TextBlock, Verbatim
from cordee.formats.coursetext.nearest import nearest
from cordee.formats.coursetext.settings import Kinds, check_block, list_of, readers_of, settings_of

PERCENT = 100


class NamedCourse:
    """A course whose blocks all have names, checked as a whole; what is wrong was said."""

    def __init__(self, course: CourseText, say: Say, memory: Memory | None = None) -> None:
        self.course, self.say, self.memory = course, say, memory or Memory()
        self.kinds: Kinds = table()
        self.reference = course.reference
        self.languages = course.facts.all_languages
        self.zone = self._zone()
        self.pages: dict[str, PageText] = {}  # by path of the reference
        self.without_name: list[tuple[str, int, str]] = []  # path, line and the name that was given
        self.names: dict[str, Place] = {}
        self.falls_back: dict[
            str, frozenset[str]
        ] = {}  # path of a translation -> blocks shown in the reference's words
        self.told: set[tuple[str, int]] = set()  # lines of settings that something was said about
        self._keys: dict[str, Hashable] = {}  # path of a page -> all that it says, its blocks named
        self._name_all()
        self._check_all()

    def _name_all(self) -> None:
        """Every name of the course once; blocks without one are named, and their translations like them."""
        for module in self.course.modules:
            self._take_name(module.name, module.place)
            for section in module.sections:
                if section.facts.id is not None:
                    self._take_name(section.facts.id.text, section.facts.id.place)
        units = {id(unit) for unit in self.course.units()}
        for text in self.course.all_pages():
            if id(text) in units:
                self._take_name(text.name, text.place)
        written = {
            part.name
            for text in self.course.all_pages()
            for part in walk(text.pages[self.reference].unit.parts)
            if isinstance(part, TextBlock)
        }
        taken = set(self.names) | written
        for text in self.course.all_pages():
            in_bank = text.place.path.startswith(f"{BANKS}/")
            pages = self._named(text, taken)
            self.pages[pages[self.reference].unit.path] = replace(text, pages=pages)
            own: dict[str, Place] = {}
            for part in walk(pages[self.reference].unit.parts):
                if isinstance(part, TextBlock) and part.kind == "branch":
                    continue  # called by its experiment too: two experiments may have groups of one name
                if isinstance(part, (TextBlock, Verbatim)) and part.name:
                    self._take_name(part.name, part.place, own if in_bank else self.names)
                for branch in part.parts if isinstance(part, TextBlock) and part.kind == "experiment" else ():
                    if isinstance(branch, TextBlock) and branch.name:
                        self._take_name(f"{part.name}.{branch.name}", branch.place, own if in_bank else self.names)
        self._name_drawn()

    def _name_drawn(self) -> None:
        """A question that is drawn from a file is called by its bank and its own name."""
        for text in self.course.all_pages():
            for part in walk(self.pages_of(text)[self.reference].unit.parts):
                if isinstance(part, TextBlock) and part.kind == "bank" and part.value("from"):
                    for question in self.bank_of(part):
                        if isinstance(question, TextBlock):
                            self._take_name(f"{part.name}.{question.name}", question.place)

    def _named(self, text: PageText, taken: set[str]) -> dict[str, Page]:
        reference = text.pages[self.reference]
        if all(_has_names(page) for page in text.pages.values()):
            for page in text.pages.values():
                self._keys[page.unit.path] = self._key(page)
            return dict(text.pages)
        named = with_names(reference, taken)
        given = zip(walk(reference.unit.parts), walk(named.unit.parts), strict=True)
        for before, after in given:
            if isinstance(before, TextBlock) and isinstance(after, TextBlock) and before.name != after.name:
                self.without_name.append((before.place.path, before.place.line, after.name))
                self.say(
                    "no-name",
                    N_(
                        "This {kind} has no name yet. cordee course format calls it “{name}”; "
                        "choose another if you like."
                    ),
                    before.place,
                    severity="warning",
                    kind=before.kind,
                    name=after.name,
                )
        found = {self.reference: named}
        for language, page in text.pages.items():
            if language != self.reference:
                found[language] = names_as_in(page, named)
                for before, after in zip(walk(page.unit.parts), walk(found[language].unit.parts), strict=True):
                    if isinstance(before, TextBlock) and isinstance(after, TextBlock) and before.name != after.name:
                        self.without_name.append((before.place.path, before.place.line, after.name))
        for page in found.values():
            self._keys[page.unit.path] = (self._key(page), tuple(_names_in(page)))
        return found

    def _key(self, page: Page) -> Hashable:
        return (page.unit.path, page.unit.name, page.unit.language, self.course.texts[page.unit.path])

    def _take_name(self, name: str, place: Place, among: dict[str, Place] | None = None) -> None:
        known = self.names if among is None else among
        if name in known:
            self.say(
                "name-twice",
                N_("“{name}” is the name of something else too ({where}). Give one of the two another name."),
                place,
                name=name,
                where=known[name],
            )
        known.setdefault(name, place)

    def pages_of(self, text: PageText) -> Mapping[str, Page]:
        return self.pages[text.pages[self.reference].unit.path].pages

    def _check_all(self) -> None:
        facts = self.course.facts
        around = (self.languages, tuple(facts.groups), repr(facts.experiments), tuple(self.course.banks))
        for text in self.pages.values():
            key = ("checked", around, *(self._keys[page.unit.path] for page in text.pages.values()))
            found = self.memory.said(key, self.say, lambda say, text=text: self._check_page(text, say))  # type: ignore[misc]  # a default of a lambda
            self.told |= found[0]
            self.falls_back |= found[1]
        self._check_facts()

    def _check_page(self, text: PageText, say: Say) -> tuple[frozenset[tuple[str, int]], Mapping[str, frozenset[str]]]:
        """A page in its languages; lines of settings that something was said about, and what of it falls back."""
        falls_back: dict[str, frozenset[str]] = {}
        outer, self.say = self.say, say
        known, self.told = self.told, set()
        try:
            reference = text.pages[self.reference]
            for page in text.pages.values():
                self._no_branch_in(page.unit.parts)
                for part in walk(page.unit.parts):
                    if isinstance(part, TextBlock):
                        self._check_block(part, page is reference)
            for language in self.languages:
                page_or_none = text.pages.get(language)
                if language != self.reference:
                    say_state(reference, page_or_none, language, self.kinds, self.say)
                    if page_or_none is not None:
                        names = compare(reference, page_or_none, self.kinds, self.say)
                        falls_back[page_or_none.unit.path] = names
            return frozenset(self.told), falls_back
        finally:
            self.say, self.told = outer, known

    def _check_block(self, block: TextBlock, is_reference: bool) -> None:
        found = Messages()
        check_block(block, self.kinds, found)
        for message in found.all:
            self.told.add((message.place.path, message.place.line))
            self.say(message.code, message.template, message.place, severity=message.severity, **message.values)
        if block.kind == "branch" and block.value("was"):  # who is in which group hangs on its name in course.yaml
            self.say("not-applied", _NO_EFFECT, block.place_of("was"), severity="warning", name="was")
        for group in list_of(block.value("for")):
            self.known(group, self.course.facts.groups, "unknown-group", block.place_of("for"), _NO_GROUP)
        for language in readers_of(block):
            self.known(language, self.languages, "unknown-language", block.place_of("languages"), _NO_LANGUAGE)
        if block.kind != "experiment":
            self._no_branch_in(block.parts)
        if block.kind == "experiment" and is_reference:
            self._check_experiment(block)
        if block.kind == "bank" and is_reference:
            self._check_bank(block)

    def _no_branch_in(self, parts: Iterable[Part]) -> None:
        for part in parts:
            if isinstance(part, TextBlock) and part.kind == "branch":
                template = N_("A branch stands in an experiment only. Put it between ::: experiment name and :::.")
                self.say("branch-alone", template, part.place)

    def known(self, name: str, known: Iterable[str], code: str, place: Place, templates: tuple[str, str]) -> bool:
        words_ = list(known)
        if name in words_:
            return True
        meant = nearest(name, words_)
        self.say(code, templates[0] if meant else templates[1], place, name=name, meant=meant)
        return False

    def _check_experiment(self, block: TextBlock) -> None:
        on = block.value("on")
        if not self.known(
            on, self.course.facts.experiments, "unknown-experiment", block.place_of("on"), _NO_EXPERIMENT
        ):
            return
        branches = self.course.facts.experiments[on].branches
        for part in block.parts:
            if isinstance(part, TextBlock) and part.kind == "branch":
                self.known(part.name, branches, "unknown-branch", part.place, _NO_BRANCH)
            else:
                self.say(
                    "only-branches",
                    N_("An experiment holds branches only. Put this between ::: branch name and :::."),
                    part.lines[0].place if isinstance(part, Prose) else part.place,
                )
        if len(set(branches.values())) > 1:
            self.say(
                "equal-shares",
                N_("Branches are drawn in equal shares on this platform, whatever shares are written."),
                block.place,
                severity="warning",
            )

    def _check_bank(self, block: TextBlock) -> None:
        name = block.value("from")
        if name and block.parts:
            self.say("bank-twice", N_("A bank takes its questions from a file or holds them, not both."), block.place)
        if name:
            self.known(name, self.course.banks, "unknown-bank", block.place_of("from"), _NO_BANK)
        elif not block.parts:
            self.say("empty-bank", N_("This bank holds no question. Put some in it, or say from: file."), block.place)
        for part in block.parts:
            if isinstance(part, Prose):
                template = N_("A bank holds questions only. Put this text above the bank.")
                self.say("text-in-bank", template, part.lines[0].place)

    def _check_facts(self) -> None:
        facts = self.course.facts
        total = sum(category.weight for category in facts.grading.categories.values())
        if facts.grading.categories and round(total, 6) != PERCENT:
            place = facts.grading.places.get("categories", facts.place)
            template = N_("The weights of the categories make {total} %, not 100 %. Change them.")
            self.say("weights-total", template, place, total=f"{total:g}")
        for module in self.course.modules:
            for section in module.sections:
                if section.facts.graded is not None:
                    name = section.facts.graded
                    self.known(name.text, facts.grading.categories, "unknown-category", name.place, _NO_CATEGORY)
                for group in section.facts.for_:
                    self.known(group.text, facts.groups, "unknown-group", group.place, _NO_GROUP)
        for kind, settings in facts.defaults.items():
            place = facts.places.get("defaults", facts.place)
            if self.known(kind, self.kinds, "unknown-kind", place, _NO_KIND):
                known = [setting.name for setting in settings_of(kind, self.kinds)]
                for name_, value in settings.items():
                    self.known(name_, known, "unknown-setting", value.place, _NO_SETTING)

    def _zone(self) -> zoneinfo.ZoneInfo:
        said = self.course.facts.calendar.timezone
        if said is None:
            return zoneinfo.ZoneInfo("UTC")
        try:
            return zoneinfo.ZoneInfo(said.text)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            meant = nearest(said.text, zoneinfo.available_timezones())
            self.say(
                "unknown-zone",
                N_("There is no time zone “{name}”. Did you mean “{meant}”?")
                if meant
                else N_("There is no time zone “{name}”. Write one such as Europe/Paris."),
                said.place,
                name=said.text,
                meant=meant,
            )
            return zoneinfo.ZoneInfo("UTC")

    def _keys_of(self, text: PageText) -> tuple[Hashable, ...]:
        """All that a page says in its languages."""
        return tuple(self._keys[page.unit.path] for page in self.pages_of(text).values())

    def bank_of(self, block: TextBlock) -> tuple[Part, ...]:
        text = self.course.banks.get(block.value("from"))
        if text is None:
            return ()
        path = text.pages[self.reference].unit.path
        return self.pages.get(path, text).pages[self.reference].unit.parts


_NO_EFFECT = N_("“{name}” is kept in the text and does nothing on this platform yet. Do not count on it.")
_NO_GROUP = (
    N_("There is no group “{name}” in course.yaml. Did you mean “{meant}”?"),
    N_("There is no group “{name}” in course.yaml. Add it to `groups` there."),
)
_NO_LANGUAGE = (
    N_("This course is not in the language “{name}”. Did you mean “{meant}”?"),
    N_("This course is not in the language “{name}”. Write one of `languages` in course.yaml."),
)
_NO_EXPERIMENT = (
    N_("There is no experiment “{name}” in course.yaml. Did you mean “{meant}”?"),
    N_("There is no experiment “{name}” in course.yaml. Add it to `experiments` there, and say on: its name."),
)
_NO_BRANCH = (
    N_("The experiment has no branch “{name}”. Did you mean “{meant}”?"),
    N_("The experiment has no branch “{name}”. Name it as one of its branches in course.yaml."),
)
_NO_BANK = (
    N_("There is no bank “{name}” in the folder banks. Did you mean “{meant}”?"),
    N_("There is no bank “{name}” in the folder banks. Write its page there."),
)
_NO_CATEGORY = (
    N_("The grading of course.yaml has no category “{name}”. Did you mean “{meant}”?"),
    N_("The grading of course.yaml has no category “{name}”. Add it to `categories` there."),
)
NO_BLOCK = (
    N_("There is no block “{name}” in this course. Did you mean “{meant}”?"),
    N_("There is no block “{name}” in this course. Write the name of one."),
)
NO_NAME_FIRST = (
    N_("Nothing is called “{name}” in this course. Did you mean “{meant}”?"),
    N_("Nothing is called “{name}” in this course. Write the name of a section, a page or a block."),
)
_NO_KIND = (
    N_("There is no kind of activity called “{name}”. Did you mean “{meant}”?"),
    N_("There is no kind of activity called “{name}”. Take these defaults out."),
)
_NO_SETTING = (
    N_("There is no setting “{name}” here. Did you mean “{meant}”?"),
    N_("There is no setting “{name}” here. Take it out."),
)


def _names_in(page: Page) -> Iterator[str]:
    return (part.name for part in walk(page.unit.parts) if isinstance(part, TextBlock))


def _has_names(page: Page) -> bool:
    """Whether nothing in it wants a name."""
    parts = walk(page.unit.parts)
    return all(part.name or part.kind == "include" for part in parts if isinstance(part, TextBlock))


def walk(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        if isinstance(part, TextBlock):
            yield from walk(part.parts)
