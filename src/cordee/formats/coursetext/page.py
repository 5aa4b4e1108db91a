"""What does a reader meet of some HTML, whatever it looks like?

A page is a tree of blocks and of words in them. Styles, classes, ids, wrappers, empty paragraphs and spaces are left
out, as the page that learners see leaves them out; `b` is `strong`, a list item's words are a paragraph. Two pieces of
HTML say the same when their pages are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lxml.html
from lxml import etree

from cordee.formats.coursetext.once import kept

# What a text may hold as HTML, where Markdown has no sign for it, besides what Markdown itself makes.
INLINES = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "i",
        "img",
        "ins",
        "kbd",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
        "wbr",
    ]
)
BLOCKS = frozenset(
    [
        "blockquote",
        "caption",
        "col",
        "colgroup",
        "dd",
        "details",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_WRAPPERS = frozenset(["article", "body", "center", "div", "footer", "header", "main", "section"])
_ROW_GROUPS = frozenset(("tbody", "thead", "tfoot"))
_NAMES = {"b": "strong", "i": "em", "strike": "s"}
_PLAIN_INLINES = frozenset(("span", "font", "big"))  # nothing without attributes
_KEPT = {
    "*": ("lang", "dir", "title"),
    "a": ("href", "hreflang"),
    "img": ("src", "alt", "width", "height"),
    "td": ("colspan", "rowspan", "headers"),
    "th": ("colspan", "rowspan", "headers", "scope", "abbr"),
    "ol": ("start", "reversed", "type"),
    "li": ("value",),
    "time": ("datetime",),
    "details": ("open",),
}
_FORMULA = re.compile(
    r"\\\((?P<inline>.+?)\\\)|\\\[(?P<block>.+?)\\\]|\$\$(?P<dollars>.+?)\$\$"
    r"|\[mathjaxinline\](?P<jaxinline>.+?)\[/mathjaxinline\]|\[mathjax\](?P<jax>.+?)\[/mathjax\]",
    re.DOTALL,
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_EDGES = " \t\r\n\f\u00a0"
_MERGED = ("strong", "em", "s", "sub", "sup", "u")
_PARSER = etree.HTMLParser()
_HOLD_BLOCKS = frozenset(["li", "dd", "td", "th", "blockquote", "details", "figure", "figcaption", "caption"])


class NotProse(ValueError):
    """Some HTML does more than a page of words and pictures can."""


@dataclass(frozen=True, slots=True)
class Node:
    """A block or a piece of a line. Mathematics is `math` or `display`, its TeX being the only child."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Node | str, ...] = ()

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.attributes if key == name), None)


Inline = Node | str
_BREAK = Node("br")


def page_of(html: str) -> tuple[Node, ...]:
    """The blocks of some HTML. Raises NotProse on scripts, frames, forms and whatever else is not read here."""
    return kept("page", html, _page_of)


def _page_of(html: str) -> tuple[Node, ...]:
    try:
        root = _read(html.replace("\x00", ""))
    except (etree.ParserError, ValueError) as error:
        raise NotProse(str(error)) from error
    return tuple(_blocks(root))


def _read(html: str) -> etree._Element:
    """As `lxml.html.fragment_fromstring` does, with elements of one plain class: it looks for that of each."""
    root = etree.Element("div")
    pieces = lxml.html.fragments_fromstring(html, parser=_PARSER)
    if pieces and isinstance(pieces[0], str):
        root.text = pieces.pop(0)
    root.extend(pieces)
    return root


def same_page(one: str, other: str) -> bool:
    """Whether two pieces of HTML say the same to a reader."""
    try:
        return page_of(one) == page_of(other)
    except NotProse:
        return one == other


def _blocks(element: etree._Element) -> Iterator[Node]:
    line: list[Inline] = []

    def ended() -> Iterator[Node]:
        words = _tidy(line)
        line.clear()
        if words:
            yield Node("p", (), words)

    for piece in _pieces(element):
        if isinstance(piece, str):
            line.append(piece)
            continue
        tag = _tag(piece)
        if tag in _WRAPPERS or _is_hollow(piece, tag):
            yield from ended()
            yield from _blocks(piece)
        elif tag == "p":
            yield from ended()
            yield from _paragraph(piece)
        elif tag in BLOCKS:
            yield from ended()
            yield from _block(piece, tag)
        else:
            line += _inline(piece, tag)
    yield from ended()


def _pieces(element: etree._Element) -> Iterator[etree._Element | str]:
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str):
            yield child
        if child.tail:
            yield child.tail


def _is_hollow(element: etree._Element, tag: str) -> bool:
    """A span around paragraphs."""
    return tag in _PLAIN_INLINES | {"strong", "em"} and not _attributes(element, tag) and _holds_blocks(element)


