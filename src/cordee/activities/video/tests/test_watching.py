"""Which seconds were watched, whatever was sent?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.video.watching import MOST_INTERVALS, added, share, total, union

moments = st.floats(0, 1000, allow_nan=False)
intervals = st.lists(st.tuples(moments, moments).map(lambda pair: (min(pair), max(pair))), max_size=20)


def test_what_overlaps_or_nearly_touches_is_one() -> None:
    assert union([(10, 20), (0, 5), (5.3, 8), (19, 25)]) == ((0, 8), (10, 25))


def test_seconds_watched_twice_count_once() -> None:
    watched = added((), [(0, 10)], allowed_s=1000)
    assert added(watched, [(0, 10), (5, 12)], allowed_s=1000) == ((0, 12),)


def test_no_more_counts_than_time_allows() -> None:
    assert added((), [(0, 600)], allowed_s=25) == ((0, 25),)
    assert added(((0, 25),), [(0, 600)], allowed_s=25) == ((0, 25),)


def test_the_share_is_of_the_part_that_is_shown() -> None:
    assert share([(0, 10), (15, 20)], (5, 25)) == 0.5


@given(intervals, intervals, st.floats(0, 2000))
def test_the_allowance_is_never_exceeded_and_nothing_is_forgotten(
    first: list[tuple[float, float]], second: list[tuple[float, float]], allowed_s: float
) -> None:
    watched = union(first)
    found = added(watched, second, allowed_s=allowed_s)
    assert total(found) <= max(total(watched), allowed_s) + 1e-6
    assert total(found) >= total(watched) - 1e-6


@given(intervals, intervals)
def test_the_order_of_batches_does_not_matter(
    first: list[tuple[float, float]], second: list[tuple[float, float]]
) -> None:
    one = added(union(first), second, allowed_s=1e9)
    other = added(union(second), first, allowed_s=1e9)
    assert abs(total(one) - total(other)) <= 0.5 * (len(first) + len(second))
    assert added(one, second, allowed_s=1e9) == one


def test_a_thousand_snippets_keep_the_row_small() -> None:
    assert len(union([(10.0 * n, 10.0 * n + 1) for n in range(1000)])) == MOST_INTERVALS
