"""What happens to whoever attacks an account: its letters, links, second step, age? Through the whole stack.

Rows 1 to 12 and 127 of our list of attacks; those on the password and the session alone are in test_sign_in.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from cordee.core import clock
from cordee.jobs.models import Letter
from cordee.jobs.signed_addresses import path_of, signed
from cordee.people.granting import grant_role
from cordee.people.hashers import Argon2
from cordee.people.models import Account, MailedLink, RecoveryCode, Role, SecondFactor, SignIn
from cordee.people.second_factor import totp
from cordee.people.second_factor.half_way import cookie_name as half_way_cookie
from cordee.people.second_factor.secrets import secret_of
from cordee.people.sessions import cookie_name
from cordee.people.tests.letters import letters_to, link_for
from cordee.people.tests.make import PASSWORD, make_account, signed_in_client
from cordee.people.tests.test_second_factor import with_second_factor
from cordee.people.throttling import take_letter

pytestmark = pytest.mark.django_db
EMAIL, EVE = "awa@example.org", "eve@example.org"
NEW = "une autre corde encore"
WRONG = "wrong password here"
EVIL = "evil.example"


def shape_of(sql: str) -> str:
    words = sql.split()
    return words[0] if words[0] in {"SAVEPOINT", "RELEASE", "ROLLBACK"} else " ".join(words[:3])


def counting(hash_one: Callable[..., object], hashed: list[str]) -> Callable[..., object]:
    def counted(*args: object) -> object:
        hashed.append("")
        return hash_one(*args)

    return counted


def at_once(count: int, ask: Callable[[int], int]) -> list[int]:
    def one(number: int) -> int:
        try:
            return ask(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        return sorted(pool.map(one, range(count)))


# Row 2
@pytest.mark.attack(2)
def test_a_wrong_password_costs_the_same_statements_and_one_hash_for_known_and_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_account(email=EMAIL, password=PASSWORD)
    hashed: list[str] = []
    for name in ("verify", "encode"):
        monkeypatch.setattr(Argon2, name, counting(getattr(Argon2, name), hashed))
    found = []
    for number, email in enumerate((EMAIL, "ewa@example.org")):
        hashed.clear()
        with CaptureQueriesContext(connection) as asked:
            page = Client(REMOTE_ADDR=f"192.0.2.{number}").post("/sign-in", {"email": email, "password": WRONG})
        assert page.status_code == 400
        found.append(([shape_of(one["sql"]) for one in asked], len(hashed)))
    assert found[0] == found[1]
    assert found[0][1] == 1


# Rows 3 and 4
@pytest.mark.attack(3, 4)
@pytest.mark.parametrize("door", ["/sign-up", "/forgot-password"])
def test_a_public_form_answers_and_works_alike_for_known_and_unknown_addresses(door: str) -> None:
    make_account(email=EMAIL, password=PASSWORD)
    answers, work = set(), set()
    for number, email in enumerate((EMAIL, "AWA@EXAMPLE.ORG", "ewa@example.org")):
        with CaptureQueriesContext(connection) as asked:
            answer = Client(REMOTE_ADDR=f"192.0.2.{number}").post(door, {"name": "Awa", "email": email})
        cookies = tuple(sorted(answer.cookies))
        answers.add((answer.status_code, answer["Location"], answer.content, cookies))
        work.add(tuple(shape_of(one["sql"]) for one in asked))
    assert len(answers) == 1
    assert len(work) == 1
    assert letters_to(EMAIL) == 2
    assert Account.objects.count() == 1


# Row 4
@pytest.mark.attack(4, 12)
def test_links_of_letters_lead_to_the_configured_host_whatever_the_request_says() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    for number, headers in enumerate(
        (
            {"HTTP_HOST": "127.0.0.1", "HTTP_X_FORWARDED_HOST": EVIL},
            {"HTTP_HOST": "localhost", "HTTP_FORWARDED": f"host={EVIL}"},
            {"HTTP_HOST": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_REFERER": f"https://{EVIL}/"},
        )
    ):
        answer = Client(REMOTE_ADDR=f"192.0.2.{number}").post("/forgot-password", {"email": EMAIL}, **headers)  # type: ignore[arg-type]  # headers
        assert answer.status_code == 302
        assert EVIL not in answer["Location"]
    assert Client().post("/forgot-password", {"email": EMAIL}, HTTP_HOST=EVIL).status_code == 400
    letters = list(Letter.objects.select_related("message"))
    assert len(letters) == 3
    for letter in letters:
        words = signed(letter.message.text) + signed(letter.message.html)
        assert EVIL not in words
        assert set(re.findall(r"https?://[^/\s\"]+", words)) == {django_settings.CORDEE.url}


# Row 4, many at once
@pytest.mark.attack(4)
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_link_used_twenty_times_at_once_sets_one_password() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    Client().post("/forgot-password", {"email": EMAIL})
    link = link_for(EMAIL, "password")
    statuses = at_once(20, lambda n: Client().post(link, {"password": f"{NEW} {n}"}).status_code)
    assert statuses == [302] + [410] * 19
    assert SignIn.objects.filter(ended_at__isnull=True).count() == 1
    assert sum(Account.objects.get().check_password(f"{NEW} {n}") for n in range(20)) == 1


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_one_address_signing_up_ten_times_at_once_gets_five_letters_and_one_account() -> None:
    statuses = at_once(
        10, lambda n: Client().post("/sign-up", {"name": "Awa", "email": EMAIL.upper() if n % 2 else EMAIL}).status_code
    )
    assert statuses == [302] * 10
    assert Letter.objects.count() == 5
    links = list(MailedLink.objects.values_list("pk", "address"))
    fields = {"name": "Awa", "password": PASSWORD, "year": "1990"}
    paths = [link_for(address, "sign-up") for address in {address for _pk, address in links}]
    made = at_once(10, lambda n: Client().post(paths[n % len(paths)], fields).status_code)
    assert made.count(302) == 1
    assert set(made) <= {302, 409, 410}
    assert Account.objects.count() == 1


# Row 7
@pytest.mark.attack(7)
def test_a_password_chosen_by_a_link_ends_every_session_elsewhere() -> None:
    account = make_account(email=EMAIL, password=PASSWORD)
    browsers = [signed_in_client(account) for _ in range(3)]
    Client().post("/forgot-password", {"email": EMAIL})
    Client().post(link_for(EMAIL, "password"), {"password": NEW})
    assert [browser.get("/account").status_code for browser in browsers] == [302] * 3


# Row 9
@pytest.mark.attack(9)
@pytest.mark.parametrize(
    ("password", "status"),
    [("a", 400), ("1234567", 400), ("password", 400), (EMAIL, 400), ("x" * 5000, 400), ("🧗 é " * 16, 302)],
)
def test_passwords_are_judged_alike_wherever_one_is_chosen(password: str, status: int) -> None:
    account = make_account(email=EMAIL, password=PASSWORD)
    own = signed_in_client(account).post("/account/password", {"current": PASSWORD, "new": password})
    assert own.status_code == status
    Client().post("/forgot-password", {"email": EMAIL})
    assert Client().post(link_for(EMAIL, "password"), {"password": password}).status_code == status
    Client().post("/sign-up", {"name": "Ewa", "email": EVE})
    fields = {"name": "Ewa", "password": password if password != EMAIL else EVE, "year": "1990"}
    assert Client().post(link_for(EVE, "sign-up"), fields).status_code == status


@pytest.mark.attack(9)
def test_a_password_of_five_thousand_signs_is_hashed_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    account = make_account(email=EMAIL, password=PASSWORD)
    Client().post("/forgot-password", {"email": EMAIL})
    browser = signed_in_client(account)

    def never(*_args: object) -> None:
        raise AssertionError("hashed")

    monkeypatch.setattr(Argon2, "encode", never)
    monkeypatch.setattr(Argon2, "verify", never)
    huge = "x" * 5000
    assert Client().post(link_for(EMAIL, "password"), {"password": huge}).status_code == 400
    assert browser.post("/account/second-factor", {"password": huge}).status_code == 400
    assert browser.post("/account/address", {"email": EVE, "address_password": huge}).status_code == 400


# Row 10
@pytest.mark.attack(10)
def test_the_cookie_of_the_second_step_has_its_flags_over_https(settings: Settings) -> None:
    settings.COOKIE_PREFIX = "__Host-"
    with_second_factor()
    response = Client().post("/sign-in", {"email": EMAIL, "password": PASSWORD}, secure=True)
    cookie = response.cookies["__Host-cordee_half_way"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert cookie["max-age"] == 600


# Row 11
@pytest.mark.attack(11)
def test_codes_from_nought_upwards_are_stopped_after_five() -> None:
    account, secret, _codes = with_second_factor()
    SignIn.objects.all().delete()
    attacker = Client(REMOTE_ADDR="192.0.2.66")
    attacker.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    statuses = [attacker.post("/sign-in/code", {"code": f"{number:06}"}).status_code for number in range(12)]
    assert statuses == [400] * 5 + [429] * 7
    right = totp.code_of(secret, totp.step_at(clock.now()))
    assert attacker.post("/sign-in/code", {"code": right}).status_code == 429
    assert not SignIn.objects.exists()
    owner = Client(REMOTE_ADDR="198.51.100.7")
    owner.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert owner.post("/sign-in/code", {"code": right}).status_code == 302
    assert SignIn.objects.get().account_id == account.pk


@pytest.mark.attack(11)
@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_one_code_sent_by_ten_at_once_lets_one_in() -> None:
    _account, secret, codes = with_second_factor()
    SignIn.objects.all().delete()
    halves = []
    for number in range(10):
        browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        browser.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
        halves.append(browser)
    right = totp.code_of(secret, totp.step_at(clock.now()))
    statuses = at_once(10, lambda n: halves[n].post("/sign-in/code", {"code": right}).status_code)
    assert statuses.count(302) == 1
    assert SignIn.objects.count() == 1
    on_paper = at_once(10, lambda n: halves[n].post("/sign-in/code?with=paper", {"code": codes[0]}).status_code)
    assert on_paper.count(302) == 2  # one who was let in before has no second step any more, and is sent away
    assert SignIn.objects.count() == 2
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 1


@pytest.mark.parametrize(
    "code", ["", "1", "1234567", "abcdef", "x" * 10_000, "\x00", "١٢٣٤٥٦", "' OR 1=1", "<b>", "12 34", "\ud800"]
)
def test_strange_codes_are_a_form_to_correct(code: str) -> None:
    with_second_factor()
    browser = Client()
    browser.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    answer = browser.post("/sign-in/code", {"code": code.encode("utf-8", "surrogatepass").decode("latin-1")})
    assert answer.status_code == 400
    assert b"<b>" not in answer.content
    assert cookie_name() not in browser.cookies


@pytest.mark.attack(11)
def test_staff_without_a_second_factor_is_refused_where_the_site_wants_one(settings: Settings) -> None:
    settings.CORDEE = replace(django_settings.CORDEE, staff_second_factor=True)
    account = make_account(email=EMAIL, password=PASSWORD)
    for role in (Role.OPERATOR, Role.PROGRAMME_MANAGER, Role.TEACHER):
        grant_role(account=account, role=role, scope="", granted_by=None, now=clock.now())
    browser = signed_in_client(account)
    for path in ("/bilan/", "/pilot/", "/bilan/tables/courses"):
        assert browser.get(path).status_code == 403, path
    assert browser.get("/mine").status_code == 200


def test_a_second_factor_begun_by_a_thief_of_a_session_needs_the_password() -> None:
    browser = signed_in_client(make_account(email=EMAIL, password=PASSWORD))
    for _ in range(3):
        assert browser.post("/account/second-factor", {"password": WRONG}).status_code == 400
    assert not SecondFactor.objects.exists()


# Row 12
@pytest.mark.attack(12)
def test_a_forged_forwarded_address_starts_no_count_again_for_letters_and_codes() -> None:
    with_second_factor()
    attacker = Client(REMOTE_ADDR="192.0.2.66")
    attacker.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
    statuses = [
        attacker.post("/sign-in/code", {"code": "000000"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}").status_code
        for n in range(8)
    ]
    assert statuses == [400] * 5 + [429] * 3
    for number in range(59):
        take_letter(email_key=f"a{number}@example.org", address="192.0.2.67", now=clock.now())
    asked = [
        Client(REMOTE_ADDR="192.0.2.67")
        .post("/forgot-password", {"email": f"b{n}@example.org"}, HTTP_X_FORWARDED_FOR=f"10.0.{n}.1")
        .status_code
        for n in range(3)
    ]
    assert asked[0] == 302
    assert 429 in asked


# Row 127
@pytest.mark.attack(127)
def test_a_minor_cannot_grow_older_by_a_second_form_a_second_link_or_a_second_browser() -> None:
    this_year = clock.now().year
    for _ in range(2):
        Client().post("/sign-up", {"name": "Awa", "email": EMAIL})
    first = link_for(EMAIL, "sign-up")
    browser = Client()
    child = {"name": "Awa", "password": PASSWORD, "year": str(this_year - 12)}
    assert browser.post(first, child)["Location"] == "/account/agreement"
    other = MailedLink.objects.filter(used_at__isnull=True).get()
    older = child | {"year": "1990"}
    assert Client().post(path_of("sign-up", other.pk), older).status_code == 409
    Client().post("/sign-up", {"name": "Awa", "email": EMAIL})
    Client().post(link_for(EMAIL, "password"), {"password": NEW})  # one is told of the account that is there
    again = Client()
    again.post("/sign-in", {"email": EMAIL, "password": NEW})
    again.post("/account/about-me", {"year_of_birth": "1990"})
    assert again.get("/mine").status_code == 403
    assert Account.objects.get().waits_for_parent


@pytest.mark.parametrize(
    "path",
    ["/letter-sent?what=<script>", "/sign-up/x", "/password/x", "/new-address/x", "/take-back/x", "/agreement/x"],
)
@pytest.mark.parametrize("verb", ["get", "post", "head"])
def test_addresses_of_links_that_are_none_are_cleanly_refused(path: str, verb: str) -> None:
    answer = getattr(Client(), verb)(path)
    assert answer.status_code == (404 if "letter-sent" not in path else 405 if verb == "post" else 200)
    assert b'<script>"' not in answer.content


@pytest.mark.attack(108)
def test_a_form_of_an_account_without_its_token_is_refused() -> None:
    account, _secret, _codes = with_second_factor()
    browser = Client(enforce_csrf_checks=True)
    browser.cookies.update(signed_in_client(account).cookies)
    for path in (
        "/sign-up",
        "/forgot-password",
        "/sign-in/code",
        "/account/address",
        "/account/about-me",
        "/account/second-factor",
        "/account/second-factor/off",
        "/account/agreement",
    ):
        assert browser.post(path, {"password": PASSWORD, "email": EVE}).status_code == 403, path
    assert SecondFactor.objects.exists()


@pytest.mark.attack(110)
def test_pages_behind_a_link_are_kept_in_no_cache_and_in_no_search_engine() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    Client().post("/forgot-password", {"email": EMAIL})
    page = Client().get(link_for(EMAIL, "password"))
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"


@pytest.mark.attack(128)
def test_neither_links_nor_codes_nor_secrets_come_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        account, secret, codes = with_second_factor()
        browser = Client()
        browser.post("/sign-in", {"email": EMAIL, "password": PASSWORD})
        browser.post("/sign-in/code?with=paper", {"code": codes[0]})
        Client().post("/forgot-password", {"email": EMAIL})
        link = link_for(EMAIL, "password")
        Client().get(link)
    row = SecondFactor.objects.get()
    assert secret_of(account, row.nonce) == secret
    for word in (codes[0], link.rpartition("/")[2], totp.in_base32(secret), PASSWORD, half_way_cookie() + "="):
        assert word not in caplog.text
