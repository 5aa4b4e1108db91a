"""The demo fetches the C compiler last, once it is up: the rest is small beside it, and only programs wait for it."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cordee.web.command_language import gettext as _
from cordee.web.environment import checkout
from cordee.web.serving import Child, Supervisor, has_laboratory

LOOK_S: Final = 0.5


def fetch_compiler(
    supervisor: Supervisor, laboratory: Child, say: Callable[[str], None], *, root: Path | None = None
) -> threading.Thread | None:
    """Install the compiler in a checkout that lacks it, then start `laboratory` with the others; None: nothing lacks.

    What fails is said, and the site goes on without.
    """
    if has_laboratory():
        return None
    place = root or checkout()
    if place is None:
        say(_("Programs to write need the C compiler. Install it, then start the demo again: pip install 'cordee[c]'"))
        return None
    say(_("Fetching the C compiler for programs to write, once (110 MB). The site can be used meanwhile."))
    fetching = threading.Thread(target=_fetch, args=(place, supervisor, laboratory, say), daemon=True)
    fetching.start()
    return fetching


def _fetch(root: Path, supervisor: Supervisor, laboratory: Child, say: Callable[[str], None]) -> None:
    command = ["sh", str(root / "bin" / "setup"), "--c"]
    process = subprocess.Popen(  # noqa: S603 - our own script
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None:
        if supervisor.asked_to_stop:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            return
        time.sleep(LOOK_S)
    importlib.invalidate_caches()
    if process.returncode or not has_laboratory():
        say(_("The C compiler could not be fetched: programs wait. To see why, and try again: sh bin/setup --c"))
        return
    supervisor.children.append(laboratory)
    say(_("The C compiler is there, and builds its library now: in half a minute programs are judged."))
