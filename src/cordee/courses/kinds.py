"""What is an activity kind, and which ones are installed?

A kind is one sub-package of `cordee.activities` (or of a third-party distribution that declares the entry point
`cordee.activities`) whose module `kind.py` binds `kind` to an `ActivityKind`. Nothing else registers it.
"""

from __future__ import annotations

import datetime as dt
import pkgutil
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, runtime_checkable

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from cordee.core.errors import InputRefused
from cordee.core.kept import Kept
from cordee.core.scores import Score
from cordee.courses.checks.model import Fault, Rule

if TYPE_CHECKING:  # at run time it would bring lxml into the worker, which reads no course
    from cordee.courses.differences.model import Change
    from cordee.formats.coursetext.model import Say, Setting, TextBlock
    from cordee.formats.olx.model import Block, Remark

BUILT_IN = "cordee.activities"
_HOST = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?", re.ASCII)
UNKNOWN = "unknown"  # the kind that holds the place of a block that no kind reads

Fields = Mapping[str, list[str]]  # what the browser posted
Answer = Mapping[str, Any]  # the learner's answer as JSON: {"p_2_1": "choice_0"}, {"p_3_1": ["choice_0", "choice_2"]}
Data = dict[str, Any]  # a definition as JSON

# When an activity is done: its unit was opened; it was handed in; its kind or its learner says so; it does not count.
Completion = Literal["viewed", "submitted", "done", "never"]
Correctness = Literal["correct", "partially-correct", "incorrect"]
ShowAnswer = Literal[
    "always",
    "answered",
    "attempted",
    "closed",
    "finished",
    "correct_or_past_due",
    "past_due",
    "never",
    "after_attempts",
    "after_all_attempts",
    "after_all_attempts_or_correct",
    "attempted_no_past_due",
]


class AnswerUnreadable(InputRefused):
    """An answer cannot be read: it is not graded and no attempt is spent. `input_id` says which one.

    `all` holds this one and the others of the same form, so that all of them are told at once. `typed`: what to draw
    in the form again, where the kind refuses before there is an answer.
    """

    def __init__(self, template: str, /, *, input_id: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.input_id = input_id
        self.all: tuple[AnswerUnreadable, ...] = (self,)
        self.typed: Answer | None = None


class Unreadables:
    """Collects what cannot be read of one answer: `with unreadables: …` for each part, then `refuse()`."""

    def __init__(self) -> None:
        self._found: list[AnswerUnreadable] = []

    def __enter__(self) -> None:
        """One part of the answer is read."""

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, AnswerUnreadable):
            return False
        self._found += error.all
        return True

    def refuse(self, typed: Answer | None = None) -> None:
        """Raises the first AnswerUnreadable with all of them, and what was typed, if there is one."""
        if self._found:
            self._found[0].all = tuple(self._found)
            self._found[0].typed = typed
            raise self._found[0]


