"""Does a school's teacher teach the school's own sessions fully, and see of others their own groups alone?

And does every page that they open lead only where they may go?
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.tests.make import small_run
from cordee.learning.enrolling import enrol
from cordee.learning.models import Cohort, Decision, Enrolment
from cordee.learning.tests.cohorts import (
    client_of,
    make_cohort,
    make_member,
    make_organisation,
    member_of_team,
    private_run_of,
)
from cordee.people.models import Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client
from cordee.pilot import live, refreshing, sealing

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CORDEE", replace(settings.CORDEE, home=tmp_path / "home"))


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    """A class in its school's own session, with one pupil."""
    school = make_organisation("Alpine")
    cohort = make_cohort(organisation=school, run=private_run_of(school, small_run(tmp_path)))
    make_member(cohort, make_account(name="Awa Diallo"))
    return cohort


def run_of(cohort: Cohort) -> Run:
    assert cohort.run is not None
    return cohort.run


def leads(page: str) -> set[str]:
    """The addresses of this site to which a page leads."""
    return {found.replace("&amp;", "&") for found in re.findall(r'href="(/[^"#]*)', page)}


def test_a_schools_teacher_finds_the_private_session_and_everything_in_it_opens(cohort: Cohort) -> None:
    run = run_of(cohort)
    sealing.seal(live.site_store(), now=clock.now)  # as the worker does each minute
    refreshing.read_states(live.site_store(), run.key, clock.now())
    client = client_of(Role.TEACHER, "org:Alpine")
    assert f"/runs/{run.key}/" in leads(client.get("/mine").content.decode())
    session = client.get(f"/runs/{run.key}/").content.decode()
    assert f"/runs/{run.key}/desk/" in leads(session)
    seen: dict[str, int] = {}
    for page in ("/mine", f"/runs/{run.key}/", f"/runs/{run.key}/desk/", f"/runs/{run.key}/desk/settings"):
        for address in leads(client.get(page).content.decode()):
            if not address.startswith(("/static/", "/organisations/")) and address not in seen:
                seen[address] = client.get(address, follow=True).status_code
    assert f"/pilot/letters/{run.key}/write" in seen
    assert any(one.startswith("/pilot/run?") for one in seen)
    refused = {address: status for address, status in seen.items() if status in {403, 404, 500}}
    assert not refused


def test_a_schools_teacher_decides_writes_and_sees_names_in_the_private_session(cohort: Cohort) -> None:
    run, enrolment = run_of(cohort), Enrolment.objects.get()
    account, client = member_of_team(Role.TEACHER, "org:Alpine")
    given = {"points-activity": "sum", "points-points": "1", "points-reason": "Said aloud"}
    assert client.post(f"/runs/{run.key}/desk/learners/{enrolment.pk}/points", given).status_code == 303
    assert Decision.objects.get().made_by == account
    asked = client.post(f"/runs/{run.key}/desk/as-learner", {"wish": "learner"})
    assert asked.status_code == 303
    client.get(f"/runs/{run.key}/desk/learners/{enrolment.pk}")
    looks = StaffAct.objects.filter(look=True, person=enrolment.account.pseudonym)
    assert {one.role for one in looks} == {Role.TEACHER}  # the learner reads by which role


def test_a_schools_teacher_who_learns_there_too_teaches_there(cohort: Cohort) -> None:
    run = run_of(cohort)
    account, client = member_of_team(Role.TEACHER, "org:Alpine")
    make_member(cohort, account)
    assert f"/runs/{run.key}/desk/" in leads(client.get(f"/runs/{run.key}/").content.decode())


@pytest.mark.parametrize("role", [Role.TEACHER, Role.TUTOR, Role.PROGRAMME_MANAGER])
def test_another_schools_team_finds_nothing_of_it(cohort: Cohort, role: Role) -> None:
    run = run_of(cohort)
    make_organisation("Other")
    client = client_of(role, "org:Other")
    assert run.key not in client.get("/mine").content.decode()
    for path in ("", "desk/", "desk/settings", "import-report"):
        assert client.get(f"/runs/{run.key}/{path}").status_code in {403, 404}, path
    assert client.get(f"/pilot/run?run={quote(run.key, safe='')}").status_code == 403


def test_of_a_session_open_to_everybody_a_schools_teacher_sees_the_own_group_alone(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    cohort = make_cohort(organisation=make_organisation("Alpine"), run=run)
    make_member(cohort, make_account(name="Own Pupil"))
    enrol(account=make_account(name="Other Learner"), run=run, now=clock.now())
    client = client_of(Role.TEACHER, "org:Alpine")
    page = client.get(f"/cohorts/{cohort.pk}").content.decode()
    assert "Own Pupil" in page
    assert "Other Learner" not in page
    for path in ("desk/", "desk/settings", "desk/grades.csv"):
        assert client.get(f"/runs/{run.key}/{path}").status_code == 403, path
    assert f"/runs/{run.key}/" not in leads(client.get("/mine").content.decode())
    assert client.get(f"/pilot/letters/{run.key}/write").status_code == 403
    pilot = client.get("/pilot/", follow=True)
    assert pilot.status_code == 200
    assert "Other Learner" not in pilot.content.decode()


def test_the_menu_leads_a_teacher_without_any_session_to_a_page_that_opens() -> None:
    make_organisation("Alpine")
    client = client_of(Role.TEACHER, "org:Alpine")
    assert "/pilot/" in leads(client.get("/mine").content.decode())
    assert client.get("/pilot/", follow=True).status_code == 200
    assert signed_in_client(make_account()).get("/pilot/").status_code == 403
    assert Client().get("/pilot/").status_code == 302
