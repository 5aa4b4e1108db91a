"""What do the programs of a run meet, and judge them again once the task was mended."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cordee.activities.code.definition import Exercise
from cordee.activities.code.findings import Findings, findings_of, verdict_words, words_of_rule
from cordee.activities.code.olx import TAG
from cordee.activities.code.queries import Cluster, clusters_of, submissions
from cordee.core import clock
from cordee.core.errors import N_, CordeeError, NotFound
from cordee.courses.kinds import FOUND
from cordee.courses.outlines import Entry, pick
from cordee.courses.queries import definitions
from cordee.learning.judging.again import judge_all_again
from cordee.learning.judging.queries import Again, Unhelped, judged_again_of, latest_round, unhelped_in
from cordee.learning.models import Submission
from cordee.learning.teaching.desks import Desk, desk_in
from cordee.people.auditing import note_look
from cordee.people.permissions import act
from cordee.sandbox.card_words import title_of
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of


@dataclass(frozen=True, slots=True)
class Line:
    """Learners whose last program meets the same, with the program of one of them."""

    cluster: Cluster
    share: float  # of all learners who handed in
    said: str  # true of all of them
    verdict: str  # in words, where they have failed the same test in the same way; else ""
    findings: Findings
    programs: tuple[tuple[str, str], ...]
    learner: str
    learner_url: str


@require_safe
@act("run.results")
def programs(request: HttpRequest, run_key: str, activity_id: str) -> HttpResponse:
    """The last programs of everybody, by what they meet, and how judging them again stands."""
    desk = desk_in(request, "run.results", run_key, language=language())
    entry = _exercise(desk, activity_id)
    note_look(account=desk.account, act="run.results", place=f"run:{run_key}", about=activity_id, now=clock.now())
    return _drawn(request, desk, entry)


@require_POST
@act("run.version")
def judge_again(request: HttpRequest, run_key: str, activity_id: str) -> HttpResponse:
    """Have every last program that has not all points judged again, by the task as it is now."""
    desk = desk_in(request, "run.version", run_key, language=language())
    entry = _exercise(desk, activity_id)
    reason = request.POST.get("reason", "")
    try:
        judge_all_again(
            run=desk.run, outline=desk.outline, entry=entry, reason=reason, by=desk.account, now=clock.now()
        )
    except CordeeError as refused:
        return _drawn(request, desk, entry, refusal=sentence_of(refused), reason=reason, status=refused.status)
    return HttpResponseRedirect(f"{reverse('programs', args=[run_key, activity_id])}?again=1", status=303)


def _exercise(desk: Desk, activity_id: str) -> Entry:
    found = desk.outline.entries.get(activity_id)
    if found is None or found[1].tag != TAG:
        raise NotFound(N_("There is no exercise in programming at this address. Go back to the course outline."))
    return found[1]


def _drawn(
    request: HttpRequest, desk: Desk, entry: Entry, *, refusal: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    found = clusters_of(desk.run.pk, entry.id)
    examples = submissions([one.example for one in found])
    again = judged_again_of(list(examples))
    all_of_them = sum(one.count for one in found)
    place = desk.outline.entries[entry.id][0]
    context = {
        "desk": desk,
        "title": desk.words(entry.titles) or desk.words(place.unit.titles),
        "unit_url": f"{reverse('unit', args=[desk.run.key, place.unit.id])}#{entry.id}",
        "lines": [
            _line(desk, one, examples[one.example], again.get(one.example), all_of_them)
            for one in found
            if one.example in examples
        ],
        "count": all_of_them,
        "unhelped": _unhelped(desk, entry),
        "again_url": reverse("programs-again", args=[desk.run.key, entry.id]),
        "asked": request.GET.get("again") == "1",
        "round": latest_round(desk.run.pk, entry.id),
        "now": clock.now(),
        "zone": desk.account.time_zone,
        "refusal": refusal,
        "reason": reason,
    }
    return render(request, "activities/code/programs.html", context, status=status)


def _line(desk: Desk, cluster: Cluster, example: Submission, again: Again | None, all_of_them: int) -> Line:
    # In the language of who reads this page, whichever the learner was told it in.
    found = again.found if again else example.answer.get(FOUND)
    findings = findings_of(found or {"verdict": "internal_error"}, language())
    return Line(
        cluster,
        cluster.count / all_of_them,
        _title(cluster, findings),
        verdict_words(cluster.key.split(":")[1]) if cluster.key.startswith("test:") else "",
        findings,
        tuple((name, str(text)) for name, text in example.answer.items() if name != FOUND),
        example.enrolment.account.name,
        reverse("desk-learner", args=[desk.run.key, example.enrolment_id]),
    )


def _unhelped(desk: Desk, entry: Entry) -> list[tuple[str, Unhelped]]:
    """What each message says, as this session has it, with how many it did not help."""
    found = unhelped_in(desk.run.key, entry.id)
    content = pick(entry.contents, language(), desk.outline.language)
    exercise = definitions.of([content])[content] if found else None
    return [(words_of_rule(exercise, one.rule, language()), one) for one in found if isinstance(exercise, Exercise)]


def _title(cluster: Cluster, findings: Findings) -> str:
    """`findings`: of one of them, whose line and names stay out of what is said of all."""
    kind, _colon, name = cluster.key.partition(":")
    if kind == "right":
        return _("All tests pass.")
    if kind == "rule" and findings.messages:
        return findings.messages[0][1]
    if kind == "card" and findings.cards:
        return title_of(name, _) or findings.cards[0].title
    return (findings.failing.told if findings.failing else "") or findings.words
