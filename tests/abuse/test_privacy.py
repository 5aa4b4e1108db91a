"""What happens to whoever asks for other people's data, or leaves in the middle of something? The rows of the attack
cases on certificates, analytics and privacy that are not elsewhere."""

from __future__ import annotations

import os
import re
import threading
import uuid
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.learning.models import Event
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people import erasing, erasures, exporting
from cordee.people.asking_data import ask_for_data
from cordee.people.asking_erasure import ask_for_erasure
from cordee.people.granting import grant_role
from cordee.people.models import Account, DataExport, ErasureRequest, Role, RoleGrant
from cordee.people.permissions import ANYONE, TABLE, act_of
from cordee.people.tests.make import PASSWORD, make_account, signed_in_client
from cordee.web import notices
from cordee.web.urls import urlpatterns

RUN = "Ingenia+TST101+2026"


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(CORDEE=replace(settings.CORDEE, home=tmp_path / "home")):
        yield tmp_path / "home"


# 124: everything about oneself


@pytest.mark.attack(124)
@pytest.mark.django_db(transaction=True)
def test_ten_requests_at_once_for_ones_data_make_one_file() -> None:
    account = make_account()
    browsers = [signed_in_client(account) for _each in range(10)]

    def ask(browser: Client) -> int:
        try:
            return browser.post("/account/data/ask").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(ask, browsers)) == {302}
    from cordee.jobs.models import Job

    assert DataExport.objects.count() == 1
    assert Job.objects.filter(kind=exporting_kind()).count() == 1


def exporting_kind() -> str:
    from cordee.people.asking_data import KIND

    return KIND


