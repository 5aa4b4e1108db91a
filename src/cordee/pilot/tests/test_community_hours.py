"""Are the community's hours those that its traces tell, and never those of a few?"""

from __future__ import annotations

import datetime as dt

import pytest

from cordee.pilot.community_hours import community_hours
from cordee.pilot.store import Store
from cordee.pilot.tests.make import RUN, World, at

LATER = dt.datetime(2026, 1, 28, tzinfo=dt.UTC)  # three weeks after the run opens


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Ten people: 6 minutes of film, 9 to an answer, a pause, 3 minutes of reading; in week two, one of them."""
    world = World(RUN)
    world.run()
    world.activity("q1", 1, quiz="Quiz")
    for number in range(10):
        person = f"p{number}"
        world.learner(person)
        world.event(person, "played", "film", when=at(1))
        world.event(person, "paused", "film", when=at(1, hour=0.1))
        world.hand_in(person, "q1", 1.0, when=at(1, hour=0.25))
        world.event(person, "viewed", "u1", when=at(1, hour=2))
        world.event(person, "viewed", "u2", when=at(1, hour=2.05))
    world.event("p0", "viewed", "u1", when=at(8))
    world.event("p0", "viewed", "u2", when=at(8, hour=0.2))
    return world.store(tmp_path_factory.mktemp("hours") / "store")


def test_time_is_counted_by_what_it_ends_in_and_a_long_silence_is_none(store: Store) -> None:
    found = community_hours(store, now=LATER, smallest=10)
    assert found is not None
    assert len(found["weeks"]) == 52
    worked = {i: hours for i, hours in enumerate(found["weeks"]) if sum(hours)}
    assert worked == {49: [1.0, 0.5, 1.5]}
    assert found["monday"] == "2025-01-27"


def test_a_week_of_few_is_told_only_where_few_may_be(store: Store) -> None:
    found = community_hours(store, now=LATER, smallest=1)
    assert found is not None
    assert found["weeks"][50] == [0.0, 0.2, 0.0]


def test_the_week_that_is_not_over_and_years_ago_are_left_out(store: Store) -> None:
    assert community_hours(store, now=dt.datetime(2026, 1, 8, tzinfo=dt.UTC), smallest=1) is None
    assert community_hours(store, now=dt.datetime(2027, 2, 1, tzinfo=dt.UTC), smallest=1) is None
