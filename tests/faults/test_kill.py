"""Is nothing lost when processes are killed? F1 of docs/faults.md; the command runs it ten thousand times."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.faults import kill
from tests.faults.audit import RIGHT
from tests.faults.world import ANSWERS, Learner, make_world, someone

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="finds the site's processes in /proc"),
    pytest.mark.long,
]
SECONDS = 35.0


def test_nothing_acknowledged_is_lost_or_doubled_when_processes_are_killed(tmp_path: Path) -> None:
    counts = kill.run(tmp_path / "home", kills=100, learners=6, trees=0.05, most_s=SECONDS)
    print(json.dumps(counts, indent=2))  # noqa: T201 - the proof, in the report of the tests
    assert counts["kills"] >= 10, counts
    assert counts["acknowledged"] >= 10, counts
    assert counts["surprises"] == 0, counts["surprising"]
    assert kill.is_well(counts), counts


def test_the_audit_sees_what_is_lost_doubled_altered_and_inconsistent(tmp_path: Path) -> None:
    """A test that cannot fail proves nothing: each fault is made by hand, and found."""
    world = make_world(tmp_path / "home")
    site = world.serve("--workers", "1")
    ledger = []
    try:
        learner = Learner(world.url, someone())
        learner.arrive()
        for activity, values in ANSWERS.items():
            form = learner.form(activity)
            assert learner.send(form, values[0]).status_code == 303
            entry = {"email": learner.email, "activity": activity, "form_id": form.form_id, "value": values[0]}
            ledger.append(entry | {"acknowledged": True})
            assert values[0] in RIGHT[activity]
    finally:
        world.stop(site)
    well, lost, unsent, altered = kill.audited(
        world,
        ledger,
        [*ledger, ledger[0] | {"form_id": "another"}],
        ledger[1:],
        [ledger[0] | {"value": "5"}, *ledger[1:]],
    )
    assert kill.is_well(well)
    assert (lost["lost"], unsent["never_sent"], altered["altered"]) == (1, 1, 1)
    world.run(
        "from cordee.learning.models import *; ActivityState.objects.filter(activity='open').update(attempts=2);"
        "Enrolment.objects.update(grade=0.5)"
    )
    (found,) = kill.audited(world, ledger)
    assert found["inconsistent"] == 2, found
    assert not kill.is_well(found)
