"""Are accounts that nobody uses, minors without an answer and old lines of the journal let go, and nobody else?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from cordee.awards.attesting import issue_attestation
from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.jobs.models import Job, Letter
from cordee.learning.journal import record
from cordee.learning.models import Event
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people import ageing, erasing, erasures
from cordee.people.ageing import INACTIVE, NO_PARENT
from cordee.people.asking_erasure import ask_for_erasure, erasure_asked_by, stay
from cordee.people.granting import grant_role
from cordee.people.models import Account, AgeStatement, ErasureRequest, Role, SignIn
from cordee.people.tests.make import make_account, make_session, signed_in_client
from cordee.web import retention
from cordee.web.environment import Environment

pytestmark = pytest.mark.django_db
NOW = clock.now()
LONG_AGO = NOW - dt.timedelta(days=1000)


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    terms: dict[str, Any] = {"unused_account_days": 365, "unanswered_minor_days": 60, "journal_days": 365}
    with override_settings(CORDEE=replace(settings.CORDEE, home=tmp_path, **terms)):
        yield tmp_path


def perform(request: ErasureRequest, monkeypatch: pytest.MonkeyPatch, *, at: dt.datetime) -> None:
    """As the worker does on that day."""
    monkeypatch.setattr(clock, "now", lambda: at)
    erasing.work().act(Job.objects.get(kind="erasure", key=str(request.number)))


def test_only_accounts_that_nobody_used_are_written_to_a_month_before() -> None:
    unused = make_account(now=LONG_AGO)
    fresh, staff, disabled, seen, open_still = (make_account(now=LONG_AGO) for _ in range(5))
    Account.objects.filter(pk=fresh.pk).update(created_at=NOW - dt.timedelta(days=300))
    Account.objects.filter(pk=seen.pk).update(last_seen_at=NOW - dt.timedelta(days=300))
    Account.objects.filter(pk=disabled.pk).update(is_active=False)
    make_session(open_still, now=NOW - dt.timedelta(days=200))
    grant_role(account=staff, role=Role.TUTOR, scope="run:A+B+C", granted_by=None, now=NOW)
    assert retention.apply(now=NOW)["unused_account_days"] == 1
    assert retention.apply(now=NOW)["unused_account_days"] == 0
    request = ErasureRequest.objects.get()
    assert (request.account, request.because, request.due_at) == (unused, INACTIVE, NOW + dt.timedelta(days=30))
    letter = Letter.objects.get()
    assert letter.address == unused.email
    assert "sign in once" in letter.message.text


def test_where_no_letter_leaves_nobody_goes_unwarned(monkeypatch: pytest.MonkeyPatch) -> None:
    make_account(now=LONG_AGO)
    monkeypatch.setattr(ageing, "letters_leave", lambda: False)
    assert retention.apply(now=NOW)["unused_account_days"] == 0
    assert not ErasureRequest.objects.exists()


def test_a_sign_in_that_is_forgotten_leaves_the_day_on_its_account() -> None:
    account = make_account(now=LONG_AGO)
    make_session(account, now=NOW - dt.timedelta(days=400))
    over = SignIn.objects.get().expires_at
    with override_settings(CORDEE=replace(settings.CORDEE, sign_in_days=10, unused_account_days=730)):
        assert retention.apply(now=NOW)["unused_account_days"] == 0
    account.refresh_from_db()
    assert account.last_seen_at == over
    assert not SignIn.objects.exists()


def test_an_unused_account_is_erased_on_its_day_and_its_attestation_stays_verifiable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(now=LONG_AGO, name="Zoé Attestée")
    enrolment = make_enrolment(tmp_path, account=account)
    for quiz in ("capital", "sum"):
        hand_in(enrolment, quiz)
    enrolment.refresh_from_db()
    attestation = issue_attestation(enrolment=enrolment, name=account.name, now=NOW)
    retention.apply(now=NOW)
    request = ErasureRequest.objects.get()
    perform(request, monkeypatch, at=request.due_at + dt.timedelta(seconds=1))
    assert not Account.objects.filter(pk=account.pk).exists()
    receipt = erasures.receipt_of(request.number)
    assert receipt is not None
    assert receipt.by == erasures.BY_TERM
    page = Client().get(f"/en/v/{attestation.code}", follow=True).content.decode()
    assert "Zoé Attestée" in page


def test_who_signs_in_after_the_letter_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    back, daily = make_account(now=LONG_AGO), make_account(now=LONG_AGO)
    retention.apply(now=NOW)
    request = ErasureRequest.objects.get(account=back)
    for account in (back, daily):
        make_session(account, now=NOW + dt.timedelta(days=3))
        assert erasure_asked_by(account) is None
    perform(request, monkeypatch, at=request.due_at + dt.timedelta(seconds=1))
    assert Account.objects.filter(pk=back.pk).exists()
    retention.apply(now=NOW + dt.timedelta(days=4))
    assert not ErasureRequest.objects.exists()


def test_who_got_a_role_after_the_letter_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    account = make_account(now=LONG_AGO)
    retention.apply(now=NOW)
    request = ErasureRequest.objects.get()
    grant_role(account=account, role=Role.OPERATOR, scope="", granted_by=None, now=NOW)
    perform(request, monkeypatch, at=request.due_at + dt.timedelta(seconds=1))
    assert Account.objects.filter(pk=account.pk).exists()


def minor(*, said: dt.datetime) -> Account:
    account = make_account(now=LONG_AGO)
    make_session(account, now=NOW - dt.timedelta(days=1))  # they come and look every day
    AgeStatement.objects.create(account=account, year=NOW.year - 12, said_at=said)
    Account.objects.filter(pk=account.pk).update(waits_for_parent=True)
    return account


def test_a_minor_without_an_answer_is_told_and_erased_and_one_who_asked_again_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent = minor(said=NOW - dt.timedelta(days=61))
    minor(said=NOW - dt.timedelta(days=59))
    assert retention.apply(now=NOW)["unanswered_minor_days"] == 1
    request = ErasureRequest.objects.get()
    assert (request.account, request.because) == (silent, NO_PARENT)
    assert not stay(account=silent)  # it is not theirs to decide
    page = signed_in_client(silent).get("/account/erase").content
    assert b"No parent has agreed to your account" in page
    assert b"Stay after all" not in page
    perform(request, monkeypatch, at=request.due_at + dt.timedelta(seconds=1))
    assert not Account.objects.filter(pk=silent.pk).exists()


def test_a_minor_whose_parent_agrees_in_time_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    account = minor(said=NOW - dt.timedelta(days=61))
    retention.apply(now=NOW)
    request = ErasureRequest.objects.get()
    Account.objects.filter(pk=account.pk).update(waits_for_parent=False)
    perform(request, monkeypatch, at=request.due_at + dt.timedelta(seconds=1))
    assert Account.objects.filter(pk=account.pk).exists()


def test_who_asks_to_go_by_themselves_after_the_letter_goes_by_their_own_wish() -> None:
    account = make_account(now=LONG_AGO)
    retention.apply(now=NOW)
    request = ask_for_erasure(account=account, withdraws=True, now=NOW)
    assert (request.because, request.withdraws) == ("", True)
    assert stay(account=account)


def test_old_lines_of_the_journal_no_longer_lead_to_their_person_and_are_counted_still() -> None:
    account, other = make_account(), make_account()
    for days, run in ((400, "A+B+C"), (400, "A+B+C"), (400, "A+B+D"), (300, "A+B+C")):
        record(verb="viewed", actor=account.pseudonym, run=run, activity="u", at=NOW - dt.timedelta(days=days))
    record(verb="viewed", actor=other.pseudonym, run="A+B+C", activity="u", at=NOW - dt.timedelta(days=400))
    assert retention.apply(now=NOW)["journal_days"] == 0  # the pilot's store has not taken them over
    Event.objects.update(sent_at=NOW)
    assert retention.looked_at(now=NOW)["journal_days"] == 4
    assert retention.apply(now=NOW)["journal_days"] == 4
    assert retention.apply(now=NOW)["journal_days"] == 0
    assert Event.objects.filter(actor=account.pseudonym).count() == 1
    old = Event.objects.filter(at__lt=NOW - dt.timedelta(days=365)).values_list("actor", "run")
    assert len(old) == 4
    assert len(set(old)) == 3  # a person's lines of one session belong together still


def test_terms_are_off_unless_set_and_looking_changes_nothing() -> None:
    make_account(now=LONG_AGO)
    off: dict[str, Any] = dict.fromkeys(("unused_account_days", "unanswered_minor_days", "journal_days"), 0)
    with override_settings(CORDEE=replace(settings.CORDEE, **off)):
        assert not {term.setting for term in retention.TERMS} & retention.apply(now=NOW).keys()
        assert retention.looked_at(now=NOW) == {}
        assert retention.looked_at(now=NOW, days={"unused_account_days": 500}) == {"unused_account_days": 1}
    assert not ErasureRequest.objects.exists()


@pytest.mark.parametrize(("given", "read"), [("off", 0), ("365", 365), ("180", 180)])
def test_a_term_is_off_or_long(given: str, read: int) -> None:
    assert Environment.read({"CORDEE_UNUSED_ACCOUNT_DAYS": given}).unused_account_days == read


@pytest.mark.parametrize("given", ["179", "0", "-1", "a year", "1000000"])
def test_a_term_that_would_surprise_is_refused(given: str) -> None:
    with pytest.raises(InputRefused, match="180"):
        Environment.read({"CORDEE_UNUSED_ACCOUNT_DAYS": given})
