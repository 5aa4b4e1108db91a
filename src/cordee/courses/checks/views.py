"""The page of a session before it opens, and where one says why something may stay as it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core import clock
from cordee.core.errors import N_, Conflict, InputRefused, NotFound
from cordee.courses.checks import showing
from cordee.courses.checks.forms import WaiveForm
from cordee.courses.checks.models import Waiver
from cordee.courses.checks.queries import checked_run
from cordee.courses.checks.waiving import look_again, waive
from cordee.courses.queries import outline as read_outline
from cordee.courses.queries import run_by_key, subject_of_run_key
from cordee.people.permissions import act, may, require, signed_in_account
from cordee.people.sessions import account_of
from cordee.ui.sentences import sentence_of


@require_safe
@act("course.checks")
def before_opening(request: HttpRequest, run_key: str) -> HttpResponse:
    """Everything to mend in the version that a session shows, and on the session's dates."""
    account = account_of(request)
    subject = subject_of_run_key(run_key, account)
    require(request, "course.checks", subject)  # before it is known whether there is one
    run = run_by_key(run_key)
    outline, checked = read_outline(run.version.sha256), checked_run(run)
    may_waive = may(account, "course.waive", subject)
    context = {
        "run": run,
        "version": run.version,
        "counts": checked.counts,
        "parts": showing.parts(checked.open, run, outline, may_waive=may_waive),
        "waived": showing.waived(checked.waived, run, outline, may_waive=may_waive),
        "elsewhere": checked.elsewhere,
        "estimate": checked.estimate,
        "total_hours": round(checked.estimate.total_hours),
        "cost_lines": showing.cost_lines(checked.estimate),
        "assumptions": showing.assumptions(),
        "may_list": may(account, "run.teach", subject),
        "may_see_report": may(account, "course.import_report", subject),
    }
    return render(request, "courses/checks/before_opening.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act("course.waive")
def waive_one(request: HttpRequest, run_key: str) -> HttpResponse:
    """Leave what a rule finds at a place as it is, with a reason; or look at it again (`again`)."""
    account = account_of(request)
    require(request, "course.waive", subject_of_run_key(run_key, account))  # before it is known whether there is one
    run = run_by_key(run_key)
    asked = request.POST if request.method == "POST" else request.GET
    rule, place = asked.get("rule", ""), asked.get("place", "")
    back = reverse("before-opening", args=[run.key])
    if request.method == "POST" and "again" in request.POST:
        look_again(course=run.course, rule=rule, place=place)
        return HttpResponseRedirect(back, status=303)
    checked = checked_run(run)
    known = (*checked.open, *(one for one, _waiver in checked.waived))
    found = [one for one in known if one.key == (rule, place)]
    if not found:
        raise NotFound(N_("Nothing is found there any more. Go back to the list."))
    form = WaiveForm(request.POST) if request.method == "POST" else WaiveForm()
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            waive(
                course=run.course, rule=rule, place=place, reason=reason, by=signed_in_account(request), now=clock.now()
            )
            return HttpResponseRedirect(back, status=303)
        except InputRefused as error:
            form.add_error("reason", sentence_of(error))
        except Conflict as error:
            form.add_error(None, sentence_of(error))
    outline = read_outline(run.version.sha256)
    context = {
        "run": run,
        "form": form,
        "title": showing.rule_title(found[0]),
        "lines": [showing.line_of(one, run, outline, may_waive=False) for one in found],
        "rule": rule,
        "place": place,
        "waiver": next((by for one, by in checked.waived if one.key == (rule, place) and isinstance(by, Waiver)), None),
    }
    status = 409 if form.non_field_errors() else 400 if form.errors else 200
    return render(request, "courses/checks/waive.html", context, status=status)
