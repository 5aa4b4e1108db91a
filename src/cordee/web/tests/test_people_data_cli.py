"""Can an operator erase, list, erase again, and hand over what a mail server reports, without a page?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from typer.testing import CliRunner

from cordee.core import clock
from cordee.core.errors import Conflict, CordeeError, InputRefused, NotFound
from cordee.jobs.models import Letter
from cordee.jobs.tests.test_bouncing import report, sent
from cordee.people.asking_erasure import LastOperator
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role, StaffAct
from cordee.people.tests.make import make_account
from cordee.web import cli, jobs_cli, people_cli

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_this_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for room in (jobs_cli, people_cli):
        monkeypatch.setattr(room, "_open_site", lambda: None)
    with override_settings(CORDEE=replace(settings.CORDEE, home=tmp_path)):
        yield


def run(*words: str, given: bytes = b"") -> str:
    done = CliRunner().invoke(cli.app, words, input=given)
    if isinstance(done.exception, CordeeError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_nobody_is_erased_by_a_slip_of_the_hand() -> None:
    account = make_account(email="awa@example.org")
    with pytest.raises(Conflict, match=r"add --yes"):
        run("account", "erase", "awa@example.org")
    with pytest.raises(NotFound):
        run("account", "erase", "ava@example.org", "--yes")
    assert Account.objects.filter(pk=account.pk, is_active=True).exists()


def test_an_erasure_by_an_operator_prints_its_receipt_and_leaves_a_line_without_a_name() -> None:
    make_account(email="awa@example.org", name="Awa Diallo")
    printed = run("account", "erase", "awa@example.org", "--yes")
    assert "Your account: 1 deleted" in printed
    assert "Awa" not in printed
    (line,) = StaffAct.objects.all()
    assert (line.act, line.people) == ("account.erase", 1)
    assert "Awa" not in line.about
    (told,) = json.loads(run("account", "erasures", "--json"))
    assert told["by"] == "operator"
    assert told["number"] in printed
    assert "Your account: 1 deleted" in run("account", "erasures")
    assert json.loads(run("account", "erase-again", "--json")) == {"erased_again": 0}


def test_a_site_where_nobody_was_erased_says_so() -> None:
    assert "Nobody was erased" in run("account", "erasures")
    assert not (settings.CORDEE.home / "erasures").exists()  # nothing is written for a look


def test_the_last_operator_stays() -> None:
    account = make_account(email="odile@example.org")
    grant_role(account=account, role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
    with pytest.raises(LastOperator):
        run("account", "erase", "odile@example.org", "--yes")
    assert Account.objects.filter(pk=account.pk, is_active=True).exists()


def test_what_a_mail_server_reports_is_read_from_standard_input() -> None:
    letter = sent()
    assert "The letter bounced" in run("jobs", "bounce", given=report(letter))
    letter.refresh_from_db()
    assert letter.state == Letter.BOUNCED
    other = report(letter).replace(str(letter.pk).encode(), b"00000000-0000-8000-8000-000000000000")
    assert json.loads(run("jobs", "bounce", "--json", given=other)) == {"outcome": "not ours"}
    with pytest.raises(InputRefused):
        run("jobs", "bounce", given=b"hello")