@dataclass(frozen=True, slots=True)
class Rules:
    """When and how often an activity may be handed in, and what is shown afterwards.

    Source of the names and defaults: Open edX's problem attributes.
    """

    max_attempts: int | None = None  # None: no limit
    wait_s: int = 0  # between two attempts
    weight: float | None = None  # points that the activity is worth; None: its raw points; 0: not counted
    kept: Literal["last", "first", "highest", "average"] = "highest"  # which attempt's score counts
    show_answer: ShowAnswer = "finished"
    show_answer_after: int = 0  # attempts, for show_answer "after_attempts"
    show_correctness: Literal["always", "never", "past_due"] = "always"
    new_variant: Literal["never", "per_learner", "on_reset", "always"] = "never"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a kind read of one block of a course."""

    definition: Any
    rules: Rules = field(default_factory=Rules)
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseFile:
    """A file that an import brought along. `read(n)` gives its first n bytes."""

    name: str  # what links use after /static/
    size_bytes: int
    read: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A definition whose files have been looked at; `files` (name -> bytes) are kept beside those of the course."""

    definition: Any
    files: Mapping[str, bytes] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class PageFile:
    """Where a link of the author leads on the page: a file of the course, else an address elsewhere."""

    address: str
    content_type: str = ""  # "" elsewhere
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class InputResult:
    """The verdict on one input. `feedback` is the author's HTML, not yet sanitised ("" when there is none)."""

    correctness: Correctness
    feedback: str = ""
    points: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """What grading an answer gives back: raw points (before `weight`) and a verdict for each input."""

    score: Score
    inputs: Mapping[str, InputResult] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a worker found of an answer. `counts`: it may be handed in; else it is only shown, and costs nothing."""

    found: Mapping[str, Any]  # JSON
    counts: bool = True
    told: tuple[str, ...] = ()  # names of the rules by which something is said of it, each once


@dataclass(frozen=True, slots=True)
class Held:
    """An answer that is with a worker, or that one gave back without handing it in: a trial, or a fault of ours."""

    answer: Answer
    is_trial: bool
    received_at: dt.datetime
    found: Mapping[str, Any] | None = None  # None: it is still there
    handed_in: bool = False  # a moment ago: who read the submissions before that takes it for still there


@dataclass(frozen=True, slots=True)
class PageView:
    """All that a kind may know when it prepares a page. No query runs behind it."""

    activity_id: str
    title: str
    language: str  # of the content: "fr", "en", "fi"
    seed: int
    render: Callable[[str], SafeString]  # the author's HTML -> sanitised, links resolved, mathematics as MathML
    answer: Answer | None = None  # the last one handed in
    answered: Any = None  # the definition that it was given to, where that is known: maybe in another language
    result: Result | None = None  # its verdict; None when nothing was handed in or it may not be shown
    reveal: bool = False  # right answers and solution may be shown
    open: bool = True  # the learner may hand in now
    for_teacher: bool = False
    hints: int = 0  # asked for on this page, of those that the author wrote to be asked for
    results: Any = None  # what everybody answered, where the kind gives it and the reader may know (`Answered.results`)
    # None: the file is missing. Compared by `render`, which knows the same course.
    file: Callable[[str], PageFile | None] = field(default=lambda link: None, compare=False)
    run_key: str = ""
    enrolled: bool = False  # there is a learner whose doings may be kept; False for a teacher who looks
    done: bool = False
    asked: bool = False  # the reader asked for what a page shows on demand only: `?show=<activity id>`
    kept: Hashable = None  # what the kind recalled (see `Recalls`)
    faults: tuple[tuple[str, str], ...] = ()  # what of `answer` was just refused: input id, why
    held: Held | None = None  # newer than `answer`, of a kind that is judged apart
    unsent: bool = False  # `answer` was just typed, not handed in: it was refused, or another button asked for the page
    last: Answer | None = None  # the last one handed in, whatever `answer` is
    judged_again: tuple[dt.datetime, str] | None = None  # when and why that was, where the page shows what came of it
    refusal: str = ""  # why it was refused, for a kind that is judged apart: it says so where its buttons are

    def fault_of(self, input_id: str) -> str:
        return next((why for name, why in self.faults if name == input_id), "")


@dataclass(frozen=True, slots=True)
class Draft:
    """What was posted only asks for its page again with more on it: nothing is handed in or counted."""

    answer: Answer  # what the form holds already
    hints: int = 0  # asked for, this time included
    asks_hint: bool = False  # whether this press asks for the last of them; the journal notes it
    unhelped: str = ""  # the message of which this press says that it does not help, by the name of its rule


@dataclass(frozen=True, slots=True)
class Recalling:
    """For whom a kind looks up what it keeps: the definitions of its activities on one page."""

    enrolment_id: int | None
    course_id: int
    definitions: Mapping[str, Any]  # by activity id


_provided: Kept[tuple[type, Any], bool] = Kept(1000)


def _provides(kind: object, protocol: Any) -> bool:
    """Looking for each method of a protocol takes longer than drawing a line of the page, so it is done once."""
    return _provided.of((type(kind), protocol), lambda: isinstance(kind, protocol))


class ActivityKind(Protocol):
    """Everything the rest of Cordée may ask of a kind of activity.

    `definition` is the kind's own frozen dataclass; only the kind looks inside.
    """

    @property
    def name(self) -> str: ...  # unique, e.g. "quiz"
    @property
    def label(self) -> str | Promise: ...
    @property
    def icon(self) -> str: ...  # a name of cordee.ui's icons
    @property
    def template(self) -> str: ...  # the inside of the activity; the shell around it belongs to `learning`
    @property
    def olx_tags(self) -> tuple[str, ...]: ...
    @property
    def completion(self) -> Completion: ...

    def read_olx(self, block: Block) -> Reading:
        """Read one block. Never raises on what an author wrote: what cannot be understood becomes a remark."""
        ...

    def to_json(self, definition: Any) -> Data: ...
    def from_json(self, data: Data) -> Any: ...

    def page(self, definition: Any, view: PageView) -> Mapping[str, object]:
        """The context of `template`. Holds nothing that the learner may not see yet."""
        ...

    def is_same_for_all(self, definition: Any, view: PageView) -> bool:
        """Whether all for whom `view` says the same, their seed aside, see the same: then it is drawn once for them.

        It is asked of what nobody has answered. False for what only one person can see: each would be kept.
        """
        ...


@runtime_checkable
class GradedAtOnce(ActivityKind, Protocol):
    """A kind whose answer is graded while the learner waits (milliseconds, pure)."""

    def ungradable(self, definition: Any) -> str:
        """What cannot be graded here yet, e.g. "customresponse"; "" when all of it can.

        An activity with an ungradable part is wholly left out of earned and possible.
        """
        ...

    def possible(self, definition: Any) -> float:
        """Raw points, before `Rules.weight`."""
        ...

    def answer(self, definition: Any, fields: Fields) -> Answer:
        """Read what was posted. Unknown fields are ignored. Raises InputRefused on what no form could have sent."""
        ...

    def grade(self, definition: Any, answer: Answer, seed: int) -> Result:
        """Grade an answer. Raises AnswerUnreadable when a part of it has no meaning: no attempt is spent."""
        ...


FOUND = "found"  # where an answer that was judged apart holds what was found of it


@runtime_checkable
class JudgedApart(GradedAtOnce, Protocol):
    """A kind whose answers take seconds and a process of their own: a worker judges them, never the page.

    What it found becomes part of the answer, under FOUND; `grade` reads it there, so that grading is at once and pure
    like any other. `answer` gives what was posted without it.
    """

    def trial(self, definition: Any, fields: Fields) -> Answer | None:
        """What is to be tried without handing it in, where another button asks for that; else None."""
        ...

    def judge(self, definition: Any, answer: Answer, *, is_trial: bool) -> Judged:
        """In a worker, with no transaction open. Raises NotYet while nobody here can judge."""
        ...

    def told(self, found: Mapping[str, Any]) -> tuple[str, ...]:
        """Names of the rules by which a page says something of what was found, each once."""
        ...

    def rest(self) -> None:
        """The worker stops: end what was kept between two answers."""
        ...


def judged_apart(kind: ActivityKind) -> JudgedApart | None:
    """The kind itself when a worker judges its answers, else None."""
    return cast(JudgedApart, kind) if _provides(kind, JudgedApart) else None


@runtime_checkable
class Drafting(Protocol):
    """A kind whose form has other buttons than the one that hands in; without script they post the form too."""

    def draft(self, definition: Any, fields: Fields) -> Draft | None:
        """What another button asks for, None when the form is handed in. Raises InputRefused as `answer` does."""
        ...


def draft_in(kind: ActivityKind, definition: Any, fields: Fields) -> Draft | None:
    """The draft that was posted to a kind, if it takes any and this is one."""
    return cast(Drafting, kind).draft(definition, fields) if _provides(kind, Drafting) else None


@runtime_checkable
class UsesFiles(ActivityKind, Protocol):
    """A kind that looks into files of the course when it is imported."""

    def prepare(self, definition: Any, find: Callable[[str], CourseFile | None]) -> Prepared:
        """`find` takes a link as the author wrote it. Never raises on what a file holds: that becomes a remark."""
        ...


@runtime_checkable
class Recalls(ActivityKind, Protocol):
    """A kind that keeps rows of its own, read once a page."""

    def recall(self, recalling: Recalling) -> Mapping[str, Hashable]:
        """What is kept, by activity id; it comes back as `PageView.kept`. Says how many queries it runs."""
        ...


@runtime_checkable
class AsksPolicy(ActivityKind, Protocol):
    """A kind whose page needs more than the site's content policy allows."""

    def policy(self, definition: Any, view: PageView) -> Mapping[str, tuple[str, ...]]:
        """Additions for this page alone, by directive: only those of `POLICY_ADDITIONS`."""
        ...


