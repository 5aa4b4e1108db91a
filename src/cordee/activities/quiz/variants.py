"""Which choices does one learner see, and in what order?

The order is drawn from the seed by SHA-256, not by Python's generator: the same seed gives the same page for ever.
"""

from __future__ import annotations

import hashlib

from cordee.activities.quiz.definition import Choices, Problem, Response, choice_names


def shown_choices(response: Response, seed: int) -> tuple[int, ...]:
    """The ranks, in the order of the page, of the choices that a seed shows.

    A pool of n draws one right choice and n - 1 wrong ones (measured in Open edX); a larger
    pool than the set draws all. Fixed choices keep their place.
    """
    key = response.key
    if not isinstance(key, Choices):
        return ()
    ranks = range(len(key.choices))
    size = pool_size(key)
    if size:
        right = _drawn(response, seed, "right", [rank for rank in ranks if key.choices[rank].correct == "true"])[:1]
        wrong = _drawn(response, seed, "wrong", [rank for rank in ranks if key.choices[rank].correct != "true"])
        return tuple(_drawn(response, seed, "order", [*right, *wrong[: size - 1]]))
    if not key.shuffle:
        return tuple(ranks)
    moving = iter(_drawn(response, seed, "order", [rank for rank in ranks if not key.choices[rank].fixed]))
    return tuple(rank if key.choices[rank].fixed else next(moving) for rank in ranks)


def shown_names(response: Response, seed: int) -> tuple[str, ...]:
    """The names of the choices that a seed shows, in their order."""
    names = choice_names(response)
    return tuple(names[rank] for rank in shown_choices(response, seed))


def varies(problem: Problem) -> bool:
    """Whether two seeds may show two pages: some choices are shuffled or drawn from a pool."""
    keys = (response.key for response in problem.responses)
    return any(isinstance(key, Choices) and len(key.choices) > 1 and (key.shuffle or pool_size(key)) for key in keys)


def pool_size(key: Choices) -> int:
    """How many choices to draw; 0 when all are shown or the number cannot be read."""
    return int(key.pool) if key.pool.isascii() and key.pool.isdigit() and len(key.pool) < 6 else 0  # noqa: PLR2004


def _drawn(response: Response, seed: int, purpose: str, ranks: list[int]) -> list[int]:
    def draw(rank: int) -> bytes:
        return hashlib.sha256(f"{seed}/{response.number}/{purpose}/{rank}".encode()).digest()

    return sorted(ranks, key=draw)
