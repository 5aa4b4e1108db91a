"""How does one cite a version: who wrote it, what it is called, which state of it, when, and how to tell it again?"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _

from cordee.courses.models import Course, Version
from cordee.courses.outlines import Outline, pick
from cordee.courses.publishing import TEXT
from cordee.courses.sheets.reading import sheet_of
from cordee.formats.coursetext import yamls
from cordee.formats.coursetext.facts import COURSE_FILE
from cordee.formats.coursetext.messages import Messages
from cordee.people.queries import organisation_name
from cordee.ui.dates import long_date

SHORT = 12  # signs of the hash in a sentence; the whole of it stands in the entry
_ESCAPED = re.compile(r"([\\{}%&$#_^~])")


@dataclass(frozen=True, slots=True)
class Citation:
    """One sentence to quote, and the same as an entry of a bibliography (BibTeX)."""

    text: str
    entry: str


def citation_of(course: Course, version: Version, outline: Outline, language: str) -> Citation:
    """Authors are the team that its text names, else that of its public page, else who the licence says wrote it, else
    the organisation.

    At most 3 queries: for the team, for a public page of its own, for an organisation that the course does not name.
    """
    team = team_of_text(version) or [member.name for member in sheet_of(course).team]
    code = course.organisation
    organisation = outline.organisation_name or organisation_name(code, language) or code
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


def team_of_text(version: Version) -> list[str]:
    """The names under `team` in the course text that the version was made from; none for one that was imported."""
    # The whole of what a version keeps may be megabytes, and is deferred: one file of it is asked for.
    file = KeyTransform(COURSE_FILE, KeyTransform("files", KeyTransform(TEXT, "extra")))
    source = Version.objects.annotate(source=file).values_list("source", flat=True).get(pk=version.pk) or ""
    root = yamls.plain(yamls.read(source, COURSE_FILE, Messages()))
    team = root.get("team") if isinstance(root, dict) else None
    people = [team] if isinstance(team, dict) else team or []
    return [str(one["name"]) for one in people if isinstance(one, dict) and one.get("name")]


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text)
