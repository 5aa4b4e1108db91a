"""Are intervals, tests and curves those of the papers that they name?"""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.pilot.statistics import (
    alpha,
    chi_square_tail,
    correlation,
    counts_of,
    equal_shares,
    error_of_correlation,
    holm,
    kaplan_meier,
    log_rank,
    newcombe,
    point_biserial,
    wilson,
)

# Freireich et al. (1963): weeks in remission with 6-MP and with a placebo; the data of Kaplan-Meier's textbooks
# (Kleinbaum and Klein, Survival Analysis, chapter 2).
WITH_6MP = [(6.0, True)] * 3 + [(7.0, True), (10.0, True), (13.0, True), (16.0, True), (22.0, True), (23.0, True)]
WITH_6MP += [(float(week), False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)]
PLACEBO = [(float(week), True) for week in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_that_of_newcombes_table(count: int, of: int, low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    assert wilson(count, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("pair", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombes_difference_is_that_of_his_table(pair: tuple[int, int, int, int], low: float, high: float) -> None:
    """Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10."""
    assert newcombe(*pair) == pytest.approx((low, high), abs=5e-5)


def test_nobody_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert newcombe(0, 0, 1, 2) is None
    with pytest.raises(ValueError, match="no count"):
        wilson(3, 2)


@given(st.integers(1, 10_000), st.data())
def test_wilsons_interval_holds_the_share_and_stays_within_0_and_1(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    found = wilson(count, of)
    assert found is not None
    assert 0 <= found[0] <= count / of <= found[1] <= 1
    mirrored = wilson(of - count, of)
    assert mirrored == pytest.approx((1 - found[1], 1 - found[0]), abs=1e-12)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_a_difference_read_backwards_has_the_opposite_interval(of: int, of_2: int, data: st.DataObject) -> None:
    count, count_2 = data.draw(st.integers(0, of)), data.draw(st.integers(0, of_2))
    there, back = newcombe(count, of, count_2, of_2), newcombe(count_2, of_2, count, of)
    assert there is not None
    assert back is not None
    assert there == pytest.approx((-back[1], -back[0]), abs=1e-12)
    assert there[0] - 1e-12 <= count / of - count_2 / of_2 <= there[1] + 1e-12


def test_two_equal_shares_are_not_told_apart_and_two_far_ones_are() -> None:
    # 2 x 2 table 56/70, 48/80: Pearson's chi-square without correction is 7.0279 by hand (n(ad-bc)^2 / margins).
    chi_square = 150 * (56 * 32 - 14 * 48) ** 2 / (70 * 80 * 104 * 46)
    assert equal_shares(56, 70, 48, 80) == pytest.approx(math.erfc(math.sqrt(chi_square / 2)))
    assert equal_shares(5, 10, 10, 20) == 1
    assert equal_shares(0, 10, 0, 20) == 1
    assert equal_shares(0, 0, 1, 2) == 1


def test_holm_rejects_what_its_worked_example_rejects() -> None:
    """The example of Wikipedia's "Holm-Bonferroni method": of 0.01, 0.04, 0.03, 0.005 at 0.05, the first and last."""
    adjusted = holm([0.01, 0.04, 0.03, 0.005])
    assert adjusted == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert [value <= 0.05 for value in adjusted] == [True, False, False, True]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=30))
def test_holm_never_makes_a_p_value_smaller_nor_changes_their_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(after >= before for before, after in zip(p_values, adjusted, strict=True))
    assert all(value <= 1 for value in adjusted)
    by_before = [after for _before, after in sorted(zip(p_values, adjusted, strict=True))]
    assert by_before == sorted(by_before)


def test_the_survival_curve_is_that_of_the_textbook() -> None:
    steps = [step for step in kaplan_meier(WITH_6MP) if step.stopped]
    assert [step.time for step in steps] == [6, 7, 10, 13, 16, 22, 23]
    assert [step.at_risk for step in steps] == [21, 17, 15, 12, 11, 7, 6]
    assert [round(step.survival, 4) for step in steps] == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert [round(step.error, 4) for step in steps] == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    # R's survfit(conf.type = "log-log") at 6 weeks.
    assert (steps[0].low, steps[0].high) == pytest.approx((0.6197, 0.9516), abs=5e-4)


def test_the_log_rank_test_is_that_of_the_textbook() -> None:
    found = log_rank([counts_of(WITH_6MP), counts_of(PLACEBO)])
    assert found.observed == (9, 21)
    assert found.expected == pytest.approx((19.25, 10.75), abs=0.005)
    assert found.chi_square == pytest.approx(16.793, abs=0.0005)
    assert found.degrees == 1
    assert found.p_value == pytest.approx(4.17e-5, rel=1e-2)
    assert log_rank([[], []]).p_value == 1
    assert log_rank([]).degrees == 0


def test_groups_that_are_one_have_no_distance_and_one_that_nobody_is_in_costs_no_degree() -> None:
    one = counts_of(WITH_6MP)
    same = log_rank([one, one, one])
    assert (same.chi_square, same.p_value) == pytest.approx((0, 1))
    assert same.degrees == 2
    alone = log_rank([one, counts_of(PLACEBO), []])
    assert alone.chi_square == pytest.approx(16.793, abs=0.0005)
    assert alone.degrees == 1


Group = list[tuple[float, int, int]]


def by_drawing(groups: list[Group]) -> tuple[list[float], float]:
    """Expected stops and chi-square of the first groups against the last, by another way: all draws, exact fractions.

    At each time, each set of those at risk is as likely to be the one that stops; moments are taken over all of them.
    """
    expected = [Fraction(0)] * len(groups)
    kept = len(groups) - 1
    covariance = [[Fraction(0)] * kept for _ in range(kept)]
    for time in sorted({time for group in groups for time, _stopped, _censored in group}):
        people = [
            nth
            for nth, group in enumerate(groups)
            for until, stopped, censored in group
            if until >= time
            for _one in range(stopped + censored)
        ]
        stopped = sum(stopped for group in groups for until, stopped, _censored in group if until == time)
        draws = [[draw.count(nth) for nth in range(len(groups))] for draw in itertools.combinations(people, stopped)]
        means = [Fraction(sum(draw[nth] for draw in draws), len(draws)) for nth in range(len(groups))]
        expected = [so_far + mean for so_far, mean in zip(expected, means, strict=True)]
        for one, other in itertools.product(range(kept), repeat=2):
            total = sum(draw[one] * draw[other] for draw in draws)
            covariance[one][other] += Fraction(total, len(draws)) - means[one] * means[other]
    seen = [sum(stopped for _time, stopped, _censored in group) for group in groups]
    a, b = (seen[nth] - expected[nth] for nth in range(2))
    (v, c), (_c, w) = covariance
    return [float(one) for one in expected], float((w * a * a - 2 * c * a * b + v * b * b) / (v * w - c * c))


@pytest.mark.parametrize(
    "groups",
    [
        [[(1, 1, 0), (2, 0, 1), (3, 1, 1)], [(1, 0, 1), (2, 2, 0)], [(2, 1, 0), (4, 1, 1)]],
        [[(0, 2, 0), (1, 1, 1)], [(0, 0, 1), (1, 1, 0), (5, 0, 2)], [(0, 1, 1), (1, 0, 1), (2, 1, 0)]],
    ],
)
def test_three_groups_are_compared_as_all_draws_of_who_stops_would_have_it(groups: list[Group]) -> None:
    expected, chi_square = by_drawing(groups)
    found = log_rank(groups)
    assert found.expected == pytest.approx(expected)
    assert found.chi_square == pytest.approx(chi_square)
    assert found.degrees == 2
    assert found.p_value == pytest.approx(math.exp(-chi_square / 2))


def test_many_groups_are_compared_as_lifelines_does() -> None:
    """What `multivariate_logrank_test` of lifelines 0.30.3 says of these very draws."""
    draw = random.Random(1)  # noqa: S311 - the same draws again
    groups: list[Group] = []
    for people, leaving in ((40, 0.3), (55, 0.2), (30, 0.45)):
        times = []
        for _one in range(people):
            time = 0
            while draw.random() > leaving and time < 8:
                time += 1
            times.append((float(time), draw.random() < 0.8))
        groups.append(counts_of(times))
    found = log_rank(groups)
    assert found.chi_square == pytest.approx(9.91853450793413, rel=1e-12)
    assert found.p_value == pytest.approx(0.0070180684107731435, rel=1e-12)


def test_the_tail_of_chi_square_is_that_of_the_tables() -> None:
    """Fisher and Yates: what is passed with a chance of 0.05 and of 0.01."""
    for degrees, often, rarely in ((1, 3.841, 6.635), (2, 5.991, 9.210), (3, 7.815, 11.345), (10, 18.307, 23.209)):
        assert chi_square_tail(often, degrees) == pytest.approx(0.05, abs=2e-5)
        assert chi_square_tail(rarely, degrees) == pytest.approx(0.01, abs=1e-5)
    assert chi_square_tail(0, 5) == 1


@given(st.lists(st.tuples(st.integers(0, 20).map(float), st.booleans()), max_size=60))
def test_a_curve_never_rises_and_loses_nobody(times: list[tuple[float, bool]]) -> None:
    steps = kaplan_meier(times)
    shares = [1.0] + [step.survival for step in steps]
    assert shares == sorted(shares, reverse=True)
    assert sum(step.stopped + step.censored for step in steps) == len(times)
    assert all(step.low <= step.survival + 1e-12 and step.high >= step.survival - 1e-12 for step in steps)


@given(st.lists(st.integers(0, 20).map(float), min_size=1, max_size=60))
def test_without_censoring_the_curve_is_the_share_of_who_is_left(times: list[float]) -> None:
    for step in kaplan_meier([(time, True) for time in times]):
        assert step.survival == pytest.approx(sum(1 for time in times if time > step.time) / len(times))


def test_the_correlation_of_anscombes_quartet_is_0_816() -> None:
    """Anscombe (1973), The American Statistician 27, first set."""
    x = (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
    y = (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68)
    r = correlation(list(zip(x, y, strict=True)))
    assert r == pytest.approx(0.816, abs=0.0005)
    # The standard error that Anscombe gives of the slope, 0.118, is that of r times the ratio of the spreads.
    error = error_of_correlation(r or 0, 11)
    assert (error or 0) * 0.500 / 0.816 == pytest.approx(0.118, abs=0.0005)


@given(
    st.lists(st.integers(0, 100).map(float), min_size=1, max_size=40),
    st.lists(st.integers(0, 100).map(float), min_size=1, max_size=40),
)
def test_the_point_biserial_is_the_difference_of_means_over_the_spread(right: list[float], wrong: list[float]) -> None:
    every = right + wrong
    mean = sum(every) / len(every)
    spread = math.sqrt(sum((one - mean) ** 2 for one in every) / len(every))
    found = point_biserial(right, wrong)
    if spread == 0:
        assert found is None
    else:
        p = len(right) / len(every)
        expected = (sum(right) / len(right) - sum(wrong) / len(wrong)) / spread * math.sqrt(p * (1 - p))
        assert found == pytest.approx(expected, abs=1e-9)


def test_few_or_equal_scores_have_no_correlation() -> None:
    assert correlation([(1, 1)]) is None
    assert point_biserial([1, 1], [1]) is None
    assert error_of_correlation(0.5, 2) is None


def test_alpha_is_that_of_bland_and_altman() -> None:
    """BMJ 314 (1997), 572: ten items, variances that add up to 11.16, variance of the sum 77.44: 0.95."""
    assert alpha(10, 11.16, 77.44) == pytest.approx(0.95, abs=0.005)
    assert alpha(1, 1, 1) is None
    assert alpha(3, 0, 0) is None


@given(st.lists(st.tuples(*[st.integers(0, 1)] * 2), min_size=2, max_size=50))
def test_alpha_of_an_item_and_its_copy_is_1(answers: list[tuple[int, int]]) -> None:
    first = [one for one, _other in answers]
    mean = sum(first) / len(first)
    variance = sum((one - mean) ** 2 for one in first) / (len(first) - 1)
    found = alpha(2, 2 * variance, 4 * variance)
    assert found is None if variance == 0 else found == pytest.approx(1)
