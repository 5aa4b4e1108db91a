"""What may a person change of their own profile?"""

from __future__ import annotations

from django.conf import settings

from cordee.core.errors import N_, InputRefused
from cordee.people.models import Account
from cordee.people.names import read_name
from cordee.people.zones import time_zones


def change_profile(*, account: Account, name: str, language: str, time_zone: str) -> None:
    """Name, language and zone. Raises `NameRefused`, `InputRefused`. 1 statement."""
    account.name = read_name(name)
    account.language = read_language(language)
    account.time_zone = read_time_zone(time_zone)
    account.save(update_fields=["name", "language", "time_zone"])


def change_language(*, account: Account, language: str) -> None:
    """The language of the pages. Raises `InputRefused`. 1 statement."""
    account.language = read_language(language)
    account.save(update_fields=["language"])


def read_language(code: str) -> str:
    """A language that the site is written in. Raises `InputRefused`."""
    if code not in dict(settings.LANGUAGES):
        raise InputRefused(N_("This site does not speak that language. Choose French or English."))
    return code


def read_time_zone(name: str) -> str:
    """A time zone by its name, e.g. "Europe/Paris". Raises `InputRefused`."""
    if name not in time_zones():
        raise InputRefused(N_("This time zone is not in the list. Choose one from it."))
    return name
