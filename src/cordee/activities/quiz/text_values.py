"""Which values does the text of a quiz draw or compute, and how are they written as the script of Open edX?

`let: n in 2..9`, `let: d in {10, 100}` and `let: g = 9.81` become lines of Python, as the listing `python grader` is
one already. A script that only writes values down is read here; any other one is kept, and the quiz waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cordee.activities.quiz.text_expected import is_plain_number
from cordee.formats.coursetext.model import Place, Say, Written

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_FROM_TO = re.compile(rf"({NAME})\s+in\s+(-?\d+)\s*\.\.\s*(-?\d+)(?:\s+step\s+(\d+))?")
_ONE_OF = re.compile(rf"({NAME})\s+in\s+\{{([^{{}}]*)\}}")
_EQUAL = re.compile(rf"({NAME})\s*=\s*(.+)")
_ASSIGNED = re.compile(rf"^\s*({NAME}(?:\s*,\s*{NAME})*)\s*=(?!=)", re.MULTILINE)
_DRAWN = re.compile(rf"({NAME}) = random\.randrange\((-?\d+), (-?\d+) \+ 1, (\d+)\)")
_CHOSEN = re.compile(rf"({NAME}) = random\.choice\(\[(.*)\]\)")
_COMPUTED = re.compile(rf"({NAME}) = ([^=].*)")
_ANSWER = re.compile(r"answer_(\d+) = (.+)")
_ELEMENT = re.compile(rf"{_NUMBER}|\"[^\"\\]*\"")

BAD_LET = "let {value} cannot be read. Write n in 2..9, d in {{10, 100}} or g = 9.81."
UNKNOWN_VALUE = "There is no value {name} in this quiz. Write a setting let: {name} in 1..9."


class Values:
    """What `{{name}}` may show."""

    def __init__(self, lets: Sequence[Written], say: Say, place: Place) -> None:
        self._say = say
        self._place = place
        self._lines: list[str] = []
        self._listings: list[str] = []
        self._answers: list[str] = []
        self._names: set[str] = set()
        for let in lets:
            line = _line_of(let.value.strip())
            if line is None:
                say("bad-let", BAD_LET, let.place, value=let.value)
            else:
                self._lines.append(line)
                self._names.add(line.partition(" ")[0])

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._names)

    @property
    def is_drawn(self) -> bool:
        """Whether Python has to run before the quiz can be graded."""
        return bool(self._listings or self._answers) or any("random." in line for line in self._lines)

    def add_listing(self, source: str) -> None:
        self._listings.append(source)
        self._names |= names_in(source)

    def shown(self, name: str) -> str:
        """What stands for `{{name}}` in OLX."""
        if name not in self._names:
            self._say("unknown-value", UNKNOWN_VALUE, self._place, name=name)
        return f"${name}"

    def computed(self, expression: str) -> str:
        """An expression with values in it becomes a value of its own."""
        if is_plain_number(expression) or not (set(re.findall(NAME, expression)) & self._names):
            return expression
        if re.fullmatch(NAME, expression):
            return f"${expression}"
        name = f"answer_{len(self._answers) + 1}"
        self._answers.append(f"{name} = {expression.replace('^', '**')}")
        return f"${name}"

    def script(self) -> str:
        lines = [*self._lines, *self._answers]
        if any("random." in line for line in lines):
            lines.insert(0, "import random")
        return "".join([*("\n" + source for source in self._listings), *(f"\n{line}" for line in lines)]) + "\n" * bool(
            lines
        )


def names_in(source: str) -> set[str]:
    """Every name that a script assigns at the start of a line."""
    return {name.strip() for found in _ASSIGNED.finditer(source) for name in found[1].split(",")}


def _line_of(let: str) -> str | None:
    found = _FROM_TO.fullmatch(let)
    if found:
        return f"{found[1]} = random.randrange({found[2]}, {found[3]} + 1, {found[4] or 1})"
    found = _ONE_OF.fullmatch(let)
    if found:
        elements = [piece.strip() for piece in found[2].split(",")]
        if not all(_ELEMENT.fullmatch(element) for element in elements):
            return None
        return f"{found[1]} = random.choice([{', '.join(elements)}])"
    found = _EQUAL.fullmatch(let)
    return f"{found[1]} = {found[2].replace('^', '**')}" if found else None


def lets_of(script: str) -> tuple[tuple[str, ...], dict[str, str]] | None:
    """The values of `let` that give a script back, and the expressions behind its answers; None: it is a listing."""
    lets: list[str] = []
    answers: dict[str, str] = {}
    lines = [line for line in script.split("\n") if line.strip()]
    for line in lines:
        if line == "import random":
            continue
        answer = _ANSWER.fullmatch(line)
        let = _let_of(line)
        if answer:
            answers[f"$answer_{answer[1]}"] = answer[2]
        elif let:
            lets.append(let)
        else:
            return None
    return tuple(lets), answers


def _let_of(line: str) -> str | None:
    found = _DRAWN.fullmatch(line)
    if found:
        step = "" if found[4] == "1" else f" step {found[4]}"
        return f"{found[1]} in {found[2]}..{found[3]}{step}"
    found = _CHOSEN.fullmatch(line)
    if found:
        return f"{found[1]} in {{{found[2]}}}"
    found = _COMPUTED.fullmatch(line)
    return f"{found[1]} = {found[2]}" if found and _line_of(f"{found[1]} = {found[2]}") == line else None