def _holds_blocks(element: etree._Element) -> bool:
    return any(isinstance(inner.tag, str) and inner.tag in BLOCKS | _WRAPPERS for inner in element.iterdescendants())


def _paragraph(element: etree._Element) -> Iterator[Node]:
    attributes = _attributes(element, "p")
    for node in _blocks(element):
        yield Node(node.tag, attributes, node.children) if attributes and node.tag == "p" else node


def _block(element: etree._Element, tag: str) -> Iterator[Node]:
    attributes = _attributes(element, tag)
    if tag == "pre":
        yield _listing(element)
    elif tag == "hr":
        yield Node("hr")
    elif tag == "table":
        yield Node("table", attributes, tuple(_rows(element)))
    elif tag in ("ul", "ol", "dl"):
        items = tuple(
            Node(child.tag, _attributes(child, child.tag), tuple(_blocks(child))) for child in _items(element)
        )
        if items:
            yield Node(tag, attributes, items)
    elif tag in _HOLD_BLOCKS:
        said = re.search(r"\bcallout-([a-z]+)\b", element.get("class", "")) if tag == "blockquote" else None
        callout = (("class", said[0]),) if said else ()
        blocks = tuple(_blocks(element))
        if blocks:
            yield Node(tag, (*callout, *attributes), blocks)
    elif _holds_blocks(element):
        raise NotProse(tag)
    else:
        words = _tidy(list(_inlines(element)))
        if words:
            yield Node(tag, attributes, words)


def _items(element: etree._Element) -> Iterator[etree._Element]:
    for piece in _pieces(element):
        if isinstance(piece, str):
            if piece.strip():
                raise NotProse("text between items")
        elif piece.tag in ("li", "dt", "dd"):
            yield piece
        else:
            raise NotProse(str(piece.tag))


def _rows(table: etree._Element) -> Iterator[Node]:
    for piece in _pieces(table):
        if isinstance(piece, str):
            if piece.strip():
                raise NotProse("text between rows")
        elif piece.tag in _ROW_GROUPS:
            yield from _rows(piece)
        elif piece.tag == "caption":
            yield from _block(piece, "caption")
        elif piece.tag == "tr":
            yield Node("tr", (), tuple(_cells(piece)))
        elif piece.tag not in ("col", "colgroup"):
            raise NotProse(str(piece.tag))


def _cells(row: etree._Element) -> Iterator[Node]:
    for piece in _pieces(row):
        if isinstance(piece, str):
            if piece.strip():
                raise NotProse("text between cells")
        elif piece.tag in ("td", "th"):
            yield Node(piece.tag, _attributes(piece, piece.tag), tuple(_blocks(piece)))
        else:
            raise NotProse(str(piece.tag))


def _listing(element: etree._Element) -> Node:
    """Lines as they are. Only plain wrappers may stand in them."""
    language = ""
    for inner in element.iterdescendants():
        if not isinstance(inner.tag, str):
            continue
        if inner.tag not in ("code", "span", "font", "div") or _attributes(inner, inner.tag):
            raise NotProse(f"{inner.tag} in pre")
        if inner.tag == "code":
            found = re.search(r"\blanguage-(\S+)", inner.get("class", ""))
            language = found[1] if found else ""
    text = "".join(map(str, element.itertext())).replace("\r\n", "\n")
    return Node("pre", (("language", language),) if language else (), (text.strip("\n"),))


def _inline(element: etree._Element, tag: str) -> list[Inline]:
    attributes = _attributes(element, tag)
    if tag in _PLAIN_INLINES and not attributes:
        return list(_inlines(element))
    if tag == "a" and not any(name == "href" for name, _value in attributes):
        return list(_inlines(element))
    if tag not in INLINES:
        raise NotProse(tag)
    if tag in ("img", "br", "wbr"):
        return [Node(tag, attributes)]
    if tag == "code":
        if any(True for _child in element.iterchildren("*")):
            raise NotProse("tags in code")
        text = element.text or ""
        return [Node("code", attributes, (_SPACES.sub(" ", text),))] if text.strip() else [text]
    if _holds_blocks(element):
        raise NotProse(f"blocks in {tag}")
    return [Node(tag, attributes, tuple(_inlines(element)))]


def _inlines(element: etree._Element) -> Iterator[Inline]:
    for piece in _pieces(element):
        if isinstance(piece, str):
            yield piece
        else:
            tag = _tag(piece)
            if tag in BLOCKS | _WRAPPERS:
                raise NotProse(tag)
            yield from _inline(piece, tag)


