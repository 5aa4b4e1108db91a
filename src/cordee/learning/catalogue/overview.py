"""What of the author's own page is not said elsewhere on the course page?

Open edX gives authors a page of sections: about, prerequisites, course-staff, faq. Where a sheet says who teaches or
what is asked, the page has places of its own for it, and the author's section would say the same again; so would the
heading of what the course is about.
"""

from __future__ import annotations

from collections.abc import Collection

import lxml.html
from lxml import etree

ABOUT, STAFF, PREREQUISITES = "about", "course-staff", "prerequisites"


def without_sections(overview: str, classes: Collection[str]) -> str:
    """The author's HTML without its sections of these classes, and without the first heading of the one that says
    what the course is about; as it came when it has none, or is no HTML.
    """
    if "<section" not in overview:
        return overview
    try:
        root = lxml.html.fragment_fromstring(overview, create_parent="div")
    except etree.ParserError:
        return overview
    for section in root.xpath(".//section[@class]"):
        named = set(section.get("class").split())
        if not named.isdisjoint(classes):
            section.drop_tree()
        elif ABOUT in named and len(section) and section[0].tag in ("h1", "h2") and not (section.text or "").strip():
            section[0].drop_tree()
    return str(lxml.html.tostring(root, encoding="unicode")).removeprefix("<div>").removesuffix("</div>")
