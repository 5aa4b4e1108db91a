"""The page of a session before it opens: who reads it, what it says, and what may be left as it is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from lxml import html

from cordee.core.errors import Conflict, InputRefused
from cordee.courses.checks.models import Waiver
from cordee.courses.checks.queries import checked_run
from cordee.courses.checks.tests.planted import FOUND, planted
from cordee.courses.checks.waiving import look_again, waive
from cordee.courses.models import Run
from cordee.courses.queries import cost_estimates
from cordee.courses.tests.make import NOW, imported
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
TEXT = {"rule": "headings-out-of-order", "place": "t-headings"}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return imported(planted(), tmp_path).run


def client_of(role: Role, scope: str, language: str = "en") -> tuple[Client, Account]:
    account = make_account(language=language)
    grant_role(account=account, role=role, scope=scope, granted_by=None, now=NOW)
    browser = signed_in_client(account)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return browser, account


def page_of(browser: Client, run: Run) -> Any:
    answer = browser.get(f"/runs/{run.key}/before-opening")
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Before opening", "A link that leads nowhere in the course", "Leave it", "WCAG 2.2", "In all")),
        ("fr", ("Avant l’ouverture", "Un lien qui ne mène nulle part dans le cours", "Laisser ainsi", "En tout")),
    ],
)
def test_the_page_groups_what_is_found_by_severity_and_leads_to_each_place(
    run: Run, language: str, words: tuple[str, ...]
) -> None:
    browser, _teacher = client_of(Role.TEACHER, f"run:{run.key}", language)
    page = page_of(browser, run)
    text = page.text_content()
    assert [one for one in words if one not in text] == []
    parts = [one.get("id") for one in page.xpath("//h2[starts-with(@id, 'part-')]")]
    assert parts == ["part-error", "part-warning", "part-note"]
    rules = [one.get("id").removeprefix("rule-") for one in page.xpath("//h3[starts-with(@id, 'rule-')]")]
    assert sorted(rules) == sorted(FOUND)
    (line,) = page.xpath("//section[@aria-labelledby='rule-broken-link']//li")
    assert line.xpath(".//a/@href")[0] == f"/runs/{run.key}/units/u-t-nowhere#t-nowhere"
    assert browser.get(f"/runs/{run.key}/units/u-t-nowhere").status_code == 200


def test_a_reason_moves_a_finding_to_what_is_left_as_it_is_and_it_can_be_looked_at_again(run: Run) -> None:
    browser, teacher = client_of(Role.TEACHER, f"run:{run.key}")
    address = f"/runs/{run.key}/before-opening/waive"
    form = browser.get(address, TEXT)
    assert form.status_code == 200
    assert "Too deep" in form.content.decode()
    empty = browser.post(address, {**TEXT, "reason": "  "})
    assert empty.status_code == 400
    assert not Waiver.objects.exists()
    for _twice in range(2):  # a double click
        assert browser.post(address, {**TEXT, "reason": "The picture needs it."}).status_code == 303
    (waiver,) = Waiver.objects.all()
    assert (waiver.rule, waiver.place, waiver.reason) == (*TEXT.values(), "The picture needs it.")
    assert (waiver.waived_by, waiver.waived_by_name) == (teacher, teacher.name)
    page = page_of(browser, run)
    assert page.xpath("//h3[@id='rule-headings-out-of-order']") == []
    assert "The picture needs it." in page.text_content()
    assert browser.post(address, {**TEXT, "again": "1"}).status_code == 303
    assert browser.post(address, {**TEXT, "again": "1"}).status_code == 303
    assert not Waiver.objects.exists()
    assert len(page_of(browser, run).xpath("//h3[@id='rule-headings-out-of-order']")) == 1


def test_a_second_window_with_another_reason_is_told_and_nothing_is_lost(run: Run) -> None:
    browser, _teacher = client_of(Role.TEACHER, f"run:{run.key}")
    address = f"/runs/{run.key}/before-opening/waive"
    browser.post(address, {**TEXT, "reason": "First"})
    second = browser.post(address, {**TEXT, "reason": "Second"})
    assert second.status_code == 409
    assert "Somebody has waived this meanwhile" in second.content.decode()
    assert Waiver.objects.get().reason == "First"


def test_what_is_not_found_cannot_be_waived(run: Run) -> None:
    browser, teacher = client_of(Role.TEACHER, f"run:{run.key}")
    address = f"/runs/{run.key}/before-opening/waive"
    assert browser.post(address, {"rule": "broken-link", "place": "t-one", "reason": "No"}).status_code == 404
    assert browser.get(address, {"rule": "nothing", "place": ""}).status_code == 404
    with pytest.raises(InputRefused):
        waive(course=run.course, rule="nothing", place="", reason="No", by=teacher, now=NOW)


def test_a_waiver_holds_in_later_versions_and_for_this_course_alone(run: Run, tmp_path: Path) -> None:
    _browser, teacher = client_of(Role.TEACHER, f"run:{run.key}")
    waive(course=run.course, rule="broken-link", place="t-nowhere", reason="To come", by=teacher, now=NOW)
    changed = {**planted(), "course/html/t-one.html": b"<p>Read this, too.</p>"}
    (tmp_path / "again").mkdir()
    other = {**changed, "course/course.xml": b'<course url_name="2026" org="Ingenia" course="OTHER"/>'}
    from cordee.courses.opening import RunOptions

    later = imported(changed, tmp_path / "again", options=RunOptions(key="later")).run
    assert later.version.number == 2
    assert [one.rule.code for one, _waiver in checked_run(later).waived] == ["broken-link"]
    (tmp_path / "other").mkdir()
    assert checked_run(imported(other, tmp_path / "other").run).waived == ()
    with pytest.raises(Conflict):
        waive(course=run.course, rule="broken-link", place="t-nowhere", reason="Other", by=teacher, now=NOW)
    assert look_again(course=run.course, rule="broken-link", place="t-nowhere")


@pytest.mark.parametrize(
    ("role", "scope", "reads", "waives"),
    [
        (Role.AUTHOR, "course:Ingenia+BAD", 200, 200),
        (Role.OPERATOR, "", 200, 200),
        (Role.SUPPORT, "", 200, 403),
        (Role.TUTOR, "run:{run}", 403, 403),
        (Role.TEACHER, "run:Ingenia+OTHER+2026", 403, 403),
        (Role.PROGRAMME_MANAGER, "org:Other", 403, 403),
    ],
)
def test_who_reads_the_page_and_who_may_leave_something(
    run: Run, role: Role, scope: str, reads: int, waives: int
) -> None:
    browser, _account = client_of(role, scope.format(run=run.key))
    assert browser.get(f"/runs/{run.key}/before-opening").status_code == reads
    address = f"/runs/{run.key}/before-opening/waive"
    assert browser.get(address, TEXT).status_code == waives
    posted = browser.post(address, {**TEXT, "reason": "Because"}).status_code
    assert posted == (303 if waives == 200 else 403)
    assert Waiver.objects.count() == (waives == 200)
    if reads == 200 and waives != 200:
        assert "Leave it" not in browser.get(f"/runs/{run.key}/before-opening").content.decode()


def test_strangers_other_methods_and_forged_forms_change_nothing(run: Run) -> None:
    browser, teacher = client_of(Role.TEACHER, f"run:{run.key}")
    address = f"/runs/{run.key}/before-opening/waive"
    assert Client().get(f"/runs/{run.key}/before-opening").status_code in (302, 401)
    assert browser.post(f"/runs/{run.key}/before-opening").status_code == 405
    assert browser.put(address).status_code == 405
    strict = signed_in_client(teacher)
    strict.handler.enforce_csrf_checks = True
    assert strict.post(address, {**TEXT, "reason": "Because"}).status_code == 403
    refused = browser.post(address, {**TEXT, "rule": "nothing", "reason": "x"}, HTTP_ACCEPT="application/json")
    assert refused.status_code == 404
    assert not Waiver.objects.exists()


def test_the_pages_of_who_teaches_name_the_count_and_lead_there(run: Run) -> None:
    browser, _teacher = client_of(Role.TEACHER, f"run:{run.key}")
    errors = checked_run(run).counts["error"]
    for address in (f"/runs/{run.key}/", f"/runs/{run.key}/import-report"):
        page: Any = html.fromstring(browser.get(address).content.decode())
        (link,) = page.xpath(f"//a[@href='/runs/{run.key}/before-opening']")
        assert f"{errors} errors" in link.text_content()


def test_what_holds_of_a_version_is_found_once_a_process(run: Run, django_assert_num_queries: Any) -> None:
    checked_run(run)
    with django_assert_num_queries(1):  # the waivers
        checked_run(run)


def test_a_version_keeps_its_estimate_for_the_review(run: Run) -> None:
    estimate = cost_estimates([run.version_id])[run.version_id]
    assert estimate["weeks"] == 6
    assert set(estimate["hours"]) >= {"teaching_team", "video", "community"}


def test_dates_of_the_session_itself_count(run: Run) -> None:
    run.closes_at = NOW - dt.timedelta(days=1)
    run.due = {"s-quiz": "2026-09-02T00:00:00+00:00"}
    assert "deadlines-past" not in [one.rule.code for one in checked_run(run).open]
