"""Pages on which a learner says how they go on: a weekly aim, a pause in a session."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name, localtime
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.core.errors import N_, Conflict, InputRefused
from cordee.courses.outlines import pick
from cordee.learning.queries import seat_in
from cordee.learning.rhythm.aiming import drop_weekly_aim, set_weekly_aim, weekly_aim_of
from cordee.learning.rhythm.forms import RestForm, WeeklyAimForm
from cordee.learning.rhythm.pausing import come_back, rest_until, rests
from cordee.people.permissions import act, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

SEE_OTHER: Final = 303
UNPROCESSABLE: Final = 422


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.rhythm")
def weekly_aim(request: HttpRequest) -> HttpResponse:
    """Set an aim, change it, or have none (the button `none`). 2 queries to show."""
    account = signed_in_account(request)
    aim = weekly_aim_of(account)
    form = WeeklyAimForm(request.POST) if request.method == "POST" else WeeklyAimForm.of(aim)
    if request.method == "POST":
        if "none" in request.POST:
            drop_weekly_aim(account=account)
            return _home()
        if form.is_valid():
            found = form.cleaned_data
            set_weekly_aim(account=account, measure=found["measure"], count=found["count"], now=clock.now())
            return _home()
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "learning/rhythm/weekly_aim.html", {"form": form, "has_aim": aim is not None}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@act("run.rest")
def rest(request: HttpRequest, run_key: str) -> HttpResponse:
    """Take a pause until a day, or come back (the button `back`)."""
    now, zone = clock.now(), get_current_timezone_name()
    seat = seat_in(request, "run.rest", run_key, now)
    if seat.enrolment is None:
        raise Conflict(N_("Only learners take a pause. Enrol in the session first."))
    today = localtime(now).date()
    resting = rests(seat.enrolment, now)
    form = RestForm(today=today, until=localtime(seat.enrolment.rests_until).date() if resting else None)
    if request.method == "POST":
        if "back" in request.POST:
            come_back(enrolment=seat.enrolment)
            return _home()
        form = RestForm(request.POST, today=today)
        if form.is_valid():
            try:
                rest_until(enrolment=seat.enrolment, day=form.cleaned_data["until"], zone=zone, now=now)
            except InputRefused as error:
                form.add_error("until", sentence_of(error))
            else:
                return _home()
    context = {
        "form": form,
        "run_key": run_key,
        "course_title": pick(seat.outline.titles, language(), seat.outline.language),
        "rests_until": seat.enrolment.rests_until if resting else None,
        "now": now,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "learning/rhythm/rest.html", context, status=status)


def _home() -> HttpResponse:
    return HttpResponseRedirect(reverse("mine"), status=SEE_OTHER)
