"""How does a page look when it is laid out in the one way?

Line by line: prose is never wrapped or printed anew. `layout(layout(x)) == layout(x)`, and a page means the same before
and after. A page that is not sound (a block was not closed) is left alone by whoever calls.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from cordee.formats.coursetext.lines import FENCE, RAW, VERBATIM, Page
from cordee.formats.coursetext.model import Line, Part, Prose, TextBlock, UnitText, Verbatim, Written
from cordee.formats.coursetext.names import free_name, slug
from cordee.formats.coursetext.settings import HOLDERS, Kinds, is_known_kind, is_per_language, settings_of

LEAST_COLONS = 3
DIGEST_DIGITS = 8
_BULLET = re.compile(r"[*+](?= (?:\[\?[\w.-]+\] )*(?:\([ xX]\)|\[[ xX]\]|\(\d+(?:[.,]\d+)? ?%?\)|!?=|@\w))")
_MARK = re.compile(r"(- (?:\[\?[\w.-]+\] )*)(?:\(X\)|\[X\])")
_KEY = re.compile(r"- (?:\[\?[\w.-]+\] )*(?:\(\d+(?:[.,]\d+)? ?%\) )?!?=")
_PLUS_MINUS = re.compile(r"(?<=[\s\d])\+-(?= ?\d)")
_ARROW = re.compile(r"(?<=\S) (?:→|=>) ?")
_HARD_BREAK = re.compile(r"(?<=\S) {2,}$")
_LABEL = re.compile(r"(?P<mark>[-*+>|#:{]|\d+[.)]|`{3}|~{3}|---)")


def layout(page: Page, kinds: Kinds) -> str:
    """The page in canonical form."""
    return "\n".join(_page(page, kinds, lambda _block, _written: True))


def digest(page: Page, kinds: Kinds) -> str:
    """What a translation's `of` holds: 8 hex digits over the canonical page without its heading block and without the
    settings that are written once for all languages.
    """
    return hashlib.sha256("\n".join(confirmed_lines(page, kinds)).encode()).hexdigest()[:DIGEST_DIGITS]


def confirmed_lines(page: Page, kinds: Kinds) -> tuple[str, ...]:
    """The lines that a translation has to say, too: what `digest` is over, and what is compared when it lags."""

    def keeps(block: TextBlock, written: Written) -> bool:
        return is_per_language(block.kind, written.name, kinds)

    return tuple(_page(replace(page, heading_lines=()), kinds, keeps))


def body_of(part: Part) -> list[str]:
    """The lines of a part in canonical form, without its opening line and its settings."""
    match part:
        case Prose():
            return list(clean_lines(part.lines))
        case Verbatim():
            return part.source.split("\n")
        case TextBlock(kind=kind) if kind == RAW:
            return [line.text for line in part.lines]
        case TextBlock():
            return [_item(line) for line in clean_lines(part.lines)]


Keeps = Callable[[TextBlock, Written], bool]


def _page(page: Page, kinds: Kinds, keeps: Keeps) -> Iterator[str]:
    if page.heading_lines:
        yield "---"
        yield from (line.rstrip() for line in page.heading_lines)
        yield "---"
    if page.title_line:
        yield f"# {page.unit.title}" if page.unit.title else "#"
        if page.unit.parts:
            yield ""
    yield from _parts(page.unit.parts, kinds, keeps)
    yield ""


def _parts(parts: Sequence[Part], kinds: Kinds, keeps: Keeps) -> Iterator[str]:
    for i, part in enumerate(parts):
        if i:
            yield ""
        match part:
            case Prose():
                yield from clean_lines(part.lines)
            case Verbatim():
                yield from _verbatim(part)
            case TextBlock():
                yield from _block(part, kinds, keeps)


def _verbatim(part: Verbatim) -> Iterator[str]:
    longest = max((len(found[0]) for found in re.finditer(r"`{3,}", part.source)), default=LEAST_COLONS - 1)
    fence = "`" * max(LEAST_COLONS, longest + 1)
    name = "" if re.fullmatch(r".*\.\d+", part.name) else f" {part.name}"
    yield f"{fence}{VERBATIM}{name}"
    yield from part.source.split("\n")
    yield fence


def _block(block: TextBlock, kinds: Kinds, keeps: Keeps) -> Iterator[str]:
    colons = ":" * _colons(block)
    yield f"{colons} {block.kind}" + (f" {block.name}" if block.name else "")
    for written in _in_order(block, kinds):
        if keeps(block, written):
            yield f"{written.name}: {_value(written.value)}".rstrip()
    if block.kind in HOLDERS:
        inner = list(_parts(block.parts, kinds, keeps))
    elif block.kind == RAW:
        inner = [line.text for line in block.lines]
    else:
        inner = [_item(line) for line in clean_lines(block.lines)]
    if inner:
        yield ""
        yield from inner
        yield ""
    yield colons


def _colons(block: TextBlock) -> int:
    """One more than the longest block inside."""
    inside = [_colons(part) for part in block.parts if isinstance(part, TextBlock)]
    return max(inside) + 1 if inside else LEAST_COLONS


def _in_order(block: TextBlock, kinds: Kinds) -> list[Written]:
    """As the tables say; what they do not know comes last, as it was written."""
    if not is_known_kind(block.kind, kinds):
        return list(block.settings)
    order = {setting.name: i for i, setting in enumerate(settings_of(block.kind, kinds))}
    return sorted(block.settings, key=lambda written: order.get(written.name, len(order)))


def _value(value: str) -> str:
    """Unquoted, unless it begins with what would be read as quotes or a list that it is not."""
    if value.startswith('"') or value != value.strip() or (value.startswith("[") and not value.endswith("]")):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return value


def clean_lines(lines: Iterable[Line]) -> Iterator[str]:
    """Prose without trailing spaces; a hard break of two spaces becomes a backslash. Listings stay as they are."""
    given = list(lines)
    fence = ""
    for i, line in enumerate(given):
        text = line.text
        if fence:
            yield text
            bare = text.strip()
            if len(bare) >= len(fence) and bare[0] == fence[0] and not bare.strip(fence[0]):
                fence = ""
            continue
        opened = FENCE.fullmatch(text)
        if opened and _is_closed(given, i, opened["fence"]):
            fence = opened["fence"]
            yield text.rstrip()
            continue
        followed = i + 1 < len(given) and given[i + 1].text.strip()
        yield _HARD_BREAK.sub("\\\\", text) if followed and not text.startswith("#") else text.rstrip()


def _is_closed(lines: Sequence[Line], at: int, fence: str) -> bool:
    return any(
        len(bare) >= len(fence) and not bare.strip(fence[0]) for bare in (line.text.strip() for line in lines[at + 1 :])
    )


def _item(text: str) -> str:
    """An answer with the one bullet, the one mark and the one sign of tolerance."""
    text = _BULLET.sub("-", text, count=1) if text[:1] in "*+" else text
    if not text.startswith("- "):
        return text
    text = _MARK.sub(lambda found: found[0].replace("X", "x"), text, count=1)
    return _PLUS_MINUS.sub("±", text) if _KEY.match(text) else text


def with_names(page: Page, taken: set[str]) -> Page:
    """The page with a name for each block that keeps answers and has none; `taken` grows by them.

    The name is a slug of the title, else of the question.
    """
    return replace(page, unit=replace(page.unit, parts=_named(page.unit.parts, page.unit, taken)))


def _named(parts: Iterable[Part], unit: UnitText, taken: set[str]) -> tuple[Part, ...]:
    found: list[Part] = []
    for part in parts:
        if not isinstance(part, TextBlock):
            found.append(part)
            continue
        name = part.name
        if not name and part.kind != "include":
            name = free_name(slug(part.value("title")) or slug(_label(part)) or f"{unit.name}-{part.kind}", taken)
            taken.add(name)
        found.append(replace(part, name=name, parts=_named(part.parts, unit, taken)))
    return tuple(found)


def _label(block: TextBlock) -> str:
    """The line before the answers, which a screen reader says; else the first words."""
    said = ""
    for line in block.lines:
        text = line.text.strip()
        if text and _LABEL.match(text):
            if said:
                return said
            continue
        if text and not (text.startswith("*") and text.endswith("*")):
            said = text
    return said


def names_as_in(translation: Page, reference: Page) -> Page:
    """The translation whose blocks without a name take that of the reference's block in the same place."""
    return replace(
        translation,
        unit=replace(translation.unit, parts=_taken_over(translation.unit.parts, reference.unit.parts)),
    )


def _taken_over(parts: Sequence[Part], others: Sequence[Part]) -> tuple[Part, ...]:
    mine = [part for part in parts if isinstance(part, TextBlock)]
    theirs = [part for part in others if isinstance(part, TextBlock)]
    if [one.kind for one in mine] != [one.kind for one in theirs]:
        return tuple(parts)
    pairs = iter(zip(mine, theirs, strict=True))
    found: list[Part] = []
    for part in parts:
        if isinstance(part, TextBlock):
            _mine, other = next(pairs)
            part = replace(part, name=part.name or other.name, parts=_taken_over(part.parts, other.parts))  # noqa: PLW2901
        found.append(part)
    return tuple(found)
