"""Points of grading again that are there already count at least from now on: a better answer given since counts more.

They stay in the column in which the previous release reads them. Grades of who gains by it are computed by the worker
(`counting_anew`): a migration cannot read courses.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.utils import timezone

KIND = "count-anew"  # as `counting_anew.KIND`
ROWS_AT_ONCE = 500


def tell_apart(apps: Any, editor: Any) -> None:
    """Where the latest decision about points was grading again, and its points are those that count."""
    alias = editor.connection.alias
    decisions = apps.get_model("learning", "Decision").objects.using(alias)
    latest: dict[tuple[int, str], float | None] = {}
    known = decisions.filter(kind__in=("points", "regrade")).order_by("pk")
    for enrolment, about, kind, data in known.values_list("enrolment_id", "about", "kind", "data").iterator():
        latest[enrolment, about] = data["after"] if kind == "regrade" else None
    states = apps.get_model("learning", "ActivityState").objects.using(alias)
    floors: list[int] = []
    gaining: set[int] = set()
    rows = states.filter(given__isnull=False).values_list("pk", "enrolment_id", "activity", "earned", "given")
    for pk, enrolment, activity, earned, given in rows.iterator():
        if latest.get((enrolment, activity)) == given:
            floors.append(pk)
            if (earned or 0.0) > given:
                gaining.add(enrolment)
    for start in range(0, len(floors), ROWS_AT_ONCE):
        states.filter(pk__in=floors[start : start + ROWS_AT_ONCE]).update(given_is_floor=True)
    job, now = apps.get_model("jobs", "Job"), timezone.now()
    jobs = [
        job(kind=KIND, key=f"floor:{pk}", data={"enrolment": pk}, enqueued_at=now, due_at=now) for pk in sorted(gaining)
    ]
    job.objects.using(alias).bulk_create(jobs, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0003_queue_and_letters"),
        ("learning", "0019_points_of_grading_again_are_a_floor"),
    ]

    operations = [migrations.RunPython(tell_apart, migrations.RunPython.noop)]
