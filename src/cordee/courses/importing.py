"""Read an Open edX export, publish it as a version, open a run."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from cordee.core.errors import N_, Conflict
from cordee.core.file_types import HEAD_BYTES, content_type_of
from cordee.courses.assets import storage
from cordee.courses.checks.checking import look_at, material_of
from cordee.courses.checks.costs import estimate_of
from cordee.courses.checks.material import Material, RunFacts
from cordee.courses.checks.model import Finding
from cordee.courses.checks.setting_aside import Left, parted
from cordee.courses.compiling import Compiled, Streams, compile_course
from cordee.courses.kinds import installed
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions, dates_of, lowest_cutoff, open_run, shown_by
from cordee.courses.publishing import BY_COMMAND, Published, StoredFile, publish_version, take_away
from cordee.courses.queries import outline as read_outline
from cordee.courses.run_remarks import remarks_of, run_remarks
from cordee.courses.versions.approval import State, state_of
from cordee.formats.archives import Limits, open_archive
from cordee.formats.olx import read_course
from cordee.formats.olx.model import Block, OlxCourse, Page, Remark
from cordee.formats.olx.report import report as read_report
from cordee.formats.olx.writing import grading_json

Files = dict[str, dict[str, StoredFile]]  # language -> name -> file
Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import gives back. `changed`: False when the same content was there already."""

    run: Run  # without a `pk` where none could be opened before a colleague approves the version
    version: int
    changed: bool
    kept_on: int  # the version that the run shows (an open run keeps its own unless told); 0: there is no run yet
    report: Mapping[str, Any]  # what the file holds and what its author should look at, as `check_course` gives it
    found: tuple[Finding, ...] = ()  # what should be mended before the run opens, waivers on the site not looked at
    review: State = "unneeded"  # of the version
    shown_before: int = 0  # the version that the run showed before this, 0 where there was none


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file holds, and what should be mended before a run of it opens; nothing is stored."""

    report: dict[str, Any]
    found: tuple[Finding, ...]
    material: Material
    left: Left = ()  # what the text that the course came from sets aside


def understood_tags() -> frozenset[str]:
    """OLX tags that an installed kind reads."""
    return frozenset(tag for kind in installed().values() for tag in kind.olx_tags)


def check_course(path: Path, *, limits: Limits, now: dt.datetime) -> dict[str, Any]:
    """The report of `look_into`."""
    return look_into(path, limits=limits, now=now).report


def look_into(path: Path, *, limits: Limits, now: dt.datetime) -> Looked:
    """What a file holds, and what would not hold in a run opened from it `now`, without storing anything.

    Raises CordeeError when it cannot be read at all.
    """
    with open_archive(path, limits) as archive:
        course = read_course(archive)
        compiled = compile_course([course], archives=[archive])
    opens_at, closes_at = dates_of(RunOptions(), course.policy, now)
    mark = lowest_cutoff(compiled.outline)
    told = run_remarks(compiled.outline, opens_at=opens_at, closes_at=closes_at, pass_mark=mark, now=now)
    material = _material([course], compiled)
    found, left = parted(look_at(material, RunFacts(opens_at, closes_at, mark, now)), compiled.outline)
    return Looked(_with_remarks(_report([course], compiled), told), found, material, left)


def _material(courses: Sequence[OlxCourse], compiled: Compiled) -> Material:
    named = zip(compiled.outline.languages, courses, strict=True)
    return material_of(compiled, {language: set(course.assets) for language, course in named})


def _with_remarks(report: Mapping[str, Any], first: Iterable[Remark]) -> dict[str, Any]:
    return {**report, "warnings": [*(remark.to_json() for remark in first), *report["warnings"]]}


def import_course(  # noqa: PLR0913 - one option a fact that the operator may state
    path: Path,
    *,
    limits: Limits,
    options: RunOptions,
    now: dt.datetime,
    translations: Sequence[Path] = (),
    language: str = "",
    credits_line: str = "",
    published: Published = BY_COMMAND,
    progress: Progress = lambda done, total: None,
) -> Imported:
    """Publish a version and open a run, or neither: a failure leaves nothing behind.

    The same content again changes nothing; changed content makes the next version, which an existing run shows only
    when `options.update_run` says so.
    """
    with contextlib.ExitStack() as stack:
        archives = [stack.enter_context(open_archive(one, limits)) for one in (path, *translations)]
        courses = [read_course(archive) for archive in archives]
        compiled = compile_course(courses, archives=archives, language=language, credits_line=credits_line)
        return take_in(courses, compiled, archives, options=options, now=now, published=published, progress=progress)


def take_in(  # noqa: PLR0913 - each a fact of its own, by name
    courses: Sequence[OlxCourse],
    compiled: Compiled,
    archives: Sequence[Streams],
    *,
    options: RunOptions,
    now: dt.datetime,
    text: Mapping[str, Any] | None = None,
    material: Material | None = None,
    published: Published = BY_COMMAND,
    progress: Progress = lambda done, total: None,
) -> Imported:
    """Publish a version of courses that were read and compiled, and open a run, or neither.

    `text`: the files of the course text that they were made from, if they were. `material`: what checks have read of
    `compiled` already, if they have.
    """
    material = material or _material(courses, compiled)
    report = {**_report(courses, compiled), "estimate": estimate_of(material).to_json()}
    with _files_kept_on_success() as added:
        files = _store_files(compiled, courses, archives, added, progress)
        with storage().held(), transaction.atomic():
            version, changed = publish_version(
                compiled=compiled,
                files=files,
                store_again=lambda gone: _store_again(gone, compiled, courses, archives, added),
                extra=_extra(courses, compiled),
                report=report,
                now=now,
                text=text,
                published=published,
            )
            shown_before = shown_by(options.key or compiled.run, version)
            run, opened = open_run(
                version=version, compiled=compiled, options=options, policy=courses[0].policy, now=now
            )
            review = state_of(version)
    told = remarks_of(run, read_outline(run.version.sha256), now)
    facts = RunFacts(run.opens_at, run.closes_at, run.pass_mark, now, run.due)
    found, _left = parted(look_at(material, facts), compiled.outline)
    return Imported(
        run,
        version.number,
        changed or opened,
        run.version.number if run.pk else 0,
        _with_remarks(report, told),
        found,
        review,
        shown_before,
    )


@contextlib.contextmanager
def _files_kept_on_success() -> Iterator[list[str]]:
    """Files that this import added are taken away again when it fails."""
    added: list[str] = []
    try:
        yield added
    except BaseException:
        take_away(added)
        raise


def _store_files(
    compiled: Compiled,
    courses: Sequence[OlxCourse],
    archives: Sequence[Streams],
    added: list[str],
    progress: Progress,
) -> Files:
    total = sum(len(course.assets) for course in courses)
    done = 0
    files: Files = {}
    for language, course, archive in zip(compiled.outline.languages, courses, archives, strict=True):
        mine = files.setdefault(language, {})
        for asset in course.assets.values():
            mine[asset.name] = _put(asset.name, archive.stream(asset.member), added)
            done += 1
            progress(done, total)
        for name, image in compiled.found_files.get(language, {}).items():
            mine[name] = _put(name, iter([image]), added)
    return files


def _store_again(
    gone: Collection[str],
    compiled: Compiled,
    courses: Sequence[OlxCourse],
    archives: Sequence[Streams],
    added: list[str],
) -> None:
    """Files that were there already when they were stored, and that an import which failed has taken away since."""
    files = _store_files(compiled, courses, archives, added, lambda _done, _total: None)
    found = {one.sha256 for names in files.values() for one in names.values()}
    if not found.issuperset(gone):
        raise Conflict(N_("The archive was changed while it was read. Import it again."))


def _put(name: str, chunks: Iterator[bytes], added: list[str]) -> StoredFile:
    """Keep a file; its type goes by its content, whatever its name claims."""
    reading = _Chunks(chunks)
    stored = storage().put(io.BufferedReader(reading))
    if stored.is_new:
        added.append(stored.sha256)
    return StoredFile(stored.sha256, content_type_of(name, reading.head), stored.size_bytes)


class _Chunks(io.RawIOBase):
    """Reads chunks as a stream; `head` is how it begins."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""
        self.head = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
            if len(self.head) < HEAD_BYTES:
                self.head += chunk[: HEAD_BYTES - len(self.head)]
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n


