"""What does one activity show to one learner: its inside, its form, its verdict?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from cordee.core.errors import InputRefused
from cordee.core.kept import Kept
from cordee.core.scores import Score
from cordee.courses.kinds import (
    FOUND,
    Answer,
    Held,
    InputResult,
    PageView,
    Recalling,
    Result,
    answered,
    done_by_learner,
    graded_at_once,
    grades_again,
    installed,
    judged_apart,
    label_of,
    policy_of,
    recalling,
    taken,
)
from cordee.courses.outlines import Entry, Place
from cordee.courses.pages import Renderer
from cordee.courses.queries import definitions, subject_of_run
from cordee.courses.versions.queries import CONTENT_SIGNS
from cordee.learning import access
from cordee.learning.access import Standing
from cordee.learning.forms import form_id
from cordee.learning.judging.queries import Again, held_of, judged_again_of
from cordee.learning.models import ActivityState, Submission
from cordee.learning.pages.containers import ContainerNote, container_note, sources_in
from cordee.learning.pages.looking import Look
from cordee.learning.pages.outline import URLS_KEPT, UnitAddresses, unit_url
from cordee.learning.queries import Seat, last_submissions
from cordee.learning.variants import next_seed
from cordee.people.permissions import may

UNTOUCHED_KEPT = 2048

ClosedBecause = Literal[
    "", "attempts", "deadline", "time", "wait", "preview", "ungradable", "variant", "solved", "judging"
]


@dataclass(frozen=True, slots=True)
class ActivityView:
    """One activity in its frame: the inside is drawn by its kind, the form around it by this room."""

    id: str
    kind: str
    label: str
    icon: str
    title: str
    body: SafeString
    language: str
    is_task: bool  # it is handed in
    is_scored: bool  # and graded
    is_judged_apart: bool  # by a worker
    is_before: (
        bool  # the last answer is not the one that its page is about: that one is with a worker, tried or refused
    )
    reloads: bool  # handing in may open something else on the page
    graded: bool
    points: float
    page_url: str  # of its unit: where its links lead, whatever address this page was drawn at
    submit_url: str
    form_id: str = field(compare=False)  # each learner's own, put into what is drawn once for all
    content: str  # how the hash of what is asked begins: the form carries it back
    closed: ClosedBecause
    attempts: int
    max_attempts: int | None
    wait_until: dt.datetime | None
    last_moment: dt.datetime | None  # by the dates
    received_at: dt.datetime | None
    receipt: str
    late: bool
    score: Score | None  # of the last answer
    best: Score | None  # the score that counts
    given: Score | None  # points that a teacher gave in place of it, or that grading again gave
    given_because: str
    given_is_floor: bool  # they came of grading again: better answers count more
    judged_again_at: dt.datetime | None  # when the answer was judged again: `score` is of that
    regraded_at: dt.datetime | None  # when the answer was graded again by a newer version
    outcome: Literal["", "right", "partly", "wrong"]
    kept: str
    may_ask_answer: bool
    left_out: bool
    tag: str
    repeats_unit: bool  # its title is the unit's: said once on the page
    may_ask_new: bool = False  # the next attempt may, or has to, have a new variant
    is_new: bool = False  # the form is that of a new variant, asked for
    is_same_for_all: bool = False  # nothing in it is this learner's alone but `form_id`
    refusal: str = ""  # why what was just sent was not taken
    is_handed_in: bool = False  # what its form holds is with a worker
    is_unsent: bool = False  # what its form holds was sent and not taken
    faults: tuple[tuple[str, str], ...] = ()  # which inputs could not be read, and why
    answers_nothing: bool = False  # what was sent was empty
    shows_answer: bool = False  # the right answer stands in it
    finish_url: str = ""  # where a learner says that they have done it; "" when nobody asks
    done_label: str = ""
    done: bool = False
    policy: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)  # added to the content policy

    @property
    def attempts_left(self) -> int | None:
        return None if self.max_attempts is None else max(0, self.max_attempts - self.attempts)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not taken: shown again with the reason, so that nothing typed is lost.

    Without a `sentence` it was not handed in at all: another button of its form asked for the page again.
    """

    activity: str
    answer: Answer | None
    sentence: str = ""
    faults: tuple[tuple[str, str], ...] = ()  # input id, why: those that could not be read
    answers_nothing: bool = False
    hints: int = 0  # asked for on the page
    asks_new: bool = False  # the form was that of a new variant


