"""How do the languages of a page go together, and is a translation up to date?

The first language of the course is the reference: it holds every setting. A translation repeats the blocks, with the
same names in the same order, their prose and their answers; what it lacks is shown in the reference's language.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from cordee.core.errors import N_
from cordee.formats.coursetext.canonical import digest
from cordee.formats.coursetext.languages import in_language
from cordee.formats.coursetext.lines import Page
from cordee.formats.coursetext.marks import Answers, parts_of
from cordee.formats.coursetext.model import Line, Part, Place, Prose, Say, Severity, TextBlock, UnitText, Verbatim
from cordee.formats.coursetext.settings import Kinds, readers_of, setting_of, value_place, yes_no

State = Literal["reference", "current", "behind", "never", "missing"]
OF_LINE = re.compile(r"(?P<indent>\s*)(?P<quote>[\"']?)of(?P=quote)\s*:\s*(?P<value>.*)")  # of a heading
_NUMBER = re.compile(r"[\[(]?\s*[-+]?[.\d]")  # how a number, a range or a formula begins
_TAKES_WORDS = '= "…"'


@dataclass(frozen=True, slots=True)
class Joined:
    """One part of a page in one language. `borrowed`: it is the reference's, for want of a translation."""

    part: Part
    reference: Part | None = None  # None: this is the reference
    borrowed: bool = False
    parts: tuple[Joined, ...] = ()  # of a block that holds others


def joined(
    reference: UnitText, translation: UnitText | None, falls_back: Container[str] = frozenset()
) -> tuple[Joined, ...]:
    """The parts of a page in the order of the reference, each in the translation's words where it has them.

    `translation`: None for the reference itself. `falls_back`: names of blocks that are shown as the reference has
    them, as `compare` says.
    """
    if translation is None:
        return tuple(_own(part) for part in reference.parts)
    return _joined(reference.parts, translation.parts, falls_back)


def borrowed(reference: UnitText) -> tuple[Joined, ...]:
    """All of the reference, where a language has no page."""
    return tuple(_borrowed(part) for part in reference.parts)


def _own(part: Part) -> Joined:
    return Joined(part, parts=tuple(_own(one) for one in _inside(part)))


def _borrowed(part: Part) -> Joined:
    return Joined(part, part, borrowed=True, parts=tuple(_borrowed(one) for one in _inside(part)))


def _inside(part: Part | None) -> tuple[Part, ...]:
    return part.parts if isinstance(part, TextBlock) else ()


def _joined(reference: Sequence[Part], translation: Sequence[Part], falls_back: Container[str]) -> tuple[Joined, ...]:
    found = []
    mine = dict(_by_gap(translation))
    for gap, part in _by_gap(reference):
        other = mine.get(gap)
        if other is None or not _is_alike(part, other) or (isinstance(part, TextBlock) and part.name in falls_back):
            found.append(_borrowed(part))
        else:
            found.append(Joined(other, part, parts=_joined(_inside(part), _inside(other), falls_back)))
    return tuple(found)


def _is_alike(part: Part, other: Part) -> bool:
    if isinstance(part, TextBlock) and isinstance(other, TextBlock):
        return part.kind == other.kind
    return type(part) is type(other)


Gap = tuple[str, str, int]  # sort of part; its name, or that of the block before it; rank among equals


def _by_gap(parts: Sequence[Part]) -> Iterator[tuple[Gap, Part]]:
    """What pairs a part with its translation: blocks by their names, prose by the named blocks around it."""
    before = ""
    count: dict[tuple[str, str], int] = {}
    for part in parts:
        match part:
            case Prose():
                key = ("prose", before)
            case Verbatim():
                key = ("olx", before)
            case TextBlock():
                before = part.name or before
                key = ("block", part.name) if part.name else ("unnamed", before)
        count[key] = count.get(key, 0) + 1
        yield (*key, count[key]), part


def compare(reference: Page, translation: Page, kinds: Kinds, say: Say) -> frozenset[str]:
    """Says where a translation does not go with its reference.

    The names of blocks that are built otherwise and are shown as the reference has them: no answer to them is right or
    wrong, so that a warning is enough. Where points are earned it is an error.
    """
    falls_back: set[str] = set()
    _compare(reference.unit.parts, translation.unit.parts, reference.unit, translation.unit, kinds, say, falls_back)
    return frozenset(falls_back)


def earns_points(block: TextBlock, kinds: Kinds) -> bool:
    """Whether it is of a kind that is graded, and no practice."""
    return setting_of(block.kind, "points", kinds) is not None and yes_no(block.value("practice")) is not True


