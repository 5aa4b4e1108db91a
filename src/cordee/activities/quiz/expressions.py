"""What number does a written expression mean?

The grammar was measured on Open edX's calculator (a fit to 516 probes, kept as tests); it reads the author's keys too:

    expression = [+ | -] product { (+ | -) product }
    product    = parallel { (* | /) parallel }
    parallel   = power { "||" power }                      a||b = 1/(1/a + 1/b)
    power      = atom { "^" atom }                         right to left
    atom       = number | name | name "(" expression ")" | "(" expression ")"
    number     = [+ | -] digits [. [digits]] [e [+ | -] digits] [%]      or . digits …

Nothing is evaluated by Python itself, and every step is bounded: length, depth of brackets, size of whole numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from cordee.activities.quiz.functions import CONSTANTS, FUNCTIONS, NotComputable, Value, power, quotient
from cordee.core.errors import N_, shown

MAX_CHARACTERS = 10_000
MAX_DEPTH = 50
MAX_DIGITS = 4_000  # of one whole number as it is typed
SHOWN_SIGNS = 60  # what an error repeats: it fits on a telephone

Number = float | complex
Token = tuple[str, str, bool]  # its kind, its text, and whether a % follows
Variables = Mapping[str, float]  # what a formula may speak of, with the value of each at one point
NONE: Variables = MappingProxyType({})


class Unreadable(Exception):
    """The expression has no value. `sentence` says what could not be read, `values` fill its names."""

    def __init__(self, reason: str, sentence: str, **values: object) -> None:
        super().__init__(reason)
        self.reason = (
            reason  # "syntax", "brackets", "unknown variable", "unknown function", "not computable", "too large"
        )
        self.sentence = sentence
        self.values = values


_TOKEN = re.compile(
    r"[ \t\n\r]*(?:"
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[ \t\n\r]*[eE][ \t\n\r]*(?:[+-][ \t\n\r]*)?[0-9]+)?)"
    r"(?P<percent>[ \t\n\r]*%)?"
    r"|(?P<name>[A-Za-z](?:[A-Za-z0-9]|_(?!\{))*(?:_\{[A-Za-z0-9]+\})?(?:\^\{[A-Za-z0-9]+\})?'*)"
    r"|(?P<operator>\|\||[-+*/^()])"
    r"|(?P<end>$))"
)
_BLANKS = re.compile(r"[ \t\n\r]+")

# French habits that Open edX refuses as syntax errors, and that can be read in one way only.
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-", "\u00d7": "*", "\u00f7": "/"})
_GROUPED = re.compile(r"(?<![0-9.,A-Za-z_])(?<![0-9] )[1-9][0-9]{0,2}(?: [0-9]{3})+(?![0-9]| [0-9])")
_COMMA = re.compile(r"(?<![0-9.,A-Za-z_])([0-9]+),([0-9]+)(?![0-9,.])")
_TWO_READINGS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}\Z")


def value_of_key(text: str) -> Number:
    """The value of an author's key, by the measured grammar alone. Raises Unreadable."""
    return _value(text)


def value_of_answer(text: str) -> Number:
    """The value of what a learner typed: the measured grammar, a decimal comma and other French habits.

    A blank answer is NaN, which no key accepts. Raises Unreadable.
    """
    if len(text) > MAX_CHARACTERS:
        raise _too_long()
    if not text.strip():
        return math.nan
    return _value(in_plain_signs(text))


def in_plain_signs(text: str) -> str:
    """Rewrite a decimal comma, grouped thousands and typographic signs as the grammar wants them.

    "1,000" may be one or a thousand: it is refused rather than guessed. Raises Unreadable.
    """
    text = text.translate(_SPACES).strip()
    text = _GROUPED.sub(lambda found: found[0].replace(" ", ""), text)
    return _COMMA.sub(_with_a_point, text)


