"""Which functions and constants may an expression use, and how do numbers combine?

Open edX computes functions with numpy and the rest with Python: 1/0 is an error while 1/sin(0) is infinite. A value
therefore remembers whether it came out of a function (`soft`), so that verdicts agree without numpy.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MAX_BITS = 16_384  # of a whole number; 2^16384 has 4,933 digits
MAX_FACTORIAL = 1_000

Plain = int | float | complex


class NotComputable(ArithmeticError):
    """A factorial of something else than a whole number from 0."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number: int (exact), float or complex. `soft`: overflow and division by zero give inf or nan, no error."""

    number: Plain
    soft: bool = False

    def __add__(self, other: Value) -> Value:
        return Value(self.number + other.number, self.soft or other.soft)

    def __sub__(self, other: Value) -> Value:
        return Value(self.number - other.number, self.soft or other.soft)

    def __mul__(self, other: Value) -> Value:
        return Value(self.number * other.number, self.soft or other.soft)

    def bounded(self) -> None:
        """Raise OverflowError when a whole number grew too large to go on with."""
        if isinstance(self.number, int) and self.number.bit_length() > MAX_BITS:
            raise OverflowError


def quotient(above: Value, below: Value) -> Value:
    """True division. Raises ZeroDivisionError, unless one of the two is soft."""
    soft = above.soft or below.soft
    if soft and below.number == 0:
        if isinstance(above.number, complex) or isinstance(below.number, complex) or above.number == 0:
            return Value(math.nan, soft)
        if math.isnan(above.number):
            return Value(math.nan, soft)
        sign = math.copysign(1.0, above.number) * math.copysign(1.0, below.number)
        return Value(math.copysign(math.inf, sign), soft)
    return Value(above.number / below.number, soft)


def power(base: Value, exponent: Value) -> Value:
    """base^exponent. Raises ZeroDivisionError or OverflowError, unless one of the two is soft."""
    soft = base.soft or exponent.soft
    if soft and not isinstance(base.number, complex) and not isinstance(exponent.number, complex):
        return Value(_soft_power(float(base.number), float(exponent.number)), soft)
    if isinstance(base.number, int) and isinstance(exponent.number, int):
        size = base.number.bit_length() * abs(exponent.number)
        if abs(base.number) > 1 and size > 2 * MAX_BITS:
            raise OverflowError
    try:
        result = Value(base.number**exponent.number, soft)
    except (ZeroDivisionError, OverflowError):
        if soft:
            return Value(math.nan, soft)
        raise
    result.bounded()
    return result


def _soft_power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        odd = exponent.is_integer() and exponent % 2 == 1
        return math.copysign(math.inf, base) if odd else math.inf
    if base < 0 and not exponent.is_integer():
        return math.nan
    try:
        return float(base**exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def _factorial(value: Value) -> Value:
    number = value.number
    if not isinstance(number, int) or number < 0:
        raise NotComputable
    if number > MAX_FACTORIAL:
        raise OverflowError
    return Value(math.factorial(number))


def _absolute(value: Value) -> Value:
    return Value(abs(value.number), soft=True)


def _function(
    real: Callable[[float], float],
    complex_: Callable[[complex], complex],
    *,
    widens: bool = False,
    limits: Mapping[float, float] | None = None,
) -> Callable[[Value], Value]:
    """A function of floats and complexes. `widens`: outside its real domain the result is complex, else it is NaN."""

    def apply(value: Value) -> Value:
        number = value.number
        if isinstance(number, complex):
            return Value(_quiet(complex_, number), soft=True)
        number = float(number)
        if limits is not None and number in limits:
            return Value(limits[number], soft=True)
        try:
            return Value(real(number), soft=True)
        except ValueError:
            if widens and math.isfinite(number):
                return Value(_quiet(complex_, complex(number)), soft=True)
            return Value(math.nan, soft=True)
        except OverflowError:
            return Value(math.copysign(math.inf, number) if real is math.sinh else math.inf, soft=True)

    return apply


def _quiet(function: Callable[[complex], complex], number: complex) -> complex:
    try:
        return function(number)
    except (ValueError, OverflowError, ZeroDivisionError):
        return complex(math.nan, math.nan)


def _one_over(function: Callable[[Value], Value]) -> Callable[[Value], Value]:
    """1/f(x), infinite where f is zero: sec, csc, cot…"""
    return lambda value: quotient(Value(1), function(value))


def _of_one_over(function: Callable[[Value], Value]) -> Callable[[Value], Value]:
    """f(1/x): arcsec, arccsc…"""
    return lambda value: function(quotient(Value(1), value))


def _arccot(value: Value) -> Value:
    """Between -π/2 and π/2, with a jump at zero: arccot(-1) is -π/4."""
    angle = _arctan(value)
    return Value(-math.pi / 2 if value.number.real < 0 else math.pi / 2) - angle


_sin = _function(math.sin, cmath.sin)
_cos = _function(math.cos, cmath.cos)
_tan = _function(math.tan, cmath.tan)
_sinh = _function(math.sinh, cmath.sinh)
_cosh = _function(math.cosh, cmath.cosh)
_tanh = _function(math.tanh, cmath.tanh)
_arctan = _function(math.atan, cmath.atan)
_arcsinh = _function(math.asinh, cmath.asinh)
_arccosh = _function(math.acosh, cmath.acosh)
_arctanh_limits = {1.0: math.inf, -1.0: -math.inf}
_zero_log = {0.0: -math.inf}


def _log2(number: complex) -> complex:
    return cmath.log(number) / math.log(2)


FUNCTIONS: Mapping[str, Callable[[Value], Value]] = {
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "sec": _one_over(_cos),
    "csc": _one_over(_sin),
    "cot": _one_over(_tan),
    "arcsin": _function(math.asin, cmath.asin, widens=True),
    "arccos": _function(math.acos, cmath.acos, widens=True),
    "arctan": _arctan,
    "arcsec": _of_one_over(_function(math.acos, cmath.acos)),
    "arccsc": _of_one_over(_function(math.asin, cmath.asin)),
    "arccot": _arccot,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "sech": _one_over(_cosh),
    "csch": _one_over(_sinh),
    "coth": _one_over(_tanh),
    "arcsinh": _arcsinh,
    "arccosh": _arccosh,
    "arctanh": _function(math.atanh, cmath.atanh, widens=True, limits=_arctanh_limits),
    "arcsech": _of_one_over(_arccosh),
    "arccsch": _of_one_over(_arcsinh),
    "arccoth": _of_one_over(_function(math.atanh, cmath.atanh, limits=_arctanh_limits)),
    "sqrt": _function(math.sqrt, cmath.sqrt, widens=True),
    "exp": _function(math.exp, cmath.exp),
    "ln": _function(math.log, cmath.log, widens=True, limits=_zero_log),
    "log10": _function(math.log10, cmath.log10, widens=True, limits=_zero_log),
    "log2": _function(math.log2, _log2, widens=True, limits=_zero_log),
    "abs": _absolute,
    "fact": _factorial,
    "factorial": _factorial,
}
CONSTANTS: Mapping[str, Value] = {"pi": Value(math.pi), "e": Value(math.e), "i": Value(1j), "j": Value(1j)}
