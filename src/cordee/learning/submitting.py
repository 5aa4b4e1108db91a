"""Hand in an answer: grade it or count it, keep it, once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction

from cordee.core import figures
from cordee.core.errors import N_, Conflict, InputRefused, NotYet
from cordee.core.scores import Score
from cordee.courses.kinds import FOUND, Answer, Answered, Result, Rules, Taken, graded_at_once, grades_again
from cordee.courses.outlines import Entry, Outline, Place, pick
from cordee.courses.queries import definitions
from cordee.courses.queries import outline as read_outline
from cordee.learning.access import Standing, attempts_left, wait_until
from cordee.learning.journal import record_of
from cordee.learning.marking import update_grade
from cordee.learning.models import ActivityState, Enrolment, Submission
from cordee.learning.prepared import Prepared, add
from cordee.learning.queries import NO_TIMES, calendar_of, times_of
from cordee.learning.variants import next_seed


class AttemptsUsed(Conflict):
    """No attempt is left."""


class DeadlinePassed(Conflict):
    """The server's clock is past the last moment."""


class TimeOver(DeadlinePassed):
    """The learner's own time for the section is over."""


class TooSoon(NotYet):
    """The author asks for a pause between two attempts."""


class MovedMeanwhile(Conflict):
    """The run was moved to another version between the look at it and the lock."""


class NothingAnswered(InputRefused):
    """A form was handed in with nothing in it: a slip of the hand, and no attempt is spent on it."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is answered: an activity of a run, with its definition in the language that the learner reads."""

    outline: Outline
    place: Place
    entry: Entry
    kind: Taken
    definition: object
    content: str  # sha256 of the content answered
    language: str
    older: Any = None  # the definition that was answered, where the page was drawn before the run moved to this version

    @property
    def asked(self) -> Any:
        """What stood on the page that was handed in."""
        return self.definition if self.older is None else self.older

    @property
    def rules(self) -> Rules:
        return self.entry.rules


@dataclass(frozen=True, slots=True)
class Receipt:
    """What handing in gives back.

    `repeated`: this form had been handed in before, nothing was added; `differs`: and with another answer than now.
    """

    submission: Submission
    repeated: bool
    differs: bool = False


WRITTEN = ("grade", "graded_at", "marks", "marks_of")  # of an enrolment, where points change
_locks = Prepared(
    lambda enrolment: Enrolment.objects.select_for_update().filter(pk=enrolment).only(*WRITTEN),
    enrolment=int,
)
_forms = Prepared(
    lambda enrolment, form: Submission.objects.filter(enrolment_id=enrolment, form_id=form), enrolment=int, form=UUID
)
_states = Prepared(
    lambda enrolment, activity: ActivityState.objects.filter(enrolment_id=enrolment, activity=activity),
    enrolment=int,
    activity=str,
)


def submit_answer(
    *, enrolment: Enrolment, task: Task, answer: Answer, form_id: UUID, now: dt.datetime, asks_new: bool = False
) -> Receipt:
    """Grade `answer` and keep it, with state, course grade and event, in one transaction.

    `asks_new`: the form was drawn with a new variant, as its learner had asked.
    `enrolment` comes with its account, run, version and cohort. Raises AnswerUnreadable (no attempt spent),
    NothingAnswered, AttemptsUsed, DeadlinePassed, TimeOver, TooSoon. The same `form_id` again gives the first receipt
    whatever the answer.
    """
    try:
        with transaction.atomic():
            receipt = _submit(enrolment, task, answer, form_id, now, asks_new=asks_new)
    except MovedMeanwhile:
        there, newer = _as_it_is_now(enrolment, task)
        return submit_answer(enrolment=there, task=newer, answer=answer, form_id=form_id, now=now, asks_new=asks_new)
    except IntegrityError:  # another process handed in the same form or attempt between our look and our insert
        known = _handed_in(enrolment, form_id)
        if known is None:
            raise Conflict(N_("Another tab handed in this activity a moment ago. Reload the page.")) from None
        return earlier_receipt(known, answer)
    if not receipt.repeated:
        figures.add(figures.SUBMISSIONS)
    return receipt


