"""Which schools, companies and other bodies does this site know, and what does each look like?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from cordee.core.errors import N_, Conflict, InputRefused, NotFound
from cordee.people.auditing import note_act
from cordee.people.colours import check_contrast, read_colour
from cordee.people.emails import read_email
from cordee.people.models import ORGANISATION_CODE, Account, Organisation, OrganisationKind
from cordee.people.names import read_name

ACT: Final = "organisation.edit"
LONGEST_CODE: Final = 60
LONGEST_SITE: Final = 300
LONGEST_SHOWN_NAME: Final = 80
DEEPEST: Final = 5  # a school of a school of an alliance: more levels are a slip


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """All that one writes of an organisation but its code. Colours as "#0b4f4a", both or none."""

    name_fr: str
    name_en: str
    kind: str
    parent: str = ""  # the code of another one
    contact: str = ""
    site: str = ""
    shown_name: str = ""
    logo: str = ""  # sha256 of a file that the site holds
    logo_type: str = ""
    colour: str = ""
    ink: str = ""


def make_organisation(*, code: str, about: About, by: Account | None, now: dt.datetime) -> Organisation:
    """A new one. `by` is None for the command line. Raises Conflict for a taken code, InputRefused. 5 queries."""
    made = Organisation(code=read_code(code), changed_at=now)
    _write(made, about)
    alike = Organisation.objects.filter(code__iexact=made.code).exclude(code=made.code).values_list("code", flat=True)
    for other in alike[:1]:
        raise Conflict(
            N_("{code} is an organisation already, and the two differ by capitals alone. Choose another code."),
            code=other,
        )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            _note(made, "made", by, now)
    except IntegrityError:
        if Organisation.objects.filter(code=made.code).exists():
            raise Conflict(
                N_("{code} is an organisation already. Change that one, or choose another code."), code=made.code
            ) from None
        raise
    return made


def change_organisation(
    *, organisation: Organisation, about: About, by: Account | None, now: dt.datetime, seen: str = ""
) -> None:
    """Write all of it anew; nothing is noted when nothing changed. 2 to 7 queries.

    `seen`: when it was last changed as far as the writer knows (`changed_at` in ISO 8601). Raises Conflict when
    somebody else changed it since, InputRefused.
    """
    with transaction.atomic():
        there = Organisation.objects.select_for_update().select_related(None).get(pk=organisation.pk)
        before = about_of(there)
        if seen and seen != there.changed_at.isoformat():
            raise Conflict(N_("Somebody changed this organisation meanwhile. Open it again and compare."))
        _write(there, about)
        if about_of(there) == before:
            return
        there.changed_at = now
        there.save()
        _note(there, "changed", by, now)
    organisation.refresh_from_db()


def about_of(organisation: Organisation) -> About:
    """What stands there now (1 query for one that has a parent which was not read with it)."""
    same = ("name_fr", "name_en", "kind", "contact", "site", "shown_name", "logo", "logo_type", "colour", "ink")
    parent = organisation.parent.code if organisation.parent else ""
    return About(parent=parent, **{name: getattr(organisation, name) for name in same})


def organisation_by_code(code: str) -> Organisation:
    """With its parent (1 query). Raises NotFound."""
    found = Organisation.objects.select_related("parent").filter(code=code).first()
    if found is None:
        raise NotFound(N_("There is no organisation {code} here. Look for a slip of the hand."), code=code[:60])
    return found


def all_organisations() -> list[Organisation]:
    """Every one with its parent, by code (1 query)."""
    return list(Organisation.objects.select_related("parent").order_by("code"))


def read_code(text: str) -> str:
    """A code as courses' keys hold it. Raises InputRefused."""
    code = text.strip()
    if not re.fullmatch(ORGANISATION_CODE, code, re.ASCII) or len(code) > LONGEST_CODE:
        raise InputRefused(
            N_("A code has letters, digits, dots and dashes, {most} at most, for example Ingenia."), most=LONGEST_CODE
        )
    return code


def read_site(text: str) -> str:
    """The address of a web site, or "". Raises InputRefused."""
    site = text.strip()
    if not site:
        return ""
    try:
        parts = urlsplit(site)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or "." not in parts.netloc or len(site) > LONGEST_SITE or " " in site:
        raise InputRefused(N_("The address of a site begins with https://, for example https://ingenia.example."))
    return site


def read_shown_name(text: str) -> str:
    """What stands in place of the site's name on the organisation's pages, or "". Raises NameRefused, InputRefused."""
    name = read_name(text) if text.strip() else ""
    if len(name) > LONGEST_SHOWN_NAME:
        raise InputRefused(N_("This name is too long for the top of a page. Shorten it to 80 characters."))
    return name


def _write(row: Organisation, about: About) -> None:
    """Everything of `about`, read. 0 to 6 queries. Raises InputRefused."""
    if about.kind not in OrganisationKind.values:
        raise InputRefused(N_("“{kind}” is no kind of organisation. Choose one of the list."), kind=about.kind[:40])
    colour, ink = read_colour(about.colour), read_colour(about.ink)
    if bool(colour) != bool(ink):
        raise InputRefused(N_("A colour of the ground goes with a colour of the words on it. Give both, or none."))
    if colour:
        check_contrast(colour, ink)
    told: Mapping[str, str] = asdict(about) | {
        "name_fr": read_name(about.name_fr),
        "name_en": read_name(about.name_en),
        "contact": read_email(about.contact) if about.contact.strip() else "",
        "site": read_site(about.site),
        "shown_name": read_shown_name(about.shown_name),
        "colour": colour,
        "ink": ink,
    }
    for name, value in told.items():
        if name != "parent":
            setattr(row, name, value)
    row.parent = _parent_for(row, about.parent.strip())


def _parent_for(row: Organisation, code: str) -> Organisation | None:
    """The parent, which must not be the organisation itself nor below it. A query a level."""
    if not code:
        return None
    parent = organisation_by_code(code)
    above: Organisation | None = parent
    for _level in range(DEEPEST):
        if above is None:
            return parent
        if above.code == row.code:
            raise InputRefused(
                N_("{parent} belongs to {code}, so {code} cannot belong to it. Choose another one."),
                parent=parent.code,
                code=row.code,
            )
        above = above.parent
    raise InputRefused(N_("There are more than {most} levels above. Choose another one."), most=DEEPEST)


def _note(row: Organisation, what: str, by: Account | None, now: dt.datetime) -> None:
    note_act(account=by, act=ACT, place=f"org:{row.code}", people=0, about=what, now=now)