@dataclass(frozen=True, slots=True)
class Wish:
    """What a learner asks to see besides: the id of the activity that it is asked of, or ""."""

    answer: str = ""  # its right answer
    new: str = ""  # a new variant
    show: str = ""  # what its page shows on demand only


NO_WISH = Wish()


def renderer_for(look: Look, language: str) -> Renderer:
    return Renderer(
        version_sha256=look.seat.run.version.sha256,
        language=language,
        unit_url=look.addresses or UnitAddresses(look.seat.run.key),
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
    wish: Wish = NO_WISH,
    only: str = "",
    refused: Refused | None = None,
) -> Iterable[ActivityView]:
    """The activities of a unit that this person sees, or only one of them.

    1 query when something of it was handed in, 1 when something of it is judged by a worker (1 more when that was
    handed in), 1 for each kind that shows what everybody answered, and those of each kind that keeps rows of its own;
    1 more the first time that a process meets their contents.
    """
    for part in page_parts(look, place, wish=wish, only=only, refused=refused):
        if isinstance(part, ActivityView):
            yield part


def page_parts(
    look: Look, place: Place, *, wish: Wish = NO_WISH, only: str = "", refused: Refused | None = None
) -> Iterable[ActivityView | ContainerNote]:
    """The same, and between them what a container has to say: a door that is closed, who sees what."""
    seat = look.seat
    pieces = [
        piece for piece in look.viewer.pieces(place.unit) if only in ("", piece.entry.id) and look.reads(piece.entry)
    ]
    entries = [piece.entry for piece in pieces if piece.is_activity]
    handed_in = last_submissions(look.states[entry.id] for entry in entries if entry.id in look.states)
    known = definitions.of(
        [*(look.words(entry.contents) for entry in entries), *(last.content for last in handed_in.values())]
    )
    results = _results(look, entries)
    held = held_of(seat.enrolment, [entry.id for entry in entries if judged_apart(installed()[entry.kind])], look.now)
    apart = [one for one in entries if one.id in handed_in and judged_apart(installed()[one.kind])]
    again = judged_again_of([handed_in[one.id].pk for one in apart])
    sources = sources_in(place.unit)
    sees_details = seat.teaches and may(seat.account, "course.unknown_details", subject_of_run(seat.run))
    mine = {entry.id: known[look.words(entry.contents)] for entry in entries}
    kept = _recalled(seat, entries, mine)
    for piece in pieces:
        entry = piece.entry
        if piece.group is not None or not piece.is_activity:
            yield container_note(look, piece)
        if piece.is_activity:
            yield _view_for(
                look,
                place,
                entry,
                Shown(
                    mine[entry.id],
                    results.get(entry.id),
                    kept.get(entry.id),
                    sees_details,
                    entry.id in sources,
                    handed_in.get(entry.id),
                    known.get(handed_in[entry.id].content) if entry.id in handed_in else None,
                    _newer(held.get(entry.id), handed_in.get(entry.id)),
                    again.get(handed_in[entry.id].pk) if entry.id in handed_in else None,
                ),
                wish=wish,
                refused=refused if refused and refused.activity == entry.id else None,
            )


def _results(look: Look, entries: Iterable[Entry]) -> Mapping[str, object]:
    """What everybody answered, for the activities that this person has answered or teaches."""
    wanted: dict[str, list[str]] = {}
    for entry in entries:
        state = look.states.get(entry.id)
        if answered(installed()[entry.kind]) and (look.seat.teaches or (state and state.attempts)):
            wanted.setdefault(entry.kind, []).append(entry.id)
    found: dict[str, object] = {}
    for name, activities in wanted.items():
        kind = answered(installed()[name])
        found |= kind.results(look.seat.run.pk, activities) if kind else {}
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """What is needed besides the outline to draw one activity."""

    definition: object
    results: object
    kept: Hashable  # what its kind recalled for it
    sees_details: bool
    reloads: bool
    last: Submission | None
    answered: object  # the definition that was answered last, perhaps in another language
    held: Held | None = None  # newer than `last`
    again: Again | None = None  # of `last`