def _as_it_is_now(enrolment: Enrolment, task: Task) -> tuple[Enrolment, Task]:
    """The same answer before the version that the run shows by now. Raises Conflict when the activity is gone there."""
    there = Enrolment.objects.select_related("account", "run__version", "run__course", "cohort").get(pk=enrolment.pk)
    outline = read_outline(there.run.version.sha256)
    known = outline.entries.get(task.entry.id)
    if known is None or known[1].kind != task.entry.kind or known[1].ungradable:
        raise Conflict(N_("This activity was taken out of the session a moment ago. Go back to the course outline."))
    place, entry = known
    content = pick(entry.contents, task.language, outline.language)
    now = definitions.of([content])[content]
    older = None if content == task.content else task.asked
    return there, replace(task, outline=outline, place=place, entry=entry, definition=now, older=older)


def earlier_receipt(known: Submission, answer: Answer) -> Receipt:
    """What a form gives that was handed in before."""
    # An anonymous answer was not kept: nobody can say whether this one is another. What was found is no part.
    kept = {name: value for name, value in known.answer.items() if name != FOUND}
    given = {name: value for name, value in answer.items() if name != FOUND}
    return Receipt(known, repeated=True, differs=bool(kept) and kept != given)


def is_blank(value: object) -> bool:
    """Whether a part of an answer says nothing."""
    return not (value.strip() if isinstance(value, str) else value)


def _submit(
    enrolment: Enrolment, task: Task, answer: Answer, form_id: UUID, now: dt.datetime, *, asks_new: bool
) -> Receipt:
    locked = _locks.first(enrolment=enrolment.pk)  # two tabs queue here
    if locked is not None and locked.marks_of not in (enrolment.marks_of, enrolment.run.version_id):
        raise MovedMeanwhile(N_("The session was moved to another version a moment ago. Hand in again."))
    if locked is not None:  # what another tab changed meanwhile
        for name in WRITTEN:
            setattr(enrolment, name, getattr(locked, name))
    known = _handed_in(enrolment, form_id)
    if known:
        return earlier_receipt(known, answer)
    state = _states.first(enrolment=enrolment.pk, activity=task.entry.id) or ActivityState(
        enrolment=enrolment, activity=task.entry.id
    )
    check_allowed(enrolment, task, state, now)
    if all(is_blank(value) for value in answer.values()):
        raise NothingAnswered(N_("Nothing is answered yet, so no attempt was used. Answer, then hand in."))
    seed = next_seed(
        enrolment_seed=enrolment.seed,
        activity=task.entry.id,
        rules=task.rules,
        attempts=state.attempts,
        last_seed=state.last.seed if task.rules.new_variant == "on_reset" and state.last else None,
        asks_new=asks_new,
    )
    grader = graded_at_once(task.kind)
    if grader is not None:
        again = grades_again(grader) if task.older is not None else None
        if again is not None:
            result = again.grade_again(task.older, task.definition, answer, seed)
        else:
            result = grader.grade(task.definition, answer, seed)
    else:
        result = None
        answer = cast(Answered, task.kind).take(
            task.definition,
            answer,
            run_id=enrolment.run_id,
            activity=task.entry.id,
            earlier=state.last.answer if state.last else None,
        )
    submission = _keep(enrolment, task, answer, result, seed, state.attempts + 1, form_id, now)
    if result is not None:
        _update_score(state, submission, task.rules, result.score)
    _update_state(state, submission, now)
    record_of(
        enrolment,
        verb="submitted",
        activity=task.entry.id,
        content=task.content,
        at=now,
        data={
            "attempt": submission.attempt,
            "earned": submission.earned,
            "possible": submission.possible,
            "late": submission.late,
            "language": task.language,
        },
    )
    # Where containers choose, an answer that earns nothing may change what counts.
    if (task.place.section.graded and task.entry.points > 0) or task.outline.units_with_containers:
        update_grade(enrolment, task.outline, now)
    return Receipt(submission, repeated=False)


