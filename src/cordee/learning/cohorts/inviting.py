"""How are those who were written into a cohort told, and what do they accept?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from cordee.core import clock
from cordee.core.errors import N_, Conflict, NotFound
from cordee.core.ids import uuid7
from cordee.courses.outlines import pick
from cordee.courses.queries import outline as read_outline
from cordee.jobs.enqueuing import enqueue_many
from cordee.jobs.inviting import OWN_LINK, Invited
from cordee.jobs.models import Job
from cordee.jobs.writing_letters import NO_MORE, Addressee, Words, letters_leave, write_letters
from cordee.learning.enrolling import enrol
from cordee.learning.models import Cohort, CohortMember, Enrolment
from cordee.people.auditing import note_act
from cordee.people.confirming import confirm
from cordee.people.emails import email_key
from cordee.people.models import Account
from cordee.people.permissions import ParentFirst

ACT: Final = "cohort.make"
LETTER: Final = "invitation"  # the key of a letter: "invitation COHORT ID"
KIND: Final = "invitations"  # of the jobs that write them
AT_ONCE: Final = 200  # people of one job
PAUSE: Final = dt.timedelta(days=1)  # between two letters to one person


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody, and the cohort that asks for them."""

    member: CohortMember
    cohort: Cohort

    @property
    def needs_password(self) -> bool:
        """Whether nobody can sign in to the account yet."""
        return not self.member.account.has_usable_password()


def ask_for_letters(*, cohort: Cohort, members: Sequence[int], by: Account | None, now: dt.datetime) -> int:
    """Jobs that write to these members (ids), some at a time, in the transaction of the fact; to how many.

    0 where this site sends no letters. 1 query for each 100,000 people.
    """
    if not members or not letters_leave():
        return 0
    key = f"{LETTER} {cohort.pk} {uuid7()}"
    parts = [list(members[first : first + AT_ONCE]) for first in range(0, len(members), AT_ONCE)]
    jobs = {
        f"{key} {number}": {"letter": key, "cohort": cohort.pk, "members": part, "by": by.pk if by else None}
        for number, part in enumerate(parts)
    }
    enqueue_many(kind=KIND, jobs=jobs.items(), now=now)
    return len(members)


def write_some(job: Job) -> None:
    """Do such a job: a letter to each of its members who is still to answer, in their language. Twice is like once.

    Some 12 queries. Its letters then leave as fast as the queue lets them.
    """
    cohort = (
        Cohort.objects.select_related("organisation", "run__version", "run__course")
        .filter(pk=job.data["cohort"])
        .first()
    )
    if cohort is None:
        return
    by = Account.objects.filter(pk=job.data["by"]).first()
    waiting = CohortMember.objects.filter(pk__in=job.data["members"], cohort=cohort, left_at=None, accepted_at=None)
    accounts = [member.account for member in waiting.filter(account__is_active=True).select_related("account")]
    now = clock.now()
    with transaction.atomic():
        if accounts:
            write_letters(
                key=job.data["letter"],
                topic=f"cohort:{cohort.pk}",
                sender=by.name if by else "",
                words={language: _words(cohort, language) for language in sorted({one.language for one in accounts})},
                addressees=[Addressee(one.pseudonym, one.email, one.language) for one in accounts],
                now=now,
            )
        waiting.update(invited_at=now)


def invite_again(*, cohort: Cohort, by: Account, now: dt.datetime) -> int:
    """Write once more to those who have not accepted and got no letter for a day; to how many. 5 queries.

    Raises Conflict where this site sends no letters.
    """
    if not letters_leave():
        raise Conflict(
            N_("This site sends no letters yet. Whoever runs it has to set CORDEE_SMTP, as docs/mail.md says.")
        )
    with transaction.atomic():
        Cohort.objects.select_for_update().get(pk=cohort.pk)  # two clicks: the second finds nobody left to write to
        waiting = CohortMember.objects.filter(cohort=cohort, left_at=None, accepted_at=None).exclude(
            invited_at__gt=now - PAUSE
        )
        members = list(waiting.values_list("pk", flat=True))
        waiting.update(invited_at=now)
        count = ask_for_letters(cohort=cohort, members=members, by=by, now=now)
        if count:
            note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=count, about="invited again", now=now)
    return count


