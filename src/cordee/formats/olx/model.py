"""An Open edX course as it was exported: frozen values, nothing interpreted that could lose something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

STRUCTURE_TAGS = ("course", "chapter", "sequential", "vertical")
CONTAINER_TAGS = (
    "split_test",
    "conditional",
    "library_content",
    "itembank",
    "problembank",
    "problemset",
    "randomize",
    "wrapper",
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the author or the importer should know. `code` is stable, `sentence` English with {named} values."""

    code: str  # e.g. "missing-asset", "dropped-secret", "unreadable-date"
    sentence: str
    place: str = ""  # file, then line when known: "problem/abc.xml:12"
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence.format(**self.values) if self.values else self.sentence

    def to_json(self) -> dict[str, Any]:
        """For machines; with its template and values, so that whoever reads it can say it in another language."""
        values = {name: str(value) for name, value in self.values.items()}
        return {
            "code": self.code,
            "sentence": str(self),
            "template": self.sentence,
            "values": values,
            "place": self.place,
        }


@dataclass(frozen=True, slots=True)
class Block:
    """One element of the course tree, its pointer followed and its attributes merged.

    `attributes` holds policy.json's entry over the definition file's over the pointer's, without url_name and filename.
    A leaf's `content` is verbatim: for html the HTML fragment, for any other tag the whole element as XML text
    (its own tag included). A container has `children` and an empty `content`; what a container holds besides children
    (a <show> of a conditional, a <wiki>) is in `extra`, verbatim: XML text, in which what was text is escaped. So are
    comments around a container, and those beside the text of an html that has a file of its own.
    """

    id: str  # url_name, or 16 hex digits derived from parent, tag, display_name and rank
    tag: str
    title: str  # display_name, "" when the author gave none
    attributes: Mapping[str, str]
    children: tuple[Block, ...] = ()
    content: str = ""
    extra: str = ""
    place: str = ""  # where it was read: "problem/abc.xml" or "course/2026.xml:14"

    def walk(self) -> Iterator[Block]:
        """This block, then all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class AssignmentType:
    """One line of the grading policy; `weight` is a share (0.4 = 40 %)."""

    name: str  # matched with a sequential's `format`
    short_label: str
    min_count: int
    drop_count: int
    weight: float
    names: Mapping[str, str] = field(default_factory=dict)  # by language, where there is more than one


@dataclass(frozen=True, slots=True)
class GradingPolicy:
    assignment_types: tuple[AssignmentType, ...] = ()
    cutoffs: Mapping[str, float] = field(default_factory=dict)  # e.g. {"Pass": 0.5}; shares 0–1
    said: Mapping[str, Any] = field(default_factory=dict)  # grading_policy.json as it was read; {} when made here


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the course. `name` is what links use after /static/; `member` is its key in the archive."""

    name: str
    member: str
    size_bytes: int
    content_type: str = ""
    display_name: str = ""
    locked: bool = False
    path: str = ""  # below the top folder, of a file that does not lie in static/; outside of it with "/" before


@dataclass(frozen=True, slots=True)
class Page:
    """An extra page: a tab, an about page, an update, the handouts. `html` is verbatim."""

    slug: str
    title: str
    html: str
    date: str = ""
    visible: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)  # of an update: what its item says besides, or otherwise


@dataclass(frozen=True, slots=True)
class OlxCourse:
    organisation: str
    number: str
    run: str
    title: str
    language: str  # policy `language`, "" when not said
    root: Block
    policy: Mapping[str, Any]  # policy.json's entry of the course, secrets removed
    grading: GradingPolicy
    assets: Mapping[str, Asset]  # by `name`
    about: Mapping[str, Page] = field(default_factory=dict)
    updates: tuple[Page, ...] = ()
    tabs: tuple[Page, ...] = ()
    handouts: str = ""
    drafts: tuple[Block, ...] = ()
    verbatim: Mapping[str, str] = field(default_factory=dict)  # path -> text of files that nothing above holds
    policies: Mapping[str, Any] = field(default_factory=dict)  # entries of policy.json that belong to no block
    credits: str = ""  # who wrote it, as `courses` asks for it; an attribute of ours in OLX
    missing_files: tuple[Remark, ...] = ()  # pointers to files that are not there; uncounted
    missing_assets: tuple[Remark, ...] = ()
    dropped_secrets: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()

    def leaves(self) -> Iterator[Block]:
        """Every block that is neither structure nor container, in document order."""
        for block in self.root.walk():
            if block.tag not in STRUCTURE_TAGS and block.tag not in CONTAINER_TAGS:
                yield block
