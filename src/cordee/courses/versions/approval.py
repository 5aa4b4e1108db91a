"""May a session show this version? Where a course wants it, only once a colleague has approved it.

Every write that lets a run show a version asks here (`moving`, `opening`, `private_runs`); nothing else decides it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from django.conf import settings
from django.db.models import F

from cordee.core.errors import N_, Conflict
from cordee.courses.models import Course, Version
from cordee.courses.versions.models import ReviewStep

# unneeded: the course wants no review. unasked: nobody has asked for one, or the request was taken back.
# revoked: it was approved or waived, and no longer is. What the others are is the last step.
State = Literal["unneeded", "unasked", "asked", "approved", "returned", "waived", "revoked"]
USABLE: Final[frozenset[State]] = frozenset({"unneeded", "approved", "waived"})


class ReviewFirst(Conflict):
    """A session cannot show the version yet: a colleague has to approve it."""


def wants_review(course_id: int) -> bool:
    """Whether the versions of the course are reviewed: as the course says, else as the site does. 1 query."""
    said = Course.objects.values_list("reviews", flat=True).get(pk=course_id)
    return bool(settings.CORDEE.review_versions) if said is None else said


def steps_of(version: Version) -> list[ReviewStep]:
    """All that was said, in its order. 1 query."""
    return list(ReviewStep.objects.filter(version=version).order_by("number"))


def state_of(version: Version) -> State:
    """2 queries, 1 where the course wants no review."""
    return _state(steps_of(version)) if wants_review(version.course_id) else "unneeded"


def states_of(course: Course) -> dict[int, State]:
    """By number of the version, those of which anything was said. 1 query."""
    found: dict[int, list[ReviewStep]] = {}
    steps = ReviewStep.objects.filter(version__course=course).order_by("number").annotate(of=F("version__number"))
    for step in steps:
        found.setdefault(step.of, []).append(step)
    return {number: _state(mine) for number, mine in found.items()}


def is_usable(version: Version) -> bool:
    """Whether a session may show it. 2 queries, 1 where the course wants no review."""
    return state_of(version) in USABLE


def refuse_unapproved(version: Version) -> None:
    """Raises ReviewFirst for a version that no session may show yet. The queries of `is_usable`."""
    if not is_usable(version):
        raise ReviewFirst(
            N_(
                "Version {number} of {course} waits for the review of a colleague, so no session can show it yet. "
                "Its page says who may approve it."
            ),
            number=version.number,
            course=version.course.key,
        )


def _state(steps: Iterable[ReviewStep]) -> State:
    """What the last step leaves, a request that was taken back being none."""
    state: State = "unasked"
    for step in steps:
        match step.kind:
            case ReviewStep.ASKED:
                state = "asked"
            case ReviewStep.APPROVED:
                state = "approved"
            case ReviewStep.RETURNED:
                state = "returned"
            case ReviewStep.WAIVED:
                state = "waived"
            case _:
                state = "unasked" if state == "asked" else "revoked"
    return state
