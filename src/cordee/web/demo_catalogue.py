"""What stands in the demonstration's catalogue: the schools of an invented federation, and a sheet for each course."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

from cordee.courses.sheets.folder import bring_in, read_folder
from cordee.people.organisations import About, all_organisations, make_organisation

ORGANISATIONS, SHEETS = "organisations.toml", "catalogue"


def fill_catalogue(data: Path, *, now: dt.datetime) -> None:
    """Make the organisations that are missing, then bring the sheets in; courses with content are there before.

    Twice the same is once. An organisation that is known stays as somebody may have changed it. About 8 queries a course.
    """
    known = {one.code for one in all_organisations()}
    for code, about in organisations_in(data / ORGANISATIONS).items():
        if code not in known:
            make_organisation(code=code, about=about, by=None, now=now)
    bring_in(folder=read_folder(data / SHEETS, now=now), by=None, now=now)


def organisations_in(file: Path) -> dict[str, About]:
    """By code, those above others first."""
    rows = tomllib.loads(file.read_text("utf-8"))["organisations"]
    return {row.pop("code"): About(**row) for row in rows}
