"""Publish a folder of course text as a version, and open a run: as an import does, with the same code."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cordee.core.errors import N_, InputRefused, NotFound
from cordee.courses import publishing
from cordee.courses.compiling import Compiled, language_of
from cordee.courses.importing import Imported, take_in
from cordee.courses.models import Run, Version
from cordee.courses.opening import RunOptions, run_key
from cordee.courses.publishing import TEXT
from cordee.courses.text.checking import Checked, check_folder
from cordee.courses.text.compiling import Made
from cordee.courses.text.files import FolderFiles
from cordee.courses.text.history import CountAnswers, History, history_of
from cordee.courses.text.run_dates import dates_of_run, enrolment_end_of
from cordee.formats.coursetext.folder import DRAWER, TASKS, CourseText, FolderLimits
from cordee.formats.coursetext.model import Message

Progress = Callable[[int, int], None]


class TextRefused(InputRefused):
    """The folder has errors. `messages` are all that was said, `texts` the files that they are about."""

    def __init__(
        self, template: str, /, *, messages: tuple[Message, ...], texts: Mapping[str, str], **values: object
    ) -> None:
        super().__init__(template, **values)
        self.messages = messages
        self.texts = texts


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, and what was said of the text."""

    done: Imported
    messages: tuple[Message, ...]
    texts: Mapping[str, str]
    named: int = 0  # blocks that were given a name in the folder
    layout: int = 0  # files that only look otherwise than those of the version
    rewritten: tuple[str, ...] = ()  # blocks that came from Open edX and whose text has changed since


def publish_folder(
    root: Path,
    *,
    options: RunOptions,
    now: dt.datetime,
    limits: FolderLimits = FolderLimits(),  # noqa: B008 - frozen
    published: publishing.Published = publishing.BY_COMMAND,
    progress: Progress = lambda done, total: None,
    count: CountAnswers | None = None,
) -> Published:
    """Publish a version and open a run, or neither.

    The same text again, laid out anew or not, changes nothing. Blocks without a name are given one in the folder, so
    that their answers stay with them for good. `count`: how many answers the activities of a course have, where
    somebody can tell. Raises TextRefused when the text has errors.
    """
    course, made, compiled, checked = _sound(root, now, limits, count)
    named = made.without_name
    if named:
        write_names(course, named)
        course, made, compiled, checked = _sound(root, now, limits, count)
    key = _key(course, compiled, options, now)
    wanted = replace(options, key=key)
    if not Run.objects.filter(key=key).exists():
        opens_at, closes_at = dates_of_run(course, options, now)
        enrolment_end = enrolment_end_of(course, options, opens_at)
        wanted = replace(wanted, opens_at=opens_at, closes_at=closes_at, enrolment_closes_at=enrolment_end)
    done = take_in(
        made.courses,
        compiled,
        checked.archives,
        options=wanted,
        now=now,
        text=text_of(course, made),
        material=checked.looked.material if checked.looked else None,
        published=published,
        progress=progress,
    )
    layout = 0 if done.changed else _changed_files(done, course)
    return Published(done, checked.messages, checked.texts, len(named), layout, made.rewritten)


def text_of(course: CourseText, made: Made) -> dict[str, Any]:
    """What a version keeps of the folder that it was made from: its texts, and which asset each other file is.

    `owners`: the language of a file that only one has under its name. Other files of the drawer `olx`, and those of
    tasks, are kept as texts where they are, else as base64. What no page uses and lies nowhere in the course is not
    part of it.
    """
    assets: dict[str, str] = {}
    users: dict[str, list[str]] = {}  # path -> languages
    for one in made.courses:
        for asset in one.assets.values():
            assets[asset.member] = asset.name
            users.setdefault(asset.member, []).append(language_of(one.language))
    owners = {path: used[0] for path, used in users.items() if len(used) < len(made.courses)}
    files, others = dict(course.texts), {}
    kept = FolderFiles(course.root)
    for path in (*course.drawer, *course.tasks):
        if path not in assets:
            data = b"".join(kept.stream(path))
            text = _text(data)
            if text is None:
                others[path] = base64.b64encode(data).decode()
            else:
                files[path] = text
    more = {name: some for name, some in (("owners", owners), ("bytes", others)) if some}
    return {"files": files, "assets": assets, **more}


def _text(data: bytes) -> str | None:
    """UTF-8 that a database keeps; None for anything else."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def write_names(course: CourseText, named: Iterable[tuple[str, int, str]]) -> None:
    """Write a name behind the kind of each of these blocks; no other byte of a file changes.

    Files that were not read as they are stay so.
    """
    left_alone = course.left_alone
    writable = [one for one in named if one[0] not in left_alone]
    for path, text in named_texts(writable, course.texts).items():
        (course.root / path).write_text(text, encoding="utf-8", newline="")


def named_texts(named: Iterable[tuple[str, int, str]], texts: Mapping[str, str]) -> dict[str, str]:
    """The files in which a block gets its name (path, line, name), with these names."""
    found = {}
    by_path: dict[str, dict[int, str]] = {}
    for path, line, name in named:
        by_path.setdefault(path, {})[line] = name
    for path, names in by_path.items():
        lines = re.split(r"(\r\n|\n|\r)", texts[path])
        for line, name in names.items():
            at = 2 * (line - 1)
            lines[at] = f"{lines[at].rstrip()} {name}"
        found[path] = "".join(lines)
    return found


def _sound(
    root: Path, now: dt.datetime, limits: FolderLimits, count: CountAnswers | None
) -> tuple[CourseText, Made, Compiled, Checked]:
    def look_back(organisation: str, number: str) -> History | None:
        return history_of(organisation, number, count)

    checked = check_folder(root, now=now, limits=limits, look_back=look_back)
    if checked.errors or checked.course is None or checked.made is None or checked.compiled is None:
        raise TextRefused(
            N_("The text has errors ({count}), so nothing was published. Mend them, then publish again."),
            messages=checked.messages,
            texts=checked.texts,
            count=len(checked.errors),
        )
    return checked.course, checked.made, checked.compiled, checked


def _key(course: CourseText, compiled: Compiled, options: RunOptions, now: dt.datetime) -> str:
    """The run that is meant: the one that was named, else the course's latest, else a new one called by its year."""
    organisation, number = compiled.organisation, compiled.number
    course_key = f"{organisation}+{number}"
    if options.key:
        key = run_key(options.key, course_key)
        if options.update_run and not Run.objects.filter(key=key).exists():
            raise NotFound(
                N_("There is no session {key}. Open it with --run, or write the key of one that there is."), key=key
            )
        return key
    latest = Run.objects.filter(course__organisation=organisation, course__number=number).order_by("-opens_at").first()
    if latest is not None:
        return latest.key
    opens_at, _closes_at = dates_of_run(course, options, now)
    return run_key(str(opens_at.year), course_key)


def _changed_files(done: Imported, course: CourseText) -> int:
    """How many files look otherwise than those that the version keeps (1 query)."""
    extra = Version.objects.values_list("extra", flat=True).get(course_id=done.run.course_id, number=done.version)
    if TEXT not in extra:  # the version came from Open edX
        return 0
    apart = (f"{DRAWER}/", f"{TASKS}/")
    kept = {path: text for path, text in extra[TEXT]["files"].items() if not path.startswith(apart)}
    return sum(1 for path in kept.keys() | course.texts.keys() if kept.get(path) != course.texts.get(path))
