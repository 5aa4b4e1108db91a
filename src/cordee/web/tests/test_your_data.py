"""Does a person get their file, their way out and their way back, and nobody else's?"""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from cordee.core import clock
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import small_run
from cordee.jobs.models import Job, Letter, NoLetters
from cordee.jobs.performing import perform_next
from cordee.jobs.refusing_letters import Wish, say_no
from cordee.jobs.sending_letters import mail_of
from cordee.jobs.tests.make import mail_into
from cordee.learning.digest import write_digests
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people import feeding_calendars
from cordee.people.auditing import note_look
from cordee.people.changing_password import change_password
from cordee.people.consenting import DIGEST, PURPOSES, agree
from cordee.people.granting import grant_role
from cordee.people.models import Account, Consent, DataExport, ErasureRequest, Role, SignIn, StaffAct
from cordee.people.tests.letters import letter_to
from cordee.people.tests.make import PASSWORD, make_account, signed_in_client
from cordee.web.worker import works_apart

pytestmark = pytest.mark.django_db
PAGES = ("/account/data", "/account/erase")
POSTS = ("/account/data/ask", "/account/data/calendar", f"/account/data/agreements/{DIGEST}", "/account/stay")


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(CORDEE=replace(settings.CORDEE, home=tmp_path / "home")):
        yield tmp_path / "home"


def work() -> None:
    while perform_next(works_apart()) <= 0:
        pass


def test_the_file_is_asked_for_made_by_the_queue_and_downloaded_by_its_owner_alone() -> None:
    account, other = make_account(), make_account()
    browser = signed_in_client(account)
    assert browser.post("/account/data/ask").status_code == 302
    assert browser.post("/account/data/ask").status_code == 302
    assert Job.objects.filter(kind="data-export").count() == 1
    assert "It is being made" in browser.get("/account/data").content.decode()
    work()
    page = browser.get("/account/data").content.decode()
    found = re.search(r'href="(/account/data/[0-9a-f-]+\.zip)"', page)
    assert found
    answer = browser.get(found[1])
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    assert "index.html" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert signed_in_client(other).get(found[1]).status_code == 404
    assert Client().get(found[1]).status_code == 302
    DataExport.objects.update(expires_at=clock.now(), ready_at=clock.now() - dt.timedelta(days=8))
    assert browser.get(found[1]).status_code == 404
    assert "Have it made again" in browser.get("/account/data").content.decode()


@pytest.mark.attack(25, 124)
def test_the_link_lasts_as_long_as_the_setting_says() -> None:
    account = make_account()
    with override_settings(CORDEE=replace(settings.CORDEE, export_days=3)):
        signed_in_client(account).post("/account/data/ask")
        work()
    export = DataExport.objects.get()
    assert export.expires_at is not None
    assert export.ready_at is not None
    assert export.expires_at - export.ready_at == dt.timedelta(days=3)


