"""What is a learner's grade now, and what stands beside it in the gradebook? Written where points change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from cordee.courses.models import Run
from cordee.courses.outlines import Outline
from cordee.learning.access import belongs
from cordee.learning.grades import CourseGrade, TypeGrade, course_grade
from cordee.learning.journal import record_of
from cordee.learning.models import ActivityState, Enrolment, UnitView
from cordee.learning.prepared import change
from cordee.learning.queries import states_of, states_of_many, viewer_of, views_of, views_of_many

DIGITS = 4  # of a share in the gradebook
BATCH = 500  # enrolments


def points_of(states: Mapping[str, ActivityState]) -> Mapping[str, float]:
    """The points that count, by activity; nothing for what has none yet."""
    return {activity: state.points for activity, state in states.items() if state.points is not None}


def update_grade(enrolment: Enrolment, outline: Outline, now: dt.datetime) -> None:
    """Compute grade and marks anew, in the transaction of what changed them; a changed grade is an event.

    2 queries, 3 where containers choose; and 2 more when something changed.
    """
    states = states_of(enrolment)
    # what counts may depend on what was drawn, and on what was done
    opened: Mapping[str, UnitView] = views_of(enrolment) if outline.units_with_containers else {}
    found = _graded(enrolment, outline, states, opened)
    grade, marks = max(0.0, found.grade), marks_from(found.types)
    before = (enrolment.grade, enrolment.marks, enrolment.marks_of)
    if (grade, marks, enrolment.run.version_id) == before:
        return
    changed = grade != enrolment.grade
    enrolment.grade, enrolment.marks, enrolment.marks_of = grade, marks, enrolment.run.version_id
    enrolment.graded_at = now if changed else enrolment.graded_at
    enrolment.save(update_fields=["grade", "graded_at", "marks", "marks_of"])
    if changed:
        record_of(
            enrolment,
            verb="graded",
            at=now,
            data={"grade": grade, "passed": grade >= enrolment.run.pass_mark},
        )


def marks_from(types: Iterable[TypeGrade]) -> dict[str, float]:
    """The share of each graded section of which something was handed in, by the section's id."""
    return {
        graded.section.id: round(graded.share, DIGITS)
        for line in types
        for graded in line.sections
        if graded.section is not None and not graded.missing
    }


def bring_marks_up_to_date(run: Run, outline: Outline) -> int:
    """Compute the marks of enrolments that have none of this version: of an older one, or from before there were marks.

    Grades stay as they are: they change with the learner's next answer, as ever. 1 query when nothing is to be done;
    else 5 a batch. The number of enrolments that were changed.
    """
    stale = Enrolment.objects.filter(run=run).exclude(marks_of=run.version_id).select_related("cohort").order_by("pk")
    done = 0
    while batch := list(stale[:BATCH]):
        _mark(batch, run, outline)
        done += len(batch)
    return done


@transaction.atomic
def _mark(batch: Sequence[Enrolment], run: Run, outline: Outline) -> None:
    # Answers that are handed in now wait: else marks of a moment ago would be written over theirs.
    list(
        Enrolment.objects.select_for_update().filter(pk__in=[one.pk for one in batch]).order_by("pk").values_list("pk")
    )
    states = states_of_many(list(batch))
    opened = views_of_many(list(batch)) if outline.units_with_containers else {}
    for enrolment in batch:
        found = _graded(enrolment, outline, states[enrolment.pk], opened.get(enrolment.pk, {}))
        enrolment.marks, enrolment.marks_of = marks_from(found.types), run.version_id
    change(batch, "marks", "marks_of")


def _graded(
    enrolment: Enrolment,
    outline: Outline,
    states: Mapping[str, ActivityState],
    opened: Iterable[str] | Mapping[str, UnitView],
) -> CourseGrade:
    viewer = viewer_of(enrolment, outline, states, tuple(opened))
    return course_grade(outline, points_of(states), belongs(*viewer.groups), viewer.counted)
