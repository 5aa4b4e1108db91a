"""What does an error say in the reader's language, and in which form does the reader want it?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.translation import gettext

from cordee.core.errors import CordeeError
from cordee.ui.dates import long_date
from cordee.ui.language import language
from cordee.ui.typography import points


def sentence_of(error: CordeeError) -> str:
    """The error's sentence in the language that is active, with its numbers and days as that language writes them."""
    return error.sentence(gettext, _written)


def said(template: str, values: Mapping[str, object]) -> str:
    """A sentence with {named} values in the language that is active, as `sentence_of` writes them."""
    words = gettext(template)
    return words.format(**{name: _written(value) for name, value in values.items()}) if values else words


def _written(value: object) -> object:
    return written(value, language())


def written(value: object, language: str) -> object:
    """A value of a sentence as a language writes it: numbers with their point or comma, days in words."""
    match value:
        case float():
            return points(value, language)
        case dt.datetime():
            return value
        case dt.date():
            return long_date(value, language)
        case _:
            return value


def wants_json(request: HttpRequest) -> bool:
    """Islands ask for JSON; browsers, and whoever does not say, get a page."""
    if "json" not in request.headers.get("Accept", ""):  # most often, and reading what is accepted takes a while
        return False
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
