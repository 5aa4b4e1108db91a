"""What blocks does the course hold, and in which order?

Two dialects, freely mixed: an element is a pointer to `<tag>/<url_name>.xml`, or it stands there itself. Source: Open
edX `xmodule.xml_block` (is_pointer_tag, name_to_pathname), measured on real exports.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lxml import etree

from cordee.core.canonical import canonical_json
from cordee.core.errors import N_, TooLarge
from cordee.formats.olx import credentials, documents, values
from cordee.formats.olx.documents import Unreadable, local_name
from cordee.formats.olx.model import CONTAINER_TAGS, STRUCTURE_TAGS, Block
from cordee.formats.olx.policy import Policies
from cordee.formats.olx.remarks import Remarks
from cordee.formats.olx.source import CourseFiles

HOLDERS = (*STRUCTURE_TAGS, *CONTAINER_TAGS)
NOT_BLOCKS = {"course": ("wiki", "textbook"), "conditional": ("show",)}
OWN_NAMES = ("url_name", "slug", "filename")
MOST_BLOCKS = 100_000
DEEPEST = 60
DATES = ("start", "due", "end")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element was found: its file, the id of what holds it, how many like it came before it there."""

    file: str
    parent: str = ""
    rank: int = 0


class TreeReader:
    """Reads blocks. `folders` are tried in turn for the files of pointers: drafts look among the drafts first."""

    def __init__(
        self, files: CourseFiles, policies: Policies, remarks: Remarks, folders: tuple[str, ...] = ("",)
    ) -> None:
        self._files = files
        self._policies = policies
        self._remarks = remarks
        self._folders = folders
        self._open: list[str] = []  # files between the root and here: one met again is a cycle
        self._closed: dict[str, tuple[Block, int]] = {}  # block of a file already read, and how many it holds
        self._cycles = 0
        self._count = 0
        self._depth = 0

    def read_root(self, url_name: str, pointer: etree._Element, element: etree._Element, path: str) -> Block:
        """The course itself: `pointer` is course.xml's element, `element` the one that holds the chapters."""
        for name in sorted(credentials.clean_element(pointer)):
            self._remarks.secret(name, path)
        for name in sorted(credentials.clean_element(element)):
            self._remarks.secret(name, path)
        attributes = self._merged("course", url_name, {**_attributes(pointer), **_attributes(element)})
        self._check_dates(attributes, path)
        self._open.append(path)
        root = self._holder("course", url_name, element, attributes, path, path)
        if pointer is element:
            return root
        before, after = documents.beside(pointer)
        said = [*before, *documents.comments_in(pointer), *after, root.extra]
        return replace(root, extra="\n".join(filter(None, said)))

    def read_file(self, tag: str, url_name: str, path: str) -> Block | None:
        """The block that a file defines, as if a bare pointer led there."""
        return self._follow(tag, url_name, {}, path, path)

    def read(self, element: etree._Element, place: Place) -> Block | None:
        """The block that an element is or points to; None, with a remark, when it leads nowhere."""
        tag = local_name(element)
        attributes = _attributes(element)
        url_name = attributes.get("url_name") or attributes.get("slug") or ""
        where = f"{place.file}:{element.sourceline}"
        if url_name and "xblock-family" not in attributes and documents.is_empty(element):
            path = self._path(tag, url_name)
            if path:
                return self._follow(tag, url_name, attributes, path, where)
            if not set(attributes) - {"url_name", "slug"}:
                self._remarks.missing_file(tag, url_name, f"{tag}/{url_name.replace(':', '/')}.xml", where)
                return None
        elif not url_name:
            url_name = derived_id(place.parent, tag, attributes.get("display_name", ""), place.rank)
        return self._define(tag, url_name, element, attributes, where)

    def _path(self, tag: str, name: str, ending: str = ".xml") -> str:
        """The file of a name: `a:b` is a/b, save where an old export kept the colon. "" when there is none."""
        for folder in self._folders:
            for spelling in dict.fromkeys((name.replace(":", "/"), name)):
                path = f"{folder}{tag}/{spelling}{ending}"
                if path in self._files:
                    return path
        return ""

    def _follow(self, tag: str, url_name: str, pointer: dict[str, str], path: str, where: str) -> Block | None:
        if path in self._open:
            self._cycles += 1
            sentence = N_("{tag} “{id}” contains itself. It was left out here; remove one of the two.")
            self._remarks.warn("cycle", sentence, where, tag=tag, id=url_name)
            return None
        bare = not set(pointer) - {"url_name", "slug"}
        if bare and path in self._closed:
            known, count = self._closed[path]
            self._add(count)
            return known
        before, cycles = self._count, self._cycles
        self._open.append(path)
        try:
            block = self._read_definition(tag, url_name, pointer, path)
        finally:
            self._open.pop()
        if bare and block is not None and cycles == self._cycles:
            self._closed[path] = (block, self._count - before)
        return block

    def _read_definition(self, tag: str, url_name: str, pointer: dict[str, str], path: str) -> Block | None:
        try:
            document = documents.parse(self._files.read(path))
        except Unreadable as error:
            self._remarks.refused("unreadable-xml", error, path)
            return self._raw(tag, url_name, pointer, path)
        root = document.root
        if local_name(root) != tag:
            sentence = N_("The file holds <{found}> where <{tag}> was expected. It was read as <{tag}>.")
            self._remarks.warn("other-tag", sentence, path, found=local_name(root), tag=tag)
        return self._define(tag, url_name, root, {**pointer, **_attributes(root)}, path, document.text)

    def _raw(self, tag: str, url_name: str, pointer: dict[str, str], path: str) -> Block:
        """A block whose file is no XML: its text is kept, so that the course is not lost for it."""
        try:
            content = self._files.read_text(path)[0]
        except Unreadable:  # too large: it stays a file of the course
            content = ""
        dropped: set[str] = set()
        content = credentials.clean_text(content, dropped)
        for name in sorted(dropped):
            self._remarks.secret(name, path)
        self._add(1)
        return _block(tag, url_name, self._merged(tag, url_name, pointer), path, content=content)

    def _define(
        self, tag: str, url_name: str, element: etree._Element, attributes: dict[str, str], where: str, text: str = ""
    ) -> Block | None:
        path = where if text else where.rpartition(":")[0]
        for name in sorted(credentials.clean_element(element)):
            self._remarks.secret(name, path)
            text = ""  # the text of the file still holds it
        filename = element.get("filename", "")
        if filename and tag != "html" and documents.is_empty(element):  # as Open edX wrote before 2013
            other = self._path(tag, filename)
            if other and other not in self._open:
                return self._follow(tag, url_name, attributes, other, where)
            if not other and (tag in HOLDERS or tag == "problem"):
                self._remarks.missing_file(tag, url_name, f"{tag}/{filename.replace(':', '/')}.xml", where)
                return None
        attributes = self._merged(tag, url_name, attributes)
        self._check_dates(attributes, where)
        if tag in HOLDERS:
            if self._depth >= DEEPEST:
                sentence = N_("{tag} “{id}” lies too deep in other blocks. It was left out; make the course flatter.")
                self._remarks.warn("too-deep", sentence, where, tag=tag, id=url_name)
                return None
            return self._holder(tag, url_name, element, attributes, where, path)
        if tag == "html":
            return self._html(url_name, element, attributes, where)
        self._add(1)
        return _block(tag, url_name, attributes, where, content=text.strip() or documents.outer(element))

    def _holder(
        self, tag: str, url_name: str, element: etree._Element, attributes: dict[str, str], where: str, path: str
    ) -> Block:
        self._add(1)
        children: list[Block] = []
        before, after = documents.beside(element)
        extra = [*before, documents.escaped((element.text or "").strip())]
        ranks: Counter[tuple[str, str]] = Counter()
        self._depth += 1
        for child in element:
            child_tag = local_name(child)
            if not child_tag or child_tag in NOT_BLOCKS.get(tag, ()):
                extra.append(documents.outer(child))
            else:
                kin = (child_tag, child.get("display_name", ""))
                block = self.read(child, Place(path, url_name, ranks[kin]))
                if not (child.get("url_name") or child.get("slug")):
                    ranks[kin] += 1
                if block is not None:
                    children.append(block)
            extra.append(documents.escaped((child.tail or "").strip()))
        self._depth -= 1
        said = "\n".join(filter(None, [*extra, *after]))
        return _block(tag, url_name, attributes, where, children=tuple(children), extra=said)

    def _html(self, url_name: str, element: etree._Element, attributes: dict[str, str], where: str) -> Block | None:
        """<html filename="X"/> is the second hop, to html/X.html, which is no XML."""
        filename = element.get("filename", "")
        if not filename or not documents.is_empty(element):
            self._add(1)
            return _block("html", url_name, attributes, where, content=documents.inner_html(element))
        folder = url_name.replace(":", "/").rpartition("/")[0]
        tried = [f"{folder}/{filename}" if folder else filename, filename]
        path = next((found for name in tried if (found := self._path("html", name, ".html"))), "")
        path = path or next((found for name in tried if (found := self._path("html", name, ""))), "")
        if not path or path.endswith(".xml"):
            other = self._path("html", filename)
            if other and other not in self._open:
                return self._follow("html", url_name, {**attributes, "filename": filename}, other, where)
            self._remarks.missing_file("html", url_name, f"html/{filename}.html", where)
            return None
        try:
            content, good = self._files.read_text(path)
        except Unreadable as error:
            self._remarks.refused("unreadable-file", error, path)
            content, good = "", True
        if not good:
            self._remarks.not_utf8(path)
        self._add(1)
        before, after = documents.beside(element)
        extra = "\n".join([*before, *documents.comments_in(element), *after])
        return _block("html", url_name, attributes, path, content=content, extra=extra)

    def _merged(self, tag: str, url_name: str, attributes: dict[str, str]) -> dict[str, str]:
        merged = {**attributes, **self._policies.attributes(tag, url_name)}
        return {
            name: value for name, value in merged.items() if name not in OWN_NAMES and not credentials.is_secret(name)
        }

    def _check_dates(self, attributes: dict[str, str], where: str) -> None:
        for name in DATES:
            try:
                values.moment(attributes.get(name))
            except values.UnreadableValue as error:
                self._remarks.refused("unreadable-date", error, where)

    def _add(self, count: int) -> None:
        self._count += count
        if self._count > MOST_BLOCKS:
            raise TooLarge(
                N_("The course holds more than {limit} blocks. Split it, or look for a block that is used everywhere."),
                limit=MOST_BLOCKS,
            )


def derived_id(parent: str, tag: str, display_name: str, rank: int) -> str:
    """The id of an element without url_name: the same in every export as long as it keeps its place."""
    return hashlib.sha256(canonical_json([parent, tag, display_name, rank])).hexdigest()[:16]


def warn_of_duplicates(blocks: Iterable[Block], remarks: Remarks) -> None:
    """One warning for each id that several occurrences share."""
    places: dict[str, list[Block]] = {}
    for block in blocks:
        places.setdefault(block.id, []).append(block)
    for name, found in places.items():
        if len(found) > 1:
            sentence = N_("“{id}” names {count} blocks of the course. Give each its own url_name.")
            remarks.warn("duplicate-id", sentence, found[1].place, id=name, count=len(found))


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _block(
    tag: str,
    url_name: str,
    attributes: dict[str, str],
    place: str,
    *,
    children: tuple[Block, ...] = (),
    content: str = "",
    extra: str = "",
) -> Block:
    title = values.text(attributes.get("display_name")) or values.text(attributes.get("name"))
    return Block(url_name, tag, title, attributes, children, content, extra, place)
