"""Does a seed always draw the same choices, and each seed its own?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.quiz.tests.make import single, unhurried
from cordee.activities.quiz.variants import shown_choices, shown_names

SIX = "".join(f'<choice correct="{str(rank in (2, 5)).lower()}">{rank}</choice>' for rank in range(6))
PLAIN = single(SIX).responses[0]
SHUFFLED = single(SIX, 'shuffle="true"').responses[0]
FIXED = single(SIX.replace("<choice", '<choice fixed="true"', 1), 'shuffle="true"').responses[0]
POOL = single(SIX, 'answer-pool="3"').responses[0]
LARGE_POOL = single(SIX, 'answer-pool="9"').responses[0]
seeds = st.integers(0, 2**48)


@unhurried
@given(seeds)
def test_without_shuffle_the_order_is_the_authors(seed: int) -> None:
    assert shown_choices(PLAIN, seed) == (0, 1, 2, 3, 4, 5)


@unhurried
@given(seeds)
def test_a_shuffle_shows_each_choice_once(seed: int) -> None:
    assert sorted(shown_choices(SHUFFLED, seed)) == [0, 1, 2, 3, 4, 5]


@unhurried
@given(seeds)
def test_a_fixed_choice_keeps_its_place(seed: int) -> None:
    assert shown_choices(FIXED, seed)[0] == 0


@unhurried
@given(seeds)
def test_a_pool_draws_one_right_choice_and_fills_up_with_wrong_ones(seed: int) -> None:
    drawn = shown_choices(POOL, seed)
    assert len(drawn) == 3
    assert len({2, 5} & set(drawn)) == 1


@unhurried
@given(seeds)
def test_a_pool_larger_than_the_set_draws_every_wrong_choice(seed: int) -> None:
    drawn = shown_choices(LARGE_POOL, seed)
    assert {0, 1, 3, 4} < set(drawn)
    assert len({2, 5} & set(drawn)) == 1


def test_every_order_and_every_draw_is_about_as_likely() -> None:
    first = [shown_choices(SHUFFLED, seed)[0] for seed in range(3_000)]
    assert all(400 < first.count(rank) < 600 for rank in range(6))
    right = [next(rank for rank in shown_choices(POOL, seed) if rank in (2, 5)) for seed in range(1_000)]
    assert 400 < right.count(2) < 600


def test_a_seed_draws_the_same_for_ever() -> None:
    assert shown_names(SHUFFLED, 20261126) == ("choice_0", "choice_3", "choice_2", "choice_1", "choice_4", "choice_5")
    assert shown_names(POOL, 20261126) == ("choice_0", "choice_3", "choice_5")
