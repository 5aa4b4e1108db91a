"""What would Open edX Studio export of the demo's own course? Its text, written as OLX, a file a language."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import BinaryIO

from cordee.courses.text.checking import check_folder
from cordee.formats.olx.model import Asset, OlxCourse
from cordee.formats.olx.writing.course import write_course

FOLDER = Path(__file__).parents[1] / "demo" / "from-cable-to-packet"
NOW = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


def own_courses() -> dict[str, OlxCourse]:
    """By language, French first."""
    made = check_folder(FOLDER, now=NOW, run="2026").made
    assert made is not None
    return {course.language: course for course in made.courses}


def own_archive(language: str, path: Path) -> Path:
    """The course in a language, as a .tar.gz in that place."""

    def opened(asset: Asset) -> BinaryIO:
        return (FOLDER / asset.member).open("rb")

    with path.open("wb") as out:
        write_course(own_courses()[language], out, opened)
    return path
