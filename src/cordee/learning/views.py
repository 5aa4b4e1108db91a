"""Pages where a learner works: read the request, call one act or query, choose the response."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name, localtime
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from cordee.core import clock
from cordee.core.errors import N_, Conflict, CordeeError, InputRefused, NotFound
from cordee.courses.checks.queries import checked_run
from cordee.courses.kinds import Answer, AnswerUnreadable, Draft, done_by_learner, draft_in, installed, judged_apart
from cordee.courses.outlines import Place, foreign, pick
from cordee.courses.queries import run_by_key, subject_of_run
from cordee.courses.run_remarks import remarks_of, told
from cordee.learning.aims import AIMS, aim_of, read_aim, say_aim
from cordee.learning.assigning import keep_draws
from cordee.learning.beginning import begin_section, keep_limit
from cordee.learning.catalogue.course_context import course_context
from cordee.learning.catalogue.course_page import course_page
from cordee.learning.catalogue.drawing import draw_catalogue
from cordee.learning.catalogue.listing import listing, read_wish, shorter
from cordee.learning.cohorts.meeting_days import Ahead, meetings_ahead
from cordee.learning.enrolling import enrol, leave
from cordee.learning.finding import answer_now, entry_in, open_units, place_to_begin, task_in, waits_to_begin
from cordee.learning.finishing import finish_activity
from cordee.learning.forms import read_form_id
from cordee.learning.hinting import note_hint, note_unhelped
from cordee.learning.judging.holding import hold_answer
from cordee.learning.organisations.showing import look_of
from cordee.learning.pages.activity import ActivityView, Refused, Wish, activity_views
from cordee.learning.pages.containers import ContainerNote
from cordee.learning.pages.limited import ASKS_TIME, LEFT, begin_page, refusal_to_show, time_left
from cordee.learning.pages.looking import Look, look_at
from cordee.learning.pages.progress import progress_page
from cordee.learning.pages.unit import Own, UnitPage, unit_page
from cordee.learning.queries import Seat, seat_in, views_of
from cordee.learning.submitting import NothingAnswered, Receipt, Task, submit_answer
from cordee.learning.viewing import view_unit
from cordee.people.permissions import act, may, signed_in_account
from cordee.people.sessions import account_of
from cordee.ui.drawn_once import draw_page, draw_part
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of, wants_json

UNPROCESSABLE = 422
POLICY_UPDATE = "_csp_update"  # where django-csp looks for what one answer adds to the site's policy
FEATURED = 12  # courses of the home page
SHARED_S = 10  # how long a visitor may see a public page as it was


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every course, searched, narrowed and sorted as the address says, for anyone."""
    wish, now = read_wish(request.GET), clock.now()
    address = shorter(wish, request.META.get("QUERY_STRING", ""), now=now)
    if address:
        return redirect(address)
    return draw_catalogue(request, listing(wish, language=language(), now=now))


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def course(request: HttpRequest, course_key: str) -> HttpResponse:
    """What one course teaches and which session can be joined, for anyone."""
    now = clock.now()
    page = course_page(course_key, account=account_of(request), language=language(), now=now)
    return render(request, "learning/course.html", course_context(page, account_of(request), now))


@require_POST
@act("run.enrol")
def enrol_in(request: HttpRequest, run_key: str) -> HttpResponse:
    """Enrol the person who is signed in, with the aim they said if they did, then show the outline."""
    now, wanted = clock.now(), read_aim(request.POST.get("aim", ""))
    enrolment = enrol(account=signed_in_account(request), run=run_by_key(run_key), now=now)
    if wanted:
        say_aim(enrolment=enrolment, aim=wanted, now=now)
    return redirect("outline", run_key)


