"""What does one learner see of a problem?

The author's page is rendered whole, then cut at its slots: pieces of safe HTML with questions between them. Nothing of
the key enters the context but what the learner may see: verdicts and feedback once there is a result, right answers and
solutions once `view.reveal` says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cordee.activities.quiz.definition import (
    SLOT,
    BlankChoices,
    Choices,
    FormulaKey,
    Menus,
    NoKey,
    Number,
    Problem,
    Response,
    Spots,
    Text,
)
from cordee.activities.quiz.demand_hints import hints_of
from cordee.activities.quiz.drawing import ShownBlankChoice, ShownSpot, shown_blank_choices, shown_spot
from cordee.activities.quiz.feedback import without_usual_label
from cordee.activities.quiz.grading import not_graded_yet
from cordee.activities.quiz.literals import with_values
from cordee.activities.quiz.showing import (
    LONGEST_LABEL,
    ShownChoice,
    ShownOption,
    in_divs,
    last_line,
    menu_of,
    plain,
    right_texts,
    shown_choices_of,
    shown_options_of,
    solution_html,
    state_of,
    takes_several,
    verdict_of,
    without_comments,
)
from cordee.activities.quiz.words import takes_sentences
from cordee.courses.kinds import InputResult, PageView

LONGEST_SIZE = 60  # characters of a field, as the author asked for it
USUAL_LINES, MOST_LINES = 5, 12  # of a field for sentences


@dataclass(frozen=True, slots=True)
class Question:
    """One input of the page. `shape` chooses its template."""

    id: str  # of its element, unique in the page
    name: str  # of its field: "p_2_1"
    shape: Literal["choices", "menu", "line", "spot", "blanks"]
    label: SafeString
    label_shown: bool  # the author wrote it as the label; else it is for those who cannot see what stands before
    descriptions: tuple[SafeString, ...] = ()
    described_by: str = ""
    many: bool = False
    choices: tuple[ShownChoice, ...] = ()
    options: tuple[ShownOption, ...] = ()
    spot: ShownSpot | None = None
    blank_choices: tuple[ShownBlankChoice, ...] = ()
    value: str = ""
    size: int = 0
    lines: int = 0  # how high a field for sentences is; 0: one that holds no line end
    after: str = ""  # what stands behind the field, e.g. a unit
    is_number: bool = False
    open: bool = True
    state: str = ""  # right, half, wrong
    verdict: str = ""
    fault: str = ""  # why what was typed could not be read
    feedback: SafeString = field(default_factory=SafeString)
    right_answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the author's page, then what stands in the slot behind it."""

    html: SafeString
    question: Question | None = None
    solution: SafeString = field(default_factory=SafeString)
    label: SafeString = field(default_factory=SafeString)  # of several inputs
    not_graded: str = ""  # the response that cannot be answered here, e.g. "customresponse"


def page(problem: Problem, view: PageView) -> Mapping[str, object]:
    """The context of the template: parts in the order of the page."""
    if problem.unreadable:
        return {"parts": (), "language": view.language, "unreadable": True, "for_teacher": view.for_teacher}
    problem = with_values(problem)
    drawn = _Page(problem, view)
    parts, hints = tuple(drawn.parts()), drawn.hints()
    shapes = {part.question.shape for part in parts if part.question}
    return {
        "parts": parts,
        "language": view.language,
        "unreadable": False,
        "for_teacher": view.for_teacher,
        "hints": hints,
        "has_other_buttons": drawn.open and (hints is not None or "spot" in shapes),
        "has_own_styles": hints is not None or bool(shapes & {"spot", "blanks"}),
    }


@dataclass(frozen=True, slots=True)
class Hints:
    """Those asked for so far, and what the button asks for next: nothing of the others."""

    said: tuple[SafeString, ...]
    count: int
    may_ask: bool

    @property
    def asked(self) -> int:
        return len(self.said)

    @property
    def next(self) -> int:
        return len(self.said) + 1


