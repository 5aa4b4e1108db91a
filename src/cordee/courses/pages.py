"""How does a version's text reach a page: which file, which unit does each link mean, and at which address?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cordee.courses.assets import file_address
from cordee.courses.compiling import address_part
from cordee.courses.kinds import PageFile
from cordee.courses.outlines import Outline
from cordee.courses.queries import course_names, files_of
from cordee.courses.queries import outline as read_outline
from cordee.courses.rendering import Resolve, Target, finish, render
from cordee.formats.olx import links
from cordee.formats.olx.assets import AssetIndex

RENDERED_KEPT = 4096
LINKS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Renderer:
    """Author's HTML -> page HTML, for one version, in one language of its content, on one day."""

    version_sha256: str
    language: str
    unit_url: Callable[[str], str]
    day: dt.date

    def __call__(self, author_html: str) -> SafeString:
        if not author_html:
            return SafeString("")
        rendered = _rendered(author_html, self.version_sha256, self.language, get_language() or "")
        files = _files(self.version_sha256, self.language)
        types = dict(files.values())

        def address(sha256: str, name: str) -> str:
            return file_address(sha256=sha256, name=name, content_type=types[sha256], day=self.day)

        return finish(rendered, file_url=address, unit_url=self.unit_url)

    def file(self, link: str) -> PageFile | None:
        """Where a link of the author leads that stands in no text: a file of the course, an address; None: nowhere."""
        target = _resolver(self.version_sha256, self.language)(link)
        if target.sort == "elsewhere" and target.where.startswith(("http://", "https://")):
            return PageFile(target.where)
        if target.sort != "file":
            return None
        sha256, _, name = target.where.partition("/")
        name = name.partition("#")[0]
        content_type = dict(_files(self.version_sha256, self.language).values())[sha256]
        address = file_address(sha256=sha256, name=name, content_type=content_type, day=self.day)
        return PageFile(address, content_type, sha256)


@lru_cache(maxsize=RENDERED_KEPT)
def _rendered(author_html: str, version_sha256: str, language: str, page_language: str) -> SafeString:
    """A version never changes, so a text is rendered once a process; our own words in it are in the page's language."""
    return render(author_html, resolve=_resolver(version_sha256, language))


def _files(version_sha256: str, language: str) -> Mapping[str, tuple[str, str]]:
    """Files of a language, and under them those of the course's own."""
    by_language = files_of(version_sha256)
    own = read_outline(version_sha256).language
    return by_language.get(language) or by_language.get(own) or {}


@lru_cache(maxsize=LINKS_KEPT)
def _resolver(version_sha256: str, language: str) -> Resolve:
    """What a link of this version's texts means."""
    files = _files(version_sha256, language)
    targets = targets_of(read_outline(version_sha256))
    context = link_context(files, targets, course_names(version_sha256))

    def resolve(url: str) -> Target:
        match links.resolve(url, context):
            case links.AssetLink(name, suffix) if name in files:
                return Target("file", f"{files[name][0]}/{name}{suffix if suffix.startswith('#') else ''}")
            case links.UnitLink(url_name, anchor):
                unit = targets[address_part(url_name)]
                return Target("unit", unit if not anchor or "#" in unit else f"{unit}#{anchor}")
            case links.External(address):
                return Target("elsewhere", f"https:{address}" if address.startswith("//") else address)
            case links.Untouched(address) if not address.startswith("data:"):
                return Target("elsewhere", _same_page(address))
            case _:
                return Target("nowhere")

    return resolve


def link_context(files: Collection[str], targets: Mapping[str, str], course: tuple[str, str]) -> links.LinkContext:
    """What the links of a version's texts may name: its files, what `targets_of` its outline knows, and the course.

    `course`: its organisation and number; a link to any run of it is a link to this one.
    """
    organisation, number = course
    return links.LinkContext(AssetIndex(files), _Names(targets), organisation, number)


class _Names:
    """The url_names that a link may name, whatever characters their author gave them."""

    def __init__(self, targets: Mapping[str, str]) -> None:
        self._targets = targets

    def __contains__(self, url_name: object) -> bool:
        return isinstance(url_name, str) and address_part(url_name) in self._targets


def targets_of(outline: Outline) -> Mapping[str, str]:
    """Where each block's id leads: a unit, or an activity in its unit; a section and a module to their first unit."""
    targets: dict[str, str] = {}
    for module in outline.modules:
        units = [unit for section in module.sections for unit in section.units]
        if units:
            targets.setdefault(module.id, units[0].id)
        for section in module.sections:
            if section.units:
                targets.setdefault(section.id, section.units[0].id)
    for activity, (place, _entry) in outline.entries.items():
        targets[activity] = f"{place.unit.id}#{activity}"
    return targets | {unit: unit for unit in outline.places}


def _same_page(address: str) -> str:
    return "#" + quote(address[1:], safe="") if address.startswith("#") else address
