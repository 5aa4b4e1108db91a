"""Which blocks, settings and lines does a page hold?

Blocks are found line by line before any Markdown is read, so that an error in one cannot swallow the next and every
message has its line and column. Nothing here knows a kind, but for the few that hold other blocks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cordee.core.errors import N_
from cordee.formats.coursetext import yamls
from cordee.formats.coursetext.model import Line, Part, Place, Prose, Say, TextBlock, UnitText, Verbatim, Written
from cordee.formats.coursetext.names import LONGEST_NAME, NAME
from cordee.formats.coursetext.nearest import is_french_key, is_known_key
from cordee.formats.coursetext.settings import HOLDERS, unquoted

COLONS = re.compile(r":{3,}")
CLOSE = re.compile(r":{3,}[ \t]*")
OPEN = re.compile(r"(?P<colons>:{3,})(?P<space>[ \t]*)(?P<kind>[^\s:]\S*)(?:[ \t]+(?P<name>\S.*?))?[ \t]*")
KIND = re.compile(r"[a-z][a-z0-9-]*")
SETTING = re.compile(r"(?P<name>[a-z][a-z-]*):(?:[ \t]+(?P<value>.*?))?[ \t]*")
NEAR_SETTING = re.compile(r"(?P<name>[^\W\d_][\w-]*):(?:[ \t]+(?P<value>.*?))?[ \t]*")  # accents, capitals
_AIR = r"[ \t\u00a0\u202f]"
MEANT_AS_SETTING = re.compile(rf"(?P<name>[a-z\u00e0-\u00ff][\w-]*)(?:{_AIR}*[:=]{_AIR}*)(?P<value>\S.{{0,60}})")
FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<info>[^`]*|(?<=~).*)")
HEADING = re.compile(r"---[ \t]*")
TITLE = re.compile(r"#[ \t]+(?P<title>.*?)(?:[ \t]+#+)?[ \t]*")
VERBATIM: Final = "olx"  # the language of a listing whose bytes are kept
RAW: Final = "html"  # the kind in whose body nothing is looked for


@dataclass(slots=True)
class Page:
    """A page as its lines were read: the unit, and what only the formatter needs."""

    unit: UnitText
    heading_lines: tuple[str, ...] = ()  # between the `---` lines
    title_line: int = 0  # 0: there is none
    is_sound: bool = True  # no block had to be closed, no listing was left open: it may be laid out anew


@dataclass(slots=True)
class _Open:
    """A block whose `:::` has not come yet."""

    kind: str
    name: str
    place: Place
    settings: list[Written] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    takes_settings: bool = True

    @property
    def holds(self) -> bool:
        return self.kind in HOLDERS

    def closed(self) -> TextBlock:
        lines = () if self.holds else tuple(_trimmed(self.lines))
        return TextBlock(self.kind, self.name, tuple(self.settings), lines, self.place, tuple(self.parts))


def read_page(text: str, *, path: str, name: str, language: str, say: Say, titled: bool = True) -> Page:
    """The page of a file. Never raises on what an author wrote: it says it.

    `name`: the unit's, unless the heading block says another; `titled`: False for a page of which only the prose is
    used.
    """
    return _Reader(text, path, name, language, say, titled).read()


class _Reader:
    def __init__(self, text: str, path: str, name: str, language: str, say: Say, titled: bool) -> None:
        self.lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.path, self.name, self.language, self.say, self.titled = path, name, language, say, titled
        self.stack: list[_Open] = []
        self.top: list[Part] = []
        self.prose: list[Line] = []
        self.count = 0  # of texts named by their place
        self.sound = True
        self.supplied = 0  # ends of blocks that the author did not write
        self._no_comment_ends = False  # no comment ends below
        self._unclosable: dict[str, int] = {}  # fence sign -> shortest length that is known to have no end

    def read(self) -> Page:
        heading, heading_lines, at = self._heading()
        self.name = str(heading.get("id") or self.name)
        title, title_line, at = self._title(at)
        self._body(at)
        while self.stack:
            self.sound = False
            block = self.stack[-1]
            self.say(
                "not-closed",
                N_("The {kind} “{name}” opened here is not closed. Put a line with ::: where it ends.")
                if block.name
                else N_("The {kind} opened here is not closed. Put a line with ::: where it ends."),
                block.place,
                kind=block.kind,
                name=block.name,
            )
            self._close()
        self._end_prose()
        unit = UnitText(self.name, self.language, title, heading, tuple(self.top), self.path)
        return Page(unit, heading_lines, title_line, self.sound)

    def _place(self, index: int, column: int = 1) -> Place:
        return Place(self.path, index + 1, column)

    def _heading(self) -> tuple[Mapping[str, Any], tuple[str, ...], int]:
        if not HEADING.fullmatch(self.lines[0]):
            return {}, (), 0
        end = next((i for i in range(1, len(self.lines)) if HEADING.fullmatch(self.lines[i])), 0)
        if not end:
            self.sound = False
            self.say(
                "heading-not-closed",
                N_("The heading block has no end. Put a line with --- after its last setting."),
                self._place(0),
            )
            return {}, (), next((i for i in range(1, len(self.lines)) if TITLE.fullmatch(self.lines[i])), 1)
        inner = self.lines[1:end]
        node = yamls.read("\n".join(inner), self.path, self.say, first_line=2)
        return yamls.plain(node) if isinstance(node, yamls.Map) else {}, tuple(inner), end + 1

    def _title(self, at: int) -> tuple[str, int, int]:
        first = next((i for i in range(at, len(self.lines)) if self.lines[i].strip()), len(self.lines))
        found = TITLE.fullmatch(self.lines[first]) if first < len(self.lines) else None
        if not self.titled:
            return "", 0, at
        if found is None:
            self.say(
                "no-title",
                N_("This page has no title. Begin it with a line such as: # Title."),
                self._place(min(first, len(self.lines) - 1)),
            )
            return "", 0, at
        return found["title"], first + 1, first + 1

    def _body(self, at: int) -> None:
        while at < len(self.lines):
            line = self.lines[at]
            top = self.stack[-1] if self.stack else None
            if top is not None and top.takes_settings:
                if self._setting(top, line, at):
                    at += 1
                    continue
                top.takes_settings = False
            if top is not None and top.kind == RAW:
                if CLOSE.fullmatch(line):
                    self._close()
                else:
                    self._keep(at)
                at += 1
                continue
            if line.startswith(":::"):
                self._colons(line, at)
                at += 1
                continue
            if line.startswith("<!--") and "-->" not in line:
                at = self._until_comment_ends(at)
                continue
            if top is not None and not top.holds and not any(one.text.strip() for one in top.lines):
                self._say_if_no_setting(line, at)
            fence = FENCE.fullmatch(line)
            at = self._listing(fence, at) if fence else self._keep(at)

    def _keep(self, at: int) -> int:
        """The line belongs to the block that is open, else to the prose."""
        line = Line(self.lines[at], self._place(at))
        if self.stack and not self.stack[-1].holds:
            self.stack[-1].lines.append(line)
        else:
            self.prose.append(line)
        return at + 1

    def _setting(self, block: _Open, line: str, at: int) -> bool:
        found = SETTING.fullmatch(line)
        if found is None:
            near = NEAR_SETTING.fullmatch(line)
            if near is None or not (is_french_key(near["name"]) or _is_capital(near["name"])):
                return False
            found = near
        block.settings.append(Written(found["name"], unquoted(found["value"] or ""), self._place(at)))
        return True

    def _say_if_no_setting(self, line: str, at: int) -> None:
        """`attempts : 3`, `attempts=3`: meant as a setting, and read as words that learners see."""
        found = MEANT_AS_SETTING.fullmatch(line)
        if found is not None and (is_known_key(found["name"]) or is_french_key(found["name"])):
            self.sound = False
            self.say(
                "unreadable-setting",
                N_(
                    "This is read as text, not as a setting. Write “{name}: {value}” right under the opening line; or "
                    "begin the text with other words."
                ),
                self._place(at),
                name=found["name"],
                value=found["value"],
            )

    def _colons(self, line: str, at: int) -> None:
        if CLOSE.fullmatch(line):
            if self.stack:
                self._close()
                return
            self.sound = False
            if self.supplied:  # it was told already that a block was closed before this line
                self.supplied -= 1
                return
            self.say(
                "nothing-to-close",
                N_("There is no block to close here. Take this line out, or write the kind of a block after it."),
                self._place(at),
            )
            return
        found = OPEN.fullmatch(line)
        if found is None:
            self.sound = False
            self.say(
                "unreadable-opening",
                N_("This line opens no block. Write it as ::: kind name, such as ::: quiz capital."),
                self._place(at),
            )
            self._keep(at)
            return
        kind, name = found["kind"], found["name"] or ""
        self._supply_closes(kind, at)
        self._end_prose()
        if name and not (NAME.fullmatch(name) and len(name) <= LONGEST_NAME):
            self.sound = False
            self.say(
                "bad-name",
                N_(
                    "“{name}” cannot be the name of a block. Write letters without accents, digits, dashes and dots, "
                    "without spaces."
                ),
                self._place(at, found.start("name") + 1),
                name=name,
            )
            name = ""
        self.stack.append(_Open(kind, name, self._place(at, found.start("kind") + 1)))

    def _supply_closes(self, kind: str, at: int) -> None:
        """Blocks that cannot hold this one and were left open are closed before it."""
        while self.stack:
            block = self.stack[-1]
            if block.holds and not (kind == "branch" and block.kind == "branch"):
                return
            self.sound = False
            self.supplied += 1
            self.say(
                "not-closed-before",
                N_(
                    "The {kind} “{name}” opened on line {opened} is not closed before this {next} begins. "
                    "Put a line with ::: before line {line}."
                )
                if block.name
                else N_(
                    "The {kind} opened on line {opened} is not closed before this {next} begins. "
                    "Put a line with ::: before line {line}."
                ),
                self._place(at),
                kind=block.kind,
                name=block.name,
                opened=block.place.line,
                next=kind,
                line=at + 1,
            )
            self._close()

    def _close(self) -> None:
        self._end_prose()
        block = self.stack.pop()
        self._add(block.closed())

    def _add(self, part: Part) -> None:
        (self.stack[-1].parts if self.stack else self.top).append(part)

    def _end_prose(self) -> None:
        """What was read since the last block, where that is a text."""
        lines = _trimmed(self.prose)
        self.prose = []
        if lines:
            self.count += 1
            self._add(Prose(f"{self.name}.{self.count}", tuple(lines)))

    def _until_comment_ends(self, at: int) -> int:
        end = (
            None
            if self._no_comment_ends
            else next((i for i in range(at, len(self.lines)) if "-->" in self.lines[i]), None)
        )
        if end is None:
            self._no_comment_ends = True
            self.sound = False
            self.say(
                "comment-not-closed",
                N_("The comment that begins here has no end. Put --> where it ends."),
                self._place(at),
            )
            return self._keep(at)
        for i in range(at, end + 1):
            self._keep(i)
        return end + 1

    def _listing(self, fence: re.Match[str], at: int) -> int:
        end = self._end_of_listing(fence["fence"], at)
        if end is None:
            self.sound = False
            self.say(
                "listing-not-closed",
                N_("The listing that begins here has no end. Put a line with {fence} after its last line."),
                self._place(at, fence.start("fence") + 1),
                fence=fence["fence"],
            )
            return self._keep(at)
        words = fence["info"].split()
        in_prose = not self.stack or self.stack[-1].holds
        if in_prose and not fence["indent"] and words[:1] == [VERBATIM]:
            self._verbatim(words[1:], at, end)
            return end + 1
        for i in range(at, end + 1):
            self._keep(i)
        return end + 1

    def _end_of_listing(self, fence: str, at: int) -> int | None:
        sign, length = fence[0], len(fence)
        if length >= self._unclosable.get(sign, length + 1):
            return None
        for i in range(at + 1, len(self.lines)):
            bare = self.lines[i].strip()
            if len(bare) >= length and bare[0] == sign and not bare.strip(sign):
                return i
        self._unclosable[sign] = length
        return None

    def _verbatim(self, words: list[str], at: int, end: int) -> None:
        self._end_prose()
        name = words[0] if words and NAME.fullmatch(words[0]) else ""
        if not name:
            self.count += 1
            name = f"{self.name}.{self.count}"
        self._add(Verbatim(name, "\n".join(self.lines[at + 1 : end]), self._place(at)))


def _is_capital(name: str) -> bool:
    """`Attempts: 2` is meant as a setting when the word is one; prose seldom begins so right under the opening."""
    return name != name.lower() and name.lower() in _CAPITAL_KEYS


_CAPITAL_KEYS = frozenset(
    ("title", "for", "visible", "if", "was", "attempts", "points", "src", "shuffle", "results", "captions", "from")
)


def _trimmed(lines: list[Line]) -> list[Line]:
    """Without the empty lines around them."""
    first = next((i for i, line in enumerate(lines) if line.text.strip()), len(lines))
    last = next((i for i in range(len(lines), first, -1) if lines[i - 1].text.strip()), first)
    return lines[first:last]
