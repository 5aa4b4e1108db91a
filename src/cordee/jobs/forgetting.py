"""Which letters, files of letters and jobs are forgotten after their term? Settings say it (`web/retention.py`)."""

from __future__ import annotations

import datetime as dt

from cordee.jobs.models import Job, Letter, Message
from cordee.jobs.writing_letters import files_folder


def forget_letters(*, before: dt.datetime) -> int:
    """Delete letters that left, or were given up, before; how many. 2–3 queries.

    One that bounced stays: no other is written to its address because of it.
    """
    count = Letter.objects.filter(settled_at__lt=before).exclude(state=Letter.BOUNCED).delete()[0]
    Message.objects.filter(letters=None).delete()
    return count


def forget_mail_files(*, before: dt.datetime) -> int:
    """Delete the files into which letters were written before; how many. No query."""
    folder = files_folder()
    count = 0
    for path in folder.glob("*.eml") if folder is not None else ():
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            count += 1
    return count


def forget_jobs(*, before: dt.datetime) -> int:
    """Delete the rows of what was done before; how many. 1 query."""
    return Job.objects.filter(done_at__lt=before).delete()[0]