@require_http_methods(["GET", "HEAD", "POST"])
@act("run.aim")
def aim(request: HttpRequest, run_key: str) -> HttpResponse:
    """What one comes for in this session: to say, to change, to take back."""
    now = clock.now()
    seat = seat_in(request, "run.aim", run_key, now)
    if seat.enrolment is None:
        raise Conflict(N_("Only learners have an aim here. Enrol in the session to say yours."))
    if request.method == "POST":
        say_aim(enrolment=seat.enrolment, aim=request.POST.get("aim", ""), now=now)
        return redirect("outline", run_key)
    title = pick(seat.outline.titles, language(), seat.outline.language)
    context = {"aims": AIMS, "chosen": aim_of(seat.enrolment), "run_key": run_key, "course_title": title}
    return render(request, "learning/aim.html", context)


@require_POST
@act("run.learn")
def leave_run(request: HttpRequest, run_key: str) -> HttpResponse:
    """Leave the session. A teacher who only looks has nothing to leave."""
    now = clock.now()
    seat = seat_in(request, "run.learn", run_key, now)
    if seat.enrolment is not None:
        leave(enrolment=seat.enrolment, now=now)
    return redirect("mine")


@require_GET
@act("run.learn")
def resume(request: HttpRequest, run_key: str) -> HttpResponse:
    """To the unit last opened, else the first that is open, else to the outline."""
    now = clock.now()
    seat = seat_in(request, "run.learn", run_key, now)
    units = open_units(seat, now)
    seen = [view for view in views_of(seat.enrolment).values() if view.unit in units] if seat.enrolment else []
    latest = max(seen, key=lambda view: view.visit_at, default=None)
    if not units:
        return redirect("outline", run_key)
    return redirect("unit", run_key, latest.unit if latest else units[0])


@require_safe
@act("run.learn")
def outline(request: HttpRequest, run_key: str) -> HttpResponse:
    """The course outline with what is done of it, and where to go on."""
    look = look_at(seat_in(request, "run.learn", run_key, clock.now()), language=language(), now=clock.now())
    page = progress_page(look)
    subject = subject_of_run(look.seat.run)
    may_see_report = look.seat.teaches and may(look.seat.account, "course.import_report", subject)
    about_run = remarks_of(look.seat.run, look.seat.outline, look.now) if may_see_report else []
    context = {
        "page": page,
        "seat": look.seat,
        "now": look.now,
        "started": bool(look.views),
        "resume_url": reverse("resume", args=[run_key]) if any(unit.url for unit in page.outline.units) else "",
        "may_see_report": may_see_report,
        "checks": checked_run(look.seat.run).counts
        if look.seat.teaches and may(look.seat.account, "course.checks", subject)
        else None,
        "may_see_results": look.seat.teaches and may(look.seat.account, "run.results", subject),
        "may_see_pilot": look.seat.teaches and may(look.seat.account, "run.pilot", subject),
        "meetings": _meetings(look),
        "title_lang": foreign(look.seat.outline.titles, look.language, look.seat.outline.language),
        "about_run": [told(remark) for remark in about_run],
        "look": look_of(look.seat.run.private_to, look.now) if look.seat.run.private_to else None,
    }
    return render(request, "learning/outline.html", context)


def _meetings(look: Look) -> list[Ahead]:
    """Of the learner's group in this session: when it meets (1 query; none for who teaches)."""
    if look.seat.enrolment is None:
        return []
    return meetings_ahead(look.seat.account, language=look.language, now=look.now, run=look.seat.run)


