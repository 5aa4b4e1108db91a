"""What do the pages of a run show? Frozen values, complete before any template is drawn."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext

from cordee.core.scores import Score
from cordee.courses.kinds import Answer, InputResult, PageView, Result, graded_at_once, installed
from cordee.courses.licences import licence_name
from cordee.courses.outlines import Entry, Module, Place, Section, Unit, pick
from cordee.courses.pages import Renderer
from cordee.courses.queries import definitions
from cordee.learning import access
from cordee.learning.access import Standing
from cordee.learning.completion import Completion, State, completion_of
from cordee.learning.forms import form_id
from cordee.learning.grades import CourseGrade, SectionGrade, course_grade
from cordee.learning.models import ActivityState, Submission, UnitView
from cordee.learning.queries import Seat, states_of, views_of
from cordee.learning.variants import next_seed
from cordee.people.permissions import Subject, may
from cordee.ui import dates

KnotState = Literal["", "half", "done"]
KNOTS: Mapping[State, KnotState] = {"todo": "", "started": "half", "done": "done"}
_OWN_NUMBER = re.compile(r"\d+([.)]|\s)")
WEIGHT_SLACK = 1e-9
NEAR = dt.timedelta(days=7)  # a date limit nearer than this is said in the plan
ClosedBecause = Literal["", "attempts", "deadline", "wait", "preview", "ungradable", "variant"]


@dataclass(frozen=True, slots=True)
class Look:
    """One person's look at a run: who, where they stand, in which language, at which moment."""

    seat: Seat
    language: str
    now: dt.datetime
    states: Mapping[str, ActivityState] = field(default_factory=dict)
    views: Mapping[str, UnitView] = field(default_factory=dict)

    def words(self, by_language: Mapping[str, str]) -> str:
        """A title in the reader's language, else in the course's own."""
        return pick(by_language, self.language, self.seat.outline.language)


def look_at(seat: Seat, *, language: str, now: dt.datetime) -> Look:
    """The reader's look at the run (2 queries, none for a teacher who has no enrolment)."""
    if seat.enrolment is None:
        return Look(seat, language, now)
    return Look(seat, language, now, states_of(seat.enrolment), views_of(seat.enrolment))


def numbered(number: str, name: str) -> str:
    """A title with its number, unless the author already wrote one."""
    return name if _OWN_NUMBER.match(name) else f"{number} {name}"


@dataclass(frozen=True, slots=True)
class Tag:
    text: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class OutlineUnit:
    id: str
    number: str
    name: str
    url: str  # "" while it is not open
    state: KnotState
    current: bool
    graded: bool
    due_at: dt.datetime | None
    opens_at: dt.datetime | None  # set when it is still to come
    tag: Tag | None
    duration: None = None  # not known yet: no author has said it

    @property
    def title(self) -> str:
        return numbered(self.number, self.name)


@dataclass(frozen=True, slots=True)
class OutlineSection:
    title: str  # "" when the module has only one
    units: tuple[OutlineUnit, ...]


@dataclass(frozen=True, slots=True)
class OutlineModule:
    number: int
    name: str
    sections: tuple[OutlineSection, ...]
    state: KnotState
    open: bool

    @property
    def title(self) -> str:
        return numbered(f"{self.number}.", self.name)

    @property
    def units(self) -> list[OutlineUnit]:
        return [unit for section in self.sections for unit in section.units]


@dataclass(frozen=True, slots=True)
class OutlineView:
    """The plan of the course beside each unit, and the rope above it."""

    title: str
    modules: tuple[OutlineModule, ...]
    percent: int

    @property
    def units(self) -> list[OutlineUnit]:
        return [unit for module in self.modules for unit in module.units]


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
    page_url: str  # of its unit: where its links lead, whatever address this page was drawn at
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
    may_ask_new: bool = False  # the next attempt may, or has to, have a new variant
    is_new: bool = False  # the form is that of a new variant, asked for
    refusal: str = ""  # why what was just sent was not taken
    refused_input: str = ""

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
    input_id: str = ""
    hints: int = 0  # asked for on the page
    asks_new: bool = False  # the form was that of a new variant


