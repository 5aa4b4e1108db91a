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
from typing import TYPE_CHECKING, Any, Final

from cordee.core import memory
from cordee.core.errors import N_, Conflict
from cordee.web import serving
from cordee.web.command_language import gettext as _
from cordee.web.course_preview.judging import judging, kept_library
from cordee.web.course_preview.watching import State, looks_half_written, states_in
from cordee.web.environment import settings
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
CALM_MOST_S = 60.0  # what is no longer needed is cleared away after so long, thinking or not
# Of the operator's settings those that say how a course is read and shown. All others are a site's: a secret in a file
# that the author may not read hinders nobody here.
OF_A_COURSE = (
    *("CORDEE_LANGUAGE", "CORDEE_TIME_ZONE", "CORDEE_SMALL_CELL", "CORDEE_FORM_BYTES"),
    *("CORDEE_ARCHIVE_FILES", "CORDEE_ARCHIVE_BYTES", "CORDEE_ARCHIVE_TOTAL_BYTES", "CORDEE_ARCHIVE_FILE_BYTES"),
    "CORDEE_ARCHIVE_RATIO",
)

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
    url, kept = f"http://{HOST}:{port}/", kept_library()
    with (
        contextlib.suppress(_ToldToStop),
        _Ending() as ending,
        tempfile.TemporaryDirectory(prefix="cordee-preview-") as home,
    ):
        try:
            ending.begin()
            _settle(Path(home), port)
            _make_tables()
            with judging(kept):
                asyncio.run(_serve(root, port, ending, opens=opens, url=url, say=say, tell=tell))
        finally:
            ending.is_over = True  # what follows is that the folder goes
    say(_("Stopped."))


class _ToldToStop(BaseException):
    """The preview is told to stop before it serves anything."""


class _Ending:
    """Hears that the preview is to stop, from its first moment on, so that its folder goes whenever that is.

    By Ctrl-C, by SIGTERM, or because the terminal is closed (SIGHUP, unless it was told to outlive that: `nohup`).
    `stop`: how to, once there is something that serves.
    """

    def __init__(self) -> None:
        self.stop: Callable[[], object] | None = None
        self.is_over = False
        self._has_begun = self._was_told = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Ending:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and (name != "SIGHUP" or signal.getsignal(number) is not signal.SIG_IGN):
                self._before[number] = signal.signal(number, self._told)
        return self

    def __exit__(self, *_raised: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def begin(self) -> None:
        """The folder is there, and goes whatever happens: from now on nothing need wait."""
        self._has_begun = True
        if self._was_told:
            raise _ToldToStop

    def _told(self, _number: int, _frame: object) -> None:
        self._was_told = True
        if self.is_over or not self._has_begun:
            return
        if self.stop is None:
            raise _ToldToStop
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self.stop()


def _settle(home: Path, port: int) -> None:
    """Settings of this process: of the operator's only what concerns a course."""
    for setting in settings():
        if setting.name not in OF_A_COURSE:
            os.environ.pop(setting.name, None)
            os.environ.pop(f"{setting.name}_FILE", None)
    os.environ |= {
        "CORDEE_HOME": str(home),
        "CORDEE_URL": f"http://{HOST}:{port}",
        "CORDEE_CONTENT_URL": f"http://{FILES_HOST}:{port}",
        "CORDEE_LOG_LEVEL": "error",
        "CORDEE_LOG_FORMAT": "text",
        "DJANGO_SETTINGS_MODULE": SETTINGS,
    }


def _make_tables() -> None:
    with memory.importing():
        import django
        from django.core.management import call_command

        django.setup()
    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)


async def _serve(
    root: Path, port: int, ending: _Ending, *, opens: bool, url: str, say: Callable[[str], None], tell: Tell
) -> None:
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
    ending.stop = lambda: loop.call_soon_threadsafe(news.stop)
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
        self.first_left_at: float | None = None  # since when there is something to clear away
        self.last_left_at = 0.0
        self._changed = asyncio.Event()

    def leave_something(self) -> None:
        """A page was drawn, or a state of the text: what they needed can be cleared away at a calm moment."""
        self.last_left_at = time.monotonic()
        if self.first_left_at is None:
            self.first_left_at = self.last_left_at

    @property
    def is_calm(self) -> bool:
        """Whether now is a moment to clear away: the author thinks, or has not stopped to for long."""
        if self.first_left_at is None:
            return False
        now = time.monotonic()
        return now - self.last_left_at > THINKING_S or now - self.first_left_at > CALM_MOST_S

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

    async def go_on(self) -> None:
        """Until told to stop. What is no longer needed is cleared away while the author thinks, not while they wait.

        That is what saves leave, and what pages leave that are only read.
        """
        gc.collect()
        gc.freeze()
        gc.disable()
        try:
            while not self.news.stopped.is_set():
                await asyncio.sleep(OFTEN_S if self.news.is_a_page_open else SELDOM_S)
                try:
                    await self.look()
                except Exception:  # the next save may be of another kind
                    logger.exception("a state of the text could not be shown")
                if self.news.is_calm:
                    self.news.first_left_at = None
                    gc.collect()
        finally:
            gc.enable()
            gc.unfreeze()

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
        self.news.leave_something()
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
