"""Which request goes where? Pages at one name of this machine, files of the course at the other, nothing at any else.

A page of another site that has its name lead to this machine (DNS rebinding) is turned away by its Host header; no
answer allows another origin to read it. Nor does another origin start anything here, by an image as little as by a
link: who follows one is asked to go on, by a page that has nothing of the course in it.
"""

from __future__ import annotations

import html
import json
from typing import Final, cast
from urllib.parse import parse_qs

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cordee.web import command_language, keys
from cordee.web.command_language import gettext as _
from cordee.web.course_preview.serving import FILES_HOST, HOST, News
from cordee.web.course_preview.stage import stage
from cordee.web.environment import Environment
from cordee.web.files import Files

WAIT_PATH: Final = "/preview/wait"


class Answering:
    """The ASGI application."""

    def __init__(self, port: int, news: News) -> None:
        self.pages_host, self.files_host = f"{HOST}:{port}", f"{FILES_HOST}:{port}"
        self.news = news
        self._pages = cast(ASGIApp, ASGIStaticFilesHandler(get_asgi_application()))
        self._files: ASGIApp = Files(key=keys.key(Environment.read().home, keys.FILES), storage=stage)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await (await self._for(scope))(scope, receive, send)

    async def _for(self, scope: Scope) -> ASGIApp:
        headers, path = Headers(scope=scope), scope["path"]
        match headers.get("host", ""):
            case self.files_host if path.startswith("/f/"):
                return self._files
            case self.files_host if scope["method"] in ("GET", "HEAD"):
                query = scope["query_string"].decode("latin-1")
                return RedirectResponse(f"http://{self.pages_host}{path}" + (f"?{query}" if query else ""))
            case self.pages_host if _comes_from_elsewhere(headers, f"http://{self.pages_host}"):
                return _asked_to_go_on(scope) if headers.get("sec-fetch-mode") == "navigate" else _turned_away(403)
            case self.pages_host if path == WAIT_PATH:
                return await self._wait(scope)
            case self.pages_host:
                self.news.leave_something()
                return self._pages
            case _:
                return _turned_away()

    async def _wait(self, scope: Scope) -> Response:
        """Answers when the text is in another state than that of the page which asks."""
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("edition", [""])[0]
        edition = await self.news.other_than(asked)
        return Response(
            json.dumps({"edition": edition, "stopping": self.news.stopped.is_set()}),
            media_type="application/json",
            headers=_NEVER_KEPT | _OURS_ALONE,
        )


_OURS_ALONE: Final = {"Cross-Origin-Resource-Policy": "same-origin"}
_NEVER_KEPT: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _comes_from_elsewhere(headers: Headers, own: str) -> bool:
    """Whether a page of another origin asks: by what browsers say of it, by Origin where they do not."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    return "sec-fetch-site" not in headers and headers.get("origin", own) != own


def _asked_to_go_on(scope: Scope) -> Response:
    """A page with a link to where another site wanted to lead."""
    query = scope["query_string"].decode("latin-1")
    target = html.escape("/" + scope["path"].lstrip("/") + (f"?{query}" if query else ""))
    words = html.escape(_("Another page led here, to the preview of a course on this machine."))
    page = (
        f'<!doctype html><html lang="{command_language.language()}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{html.escape(_("Preview"))}</title>'
        f"<main><h1>{html.escape(_('Preview'))}</h1><p>{words}</p>"
        f'<p><a href="{target}">{html.escape(_("Open the preview"))}</a></p></main>'
    )
    policy = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Referrer-Policy": "same-origin"}
    return HTMLResponse(page, status_code=403, headers=policy | _NEVER_KEPT | _OURS_ALONE)


def _turned_away(status: int = 421) -> Response:
    return PlainTextResponse(
        "There is nothing at this address.\n", status_code=status, headers=_NEVER_KEPT | _OURS_ALONE
    )