def _newer(held: Held | None, last: Submission | None) -> Held | None:
    """What is with a worker, or came back from one since something was handed in.

    One that was handed in after `last` was read, and before `held` was, is still with a worker for this page: else the
    page would have neither, and nobody would ask again.
    """
    if held is None or last is None:
        return held
    is_newer = held.received_at > last.received_at if held.handed_in else held.received_at >= last.received_at
    return held if is_newer else None


def _recalled(seat: Seat, entries: list[Entry], mine: Mapping[str, object]) -> Mapping[str, Hashable]:
    """What kinds keep of their own about these activities, each asked once."""
    found: dict[str, Hashable] = {}
    for name in dict.fromkeys(entry.kind for entry in entries):
        kind = recalling(installed()[name])
        if kind is not None:
            enrolment_id = seat.enrolment.pk if seat.enrolment else None
            own = {entry.id: mine[entry.id] for entry in entries if entry.kind == name}
            found |= kind.recall(Recalling(enrolment_id, seat.run.course_id, own))
    return found


def _view_for(
    look: Look, place: Place, entry: Entry, shown: Shown, *, wish: Wish, refused: Refused | None
) -> ActivityView:
    """An activity for one learner. Whoever has not touched it sees what all such learners see: made once for them."""
    is_touched = entry.id in look.states or refused is not None or entry.id in (wish.answer, wish.new, wish.show)
    if is_touched or shown.results is not None or shown.held is not None:
        return _activity_view(look, place, entry, shown, wish=wish, refused=refused)
    seat = look.seat
    last_moment, past_due, time_over = _ends(look, place)
    key = (
        *(seat.run.key, seat.run.version.sha256, entry.id, look.language, look.now.date()),
        *(last_moment, past_due, time_over),
        *(seat.enrolment is not None, shown.sees_details, shown.kept),
    )
    view = _untouched.of(
        key,
        lambda: _activity_view(look, place, entry, shown, wish=wish, refused=None),
        is_worth_it=lambda made: made.is_same_for_all,
    )
    return replace(view, form_id=_next_form(seat, entry, Standing())) if view.is_task else view


_untouched: Kept[tuple[Hashable, ...], ActivityView] = Kept(UNTOUCHED_KEPT)


