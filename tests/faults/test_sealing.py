"""Is nothing lost or doubled between the journal and the pilot's store, whoever is killed when? F17, docs/faults.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cordee.web.tests.running import environment, migrate_once

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes"),
    pytest.mark.long,
    pytest.mark.with_site,
]
SECONDS = 30


def sealing(home: Path, *words: str, within_s: float) -> dict[str, Any]:
    """What `tests.faults.sealing` counted; it ends well."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.faults.sealing", "--home", str(home), *words],
        env=environment(home, {"CORDEE_LOG_LEVEL": "error"}),
        capture_output=True,
        text=True,
        check=False,
        timeout=within_s,
    )
    print(done.stdout)  # noqa: T201 - the proof, in the report of the tests
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.postgresql_only(reason="SQLite ends with the process that asked")
def test_a_claim_that_the_server_ends_after_its_sealer_was_killed_is_sealed_by_the_next(tmp_path: Path) -> None:
    home = tmp_path / "home"
    migrate_once(home)
    counts = sealing(home, "--claim-outlives", within_s=120)["at_the_end"]
    assert counts["events"] == counts["seen"] == counts["sealed"] > 2, counts


def test_a_sealer_killed_again_and_again_neither_loses_nor_doubles_an_event(tmp_path: Path) -> None:
    home = tmp_path / "home"
    migrate_once(home)
    counts = sealing(home, "--seconds", str(SECONDS), within_s=SECONDS * 5)
    assert counts["kills"] >= 10, counts
    assert len(counts["killed"]) >= 5, counts
    assert counts["after_kills"]["events"] > 100, counts
    assert counts["at_the_end"]["sealed"] == counts["at_the_end"]["events"], counts
