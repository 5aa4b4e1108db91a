"""What a site keeps of itself takes the place of what was there."""

from __future__ import annotations

import pytest

from cordee.jobs.site import COMMUNITY_HOURS, keep_fact, kept_fact


@pytest.mark.django_db
def test_a_fact_takes_the_place_of_the_one_before_and_nothing_takes_it_away() -> None:
    assert kept_fact(COMMUNITY_HOURS) is None
    for value in (None, {"weeks": [1]}, {"weeks": [2]}):
        keep_fact(COMMUNITY_HOURS, value)
        assert kept_fact(COMMUNITY_HOURS) == value
    keep_fact(COMMUNITY_HOURS, None)
    assert kept_fact(COMMUNITY_HOURS) is None