def _tag(element: etree._Element) -> str:
    tag = str(element.tag)
    return _NAMES.get(tag, tag)


def _attributes(element: etree._Element, tag: str) -> tuple[tuple[str, str], ...]:
    kept = (*_KEPT["*"], *_KEPT.get(tag, ()))
    found = {name: element.get(name) for name in kept}
    if tag == "img":
        for name in ("width", "height"):
            if found[name] and not re.fullmatch(r"\d{1,5}", found[name] or ""):
                found[name] = None
    return tuple(
        (name, " ".join(value.split()) if name in ("alt", "title") else value)
        for name, value in found.items()
        if value is not None and (value.strip() or name in ("alt", "open", "reversed"))
    )


def _tidy(line: Sequence[Inline]) -> tuple[Inline, ...]:
    """The words of a block: spaces made one, none at the edges, nothing empty, no break at the end."""
    words = _spaced(line)
    while words and _is_empty(words[0]):
        words.pop(0)
    while words and _is_empty(words[-1]):
        words.pop()
    if words and isinstance(words[0], str):
        words[0] = words[0].lstrip(_EDGES)
    if words and isinstance(words[-1], str):
        words[-1] = words[-1].rstrip(_EDGES)
    for at, word in enumerate(words):
        if word == _BREAK:
            if at and isinstance(words[at - 1], str):
                words[at - 1] = str(words[at - 1]).rstrip(_EDGES)
            if at + 1 < len(words) and isinstance(words[at + 1], str):
                words[at + 1] = str(words[at + 1]).lstrip(_EDGES)
    return tuple(piece for word in words if word != "" for piece in (_with_formulas(word)))


def _is_empty(word: Inline) -> bool:
    return not word.strip(_EDGES) if isinstance(word, str) else word == _BREAK


def _with_single_spaces(text: str) -> str:
    """What is so already, as most words of most courses are, is seen at once."""
    if "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text:
        return _SPACES.sub(" ", text)
    return text


def _spaced(line: Sequence[Inline]) -> list[Inline]:
    """Spaces at the edges of an element are put outside; neighbours of one kind are made one."""
    flat: list[Inline] = []
    for word in line:
        flat += _lifted(word) if isinstance(word, Node) else [word]
    merged: list[Inline] = []
    for word in [_with_single_spaces(word) if isinstance(word, str) else word for word in flat]:
        last = merged[-1] if merged else None
        if isinstance(word, str):
            if isinstance(last, str):
                merged[-1] = _SPACES.sub(" ", last + word)
                continue
        elif isinstance(last, Node) and last.tag == word.tag in _MERGED and last.attributes == word.attributes:
            merged[-1] = Node(word.tag, word.attributes, tuple(_spaced([*last.children, *word.children])))
            continue
        merged.append(word)
    return [word for word in merged if word != ""]


def _lifted(node: Node) -> list[Inline]:
    if node.tag in ("img", "br", "wbr"):
        return [node]
    words = [_SPACES.sub(" ", str(node.children[0]))] if node.tag == "code" else _spaced(node.children)
    before = after = ""
    if words and isinstance(words[0], str) and words[0][:1] == " ":
        before, words[0] = " ", words[0].lstrip(" ")
    if words and isinstance(words[-1], str) and words[-1][-1:] == " ":
        after, words[-1] = " ", words[-1].rstrip(" ")
    words = [word for word in words if word != ""]
    if not words:
        return [before or after] if before or after else []
    return [before, Node(node.tag, node.attributes, tuple(words)), after]


def _with_formulas(word: Inline) -> Iterator[Inline]:
    if isinstance(word, Node):
        if word.tag == "code":
            yield word
        else:
            children = tuple(piece for child in word.children for piece in _with_formulas(child))
            yield Node(word.tag, word.attributes, children)
        return
    at = 0
    for found in _FORMULA.finditer(word):
        if not "".join(filter(None, found.groups())).strip():  # an empty formula is words
            continue
        if found.start() > at:
            yield word[at : found.start()]
        inline = found["inline"] or found["jaxinline"]
        tex = inline or found["block"] or found["dollars"] or found["jax"]
        yield Node("math" if inline is not None else "display", (), (" ".join(tex.split()),))
        at = found.end()
    if at < len(word):
        yield word[at:]


def tidied(node: Node) -> Node:
    """A block that was put together from pieces, as `page_of` would have read it."""
    if node.tag == "pre":
        return node
    if any(isinstance(child, Node) and child.tag in BLOCKS for child in node.children):
        return Node(
            node.tag,
            node.attributes,
            tuple(tidied(child) if isinstance(child, Node) else child for child in node.children),
        )
    return Node(node.tag, node.attributes, _tidy(node.children))