def _activity_view(
    look: Look, place: Place, entry: Entry, shown: Shown, *, wish: Wish, refused: Refused | None
) -> ActivityView:
    seat, rules, kind = look.seat, entry.rules, installed()[entry.kind]
    state, last = look.states.get(entry.id), shown.last
    standing = Standing(state.attempts, state.solved, state.last_at) if state else Standing()
    last_moment, past_due, time_over = _ends(look, place)
    closed = _closed_because(seat, entry, standing, past_due=past_due, time_over=time_over, now=look.now)
    may_ask_new = closed == "" and standing.attempts > 0 and rules.new_variant in ("always", "on_reset")
    is_new = may_ask_new and (refused.asks_new if refused else wish.new == entry.id)
    if may_ask_new and not is_new and rules.new_variant == "always":
        closed = "variant"
    is_task = taken(kind) is not None and not entry.ungradable
    is_scored = graded_at_once(kind) is not None
    mine, verdict = _answered(entry, shown, state)
    if last is not None and last.content not in entry.contents.values() and _outcome(verdict) != "right":
        standing = replace(standing, solved=False)  # it was, before its author added to it: there is more to find
    may_show = is_task and is_scored and access.shows_answer(rules, standing, past_due=past_due, time_over=time_over)
    reveal = may_show and (standing.attempts > 0 or wish.answer == entry.id)
    result = verdict if access.shows_correctness(rules, past_due=past_due) else None
    if (
        closed == ""
        and refused is None
        and not is_new
        and rules.max_attempts is not None
        and _outcome(result) == "right"
    ):
        closed = "solved"  # another attempt could win nothing
    if shown.held is not None and shown.held.found is None and closed in ("", "solved"):
        closed = "judging"
    language = content_language([entry], look.language, seat.outline.language)
    finisher = done_by_learner(kind) if seat.enrolment is not None else None
    # A page that another button of the form asked for shows the verdict on what stands in it, and on nothing else. That
    # of a worker says itself of which answer it is, and stays.
    is_draft = refused is not None and not refused.sentence
    is_apart = judged_apart(kind) is not None
    is_of_last = refused is None or is_apart or (is_draft and last is not None and refused.answer == mine)
    program = {name: value for name, value in (mine or {}).items() if name != FOUND}
    is_handed_in = closed == "judging" and refused is None and shown.held is not None and not shown.held.is_trial
    is_other = shown.held is not None or (refused is not None and refused.answer != program)
    is_before = last is not None and is_apart and is_other
    view = PageView(
        activity_id=entry.id,
        title=look.words(entry.titles),
        language=language,
        seed=_seed(seat, entry, standing, last, is_new=is_new),
        render=(renderer := renderer_for(look, language)),
        answer=refused.answer if refused else mine if not is_new else None,
        answered=shown.answered if not refused else None,
        result=result if is_of_last and not is_new else None,
        reveal=reveal and not is_new,
        open=closed == "",
        for_teacher=shown.sees_details,
        file=renderer.file,
        run_key=seat.run.key,
        enrolled=seat.enrolment is not None,
        done=state is not None and state.done_at is not None,
        asked=wish.show == entry.id,
        kept=shown.kept,
        held=shown.held if refused is None or is_draft or closed == "judging" else None,
        results=shown.results,
        hints=refused.hints if refused else 0,
        faults=refused.faults if refused else (),
        unsent=refused is not None,
        last=mine,
        judged_again=(shown.again.at, shown.again.reason) if shown.again and not is_before else None,
        refusal=refused.sentence if refused and is_apart else "",
    )
    return ActivityView(
        id=entry.id,
        kind=entry.kind,
        label=label_of(kind, entry.tag),
        icon=kind.icon,
        title=view.title,
        body=SafeString(render_to_string(kind.template, dict(kind.page(shown.definition, view)))),
        language=language,
        is_task=is_task,
        is_scored=is_scored,
        is_judged_apart=is_apart,
        is_before=is_before,
        reloads=shown.reloads,
        graded=place.section.graded and entry.points > 0,
        points=entry.points,
        page_url=unit_url(seat.run.key, place.unit.id),
        submit_url=_submit_url(seat.run.key, entry.id),
        form_id=_next_form(seat, entry, standing) if is_task else "",
        content=look.words(entry.contents)[:CONTENT_SIGNS] if is_task else "",
        closed=closed,
        attempts=standing.attempts,
        max_attempts=rules.max_attempts,
        wait_until=access.wait_until(rules, standing, look.now),
        last_moment=last_moment,
        received_at=last.received_at if last and not is_new and (is_of_last or not is_draft) else None,
        receipt=str(last.pk) if last else "",
        late=last.late if last else False,
        score=result.score if result else None,
        best=_best(state) if result else None,
        given=Score(state.given or 0.0, state.possible or entry.points) if state and state.is_replaced else None,
        given_because=state.given_because if state else "",
        given_is_floor=state.given_is_floor if state else False,
        judged_again_at=shown.again.at if shown.again else None,
        regraded_at=state.regraded_at if state else None,
        outcome=_outcome(result),
        kept=rules.kept,
        may_ask_answer=may_show and not reveal,
        left_out=bool(entry.ungradable) and is_scored,
        tag=entry.tag,
        repeats_unit=view.title == look.words(place.unit.titles),
        may_ask_new=may_ask_new and not is_new,
        is_new=is_new,
        is_same_for_all=last is None
        and refused is None
        and shown.held is None
        and (state is None or state.given is None)
        and kind.is_same_for_all(shown.definition, view),
        refusal=refused.sentence if refused else "",
        is_handed_in=is_handed_in,
        is_unsent=is_apart and not is_handed_in and (bool(refused and refused.sentence) or shown.held is not None),
        faults=refused.faults if refused else (),
        answers_nothing=refused is not None and refused.answers_nothing,
        shows_answer=view.reveal,
        finish_url=reverse("finish", args=[seat.run.key, entry.id]) if finisher else "",
        done_label=str(finisher.done_label) if finisher else "",
        done=view.done,
        policy=policy_of(kind, shown.definition, view),
    )