@dataclass(frozen=True, slots=True)
class UnitPage:
    run_key: str
    course_title: str
    module_title: str
    module_number: int
    number: str
    title: str
    id: str
    language: str
    graded: bool
    assignment_type: str
    due_at: dt.datetime | None
    activities: tuple[ActivityView, ...]
    outline: OutlineView
    previous: OutlineUnit | None
    next: OutlineUnit | None
    preview: bool
    family: str

    @property
    def heading(self) -> str:
        return numbered(self.number, self.title)

    @property
    def module_heading(self) -> str:
        return numbered(f"{self.module_number}.", self.module_title)


def unit_url(run_key: str, unit: str) -> str:
    return reverse("unit", args=[run_key, unit])


def outline_view(look: Look, here: str = "") -> OutlineView:
    """The plan; `here`: the id of the unit on the page."""
    seat = look.seat
    completion = completion_of(
        seat.outline,
        handed_in={activity for activity, state in look.states.items() if state.done_at},
        opened=look.views,
        cohort=seat.cohort,
        teaches=seat.teaches,
    )
    modules = tuple(
        found
        for number in range(1, len(seat.outline.modules) + 1)
        if (found := _outline_module(look, number, completion, here)).units
    )
    if not any(module.open for module in modules):
        first = next((module for module in modules if module.state != "done"), None)
        modules = tuple(replace(module, open=module is first) for module in modules)
    return OutlineView(title=look.words(seat.outline.titles), modules=modules, percent=round(100 * completion.share))


def _outline_module(look: Look, number: int, completion: Completion, here: str) -> OutlineModule:
    module = look.seat.outline.modules[number - 1]
    sections = []
    for section in module.sections:
        units = tuple(
            _outline_unit(look, module, section, unit, completion.units[unit.id], is_here=unit.id == here)
            for unit in section.units
            if unit.id in completion.units
        )
        if units:
            sections.append(OutlineSection(look.words(section.titles), units))
    if len(sections) == 1:
        sections = [replace(sections[0], title="")]
    found = {unit.state for section in sections for unit in section.units}
    return OutlineModule(
        number=number,
        name=look.words(module.titles),
        sections=tuple(sections),
        state="done" if found == {"done"} else "" if found <= {""} else "half",
        open=any(unit.current for section in sections for unit in section.units),
    )


def _outline_unit(
    look: Look, module: Module, section: Section, unit: Unit, state: State, *, is_here: bool
) -> OutlineUnit:
    opens_at = look.seat.calendar.opening_of(module, section)
    locked = opens_at > look.now and not look.seat.teaches
    return OutlineUnit(
        id=unit.id,
        number=look.seat.outline.places[unit.id].number,
        name=look.words(unit.titles),
        url="" if locked else unit_url(look.seat.run.key, unit.id),
        state=KNOTS[state],
        current=is_here,
        graded=section.graded,
        due_at=section.due_at if section.graded else None,
        opens_at=opens_at if locked else None,
        tag=_unit_tag(look, section, opens_at if locked else None, is_done=state == "done"),
    )


def _unit_tag(look: Look, section: Section, opens_at: dt.datetime | None, *, is_done: bool) -> Tag | None:
    zone = get_current_timezone_name()
    if opens_at is not None:
        day = dates.day(opens_at, zone, look.language, now=look.now)
        return Tag(gettext("opens %(day)s") % {"day": day}, icon="clock")
    if not section.graded:
        return None
    if section.due_at and look.now <= section.due_at < look.now + NEAR and not is_done:
        return Tag(dates.how_far(section.due_at, look.now, zone, look.language), tone="warn", icon="clock")
    return Tag(gettext("graded"))


