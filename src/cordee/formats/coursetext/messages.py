"""What should be told to whoever wrote this course, and where?

`file:line:column: what happened. What to do.`, then the line with a caret; JSON gives the same fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cordee.core.errors import CordeeError, shown
from cordee.formats.coursetext.model import Message, Phrase, Place, Severity

LONGEST_LINE = 160  # of the author's, as it is shown again
UNREAD = ("file-too-large", "unreadable-yaml")  # codes of what keeps a whole file from being read
FOLLOWING = ("dead-link", "missing-file", "unknown-block", "unknown-first")  # codes of what may come of that alone


class Messages:
    """Collects what is said (a `Say`), once each, in the order of files, lines and columns.

    A file that cannot be read comes first, and what others miss is not told then: it may be in that file.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[Place, str, str], Message] = {}

    def __call__(
        self, code: str, template: str, place: Place, *, severity: Severity = "error", **values: object
    ) -> None:
        self.add(Message(code, template, place, values, severity))

    def add(self, message: Message) -> None:
        self._found.setdefault((message.place, message.code, str(message)), message)

    @property
    def all(self) -> tuple[Message, ...]:
        found = sorted(self._found.values(), key=lambda one: (one.code not in UNREAD, one.place))
        if found and found[0].code in UNREAD:
            found = [one for one in found if one.code not in FOLLOWING]
        return tuple(found)

    @property
    def errors(self) -> tuple[Message, ...]:
        return tuple(one for one in self.all if one.severity == "error")

    @property
    def warnings(self) -> tuple[Message, ...]:
        return tuple(one for one in self.all if one.severity == "warning")


def sentence(message: Message, translate: Callable[[str], str] = lambda template: template) -> str:
    """What happened and what to do, in the language that `translate` takes templates into."""
    template = translate(message.template)
    values = {
        name: shown(value.sentence(translate) if isinstance(value, (CordeeError, Phrase)) else str(value), 200)
        for name, value in message.values.items()
    }
    return template.format(**values) if values else template


def render(
    message: Message, texts: Mapping[str, str], translate: Callable[[str], str] = lambda template: template
) -> str:
    """The message, then the line that it is about and a caret below its column. `texts`: path -> text of the file."""
    told = f"{message.place}: {sentence(message, translate)}"
    lines = texts.get(message.place.path, "").split("\n")
    if not 0 < message.place.line <= len(lines):
        return told
    line = shown(lines[message.place.line - 1].rstrip("\r").expandtabs(1), LONGEST_LINE)
    if not line.strip():
        return told
    return f"{told}\n  {line}\n  {' ' * (min(message.place.column, len(line) + 1) - 1)}^"


def to_json(message: Message, translate: Callable[[str], str] = lambda template: template) -> dict[str, Any]:
    """The same for machines."""
    return {
        "file": message.place.path,
        "line": message.place.line,
        "column": message.place.column,
        "severity": message.severity,
        "code": message.code,
        "message": sentence(message, translate),
    }
