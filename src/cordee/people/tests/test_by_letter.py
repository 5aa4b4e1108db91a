"""Do links of letters do what they say, once, for who reads the mailbox, and nothing for anybody else?"""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cordee.core import clock
from cordee.core.errors import Conflict, NotFound
from cordee.jobs.models import Letter, Message
from cordee.jobs.signed_addresses import path_of, read_signed
from cordee.people.by_letter import changing_address, joining
from cordee.people.by_letter.links import LinkDead, find_link, forget_links, invite, make_link
from cordee.people.disabling import disable_account
from cordee.people.models import Account, MailedLink, SignIn
from cordee.people.passwords import PasswordRefused
from cordee.people.sessions import load_account
from cordee.people.tests.letters import letter_to, letters_to, link_for
from cordee.people.tests.make import PASSWORD, make_account, make_session, signed_in_client
from cordee.people.throttling import take_letter

pytestmark = pytest.mark.django_db
EMAIL = "awa@example.org"
NEW = "une autre corde encore"
HERE = "192.0.2.1"
ENGLISH = {"accept-language": "en"}
SHORT = "short"


def forgets(email: str = EMAIL, *, address: str = HERE, now: dt.datetime | None = None) -> None:
    joining.ask_for_password(email=email, language="en", address=address, now=now or clock.now())


def joins(email: str = EMAIL, *, address: str = HERE, now: dt.datetime | None = None) -> None:
    joining.ask_for_account(
        email=email, name="Awa Diallo", language="en", onward="/", address=address, now=now or clock.now()
    )


def shape_of(sql: str) -> str:
    """What a statement does to which table, without its values."""
    words = sql.split()
    return words[0] if words[0] in {"SAVEPOINT", "RELEASE"} else " ".join(words[:3])


def token_of(path: str) -> str:
    return path.rpartition("/")[2]


@pytest.mark.attack(4, 7)
def test_a_forgotten_password_is_replaced_once_and_every_session_ends() -> None:
    account = make_account(email=EMAIL, password=PASSWORD)
    session = make_session(account)
    forgets("AWA@example.org")
    link = link_for(EMAIL, "password")
    browser = Client(headers=ENGLISH)
    assert browser.get(link).status_code == 200
    assert browser.get(link).status_code == 200  # programs that look for dangers open it, too
    assert browser.post(link, {"password": NEW})["Location"] == "/"
    assert browser.get("/account").status_code == 200
    assert load_account(session, now=clock.now()) is None
    account.refresh_from_db()
    assert account.check_password(NEW)
    again = browser.post(link, {"password": PASSWORD})
    assert again.status_code == 410
    assert b"used, or it is too old" in again.content
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert "password" in letter_to(EMAIL).message.subject  # the owner is told


@pytest.mark.attack(4)
def test_a_link_dies_with_any_change_of_the_password_and_with_its_time() -> None:
    account, now = make_account(email=EMAIL, password=PASSWORD), clock.now()
    forgets(now=now)
    first = link_for(EMAIL, "password")
    forgets(now=now + dt.timedelta(minutes=1))
    second = link_for(EMAIL, "password")
    assert first != second
    assert find_link("password", token_of(first), now=now)
    with pytest.raises(LinkDead):
        find_link("password", token_of(first), now=now + dt.timedelta(hours=2))
    browser = signed_in_client(account)
    assert browser.post("/account/password", {"current": PASSWORD, "new": NEW}).status_code == 302
    for link in (first, second):
        assert Client().post(link, {"password": PASSWORD}).status_code == 410
    account.refresh_from_db()
    assert account.check_password(NEW)


@pytest.mark.attack(4)
def test_a_link_of_another_account_or_of_another_door_opens_nothing() -> None:
    owner, eve = make_account(email=EMAIL, password=PASSWORD), make_account(email="eve@example.org", password=PASSWORD)
    forgets()
    forgets("eve@example.org")
    mine, hers = token_of(link_for(EMAIL, "password")), token_of(link_for("eve@example.org", "password"))
    mixed = f"{mine.partition('.')[0]}.{hers.partition('.')[2]}"
    assert Client().post(f"/password/{mixed}", {"password": NEW}).status_code == 404
    assert Client().get(f"/take-back/{hers}").status_code == 404
    assert Client().get(f"/confirm-address/{mine}").status_code == 404
    assert signed_in_client(eve).post(f"/password/{hers}", {"password": NEW}).status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
    assert Client().get("/password/" + "x" * 1000).status_code == 404
    for token in ("", "x", "0" * 32, f"{uuid.uuid4().hex}.", "\x00", "é" * 40):
        with pytest.raises(NotFound):
            read_signed("password", token)
    unknown = path_of("password", uuid.uuid4())
    assert Client().get(unknown).status_code == 410


def test_no_row_holds_a_link_that_works() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    forgets()
    signature = link_for(EMAIL, "password").rpartition(".")[2]
    message = Message.objects.get()
    assert signature not in message.text + message.html
    assert "https://signed.invalid/password/" in message.html