def renderer_for(look: Look, language: str) -> Renderer:
    return Renderer(
        version_sha256=look.seat.run.version.sha256,
        language=language,
        unit_url=lambda unit: unit_url(look.seat.run.key, unit),
        day=look.now.date(),
    )


def unit_page(
    look: Look, place: Place, *, answer_asked: str = "", new_asked: str = "", refused: Refused | None = None
) -> UnitPage:
    """Everything on a unit's page. `answer_asked`, `new_asked`: the activity whose answer, or a new variant of which,
    the learner asks to see.
    """
    seat = look.seat
    outline = outline_view(look, here=place.unit.id)
    shown = [unit for unit in outline.units if unit.url]
    position = next(i for i, unit in enumerate(shown) if unit.id == place.unit.id)
    return UnitPage(
        run_key=seat.run.key,
        course_title=outline.title,
        module_title=look.words(place.module.titles),
        module_number=seat.outline.modules.index(place.module) + 1,
        number=place.number,
        title=look.words(place.unit.titles),
        id=place.unit.id,
        language=content_language(place.unit.activities(), look.language, seat.outline.language),
        graded=place.section.graded,
        assignment_type=place.section.assignment_type,
        due_at=place.section.due_at,
        activities=tuple(activity_views(look, place, answer_asked=answer_asked, new_asked=new_asked, refused=refused)),
        outline=outline,
        previous=shown[position - 1] if position > 0 else None,
        next=shown[position + 1] if position + 1 < len(shown) else None,
        preview=seat.enrolment is None,
        family=seat.outline.family,
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
    new_asked: str = "",
    only: str = "",
    refused: Refused | None = None,
) -> Iterable[ActivityView]:
    """The activities of a unit, or only one of them (1 query the first time that a process meets their contents)."""
    seat = look.seat
    entries = [
        entry
        for entry in place.unit.activities()
        if access.is_shown(place, entry, cohort=seat.cohort, teaches=seat.teaches) and only in ("", entry.id)
    ]
    known = definitions.of(look.words(entry.contents) for entry in entries)
    subject = Subject.of_run(seat.run.key, seat.run.course.organisation, seat.run.course.number)
    sees_details = seat.teaches and may(seat.account, "course.unknown_details", subject)
    for entry in entries:
        yield _activity_view(
            look,
            place,
            entry,
            known[look.words(entry.contents)],
            asked=answer_asked == entry.id,
            asks_new=new_asked == entry.id,
            sees_details=sees_details,
            refused=refused if refused and refused.activity == entry.id else None,
        )


