"""A block that no kind reads: its title, what it is, one honest sentence, and everything it held, for export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from cordee.activities.unknown.names import KNOWN, OTHER
from cordee.core.errors import N_
from cordee.courses.checks.model import Fault, Rule
from cordee.courses.kinds import UNKNOWN, ActivityKind, Completion, Data, Inspection, PageView, Reading
from cordee.formats.olx import links
from cordee.formats.olx.model import Block

NOT_HERE = Rule(
    "not-available-here",
    "warning",
    N_("An activity that cannot be done here"),
    N_("Say in its place what learners should do instead, or take it out."),
)
MAKING = frozenset(  # tags of what lets learners make, hand in or exchange something
    (
        "discussion",
        "openassessment",
        "edx_sga",
        "staffgradedxblock",
        "ubcpi",
        "recommender",
        "library-home",
        "annotatable",
    )
)
LONGEST = 300  # characters of an attribute that are shown


@dataclass(frozen=True, slots=True)
class Unknown:
    """The OLX tag and attributes; the block itself is kept beside the definition, in the content's `extra`."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def _short(value: str) -> str:
    """A setting in short. Text with markup or addresses of the course would be no use unrendered: it is only kept."""
    if "<" in value or links.HINT.search(value):
        return "…"
    return value if len(value) <= LONGEST else value[:LONGEST] + "…"


class UnknownKind:
    name = UNKNOWN
    label = _("Activity not available here")
    icon = "info"
    template = "activities/unknown/page.html"
    olx_tags = ()
    completion: Completion = "never"

    def read_olx(self, block: Block) -> Reading:
        return Reading(Unknown(block.tag, dict(block.attributes)))

    def to_json(self, definition: Unknown) -> Data:
        return {"tag": definition.tag, "attributes": dict(definition.attributes)}

    def from_json(self, data: Data) -> Unknown:
        return Unknown(data["tag"], data.get("attributes", {}))

    def page(self, definition: Unknown, view: PageView) -> Mapping[str, object]:
        known = KNOWN.get(definition.tag, OTHER)
        shown = [(name, _short(value)) for name, value in sorted(definition.attributes.items())]
        return {
            "known": known,
            "tag": definition.tag if view.for_teacher else "",
            "attributes": shown if view.for_teacher else [],
        }

    def is_same_for_all(self, definition: Unknown, view: PageView) -> bool:
        return True

    check_rules = (NOT_HERE,)

    def inspect(self, definition: Unknown) -> Inspection:
        """What it would let learners do counts as the author meant it; that it is not there yet is said."""
        named = KNOWN[definition.tag].name if definition.tag in KNOWN else definition.tag
        fault = Fault(NOT_HERE.code, N_("“{name}” is shown as not available here."), {"name": named})
        return Inspection((fault,), makes=definition.tag in MAKING)


kind: ActivityKind = UnknownKind()
