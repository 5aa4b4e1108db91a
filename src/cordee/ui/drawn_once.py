"""How is a part of a page that many readers share drawn once, and not for each of them?"""

from __future__ import annotations

import re
import secrets
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine, Node, NodeList, TemplateSyntaxError
from django.template.base import Parser, Token
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cordee.core.kept import Kept

Pieces = tuple[str, ...]  # text, name of a hole, text, name of a hole, … text

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
        self._kept: Kept[tuple[Any, ...], Pieces] = Kept(MOST)

    def render(self, context: Context) -> SafeString:
        values = tuple(context[name] for name in self.names)
        pieces = self._kept.of((get_language(), *values), lambda: self._draw(context, values))
        return _filled(pieces, context)

    def _draw(self, context: Context, values: Sequence[Any]) -> Pieces:
        inside = context.new({**dict(zip(self.names, values, strict=True)), **_holes(self.holes)})
        return _split(self.nodelist.render(inside))


def draw_page(
    request: HttpRequest,
    template: str,
    *,
    known: Mapping[str, Hashable],
    filled: Mapping[str, SafeString],
    status: int = 200,
) -> HttpResponse:
    """A whole page in the frame of the site, drawn once for each value of what is `known`.

    The template knows that and nothing else: not the request, not the person. `filled` are the parts of this reader's
    own, drawn before; they and what the frame says of the reader are holes.
    """
    engine = Engine.get_default()
    around: dict[str, Any] = {}
    for processor in engine.template_context_processors:
        around |= processor(request)
    about = {**{name: around[name] for name in KNOWN_OF_FRAME}, "form": None, **known}
    holes = {**{name: around[name] for name in HOLES_OF_FRAME}, **filled}

    def draw() -> Pieces:
        return _split(engine.get_template(template).render(Context({**about, **_holes(holes)})))

    pieces = _pages.of((template, get_language(), *about.values()), draw)
    return HttpResponse(_filled(pieces, holes), status=status)


def draw_part(template: str, *, known: Mapping[str, Hashable], filled: Mapping[str, SafeString]) -> SafeString:
    """A part of a page, drawn once for each value of what is `known`; the template knows that and nothing else.

    It is what the tag does, for who has no template around it.
    """

    def draw() -> Pieces:
        return _split(Engine.get_default().get_template(template).render(Context({**known, **_holes(filled)})))

    return _filled(_parts.of((template, get_language(), *known.values()), draw), filled)


KNOWN_OF_FRAME = ("shell", "theme", "reading")
HOLES_OF_FRAME = ("csrf_token", "here", "query", "who", "initials")
_pages: Kept[tuple[Any, ...], Pieces] = Kept(MOST)
_parts: Kept[tuple[Any, ...], Pieces] = Kept(MOST)


def _holes(names: Iterable[str]) -> dict[str, SafeString]:
    return {name: SafeString(f"[{_MARK}:{name}]") for name in names}


def _split(drawn: str) -> Pieces:
    return tuple(_HOLE.split(drawn))


def _filled(pieces: Pieces, values: Any) -> SafeString:
    """The drawing with every hole filled; `values` by name, escaped unless they are safe."""
    if len(pieces) == 1:
        return SafeString(pieces[0])
    whole = list(pieces)
    for position in range(1, len(pieces), 2):
        whole[position] = conditional_escape(values[pieces[position]])
    return SafeString("".join(whole))


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
