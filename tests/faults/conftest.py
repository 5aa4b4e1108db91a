"""One world for the faults that leave it whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cordee.web.tests.running import Site
from tests.faults.world import World, make_world


@dataclass(frozen=True, slots=True)
class Served:
    world: World
    site: Site


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A database with a course; no site runs on it."""
    return make_world(tmp_path_factory.mktemp("world") / "home", CORDEE_LOG_LEVEL="info")


@pytest.fixture
def served(shared_world: World) -> Iterator[Served]:
    """A site on it, stopped afterwards."""
    site = shared_world.serve("--workers", "2")
    yield Served(shared_world, site)
    shared_world.stop(site)
