"""Pages of a version's review: what a colleague reads before approving it, and whether the course wants reviews."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cordee.core import clock
from cordee.core.errors import N_, CordeeError, InputRefused
from cordee.courses.checks import showing
from cordee.courses.checks.queries import checked_alone
from cordee.courses.models import Course, Version
from cordee.courses.outlines import pick
from cordee.courses.queries import outline as read_outline
from cordee.courses.versions.approval import USABLE, State, state_of, steps_of
from cordee.courses.versions.models import ReviewStep
from cordee.courses.versions.queries import (
    colleagues,
    compared_with,
    course_of,
    difference_of,
    numbers_of,
    version_numbered,
)
from cordee.courses.versions.reviewing import (
    ASK,
    REVIEW,
    WAIVE,
    approve,
    ask_for_review,
    send_back,
    set_reviews,
    subject_of,
    take_back,
    waive_review,
)
from cordee.learning.versions.course_views import READ, read_course, read_number
from cordee.learning.versions.forms import AnswerForm, AskForm, ReasonForm
from cordee.learning.versions.showing import STATES, groups_of, step_words, tally_of
from cordee.people.models import Account
from cordee.people.permissions import Subject, act, may, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

UNPROCESSABLE: Final = 422
Form = AskForm | AnswerForm | ReasonForm
ACTS: Final = {"ask": ASK, "approve": REVIEW, "return": REVIEW, "waive": WAIVE, "back": REVIEW}
CHOICES: Final = {"on": True, "off": False, "site": None}


@require_http_methods(["GET", "HEAD", "POST"])
@act(READ)
def review(request: HttpRequest, course_key: str, number: int) -> HttpResponse:
    """What changed, what to mend, what was said; posted, one step more."""
    account, course = read_course(request, course_key)
    version = version_numbered(course, number)
    subject = Subject.of_course(course.organisation, course.number)
    forms, refused = _forms(course, account), None
    if request.method == "POST":
        wanted = request.POST.get("do", "")
        if wanted not in ACTS:
            raise InputRefused(N_("This button is not known. Reload the page."))
        require(request, ACTS[wanted], subject)
        form = _posted(request, wanted, course, account)
        if form.is_valid():
            try:
                _do(wanted, version, form, request, account)
            except CordeeError as error:
                form.add_error(None, sentence_of(error))
            else:
                address = reverse("version-review", args=[course.key, number])
                return HttpResponseRedirect(f"{address}?done={wanted}", status=303)
        forms[_slot(wanted)] = refused = form
    return _page(request, account, version, forms, refused)


@require_POST
@act(WAIVE)
def reviews(request: HttpRequest, course_key: str) -> HttpResponse:
    """Whether versions of the course are reviewed before a session shows them."""
    account = signed_in_account(request)
    organisation, _plus, number = course_key.partition("+")
    require(request, WAIVE, Subject.of_course(organisation, number))
    course = course_of(course_key)
    wanted = request.POST.get("reviews", "")
    if wanted not in CHOICES:
        raise InputRefused(N_("This button is not known. Reload the page."))
    set_reviews(course=course, wanted=CHOICES[wanted], by=account, now=clock.now())
    return HttpResponseRedirect(f"{reverse('versions', args=[course.key])}?done=reviews", status=303)


def _forms(course: Course, account: Account) -> dict[str, Form]:
    people = [one for one in colleagues(course) if one.pk != account.pk]
    return {
        "ask": AskForm(people=people, prefix="ask"),
        "answer": AnswerForm(prefix="answer"),
        "waive": ReasonForm(prefix="waive"),
        "back": ReasonForm(prefix="back"),
    }


def _slot(wanted: str) -> str:
    return "answer" if wanted in {"approve", "return"} else wanted


def _posted(request: HttpRequest, wanted: str, course: Course, account: Account) -> Form:
    slot = _slot(wanted)
    if slot == "ask":
        people = [one for one in colleagues(course) if one.pk != account.pk]
        return AskForm(request.POST, people=people, prefix=slot)
    return AnswerForm(request.POST, prefix=slot) if slot == "answer" else ReasonForm(request.POST, prefix=slot)


def _do(wanted: str, version: Version, form: Form, request: HttpRequest, account: Account) -> None:
    words, seen, now = form.cleaned_data["words"], read_number(request.POST.get("seen", "")), clock.now()
    match wanted:
        case "ask":
            reviewer = form.chosen() if isinstance(form, AskForm) else None
            ask_for_review(version=version, note=words, reviewer=reviewer, by=account, seen=seen, now=now)
        case "approve":
            latest = read_number(request.POST.get("latest", ""))
            approve(version=version, note=words, by=account, seen=seen, seen_latest=latest, now=now)
        case "return":
            send_back(version=version, reason=words, by=account, seen=seen, now=now)
        case "waive":
            waive_review(version=version, reason=words, by=account, seen=seen, now=now)
        case _:
            take_back(version=version, reason=words, by=account, seen=seen, now=now)


def _page(
    request: HttpRequest, account: Account, version: Version, forms: dict[str, Form], refused: Form | None
) -> HttpResponse:
    course, outline = version.course, read_outline(version.sha256)
    subject = subject_of(course)
    steps, state, numbers = steps_of(version), state_of(version), numbers_of(course)
    since = compared_with(version)
    found = difference_of(version_numbered(course, since), version, language()) if since else None
    checked = checked_alone(version)
    first = next(iter(outline.places.values()), None)
    context = {
        "course": course,
        "version": version,
        "title": pick(outline.titles, language(), outline.language),
        "state": state,
        "state_words": STATES[state],
        "steps": [(step, step_words(step)) for step in steps],
        "seen": steps[-1].number if steps else 0,
        "latest": numbers[0],
        "since": since,
        "groups": groups_of(found) if found else [],
        "tally": tally_of(found) if found else [],
        "counts": checked.counts,
        "parts": showing.parts(checked.open, version, outline, may_waive=False),
        "waived": showing.waived(checked.waived, version, outline, may_waive=False),
        "first_unit": reverse("version-unit", args=[course.key, version.number, first.unit.id]) if first else "",
        "forms": forms,
        "refused": refused,
        "done": request.GET.get("done", "") if request.method == "GET" else "",
        "now": clock.now(),
        "zone": get_current_timezone_name(),
        **_doors(account, version, subject, state, steps),
        "breadcrumbs": [
            Link(
                label=_("Versions of %(course)s") % {"course": course.key}, url=reverse("versions", args=[course.key])
            ),
            Link(
                label=_("Version %(n)s") % {"n": version.number},
                url=reverse("version", args=[course.key, version.number]),
            ),
        ],
    }
    return render(request, "learning/versions/review.html", context, status=UNPROCESSABLE if refused else 200)


def _doors(
    account: Account, version: Version, subject: Subject, state: State, steps: list[ReviewStep]
) -> dict[str, bool]:
    """What this reader may do next."""
    asked_by = next((one.by_id for one in reversed(steps) if one.kind == ReviewStep.ASKED), None)
    is_author = account.pk in {version.published_by_id, asked_by}
    waits = state != "unneeded" and state not in USABLE
    may_review = may(account, REVIEW, subject)
    return {
        "may_ask": waits and state != "asked" and may(account, ASK, subject),
        "may_answer": state == "asked" and may_review and not is_author,
        "is_own": state == "asked" and is_author,
        "may_waive": waits and may(account, WAIVE, subject),
        "may_take_back": state in {"asked", "approved", "waived"} and may_review,
    }
