"""Make the folder of a new course: small, of good sense, ready to be published and changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cordee.core.errors import N_, Conflict, InputRefused, shown
from cordee.formats.coursetext.names import LONGEST_NAME, STEM

STARTER = Path(__file__).parent / "starter"
LANGUAGES = ("fr", "en")
_ID = "my-course"  # in the files of the starter: the name takes its place


@dataclass(frozen=True, slots=True)
class Started:
    folder: Path
    count: int  # files


def start_course(folder: Path, *, language: str) -> Started:
    """Writes the folder. Raises InputRefused for a name that no course can have, Conflict where something is there."""
    name = folder.name
    if not STEM.fullmatch(name):
        raise InputRefused(
            N_("“{name}” cannot name a course. Write small letters without accents, digits and dashes: reading-maps."),
            name=shown(name),
        )
    if len(name) > LONGEST_NAME:
        raise InputRefused(
            N_("The name of the course has {count} letters, more than {most}. Give a shorter one."),
            count=len(name),
            most=LONGEST_NAME,
        )
    if folder.exists():
        raise Conflict(N_("“{name}” is there already. Give another name, or remove it."), name=shown(str(folder)))
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise InputRefused(
            N_("Nothing can be written in “{path}”: {why}. Write elsewhere."),
            path=shown(str(folder.parent)),
            why=error.strerror,
        ) from None
    source = STARTER / (language if language in LANGUAGES else "en")
    files = sorted(path for path in source.rglob("*") if path.is_file())
    for path in files:
        there = folder / path.relative_to(source)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(path.read_text(encoding="utf-8").replace(_ID, name), encoding="utf-8")
    return Started(folder, len(files))
