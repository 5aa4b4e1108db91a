"""What does somebody see who wants no more letters, or who looks at the letters that did not leave this machine?

This room knows no permissions: `web.urls` names the act of each view.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core import clock
from cordee.jobs.queries import said_no
from cordee.jobs.refusing_letters import ALL, read_wish, say_no, say_yes
from cordee.jobs.writing_letters import files_folder

MOST_SHOWN = 100


@csrf_exempt  # a mail program posts it without having opened a page of ours (RFC 8058); the address is the secret
@require_http_methods(["GET", "HEAD", "POST"])
def no_letters(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST does it: `List-Unsubscribe=One-Click` or the page's own buttons, `wish` = topic, all or again."""
    wish = read_wish(token)
    done = ""
    if request.method == "POST":
        done = request.POST.get("wish", "topic")
        if done == "again":
            say_yes(wish=wish)
        else:
            say_no(wish=wish, everything=done == "all", now=clock.now())
    context = {
        "wish": wish,
        "done": done,
        "refuses": said_no(wish.person, wish.topic),
        "refuses_all": said_no(wish.person, ALL),
        "address": reverse("no-letters", args=[token]),
    }
    response = render(request, "jobs/no_letters.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter in a file."""

    name: str
    url: str
    sender: str
    to: str
    subject: str
    date: str
    text: str
    html: str
    heads: tuple[tuple[str, str], ...]


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """The letters that were written to files, the latest first."""
    folder = _folder()
    files = sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    context = {"letters": [_read(path) for path in files[:MOST_SHOWN]], "more": len(files) > MOST_SHOWN}
    return render(request, "jobs/mail.html", context)


@require_safe
def one_mail(request: HttpRequest, name: UUID) -> HttpResponse:
    """One of them."""
    path = _folder() / f"{name}.eml"
    if not path.is_file():
        raise Http404
    return render(request, "jobs/one_mail.html", {"letter": _read(path)})


def _folder() -> Path:
    """Only where the design guide is shown, and where no letter leaves: elsewhere the address does not exist."""
    folder = files_folder()
    if folder is None or not settings.CORDEE_GUIDE:
        raise Http404
    return folder


def _read(path: Path) -> Shown:
    found = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    return Shown(
        name=path.stem,
        url=reverse("ui:one-mail", args=[path.stem]),
        sender=str(found["From"]),
        to=str(found["To"]),
        subject=str(found["Subject"]),
        date=str(found["Date"]),
        text=plain.get_content() if plain else "",
        html=html.get_content() if html else "",
        heads=tuple((name, str(value)) for name, value in found.items()),
    )
