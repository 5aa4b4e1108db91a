"""Pages of a course's versions: their list, one as it was, what changed from one to another, one restored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.core import clock
from cordee.core.errors import CordeeError, NotFound
from cordee.courses.models import Course, Run, Version
from cordee.courses.outlines import Place, pick
from cordee.courses.queries import outline as read_outline
from cordee.courses.queries import subject_of_run
from cordee.courses.versions.approval import state_of, wants_review
from cordee.courses.versions.citing import citation_of
from cordee.courses.versions.noting import note_version
from cordee.courses.versions.queries import (
    activities_in,
    course_of,
    difference_of,
    numbers_of,
    version_numbered,
    versions_of,
)
from cordee.courses.versions.restoring import restore_version
from cordee.courses.versions.reviewing import WAIVE
from cordee.learning.pages.activity import ActivityView, page_parts
from cordee.learning.pages.looking import Look
from cordee.learning.queries import Seat
from cordee.learning.versions.forms import NoteForm, RestoreForm
from cordee.learning.versions.showing import STATES, groups_of, tally_of
from cordee.learning.views import POLICY_UPDATE
from cordee.people.models import Account
from cordee.people.permissions import Subject, act, grants_of, may, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

READ: Final = "course.versions"
WRITE: Final = "course.publish"
UNPROCESSABLE: Final = 422


@require_safe
@act(READ)
def versions(request: HttpRequest, course_key: str) -> HttpResponse:
    """Every version: when, by whom, why, which runs show it, its review. 8 queries, 1 for each new outline."""
    account, course = read_course(request, course_key)
    lines = versions_of(course, sees=lambda run: _sees(account, run))
    context = {
        "course": course,
        "title": _title(lines[0].sha256) if lines else course.key,
        "lines": [(one, STATES[one.state]) for one in lines],
        "reviewed": wants_review(course.pk),
        "may_choose": may(account, WAIVE, Subject.of_course(course.organisation, course.number)),
        "site_reviews": settings.CORDEE.review_versions,
        "now": clock.now(),
        "done": request.GET.get("done", ""),
        "breadcrumbs": _crumbs(course, []),
    }
    return render(request, "learning/versions/versions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act(READ)
def version(request: HttpRequest, course_key: str, number: int) -> HttpResponse:
    """One version: its plan, how to cite it, its note; posted, the note that it has not got yet. 7 queries."""
    account, course = read_course(request, course_key)
    found = version_numbered(course, number)
    form, status = NoteForm(), 200
    if request.method == "POST":
        require(request, WRITE, Subject.of_course(course.organisation, course.number))
        form = NoteForm(request.POST)
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                note_version(version=found, note=form.cleaned_data["note"], by=account, now=clock.now())
            except CordeeError as error:
                form.add_error(None, sentence_of(error))
            else:
                return HttpResponseRedirect(f"{_address(course, number)}?done=noted", status=303)
    return _version(request, account, course, found, form=form, restore=RestoreForm(), status=status)


@require_POST
@act(WRITE)
def restore(request: HttpRequest, course_key: str, number: int) -> HttpResponse:
    """Publish it again, as a new version."""
    account = signed_in_account(request)
    organisation, _plus, rest = course_key.partition("+")
    require(request, WRITE, Subject.of_course(organisation, rest))
    course = course_of(course_key)
    found = version_numbered(course, number)
    form = RestoreForm(request.POST)
    if form.is_valid():
        try:
            added, _is_new = restore_version(
                version=found,
                note=form.cleaned_data["note"],
                seen=read_number(request.POST.get("seen", "")),
                by=account,
                now=clock.now(),
            )
        except CordeeError as error:
            form.add_error(None, sentence_of(error))
        else:
            return HttpResponseRedirect(f"{_address(course, added.number)}?done=restored", status=303)
    return _version(request, account, course, found, form=NoteForm(), restore=form, status=UNPROCESSABLE)


@require_safe
@act(READ)
def unit(request: HttpRequest, course_key: str, number: int, unit_id: str) -> HttpResponse:
    """A unit as it was in a version: to read, with nothing to hand in."""
    account, course = read_course(request, course_key)
    found = version_numbered(course, number)
    outline = read_outline(found.sha256)
    place = outline.places.get(unit_id)
    if place is None:
        raise NotFound(_("There is no such unit in this version. Choose one from its plan."))
    look = _look(account, course, found)
    parts = [part for part in page_parts(look, place) if isinstance(part, ActivityView)]
    places = list(outline.places.values())
    context = {
        "course": course,
        "version": found,
        "place": place,
        "title": look.words(place.unit.titles),
        "module": look.words(place.module.titles),
        "parts": parts,
        "before": _step(look, places, place.position - 1),
        "after": _step(look, places, place.position + 1),
        "family": outline.family,
        "breadcrumbs": _crumbs(course, [Link(label=_("Version %(n)s") % {"n": number}, url=_address(course, number))]),
    }
    answer = render(request, "learning/versions/unit.html", context)
    setattr(answer, POLICY_UPDATE, _policy(parts))
    return answer


@require_safe
@act(READ)
def changes(request: HttpRequest, course_key: str, number: int) -> HttpResponse:
    """What changed up to this version, since the one before or `?since=N`."""
    _account, course = read_course(request, course_key)
    after = version_numbered(course, number)
    numbers = numbers_of(course)
    before_number = read_number(request.GET.get("since", "")) if request.GET.get("since") else 0
    before_number = before_number or next((n for n in numbers if n < number), 0)
    if not before_number:
        raise NotFound(_("This is the first version of the course: there is nothing to compare it with."))
    before = version_numbered(course, before_number)
    found = difference_of(before, after, language())
    context = {
        "course": course,
        "title": _title(after.sha256),
        "before": before,
        "after": after,
        "numbers": numbers,
        "groups": groups_of(found),
        "tally": tally_of(found),
        "breadcrumbs": _crumbs(course, [Link(label=_("Version %(n)s") % {"n": number}, url=_address(course, number))]),
    }
    return render(request, "learning/versions/changes.html", context)


def _version(
    request: HttpRequest,
    account: Account,
    course: Course,
    found: Version,
    *,
    form: NoteForm,
    restore: RestoreForm,
    status: int,
) -> HttpResponse:
    outline = read_outline(found.sha256)
    look = _look(account, course, found)
    numbers = numbers_of(course)
    context = {
        "course": course,
        "title": look.words(outline.titles),
        "version": found,
        "citation": citation_of(course, found, outline, language()),
        "plan": [
            (
                look.words(module.titles),
                [
                    (outline.places[one.id].number, look.words(one.titles), _unit_address(course, found.number, one.id))
                    for section in module.sections
                    for one in section.units
                ],
            )
            for module in outline.modules
        ],
        "activities": activities_in(outline),
        "latest": numbers[0],
        "state": state_of(found),
        "others": [n for n in numbers if n != found.number],
        "earlier": next((n for n in numbers if n < found.number), 0),
        "may_write": may(account, WRITE, Subject.of_course(course.organisation, course.number)),
        "form": form,
        "restore_form": restore,
        "refused": form if form.errors else restore if restore.errors else None,
        "done": request.GET.get("done", ""),
        "now": clock.now(),
        "zone": get_current_timezone_name(),
        "breadcrumbs": _crumbs(course, []),
    }
    return render(request, "learning/versions/version.html", context, status=status)


def read_course(request: HttpRequest, course_key: str) -> tuple[Account, Course]:
    """The course, for who makes it and who teaches a run of it. Nobody else learns whether it is there.

    1 query for the account, 1 for its roles, 1 for the course, 1 for its runs where a role in one of them decides.
    """
    account = signed_in_account(request)
    organisation, _plus, number = course_key.partition("+")
    subject = Subject.of_course(organisation, number)
    held = {grant.scope for grant in grants_of(account)}
    mine = {scope for scope in held if scope.startswith(f"run:{course_key}+")}
    owners = {scope.removeprefix("org:") for scope in held if scope.startswith("org:")}
    if owners and not may(account, READ, subject):  # who teaches a private run of it
        codes = Run.objects.filter(
            course__organisation=organisation, course__number=number, private_to__code__in=owners
        )
        mine |= {f"org:{code}" for code in codes.values_list("private_to__code", flat=True)}
    require(request, READ, Subject(subject.scopes | mine, subject.standing))
    return account, course_of(course_key)


def _sees(account: Account, run: Run) -> bool:
    return run.private_to_id is None or may(account, "course.import_report", subject_of_run(run))


def _look(account: Account, course: Course, version: Version) -> Look:
    """A look at a version that no run need show: links lead to its own pages, and nothing can be handed in."""
    now = clock.now()
    nowhere = Run(key=f"{course.key}+v{version.number}", course=course, version=version, opens_at=now, pass_mark=0.0)
    seat = Seat(account, nowhere, read_outline(version.sha256), None, teaches=True)
    return Look(seat, language(), now, addresses=lambda unit_id: _unit_address(course, version.number, unit_id))


def _step(look: Look, places: list[Place], position: int) -> tuple[str, str] | None:
    if not 0 <= position < len(places) or look.addresses is None:
        return None
    one = places[position]
    return f"{one.number} {look.words(one.unit.titles)}", look.addresses(one.unit.id)


def _policy(parts: Iterable[ActivityView]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in parts:
        for directive, sources in part.policy.items():
            found.setdefault(directive, []).extend(sources)
    return found


def _title(sha256: str) -> str:
    outline = read_outline(sha256)
    return pick(outline.titles, language(), outline.language)


def _address(course: Course, number: int) -> str:
    return reverse("version", args=[course.key, number])


def _unit_address(course: Course, number: int, unit_id: str) -> str:
    return reverse("version-unit", args=[course.key, number, unit_id])


def _crumbs(course: Course, more: list[Link]) -> list[Link]:
    return [
        Link(label=_("Versions of %(course)s") % {"course": course.key}, url=reverse("versions", args=[course.key])),
        *more,
    ]


def read_number(text: str) -> int:
    """A number that a page carries; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - as the column