def _answered(entry: Entry, shown: Shown, state: ActivityState | None) -> tuple[Answer | None, Result | None]:
    """The last answer and its verdict, as this version of the activity says them.

    An answer to an older version is found in this one; so is its verdict, where it is the one that counts.
    """
    last = shown.last
    if last is None:
        return None, None
    if shown.again is not None:
        return _judged_again(entry, shown, last, shown.again)
    again = grades_again(installed()[entry.kind]) if last.content not in entry.contents.values() else None
    if again is None or shown.answered is None:
        return last.answer, _said_again(entry, shown, last)
    moved = again.answer_now(shown.answered, shown.definition, last.answer)
    try:
        result = again.grade_again(shown.answered, shown.definition, last.answer, last.seed)
    except InputRefused:
        return moved, _result(last)
    score = result.score.weighted(entry.rules.weight)
    counts = state is not None and state.regraded_at is not None
    return moved, replace(result, score=score) if counts or score.earned == last.earned else _result(last)


def _judged_again(entry: Entry, shown: Shown, last: Submission, again: Again) -> tuple[Answer, Result | None]:
    """The answer with what was found of it since."""
    answer = {**last.answer, FOUND: dict(again.found)}
    grader = graded_at_once(installed()[entry.kind])
    if grader is None:
        return answer, _result(last)
    try:
        result = grader.grade(shown.definition, answer, last.seed)
    except InputRefused:
        return last.answer, _result(last)
    return answer, replace(result, score=result.score.weighted(entry.rules.weight))


def _said_again(entry: Entry, shown: Shown, last: Submission) -> Result | None:
    """The verdict that was kept; what the author says of it in the language of the page, if it was another's then."""
    result, grader = _result(last), graded_at_once(installed()[entry.kind])
    if result is None or grader is None or shown.answered is None or shown.answered == shown.definition:
        return result
    try:
        now = grader.grade(shown.definition, last.answer, last.seed).inputs
    except InputRefused:  # an answer that only the other language knows
        return result
    inputs = {
        name: replace(one, feedback=now[name].feedback)
        if name in now and now[name].correctness == one.correctness
        else one
        for name, one in result.inputs.items()
    }
    return replace(result, inputs=inputs)


def _seed(seat: Seat, entry: Entry, standing: Standing, last: Submission | None, *, is_new: bool) -> int:
    """The variant on the page: that of the last answer while it is shown, else that of the next attempt."""
    if seat.enrolment is None:
        return 0
    if last is not None and not is_new and entry.rules.new_variant in ("always", "on_reset"):
        return last.seed
    return next_seed(
        enrolment_seed=seat.enrolment.seed,
        activity=entry.id,
        rules=entry.rules,
        attempts=standing.attempts,
        last_seed=last.seed if last else None,
        asks_new=is_new,
    )


@lru_cache(maxsize=URLS_KEPT)
def _submit_url(run_key: str, activity: str) -> str:
    return reverse("submit", args=[run_key, activity])


def _next_form(seat: Seat, entry: Entry, standing: Standing) -> str:
    if seat.enrolment is None:
        return ""
    return str(form_id(enrolment_id=seat.enrolment.pk, activity=entry.id, attempt=standing.attempts + 1))


def _best(state: ActivityState | None) -> Score | None:
    if state is None or state.points is None or state.possible is None:
        return None
    return Score(state.points, state.possible)


def _ends(look: Look, place: Place) -> tuple[dt.datetime | None, bool, bool]:
    """The last moment by the dates, whether it has passed, and whether the learner's own time is over."""
    calendar, section, outline = look.seat.calendar, place.section, look.seat.outline
    by_dates, last = calendar.last_by_dates(section, outline), calendar.last_moment(section, outline)
    past_due = by_dates is not None and look.now > by_dates
    return by_dates, past_due, last is not None and look.now > last and not past_due


def _closed_because(
    seat: Seat, entry: Entry, standing: Standing, *, past_due: bool, time_over: bool, now: dt.datetime
) -> ClosedBecause:
    if entry.ungradable:
        return "ungradable"
    if seat.enrolment is None:
        return "preview"
    if access.attempts_left(entry.rules, standing) == 0:
        return "attempts"
    if past_due or time_over:
        return "deadline" if past_due else "time"
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