@pytest.mark.parametrize("address", POSTS)
def test_what_changes_something_takes_only_a_post_with_its_token_from_who_is_signed_in(address: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    account = make_account()
    browser.cookies = signed_in_client(account).cookies
    assert browser.get(address).status_code == 405
    assert browser.post(address).status_code == 403
    assert Client().post(address).status_code == 302
    assert not DataExport.objects.exists()


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_are_for_who_is_signed_in_and_are_kept_by_no_cache(address: str) -> None:
    assert Client().get(address).status_code == 302
    answer = signed_in_client(make_account(language="fr")).get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_leaving_needs_the_password_ends_other_sessions_and_can_be_taken_back() -> None:
    account = make_account(password=PASSWORD)
    browser, elsewhere = signed_in_client(account), signed_in_client(account)
    refused = browser.post("/account/erase", {"current": "not this one"})
    assert refused.status_code == 400
    assert not ErasureRequest.objects.exists()
    assert browser.post("/account/erase", {"current": PASSWORD}).status_code == 302
    assert browser.post("/account/erase", {"current": PASSWORD}).status_code == 302
    request = ErasureRequest.objects.get()
    page = browser.get("/account/erase").content.decode()
    assert f"/erasures/{request.number}" in page
    assert elsewhere.get("/mine").status_code == 302
    assert browser.get("/mine").status_code == 200
    assert Client().get(f"/erasures/{request.number}").status_code == 404
    assert browser.post("/account/stay").status_code == 302
    assert not ErasureRequest.objects.exists()
    assert SignIn.objects.filter(ended_at=None).count() == 1


def test_the_day_comes_and_the_receipt_is_at_its_address_for_whoever_has_it() -> None:
    account = make_account(password=PASSWORD, name="Zénobie Quasimodo")
    browser = signed_in_client(account)
    browser.post("/account/erase", {"current": PASSWORD, "withdraws": "on"})
    number = ErasureRequest.objects.get().number
    work()
    assert Account.objects.filter(pk=account.pk).exists()  # not today
    Job.objects.filter(kind="erasure").update(due_at=clock.now())
    ErasureRequest.objects.update(due_at=clock.now())
    work()
    assert not Account.objects.filter(pk=account.pk).exists()
    assert browser.get("/account/data").status_code == 302
    answer = Client(headers={"Accept-Language": "en"}).get(f"/erasures/{number}")
    assert answer.status_code == 200
    assert "Your sign-ins: 1 deleted" in answer.content.decode()
    assert "Quasimodo" not in answer.content.decode()
    assert "noindex" in answer["X-Robots-Tag"]
    assert Client().get(f"/erasures/{uuid.uuid4()}").status_code == 404


def test_a_person_sees_which_role_looked_at_them_and_when_but_no_name(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    enrolment = make_enrolment(tmp_path, run=run)
    teacher = make_account(name="Hélène Enseignante")
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    place = f"run:{run.key}"
    for _twice in range(2):
        note_look(
            account=teacher, act="run.results", place=place, person=enrolment.account.pseudonym, about="x",
            now=clock.now(),
        )  # fmt: skip
    note_look(account=teacher, act="run.teach", place=place, about="list", now=clock.now())
    note_look(account=teacher, act="run.teach", place="run:A+B+C", about="list", now=clock.now())
    assert StaffAct.objects.count() == 3
    page = signed_in_client(enrolment.account).get("/account/data").content.decode()
    assert page.count("<td>teacher</td>") == 2
    assert "Your progress and grades" in page
    assert "Enseignante" not in page
    assert "A+B+C" not in page


def test_an_agreement_keeps_its_text_and_date_and_is_taken_back_where_it_was_given() -> None:
    account = make_account(language="fr")
    browser = signed_in_client(account)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    for _twice in range(2):
        browser.post(f"/account/data/agreements/{DIGEST}", {"wish": "yes"})
    given = Consent.objects.get()
    assert given.text.startswith("Ce site peut m’écrire une fois par jour au plus")
    assert given.text_sha256
    assert given.language == "fr"
    assert "Vous avez accepté" in browser.get("/account/data").content.decode()
    for _twice in range(2):
        browser.post(f"/account/data/agreements/{DIGEST}", {"wish": "no"})
    given.refresh_from_db()
    assert given.withdrawn_at is not None
    browser.post(f"/account/data/agreements/{DIGEST}", {"wish": "yes"})
    assert Consent.objects.count() == 2
    assert browser.post("/account/data/agreements/nothing", {"wish": "yes"}).status_code == 404


def test_a_text_that_changed_is_no_longer_agreed_to(monkeypatch: pytest.MonkeyPatch) -> None:
    account = make_account()
    agree(account=account, purpose=DIGEST, language="en", now=clock.now())
    changed = {DIGEST: replace(PURPOSES[DIGEST], text="Something else altogether.")}
    monkeypatch.setattr("cordee.people.consenting.PURPOSES", changed)
    from cordee.people.consenting import who_agreed

    assert who_agreed(DIGEST) == []
    page = signed_in_client(account).get("/account/data").content.decode()
    assert "The text has changed since" in page


# The calendar


def test_a_calendar_is_at_a_secret_address_that_is_shown_once_and_can_be_renewed(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='due="2099-12-01T22:00Z"')
    browser = signed_in_client(enrolment.account)
    shown = browser.post("/account/data/calendar", {"wish": "new"}).content.decode()
    found = re.search(r'value="[^"]*(/calendars/[0-9a-f]{40}\.ics)"', shown)
    assert found
    answer = Client().get(found[1])
    assert answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode().replace("\r\n ", "")
    assert "A small course begins" in text
    assert "DTSTART:20991201T220000Z" in text
    assert enrolment.account.email not in text
    assert found[1] not in browser.get("/account/data").content.decode()
    browser.post("/account/data/calendar", {"wish": "new"})
    assert Client().get(found[1]).status_code == 404
    browser.post("/account/data/calendar", {"wish": "none"})
    assert Client().get("/calendars/" + "0" * 40 + ".ics").status_code == 404
    assert Client().get("/calendars/x.ics").status_code == 404


def test_a_new_password_ends_the_address_of_the_calendar_and_the_letter_says_so() -> None:
    account = make_account(password=PASSWORD)
    other = make_account()
    keys = [feeding_calendars.renew_link(account=one, now=clock.now()) for one in (account, other)]

    change_password(account=account, new_password=f"{PASSWORD} 2", agent="", now=clock.now())

    assert Client().get(f"/calendars/{keys[0]}.ics").status_code == 404
    assert Client().get(f"/calendars/{keys[1]}.ics").status_code == 200, "of nobody else"
    assert "The address at which your calendar reads your dates has ended" in letter_to(account.email).message.text
    change_password(account=account, new_password=f"{PASSWORD} 3", agent="", now=clock.now())
    assert "calendar" not in letter_to(account.email).message.text, "there was none any more"


@pytest.mark.attack(22)
def test_what_is_not_released_is_in_no_calendar(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='start="2099-01-01T00:00Z" due="2099-12-01T22:00Z"')
    shown = signed_in_client(enrolment.account).post("/account/data/calendar", {"wish": "new"}).content.decode()
    found = re.search(r'value="[^"]*(/calendars/[0-9a-f]{40}\.ics)"', shown)
    assert found
    text = Client().get(found[1]).content.decode()
    assert "2099" not in text
    assert "Capital" not in text


# The letter about what is due

MORNING = dt.datetime(2099, 11, 30, 7, 30, tzinfo=dt.UTC)  # 8:30 in Paris


@pytest.fixture
def learner(tmp_path: Path) -> Account:
    options = RunOptions(closes_at=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    run = small_run(tmp_path, options=options, section='due="2099-12-01T22:00Z"')
    return make_enrolment(tmp_path, run=run).account


def test_nobody_gets_a_letter_about_what_is_due_without_having_agreed(learner: Account, tmp_path: Path) -> None:
    with mail_into(tmp_path):
        assert write_digests(now=MORNING) == 0
        agree(account=learner, purpose=DIGEST, language="en", now=clock.now())
        assert write_digests(now=MORNING) == 1
        assert write_digests(now=MORNING + dt.timedelta(hours=1)) == 0  # one a day
        assert write_digests(now=MORNING + dt.timedelta(hours=8)) == 0  # in the morning only
    letter = Letter.objects.get()
    assert "2 things are due soon" in letter.message.subject
    assert "Capital" in letter.message.text
    assert learner.name not in letter.message.text
    heads = mail_of(letter).message()
    assert heads["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nothing_is_written_about_what_was_handed_in_or_is_far(learner: Account, tmp_path: Path) -> None:
    agree(account=learner, purpose=DIGEST, language="en", now=clock.now())
    with mail_into(tmp_path):
        assert write_digests(now=MORNING - dt.timedelta(days=5)) == 0
        for quiz in ("capital", "sum"):
            hand_in(learner.enrolments.get(), quiz, now=MORNING - dt.timedelta(days=3))
        assert write_digests(now=MORNING) == 0


def test_one_press_in_the_letter_takes_the_agreement_back(learner: Account, tmp_path: Path) -> None:
    agree(account=learner, purpose=DIGEST, language="en", now=clock.now())
    with mail_into(tmp_path):
        write_digests(now=MORNING)
        address = mail_of(Letter.objects.get()).message()["List-Unsubscribe"].strip("<>")
        path = address.removeprefix(settings.CORDEE.url)
        assert Client().get(path).status_code == 200
        assert not NoLetters.objects.exists()  # to open it changes nothing
        assert Client().post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert write_digests(now=MORNING + dt.timedelta(days=1)) == 0
    assert Consent.objects.get().withdrawn_at is not None
    assert "You have not agreed" in signed_in_client(learner).get("/account/data").content.decode()
    agree(account=learner, purpose=DIGEST, language="en", now=clock.now())
    assert not NoLetters.objects.exists()


def test_a_no_to_all_letters_holds_for_this_one_too(learner: Account, tmp_path: Path) -> None:
    agree(account=learner, purpose=DIGEST, language="en", now=clock.now())
    say_no(wish=Wish(learner.pseudonym, "", ""), everything=True, now=clock.now())
    with mail_into(tmp_path):
        assert write_digests(now=MORNING) == 0