def _with_a_point(found: re.Match[str]) -> str:
    if _TWO_READINGS.match(found[0]):
        raise Unreadable(
            "syntax",
            N_("“{text}” can be read in two ways. Write {decimal} for a decimal number, or {whole} for a whole one."),
            text=found[0],
            decimal=f"{found[1]}.{found[2]}",
            whole=found[1] + found[2],
        )
    return f"{found[1]}.{found[2]}"


def _too_long(longest: int = MAX_CHARACTERS) -> Unreadable:
    return Unreadable(
        "too large", N_("This answer is longer than {limit} characters. Write a shorter one."), limit=longest
    )


def _value(text: str) -> Number:
    if len(text) > MAX_CHARACTERS:
        raise _too_long()
    return _cached_value(text) if len(text) <= 200 else _computed(text)  # noqa: PLR2004 - what is worth keeping in memory


@lru_cache(maxsize=4096)
def _cached_value(text: str) -> Number:
    return _computed(text)


class Formula:
    """An expression in variables, read once and computed at many points. Raises Unreadable.

    `minds_case`: x is not X, and neither is sin SIN (a formula of type "cs"). A variable hides the constant of its
    name, and never the function: sin*2 + sin(1) knows both.
    """

    def __init__(self, text: str, *, minds_case: bool, longest: int = MAX_CHARACTERS) -> None:
        if len(text) > longest:
            raise _too_long(longest)
        self._text = text
        self._tokens = _tokens(text)
        self._minds_case = minds_case

    def value(self, variables: Variables) -> Number:
        """Its value at one point; a blank formula is NaN. Raises Unreadable."""
        if not self._minds_case:
            variables = {name.lower(): number for name, number in variables.items()}
        return _computed(self._text, _Reader(self._text, self._tokens, variables, minds_case=self._minds_case))


def _computed(text: str, reader: _Reader | None = None) -> Number:
    if not text.strip():
        return math.nan
    try:
        number = (reader or _Reader(text, _tokens(text))).whole().number
        return float(number) if isinstance(number, int) else number
    except ZeroDivisionError:
        raise Unreadable("not computable", N_("This divides by zero. Check the calculation.")) from None
    except NotComputable:
        raise Unreadable(
            "not computable",
            N_("A factorial is taken of something that is not a whole number from 0. Check the calculation."),
        ) from None
    except OverflowError:
        raise Unreadable("too large", N_("This number is too large to compute. Write a smaller one.")) from None


