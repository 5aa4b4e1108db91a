"""Does a page process hold what pages need, and no more the longer it runs?"""

from __future__ import annotations

import pytest

from tests.faults.world import World

pytestmark = pytest.mark.long

SCRIPT = """
import sys
from cordee.web import processes
processes.import_pages()
import httpx
from cordee.web.wsgi import create_application
from tests.faults.world import RUN, Learner, is_accepted, someone

learner = Learner("http://127.0.0.1:8000", someone())
learner.client = httpx.Client(transport=httpx.WSGITransport(app=create_application()), base_url=learner.url)
before = set(sys.modules)
for address in ("/en/", "/fr/", "/sign-in"):
    assert learner.client.get(address).status_code == 200, address
learner.arrive()
assert is_accepted(learner.send(learner.form("open"), "4"))
for address in (f"/runs/{RUN}/units/v_open", f"/runs/{RUN}/progress", "/mine"):
    assert learner.client.get(address).status_code == 200, address
late = set(sys.modules) - before
heavy = {"argon2", "duckdb", "lxml", "regex", "typst"}
print(sorted(name for name in late if name.startswith("cordee.") or name in heavy))
"""


def test_pages_of_learners_import_nothing_that_their_process_had_not_before_the_fork(shared_world: World) -> None:
    shared_world.run("from cordee.web import static; static.collect()")
    assert shared_world.run(SCRIPT).strip() == "[]"
