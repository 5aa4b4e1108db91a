"""How much may be sent to an address?

A form, `CORDEE_FORM_BYTES`. Pages that take a list of people or a report of marks take more, `CORDEE_LIST_BYTES`, from
whoever shows a session that we signed: a list holds up to 50,000 people, a report as many learners of a large session,
while a stranger makes no process hold more than a form.
"""

from __future__ import annotations

import math
import re
from typing import Final

from django.conf import settings
from django.http import parse_cookie

from cordee.core.errors import N_, TooLarge
from cordee.people.sessions import cookie_name, read_claim

TAKE_LISTS: Final = re.compile(r"/cohorts/[0-9]{1,15}/(people|marks)", re.ASCII)


def too_large(most_bytes: int) -> TooLarge:
    """What is said of more than that."""
    most = math.floor(most_bytes / 100_000) / 10
    return TooLarge(N_("What was sent is larger than this page takes: {most} MB at most. Send less."), most=most)


def largest_bytes(path: str, cookies: str) -> int:
    """The most that one may send to this path, in bytes. `cookies`: the header. No query: a claim is a signature."""
    if TAKE_LISTS.fullmatch(path) and read_claim(parse_cookie(cookies).get(cookie_name(), "")) is not None:
        return max(int(settings.CORDEE.list_bytes), int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