class _Page:
    """The page of one problem for one view."""

    def __init__(self, problem: Problem, view: PageView) -> None:
        self._problem = problem
        self._view = view
        self.open = view.open and not not_graded_yet(problem)
        self._places: dict[str, Callable[[SafeString, str], Part]] = {}
        for response in problem.responses:
            self._place(response)
        if view.reveal:
            said = "".join(one.feedback for one in view.result.inputs.values()) if view.result else ""
            for rank, solution in enumerate(problem.solutions):
                if not (said and solution_html(solution).strip() in said):  # told with the verdict already
                    self._places[f"s{rank}"] = self._solution_at(solution)

    def _place(self, response: Response) -> None:
        """Say what stands in each slot of a response."""
        number = response.number
        if isinstance(response.key, NoKey):
            self._places[f"){number}"] = lambda html, _before: Part(html, not_graded=response.tag)
            return
        if response.label and len(response.inputs) > 1:
            self._places[f"({number}"] = lambda html, _before: Part(html, label=self._html(response.label))
        for rank, input_ in enumerate(response.inputs):
            self._places[f"{number}_{input_.number}"] = self._question_at(response, rank)

    def _question_at(self, response: Response, rank: int) -> Callable[[SafeString, str], Part]:
        return lambda html, before: Part(html, question=self._question(response, rank, before))

    def _solution_at(self, solution: str) -> Callable[[SafeString, str], Part]:
        return lambda html, _before: Part(html, solution=self._html(solution_html(solution)))

    def parts(self) -> Iterator[Part]:
        """The author's page cut at its slots. A question whose slot the sanitiser lost comes at the end."""
        body = SLOT.sub(lambda found: found[0] if found[1] in self._places else "", self._problem.body)
        rendered = in_divs(self._view.render(without_comments(body)))
        left, start, heard = dict(self._places), 0, 0
        for found in SLOT.finditer(rendered):
            make = left.pop(found[1], None)
            if make is None:
                continue
            html = _safe(SLOT.sub("", rendered[start : found.start()]))
            yield make(html, last_line(rendered[heard : found.start()]) or last_line(rendered[: found.start()]))
            start = found.end()
            if found[1][:1].isdigit():
                heard = start
        yield Part(_safe(SLOT.sub("", rendered[start:])))
        for make in left.values():
            yield make(SafeString(""), "")

    def hints(self) -> Hints | None:
        """The hints asked for; None when there are none to ask for, or no longer."""
        hints = hints_of(self._problem)
        said = tuple(self._html(hint) for hint in hints[: max(0, self._view.hints)])
        may_ask = self.open and len(said) < len(hints)
        return Hints(said, len(hints), may_ask) if may_ask or said else None

    def _html(self, author_html: str) -> SafeString:
        """The author's HTML as it may be shown; plain words need no sanitiser."""
        if not re.search(r"[<&\\$\[]", author_html):
            return escape(author_html)
        return self._view.render(without_comments(author_html))

    def _question(self, response: Response, rank: int, before: str) -> Question:
        name = response.input_id(rank)
        element_id = f"{self._view.activity_id}-{name}"
        result = self._view.result.inputs.get(name) if self._view.result else None
        answer = self._view.answer.get(name) if self._view.answer else None
        label, label_shown = self._label(response, rank, before)
        descriptions = tuple(self._html(html) for html in response.descriptions) if rank == 0 else ()
        shape = self._shape(response, rank, answer, result)
        verdict = verdict_of(result, answer)
        if not shape.get("many") and any(choice.verdict for choice in shape.get("choices", ()) if choice.chosen):
            verdict = ""  # the chosen choice bears it
        if not shape.get("many") and any(one.state == "wrong" for one in shape.get("blank_choices", ())):
            verdict = ""
        feedback = self._feedback(result, below_verdict=verdict != "")
        described = [f"{element_id}-about-{place}" for place in range(len(descriptions))]
        described += [f"{element_id}-after"] * bool(shape.get("after"))
        fault = self._view.fault_of(name)
        described += [f"{element_id}-fault"] * bool(fault)
        described += [f"{element_id}-verdict"] * bool(verdict) + [f"{element_id}-feedback"] * bool(feedback)
        return Question(
            id=element_id,
            name=name,
            label=label,
            label_shown=label_shown,
            descriptions=descriptions,
            described_by=" ".join(described),
            open=self.open,
            state=state_of(result),
            verdict=verdict,
            fault=fault,
            feedback=feedback,
            right_answers=right_texts(response, rank, self._view.language) if self._view.reveal else (),
            **shape,
        )

    def _feedback(self, result: InputResult | None, *, below_verdict: bool) -> SafeString:
        if result is None or not result.feedback:
            return SafeString("")
        said = without_usual_label(result.feedback, result.correctness) if below_verdict else result.feedback
        return self._html(said)

    def _shape(self, response: Response, rank: int, answer: Any, result: InputResult | None) -> dict[str, Any]:
        match response.key:
            case Choices():
                return {
                    "shape": "choices",
                    "many": takes_several(response),
                    "choices": shown_choices_of(response, answer, result, self._view, self._html),
                }
            case Menus() as key:
                answered = menu_of(self._view.answered, response, rank)
                return {"shape": "menu", "options": shown_options_of(key.menus[rank], answer, answered)}
            case Spots() as key:
                spot = shown_spot(key.spots[rank], response.inputs[rank], answer, self._view)
                return {"shape": "spot", "spot": spot}
            case BlankChoices():
                return {
                    "shape": "blanks",
                    "many": response.inputs[0].tag == "checkboxtextgroup",
                    "blank_choices": shown_blank_choices(response, answer, self._view, self._html),
                }
            case Text() | Number() | FormulaKey():
                attributes = dict(response.inputs[rank].attributes)
                size = attributes.get("size", "")
                asked = int(size) if size.isascii() and size.isdigit() and len(size) < 5 else 0  # noqa: PLR2004
                return {
                    "shape": "line",
                    "value": answer if isinstance(answer, str) else "",
                    "size": min(asked, LONGEST_SIZE),
                    "lines": _lines_for(response, asked),
                    "after": attributes.get("trailing_text", ""),
                    "is_number": not isinstance(response.key, Text),
                }
            case NoKey():
                raise ValueError(f"{response.tag} has no question")

    def _label(self, response: Response, rank: int, before: str) -> tuple[SafeString, bool]:
        """The question of an input: its label, else the text just before it, else "Your answer"."""
        if response.label and len(response.inputs) == 1:
            return self._html(response.label), True
        written = dict(response.inputs[rank].attributes).get("label", "").strip()
        if written:
            said = plain(before).endswith(plain(escape(written)))
            return escape(written), not said
        if response.label:
            return escape(
                _("%(label)s, field %(rank)d of %(count)d")
                % {"label": plain(response.label), "rank": rank + 1, "count": len(response.inputs)}
            ), False
        return escape(before[-LONGEST_LABEL:] or _("Your answer")), False


def _lines_for(response: Response, asked: int) -> int:
    """How high the field of an answer is: lines for sentences where any answer is right, unless a short one is asked.

    `asked`: its width in characters as the author wrote it, 0 for none. Within a sentence or a table it stays one line.
    """
    key = response.key
    if not (isinstance(key, Text) and takes_sentences(key) and response.label and len(response.inputs) == 1):
        return 0
    if not asked:
        return USUAL_LINES
    return 0 if asked < LONGEST_SIZE else min(-(-asked // LONGEST_SIZE) + 1, MOST_LINES)


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308 - a piece of what the renderer gave back
