"""What `cordee course import` and `publish` have in common: who publishes, the review, grading, the course list."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cordee.core.errors import N_, InputRefused, NotFound
from cordee.web.command_language import gettext as _
from cordee.web.terminal import say

if TYPE_CHECKING:
    from cordee.courses.importing import Imported
    from cordee.courses.publishing import Published
    from cordee.people.models import Account

PROGRAM = (
    "code"  # the kind of activity whose answers the laboratory judges again, where its page of a session asks for it
)

Listed = Annotated[
    bool, typer.Option("--listed", help=_("Put the session in the public course list; without it, it is not there."))
]
By = Annotated[str, typer.Option("--by", metavar="EMAIL", help=_("Who publishes, by the address of their account."))]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help=_("What is new in this version."))]
Reviewer = Annotated[
    str,
    typer.Option("--reviewer", metavar="EMAIL", help=_("Who is asked to review the version, where that is needed.")),
]
Regrade = Annotated[
    str,
    typer.Option(
        "--regrade", metavar="REASON", help=_("With --update-run: grade the answers that were given again, and why.")
    ),
]
REVIEWS = {  # as the JSON says it
    "unneeded": "not needed",
    "unasked": "to ask",
    "asked": "asked",
    "approved": "approved",
    "returned": "sent back",
    "waived": "waived",
    "revoked": "taken back",
}


@dataclass(slots=True)
class Grading:
    """What moving the session meant for answers that were given."""

    concerned: bool = False
    answers: int = 0  # given to what the new version asks otherwise
    rise: int = 0  # learners whose grade would rise, or rose
    fall: int = 0
    regraded: dict[str, int] | None = field(default=None)  # figures of the regrade; None: scores stayed
    programs: Mapping[str, int] = field(default_factory=dict)  # changed activity -> programs without all points


def published_by(by: str, note: str, reviewer: str) -> Published:
    """Raises NotFound for an address that nobody has, InputRefused for a reviewer without an author."""
    from cordee.courses.publishing import Published

    if reviewer and not by:
        raise InputRefused(N_("Say who asks for the review, with --by and the address of their account."))
    return Published(
        by=account_called(by) if by else None, note=note, reviewer=account_called(reviewer) if reviewer else None
    )


def account_called(email: str) -> Account:
    """Raises NotFound."""
    from cordee.people.queries import account_by_email

    account = account_by_email(email)
    if account is None:
        raise NotFound(N_("Nobody signs in here as {email}. Look for a slip of the hand."), email=email[:120])
    return account


def refuse_lonely_regrade(regrade: str, *, moves: bool) -> None:
    """Raises InputRefused for a regrade of a session that does not move."""
    if regrade and not moves:
        raise InputRefused(N_("--regrade needs --update-run: answers are graded again where the session moves."))


def after_moving(done: Imported, published: Published, *, regrade: str) -> Grading:
    """Marks are brought up to date, else the first look at the desk would wait; what moving means for grades.

    `regrade`: its reason; the session then moves here, together with it.
    """
    from cordee.core import clock
    from cordee.courses.models import Version
    from cordee.courses.queries import outline
    from cordee.courses.versions.approval import USABLE
    from cordee.courses.versions.queries import difference_of
    from cordee.learning.judging.queries import without_all_points
    from cordee.learning.marking import bring_marks_up_to_date
    from cordee.learning.versions.planning import plan_regrade
    from cordee.learning.versions.regrading import move_and_regrade

    if done.run.pk is None or not done.shown_before or done.review not in USABLE:
        return Grading()
    by_number = {
        one.number: one
        for one in Version.objects.filter(course=done.run.course, number__in={done.shown_before, done.version})
    }
    before, after = by_number[done.shown_before], by_number[done.version]
    after.course = done.run.course
    old, new = outline(before.sha256), outline(after.sha256)
    figures = plan_regrade(done.run, new, shown=old).figures
    changed = [
        one
        for one, (_place, entry) in new.entries.items()
        if entry.kind == PROGRAM and one in old.entries and old.entries[one][1].contents != entry.contents
    ]
    weight = difference_of(before, after, "").weight
    found = Grading(
        concerned=weight == "grading" or bool(figures.rise or figures.fall),
        answers=figures.answers,
        rise=figures.rise,
        fall=figures.fall,
        programs=without_all_points(done.run.pk, changed),
    )
    if regrade:
        made = move_and_regrade(
            run=done.run, to=after, seen=done.kept_on, reason=regrade, by=published.by, now=clock.now()
        )
        found.regraded = made.figures if made else {}
    if done.run.version_id == after.pk and before.pk != after.pk:
        bring_marks_up_to_date(done.run, new)
    return found


def grading_as_json(found: Grading) -> dict[str, Any]:
    return {"concerned": found.concerned, "answers": found.answers, "rise": found.rise, "fall": found.fall,
            "regrade": found.regraded, "judge_again": dict(found.programs)}  # fmt: skip


def say_grading(found: Grading, done: Imported) -> None:
    """How many answers are concerned, what was done with them, and how to grade them again."""
    _say_scores(found, done)
    for activity, count in found.programs.items():
        words = _(
            "The exercise {activity} changed. Last programs without all points: {count}. To judge them by "
            "the new version: “Judge again” on the page {url}."
        )
        say(words.format(activity=activity, count=count, url=page_at("programs", done.run.key, activity)))


def _say_scores(found: Grading, done: Imported) -> None:
    if found.regraded is not None:
        if found.regraded:
            words = _("Grades: {rise} rise, {fall} fall, {stay} stay; {newly_pass} learners reach the pass mark.")
            say(words.format(**found.regraded))
        else:
            say(_("No score changed."))
        return
    if not found.concerned:
        return
    if found.programs and not (found.rise or found.fall):
        return  # a regrade judges no program
    if not (found.answers or found.rise or found.fall):
        say(_("This concerns grading. No answer that was given would have another score."))
        return
    words = _(
        "This concerns grading. Answers given to what is asked otherwise now: {answers}. Graded again, grades that "
        "would rise: {rise}, that would fall: {fall}. Every score stays as it is until you say otherwise."
    )
    say(words.format(answers=found.answers, rise=found.rise, fall=found.fall))
    words = _("To grade them again: cordee course move {key} --to {number} --regrade REASON, or the page {url}.")
    say(words.format(key=done.run.key, number=done.version, url=page_at("desk-version", done.run.key)))


def say_review(done: Imported) -> None:
    """What the version waits for, where it waits."""
    match done.review:
        case "unneeded" | "approved" | "waived":
            return
        case "asked":
            words = _("A review of version {number} is asked for: no session shows it before a colleague approves it.")
        case "returned":
            words = _("Version {number} was sent back by a colleague: no session shows it. Mend it and publish again.")
        case _:
            words = _(
                "Version {number} needs the review of a colleague before a session shows it, and nobody has asked for "
                "one. Ask on its page, or publish with --by."
            )
    say(words.format(number=done.version))
    say(page_at("version-review", done.run.course.key, done.version))
    if done.run.pk is None:
        words = _("The session {key} is not open yet. Once the version is approved: the same command again.")
        say(words.format(key=done.run.key))


def once_approved(done: Imported) -> str:
    """What to say of a session that may not move yet; "" when nothing but its team keeps it."""
    if done.review in {"unneeded", "approved", "waived"}:
        return ""
    return _(
        "The session stays on version {number}. Once the newer one is approved: the same command with --update-run."
    )


def say_unlisted(done: Imported) -> None:
    """That a session of everybody is in no list, and how it gets there."""
    run = done.run
    if run.pk is None or run.listed or run.private_to_id is not None:
        return
    words = _("The session is not in the course list. To put it there: the same command with --listed, or {url}.")
    say(words.format(url=page_at("before-opening", run.key)))


def page_at(name: str, *parts: object) -> str:
    """Where a page of the site is; its path alone where nobody told this command the site's address."""
    from django.conf import settings
    from django.urls import reverse

    from cordee.web.environment import is_url_told

    return f"{settings.CORDEE.url if is_url_told(os.environ) else ''}{reverse(name, args=parts)}"
