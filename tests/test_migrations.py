"""What is true of every migration: a backup makes its schema with them beside the site's own database."""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.web.tests import running

MIGRATIONS = sorted((Path(__file__).parents[1] / "src" / "cordee").glob("**/migrations/[0-9]*.py"))


def test_a_migration_that_moves_rows_moves_those_of_the_database_that_it_migrates() -> None:
    assert len(MIGRATIONS) > 20
    moving = [path for path in MIGRATIONS if "get_model(" in path.read_text(encoding="utf-8")]
    assert moving
    careless = [path.name for path in moving if "connection.alias" not in path.read_text(encoding="utf-8")]
    assert careless == [], "write apps.get_model(…).objects.using(schema_editor.connection.alias)"


def test_the_tests_own_database_is_migrated_anew_after_any_change_but_of_a_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SOURCE", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "models.py").write_text("a = 1", encoding="utf-8")
    first = running.state_of_the_code()
    (tmp_path / "tests" / "test_models.py").write_text("b = 1", encoding="utf-8")
    assert running.state_of_the_code() == first
    (tmp_path / "models.py").write_text("a = 2", encoding="utf-8")
    changed = running.state_of_the_code()
    assert changed != first
    (tmp_path / "models.py").rename(tmp_path / "rows.py")
    assert running.state_of_the_code() not in {first, changed}


def test_a_migration_that_changes_how_tables_are_laid_out_does_nothing_else() -> None:
    laying = [path for path in MIGRATIONS if "ALTER TABLE" in path.read_text(encoding="utf-8")]
    assert laying
    mixed = [path.name for path in laying if "migrations.AlterField(" in path.read_text(encoding="utf-8")]
    assert mixed == [], "one act each: split it"
