"""Does every link inside the course lead somewhere, and is every file there that its texts show?"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.core.errors import N_, shown
from cordee.courses.checks.material import Activity, Material
from cordee.courses.checks.model import Finding, Rule
from cordee.formats.olx import links

MISSING_FILE = Rule(
    "missing-file",
    "error",
    N_("A file that is not in the course"),
    N_("Put the file into the course under that name, or take its link out."),
    says=frozenset(("missing-asset", "missing-video", "missing-subtitles")),
)
BROKEN_LINK = Rule(
    "broken-link",
    "error",
    N_("A link that leads nowhere in the course"),
    N_("Link to a unit that is there, or take the link out."),
)
RULES = (MISSING_FILE, BROKEN_LINK)


def look(material: Material) -> Iterator[Finding]:
    """Each file and each link once an activity and language, as the pages would find them."""
    for one in material.activities:
        at = material.at_activity(one)
        for link, found in links_of(material, one):
            match found:
                case links.Dead(_url, asset) if asset or link in one.said.files:
                    name = shown(asset or link)
                    yield Finding(MISSING_FILE, at, N_("“{name}” is not in the course."), {"name": name})
                case links.Dead() | links.CoursePage():
                    yield Finding(BROKEN_LINK, at, N_("“{link}” leads nowhere."), {"link": shown(link)})


def links_of(material: Material, one: Activity) -> Iterator[tuple[str, links.Link]]:
    """Every address of an activity once, with what it means there."""
    for link in dict.fromkeys((*one.prose.links, *one.said.files)):
        yield link, material.resolve(link, one.language)


def external_links(material: Material) -> dict[str, Activity]:
    """Addresses elsewhere, each with the first activity that names it."""
    found: dict[str, Activity] = {}
    for one in material.activities:
        for _link, meant in links_of(material, one):
            if isinstance(meant, links.External) and meant.url.startswith(("http://", "https://", "//")):
                address = f"https:{meant.url}" if meant.url.startswith("//") else meant.url
                found.setdefault(address, one)
    return found
