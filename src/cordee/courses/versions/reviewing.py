"""Ask a colleague to look at a version before a session shows it; approve it, send it back, do without, take it back.

Each is a row more: what was said stays. Everybody writes under the lock of the course, as who publishes does, and says
which step and which version were the last they saw: two tabs, a double click or a newer version are found out.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, Conflict, InputRefused, NotAllowed
from cordee.courses.models import Course, Version
from cordee.courses.versions.approval import USABLE, State, state_of, steps_of, wants_review
from cordee.courses.versions.models import ReviewStep
from cordee.courses.versions.moving import follow_harmless
from cordee.courses.versions.noting import read_note
from cordee.courses.versions.review_letters import write_to_author, write_to_reviewer
from cordee.people.auditing import note_act
from cordee.people.models import Account
from cordee.people.permissions import Subject, may

REVIEW: Final = "course.review"
WAIVE: Final = "course.waive_review"
ASK: Final = "course.publish"


@transaction.atomic
def set_reviews(*, course: Course, wanted: bool | None, by: Account | None, now: dt.datetime) -> bool:
    """Whether the course said otherwise before. `wanted`: None for as the site says. 3 queries.

    Sessions stay on the version that they show; what is shown from then on is asked for.
    """
    held = Course.objects.select_for_update().get(pk=course.pk)
    if held.reviews == wanted:
        return False
    Course.objects.filter(pk=course.pk).update(reviews=wanted)
    course.reviews = wanted
    about = {True: "versions are reviewed", False: "no reviews of versions", None: "reviews as the site says"}[wanted]
    note_act(account=by, act=WAIVE, place=f"course:{course.key}", people=0, about=about, now=now)
    return True


@transaction.atomic
def ask_for_review(
    *, version: Version, note: str, reviewer: Account | None, by: Account | None, seen: int, now: dt.datetime
) -> bool:
    """Whether it was asked now; the same again is the same (a double click). `seen`: the last step known, 0 for none.

    `reviewer`: of whom it is asked by name and by a letter; None: of any colleague who may. Raises Conflict where the
    version needs none or somebody was faster, InputRefused for a reviewer who may not review it.
    """
    words = read_note(note)
    held = _Held(version)
    last = held.last
    if last and last.kind == ReviewStep.ASKED and (last.by_id, last.words) == (by.pk if by else None, words):
        return False
    held.refuse_newer_step(seen)
    if held.state in USABLE:
        raise Conflict(N_("Version {number} may be shown already: nobody has to review it."), number=version.number)
    if held.state == "asked":
        raise Conflict(N_("A review of this version is asked for already. Wait for it, or take the request back."))
    author = version.published_by or by
    if reviewer is not None and reviewer.pk in {author.pk if author else 0, by.pk if by else 0}:
        raise InputRefused(N_("Whoever wrote a version does not review it. Name a colleague."))
    if reviewer is not None and not may(reviewer, REVIEW, subject_of(version.course)):
        raise InputRefused(
            N_("{name} may not review versions of this course. Name somebody of its team."), name=reviewer.name
        )
    step = held.add(ReviewStep.ASKED, words, by, now, reviewer=reviewer)
    if reviewer is not None:
        write_to_reviewer(step, version, now)
    return True


@transaction.atomic
def approve(*, version: Version, note: str, by: Account, seen: int, seen_latest: int, now: dt.datetime) -> bool:
    """Whether it was approved now; again is like once. Runs that follow harmless changes may show it from then on.

    `seen_latest`: the number of the latest version when they looked. Raises NotAllowed for whoever wrote the version or
    asked, Conflict where nothing was asked, somebody was faster, or a newer version was published meanwhile.
    """
    words = read_note(note)
    held = _Held(version)
    if held.last and held.last.kind == ReviewStep.APPROVED and held.last.by_id == by.pk:
        return False
    held.refuse_newer_step(seen)
    _refuse_the_author(held, by)
    if held.state != "asked":
        raise Conflict(N_("Nobody asks for a review of this version now. Look at its state."))
    held.refuse_newer_version(seen_latest)
    step = held.add(ReviewStep.APPROVED, words, by, now)
    note_act(account=by, act=REVIEW, place=held.place, people=0, about=f"version {version.number} approved", now=now)
    write_to_author(step, version, now)
    follow_harmless(version, now)
    return True


@transaction.atomic
def send_back(*, version: Version, reason: str, by: Account, seen: int, now: dt.datetime) -> bool:
    """Whether it was sent back now; again is like once. Raises InputRefused without a reason, and as `approve` does."""
    words = _reason(reason, N_("Say what is to be mended: the author reads it."))
    held = _Held(version)
    if held.last and held.last.kind == ReviewStep.RETURNED and (held.last.by_id, held.last.words) == (by.pk, words):
        return False
    held.refuse_newer_step(seen)
    _refuse_the_author(held, by)
    if held.state != "asked":
        raise Conflict(N_("Nobody asks for a review of this version now. Look at its state."))
    step = held.add(ReviewStep.RETURNED, words, by, now)
    about = f"version {version.number} sent back"
    note_act(account=by, act=REVIEW, place=held.place, people=0, about=about, now=now)
    write_to_author(step, version, now)
    return True


@transaction.atomic
def waive_review(*, version: Version, reason: str, by: Account | None, seen: int, now: dt.datetime) -> bool:
    """A manager lets a version be shown that no colleague approved; whether they did so now. Noted with the reason.

    Also of a version of their own: a course whose only colleague has gone is not stuck. `by`: None for a command.
    """
    words = _reason(reason, N_("Say why no colleague reviews this version: whoever comes after you will ask."))
    held = _Held(version)
    mine = by.pk if by else None
    if held.last and held.last.kind == ReviewStep.WAIVED and (held.last.by_id, held.last.words) == (mine, words):
        return False
    held.refuse_newer_step(seen)
    if held.state in USABLE:
        raise Conflict(N_("Version {number} may be shown already: nobody has to review it."), number=version.number)
    step = held.add(ReviewStep.WAIVED, words, by, now)
    about = f"version {version.number} without a review: {words}"[:200]
    note_act(account=by, act=WAIVE, place=held.place, people=0, about=about, now=now)
    write_to_author(step, version, now)
    follow_harmless(version, now)
    return True


@transaction.atomic
def take_back(*, version: Version, reason: str, by: Account | None, seen: int, now: dt.datetime) -> bool:
    """Take back a request, an approval or a waiver; whether it was done now. Sessions that show the version stay on it.

    Raises InputRefused without a reason, Conflict where there is nothing to take back.
    """
    words = _reason(reason, N_("Say why it is taken back: your colleagues read it."))
    held = _Held(version)
    mine = by.pk if by else None
    if held.last and held.last.kind == ReviewStep.WITHDRAWN and (held.last.by_id, held.last.words) == (mine, words):
        return False
    held.refuse_newer_step(seen)
    if held.last is None or held.last.kind not in {ReviewStep.ASKED, ReviewStep.APPROVED, ReviewStep.WAIVED}:
        raise Conflict(N_("There is nothing to take back: look at the state of this version."))
    step = held.add(ReviewStep.WITHDRAWN, words, by, now)
    about = f"review of version {version.number} taken back"
    note_act(account=by, act=REVIEW, place=held.place, people=0, about=about, now=now)
    write_to_author(step, version, now)
    return True


def subject_of(course: Course) -> Subject:
    """What is asked of the table of roles."""
    return Subject.of_course(course.organisation, course.number)


class _Held:
    """A version whose course is locked: nobody publishes or reviews it meanwhile (4 queries)."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.course = Course.objects.select_for_update().get(pk=version.course_id)
        self.place = f"course:{self.course.key}"
        self.steps = steps_of(version)
        self.state: State = state_of(version)
        if not wants_review(version.course_id):
            raise Conflict(N_("The versions of this course need no review."))

    @property
    def last(self) -> ReviewStep | None:
        return self.steps[-1] if self.steps else None

    @property
    def asked_by(self) -> int | None:
        """Who asked last."""
        return next((one.by_id for one in reversed(self.steps) if one.kind == ReviewStep.ASKED), None)

    def refuse_newer_step(self, seen: int) -> None:
        number = self.last.number if self.last else 0
        if number != seen:
            raise Conflict(N_("Somebody else was faster: the review is shown below as it is now. Look, then decide."))

    def refuse_newer_version(self, seen_latest: int) -> None:
        latest = Version.objects.filter(course=self.course).order_by("-number").values_list("number", flat=True)[0]
        if latest != seen_latest:
            raise Conflict(
                N_("Version {number} was published meanwhile. Look at it, then decide again."), number=latest
            )

    def add(
        self, kind: str, words: str, by: Account | None, now: dt.datetime, *, reviewer: Account | None = None
    ) -> ReviewStep:
        author = self.version.published_by
        if author is None and kind == ReviewStep.ASKED:
            author = by
        elif author is None:
            author = next((one.author for one in reversed(self.steps) if one.kind == ReviewStep.ASKED), None)
        return ReviewStep.objects.create(
            version=self.version,
            number=len(self.steps) + 1,
            kind=kind,
            words=words,
            by=by,
            by_name=by.name if by else "",
            author=author,
            author_name=author.name if author else "",
            reviewer=reviewer,
            reviewer_name=reviewer.name if reviewer else "",
            at=now,
        )


def _refuse_the_author(held: _Held, by: Account) -> None:
    if by.pk in {held.version.published_by_id, held.asked_by}:
        raise NotAllowed(
            N_("Whoever wrote a version does not review it. Ask a colleague; a manager may do without one.")
        )


def _reason(text: str, missing: str) -> str:
    words = read_note(text)
    if not words:
        raise InputRefused(missing)
    return words
