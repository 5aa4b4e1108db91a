"""How do the blocks of a course lie in files, so that each is read back as it was?

A block has a file of its own, `<tag>/<url_name>.xml`, and a pointer where it stands, as Studio writes it. What cannot
have one stands there itself: a pure XBlock, which Open edX reads nowhere else; one whose name is no name of a file; the
second of two that share a name and are not the same. What a leaf's own text does not say of it goes into policy.json.
Source of the form: Open edX `xmodule.xml_block` (is_pointer_tag, add_xml_to_node), `html_block.definition_to_xml`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cordee.formats.olx import documents
from cordee.formats.olx.documents import local_name
from cordee.formats.olx.drafts import FOLDER as DRAFTS
from cordee.formats.olx.model import Block
from cordee.formats.olx.tree import HOLDERS, NOT_BLOCKS, OWN_NAMES, derived_id
from cordee.formats.olx.writing.markup import NO_CHAR, as_bytes, holds_more, inside, is_sayable, parsed, start_tag
from cordee.formats.olx.writing.places import Places

# Leaves that Open edX writes into files of their own; it reads any other tag where it stands only.
IN_FILES = frozenset(
    {
        *HOLDERS, "html", "problem", "video", "discussion", "word_cloud", "poll_question", "lti", "annotatable",
        "textannotation", "videoannotation", "imageannotation", "customtag", "custom_tag_template", "error", "about",
        "static_tab", "course_info", "videosequence", "library_sourced", "graphical_slider_tool", "combinedopenended",
        "peergrading", "crowdsource_hinter", "foldit", "timelimit",
    }
)  # fmt: skip
Key = tuple[str, str]  # folder ("" or "drafts/"), path below it
Body = tuple[str, tuple[Block, ...], str]


@dataclass(frozen=True, slots=True)
class _Text:
    """What the own text of a leaf says: its attributes, its name, whether it may stand inside its parent."""

    said: Mapping[str, str]
    url_name: str
    stands: bool
    is_empty: bool = False  # as a pointer is


@dataclass(frozen=True, slots=True)
class _File:
    """A file that blocks point to: what is in it, and the attributes that it gives them."""

    block: Block
    given: Mapping[str, str]
    is_written: bool = True  # False: it is there already
    has_text: bool = True  # False, of an html: its second file is


class BlockWriter:
    """Writes blocks into `files`; `policy` is then what policy.json has to say of them."""

    def __init__(self, places: Places, files: dict[str, bytes]) -> None:
        self.policy: dict[str, dict[str, str]] = {}
        self._places = places
        self._bytes = files
        self._files: dict[Key, _File] = {}
        self._texts: dict[str, _Text] = {}
        self._unnamed: set[Key] = set()  # (tag, id) of leaves whose name is made of their place, and will be again

    def write(self, root: Block, drafts: Sequence[Block]) -> str:
        """Write all that stands below the course, and the drafts. Gives what stands inside the course's element."""
        root, drafts = _bare(root), [_bare(draft) for draft in drafts]
        below, drafted = self._grouped("", root.children), self._grouped(DRAFTS, drafts)
        self._find_unnamed([root, *drafts])
        self._find_policy([*below.values(), *drafted.values()])
        tops = {_key(DRAFTS, draft) for draft in drafts}
        for key, blocks in below.items():
            self._choose(key, blocks)
        for key, blocks in drafted.items():
            self._choose_draft(key, blocks, is_top=key in tops)
        for key, file in self._files.items():
            if file.is_written:
                self._write_file(key, file)
        return self._inside("", root)

    @staticmethod
    def _grouped(folder: str, tops: Sequence[Block]) -> dict[Key, list[Block]]:
        """The blocks by the file that each would have, those that are not the same apart, in document order."""
        groups: dict[Key, list[Block]] = {}
        for top in tops:
            for block in top.walk():
                group = groups.setdefault(_key(folder, block), [])
                if block not in group:
                    group.append(block)
        return groups

    def _find_unnamed(self, tops: Sequence[Block]) -> None:
        for top in tops:
            for holder in top.walk():
                ranks: Counter[Key] = Counter()
                for child in holder.children:
                    text = self._text(child) if _is_verbatim(child) and child.tag not in IN_FILES else None
                    if text is None or text.url_name:
                        continue
                    kin = child.tag, text.said.get("display_name", "")
                    if derived_id(holder.id, *kin, ranks[kin]) == child.id:
                        self._unnamed.add((child.tag, child.id))
                        ranks[kin] += 1

    def _find_policy(self, groups: Sequence[Sequence[Block]]) -> None:
        """What neither text nor attribute says, where all blocks of the name agree: it holds for all of them."""
        by_name: dict[str, list[Block]] = {}
        for blocks in groups:
            for block in blocks:
                if block.tag != "course":  # its entry is the course's
                    by_name.setdefault(f"{block.tag}/{block.id}", []).append(block)
        for name, blocks in by_name.items():
            wanted = {key for block in blocks for key in self._unsaid(block)}
            values = {key: blocks[0].attributes.get(key) for key in sorted(wanted)}
            said = {
                key: value
                for key, value in values.items()
                if value is not None and all(block.attributes.get(key) == value for block in blocks)
            }
            if said:
                self.policy[name] = said

    def _unsaid(self, block: Block) -> list[str]:
        if _is_verbatim(block):
            said = self._text(block).said
            return [name for name, value in block.attributes.items() if said.get(name) != value]
        return [name for name, value in block.attributes.items() if not is_sayable(name, value)]

    def _choose(self, key: Key, blocks: list[Block], first: Block | None = None) -> None:
        """Give the name its file, or none: then all of its blocks stand where they are."""
        paths = self._paths(key, blocks[0])
        if not self._places.are_free(*paths):
            lost = next((block for block in blocks if not block.content and block.tag not in HOLDERS), None)
            if (
                lost is not None and paths[-1] in self._places
            ):  # a text too large to be read: it is a file of the course
                self._point_to_lost(key, lost, paths)
            return
        others = [block for block in blocks if _body(block) != _body(blocks[0])]
        if first is None and not others and blocks[0].tag not in IN_FILES and all(map(self._stands, blocks)):
            return
        alike = [first] if first else []
        would_point = [block for block in blocks if not self._stands(block, beside=True)]
        if first is None and any(_body(block) != _body(would_point[0]) for block in would_point):
            return  # they would all be read as the one that had the file
        first = first or (would_point or blocks)[0]
        alike = alike or [block for block in blocks if _body(block) == _body(first)]
        given = self._text(first).said if _is_verbatim(first) else _common(alike)
        self._files[key] = _File(first, given)
        self._places.take(*paths)

    def _point_to_lost(self, key: Key, block: Block, paths: list[str]) -> None:
        if block.tag != "html":
            self._files[key] = _File(block, {}, is_written=False)
        elif self._places.are_free(paths[0]):
            self._files[key] = _File(block, _common([block]), has_text=False)
            self._places.take(paths[0])

    def _choose_draft(self, key: Key, blocks: list[Block], *, is_top: bool) -> None:
        published = self._files.get(("", key[1]))
        (block, *more) = blocks
        if published is not None and not is_top and not more and not block.children and block == published.block:
            self._files[key] = replace(published, is_written=False)  # as Studio does: a draft holds what has changed
            return
        self._choose(key, blocks, block if is_top else None)

    @staticmethod
    def _paths(key: Key, block: Block) -> list[str]:
        path = "".join(key)
        return [path, f"{path.removesuffix('.xml')}.html"] if block.tag == "html" else [path]

    def _stands(self, block: Block, *, beside: bool = False) -> bool:
        """Would it be read back the same where it stands, without a file? `beside`: while one of its name has one."""
        if _is_verbatim(block):
            text = self._text(block)
            named = text.url_name == block.id or (block.tag, block.id) in self._unnamed
            is_pointer = text.is_empty and "xblock-family" not in text.said and (beside or not text.said)
            return (
                text.stands and named and not is_pointer and self._policy_of(block).keys() >= set(self._unsaid(block))
            )
        if block.tag == "html":
            return bool(block.content.strip()) and not block.extra and not NO_CHAR.search(block.content)
        return bool(block.children) or holds_more(block.extra)

    def _policy_of(self, block: Block) -> Mapping[str, str]:
        return self.policy.get(f"{block.tag}/{block.id}", {})

    def _text(self, block: Block) -> _Text:
        known = self._texts.get(block.content)
        if known is None:
            root = parsed(block.content) if block.content else None
            if root is None:
                known = _Text({}, "", stands=False)
            else:
                own = {str(name): str(value) for name, value in root.attrib.items()}
                said = {name: value for name, value in own.items() if name not in OWN_NAMES}
                stands = documents.outer(root) == block.content and local_name(root) == block.tag
                known = _Text(said, own.get("url_name") or own.get("slug") or "", stands, documents.is_empty(root))
            self._texts[block.content] = known
        return known

    def _write_file(self, key: Key, file: _File) -> None:
        block, paths = file.block, self._paths(key, file.block)
        if _is_verbatim(block):
            self._bytes[paths[0]] = self._leaf_bytes(block) if block.content else self._whole(key[0], block).encode()
        elif block.tag == "html":
            name = paths[1].rpartition("/")[2].removesuffix(".html")
            attributes = {"filename": name, **file.given}
            ends = f"{start_tag('html', attributes)}{block.extra}</html>" if block.extra else ""
            self._bytes[paths[0]] = (ends or start_tag("html", attributes, empty=True)).encode()
            if file.has_text:
                self._bytes[paths[1]] = as_bytes(block.content)
        else:
            self._bytes[paths[0]] = self._holder(key[0], block, file.given).encode()

    def _leaf_bytes(self, block: Block) -> bytes:
        """Its text; in Windows-1252 where it was no XML only because of that."""
        text = self._text(block)
        if not set(text.said) <= set(block.attributes) and not block.content.isascii():
            try:
                found = block.content.encode("cp1252")
                found.decode()
            except UnicodeEncodeError:
                pass
            except UnicodeDecodeError:
                return found
        return as_bytes(block.content)

    def _child(self, folder: str, block: Block) -> str:
        """A block where it stands: a pointer, or all of it."""
        file = self._files.get(_key(folder, block))
        if file is None or _body(file.block) != _body(block):
            return self._whole(folder, block)
        known = {**file.given, **self._policy_of(block)}
        more = {
            name: value
            for name, value in block.attributes.items()
            if known.get(name) != value and name not in file.given and is_sayable(name, value)
        }
        return start_tag(block.tag, {"url_name": block.id, **more}, empty=True)

    def _whole(self, folder: str, block: Block) -> str:
        if _is_verbatim(block) and block.content:
            return block.content
        attributes = {"url_name": block.id, **_common([block])}
        if block.tag == "html" and block.content:
            return f"{start_tag('html', attributes)}{documents.escaped(block.content)}</html>"
        return self._holder(folder, block, attributes)

    def _holder(self, folder: str, block: Block, attributes: Mapping[str, str]) -> str:
        held = self._inside(folder, block)
        if not held:
            return start_tag(block.tag, attributes, empty=True)
        return f"{start_tag(block.tag, attributes)}\n{held}</{block.tag}>"

    def _inside(self, folder: str, block: Block) -> str:
        beside = inside(block.extra, NOT_BLOCKS.get(block.tag, ()))
        lines = [*([beside] if beside else []), *(self._child(folder, child) for child in block.children)]
        return "".join(f"  {line}\n" for line in lines)


def _common(blocks: Sequence[Block]) -> dict[str, str]:
    """The attributes that these blocks agree on and that XML can say."""
    return {
        name: value
        for name, value in blocks[0].attributes.items()
        if is_sayable(name, value) and all(block.attributes.get(name) == value for block in blocks)
    }


def _key(folder: str, block: Block) -> Key:
    return folder, f"{block.tag}/{block.id.replace(':', '/')}.xml"


def _body(block: Block) -> Body:
    return block.content, block.children, block.extra


def _is_verbatim(block: Block) -> bool:
    """A leaf, or a container whose file was no XML: its text is kept word by word."""
    return block.tag != "html" and (block.tag not in HOLDERS or bool(block.content))


def _bare(block: Block, known: dict[int, Block] | None = None) -> Block:
    """The block without what depends on where it was read; one that stands in several places stays one."""
    known = {} if known is None else known
    if id(block) not in known:
        children = tuple(_bare(child, known) for child in block.children)
        known[id(block)] = replace(block, title="", place="", children=children)
    return known[id(block)]