@runtime_checkable
class DoneByLearner(ActivityKind, Protocol):
    """A kind of completion "done": a button says so, whatever else the kind finds out by itself."""

    @property
    def done_label(self) -> str | Promise: ...  # on the button: "I have seen it"


@runtime_checkable
class TakesTime(ActivityKind, Protocol):
    """A kind that can say how long a learner needs. Pure; docs/learners.md names the source of each figure."""

    def seconds(self, definition: Any) -> float | None:
        """What it takes once, at a usual pace; None when nobody can know."""
        ...


@runtime_checkable
class CalledByTag(ActivityKind, Protocol):
    """A kind of several tags that people call otherwise."""

    @property
    def labels(self) -> Mapping[str, str | Promise]: ...  # OLX tag -> its name; `label` for the others


def label_of(kind: ActivityKind, tag: str) -> str:
    """What people call an activity of that kind and OLX tag, in the language in force."""
    labels = cast(CalledByTag, kind).labels if _provides(kind, CalledByTag) else {}
    return str(labels.get(tag, kind.label))


def seconds_for(kind: ActivityKind, definition: Any) -> float | None:
    """How long a learner needs for it; None when the kind cannot say."""
    return cast(TakesTime, kind).seconds(definition) if _provides(kind, TakesTime) else None