def _compare(
    reference: Sequence[Part],
    translation: Sequence[Part],
    ours: UnitText,
    theirs: UnitText,
    kinds: Kinds,
    say: Say,
    falls_back: set[str],
) -> None:
    mine, there = dict(_by_gap(translation)), dict(_by_gap(reference))
    for gap, part in there.items():
        other = mine.get(gap)
        if other is None:
            readers = readers_of(part) if isinstance(part, TextBlock) else ()
            if not readers or theirs.language in readers:
                _say_missing(part, theirs, ours, say)
        elif isinstance(part, TextBlock) and isinstance(other, TextBlock):
            _compare_blocks(part, other, ours, theirs, kinds, say, falls_back)
    for gap, other in mine.items():
        if gap not in there:
            _say_extra(other, ours, say)
    order = [gap[1] for gap in there if gap[0] == "block" and gap in mine]
    for (gap, part), expected in zip(
        [one for one in mine.items() if one[0][0] == "block" and one[0] in there], order, strict=True
    ):
        if gap[1] != expected:
            say(
                "other-order",
                N_("“{name}” stands here, and “{expected}” {in_language}. Put the blocks in the same order."),
                _place(part),
                name=gap[1],
                expected=expected,
                in_language=in_language(ours.language),
            )
            return


def _place(part: Part) -> Place:
    return part.lines[0].place if isinstance(part, Prose) else part.place


def _say_missing(part: Part, theirs: UnitText, ours: UnitText, say: Say) -> None:
    place = _place(part)
    if isinstance(part, Prose):
        if not _is_for_team(part):
            say(
                "text-not-translated",
                N_("The text of {where} is not here: it will be shown {in_language}. Translate it."),
                Place(theirs.path),
                severity="warning",
                where=place,
                in_language=in_language(ours.language),
            )
        return
    name = part.name if isinstance(part, (TextBlock, Verbatim)) else ""
    say(
        "block-not-translated",
        N_("“{name}” ({where}) is not here: it will be shown {in_language}. Translate it."),
        Place(theirs.path),
        severity="warning",
        name=name,
        where=place,
        in_language=in_language(ours.language),
    )


def _is_for_team(part: Prose) -> bool:
    """Notes for the team and comments need no translation."""
    text = "\n".join(line.text for line in part.lines)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"^> \[!team\].*\n?(?:>.*\n?)*", "", text, flags=re.MULTILINE)
    return not text.strip()


def _say_extra(part: Part, ours: UnitText, say: Say) -> None:
    if isinstance(part, Prose):
        if not _is_for_team(part):
            say(
                "text-not-in-reference",
                N_("There is no text at this place in {path}. Add it there, or take this one out."),
                _place(part),
                path=ours.path,
            )
        return
    say(
        "block-not-in-reference",
        N_("There is no “{name}” in {path}. Give both blocks the same name, or add this one there."),
        _place(part),
        name=part.name,
        path=ours.path,
    )


def _compare_blocks(
    part: TextBlock,
    other: TextBlock,
    ours: UnitText,
    theirs: UnitText,
    kinds: Kinds,
    say: Say,
    falls_back: set[str],
) -> None:
    severity: Severity = "error" if earns_points(part, kinds) or earns_points(other, kinds) else "warning"
    if part.kind != other.kind:
        say(
            "other-kind",
            N_("“{name}” is a {kind} here and a {other} in {where}. Make both the same."),
            other.place,
            severity=severity,
            name=other.name,
            kind=other.kind,
            other=part.kind,
            where=part.place,
        )
        _fall_back(part, other, ours, say, falls_back, severity)
        return
    for written in other.settings:
        setting = setting_of(other.kind, written.name, kinds)
        if setting is None or setting.per_language or written.value in part.values(written.name):
            continue
        unknown = [one for one in part.settings if setting_of(part.kind, one.name, kinds) is None]
        if unknown and not part.values(written.name):
            continue  # it is spelt otherwise there, which is told there
        say(
            "contradicts-reference",
            N_("“{name}” is written once, for all languages, in {where}. Take this line out, or write the same."),
            value_place(written),
            name=written.name,
            where=part.place_of(written.name),
        )
    if not _compare_answers(part, other, ours, say, severity):
        _fall_back(part, other, ours, say, falls_back, severity)
    _compare(part.parts, other.parts, ours, theirs, kinds, say, falls_back)


def _fall_back(
    part: TextBlock, other: TextBlock, ours: UnitText, say: Say, falls_back: set[str], severity: Severity
) -> None:
    if severity == "error":
        return
    falls_back.add(part.name)
    say(
        "falls-back",
        N_("“{name}” is shown {in_language} until both are built alike."),
        other.place,
        severity="warning",
        name=other.name,
        in_language=in_language(ours.language),
    )


def _compare_answers(part: TextBlock, other: TextBlock, ours: UnitText, say: Say, severity: Severity) -> bool:
    """Whether the answers are alike."""
    there, here = _lists(part.lines), _lists(other.lines)
    if len(there) != len(here):
        say(
            "other-questions",
            N_("Questions of “{name}”: {count} here, {there} {in_language} ({where}). Add the ones that are missing.")
            if len(here) < len(there)
            else N_(
                "Questions of “{name}”: {count} here, {there} {in_language} ({where}). Take out what is too much, or "
                "add it there."
            ),
            other.place,
            severity=severity,
            name=other.name,
            count=len(here),
            there=len(there),
            in_language=in_language(ours.language),
            where=part.place,
        )
        return False
    pairs = zip(there, here, strict=True)
    alike = [_compare_keys(expected, found, other.name, ours, say, severity) for expected, found in pairs]
    return all(alike)  # each was told


