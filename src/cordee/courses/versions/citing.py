"""How does one cite a version: who wrote it, what it is called, which state of it, when, and how to tell it again?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from cordee.courses.models import Course, Version
from cordee.courses.outlines import Outline, pick
from cordee.courses.sheets.reading import sheet_of
from cordee.ui.dates import long_date

SHORT = 12  # signs of the hash in a sentence; the whole of it stands in the entry
_ESCAPED = re.compile(r"([\\{}%&$#_^~])")


@dataclass(frozen=True, slots=True)
class Citation:
    """One sentence to quote, and the same as an entry of a bibliography (BibTeX)."""

    text: str
    entry: str


def citation_of(course: Course, version: Version, outline: Outline, language: str) -> Citation:
    """Authors are the team that its public page names, else who the licence says wrote it, else the organisation.

    1 query for a course with a public page of its own.
    """
    team = [member.name for member in sheet_of(course).team]
    organisation = outline.organisation_name or course.organisation
    authors = team or [outline.credits or organisation]
    title = pick(outline.titles, language, outline.language)
    day = version.published_at.astimezone(ZoneInfo(settings.CORDEE.time_zone)).date()
    address = f"{settings.CORDEE.url}/courses/{course.key}/versions/{version.number}"
    text = _("{authors}. {title}. {organisation}, version {number}, {day}. SHA-256 {hash}.").format(
        authors=", ".join(authors),
        title=title,
        organisation=organisation,
        number=version.number,
        day=long_date(day, language),
        hash=version.sha256[:SHORT],
    )
    key = "".join(sign for sign in unicodedata.normalize("NFKD", course.number) if sign.isascii() and sign.isalnum())
    fields = {
        "author": " and ".join(f"{{{_escaped(name)}}}" if not team else _escaped(name) for name in authors),
        "title": f"{{{_escaped(title)}}}",
        "organization": _escaped(organisation),
        "year": str(day.year),
        "month": str(day.month),
        "version": str(version.number),
        "url": address,
        "note": f"Version {version.number}, {day.isoformat()}, SHA-256 {version.sha256}",
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return Citation(text, f"@misc{{{key or 'course'}-v{version.number},\n{lines}\n}}")


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text)
