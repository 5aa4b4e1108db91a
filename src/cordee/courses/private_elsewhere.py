"""How does an organisation name a session of its own that is played on another platform?

It is an organisation's own: in no list, and to others as if it were not there. A course that the site has not is made
with a title and nothing in it, so that the session has a course; nobody enrols here.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.courses.elsewhere import HOSTS, Summary, publish_summary, read_address
from cordee.courses.models import KEY_PART, Run, Version
from cordee.courses.opening import day_here, run_key
from cordee.people.auditing import note_act
from cordee.people.models import Account, Organisation

ACT: Final = "run.name_elsewhere"
LONGEST_TITLE: Final = 200
LONGEST_NUMBER: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What one says of a session that is played elsewhere. `pass_mark`: share of 1."""

    host: str  # of HOSTS
    address: str  # of its page there
    title: str
    language: str  # of the title, e.g. "fr"
    number: str  # of the course, e.g. "04018"
    session: str  # the last part of its key, e.g. "session07"
    opens_at: dt.datetime
    closes_at: dt.datetime | None
    pass_mark: float


def name_run_elsewhere(*, told: Elsewhere, organisation: Organisation, by: Account | None, now: dt.datetime) -> Run:
    """Write it down, as the organisation's own. 6 to 9 queries. Call it inside a transaction, or alone.

    Of a course that the organisation has here already, its latest version and its own title are taken. Raises Conflict
    for a key that is taken, InputRefused.
    """
    title, number, address = _read(told)
    with transaction.atomic():
        version = _version(organisation.code, number, title, told.language, now)
        run = Run(
            key=run_key(told.session, version.course.key),
            course=version.course,
            version=version,
            host=told.host,
            address=address,
            opens_at=told.opens_at,
            closes_at=told.closes_at,
            pass_mark=told.pass_mark,
            listed=False,
            private_to=organisation,
        )
        try:
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError:
            if Run.objects.filter(key=run.key).exists():
                raise Conflict(
                    N_("There is a session {key} already. Choose another name for this one."), key=run.key
                ) from None
            raise
        note_act(account=by, act=ACT, place=f"run:{run.key}", people=0, about=organisation.code, now=now)
    return run


def _version(organisation: str, number: str, title: str, language: str, now: dt.datetime) -> Version:
    latest = (
        Version.objects.select_related("course")
        .filter(course__organisation=organisation, course__number=number)
        .order_by("-number")
        .first()
    )
    if latest is not None:
        return latest
    summary = Summary(
        organisation=organisation, number=number, titles={language: title}, languages=(language,), summary={}, about={}
    )
    return publish_summary(summary=summary, now=now)[0]


def _read(told: Elsewhere) -> tuple[str, str, str]:
    """Title, number and address as they are stored. Raises InputRefused."""
    if told.host not in HOSTS:
        raise InputRefused(N_("There is no such platform. Choose one of the list."))
    title = " ".join(told.title.split())
    if not title or len(title) > LONGEST_TITLE or not title.isprintable():
        raise InputRefused(N_("A course has a title of up to {most} signs, in one line."), most=LONGEST_TITLE)
    number = told.number.strip()
    if not re.fullmatch(KEY_PART, number, re.ASCII) or len(number) > LONGEST_NUMBER:
        raise InputRefused(N_("The number of a course has letters, digits, dots and dashes, for example 04018."))
    session = told.session.strip()
    if not re.fullmatch(KEY_PART, session, re.ASCII):
        raise InputRefused(N_("The name of a session has letters, digits, dots and dashes, for example session07."))
    if not 0 <= told.pass_mark <= 1:
        raise InputRefused(N_("A pass mark lies between 0 and 100. Give another one."))
    if told.closes_at is not None and told.closes_at <= told.opens_at:
        raise InputRefused(
            N_("It would close on {closes} before it opens on {opens}. Give other dates."),
            closes=day_here(told.closes_at),
            opens=day_here(told.opens_at),
        )
    return title, number, read_address(told.address, told.host)
