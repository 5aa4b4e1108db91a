"""What did the author write? A problem: a page with questions anywhere in it.

`Problem.body` is the author's HTML with slots for what was taken out of it. A slot is a code between two private-use
characters, which are removed from the author's own text first, so that a slot can never be forged:

    (2   )2   the places where response 2 begins and ends        2_1   the first input of response 2
    n0        in a choice of a choicetextresponse: its first number
    s0        the first solution       t0   targeted feedback    k0    something kept as it is (a script, a comment…)

Responses count from 2 and inputs from 1, as Open edX does: the input of slot 2_1 is named "p_2_1" in answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

SLOT_OPEN, SLOT_CLOSE = "\ue000", "\ue001"
SLOT = re.compile(f"{SLOT_OPEN}([^{SLOT_CLOSE}]*){SLOT_CLOSE}")

Attributes = tuple[tuple[str, str], ...]  # what the author wrote and nothing here reads, for a later export


def slot(code: str) -> str:
    """The mark of one place in the body."""
    return f"{SLOT_OPEN}{code}{SLOT_CLOSE}"


@dataclass(frozen=True, slots=True)
class Hint:
    """What the author says of an answer. `label`: None for the usual word, "" for none."""

    html: str
    label: str | None = None
    when: str = ""  # the answer, pattern, letters ("A C") or state ("true", "false") that it speaks of


@dataclass(frozen=True, slots=True)
class Choice:
    """One proposed answer."""

    html: str
    correct: Literal["true", "false", "partial"] = "false"
    name: str = ""  # given by the author; without one the choice is known by its rank
    points: str = ""  # of a partly right choice, as written: "0.25"
    fixed: bool = False  # keeps its place when the others are shuffled
    explanation: str = ""  # id of its targeted feedback
    hints: tuple[Hint, ...] = ()
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """The key of a multiplechoiceresponse (one choice), or of a choiceresponse or truefalseresponse (any number)."""

    choices: tuple[Choice, ...]
    partial_credit: str | None = None  # as written
    shuffle: bool = False
    pool: str = ""  # how many choices to draw, as written
    targeted: str | None = None
    compound_hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a menu; `text` is what is sent and compared."""

    text: str
    hints: tuple[Hint, ...] = ()
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class Menu:
    options: tuple[Option, ...]
    correct: tuple[str, ...]  # one text; more than one is the author's mistake
    as_elements: bool = True  # written as <option> elements, else as options="('a','b')"


@dataclass(frozen=True, slots=True)
class Menus:
    """The key of an optionresponse: one menu an input."""

    menus: tuple[Menu, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer that is right too."""

    answer: str
    hint: Hint | None = None
    in_text: bool = False  # written as the text of <additional_answer>, not as its attribute
    tolerance: str | None = None  # of a number; ours: Open edX compares it exactly


@dataclass(frozen=True, slots=True)
class Text:
    """The key of a stringresponse."""

    answer: str
    type: str | None = None  # words: "ci", "regexp"
    hint: Hint | None = None
    additional: tuple[Accepted, ...] = ()
    equal_hints: tuple[Hint, ...] = ()
    pattern_hints: tuple[Hint, ...] = ()

    @property
    def ignores_case(self) -> bool:
        return "ci" in (self.type or "").lower().split(" ")

    @property
    def is_pattern(self) -> bool:
        return "regexp" in (self.type or "").lower().split(" ")


@dataclass(frozen=True, slots=True)
class NumberHint:
    """A number that learners are expected to write by mistake, and what is said then. Ours: Open edX passes over it."""

    answer: str
    html: str
    tolerance: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """The key of a numericalresponse; every value as written."""

    answer: str
    tolerance: str | None = None
    partial_credit: str | None = None
    partial_range: str | None = None
    partial_answers: str | None = None
    hint: Hint | None = None
    additional: tuple[Accepted, ...] = ()
    wrong: tuple[NumberHint, ...] = ()


@dataclass(frozen=True, slots=True)
class FormulaHint:
    """A formula that learners are expected to write by mistake; what is said then bears its name."""

    name: str
    answer: str
    samples: str
    type: str | None = None
    tolerance: str | None = None


@dataclass(frozen=True, slots=True)
class FormulaKey:
    """The key of a formularesponse; every value as written, e.g. samples "x,y@1,1:3,3#5"."""

    answer: str
    samples: str
    type: str | None = None
    tolerance: str | None = None
    hints: tuple[FormulaHint, ...] = ()
    parts: tuple[Hint, ...] = ()  # what is said, `when` being the name of a FormulaHint

    @property
    def minds_case(self) -> bool:
        return self.type == "cs"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a click on one image wins; both as written."""

    rectangle: str | None = None  # "(10,20)-(100,80);…"
    regions: str | None = None  # "[[[x,y],…],…]"


@dataclass(frozen=True, slots=True)
class Spots:
    """The key of an imageresponse: one image an input."""

    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A number to write inside a choice."""

    answer: str
    tolerance: str | None = None
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class BlankChoice:
    """A choice with numbers to write in it: `html` holds the slots n0, n1…"""

    html: str
    correct: bool = False
    blanks: tuple[Blank, ...] = ()
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class BlankChoices:
    """The key of a choicetextresponse."""

    choices: tuple[BlankChoice, ...]


@dataclass(frozen=True, slots=True)
class NoKey:
    """A response that is shown and kept, and not graded here."""


Key = Choices | Menus | Text | Number | FormulaKey | Spots | BlankChoices | NoKey


@dataclass(frozen=True, slots=True)
class Input:
    number: int  # from 1, within its response
    tag: str
    attributes: Attributes = ()
    extra: str = ""  # XML of what it holds and nothing here reads


@dataclass(frozen=True, slots=True)
class Response:
    number: int  # from 2, within its problem
    tag: str
    key: Key
    inputs: tuple[Input, ...]
    label: str = ""  # HTML
    descriptions: tuple[str, ...] = ()  # HTML
    attributes: Attributes = ()
    extra: str = ""
    said: tuple[Hint, ...] = ()  # `when` it is "right", "partly" or "wrong" and nothing else is said; ours

    def input_id(self, rank: int) -> str:
        """The name in answers of the input at a position from 0, e.g. "p_2_1"."""
        return f"p_{self.number}_{self.inputs[rank].number}"


@dataclass(frozen=True, slots=True)
class Targeted:
    """What is said of the choices that bear one explanation id."""

    explanation: str
    html: str


@dataclass(frozen=True, slots=True)
class Problem:
    body: str
    responses: tuple[Response, ...] = ()
    solutions: tuple[str, ...] = ()  # XML, the <solution> tags included
    targeted: tuple[Targeted, ...] = ()
    kept: tuple[str, ...] = ()  # XML
    unreadable: bool = False  # `body` is the source as it came: it is no XML that may be read

    def input_ids(self) -> Iterator[str]:
        """The name of every input, in the order of the page."""
        for response in self.responses:
            for rank in range(len(response.inputs)):
                yield response.input_id(rank)


def choice_names(response: Response) -> tuple[str, ...]:
    """What each choice is called in answers: "choice_0"…

    A name of the author does not count in a choiceresponse; elsewhere the unnamed ones are numbered among themselves
    (measured in Open edX).
    """
    key = response.key
    if not isinstance(key, Choices):
        return ()
    if response.tag == "choiceresponse":
        return tuple(f"choice_{rank}" for rank in range(len(key.choices)))
    names, unnamed = [], 0
    for choice in key.choices:
        names.append(f"choice_{choice.name or unnamed}")
        unnamed += not choice.name
    return tuple(names)
