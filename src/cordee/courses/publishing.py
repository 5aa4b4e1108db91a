"""Add a version to a course. A version that is already there is found again, never written twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from django.db.models import Max

from cordee.core.canonical import content_hash
from cordee.courses.assets import storage
from cordee.courses.compiling import Compiled
from cordee.courses.models import Asset, Content, Course, Version

BATCH = 500


def publish_version(
    *,
    compiled: Compiled,
    files: Mapping[str, Mapping[str, tuple[str, str]]],
    extra: Mapping[str, Any],
    report: Mapping[str, Any],
    now: dt.datetime,
) -> tuple[Version, bool]:
    """The course's version with this content, and whether it was added now. Call it inside a transaction.

    Known by content: outline, files and what else the archive held; the latest version counts, so that going back to an
    older text is a new version.
    """
    course, _made = Course.objects.get_or_create(
        organisation=compiled.organisation, number=compiled.number, defaults={"created_at": now}
    )
    Course.objects.select_for_update().get(pk=course.pk)
    plain_files = {language: {name: list(found) for name, found in names.items()} for language, names in files.items()}
    sha256 = content_hash(
        {"course": course.key, "outline": compiled.outline_json, "files": plain_files, "extra": extra}
    )
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
    distinct = {sha256: kind for names in files.values() for sha256, kind in names.values()}
    # In one order for everybody: two imports of like courses that wait for each other's rows would wait for ever.
    Asset.objects.bulk_create(
        [
            Asset(sha256=key, size_bytes=storage().path(key).stat().st_size, content_type=kind)
            for key, kind in sorted(distinct.items())
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    number = (Version.objects.filter(course=course).aggregate(n=Max("number"))["n"] or 0) + 1
    version = Version.objects.create(
        course=course,
        number=number,
        sha256=sha256,
        outline=compiled.outline_json,
        files=plain_files,
        extra=dict(extra),
        report=dict(report),
        published_at=now,
    )
    return version, True
