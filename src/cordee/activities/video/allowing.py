"""Allow a course to play its videos from another site, or no longer."""

from __future__ import annotations

import datetime as dt

from cordee.activities.video.models import MediaHost
from cordee.courses.models import Course
from cordee.people.models import Account


def allow_host(*, course: Course, origin: str, by: Account, now: dt.datetime) -> None:
    """Readers of the course may be sent to `origin` from now on (1 query). Allowed twice is allowed once."""
    MediaHost.objects.bulk_create(
        [MediaHost(course=course, origin=origin, allowed_at=now, allowed_by=by)], ignore_conflicts=True
    )


def forbid_host(*, course: Course, origin: str) -> None:
    """No longer (1 query)."""
    MediaHost.objects.filter(course=course, origin=origin).delete()
