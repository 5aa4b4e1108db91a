"""Which part of a course's versions is each part of the text? Answers follow a name that was changed on purpose.

What a learner has is kept by the id of a part, which is the name that it was first published under. A part that says
`was: old-name` keeps that id, whatever it is called from then on, in every version to come, with the line or without
it. So nothing is moved when a session shows the newer version, and nothing is to be put back when it shows the older
one again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from cordee.core.errors import N_
from cordee.courses.text.history import History, Known
from cordee.courses.text.naming import NamedCourse, walk
from cordee.formats.coursetext import conditions
from cordee.formats.coursetext.folder import BANKS, PageText
from cordee.formats.coursetext.model import Place, Say, TextBlock
from cordee.formats.coursetext.nearest import nearest
from cordee.formats.coursetext.settings import list_of, value_place
from cordee.formats.coursetext.shapes import Located
from cordee.formats.olx import ours, values
from cordee.formats.olx.links import locator_id
from cordee.formats.olx.model import Block

Former = Mapping[str, tuple[Located, ...]]  # name -> the names it had, as they are written
_LINK = re.compile(r"(?<=/jump_to_id/)[A-Za-z0-9_.-]+")
_WAS_LINE = re.compile(r"\s*([\"']?)was\1\s*:")


def former_names(course: NamedCourse) -> Former:
    """What the text says that its parts were called. A name that two parts claim, or that is another's, is told."""
    claims = _Claims(course.names, course.say)
    for module in course.course.modules:
        claims.add(module.name, module.facts.was)
        for section in module.sections:
            if section.facts.id is not None:
                claims.add(section.facts.id.text, section.facts.was)
    units = {id(unit) for unit in course.course.units()}
    in_banks: dict[str, _Claims] = {}
    for text in course.course.all_pages():
        page = course.pages_of(text)[course.reference]
        if id(text) in units:
            claims.add(text.name, _of_heading(text, course))
        mine = claims
        if text.place.path.startswith(f"{BANKS}/"):
            own = {part.name: part.place for part in walk(page.unit.parts) if isinstance(part, TextBlock)}
            mine = in_banks[page.unit.path] = _Claims(own, course.say)
        for part in walk(page.unit.parts):
            if isinstance(part, TextBlock) and part.kind != "branch" and part.name:
                mine.add(part.name, _of_block(part))
    return claims.found | _drawn(course, claims.found, in_banks)


class _Claims:
    """The former names of parts among which each name is unique."""

    def __init__(self, names: Mapping[str, Place], say: Say) -> None:
        self._names, self._say = names, say
        self._claimed: dict[str, Place] = {}
        self.found: dict[str, tuple[Located, ...]] = {}

    def add(self, name: str, former: tuple[Located, ...]) -> None:
        mine = []
        for one in former:
            if one.text == name:
                continue
            if one.text in self._names:
                self._say(
                    "was-taken",
                    N_(
                        "“{name}” is the name of something else now ({where}), so its answers cannot follow. Give that "
                        "one another name, or take this line out."
                    ),
                    one.place,
                    name=one.text,
                    where=self._names[one.text],
                )
            elif one.text in self._claimed:
                self._say(
                    "was-twice",
                    N_(
                        "“{name}” is said to be the former name of something else too ({where}). Its answers follow "
                        "one of the two: take the other line out."
                    ),
                    one.place,
                    name=one.text,
                    where=self._claimed[one.text],
                )
            else:
                self._claimed[one.text] = one.place
                mine.append(one)
        if mine:
            self.found[name] = tuple(mine)


def _of_block(block: TextBlock) -> tuple[Located, ...]:
    return tuple(
        Located(name, value_place(written))
        for written in block.settings
        if written.name == "was"
        for name in list_of(written.value)
    )


def _of_heading(text: PageText, course: NamedCourse) -> tuple[Located, ...]:
    page = text.pages[course.reference]
    said = page.unit.heading.get("was")
    names = [str(one) for one in said] if isinstance(said, list) else [str(said)] if said else []
    line = next((i for i, one in enumerate(page.heading_lines, 2) if _WAS_LINE.match(one)), 1)
    return tuple(Located(name, Place(page.unit.path, line)) for name in names)


