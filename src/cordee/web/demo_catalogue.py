"""What stands in the demonstration’s catalogue: the schools of an invented federation, courses, pages and news."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

from cordee.courses.editorial.queries import every_text
from cordee.courses.editorial.writing import Words, store_text
from cordee.courses.sheets.folder import bring_in, read_folder
from cordee.people.organisations import About, all_organisations, make_organisation

ORGANISATIONS, SHEETS, PAGES = "organisations.toml", "catalogue", "editorial"


def fill_catalogue(data: Path, *, now: dt.datetime) -> None:
    """Make the organisations that are missing, then bring the sheets in; courses with content are there before.

    Twice the same is once. An organisation that is known stays as somebody may have changed it.
    About 8 queries a course.
    """
    known = {one.code for one in all_organisations()}
    for code, about in organisations_in(data / ORGANISATIONS).items():
        if code not in known:
            make_organisation(code=code, about=about, by=None, now=now)
    bring_in(folder=read_folder(data / SHEETS, now=now), by=None, now=now, if_edited="keep")


def organisations_in(file: Path) -> dict[str, About]:
    """By code, those above others first."""
    rows = tomllib.loads(file.read_text("utf-8"))["organisations"]
    return {row.pop("code"): About(**row) for row in rows}


def fill_pages(data: Path, *, now: dt.datetime) -> None:
    """Write and show the pages and news that are missing; one that is there stays as somebody may have changed it.

    About 6 queries for one that is missing.
    """
    folder = data / PAGES
    known = {(one.kind, one.slug, one.language) for one in every_text()}
    for row in tomllib.loads((folder / "index.toml").read_text("utf-8"))["texts"]:
        for language, title in row["title"].items():
            kind, slug = row["kind"], row["slug"]
            if (kind, slug, language) in known:
                continue
            ago = int(row["day"].removesuffix(" days")) if "day" in row else None
            words = Words(
                title=title,
                summary=row["summary"][language],
                markdown=(folder / f"{slug}.{language}.md").read_text("utf-8").strip(),
                day=None if ago is None else now.date() + dt.timedelta(days=ago),
                in_footer="place" in row,
                place=row.get("place", 0),
            )
            store_text(kind=kind, slug=slug, language=language, words=words, seen=0, publish=True, by=None, now=now)
