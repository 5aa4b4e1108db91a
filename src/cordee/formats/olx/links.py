"""What does a link in an author's text mean, and how is it rewritten without touching anything else?

rewrite("<img src='/static/a.png'>", lambda url: "/files/9" if url == "/static/a.png" else None)
resolve("/jump_to_id/p1#q", context) -> UnitLink("p1", "q")
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from cordee.formats.olx.assets import AssetIndex


@dataclass(frozen=True, slots=True)
class AssetLink:
    """A file of the course; `suffix` is what followed its name: "#page=3", "?raw"."""

    name: str
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class UnitLink:
    """A block of the course by its url_name (not only a unit), and the anchor in it."""

    url_name: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class CoursePage:
    """Another page of the course as its platform named it: "progress", "info", "discussion/forum"; "" is its home."""

    path: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class External:
    """An address elsewhere."""

    url: str


@dataclass(frozen=True, slots=True)
class Untouched:
    """A place in the same page, a mail address, data in the link itself."""

    url: str


@dataclass(frozen=True, slots=True)
class Dead:
    """Leads nowhere. `asset` is the name of the file that was meant, "" when none was."""

    url: str
    asset: str = ""


Link = AssetLink | UnitLink | CoursePage | External | Untouched | Dead


@dataclass(frozen=True, slots=True)
class LinkContext:
    """What a course knows of itself: its files, the url_names of its blocks, its name on the platform it came from."""

    assets: AssetIndex
    url_names: Container[str]
    organisation: str = ""
    number: str = ""
    run: str = ""

    def is_this_course(self, key: str) -> bool:
        """`course-v1:ORG+NUMBER+RUN` or `ORG/NUMBER/RUN`; any run of it, since courses are copied from run to run."""
        parts = re.split(r"[+/]", unquote(key).removeprefix("course-v1:"))
        return parts[:2] == [self.organisation, self.number]


# One address of ours, as it starts. Everything else in a text is left alone.
HOST = r"(?:https?:)?//[^\s\"'<>()\\/&]{1,253}/"
START = rf"(?:(?:{HOST}|/)(?:asset-v1:|c4x/|courses?/|static/|jump_to(?:_id)?/)|asset-v1:|(?:\.\./){{0,5}}static/)"
LONGEST = 1000
HINT = re.compile(r"asset-v1:|c4x/|courses?/|static/|jump_to")  # texts without any of these are not searched
OCCURRENCE = re.compile(
    rf"""(?P<quote>\\?["']|&quot;|&\#3[49];|&apos;)(?P<quoted>\s{{0,9}}{START}.{{0,{LONGEST}}}?)(?P=quote)"""
    rf"""|\((?P<bracketed>\s{{0,9}}{START}[^\s"'<>()]{{0,{LONGEST}}})\s{{0,9}}\)"""
    rf"""|=(?P<bare>{START}[^\s"'<>]{{0,{LONGEST}}})"""
    rf"""|>(?P<between>\s{{0,9}}{START}[^<>\n]{{0,{LONGEST}}})<"""
)
GROUPS = ("quoted", "bracketed", "bare", "between")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
HARMLESS = ("mailto", "tel", "data", "sms", "geo")
ASSET_KEY = re.compile(r"/?asset-v1:[^+/]+\+[^+/]+\+[^+@/]+\+type@asset\+block[@/](?P<name>.+)")
OLD_ASSET_KEY = re.compile(r"/?c4x/[^/]+/[^/]+/asset/(?P<name>.+)")
STATIC = re.compile(r"(?:/|\./|(?:\.\./)+)?static/(?P<name>.+)")
COURSE_KEY = re.compile(r"/courses/(?P<key>course-v1:[^/]+|[^/]+/[^/]+/[^/]+)(?:/(?P<rest>.*))?")
JUMP = re.compile(r"/?jump_to(?:_id)?/(?P<where>.+?)/?")
COURSEWARE = re.compile(r"courseware/(?P<where>.+)")
LOCATOR_END = re.compile(r"(?:.*[@/])?([^@/]+)")
COMPUTED = ("$", "{", "%(", "<")  # the name is made by a script


def links_in(text: str) -> Iterator[str]:
    """Every address in the text that may be one of ours, entities read, in order; foreign ones are not searched for."""
    if HINT.search(text):
        for found in OCCURRENCE.finditer(text):
            yield html.unescape(_address(found)).strip()


def rewrite(text: str, change: Callable[[str], str | None]) -> str:
    """The text with each address replaced by what `change` gives for it; None leaves it. All else stays as it is.

    Works in HTML, XML, CSS, Markdown, and in JSON inside an attribute.
    """

    def replaced(found: re.Match[str]) -> str:
        address = _address(found)
        new = change(html.unescape(address).strip())
        if new is None:
            return found[0]
        group = found.lastgroup if found.lastgroup in GROUPS else "quoted"
        start, end = found.span(group)
        whole = found[0]
        return whole[: start - found.start()] + _escaped(new) + whole[end - found.start() :]

    return OCCURRENCE.sub(replaced, text) if HINT.search(text) else text


def _address(found: re.Match[str]) -> str:
    return next(found[group] for group in GROUPS if found[group] is not None)


def _escaped(url: str) -> str:
    """Safe between any quotes, in brackets and in JSON."""
    return html.escape(url).replace("\\", "%5C").replace("(", "%28").replace(")", "%29")


def locator_id(locator: str) -> str:
    """The url_name at the end of `block-v1:…@vertical+block@x`, `i4x://org/course/vertical/x`, or x itself."""
    found = LOCATOR_END.fullmatch(unquote(locator).strip().rstrip("/"))
    return found[1] if found else ""


def resolve(url: str, context: LinkContext) -> Link:
    """What an address means. It is given as a browser would see it: entities read, percent-encoding kept."""
    url = url.strip()
    if not url or url.startswith("#"):
        return Untouched(url)
    if url.startswith("//") or SCHEME.match(url):
        return _absolute(url, context)
    return _local(url, context)


def _absolute(url: str, context: LinkContext) -> Link:
    if url.startswith("asset-v1:"):
        return _local(url, context)
    scheme = SCHEME.match(url)
    word = scheme[1].lower() if scheme else "https"
    if word in HARMLESS:
        return Untouched(url)
    if word in ("block-v1", "i4x"):
        return _jump(url, "", url, context)
    if word not in ("http", "https", "ftp"):
        return Dead(url)
    path = "/" + url.partition("//")[2].partition("/")[2]
    found = _local(path, context)
    # An address of the platform it came from: ours only when the file or the block is here.
    return found if isinstance(found, (AssetLink, UnitLink)) and not STATIC.match(path) else External(url)


def _local(url: str, context: LinkContext) -> Link:
    for form in (ASSET_KEY, OLD_ASSET_KEY, STATIC):
        found = form.fullmatch(url)
        if found:
            return _asset(found["name"], url, context)
    path, _, anchor = url.partition("#")
    path = path.partition("?")[0]
    course = COURSE_KEY.fullmatch(path)
    if course:
        if not context.is_this_course(course["key"]):
            return Dead(url)
        return _in_course(course["rest"] or "", anchor, url, context)
    if path.startswith("/course/"):
        return _in_course(path.removeprefix("/course/"), anchor, url, context)
    jump = JUMP.fullmatch(path)
    return _jump(jump["where"], anchor, url, context) if jump else Dead(url)


def _asset(name: str, url: str, context: LinkContext) -> Link:
    """The whole rest may be the name; else it ends at the first `?` or `#`."""
    found = context.assets.find(name)
    if found is not None:
        return AssetLink(found)
    end = min((at for at in (name.find("?"), name.find("#")) if at >= 0), default=len(name))
    found = context.assets.find(name[:end])
    if found is not None:
        return AssetLink(found, name[end:])
    meant = "" if any(mark in name for mark in COMPUTED) else unquote(name[:end])
    return Dead(url, meant)


def _jump(where: str, anchor: str, url: str, context: LinkContext) -> Link:
    for name in dict.fromkeys((unquote(where), locator_id(where))):
        if name and name in context.url_names:
            return UnitLink(name, anchor)
    return Dead(url)


def _in_course(rest: str, anchor: str, url: str, context: LinkContext) -> Link:
    """Below /courses/KEY/ or /course/."""
    jump = JUMP.fullmatch(rest)
    if jump:
        return _jump(jump["where"], anchor, url, context)
    courseware = COURSEWARE.fullmatch(rest)
    if courseware:  # courseware/CHAPTER/SEQUENTIAL/3: the deepest that is here
        for name in reversed(unquote(courseware["where"]).split("/")):
            if name and name in context.url_names:
                return UnitLink(name, anchor)
    form = STATIC.fullmatch(rest)
    if form and context.assets.find(form["name"]) is not None:
        return _asset(form["name"], url, context)
    return CoursePage(rest.strip("/"), anchor)