def _handed_in(enrolment: Enrolment, form_id: UUID) -> Submission | None:
    return _forms.first(enrolment=enrolment.pk, form=form_id)


def check_allowed(enrolment: Enrolment, task: Task, state: ActivityState, now: dt.datetime) -> None:
    """Raises DeadlinePassed, TimeOver, AttemptsUsed, TooSoon (1 query where the time of the section is limited)."""
    section = task.place.section
    times = times_of(enrolment, task.outline) if section.limit_min else NO_TIMES
    calendar = calendar_of(enrolment.run, enrolment, times)
    last_by_dates = calendar.last_by_dates(section, task.outline)
    if last_by_dates is not None and now > last_by_dates:
        raise DeadlinePassed(
            N_("The deadline passed before this answer arrived. What you handed in before it still counts.")
        )
    last_moment = calendar.last_moment(section, task.outline)
    if last_moment is not None and now > last_moment:
        raise TimeOver(
            N_("Your time for this section was over before this answer arrived. What you handed in before it counts.")
        )
    standing = Standing(state.attempts, state.solved, state.last_at)
    if attempts_left(task.rules, standing) == 0:
        raise AttemptsUsed(N_("You have used all your attempts here. Your best score counts."))
    until = wait_until(task.rules, standing, now)
    if until is not None:
        seconds = int((until - now).total_seconds()) + 1
        raise TooSoon(N_("The next attempt opens in {seconds} seconds. Take the time to look again."), seconds=seconds)


def _keep(
    enrolment: Enrolment,
    task: Task,
    answer: Answer,
    result: Result | None,
    seed: int,
    attempt: int,
    form_id: UUID,
    now: dt.datetime,
) -> Submission:
    score = result.score.weighted(task.rules.weight) if result else None
    due_at = calendar_of(enrolment.run, enrolment).due_of(task.place.section)
    submission = Submission(
        enrolment=enrolment,
        activity=task.entry.id,
        attempt=attempt,
        form_id=form_id,
        content=task.content,
        language=task.language,
        seed=seed,
        answer=dict(answer),
        earned=score.earned if score else None,
        possible=score.possible if score else None,
        feedback={
            key: [one.correctness, one.feedback, one.points] for key, one in (result.inputs if result else {}).items()
        },
        received_at=now,
        graded_at=now,
        late=due_at is not None and now > due_at,
    )
    add(submission)
    return submission


def _update_score(state: ActivityState, submission: Submission, rules: Rules, raw: Score) -> None:
    earned, possible = submission.earned or 0.0, submission.possible or 0.0
    match rules.kept:
        case "first" if state.attempts:
            earned, possible = state.earned or 0.0, state.possible or 0.0
        case "highest" if state.attempts and (state.earned or 0.0) >= earned:
            earned, possible = state.earned or 0.0, state.possible or 0.0
        case "average" if state.attempts:
            all_earned = Submission.objects.filter(enrolment=state.enrolment_id, activity=state.activity)
            points = [value or 0.0 for value in all_earned.order_by("attempt").values_list("earned", flat=True)]
            if state.regraded_at is not None:  # what those before count for now
                points[:-1] = [state.earned or 0.0] * (len(points) - 1)
            earned = sum(points) / len(points)
    state.earned, state.possible = earned, possible
    state.solved = state.solved or (raw.possible > 0 and raw.earned >= raw.possible)


def _update_state(state: ActivityState, submission: Submission, now: dt.datetime) -> None:
    state.attempts = submission.attempt
    state.last, state.last_at = submission, now
    state.done_at = state.done_at or now
    if state.pk is None:
        add(state)
    else:
        state.save()