def _drawn(course: NamedCourse, former: Former, in_banks: Mapping[str, _Claims]) -> dict[str, tuple[Located, ...]]:
    """A question drawn from a page was called by the bank and itself, whichever of the two was renamed."""
    found = {}
    for text in course.course.all_pages():
        for bank in walk(course.pages_of(text)[course.reference].unit.parts):
            if not isinstance(bank, TextBlock) or bank.kind != "bank" or not bank.value("from"):
                continue
            banks = (Located(bank.name, bank.place), *former.get(bank.name, ()))
            for question in course.bank_of(bank):
                if isinstance(question, TextBlock):
                    own = in_banks[question.place.path].found if question.place.path in in_banks else {}
                    names = (Located(question.name, question.place), *own.get(question.name, ()))
                    pairs = [
                        Located(f"{holder}.{name}", name.place if name.text != question.name else holder.place)
                        for holder in banks
                        for name in names
                    ]
                    if pairs[1:]:
                        found[pairs[0].text] = tuple(pairs[1:])
    return found


def ids_of(
    root: Block,
    former: Former,
    names: Mapping[str, Place],
    history: History,
    say: Say,
    ids_there: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Name -> id of whatever keeps an id that is not its name. What cannot follow is told.

    `names`: where each name of the text stands. `ids_there`: the id of what is called by another name in the text than
    in Open edX, where its drawer knows it. Such an id is given by that name, as the drawer knows what it belongs to.
    """
    return dict(_Following(former, names, history, say, ids_there).ids(root))


class _Following:
    def __init__(
        self,
        former: Former,
        names: Mapping[str, Place],
        history: History,
        say: Say,
        ids_there: Mapping[str, str],
    ) -> None:
        self._former, self._names, self._history, self._say = former, names, history, say
        self._ids_there = ids_there
        self._names_here = {id_: name for name, id_ in ids_there.items()}
        self._latest_ids = {known.id for known in history.latest.values()}

    def ids(self, root: Block) -> Iterator[tuple[str, str]]:
        found: dict[str, str] = {}
        holders: dict[str, str] = {}  # id -> name
        blocks = list(root.walk())[1:]
        for block in blocks:
            if block.id not in found:
                found[block.id] = self._id(block)
        renamed = {name: self._here(id_) for name, id_ in found.items() if name != self._here(id_)}
        for name, id_ in found.items():
            if name == id_ and name not in self._names and name not in self._history.latest:
                found[name] = self._beside(name, renamed)
        for name, id_ in found.items():
            if id_ in holders:
                self._say_reused(*((holders[id_], name) if name == self._here(id_) else (name, holders[id_])))
            holders.setdefault(id_, name)
        yield from ((name, self._here(id_)) for name, id_ in found.items() if name != self._here(id_))

    def _here(self, id_: str) -> str:
        """What the drawer of the text calls it."""
        return self._names_here.get(id_, id_)

    def _latest(self, name: str) -> Known | None:
        return self._history.latest.get(name) or self._history.latest.get(self._ids_there.get(name, name))

    def _find(self, name: str) -> Known | None:
        return self._latest(name) or self._history.find(name) or self._history.find(self._ids_there.get(name, name))

    def _id(self, block: Block) -> str:
        now = self._latest(block.id)
        for one in self._former.get(block.id, ()):
            known = self._find(one.text)
            if known is None:
                if now is None:
                    self._say_unknown(one)
            elif now is None or now.id != known.id:
                followed = self._follow(block, one, known, now)
                if followed:
                    return followed
            else:
                return known.id
        if now is not None:
            return now.id
        earlier = self._find(block.id) if block.id in self._names else None
        return block.id if earlier is None else earlier.id

    def _follow(self, block: Block, was: Located, known: Known, now: Known | None) -> str:
        """The id of what it was; "" when its answers stay behind, which is told."""
        if known.tag != block.tag:
            self._say(
                "was-other-kind",
                N_(
                    "“{name}” was something of another kind, whose answers cannot be read here. Take this line out, or "
                    "make it what it was."
                ),
                was.place,
                name=was.text,
            )
            return ""
        if now is None:
            return known.id
        if known.id in self._latest_ids:
            self._say(
                "was-beside",
                N_(
                    "“{name}” and “{other}” stood beside each other in the last version: the answers to both cannot "
                    "become one's. Take this line out."
                ),
                was.place,
                name=was.text,
                other=block.id,
            )
            return ""
        answers = self._history.answers
        if answers is not None and not answers.get(now.id):  # nobody answered under the new name yet
            return known.id
        if answers is None or answers.get(known.id):
            self._say(
                "was-too-late",
                N_("“{other}” was published under this name already, so the answers to “{name}” stay where they are."),
                was.place,
                severity="warning",
                name=was.text,
                other=block.id,
            )
        return ""

    def _beside(self, name: str, renamed: Mapping[str, str]) -> str:
        """What is called by another part's name (the texts of a unit, a condition) goes along with it."""
        holder = name
        while "." in holder:
            holder = holder.rpartition(".")[0]
            if holder in renamed:
                return renamed[holder] + name.removeprefix(holder)
        return name

    def _say_unknown(self, was: Located) -> None:
        meant = nearest(was.text, self._history.latest)
        self._say(
            "was-unknown",
            N_("No version published here has “{name}”, so nothing follows. Did you mean “{meant}”?")
            if meant
            else N_("No version published here has “{name}”, so nothing follows."),
            was.place,
            severity="warning",
            name=was.text,
            meant=meant,
        )

    def _say_reused(self, follower: str, reuser: str) -> None:
        if reuser not in self._names:
            return  # what stands in it is told of
        self._say(
            "name-used-before",
            N_(
                "“{name}” was the name of what is “{other}” now, and its answers follow that one. Give this one "
                "another name."
            ),
            self._names[reuser],
            name=reuser,
            other=follower,
        )


def with_ids(block: Block, ids: Mapping[str, str], leads: Mapping[str, str]) -> Block:
    """The block and all that it holds under their ids, with what they are called beside, and links that lead there.

    `leads`: name -> where links to it lead, in the words of the course that the text came from.
    """
    if not ids:
        return block
    attributes = {name: led_to(_names(name, value, ids, leads), leads) for name, value in block.attributes.items()}
    if block.id in ids:
        attributes[ours.NAME] = block.id
    return replace(
        block,
        id=ids.get(block.id, block.id),
        attributes=attributes,
        children=tuple(with_ids(child, ids, leads) for child in block.children),
        content=led_to(block.content, leads),
        extra=led_to(block.extra, leads),
    )


def _names(attribute: str, value: str, ids: Mapping[str, str], leads: Mapping[str, str]) -> str:
    """The attributes of containers that name other blocks; one in which nothing is renamed stays sign by sign."""
    match attribute:
        case ours.AFTER:
            return conditions.renamed(value, lambda name: leads.get(name, name))
        case "sources":
            return ";".join(_located(one, leads) for one in value.split(";"))
        case "sources_list":
            return _listed(value, leads)
        case "group_id_to_child":
            groups = values.json_value(value)
            if not isinstance(groups, dict):
                return value  # what an author wrote word by word, or an export of long ago
            renamed: Any = {group: _located(one, ids) if isinstance(one, str) else one for group, one in groups.items()}
            return value if renamed == groups else json.dumps(renamed, ensure_ascii=False)
        case _:
            return value


def _listed(value: str, leads: Mapping[str, str]) -> str:
    listed = values.json_value(value)
    if not isinstance(listed, list):
        return value
    renamed: Any = [_located(one, leads) if isinstance(one, str) else one for one in listed]
    return value if renamed == listed else json.dumps(renamed, ensure_ascii=False)


def _located(locator: str, ids: Mapping[str, str]) -> str:
    """A name, or an address of Open edX that ends with one (`i4x://…/problem/b`, `block-v1:…+block@b`)."""
    name = locator_id(locator)
    if name not in ids:
        return locator
    before, _, after = locator.rpartition(name)
    return f"{before}{ids[name]}{after}"


def led_to(text: str, ids: Mapping[str, str]) -> str:
    """Text whose links to blocks lead to their ids."""
    return _LINK.sub(lambda found: ids.get(found[0], found[0]), text) if "/jump_to_id/" in text else text
