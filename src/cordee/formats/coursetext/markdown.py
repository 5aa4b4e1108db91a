"""How does the Markdown of a course text become HTML?

CommonMark with tables, strikethrough, footnotes, mathematics, bare links, figures, callouts, sizes of images in braces,
and two signs of ours: `[?name]`, where the learner writes, and `{{name}}`, a value. The HTML is not sanitised yet: the
page does that, as it does for any author. Mathematics keeps its TeX between \\(…\\) and \\[…\\], which the page draws.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from cordee.formats.coursetext.marks import CALLOUTS, TEAM, braces_of
from cordee.formats.coursetext.once import kept
from cordee.formats.coursetext.page import BLOCKS, INLINES

ALLOWED = INLINES | BLOCKS  # of HTML in a text; anything else belongs in `::: html`

_BLANK = re.compile(r"\[\?([A-Za-z0-9_.-]*)\]")
_VALUE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_BRACED = re.compile(r"\{([^{}]*)\}")
_CALLOUT = re.compile(rf"\[!({'|'.join((*CALLOUTS, TEAM))})\][ \t]*(?:\n|$)", re.IGNORECASE)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")
_PARAGRAPH = re.compile(r"<p>((?:(?!</?p\b).)*)</p>", re.DOTALL)

# A paragraph without any sign of Markdown, of HTML or of ours, each line of which begins with a letter and ends with no
# space: nothing is to be parsed in it. An underscore is such a sign, too: it is looked for apart, which is quicker.
_PLAIN_LINE = r"[^\W\d_][\w \u00a0\u202f'\"’“”«»(),;.:?!%…–—°/+=-]*(?<![ \u00a0\u202f])"
_PLAIN = re.compile(rf"{_PLAIN_LINE}(?:\n{_PLAIN_LINE})*")
_LINK_OF_WORDS = re.compile(r":/|www\.", re.IGNORECASE)  # becomes a link by itself

_OURS = (
    "html_block",
    "math_inline",
    "math_inline_double",
    "math_block",
    "footnote_ref",
    "footnote_block_open",
    "footnote_block_close",
    "footnote_open",
    "footnote_close",
    "footnote_anchor",
)

Give = Callable[[str], str]  # a name -> the HTML in its place


def to_html(
    markdown: str, *, blank: Give | None = None, value: Give | None = None, names: frozenset[str] = frozenset()
) -> str:
    """The HTML of some Markdown. Without `blank` (or `value`) its signs stay as they are written.

    In code and mathematics, where double braces may mean something else, only the values of `names` are shown.
    """
    if blank is None and value is None and not names:
        return kept("html", markdown, _whole)
    return _converted(markdown, blank=blank, value=value, names=names)


def _whole(markdown: str) -> str:
    return _converted(markdown, blank=None, value=None, names=frozenset())


def _converted(markdown: str, *, blank: Give | None, value: Give | None, names: frozenset[str]) -> str:
    plain, rest = plain_beginning(markdown)
    return f"{plain}{rendered(rest, blank=blank, value=value, names=names) if rest else ''}".strip()


def rendered(markdown: str, *, blank: Give | None, value: Give | None, names: frozenset[str]) -> str:
    """What the parser makes of a text, whatever it is."""
    md = _markdown()
    env: dict[str, Any] = {"blank": blank, "value": value, "names": names}
    return str(md.render(markdown, env))


def plain_beginning(markdown: str) -> tuple[str, str]:
    """The HTML of the paragraphs at the beginning that are words and nothing else, and the Markdown behind them.

    Most of a course is such words, and the parser takes a hundred times as long for them. What follows an empty line
    changes nothing before it that has no sign.
    """
    pieces = markdown.lstrip("\n").split("\n\n")
    html: list[str] = []
    for rank, piece in enumerate(pieces):
        paragraph = piece.strip("\n")
        if not paragraph:
            continue
        if "_" in paragraph or not _PLAIN.fullmatch(paragraph) or _LINK_OF_WORDS.search(paragraph):
            return "".join(html), "\n\n".join(pieces[rank:])
        html.append(f"<p>{paragraph.replace(chr(34), '&quot;')}</p>\n")
    return "".join(html), ""


def to_inline_html(markdown: str, **options: Any) -> str:
    """The same, one paragraph without its tags: the words of an answer."""
    return unwrapped(to_html(markdown, **options))


def unwrapped(html: str) -> str:
    """HTML that is one plain paragraph without its tags; any other as it is."""
    found = _PARAGRAPH.fullmatch(html.strip())
    return found[1] if found else html


def foreign_tags(markdown: str) -> list[tuple[int, str]]:
    """HTML that a text may not hold: the line from 0 and the tag of each."""
    if all(tag.lower() in ALLOWED for tag in _TAG.findall(markdown)):  # there are none, wherever they stand
        return []
    found = []
    for token in _markdown().parse(markdown, {}):
        line = token.map[0] if token.map else 0
        pieces = [token] if token.type == "html_block" else token.children or []
        for piece in pieces:
            if piece.type in ("html_block", "html_inline"):
                found += [(line, tag.lower()) for tag in _TAG.findall(piece.content) if tag.lower() not in ALLOWED]
    return found


def image_of(markdown: str) -> dict[str, str] | None:
    """The only image of a paragraph that is nothing else: its src, alt, title, width and height; else None."""
    tokens = _markdown().parse(markdown, {})
    images = [piece for token in tokens for piece in token.children or [] if piece.type == "image"]
    if len(images) != 1 or len([token for token in tokens if token.type == "inline"]) != 1:
        return None
    if any(
        piece.type not in ("image",) and piece.content.strip() for token in tokens for piece in token.children or []
    ):
        return None
    image = images[0]
    return {**{name: str(value) for name, value in image.attrs.items()}, "alt": _plain(image.children or [])}


@cache
def _markdown() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True}, renderer_cls=_Renderer).enable(["table", "strikethrough"])
    md.use(dollarmath_plugin, double_inline=True, allow_labels=False, allow_digits=False, allow_space=False)
    md.use(footnote_plugin, inline=False).use(gfm_autolink_plugin)
    md.normalizeLink = _as_written  # type: ignore[method-assign] # a name of a file is found as it is written
    for rule in _OURS:  # the plug-ins bring renderers that our page would not show
        md.renderer.rules[rule] = getattr(md.renderer, rule)  # type: ignore[attr-defined] # of RendererHTML
    md.inline.ruler.before("link", "course_blank", _blank_rule)
    md.inline.ruler.before("escape", "course_value", _value_rule)
    md.core.ruler.after("inline", "course_images", _sized_images)
    md.core.ruler.after("course_images", "course_figures", _figures)
    md.core.ruler.after("course_figures", "course_callouts", _callouts)
    return md


def _as_written(url: str) -> str:
    return url


def _blank_rule(state: StateInline, silent: bool) -> bool:
    return _sign_rule(state, silent, _BLANK, "course_blank", "[")


def _value_rule(state: StateInline, silent: bool) -> bool:
    return _sign_rule(state, silent, _VALUE, "course_value", "{")


def _sign_rule(state: StateInline, silent: bool, sign: re.Pattern[str], type_: str, first: str) -> bool:
    if state.src[state.pos] != first:
        return False
    found = sign.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        token = state.push(type_, "", 0)
        token.content, token.markup = found[1], found[0]
    state.pos = found.end()
    return True


def _sized_images(state: StateCore) -> None:
    """Braces behind an image: width, height, size=WxH, decorative."""
    for token in state.tokens:
        children = token.children or []
        for image, behind in pairwise(children):
            if image.type != "image" or behind.type != "text":
                continue
            found = _BRACED.match(behind.content)
            if not found:
                continue
            behind.content = behind.content[found.end() :]
            for name, value in braces_of(found[0]):
                size = _SIZE.fullmatch(value) if name == "size" else None
                if size:
                    image.attrs |= {"width": size[1], "height": size[2]}
                elif name in ("width", "height"):
                    image.attrs[name] = value
                elif name == "decorative":
                    image.meta["decorative"] = True


def _figures(state: StateCore) -> None:
    """A paragraph that is one image with a title is a figure."""
    for opened, inline, closed in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if opened.type != "paragraph_open" or inline.type != "inline":
            continue
        children = [piece for piece in inline.children or [] if piece.type != "text" or piece.content]
        if len(children) == 1 and children[0].type == "image" and children[0].attrs.get("title"):
            children[0].meta["figure"] = True
            inline.children = children
            opened.hidden = closed.hidden = True


def _callouts(state: StateCore) -> None:
    """`> [!tip]` is a callout; what is for the team leaves with all it holds."""
    kept: list[Token] = []
    leaving = 0
    for rank, token in enumerate(state.tokens):
        if token.type == "blockquote_open":
            name = _callout_at(state.tokens, rank) if not leaving else ""
            if leaving or name == TEAM:
                leaving += 1
                continue
            if name:
                token.meta["callout"] = name
        if token.type == "blockquote_close" and leaving:
            leaving -= 1
            continue
        if not leaving:
            kept.append(token)
    state.tokens = kept


def _callout_at(tokens: Sequence[Token], rank: int) -> str:
    """The name of the callout that a quotation is; its sign is taken out of the words."""
    if rank + 2 >= len(tokens) or tokens[rank + 2].type != "inline":
        return ""
    inline = tokens[rank + 2]
    found = _CALLOUT.match(inline.content)
    children = inline.children or []
    if not found or not children or children[0].type != "text" or not children[0].content.startswith("[!"):
        return ""
    behind = next((at for at, piece in enumerate(children) if piece.type in ("softbreak", "hardbreak")), len(children))
    inline.children = children[behind + 1 :]
    if not inline.children:
        tokens[rank + 1].hidden = tokens[rank + 3].hidden = True
    return found[1].lower()


def _with_values(html: str, env: Any) -> str:
    return _VALUE.sub(lambda found: str(env["value"](found[1])) if found[1] in env["names"] else found[0], html)


def _plain(tokens: Sequence[Token]) -> str:
    return "".join(_plain(token.children or []) if token.type == "image" else token.content for token in tokens)


class _Renderer(RendererHTML):
    def course_blank(self, tokens: Sequence[Token], rank: int, _options: Any, env: Any) -> str:
        token = tokens[rank]
        return str(env["blank"](token.content)) if env.get("blank") else escape(token.markup)

    def course_value(self, tokens: Sequence[Token], rank: int, _options: Any, env: Any) -> str:
        token = tokens[rank]
        return str(env["value"](token.content)) if env.get("value") else escape(token.markup)

    def math_inline(self, tokens: Sequence[Token], rank: int, _options: Any, env: Any) -> str:
        return f"\\({self._literal(tokens[rank], env)}\\)"

    def math_inline_double(self, tokens: Sequence[Token], rank: int, _options: Any, env: Any) -> str:
        return f"\\[{self._literal(tokens[rank], env)}\\]"

    def math_block(self, tokens: Sequence[Token], rank: int, _options: Any, env: Any) -> str:
        return f"<p>\\[{self._literal(tokens[rank], env)}\\]</p>\n"

    def _literal(self, token: Token, env: Any) -> str:
        """Mathematics and code: values stand in them too."""
        text = token.content if token.type == "fence" else token.content.strip()
        return _with_values(escape(text, quote=False), env)

    def html_block(self, tokens: Sequence[Token], rank: int, _options: Any, env: Any) -> str:
        """HTML of the author's, where our signs stand too: a table may hold blanks."""
        html = tokens[rank].content
        if env.get("blank"):
            html = _BLANK.sub(lambda found: str(env["blank"](found[1])), html)
        return _with_values(html, env)

    def code_inline(self, tokens: Sequence[Token], rank: int, _options: Any, env: Any) -> str:
        return f"<code>{self._literal(tokens[rank], env)}</code>"

    def fence(self, tokens: Sequence[Token], rank: int, _options: Any, env: Any) -> str:
        language = (tokens[rank].info.split() or [""])[0]
        said = f' class="language-{escape(language)}"' if language else ""
        return f"<pre><code{said}>{self._literal(tokens[rank], env)}</code></pre>\n"

    def image(self, tokens: Sequence[Token], rank: int, _options: Any, _env: Any) -> str:
        token = tokens[rank]
        alternative = _plain(token.children or [])
        attrs = {name: str(value) for name, value in token.attrs.items() if name not in ("alt", "title")}
        if alternative or token.meta.get("decorative"):
            attrs["alt"] = alternative
        title = str(token.attrs.get("title") or "")
        if title and not token.meta.get("figure"):
            attrs["title"] = title
        html = "<img" + "".join(f' {name}="{escape(value)}"' for name, value in attrs.items()) + ">"
        if token.meta.get("figure"):
            return f"<figure>{html}<figcaption>{escape(title, quote=False)}</figcaption></figure>\n"
        return html

    def blockquote_open(self, tokens: Sequence[Token], rank: int, _options: Any, _env: Any) -> str:
        """A callout is a quotation with a class: the page puts the word above it, in the reader's language."""
        name = tokens[rank].meta.get("callout")
        return f'<blockquote class="callout-{name}">\n' if name else "<blockquote>\n"

    # The page keeps no ids, so a footnote is a number, and its words stand at the end under the same number.
    def footnote_ref(self, tokens: Sequence[Token], rank: int, _options: Any, _env: Any) -> str:
        return f"<sup>{tokens[rank].meta['id'] + 1}</sup>"

    def footnote_block_open(self, *_given: Any) -> str:
        return "<hr>\n<ol>\n"

    def footnote_block_close(self, *_given: Any) -> str:
        return "</ol>\n"

    def footnote_open(self, *_given: Any) -> str:
        return "<li>"

    def footnote_close(self, *_given: Any) -> str:
        return "</li>\n"

    def footnote_anchor(self, *_given: Any) -> str:
        return ""


def paragraphs_of(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The first and last line, from 0, of each top-level block of some Markdown, for a caller that cuts it."""
    for token in _markdown().parse("\n".join(lines), {}):
        if token.level == 0 and token.nesting >= 0 and token.map and not token.type.startswith("footnote"):
            yield token.map[0], token.map[1]