@require_safe
@act("run.learn")
def unit(request: HttpRequest, run_key: str, unit_id: str) -> HttpResponse:
    """One unit with its activities. Reading it as a learner is written down as a visit.

    Where the time of its section is limited, and it is not begun: what there is to know before.
    """
    now = clock.now()
    seat = seat_in(request, "run.learn", run_key, now)
    place = place_to_begin(seat, unit_id, now)
    if waits_to_begin(seat, place, now):
        if wants_json(request):
            raise refusal_to_show(seat, place)
        return render(request, "learning/begin.html", {"page": begin_page(seat, place, now)})
    if seat.enrolment is not None:
        keep_limit(enrolment=seat.enrolment, section=place.section, own=seat.calendar.time_of(place.section))
    if request.GET.get(ASKS_TIME) == LEFT and wants_json(request):
        return JsonResponse({"html": _time_told(seat, place, now)})
    look = look_at(seat, language=language(), now=now)
    if seat.enrolment and request.method == "GET":
        known = look.views.get(unit_id)
        view_unit(enrolment=seat.enrolment, unit=unit_id, known=known, language=look.language, now=now)
        keep_draws(enrolment=seat.enrolment, viewer=look.viewer, unit=place.unit, now=now)
    wish = Wish(*(request.GET.get(name, "") for name in ("answer", "new", "show")))
    only = request.GET.get("only", "")
    if only and wants_json(request):
        return _only(request, look, place, only)
    page = unit_page(look, place, wish=wish)
    again = {"repeated": request.GET.get("again", ""), "differs": request.GET.get("other") == "1"}
    return _unit_drawn(request, look, page, about=again)


@require_POST
@act("run.submit")
def begin(request: HttpRequest, run_key: str, unit_id: str) -> HttpResponse:
    """Begin the section of the unit, whose time is limited, and show the unit. Twice is once."""
    now = clock.now()
    seat = seat_in(request, "run.submit", run_key, now)
    place = place_to_begin(seat, unit_id, now)
    if seat.enrolment is None:
        raise Conflict(N_("Sections are begun by learners. Enrol in the session to begin one."))
    if waits_to_begin(seat, place, now):
        begin_section(enrolment=seat.enrolment, section=place.section, now=now)
    return HttpResponseRedirect(reverse("unit", args=[run_key, unit_id]), status=303)


def _only(request: HttpRequest, look: Look, place: Place, activity_id: str) -> HttpResponse:
    """One activity of a unit as it is now, for the island that waits for a worker; not drawn as long as it waits."""
    for found in activity_views(look, place, only=activity_id):
        if found.closed == "judging":
            return JsonResponse({"html": "", "waits": True})
        html = _part_drawn(found, _around(request, look)) + _time_told(look.seat, place, look.now)
        return JsonResponse({"html": html, "waits": False})
    raise NotFound(N_("This activity is not on this page. Go back to the course outline."))


def _unit_drawn(
    request: HttpRequest,
    look: Look,
    page: UnitPage,
    *,
    about: Mapping[str, object] = MappingProxyType({}),
    status: int = 200,
    has_errors: bool = False,
) -> HttpResponse:
    """The page of a unit, with what the kinds on it ask of the content policy. `about`: more for the activities."""
    around = {**_around(request, look), **about}
    outline = {
        "outline": page.outline.modules,
        "percent": page.outline.percent,
        "modules": len(page.outline.modules),
        "preview": page.frame.preview,
    }
    answer = draw_page(
        request,
        "learning/unit.html",
        known={"page": page.frame, "is_empty": not page.activities, "has_errors": has_errors},
        filled={
            "csrf_token": around["csrf_token"],
            "outline": render_to_string("learning/unit_outline.html", outline),
            "activities": SafeString("".join(_part_drawn(part, around) for part in page.activities)),
            "own": _own_drawn(page.own, around),
            "time": _time_drawn(look, page),
        },
        status=status,
    )
    setattr(answer, POLICY_UPDATE, page.policy)
    return answer


def _own_drawn(own: Own | None, around: Mapping[str, Any]) -> SafeString:
    """Bookmark and note; nothing for who only looks."""
    if own is None:
        return SafeString("")
    return draw_part("learning/notes/own.html", known={"own": own}, filled={"csrf_token": around["csrf_token"]})


def _time_drawn(look: Look, page: UnitPage) -> SafeString:
    """The time left in the section; nothing where it is not limited."""
    time = time_left(look.seat, look.seat.outline.places[page.frame.id].section, look.now, page.frame.id)
    return SafeString("") if time is None else render_to_string("learning/time_left.html", {"time": time})


def _time_told(seat: Seat, place: Place, now: dt.datetime) -> str:
    """The end of the time as it is now, for the island of a page that may know an earlier one; "" where it has none."""
    time = time_left(seat, place.section, now)
    return "" if time is None else render_to_string("learning/time_told.html", {"time": time})


