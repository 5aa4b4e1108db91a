"""Lay the pages of a folder out in the one way, and give a name to each block that has none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cordee.courses.text.compiling import named_pages
from cordee.courses.text.kinds import table
from cordee.formats.coursetext.canonical import layout
from cordee.formats.coursetext.folder import SHARED, FolderLimits, read_folder
from cordee.formats.coursetext.lines import Page, read_page
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Message


@dataclass(frozen=True, slots=True)
class Formatted:
    """`changed`: pages that look otherwise now (or would); `left`: what was said of those that were left alone."""

    changed: tuple[str, ...]
    left: tuple[Message, ...]
    texts: dict[str, str]
    count: int = 0  # pages in all


def format_folder(root: Path, *, write: bool = True, limits: FolderLimits = FolderLimits()) -> Formatted:  # noqa: B008 - frozen
    """Pages of which the blocks cannot be told apart for sure, or that are no text, are left alone.

    `write`: False only looks.
    """
    say = Messages()
    course = read_folder(root, say, limits)
    if course is None:
        return Formatted((), say.all, {})
    structure = say.errors
    pages: list[Page] = [page for text in named_pages(course, say) for page in text.pages.values()]
    known = {page.unit.path for page in pages}
    for path, text in course.texts.items():
        if path.startswith(f"{SHARED}/") and path.endswith(".md") and path not in known:
            pages.append(read_page(text, path=path, name="shared", language="", say=say, titled=False))
    changed, left_alone = [], course.left_alone
    for page in pages:
        path = page.unit.path
        if page.is_sound and path not in left_alone and layout(page, table()) != course.texts[path]:
            changed.append(path)
            if write:
                (root / path).write_text(layout(page, table()), encoding="utf-8", newline="\n")
    unsound = {page.unit.path for page in pages if not page.is_sound}
    left = tuple(one for one in say.errors if one.place.path in unsound or one in structure)
    return Formatted(tuple(sorted(changed)), left, dict(course.texts), len(pages))
