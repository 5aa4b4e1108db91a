"""The files process: the content origin, where everything untrusted comes from.

It reads no cookie, opens no database and imports no Django. A link that we signed (`cordee.core.signing`) gives one
file; everything else, existing or not, is the same 404. Slow readers wait here and never hold up a page.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cordee.core import clock, figures
from cordee.core.file_types import BYTES, is_active
from cordee.core.signing import SAVE, SignedFile, verify_file
from cordee.core.storage import LocalFolder
from cordee.web import keys, logs
from cordee.web.environment import Environment
from cordee.web.probes import HEADERS, Probe, probes_of_files

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:"
SHUT = "sandbox; default-src 'none'"
MADE = ("exports", "courses")  # archives of courses that a worker made (`courses.handing_over`), below the data folder
KEEP_S = 7 * 24 * 3600  # the link changes each day anyway; the content under a link never does
ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(?:\d{1,18}\s*-\s*\d{0,18}|-\s*\d{1,18})\s*", re.ASCII)
SHOWN_IN_THE_BROWSER = {
    "application/json",
    "text/css",
    "text/csv",
    "text/html",
    "text/plain",
    "text/vtt",
    "image/avif",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/svg+xml",
    "image/webp",
}
SHOWN_FAMILIES = ("audio/", "video/", "font/")

logger = logging.getLogger("cordee.files")


@dataclass(slots=True)
class Sent:
    """What went out of one answer so far."""

    status: int = 500
    bytes: int = 0


class Paths(Protocol):
    """Where files are: all that is asked of a `Storage` here."""

    def path(self, sha256: str) -> Path:
        """Raises FileNotFoundError."""
        ...


class Files:
    """The ASGI application."""

    def __init__(
        self,
        *,
        key: bytes,
        storage: Paths,
        probes: Mapping[str, Probe] | None = None,
        made: Paths | None = None,
    ) -> None:
        self.key = key
        self.folders = (storage,) if made is None else (storage, made)
        self.probes = probes or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] in self.probes:
            await self._answer(scope)(scope, receive, send)
            return
        began = time.perf_counter()
        number, sent = secrets.token_hex(8), Sent()

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent.status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", number.encode())]}
            sent.bytes += len(message.get("body", b""))
            await send(message)

        figures.add(figures.IN_FLIGHT)
        try:
            await self._answer(scope)(scope, receive, counting)
        except Exception:
            logger.exception("a file could not be given", extra={"request_id": number})
            raise
        finally:
            figures.add(figures.IN_FLIGHT, (), -1)
            _account_for(scope["method"], number, sent, time.perf_counter() - began)

    def _answer(self, scope: Scope) -> ASGIApp:
        if scope["method"] not in {"GET", "HEAD"}:
            return _plain("Only GET and HEAD.", 405, {"Allow": "GET, HEAD"})
        probe = self.probes.get(scope["path"])
        if probe is not None:
            status, text = probe()
            return Response(text, status_code=status, headers=dict(HEADERS))
        raw = (scope.get("raw_path") or quote(scope["path"]).encode()).partition(b"?")[0].decode("latin-1")
        file = verify_file(self.key, raw, today=clock.now().astimezone(dt.UTC).date())
        if file is None:
            return _not_found()
        path = self._path(file.sha256)
        if path is None:
            return _not_found()
        etag = f'"{file.sha256}"'
        headers = headers_of(file, etag, to_save=scope.get("query_string") == SAVE.encode())
        if _already_has(Headers(scope=scope), etag):
            headers.pop("Content-Disposition")
            return Response(status_code=304, headers=headers)
        return _file(scope, path, headers, headers["Content-Type"])

    def _path(self, name: str) -> Path | None:
        for folder in self.folders:
            with contextlib.suppress(FileNotFoundError):
                return folder.path(name)
        return None


def create_application() -> Files:
    """The files process of this installation."""
    environment = Environment.read()
    return Files(
        key=keys.key(environment.home, keys.FILES),
        storage=LocalFolder(environment.files_folder),
        probes=probes_of_files(environment),
        made=LocalFolder(environment.home.joinpath(*MADE)),
    )


def headers_of(file: SignedFile, etag: str, *, to_save: bool = False) -> dict[str, str]:
    """What goes out with a file: its type, what the browser may do with it, how long it may keep it."""
    content_type, inline = _as_served(file.content_type)
    return {
        "Content-Type": content_type,
        "Content-Disposition": f"{'inline' if inline and not to_save else 'attachment'}; {_name_parameter(file.name)}",
        "Content-Security-Policy": SANDBOX if is_active(content_type) else SHUT,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
        "ETag": etag,
        "Cache-Control": f"public, max-age={KEEP_S}, immutable",
        "Accept-Ranges": "bytes",
    }


def _as_served(content_type: str) -> tuple[str, bool]:
    """The type to send, and whether the browser may show it; what is on no list is bytes to be saved."""
    plain = content_type.partition(";")[0].strip()
    if plain in SHOWN_IN_THE_BROWSER or plain.startswith(SHOWN_FAMILIES):
        return content_type, True
    return (content_type if plain == "application/pdf" else BYTES), False


def _name_parameter(name: str) -> str:
    """RFC 6266: a plain name when it is plain, else the encoded one."""
    encoded = quote(name, safe="")
    return f'filename="{name}"' if encoded == name else f"filename*=UTF-8''{encoded}"


def _already_has(headers: Headers, etag: str) -> bool:
    given = headers.get("if-none-match", "")
    return given.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in given.split(",")}


def _file(scope: Scope, path: Path, headers: dict[str, str], content_type: str) -> ASGIApp:
    """The file, or the one range of it that is asked for. Several ranges, or none that can be read: the whole file."""
    asked = Headers(scope=scope).get("range")
    if asked is not None and not ONE_RANGE.fullmatch(asked):
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"range"]
    return FileResponse(path, headers=headers, media_type=content_type, stat_result=path.stat())


def _account_for(method: str, number: str, sent: Sent, seconds: float) -> None:
    """The line and the figures of one answer. The address stays out of the log: its signature opens the file."""
    figures.add(figures.REQUESTS, ("files", figures.status_class(sent.status)))
    figures.observe(figures.DURATIONS, seconds, ("files",))
    known = method if method in {"GET", "HEAD"} else "?"
    facts: dict[str, object] = {"method": known, "route": "/file", "status": sent.status}
    facts |= {"bytes": sent.bytes, "ms": round(seconds * 1000, 1)}
    logs.say_request(level=logging.INFO, number=number, facts=facts)


def _not_found() -> Response:
    return _plain("There is no such file, or this link is too old. Open the page again.", 404, {})


def _plain(text: str, status: int, headers: dict[str, str]) -> Response:
    shut = {"Content-Security-Policy": SHUT, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return PlainTextResponse(f"{text}\n", status_code=status, headers=shut | headers)
