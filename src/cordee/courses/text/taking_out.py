"""How does a version become a folder of course text?

Byte by byte, where it was published from one; else written anew.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cordee.core.errors import N_, Conflict, InputRefused, NotFound
from cordee.courses.assets import storage
from cordee.courses.compiling import without_data_images
from cordee.courses.exporting import languages_of as languages_of_version
from cordee.courses.exporting import olx_course_of
from cordee.courses.models import Version
from cordee.courses.publishing import TEXT
from cordee.courses.text.files import CHUNK
from cordee.courses.text.laying_out import languages_of
from cordee.courses.text.writing_out import WrittenOut, inside, write_out
from cordee.formats.archives import Limits, open_archive
from cordee.formats.coursetext.folder import FolderLimits
from cordee.formats.olx import read_course
from cordee.formats.olx.model import Asset, Block, OlxCourse


def take_out(version: Version, folder: Path, *, limits: FolderLimits = FolderLimits()) -> WrittenOut:  # noqa: B008 - frozen
    """Write a version as a folder of course text, wholly or not at all. 1 query for each 500 activities, or none.

    Raises InputRefused where nothing can be written, and Conflict for a folder that holds something.
    """
    kept = version.extra.get(TEXT)
    with _made(folder) as draft:
        if kept is not None:
            return _as_it_was(version, kept, draft)
        courses = languages_of([olx_course_of(version, one) for one in languages_of_version(version)])
        names = dict(zip(courses, languages_of_version(version), strict=True))

        def opened(language: str, asset: Asset) -> Iterator[bytes]:
            return _pieces(asset.name, version.files[names[language]][asset.name][0])

        def may_move(name: str) -> bool:
            return len({files.get(name, ("",))[0] for files in version.files.values()}) == 1

        return write_out(draft, courses, opened, may_move, limits)


def text_of_archive(path: Path, folder: Path, *, limits: Limits, folder_limits: FolderLimits) -> WrittenOut:
    """Write the course of an archive of Open edX as a folder of course text, wholly or not at all; no query.

    Raises what reading the archive does, and as `take_out`.
    """
    with open_archive(path, limits) as archive:
        course, images = _with_images_as_files(read_course(archive))

        def opened(_language: str, asset: Asset) -> Iterator[bytes]:
            return iter([images[asset.name]]) if asset.name in images else archive.stream(asset.member)

        with _made(folder) as draft:
            return write_out(draft, languages_of([course]), opened, lambda _name: True, folder_limits)


def _with_images_as_files(course: OlxCourse) -> tuple[OlxCourse, dict[str, bytes]]:
    """The course with images that are written into its texts as files, as an import keeps it."""
    images: dict[str, bytes] = {}

    def changed(block: Block) -> Block:
        if block.children:
            return replace(block, children=tuple(map(changed, block.children)))
        found, some, _unreadable = without_data_images(block)
        images.update(some)
        return found

    root = changed(course.root)
    if not images:
        return course, images
    added = {name: Asset(name, "", len(data)) for name, data in images.items()}
    return replace(course, root=root, assets={**course.assets, **added}), images


def _as_it_was(version: Version, kept: Mapping[str, Any], draft: Path) -> WrittenOut:
    held = {name: sha256 for names in version.files.values() for name, (sha256, _type) in names.items()}
    owners: Mapping[str, str] = kept.get("owners", {})
    for path, text in kept["files"].items():
        inside(draft, path).write_bytes(text.encode())
    for path, text in kept.get("bytes", {}).items():
        inside(draft, path).write_bytes(base64.b64decode(text))
    for path, name in kept["assets"].items():
        sha256 = version.files[owners[path]][name][0] if path in owners else held.get(name)
        if (
            sha256 is None
        ):  # versions of before name files of the folder that belonged to no page, and have none of them
            continue
        with inside(draft, path).open("wb") as copy:
            copy.writelines(_pieces(name, sha256))
    pages = sum(1 for path in kept["files"] if path.endswith((".md", ".yaml", ".yml")))
    files = len(kept["files"]) - pages + len(kept.get("bytes", {})) + len(kept["assets"])
    return WrittenOut(pages, files, 0, as_it_was=True)


def _pieces(name: str, sha256: str) -> Iterator[bytes]:
    try:
        with storage().open(sha256) as file:
            while piece := file.read(CHUNK):
                yield piece
    except FileNotFoundError as error:
        raise NotFound(
            N_("The file “{name}” of the course is not in the site’s storage any more. Run: cordee doctor --deep"),
            name=name,
        ) from error


@contextlib.contextmanager
def _made(folder: Path) -> Iterator[Path]:
    """A draft beside the folder, which takes its name when all is written; else nothing is left of it."""
    if not folder.parent.is_dir():
        raise InputRefused(N_("There is no folder “{path}”. Make it first, or write elsewhere."), path=folder.parent)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(N_("“{path}” is there already. Give another name."), path=folder)
    if not os.access(folder.parent, os.W_OK | os.X_OK):
        raise _not_written(folder, os.strerror(errno.EACCES))
    try:
        with tempfile.TemporaryDirectory(prefix=".cordee-", dir=folder.parent) as made:
            draft = Path(made) / "folder"
            draft.mkdir()
            yield draft
            if folder.exists():
                folder.rmdir()  # empty
            draft.rename(folder)
    except OSError as error:  # the disk is full, a name is too long for it
        raise _not_written(folder, error.strerror or str(error)) from error


def _not_written(folder: Path, why: str) -> InputRefused:
    return InputRefused(N_("Nothing can be written in “{path}”: {why}. Write elsewhere."), path=folder.parent, why=why)
