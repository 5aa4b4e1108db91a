"""A text, as the rest of Cordée sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cordee.core.errors import N_
from cordee.courses.differences.model import Change, Said
from cordee.courses.differences.words import plain
from cordee.courses.kinds import ActivityKind, Completion, Data, PageView, Reading
from cordee.formats.olx.model import Block, Remark

_IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\balt\s*=", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)


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

    def read_olx(self, block: Block) -> Reading:
        return Reading(Text(block.content), remarks=tuple(_remarks(block)))

    def to_json(self, definition: Text) -> Data:
        return {"html": definition.html}

    def from_json(self, data: Data) -> Text:
        return Text(data["html"])

    def page(self, definition: Text, view: PageView) -> Mapping[str, object]:
        return {"body": view.render(definition.html), "language": view.language}

    def is_same_for_all(self, definition: Text, view: PageView) -> bool:
        return True

    def changes(self, before: Text, after: Text) -> Sequence[Change]:
        if before == after:
            return ()
        words = plain(before.html), plain(after.html)
        if words[0] == words[1]:
            return (Change(Said(N_("the layout of the text changed")), "harmless"),)
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
