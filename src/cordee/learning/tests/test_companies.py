"""Is what the programme knows of a company written once, by who may, and read where it is needed?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from cordee.courses.tests.make import NOW, small_run
from cordee.learning.tests.cohorts import client_of, make_cohort, make_member, make_organisation, member_of_team
from cordee.people.companies import Told, companies_told, company_by_code, write_company
from cordee.people.models import CompanyFacts, Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db

PATH = "/organisations/Rivoire/company"
TYPED = {
    "sector_fr": "énergie",
    "sector_en": "energy",
    "need_fr": "former 40 ingénieurs",
    "need_en": "train 40 engineers",
    "courses": "RES101; 04018, res101",
    "people": "40",
    "tutoring": "yes",
    "since": "2026-11",
    "seen": "",
}
TOLD = Told(
    sector_fr="énergie",
    sector_en="energy",
    need_fr="former 40 ingénieurs",
    need_en="train 40 engineers",
    courses=("res101", "04018"),
    people=40,
    tutoring=True,
    since="2026-11",
)


@pytest.fixture
def client() -> Client:
    make_organisation("Rivoire", kind="company")
    make_organisation("Alpine")
    return client_of(Role.PROGRAMME_MANAGER, "org:Rivoire")


def seen_on(client: Client) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', client.get(PATH).content.decode())
    return found[1] if found else ""


def test_a_programme_manager_writes_down_what_is_known_and_finds_it_again(client: Client) -> None:
    assert companies_told() == {}
    assert client.post(PATH, TYPED)["Location"] == f"{PATH}?done=changed"
    assert {code: told for code, (_one, told) in companies_told().items()} == {"Rivoire": TOLD}
    page = client.get(f"{PATH}?done=changed").content.decode()
    for words in ("The change is stored", 'value="res101, 04018"', 'value="énergie"', 'value="2026-11"'):
        assert words in page, words
    assert f'href="{PATH}"' in client.get("/organisations").content.decode()
    assert client.post(PATH, TYPED).status_code == 302  # the second click: the same again
    assert StaffAct.objects.filter(place="org:Rivoire", about="company").count() == 1


def test_of_two_tabs_the_second_is_told_what_the_first_changed_and_loses_nothing(client: Client) -> None:
    client.post(PATH, TYPED)
    seen = seen_on(client)
    assert seen
    assert client.post(PATH, {**TYPED, "people": "50", "seen": seen}).status_code == 302
    late = client.post(PATH, {**TYPED, "people": "60", "seen": seen})
    assert late.status_code == 409
    assert "Somebody changed this company meanwhile" in late.content.decode()
    assert 'value="60"' in late.content.decode()
    assert CompanyFacts.objects.get().people == 50
    assert client.post(PATH, {"seen": seen_on(client)}).status_code == 302  # all of it can be taken out again
    assert companies_told()["Rivoire"][1] == Told()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("people", "-1"),
        ("people", "many"),
        ("courses", "a/b"),
        ("courses", "<b>"),
        ("since", "soon"),
        ("since", "2026-13"),
        ("sector_fr", "x" * 121),
        ("need_en", "x" * 301),
        ("tutoring", "perhaps"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(client: Client, field: str, wrong: str) -> None:
    answer = client.post(PATH, {**TYPED, field: wrong})
    assert answer.status_code == 400
    assert f'id="id_{field}' in answer.content.decode()
    assert "énergie" in answer.content.decode() or field == "sector_fr"
    assert companies_told() == {}


def test_markup_is_shown_as_words(client: Client) -> None:
    client.post(PATH, {**TYPED, "sector_en": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(PATH).content.decode()


def test_only_who_manages_the_programme_or_runs_the_site_gets_in(client: Client) -> None:
    client.post(PATH, TYPED)
    others = [
        client_of(Role.PROGRAMME_MANAGER, "org:Alpine"),
        client_of(Role.TEACHER, "org:Rivoire"),
        client_of(Role.TUTOR, "org:Rivoire"),
        signed_in_client(make_account()),
    ]
    for other in others:
        assert other.get(PATH).status_code == other.post(PATH, {**TYPED, "people": "1"}).status_code == 403
    assert Client().post(PATH, TYPED).status_code == 302
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = client.cookies
    assert forged.post(PATH, {**TYPED, "people": "1"}).status_code == 403
    assert CompanyFacts.objects.get().people == 40
    assert client_of(Role.OPERATOR).get(PATH).status_code == 200
    assert "énergie" not in Client().get("/fr/organisations/Rivoire/").content.decode()


def test_a_school_has_no_page_in_the_register() -> None:
    make_organisation("Alpine")
    client = client_of(Role.PROGRAMME_MANAGER, "org:Alpine")
    assert client.get("/organisations/Alpine/company").status_code == 404
    assert "/organisations/Alpine/company" not in client.get("/organisations").content.decode()


def test_the_page_shows_what_the_groups_of_the_company_say(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    company, other = make_organisation("Rivoire", kind="company"), make_organisation("Other", kind="company")
    own = make_cohort("Staff", organisation=company, run=run)
    for cohort in (own, own, make_cohort("Theirs", organisation=other, run=run)):
        make_member(cohort)
    member_of_team(Role.TUTOR, f"cohort:{own.pk}")
    page = client_of(Role.PROGRAMME_MANAGER, "org:Rivoire").get(PATH).content.decode()
    assert re.search(r'">Staff</a></th><td>TST101</td><td class="num">2</td><td>yes</td>', page)
    assert "Theirs" not in page


def test_what_is_written_is_known_at_once_to_who_asks_by_code() -> None:
    organisation = make_organisation("Rivoire", kind="company")
    assert company_by_code("Rivoire") == (organisation, Told(), "")
    write_company(organisation=organisation, told=TOLD, seen="", by=make_account(), now=NOW)
    assert company_by_code("Rivoire") == (organisation, TOLD, NOW.isoformat())
