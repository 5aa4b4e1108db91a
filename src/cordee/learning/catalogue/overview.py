"""What of the author's own page is not said elsewhere on the course page?

Open edX gives authors a page of sections: about, prerequisites, course-staff, faq. Where a sheet says who teaches or
what is asked, the page has places of its own for it, and the author's section would say the same again.
"""

from __future__ import annotations

from collections.abc import Collection

import lxml.html
from lxml import etree

STAFF, PREREQUISITES = "course-staff", "prerequisites"


def without_sections(overview: str, classes: Collection[str]) -> str:
    """The author's HTML without its sections of these classes; as it came when it has none, or is no HTML."""
    if not any(name in overview for name in classes):
        return overview
    try:
        root = lxml.html.fragment_fromstring(overview, create_parent="div")
    except etree.ParserError:
        return overview
    for section in root.xpath(".//section[@class]"):
        if not set(section.get("class").split()).isdisjoint(classes):
            section.drop_tree()
    return str(lxml.html.tostring(root, encoding="unicode")).removeprefix("<div>").removesuffix("</div>")
