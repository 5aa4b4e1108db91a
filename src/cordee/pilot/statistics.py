"""How sure is a figure? Intervals, tests and curves, in plain Python.

Each follows a published method, named in its docstring, and is tested against that paper's own worked examples. A
share is given from 0 to 1 here; an indicator multiplies by 100 where it says percent.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist
from typing import Final

LEVEL: Final = 0.95


def quantile(level: float = LEVEL) -> float:
    """The normal quantile that leaves (1 - level) / 2 on each side: 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(count: int, of: int, level: float = LEVEL) -> tuple[float, float] | None:
    """The score interval of a share without continuity correction; None of nobody.

    Wilson (1927); method 3 of Newcombe (1998), Statistics in Medicine 17, 857-872.
    """
    if of <= 0:
        return None
    if not 0 <= count <= of:
        raise ValueError(f"{count} is no count among {of}")
    z = quantile(level)
    share = count / of
    middle = share + z * z / (2 * of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    under = 1 + z * z / of
    # At 0 and at all, one end is the share itself: rounding must not move it.
    low = 0.0 if count == 0 else (middle - half) / under
    high = 1.0 if count == of else (middle + half) / under
    return max(0.0, low), min(1.0, high)


def newcombe(count: int, of: int, count_2: int, of_2: int, level: float = LEVEL) -> tuple[float, float] | None:
    """The hybrid score interval of the difference of two shares, first minus second; None of nobody.

    Method 10 of Newcombe (1998), Statistics in Medicine 17, 873-890.
    """
    first, second = wilson(count, of, level), wilson(count_2, of_2, level)
    if first is None or second is None:
        return None
    share, share_2 = count / of, count_2 / of_2
    difference = share - share_2
    below = math.hypot(share - first[0], second[1] - share_2)
    above = math.hypot(first[1] - share, share_2 - second[0])
    return max(-1.0, difference - below), min(1.0, difference + above)


def equal_shares(count: int, of: int, count_2: int, of_2: int) -> float:
    """The two-sided p-value of two shares being one: the score test with a pooled variance (Pearson's chi-square)."""
    if of <= 0 or of_2 <= 0:
        return 1.0
    pooled = (count + count_2) / (of + of_2)
    variance = pooled * (1 - pooled) * (1 / of + 1 / of_2)
    if variance == 0:
        return 1.0
    return math.erfc(abs(count / of - count_2 / of_2) / math.sqrt(2 * variance))


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for being many, in the order given. Holm (1979), Scandinavian Journal of Statistics 6."""
    order = sorted(range(len(p_values)), key=lambda position: p_values[position])
    stepped = ((len(order) - rank) * p_values[position] for rank, position in enumerate(order))
    adjusted = [0.0] * len(order)
    for position, value in zip(order, accumulate(stepped, max), strict=True):
        adjusted[position] = min(1.0, value)
    return adjusted


@dataclass(frozen=True, slots=True)
class Step:
    """One time of a survival curve. `survival` is the share still going after it, `error` its standard error."""

    time: float
    at_risk: int
    stopped: int
    censored: int
    survival: float
    error: float
    low: float
    high: float


def kaplan_meier(times: Iterable[tuple[float, bool]], level: float = LEVEL) -> list[Step]:
    """The product-limit curve of (time, whether it is a stop; else seen until then only), at each time that occurs."""
    return life_table(counts_of(times), level)


def counts_of(times: Iterable[tuple[float, bool]]) -> list[tuple[float, int, int]]:
    """The same as (time, stopped, censored) rows in the order of time."""
    stops: Counter[float] = Counter()
    leaves: Counter[float] = Counter()
    for time, stopped in times:
        (stops if stopped else leaves)[time] += 1
    return [(time, stops[time], leaves[time]) for time in sorted(stops | leaves)]


def life_table(counts: Sequence[tuple[float, int, int]], level: float = LEVEL) -> list[Step]:
    """The same of (time, stopped, censored) rows in the order of time; a censored one is at risk at its own time.

    Kaplan and Meier (1958), JASA 53, 457-481; standard error of Greenwood (1926); interval on the log(-log) scale
    (Kalbfleisch and Prentice, 1980), which stays between 0 and 1.
    """
    z = quantile(level)
    at_risk = sum(stopped + censored for _time, stopped, censored in counts)
    survival, hazards = 1.0, 0.0
    steps: list[Step] = []
    for time, stopped, censored in counts:
        if at_risk:
            survival *= 1 - stopped / at_risk
            hazards += stopped / (at_risk * (at_risk - stopped)) if at_risk > stopped else 0.0
        low = high = survival
        if 0 < survival < 1:
            spread = math.exp(z * math.sqrt(hazards) / math.log(survival))
            low, high = survival ** (1 / spread), survival**spread
        steps.append(Step(time, at_risk, stopped, censored, survival, survival * math.sqrt(hazards), low, high))
        at_risk -= stopped + censored
    return steps


@dataclass(frozen=True, slots=True)
class LogRank:
    """Whether curves are one: stops seen and expected in each group, chi-square, its degrees of freedom, p-value."""

    observed: tuple[int, ...]
    expected: tuple[float, ...]
    chi_square: float
    degrees: int
    p_value: float


def log_rank(groups: Sequence[Sequence[tuple[float, int, int]]]) -> LogRank:
    """Compare two or more groups of (time, stopped, censored) rows, as `life_table` takes them.

    Mantel (1966), Cancer Chemotherapy Reports 50; of more than two groups Peto and Peto (1972), JRSS A 135, with the
    hypergeometric covariance of Kalbfleisch and Prentice (1980), section 1.4. A group that was never at risk when
    somebody stopped costs no degree of freedom.
    """
    stops: list[Counter[float]] = [Counter() for _group in groups]
    leaves: list[Counter[float]] = [Counter() for _group in groups]
    for nth, group in enumerate(groups):
        for time, stopped, censored in group:
            stops[nth][time] += stopped
            leaves[nth][time] += stopped + censored
    at_risk = [counts.total() for counts in leaves]
    expected = [0.0] * len(groups)
    covariance = [[0.0] * len(groups) for _group in groups]
    for time in sorted({time for counts in leaves for time in counts}):
        everybody, stopped = sum(at_risk), sum(counts[time] for counts in stops)
        if stopped:
            shares = [n / everybody for n in at_risk]
            spread = stopped * (everybody - stopped) / (everybody - 1) if everybody > 1 else 0.0
            for one, share in enumerate(shares):
                expected[one] += stopped * share
                for other, beside in enumerate(shares):
                    covariance[one][other] += spread * share * ((one == other) - beside)
        at_risk = [n - counts[time] for n, counts in zip(at_risk, leaves, strict=True)]
    observed = [counts.total() for counts in stops]
    excess = [seen - due for seen, due in zip(observed, expected, strict=True)]
    chi_square, degrees = _distance(excess, covariance)
    return LogRank(tuple(observed), tuple(expected), chi_square, degrees, chi_square_tail(chi_square, degrees))


def _distance(excess: list[float], covariance: list[list[float]]) -> tuple[float, int]:
    """The quadratic form of a vector and the inverse of its covariance, which lacks a rank; and the rank.

    Elimination of a symmetric matrix: a pivot of nothing stands for what the others say already.
    """
    least = 1e-9 * max((row[at] for at, row in enumerate(covariance)), default=0.0)
    found, rank = 0.0, 0
    for at, row in enumerate(covariance):
        pivot = row[at]
        if pivot <= least:
            continue
        found += excess[at] ** 2 / pivot
        rank += 1
        for below in range(at + 1, len(covariance)):
            times = covariance[below][at] / pivot
            excess[below] -= times * excess[at]
            covariance[below] = [cell - times * above for cell, above in zip(covariance[below], row, strict=True)]
    return found, rank


def chi_square_tail(value: float, degrees: int) -> float:
    """How often chance gives as much or more: the upper tail of chi-square; 1 of no degree of freedom.

    The finite sums of Abramowitz and Stegun (1964), 26.4.4 and 26.4.5.
    """
    if degrees < 1 or value <= 0:
        return 1.0
    half = value / 2
    if degrees % 2:
        tail = math.fsum(half ** (i - 0.5) / math.gamma(i + 0.5) for i in range(1, (degrees + 1) // 2))
        return min(1.0, math.erfc(math.sqrt(half)) + math.exp(-half) * tail)
    return min(1.0, math.exp(-half) * math.fsum(half**i / math.factorial(i) for i in range(degrees // 2)))


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r; None where one side never varies or there are fewer than two pairs."""
    if len(pairs) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    left, right = zip(*pairs, strict=True)
    mean_left, mean_right = math.fsum(left) / len(pairs), math.fsum(right) / len(pairs)
    both = math.fsum((one - mean_left) * (other - mean_right) for one, other in pairs)
    spread = math.sqrt(
        math.fsum((one - mean_left) ** 2 for one in left) * math.fsum((one - mean_right) ** 2 for one in right)
    )
    return max(-1.0, min(1.0, both / spread)) if spread > 0 else None


def point_biserial(right: Sequence[float], wrong: Sequence[float]) -> float | None:
    """The correlation of an item's success with a score: scores of who succeeded, scores of who did not.

    (M1 - M0) / s x sqrt(pq), s over everybody (Lord and Novick, 1968, section 15.5): Pearson's r of a 0-1 variable.
    """
    return correlation([(1.0, score) for score in right] + [(0.0, score) for score in wrong])


def error_of_correlation(r: float, n: int) -> float | None:
    """The standard error sqrt((1 - r^2) / (n - 2)) that the t-test of r uses; None under three pairs."""
    return math.sqrt((1 - r * r) / (n - 2)) if n > 2 else None  # noqa: PLR2004 - two degrees are spent


def alpha(items: int, sum_of_variances: float, variance_of_sum: float) -> float | None:
    """Cronbach's alpha of a quiz from the variances of its items and of their sum; None where it says nothing.

    Cronbach (1951), Psychometrika 16; the form of Bland and Altman (1997), BMJ 314, 572.
    """
    if items < 2 or variance_of_sum <= 0:  # noqa: PLR2004 - one item agrees with itself
        return None
    return items / (items - 1) * (1 - sum_of_variances / variance_of_sum)
