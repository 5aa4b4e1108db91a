"""How is the preview of a course text kept running, on this machine alone?

One process: it looks at the folder, reads what changed, and answers. Two names of this machine are two origins at one
port: pages at 127.0.0.1, files of the course at localhost, as on a site.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import gc
import logging
import os
import signal
import tempfile
import time
import webbrowser
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cordee.core.errors import N_, Conflict
from cordee.web import serving
from cordee.web.command_language import gettext as _
from cordee.web.course_preview.watching import State, looks_half_written, states_in
from cordee.web.reasons import reason_of

if TYPE_CHECKING:
    from cordee.courses.text.drafting import Draft, Drafts

HOST: Final = "127.0.0.1"
FILES_HOST: Final = "localhost"
FIRST_PORT, PORTS = 8100, 20  # the first that is free, so that a page goes on when the command is started again
SETTINGS = "cordee.web.course_preview.settings"
OFTEN_S, SELDOM_S = 0.06, 0.4  # between two looks at the folder: while a page is open, and when none is
RESTLESS_S = 0.25  # as long as a file that has become empty is waited for
THINKING_S = 3.0
WAIT_S = 25.0  # that a page is kept waiting for a change
ALIVE_S = 60.0  # a page that asked so lately is open
OF_A_SITE = ("CORDEE_DATABASE", "CORDEE_URL", "CORDEE_CONTENT_URL", "CORDEE_TRUSTED_PROXIES")

logger = logging.getLogger("cordee.web")

Tell = Callable[["Draft", int, float], None]


def free_port(port: int | None) -> int:
    """The port that is asked for, else the first that is free. Raises Conflict."""
    if port is not None:
        wrong = serving.why_taken(HOST, port)
        if wrong is None:
            return port
        raise Conflict(
            N_("Port {port} cannot be used: {why}. Stop what uses it, or choose another with --port."),
            port=port,
            why=reason_of(wrong),
        )
    for found in range(FIRST_PORT, FIRST_PORT + PORTS):
        if serving.why_taken(HOST, found) is None:
            return found
    raise Conflict(
        N_("None of the ports {first} to {last} is free. Give one with --port."),
        first=FIRST_PORT,
        last=FIRST_PORT + PORTS - 1,
    )


def watch(root: Path, *, port: int | None, opens: bool, say: Callable[[str], None], tell: Tell) -> None:
    """Serve the preview of a folder until told to stop. Nothing of the site's own folder is touched.

    `tell` is called for each state that is shown, with how many files changed and the seconds that it took.
    """
    port = free_port(port)
    url = f"http://{HOST}:{port}/"
    with tempfile.TemporaryDirectory(prefix="cordee-preview-") as home:
        _settle(Path(home), port)
        _make_tables()
        asyncio.run(_serve(root, port, opens=opens, url=url, say=say, tell=tell))
    say(_("Stopped."))


def _settle(home: Path, port: int) -> None:
    """Settings of this process: of the operator's only what concerns no site."""
    for name in OF_A_SITE:
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    os.environ |= {
        "CORDEE_HOME": str(home),
        "CORDEE_URL": f"http://{HOST}:{port}",
        "CORDEE_CONTENT_URL": f"http://{FILES_HOST}:{port}",
        "CORDEE_LOG_LEVEL": "error",
        "CORDEE_LOG_FORMAT": "text",
        "DJANGO_SETTINGS_MODULE": SETTINGS,
    }


def _make_tables() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)


