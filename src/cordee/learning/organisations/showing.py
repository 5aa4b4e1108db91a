"""What does a page need to look like an organisation's: name, logo, colours?"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from cordee.courses.assets import file_address
from cordee.people.models import Organisation
from cordee.ui.language import language


@dataclass(frozen=True, slots=True)
class Look:
    """The band on top of a page. `styles`: the address of its colours, "" for the site's own."""

    code: str
    name: str
    logo: str  # an address, "" for none
    styles: str
    is_coloured: bool


def look_of(organisation: Organisation, now: dt.datetime) -> Look:
    """No query. The address of the styles changes with the colours, so that browsers keep them."""
    logo = ""
    if organisation.logo:
        ending = organisation.logo_type.rpartition("/")[2].partition("+")[0]
        logo = file_address(
            sha256=organisation.logo, name=f"logo.{ending}", content_type=organisation.logo_type, day=now.date()
        )
    styles = ""
    if organisation.colour:
        mark = hashlib.sha256(f"{organisation.colour}{organisation.ink}".encode()).hexdigest()[:8]
        styles = f"{reverse('organisation-colours', args=[organisation.code])}?{urlencode({'v': mark})}"
    name = organisation.shown_name or organisation.name_in(language())
    return Look(organisation.code, name, logo, styles, bool(organisation.colour))


def styles_of(organisation: Organisation) -> str:
    """The style sheet of its colours, "" for none. They hold # and hexadecimal digits alone (`colours.read_colour`)."""
    if not organisation.colour:
        return ""
    ground, ink = organisation.colour, organisation.ink
    return f".org-band{{background:{ground};color:{ink}}}.org-band :is(a,.soft){{color:{ink}}}\n"
