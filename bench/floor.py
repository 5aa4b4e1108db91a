"""What is the least that such a page can cost on this machine?

Django with no middleware, behind the same server and the same gate: our own session read from its cookie, one query,
one durable row, and a body of the size that it is asked for. `python -m bench.floor PORT WORKERS` serves it.
"""

from __future__ import annotations

import os
import sys
import uuid
from functools import lru_cache
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

SETTINGS = "bench.floor_settings"
BODY_BYTES = 100


@lru_cache
def _body(size: int) -> bytes:
    return b"x" * size


def still(request: HttpRequest, size: int) -> HttpResponse:
    """Bytes that are always the same."""
    return HttpResponse(_body(size))


def read(request: HttpRequest, size: int) -> HttpResponse:
    """Who asks, then bytes."""
    _account(request)
    return HttpResponse(_body(size))


def write(request: HttpRequest, size: int) -> HttpResponse:
    """Who asks, a durable row, then bytes."""
    from cordee.core import clock
    from cordee.learning.journal import record

    with transaction.atomic():
        record(
            verb="viewed",
            actor=_account(request).pseudonym,
            run="floor",
            at=clock.now(),
            activity="floor",
            data={"language": "en"},
        )
    return HttpResponse(_body(size))


def keep(request: HttpRequest, count: int) -> HttpResponse:
    """Who asks, so many durable rows of the journal in one transaction, then bytes."""
    from cordee.core import clock
    from cordee.learning.journal import Seen, record_seen

    now = clock.now()
    events = [Seen(uuid.uuid4(), "progressed", now, {"from_s": 3.0, "to_s": 6.0}) for _ in range(count)]
    with transaction.atomic():
        record_seen(
            events, actor=_account(request).pseudonym, run="floor", version=1, activity="floor", content="", at=now
        )
    return HttpResponse(_body(BODY_BYTES))


def sign_in(request: HttpRequest) -> HttpResponse:
    """The account of an address, one hash, one durable row."""
    from cordee.core import clock
    from cordee.people.models import Account, SignIn
    from cordee.people.sessions import LIFETIME

    account = Account.objects.get(email_key=request.POST["email"])
    assert check_password(request.POST["password"], account.password)
    now = clock.now()
    SignIn.objects.create(account=account, created_at=now, expires_at=now + LIFETIME)
    return HttpResponse(_body(BODY_BYTES))


urlpatterns = [
    path("still/<int:size>", still),
    path("read/<int:size>", read),
    path("write/<int:size>", write),
    path("keep/<int:count>", keep),
    path("sign-in", sign_in),
]


def load() -> Any:
    """In a worker: Django with these pages only."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    from django.core.wsgi import get_wsgi_application

    from cordee.web.gate import gate

    return gate(get_wsgi_application(), scheme="http", largest_body_bytes=100_000)


def _account(request: HttpRequest) -> Any:
    from cordee.core import clock
    from cordee.people.sessions import claim_of, load_account

    claim = claim_of(request)
    assert claim is not None
    account = load_account(claim, now=clock.now())
    assert account is not None
    return account


def main(port: str, workers: str) -> None:
    """Serve until told to stop."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server: Any = Granian(
        "bench.floor:load",
        address="127.0.0.1",
        port=int(port),
        workers=int(workers),
        factory=True,
        websockets=False,
        log_level=LogLevels.warning,
        interface=Interfaces.RSGI,
    )
    server.serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
