"""Give an attestation to who passed, correct it, withdraw it.

An attestation carries the grade of the moment it was asked for. Later grades never withdraw it; a better grade or
another name makes a new one, which supersedes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from cordee.awards.models import Attestation, RevocationReason
from cordee.awards.pdf import attestation_pdf
from cordee.awards.queries import enrolment_to_attest, history_of
from cordee.awards.wording import LANGUAGES, LAYOUT
from cordee.core.codes import new_code
from cordee.core.errors import N_, Conflict, InputRefused, NotYet
from cordee.courses.outlines import Outline, pick
from cordee.courses.queries import outline as read_outline
from cordee.learning.access import belongs
from cordee.learning.journal import record
from cordee.learning.models import Enrolment
from cordee.learning.queries import viewer_of
from cordee.people.confirming import require_confirmed
from cordee.people.models import Account
from cordee.people.names import read_name
from cordee.people.queries import organisation_name
from cordee.ui.language import language
from cordee.ui.typography import hundredths

MOST_PER_ENROLMENT = 20  # corrections of a name, better grades: more than anybody needs, few enough to count
TITLE_LENGTH, HEADER_LENGTH, LABEL_LENGTH = 400, 160, 60  # more does not fit the page, and no title needs it
PRINTED = (
    "layout",
    "language",
    "course_title",
    "course_language",
    "organisation",
    "operator",
    "site_url",
    "run_key",
    "grade",
    "pass_mark",
    "opens_on",
    "closes_on",
    "modules",
    "family",
)  # all but the name and the date of issue


class NotPassed(NotYet):
    """The grade is below the pass mark."""


class Withdrawn(Conflict):
    """An attestation of this enrolment was revoked, and nothing has changed since."""


class TooManyAttestations(Conflict):
    """This enrolment has had as many attestations as one may have."""


def issue_attestation(*, enrolment: Enrolment, name: str, now: dt.datetime) -> Attestation:
    """The attestation of this enrolment under the name that the learner has just confirmed.

    Asked again with the same name and no better grade, it is the same one: a double click or 50 requests at once make
    one row. Another name, or a better grade, makes a new one that supersedes it.

    Raises NameRefused, CannotPrint (a letter without glyph), NotPassed, NotConfirmed, Withdrawn, TooManyAttestations.
    """
    confirmed = read_name(name)
    while True:
        fresh = enrolment_to_attest(enrolment.pk)
        history = history_of(fresh)
        live = next((attestation for attestation in history if attestation.is_live), None)
        if live is not None and live.name == confirmed and fresh.grade <= live.grade:
            return live
        refuse_without_right(fresh, live, history)
        draft = _draft(fresh, live, confirmed, now)
        attestation_pdf(draft)  # what cannot be printed is not issued; kept for the download that follows
        if _keep(draft, fresh, live, now):
            return draft


@transaction.atomic
def revoke_attestation(*, attestation: Attestation, reason: str, by: Account | None, now: dt.datetime) -> Attestation:
    """Withdraw an attestation for good; `by` is None for the command line. The first reason given stands.

    Raises InputRefused on an unknown reason.
    """
    if reason not in RevocationReason.values:
        raise InputRefused(N_("This is no reason to withdraw an attestation. Choose one of the list."))
    locked = Attestation.objects.select_for_update().get(pk=attestation.pk)
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_reason, locked.revoked_by = now, reason, by
        locked.save(update_fields=["revoked_at", "revoked_reason", "revoked_by"])
    return locked


def refuse_without_right(enrolment: Enrolment, live: Attestation | None, history: Sequence[Attestation]) -> None:
    """Raise unless this enrolment may have a new attestation now."""
    if len(history) >= MOST_PER_ENROLMENT:
        raise TooManyAttestations(
            N_("This attestation has been corrected {count} times. Write to the teacher of the course."),
            count=len(history),
        )
    if live is not None:  # the right was earned then, and stays
        return
    if any(_forbids(attestation, enrolment) for attestation in history):
        raise Withdrawn(N_("The attestation of this session was withdrawn. Write to the teacher of the course."))
    if enrolment.graded_at is None or enrolment.grade < enrolment.run.pass_mark:
        raise NotPassed(
            N_(
                "The attestation needs a grade of {mark} out of 100; yours is {grade}. The progress page shows what is"
                " left."
            ),
            mark=hundredths(enrolment.run.pass_mark, language()),
            grade=hundredths(enrolment.grade, language()),
        )
    require_confirmed(enrolment.account)


def _forbids(revoked: Attestation, enrolment: Enrolment) -> bool:
    """Does this revoked attestation stand in the way of a new one? A mistake does until the grade was put right."""
    if revoked.revoked_at is None or revoked.revoked_reason == RevocationReason.REQUEST:
        return False
    return revoked.revoked_reason == RevocationReason.CONDUCT or revoked.grade == enrolment.grade


def _draft(enrolment: Enrolment, live: Attestation | None, name: str, now: dt.datetime) -> Attestation:
    """The new attestation, not yet kept."""
    if live is not None and enrolment.grade <= live.grade:  # only the name changes
        printed = {field: getattr(live, field) for field in PRINTED}
    else:
        printed = _snapshot(enrolment)
    return Attestation(
        code=new_code(),
        enrolment=enrolment,
        name=name,
        issued_at=now,
        issued_on=_day(now),
        supersedes=live,
        **printed,
    )


def _snapshot(enrolment: Enrolment) -> dict[str, object]:
    """Everything that is printed, as it is at this moment."""
    run, account = enrolment.run, enrolment.account
    outline = read_outline(run.version.sha256)
    language = account.language if account.language in LANGUAGES else settings.CORDEE.language
    return {
        "layout": LAYOUT,
        "language": language,
        "course_title": _cut(pick(outline.titles, language, outline.language), TITLE_LENGTH),
        "course_language": language if language in outline.titles else outline.language,
        "organisation": _cut(_organisation(run.course.organisation, outline, language), HEADER_LENGTH),
        "operator": _cut(settings.CORDEE.operator, HEADER_LENGTH),
        "site_url": settings.CORDEE.url,
        "run_key": run.key,
        "grade": enrolment.grade,
        "pass_mark": run.pass_mark,
        "opens_on": _day(run.opens_at),
        "closes_on": _day(run.closes_at) if run.closes_at else None,
        "modules": _modules(outline, language, viewer_of(enrolment, outline, {}, ()).groups),
        "family": outline.family,
    }


def _organisation(code: str, outline: Outline, language: str) -> str:
    """As the course calls it, else as the site does."""
    return outline.organisation_name or organisation_name(code, language) or code


def _modules(outline: Outline, language: str, groups: Iterable[str]) -> list[dict[str, object]]:
    """Title and hours of the modules that this learner saw; hours None where the authors gave none."""
    member = belongs(*groups)
    found: list[dict[str, object]] = []
    for rank, module in enumerate(outline.modules):
        if module.staff_only or not member(module.audience):
            continue
        effort = outline.effort[rank] if rank < len(outline.effort) else None
        found.append(
            {
                "title": _cut(pick(module.titles, language, outline.language), LABEL_LENGTH) if module.titles else "",
                "video_h": effort.video_h if effort else None,
                "reading_h": effort.reading_h if effort else None,
                "practice_h": effort.practice_h if effort else None,
                "graded": effort.graded if effort else False,
            }
        )
    return found


@transaction.atomic
def _keep(draft: Attestation, enrolment: Enrolment, live: Attestation | None, now: dt.datetime) -> bool:
    """Write the draft, unless another request wrote one since `live` was read: then False."""
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)  # one at a time; SQLite's transactions are so already
    present = Attestation.objects.filter(enrolment=enrolment, superseded_at__isnull=True, revoked_at__isnull=True)
    if list(present.values_list("pk", flat=True)) != ([live.pk] if live else []):
        return False
    present.update(superseded_at=now)
    draft.save(force_insert=True)
    record(
        verb="attestation_issued",
        actor=enrolment.account.pseudonym,
        run=enrolment.run.key,
        version=enrolment.run.version.number,
        at=now,
        data={"grade": draft.grade, "supersedes": live is not None},
    )
    return True


def _day(moment: dt.datetime) -> dt.date:
    """The date in the site's time zone: what is printed is the same for everybody."""
    return moment.astimezone(ZoneInfo(settings.CORDEE.time_zone)).date()


def _cut(text: str, most: int) -> str:
    """One line of text, with an ellipsis when it is longer than there is room for."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
