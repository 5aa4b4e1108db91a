"""Does each reader read in their language?"""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.people.changing_account import change_profile
from cordee.people.signing_up import make_account
from cordee.people.tests.make import signed_in_client
from cordee.ui.language import language_asked_for, language_of_path
from cordee.web.environment import LANGUAGES
from cordee.web.languages import addresses_in_languages, language_of, zone_of
from cordee.web.shell import shell

PASSWORD = "a long enough password"  # noqa: S105 - of an account that lives for one test


@pytest.mark.parametrize(
    ("path", "cookie", "asked", "expected"),
    [
        ("/fr/courses", "en", "en", "fr"),
        ("/en/", "fr", "fr", "en"),
        ("/mine", "en", "fr", "en"),
        ("/mine", "", "en-GB,en;q=0.9", "en"),
        ("/mine", "", "de,en;q=0.8,fr;q=0.9", "fr"),
        ("/mine", "de", "de", "fr"),
        ("/mine", "<script>", "*", "fr"),
        ("/friends", "en", "", "en"),
        ("/fr", "en", "", "en"),
    ],
)
def test_the_address_then_the_cookie_then_the_browser_then_the_site_decide(
    path: str, cookie: str, asked: str, expected: str
) -> None:
    request = RequestFactory().get(path, headers={"accept-language": asked})
    request.COOKIES["language"] = cookie
    assert language_of(request) == expected


def test_a_header_that_is_none_asks_for_nothing() -> None:
    assert language_asked_for("", LANGUAGES) is None
    assert language_asked_for("x" * 5000 + ";q=zz,,,", LANGUAGES) is None
    assert language_asked_for("fr-CA", LANGUAGES) == "fr"


@pytest.mark.parametrize("name", ["Mars/Base", "../../etc/passwd", "/etc/localtime", "\0", "a" * 5000, "."])
def test_a_zone_that_is_none_is_the_sites(name: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["zone"] = name
    assert zone_of(request) is None


def test_only_public_addresses_have_a_twin_in_the_other_language() -> None:
    assert language_of_path("/mine") is None
    assert addresses_in_languages("/mine") == {}


@pytest.mark.django_db
def test_the_switch_is_remembered_and_leads_back_to_this_site_only(client: Client) -> None:
    answer = client.post("/language", {"language": "en", "next": "/sign-in"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")
    assert client.get("/sign-in").headers["Content-Language"] == "en"
    for elsewhere in ("//evil.example", "https:evil.example", "javascript:1", "/\\evil", "http://evil.example/"):
        answer = client.post("/language", {"language": "fr", "next": elsewhere})
        assert answer.headers["Location"] == "/"


@pytest.mark.django_db
def test_a_language_that_we_do_not_speak_is_refused(client: Client) -> None:
    assert client.post("/language", {"language": "tlh"}).status_code == 400


@pytest.mark.django_db
def test_signing_in_brings_the_accounts_language_and_zone_at_once_and_changes_follow(client: Client) -> None:
    account = make_account(
        email="a@example.org", name="Ana", language="en", time_zone="Pacific/Noumea", password=PASSWORD, now=clock.now()
    )
    answer = client.post(
        "/sign-in", {"email": "a@example.org", "password": PASSWORD}, headers={"accept-language": "fr"}
    )
    assert answer.status_code == 302
    assert (answer.cookies["language"].value, answer.cookies["zone"].value) == ("en", "Pacific/Noumea")
    page = client.get("/account", headers={"accept-language": "fr"})
    assert page.headers["Content-Language"] == "en"
    assert "language" not in page.cookies
    client.post("/language", {"language": "fr", "next": "/account"})
    account.refresh_from_db()
    assert account.language == "fr"
    assert client.get("/account").headers["Content-Language"] == "fr"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("/fr/courses/", "/en/courses/"),
        ("/fr/courses/?q=a%20b", "/en/courses/?q=a%20b"),
        ("/mine", "/mine"),
        ("/", "/en/"),
    ],
)
def test_the_first_page_after_signing_in_on_a_new_device_is_in_the_accounts_language(
    client: Client, wanted: str, first: str
) -> None:
    make_account(
        email="a@example.org", name="Ana", language="en", time_zone="Asia/Tokyo", password=PASSWORD, now=clock.now()
    )
    form = {"email": "a@example.org", "password": PASSWORD, "next": wanted}
    page = client.post("/sign-in", form, headers={"accept-language": "fr"}, follow=True)
    assert page.redirect_chain[-1][0] == first
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en"' in page.content.decode()


@pytest.mark.django_db
def test_a_device_left_signed_in_shows_its_first_page_in_the_language_chosen_elsewhere(client: Client) -> None:
    account = make_account(
        email="a@example.org", name="Ana", language="fr", time_zone="Europe/Paris", password=PASSWORD, now=clock.now()
    )
    client.post("/sign-in", {"email": "a@example.org", "password": PASSWORD})
    change_profile(account=account, name="Ana", language="en", time_zone="Asia/Tokyo")
    for address in ("/mine", "/account"):
        client.cookies["language"] = "fr"
        page = client.get(address)
        assert page.headers["Content-Language"] == "en"
        assert '<html lang="en"' in page.content.decode()
        assert page.cookies["language"].value == "en"
    french = Client(headers={"accept-language": "fr"}).get("/sign-in").content.decode()
    assert "Vérifier une attestation" in french  # what is drawn once for all readers was drawn in its own language
    other = make_account(
        email="b@example.org", name="Bo", language="fr", time_zone="Europe/Paris", password=PASSWORD, now=clock.now()
    )
    reader = signed_in_client(other)
    reader.cookies["language"] = "fr"
    for address in ("/mine", "/account"):
        assert "Verify an attestation" not in reader.get(address).content.decode()
    client.cookies["language"] = "fr"
    assert client.get("/").headers["Location"] == "/en/"
    assert client.get("/fr/v").headers["Content-Language"] == "fr"  # an address that says its language keeps it


@pytest.mark.django_db
def test_reading_the_cookies_costs_no_query(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.cookies["language"], client.cookies["zone"] = "en", "Asia/Tokyo"
    with django_assert_num_queries(0):
        client.get("/sign-in")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/fr/v?code=A%26B+C", "/v?code=A%26B+C"])
def test_the_switch_of_a_public_page_keeps_what_was_asked_for(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert 'href="/en/v?code=A%26B+C"' in page
    assert 'href="/fr/v?code=A%26B+C"' in page


@pytest.mark.django_db
def test_the_switch_of_a_page_without_a_language_keeps_what_was_asked_for(client: Client) -> None:
    page = client.get("/sign-in?next=/account&new=1").content.decode()
    assert 'name="next" value="/sign-in?next=/account&amp;new=1"' in page
    answer = client.post("/language", {"language": "fr", "next": "/sign-in?next=/account&new=1"})
    assert answer.headers["Location"] == "/sign-in?next=/account&new=1"


@pytest.mark.parametrize(
    ("referer", "here"),
    [
        ("http://testserver/runs/a/units/b?x=1#c", "/runs/a/units/b?x=1"),
        ("http://evil.example/runs/a", "/"),
        ("http://testserver//evil.example", "/"),
        ("", "/"),
        ("http://[", "/"),
    ],
)
@pytest.mark.django_db
def test_the_switch_of_a_refused_form_leads_to_the_page_of_the_form(referer: str, here: str) -> None:
    request = RequestFactory().post("/runs/a/activities/c/submissions", headers={"referer": referer})
    assert shell(request)["here"] == here
