"""Where do tests live? In a folder of their own, without a network, in random order.

On SQLite, or on the PostgreSQL server whose address is in TEST_POSTGRESQL: `bin/test --postgres` starts one.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from pytest_socket import socket_allow_hosts

# A busy machine is no fault of the code: nothing here fails for being slow, and limits of time are measured on purpose.
# Chance looks for new cases when a person runs the tests; what decides about a change (`.ci/run`) is the same twice.
hypothesis.settings.register_profile(
    "cordee",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("cordee")

POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "")
HOME = Path(tempfile.mkdtemp(prefix="cordee-tests-"))

for _name in [name for name in os.environ if name.startswith("CORDEE_")]:
    del os.environ[_name]
os.environ["CORDEE_HOME"] = str(HOME)
os.environ["CORDEE_LOG_LEVEL"] = "warning"
if POSTGRESQL:
    os.environ["CORDEE_DATABASE"] = f"{POSTGRESQL}/cordee"
os.environ["DJANGO_SETTINGS_MODULE"] = "cordee.web.settings"
gc.disable()  # until all tests are collected
os.environ["LC_ALL"] = "C.UTF-8"  # the `cordee` command speaks English, whoever runs the tests


def pytest_configure() -> None:
    """Read the settings now, with the folder above: pytest-django then sets Django up."""
    from django.conf import settings

    settings.DATABASES  # noqa: B018 - the first use is what reads them


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Ten thousand tests were collected, and stay: garbage is looked for from now on, beside them."""
    gc.enable()
    gc.collect()
    gc.freeze()


def pytest_sessionstart() -> None:
    """Collect style sheets and scripts once, so that pages of tests name them as in production."""
    from cordee.courses.editorial import footer
    from cordee.web.static import collect

    collect()
    # Processes ask now and then which pages the footer names. A test that asks for it sets this anew.
    footer.KEPT.update(dict.fromkeys(("fr", "en"), (float("inf"), ())))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only this machine: a test that reaches further fails. A test of one engine says why it is skipped on another."""
    for name, elsewhere in (("sqlite_only", bool(POSTGRESQL)), ("postgresql_only", not POSTGRESQL)):
        if elsewhere and (marker := item.get_closest_marker(name)):
            pytest.skip(f"{name}: {marker.kwargs['reason']}")
    for marker in item.iter_markers("engine_free"):
        if not marker.kwargs.get("reason"):
            raise pytest.UsageError(f"{item.nodeid}: say why it is the same on any engine: engine_free(reason=…)")
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Begin with a copy of a migrated database: `migrate`, which still looks at it, takes a second instead of six."""
    from django.conf import settings

    from cordee.web.tests import running

    of_tests = settings.DATABASES["default"]["TEST"]
    if POSTGRESQL:
        of_tests["TEMPLATE"] = running.migrated_database()
    else:
        running.migrated_copy(Path(of_tests["NAME"]))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A file that is there is the copy."""
    return not POSTGRESQL


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Sentences are compared in the language of the source; pages choose their own."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _nobody_is_remembered() -> None:
    """A test's accounts are rolled back, and the next test's have their numbers again: in a site that never happens."""
    from cordee.people.auditing import LOOKS_NOTED
    from cordee.people.permissions import ROLES_SEEN

    ROLES_SEEN.clear()
    LOOKS_NOTED.clear()


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real one, for a page that a test writes itself. (Those of a served site have their own: tests/browser.)"""
    playwright = pytest.importorskip("playwright.sync_api")
    executable = os.environ.get("TEST_BROWSER") or shutil.which("chromium") or shutil.which("chromium-headless-shell")
    if executable is None:
        pytest.skip("no chromium here")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=executable, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield opened
        opened.close()
