"""Pages of the desk: which version a run shows, what moving it would change, and the regrades that were made."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.views.decorators.http import require_http_methods, require_POST

from cordee.core import clock
from cordee.core.errors import N_, CordeeError, NotFound
from cordee.courses.models import Version
from cordee.courses.queries import outline as read_outline
from cordee.courses.versions.approval import is_usable
from cordee.courses.versions.moving import move_run, set_following
from cordee.courses.versions.queries import LARGE, difference_of, version_numbered, versions_of
from cordee.learning.models import Enrolment, Regrade, RegradedEnrolment
from cordee.learning.teaching.desks import Desk, desk_in
from cordee.learning.versions.forms import MoveForm
from cordee.learning.versions.planning import SAMPLE, plan_regrade
from cordee.learning.versions.regrading import move_and_regrade, undo_regrade
from cordee.learning.versions.showing import examples_of, groups_of, tally_of
from cordee.people.auditing import note_look
from cordee.people.permissions import act
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

ACT: Final = "run.version"
UNPROCESSABLE: Final = 422
HEAVY: Final = tuple(f"{one}_version__{name}" for one in ("from", "to") for name in LARGE)
REGRADES_SHOWN: Final = 20
DONE: Final = frozenset({"moved", "regraded", "same", "follows", "stays"})


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def run_version(request: HttpRequest, run_key: str) -> HttpResponse:
    """The versions to choose from; `?to=N`: what moving there would change. Posted, it is done."""
    desk = desk_in(request, ACT, run_key, language=language())
    chosen = _chosen(desk, request.POST.get("to") or request.GET.get("to", ""))
    form, status = MoveForm(initial={"regrade": "yes"}), 200
    if request.method == "POST":
        if chosen is None:
            raise NotFound(N_("Choose the version that the session is to show."))
        form = MoveForm(request.POST)
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                done = _move(desk, chosen, form, seen=_number(request.POST.get("seen", "")))
            except CordeeError as error:
                form.add_error(None, sentence_of(error))
            else:
                return HttpResponseRedirect(f"{reverse('desk-version', args=[run_key])}?done={done}", status=303)
    return _page(request, desk, chosen, form, status=status)


@require_POST
@act(ACT)
def follow(request: HttpRequest, run_key: str) -> HttpResponse:
    """Whether harmless changes are shown as soon as they are published."""
    desk = desk_in(request, ACT, run_key, language=language())
    follows = request.POST.get("follows") == "yes"
    set_following(run=desk.run, follows=follows, by=desk.account, now=clock.now())
    done = "follows" if follows else "stays"
    return HttpResponseRedirect(f"{reverse('desk-version', args=[run_key])}?done={done}", status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def regrade(request: HttpRequest, run_key: str, regrade_id: int) -> HttpResponse:
    """One regrade: what it changed, for whom; posted, it is undone."""
    desk = desk_in(request, ACT, run_key, language=language())
    found = (
        Regrade.objects.filter(run=desk.run, pk=regrade_id)
        .select_related("from_version", "to_version")
        .defer(*HEAVY)
        .first()
    )
    if found is None:
        raise NotFound(N_("There is no such regrade in this session. Choose one from the list."))
    refusal, status = "", 200
    address = reverse("desk-regraded", args=[run_key, regrade_id])
    if request.method == "POST":
        try:
            undo_regrade(regrade=found, by=desk.account, now=clock.now())
        except CordeeError as error:
            refusal, status = sentence_of(error), error.status
        else:
            return HttpResponseRedirect(f"{address}?done=undone", status=303)
    now = clock.now()
    changed = RegradedEnrolment.objects.filter(regrade=found).order_by("pk")
    some = [one for one in changed[: SAMPLE * 4] if one.grade_before != one.grade_after][:SAMPLE]
    note_look(account=desk.account, act=ACT, place=f"run:{run_key}", people=len(some), about="regrade", now=now)
    context = {
        "desk": desk,
        "regrade": found,
        "figures": found.figures,
        "examples": examples_of(desk.run, some),
        "refusal": refusal,
        "done": request.GET.get("done", ""),
        "now": now,
        "zone": get_current_timezone_name(),
    }
    return render(request, "learning/versions/regrade.html", context, status=status)


def _move(desk: Desk, to: Version, form: MoveForm, *, seen: int) -> str:
    now = clock.now()
    if form.cleaned_data["regrade"] == "yes":
        made = move_and_regrade(
            run=desk.run, to=to, seen=seen, reason=form.cleaned_data["reason"], by=desk.account, now=now
        )
        return "same" if made is None else "regraded"
    with transaction.atomic():
        people = Enrolment.objects.filter(run=desk.run).count()
        moved = move_run(run=desk.run, to=to, seen=seen, by=desk.account, people=people, now=now)
    return "moved" if moved else "same"


def _page(request: HttpRequest, desk: Desk, chosen: Version | None, form: MoveForm, *, status: int) -> HttpResponse:
    now = clock.now()
    context: dict[str, object] = {
        "desk": desk,
        "lines": versions_of(desk.run.course, sees=lambda run: run.pk == desk.run.pk),
        "regrades": list(
            Regrade.objects.filter(run=desk.run)
            .select_related("from_version", "to_version")
            .defer(*HEAVY)
            .order_by("-pk")[:REGRADES_SHOWN]
        ),
        "chosen": chosen,
        "form": form,
        "done": done if (done := request.GET.get("done", "")) in DONE else "",
        "now": now,
        "zone": get_current_timezone_name(),
    }
    if chosen is not None:
        found = difference_of(desk.run.version, chosen, language())
        outline = read_outline(chosen.sha256)
        plan = plan_regrade(desk.run, outline, shown=desk.outline)
        sample = plan.sample()
        if sample:
            note_look(
                account=desk.account, act=ACT, place=f"run:{desk.run.key}", people=len(sample), about="regrade", now=now
            )
        context |= {
            "groups": groups_of(found),
            "tally": tally_of(found),
            "weight": found.weight,
            "figures": plan.figures,
            "offers": bool(plan.figures.activities or plan.figures.rise or plan.figures.fall),
            "examples": examples_of(desk.run, sample),
            "waits": chosen.pk != desk.run.version_id and not is_usable(chosen),
            "is_same": chosen.pk == desk.run.version_id,
        }
    return render(request, "learning/versions/run_version.html", context, status=status)


def _chosen(desk: Desk, text: str) -> Version | None:
    return version_numbered(desk.run.course, _number(text)) if text else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - as the column
