"""A text, as the rest of Cordée sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cordee.activities.text import text
from cordee.core.errors import N_
from cordee.courses.checks.model import Fault, Rule
from cordee.courses.differences.model import Change, Said
from cordee.courses.differences.words import plain
from cordee.courses.kinds import ActivityKind, Completion, Data, Inspection, PageView, Reading
from cordee.courses.reading_time import reading_s
from cordee.formats.coursetext.model import Say, Setting, TextBlock
from cordee.formats.olx.model import Block, Remark

_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\balt\s*=", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)


SCRIPT_RULE = Rule(
    "script-not-run",
    "warning",
    N_("A script of the author, which never runs here"),
    N_("Show what it would draw as a picture, or link to a page that runs it."),
    says=frozenset(("script-not-run",)),
)


@dataclass(frozen=True, slots=True)
class Text:
    """The author's HTML, verbatim."""

    html: str


class TextKind:
    name = "text"
    label = _("Text")
    icon = "file-text"
    template = "activities/text/page.html"
    olx_tags = ("html",)
    completion: Completion = "viewed"
    check_rules = (SCRIPT_RULE,)

    def read_olx(self, block: Block) -> Reading:
        return Reading(Text(block.content), remarks=tuple(_remarks(block)))

    def to_json(self, definition: Text) -> Data:
        return {"html": definition.html}

    def from_json(self, data: Data) -> Text:
        return Text(data["html"])

    def text_settings(self) -> Mapping[str, tuple[Setting, ...]]:
        return text.SETTINGS

    def read_text(self, block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
        return text.read_text(block, reference, say)

    def write_text(self, block: Block) -> TextBlock | None:
        return text.write_text(block)

    def page(self, definition: Text, view: PageView) -> Mapping[str, object]:
        return {"body": view.render(definition.html), "language": view.language}

    def seconds(self, definition: Text) -> float | None:
        return reading_s(definition.html)

    def is_same_for_all(self, definition: Text, view: PageView) -> bool:
        return True

    def inspect(self, definition: Text) -> Inspection:
        faults = (Fault(SCRIPT_RULE.code, N_("It holds a script.")),) if _SCRIPT.search(definition.html) else ()
        return Inspection(faults, prose=(definition.html,))

    def changes(self, before: Text, after: Text) -> Sequence[Change]:
        if before == after:
            return ()
        words = plain(before.html), plain(after.html)
        if words[0] == words[1]:
            return (Change(Said(N_("the layout of the text changed")), "harmless", is_layout=True),)
        return (Change(Said(N_("the text changed")), "harmless", *words),)


def _remarks(block: Block) -> list[Remark]:
    remarks = []
    bare = sum(1 for image in _IMAGE.findall(block.content) if not _ALTERNATIVE.search(image))
    if bare:
        remarks.append(
            Remark(
                "image-without-description",
                N_("“{title}” has {count} image(s) without description. Add an alternative text to each."),
                block.place,
                {"title": block.title or block.id, "count": bare},
            )
        )
    if _SCRIPT.search(block.content):
        remarks.append(
            Remark(
                "script-not-run",
                N_("“{title}” holds a script. Scripts of authors never run here; what it draws will be missing."),
                block.place,
                {"title": block.title or block.id},
            )
        )
    return remarks


kind: ActivityKind = TextKind()
