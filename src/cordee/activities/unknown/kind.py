"""A block that no kind reads: its title, one honest sentence, and everything it held, for export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cordee.courses.kinds import UNKNOWN, ActivityKind, Completion, Data, PageView, Reading
from cordee.formats.olx.model import Block


@dataclass(frozen=True, slots=True)
class Unknown:
    """The OLX tag; the block itself is kept beside the definition, in the content's `extra`."""

    tag: str


class UnknownKind:
    name = UNKNOWN
    label = _("Activity not available here")
    icon = "info"
    template = "activities/unknown/page.html"
    olx_tags = ()
    completion: Completion = "never"

    def read_olx(self, block: Block) -> Reading:
        return Reading(Unknown(block.tag))

    def to_json(self, definition: Unknown) -> Data:
        return {"tag": definition.tag}

    def from_json(self, data: Data) -> Unknown:
        return Unknown(data["tag"])

    def page(self, definition: Unknown, view: PageView) -> Mapping[str, object]:
        return {"tag": definition.tag if view.for_teacher else "", "title": view.title}

    def is_same_for_all(self, definition: Unknown) -> bool:
        return True


kind: ActivityKind = UnknownKind()
