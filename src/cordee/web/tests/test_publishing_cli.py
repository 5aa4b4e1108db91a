"""Which sessions does publishing a course text speak of?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.tests.course_texts import FILES, folder, published
from cordee.learning.enrolling import enrol
from cordee.people.tests.make import make_account
from cordee.web import cli, database

pytestmark = pytest.mark.django_db
OLDER = "Ingenia+RES101+2026"
LATER = "Ingenia+RES101+run"


def publish(at: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    monkeypatch.setattr(database, "ready_for_writing", lambda **_options: None)
    done = CliRunner().invoke(cli.app, ["course", "publish", str(at), *words])
    assert done.exit_code == 0, done.output
    return done.output


def two_sessions(at: Path) -> None:
    """Of version 1, the one with a learner opened first; then the text changes."""
    published(folder(at), options=RunOptions(key="2026", listed=True), now=clock.now())
    published(at, options=RunOptions(key="run", listed=True), now=clock.now())
    enrol(account=make_account(), run=Run.objects.get(key=OLDER), now=clock.now())
    folder(at, **{"modules/nommer/trame.fr.md": FILES["modules/nommer/trame.fr.md"].replace("**trame**", "trame")})


def test_every_session_of_an_older_version_is_named_those_with_learners_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_sessions(tmp_path)
    said = publish(tmp_path, monkeypatch)
    assert "Version 2 of Ingenia+RES101 is published.\n" in said  # and no session is chosen for the author
    first, second = (said.index(f"  {key}: version 1, learners: {n}\n") for key, n in ((OLDER, 1), (LATER, 0)))
    assert first < second
    assert "--update-run and its key" in said
    told = json.loads(publish(tmp_path, monkeypatch, "--json"))
    assert [one["key"] for one in told["sessions_behind"]] == [OLDER, LATER]


def test_the_session_that_is_meant_moves_and_the_others_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_sessions(tmp_path)
    said = publish(tmp_path, monkeypatch, "--update-run", OLDER)
    assert f"Session: {OLDER}." in said
    assert f"  {LATER}: version 1, learners: 0\n" in said
    assert f"{OLDER}: version" not in said
    assert [one.version.number for one in Run.objects.order_by("key")] == [2, 1]