def recalling(kind: ActivityKind) -> Recalls | None:
    """The kind itself when it keeps rows of its own, else None."""
    return cast(Recalls, kind) if _provides(kind, Recalls) else None


def done_by_learner(kind: ActivityKind) -> DoneByLearner | None:
    """The kind itself when a button says that it is done, else None."""
    return cast(DoneByLearner, kind) if _provides(kind, DoneByLearner) else None


POLICY_ADDITIONS = frozenset({"frame-src", "media-src"})


def policy_of(kind: ActivityKind, definition: Any, view: PageView) -> Mapping[str, tuple[str, ...]]:
    """What a kind's page adds to the content policy. Raises ValueError on what no kind may ask for."""
    if not _provides(kind, AsksPolicy):
        return {}
    added = cast(AsksPolicy, kind).policy(definition, view)
    for directive, sources in added.items():
        if directive not in POLICY_ADDITIONS or not all(map(_HOST.fullmatch, sources)):
            raise ValueError(f"{kind.name} may not add {sources} to {directive}")
    return added


def graded_at_once(kind: ActivityKind) -> GradedAtOnce | None:
    """The kind itself when it grades at once, else None."""
    return cast(GradedAtOnce, kind) if _provides(kind, GradedAtOnce) else None


@runtime_checkable
class Answered(ActivityKind, Protocol):
    """A kind that takes answers and gives no score: a poll, a word cloud.

    `take` and `results` may keep rows of the kind's own, in the transaction of the submission.
    """

    def unanswerable(self, definition: Any) -> str:
        """Why nobody can answer it, e.g. "no answers"; "" when it can be answered."""
        ...

    def keeps_answers(self, definition: Any) -> bool:
        """Whether a submission keeps what was answered; else it is anonymous."""
        ...

    def answer(self, definition: Any, fields: Fields) -> Answer:
        """Read what was posted, as `GradedAtOnce.answer`. Raises InputRefused, AnswerUnreadable."""
        ...

    def take(self, definition: Any, answer: Answer, *, run_id: int, activity: str, earlier: Answer | None) -> Answer:
        """Count an answer; gives what the submission keeps of it, {} for nothing (it is anonymous).

        `earlier`: what the submission before kept; the new answer takes its place. Raises AnswerUnreadable.
        """
        ...

    def results(self, run_id: int, activities: Collection[str]) -> Mapping[str, Any]:
        """What everybody answered, by activity id (1 query). The kind's `page` decides what of it is shown."""
        ...


Taken = GradedAtOnce | Answered  # what a learner can hand something in to


def answered(kind: ActivityKind) -> Answered | None:
    """The kind itself when it takes answers without a score, else None."""
    return cast(Answered, kind) if _provides(kind, Answered) else None


def taken(kind: ActivityKind) -> Taken | None:
    """The kind itself when a learner hands something in, else None."""
    return graded_at_once(kind) or answered(kind)


