"""Where does a line of the log go, and what does it look like?

One line a request and one an event, as JSON (docs/operations.md names the fields), or as text for who reads in a
terminal. Lines are put in a queue and written by a thread of their own: a reader of the log who is slow, or gone, never
holds up a page. When 10,000 lines wait, the next ones are dropped and counted (`cordee_log_lines_dropped_total`).
"""

from __future__ import annotations

import atexit
import contextvars
import datetime as dt
import json
import logging
import multiprocessing.util
import os
import sys
import threading
import time
import traceback
from collections import deque
from typing import Any, Literal

from cordee.core import figures
from cordee.web.environment import Environment

Format = Literal["json", "text"]
STDERR = 2
MOST_WAITING = 10_000
TOGETHER_S = 0.1  # lines of this time are written at once: the thread wakes ten times a second at most
LONGEST_TRACE = 20_000
REQUEST = logging.getLogger("cordee.request")

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")


def number_request(number: str) -> None:
    """From here on, lines of this request carry its number."""
    _request_id.set(number)


def say_request(*, level: int, number: str, facts: dict[str, object]) -> None:
    """The one line of a request. `facts`: method, route or path, status, ms, and what else is known."""
    if REQUEST.isEnabledFor(level):
        where = facts.get("route") or facts.get("path") or ""
        words = f"{facts.get('method')} {where} {facts.get('status')} {facts.get('ms')} ms"
        REQUEST.log(level, "%s", words, extra={"facts": facts, "request_id": number})


class JsonLines(logging.Formatter):
    """One object a line; values that are no JSON are words."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "pid": record.process,
            "logger": record.name,
        }
        if number := number_of(record):
            line["request"] = number
        facts = getattr(record, "facts", None)
        if facts:
            line |= facts
        else:
            line["message"] = words_of(record)
        if record.exc_info and record.exc_info[0] is not None:
            kind, wrong, trace = record.exc_info
            text = "".join(traceback.format_exception(kind, wrong, trace))
            line["error"] = {"type": kind.__qualname__, "trace": text[-LONGEST_TRACE:]}
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """For a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(number)s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        number = number_of(record)
        record.number = f" [{number}]" if number else ""
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        record.message = words_of(record)
        return super().formatMessage(record)


def words_of(record: logging.LogRecord) -> str:
    """The message. Django puts the address in its own: what is secret in one (a set-up link) must not come here."""
    words = record.getMessage()
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    if match is not None:
        words = words.replace(str(getattr(request, "path", "")), f"/{match.route}")
    return words


def number_of(record: logging.LogRecord) -> str:
    """The number of the request that a line belongs to; "" outside of any."""
    return getattr(record, "request_id", "") or _request_id.get()


class Queued(logging.Handler):
    """Keeps lines in memory and has a thread write them, in order, to the standard error."""

    def __init__(self, *, descriptor: int = STDERR, most: int = MOST_WAITING) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._most = most
        self._lines: deque[bytes] = deque()
        self._awake = threading.Event()
        self._urgent = threading.Event()
        self._writing = threading.Lock()
        self._process = 0  # the thread of a process is not in those that it forks

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record).encode("utf-8", "backslashreplace") + b"\n"
        except Exception:
            self.handleError(record)
            return
        if len(self._lines) >= self._most:
            figures.add(figures.LINES_DROPPED)
            return
        self._lines.append(line)
        if record.levelno >= logging.ERROR:
            self._urgent.set()
        if self._process != os.getpid():
            self._begin()
        if not self._awake.is_set():
            self._awake.set()

    def flush(self) -> None:
        """Write what waits, now; in a process that was forked since, the lines are the parent's."""
        if self._process != os.getpid():
            return
        with self._writing:
            while self._lines:
                self._write(self._lines.popleft())

    def _begin(self) -> None:
        self._process = os.getpid()
        self._writing = threading.Lock()
        self._awake, self._urgent = threading.Event(), threading.Event()
        threading.Thread(target=self._run, name="log", daemon=True).start()
        # A process ends by one way or the other: `atexit` is not called in those that multiprocessing forked.
        atexit.register(self.flush)
        multiprocessing.util.Finalize(None, self.flush, exitpriority=0)

    def _run(self) -> None:
        while True:
            self._awake.wait()
            self._urgent.wait(TOGETHER_S)
            self._urgent.clear()
            self._awake.clear()
            self.flush()

    def _write(self, line: bytes) -> None:
        while line:
            try:
                line = line[os.write(self._descriptor, line) :]
            except BlockingIOError:
                time.sleep(TOGETHER_S)
            except OSError:  # nobody is there to read
                return


def format_of(environment: Environment) -> Format:
    """As the setting says; else text where somebody looks at a terminal, and JSON for machines."""
    if environment.log_format == "text" or (not environment.log_format and sys.stderr.isatty()):
        return "text"
    return "json"


def configuration(environment: Environment, process: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`, in every process of a site."""
    formatter: dict[str, Any] = {"()": TextLines}
    if format_of(environment) == "json":
        formatter = {"()": JsonLines, "process": process}
    level = environment.log_level.upper()
    # Django would tell of each 4xx once more, beside our one line of the request; the trace of a 500 it alone has.
    quiet = {"handlers": [], "level": "ERROR" if level != "DEBUG" else level, "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"()": Queued, "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": quiet,
            "django.security": {"handlers": [], "level": level, "propagate": True},
            "_granian": {"handlers": [], "propagate": True},
            "asyncio": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
