"""Does a page that names learners leave a line that they can read, and one that names nobody none?"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

from cordee.core import clock
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people.granting import grant_role
from cordee.people.models import Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client
from cordee.pilot import live, refreshing, sealing

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CORDEE", dataclasses.replace(settings.CORDEE, home=tmp_path / "home"))


def test_a_learners_page_names_that_learner_a_list_the_session_and_figures_nobody(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    other = make_enrolment(tmp_path, run=enrolment.run)
    run, person = enrolment.run, enrolment.account
    hand_in(enrolment, "capital")
    sealing.seal(live.site_store(), now=clock.now)
    refreshing.read_states(live.site_store(), run.key, clock.now())
    teacher = make_account(name="Hélène Enseignante")
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    client = signed_in_client(teacher)
    asked = f"run={quote(run.key, safe='')}"
    assert client.get(f"/pilot/exercise?{asked}&activity=capital").status_code in (200, 404)
    assert client.get(f"/pilot/indicators/funnel.json?{asked}").status_code == 200
    assert not StaffAct.objects.exists()
    assert client.get(f"/pilot/run?{asked}").status_code == 200
    assert [(one.about, one.person) for one in StaffAct.objects.all()] == [("pilot run", None)]
    actor = live.site_store().actor_of(str(person.pseudonym))
    assert client.get(f"/pilot/learner?{asked}&learner={actor}").status_code == 200
    assert client.get(f"/pilot/learner?{asked}&learner={actor}").status_code == 200
    for which in (asked, ""):  # of this session, or of all that the teacher sees: this one
        assert client.get(f"/pilot/indicators/learners.csv?{which}").status_code == 200
    looks = {(one.about, one.person, one.role, one.place) for one in StaffAct.objects.all()}
    place = f"run:{run.key}"
    assert looks == {
        ("pilot run", None, "teacher", place),
        ("pilot learner", person.pseudonym, "teacher", place),
        ("pilot export", None, "teacher", place),
    }
    mine = signed_in_client(person).get("/account/data").content.decode()
    theirs = signed_in_client(other.account).get("/account/data").content.decode()
    assert mine.count("<td>teacher</td>") == 3
    assert theirs.count("<td>teacher</td>") == 2
    assert "Enseignante" not in mine
