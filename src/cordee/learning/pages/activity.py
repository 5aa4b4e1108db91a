"""What does one activity show to one learner: its inside, its form, its verdict?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from cordee.core.scores import Score
from cordee.courses.kinds import (
    Answer,
    DoneByLearner,
    InputResult,
    PageView,
    Recalling,
    Recalls,
    Result,
    graded_at_once,
    installed,
    policy_of,
)
from cordee.courses.outlines import Entry, Place
from cordee.courses.pages import Renderer
from cordee.courses.queries import definitions
from cordee.learning import access
from cordee.learning.access import Standing
from cordee.learning.forms import form_id
from cordee.learning.models import ActivityState, Submission
from cordee.learning.pages.looking import Look
from cordee.learning.pages.outline import unit_url
from cordee.learning.queries import Seat
from cordee.learning.variants import variant_seed
from cordee.people.permissions import Subject, may

ClosedBecause = Literal["", "attempts", "deadline", "wait", "preview", "ungradable"]


@dataclass(frozen=True, slots=True)
class ActivityView:
    """One activity in its frame: the inside is drawn by its kind, the form around it by this room."""

    id: str
    kind: str
    label: str | Promise
    icon: str
    title: str
    body: SafeString
    language: str
    is_task: bool  # it is handed in
    graded: bool
    points: float
    submit_url: str
    form_id: str
    closed: ClosedBecause
    attempts: int
    max_attempts: int | None
    wait_until: dt.datetime | None
    last_moment: dt.datetime | None
    received_at: dt.datetime | None
    receipt: str
    late: bool
    score: Score | None  # of the last answer
    best: Score | None  # the score that counts
    outcome: Literal["", "right", "partly", "wrong"]
    kept: str
    may_ask_answer: bool
    left_out: bool
    tag: str
    repeats_unit: bool  # its title is the unit's: said once on the page
    refusal: str = ""  # why what was just sent was not taken
    refused_input: str = ""
    finish_url: str = ""  # where a learner says that they have done it; "" when nobody asks
    done_label: str | Promise = ""
    done: bool = False
    policy: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what its page adds to the content policy

    @property
    def attempts_left(self) -> int | None:
        return None if self.max_attempts is None else max(0, self.max_attempts - self.attempts)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not taken: shown again with the reason, so that nothing typed is lost."""

    activity: str
    answer: Answer | None
    sentence: str
    input_id: str = ""


def renderer_for(look: Look, language: str) -> Renderer:
    return Renderer(
        version_sha256=look.seat.run.version.sha256,
        language=language,
        unit_url=lambda unit: unit_url(look.seat.run.key, unit),
        day=look.now.date(),
    )


def content_language(entries: Iterable[Entry], language: str, own: str) -> str:
    """The language in which these activities are written for this reader."""
    for entry in entries:
        if entry.contents:
            return next((one for one in (language, own) if one in entry.contents), next(iter(entry.contents)))
    return own


