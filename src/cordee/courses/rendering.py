"""How does an author's HTML become HTML that is safe, readable and ours?

Three steps, the sanitiser last but for what we add ourselves:
1. the tree is prepared: links resolved, frames and foreign images turned into links, headings set below our own;
2. nh3 lets through an allow-list of tags and attributes, nothing else;
3. tables get a box that scrolls, formulas become MathML.
Addresses of files and units are left as `/-<mark>-file/…` and `/-<mark>-unit/…`; `finish` writes the real ones later,
because a file's address is signed for the day and a unit's depends on the run.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Literal, NamedTuple
from urllib.parse import quote, unquote, urlsplit

import lxml.html
import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext
from lxml import etree

from cordee.courses.mathematics import with_mathml

LONGEST_HTML = 2_000_000  # characters of one text; the longest of 18 real courses is far below


class Target(NamedTuple):
    """Where a link of the author leads. `where` is sha256/name of a file, a unit's id#activity, or an address."""

    sort: Literal["file", "unit", "elsewhere", "nowhere"]
    where: str = ""


Resolve = Callable[[str], Target]

_TAGS = {
    *("a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del"),
    *("details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr", "i", "img"),
    *("ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span"),
    *(
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
    ),
    *("wbr", "audio", "video", "source", "track"),
}
_DROPPED_WHOLE = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "title",
    "head",
    "select",
    "textarea",
    "button",
}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height", "loading"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "time": {"datetime"},
    "details": {"open"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "poster", "width", "height"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang", "label"},
}
WIDE_LISTING = 32  # signs of a line that a narrow phone shows without scrolling
_LISTING = re.compile(r"<pre><code([^<]*(?:<(?!/code>)[^<]*)*)</code></pre>")
_SCHEMES = {"http", "https", "mailto", "tel"}
_HEADING = re.compile(r"^h[1-6]$")
_MARK = secrets.token_hex(8)  # of this process, so that no author can write one of our places
_LEFT_BY_US = re.compile(rf"/-{_MARK}-(file|unit)/([^\"#\s<>]*)(#[^\"\s<>]*)?")
_CALLOUT = re.compile(r"\bcallout-(note|tip|important|warning|caution)\b")
_CALLOUT_WORDS = {
    "note": lambda: pgettext("callout", "Note"),
    "tip": lambda: pgettext("callout", "Tip"),
    "important": lambda: pgettext("callout", "Important"),
    "warning": lambda: pgettext("callout", "Warning"),
    "caution": lambda: pgettext("callout", "Caution"),
}
_DIMENSION = re.compile(r"^\d{1,5}$")


