"""Do the commands about versions say what changed, and move a session?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cordee.core.errors import CordeeError, InputRefused, NotFound
from cordee.courses.models import Run
from cordee.courses.tests.make import CAPITAL, SUM, course_files, imported
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.web import cli, database, versions_cli

pytestmark = pytest.mark.django_db
LYON = CAPITAL.replace('"true">Paris', '"false">Paris').replace('"false">Lyon', '"true">Lyon')
KEY, RUN = "Ingenia+TST101", "Ingenia+TST101+2026"


@pytest.fixture(autouse=True)
def _in_this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions_cli, "set_up_django", lambda: None)
    monkeypatch.setattr(database, "ready_for_writing", lambda **_options: None)


def run(*words: str) -> str:
    """What the command said. Raises what it refuses."""
    done = CliRunner().invoke(cli.app, ("course", *words))
    if isinstance(done.exception, CordeeError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def told(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def test_versions_are_listed_compared_and_shown(tmp_path: Path) -> None:
    for key in (LYON, CAPITAL):
        imported(course_files(quizzes={"capital": key, "sum": SUM}), tmp_path)
    hand_in(make_enrolment(tmp_path, run=Run.objects.get(key=RUN)), "capital", {"p_2_1": "choice_0"})
    assert [(one["version"], one["runs"]) for one in told("versions", KEY)] == [(2, []), (1, [RUN])]
    assert "Version 1" in run("versions", KEY)
    found = told("diff", KEY, "--from", "1", "--to", "2")
    (change,) = found["changes"]
    assert found["weight"] == change["weight"] == "grading"
    assert (change["activity"], change["before"], change["after"]) == ("capital", "Lyon", "Paris")
    assert "[Concerns grading] 1.3 “Capital”: the right answer changed" in run("diff", KEY, "--from", "1", "--to", "2")
    assert "say the same" in run("diff", KEY, "--from", "2", "--to", "2")
    moved = told("move", RUN, "--to", "2", "--regrade", "The key was wrong")
    assert (moved["from"], moved["to"], moved["regrade"]["rise"]) == (1, 2, 1)
    assert told("versions", KEY)[0]["runs"] == [RUN]
    assert "it showed version 2" in run("move", RUN, "--to", "1")


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    imported(course_files(), tmp_path)
    with pytest.raises(NotFound, match="has no version 9"):
        run("diff", KEY, "--from", "1", "--to", "9")
    with pytest.raises(NotFound, match="There is no course"):
        run("versions", "Ingenia+NONE")
    with pytest.raises(InputRefused, match="Say why"):
        run("move", RUN, "--to", "1", "--regrade", " ")
