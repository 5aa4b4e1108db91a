"""Pages of those who make cohorts: a new one, a list of people, codes, letters once more, the rule."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cordee.core import clock
from cordee.core.codes import grouped
from cordee.core.errors import N_, CordeeError, InputRefused
from cordee.courses.models import Run
from cordee.courses.queries import latest_runs, run_by_key
from cordee.jobs.writing_letters import letters_leave
from cordee.learning.cohorts import pages, queries
from cordee.learning.cohorts.filling import look_at_list, take_list
from cordee.learning.cohorts.forms import CodeForm, CohortForm, NameForm
from cordee.learning.cohorts.inviting import invite_again
from cordee.learning.cohorts.joining import close_code, make_code
from cordee.learning.cohorts.making import make_cohort, remove_cohort, rename_cohort
from cordee.learning.cohorts.reading import COLUMNS
from cordee.learning.cohorts.ruling import apply_rule
from cordee.people.models import Account, Organisation
from cordee.people.organisations import all_organisations, organisation_by_code
from cordee.people.permissions import TABLE, Subject, act, grants_of, may, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

MAKE: Final = "cohort.make"
REFUSED: Final = 400
MOST_REFUSED: Final = 500
PREVIEWED: Final = 10
MOST_SHOWN: Final = 5_000  # lines of a preview, those that are folded away counted
MOST_RUNS: Final = 300


@require_http_methods(["GET", "HEAD", "POST"])
@act(MAKE)
def new_cohort(request: HttpRequest) -> HttpResponse:
    """A form for a new group. 5 queries; posted, 5 more."""
    account = signed_in_account(request)
    organisations, runs = _places(account)
    held = [grant.scope for grant in grants_of(account) if grant.role in TABLE[MAKE]]
    require(request, MAKE, Subject(frozenset(held[:1] or {""})))
    kind, _colon, key = request.GET.get("in", "").partition(":")
    initial = {"organisation": key if kind == "org" else "", "run": key if kind == "run" else ""}
    form = CohortForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        organisations=[(one.code, one.name_in(language())) for one in organisations],
        runs=[(run.key, f"{pages.title_of(run)} ({run.key.rpartition('+')[2]})") for run in runs],
    )
    if form.is_valid():
        try:
            made = _make(request, account, form.cleaned_data)
            return HttpResponseRedirect(f"{reverse('cohort', args=[made])}?done=made")
        except CordeeError as refused:
            form.add_error(None, sentence_of(refused))
    elsewhere = [
        (one.name_in(language()), reverse("name-elsewhere", args=[one.code]))
        for one in organisations
        if may(account, "run.name_elsewhere", Subject.of_organisation(one.code))
    ]
    context = {"form": form, "elsewhere": elsewhere[:MOST_RUNS], "breadcrumbs": pages.crumbs()}
    return render(request, "learning/cohorts/new.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@act(MAKE)
def people(request: HttpRequest, number: int) -> HttpResponse:
    """Choose a list, look at what it says, take it in. 3 queries; posted, 6 to look, some 14 for each 500 people."""
    cohort = pages.cohort_for(request, MAKE, number)
    account, now = signed_in_account(request), clock.now()
    context: dict[str, Any] = {
        "cohort": cohort,
        "columns": sorted({name for name in COLUMNS if name.isascii()}),
        "letters": letters_leave(),
        "breadcrumbs": pages.crumbs(cohort),
    }
    refused: CordeeError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "take":
                take_list(cohort=cohort, number=pages.whole_number(request.POST.get("list", "")), by=account, now=now)
                return HttpResponseRedirect(f"{reverse('cohort', args=[number])}?done=added")
            file = request.FILES.get("people")
            if file is None:
                raise InputRefused(N_("No file was chosen. Choose a CSV file."))
            kept, found = look_at_list(cohort=cohort, data=file.read(), by=account, now=now)
            context |= {
                "kept": kept.pk,
                "found": len(found.lines),
                "first": found.lines[:PREVIEWED],
                "others": found.lines[PREVIEWED:MOST_SHOWN],
                "unshown": max(0, len(found.lines) - MOST_SHOWN),
                "there": found.there[:MOST_REFUSED],
                "there_count": len(found.there),
                "more_there": max(0, len(found.there) - MOST_REFUSED),
                "ignored": found.ignored,
                "refusals": [(one.number, one.words, sentence_of(one.why)) for one in found.refused[:MOST_REFUSED]],
                "refused_count": len(found.refused),
                "more_refused": max(0, len(found.refused) - MOST_REFUSED),
            }
        except CordeeError as wrong:
            refused = wrong
    context["refused"] = sentence_of(refused) if refused else ""
    return render(request, "learning/cohorts/people.html", context, status=refused.status if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@act(MAKE)
def codes(request: HttpRequest, number: int) -> HttpResponse:
    """The codes that let people in: make one, close one. 4 queries; posted, 2 more."""
    cohort = pages.cohort_for(request, MAKE, number)
    account, now = signed_in_account(request), clock.now()
    closing = request.POST.get("close", "")
    if closing:
        close_code(cohort=cohort, number=pages.whole_number(closing), by=account, now=now)
        return HttpResponseRedirect(reverse("cohort-codes", args=[number]))
    initial = {"seats": 30, "until": (now + dt.timedelta(days=30)).date()}
    form = CodeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        last = dt.datetime.combine(form.cleaned_data["until"], dt.time(23, 59, 59), tzinfo=get_current_timezone())
        try:
            make_code(cohort=cohort, seats=form.cleaned_data["seats"], expires_at=last, by=account, now=now)
            return HttpResponseRedirect(reverse("cohort-codes", args=[number]))
        except CordeeError as wrong:
            form.add_error(None, sentence_of(wrong))
    lines = [
        {"code": one, "shown": grouped(one.code), "url": request.build_absolute_uri(reverse("join", args=[one.code]))}
        for one in queries.codes_of(cohort, now)
    ]
    context = {"cohort": cohort, "form": form, "lines": lines, "breadcrumbs": pages.crumbs(cohort)}
    return render(request, "learning/cohorts/codes.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@act(MAKE)
def rename(request: HttpRequest, number: int) -> HttpResponse:
    """Another name, and, for a group in which nobody is, its end. 4 queries; posted, 3 more."""
    cohort = pages.cohort_for(request, MAKE, number)
    form = NameForm(
        request.POST if request.method == "POST" else None, initial={"name": cohort.name, "seen": cohort.name}
    )
    if form.is_valid():
        told = form.cleaned_data
        try:
            rename_cohort(
                cohort=cohort, name=told["name"], seen=told["seen"], by=signed_in_account(request), now=clock.now()
            )
            return HttpResponseRedirect(f"{reverse('cohort', args=[number])}?done=renamed")
        except CordeeError as refused:
            form.add_error("name", sentence_of(refused))
    context = {
        "cohort": cohort,
        "form": form,
        "is_empty": not queries.counts_of([cohort]),
        "breadcrumbs": pages.crumbs(cohort),
    }
    return render(request, "learning/cohorts/rename.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@act(MAKE)
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Remove a group in which nobody is; asked for, the page that says what goes with it."""
    cohort = pages.cohort_for(request, MAKE, number)
    if request.method == "POST":
        remove_cohort(cohort=cohort, by=signed_in_account(request), now=clock.now())
        return HttpResponseRedirect(reverse("cohorts"))
    return pages.asked(
        request,
        _("Remove the group “{group}”?").format(group=cohort.name),
        [
            _("Its codes let nobody in any more, its meetings and the roles in it are gone."),
            _("What people did in its session is kept."),
        ],
        button=_("Remove this group"),
        back=reverse("cohort", args=[number]),
    )


