"""What does an error say in the reader's language, and in which form does the reader want it?"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext

from cordee.core.errors import CordeeError


def sentence_of(error: CordeeError) -> str:
    """The error's sentence in the language that is active."""
    return error.sentence(gettext)


def wants_json(request: HttpRequest) -> bool:
    """Islands ask for JSON; browsers, and whoever does not say, get a page."""
    if "json" not in request.headers.get("Accept", ""):  # most often, and reading what is accepted takes a while
        return False
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
