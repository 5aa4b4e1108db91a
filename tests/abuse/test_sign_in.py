"""What happens to whoever attacks the door? Through the whole stack, as a browser or a program would send it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django import Settings

from cordee.people.devices import cookie_name as device_cookie
from cordee.people.disabling import disable_account
from cordee.people.models import Account, SignIn, Throttle
from cordee.people.sessions import cookie_name, write_claim
from cordee.people.tests.make import PASSWORD, give_session, make_account, make_session, signed_in_client

pytestmark = pytest.mark.django_db
EMAIL = "awa@example.org"
WRONG = "wrong password here"


def sign_in(browser: Client, email: str = EMAIL, password: str = PASSWORD, **more: str) -> int:
    return browser.post("/sign-in", {"email": email, "password": password}, **more).status_code  # type: ignore[arg-type]  # headers


def is_refused(browser: Client, path: str = "/account") -> bool:
    response = browser.get(path)
    return response.status_code == 401 or (response.status_code == 302 and response["Location"].startswith("/sign-in"))


@pytest.mark.attack(1)
def test_a_hundred_wrong_passwords_are_five_and_the_owner_signs_in_from_elsewhere() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    attacker, owner = Client(REMOTE_ADDR="192.0.2.66"), Client(REMOTE_ADDR="198.51.100.7")
    statuses = [sign_in(attacker, password=f"wrong password {number}") for number in range(100)]
    assert statuses == [400] * 5 + [429] * 95
    assert sign_in(attacker) == 429
    assert sign_in(owner) == 302


@pytest.mark.attack(1)
@pytest.mark.django_db(transaction=True)
def test_thirty_wrong_passwords_sent_at_once_are_five() -> None:
    make_account(email=EMAIL, password=PASSWORD)

    def try_one(number: int) -> int:
        try:
            return sign_in(Client(REMOTE_ADDR="192.0.2.66"), password=f"wrong password {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(try_one, range(30)))
    assert statuses == [400] * 5 + [429] * 25


@pytest.mark.attack(12)
def test_a_forged_forwarded_address_does_not_start_the_count_again() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    attacker = Client(REMOTE_ADDR="192.0.2.66")
    statuses = [sign_in(attacker, password=WRONG, HTTP_X_FORWARDED_FOR=f"10.0.0.{number}") for number in range(8)]
    assert statuses == [400] * 5 + [429] * 3


def test_the_owner_in_a_known_browser_signs_in_while_a_neighbour_attacks() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    owner, neighbour = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.1")
    assert sign_in(owner) == 302
    owner.post("/sign-out")
    for _ in range(10):
        sign_in(neighbour, password=WRONG)
    assert sign_in(neighbour) == 429
    assert sign_in(owner) == 302


@pytest.mark.long
@pytest.mark.attack(112)
def test_a_class_of_forty_behind_one_address_signs_in() -> None:
    hashed = make_account(email="teacher@example.org", password=PASSWORD).password
    for number in range(40):
        make_account(email=f"learner{number}@example.org")
    Account.objects.update(password=hashed)
    for number in range(40):
        assert sign_in(Client(REMOTE_ADDR="192.0.2.1"), f"learner{number}@example.org") == 302
    assert sign_in(Client(REMOTE_ADDR="192.0.2.1"), "teacher@example.org") == 302


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http:///evil.example",
    "javascript:1",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "evil.example",
    "@evil.example",
    "/ok\r\nSet-Cookie: a=b",
    "/\x00",
    "/" * 5000,
    "/" + "x" * 5000,
    "//[",
    "/\ud800",
]


@pytest.mark.attack(5)
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_after_sign_in_only_local_pages_follow(elsewhere: str) -> None:
    make_account(email=EMAIL, password=PASSWORD)
    encoded = elsewhere.encode("utf-8", "surrogatepass").decode("latin-1")
    response = Client().post("/sign-in", {"email": EMAIL, "password": PASSWORD, "next": encoded})
    assert response.status_code == 302
    location = response["Location"]
    assert location == "/" or (location.startswith("/") and location[1] not in "/\\")
    assert "evil" not in location.partition("?")[0].split("/")[0]
    page = Client().get("/sign-in", {"next": encoded})
    assert page.status_code == 200
    assert b'value="//' not in page.content


@pytest.mark.attack(5)
@pytest.mark.parametrize("elsewhere", [*ELSEWHERE, "/\\/evil.example", "/%0d%0a//evil.example"])
@pytest.mark.parametrize(("door", "chosen"), [("/theme", {"theme": "dark"}), ("/language", {"language": "en"})])
def test_after_a_choice_of_looks_or_language_only_local_pages_follow(
    door: str, chosen: dict[str, str], elsewhere: str
) -> None:
    encoded = elsewhere.encode("utf-8", "surrogatepass").decode("latin-1")
    answer = Client().post(door, chosen | {"next": encoded})
    assert answer.status_code == 302
    assert re.fullmatch(r"/(?![/\\])[^\\\s]*", answer["Location"])


@pytest.mark.parametrize(
    ("local", "there"),
    [
        ("/", "/"),
        ("/account", "/account"),
        ("/runs/a+b/units/x?y=1&z=é#part", "/runs/"),
        ("/fr/", "/en/"),  # in the account's language
        ("/runs/https://x", "/runs/"),
    ],
)
def test_after_sign_in_a_local_page_follows(local: str, there: str) -> None:
    make_account(email=EMAIL, password=PASSWORD)
    response = Client().post("/sign-in", {"email": EMAIL, "password": PASSWORD, "next": local})
    assert response.status_code == 302
    assert response["Location"].startswith(there)


@pytest.mark.attack(6)
def test_a_session_cannot_be_fixed_before_sign_in() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    eve = make_account(email="eve@example.org")
    planted = write_claim(make_session(eve))
    browser = Client()
    browser.cookies[cookie_name()] = planted
    assert sign_in(browser) == 302
    assert browser.cookies[cookie_name()].value != planted
    thief = Client()
    thief.cookies[cookie_name()] = planted
    assert is_refused(thief)


@pytest.mark.attack(7)
def test_a_cookie_replayed_after_sign_out_is_worth_nothing() -> None:
    browser = signed_in_client(make_account())
    copy = Client()
    copy.cookies[cookie_name()] = browser.cookies[cookie_name()].value
    assert not is_refused(copy)
    browser.post("/sign-out")
    assert is_refused(copy)
    assert copy.post("/account/password", {"current": PASSWORD, "new": WRONG}).status_code in {302, 401}


@pytest.mark.attack(8)
def test_a_disabled_person_is_out_at_the_next_request() -> None:
    account = make_account()
    browser = signed_in_client(account)
    assert not is_refused(browser)
    disable_account(account=account)
    assert is_refused(browser)


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "a:b:c", "%00", "'\"<script>", "0" * 32 + ".1.0:" + "A" * 43, "x" * 7000, "é\u202e", "..", "{}", "null"],
)
def test_a_garbage_cookie_is_a_stranger_not_an_error(cookie: str) -> None:
    for path in ("/sign-in", "/sign-up", "/account"):
        header = f"{cookie_name()}={cookie}; {device_cookie()}={cookie}; {settings.CSRF_COOKIE_NAME}={cookie}; {cookie}"
        response = Client().get(path, headers={"Cookie": header.encode().decode("latin-1")})  # as WSGI hands it on
        assert response.status_code in {200, 302, 401}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"email": ["a", "b"], "password": ["c", "d"]},
        {"email": "x" * 100_000, "password": "y" * 100_000},
        {"email": "a\x00@example.org", "password": "pass\x00word"},
        {"email": "\ufffd\u202e@example.org", "password": "\u0000"},
        {"email": "' OR 1=1 --", "password": "' OR 1=1 --"},
        {"email": {"a": 1}, "password": WRONG},
        {"email": "<script>alert(1)</script>@example.org", "password": WRONG, "name": "<img onerror=x>"},
        {"email": "awa@example.org\r\nBcc: all@example.org", "password": PASSWORD, "name": "Awa\r\nBcc: x"},
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
def test_strange_fields_are_a_form_to_correct(path: str, fields: dict[str, object]) -> None:
    response = Client().post(path, fields)
    assert response.status_code == 400
    assert b"<script>alert" not in response.content
    assert b"<img onerror" not in response.content
    assert not Account.objects.exists()
    assert not SignIn.objects.exists()


def test_bytes_that_are_no_utf8_are_a_form_to_correct() -> None:
    body = b"email=%ff%fe%ed%a0%80@example.org&password=%ff%ff%ff%ff%ff%ff%ff%ff&name=%c3%28"
    for path in ("/sign-in", "/sign-up"):
        response = Client().post(path, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 400
        assert not Account.objects.exists()


@pytest.mark.attack(115)
@pytest.mark.parametrize("language", ["../../etc", "xx", "", "fr" * 5000, "<script>", "fr\r\nX: y", "f%00r"])
def test_a_language_that_does_not_exist_falls_back_to_ours(language: str) -> None:
    header = language.replace("\r\n", "")
    response = Client().get(
        "/sign-in",
        {"lang": language},
        HTTP_ACCEPT_LANGUAGE=header,
        HTTP_COOKIE=f"{settings.LANGUAGE_COOKIE_NAME}={header}",
    )
    assert response.status_code == 200
    assert b'<html lang="fr"' in response.content or b'<html lang="en"' in response.content


@pytest.mark.attack(115)
def test_ten_kilobytes_of_accept_language_are_read_as_nothing() -> None:
    response = Client().get(
        "/sign-in", HTTP_ACCEPT_LANGUAGE=",".join(f"x{number};q=0.{number}" for number in range(1500))
    )
    assert response.status_code == 200


def test_a_language_of_an_account_cannot_be_made_a_path() -> None:
    account = make_account()
    browser = signed_in_client(account)
    response = browser.post("/account", {"name": "Awa", "language": "../../etc", "time_zone": "../../etc/passwd"})
    assert response.status_code == 400
    account.refresh_from_db()
    assert (account.language, account.time_zone) == ("en", "Europe/Paris")


@pytest.mark.attack(110)
def test_two_learners_behind_one_proxy_never_see_each_others_page() -> None:
    for name in ("Awa Diallo", "Léo Martin"):
        browser = signed_in_client(make_account(name=name))
        response = browser.get("/account?x=.css")
        assert name in response.content.decode()
        assert response["Cache-Control"] == "private, no-store"
        assert "Cookie" in response["Vary"]
    assert "Awa" not in Client().get("/account?x=.css", follow=True).content.decode()


def test_the_forms_are_kept_in_no_cache() -> None:
    for path in ("/sign-in", "/sign-up"):
        assert "no-store" in Client().get(path)["Cache-Control"]


@pytest.mark.attack(10)
def test_cookies_over_https_have_their_flags(settings: Settings) -> None:
    settings.COOKIE_PREFIX = "__Host-"
    make_account(email=EMAIL, password=PASSWORD)
    response = Client().post("/sign-in", {"email": EMAIL, "password": PASSWORD}, secure=True)
    for name in ("__Host-cordee_session", "__Host-cordee_device"):
        cookie = response.cookies[name]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


@pytest.mark.attack(10)
def test_a_plain_cookie_is_not_taken_for_the_secure_one(settings: Settings) -> None:
    claim = make_session(make_account())
    settings.COOKIE_PREFIX = "__Host-"
    browser = Client()
    browser.cookies["cordee_session"] = write_claim(claim)
    assert is_refused(browser)
    give_session(browser, claim)
    assert not is_refused(browser)


@pytest.mark.attack(128)
def test_no_password_or_address_is_written_where_it_should_not_be(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        make_account(email=EMAIL, password=PASSWORD)
        sign_in(Client(), password=WRONG)
        sign_in(Client())
    assert WRONG not in caplog.text
    assert PASSWORD not in caplog.text
    assert not Throttle.objects.filter(key__contains="awa").exists()


def test_a_name_that_reads_as_a_page_is_shown_as_text() -> None:
    browser = signed_in_client(make_account(name="<script>alert(1)</script>"))
    html = browser.get("/account").content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.attack(106)
@pytest.mark.parametrize("verb", ["put", "delete", "patch", "trace"])
def test_other_verbs_are_refused_cleanly(verb: str) -> None:
    for path in ("/sign-in", "/sign-up", "/sign-out"):
        assert getattr(Client(), verb)(path).status_code == 405
