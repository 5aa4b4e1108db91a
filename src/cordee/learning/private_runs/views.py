"""An organisation's own sessions: the list, a new one, its dates and its pass mark."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_default_timezone, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core import clock
from cordee.core.errors import N_, CordeeError, NotFound
from cordee.courses.elsewhere import host_of
from cordee.courses.models import Run
from cordee.courses.private_runs import Terms, change_terms, open_private_run
from cordee.courses.queries import listed_runs, private_runs_of
from cordee.learning.cohorts.pages import title_of
from cordee.learning.organisations.showing import look_of
from cordee.learning.teaching.due_dates import add_due_fields, due_fields, due_wanted
from cordee.people.forms import REQUIRED
from cordee.people.organisations import organisation_by_code
from cordee.people.permissions import Subject, act, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

ACT: Final = "run.open_private"
REFUSED: Final = 400
NO_DAY: Final = gettext_lazy("This is no day. Write it as 2026-12-31.")
NO_MARK: Final = gettext_lazy("This is no mark. Write a number from 0 to 100.")


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        error_messages={**REQUIRED, "invalid": NO_DAY},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class TermsForm(forms.Form):
    """Dates and mark. A day opens at its first second and closes at its last, in the site's zone."""

    use_required_attribute = False

    opens = _day(gettext_lazy("Opens on"))
    closes = _day(
        gettext_lazy("Closes on"), required=False, help_text=gettext_lazy("Empty: it stays open, at everybody’s pace.")
    )
    enrolment_closes = _day(gettext_lazy("Last day to come in"), required=False)
    pass_mark = forms.FloatField(
        label=gettext_lazy("Pass mark, out of 100"),
        min_value=0,
        max_value=100,
        localize=True,
        error_messages={**REQUIRED, "invalid": NO_MARK, "min_value": NO_MARK, "max_value": NO_MARK},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def terms(self) -> Terms:
        told = self.cleaned_data
        return Terms(
            opens_at=_moment(told["opens"], dt.time.min),
            closes_at=_moment(told["closes"], dt.time(23, 59, 59)) if told["closes"] else None,
            enrolment_closes_at=_moment(told["enrolment_closes"], dt.time(23, 59, 59))
            if told.get("enrolment_closes")
            else None,
            pass_mark=told["pass_mark"] / 100,
            due=due_wanted(self),
        )


class PresentTermsForm(TermsForm):
    """Those of a session that is there, with what is due when."""

    def __init__(self, typed: Any, *, run: Run) -> None:
        initial = {
            "opens": _date(run.opens_at),
            "closes": _date(run.closes_at),
            "enrolment_closes": _date(run.enrolment_closes_at),
            "pass_mark": round(100 * run.pass_mark, 2),
        }
        super().__init__(typed, initial=initial)
        add_due_fields(self, run)

    def due(self) -> list[forms.BoundField]:
        return due_fields(self)

    def plain(self) -> list[forms.BoundField]:
        """The other fields."""
        due = {field.name for field in self.due()}
        return [field for field in self if field.name not in due]


class PrivateRunForm(TermsForm):
    """A new session: of which course, called what."""

    run = forms.ChoiceField(label=gettext_lazy("Course"), error_messages=REQUIRED)
    key = forms.CharField(
        label=gettext_lazy("Name of the session"),
        help_text=gettext_lazy("Letters, digits and dashes, for example Acme-2027."),
        max_length=80,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("run", "key", "opens", "closes", "enrolment_closes", "pass_mark")

    def __init__(self, *given: Any, runs: list[Run], **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["run"].choices = [(run.key, title_of(run)) for run in runs]  # type: ignore[attr-defined]


@require_safe
@act(ACT)
def sessions(request: HttpRequest, code: str) -> HttpResponse:
    """The organisation's own sessions. 4 queries, one more for each version not met before."""
    require(request, ACT, Subject.of_organisation(code))
    organisation = organisation_by_code(code)
    runs = [
        {"run": run, "title": title_of(run), "host": "" if run.host == Run.HERE else _(host_of(run))}
        for run in private_runs_of(code)
    ]
    done = request.GET.get("done", "")
    context = {
        "organisation": organisation,
        "name": organisation.name_in(language()),
        "look": look_of(organisation, clock.now()),
        "runs": runs,
        "done": done if done in {"opened", "changed"} else "",
        "breadcrumbs": [Link(label=_("Organisations"), url=reverse("manage-organisations"))],
    }
    return render(request, "learning/private_runs/sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def new_session(request: HttpRequest, code: str) -> HttpResponse:
    """Open one of a course of the catalogue. 4 queries; posted, 3 more."""
    require(request, ACT, Subject.of_organisation(code))
    organisation, now = organisation_by_code(code), clock.now()
    courses = {run.course_id: run for run in listed_runs() if run.host == Run.HERE}  # the latest run of each
    runs = sorted(courses.values(), key=lambda run: title_of(run).casefold())
    initial = {"opens": localtime(now).date(), "pass_mark": 50}
    form = PrivateRunForm(request.POST if request.method == "POST" else None, runs=runs, initial=initial)
    if form.is_valid():
        version = next(run.version for run in runs if run.key == form.cleaned_data["run"])
        try:
            open_private_run(
                version=version,
                key=form.cleaned_data["key"],
                organisation=organisation,
                terms=form.terms(),
                by=signed_in_account(request),
                now=now,
            )
        except CordeeError as refused:
            form.add_error(None, sentence_of(refused))
        else:
            return HttpResponseRedirect(f"{reverse('private-sessions', args=[code])}?done=opened")
    return _form_page(request, form, code, _("New private session"))


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def session_terms(request: HttpRequest, code: str, run_key: str) -> HttpResponse:
    """Dates and mark of one. 4 queries; posted, 3 more."""
    require(request, ACT, Subject.of_organisation(code))
    run = next((one for one in private_runs_of(code) if one.key == run_key), None)
    if run is None:
        raise NotFound(N_("There is no session {key}. Choose one in the course list."), key=run_key[:200])
    form = PresentTermsForm(request.POST if request.method == "POST" else None, run=run)
    if form.is_valid():
        try:
            change_terms(run=run, terms=form.terms(), by=signed_in_account(request), now=clock.now())
        except CordeeError as refused:
            form.add_error(None, sentence_of(refused))
        else:
            return HttpResponseRedirect(f"{reverse('private-sessions', args=[code])}?done=changed")
    return _form_page(request, form, code, run.key)


def _form_page(request: HttpRequest, form: forms.Form, code: str, title: str) -> HttpResponse:
    crumbs = [
        Link(label=_("Organisations"), url=reverse("manage-organisations")),
        Link(label=_("Private sessions"), url=reverse("private-sessions", args=[code])),
    ]
    context = {"form": form, "title": title, "breadcrumbs": crumbs}
    return render(request, "learning/private_runs/form.html", context, status=REFUSED if form.errors else 200)


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=get_default_timezone())


def _date(moment: dt.datetime | None) -> dt.date | None:
    return None if moment is None else localtime(moment, get_default_timezone()).date()
