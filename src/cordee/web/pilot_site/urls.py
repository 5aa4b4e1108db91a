"""Which address of the pilot's own pages leads where?"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.urls import include, path

from cordee.pilot.desk import Desk
from cordee.pilot.open_store import OpenStore
from cordee.pilot.urls import addresses
from cordee.ui.reading import reading
from cordee.ui.theme import set_theme
from cordee.web.pilot_site import password, reader, variables

handler400 = "cordee.web.pilot_site.reader.bad_request"
handler404 = "cordee.web.pilot_site.reader.page_not_found"
handler500 = "cordee.web.pilot_site.reader.server_error"


@lru_cache
def _store(folder: Path) -> OpenStore:
    return OpenStore(folder)


def desk_of_all() -> Desk:
    """Everything of the store: who reads these pages holds its files."""
    return Desk(_store(variables.store()), k=settings.CORDEE.small_cell, may_export=True)


def open_desk(request: HttpRequest) -> Desk:
    """The same for every reader."""
    return desk_of_all()


looks = [path("theme", set_theme, name="theme"), path("reading", reading, name="reading")]
urlpatterns = [
    path("language", reader.choose_language, name="choose-language"),
    path("sign-in", password.sign_in, name="sign-in"),
    path("", include((looks, "ui"))),
    path("", include((addresses(open_desk), "pilot"))),
]
