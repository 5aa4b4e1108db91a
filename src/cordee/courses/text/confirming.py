"""Somebody says that a translation says what its reference says: the digest of that one is written in its heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cordee.core.errors import N_, InputRefused
from cordee.courses.text.history import History
from cordee.courses.text.kinds import table
from cordee.courses.text.lagging import changed_since
from cordee.courses.text.naming import NamedCourse
from cordee.formats.coursetext import yamls
from cordee.formats.coursetext.canonical import digest
from cordee.formats.coursetext.facts import COURSE_FILE
from cordee.formats.coursetext.folder import CourseText, FolderLimits, read_folder
from cordee.formats.coursetext.join import OF_LINE, State, confirmed_for, state_of
from cordee.formats.coursetext.lines import Page
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Message


@dataclass(frozen=True, slots=True)
class Translated:
    """A translation and where it stands. `course`: as it was read, to look at its versions."""

    path: str
    reference: Page
    state: State  # before
    confirmed_for: str  # before; "" when nobody had
    digest: str  # of the reference as it is now
    course: CourseText
    messages: tuple[Message, ...] = ()  # what is wrong with the page itself

    def changed(self, history: History | None) -> tuple[str, ...]:
        """What changed in the reference since it was confirmed, from the versions."""
        return () if history is None else changed_since(history, self.reference, self.confirmed_for, table())


def translation_at(file: Path, *, limits: FolderLimits = FolderLimits()) -> Translated:  # noqa: B008 - frozen
    """Raises InputRefused for a file that is no translation of a page of a course, or cannot be read."""
    root = next((one for one in file.resolve().parents if (one / COURSE_FILE).is_file()), None)
    if root is None or not file.is_file():
        raise InputRefused(N_("“{path}” is no page in the folder of a course. Check the path."), path=file)
    path = file.resolve().relative_to(root).as_posix()
    say = Messages()
    course = read_folder(root, say, limits)
    if course is None:
        raise InputRefused(N_("course.yaml of this folder cannot be read. See: cordee course check"))
    named = NamedCourse(course, say)
    for text in named.pages.values():
        for page in text.pages.values():
            if page.unit.path == path:
                return _translated(page, text.pages[named.reference], course, say)
    raise InputRefused(N_("“{path}” is no page that the course lists. See: cordee course check"), path=path)


def _translated(page: Page, reference: Page, course: CourseText, say: Messages) -> Translated:
    if page is reference:
        raise InputRefused(
            N_("“{path}” is the reference, in the first language of the course. Name a translation of it."),
            path=page.unit.path,
        )
    if not page.is_sound or not reference.is_sound:
        raise InputRefused(
            N_("A block of this page is not closed, or of its reference. See: cordee course check"),
        )
    if reference.unit.path in course.misread:
        raise InputRefused(
            N_("“{path}”, of which this is a translation, cannot be read as it is. See: cordee course check"),
            path=reference.unit.path,
        )
    state, now = state_of(reference, page, table()), digest(reference, table())
    told = tuple(one for one in say.errors if one.place.path == page.unit.path)
    return Translated(page.unit.path, reference, state, confirmed_for(page), now, course, told)


def confirm_translation(found: Translated) -> bool:
    """Write the digest in the heading of the page; no other byte of it changes. Whether anything was written.

    Raises InputRefused when the page has errors: what contradicts its reference does not say the same.
    """
    if found.messages:
        raise InputRefused(
            N_("This page has errors ({count}), so it cannot be confirmed. See: cordee course check"),
            count=len(found.messages),
        )
    if found.state == "current":
        return False
    file = found.course.root / found.path
    with file.open(encoding="utf-8", newline="") as opened:
        text = opened.read()
    file.write_text(with_of(text, found.digest), encoding="utf-8", newline="")
    return True


def with_of(text: str, digest_: str) -> str:
    """The text of a page with this `of` in its heading, which is made when there is none.

    Raises InputRefused where the heading is written in a way in which no line can be added or replaced.
    """
    end = "\r\n" if "\r\n" in text else "\n"
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return f"{mark}---{end}of: {digest_}{end}---{end}{text}"
    close = next(i for i in range(1, len(lines)) if lines[i].rstrip() == "---")
    before = _heading(lines[1:close])
    found = [(i, one) for i in range(1, close) if (one := OF_LINE.match(lines[i]))]
    at, was = found[0] if found else (None, None)
    first = next((line for line in lines[1:close] if line.strip() and not line.lstrip().startswith("#")), "")
    indent = was["indent"] if was else first[: len(first) - len(first.lstrip())]
    said = f"{indent}of: {digest_}" + end.removesuffix("\n")
    if at is None:
        lines.insert(close, said)
        close += 1
    else:
        lines[at] = said
    if _heading(lines[1:close]) != {**before, "of": digest_}:  # keys between braces, a value of several lines
        raise InputRefused(
            N_("The heading of this page is not written as one key a line. Write of: {digest} there."), digest=digest_
        )
    return mark + "\n".join(lines)


def _heading(lines: Sequence[str]) -> dict[str, Any]:
    """The keys of a heading as YAML reads them; none where it is no mapping."""
    found = yamls.plain(yamls.read("\n".join(lines), "", Messages()))
    return found if isinstance(found, dict) else {}