@runtime_checkable
class WrittenAsText(ActivityKind, Protocol):
    """A kind that authors may write in a course text (docs/course-text.md). Pure: nothing is stored.

    Text becomes the OLX that says the same, and the OLX is read as any other: one way to a definition, and the way
    back to Open edX for nothing. What OLX has no words for stands in attributes of ours, which Open edX passes over.
    """

    def text_settings(self) -> Mapping[str, tuple[Setting, ...]]:
        """What may be written: for each name after `:::` (a kind may have several), its own settings."""
        ...

    def read_text(self, block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
        """The OLX block, its id being the block's name. Never raises on what an author wrote: it says it.

        `reference`: the same block in the course's first language, whose settings hold where a translation is silent;
        None when this is it.
        """
        ...

    def write_text(self, block: Block) -> TextBlock | None:
        """The text that reads back as a block with the same meaning; None when text cannot say it (it stays OLX)."""
        ...


def written_as_text(kind: ActivityKind) -> WrittenAsText | None:
    """The kind itself when a course text may hold it, else None."""
    return cast(WrittenAsText, kind) if _provides(kind, WrittenAsText) else None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a kind says of one definition to whoever checks the course before it opens."""

    faults: tuple[Fault, ...] = ()
    prose: tuple[str, ...] = ()  # the author's HTML, in the pieces in which it is rendered
    files: tuple[str, ...] = ()  # links to files, as written, that stand in no prose
    films: int = 0
    film_s: float | None = 0.0  # seconds of film to watch; None: there is one, and nobody has said how long it is
    questions: int = 0  # to answer
    makes: bool = False  # something is made, handed in or exchanged with others
    answers: tuple[str, ...] | None = None  # what a condition may ask for; None: it cannot be told


@runtime_checkable
class ChecksItself(ActivityKind, Protocol):
    """A kind that knows what its authors should mend (docs/checks.md). Pure: nothing is stored, no file is read."""

    @property
    def check_rules(self) -> tuple[Rule, ...]:
        """The rules of its own, by which it finds faults."""
        ...

    def inspect(self, definition: Any) -> Inspection:
        """Never raises on what an author wrote."""
        ...


def checks_itself(kind: ActivityKind) -> ChecksItself | None:
    """The kind itself when it says what its authors should mend, else None."""
    return cast(ChecksItself, kind) if _provides(kind, ChecksItself) else None


@runtime_checkable
class TellsChanges(ActivityKind, Protocol):
    """A kind that says what an author changed in its definition. Pure."""

    def changes(self, before: Any, after: Any) -> Sequence[Change]:
        """In the order of the page; empty only when both say the same. What it cannot tell apart concerns grading."""
        ...


@runtime_checkable
class GradesAgain(GradedAtOnce, Protocol):
    """A kind that knows what an answer to an older definition means in a newer one. Pure."""

    def minds_seed(self, definition: Any) -> bool:
        """Whether the verdict on one answer may differ between two variants."""
        ...

    def answer_now(self, before: Any, after: Any, answer: Answer) -> Answer:
        """An answer to `before` in the terms of `after`: a choice that was C and is now A is found there.

        What has no counterpart is left out, as if it had not been answered.
        """
        ...

    def grade_again(self, before: Any, after: Any, answer: Answer, seed: int) -> Result:
        """The verdict of `after` on an answer to `before`. Raises AnswerUnreadable, InputRefused."""
        ...


def tells_changes(kind: ActivityKind) -> TellsChanges | None:
    """The kind itself when it says what an author changed, else None."""
    return cast(TellsChanges, kind) if _provides(kind, TellsChanges) else None


def grades_again(kind: ActivityKind) -> GradesAgain | None:
    """The kind itself when it finds an older answer in a newer definition, else None."""
    return cast(GradesAgain, kind) if _provides(kind, GradesAgain) else None


@cache
def installed() -> Mapping[str, ActivityKind]:
    """Every installed kind by name; two kinds of one name, or two that read one OLX tag, is a start-up error."""
    kinds: dict[str, ActivityKind] = {}
    readers: dict[str, str] = {}
    for kind in [*_built_in(), *_third_party()]:
        if kind.name in kinds:
            raise RuntimeError(f"two activity kinds are named {kind.name!r}: keep one of the two packages")
        for tag in kind.olx_tags:
            if tag in readers:
                raise RuntimeError(
                    f"{kind.name!r} and {readers[tag]!r} both read <{tag}>: keep one of the two packages"
                )
            readers[tag] = kind.name
        kinds[kind.name] = kind
    return kinds


@cache
def kind_for_tag(tag: str) -> ActivityKind:
    """The kind that reads an OLX tag; the kind "unknown" when none does."""
    return next((kind for kind in installed().values() if tag in kind.olx_tags), installed()[UNKNOWN])


def _built_in() -> Iterable[ActivityKind]:
    package = import_module(BUILT_IN)
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        yield cast(ActivityKind, import_module(f"{BUILT_IN}.{module.name}.kind").kind)


def _third_party() -> Iterable[ActivityKind]:
    for entry in sorted(entry_points(group=BUILT_IN), key=lambda found: found.name):
        yield cast(ActivityKind, entry.load())
