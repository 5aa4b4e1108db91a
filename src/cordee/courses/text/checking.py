"""What should an author mend in a folder of course text before it is published? Nothing is stored."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cordee.core.errors import N_
from cordee.courses.checks.checking import look_at, material_of
from cordee.courses.checks.material import Material, RunFacts
from cordee.courses.checks.model import Finding
from cordee.courses.checks.setting_aside import Left, parted
from cordee.courses.compiling import Compiled, address_part, compile_course
from cordee.courses.opening import RunOptions, lowest_cutoff
from cordee.courses.run_remarks import run_remarks
from cordee.courses.text.compiling import Made, compile_text
from cordee.courses.text.files import FolderFiles
from cordee.courses.text.history import History
from cordee.courses.text.run_dates import dates_of_run
from cordee.courses.text.setting_aside import unneeded
from cordee.formats.coursetext.facts import COURSE_FILE
from cordee.formats.coursetext.folder import CourseText, FolderLimits, read_folder
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Message, Place
from cordee.formats.olx.model import Remark

_PLACE = re.compile(r"(?P<path>.*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")


LookBack = Callable[[str, str], History | None]


def never_published(_organisation: str, _number: str) -> History | None:
    """For a folder that is looked at by itself."""
    return None


def key_of(course: CourseText) -> tuple[str, str]:
    """Organisation and number, as the course is known by here."""
    facts = course.facts
    organisation = address_part(facts.organisation.text if facts.organisation else course.name)
    number = address_part(facts.number.text if facts.number else course.name)
    return organisation or "unknown", number or "unknown"


@dataclass(frozen=True, slots=True)
class Looked:
    """What should be mended before it opens, as `courses.checks` finds it."""

    material: Material
    found: tuple[Finding, ...]
    left: Left = ()  # what the text sets aside


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder as it was read; `made` and `compiled` only where there is no error."""

    messages: tuple[Message, ...]
    texts: Mapping[str, str]  # path -> text, to show the lines of messages
    course: CourseText | None = None
    made: Made | None = None
    compiled: Compiled | None = None
    archives: Sequence[FolderFiles] = ()
    looked: Looked | None = None

    @property
    def behind(self) -> Mapping[str, tuple[str, ...]]:
        """Path of a translation that lags -> what changed in its reference since it was confirmed, where known."""
        return self.made.behind if self.made is not None else {}

    @property
    def errors(self) -> tuple[Message, ...]:
        return tuple(one for one in self.messages if one.severity == "error")

    @property
    def warnings(self) -> tuple[Message, ...]:
        return tuple(one for one in self.messages if one.severity == "warning")


def check_folder(
    root: Path,
    *,
    now: dt.datetime,
    run: str = "run",
    limits: FolderLimits = FolderLimits(),  # noqa: B008 - frozen
    look_back: LookBack = never_published,
) -> Checked:
    """Reads and compiles a folder, and says all that is wrong with it in one pass; no query but those of `look_back`.

    `look_back`: what was published here of a course, by its organisation and number.
    """
    say = Messages()
    course = read_folder(root, say, limits)
    if course is None:
        return Checked(say.all, {})
    made = compile_text(course, say, now=now, run=run, history=look_back(*key_of(course)))
    if say.errors:
        return Checked(say.all, course.texts, course, made)
    archives = [FolderFiles(root)] * len(made.courses)
    compiled = compile_course(made.courses, archives=archives)
    opens_at, closes_at = dates_of_run(course, RunOptions(), now)
    mark = lowest_cutoff(compiled.outline)
    told = run_remarks(compiled.outline, opens_at=opens_at, closes_at=closes_at, pass_mark=mark, now=now)
    material = material_of(compiled, _assets(compiled, made))
    told_by_text = say.all
    known = {one.code for one in told_by_text}  # what the text tells at its own line is not told again
    found = [one for one in look_at(material, RunFacts(opens_at, closes_at, mark, now)) if one.rule.code not in known]
    said = known | {code for one in found for code in one.rule.says}
    open_, left = parted(found, compiled.outline)
    for remark in (*told, *compiled.remarks):
        if remark.code not in said:  # a check says it again, with advice
            say.add(_message(remark))
    for message in unneeded(course.facts.waive, compiled.outline, left, told_by_text):
        say.add(message)
    for path in made.unused:
        template = N_("No page shows this file. Take it out, or link to it.")
        say("unused-file", template, Place(path), severity="warning")
    return Checked(say.all, course.texts, course, made, compiled, archives, Looked(material, open_, left))


def _assets(compiled: Compiled, made: Made) -> dict[str, set[str]]:
    named = zip(compiled.outline.languages, made.courses, strict=True)
    return {language: set(course.assets) for language, course in named}


def _message(remark: Remark) -> Message:
    """What the compiler or a kind remarks, at its place."""
    found = _PLACE.fullmatch(remark.place)
    path, line, column = found.groups() if found else ("", None, None)
    place = Place(path or COURSE_FILE, int(line or 1), int(column or 1))
    return Message(remark.code, remark.sentence, place, remark.values, "warning")
