"""How does a page show what changed, and what a regrade would do?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cordee.courses.differences.model import RANKS, Difference, Placed, Weight
from cordee.courses.differences.telling import told
from cordee.courses.differences.words import Piece, pieces
from cordee.courses.models import Run
from cordee.courses.versions.approval import State
from cordee.courses.versions.models import ReviewStep
from cordee.learning.models import Enrolment, RegradedEnrolment
from cordee.learning.versions.planning import Standing

WEIGHTS: Mapping[Weight, object] = {
    "grading": _("Concerns grading"),
    "visible": _("Learners will notice"),
    "harmless": _("Harmless"),
}
TONES: Mapping[Weight, str] = {"grading": "warn", "visible": "info", "harmless": ""}
STATES: Mapping[State, object] = {
    "unneeded": _("No review needed"),
    "unasked": _("No review asked for yet"),
    "asked": _("Waits for a review"),
    "approved": _("Approved"),
    "returned": _("Sent back"),
    "waived": _("Without a review"),
    "revoked": _("No longer approved"),
}
STEPS: Mapping[str, object] = {
    ReviewStep.ASKED: _("Review asked for"),
    ReviewStep.APPROVED: _("Approved"),
    ReviewStep.RETURNED: _("Sent back"),
    ReviewStep.WAIVED: _("Let through without a review"),
    ReviewStep.WITHDRAWN: _("Taken back"),
}
SHORT = 90  # signs of words that are shown in a line, one beside the other


@dataclass(frozen=True, slots=True)
class Told:
    """One change as the page says it."""

    words: str
    weight: Weight
    label: object
    tone: str
    before: str
    after: str
    pieces: tuple[Piece, ...]  # of longer words; empty: `before` and `after` are shown as they are
    language: str


@dataclass(frozen=True, slots=True)
class Group:
    """What changed in one activity, in one unit outside its activities, or in the course."""

    number: str
    unit: str
    title: str
    lines: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    weight: Weight
    label: object
    tone: str
    count: int


def groups_of(found: Difference) -> list[Group]:
    """In the order of the difference, what stands in one place together."""
    by_place: dict[tuple[str, str], list[Placed]] = {}
    for placed in found.changes:
        by_place.setdefault((placed.unit, placed.activity), []).append(placed)
    return [
        Group(some[0].number, some[0].unit_title, some[0].title, tuple(_told(one) for one in some))
        for some in by_place.values()
    ]


def tally_of(found: Difference) -> list[Tally]:
    """How many changes of each weight, the weightiest first, those that there are."""
    ranked = sorted(WEIGHTS, key=RANKS.__getitem__, reverse=True)
    return [Tally(one, WEIGHTS[one], TONES[one], n) for one in ranked if (n := found.count(one))]


def _told(placed: Placed) -> Told:
    change = placed.change
    words = told(change.said)
    long = change.before and change.after and max(len(change.before), len(change.after)) > SHORT
    return Told(
        words[:1].upper() + words[1:],
        change.weight,
        WEIGHTS[change.weight],
        TONES[change.weight],
        change.before,
        change.after,
        pieces(change.before, change.after) if long else (),
        placed.language,
    )


def step_words(step: ReviewStep) -> str:
    """What happened in one step of a review."""
    return str(STEPS[step.kind])


@dataclass(frozen=True, slots=True)
class Example:
    """A learner whose grade changes, with both grades (shares of 1)."""

    name: str
    enrolment: int
    before: float
    after: float
    passes: bool  # after
    passed: bool  # before


def examples_of(run: Run, sample: Sequence[Standing] | Sequence[RegradedEnrolment]) -> list[Example]:
    """Names beside the grades (1 query)."""
    rows = [
        (one.enrolment, one.grade, one.new_grade)
        if isinstance(one, Standing)
        else (one.enrolment_id, one.grade_before, one.grade_after)
        for one in sample
    ]
    names = dict(Enrolment.objects.filter(pk__in=[row[0] for row in rows]).values_list("pk", "account__name"))
    mark = run.pass_mark
    return [Example(names[pk], pk, before, after, after >= mark, before >= mark) for pk, before, after in rows]
