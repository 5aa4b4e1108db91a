"""Can a learner say what they come for, change it, leave it out, and nobody else for them?"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.courses.tests.make import small_run
from cordee.learning.aims import AIMS, aim_of, say_aim
from cordee.learning.models import Aim, Enrolment
from cordee.learning.tests.make import make_enrolment
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db


def test_an_aim_is_said_with_the_enrolment_or_left_out(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    for aim, kept in (("certify", "certify"), ("", "")):
        account = make_account()
        browser = signed_in_client(account)
        assert b'name="aim"' in browser.get(f"/en/courses/{run.course.key}/").content
        assert browser.post(f"/runs/{run.key}/enrol", {"aim": aim}).status_code == 302
        assert aim_of(Enrolment.objects.get(account=account)) == kept
    refused = signed_in_client(make_account()).post(f"/runs/{run.key}/enrol", {"aim": "x"})
    assert refused.status_code == 400
    assert Enrolment.objects.count() == 2


def test_an_aim_is_changed_and_taken_back(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    browser, address = signed_in_client(enrolment.account), f"/runs/{enrolment.run.key}/aim"
    assert browser.get(address).content.count(b'type="radio"') == len(AIMS) + 1
    for _ in range(2):  # a double click
        assert browser.post(address, {"aim": "explore"}).status_code == 302
    assert b'value="explore" checked' in browser.get(address).content
    assert browser.post(address, {"aim": "nothing"}).status_code == 400
    assert aim_of(enrolment) == "explore"
    browser.post(address, {"aim": ""})
    assert not Aim.objects.exclude(aim="").exists()
    assert aim_of(enrolment) == ""


def test_an_aim_is_one_s_own(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    say_aim(enrolment=enrolment, aim="parts", now=clock.now())
    address = f"/runs/{enrolment.run.key}/aim"
    assert Client().get(address).status_code == 302
    stranger = signed_in_client(make_account())
    assert stranger.get(address).status_code == 403
    assert stranger.post(address, {"aim": "explore"}).status_code == 403
    assert aim_of(enrolment) == "parts"
    with pytest.raises(InputRefused):
        say_aim(enrolment=enrolment, aim="unheard of", now=clock.now())
