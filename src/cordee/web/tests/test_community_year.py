"""Does what the worker counts reach the home page?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client

from cordee.core import clock
from cordee.jobs.site import COMMUNITY_HOURS, kept_fact
from cordee.pilot import live
from cordee.pilot.tests.make import World, at
from cordee.web import worker

LATER = dt.datetime(2026, 2, 20, tzinfo=dt.UTC)


@pytest.mark.django_db
def test_the_worker_counts_the_hours_of_a_year_and_the_home_page_draws_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World()
    world.run()
    for number in range(10):
        person = f"p{number}"
        world.learner(person)
        for week in range(5):
            world.event(person, "viewed", "u1", when=at(7 * week))
            world.event(person, "viewed", "u2", when=at(7 * week, hour=0.2))
    store = world.store(tmp_path / "store")
    monkeypatch.setattr(live, "site_store", lambda: store)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    assert "front__ridge" not in Client().get("/en/").content.decode()
    for _again in range(2):
        worker.count_hours(lambda: False)
    assert sum(sum(hours) for hours in kept_fact(COMMUNITY_HOURS)["weeks"]) == pytest.approx(10)
    page = Client().get("/en/").content.decode()
    assert "front__ridge" in page
    assert "<strong>10 hours</strong> of learning" in page
