"""Does the pilot say what is said where learners leave a film?"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

from cordee.activities.video.tests.make import FILM, batch, event, watcher
from cordee.activities.video.tests.test_recording import opened, send
from cordee.core import clock
from cordee.core.errors import NotFound
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.pilot import live, refreshing, sealing
from cordee.web.film_words import lines_of
from cordee.web.tests.test_pilot_pages import reader

pytestmark = pytest.mark.django_db


def test_lines_begin_where_they_are_said_and_what_is_no_film_says_nothing(tmp_path: Path) -> None:
    key = watcher(tmp_path).run.key
    assert lines_of(key, "v1")[:2] == ((2.0, "Line 1 of the film."), (4.0, "Line 2 of the film."))
    assert lines_of(key, "t1") == ()
    assert lines_of(key, "nothing") == ()
    with pytest.raises(NotFound):
        lines_of("Else+WHERE1+2026", "v1")


def test_a_film_without_subtitles_says_nothing(tmp_path: Path) -> None:
    silent = watcher(tmp_path, '<video><source src="/static/a film.mp4"/></video>', {"a film.mp4": FILM})
    assert lines_of(silent.run.key, "v1") == ()


def test_the_page_of_a_film_quotes_what_is_said_where_it_is_seen_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CORDEE", dataclasses.replace(settings.CORDEE, home=tmp_path / "home"))
    enrolment = watcher(tmp_path)
    key = enrolment.run.key
    what = opened(enrolment)
    for after_s in (10, 20):
        send(what, batch(event(from_s=0.0, to_s=9.0)), after_s)
    sealing.seal(live.site_store(), now=clock.now)
    refreshing.read_states(live.site_store(), key, clock.now())
    grant_role(account=enrolment.account, role=Role.TEACHER, scope=f"run:{key}", granted_by=None, now=clock.now())
    page = reader(enrolment.account).get(f"/pilot/film?run={quote(key, safe='')}&activity=v1")
    assert page.status_code == 200
    assert "At 0:00, 1 of the 1 who saw it saw it again." in page.content.decode()
    assert "<q>Line 1 of the film. Line 2 of the film." in page.content.decode()