def _extra(courses: Sequence[OlxCourse], compiled: Compiled) -> dict[str, Any]:
    """What the archives held besides the outline, kept for a later export."""
    return {
        language: {
            "policy": dict(course.policy),
            "policies": dict(course.policies),
            "grading": grading_json(course.grading),
            "about": {name: page.html for name, page in course.about.items()},
            "updates": [_update(page) for page in course.updates],
            "tabs": [_page(page) for page in course.tabs],
            "handouts": course.handouts,
            "drafts": [_block(block) for block in course.drafts],
            "root": {
                "attributes": _own_attributes(course),
                "more": course.root.extra,
            },
            "structure": compiled.structure.get(language, {}),
            "verbatim": dict(course.verbatim),
            "elsewhere": {asset.name: asset.path for asset in course.assets.values() if asset.path},
            "made": sorted(compiled.made_files.get(language, ())),
        }
        for language, course in zip(compiled.outline.languages, courses, strict=True)
    }


def _own_attributes(course: OlxCourse) -> dict[str, str]:
    """What the element of the course says and its policy does not, which wins over it."""
    said = {"org": course.organisation, "course": course.number, **course.root.attributes}
    return {name: value for name, value in said.items() if name not in course.policy}


def _page(page: Page) -> dict[str, Any]:
    return {"slug": page.slug, "title": page.title, "html": page.html, "date": page.date, "visible": page.visible}


def _update(page: Page) -> dict[str, Any]:
    return {**_page(page), "more": dict(page.more)} if page.more else _page(page)


def _block(block: Block) -> dict[str, Any]:
    return {
        "tag": block.tag,
        "id": block.id,
        "attributes": dict(block.attributes),
        "content": block.content,
        "more": block.extra,
        "children": [_block(child) for child in block.children],
    }


def _report(courses: Sequence[OlxCourse], compiled: Compiled) -> Mapping[str, Any]:
    """What is kept with the version: counts of the first language, remarks of all."""
    found = [read_report(course, understood_tags()) for course in courses]
    merged = dict(found[0])
    for other in found[1:]:
        for name in ("unknown", "missing_assets", "missing", "dropped_secrets"):
            merged[name] = [*merged[name], *other[name]]
    remarks = [remark for course in courses for remark in course.warnings] + compiled.remarks
    return merged | {"warnings": [remark.to_json() for remark in remarks]}
