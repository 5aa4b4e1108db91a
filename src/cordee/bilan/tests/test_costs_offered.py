"""Does the estimate of a course come into the table of costs as a proposal, by choice, and once?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.bilan.office.offering_costs import offers
from cordee.bilan.office.queries import held
from cordee.bilan.programme import COST_ROLES
from cordee.bilan.tests.test_office import manager
from cordee.courses.checks.costs import MEDIUM
from cordee.courses.tests.make import small_run
from cordee.people.tests.make import signed_in_client

pytestmark = pytest.mark.django_db


def test_the_roles_of_an_estimate_are_those_of_the_review() -> None:
    assert set(MEDIUM) == set(COST_ROLES)


def test_an_estimate_is_offered_for_a_course_of_the_tables_and_taken_once(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    client = signed_in_client(manager())
    assert offers(held()) == []  # the tables do not know the course yet
    client.post("/bilan/tables/runs", {"key": [run.key]})
    (offer,) = offers(held())
    assert offer.key == "tst101"
    page = client.get("/bilan/tables/costs").content.decode()
    assert 'value="tst101"' in page
    assert held().programme.costs == ()
    for _click in range(2):
        assert client.post("/bilan/tables/costs", {"key": ["tst101", "nothing"]}).status_code == 302
    costs = held().programme.costs
    assert {one.role for one in costs} == {row.role for row in offer.rows}
    assert all(one.course == "tst101" and one.declared is False and one.person_years for one in costs)
    assert len(costs) == len(offer.rows)
    assert offers(held()) == []
    assert held().faults == ()