def render(author_html: str, *, resolve: Resolve) -> SafeString:
    """Sanitised HTML; its language is said on the wrapper, by the page."""
    if not author_html.strip():
        return SafeString("")
    prepared = _prepared(author_html[:LONGEST_HTML], resolve)
    clean = nh3.clean(
        prepared,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
    return mark_safe(with_mathml(_reachable_listings(_boxed_tables(clean))))  # noqa: S308 - sanitised just above; what is added is our own


def finish(rendered: str, *, file_url: Callable[[str, str], str], unit_url: Callable[[str], str]) -> SafeString:
    """Write the real addresses: `file_url(sha256, name)` and `unit_url(unit id)`."""

    def address(match: re.Match[str]) -> str:
        rest, anchor = match[2], match[3] or ""
        if match[1] == "unit":
            return unit_url(unquote(rest)) + anchor
        sha256, _, name = rest.partition("/")
        return file_url(sha256, unquote(name))

    return mark_safe(_LEFT_BY_US.sub(address, rendered))  # noqa: S308 - from `render`; addresses are ours


def _prepared(author_html: str, resolve: Resolve) -> str:
    try:
        root = lxml.html.fragment_fromstring(author_html.replace("\x00", ""), create_parent="div")
    except (etree.ParserError, ValueError):
        return ""
    _lower_headings(root)
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        _resolve_links(element, resolve)
        _name_callout(element)
    return str(lxml.html.tostring(root, encoding="unicode")).removeprefix("<div>").removesuffix("</div>")


def _name_callout(element: lxml.html.HtmlElement) -> None:
    """A callout of a course text: the word above it is in the reader's language."""
    found = _CALLOUT.search(element.get("class", "")) if element.tag == "blockquote" else None
    if found:
        word = lxml.html.fragment_fromstring("<p><strong></strong></p>")
        word[0].text = _CALLOUT_WORDS[found[1]]()
        element.insert(0, word)


def _lower_headings(root: lxml.html.HtmlElement) -> None:
    """The author's headings become h3, h4, …: below the page's and the activity's own, without a gap."""
    headings = [element for element in root.iter() if isinstance(element.tag, str) and _HEADING.match(element.tag)]
    levels = {level: rank for rank, level in enumerate(sorted({heading.tag for heading in headings}))}
    for heading in headings:
        heading.tag = f"h{min(6, 3 + levels[heading.tag])}"


def _resolve_links(element: lxml.html.HtmlElement, resolve: Resolve) -> None:
    match element.tag:
        case "a" | "area":
            _set_or_drop(element, "href", _address(resolve(element.get("href", ""))) if element.get("href") else "")
        case "img":
            _image(element, resolve)
        case "iframe" | "embed" | "object" | "frame":
            _frame(element, resolve)
        case "audio" | "video" | "source" | "track":
            for name in ("src", "poster"):
                if element.get(name):
                    target = resolve(element.get(name, ""))
                    _set_or_drop(element, name, _address(target) if target.sort == "file" else "")
            if element.tag in ("audio", "video"):
                element.set("controls", "controls")


def _image(element: lxml.html.HtmlElement, resolve: Resolve) -> None:
    target = resolve(element.get("src", ""))
    for name in ("width", "height"):  # a browser ignores "50%" or "12em" here; so do we
        if not _DIMENSION.match(element.get(name, "")):
            element.attrib.pop(name, None)
    if "alt" not in element.attrib:
        element.set("alt", gettext("Image without description"))
    if target.sort == "file":
        element.set("src", _address(target))
        element.set("loading", "lazy")
        return
    words = element.get("alt") or gettext("Image without description")
    if target.sort == "elsewhere":
        label = gettext("%(words)s (image at %(host)s)") % {"words": words, "host": urlsplit(target.where).netloc}
        _become_link(element, target.where, label)
    else:
        _become_text(element, gettext("%(words)s (this image is missing)") % {"words": words})


def _frame(element: lxml.html.HtmlElement, resolve: Resolve) -> None:
    target = resolve(element.get("src") or element.get("data") or "")
    address = _address(target)
    if not address:
        _become_text(element, element.get("title") or gettext("Content that cannot be shown here"))
        return
    name = urlsplit(target.where).netloc if target.sort == "elsewhere" else unquote(address.rsplit("/", 1)[-1])
    _become_link(element, address, gettext("Open “%(name)s”") % {"name": element.get("title") or name})


def _become_link(element: lxml.html.HtmlElement, address: str, label: str) -> None:
    """Inside a link of the author's, only its words: a link in a link would leave the outer one empty."""
    if next(element.iterancestors("a"), None) is not None:
        _become_text(element, label)
        return
    _emptied(element, "a")
    element.set("href", address)
    element.text = label


def _become_text(element: lxml.html.HtmlElement, words: str) -> None:
    _emptied(element, "span")
    element.text = words


def _emptied(element: lxml.html.HtmlElement, tag: str) -> None:
    tail = element.tail
    element.clear()
    element.tail = tail
    element.tag = tag


def _set_or_drop(element: lxml.html.HtmlElement, name: str, address: str) -> None:
    if address:
        element.set(name, address)
    else:
        element.attrib.pop(name, None)


def _address(target: Target) -> str:
    match target.sort:
        case "file":
            sha256, _, name = target.where.partition("/")
            return f"/-{_MARK}-file/{sha256}/{quote(name, safe='')}"
        case "unit":
            unit, _, anchor = target.where.partition("#")
            return f"/-{_MARK}-unit/{quote(unit, safe='')}" + (f"#{quote(anchor, safe='')}" if anchor else "")
        case "elsewhere":
            return target.where if urlsplit(target.where).scheme in _SCHEMES or target.where.startswith("#") else ""
        case "nowhere":
            return ""


def _reachable_listings(clean: str) -> str:
    """A listing with a long line scrolls in its box, so the keyboard must get there."""

    def reached(found: re.Match[str]) -> str:
        wide = any(len(line) > WIDE_LISTING for line in found[1].split("\n"))
        return f'<pre tabindex="0"><code{found[1]}</code></pre>' if wide else found[0]

    return _LISTING.sub(reached, clean) if "<pre><code" in clean else clean


def _boxed_tables(clean: str) -> str:
    """A wide table scrolls in its own box, reachable by keyboard, instead of widening the page."""
    if "<table" not in clean:
        return clean
    label = gettext("Table")
    opening = f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}"><table'
    return clean.replace("<table", opening).replace("</table>", "</table></div>")
