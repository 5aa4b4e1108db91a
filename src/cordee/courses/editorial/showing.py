"""How does the operator’s Markdown become a page? Without HTML of its own, sanitised, with pictures of this site only.

![Two people at a bench](files/<sha256>.png)    a picture that was added to the site
[funders]                                       alone on a line: the organisations of this kind, by name
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from cordee.courses.assets import PICTURES, file_address
from cordee.courses.rendering import Target, finish, render
from cordee.people.models import Organisation, OrganisationKind
from cordee.people.organisations import all_organisations

LISTS: Final[Mapping[str, tuple[OrganisationKind, ...]]] = {
    "funders": (OrganisationKind.FUNDER,),
    "companies": (OrganisationKind.COMPANY,),
    "schools": (OrganisationKind.SCHOOL, OrganisationKind.SUBSIDIARY, OrganisationKind.ASSOCIATED),
}
_FILE = re.compile(r"files/([0-9a-f]{64})\.(png|jpg|webp|svg)")
_LIST = re.compile(rf"<p>\[({'|'.join(LISTS)})\]</p>")
_HEADING = re.compile(r"(</?h)([3-6])\b")
_KEPT = 500


def files_in(markdown: str) -> tuple[str, ...]:
    """The site's files that it shows."""
    return tuple(dict.fromkeys(found[0] for found in _FILE.findall(markdown)))


def page_html(markdown: str, *, language: str, day: dt.date) -> SafeString:
    """What stands below the title. No query; 1 where it lists organisations."""
    shown = finish(_rendered(markdown), file_url=lambda sha256, name: _address(sha256, name, day), unit_url=str)
    if not _LIST.search(shown):
        return shown
    every = all_organisations()
    return mark_safe(_LIST.sub(lambda found: _list(LISTS[found[1]], every, language), shown))  # noqa: S308 - sanitised


@lru_cache(maxsize=_KEPT)
def _rendered(markdown: str) -> SafeString:
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    # Below the title of a page there is none of ours: its headings follow at once.
    return mark_safe(_HEADING.sub(lambda found: f"{found[1]}{int(found[2]) - 1}", render(html, resolve=_target)))  # noqa: S308 - sanitised


def _target(address: str) -> Target:
    if found := _FILE.fullmatch(address):
        return Target("file", f"{found[1]}/picture.{found[2]}")
    return Target("elsewhere", address)


def _address(sha256: str, name: str, day: dt.date) -> str:
    return file_address(sha256=sha256, name=name, content_type=PICTURES[name.rpartition(".")[2]], day=day)


def _list(kinds: tuple[OrganisationKind, ...], every: list[Organisation], language: str) -> SafeString:
    ones = sorted((one.name_in(language), one.code) for one in every if one.kind in kinds)
    rows = ((reverse("organisation", args=[code]), name) for name, code in ones)
    return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a></li>', rows))
