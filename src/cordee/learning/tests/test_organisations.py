"""Are schools and companies shown as they say, and written by those alone who may?"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from cordee.core.errors import Conflict, InputRefused
from cordee.courses.models import Asset, Run
from cordee.courses.tests.make import NOW, small_run
from cordee.learning.tests.cohorts import client_of, make_organisation, member_of_team
from cordee.learning.tests.make import make_enrolment
from cordee.learning.tests.test_pages import statements
from cordee.people import organisations
from cordee.people.colours import LEAST_RATIO, check_contrast, ratio_of, read_colour
from cordee.people.models import Organisation, OrganisationKind, Role, StaffAct
from cordee.people.organisations import About, change_organisation
from cordee.people.tests.make import make_account, signed_in_client

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
TYPED = {
    "code": "Alpine",
    "name_fr": "École alpine",
    "name_en": "Alpine School",
    "kind": "school",
    "contact": "hello@alpine.example",
    "site": "https://alpine.example",
    "colour": "#0b4f4a",
    "ink": "#ffffff",
}


@given(st.sampled_from("0123456789abcdef"), st.text("0123456789abcdef", min_size=5, max_size=5))
def test_the_contrast_of_a_colour_with_itself_is_one_and_the_order_says_nothing(first: str, rest: str) -> None:
    colour = f"#{first}{rest}"
    assert ratio_of(colour, colour) == pytest.approx(1)
    assert ratio_of(colour, "#ffffff") == ratio_of("#ffffff", colour)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # Values as the WCAG working group's own examples give them.
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_the_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert ratio_of(one, other) == pytest.approx(ratio, abs=0.005)


def test_a_contrast_that_fails_is_refused_with_its_ratio() -> None:
    check_contrast("#767676", "#ffffff")
    with pytest.raises(InputRefused, match=r"4\.47 to 1.* 4\.5 to 1"):
        check_contrast("#777777", "#ffffff")
    assert LEAST_RATIO == 4.5


@pytest.mark.parametrize("text", ["red", "#12345", "#1234567", "#12345g", "url(x)", "#fff;}", "＃112233"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(InputRefused):
        read_colour(text)


def test_a_colour_is_kept_in_one_form() -> None:
    assert read_colour(" 0B4F4A ") == "#0b4f4a"
    assert read_colour("") == ""


@pytest.mark.django_db
def test_an_organisation_is_made_once_and_noted() -> None:
    make_organisation("Alpine")
    with pytest.raises(Conflict):
        make_organisation("Alpine")
    act = StaffAct.objects.get()
    assert (act.act, act.place, act.about) == ("organisation.edit", "org:Alpine", "made")


@pytest.mark.parametrize("code", ["", "a b", "a/b", "x" * 61, "é", "a\nb"])
def test_a_code_that_no_key_could_hold_is_refused(code: str) -> None:
    with pytest.raises(InputRefused):
        organisations.read_code(code)


@pytest.mark.django_db
def test_no_organisation_is_above_itself() -> None:
    top = make_organisation("Top")
    make_organisation("Middle", parent="Top")
    make_organisation("Low", parent="Middle")
    for parent in ("Top", "Middle", "Low"):
        about = About(name_fr="Haut", name_en="Top", kind="school", parent=parent)
        with pytest.raises(InputRefused):
            change_organisation(organisation=top, about=about, by=None, now=NOW)


@pytest.mark.django_db
def test_whoever_was_overtaken_by_another_hand_is_told_and_changes_nothing() -> None:
    school = make_organisation("Alpine")
    seen = school.changed_at.isoformat()
    first = About(name_fr="Un", name_en="One", kind="school")
    change_organisation(organisation=school, about=first, by=None, now=NOW + dt.timedelta(minutes=1), seen=seen)
    with pytest.raises(Conflict):
        change_organisation(
            organisation=school, about=About(name_fr="Deux", name_en="Two", kind="school"), by=None, now=NOW, seen=seen
        )
    assert Organisation.objects.get().name_en == "One"


@pytest.mark.django_db
def test_its_public_page_tells_who_it_is_and_its_courses(tmp_path: Path) -> None:
    small_run(tmp_path, title="Cables and waves")
    make_organisation("Ingenia", name_en="Ingenia Alliance", contact="hello@ingenia.example")
    make_organisation("Low", parent="Ingenia", name_en="Low School")
    page = Client().get("/en/organisations/Ingenia/")
    words = page.content.decode()
    assert page.status_code == 200
    for told in ("Ingenia Alliance", "hello@ingenia.example", "Cables and waves", "Low School"):
        assert told in words
    assert "s-maxage" in page["Cache-Control"]
    assert "Cables and waves" not in Client().get("/en/organisations/Low/").content.decode()
    assert Client().get("/en/organisations/Nobody/").status_code == 404


@pytest.mark.django_db
def test_the_public_page_asks_the_database_five_times(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    small_run(tmp_path)
    make_organisation("Ingenia")
    Client().get("/fr/organisations/Ingenia/")
    with django_assert_num_queries(5):
        Client().get("/fr/organisations/Ingenia/", headers={"accept-encoding": "x"}, data={"again": "1"})


@pytest.mark.django_db
def test_a_programme_manager_writes_one_and_its_colours_reach_its_page() -> None:
    client = client_of(Role.PROGRAMME_MANAGER)
    answer = client.post("/organisations/new", {**TYPED, "logo": SimpleUploadedFile("logo.png", PNG)})
    assert (answer.status_code, answer["Location"]) == (302, "/organisations?done=made")
    made = Organisation.objects.get()
    assert (made.kind, made.logo_type) == (OrganisationKind.SCHOOL, "image/png")
    assert Asset.objects.filter(sha256=made.logo).exists()
    words = Client().get("/en/organisations/Alpine/").content.decode()
    assert "/organisations/Alpine/colours.css?v=" in words
    assert made.logo in words
    styles = Client().get("/organisations/Alpine/colours.css")
    assert styles["Content-Type"].startswith("text/css")
    assert "#0b4f4a" in styles.content.decode()


@pytest.mark.django_db
def test_what_is_wrong_stands_by_its_field_and_nothing_is_stored() -> None:
    client = client_of(Role.OPERATOR)
    answer = client.post("/organisations/new", {**TYPED, "ink": "#0b4f5a"})
    words = answer.content.decode()
    assert answer.status_code == 400
    assert "contrast of 1." in words
    assert "École alpine" in words
    answer = client.post("/organisations/new", {**TYPED, "logo": SimpleUploadedFile("logo.png", b"<html>")})
    assert answer.status_code == 400
    assert "no picture" in answer.content.decode()
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_another_organisations_manager_and_a_learner_are_refused() -> None:
    make_organisation("Alpine")
    make_organisation("Other")
    client = member_of_team(Role.PROGRAMME_MANAGER, "org:Other")[1]
    for address in ("/organisations/Alpine", "/organisations/new"):
        for answer in (client.get(address), client.post(address, TYPED)):
            assert answer.status_code == 403, address
    assert client.get("/organisations/Other").status_code == 200
    assert "Alpine" not in client.get("/organisations").content.decode()
    learner = signed_in_client(make_account())
    assert learner.get("/organisations").status_code == 403
    assert learner.post("/organisations/new", TYPED).status_code == 403


@pytest.mark.django_db
def test_the_page_of_one_changes_it_but_not_its_code() -> None:
    make_organisation("Alpine")
    client = client_of(Role.PROGRAMME_MANAGER)
    seen = Organisation.objects.get().changed_at.isoformat()
    answer = client.post("/organisations/Alpine", {**TYPED, "code": "Stolen", "name_en": "New name", "seen": seen})
    assert answer.status_code == 302
    assert Organisation.objects.get().name_en == "New name"
    assert Organisation.objects.get().code == "Alpine"
    again = client.post("/organisations/Alpine", {**TYPED, "name_en": "From the second tab", "seen": seen})
    assert again.status_code == 400
    assert "meanwhile" in again.content.decode()


@pytest.mark.django_db
def test_a_form_without_the_token_of_its_page_changes_nothing() -> None:
    account, _client = member_of_team(Role.PROGRAMME_MANAGER, "")
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in_client(account).cookies
    assert client.post("/organisations/new", TYPED).status_code == 403
    assert not Organisation.objects.exists()


@pytest.mark.django_db
def test_a_unit_of_an_organisations_own_session_looks_like_it_at_no_statement_more(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    unit = f"/runs/{enrolment.run.key}/units/u1"
    browser = signed_in_client(enrolment.account)
    browser.get(unit)
    before = statements(browser, unit)
    assert b"org-band" not in browser.get(unit).content
    school = make_organisation("Alpine")
    Organisation.objects.filter(pk=school.pk).update(
        shown_name="Alpes & Co", colour="#0b4f4a", ink="#ffffff", logo="a" * 64, logo_type="image/png"
    )
    Run.objects.filter(pk=enrolment.run_id).update(private_to=school, listed=False)
    page = browser.get(unit).content.decode()
    assert "Alpes &amp; Co" in page
    assert 'class="org-band__logo"' in page
    assert re.search(r'href="/organisations/Alpine/[^"]*v=[0-9a-f]{8}"', page)
    assert len(statements(browser, unit)) == len(before)
    Organisation.objects.filter(pk=school.pk).update(shown_name="Autre nom", colour="#000000")
    assert "Autre nom" in browser.get(unit).content.decode()  # drawn once for each look, not for ever
    public = make_enrolment(tmp_path, account=enrolment.account, number="TST102")
    assert b"org-band" not in browser.get(f"/runs/{public.run.key}/units/u1").content


@pytest.mark.django_db
def test_a_code_that_differs_from_another_by_capitals_alone_is_refused() -> None:
    make_organisation("Alpine")
    with pytest.raises(Conflict, match="by capitals alone"):
        make_organisation("ALPINE")
