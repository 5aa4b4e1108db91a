"""Which pages, YAML files and files beside them is a course that came from elsewhere?

What the text says is decided here; what it has no words for lies in the drawer (`drawer`), so that nothing is lost.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

from cordee.courses.compiling import language_of
from cordee.courses.relative_dates import is_relative
from cordee.courses.text.drawer import keyed
from cordee.courses.text.kinds import table
from cordee.courses.text.planning import (
    NOWHERE,
    Audiences,
    Blocks,
    Names,
    Planned,
    Planner,
    audiences_of,
    is_for_team,
    is_name,
    one_line,
    sources_in,
)
from cordee.courses.text.setting_aside import places_named
from cordee.formats.archives.names import key_of
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.canonical import digest, layout
from cordee.formats.coursetext.conditions import renamed
from cordee.formats.coursetext.facts import COURSE_FILE, MODULE_FILE, MOST_MINUTES, facts_kept
from cordee.formats.coursetext.folder import MODULES, PAGES, READABLE, SHARED
from cordee.formats.coursetext.lines import FENCE, Page
from cordee.formats.coursetext.model import Line, Part, Prose, TextBlock, UnitText, Written
from cordee.formats.coursetext.names import LANGUAGE, STEM, free_name, slug
from cordee.formats.coursetext.page import same_page
from cordee.formats.coursetext.prose import from_html, to_html
from cordee.formats.coursetext.shapes import MOST_LIMIT_S
from cordee.formats.coursetext.yaml_writing import Value, scalar, written
from cordee.formats.olx import ours, values
from cordee.formats.olx.assets import AssetIndex
from cordee.formats.olx.model import AssignmentType, Block, OlxCourse

LONGEST_STEM: Final = 40
PERCENT: Final = 100
_HEX = re.compile(r"[0-9a-f]{16,}")
_LINK = re.compile(
    r"(?P<head>\]\((?P<angle><)?|(?P<attribute>(?<![\w-])(?:src|href|poster|data)\s*=\s*[\"']))"
    r"(?P<url>/static/(?(angle)[^<>\n]+|(?(attribute)[^\"'<>\n]+|[^\s\"'<>()]+)))"
)
_FILE = re.compile(r"(?P<url>/static/[^\s\"',\[\]]+)")
_CAPTIONS = re.compile(rf"(?:{LANGUAGE.pattern}\s+)?(?P<url>(?:/static/)?[^\s/:\"',\[\]]+)")
_RELATIVE = re.compile(r"(?P<days>\+\d{1,4}d) (?P<time>\d{2}:\d{2}) (?P<zone>\S+)")
_PLAIN_TEXT = re.compile(r"<[^>]*>")


Places = tuple[AssetIndex, Mapping[str, str]]  # names of files, however spelled; name -> path in the folder


@dataclass(slots=True)
class UnitPlan:
    """A unit, and where its pages lie: `path` + ".fr.md"."""

    key: str  # "" for a level that its author left out
    name: str
    path: str
    titles: Mapping[str, str]
    heading: tuple[str, ...]  # of the reference
    planned: list[Planned]

    @property
    def stem(self) -> str:
        return posixpath.basename(self.path)


@dataclass(slots=True)
class Plan:
    """A course as text. Paths are from the folder's root."""

    courses: Mapping[str, OlxCourse]  # by language, as the text names them; the reference first
    texts: dict[str, str] = field(default_factory=dict)  # YAML files and pages that are no units
    units: list[UnitPlan] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)  # name of a module, a section, a unit -> key; "" left out
    files: dict[str, str] = field(default_factory=dict)  # path -> name of the file in the course
    owners: dict[str, str] = field(default_factory=dict)  # path -> language, of a file that is another one in each
    original: dict[str, str] = field(default_factory=dict)  # name in the text -> url_name, where they differ
    facts: dict[str, Value] = field(default_factory=dict)  # of course.yaml
    audiences: Audiences = field(default_factory=lambda: Audiences((), {}, {}))
    _places: dict[str, Places] = field(default_factory=dict)  # where files stand, made once

    @property
    def reference(self) -> str:
        return next(iter(self.courses))

    def take_page_out(self, stem: str) -> None:
        """An extra page is not written after all."""
        listed = self.facts["pages"]
        self.facts["pages"] = [one for one in listed if one != stem] if isinstance(listed, list) else []
        self.texts[COURSE_FILE] = written(self.facts)

    def pages(self, unit: UnitPlan) -> dict[str, str]:
        """The pages of a unit: path -> text."""
        found: dict[str, str] = {}
        of = ""
        for language in self.courses:
            heading = unit.heading if language == self.reference else ((f"of: {of}",) if of else ())
            page = self._page(unit, language, heading)
            if language == self.reference:
                of = digest(page, table())
            found[page.unit.path] = layout(page, table())
        return found

    def parts(self, unit: UnitPlan, language: str) -> tuple[Part, ...]:
        """What the page of a unit holds, links to files as they stand in the folder."""
        folder = posixpath.dirname(unit.path)
        return tuple(_linked(one.part(language), folder, self.places(language)) for one in unit.planned)

    def places(self, language: str) -> Places:
        """Where the files of a language stand; ask when all have their place."""
        if language not in self._places:
            mine = {name: path for path, name in self.files.items() if self.owners.get(path, language) == language}
            self._places[language] = AssetIndex(mine), mine
        return self._places[language]

    def _page(self, unit: UnitPlan, language: str, heading: tuple[str, ...]) -> Page:
        parts = self.parts(unit, language)
        text = UnitText(unit.name, language, unit.titles[language], {}, parts, f"{unit.path}.{language}.md")
        return Page(text, heading, 1)


