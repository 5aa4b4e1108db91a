"""Does what an operator decides about people from a terminal happen, at once, and say so?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from cordee.awards.attesting import issue_attestation
from cordee.awards.models import RevocationReason
from cordee.awards.tests.make import NOW, make_enrolment, make_run
from cordee.core.errors import CordeeError, InputRefused, NotFound
from cordee.courses.models import Run
from cordee.people.minors.agreeing import say_year
from cordee.people.models import Role, RoleGrant
from cordee.people.tests.make import make_account, signed_in_client
from cordee.people.tests.test_second_factor import with_second_factor
from cordee.web import cli, people_cli
from cordee.web.tests.running import cordee

pytestmark = pytest.mark.django_db
EMAIL = "awa@example.org"


@pytest.fixture(autouse=True)
def _in_this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_cli, "_open_site", lambda: None)


def run(*words: str) -> str:
    """What the command said. Raises what it refuses."""
    done = CliRunner().invoke(cli.app, words)
    if isinstance(done.exception, CordeeError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_a_disabled_account_loses_its_sessions_at_once_until_it_is_enabled_and_signs_in_again() -> None:
    account = make_account(email=EMAIL)
    browser = signed_in_client(account)
    assert browser.get("/account").status_code == 200
    assert json.loads(run("account", "disable", "AWA@example.org", "--json")) == {"email": EMAIL, "active": False}
    assert browser.get("/account").status_code == 302
    assert "can sign in again" in run("account", "enable", EMAIL)
    assert browser.get("/account").status_code == 302
    account.refresh_from_db()
    assert signed_in_client(account).get("/account").status_code == 200


def test_a_lost_phone_is_switched_off_and_a_year_put_right_both_audited() -> None:
    account, _secret, _codes = with_second_factor(EMAIL)
    assert "password alone" in run("account", "second-factor-off", EMAIL)
    account.refresh_from_db()
    assert account.second_factor_at is None
    say_year(account=account, year=NOW.year - 3, now=NOW)
    assert account.waits_for_parent
    assert "1998" in run("account", "birth-year", EMAIL, "1998")
    account.refresh_from_db()
    assert not account.waits_for_parent
    with pytest.raises(InputRefused):
        run("account", "birth-year", EMAIL, "98")
    told = json.loads(run("account", "acts", "--json"))
    assert [one["about"] for one in told] == ["year of birth 1998", "second factor off"]


def test_a_role_is_given_and_taken_back() -> None:
    account, course_run = make_account(email=EMAIL), make_run()
    words = ("role", "grant", EMAIL, "teacher", "--in", f"run:{course_run.key}")
    assert f"is now teacher of {course_run.key}" in run(*words)
    run(*words)
    assert [(one.account, one.role, one.scope) for one in RoleGrant.objects.all()] == [
        (account, "teacher", f"run:{course_run.key}")
    ]
    said = json.loads(run("role", "withdraw", EMAIL, "teacher", "--in", f"run:{course_run.key}", "--json"))
    assert said == {"email": EMAIL, "role": "teacher", "scope": f"run:{course_run.key}", "held": False}
    assert not RoleGrant.objects.exists()


@pytest.mark.parametrize("place", ["run:No+Such+run", "course:No+Such", "everywhere", "run:"])
def test_a_role_in_a_place_that_does_not_exist_is_refused(place: str) -> None:
    make_account(email=EMAIL)
    with pytest.raises((NotFound, InputRefused)):
        run("role", "grant", EMAIL, "teacher", "--in", place)
    assert not RoleGrant.objects.exists()


def test_an_attestation_is_withdrawn_once_and_its_page_says_why() -> None:
    attestation = issue_attestation(enrolment=make_enrolment(run=make_run()), name="Awa Diallo", now=NOW)
    code = attestation.printed_code
    said = json.loads(run("attestation", "revoke", code.lower(), "--reason", "mistake", "--json"))
    assert (said["code"], said["reason"]) == (code, "mistake")
    assert "nothing changed" in run("attestation", "revoke", code, "--reason", "request")
    attestation.refresh_from_db()
    assert (attestation.revoked_reason, attestation.revoked_by) == ("mistake", None)
    page = signed_in_client(make_account()).get(f"/en/v/{code}").content.decode()
    assert "It was issued by mistake." in page


@pytest.mark.parametrize(
    "words",
    [
        ("account", "disable", "nobody@example.org"),
        ("role", "withdraw", "nobody@example.org", "teacher"),
        ("attestation", "revoke", "0000-0000-0000-0000-0", "--reason", "mistake"),
        ("attestation", "revoke", "x" * 500, "--reason", "mistake"),
    ],
)
def test_who_or_what_is_not_there_is_named(words: tuple[str, ...]) -> None:
    with pytest.raises(NotFound) as refused:
        run(*words)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "words", [("role", "grant", EMAIL, "king"), ("attestation", "revoke", "x", "--reason", "spite"), ("account", "x")]
)
def test_a_word_that_is_none_of_the_list_ends_with_2(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(cli.app, words).exit_code == 2


def test_the_lists_of_the_command_are_those_of_the_rooms() -> None:
    assert list(get_args(people_cli.RoleName)) == Role.values
    assert list(get_args(people_cli.Reason)) == RevocationReason.values


@pytest.mark.long
def test_without_a_database_the_command_says_what_to_run(tmp_path: Path) -> None:
    done = cordee("account", "disable", EMAIL, "--json", home=tmp_path, LC_ALL="fr_FR.UTF-8")
    assert done.returncode == 1
    assert "cordee migrate" in json.loads(done.stdout)["error"]


def test_a_role_is_given_in_a_course_that_is_in_no_list() -> None:
    account, course_run = make_account(email=EMAIL), make_run()
    Run.objects.update(listed=False)
    run("role", "grant", EMAIL, "author", "--in", f"course:{course_run.course.key}")
    assert [(one.account, one.scope) for one in RoleGrant.objects.all()] == [
        (account, f"course:{course_run.course.key}")
    ]
