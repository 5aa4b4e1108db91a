"""How does prose go from Markdown to HTML, and back with nothing lost?

Back, each block is proved: its Markdown is made HTML again, and the two pages must be equal. What Markdown cannot say
is written as HTML inside the line, then as a block of HTML; what this cannot say either is for `::: html`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

from cordee.formats.coursetext.markdown import foreign_tags as foreign_tags
from cordee.formats.coursetext.markdown import to_html as to_html
from cordee.formats.coursetext.markdown import to_inline_html as to_inline_html
from cordee.formats.coursetext.markdown import unwrapped as unwrapped
from cordee.formats.coursetext.page import Inline, Node, NotProse, page_of

_SURE = str.maketrans({"*": "\\*", "`": "\\`", "$": "\\$"})
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_SIGN = re.compile(r"[\\*`$_\[<&~{@]|:/|www\.", re.IGNORECASE)  # with which all begins that `_words` looks for
_BEFORE_PUNCTUATION = re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)")
_BRACKET = re.compile(r"\[(?=[?!^])|\[(?=[^\[\]]*\]\()")
_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINK_LIKE = re.compile(r"(?<=https)://|(?<=http)://|(?<=ftp)://|(?<=www)\.|(?<=[\w.+-])@(?=[\w-])", re.IGNORECASE)
_AT_LINE_START = re.compile(r"(\s*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=_]+\s*$|~{3,}|\[(?=[^\]]*\]:))")
_NUMBERED = re.compile(r"(\s*\d{1,9})([.)])(?=\s|$)")
_SIGN_IN_HTML = re.compile(r"\[(?=\?)|\{(?=\{)|^[-*+>:`~{=](?=.)", re.MULTILINE)  # ours, and what a line may begin with
_PLAIN_URL = re.compile(r"[^\s<>()\\]+")
_RAW_SAFE = frozenset(("br", "img", "wbr"))


def from_html(html: str) -> str | None:
    """Markdown that says the same as some HTML, proved; None when it cannot be said."""
    try:
        return from_page(page_of(html))
    except (NotProse, RecursionError):
        return None


def from_page(page: Sequence[Node]) -> str | None:
    """The same for HTML that was read."""
    try:
        usual = "\n\n".join(_parted(page, lambda node: next(_ways(node))))
        if _says(usual, tuple(page)):  # mostly: one proof in place of one a block
            return usual
        return "\n\n".join(_parted(page, _proved))
    except (NotProse, RecursionError):
        return None


def _parted(page: Sequence[Node], written: Callable[[Node], str]) -> Iterator[str]:
    before: Node | None = None
    for node in page:
        markdown = written(node)
        if before is not None and before.tag == node.tag in ("ul", "ol"):
            yield "<!-- -->"  # else the two lists would be one
        yield markdown
        before = node


def _proved(node: Node) -> str:
    markdown = next((text for text in _ways(node) if _says(text, (node,))), None)
    if markdown is None:
        raise NotProse(node.tag)
    return markdown


def _says(markdown: str, page: tuple[Node, ...]) -> bool:
    try:
        return tuple(page_of(to_html(markdown))) == page
    except NotProse:
        return False


def _ways(node: Node) -> Iterator[str]:
    """Ways to write a block, the best first."""
    yield "\n".join(_block(node))
    if node.tag == "p":
        yield "\n".join(_lines(_inline(node.children, raw=True)))
    yield _html(node)


def _block(node: Node) -> list[str]:  # noqa: PLR0911 - one line a kind of block
    match node.tag:
        case "p" if not node.attributes:
            return _paragraph(node.children)
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if not node.attributes:
            words = _inline(node.children).replace("\\\n", " ")
            return ["#" * int(node.tag[1]) + " " + re.sub(r"(#+)$", r"\\\1", words)]
        case "ul" | "ol" if all(name == "start" for name, _value in node.attributes):
            return _list(node)
        case "blockquote":
            return _quotation(node)
        case "pre":
            text = str(node.children[0])
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
            return [fence + (node.get("language") or ""), *text.split("\n"), fence]
        case "hr":
            return ["***"]
        case "table":
            return _table(node)
        case "figure":
            return _figure(node)
    return [_html(node)]


def _paragraph(children: Sequence[Inline]) -> list[str]:
    if len(children) == 1 and isinstance(children[0], Node) and children[0].tag == "display":
        return [f"$${children[0].children[0]}$$"]
    return _lines(_inline(children))


def _lines(markdown: str) -> list[str]:
    """Lines whose beginnings are words, not signs of Markdown."""
    return [_begun(line) for line in markdown.split("\n")]


def _begun(line: str) -> str:
    pattern = next((one for one in (_AT_LINE_START, _NUMBERED) if one.match(line)), None)
    return pattern.sub(r"\1\\\2", line, count=1) if pattern else line


def _blocks(nodes: Sequence[Node | str], *, tight: bool = False) -> list[str]:
    lines: list[str] = []
    for node in nodes:
        if lines and not tight:
            lines.append("")
        lines += _block(node) if isinstance(node, Node) else [node]
    return lines


def _list(node: Node) -> list[str]:
    lines: list[str] = []
    number = int(node.get("start") or 1)
    tight = all(_is_short(item) for item in node.children if isinstance(item, Node))
    for item in node.children:
        if not isinstance(item, Node) or item.tag != "li" or item.attributes:
            raise NotProse(node.tag)
        bullet = "- " if node.tag == "ul" else f"{number}. "
        number += 1
        inside = _blocks(item.children, tight=tight)
        if lines and not tight:
            lines.append("")
        lines.append((bullet + (inside[0] if inside else "")).rstrip())
        lines += [" " * len(bullet) + line if line else "" for line in inside[1:]]
    return lines


def _is_short(item: Node) -> bool:
    tags = [child.tag for child in item.children if isinstance(child, Node)]
    return tags in ([], ["p"], ["p", "ul"], ["p", "ol"])


def _quotation(node: Node) -> list[str]:
    callout = (node.get("class") or "").removeprefix("callout-")
    inside = _blocks(node.children)
    return [f"> {line}".rstrip() for line in ([f"[!{callout}]"] if callout else []) + inside]


def _table(node: Node) -> list[str]:
    rows = [row for row in node.children if isinstance(row, Node)]
    widths = {len(row.children) for row in rows}
    header = rows[0].children if rows else ()
    simple = (
        not node.attributes
        and all(row.tag == "tr" for row in rows)
        and len(widths) == 1
        and all(isinstance(cell, Node) and cell.tag == "th" for cell in header)
        and all(isinstance(cell, Node) and cell.tag == "td" for row in rows[1:] for cell in row.children)
    )
    if not simple or not header:
        return [_html(node)]
    lines = [_row(row) for row in rows]
    return [lines[0], "| " + " | ".join("---" for _cell in header) + " |", *lines[1:]]


def _row(row: Node) -> str:
    cells = []
    for cell in row.children:
        if not isinstance(cell, Node) or cell.attributes or len(cell.children) > 1:
            raise NotProse("cell")
        words = ""
        if cell.children:
            only = cell.children[0]
            if not isinstance(only, Node) or only.tag != "p" or only.attributes:
                raise NotProse("cell")
            words = _inline(only.children).replace("\\\n", "<br>")
        cells.append(re.sub(r"(?<!\\)\|", r"\\|", words))
    return "| " + " | ".join(cells) + " |"


def _figure(node: Node) -> list[str]:
    match node.children:
        case (Node("p", (), (Node("img") as image,)), Node("figcaption", (), (Node("p", (), (str(caption),)),))):
            return [_image(Node("img", (*image.attributes, ("title", caption))))]
    return [_html(node)]


def _inline(children: Sequence[Inline], *, raw: bool = False, within: str = "") -> str:
    """A line of Markdown; `raw`: every element as HTML, words alone being Markdown."""
    pieces: list[str] = []
    for rank, child in enumerate(children):
        behind = children[rank + 1] if rank + 1 < len(children) else None
        if isinstance(child, str):
            text = _words(child, before_link=isinstance(behind, Node) and behind.tag in ("a", "img"))
            if rank and isinstance(children[rank - 1], Node) and children[rank - 1].tag == "img":  # type: ignore[union-attr] # a Node
                text = re.sub(r"^\{", r"\\{", text)
            pieces.append(text)
        else:
            pieces.append(_element(child, raw=raw, within=within))
    return "".join(pieces)


def _element(node: Node, *, raw: bool, within: str) -> str:  # noqa: PLR0911 - one line a tag
    inside = (
        "" if node.tag in _RAW_SAFE | {"math", "display", "code"} else _inline(node.children, raw=raw, within=node.tag)
    )
    bare = not node.attributes and not raw
    match node.tag:
        case "math":
            return f"${node.children[0]}$"
        case "display":
            return f"$${node.children[0]}$$"
        case "code" if not node.attributes:
            return _code(str(node.children[0]))
        case "strong" if bare:
            return f"**{inside}**"
        case "em" if bare:
            return f"_{inside}_" if within == "strong" else f"*{inside}*"
        case "s" if bare:
            return f"~~{inside}~~"
        case "br":
            return "\\\n"
        case "img":
            return _image(node)
        case "a" if not raw and all(name in ("href", "title") for name, _value in node.attributes):
            return _link(node, inside)
    return _opened(node) + inside + f"</{node.tag}>"


def _code(text: str) -> str:
    fence = "`"
    while fence in text:
        fence += "`"
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _link(node: Node, inside: str) -> str:
    href, title = node.get("href") or "", node.get("title")
    if (
        len(node.children) == 1
        and node.children[0] == href
        and title is None
        and re.fullmatch(r"https?://[^\s<>]+", href)
    ):
        return f"<{href}>"
    return f"[{inside}]({_target(href, title)})"


def _image(node: Node) -> str:
    alternative = node.get("alt")
    if any(name not in ("src", "alt", "title", "width", "height") for name, _value in node.attributes):
        return _opened(node)
    braces = [f"{name}={node.get(name)}" for name in ("width", "height") if node.get(name)]
    braces = [*(["decorative"] if alternative == "" else []), *braces]
    words = _words(alternative or "").replace("]", "\\]").replace("[", "\\[").replace("\\\\[", "\\[")
    return f"![{words}]({_target(node.get('src') or '', node.get('title'))})" + (
        f"{{{' '.join(braces)}}}" if braces else ""
    )


def _target(href: str, title: str | None) -> str:
    address = href if _PLAIN_URL.fullmatch(href) else f"<{href.replace('<', '%3C').replace('>', '%3E')}>"
    if title is None:
        return address
    return f'{address} "{_words(title).replace(chr(34), chr(92) + chr(34))}"'


def _words(text: str, *, before_link: bool = False) -> str:
    """Words with a backslash before what Markdown would take for a sign of its own."""
    return _marked(text, before_link=before_link) if before_link or _SIGN.search(text) else text


def _marked(text: str, *, before_link: bool) -> str:
    text = _BEFORE_PUNCTUATION.sub(r"\\\\", text).translate(_SURE)
    text = text.replace("\\*", "*") if re.fullmatch(r"[^*]*(?: \\\* [^*]*)+", text) else text
    text = _UNDERSCORE.sub(r"\\_", text)
    text = _BRACKET.sub(r"\\[", text)
    text = _TAG_LIKE.sub(r"\\<", text)
    text = _ENTITY.sub("\\&", text)
    text = text.replace("~~", "\\~\\~").replace("{{", "\\{{")
    text = _LINK_LIKE.sub(lambda found: "\\" + found[0], text)
    return text[:-1] + "\\!" if before_link and text.endswith("!") else text


def _html(node: Node) -> str:
    """The block as HTML on one line, so that no empty line ends it; a listing keeps its lines."""
    if node.tag in ("math", "display"):
        left, right = ("\\(", "\\)") if node.tag == "math" else ("\\[", "\\]")
        return f"{left}{escape(str(node.children[0]), quote=False)}{right}"
    inside = "".join(map(_html_of, node.children))
    if node.tag in ("td", "th", "li", "dd", "dt", "figcaption", "summary", "caption") and len(node.children) == 1:
        only = node.children[0]
        if isinstance(only, Node) and only.tag == "p" and not only.attributes:
            inside = "".join(map(_html_of, only.children))
    if node.tag in ("table", "ul", "ol", "dl"):
        inside = "\n" + "\n".join(map(_html_of, node.children)) + "\n"
    if node.tag == "pre":
        return f"<pre><code>{inside}</code></pre>"
    if node.tag in ("br", "img", "wbr", "hr"):
        return _opened(node)
    return f"{_opened(node)}{inside}</{node.tag}>"


def _html_of(child: Inline) -> str:
    return _SIGN_IN_HTML.sub(_as_number, escape(child, quote=False)) if isinstance(child, str) else _html(child)


def _as_number(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _opened(node: Node) -> str:
    signs = ((name, _SIGN_IN_HTML.sub(_as_number, escape(value))) for name, value in node.attributes)
    attributes = "".join(f' {name}="{value}"' for name, value in signs)
    return f"<{node.tag}{attributes}>"