def invitation_from(invited: Invited) -> Invitation:
    """Whom a link invites where. Good for the address that the letter went to alone. 1 query. Raises NotFound."""
    kind, _space, rest = invited.letter.partition(" ")
    number = rest.partition(" ")[0]
    member = None
    if kind == LETTER and number.isdigit():
        member = (
            CohortMember.objects.select_related(
                "account", "cohort__organisation", "cohort__run__course", "cohort__run__version"
            )
            .defer(*(f"cohort__run__version__{name}" for name in ("outline", "files", "extra", "report")))
            .filter(cohort=int(number), account__pseudonym=invited.person, left_at=None, account__is_active=True)
            .first()
        )
    if member is None or member.account.email_key != email_key(invited.address):
        raise NotFound(N_("This invitation no longer holds. Ask whoever sent it for a new one."))
    return Invitation(member, member.cohort)


def accept(*, invitation: Invitation, now: dt.datetime) -> None:
    """The person is in the cohort, lets it see what they do in its session, and has a place there. Twice is like once.

    The link was in the mailbox of their account, whose address counts as confirmed by it. 3 to 10 queries. Raises
    NotAllowed where enrolment is closed, ParentFirst for who is too young to agree alone; then nothing is accepted.
    """
    member, cohort = invitation.member, invitation.cohort
    if member.account.waits_for_parent:
        raise ParentFirst(
            N_("A parent has to agree first. The page of your account says how to ask; then open this link again.")
        )
    with transaction.atomic():
        confirm(member.account, now=now)
        CohortMember.objects.filter(pk=member.pk, accepted_at=None).update(accepted_at=now, name=member.account.name)
        take_place(cohort=cohort, account=member.account, now=now)


def take_place(*, cohort: Cohort, account: Account, now: dt.datetime) -> None:
    """A member's place in the session of the cohort, and the cohort as their group there, unless they have another."""
    run = cohort.run
    if run is None or run.host != run.HERE:
        return
    enrolment = enrol(account=account, run=run, now=now)
    Enrolment.objects.filter(pk=enrolment.pk, cohort=None).update(cohort=cohort)


def _words(cohort: Cohort, language: str) -> Words:
    about = cohort.name
    if cohort.run is not None:
        outline = read_outline(cohort.run.version.sha256)
        about = pick(outline.titles, language, outline.language)
    with override(language):
        host = cohort.organisation.name_in(language) if cohort.organisation else ""
        site = urlsplit(settings.CORDEE.url).netloc
        invites = (
            gettext("{organisation} invites you to “{about}”.").format(organisation=host, about=about)
            if host
            else gettext("You are invited to “{about}”.").format(about=about)
        )
        lines = [
            invites,
            gettext("Open this address to accept. It is yours alone, and good for 30 days:"),
        ]
        sees = gettext("Those who follow the group “{group}” will then see how far you are and your grades.").format(
            group=cohort.name
        )
        ignore = gettext("If you expected no such letter, do nothing: then nobody sees anything of you.")
        why = gettext("This letter was sent once, by {site}. Nobody reads replies to it.").format(site=site)
        no_more = gettext("No more letters of this group:")
        html = render_to_string(
            "learning/cohorts/invitation_mail.html",
            {
                "language": language,
                "subject": invites,
                "lines": lines,
                "url": OWN_LINK,
                "after": (sees, ignore),
                "why": why,
                "no_more": NO_MORE,
                "no_more_words": no_more,
            },
        )
    text = "\n\n".join([*lines, OWN_LINK, sees, ignore]) + f"\n\n-- \n{why}\n{no_more}\n{NO_MORE}\n"
    return Words(invites[:200], text, html, cohort.name)
