"""Which answers, notes and listings does the body of a block hold, and where?

Marks are found line by line, before any Markdown is parsed: a list whose items begin with a mark holds answers, a
quotation that begins with [!name] is what the platform says, three dashes separate. All else is prose. What a mark
means is for the kind of the block to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cordee.formats.coursetext.model import Line, Place

CALLOUTS = ("note", "tip", "important", "warning", "caution")  # Markdown's own: prose
TEAM = "team"  # a note that never leaves the authors: prose too, which `prose` leaves out
BRACED = r'\{[A-Za-z][\w-]*(?:=(?:"[^"]*"|[^\s{}"]+))?(?:\s+[A-Za-z][\w-]*(?:=(?:"[^"]*"|[^\s{}"]+))?)*\s*\}'
SEPARATOR = "---"

_BULLET = re.compile(r"([-*+])(\s+)(?=\S)|([-*+])\s*$")
_BLANK = re.compile(r"\[\?([A-Za-z0-9_.-]*)\](\s+|$)")
_MARK = re.compile(
    r"(?:(?P<round>\(\s*[xX]?\s*\))|(?P<square>\[\s*[xX]?\s*\])|(?P<share>\(\s*\d+(?:[.,]\d+)?\s?%\s*\))(?P<is>\s+=)?"
    r"|(?P<points>\(\d+(?:\.\d+)?\))|(?P<equal>!?=)|(?P<place>@[A-Za-z0-9][\w.-]*))(?P<space>\s+|$)"
)
_LOOSE_EQUAL = re.compile(r'(!?=)(?=["/`\d([+-])')  # "- =42": read all the same
_ALONE = re.compile(rf"\s*({BRACED})\s*")
_AT_END = re.compile(rf"(?:^|(?<=\s))({BRACED})$")
_AT_START = re.compile(rf"({BRACED})(\s+|$)")
_BRACE = re.compile(r'([A-Za-z][\w-]*)(?:=(?:"([^"]*)"|([^\s{}"]+)))?')
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)")
_NOTE = re.compile(rf"\[!([^\W\d_][\w-]*)(?:\s+([^\]]*?))?\s*\](?:\s*({BRACED}))?\s*")
_QUOTED = re.compile(r">( ?)(.*)")
_PLAIN_VALUE = re.compile(r"[\w.+-]+")
_INDENT = 2
_MARKED_AGAIN = re.compile(r"\s*[-*+]\s+(?=\([ xX]?\)|\[[ xX]?\]|\[\?|\(\d|!?=|@[A-Za-z0-9])")
_LIKE_A_NOTE = re.compile(r"((?:\s*[-*+]\s+)?>\s*)\[!([^\W\d_][\w-]*)")

Braces = tuple[tuple[str, str], ...]  # words and word=value: (("fixed", ""), ("name", "a"))


@dataclass(frozen=True, slots=True)
class Words:
    """Markdown, without the empty lines around it."""

    lines: tuple[Line, ...]

    @property
    def markdown(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Note:
    """`> [!name argument]`, or, in an answer, a quotation without a name: what is said of this answer."""

    name: str
    lines: tuple[Line, ...]
    place: Place
    argument: str = ""
    braces: Braces = ()

    @property
    def markdown(self) -> str:
        return "\n".join(line.text for line in self.lines).strip("\n")


@dataclass(frozen=True, slots=True)
class Listing:
    """A fence in one of the languages that were asked for."""

    language: str
    lines: tuple[Line, ...]
    place: Place

    @property
    def source(self) -> str:
        return "".join(line.text + "\n" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Separator:
    place: Place


@dataclass(frozen=True, slots=True)
class Item:
    """One answer. `mark`: "(x)", "( )", "[x]", "[ ]", "=", "!=", "(50%)", "(50%) =", "(4)", "@id", "" for none.

    `text` is the rest of the first line. `parts` are what it holds: of an answer with "=" or "@" all but the text, of
    all others the text too.
    """

    mark: str
    text: Line
    parts: tuple[Part, ...]
    place: Place
    blanks: tuple[str, ...] = ()
    braces: Braces = ()

    @property
    def markdown(self) -> str:
        """The prose that it holds."""
        return "\n\n".join(part.markdown for part in self.parts if isinstance(part, Words))


@dataclass(frozen=True, slots=True)
class Answers:
    """A list of answers, and the braces on the line above it."""

    items: tuple[Item, ...]
    place: Place
    braces: Braces = ()


Part = Words | Note | Listing | Separator | Answers


def parts_of(lines: Sequence[Line], *, listings: Iterable[str] = (), plain: bool = False) -> tuple[Part, ...]:
    """The body of a block in order. `listings`: languages of fences to give apart; `plain`: every list is answers."""
    return tuple(_Body(lines, tuple(listings), plain=plain).parts())


class _Body:
    """Reads one level: the body of a block, or what an answer holds."""

    def __init__(self, lines: Sequence[Line], listings: tuple[str, ...], *, plain: bool = False, inside: bool = False):
        self._lines = lines
        self._listings = listings
        self._plain = plain
        self._inside = inside  # an answer: a quotation is what is said of it
        self._prose: list[Line] = []
        self._at = 0

    def parts(self) -> Iterator[Part]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            fence = _FENCE.fullmatch(line.text)
            if fence:
                yield from self._fence(fence)
            elif line.text.rstrip() == SEPARATOR and not self._inside:
                yield from self._words()
                yield Separator(line.place)
                self._at += 1
            elif line.text.startswith(">"):
                yield from self._quotation()
            elif _BULLET.match(line.text):
                yield from self._list()
            else:
                self._prose.append(line)
                self._at += 1
        yield from self._words()

    def _words(self) -> Iterator[Words]:
        """What was gathered since the last part."""
        prose, self._prose = self._prose, []
        while prose and not prose[0].text.strip():
            prose.pop(0)
        while prose and not prose[-1].text.strip():
            prose.pop()
        if prose:
            yield Words(tuple(prose))

    def _fence(self, opening: re.Match[str]) -> Iterator[Part]:
        end = _end_of_fence(self._lines, self._at, opening[1])
        language = " ".join(opening[2].split())
        held = self._lines[self._at : end]
        if language in self._listings:
            yield from self._words()
            closed = len(held) > 1 and held[-1].text.strip().startswith(opening[1])
            yield Listing(language, tuple(held[1 : -1 if closed else None]), held[0].place)
        else:
            self._prose += held
        self._at = end

    def _quotation(self) -> Iterator[Part]:
        start = self._at
        while self._at < len(self._lines) and self._lines[self._at].text.startswith(">"):
            self._at += 1
        for quoted, chunk in _notes_in(self._lines[start : self._at]):
            head = _NOTE.fullmatch(quoted[0].text)
            if head and head[1].lower() not in (*CALLOUTS, TEAM):
                yield from self._words()
                place = quoted[0].place
                yield Note(head[1].lower(), tuple(quoted[1:]), place, head[2] or "", braces_of(head[3] or "{}"))
            elif self._inside and not head:
                yield from self._words()
                label = _AT_START.match(quoted[0].text)
                if label:
                    quoted[0] = _cut(quoted[0], label.end())
                yield Note("", tuple(quoted), chunk[0].place, braces=braces_of(label[1]) if label else ())
            else:
                self._prose += chunk

    def _list(self) -> Iterator[Part]:
        start = end = self._at
        firsts = []
        while self._at < len(self._lines):
            text = self._lines[self._at].text
            if _BULLET.match(text):
                firsts.append(self._at)
            elif text.strip() and not text.startswith((" " * _INDENT, "\t")):
                break
            self._at += 1
            end = self._at if text.strip() else end
        self._at = end
        held = [self._lines[first:last] for first, last in zip(firsts, [*firsts[1:], end], strict=True)]
        if not self._plain and not any(_has_mark(lines[0].text) for lines in held):
            self._prose += self._lines[start:end]
            return
        above = _ALONE.fullmatch(self._prose[-1].text) if self._prose else None
        if above:
            self._prose.pop()
        yield from self._words()
        items = tuple(self._item(lines) for lines in held)
        yield Answers(items, self._lines[start].place, braces_of(above[1]) if above else ())

    def _item(self, lines: Sequence[Line]) -> Item:
        bullet = _BULLET.match(lines[0].text)
        rest = _cut(lines[0], bullet.end() if bullet else 0)
        place, blanks = rest.place, []
        while blank := _BLANK.match(rest.text):
            blanks.append(blank[1])
            rest = _cut(rest, blank.end())
        mark = ""
        found = None if self._plain and not blanks else (_MARK.match(rest.text) or _LOOSE_EQUAL.match(rest.text))
        if found:
            place = rest.place
            mark, rest = _canonical_mark(found), _cut(rest, found.end())
        ending = _AT_END.search(rest.text.rstrip())
        braces: Braces = ()
        if ending:
            braces, rest = braces_of(ending[1]), replace(rest, text=rest.text[: ending.start()].rstrip())
        below = [_cut(line, min(_INDENT, len(line.text) - len(line.text.lstrip()))) for line in lines[1:]]
        held = below if _told_apart(mark) or not rest.text else [rest, *below]
        parts = tuple(_Body(held, self._listings, inside=True).parts())
        return Item(mark, rest, parts, place, tuple(blanks), braces)


def _cut(line: Line, count: int) -> Line:
    place = line.place
    return Line(line.text[count:], replace(place, column=place.column + count))


def _has_mark(text: str) -> bool:
    bullet = _BULLET.match(text)
    rest = text[bullet.end() :] if bullet else text
    return bool(_BLANK.match(rest) or _MARK.match(rest) or _LOOSE_EQUAL.match(rest))


def _canonical_mark(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if groups.get("round"):
        return "(x)" if "x" in groups["round"].lower() else "( )"
    if groups.get("square"):
        return "[x]" if "x" in groups["square"].lower() else "[ ]"
    if groups.get("share"):
        share = "".join(groups["share"].split()).replace(",", ".")
        return share + (" =" if groups["is"] else "")
    return found[0].strip()


def _end_of_fence(lines: Sequence[Line], start: int, opening: str) -> int:
    """The position behind the closing line of a fence, or behind the last line."""
    closing = re.compile(rf" {{0,3}}{re.escape(opening[0])}{{{len(opening)},}}\s*")
    ends = (at + 1 for at in range(start + 1, len(lines)) if closing.fullmatch(lines[at].text))
    return next(ends, len(lines))


def _notes_in(lines: Sequence[Line]) -> Iterator[tuple[list[Line], list[Line]]]:
    """Each quotation as (what it says, its lines); a line with [!name] begins another one."""
    quoted: list[Line] = []
    chunk: list[Line] = []
    fence = ""
    for line in lines:
        found = _QUOTED.fullmatch(line.text)
        inner = _cut(line, 1 + len(found[1]) if found else 0)
        if chunk and not fence and _NOTE.fullmatch(inner.text):
            yield quoted, chunk
            quoted, chunk = [], []
        opening = _FENCE.fullmatch(inner.text)
        if opening and not fence:
            fence = opening[1]
        elif fence and inner.text.strip().startswith(fence) and not inner.text.strip().strip(fence[0]):
            fence = ""
        quoted.append(inner)
        chunk.append(line)
    yield quoted, chunk


def braces_of(text: str) -> Braces:
    """The words of `{fixed name=a label="Presque"}`."""
    return tuple((found[1], found[2] if found[2] is not None else found[3] or "") for found in _BRACE.finditer(text))


def written_braces(braces: Braces) -> str:
    """`{fixed name=a label="Presque"}`; "" for none."""
    words = [name if not value and name != "label" else f"{name}={_quoted(value)}" for name, value in braces]
    return f"{{{' '.join(words)}}}" if words else ""


def _quoted(value: str) -> str:
    return value if _PLAIN_VALUE.fullmatch(value) else f'"{value}"'


def escaped(markdown: str) -> str:
    """Markdown with a backslash before all that would be taken for a mark, a note, braces or the end of the block."""
    lines: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        opening = _FENCE.fullmatch(line)
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            lines.append(line)
        elif opening:
            fence = opening[1]
            lines.append(line)
        else:
            lines.append(_escaped_line(line))
    return "\n".join(lines)


def _escaped_line(line: str) -> str:
    marked = _MARKED_AGAIN.match(line)
    if marked:
        line = f"{marked[0]}\\{line[marked.end() :]}"
    note = _LIKE_A_NOTE.match(line)
    if note and note[2].lower() not in (*CALLOUTS, TEAM):
        line = line[: note.end(1)] + "\\" + line[note.end(1) :]
    if line.lstrip().startswith(":::"):
        line = line.replace(":::", "\\:::", 1)
    ending = _AT_END.search(line.rstrip()) if "}" in line else None
    if ending:
        line = line[: ending.start()] + "\\" + line[ending.start() :]
    return line


def written(parts: Iterable[Part]) -> tuple[str, ...]:
    """The canonical lines: one empty line between parts, `-` bullets, what an answer holds indented by two."""
    lines: list[str] = []
    for part in parts:
        if lines:
            lines.append("")
        lines += _written_part(part)
    return tuple(lines)


def _written_part(part: Part) -> Iterator[str]:
    match part:
        case Words():
            yield from (line.text.rstrip() for line in part.lines)
        case Separator():
            yield SEPARATOR
        case Listing():
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`{3,}", part.source)), 3)
            yield fence + part.language
            yield from (line.text for line in part.lines)
            yield fence
        case Note():
            yield from _written_note(part)
        case Answers():
            if part.braces:
                yield written_braces(part.braces)
            for item in part.items:
                yield from _written_item(item)


def _written_note(note: Note) -> Iterator[str]:
    lines = note.markdown.split("\n")
    if note.name:
        head = f"[!{note.name}{' ' * bool(note.argument)}{note.argument}]"
        lines = [f"{head} {written_braces(note.braces)}".rstrip(), *([] if lines == [""] else lines)]
    elif note.braces:
        lines[0] = f"{written_braces(note.braces)} {lines[0]}".rstrip()
    yield from (f"> {line}".rstrip() for line in lines)


def _written_item(item: Item) -> Iterator[str]:
    below: list[str] = []
    before: Part | None = None
    for part in item.parts:
        touches = isinstance(part, Note) and (part.name or isinstance(before, Words))
        if below and not touches:
            below.append("")
        below += _written_part(part)
        before = part
    first = item.text.text
    if first and not _told_apart(item.mark):
        first = below.pop(0) if below else first
    yield " ".join(
        filter(None, ["-", *(f"[?{blank}]" for blank in item.blanks), item.mark, first, written_braces(item.braces)])
    )
    yield from (f"  {line}" if line else "" for line in below)


def _told_apart(mark: str) -> bool:
    """Whether the text of an answer is no prose: a number, a place."""
    return mark.endswith("=") or mark.startswith("@")


def answer(
    mark: str, text: str, said: Sequence[Note | Answers] = (), *, blanks: tuple[str, ...] = (), braces: Braces = ()
) -> Item:
    """An answer to write. `text`: Markdown, or after "=" what is expected."""
    nowhere = Place("")
    if _told_apart(mark):
        return Item(mark, Line(text, nowhere), tuple(said), nowhere, blanks, braces)
    if mark.endswith("%)") and text.startswith("="):
        text = "\\" + text
    lines = lines_of(escaped(text)) if text else ()
    on_the_first = bool(lines) and not re.match(r"\s|>|```|~~~|[-*+](\s|$)", lines[0].text)
    parts = (*((Words(lines),) if lines else ()), *said)
    return Item(mark, lines[0] if on_the_first else Line("", nowhere), parts, nowhere, blanks, braces)


def note(name: str, markdown: str, *, argument: str = "", braces: Braces = ()) -> Note:
    """A note to write."""
    nowhere = Place("")
    return Note(name, lines_of(_escaped_in_note(escaped(markdown))), nowhere, argument, braces)


def _escaped_in_note(markdown: str) -> str:
    """A line that begins with [!…] would begin another note; braces at the start would be a label."""
    return "\n".join(
        "\\" + line if _NOTE.fullmatch(line) or _AT_START.match(line) else line for line in markdown.split("\n")
    )


def words(markdown: str) -> Words:
    """Prose to write."""
    return Words(lines_of(escaped(markdown)))


def canonical(lines: Sequence[Line], *, listings: Iterable[str] = (), plain: bool = False) -> tuple[str, ...]:
    """A body in its canonical form: marks, bullets and empty lines; prose keeps its own lines."""
    return written(parts_of(lines, listings=listings, plain=plain))


def lines_of(text: str, place: Place | None = None) -> tuple[Line, ...]:
    """A text as lines, their places counted from one."""
    start = place or Place("")
    return tuple(
        Line(line, replace(start, line=start.line + rank, column=start.column if rank == 0 else 1))
        for rank, line in enumerate(text.split("\n"))
    )