@require_POST
@act(MAKE)
def invite(request: HttpRequest, number: int) -> HttpResponse:
    """Write again to those who have not answered."""
    cohort = pages.cohort_for(request, MAKE, number)
    invite_again(cohort=cohort, by=signed_in_account(request), now=clock.now())
    return HttpResponseRedirect(f"{reverse('cohort', args=[number])}?done=invited")


@require_POST
@act(MAKE)
def rule(request: HttpRequest, number: int) -> HttpResponse:
    """Take in at once whom the rule names."""
    cohort = pages.cohort_for(request, MAKE, number)
    apply_rule(cohort=cohort, by=signed_in_account(request), now=clock.now())
    return HttpResponseRedirect(f"{reverse('cohort', args=[number])}?done=rule")


def _make(request: HttpRequest, account: Account, told: dict[str, Any]) -> int:
    """The new group's number, for who may make it there. Raises NotAllowed, and what `make_cohort` does."""
    code, key = told["organisation"], told["run"]
    require(request, MAKE, Subject.of_cohort(0, organisation=code, run_key=key))
    made = make_cohort(
        name=told["name"],
        organisation=organisation_by_code(code) if code else None,
        run=run_by_key(key) if key else None,
        rule=told["rule"],
        domain=told["domain"],
        by=account,
        now=clock.now(),
    )
    return made.pk


def _places(account: Account) -> tuple[list[Organisation], list[Run]]:
    """Where the account may make groups: organisations; runs of its own, and those that are open to everybody."""
    organisations = [one for one in all_organisations() if may(account, MAKE, Subject.of_organisation(one.code))]
    mine = {one.pk for one in organisations}
    runs = [
        run
        for run in latest_runs()
        if (run.private_to_id is None and run.listed)
        or run.private_to_id in mine
        or may(account, MAKE, Subject.of_run_key(run.key))
    ]
    return organisations, runs[:MOST_RUNS]
