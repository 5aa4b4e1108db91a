"""What can people do about a session that is not in the course list?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.courses.models import Run
from cordee.courses.tests.make import small_run
from cordee.learning.team.places import place_at
from cordee.people.tests.make import make_account, signed_in_client


@pytest.mark.django_db
def test_whoever_has_no_place_in_it_is_led_to_no_page_that_is_not_there(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    client = signed_in_client(make_account(language="en"))
    link = f'href="/en/courses/{run.course.key}/"'
    listed = client.get(f"/runs/{run.key}/")
    assert (listed.status_code, link in listed.content.decode()) == (403, True)
    Run.objects.update(listed=False)
    for page in ("", "attestation"):
        unlisted = client.get(f"/runs/{run.key}/{page}")
        assert (unlisted.status_code, link in unlisted.content.decode()) == (403, False), page
        assert "it is not in the course list" in unlisted.content.decode()


@pytest.mark.django_db
def test_a_role_can_be_held_in_its_course(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    Run.objects.update(listed=False)
    assert place_at(f"course:{run.course.key}").name == "A small course"