@pytest.mark.attack(124)
@pytest.mark.django_db(transaction=True)
def test_an_export_is_of_one_moment_and_holds_up_nobody_who_writes_meanwhile(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    account = enrolment.account
    wrote: list[bool] = []

    def write() -> None:
        try:
            hand_in(enrolment, "sum")
            wrote.append(True)
        finally:
            connection.close()

    with exporting.snapshot():
        before = Event.objects.filter(actor=account.pseudonym).count()
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(8)
        assert wrote == [True]  # it did not wait for the reader
        assert Event.objects.filter(actor=account.pseudonym).count() == before
    assert Event.objects.filter(actor=account.pseudonym).count() > before
    ask_for_data(account=account, now=clock.now())
    path = exporting.make_export(DataExport.objects.get())
    assert zipfile.ZipFile(path).testzip() is None


@pytest.mark.attack(25, 124)
@pytest.mark.django_db
def test_no_number_of_anothers_export_opens_it_whoever_asks_and_however() -> None:
    owner, operator = make_account(), make_account()
    grant_role(account=operator, role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
    ask_for_data(account=owner, now=clock.now())
    exporting.make_export(DataExport.objects.get())
    number = DataExport.objects.get().number
    for person in (make_account(), operator):
        browser = signed_in_client(person)
        assert browser.get(f"/account/data/{number}.zip").status_code == 404
        assert browser.head(f"/account/data/{number}.zip").status_code == 404
        assert browser.post(f"/account/data/{number}.zip").status_code == 405
    for wrong in (uuid.uuid4(), "..%2f..%2fkeys%2fsite", "x"):
        assert signed_in_client(owner).get(f"/account/data/{wrong}.zip").status_code == 404
    assert signed_in_client(owner).get(f"/account/data/{number}.zip").status_code == 200


# 125: leaving in the middle of something


@pytest.mark.attack(125)
@pytest.mark.django_db
def test_who_teaches_and_is_in_the_middle_of_an_exam_leaves_nothing_that_hangs(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='due="2099-01-01T00:00Z"')
    account, run = enrolment.account, enrolment.run
    grant_role(account=account, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    browser = signed_in_client(account)
    form = browser.get(f"/runs/{run.key}/units/v_capital").content.decode()
    form_id = re.search(r'name="form_id" value="([^"]+)"', form)
    assert form_id
    ask_for_erasure(account=account, withdraws=False, now=clock.now())
    request = ErasureRequest.objects.get()
    erasing.erase(account=account, number=request.number, by=erasures.BY_PERSON)
    answer = browser.post(
        f"/runs/{run.key}/activities/capital/submissions", {"form_id": form_id[1], "p_2_1": "choice_0"}
    )
    assert answer.status_code in (302, 401)  # signed out, as everywhere
    assert not RoleGrant.objects.filter(scope=f"run:{run.key}").exists()
    connection.check_constraints()
    other = make_enrolment(tmp_path, run=run)
    assert signed_in_client(other.account).get(f"/runs/{run.key}/units/v_capital").status_code == 200


@pytest.mark.attack(125)
@pytest.mark.django_db(transaction=True)
def test_five_erasures_of_one_person_at_once_are_one() -> None:
    account = make_account()
    ask_for_erasure(account=account, withdraws=False, now=clock.now())
    request = ErasureRequest.objects.get()

    def erase(_n: int) -> bool:
        try:
            return erasing.erase(account=account, number=request.number, by=erasures.BY_PERSON).erased_at is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        assert all(pool.map(erase, range(5)))
    assert not Account.objects.exists()
    (receipt,) = erasures.receipts()
    assert receipt.rows["deleted"] >= 1


# 126: before any consent


def public_addresses() -> list[str]:
    """Every address that anyone may read and that needs no word of its own."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, object]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
            else:
                yield prefix + str(pattern.pattern), pattern.callback

    found = {
        f"/{address}"
        for address, view in walk(get_resolver().url_patterns, "")
        if ANYONE in TABLE[act_of(view) or ""] and "<" not in address  # type: ignore[arg-type]  # a view
    }
    assert urlpatterns
    return sorted({address.replace("/en/", f"/{code}/", 1) for address in found for code in ("fr", "en")})


@pytest.mark.attack(126)
@pytest.mark.django_db
@pytest.mark.parametrize("address", public_addresses())
def test_no_public_page_asks_another_host_for_anything_or_keeps_more_than_it_needs(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code in (200, 302, 404, 405), answer.status_code
    assert set(answer.cookies) <= {settings.CSRF_COOKIE_NAME}
    if 'method="post"' not in answer.content.decode():
        assert not answer.cookies
    page = answer.content.decode()
    asked = re.findall(
        r'(?:src|href|action|poster|srcset|data)="(?:https?:)?//([^"/]+)', re.sub(r"<a [^>]*>", "", page)
    )
    assert set(asked) <= {settings.CORDEE.url.partition("//")[2]}


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["fr", "en"])
def test_the_notices_are_at_the_foot_of_public_pages_and_show_their_blanks(code: str) -> None:
    page = Client().get(f"/{code}/").content.decode()
    for name in notices.NOTICES:
        assert f'href="/{code}/{name}/"' in page
        text = Client().get(f"/{code}/{name}/")
        assert text.status_code == 200
        assert "{" not in re.sub(r"<[^>]*>", "", text.content.decode())
    legal = Client().get(f"/{code}/legal/").content.decode()
    assert {"fr": "[à remplir\u00a0:", "en": "[to be filled in:"}[code] in legal
    environment = replace(settings.CORDEE, publisher="Hélène Marchand", hosting="Chez nous", contact="a@b.example")
    with override_settings(CORDEE=environment):
        legal = Client().get(f"/{code}/legal/").content.decode()
        assert "Hélène Marchand" in legal
        assert "a@b.example" in legal


@pytest.mark.django_db
def test_a_notice_of_the_operators_own_takes_the_place_of_ours_and_is_shown_as_text(home: Path) -> None:
    (home / "notices").mkdir(parents=True)
    (home / "notices" / "terms.en.md").write_text("## Ours\n\nWrite to {contact}. <script>alert(1)</script>\n", "utf-8")
    page = Client().get("/en/terms/").content.decode()
    assert "<h2>Ours</h2>" in page
    assert "<script>alert" not in page


# 128: the log


@pytest.mark.attack(128)
@pytest.mark.django_db
def test_no_secret_of_these_pages_comes_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    account = make_account(email="zenobie@essai.example", name="Zénobie Quasimodo", password=PASSWORD)
    browser = signed_in_client(account)
    with caplog.at_level("DEBUG"):
        shown = browser.post("/account/data/calendar", {"wish": "new"}).content.decode()
        key = re.search(r"/calendars/([0-9a-f]{40})\.ics", shown)
        assert key
        assert Client().get(f"/calendars/{key[1]}.ics").status_code == 200
        assert browser.post("/account/erase", {"current": "a wrong guess of mine"}).status_code == 400
        assert browser.post("/account/erase", {"current": PASSWORD}).status_code == 302
        number = str(ErasureRequest.objects.get().number)
        erasing.erase(account=account, number=uuid.UUID(number), by=erasures.BY_PERSON)
        assert Client().get(f"/erasures/{number}").status_code == 200
    told = " ".join(str(record.__dict__) for record in caplog.records)
    assert "/calendars/" in told
    for secret in (key[1], PASSWORD, "a wrong guess", number, "zenobie@", "Quasimodo"):
        assert secret not in told, secret


@pytest.mark.django_db
def test_the_page_of_ones_data_asks_the_database_little(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    browser = signed_in_client(make_account())
    browser.get("/reading")  # what a process asks once
    with django_assert_max_num_queries(10):
        assert browser.get("/account/data").status_code == 200


# 129: the first start


@pytest.mark.attack(129, 130)
def test_nothing_that_shows_how_it_is_made_is_on_by_default() -> None:
    assert settings.DEBUG is False
    assert "django-insecure" not in str(settings.SECRET_KEY)
    assert len(str(settings.SECRET_KEY)) >= 64
    if os.name == "posix":
        key = Path(os.environ["CORDEE_HOME"]) / "keys" / "site"
        assert not key.exists() or key.stat().st_mode & 0o077 == 0
