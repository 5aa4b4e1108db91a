"""What in a folder of course text can be mended without anybody deciding anything? No word of it ever goes.

- A block that was copied with its name gets a name of its own: the one that the last version did not have there.
- A block without a name gets one, as `format` and publishing do.
- A page that no list names goes to the end of its module.

A file that was not read as it is, since it is not UTF-8 or no text, is left alone.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cordee.core.errors import N_
from cordee.courses.text.checking import LookBack, key_of, never_published
from cordee.courses.text.history import History
from cordee.courses.text.likeness import likeness_of
from cordee.courses.text.naming import NamedCourse, walk
from cordee.courses.text.publishing import named_texts
from cordee.formats.coursetext import yamls
from cordee.formats.coursetext.facts import MODULE_FILE
from cordee.formats.coursetext.folder import BANKS, MODULES, CourseText, FolderLimits, ModuleText, read_folder
from cordee.formats.coursetext.lines import read_page
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Message, Place, TextBlock
from cordee.formats.coursetext.names import free_name

LISTED = "listed"  # the code of a change
_ENDS = re.compile(r"(\r\n|\n|\r)")
_NAME_AT_END = re.compile(r"(?P<head>:{3,}\s*\S+\s+)(?P<name>\S+)(?P<tail>\s*)")


@dataclass(slots=True)
class Mended:
    """What was mended (or would be), each with its place; `texts`: the files as they are now, to show their lines."""

    changes: list[Message] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def tell(self, code: str, template: str, place: Place, **values: object) -> None:
        self.changes.append(Message(code, template, place, values, "warning"))


def mend_folder(
    root: Path,
    *,
    write: bool = True,
    limits: FolderLimits = FolderLimits(),  # noqa: B008 - frozen
    look_back: LookBack = never_published,
) -> Mended:
    """Mend what is safe, and tell each change. `write`: False only looks, and tells what writing would."""
    mended = _mend(root, write, limits, look_back)
    if not write and any(one.code == LISTED for one in mended.changes):  # what stands on it shows once it is listed
        with tempfile.TemporaryDirectory(prefix="cordee-mending-") as place:
            return mend_folder(_copy(root, mended, Path(place)), limits=limits, look_back=look_back)
    while write and any(one.code == LISTED for one in mended.changes):  # what stands on a page that is listed now
        more = _mend(root, write, limits, look_back)
        mended.texts |= more.texts
        mended.changes += more.changes
        if not any(one.code == LISTED for one in more.changes):
            break
    return mended


def _copy(root: Path, mended: Mended, place: Path) -> Path:
    """The pages and YAML files of a folder once more, and nothing else of it."""
    copy = place / (root.resolve().name or "course")  # a course without `id` is called by its folder
    for path in mended.texts:
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, copy / path)
    return copy


def _mend(root: Path, write: bool, limits: FolderLimits, look_back: LookBack) -> Mended:
    say = Messages()
    course = read_folder(root, say, limits)
    if course is None:
        return Mended()
    mended = Mended(texts=dict(course.texts))
    _list_pages(course, say, mended)
    renamed = _rename_copies(course, look_back(*key_of(course)), mended)
    _name_blocks(course, renamed, mended)
    if write:
        for path, text in mended.texts.items():
            if text != course.texts[path]:
                (root / path).write_text(text, encoding="utf-8", newline="")
    return mended


# A page that no list names ----------------------------------------------------------------------------------------


def _list_pages(course: CourseText, say: Messages, mended: Mended) -> None:
    for message in say.warnings:
        parts = message.place.path.split("/")
        if message.code != "unlisted-page" or parts[0] != MODULES or len(parts) != 3:  # noqa: PLR2004 - modules/X/page.fr.md
            continue
        stem, module = str(message.values["name"]), next((one for one in course.modules if one.name == parts[1]), None)
        path = f"{MODULES}/{parts[1]}/{MODULE_FILE}"
        longer = _with_unit(mended.texts[path], module, stem) if module is not None else None
        is_there = f"{MODULES}/{parts[1]}/{stem}.{course.reference}.md" in course.texts
        if (
            longer is None
            or path in course.left_alone
            or not is_there
            or stem in _units(mended.texts[path], path)
            or stem not in _units(longer, path)
        ):
            continue
        mended.texts[path] = longer
        section = next(one for one in reversed(module.sections) if one.facts.units) if module is not None else None
        graded = section.facts if section is not None and section.facts.graded is not None else None
        mended.tell(
            LISTED,
            N_(
                "Nobody could reach this page: it is the last one of its module now ({where}), in the section "
                "“{section}”, which is graded: what is asked on it counts. Move it to another one if it should not."
            )
            if graded is not None
            else N_("Nobody could reach this page: it is the last one of its module now ({where})."),
            message.place,
            where=path,
            **({"section": graded.id.text if graded.id else ""} if graded is not None else {}),
        )


def _with_unit(text: str, module: ModuleText, stem: str) -> str | None:
    """module.yaml with one more unit in its last section that has any; None where there is none."""
    listed = [section.facts.units for section in module.sections if section.facts.units]
    if not listed:
        return None
    pieces = _ENDS.split(text)
    end = pieces[1] if len(pieces) > 1 else "\n"
    place = listed[-1][-1].place
    at = 2 * (place.line - 1)
    line, column = pieces[at], place.column - 1
    if line[:column].strip() == "-":  # one a line
        pieces[at] = f"{line}{end}{line[:column]}{stem}"
    else:
        quote = line[column] if line[column] in "\"'" else ""
        after = line.index(quote, column + 1) + 1 if quote else column + len(listed[-1][-1].text)
        pieces[at] = f"{line[:after]}, {stem}{line[after:]}"
    return "".join(pieces)


def _units(text: str, path: str) -> list[str]:
    """The units that module.yaml lists, in order; none when it cannot be read."""
    read = yamls.read(text, path, Messages())
    plain = yamls.plain(read) if isinstance(read, yamls.Map) else {}
    sections = plain.get("sections")
    found = []
    for section in sections if isinstance(sections, list) else []:
        units = section.get("units") if isinstance(section, dict) else None
        found += [str(one) for one in units] if isinstance(units, list) else []
    return found


# Two blocks of one name -------------------------------------------------------------------------------------------


def _rename_copies(course: CourseText, history: History | None, mended: Mended) -> set[str]:
    """The names that were given."""
    given: set[str] = set()
    blocks: dict[str, list[TextBlock]] = {}
    for text in course.all_pages():
        page = text.pages[course.reference]
        if page.is_sound and not page.unit.path.startswith(f"{BANKS}/"):
            for part in walk(page.unit.parts):
                if isinstance(part, TextBlock) and part.name:
                    blocks.setdefault(part.name, []).append(part)
    taken = {*blocks, *(module.name for module in course.modules), *(unit.name for unit in course.units())}
    left_alone = course.left_alone
    taken |= {section.facts.id.text for module in course.modules for section in module.sections if section.facts.id}
    for name, same in blocks.items():
        kept = _kept(name, same, history)
        for block in same:
            places = list(_everywhere(course, block, same))
            if block is kept or any(place.path in left_alone for place in places):
                continue
            new = free_name(name, taken)
            taken.add(new)
            given.add(new)
            for place in places:
                _rename(mended, place, name, new)
            mended.tell(
                "renamed",
                N_("“{name}” stood twice: this one is called “{new}” now, and {where} keeps its name and its answers."),
                block.place,
                name=name,
                new=new,
                where=kept.place,
            )
    return given


def _kept(name: str, same: list[TextBlock], history: History | None) -> TextBlock:
    """The one that the last version had at its page, the likest where there are several; else the first."""
    if history is None or len(same) == 1:
        return same[0]
    texts = history.texts(history.issues[0].number)
    before = {path: found for path in {one.place.path for one in same} if (found := _block_in(texts, path, name))}
    there = [one for one in same if one.place.path in before]
    return max(there, key=lambda one: likeness_of(before[one.place.path], one), default=same[0])


def _block_in(texts: Mapping[str, str], path: str, name: str) -> TextBlock | None:
    if path not in texts:
        return None
    page = read_page(texts[path], path=path, name="page", language="", say=Messages())
    found = (part for part in walk(page.unit.parts) if isinstance(part, TextBlock) and part.name == name)
    return next(found, None)


def _everywhere(course: CourseText, block: TextBlock, same: list[TextBlock]) -> Iterator[Place]:
    """The block in the reference, and the same one in its translations: the first of the name there, the second…"""
    yield block.place
    rank = [one for one in same if one.place.path == block.place.path].index(block)
    for text in course.all_pages():
        if text.pages[course.reference].unit.path == block.place.path:
            for language, page in text.pages.items():
                mine = [part for part in walk(page.unit.parts) if isinstance(part, TextBlock)]
                alike = [part for part in mine if part.name == block.name]
                if language != course.reference and rank < len(alike) and page.is_sound:
                    yield alike[rank].place


def _rename(mended: Mended, place: Place, name: str, new: str) -> None:
    """Write the new name behind the kind; no other sign of the file changes."""
    pieces = _ENDS.split(mended.texts[place.path])
    at = 2 * (place.line - 1)
    found = _NAME_AT_END.fullmatch(pieces[at])
    if found is not None and found["name"] == name:
        pieces[at] = f"{found['head']}{new}{found['tail']}"
        mended.texts[place.path] = "".join(pieces)


# A block without a name -------------------------------------------------------------------------------------------


def _name_blocks(course: CourseText, taken: set[str], mended: Mended) -> None:
    """`taken`: names that were given to copies meanwhile."""
    left_alone = course.left_alone
    found = [one for one in NamedCourse(course, Messages()).without_name if one[0] not in left_alone]
    new = {name: free_name(name, taken) for _path, _line, name in found}
    named = [(path, line, new[name]) for path, line, name in found]
    for path, text in named_texts(named, mended.texts).items():
        mended.texts[path] = text
    for path, line, name in named:
        mended.tell("named", N_("This block had no name: it is called “{name}” now."), Place(path, line), name=name)
