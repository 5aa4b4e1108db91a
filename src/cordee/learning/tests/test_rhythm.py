"""Can a learner set, lower and drop a weekly aim, take a pause, and come back?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client

from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.courses.tests.make import NOW
from cordee.learning.dashboard import dashboard
from cordee.learning.digest import write_digest
from cordee.learning.models import Enrolment, Event, WeeklyAim
from cordee.learning.rhythm.aiming import set_weekly_aim
from cordee.learning.rhythm.pausing import come_back, rest_until
from cordee.learning.rhythm.queries import rhythm_of
from cordee.learning.tests.make import make_enrolment
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db

WEDNESDAY = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)


def test_an_aim_is_set_lowered_and_dropped(tmp_path: Path) -> None:
    account = make_enrolment(tmp_path).account
    browser = signed_in_client(account)
    assert b"My rhythm" not in browser.get("/mine").content
    for count in ("4", "4", "2"):
        answer = browser.post("/mine/rhythm", {"count": count, "measure": "days"})
        assert (answer.status_code, answer["Location"]) == (303, "/mine")
        assert str(WeeklyAim.objects.get(account=account)) == f"{count} days"
    assert b"You aim at 2 days a week." in browser.get("/mine").content
    for count, measure in (("8", "days"), ("0", "days"), ("31", "units"), ("x", "days"), ("2", "hours"), ("", "")):
        assert browser.post("/mine/rhythm", {"count": count, "measure": measure}).status_code == 422
    for _ in range(2):
        assert browser.post("/mine/rhythm", {"none": "1"}).status_code == 303
    assert not WeeklyAim.objects.exists()
    assert b"My rhythm" not in browser.get("/mine").content
    with pytest.raises(InputRefused):
        set_weekly_aim(account=account, measure="hours", count=2, now=NOW)


def test_an_aim_and_a_pause_are_one_s_own(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    rest = f"/runs/{enrolment.run.key}/rest"
    assert Client().post("/mine/rhythm", {"count": "2", "measure": "days"}).status_code == 302
    assert Client().get(rest).status_code == 302
    stranger = signed_in_client(make_account())
    assert stranger.post(rest, {"until": "2026-12-24"}).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in_client(enrolment.account).cookies
    assert strict.post("/mine/rhythm", {"count": "2", "measure": "days"}).status_code == 403
    assert strict.post(rest, {"until": "2026-12-24"}).status_code == 403
    assert not WeeklyAim.objects.exists()
    assert not Enrolment.objects.filter(rests_until__isnull=False).exists()


def acts(enrolment: Enrolment, *days_ago: float, verb: str = "viewed", activity: str = "u1") -> None:
    for days in days_ago:
        Event.objects.create(
            at=WEDNESDAY - dt.timedelta(days=days), actor=enrolment.account.pseudonym, verb=verb,
            run=enrolment.run.key, activity=activity,
        )  # fmt: skip


def test_days_and_units_are_counted_by_week_in_the_zone_of_who_reads(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    stranger = make_enrolment(tmp_path, run=enrolment.run)
    acts(stranger, 0, 1, 2)
    acts(enrolment, 0, 0.1, 1)  # two days of this week
    acts(enrolment, 0.2, verb="submitted", activity="sum")
    acts(enrolment, 0.2, verb="progressed", activity="film")  # a film that plays counts for nothing
    acts(enrolment, 2.5, activity="u2")  # Monday at 0:00 UTC: already Monday in Paris, still Sunday in New York
    acts(enrolment, 15)
    account = enrolment.account
    set_weekly_aim(account=account, measure="days", count=3, now=WEDNESDAY)
    aim = WeeklyAim.objects.get(account=account)
    found = rhythm_of(account, aim, zone="Europe/Paris", now=WEDNESDAY)
    assert [week.done for week in found.weeks] == [1, 0, 3]  # from the first week with something in it
    assert (found.left, found.weeks[-1].is_now) == (0, True)
    elsewhere = rhythm_of(account, aim, zone="America/New_York", now=WEDNESDAY)
    assert [week.done for week in elsewhere.weeks] == [1, 1, 2]
    assert elsewhere.left == 1
    set_weekly_aim(account=account, measure="units", count=5, now=WEDNESDAY)
    units = rhythm_of(account, WeeklyAim.objects.get(account=account), zone="Europe/Paris", now=WEDNESDAY)
    assert [week.done for week in units.weeks] == [1, 0, 2]


@pytest.mark.parametrize("count", [1, 7, 30])
def test_the_drawing_of_a_week_stays_in_its_frame(tmp_path: Path, count: int) -> None:
    enrolment = make_enrolment(tmp_path)
    acts(enrolment, 0, 1, 2, 7, 8)
    aim = WeeklyAim(account=enrolment.account, measure="units" if count > 7 else "days", count=count)
    for week in rhythm_of(enrolment.account, aim, zone="Europe/Paris", now=WEDNESDAY).weeks:
        assert all(block.y >= 0 and block.height > 0 and block.y + block.height <= 96.1 for block in week.blocks)
        assert week.is_now or not any(block.is_left for block in week.blocks)


def test_who_rests_is_not_called_and_still_told_the_deadline(tmp_path: Path, settings: Any) -> None:
    settings.CORDEE = replace(site.CORDEE, smtp=None)
    enrolment = make_enrolment(tmp_path, section='due="2026-12-01T00:00Z"')
    account = enrolment.account
    morning = dt.datetime(2026, 11, 30, 7, 0, tzinfo=dt.UTC)
    before = dashboard(account, language="en", now=morning)
    assert [line.rests for line in before.to_hand_in] == [False, False]
    assert before.resume is not None
    rest_until(enrolment=enrolment, day=(morning + dt.timedelta(days=5)).date(), zone=account.time_zone, now=morning)
    during = dashboard(account, language="en", now=morning)
    assert [(line.due_at, line.rests) for line in during.to_hand_in] == [
        (line.due_at, True) for line in before.to_hand_in
    ]
    assert during.resume is None
    assert during.runs[0].rests_until is not None
    assert write_digest(account, now=morning) == 0
    after = dashboard(account, language="en", now=morning + dt.timedelta(days=6))
    assert after.runs[0].rests_until is None
    assert after.resume is not None
    come_back(enrolment=enrolment)
    assert write_digest(account, now=morning) == 1


def test_a_pause_is_taken_changed_and_ended_from_the_pages(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    browser, rest = signed_in_client(enrolment.account), f"/runs/{enrolment.run.key}/rest"
    assert b"Take a pause" in browser.get("/mine").content
    today = clock.now().date()
    for days in (10, 10, 20):
        until = (today + dt.timedelta(days=days)).isoformat()
        assert browser.post(rest, {"until": until}).status_code == 303
    home = browser.get("/mine").content
    assert b"Resting until" in home
    assert b"Come back now" in home
    assert until.encode() in browser.get(rest).content
    for wrong in ("", "soon", (today - dt.timedelta(days=1)).isoformat(), (today + dt.timedelta(days=800)).isoformat()):
        refused = browser.post(rest, {"until": wrong})
        assert refused.status_code == 422
        assert b"Error:" in refused.content
    for _ in range(2):
        assert browser.post(rest, {"back": "1"}).status_code == 303
    assert b"Resting until" not in browser.get("/mine").content