def activity_views(
    look: Look,
    place: Place,
    *,
    answer_asked: str = "",
    show_asked: str = "",
    only: str = "",
    refused: Refused | None = None,
) -> Iterable[ActivityView]:
    """The activities of a unit, or only one of them.

    1 query the first time that a process meets their contents, and those of each kind that keeps rows of its own.
    """
    seat = look.seat
    entries = [
        entry
        for entry in place.unit.activities()
        if access.is_shown(place, entry, cohort=seat.cohort, teaches=seat.teaches) and only in ("", entry.id)
    ]
    known = definitions.of(look.words(entry.contents) for entry in entries)
    subject = Subject.of_run(seat.run.key, seat.run.course.organisation, seat.run.course.number)
    sees_details = seat.teaches and may(seat.account, "course.unknown_details", subject)
    mine = {entry.id: known[look.words(entry.contents)] for entry in entries}
    kept = _recalled(seat, entries, mine)
    for entry in entries:
        asked = Asked(answer=answer_asked == entry.id, show=show_asked == entry.id, kept=kept.get(entry.id))
        yield _activity_view(
            look,
            place,
            entry,
            mine[entry.id],
            asked=asked,
            sees_details=sees_details,
            refused=refused if refused and refused.activity == entry.id else None,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asks to see of an activity, and what its kind recalled for it."""

    answer: bool
    show: bool
    kept: object


def _recalled(seat: Seat, entries: list[Entry], mine: Mapping[str, object]) -> Mapping[str, object]:
    """What kinds keep of their own about these activities, each asked once."""
    found: dict[str, object] = {}
    for name in dict.fromkeys(entry.kind for entry in entries):
        kind = installed()[name]
        if isinstance(kind, Recalls):
            enrolment_id = seat.enrolment.pk if seat.enrolment else None
            own = {entry.id: mine[entry.id] for entry in entries if entry.kind == name}
            found |= kind.recall(Recalling(enrolment_id, seat.run.course_id, own))
    return found


def _activity_view(
    look: Look,
    place: Place,
    entry: Entry,
    definition: object,
    *,
    asked: Asked,
    sees_details: bool,
    refused: Refused | None,
) -> ActivityView:
    seat, rules, kind = look.seat, entry.rules, installed()[entry.kind]
    state = look.states.get(entry.id)
    last = state.last if state else None
    standing = Standing(state.attempts, state.solved, state.last_at) if state else Standing()
    last_moment = seat.calendar.last_moment(place.section, seat.outline)
    past_due = last_moment is not None and look.now > last_moment
    closed = _closed_because(seat, entry, standing, past_due=past_due, now=look.now)
    is_task = graded_at_once(kind) is not None and not entry.ungradable
    may_show = is_task and access.shows_answer(rules, standing, past_due=past_due)
    reveal = may_show and (standing.attempts > 0 or asked.answer)
    result = _result(last) if access.shows_correctness(rules, past_due=past_due) else None
    language = content_language([entry], look.language, seat.outline.language)
    may_finish = seat.enrolment is not None and isinstance(kind, DoneByLearner)
    view = PageView(
        activity_id=entry.id,
        title=look.words(entry.titles),
        language=language,
        seed=variant_seed(seat.enrolment.seed, entry.id) if seat.enrolment else 0,
        render=(renderer := renderer_for(look, language)),
        answer=refused.answer if refused else last.answer if last else None,
        result=None if refused else result,
        reveal=reveal,
        open=closed == "",
        for_teacher=sees_details,
        file=renderer.file,
        run_key=seat.run.key,
        enrolled=seat.enrolment is not None,
        done=state is not None and state.done_at is not None,
        asked=asked.show,
        kept=asked.kept,
    )
    return ActivityView(
        id=entry.id,
        kind=entry.kind,
        label=kind.label,
        icon=kind.icon,
        title=view.title,
        body=SafeString(render_to_string(kind.template, dict(kind.page(definition, view)))),
        language=language,
        is_task=is_task,
        graded=place.section.graded and entry.points > 0,
        points=entry.points,
        submit_url=reverse("submit", args=[seat.run.key, entry.id]),
        form_id=_next_form(seat, entry, standing),
        closed=closed,
        attempts=standing.attempts,
        max_attempts=rules.max_attempts,
        wait_until=access.wait_until(rules, standing, look.now),
        last_moment=last_moment,
        received_at=last.received_at if last else None,
        receipt=str(last.pk) if last else "",
        late=last.late if last else False,
        score=result.score if result else None,
        best=_best(state) if result else None,
        outcome=_outcome(result),
        kept=rules.kept,
        may_ask_answer=may_show and not reveal,
        left_out=bool(entry.ungradable),
        tag=entry.tag,
        repeats_unit=view.title == look.words(place.unit.titles),
        refusal=refused.sentence if refused else "",
        refused_input=refused.input_id if refused else "",
        finish_url=reverse("finish", args=[seat.run.key, entry.id]) if may_finish else "",
        done_label=kind.done_label if isinstance(kind, DoneByLearner) else "",
        done=view.done,
        policy=policy_of(kind, definition, view),
    )


def _next_form(seat: Seat, entry: Entry, standing: Standing) -> str:
    if seat.enrolment is None:
        return ""
    return str(form_id(enrolment_id=seat.enrolment.pk, activity=entry.id, attempt=standing.attempts + 1))


def _best(state: ActivityState | None) -> Score | None:
    if state is None or state.earned is None or state.possible is None:
        return None
    return Score(state.earned, state.possible)


def _closed_because(seat: Seat, entry: Entry, standing: Standing, *, past_due: bool, now: dt.datetime) -> ClosedBecause:
    if entry.ungradable:
        return "ungradable"
    if seat.enrolment is None:
        return "preview"
    if access.attempts_left(entry.rules, standing) == 0:
        return "attempts"
    if past_due:
        return "deadline"
    return "wait" if access.wait_until(entry.rules, standing, now) else ""


def _result(last: Submission | None) -> Result | None:
    if last is None or last.earned is None or last.possible is None:
        return None
    return Result(
        Score(last.earned, last.possible),
        {key: InputResult(found[0], found[1], found[2]) for key, found in last.feedback.items()},
    )


def _outcome(result: Result | None) -> Literal["", "right", "partly", "wrong"]:
    if result is None:
        return ""
    verdicts = {one.correctness for one in result.inputs.values()}
    if verdicts == {"correct"}:
        return "right"
    return "wrong" if verdicts <= {"incorrect"} else "partly"
