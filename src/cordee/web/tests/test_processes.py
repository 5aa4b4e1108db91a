"""Does each process of a site import what it needs, and nothing else?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cordee.web.tests.running import environment, migrate_once

WATCHING = """
import cordee.web.watching
print(sorted({"asyncio", "django", "granian", "rich", "typer"} & set(sys.modules)))
"""
FILES = """
from cordee.web import processes
processes.import_files()
processes.server("files", host="127.0.0.1", port=9, workers=1)
before = set(sys.modules)
processes.load_files()
print(sorted(name for name in set(sys.modules) - before if name.startswith(("cordee", "granian", "starlette"))))
print(sorted({"django", "typer"} & set(sys.modules)))
"""
WORKER = """
from cordee.web import processes, worker
import django
django.setup()
worker.works()
from cordee.pilot import outbox
print(sorted({"cordee.web.urls", "duckdb", "granian", "lxml", "typer", "typst"} & set(sys.modules)))
"""
PAGES = """
from cordee.web import processes
processes.import_pages()
processes.server("web", host="127.0.0.1", port=9, workers=1)
before = set(sys.modules)
processes.load_web()
processes.probes.probes_of_web(processes.Environment.read())["/readyz"]()
print(sorted(set(sys.modules) - before))
print(sorted({"duckdb", "PIL", "typer"} & set(sys.modules)))
"""


def said_by(script: str, home: Path) -> list[str]:
    """In a process of its own, for the tests' has imported everything."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", f"import sys\n{script}"],
        env=environment(home, {"DJANGO_SETTINGS_MODULE": "cordee.web.settings"}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_who_watches_imports_neither_django_nor_typer(tmp_path: Path) -> None:
    assert said_by(WATCHING, tmp_path) == ["[]"]


@pytest.mark.with_site
def test_the_files_process_imports_no_django_and_nothing_after_the_fork(tmp_path: Path) -> None:
    assert said_by(FILES, tmp_path) == ["[]", "[]"]


@pytest.mark.with_site
def test_the_worker_at_rest_knows_no_pages_and_no_store(tmp_path: Path) -> None:
    assert said_by(WORKER, tmp_path) == ["[]"]


@pytest.mark.with_site
def test_page_processes_import_nothing_after_the_fork(tmp_path: Path) -> None:
    migrate_once(tmp_path)
    assert said_by(PAGES, tmp_path) == ["[]", "[]"]