def _compare_keys(expected: _Keys, found: _Keys, name: str, ours: UnitText, say: Say, severity: Severity) -> bool:
    if len(expected.keys) != len(found.keys):
        fewer = len(found.keys) < len(expected.keys)
        say(
            "other-answers",
            N_(
                "Answers of “{name}”: {count} here, {there} {in_language} ({where}). Add what is missing, in the "
                "same order."
            )
            if fewer
            else N_(
                "Answers of “{name}”: {count} here, {there} {in_language} ({where}). Take out what is too much, or "
                "add it there."
            ),
            found.place,
            severity=severity,
            name=name,
            count=len(found.keys),
            there=len(expected.keys),
            in_language=in_language(ours.language),
            where=expected.place,
        )
        return False
    for (mark, place), (wanted, where) in zip(found.keys, expected.keys, strict=True):
        if mark != wanted:
            say(
                "other-mark",
                N_("This answer is marked {mark}, and {expected} {in_language} ({where}). Make both the same."),
                place,
                severity=severity,
                mark=mark,
                expected=wanted,
                in_language=in_language(ours.language),
                where=where,
            )
    return [mark for mark, _place in found.keys] == [mark for mark, _place in expected.keys]


@dataclass(frozen=True, slots=True)
class _Keys:
    """The answers of one question, as far as they are the same in every language."""

    place: Place
    keys: tuple[tuple[str, Place], ...]


def _lists(lines: Sequence[Line]) -> list[_Keys]:
    """Of each question in order: the marks of choices, the values of numbers, and that it takes words."""
    return [one for part in parts_of(lines) if isinstance(part, Answers) for one in _keys_in(part)]


def _keys_in(answers: Answers) -> Iterator[_Keys]:
    found: dict[tuple[str, Place], None] = {}
    for item in answers.items:
        inner = [part for part in item.parts if isinstance(part, Answers)]
        if inner and not item.mark:  # a blank, and its answers in a list of their own
            for one in inner:
                yield from _keys_in(one)
            continue
        if item.mark in ("", "!=") or item.mark.startswith("@"):
            continue  # what is said of wrong answers is each language's own
        value = " ".join(item.text.text.replace(",", ".").split())
        if not item.mark.endswith("="):
            found[item.mark, item.place] = None
        elif _NUMBER.match(value):
            found[f"{item.mark} {value}", item.place] = None
        elif not any(mark == _TAKES_WORDS for mark, _place in found):
            found[_TAKES_WORDS, item.place] = None  # as many as the language has
    if found:
        yield _Keys(answers.place, tuple(found))


def state_of(reference: Page, translation: Page | None, kinds: Kinds) -> State:
    """Was the translation confirmed for the reference as it is now?"""
    if translation is None:
        return "missing"
    said = confirmed_for(translation)
    if not said:
        return "never"
    return "current" if said == digest(reference, kinds) else "behind"


def confirmed_for(translation: Page) -> str:
    """The digest of the reference that the translation was confirmed for; "" when nobody did."""
    return str(translation.unit.heading.get("of") or "")


def say_state(reference: Page, translation: Page | None, language: str, kinds: Kinds, say: Say) -> State:
    """The same, told to the author."""
    state = state_of(reference, translation, kinds)
    place = Place(reference.unit.path) if translation is None else _of_place(translation)
    values: dict[str, object] = {
        "in_language": in_language(reference.unit.language),
        "path": reference.unit.path,
        "digest": digest(reference, kinds),
    }
    match state:
        case "missing":
            say(
                "no-translation",
                N_("This page has no translation {in_other}: it will be shown {in_language}."),
                place,
                severity="warning",
                in_other=in_language(language),
                in_language=in_language(reference.unit.language),
            )
        case "never":
            say(
                "never-confirmed",
                N_(
                    "Nobody has confirmed this translation. When it says what {path} says, write of: {digest} in its "
                    "heading, or run: cordee course translated FILE"
                ),
                place,
                severity="warning",
                **values,
            )
        case "behind":
            say(
                "translation-behind",
                N_(
                    "The page {in_language} has changed since this translation was confirmed. "
                    "When it says the same again, write of: {digest}, or run: cordee course translated FILE"
                ),
                place,
                severity="warning",
                **values,
            )
        case _:
            pass
    return state


def _of_place(page: Page) -> Place:
    for i, line in enumerate(page.heading_lines):
        found = OF_LINE.match(line)
        if found:
            return Place(page.unit.path, i + 2, found.start("value") + 1)
    return Place(page.unit.path)
