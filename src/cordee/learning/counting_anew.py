"""Compute a learner's grade anew, for a migration that changed which points count: it cannot read a course itself."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from cordee.core import clock
from cordee.courses.queries import outline
from cordee.jobs.models import Job
from cordee.learning.marking import update_grade
from cordee.learning.models import Enrolment

KIND: Final = "count-anew"


@transaction.atomic
def count_anew(job: Job) -> None:
    """Grade and marks of `enrolment`, by its key; a grade that changes is an event. Nothing for one that is gone."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("account", "run__version")
    held = rows.filter(pk=job.data["enrolment"]).first()
    if held is not None:
        update_grade(held, outline(held.run.version.sha256), clock.now())