class _Reader:
    """One reading of one text, from left to right; `_depth` counts open brackets."""

    def __init__(
        self, text: str, tokens: list[Token], variables: Variables = NONE, *, minds_case: bool = False
    ) -> None:
        self._text = text
        self._tokens = tokens
        self._variables = variables
        self._minds_case = minds_case
        self._at = 0
        self._depth = 0
        self._unknown: Unreadable | None = None  # told only when the whole text is well formed, as the measures show

    def whole(self) -> Value:
        value = self._sum()
        if self._kind() != "end":
            raise self._not_understood()
        if self._unknown is not None:
            raise self._unknown
        return value

    def _sum(self) -> Value:
        sign = self._take("+", "-")
        total = self._product()
        if sign == "-":
            total = Value(-total.number, total.soft)
        while operator := self._take("+", "-"):
            term = self._product()
            total = _checked(total + term if operator == "+" else total - term)
        return total

    def _product(self) -> Value:
        total = self._parallel()
        while operator := self._take("*", "/"):
            factor = self._parallel()
            if self._unknown is None:
                total = _checked(total * factor if operator == "*" else quotient(total, factor))
        return total

    def _parallel(self) -> Value:
        terms = [self._power()]
        while self._take("||"):
            terms.append(self._power())
        if len(terms) == 1 or self._unknown is not None:
            return terms[0]
        if any(term.number == 0 for term in terms):
            return Value(math.nan)
        one = Value(1)
        total = quotient(one, terms[0])
        for term in terms[1:]:
            total += quotient(one, term)
        return quotient(one, total)

    def _power(self) -> Value:
        terms = [self._atom()]
        while self._take("^"):
            terms.append(self._atom())
        result = terms.pop()
        while terms:
            below = terms.pop()
            if self._unknown is None:
                result = power(below, result)
        return result

    def _atom(self) -> Value:
        sign = self._take("+", "-")
        kind, text, percent = self._tokens[self._at]
        if kind == "number":
            self._at += 1
            return _literal(text, negative=sign == "-", percent=percent)
        if sign:
            raise self._not_understood()
        if kind == "name":
            self._at += 1
            return self._named(text)
        if self._take("("):
            return self._bracketed()
        raise self._not_understood()

    def _bracketed(self) -> Value:
        """What stands in brackets, the opening one being read."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Unreadable(
                "too large",
                N_("There are more than {limit} brackets in one another. Write it with fewer."),
                limit=MAX_DEPTH,
            )
        value = self._sum()
        if not self._take(")"):
            raise self._not_understood()
        self._depth -= 1
        return value

    def _named(self, name: str) -> Value:
        known = name if self._minds_case else name.lower()
        if self._take("("):
            argument = self._bracketed()
            function: Callable[[Value], Value] | None = FUNCTIONS.get(known)
            if function is None:
                self._unknown = self._unknown or Unreadable(
                    "unknown function",
                    N_("“{name}” is not a function known here. Write for example sqrt(2), sin(pi/4) or ln(3)."),
                    name=name,
                )
                return Value(math.nan)
            return Value(math.nan) if self._unknown is not None else function(argument)
        if known in self._variables:
            return Value(self._variables[known])
        if known in CONSTANTS:
            return CONSTANTS[known]
        self._unknown = self._unknown or _unknown(name, self._variables)
        return Value(math.nan)

    def _kind(self) -> str:
        return self._tokens[self._at][0]

    def _take(self, *operators: str) -> str:
        kind, text, _ = self._tokens[self._at]
        if kind == "operator" and text in operators:
            self._at += 1
            return text
        return ""

    def _not_understood(self) -> Unreadable:
        return not_understood(self._text)


def _unknown(name: str, variables: Iterable[str]) -> Unreadable:
    """The error for a name that means nothing here; a formula's own variables are on its page already."""
    names = ", ".join(variables)
    if names:
        return Unreadable(
            "unknown variable",
            N_("“{name}” is not known in this formula. Write it with: {names}. A product needs its *, as in 2*x."),
            name=_shown(name),
            names=_shown(names),
        )
    return Unreadable(
        "unknown variable",
        N_("“{name}” is not a number. Write digits, for example 3.14, 1/3 or 2*pi."),
        name=name,
    )


def not_understood(text: str) -> Unreadable:
    """The error for a text that does not follow the grammar."""
    if text.count("(") != text.count(")"):
        return Unreadable("brackets", N_("A bracket is missing in “{text}”. Each ( needs its )."), text=_shown(text))
    return Unreadable(
        "syntax",
        N_("“{text}” cannot be read as a number. Write for example 3.14, 1/3, 2*pi or 1.5e3, without a unit."),
        text=_shown(text),
    )


def _shown(text: str) -> str:
    return shown(text.strip(), SHOWN_SIGNS)


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    while True:
        found = _TOKEN.match(text, position)
        if found is None:
            raise not_understood(text)
        kind = found.lastgroup or ""
        if kind == "percent":
            kind = "number"
        tokens.append((kind, found[kind], found["percent"] is not None))
        if kind == "end":
            return tokens
        position = found.end()


def _literal(text: str, *, negative: bool, percent: bool) -> Value:
    text = _BLANKS.sub("", text)
    number: int | float
    if text.isdigit():
        if len(text) > MAX_DIGITS:
            raise OverflowError
        number = int(text)
    else:
        number = float(text)
    if percent:
        number = number * 0.01
    return Value(-number if negative else number)


def _checked(value: Value) -> Value:
    """The same value, unless it is a whole number that grows beyond all use."""
    value.bounded()
    return value