def _around(request: HttpRequest, look: Look) -> dict[str, Any]:
    """What an activity is drawn with that is this reader's own."""
    return {"csrf_token": SafeString(get_token(request)), "zone": get_current_timezone_name(), "now": look.now}


def _part_drawn(part: ActivityView | ContainerNote, around: Mapping[str, Any]) -> SafeString:
    """What everybody sees alike is drawn once; only the token and the form's number are each learner's own."""
    if isinstance(part, ContainerNote):
        return render_to_string("learning/container.html", {"activity": part})
    if part.is_same_for_all and around.get("repeated") != part.id:
        own = {"csrf_token": around["csrf_token"], "form_id": SafeString(part.form_id)}
        return draw_part("learning/activity_section.html", known={"activity": part}, filled=own)
    return render_to_string("learning/activity_section.html", {"activity": part, "form_id": part.form_id, **around})


@require_POST
@act("run.submit")
def finish(request: HttpRequest, run_key: str, activity_id: str) -> HttpResponse:
    """The learner says that an activity is done: a video was seen."""
    now = clock.now()
    seat = seat_in(request, "run.submit", run_key, now)
    place, entry = entry_in(seat, activity_id, now)
    if seat.enrolment is None or entry.kind not in installed() or not done_by_learner(installed()[entry.kind]):
        raise Conflict(N_("This activity is done in another way. Go back to its unit."))
    content = pick(entry.contents, language(), seat.outline.language)
    finish_activity(enrolment=seat.enrolment, activity=activity_id, content=content, by="learner", now=now)
    if wants_json(request):
        return JsonResponse({"done": True})
    return HttpResponseRedirect(f"{reverse('unit', args=[run_key, place.unit.id])}#{activity_id}-done", status=303)


@require_POST
@act("run.submit")
def submit(request: HttpRequest, run_key: str, activity_id: str) -> HttpResponse:
    """Hand in one answer: back to the unit, or the activity drawn again as JSON; a refusal keeps what was typed."""
    now = clock.now()
    seat = seat_in(request, "run.submit", run_key, now)
    if seat.enrolment is None:
        raise Conflict(N_("Answers are handed in by learners. Enrol in the session to hand one in."))
    task = task_in(seat, activity_id, language=language(), now=now, drawn=request.POST.get("content", ""))
    section = task.place.section
    keep_limit(enrolment=seat.enrolment, section=section, own=seat.calendar.time_of(section))
    answer: Answer | None = None
    fields, asks_new = dict(request.POST.lists()), _asks_new(request)
    try:
        form_id = read_form_id(request.POST.get("form_id", ""))
        draft = draft_in(task.kind, task.asked, fields)
        if draft is not None:
            if draft.asks_hint:
                note_hint(enrolment=seat.enrolment, task=task, hint=draft.hints, now=now)
            if draft.unhelped:
                note_unhelped(enrolment=seat.enrolment, task=task, rule=draft.unhelped, now=now)
            return _drafted(request, look_at(seat, language=language(), now=now), task, draft)
        answer = task.kind.answer(task.asked, fields)
        apart = judged_apart(task.kind)
        if apart is not None:
            trial = apart.trial(task.asked, fields)
            held_receipt = hold_answer(
                enrolment=seat.enrolment,
                task=task,
                answer=answer if trial is None else trial,
                form_id=form_id,
                is_trial=trial is not None,
                now=now,
            )
            if held_receipt is None:
                return _held(request, look_at(seat, language=language(), now=now), task)
            receipt = held_receipt
        else:
            receipt = submit_answer(
                enrolment=seat.enrolment, task=task, answer=answer, form_id=form_id, now=now, asks_new=asks_new
            )
    except (InputRefused, Conflict) as error:
        if answer is None and isinstance(error, AnswerUnreadable):
            answer = error.typed
        look = look_at(seat, language=language(), now=now)
        return _refused(request, look, task, error, None if answer is None else answer_now(task, answer))
    if wants_json(request):
        return _accepted(request, look_at(seat, language=language(), now=now), task, receipt)
    again = [("again", activity_id), *([("other", "1")] if receipt.differs else [])]
    query = f"?{urlencode(again)}" if receipt.repeated else ""
    address = reverse("unit", args=[run_key, task.place.unit.id])
    return HttpResponseRedirect(f"{address}{query}#{activity_id}", status=303)


