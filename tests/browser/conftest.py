"""A real site and a real browser for the tests of this folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.browser.people import People
from tests.browser.running import Site, running_demo
from tests.browser.visitor import Look, Visitor, Watch

HERE = Path(__file__).parent
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def browser_here() -> str:
    """The browser to drive: the one that `bin/test` found, else Debian's; "" for none."""
    names = ("chromium", "chromium-headless-shell")
    return os.environ.get("TEST_BROWSER") or next((path for name in names if (path := shutil.which(name))), "")


def browser_program() -> str:
    """The browser to drive. Its absence is a fault where CI is set."""
    program = browser_here()
    if program:
        return program
    if os.environ.get("CI"):
        raise AssertionError("chromium is not installed: apt install chromium")
    pytest.skip("needs a browser: apt install chromium, or name one in TEST_BROWSER")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


# Not for the session: while playwright runs, its event loop would forbid the database to the tests of other folders.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
    program = browser_program()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, headless=True, args=flags)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def people(site: Site) -> People:
    """The people whose pages are looked at, in every state."""
    return People(site)


OpenVisitor = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[OpenVisitor]:
    """Gives `visit(look, state=…, script=…)`: a browser of one's own. At the end, nothing may have gone wrong in it."""
    opened: list[Visitor] = []

    def open_one(look: Look | None = None, *, state: StorageState | None = None, script: bool = True) -> Visitor:
        opened.append(visitor(browser, site, look or Look(), state=state, script=script))
        return opened[-1]

    yield open_one
    for one in opened:
        one.context.close()
    assert [fault for one in opened for fault in one.watch.faults] == []


def visitor(
    browser: Browser, site: Site, look: Look, *, state: StorageState | None, script: bool, scale: float = 1
) -> Visitor:
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        device_scale_factor=scale,
        locale={"fr": "fr-FR", "en": "en-GB"}[look.language],
        storage_state=state,
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    context.set_default_timeout(WAIT_MS)
    watch = Watch(site)
    watch.attach(context)
    return Visitor(context, site, watch)
