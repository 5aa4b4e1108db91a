"""What becomes of somebody whom a list invited: before they accept, as they do, and after?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.tests.make import small_run
from cordee.jobs.models import Letter
from cordee.learning.cohorts.filling import add_people
from cordee.learning.cohorts.reading import Line
from cordee.learning.models import Cohort, CohortMember, Enrolment
from cordee.learning.tests.cohorts import client_of, letters_written, make_cohort
from cordee.learning.tests.test_cohort_entering import invited, link_of
from cordee.people.minors.ages import AgeRule
from cordee.people.minors.agreeing import agree, ask_parent, years_said
from cordee.people.models import Account, MailedLink, Role, SignIn
from cordee.people.tests.letters import letters_to
from cordee.people.tests.make import PASSWORD, make_account, signed_in_client

pytestmark = pytest.mark.django_db
EMAIL = "awa@x.example"
CHOSEN = {"name": "Awa Diallo", "password": PASSWORD}
YOUNG = str(clock.now().year - 12)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return small_run(tmp_path)


@pytest.fixture
def cohort(run: Run) -> Cohort:
    return make_cohort(run=run)


def test_whoever_accepts_by_the_link_of_the_letter_has_confirmed_the_address(cohort: Cohort) -> None:
    link = invited(cohort)
    assert Account.objects.get().confirmed_at is None
    browser = Client()
    browser.post(link, {**CHOSEN, "year": "1990"})
    account = Account.objects.get()
    assert account.confirmed_at is not None
    Enrolment.objects.update(grade=0.9, graded_at=clock.now())
    run = cohort.run
    assert run is not None
    assert browser.post(f"/runs/{run.key}/attestation", {"name": "Awa Diallo"}).status_code == 303


def test_who_had_an_account_confirms_its_address_by_accepting(cohort: Cohort) -> None:
    owner = make_account(email=EMAIL, password=PASSWORD)
    Account.objects.update(confirmed_at=None)
    link = invited(cohort)
    assert signed_in_client(owner).post(link).status_code == 302
    assert Account.objects.get().confirmed_at is not None


def test_no_letter_tells_of_the_first_password(cohort: Cohort) -> None:
    link = invited(cohort)
    before = letters_to(EMAIL)
    Client().post(link, {**CHOSEN, "year": "1990"})
    assert Account.objects.get().check_password(PASSWORD)
    assert letters_to(EMAIL) == before


def test_whoever_is_invited_is_asked_for_their_year_of_birth_where_the_law_asks(cohort: Cohort) -> None:
    link = invited(cohort)
    assert 'name="year"' in Client().get(link).content.decode()
    for year in ("", "no year", "1700"):
        assert Client().post(link, {**CHOSEN, "year": year}).status_code == 400
    assert not Account.objects.get().has_usable_password()
    Client().post(link, {**CHOSEN, "year": "1990"})
    assert years_said(Account.objects.get()) == [1990]


def test_no_year_is_asked_where_no_age_counts(cohort: Cohort) -> None:
    link = invited(cohort)
    with override_settings(CORDEE=replace(settings.CORDEE, age_of_consent=AgeRule("", 0))):
        assert 'name="year"' not in Client().get(link).content.decode()
        assert Client().post(link, CHOSEN).status_code == 302
    assert CohortMember.objects.get().accepted_at is not None


def test_a_young_person_accepts_once_a_parent_has_agreed(cohort: Cohort) -> None:
    link = invited(cohort)
    Account.objects.update(language="en")
    child = Client()
    onward = child.post(link, {**CHOSEN, "year": YOUNG})["Location"]
    assert onward == "/account/agreement?from=invitation"
    assert "open the link of your invitation again" in child.get(onward).content.decode()
    account = Account.objects.get()
    assert account.waits_for_parent
    assert SignIn.objects.filter(account=account).exists()
    assert child.post(link).status_code == 403
    assert CohortMember.objects.get().accepted_at is None
    assert not Enrolment.objects.exists()
    ask_parent(account=account, parent="parent@x.example", address="", now=clock.now())
    agree(link=MailedLink.objects.select_related("account").get(door="agreement"), now=clock.now())
    assert child.post(link).status_code == 302
    assert CohortMember.objects.get().accepted_at is not None
    assert Enrolment.objects.get().account == account


def test_nobody_is_on_the_desk_before_they_accept_and_all_who_were_invited_look_alike(cohort: Cohort) -> None:
    run = cohort.run
    assert run is not None
    make_account(email="known@x.example", password=PASSWORD)
    lines = [Line(2, "known@x.example", "Pupil Known"), Line(3, "new@x.example", "Pupil New")]
    add_people(cohort=cohort, lines=lines, way="csv", by=None, now=clock.now())
    letters_written()
    teacher = client_of(Role.TEACHER, f"run:{run.key}")
    assert "Pupil" not in teacher.get(f"/runs/{run.key}/desk/").content.decode()
    assert "Pupil" not in teacher.get(f"/runs/{run.key}/desk/grades.csv").content.decode()
    page = teacher.get(f"/cohorts/{cohort.pk}").content.decode()
    rows = [row.partition("</tr>")[0] for row in page.split("<tr") if "@x.example" in row]
    told = {
        row.replace("Known", "New").replace("known", "new").replace(f'member={member.pk}"', "")
        for row, member in zip(rows, CohortMember.objects.order_by("name"), strict=True)
    }
    assert len(told) == 1, told
    new = Letter.objects.select_related("message").get(address="new@x.example")
    Client().post(link_of(new), {"name": "Pupil New", "password": PASSWORD, "year": "1990"})
    assert Enrolment.objects.get().cohort == cohort
    desk = teacher.get(f"/runs/{run.key}/desk/").content.decode()
    assert "Pupil New" in desk
    assert "Pupil Known" not in desk
