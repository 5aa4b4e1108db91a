"""Letters as their readers get them, for the tests of every room."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings
from django.test import override_settings

from cordee.jobs.models import Letter
from cordee.jobs.signed_addresses import signed


def letter_to(address: str) -> Letter:
    """The last one."""
    return Letter.objects.select_related("message").filter(address=address).order_by("-written_at", "-pk")[0]


def letters_to(address: str) -> int:
    return Letter.objects.filter(address=address).count()


def link_for(address: str, door: str) -> str:
    """The path of the last link of this kind in a letter to this address, as the letter leaves."""
    written = Letter.objects.select_related("message").filter(address=address).order_by("-written_at")
    for letter in written:
        found = re.findall(
            rf"{re.escape(settings.CORDEE.url)}(/{door}/[0-9a-f]{{32}}\.[\w-]+)", signed(letter.message.text)
        )
        if found:
            return str(found[-1])
    raise AssertionError(f"no letter to {address} has a link to {door}")


@contextlib.contextmanager
def without_letters() -> Iterator[None]:
    """As a site that others reach and that has no server for letters."""
    environment = replace(settings.CORDEE, url="https://learn.example.org", smtp=None)
    with override_settings(CORDEE=environment):
        yield
