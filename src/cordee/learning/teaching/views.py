"""Pages of whoever teaches a run: read the request, call one act or query, choose the response."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.core import clock
from cordee.core.errors import CordeeError
from cordee.courses.queries import subject_of_run_key
from cordee.courses.setting_run import RunSettings, set_run
from cordee.learning.allowing_time import give_time, let_begin_again
from cordee.learning.extending import extend_deadline
from cordee.learning.giving_points import give_points
from cordee.learning.marking import bring_marks_up_to_date
from cordee.learning.models import Enrolment
from cordee.learning.queries import AS_LEARNER
from cordee.learning.regrading import regrade
from cordee.learning.teaching import gradebook, learner_page
from cordee.learning.teaching.desks import Desk, desk_in, enrolment_at
from cordee.learning.teaching.forms import AnewForm, ExtensionForm, PointsForm, RegradeForm, SettingsForm, TimeForm
from cordee.people.auditing import note_look
from cordee.people.permissions import act, require
from cordee.people.sessions import account_of
from cordee.ui import dates
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

UNPROCESSABLE = 422
DecisionForm = PointsForm | ExtensionForm | TimeForm | AnewForm | RegradeForm


@require_safe
@act("run.results")
def learners(request: HttpRequest, run_key: str) -> HttpResponse:
    """Who is in the run, and their grades: a page of a hundred, or the whole table. 6 queries."""
    now = clock.now()
    desk = desk_in(request, "run.results", run_key, language=language())
    note_look(account=desk.account, act="run.results", place=f"run:{run_key}", about="grades", now=now)
    wanted = gradebook.Wanted.read(request.GET.dict())
    sections = [(section.id, desk.words(section.titles)) for section in desk.sections()]
    keys = [key for key, _title in sections]
    context: dict[str, Any] = {"desk": desk, "wanted": wanted, "sections": sections, "now": now}
    if wanted.whole:
        bring_marks_up_to_date(desk.run, desk.outline)
        rows = gradebook.rows_as_html(gradebook.every_line(desk.run, wanted), keys)
        context |= {"total": rows.count("\n") + 1 if rows else 0}
    else:
        page = gradebook.page_of(desk.run, wanted)
        if any(line.marks_of != desk.run.version_id for line in page.lines):
            bring_marks_up_to_date(desk.run, desk.outline)
            page = gradebook.page_of(desk.run, wanted)
        zone = get_current_timezone_name()
        beside = [
            (
                escape(line.cohort),
                escape(dates.day(line.seen_at, zone, desk.language, now=now)) if line.seen_at else "–",
            )
            for line in page.lines
        ]
        heads = [_("Cohort"), _("Last here"), _("Grade"), *(title for _key, title in sections)]
        rows = gradebook.rows_as_html(page.lines, keys, beside=beside, heads=heads)
        context |= {
            "page": page,
            "total": page.total,
            "before": wanted.query(page=page.number - 1) if page.number > 1 else "",
            "after": wanted.query(page=page.number + 1) if page.number < page.pages else "",
        }
    cohorts = gradebook.cohorts_of(desk.run)
    context |= {
        "rows": mark_safe(rows),  # noqa: S308 - every name in it is escaped where the rows are made
        "cohorts": [(str(key), name) for key, name in cohorts],
        "standings": _standings(),
        "orders": _orders(),
        "whole_url": wanted.query(whole=1, page=""),
        "csv_url": reverse("desk-csv", args=[run_key]) + wanted.query(page="", whole=""),
        "french_csv_url": reverse("desk-csv", args=[run_key]) + wanted.query(page="", whole="", csv="fr"),
    }
    return render(request, "learning/teaching/learners.html", context)


@require_safe
@act("run.results")
def grades_csv(request: HttpRequest, run_key: str) -> HttpResponse:
    """The same table for a spreadsheet; `?csv=fr`: for one in French."""
    now = clock.now()
    desk = desk_in(request, "run.results", run_key, language=language())
    wanted = gradebook.Wanted.read(request.GET.dict())
    bring_marks_up_to_date(desk.run, desk.outline)
    lines = list(gradebook.every_line(desk.run, wanted))
    heads = [_("Name"), _("Email address"), _("Cohort")]
    heads += [
        pgettext("column", "Enrolled"),
        pgettext("column", "Left"),
        _("Grade out of 100"),
        pgettext("column", "Passed"),
    ]
    sections = [(section.id, desk.words(section.titles)) for section in desk.sections()]
    text = gradebook.as_csv(
        lines,
        sections,
        pass_mark=desk.run.pass_mark,
        heads=heads,
        words=(_("yes"), _("no")),
        french=request.GET.get("csv") == "fr",
    )
    note_look(
        account=desk.account, act="run.results", place=f"run:{run_key}", people=len(lines), about="grades.csv", now=now
    )
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="grades-{run_key}-{now:%Y-%m-%d}.csv"'
    return answer


@require_safe
@act("run.results")
def learner(request: HttpRequest, run_key: str, enrolment_id: int) -> HttpResponse:
    """One learner: where they stand, what they handed in, what was decided for them."""
    desk = desk_in(request, "run.results", run_key, language=language())
    return _learner(request, desk, enrolment_at(desk, enrolment_id), done=request.GET.get("done", ""))


@require_POST
@act("run.teach")
def give(request: HttpRequest, run_key: str, enrolment_id: int) -> HttpResponse:
    """Give points in place of those earned."""
    desk = desk_in(request, "run.teach", run_key, language=language())
    enrolment = enrolment_at(desk, enrolment_id)
    form = PointsForm(request.POST, activities=learner_page.activities_of(desk))

    def decide() -> None:
        give_points(
            enrolment=enrolment,
            outline=desk.outline,
            entry=desk.entry(form.cleaned_data["activity"]),
            points=form.cleaned_data["points"],
            reason=form.cleaned_data["reason"],
            by=desk.account,
            now=clock.now(),
        )

    return _decided(request, desk, enrolment, form, decide, "points")


@require_POST
@act("run.teach")
def extend(request: HttpRequest, run_key: str, enrolment_id: int) -> HttpResponse:
    """Move a deadline for this learner."""
    desk = desk_in(request, "run.teach", run_key, language=language())
    enrolment = enrolment_at(desk, enrolment_id)
    form = ExtensionForm(request.POST, sections=learner_page.sections_of(desk))

    def decide() -> None:
        extend_deadline(
            enrolment=enrolment,
            section=desk.section(form.cleaned_data["section"]),
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            by=desk.account,
            now=clock.now(),
        )

    return _decided(request, desk, enrolment, form, decide, "extension")


@require_POST
@act("run.teach")
def time(request: HttpRequest, run_key: str, enrolment_id: int) -> HttpResponse:
    """Give this learner more time in a section whose time is limited."""
    desk = desk_in(request, "run.teach", run_key, language=language())
    enrolment = enrolment_at(desk, enrolment_id)
    form = TimeForm(request.POST, sections=learner_page.limited_of(desk))

    def decide() -> None:
        give_time(
            enrolment=enrolment,
            section=desk.section(form.cleaned_data["section"]),
            minutes=form.cleaned_data["minutes"] or 0.0,
            percent=form.cleaned_data["percent"] or 0.0,
            reason=form.cleaned_data["reason"],
            by=desk.account,
            now=clock.now(),
        )

    return _decided(request, desk, enrolment, form, decide, "time")


@require_POST
@act("run.teach")
def anew(request: HttpRequest, run_key: str, enrolment_id: int) -> HttpResponse:
    """Let this learner begin a section once more whose time is limited."""
    desk = desk_in(request, "run.teach", run_key, language=language())
    enrolment = enrolment_at(desk, enrolment_id)
    form = AnewForm(request.POST, sections=learner_page.limited_of(desk))

    def decide() -> None:
        let_begin_again(
            enrolment=enrolment,
            section=desk.section(form.cleaned_data["section"]),
            reason=form.cleaned_data["reason"],
            by=desk.account,
            now=clock.now(),
        )

    return _decided(request, desk, enrolment, form, decide, "anew")


@require_POST
@act("run.teach")
def grade_again(request: HttpRequest, run_key: str, enrolment_id: int) -> HttpResponse:
    """Grade the last answer once more, with the problem as it stands now."""
    desk = desk_in(request, "run.teach", run_key, language=language())
    enrolment = enrolment_at(desk, enrolment_id)
    form = RegradeForm(request.POST, activities=learner_page.activities_of(desk))
    better: list[float] = []

    def decide() -> None:
        counted = regrade(
            enrolment=enrolment,
            outline=desk.outline,
            entry=desk.entry(form.cleaned_data["activity"]),
            reason=form.cleaned_data["reason"],
            by=desk.account,
            now=clock.now(),
        )
        better.extend([] if counted is None else [counted])

    return _decided(request, desk, enrolment, form, decide, lambda: "regrade" if better else "same")


@require_POST
@act("course.preview")
def as_learner(request: HttpRequest, run_key: str) -> HttpResponse:
    """Look at the run as somebody would who has just enrolled, until the browser is closed; or as a teacher again.

    Whoever looks so has no place in the run, so nothing can be handed in: no answer of theirs is ever graded.
    """
    require(request, "course.preview", subject_of_run_key(run_key, account_of(request)))
    home = reverse("outline", args=[run_key])
    answer = HttpResponseRedirect(home, status=303)
    if request.POST.get("wish") == "learner":
        answer.set_cookie(AS_LEARNER, "1", path=home, httponly=True, samesite="Lax", secure=request.is_secure())
    else:
        answer.delete_cookie(AS_LEARNER, path=home, samesite="Lax")
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@act("run.teach")
def settings(request: HttpRequest, run_key: str) -> HttpResponse:
    """The dates of the run, its pass mark, whether it stands in the course list."""
    desk = desk_in(request, "run.teach", run_key, language=language())
    held = RunSettings.of(desk.run)
    form, status = SettingsForm(run=desk.run), 200
    if request.method == "POST":
        typed = SettingsForm(request.POST, run=desk.run)
        form, status = typed, UNPROCESSABLE
        if typed.is_valid():
            try:
                set_run(
                    run=desk.run,
                    wanted=typed.wanted(held),
                    seen=request.POST.get("seen", ""),
                    by=desk.account,
                    now=clock.now(),
                )
            except CordeeError as error:
                typed.add_error(None, sentence_of(error))
            else:
                return HttpResponseRedirect(reverse("desk-settings", args=[run_key]) + "?done=1")
    context = {"desk": desk, "form": form, "seen": held.digest, "done": request.GET.get("done") == "1"}
    return render(request, "learning/teaching/settings.html", context, status=status)


def _decided(
    request: HttpRequest,
    desk: Desk,
    enrolment: Enrolment,
    form: DecisionForm,
    decide: Callable[[], None],
    done: str | Callable[[], str],
) -> HttpResponse:
    """Back to the learner when it is done; else the same page with the reason at the form, and what was typed in it."""
    if form.is_valid():
        try:
            decide()
        except CordeeError as error:
            form.add_error(None, sentence_of(error))
        else:
            word = done if isinstance(done, str) else done()
            address = reverse("desk-learner", args=[desk.run.key, enrolment.pk])
            return HttpResponseRedirect(f"{address}?done={word}", status=303)
    return _learner(request, desk, enrolment, form=form, status=UNPROCESSABLE)


def _learner(
    request: HttpRequest,
    desk: Desk,
    enrolment: Enrolment,
    *,
    form: DecisionForm | None = None,
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    if enrolment.account_id != desk.account.pk:
        note_look(
            account=desk.account,
            act="run.results",
            place=f"run:{desk.run.key}",
            person=enrolment.account.pseudonym,
            about="learner",
            now=now,
        )
    activities, sections = learner_page.activities_of(desk), learner_page.sections_of(desk)
    limited = learner_page.limited_of(desk)
    context = {
        "desk": desk,
        "enrolment": enrolment,
        "page": learner_page.progress_of(desk, enrolment, now),
        "work": learner_page.work_of(desk, enrolment),
        "decisions": learner_page.decisions_of(desk, enrolment),
        "points_form": form if isinstance(form, PointsForm) else PointsForm(activities=activities),
        "extension_form": form if isinstance(form, ExtensionForm) else ExtensionForm(sections=sections),
        "times": learner_page.times_told(desk, enrolment, now) if limited else (),
        "time_form": form if isinstance(form, TimeForm) else TimeForm(sections=limited),
        "anew_form": form if isinstance(form, AnewForm) else AnewForm(sections=limited),
        "regrade_form": form if isinstance(form, RegradeForm) else RegradeForm(activities=activities),
        "refused": form,
        "done": done,
        "now": now,
        "zone": get_current_timezone_name(),
        "today": localtime(now).replace(hour=0, minute=0, second=0, microsecond=0),
    }
    return render(request, "learning/teaching/learner.html", context, status=status)


def _standings() -> list[tuple[str, str]]:
    return [
        ("", _("Everybody in the session")),
        ("passed", _("Those who passed")),
        ("not_passed", _("Those who have not passed")),
        ("nothing", _("Those who handed in nothing graded")),
        ("left", _("Those who left")),
    ]


def _orders() -> list[tuple[str, str]]:
    return [
        ("name", _("By name")),
        ("low", _("Lowest grade first")),
        ("grade", _("Highest grade first")),
        ("newest", _("Last enrolled first")),
    ]
