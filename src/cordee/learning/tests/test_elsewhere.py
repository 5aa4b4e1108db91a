"""Does an organisation name a session of another platform for its own group, and for nobody else?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.core import clock
from cordee.courses.models import Course, Run
from cordee.courses.tests.make import small_run
from cordee.learning.models import Cohort, Enrolment, OutsideMarkList
from cordee.learning.tests.cohorts import client_of, make_cohort, make_member, make_organisation
from cordee.people.models import Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client
from cordee.web.worker import forget_lists_of_people

pytestmark = pytest.mark.django_db

TYPED = {
    "host": "fun",
    "address": "https://www.fun-mooc.fr/fr/cours/04018",
    "title": "Éducation par la recherche",
    "language": "fr",
    "number": "04018",
    "session": "s07",
    "opens": "2026-09-01",
    "closes": "2026-12-20",
    "pass_mark": "60",
    "ects": "2",
    "group": "",
    "group_name": "Promo 2026",
}
PATH = "/organisations/Alpine/elsewhere"


@pytest.fixture
def client() -> Client:
    make_organisation("Alpine")
    return client_of(Role.TEACHER, "org:Alpine")


def test_a_session_elsewhere_is_named_with_its_group_once(client: Client) -> None:
    assert client.get(PATH).status_code == 200
    answer = client.post(PATH, TYPED)
    cohort = Cohort.objects.select_related("run__private_to").get()
    assert answer["Location"] == f"/cohorts/{cohort.pk}?done=follows"
    run = cohort.run
    assert run is not None
    assert run.private_to is not None
    assert (run.key, run.host, run.address) == ("Alpine+04018+s07", "fun", TYPED["address"])
    assert (run.pass_mark, run.listed, run.private_to.code) == (0.6, False, "Alpine")
    assert (cohort.name, cohort.credits) == ("Promo 2026", 2.0)
    again = client.post(PATH, TYPED)  # the second click
    assert again.status_code == 400
    assert "There is a session Alpine+04018+s07 already" in again.content.decode()
    assert (Run.objects.count(), Cohort.objects.count(), Course.objects.count()) == (1, 1, 1)
    assert client.get(f"/runs/{run.key}/").status_code == 200  # nothing in it, and nothing broken
    assert client.get(f"/runs/{run.key}/desk/").status_code == 200
    page = client.get(answer["Location"]).content.decode()
    assert "The group follows the session" in page
    assert "Éducation par la recherche" in page
    assert f'href="/cohorts/{cohort.pk}/marks"' in page
    assert StaffAct.objects.filter(act="run.name_elsewhere", place=f"run:{run.key}").count() == 1


def test_a_group_without_a_session_follows_it_with_its_people(client: Client) -> None:
    organisation = make_organisation("Valley")
    theirs = make_cohort("Theirs", organisation=organisation)
    own = make_cohort("Own", organisation=organisation)
    assert client.post(PATH, {**TYPED, "group": str(theirs.pk), "group_name": ""}).status_code == 400
    assert not Run.objects.exists()
    manager = client_of(Role.PROGRAMME_MANAGER, "org:Valley")
    member = make_member(own)
    answer = manager.post("/organisations/Valley/elsewhere", {**TYPED, "group": str(own.pk), "group_name": ""})
    assert answer.status_code == 302
    assert Cohort.objects.get(pk=own.pk).run == Run.objects.get(key="Valley+04018+s07")
    assert not Enrolment.objects.filter(account=member.account).exists()
    taken = {**TYPED, "session": "s08", "group": str(own.pk), "group_name": ""}  # from a second tab
    assert manager.post("/organisations/Valley/elsewhere", taken).status_code == 400
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "here"},
        {"address": "javascript:alert(1)"},
        {"address": "https://user:secret@fun.example/x"},
        {"address": "ftp://fun.example/x"},
        {"title": " "},
        {"number": "a b"},
        {"number": "<b>"},
        {"session": "a+b"},
        {"closes": "2026-08-01"},
        {"pass_mark": "120"},
        {"ects": "-1"},
        {"ects": "1000"},
        {"group_name": ""},
        {"opens": "soon"},
    ],
)
def test_what_is_no_session_comes_back_with_its_form_and_leaves_nothing(client: Client, wrong: dict[str, str]) -> None:
    answer = client.post(PATH, TYPED | wrong)
    assert answer.status_code == 400
    assert "Promo 2026" in answer.content.decode() or "group_name" in wrong
    assert (Run.objects.count(), Course.objects.count(), Cohort.objects.count()) == (0, 0, 0)


def test_a_course_that_the_site_has_keeps_its_versions(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    make_organisation("Ingenia")
    client = client_of(Role.TEACHER, "org:Ingenia")
    assert client.post("/organisations/Ingenia/elsewhere", {**TYPED, "number": run.course.number}).status_code == 302
    made = Run.objects.get(host="fun")
    assert (made.course, made.version) == (run.course, run.version)
    assert run.course.versions.count() == 1


def test_to_others_it_is_as_if_it_were_not_there(client: Client) -> None:
    client.post(PATH, TYPED)
    run = Run.objects.get()
    make_organisation("Other")
    for other in (client_of(Role.TEACHER, "org:Other"), signed_in_client(make_account()), Client()):
        for path in (f"/runs/{run.key}/", f"/runs/{run.key}/desk/", PATH):
            assert other.get(path).status_code in (302, 403, 404), path
        assert other.post(PATH, TYPED | {"session": "s09"}).status_code in (302, 403)
    assert TYPED["title"] not in Client().get("/en/").content.decode()
    assert Run.objects.count() == 1


def test_who_only_follows_or_only_teaches_a_group_names_no_session() -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    for role, scope in ((Role.TUTOR, "org:Alpine"), (Role.TEACHER, f"cohort:{cohort.pk}"), (Role.SUPPORT, "")):
        answer = client_of(role, scope).post(PATH, TYPED)
        assert answer.status_code == 403, (role, scope)
    assert not Run.objects.exists()


def test_the_page_of_a_new_group_leads_there(client: Client) -> None:
    assert f'href="{PATH}"' in client.get("/cohorts/new").content.decode()


def test_a_new_session_of_an_organisation_is_listed_where_its_dates_are_changed(client: Client) -> None:
    client.post(PATH, TYPED)
    manager = client_of(Role.PROGRAMME_MANAGER, "org:Alpine")
    words = manager.get("/organisations/Alpine/sessions").content.decode()
    assert "Alpine+04018+s07 · FUN" in words
    terms: dict[str, Any] = {"opens": "2026-09-02", "closes": "", "pass_mark": "70"}
    assert manager.post("/organisations/Alpine/sessions/Alpine+04018+s07", terms).status_code == 302
    assert Run.objects.get().pass_mark == 0.7


def test_a_report_that_nobody_took_in_is_forgotten_by_the_worker_after_a_day() -> None:
    now, cohort = clock.now(), make_cohort(organisation=make_organisation("Verte"))
    made = [
        OutsideMarkList.objects.create(
            cohort=cohort, account=make_account(), rows=[[1, 0.5, True]], extracted_at=at, made_at=at
        ).pk
        for at in (now - dt.timedelta(hours=25), now - dt.timedelta(hours=23))
    ]

    forget_lists_of_people(lambda: False)

    assert list(OutsideMarkList.objects.values_list("pk", flat=True)) == made[1:]
