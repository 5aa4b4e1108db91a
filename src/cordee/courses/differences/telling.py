"""How is a change said in the reader's language?"""

from __future__ import annotations

import datetime as dt

from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext

from cordee.courses.differences.model import Placed, Said
from cordee.ui import dates
from cordee.ui.language import language
from cordee.ui.typography import points


def told(said: Said) -> str:
    """The sentence, its values written as that language writes them."""
    values = {name: _written(value) for name, value in said.values.items()}
    return gettext(said.template).format(**values) if values else gettext(said.template)


def sentence(placed: Placed) -> str:
    """The whole of it on one line, with where it stands: for the terminal and for JSON."""
    words = told(placed.change.said)
    if placed.title:
        words = gettext("“{title}”: {what}").format(title=placed.title, what=words)
    where = placed.number or ""
    tongue = f" ({placed.language})" if placed.language else ""
    return f"{where} {words}".strip() + tongue


def _written(value: object) -> object:
    match value:
        case Said():
            return told(value)
        case bool():
            return gettext("yes") if value else gettext("no")
        case float():
            return points(value, language())
        case dt.datetime():
            zone = get_current_timezone_name()
            return f"{dates.long_day(value, zone, language())}, {dates.clock(value, zone, language())}"
        case _:
            return value
