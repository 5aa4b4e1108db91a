"""Which text stands for each block of a course that came from elsewhere?

Each kind is asked for its text, which it proves by reading it back; what no text says is a listing whose language is
`olx`. Names are those of Open edX where a text may have them, so that answers stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from cordee.core.errors import N_
from cordee.courses.containers import BANKS, sources_of
from cordee.courses.kinds import kind_for_tag, written_as_text
from cordee.formats.coursetext.model import Line, Part, Place, Prose, TextBlock, Verbatim, Written
from cordee.formats.coursetext.names import LONGEST_NAME, NAME, free_name, slug
from cordee.formats.coursetext.settings import Kinds, is_per_language
from cordee.formats.olx import documents, ours, values
from cordee.formats.olx.links import locator_id
from cordee.formats.olx.model import CONTAINER_TAGS, STRUCTURE_TAGS, Block, OlxCourse
from cordee.formats.olx.tree import NOT_BLOCKS
from cordee.formats.olx.writing.markup import inside, is_sayable, parsed, start_tag

NOWHERE: Final = Place("")
Blocks = Mapping[str, Block]  # one block in each language, the reference's first
Form = Literal["text", "olx", "stub"]  # its text; its element word by word; only that there is one
GROUP_TAGS: Final = ("problemset", "wrapper", *STRUCTURE_TAGS)
NO_WORDS: Final = N_("a text has no words for them")
NOT_THE_SAME: Final = N_("their text would not say the same")
NO_PLACE: Final = N_("what they hold has no place in a text")
TOO_LARGE: Final = N_("they are larger than a page may be, and lie in the folder olx alone")
_PLACE_NAME = re.compile(r".*\.(\d+|if(-\d+)?)")  # what texts and conditions are called by their place
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_.-]+")
_GROUP = re.compile(r"[^\s,\"\[\]{}:#][^,\"\[\]{}:#\n]*(?<!\s)")
_VERBS: Final = {
    ("attempted", True): "answered",
    ("submitted", True): "answered",
    ("completed", True): "seen",
    ("correct", True): "right",
}
_TESTS: Final = ("attempted", "submitted", "correct", "completed", "voted", "poll_answer")


@dataclass(slots=True)
class Planned:
    """A block and what stands for it in the text."""

    key: str  # as `drawer.keyed` calls it
    name: str
    blocks: Blocks
    form: Form = "text"
    why: str = ""  # it is no text
    kind: str = ""
    settings: tuple[Written, ...] = ()  # written once
    texts: dict[str, TextBlock] = field(default_factory=dict)  # of a leaf, by language
    is_prose: bool = False
    inside: list[Planned] | None = None  # of what holds others

    def part(self, language: str) -> Part:
        if self.form != "text":
            return Verbatim(self.name, source_of(self.blocks[language], self.name, stub=self.form == "stub"), NOWHERE)
        if self.inside is not None:
            parts = tuple(one.part(language) for one in self.inside)
            return TextBlock(self.kind, self.name, self._settings(language), (), NOWHERE, parts)
        text = self.texts[language]
        if self.is_prose:
            return Prose(self.name, text.lines)
        return replace(text, name=self.name, settings=self._settings(language))

    def _settings(self, language: str) -> tuple[Written, ...]:
        """Those of its own words, and in the reference those that are written once."""
        own = self.texts[language].settings if language in self.texts else ()
        title = () if own or not self.blocks[language].title else (_said("title", self.blocks[language].title),)
        once = self.settings if language == next(iter(self.blocks)) else ()
        return (*title, *own, *once)

    def walk(self) -> Iterator[Planned]:
        yield self
        for one in (self.inside if self.form == "text" else None) or ():
            yield from one.walk()


@dataclass(slots=True)
class Names:
    """The names of a text, each once. What keeps answers is named first."""

    taken: set[str] = field(default_factory=set)
    of: dict[str, str] = field(default_factory=dict)  # key of a block -> its name

    def give(self, key: str, wanted: str, usual: str) -> str:
        known = self.of.get(key)
        if known is not None:
            return known
        name = wanted if is_name(wanted) else _NOT_IN_NAME.sub("-", wanted).strip("-_.~")[:60]
        name = free_name(name if is_name(name) else slug(wanted) or usual, self.taken)
        self.taken.add(name)
        self.of[key] = name
        return name


def is_name(text: str) -> bool:
    """May a block of a text be called so for good?"""
    return bool(NAME.fullmatch(text)) and len(text) <= LONGEST_NAME and not _PLACE_NAME.fullmatch(text)


@dataclass(frozen=True, slots=True)
class Experiment:
    """A partition of Open edX that is drawn at random. `branches`: group id -> name of the branch."""

    name: str
    title: str
    branches: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Audiences:
    """Whom blocks are for, as far as a text says it."""

    groups: tuple[str, ...]
    cohorts: Mapping[str, Mapping[str, str]]  # partition -> group id -> name
    experiments: Mapping[str, Experiment]  # by partition

    def groups_of(self, block: Block) -> tuple[str, ...]:
        """Names of groups that see it; () for everybody, or for what a text does not say."""
        access = values.json_value(block.attributes.get("group_access", ""))
        named = [(str(one), some) for one, some in access.items() if some] if isinstance(access, dict) else []
        if len(named) != 1 or not isinstance(named[0][1], list):
            return ()
        known = self.cohorts.get(named[0][0], {})
        found = [known.get(str(group), "") for group in named[0][1]]
        return tuple(found) if all(found) else ()


def audiences_of(course: OlxCourse) -> Audiences:
    """The groups and the experiments that the policy of a course names."""
    listed = course.policy.get("user_partitions")
    cohorts: dict[str, dict[str, str]] = {}
    experiments: dict[str, Experiment] = {}
    names: set[str] = set()
    for partition in listed if isinstance(listed, list) else []:
        if not isinstance(partition, dict) or partition.get("active") is False:
            continue
        groups = partition.get("groups")
        named = {
            str(group.get("id")): str(group.get("name", "")).strip()
            for group in (groups if isinstance(groups, list) else [])
            if isinstance(group, dict)
        }
        own, title = str(partition.get("id")), str(partition.get("name", ""))
        if partition.get("scheme") == "cohort":
            cohorts[own] = {one: name for one, name in named.items() if is_name(name)}
        elif partition.get("scheme", "random") == "random" and named:
            branches: dict[str, str] = {}
            for one, name in named.items():
                branches[one] = free_name(slug(name) or f"group-{len(branches) + 1}", set(branches.values()))
            name = free_name(slug(title) or "experiment", names)
            names.add(name)
            experiments[own] = Experiment(name, title, branches)
    every = dict.fromkeys(name for groups in cohorts.values() for name in groups.values())
    return Audiences(tuple(every), cohorts, experiments)


class Planner:
    """Plans the blocks of units. `keys`: id of a block (Python's) in the reference -> its key."""

    def __init__(self, names: Names, audiences: Audiences, sources: Mapping[str, str], kinds: Kinds) -> None:
        """`sources`: url_name -> name in the text, of what a condition may ask."""
        self.names, self.audiences, self.sources, self.kinds = names, audiences, sources, kinds

    def planned(self, keys: Iterator[str], blocks: Sequence[Blocks], *, prose: bool = True) -> list[Planned]:
        """One for each block. `keys` gives the keys in document order; `prose`: whether texts may stand bare."""
        found: list[Planned] = []
        for one in blocks:
            made = self._one(keys, one)
            if prose and _may_be_prose(made) and not (found and found[-1].is_prose):
                made.is_prose = True
            found.append(made)
        return found

    def _one(self, keys: Iterator[str], blocks: Blocks) -> Planned:
        reference = next(iter(blocks.values()))
        key = next(keys)
        made = Planned(key, self.names.give(key, reference.id, reference.tag), blocks)
        if reference.tag in CONTAINER_TAGS or reference.tag in STRUCTURE_TAGS or reference.children:
            return self._holder(made, keys, reference)
        return self._leaf(made, reference)

    def _leaf(self, made: Planned, reference: Block) -> Planned:
        reader = written_as_text(kind_for_tag(reference.tag))
        if reader is None:
            made.form, made.why = "olx", NO_WORDS
            return made
        for language, block in made.blocks.items():
            text = reader.write_text(block)
            if text is not None:
                made.texts[language] = text
        if len(made.texts) < len(made.blocks):
            made.form, made.why = "olx", NOT_THE_SAME
            return made
        kinds = {text.kind for text in made.texts.values()}
        if kinds == {"text", "html"}:
            made.texts = {language: _as_html(text, made.blocks[language]) for language, text in made.texts.items()}
        elif len(kinds) > 1:
            made.form, made.why = "olx", NOT_THE_SAME
            return made
        first = next(iter(made.texts.values()))
        made.kind = first.kind
        once = tuple(one for one in first.settings if not is_per_language(first.kind, one.name, self.kinds))
        made.settings = (*once, *self._common(reference))
        made.texts = {
            language: replace(
                text,
                settings=tuple(_flat(one) for one in text.settings if is_per_language(text.kind, one.name, self.kinds)),
            )
            for language, text in made.texts.items()
        }
        return made

    def _common(self, block: Block) -> Iterator[Written]:
        groups = self.audiences.groups_of(block)
        if groups:
            yield _said("for", f"[{', '.join(groups)}]")
        if is_for_team(block):
            yield _said("visible", "team")
        readers = block.attributes.get(ours.READERS, "").split()
        if readers and block.tag == "html":
            yield _said("languages", f"[{', '.join(readers)}]")

    # What holds others

    def _holder(self, made: Planned, keys: Iterator[str], reference: Block) -> Planned:
        count = len(reference.children)
        below = [{one: block.children[rank] for one, block in made.blocks.items()} for rank in range(count)]
        settings: tuple[Written, ...] | None = tuple(self._common(reference))
        tag = reference.tag
        if reference.content:
            settings = None
        elif tag in (*BANKS, "randomize"):
            made.kind, settings = "bank", self._bank(reference)
        elif tag == "conditional":
            made.kind, settings = "group", self._condition(reference)
        elif tag == "split_test":
            made.kind, settings = "experiment", self._experiment(reference)
        elif tag in GROUP_TAGS:
            made.kind = "group"
        else:
            settings = None
        if settings is None:
            _skip(keys, made.blocks)
            made.form, made.why = "olx", NOT_THE_SAME
            return made
        made.settings = (*settings, *self._common(reference)) if tag not in GROUP_TAGS else settings
        made.inside = self.planned(keys, below, prose=made.kind == "group")
        if made.kind == "experiment":
            self._name_branches(made, reference)
        return made

    @staticmethod
    def _bank(block: Block) -> tuple[Written, ...] | None:
        if not block.children:
            return None
        if block.tag == "randomize":
            return (_said("draw", "1"),)
        try:
            count = values.number(block.attributes.get("max_count", ""))
        except values.UnreadableValue:
            return None
        count = 1 if count is None else int(count)
        return (_said("draw", str(count)),) if count >= 0 else ()

    def _condition(self, block: Block) -> tuple[Written, ...] | None:
        """The condition that says the same; None where there is none."""
        asked = [name for name in _TESTS if block.attributes.get(name)]
        sources = [self.sources.get(name, "") for name in sources_of(block.attributes)]
        if len(asked) != 1 or not sources or not all(sources) or not block.children:
            return None
        (test,) = asked
        value = values.text(block.attributes[test]).strip()
        if test == "poll_answer":
            if len(sources) > 1 or not re.fullmatch(r"[\w-]+", value):
                return None
            return (_said("if", f'{sources[0]} voted "{value}"'),)
        is_so = value.lower() not in ("false", "0", "no")
        verb = _VERBS.get((test, True))
        if verb is None or (len(sources) > 1 and not is_so):
            return None
        return (_said("if", " and ".join(f"{'' if is_so else 'not '}{name} {verb}" for name in sources)),)

    def _experiment(self, block: Block) -> tuple[Written, ...] | None:
        known = self.audiences.experiments.get(values.text(block.attributes.get("user_partition_id")).strip())
        if known is None or not _branches(block, known):
            return None
        return (_said("on", known.name),)

    def _name_branches(self, made: Planned, reference: Block) -> None:
        """Its verticals are branches, called by the groups that see them."""
        known = self.audiences.experiments[values.text(reference.attributes.get("user_partition_id")).strip()]
        named = _branches(reference, known)
        for child in made.inside or ():
            self.names.taken.discard(child.name)
            child.kind, child.name = "branch", named[next(iter(child.blocks.values())).id]
            self.names.of[child.key] = f"{made.name}.{child.name}"


def _branches(block: Block, known: Experiment) -> dict[str, str]:
    """url_name of a child -> its branch; {} where children and groups do not go together one by one."""
    mapping = values.json_value(block.attributes.get("group_id_to_child", ""))
    if not isinstance(mapping, dict):
        return {}
    named = {locator_id(str(locator)): known.branches.get(str(group), "") for group, locator in mapping.items()}
    children = [child.id for child in block.children]
    fits = (
        len(set(children)) == len(children) == len(mapping)
        and set(children) == set(named)
        and all(named.values())
        and all(child.tag == "vertical" and not child.content for child in block.children)
    )
    return named if fits else {}


def _skip(keys: Iterator[str], blocks: Blocks) -> None:
    """What stands in a listing has no name of its own."""
    for _block in list(next(iter(blocks.values())).walk())[1:]:
        next(keys)


def _may_be_prose(made: Planned) -> bool:
    """A text without title or setting, which says something: an empty one would be none."""
    return (
        made.form == "text"
        and made.kind == "text"
        and not made.settings
        and all(not text.settings and _says_something(text.lines) for text in made.texts.values())
    )


def _says_something(lines: Sequence[Line]) -> bool:
    text = re.sub(r"<!--.*?-->", "", "\n".join(line.text for line in lines), flags=re.DOTALL)
    return bool(text.strip())


def _as_html(text: TextBlock, block: Block) -> TextBlock:
    """The page as HTML in every language, where one of them cannot be said otherwise."""
    lines = block.content.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    return replace(text, kind="html", lines=tuple(Line(line, NOWHERE) for line in lines))


def is_for_team(block: Block) -> bool:
    try:
        return values.boolean(block.attributes.get("visible_to_staff_only", "")) or False
    except values.UnreadableValue:
        return False


def one_line(words: Any) -> str:
    """Words as a title holds them: on one line, with nothing that cannot be seen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(words)).split())


def _said(name: str, value: str) -> Written:
    return Written(name, one_line(value), NOWHERE)


def _flat(written: Written) -> Written:
    return replace(written, value=one_line(written.value))


# Word by word


def source_of(block: Block, name: str, *, stub: bool = False) -> str:
    """The element as a listing holds it; a stub where it is no XML: then the drawer alone has it."""
    if stub or (block.tag != "html" and block.content and parsed(block.content) is None):
        return start_tag(block.tag, {"url_name": name, **_sayable(block)}, empty=True)
    return _element(block).replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _element(block: Block) -> str:
    if block.tag != "html" and block.content:
        return block.content if parsed(block.content) is not None else ""
    attributes = {"url_name": block.id, **_sayable(block)} if is_sayable("url_name", block.id) else _sayable(block)
    inner = documents.escaped(block.content) if block.tag == "html" else _inside(block)
    if not inner:
        return start_tag(block.tag, attributes, empty=True)
    return f"{start_tag(block.tag, attributes)}{inner}</{block.tag}>"


def _inside(block: Block) -> str:
    beside = inside(block.extra, NOT_BLOCKS.get(block.tag, ()))
    lines = [line for line in (beside, *map(_element, block.children)) if line]
    return "".join(f"\n{line}" for line in lines) + "\n" if lines else ""


def _sayable(block: Block) -> dict[str, str]:
    return {name: value for name, value in block.attributes.items() if is_sayable(name, value)}


def sources_in(keys: Iterable[tuple[str, Block]], names: Names) -> dict[str, str]:
    """url_name -> name in the text, of leaves: what a condition may ask. The first of a url_name is meant."""
    found: dict[str, str] = {}
    for key, block in keys:
        if not block.children and block.tag not in (*STRUCTURE_TAGS, *CONTAINER_TAGS) and key in names.of:
            found.setdefault(block.id, names.of[key])
    return found
