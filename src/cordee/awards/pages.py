"""What do the pages about attestations show? Frozen values, complete before any template is drawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate

from cordee.awards import drawing
from cordee.awards.models import Attestation, RevocationReason
from cordee.awards.queries import successor_in_the_same_name
from cordee.awards.wording import Sheet, sheet_of
from cordee.courses.outlines import pick
from cordee.courses.queries import outline as read_outline
from cordee.learning.models import Enrolment
from cordee.ui.dates import long_date
from cordee.ui.typography import duration

Standing = Literal["valid", "superseded", "revoked", "unknown"]
LONG_NAME = 24  # characters from which a name is set smaller


@dataclass(frozen=True, slots=True)
class Drawn:
    """The sheet as a page draws it."""

    attestation: Attestation
    sheet: Sheet
    profile: SafeString
    qr: SafeString
    long_name: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """What the verification page says of one code. `unknown`: only the standing and the code."""

    standing: Standing
    code: str  # as it is printed
    attestation: Attestation | None = None
    named: bool = False  # whether the name is shown
    successor: Attestation | None = None  # what now holds, in the same name
    effort: str = ""
    opens_on: str = ""
    closes_on: str = ""
    issued_on: str = ""
    ended_on: str = ""  # when it was superseded or revoked
    reason: str | Promise = ""


def course_title(enrolment: Enrolment, language: str) -> str:
    """In the reader's language, else the course's own."""
    outline = read_outline(enrolment.run.version.sha256)
    return pick(outline.titles, language, outline.language)


def not_yet(enrolment: Enrolment, language: str) -> dict[str, object]:
    """What is missing before the attestation may be asked for."""
    grade, mark = enrolment.grade, enrolment.run.pass_mark
    outline = read_outline(enrolment.run.version.sha256)
    return {
        "run": enrolment.run,
        "course_title": course_title(enrolment, language),
        "grade": grade,
        "missing": mark - grade,
        "grade_percent": grade * 100,
        "mark_percent": mark * 100,
        "can_pass": outline.lets_pass(mark),
        "best": outline.best_grade,
    }


def drawn(attestation: Attestation) -> Drawn:
    """The sheet of an attestation. No query."""
    qr = drawing.qr_svg(attestation.verification_url)
    return Drawn(
        attestation=attestation,
        sheet=sheet_of(attestation),
        profile=mark_safe(drawing.profile_svg(attestation.modules)),  # noqa: S308 - numbers only
        qr=mark_safe(qr),  # noqa: S308 - numbers only
        long_name=len(attestation.name) > LONG_NAME,
    )


def verification(attestation: Attestation | None, code: str, language: str) -> Verification:
    """What may be said to whoever holds the code (1 query for a superseded one, else none).

    A name is shown while the attestation holds, and on a superseded one only if the one that replaces it has the same.
    """
    if attestation is None:
        return Verification("unknown", code)
    standing: Standing = "valid"
    successor = None
    ended_at: dt.datetime | None = None
    if attestation.revoked_at is not None:
        standing, ended_at = "revoked", attestation.revoked_at
    elif attestation.superseded_at is not None:
        standing, ended_at = "superseded", attestation.superseded_at
        successor = successor_in_the_same_name(attestation)
    effort_h = attestation.effort_h
    return Verification(
        standing=standing,
        code=attestation.printed_code,
        attestation=attestation,
        named=standing == "valid" or successor is not None,
        successor=successor,
        effort=duration(effort_h * 3600, language) if effort_h else "",
        opens_on=long_date(attestation.opens_on, language),
        closes_on=long_date(attestation.closes_on, language) if attestation.closes_on else "",
        issued_on=long_date(attestation.issued_on, language),
        ended_on=long_date(localdate(ended_at), language) if ended_at else "",
        reason=RevocationReason(attestation.revoked_reason).label if attestation.revoked_reason else "",
    )
