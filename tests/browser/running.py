"""How is a real demo started for a test, and ended?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cordee.web.tests.running import built_demo
from tests.ports import free_ports

PASSWORD = "demo-cordee"  # noqa: S105 - the demo prints it at each start
START_S = 180.0
STOP_S = 20.0


@dataclass(frozen=True, slots=True)
class Site:
    """A demo that answers: the address of its pages, and the one of the courses' files."""

    url: str
    content_url: str

    def is_ours(self, address: str) -> bool:
        return address.startswith((f"{self.url}/", f"{self.content_url}/", "data:", "blob:", "about:"))


@contextmanager
def running_demo(folder: Path, **settings: str) -> Iterator[Site]:
    """`cordee demo` with everything it keeps in `folder`; ended, by its own number, when the block is left.

    What it builds at its first start is a copy of what another demo of this day built. `settings`: of the site, e.g.
    CORDEE_CONFIRM_ADDRESS_LATER="yes".
    """
    built_demo(folder / "home")
    port = free_ports(2)  # pages on one, files on the next
    site = Site(f"http://127.0.0.1:{port}", f"http://localhost:{port + 1}")
    log = folder / "demo.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CORDEE_")}
    environment |= settings | {"CORDEE_HOME": str(folder / "home")}
    command = [str(Path(sys.executable).with_name("cordee")), "demo", "--port", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(  # noqa: S603 - our own command
            command, env=environment, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        ) as process,
    ):
        try:
            _wait_until_it_answers(site, process, log)
            yield site
        finally:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _wait_until_it_answers(site: Site, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{site.url}/healthz", timeout=5) as answer:  # noqa: S310 - http, loopback
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the demo does not answer:\n{log.read_text(encoding='utf-8', errors='replace')}")
