from __future__ import annotations

from collections.abc import Iterator

import pytest

from cordee.sandbox.laboratory import Laboratory
from cordee.sandbox.tests.compilers import shared_folder


@pytest.fixture(scope="session")
def laboratory() -> Iterator[Laboratory]:
    """One for all tests of a process."""
    with Laboratory(shared_folder()) as one:
        one.make_ready()
        yield one
