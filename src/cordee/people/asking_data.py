"""How does a person ask for everything about them?"""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from cordee.core.errors import N_, NotFound
from cordee.jobs.enqueuing import enqueue
from cordee.people.models import Account, DataExport

KIND: Final = "data-export"  # of the jobs that make them


def ask_for_data(*, account: Account, now: dt.datetime) -> DataExport:
    """Have it made soon. While one is being made, that one is given: two requests at once are one. 3–6 queries.

    What was made before goes: its file at once, its link with it.
    """
    with transaction.atomic():
        export, is_new = DataExport.objects.get_or_create(account=account, defaults={"asked_at": now})
        if not is_new:
            export = DataExport.objects.select_for_update().get(pk=export.pk)
            if export.ready_at is None and export.failed_at is None:
                return export
            before = export.number
            export.number, export.asked_at = uuid.uuid4(), now
            export.ready_at = export.expires_at = export.failed_at = None
            export.size_bytes = 0
            export.save()
            transaction.on_commit(lambda: file_of(before).unlink(missing_ok=True))
        enqueue(kind=KIND, key=str(export.number), data={"export": str(export.number)}, now=now)
    return export


def export_of(account: Account) -> DataExport | None:
    """The one that they asked for last. 1 query."""
    return DataExport.objects.filter(account=account).first()


def file_to_give(*, account: Account, number: uuid.UUID, now: dt.datetime) -> Path:
    """The file of this person's own export. 1 query. Raises NotFound for another's, one that is over, or none."""
    export = DataExport.objects.filter(account=account, number=number, expires_at__gt=now).first()
    path = file_of(number)
    if export is None or not path.is_file():
        raise NotFound(N_("This file is not there any more, or is not yours. Ask for your data again."))
    return path


def folder() -> Path:
    """Where they lie: beside the database, in no backup."""
    home: Path = settings.CORDEE.home
    return home / "exports"


def file_of(number: uuid.UUID) -> Path:
    return folder() / f"{number}.zip"


def forget_exports(*, now: dt.datetime) -> int:
    """Delete the files and rows of exports that are over, and files that nobody can ask for; how many. 2 queries."""
    over = DataExport.objects.filter(expires_at__lte=now)
    known = {
        f"{number}.zip" for number in DataExport.objects.exclude(expires_at__lte=now).values_list("number", flat=True)
    }
    count = 0
    for path in folder().glob("*.zip"):
        if path.name not in known:
            path.unlink(missing_ok=True)
            count += 1
    old = (now - dt.timedelta(days=1)).timestamp()
    for draft in folder().glob("*.draft"):  # of a worker that was killed
        if draft.stat().st_mtime < old:
            draft.unlink(missing_ok=True)
    over.delete()
    return count
