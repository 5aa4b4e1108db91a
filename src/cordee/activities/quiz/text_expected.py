"""What stands behind "=" in a quiz: a number, a range, a formula, a text, a pattern, a place, a function?"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

from cordee.activities.quiz.expressions import Unreadable, value_of_key
from cordee.activities.quiz.numbers import BadKey, Tolerance, expected_of, is_range
from cordee.core.errors import N_

ANYTHING = "anything"
OPEN_PATTERN = ".+"  # what accepts anything
DEFAULT_SAMPLES = 10

_TOLERANCE = re.compile(r"\s*(?:±|\+/-|\+-)\s*([^±]*)$")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}")
_FRENCH_DECIMAL = re.compile(r"(?<![\w.])(\d+),(\d+)(?![\w,])")
_FRENCH_RANGE = re.compile(r"([\[\]])\s*([^;\[\]]+?)\s*;\s*([^;\[\]]+?)\s*([\[\]])")
_FOR = re.compile(r"(.+?)\s+for\s+(.+ in .+)")
_VARIABLE = re.compile(r"\s*([^\s,]+)\s+in\s+([^\s.,]+(?:\.\d+)?)\s*\.\.\s*([^\s,]+)\s*")
_CALL = re.compile(
    r"(`+)\s*([A-Za-z_][\w.]*)\s*(?:\"((?:[^\"\\]|\\.)*)\")?\s*\1|(`+)([A-Za-z_][\w.]*)(\4)\s+\"((?:[^\"\\]|\\.)*)\""
)
_RECTANGLE = re.compile(r"rectangle\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)\s*-\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)")
_POLYGON = re.compile(r"polygon((?:\s*\(\s*-?[\d.]+\s*,\s*-?[\d.]+\s*\)){3,})")
_POINT = re.compile(r"\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)")
_PLAIN_NAME = re.compile(r"[A-Za-z_]\w*")
_GROUPED = re.compile(r"\^\(\?:(.*)\)\$", re.DOTALL)

Form = Literal["number", "formula", "text", "pattern", "anything", "place", "function"]


class BadAnswer(ValueError):
    """What stands behind "=" cannot be read. `code` and `sentence` for the author, with {value}."""

    def __init__(self, code: str, sentence: str, value: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.value = code, sentence, value


@dataclass(frozen=True, slots=True)
class Expected:
    """One answer. `value`: a number or range as OLX writes it, a text, a pattern, a function's name, a place.

    `more`: the samples of a formula, what a function expects.
    """

    form: Form
    value: str
    tolerance: str | None = None
    more: str | None = None


IS_A_DATE = N_('“{value}” is not a number. Put the answer between straight quotes, as in = "Paris".')
EMPTY = N_("There is nothing behind the sign “=”. Write the answer that you expect.")
BAD_TOLERANCE = N_("The tolerance “{value}” cannot be read. Write for example “± 0.5” or “± 5 %”.")
BAD_RANGE = N_("The range “{value}” cannot be read. Write for example “[1, 3)” for 1 and all up to 3, 3 left out.")
BAD_SAMPLES = N_("“{value}” does not say where to try the formula. Write for example “for x in 1..10, y in 2..5”.")
_TYPOGRAPHIC = re.compile(r"«[\s\u00a0\u202f]*(.+?)[\s\u00a0\u202f]*»|[“„](.+)[”“]")
BAD_PLACE = N_("The place “{value}” cannot be read. Write “rectangle (10,20)-(90,60)”, or “polygon (x,y) (x,y) (x,y)”.")


def expected(text: str, *, samples: int = DEFAULT_SAMPLES, names: frozenset[str] = frozenset()) -> Expected:
    """Read what stands behind "=". `names`: values that an expression may use. Raises BadAnswer."""
    text = text.strip()
    if not text:
        raise BadAnswer("empty-answer", EMPTY, text)
    signed = _signed(text)
    if signed is not None:
        return signed
    if _DATE.fullmatch(text):
        raise BadAnswer("date-unquoted", IS_A_DATE, text)
    body, tolerance = text, None
    formula = _FOR.fullmatch(text)
    if formula:
        body = formula[1]
    found = _TOLERANCE.search(body)
    if found:
        body, tolerance = body[: found.start()].strip(), read_tolerance(found[1])
    if formula:
        return Expected("formula", body, tolerance, read_samples(formula[2], samples))
    return _number(body, tolerance, names) or _unquoted(text, tolerance)


def _signed(text: str) -> Expected | None:
    """An answer whose first sign says what it is."""
    if text[0] == '"' and text[-1] == '"' and len(text) > 1:
        return Expected("text", unquoted(text))
    typed = _TYPOGRAPHIC.fullmatch(text)
    if typed:  # word processors write these: nobody would type them in an answer
        return Expected("text", typed[1] or typed[2])
    if text[0] == "/" and text[-1] == "/" and len(text) > 2:  # noqa: PLR2004 - two slashes and something between
        return Expected("pattern", text[1:-1])
    if text == ANYTHING:
        return Expected("anything", OPEN_PATTERN)
    if text[0] == "`":
        return _function(text)
    return Expected("place", place(text)) if re.match(r"(?:rectangle|polygon)\b", text) else None


def _number(body: str, tolerance: str | None, names: frozenset[str]) -> Expected | None:
    french = _FRENCH_RANGE.fullmatch(body)
    if french:
        low, high = (_FRENCH_DECIMAL.sub(r"\1.\2", end) for end in (french[2], french[3]))
        body = f"{'[' if french[1] == '[' else '('}{low}, {high}{']' if french[4] == ']' else ')'}"
    elif not is_range(body):
        body = _FRENCH_DECIMAL.sub(r"\1.\2", body)
    known = {*re.findall(r"[A-Za-z_]\w*", body)} & names
    try:
        expected_of(re.sub(r"[A-Za-z_]\w*", lambda word: "2" if word[0] in known else word[0], body))
    except (BadKey, Unreadable):
        if body[:1] in "[(" and body[-1:] in ")]" and "," in body:
            raise BadAnswer("bad-range", BAD_RANGE, body) from None
        return None
    return Expected("number", body, tolerance)


def _unquoted(text: str, tolerance: str | None) -> Expected:
    if tolerance is not None:
        raise BadAnswer(
            "bad-number",
            N_("“{value}” is not a number, so it can have no tolerance. Write a number, or leave ± out."),
            text,
        )
    return Expected("text", text)


def _function(text: str) -> Expected:
    found = _CALL.fullmatch(text)
    if not found:
        raise BadAnswer(
            "bad-function",
            N_(
                "The function “{value}” cannot be read. Write its name between backquotes, then what it "
                'expects: = `check` "14".'
            ),
            text,
        )
    name = found[2] or found[5]
    argument = found[3] if found[2] else found[7]
    return Expected("function", name, more=None if argument is None else unquoted(f'"{argument}"'))


def place(text: str) -> str:
    """A rectangle as OLX writes it, "(10,20)-(90,60)", or a region as JSON. Raises BadAnswer."""
    found = _RECTANGLE.fullmatch(text)
    if found:
        left, top, right, bottom = found.groups()
        return f"({left},{top})-({right},{bottom})"
    found = _POLYGON.fullmatch(text)
    if not found:
        raise BadAnswer("bad-place", BAD_PLACE, text)
    return json.dumps([[_plain(x), _plain(y)] for x, y in _POINT.findall(found[1])], separators=(",", ":"))


def _plain(number: str) -> float:
    try:
        value = float(number)
    except ValueError:
        raise BadAnswer("bad-place", BAD_PLACE, number) from None
    return int(value) if value.is_integer() else value


def read_tolerance(text: str) -> str:
    """A tolerance as OLX writes it: "0.5", "5%". Raises BadAnswer."""
    written = _FRENCH_DECIMAL.sub(r"\1.\2", "".join(text.split()))
    try:
        Tolerance.of(written)
    except BadKey:
        raise BadAnswer("bad-tolerance", BAD_TOLERANCE, text.strip()) from None
    return written


def read_samples(text: str, count: int) -> str:
    """`x in 1..10, y in 2..5` as OLX writes it: "x,y@1,2:10,5#10". Raises BadAnswer."""
    variables = [_VARIABLE.fullmatch(piece) for piece in text.split(",")]
    if not all(variables):
        raise BadAnswer("bad-samples", BAD_SAMPLES, text)
    names, lows, highs = zip(*(found.groups() for found in variables if found), strict=True)
    return f"{','.join(names)}@{','.join(lows)}:{','.join(highs)}#{count}"


def written_samples(samples: str) -> tuple[str, int] | None:
    """The words and the count that `read_samples` takes back; None when they cannot say it."""
    names, _at, rest = samples.partition("@")
    ranges, _hash, count = rest.partition("#")
    lows, _colon, highs = ranges.partition(":")
    pieces = [[piece.strip() for piece in part.split(",")] for part in (names, lows, highs)]
    if len({len(part) for part in pieces}) > 1 or not count.strip().isdigit():
        return None
    return ", ".join(f"{name} in {low}..{high}" for name, low, high in zip(*pieces, strict=True)), int(count)


def written_tolerance(tolerance: str | None) -> str:
    """` ± 0.5`, ` ± 5 %`; "" for none."""
    if tolerance is None:
        return ""
    plain = tolerance.strip()
    return f" ± {plain[:-1].strip()} %" if plain.endswith("%") else f" ± {plain}"


def written_place(rectangle: str | None, regions: str | None) -> list[str]:
    """The places of an image, one an answer. Raises ValueError on what cannot be said."""
    places = []
    for piece in filter(None, "".join((rectangle or "").split()).split(";")):
        found = re.fullmatch(r"\((\d+),(\d+)\)-\((\d+),(\d+)\)", piece)
        if not found:
            raise ValueError(piece)
        places.append(f"rectangle ({found[1]},{found[2]})-({found[3]},{found[4]})")
    if regions and regions.strip():
        data = json.loads(regions)
        data = [data] if data and isinstance(data[0][0], int | float) else data
        places += ["polygon " + " ".join(f"({x:g},{y:g})" for x, y in region) for region in data]
    return places


def quoted(text: str) -> str:
    """`"Paris"`, a quote in it having a backslash."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def whole(pattern: str, *, among_others: bool) -> str:
    """A pattern that matches the whole answer, as Open edX anchors it: "^" + all of them joined by "|" + "$"."""
    if not among_others and not _has_branches(pattern):
        return pattern
    return f"^(?:{pattern})$" if among_others else f"(?:{pattern})"


def bare(pattern: str, *, among_others: bool) -> str | None:
    """The pattern that `whole` gives back as it is; None when there is none."""
    if not among_others and not _has_branches(pattern):
        return pattern
    found = _GROUPED.fullmatch(pattern) if among_others else re.fullmatch(r"\(\?:(.*)\)", pattern, re.DOTALL)
    return found[1] if found and whole(found[1], among_others=among_others) == pattern else None


def _has_branches(pattern: str) -> bool:
    """Whether "|" stands outside all brackets: then "^" and "$" would each hold for one branch only."""
    depth, at, in_class = 0, 0, False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
            at += pattern[at + 1 : at + 2] == "]" or (pattern[at + 1 : at + 3] == "^]") * 2
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and depth == 0:
            return True
        at += 1
    return False


def is_plain_number(text: str) -> bool:
    """Whether an expression can be computed as it stands."""
    try:
        value_of_key(text)
    except Unreadable:
        return False
    return True
