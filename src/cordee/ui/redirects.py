"""Where may a request be sent on to?"""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

HOME = "/"
MAX_LENGTH = 2000
# One slash, then anything printable but a backslash: browsers read "/\host" as "//host" and drop tabs and line ends
LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f\ud800-\udfff]*")


def safe_next(request: HttpRequest, *, default: str = HOME) -> str:
    """The local path that the form or the address names as `next`; `default` for anything else."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_local(wanted) else default


def is_local(address: str) -> bool:
    """Whether this leads to a page of this site, written as a path."""
    return (
        len(address) <= MAX_LENGTH
        and bool(LOCAL.fullmatch(address))
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )
