"""How is a part of a page that many readers share drawn once, and not for each of them?"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import Parser, Token
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cordee.core.kept import Kept

MOST = 1024  # drawings kept by one place of one template
_MARK = secrets.token_hex(8)  # nobody can write it into a course
_HOLE = re.compile(rf"\[{_MARK}:(\w+)\]")


class DrawnOnce(Node):
    """`{% drawn_once module zone with csrf_token %}…{% end_drawn_once %}`

    What stands inside is drawn once for each value of the names given, in each language, and kept by the process. It
    knows these names and nothing else of the page, so that it cannot depend on what it was not given. Their values are
    hashable and never change. Names after `with` are holes: their value is put in afterwards and cannot be asked
    about.
    """

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, names: Sequence[str], holes: Sequence[str]) -> None:
        self.nodelist = nodelist
        self.names = tuple(names)
        self.holes = tuple(holes)
        self._kept: Kept[tuple[Any, ...], tuple[str, ...]] = Kept(MOST)

    def render(self, context: Context) -> SafeString:
        values = tuple(context[name] for name in self.names)
        pieces = self._kept.of((get_language(), *values), lambda: self._draw(context, values))
        if len(pieces) == 1:
            return SafeString(pieces[0])
        filled = list(pieces)
        for position in range(1, len(pieces), 2):
            filled[position] = conditional_escape(context[pieces[position]])
        return SafeString("".join(filled))

    def _draw(self, context: Context, values: Sequence[Any]) -> tuple[str, ...]:
        """Text, name of a hole, text, name of a hole, … text."""
        holes = {name: SafeString(f"[{_MARK}:{name}]") for name in self.holes}
        inside = context.new({**dict(zip(self.names, values, strict=True)), **holes})
        return tuple(_HOLE.split(self.nodelist.render(inside)))


def drawn_once(parser: Parser, token: Token) -> DrawnOnce:
    """Compile the tag."""
    _tag, *words = token.split_contents()
    at = words.index("with") if "with" in words else len(words)
    names, holes = words[:at], words[at + 1 :]
    wrong = next((word for word in (*names, *holes) if not word.isidentifier()), None)
    if wrong is not None:
        raise TemplateSyntaxError(f"drawn_once takes plain names, not {wrong!r}: give it one with {{% with %}}")
    nodelist = parser.parse(("end_drawn_once",))
    parser.delete_first_token()
    return DrawnOnce(nodelist, names, holes)
