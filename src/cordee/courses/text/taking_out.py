"""How does a version that was published from text become a folder again? Byte by byte, as it was."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.courses.assets import storage
from cordee.courses.models import Version
from cordee.courses.publishing import TEXT


@dataclass(frozen=True, slots=True)
class TakenOut:
    """How much was written."""

    pages: int
    files: int


def take_out(version: Version, folder: Path) -> TakenOut:
    """Write the folder that a version was made from, wholly or not at all; no query.

    Raises InputRefused for a version that was not made from text, and Conflict for a folder that holds something.
    """
    kept = version.extra.get(TEXT)
    if kept is None:
        raise InputRefused(
            N_("Version {number} came from a file of Open edX, not from text. Take it as one: --olx FILE."),
            number=version.number,
        )
    if not folder.parent.is_dir():
        raise InputRefused(N_("There is no folder “{path}”. Make it first, or write elsewhere."), path=folder.parent)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(N_("“{path}” is there already. Give another name."), path=folder)
    if not os.access(folder.parent, os.W_OK | os.X_OK):
        raise InputRefused(
            N_("Nothing can be written in “{path}”: {why}. Write elsewhere."),
            path=folder.parent,
            why=os.strerror(errno.EACCES),
        )
    held = {name: sha256 for names in version.files.values() for name, (sha256, _type) in names.items()}
    files = {path: held[name] for path, name in kept["assets"].items()}
    with tempfile.TemporaryDirectory(prefix=".cordee-", dir=folder.parent) as made:
        draft = Path(made) / "folder"
        for path, text in kept["files"].items():
            with _inside(draft, path).open("w", encoding="utf-8", newline="") as out:
                out.write(text)
        for path, sha256 in files.items():
            with storage().open(sha256) as file, _inside(draft, path).open("wb") as copy:
                shutil.copyfileobj(file, copy)
        if folder.exists():
            folder.rmdir()  # empty
        draft.rename(folder)
    return TakenOut(len(kept["files"]), len(files))


def _inside(folder: Path, path: str) -> Path:
    """Where a file of the text goes: its folders are made. Raises InputRefused for a path that leads out."""
    parts = PurePosixPath(path).parts
    if not parts or PurePosixPath(path).is_absolute() or ".." in parts:
        raise InputRefused(N_("“{path}” leads out of the folder."), path=path)
    place = folder.joinpath(*parts)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place
