"""Does `cordee course export` write what was asked for, and say so?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cordee.core.errors import Conflict, NotFound
from cordee.courses.models import Run
from cordee.courses.tests.make import course_files, imported
from cordee.formats.archives import open_archive
from cordee.formats.olx import read_course
from cordee.web import cli

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return imported(course_files(), tmp_path, translations=(course_files(language="fr", title="Un cours"),)).run


def export(*words: str) -> str:
    done = CliRunner().invoke(cli.app, ["course", "export", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_a_session_is_written_in_the_course_s_own_language_and_the_others_are_named(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.tar.gz"
    said = export(run.key, "--olx", str(target))
    assert f"Version 1 of Ingenia+TST101 (en) is in {target}" in said
    assert "It is also in fr" in said
    with open_archive(target) as archive:
        assert read_course(archive).title == "A small course"


def test_a_program_gets_the_facts_as_json(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.tar.gz"
    said = json.loads(export("Ingenia+TST101", "--olx", str(target), "--version", "1", "--language", "fr", "--json"))
    with open_archive(target) as archive:
        files = len(archive.members)
    assert said == {
        "file": str(target),
        "course": "Ingenia+TST101",
        "version": 1,
        "sha256": run.version.sha256,
        "language": "fr",
        "languages": ["en", "fr"],
        "files": files,
        "size_bytes": target.stat().st_size,
    }


def test_a_file_that_is_there_is_written_over_with_force_alone(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.tar.gz"
    target.write_text("mine")
    with pytest.raises(Conflict, match="--force"):
        export(run.key, "--olx", str(target))
    assert target.read_text() == "mine"
    export(run.key, "--olx", str(target), "--force")
    assert target.read_bytes() != b"mine"


def test_a_key_that_is_not_there_leaves_no_file(run: Run, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        export("Ingenia+TST101+2031", "--olx", str(tmp_path / "none.tar.gz"))
    assert not (tmp_path / "none.tar.gz").exists()
