"""Does each thing go after its term, and nothing before?"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from cordee.core import clock
from cordee.jobs.enqueuing import enqueue
from cordee.jobs.models import Job, Letter, Message
from cordee.jobs.queries import bounced_among
from cordee.jobs.tests.make import make_letter
from cordee.people.asking_data import ask_for_data, file_of
from cordee.people.auditing import note_act
from cordee.people.consenting import DIGEST, agree, withdraw
from cordee.people.exporting import make_export
from cordee.people.models import Consent, DataExport, SignIn, StaffAct, Throttle
from cordee.people.tests.make import make_account, make_session
from cordee.web import retention
from cordee.web.environment import Environment

pytestmark = pytest.mark.django_db
NOW = clock.now()
DOCUMENTED = Path(__file__).parents[4] / "docs" / "privacy.md"
Make = Callable[[dt.datetime], None]


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(CORDEE=replace(settings.CORDEE, home=tmp_path)):
        yield tmp_path


def sign_in(at: dt.datetime) -> None:
    make_session(make_account(), now=at - dt.timedelta(days=14))  # over at that moment


def throttle(at: dt.datetime) -> None:
    Throttle.objects.create(key=str(at), level=1, counted_at=at)


def letter(at: dt.datetime) -> None:
    Letter.objects.filter(pk=make_letter(key=str(at)).pk).update(state=Letter.SENT, settled_at=at)


def staff_act(at: dt.datetime) -> None:
    note_act(account=None, act="account.disable", place="", people=1, about="", now=at)


def consent(at: dt.datetime) -> None:
    account = make_account()
    agree(account=account, purpose=DIGEST, language="en", now=at - dt.timedelta(days=1))
    withdraw(account=account, purpose=DIGEST, now=at)


def job(at: dt.datetime) -> None:
    enqueue(kind="k", key=str(at), data={}, now=at)
    Job.objects.filter(key=str(at)).update(done_at=at)


ROWS: dict[str, tuple[Make, Callable[[], int]]] = {
    "sign_in_days": (sign_in, SignIn.objects.count),
    "throttle_days": (throttle, Throttle.objects.count),
    "letter_days": (letter, Letter.objects.count),
    "staff_act_days": (staff_act, StaffAct.objects.count),
    "consent_days": (consent, Consent.objects.count),
    "job_days": (job, Job.objects.filter(kind="k").count),
}


def with_term(setting: str) -> Environment:
    given: dict[str, Any] = {setting: 10}
    return replace(settings.CORDEE, **given)


@pytest.mark.parametrize("setting", ROWS)
def test_what_has_lasted_its_term_goes_and_what_has_not_stays(setting: str) -> None:
    make, count = ROWS[setting]
    with override_settings(CORDEE=with_term(setting)):
        for days in (9, 11):
            make(NOW - dt.timedelta(days=days))
        assert count() == 2
        assert retention.apply(now=NOW)[setting] == 1
        assert count() == 1
        assert retention.apply(now=NOW)[setting] == 0


def test_every_rule_is_tried_here_and_documented_with_its_default() -> None:
    assert {rule.setting for rule in retention.RULES} == {*ROWS, "mail_file_days"}
    assert all(f"CORDEE_{term.setting.upper()}` (`off`" in DOCUMENTED.read_text("utf-8") for term in retention.TERMS)
    told = dict(re.findall(r"^\| `(CORDEE_\w+_DAYS)` \| (\d+) \|", DOCUMENTED.read_text("utf-8"), re.MULTILINE))
    wanted = [*(rule.setting for rule in retention.RULES), "export_days"]
    assert told == {f"CORDEE_{name.upper()}": str(getattr(settings.CORDEE, name)) for name in wanted}


def test_an_open_session_and_a_letter_that_waits_never_go() -> None:
    make_session(make_account(), now=NOW - dt.timedelta(days=1))
    make_letter()
    later = NOW + dt.timedelta(days=10)
    retention.apply(now=later)
    assert SignIn.objects.count() == 1
    assert Letter.objects.filter(state=Letter.WAITING).count() == 1


def test_an_address_that_bounced_stays_known_and_a_message_goes_with_its_last_letter() -> None:
    old = NOW - dt.timedelta(days=3000)
    bounced, sent = make_letter("gone@example.org", key="a"), make_letter(key="b")
    Letter.objects.filter(pk=bounced.pk).update(state=Letter.BOUNCED, settled_at=old)
    Letter.objects.filter(pk=sent.pk).update(state=Letter.SENT, settled_at=old)
    retention.apply(now=NOW)
    assert bounced_among(["gone@example.org"]) == {"gone@example.org"}
    assert [one.key for one in Message.objects.all()] == ["a"]


def test_files_of_letters_go_after_their_term(home: Path) -> None:
    folder = home / "mail"
    folder.mkdir()
    for days in (29, 31):
        path = folder / f"{days}.eml"
        path.write_bytes(b"x")
        moment = (NOW - dt.timedelta(days=days)).timestamp()
        os.utime(path, (moment, moment))
    assert retention.apply(now=NOW)["mail_file_days"] == 1
    assert [path.name for path in folder.iterdir()] == ["29.eml"]


@pytest.mark.attack(124)
def test_the_file_of_an_export_goes_on_its_day_and_so_does_one_that_nobody_can_ask_for() -> None:
    account = make_account()
    ask_for_data(account=account, now=NOW)
    export = DataExport.objects.get()
    path = make_export(export)
    stray = path.with_name("00000000-0000-0000-0000-000000000000.zip")
    stray.write_bytes(b"x")
    assert retention.apply(now=NOW + dt.timedelta(days=6))["export_days"] == 1
    assert path.exists()
    assert not stray.exists()
    assert retention.apply(now=NOW + dt.timedelta(days=8))["export_days"] == 1
    assert not file_of(export.number).exists()
    assert not DataExport.objects.exists()


def test_an_export_that_is_being_made_is_left_alone() -> None:
    ask_for_data(account=make_account(), now=NOW)
    retention.apply(now=NOW + dt.timedelta(days=30))
    assert DataExport.objects.count() == 1


@pytest.mark.parametrize("code", ["fr", "en"])
def test_the_notice_on_data_shows_the_terms_of_this_site(code: str) -> None:
    with override_settings(CORDEE=replace(settings.CORDEE, sign_in_days=173)):
        assert ">173<" in Client().get(f"/{code}/privacy/").content.decode()
