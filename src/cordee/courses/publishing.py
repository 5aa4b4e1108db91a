"""Add a version to a course. A version that is already there is found again, never written twice.

Files are stored before the transaction that publishes them, and taken away when it fails; two imports may have the same
file. So who publishes holds the files while looking whether each is there and until the rows say so
(`Storage.held`), and who takes files away does it alone (`Storage.alone`): then a row that is committed keeps its file,
and an import whose file was taken away stores it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from django.db.models import Max

from cordee.core.canonical import content_hash
from cordee.courses.assets import storage
from cordee.courses.compiling import Compiled
from cordee.courses.models import Asset, Content, Course, Version
from cordee.courses.versions.approval import USABLE, state_of
from cordee.courses.versions.moving import follow_harmless
from cordee.courses.versions.noting import read_note
from cordee.courses.versions.reviewing import ask_for_review
from cordee.people.models import Account

BATCH = 500
TEXT = "text"  # of `Version.extra`: the course text that the version was made from


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of an archive that is in the site's storage."""

    sha256: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Published:
    """Who publishes, and why. `by`: None for a command that does not say it. `reviewer`: who is asked to review it."""

    by: Account | None = None
    note: str = ""
    reviewer: Account | None = None


BY_COMMAND: Final = Published()


def publish_version(
    *,
    compiled: Compiled,
    files: Mapping[str, Mapping[str, StoredFile]],
    store_again: Callable[[Collection[str]], None],
    extra: Mapping[str, Any],
    report: Mapping[str, Any],
    now: dt.datetime,
    text: Mapping[str, Any] | None = None,
    published: Published = BY_COMMAND,
) -> tuple[Version, bool]:
    """The course's version with this content, and whether it was added now. Runs that wish it follow it.

    Where the course wants its versions reviewed, a review is asked for in the name of who publishes; none is where
    nobody is named, since whoever asks answers for the version.

    Call it inside a transaction that begins and ends while the files are held.

    Known by content: outline, files and what else the archive held; the latest version counts, so that going back to an
    older text is a new version. `files`: language -> name -> file. `store_again` is given the SHA-256 of files that
    another import, which failed, has taken away since they were stored. `text`: the files of a course text, kept with
    the version and no part of what it is known by: a folder that was only laid out anew publishes nothing.
    """
    course, _made = Course.objects.get_or_create(
        organisation=compiled.organisation, number=compiled.number, defaults={"created_at": now}
    )
    Course.objects.select_for_update().get(pk=course.pk)
    plain_files = {
        language: {name: [file.sha256, file.content_type] for name, file in names.items()}
        for language, names in files.items()
    }
    outline = compiled.outline_json
    sha256 = content_hash({"course": course.key, "outline": outline, "files": plain_files, "extra": extra})
    latest = Version.objects.filter(course=course).order_by("-number").first()
    if latest and latest.sha256 == sha256:
        return latest, False
    Content.objects.bulk_create(
        [
            Content(sha256=key, kind=content.kind, data=content.data, extra=content.extra)
            for key, content in sorted(compiled.contents.items(), key=itemgetter(0))  # see below
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    distinct = {file.sha256: file for names in files.values() for file in names.values()}
    # In one order for everybody: two imports of like courses that wait for each other's rows would wait for ever.
    Asset.objects.bulk_create(
        [
            Asset(sha256=key, size_bytes=file.size_bytes, content_type=file.content_type)
            for key, file in sorted(distinct.items())
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    gone = [key for key in distinct if not storage().exists(key)]
    if gone:
        store_again(gone)
    number = (Version.objects.filter(course=course).aggregate(n=Max("number"))["n"] or 0) + 1
    version = Version.objects.create(
        course=course,
        number=number,
        sha256=sha256,
        outline=outline,
        files=plain_files,
        extra={**extra, TEXT: dict(text)} if text is not None else dict(extra),
        report=dict(report),
        published_at=now,
        published_by=published.by,
        published_by_name=published.by.name if published.by else "",
        note=read_note(published.note),
    )
    if published.by is not None and state_of(version) not in USABLE:
        ask_for_review(
            version=version, note=published.note, reviewer=published.reviewer, by=published.by, seen=0, now=now
        )
    follow_harmless(version, now)
    return version, True


def take_away(added: Collection[str]) -> None:
    """Remove files that an import added and will not publish, unless another has published them meanwhile.

    `added`: SHA-256 of files. 1 statement for each 500 of them. Waits for imports that are publishing.
    """
    names = sorted(set(added))
    with storage().alone():
        for start in range(0, len(names), BATCH):
            some = names[start : start + BATCH]
            kept = set(Asset.objects.filter(sha256__in=some).values_list("sha256", flat=True))
            for name in some:
                if name not in kept:
                    storage().delete(name)