def _activity_view(
    look: Look,
    place: Place,
    entry: Entry,
    definition: object,
    *,
    asked: bool,
    asks_new: bool,
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
    may_ask_new = closed == "" and standing.attempts > 0 and rules.new_variant in ("always", "on_reset")
    is_new = may_ask_new and (refused.asks_new if refused else asks_new)
    if may_ask_new and not is_new and rules.new_variant == "always":
        closed = "variant"
    is_task = graded_at_once(kind) is not None and not entry.ungradable
    may_show = is_task and access.shows_answer(rules, standing, past_due=past_due)
    reveal = may_show and (standing.attempts > 0 or asked)
    result = _result(last) if access.shows_correctness(rules, past_due=past_due) else None
    language = content_language([entry], look.language, seat.outline.language)
    view = PageView(
        activity_id=entry.id,
        title=look.words(entry.titles),
        language=language,
        seed=_seed(seat, entry, standing, last, is_new=is_new),
        render=renderer_for(look, language),
        answer=refused.answer if refused else last.answer if last and not is_new else None,
        result=None if refused or is_new else result,
        reveal=reveal and not is_new,
        open=closed == "",
        for_teacher=sees_details,
        hints=refused.hints if refused else 0,
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
        page_url=unit_url(seat.run.key, place.unit.id),
        submit_url=reverse("submit", args=[seat.run.key, entry.id]),
        form_id=_next_form(seat, entry, standing),
        closed=closed,
        attempts=standing.attempts,
        max_attempts=rules.max_attempts,
        wait_until=access.wait_until(rules, standing, look.now),
        last_moment=last_moment,
        received_at=last.received_at if last and not is_new else None,
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
        may_ask_new=may_ask_new and not is_new,
        is_new=is_new,
        refusal=refused.sentence if refused else "",
        refused_input=refused.input_id if refused else "",
    )


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


@dataclass(frozen=True, slots=True)
class ProgressSection:
    title: str
    url: str
    earned: float
    possible: float
    share: float
    missing: bool
    dropped: bool
    expected: bool  # the policy expects it, the course has no such section (yet)
    due_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ProgressType:
    name: str
    weight: float
    share: float
    brings: float
    drop_count: int
    divisor: int
    sections: tuple[ProgressSection, ...]


@dataclass(frozen=True, slots=True)
class ProgressPage:
    run_key: str
    course_title: str
    outline: OutlineView
    grade: float
    pass_mark: float
    passed: bool
    types: tuple[ProgressType, ...]
    weight_total: float
    left_out: int
    grace_s: int
    graded_at: dt.datetime | None
    family: str
    licence: str

    @property
    def something_missing(self) -> bool:
        return any(section.missing for line in self.types for section in line.sections)

    @property
    def grade_percent(self) -> float:
        return min(100.0, 100 * self.grade)

    @property
    def pass_percent(self) -> float:
        return 100 * self.pass_mark

    @property
    def weights_differ(self) -> bool:
        """The author's weights do not add up to 1 (a hair's breadth of floating point aside)."""
        return bool(self.types) and abs(self.weight_total - 1) > WEIGHT_SLACK


def progress_page(look: Look) -> ProgressPage:
    """The grade and how each number comes about. The grade shown is the stored one."""
    seat = look.seat
    earned = {activity: state.earned for activity, state in look.states.items() if state.earned is not None}
    found = course_grade(seat.outline, earned, access.belongs(seat.cohort))
    outline = outline_view(look)
    return ProgressPage(
        run_key=seat.run.key,
        course_title=outline.title,
        outline=outline,
        grade=seat.enrolment.grade if seat.enrolment else 0.0,
        pass_mark=seat.run.pass_mark,
        passed=seat.passed,
        types=tuple(_progress_types(look, found, outline)) if seat.outline.gives_grade else (),
        weight_total=sum(line.weight for line in seat.outline.assignment_types),
        left_out=found.left_out,
        grace_s=seat.outline.grace_s,
        graded_at=seat.enrolment.graded_at if seat.enrolment else None,
        family=seat.outline.family,
        licence=licence_name(seat.outline.licence),
    )


def _progress_types(look: Look, found: CourseGrade, outline: OutlineView) -> Iterable[ProgressType]:
    urls = {unit.id: unit.url for unit in outline.units}
    for line in found.types:
        yield ProgressType(
            name=line.type.name,
            weight=line.type.weight,
            share=line.share,
            brings=line.brings,
            drop_count=line.type.drop_count,
            divisor=len(line.sections) - line.type.drop_count,
            sections=tuple(_progress_section(look, graded, urls) for graded in line.sections),
        )


def _progress_section(look: Look, graded: SectionGrade, urls: Mapping[str, str]) -> ProgressSection:
    return ProgressSection(
        title=look.words(graded.section.titles) if graded.section else "",
        url=_first_url(graded.section, urls),
        earned=graded.earned,
        possible=graded.possible,
        share=graded.share,
        missing=graded.missing,
        dropped=graded.dropped,
        expected=graded.section is None,
        due_at=graded.section.due_at if graded.section else None,
    )


def _first_url(section: Section | None, urls: Mapping[str, str]) -> str:
    return next((urls[unit.id] for unit in section.units if urls.get(unit.id)), "") if section else ""