@pytest.mark.attack(3)
def test_asking_runs_the_same_statements_for_every_address_and_tells_only_its_mailbox() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    disable_account(account=make_account(email="gone@example.org"))
    for ask in (forgets, joins):
        shapes = set()
        for number, email in enumerate((EMAIL, "ewa@example.org", "gone@example.org")):
            with CaptureQueriesContext(connection) as asked:
                ask(email, address=f"192.0.2.{number}")
            shapes.add(tuple(shape_of(one["sql"]) for one in asked))
            assert len(asked) <= 20
        assert len(shapes) == 1
    assert "is closed" in letter_to("gone@example.org").message.subject
    assert "No account" in Message.objects.filter(letters__address="ewa@example.org").order_by("pk")[0].subject
    with pytest.raises(AssertionError):
        link_for("gone@example.org", "password")


def test_a_mailbox_gets_few_letters_and_always_holds_a_link_that_works() -> None:
    account, now = make_account(email=EMAIL, password=PASSWORD), clock.now()
    for minute in range(0, 240, 10):  # somebody asks for four hours, from a new address each time
        moment = now + dt.timedelta(minutes=minute)
        forgets(address=f"198.51.{minute // 250}.{minute % 250}", now=moment)
        link = token_of(link_for(EMAIL, "password"))
        assert find_link("password", link, now=moment).account == account
    assert letters_to(EMAIL) <= 5 + 4 * 3 + 1


def test_a_class_behind_one_address_signs_up_and_a_flood_is_slowed_down() -> None:
    now = clock.now()
    for number in range(59):
        assert take_letter(email_key=f"a{number}@example.org", address="192.0.2.9", now=now)
    statuses = [
        Client(REMOTE_ADDR="192.0.2.9").post("/sign-up", {"name": "Awa", "email": f"b{n}@example.org"}).status_code
        for n in range(3)
    ]
    assert statuses[0] == 302
    assert 429 in statuses
    assert Client(REMOTE_ADDR="192.0.2.10").post("/sign-up", {"name": "Awa", "email": EMAIL}).status_code == 302


def test_the_link_of_a_new_account_makes_one_account() -> None:
    joins()
    joins()
    joins("other@example.org")
    link = link_for(EMAIL, "sign-up")
    wanted = {"name": "Awa Diallo", "password": PASSWORD, "year": "1990"}
    assert Client().post(link, wanted).status_code == 302
    assert Client().post(link, wanted | {"password": NEW}).status_code == 410
    older = MailedLink.objects.filter(address=EMAIL, used_at__isnull=True).get()
    second = Client().post(path_of("sign-up", older.pk), wanted | {"password": NEW})
    assert second.status_code == 409  # the account is there already
    account = Account.objects.get()
    assert account.check_password(PASSWORD)
    assert account.confirmed_at is not None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("a", "too short"),
        ("abcdefg", "too short"),
        ("password", "most used"),
        (EMAIL, "your email address"),
        ("x" * 5000, "too long"),
    ],
)
def test_a_bad_password_is_refused_behind_the_link_and_the_link_still_works(password: str, why: str) -> None:
    joins()
    link = link_for(EMAIL, "sign-up")
    page = Client(headers=ENGLISH).post(link, {"name": "Awa", "password": password, "year": "1990"})
    assert page.status_code == 400
    assert why in page.content.decode()
    good = Client().post(link, {"name": "Awa", "password": "🧗 quatre mains 🧗 sur la corde " * 2, "year": "1990"})
    assert good.status_code == 302


def test_an_invitation_lets_choose_a_first_password_and_confirms_the_address() -> None:
    account, now = make_account(email=EMAIL), clock.now()
    Account.objects.update(confirmed_at=None)
    assert invite(account, now=now).startswith("https://signed.invalid/password/")
    link = MailedLink.objects.get()
    assert link.expires_at > now + dt.timedelta(days=29)
    first = Client()
    assert 'name="year"' in first.get(path_of("password", link.pk)).content.decode()
    assert first.post(path_of("password", link.pk), {"password": NEW}).status_code == 400  # as whoever signs up
    assert first.post(path_of("password", link.pk), {"password": NEW, "year": "1990"}).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert account.confirmed_at is not None
    assert letters_to(EMAIL) == 0  # nothing was changed: no letter warns of it


