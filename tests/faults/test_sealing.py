"""Is nothing lost or doubled between the journal and the pilot's store, whoever is killed when? F17, docs/faults.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cordee.web.tests.running import environment, migrate_once

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="forks and kills processes"),
    pytest.mark.long,
    pytest.mark.with_site,
]
SECONDS = 30


def test_a_sealer_killed_again_and_again_neither_loses_nor_doubles_an_event(tmp_path: Path) -> None:
    home = tmp_path / "home"
    migrate_once(home)
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "tests.faults.sealing", "--home", str(home), "--seconds", str(SECONDS)],
        env=environment(home, {"CORDEE_LOG_LEVEL": "error"}),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS * 5,
    )
    print(done.stdout)  # noqa: T201 - the proof, in the report of the tests
    assert done.returncode == 0, done.stdout + done.stderr
    counts = json.loads(done.stdout)
    assert counts["kills"] >= 10, counts
    assert len(counts["killed"]) >= 5, counts
    assert counts["after_kills"]["events"] > 100, counts
    assert counts["at_the_end"]["sealed"] == counts["at_the_end"]["events"], counts
