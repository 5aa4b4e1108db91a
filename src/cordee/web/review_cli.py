"""`cordee course review|reviews …`: the review of a version by a colleague, and whether a course wants it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cordee.core.errors import N_, InputRefused, NotAllowed
from cordee.web import command_language
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.publishing_cli import REVIEWS, account_called, page_at
from cordee.web.terminal import say, set_up_django

if TYPE_CHECKING:
    from cordee.courses.models import Course, Version
    from cordee.people.models import Account

Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]
Key = Annotated[str, typer.Argument(metavar="KEY", help=_("Key of the course, such as Ingenia+RES101."))]
Choice = Literal["on", "off", "site"]


def add_to(app: typer.Typer) -> None:
    """The commands, beside the others of `cordee course`."""
    app.command(
        "review",
        help=_("Say how the review of a version stands; ask for it, approve the version, send it back.")
        + example("cordee course review Ingenia+RES101 4 --approve --by awa@example.org"),
    )(review)
    app.command(
        "reviews",
        help=_("Say whether a colleague approves the versions of a course before a session shows them; choose it.")
        + example("cordee course reviews Ingenia+RES101 on"),
    )(reviews)


def review(  # noqa: PLR0913, PLR0917 - one option an act
    key: Key,
    number: Annotated[int, typer.Argument(metavar="N", help=_("The version."))],
    asks: Annotated[bool, typer.Option("--ask", help=_("Ask for the review."))] = False,
    approves: Annotated[bool, typer.Option("--approve", help=_("Approve the version."))] = False,
    back: Annotated[
        str | None, typer.Option("--send-back", metavar="REASON", help=_("Send it back: what to mend."))
    ] = None,
    waive: Annotated[
        str | None, typer.Option("--waive", metavar="REASON", help=_("Do without a review (managers, operators): why."))
    ] = None,
    taken: Annotated[
        str | None,
        typer.Option("--take-back", metavar="REASON", help=_("Take a request, an approval or a waiver back: why.")),
    ] = None,
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help=_("With --ask and --approve: what you say."))
    ] = "",
    reviewer: Annotated[
        str, typer.Option("--reviewer", metavar="EMAIL", help=_("With --ask: who is asked, by their address."))
    ] = "",
    by: Annotated[str, typer.Option("--by", metavar="EMAIL", help=_("Who does it, by their address."))] = "",
    as_json: Json = False,
) -> None:
    set_up_django()
    from cordee.courses.versions.queries import course_of, version_numbered
    from cordee.courses.versions.reviewing import ASK, REVIEW, WAIVE
    from cordee.web.database import ready_for_writing

    reasons = [one for one in (back, waive, taken) if one is not None]  # an empty one is asked for, not passed over
    chosen = [asks, approves, *(True for _one in reasons)]
    if sum(chosen) > 1:
        raise InputRefused(N_("Choose one of --ask, --approve, --send-back, --waive and --take-back."))
    if note and not (asks or approves):
        raise InputRefused(N_("--note goes with --ask and --approve. With the others, write it as their reason."))
    if reviewer and not asks:
        raise InputRefused(N_("--reviewer says who is asked, so it goes with --ask alone. Take it out."))
    if by and not any(chosen):
        raise InputRefused(
            N_("--by says who does it, but not what. Add --ask, --approve, --send-back, --waive or --take-back.")
        )
    ready_for_writing(say=lambda words: None if as_json else say(words))
    version = version_numbered(course_of(key), number)
    if any(chosen):
        if not by and waive is None:
            raise InputRefused(N_("Say who does it, with --by and the address of their account."))
        account = account_called(by) if by else None
        _refuse_strangers(account, ASK if asks else WAIVE if waive is not None else REVIEW, version.course)
        words = reasons[0] if reasons else note
        named = account_called(reviewer) if reviewer else None
        _do(
            version,
            account,
            named,
            words,
            asks=asks,
            approves=approves,
            back=back is not None,
            waives=waive is not None,
        )
    _tell(version, as_json=as_json)


def reviews(
    key: Key,
    choice: Annotated[
        Choice | None, typer.Argument(metavar="[on|off|site]", help=_("site: as the setting of the site says."))
    ] = None,
    as_json: Json = False,
) -> None:
    set_up_django()
    from cordee.core import clock
    from cordee.courses.versions.approval import wants_review
    from cordee.courses.versions.queries import course_of
    from cordee.courses.versions.reviewing import set_reviews
    from cordee.web.database import ready_for_writing

    ready_for_writing(say=lambda words: None if as_json else say(words))
    course = course_of(key)
    if choice is not None:
        wanted = {"on": True, "off": False, "site": None}[choice]
        set_reviews(course=course, wanted=wanted, by=None, now=clock.now())
    wants = wants_review(course.pk)
    if as_json:
        said = {True: "on", False: "off", None: "site"}[course.reviews]
        say(json.dumps({"course": course.key, "reviews": wants, "said": said}, ensure_ascii=False))
        return
    if wants:
        say(_("{course}: a session shows a version only once a colleague has approved it.").format(course=course.key))
    else:
        say(_("{course}: sessions show versions without a review.").format(course=course.key))


def _refuse_strangers(account: Account | None, act: str, course: Course) -> None:
    from cordee.courses.versions.reviewing import subject_of
    from cordee.people.permissions import may

    if account is not None and not may(account, act, subject_of(course)):
        raise NotAllowed(N_("{name} may not do this in the course {course}."), name=account.name, course=course.key)


def _do(
    version: Version,
    account: Account | None,
    reviewer: Account | None,
    words: str,
    *,
    asks: bool,
    approves: bool,
    back: bool,
    waives: bool,
) -> None:
    from cordee.core import clock
    from cordee.courses.versions import reviewing
    from cordee.courses.versions.approval import steps_of
    from cordee.courses.versions.queries import numbers_of

    now, steps = clock.now(), steps_of(version)
    seen = steps[-1].number if steps else 0
    if waives:
        reviewing.waive_review(version=version, reason=words, by=account, seen=seen, now=now)
        return
    assert account is not None  # noqa: S101 - `review` has refused it; said for the type checker
    if asks:
        reviewing.ask_for_review(version=version, note=words, reviewer=reviewer, by=account, seen=seen, now=now)
    elif approves:
        latest = numbers_of(version.course)[0]
        reviewing.approve(version=version, note=words, by=account, seen=seen, seen_latest=latest, now=now)
    elif back:
        reviewing.send_back(version=version, reason=words, by=account, seen=seen, now=now)
    else:
        reviewing.take_back(version=version, reason=words, by=account, seen=seen, now=now)


def _tell(version: Version, *, as_json: bool) -> None:
    from django.utils import timezone, translation

    from cordee.courses.versions.approval import state_of, steps_of
    from cordee.courses.versions.queries import compared_with
    from cordee.learning.versions.showing import STATES, step_words
    from cordee.web import amounts

    course, state, steps = version.course, state_of(version), steps_of(version)
    page = page_at("version-review", course.key, version.number)
    if as_json:
        told: list[dict[str, Any]] = [
            {"kind": one.kind, "by": one.by_name, "words": one.words, "reviewer": one.reviewer_name,
             "at": one.at.isoformat()}
            for one in steps
        ]  # fmt: skip
        answer = {
            "course": course.key, "version": version.number, "review": REVIEWS[state], "steps": told, "page": page,
        }  # fmt: skip
        say(json.dumps(answer, ensure_ascii=False))
        return
    here = timezone.get_default_timezone()
    with translation.override(command_language.language()):
        head = str(STATES[state])
        lines = [
            " · ".join(part for part in (step_words(one), one.by_name, amounts.day(one.at, here), one.words) if part)
            for one in steps
        ]
    say(_("Version {number} of {course}: {state}").format(number=version.number, course=course.key, state=head))
    for line in lines:
        say(f"  {line}")
    since = compared_with(version)
    if since:
        words = _("What changed: cordee course diff {course} --from {before} --to {number}")
        say(command_language.with_calls(words.format(course=course.key, before=since, number=version.number)))
    say(page)