def test_an_address_is_changed_from_the_new_mailbox_and_taken_back_from_the_old_one() -> None:
    account = make_account(email=EMAIL, password=PASSWORD)
    thief = signed_in_client(account)
    wanted = {"email": "eve@example.org", "address_password": PASSWORD}
    assert thief.post("/account/address", wanted | {"address_password": "wrong"}).status_code == 400
    assert not MailedLink.objects.exists()
    assert thief.post("/account/address", wanted)["Location"] == "/letter-sent?what=address"
    account.refresh_from_db()
    assert account.email == EMAIL
    link = link_for("eve@example.org", "new-address")
    assert thief.get(link).status_code == 200
    assert thief.post(link)["Location"] == "/account?done=address"
    assert thief.post(link).status_code == 410
    account.refresh_from_db()
    assert (account.email, account.email_key) == ("eve@example.org", "eve@example.org")
    thief.post("/account/password", {"current": PASSWORD, "new": NEW})
    back = link_for(EMAIL, "take-back")  # it outlives a new password
    owner = Client()
    assert EMAIL in owner.get(back).content.decode()
    onward = owner.post(back)
    assert onward["Location"].startswith("/password/")
    assert thief.get("/account").status_code == 302  # signed out
    account.refresh_from_db()
    assert account.email == EMAIL
    assert not account.has_usable_password()
    assert owner.post(onward["Location"], {"password": "a third good rope"}).status_code == 302
    assert owner.get("/account").status_code == 200


def test_the_older_way_back_wins_over_the_one_of_whoever_changed_it_twice() -> None:
    account, now = make_account(email=EMAIL, password=PASSWORD), clock.now()
    for number, new in enumerate(("one@example.org", "two@example.org")):
        moment = now + dt.timedelta(minutes=number)
        changing_address.ask_for_address(account=account, email=new, address=HERE, now=moment)
        link = find_link("new-address", token_of(link_for(new, "new-address")), now=moment)
        account = changing_address.change_address(link=link, now=moment)
    later = now + dt.timedelta(minutes=5)
    own = find_link("take-back", token_of(link_for(EMAIL, "take-back")), now=later)
    theirs = token_of(link_for("one@example.org", "take-back"))
    changing_address.take_back(link=own, now=later)
    with pytest.raises(LinkDead):
        find_link("take-back", theirs, now=later)
    account.refresh_from_db()
    assert account.email == EMAIL


def test_a_taken_address_is_answered_alike_and_its_owner_told() -> None:
    make_account(email="eve@example.org")
    browser = signed_in_client(make_account(email=EMAIL, password=PASSWORD))
    answers = {
        browser.post("/account/address", {"email": email, "address_password": PASSWORD})["Location"]
        for email in ("eve@example.org", "free@example.org")
    }
    assert answers == {"/letter-sent?what=address"}
    assert "nothing has changed" in letter_to("eve@example.org").message.text
    with pytest.raises(AssertionError):
        link_for("eve@example.org", "new-address")


def test_an_address_taken_in_the_meantime_is_refused_and_nothing_changes() -> None:
    account, now = make_account(email=EMAIL), clock.now()
    changing_address.ask_for_address(account=account, email="eve@example.org", address=HERE, now=now)
    make_account(email="EVE@example.org")
    link = find_link("new-address", token_of(link_for("eve@example.org", "new-address")), now=now)
    with pytest.raises(Conflict):
        changing_address.change_address(link=link, now=now)
    account.refresh_from_db()
    link.refresh_from_db()
    assert (account.email, link.used_at) == (EMAIL, None)


def test_an_unconfirmed_address_is_confirmed_from_its_mailbox() -> None:
    account = make_account(email=EMAIL)
    Account.objects.update(confirmed_at=None)
    browser = signed_in_client(account)
    assert "Your address is not confirmed" in browser.get("/account").content.decode()
    assert browser.post("/account/confirm")["Location"] == "/letter-sent?what=confirm"
    link = link_for(EMAIL, "confirm-address")
    assert Client().post(link)["Location"] == "/sign-in?done=confirmed"
    assert "Your address is not confirmed" not in browser.get("/account").content.decode()
    account.refresh_from_db()
    assert browser.post("/account/confirm").status_code == 302
    assert letters_to(EMAIL) == 1


def test_a_disabled_account_gets_no_way_in_by_an_old_link() -> None:
    account = make_account(email=EMAIL, password=PASSWORD)
    forgets()
    link = link_for(EMAIL, "password")
    disable_account(account=account)
    assert Client().post(link, {"password": NEW}).status_code == 410
    assert not SignIn.objects.exists()


def test_links_that_ended_a_month_ago_are_forgotten() -> None:
    account, now = make_account(email=EMAIL), clock.now()
    make_link("password", account=account, address=EMAIL, now=now)
    make_link("take-back", account=account, address=EMAIL, now=now)
    assert forget_links(now=now + dt.timedelta(days=31)) == 1
    assert forget_links(now=now + dt.timedelta(days=61)) == 1


def test_a_password_is_judged_before_a_link_is_used_up() -> None:
    make_account(email=EMAIL, password=PASSWORD)
    forgets()
    now = clock.now()
    link = find_link("password", token_of(link_for(EMAIL, "password")), now=now)
    with pytest.raises(PasswordRefused):
        joining.choose_password_by_link(link=link, password=SHORT, agent="", now=now)
    assert joining.choose_password_by_link(link=link, password=NEW, agent="", now=now).email == EMAIL
    assert Letter.objects.count() == 2