async def _serve(root: Path, port: int, *, opens: bool, url: str, say: Callable[[str], None], tell: Tell) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from cordee.courses.text.drafting import Drafts
    from cordee.web.course_preview.answering import Answering
    from cordee.web.course_text_cli import folder_limits

    logging.getLogger("_granian").setLevel(logging.ERROR)
    news = News()
    answering = Answering(port, news)
    server = Server(
        answering, address=HOST, port=port, interface=Interfaces.ASGINL, websockets=False, log_enabled=False
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, news.stop)
    with ThreadPoolExecutor(max_workers=1) as reader:
        watcher = Watcher(Drafts(root, folder_limits()), news, reader, tell)
        await watcher.look()
        served = asyncio.create_task(server.serve())
        await _until_it_listens(port, served)
        say(_("The preview is at {url} – stop it with Ctrl-C.").format(url=url))
        if opens:
            webbrowser.open(url)
        watching = asyncio.create_task(watcher.go_on())
        await asyncio.wait((served, asyncio.create_task(news.stopped.wait())), return_when=asyncio.FIRST_COMPLETED)
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        server.stop()  # type: ignore[no-untyped-call]  # granian's
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(served, 5)


async def _until_it_listens(port: int, served: asyncio.Task[None]) -> None:
    while not served.done():
        try:
            _reader, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


class News:
    """What the pages wait for."""

    def __init__(self) -> None:
        self.stopped = asyncio.Event()
        self.edition = ""
        self.asked_at = -ALIVE_S
        self._changed = asyncio.Event()

    def tell(self, edition: str) -> None:
        self.edition = edition
        self._changed.set()
        self._changed = asyncio.Event()

    def stop(self) -> None:
        self.stopped.set()
        self._changed.set()

    async def other_than(self, edition: str) -> str:
        """The number of the present state, once it is another one, or after a while."""
        self.asked_at = time.monotonic()
        if edition == self.edition and not self.stopped.is_set():
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._changed.wait(), WAIT_S)
        self.asked_at = time.monotonic()
        return self.edition

    @property
    def is_a_page_open(self) -> bool:
        return time.monotonic() - self.asked_at < ALIVE_S


class Watcher:
    """Looks at the folder, and brings the pages up to date."""

    def __init__(self, drafts: Drafts, news: News, reader: ThreadPoolExecutor, tell: Tell) -> None:
        self.drafts, self.news, self.reader, self.tell = drafts, news, reader, tell
        self.before: Mapping[str, State] = {}
        self.shown_at: float | None = None

    async def go_on(self) -> None:
        """Until told to stop. What is no longer needed is cleared away while the author thinks, not while they wait."""
        gc.collect()
        gc.freeze()
        gc.disable()
        while not self.news.stopped.is_set():
            await asyncio.sleep(OFTEN_S if self.news.is_a_page_open else SELDOM_S)
            try:
                await self.look()
            except Exception:  # the next save may be of another kind
                logger.exception("a state of the text could not be shown")
            if self.shown_at is not None and time.monotonic() - self.shown_at > THINKING_S:
                self.shown_at = None
                gc.collect()

    async def look(self) -> None:
        """Show the present state of the folder, if it is another one."""
        loop = asyncio.get_running_loop()
        seen = await loop.run_in_executor(self.reader, self._states)
        if seen == self.before and self.news.edition:
            return
        began = time.monotonic()
        while looks_half_written(self.before, seen) and time.monotonic() - began < RESTLESS_S:
            await asyncio.sleep(OFTEN_S / 2)
            seen = await loop.run_in_executor(self.reader, self._states)
        count = sum(1 for path in seen.keys() | self.before.keys() if seen.get(path) != self.before.get(path))
        if not count and self.news.edition:
            return
        self.before = seen
        edition, draft = await loop.run_in_executor(self.reader, self._show)
        self.news.tell(edition)
        self.shown_at = time.monotonic()
        self.tell(draft, count, time.monotonic() - began)

    def _states(self) -> Mapping[str, State]:
        try:
            return states_in(self.drafts.root)
        except OSError:
            return {}

    def _show(self) -> tuple[str, Draft]:
        from cordee.core import clock
        from cordee.web.course_preview.stage import stage

        now: dt.datetime = clock.now()
        draft = self.drafts.draw(now)
        return stage.show(draft, self.drafts.root, now).edition, draft
