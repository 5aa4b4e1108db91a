"""What stands around the course: about pages, updates, handouts, tabs?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import lxml.html
from lxml import etree

from cordee.core.errors import N_
from cordee.formats.olx import values
from cordee.formats.olx.documents import Unreadable
from cordee.formats.olx.model import Page
from cordee.formats.olx.policy import read_json
from cordee.formats.olx.remarks import Remarks
from cordee.formats.olx.source import CourseFiles

ENDING = ".html"
UPDATES = "updates.items.json"
OLD_UPDATES = "updates.html"
LONG_NUMBER = 16  # digits that no reader of JSON rounds


def read_about(files: CourseFiles, remarks: Remarks) -> dict[str, Page]:
    """about/NAME.html by NAME: overview, short_description, effort…"""
    pages = {}
    for path in files.below("about/", ENDING):
        slug = path.removeprefix("about/").removesuffix(ENDING)
        html = _text(files, path, remarks)
        if html is not None:
            pages[slug] = Page(slug, "", html)
    return pages


def read_handouts(files: CourseFiles, run: str, remarks: Remarks) -> str:
    """info/handouts.html; old exports keep it in info/RUN/."""
    path = _info(files, run, "handouts.html")
    return (_text(files, path, remarks) or "") if path else ""


def read_updates(files: CourseFiles, run: str, remarks: Remarks) -> tuple[Page, ...]:
    """The news in the order of the file; a deleted one is there and not visible. updates.html only where alone."""
    path = _info(files, run, UPDATES)
    if path:
        found = read_json(files, path, remarks)
        if isinstance(found, list):
            return tuple(_update(item) for item in found if isinstance(item, dict))
        files.keep_too(path)
        return ()
    path = _info(files, run, OLD_UPDATES)
    if not path:
        return ()
    updates = _old_updates(_text(files, path, remarks) or "")
    files.keep_too(path)  # the page says more than its entries
    return updates


def _update(item: Mapping[str, Any]) -> Page:
    slug = values.text(item.get("id"))
    visible = item.get("status", "visible") != "deleted"
    page = Page(slug, "", values.text(item.get("content")), values.text(item.get("date")), visible)
    usual = update_item(page)
    return replace(page, more={name: value for name, value in item.items() if usual.get(name, page) != value})


def update_item(page: Page) -> dict[str, Any]:
    """An update as the item of `updates.items.json` that is read as it."""
    number = int(page.slug) if page.slug.isascii() and page.slug.isdigit() and len(page.slug) < LONG_NUMBER else -1
    item = {
        "id": number if str(number) == page.slug else page.slug,
        "date": page.date,
        "content": page.html,
        "status": "visible" if page.visible else "deleted",
    }
    return item | dict(page.more)


def _old_updates(html: str) -> tuple[Page, ...]:
    """`<ol><li><h2>date</h2>…`: each top entry is one, in the order of the page."""
    if not html.strip():
        return ()
    try:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return (Page("1", "", html),)
    pages: list[Page] = []
    for item in root.xpath("./ol/li | ./section/article | ./section/ol/li"):
        heading = next((child for child in item if child.tag in ("h1", "h2", "h3")), None)
        date = ""
        if heading is not None:
            date = heading.text_content().strip()
            heading.drop_tree()
        body = (item.text or "") + "".join(str(lxml.html.tostring(child, encoding="unicode")) for child in item)
        pages.append(Page(str(len(pages) + 1), "", body.strip(), date))
    if not pages and root.text_content().strip():
        return (Page("1", "", html),)
    return tuple(pages)


def read_tabs(files: CourseFiles, policy: Mapping[str, Any], remarks: Remarks) -> tuple[Page, ...]:
    """The static tabs in the order of the policy; those that it does not list follow, not visible."""
    pages: list[Page] = []
    seen: set[str] = set()
    listed = policy.get("tabs")
    for tab in listed if isinstance(listed, list) else []:
        if not isinstance(tab, dict) or tab.get("type") != "static_tab":
            continue
        slug = values.text(tab.get("url_slug"))
        path = f"tabs/{slug}{ENDING}"
        if slug in seen:
            continue
        seen.add(slug)
        if path not in files:
            sentence = N_(
                "The tab “{title}” should be in {path}, which is not in the archive. Export the course again."
            )
            remarks.warn("missing-tab", sentence, path, title=values.text(tab.get("name")), path=path)
            continue
        hidden = tab.get("is_hidden") is True or tab.get("course_staff_only") is True
        pages.append(Page(slug, values.text(tab.get("name")), _text(files, path, remarks) or "", visible=not hidden))
    for path in files.below("tabs/", ENDING):
        slug = path.removeprefix("tabs/").removesuffix(ENDING)
        if slug not in seen:
            pages.append(Page(slug, slug, _text(files, path, remarks) or "", visible=False))
    return tuple(pages)


def _info(files: CourseFiles, run: str, name: str) -> str:
    return next((path for path in (f"info/{name}", f"info/{run}/{name}") if path in files), "")


def _text(files: CourseFiles, path: str, remarks: Remarks) -> str | None:
    try:
        text, good = files.read_text(path)
    except Unreadable as error:
        remarks.refused("unreadable-file", error, path)
        return None
    if not good:
        remarks.not_utf8(path)
    return text
