"""Can who does not see the pictures follow, and who goes by the headings find the way?"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.core.errors import N_
from cordee.courses.checks.material import Material
from cordee.courses.checks.model import Finding, Rule

BARE_IMAGE = Rule(
    "image-without-description",
    "warning",
    N_("Pictures without a description"),
    N_(
        "Write what each picture shows as its alternative text. If it is decoration: an empty alt in HTML, "
        "{decorative} behind the picture in a course text."
    ),
    N_("WCAG 2.2, criterion 1.1.1"),
    says=frozenset(("image-without-description",)),
)
HEADINGS = Rule(
    "headings-out-of-order",
    "warning",
    N_("Headings out of order"),
    N_("Begin with the highest level that the text uses, and go down one level at a time."),
    N_("WCAG 2.2, criteria 1.3.1 and 2.4.6"),
)
RULES = (BARE_IMAGE, HEADINGS)


def look(material: Material) -> Iterator[Finding]:
    """Once an activity and language, however many there are."""
    for one in material.activities:
        at = material.at_activity(one)
        if one.prose.bare_images:
            yield Finding(
                BARE_IMAGE, at, N_("Pictures without a description: {count}."), {"count": one.prose.bare_images}
            )
        if one.prose.headings:
            first = one.prose.headings[0]
            yield Finding(
                HEADINGS, at, N_("“{heading}” is more than one level below what it follows."), {"heading": first}
            )
