"""Pages of a class: how it uses the course, when it meets, who is ready, who has earned credits."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.core import clock
from cordee.core.errors import N_, CordeeError, NotFound
from cordee.courses.models import Run
from cordee.courses.outlines import pick
from cordee.courses.queries import outline as read_outline
from cordee.learning.cohorts import pages, queries, teaching
from cordee.learning.cohorts.exporting import credits_csv
from cordee.learning.cohorts.meeting_days import moment_of
from cordee.learning.models import Cohort
from cordee.people.auditing import note_act
from cordee.people.forms import REQUIRED
from cordee.people.permissions import act, may, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

READ: Final = "cohort.read"
MAKE: Final = "cohort.make"
REFUSED: Final = 400
NO_DAY: Final = gettext_lazy("This is no day. Write it as 2026-12-31.")
NO_TIME: Final = gettext_lazy("This is no time of day. Write it as 14:00.")
NO_NUMBER: Final = gettext_lazy("This is no number. Write digits.")


class UseForm(forms.Form):
    """How the course is used, and what it counts for."""

    use_required_attribute = False

    use = forms.ChoiceField(label=gettext_lazy("How the course is used"), required=False)
    ects = forms.FloatField(
        label=gettext_lazy("Credits (ECTS) for who passes"),
        localize=True,
        min_value=0,
        max_value=teaching.MOST_CREDITS,
        error_messages={**REQUIRED, "invalid": NO_NUMBER, "min_value": NO_NUMBER, "max_value": NO_NUMBER},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        choices = [("", "–"), *((use, _(words)) for use, words in teaching.USES.items())]
        self.fields["use"].choices = choices  # type: ignore[attr-defined] # a ChoiceField


class MeetingForm(forms.Form):
    """When the class meets, and what is to be ready."""

    use_required_attribute = False

    title = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=120,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    day = forms.DateField(
        label=gettext_lazy("Day"),
        error_messages={**REQUIRED, "invalid": NO_DAY},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        error_messages={**REQUIRED, "invalid": NO_TIME},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    units = forms.MultipleChoiceField(
        label=gettext_lazy("Units to be ready"), error_messages=REQUIRED, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, units: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["units"].choices = units  # type: ignore[attr-defined] # a ChoiceField


@require_http_methods(["GET", "HEAD", "POST"])
@act(READ)
def meetings(request: HttpRequest, number: int) -> HttpResponse:
    """The meetings of a class; posted: a new one, or how the course is used. 5 queries; posted, 3 more."""
    cohort = pages.cohort_for(request, READ, number)
    account, now = signed_in_account(request), clock.now()
    makes = may(account, MAKE, queries.subject_of(cohort))
    what = request.POST.get("act", "") if request.method == "POST" else ""
    if request.method == "POST":
        require(request, MAKE, queries.subject_of(cohort))
    use = UseForm(
        request.POST if what == "use" else None, initial={"use": cohort.use, "ects": cohort.credits}, prefix="use"
    )
    plan = MeetingForm(request.POST if what == "plan" else None, units=_units(cohort), initial={"time": "14:00"})
    try:
        if use.is_valid():
            told = use.cleaned_data
            seen = request.POST.get("seen", "")
            teaching.set_use(cohort=cohort, use=told["use"], ects=told["ects"], seen=seen, by=account, now=now)
            return HttpResponseRedirect(f"{reverse('cohort-meetings', args=[number])}?done=use")
        if plan.is_valid():
            _plan(request, cohort, plan.cleaned_data)
            return HttpResponseRedirect(f"{reverse('cohort-meetings', args=[number])}?done=planned")
    except CordeeError as wrong:
        (use if what == "use" else plan).add_error(None, sentence_of(wrong))
    done = request.GET.get("done", "")
    context = {
        "cohort": cohort,
        "about": pages.about(cohort),
        "meetings": teaching.meetings_of(cohort),
        "makes": makes,
        "use": use,
        "seen": teaching.use_digest(cohort),
        "use_words": _(teaching.USES[cohort.use]) if cohort.use else "",
        "plan": plan if cohort.run else None,
        "is_here": pages.is_here(cohort),
        "host": pages.host_words(cohort),
        "now": now,
        "done": done if done in {"use", "planned", "changed", "cancelled"} else "",
        "has_errors": bool(use.errors or plan.errors),
        "breadcrumbs": pages.crumbs(cohort),
    }
    status = REFUSED if use.errors or plan.errors else 200
    return render(request, "learning/cohorts/meetings.html", context, status=status)


@require_safe
@act(READ)
def meeting(request: HttpRequest, number: int, meeting: int) -> HttpResponse:
    """Who is ready for it and what keeps the others; made to be printed. 8 queries."""
    cohort = pages.cohort_for(request, READ, number)
    found = teaching.meeting_of(cohort, meeting)
    if not pages.is_here(cohort):
        raise NotFound(N_("This session is played elsewhere: who is ready is not known here."))
    ready = teaching.readiness(cohort, found, language=language())
    context = {
        "cohort": cohort,
        "about": pages.about(cohort),
        "meeting": found,
        "ready": ready,
        "done": request.GET.get("done") == "changed",
        "makes": may(signed_in_account(request), MAKE, queries.subject_of(cohort)),
        "now": clock.now(),
        "breadcrumbs": (
            *pages.crumbs(cohort),
            Link(label=_("Meetings"), url=reverse("cohort-meetings", args=[number])),
        ),
    }
    return render(request, "learning/cohorts/meeting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act(MAKE)
def change(request: HttpRequest, number: int, meeting: int) -> HttpResponse:
    """Another day, other words, other units. 4 queries; posted, 4 more."""
    cohort = pages.cohort_for(request, MAKE, number)
    found = teaching.meeting_of(cohort, meeting)
    found.cohort = cohort
    here = localtime(found.meets_at)
    held = {"title": found.title, "day": here.date(), "time": here.time(), "units": found.units}
    typed = request.POST if request.method == "POST" else None
    form = MeetingForm(typed, units=_units(cohort), initial=held)
    if form.is_valid():
        told = form.cleaned_data
        try:
            teaching.change_meeting(
                meeting=found,
                title=told["title"],
                meets_at=moment_of(told["day"], told["time"], get_current_timezone()),
                units=told["units"],
                seen=request.POST.get("seen", ""),
                by=signed_in_account(request),
                now=clock.now(),
            )
        except CordeeError as wrong:
            form.add_error(None, sentence_of(wrong))
        else:
            return HttpResponseRedirect(f"{reverse('cohort-meeting', args=[number, meeting])}?done=changed")
    context = {
        "cohort": cohort,
        "meeting": found,
        "form": form,
        "seen": teaching.meeting_digest(found),
        "now": clock.now(),
        "breadcrumbs": (
            *pages.crumbs(cohort),
            Link(label=_("Meetings"), url=reverse("cohort-meetings", args=[number])),
            Link(label=found.title, url=reverse("cohort-meeting", args=[number, meeting])),
        ),
    }
    return render(request, "learning/cohorts/change_meeting.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@act(MAKE)
def cancel(request: HttpRequest, number: int, meeting: int) -> HttpResponse:
    """Remove a meeting; asked for, the page that says what goes with it."""
    cohort = pages.cohort_for(request, MAKE, number)
    if request.method != "POST":
        found = teaching.meeting_of(cohort, meeting)
        return pages.asked(
            request,
            _("Remove the meeting “{title}”?").format(title=found.title),
            [
                _("It goes from the pages and the calendars of everybody in the group. No letter says so."),
                _("What people did in its units is kept."),
                _("If only its day, its time or its units change, change it instead."),
            ],
            button=_("Remove this meeting"),
            back=reverse("cohort-meeting", args=[number, meeting]),
        )
    teaching.cancel_meeting(cohort=cohort, number=meeting, by=signed_in_account(request), now=clock.now())
    return HttpResponseRedirect(f"{reverse('cohort-meetings', args=[number])}?done=cancelled")


@require_POST
@act(READ)
def credits_list(request: HttpRequest, number: int) -> HttpResponse:
    """Who has passed, with the credits proposed, to be handed over; a line of the audit. 7 queries."""
    cohort = pages.cohort_for(request, READ, number)
    body, people = credits_csv(cohort, french=request.POST.get("csv") == "fr")
    place, account = f"cohort:{cohort.pk}", signed_in_account(request)
    note_act(account=account, act=READ, place=place, people=people, about="credits handed over", now=clock.now())
    return pages.csv_file(f"{cohort.name} - ECTS", body)


def _plan(request: HttpRequest, cohort: Cohort, told: dict[str, Any]) -> None:
    teaching.make_meeting(
        cohort=cohort,
        title=told["title"],
        meets_at=moment_of(told["day"], told["time"], get_current_timezone()),
        units=told["units"],
        by=signed_in_account(request),
        now=clock.now(),
    )


def _units(cohort: Cohort) -> list[tuple[str, str]]:
    if cohort.run is None or cohort.run.host != Run.HERE:
        return []
    outline = read_outline(cohort.run.version.sha256)
    return [
        (
            name,
            f"{pick(place.module.titles, language(), outline.language)} · "
            f"{pick(place.unit.titles, language(), outline.language)}",
        )
        for name, place in outline.places.items()
        if not place.unit.staff_only
    ]
