"""How does a teacher get a version as a file, when making it takes longer than a page may?

A worker writes the archive beside the database, in no backup; the files process gives it to whoever holds the link of
the page. A version never changes, so that its archive is made once and found by what it is made from.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from cordee import __version__
from cordee.core.errors import N_, CordeeError, InputRefused
from cordee.core.signing import to_be_saved
from cordee.core.storage import LocalFolder, sync_folder
from cordee.courses.assets import file_address
from cordee.courses.models import Run, Version
from cordee.jobs.enqueuing import enqueue
from cordee.jobs.models import Job
from cordee.jobs.performing import ForGood, Work
from cordee.jobs.queries import jobs_called
from cordee.people.auditing import note_act
from cordee.people.models import Account

KIND: Final = "course-export"  # of the jobs that write them
ACT: Final = "course.export"
FOLDER: Final = ("exports", "courses")  # below the data folder
TYPE: Final = "application/gzip"


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """How far the archive of one language is."""

    language: str
    address: str = ""  # once it is there
    size_bytes: int = 0
    until: dt.datetime | None = None
    is_being_made: bool = False
    has_failed: bool = False


def made_files() -> LocalFolder:
    """Archives that were asked for, by `name_of`."""
    return LocalFolder(Path(settings.CORDEE.home).joinpath(*FOLDER))


def name_of(version_sha256: str, language: str) -> str:
    """Of the archive: another release may write another one. 64 hex digits, as files have."""
    return hashlib.sha256(f"{version_sha256} {language} {__version__}".encode()).hexdigest()


def ask_for_archive(*, run: Run, language: str, languages: tuple[str, ...], by: Account, now: dt.datetime) -> None:
    """Have the archive of the session's version made, unless it is there or being made. 1–3 queries.

    It leaves a line in the audit. Raises InputRefused for a language that the version has not.
    """
    if language not in languages:
        raise InputRefused(N_("The course is not in this language. Choose one on its page of exports."))
    (state,) = states_of(run=run, languages=(language,), now=now)
    if state.address or state.is_being_made or state.has_failed:
        return
    with transaction.atomic():
        data = {"version": run.version_id, "language": language}
        enqueue(kind=KIND, key=_job_key(run, language, now), data=data, now=now)
        about = f"version {run.version.number} ({language})"
        note_act(account=by, act=ACT, place=f"run:{run.key}", people=0, about=about, now=now)


def states_of(*, run: Run, languages: tuple[str, ...], now: dt.datetime) -> list[ArchiveState]:
    """How far the archive of each language is. 1 query."""
    jobs = jobs_called(KIND, [_job_key(run, language, now) for language in languages])
    return [_state(run, language, jobs.get(_job_key(run, language, now)), now) for language in languages]


def _state(run: Run, language: str, job: Job | None, now: dt.datetime) -> ArchiveState:
    name = name_of(run.version.sha256, language)
    try:
        found = made_files().path(name).stat()
    except FileNotFoundError:
        is_open = job is not None and job.done_at is None and job.given_up_at is None
        failed = job is not None and job.given_up_at is not None
        return ArchiveState(language, is_being_made=is_open, has_failed=failed)
    file_name = f"{run.course.key}-v{run.version.number}-{language}.tar.gz".replace("+", "-")
    address = file_address(sha256=name, name=file_name, content_type=TYPE, day=now.astimezone(dt.UTC).date())
    made_at = dt.datetime.fromtimestamp(found.st_mtime, dt.UTC)
    until = made_at + dt.timedelta(days=settings.CORDEE.export_days)
    return ArchiveState(language, to_be_saved(address), found.st_size, until)


def _job_key(run: Run, language: str, now: dt.datetime) -> str:
    """The same work is enqueued once a day: its file goes after its term, and may be wanted again."""
    return f"{name_of(run.version.sha256, language)} {now.astimezone(dt.UTC):%Y%m%d}"


def work() -> Work:
    """For the queue."""
    return Work(act=_act)


def _act(job: Job) -> None:
    version = Version.objects.select_related("course").get(pk=job.data["version"])
    try:
        make_archive(version, str(job.data["language"]))
    except CordeeError as refused:  # a file that is lost is not found by looking again
        raise ForGood(str(refused)) from refused


def make_archive(version: Version, language: str) -> Path:
    """Write the archive, unless it is there; where. Readers never see half of it."""
    from cordee.courses.exporting import write_export  # not for the processes that only look how far it is

    folder, name = made_files(), name_of(version.sha256, language)
    if folder.exists(name):
        return folder.path(name)
    folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(suffix=".draft", dir=folder.root)
    try:
        with os.fdopen(descriptor, "wb") as out:
            write_export(out, version, language=language)
            out.flush()
            os.fsync(out.fileno())
        place = folder.root / name[:2] / name[2:]
        place.parent.mkdir(exist_ok=True)
        Path(draft).replace(place)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    sync_folder(place.parent)
    return place


def forget_archives(*, before: dt.datetime) -> int:
    """Delete the archives, and what a worker that was killed left of one, that were made before; how many. No query."""
    root, count = made_files().root, 0
    for path in (*root.glob("[0-9a-f][0-9a-f]/*"), *root.glob("*.draft")):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            count += 1
    return count