def _held(request: HttpRequest, look: Look, task: Task) -> HttpResponse:
    """The activity with the answer that is with a worker now."""
    if wants_json(request):
        return JsonResponse({"html": _section(request, look, task)})
    address = reverse("unit", args=[look.seat.run.key, task.place.unit.id])
    return HttpResponseRedirect(f"{address}#{task.entry.id}", status=303)


def _asks_new(request: HttpRequest) -> bool:
    """Whether the form was drawn with the new variant that its learner had asked for."""
    return request.POST.get("variant") == "new"


def _drafted(request: HttpRequest, look: Look, task: Task, draft: Draft) -> HttpResponse:
    """The same page with what another button of the form asked for: nothing is handed in."""
    again = Refused(task.entry.id, answer_now(task, draft.answer), hints=draft.hints, asks_new=_asks_new(request))
    if wants_json(request):
        return JsonResponse({"html": _section(request, look, task, refused=again)})
    return _unit_drawn(request, look, unit_page(look, task.place, refused=again))


def _accepted(request: HttpRequest, look: Look, task: Task, receipt: Receipt) -> HttpResponse:
    """The activity drawn again, for the island that replaces it in the page."""
    repeated = task.entry.id if receipt.repeated else ""
    html = _section(request, look, task, repeated=repeated, differs=receipt.differs)
    return JsonResponse({"html": html, "receipt": str(receipt.submission.pk), "repeated": receipt.repeated})


def _refused(request: HttpRequest, look: Look, task: Task, error: CordeeError, answer: Answer | None) -> HttpResponse:
    """The same page again, with the reason at the activity and what was typed still in it."""
    faults = error.all if isinstance(error, AnswerUnreadable) else ()
    refused = Refused(
        task.entry.id,
        answer,
        sentence_of(error),
        faults=tuple((fault.input_id, sentence_of(fault)) for fault in faults),
        answers_nothing=isinstance(error, NothingAnswered),
        asks_new=_asks_new(request),
    )
    status = UNPROCESSABLE if isinstance(error, AnswerUnreadable) else error.status
    if wants_json(request):
        html = _section(request, look, task, refused=refused)
        return JsonResponse({"html": html, "error": refused.sentence}, status=status)
    page = unit_page(look, task.place, refused=refused)
    return _unit_drawn(request, look, page, status=status, has_errors=True)


def _section(
    request: HttpRequest,
    look: Look,
    task: Task,
    *,
    repeated: str = "",
    differs: bool = False,
    refused: Refused | None = None,
) -> str:
    """The activity drawn again, and beside it the end of the time of its section."""
    activity = next(iter(activity_views(look, task.place, only=task.entry.id, refused=refused)))
    drawn = _part_drawn(activity, {**_around(request, look), "repeated": repeated, "differs": differs})
    return drawn + _time_told(look.seat, task.place, look.now)


@require_safe
@act("run.progress")
def progress(request: HttpRequest, run_key: str) -> HttpResponse:
    """The grade and how it comes about, and what is done of the outline."""
    now = clock.now()
    look = look_at(seat_in(request, "run.progress", run_key, now), language=language(), now=now)
    attestation_url = reverse("attestation", args=[run_key]) if look.seat.enrolment else ""
    page = progress_page(look)
    today = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    own = {"page": page, "zone": get_current_timezone_name(), "today": today, "attestation_url": attestation_url}
    return draw_page(
        request,
        "learning/progress.html",
        known={"run_key": page.run_key, "course_title": page.course_title, "family": page.family},
        filled={"content": render_to_string("learning/progress_content.html", own)},
    )