PICTURES: Mapping[str, str] = {"image": "course_image", "banner": "banner_image"}  # of course.yaml -> of the policy


def languages_of(courses: Sequence[OlxCourse]) -> dict[str, OlxCourse]:
    """The courses by languages that a text may name."""
    found: dict[str, OlxCourse] = {}
    for course in courses:
        said = language_of(course.language)
        first, _, rest = said.partition("-")
        language = f"{first.lower()}-{rest}" if rest else first.lower()
        language = language if LANGUAGE.fullmatch(language) else "und"
        while language in found:
            language = "und" if "und" not in found else f"und-{len(found):02d}"
        found[language] = course
    return found


def plan_of(courses: Mapping[str, OlxCourse], may_move: Callable[[str], bool]) -> Plan:
    """The text of a course. `may_move`: whether a file of this name is the same one in every language."""
    return _Layout(courses, may_move).plan


class _Layout:
    def __init__(self, courses: Mapping[str, OlxCourse], may_move: Callable[[str], bool]) -> None:
        self.courses = courses
        self.reference = next(iter(courses))
        self.main = courses[self.reference]
        self.plan = Plan(courses, audiences=audiences_of(self.main))
        self.names = Names()
        self.categories = self._categories()
        self.zone = self._zone()
        known = keyed(self.main.root)
        self.keys = iter(known)  # in document order, as everything here walks
        self._name_blocks(known)
        sources = sources_in(known.items(), self.names)
        self.planner = Planner(self.names, self.plan.audiences, sources, table())
        roots: Blocks = {language: course.root for language, course in courses.items()}
        self.modules: list[str] = []
        self.waiting: dict[str, tuple[dict[str, Value], list[dict[str, Value]]]] = {}  # file -> facts, sections
        for blocks in _children(roots):
            self._module(blocks)
        self._place_files(may_move)
        self._pages_beside()
        named = {**{key: name for name, key in self.plan.keys.items()}, **self.names.of}
        names = {block.id: named[key] for key, block in known.items() if key in named}
        self._course_file(names)
        self.plan.original = {
            named[key]: block.id for key, block in known.items() if key in named and named[key] != block.id
        }
        self._name_what_comes_first(names)

    def _name_what_comes_first(self, names: Mapping[str, str]) -> None:
        """What a section waits for, by its name in the text. `names`: url_name -> name; known when all is laid out."""
        for path, (facts, sections) in self.waiting.items():
            for section in sections:
                if "after" in section:
                    section["after"] = renamed(str(section["after"]), lambda name: names.get(name, name))
            self.plan.texts[path] = written(facts)

    def _name_blocks(self, known: Mapping[str, Block]) -> None:
        """Blocks of units first, since learners' answers are kept under their names."""
        levels = {id(block) for block in _levels(self.main.root)}
        for key, block in known.items():
            if id(block) not in levels:
                self.names.give(key, block.id, block.tag)

    # Modules, sections, units

    def _module(self, blocks: Blocks) -> None:
        block = blocks[self.reference]
        is_own = block.tag == "chapter"
        key = next(self.keys) if is_own else ""
        titles = self._titles(blocks)
        wanted = block.id if is_own and _is_stem(block.id) else slug(titles[self.reference])
        name = free_name(wanted or "module", self.names.taken)
        self.names.taken.add(name)
        self.modules.append(name)
        self.plan.keys[name] = key
        stems: set[str] = set()
        sections = [self._section(one, name, stems) for one in (_children(blocks) if is_own else [blocks])]
        facts: dict[str, Value] = {"title": _words(titles)}
        if is_own:
            facts |= self._date("opens", block, "start") | _visible(block)
        facts["sections"] = sections
        path = f"{MODULES}/{name}/{MODULE_FILE}"
        self.plan.texts[path] = written(facts)
        if any("after" in section for section in sections):
            self.waiting[path] = facts, sections

    def _section(self, blocks: Blocks, module: str, stems: set[str]) -> dict[str, Value]:
        block = blocks[self.reference]
        is_own = block.tag == "sequential"
        key = next(self.keys) if is_own else ""
        titles = self._titles(blocks)
        name = self._level_name(key, block.id if is_own else slug(titles[self.reference]), "section")
        units = [self._unit(one, module, stems) for one in (_children(blocks) if is_own else [blocks])]
        facts: dict[str, Value] = {"id": name, "title": _words(titles), "units": units}
        return facts | (self._section_facts(block) if is_own else {})

    def _section_facts(self, block: Block) -> dict[str, Value]:
        found: dict[str, Value] = {}
        category = self.categories.get(block.attributes.get("format", ""))
        if category and _is_so(block, "graded"):
            found["graded"] = category
        found |= self._date("opens", block, "start") | self._date("due", block, "due")
        found |= self._date("closes", block, ours.CLOSES)
        minutes = _number(block.attributes.get("default_time_limit_minutes", ""))
        if minutes and minutes > 0 and _is_so(block, "is_time_limited"):
            found["time-limit"] = f"{min(minutes, MOST_LIMIT_S / 60):.10g} min"
        if block.attributes.get(ours.AFTER):
            found["after"] = one_line(block.attributes[ours.AFTER])
        groups = self.plan.audiences.groups_of(block)
        if groups:
            found["for"] = list(groups)
        found |= _visible(block)
        shown = {"always": "always", "never": "never", "past_due": "due"}.get(
            values.text(block.attributes.get("show_correctness"))
        )
        if shown:
            found["show-result"] = shown
        if _is_so(block, "hide_after_due"):
            found["hide-after-due"] = True
        return found

    def _unit(self, blocks: Blocks, module: str, stems: set[str]) -> str:
        block = blocks[self.reference]
        is_own = block.tag == "vertical"
        key = next(self.keys) if is_own else ""
        titles = self._titles(blocks)
        name = self._level_name(key, block.id if is_own else slug(titles[self.reference]), "unit")
        wanted = name if _is_stem(name) else slug(titles[self.reference]) or "unit"
        stem = free_name(wanted, stems)
        stems.add(stem)
        heading = [f"id: {scalar(name)}"] if stem != name else []
        groups = self.plan.audiences.groups_of(block) if is_own else ()
        if groups:
            heading.append(f"for: [{', '.join(groups)}]")
        if is_own and is_for_team(block):
            heading.append("visible: team")
        minutes = _number(block.attributes.get(ours.EFFORT, "")) if is_own else None
        if minutes and 0 < minutes <= MOST_MINUTES:
            heading.append(f"effort: {minutes:g}")
        planned = self.planner.planned(self.keys, _children(blocks) if is_own else [blocks])
        path = f"{MODULES}/{module}/{stem}"
        self.plan.units.append(UnitPlan(key, name, path, titles, tuple(heading), planned))
        return stem

    def _level_name(self, key: str, wanted: str, usual: str) -> str:
        """Of a section or a unit; one that its author left out is named anew each time."""
        name = self.names.give(key or f"{usual}#{len(self.plan.keys)}", wanted or usual, usual)
        self.plan.keys[name] = key
        return name

    def _titles(self, blocks: Blocks) -> dict[str, str]:
        return {language: one_line(block.title) or block.id for language, block in blocks.items()}

    def _date(self, name: str, block: Block, attribute: str) -> dict[str, Value]:
        """A date of OLX, else one of ours that counts from the first day of a session."""
        own = {"start": ours.OPENS, "due": ours.DUE}.get(attribute, attribute)
        relative = _RELATIVE.fullmatch(block.attributes.get(own, ""))
        if relative is not None and relative["zone"] == str(self.zone):
            return {name: f"{relative['days']} {relative['time']}"}
        try:
            moment = values.moment(block.attributes.get(attribute), closing=name != "opens")
        except values.UnreadableValue:
            return {}
        return {name: self._date_words(moment)} if moment is not None else {}

    def _date_words(self, moment: dt.datetime) -> str:
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def _zone(self) -> dt.tzinfo:
        """The zone of all dates that count from a session's first day; UTC where they have none, or several."""
        zones = {
            found["zone"]
            for block in _levels(self.main.root)
            for name in (ours.OPENS, ours.DUE, ours.CLOSES)
            if (found := _RELATIVE.fullmatch(block.attributes.get(name, ""))) and is_relative(found[0])
        }
        return zoneinfo.ZoneInfo(zones.pop()) if len(zones) == 1 else zoneinfo.ZoneInfo("UTC")

    # course.yaml

    def _course_file(self, names: Mapping[str, str]) -> None:
        """`names`: url_name -> name in the text."""
        main, policy = self.main, self.main.policy
        facts: dict[str, Value] = {"format": 1}
        organisation, number = _key_part(main.organisation), _key_part(main.number)
        facts["id"] = number.lower()
        facts["organisation"] = organisation
        facts["number"] = number
        titles = {one: one_line(course.title) or number for one, course in self.courses.items()}
        facts["title"] = _words(titles)
        for key, page in (("subtitle", "subtitle"), ("summary", "short_description")):
            said = {one: self._about_words(course, page) for one, course in self.courses.items()}
            if all(said.values()):
                facts[key] = _words(said)
        facts["languages"] = list(self.courses)
        licence = values.text(policy.get("license")).strip()
        if licence:
            facts["licence"] = one_line(licence)
        facts |= {key: path for key, setting in PICTURES.items() if (path := self._picture(setting))}
        kept = self._kept(policy)
        facts |= {name: value for name, value in kept.items() if name != "calendar"}
        if "waive" in facts:
            facts["waive"] = places_named(facts["waive"], lambda url_name: names.get(url_name, url_name))
        facts |= self._calendar(policy, kept.get("calendar", {}))
        grading = self._grading()
        if grading:
            facts["grading"] = grading
        if self.plan.audiences.groups:
            facts["groups"] = {name: name for name in self.plan.audiences.groups}
        if self.plan.audiences.experiments:
            facts["experiments"] = {
                one.name: {
                    **({"title": one_line(one.title)} if one_line(one.title) else {}),
                    "branches": {branch: _share(len(one.branches)) for branch in one.branches.values()},
                }
                for one in self.plan.audiences.experiments.values()
            }
        facts["modules"] = list(self.modules)
        pages = [path.split("/")[1].split(".")[0] for path in self.plan.texts if path.startswith(f"{PAGES}/")]
        if pages:
            facts["pages"] = list(dict.fromkeys(pages))
        self.plan.facts = facts
        self.plan.texts[COURSE_FILE] = written(facts)

    @staticmethod
    def _about_words(course: OlxCourse, name: str) -> str:
        page = course.about.get(name)
        return "" if page is None or _PLAIN_TEXT.search(page.html) else one_line(page.html)

    def _picture(self, setting: str) -> str:
        name = values.text(self.main.policy.get(setting))
        return next((path for path, file in self.plan.files.items() if name and file == name), "")

    @staticmethod
    def _kept(policy: Mapping[str, Any]) -> dict[str, Any]:
        """What a text said that OLX has no words for."""
        other = policy.get("other_course_settings")
        return facts_kept(other.get(ours.TEXT)) if isinstance(other, dict) else {}

    def _calendar(self, policy: Mapping[str, Any], kept: Mapping[str, Value]) -> dict[str, Value]:
        found: dict[str, Value] = {name: value for name, value in kept.items() if value != "free"}
        if policy.get("self_paced") is True:
            found["pace"] = "free"
        if str(self.zone) != "UTC":
            found["timezone"] = str(self.zone)
        for key, name in (("opens", "start"), ("closes", "end"), ("enrolment-closes", "enrollment_end")):
            try:
                moment = values.moment(policy.get(name), closing=key != "opens")
            except values.UnreadableValue:
                continue
            if moment is not None:
                found[key] = self._date_words(moment)
        if "closes" not in found and "weeks" not in found and found.get("pace") != "free":
            found["closes"] = "never"
        try:
            grace = values.duration(policy.get("graceperiod"))
        except values.UnreadableValue:
            grace = None
        if grace and grace.total_seconds() > 0:
            found["grace"] = f"{int(grace.total_seconds())} s"
        return {"calendar": found} if found else {}

    def _categories(self) -> dict[str, str]:
        """Name of a type of assignment -> its key here; none where the weights do not make 100 %."""
        lines = self.main.grading.assignment_types
        names = [one.name for one in lines]
        fits = (
            round(sum(round(one.weight * PERCENT, 6) for one in lines), 6) == PERCENT
            and len(set(names)) == len(names)
            and all(0 <= one.weight <= 1 and 0 <= one.drop_count <= 1000 and one.min_count <= 1000 for one in lines)  # noqa: PLR2004 - as `facts` takes
            and all(map(one_line, names))
        )
        found: dict[str, str] = {}
        for one in lines if fits else ():
            wanted = slug(one.short_label) or slug(one.name) or "category"
            found[one.name] = free_name(wanted, set(found.values()))
        return found

    def _grading(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        cutoffs = {name: mark for name, mark in self.main.grading.cutoffs.items() if 0 <= mark <= 1 and one_line(name)}
        if list(cutoffs) == ["Pass"]:
            found["pass-mark"] = round(cutoffs["Pass"] * PERCENT, 6)
        elif cutoffs and all(map(is_name, cutoffs)):
            found["letters"] = {name: round(mark * PERCENT, 6) for name, mark in cutoffs.items()}
        categories: dict[str, Value] = {}
        for one in self.main.grading.assignment_types:
            if one.name in self.categories:
                line: dict[str, Value] = {"title": self._called(one), "weight": round(one.weight * PERCENT, 6)}
                line |= {"count": one.min_count} if one.min_count >= 1 else {}
                line |= {"drop": one.drop_count} if one.drop_count else {}
                categories[self.categories[one.name]] = line
        if categories:
            found["categories"] = categories
        return found

    def _called(self, one: AssignmentType) -> Value:
        """By language, where every language of the course has a name; else as the exports call it."""
        names = {language: one_line(one.names.get(language, "")) for language in self.courses}
        return dict(names) if len(names) > 1 and all(names.values()) else one_line(one.name)

    # Pages of the course, and files

    def _pages_beside(self) -> None:
        """The page of the catalogue and the extra pages, where Markdown says them."""
        self._page_beside("about", {one: course.about.get("overview") for one, course in self.courses.items()}, "")
        stems: set[str] = set()
        for tab in self.main.tabs:
            every = {one: next((page for page in course.tabs if page.slug == tab.slug), None)
                     for one, course in self.courses.items()}  # fmt: skip
            if STEM.fullmatch(tab.slug) and tab.slug not in stems and tab.slug not in self.names.taken:
                stems.add(tab.slug)
                self._page_beside(f"{PAGES}/{tab.slug}", every, tab.title)

    def _page_beside(self, path: str, every: Mapping[str, Any], title: str) -> None:
        texts = {}
        for language, page in every.items():
            html = page.html.replace("\r\n", "\n") if page is not None else ""
            markdown = from_html(html) if html.strip() else None
            text = marks.escaped(markdown) if markdown is not None else ""
            if not text.strip() or not same_page(to_html(text), html):
                return
            texts[language] = text
        folder = posixpath.dirname(path)
        of = ""
        for language, text in texts.items():
            lines = tuple(Line(line, NOWHERE) for line in text.split("\n"))
            words = one_line(title) or one_line(self.courses[language].title) or path
            unit = UnitText(
                path, language, words, {}, (_linked(Prose("", lines), folder, self.plan.places(language)),), path
            )
            page = Page(unit, (f"of: {of}",) if of else (), 1)
            of = of or digest(page, table())
            self.plan.texts[f"{path}.{language}.md"] = layout(page, table())

    def _place_files(self, may_move: Callable[[str], bool]) -> None:
        """Files that pages show stand beside them: in the folder of the one module that does, else in shared/."""
        index = AssetIndex(name for name, asset in self.main.assets.items() if not asset.path)
        users: dict[str, set[str]] = {}
        for unit in self.plan.units:
            folder = posixpath.dirname(unit.path)
            for planned in unit.planned:
                for language in self.courses:
                    for url in _urls(planned.part(language)):
                        name = index.find(_file_of(url))
                        if name is not None:
                            users.setdefault(name, set()).add(folder)
        for setting in PICTURES.values():
            picture = values.text(self.main.policy.get(setting))
            if picture in self.main.assets and not self.main.assets[picture].path:
                users.setdefault(picture, set()).add("")
        taken: set[str] = set()
        for name in sorted(users):
            is_same = may_move(name)
            everywhere = all(name in course.assets for course in self.courses.values())
            if not _may_stand_beside(name) or not (is_same or everywhere):
                continue
            folders = users[name]
            folder = next(iter(folders)) if len(folders) == 1 and "" not in folders else SHARED
            base, ending = posixpath.splitext(posixpath.basename(name))
            for language in ("",) if is_same else self.courses:
                said, n = f".{language}" if language else "", 1
                wanted = posixpath.join(folder, f"{base}{said}{ending}")
                while wanted.lower() in taken:
                    n += 1
                    wanted = posixpath.join(folder, f"{base}-{n}{said}{ending}")
                taken.add(wanted.lower())
                self.plan.files[wanted] = name
                if language:
                    self.plan.owners[wanted] = language


def _children(blocks: Blocks) -> list[Blocks]:
    first = next(iter(blocks.values()))
    return [{one: block.children[rank] for one, block in blocks.items()} for rank in range(len(first.children))]


def _levels(root: Block) -> Iterator[Block]:
    """Chapters, sequentials and verticals where the outline has its levels."""
    for module in root.children:
        if module.tag == "chapter":
            yield module
        for section in module.children if module.tag == "chapter" else (module,):
            if section.tag == "sequential":
                yield section
            for unit in section.children if section.tag == "sequential" else (section,):
                if unit.tag == "vertical":
                    yield unit


def _words(texts: Mapping[str, str]) -> Value:
    first, *more = dict.fromkeys(texts.values())
    return first if not more else dict(texts)


def _is_stem(name: str) -> bool:
    return bool(STEM.fullmatch(name)) and len(name) <= LONGEST_STEM and not _HEX.fullmatch(name)


def _key_part(text: str) -> str:
    found = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-_.")[:80]
    return found or "course"


def _share(count: int) -> float:
    return round(PERCENT / count, 2)


def _visible(block: Block) -> dict[str, Value]:
    return {"visible": "team"} if is_for_team(block) else {}


def _is_so(block: Block, name: str) -> bool:
    try:
        return bool(values.boolean(block.attributes.get(name, "")))
    except values.UnreadableValue:
        return False


def _number(text: str) -> float | None:
    try:
        return values.number(text)
    except values.UnreadableValue:
        return None


# Links ---------------------------------------------------------------------------------------------------------------


def _file_of(url: str) -> str:
    return url.removeprefix("/static/").partition("#")[0].partition("?")[0]


def _may_stand_beside(name: str) -> bool:
    """Would the folder take the file for one of the course, under this name?"""
    base = posixpath.basename(name)
    return (
        bool(base)
        and not base.startswith(".")
        and not base.endswith(("~", *READABLE))
        and base.isprintable()
        and "\\" not in base
        and key_of(base) == base
    )


def _urls(part: Part) -> Iterator[str]:
    """Files of the course that a part links to, as it writes them."""
    match part:
        case Prose(lines=lines) | TextBlock(lines=lines, parts=()):
            for line in _outside_listings(lines):
                if "/static/" in line.text:
                    yield from (found["url"] for found in _LINK.finditer(line.text))
            for one in part.settings if isinstance(part, TextBlock) else ():
                yield from (found["url"] for found in _files_in(one))
        case TextBlock(parts=parts):
            for inner in parts:
                yield from _urls(inner)


def _files_in(written: Written) -> Iterator[re.Match[str]]:
    """Files that a setting names; the bare name of a file of subtitles lies in static/ for Open edX."""
    if written.name == "captions":
        found = _CAPTIONS.fullmatch(written.value)
        if found is not None:
            yield found
    elif written.name != "title":
        yield from _FILE.finditer(written.value)


def _outside_listings(lines: Sequence[Line]) -> Iterator[Line]:
    fence = ""
    for line in lines:
        opened = FENCE.fullmatch(line.text)
        if fence:
            bare = line.text.strip()
            fence = "" if len(bare) >= len(fence) and not bare.strip(fence[0]) else fence
        elif opened:
            fence = opened["fence"]
        else:
            yield line


def _linked(part: Part, folder: str, files: Places) -> Part:
    """The part, its links to files leading where these stand in the folder."""
    index, places = files

    def led(url: str) -> str:
        name = index.find(_file_of(url))
        if name is None:
            return url
        rest = url.removeprefix("/static/")[len(_file_of(url)) :]
        return quote(posixpath.relpath(places[name], folder or "."), safe="/") + rest

    def in_line(line: Line, outside: set[int]) -> Line:
        if id(line) not in outside or "/static/" not in line.text:
            return line
        return replace(line, text=_LINK.sub(lambda found: found["head"] + led(found["url"]), line.text))

    def in_setting(one: Written) -> Written:
        value = one.value
        for found in reversed(list(_files_in(one))):
            value = value[: found.start("url")] + led(found["url"]) + value[found.end("url") :]
        return replace(one, value=value) if value != one.value else one

    match part:
        case Prose(lines=lines):
            outside = {id(line) for line in _outside_listings(lines)}
            return replace(part, lines=tuple(in_line(line, outside) for line in lines))
        case TextBlock():
            outside = {id(line) for line in _outside_listings(part.lines)}
            return replace(
                part,
                settings=tuple(map(in_setting, part.settings)),
                lines=tuple(in_line(line, outside) for line in part.lines),
                parts=tuple(_linked(one, folder, files) for one in part.parts),
            )
        case _:
            return part
