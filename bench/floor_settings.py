"""Cordée's settings with nothing around a page."""

from __future__ import annotations

from cordee.web import settings
from cordee.web.settings import *  # noqa: F403 - the same database, keys and hosts

ROOT_URLCONF = "bench.floor"
settings.MIDDLEWARE.clear()  # the list that was imported
