"""How does a cohort come to be, get another name or rule, and lose a member?"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from django.db import IntegrityError, transaction

from cordee.core.errors import N_, Conflict, InputRefused, NotFound
from cordee.courses.models import Run
from cordee.learning.enrolling import leave
from cordee.learning.models import Cohort, CohortMeeting, CohortMember, Enrolment, JoiningCode, OutsideMark
from cordee.people.auditing import note_act
from cordee.people.emails import email_key, read_email
from cordee.people.models import Account, Organisation, RoleGrant, TeamInvitation

ACT: Final = "cohort.make"
LONGEST_NAME: Final = 120
RULES: Final = ("", "domain", "organisation")


def make_cohort(
    *,
    name: str,
    organisation: Organisation | None,
    run: Run | None,
    by: Account | None,
    now: dt.datetime,
    rule: str = "",
    domain: str = "",
) -> Cohort:
    """An empty one. `by` is None for the command line. 2 queries.

    Raises Conflict for a name that is taken there, InputRefused, and NotFound for a run that is another's own.
    """
    if run is None and organisation is None:
        raise InputRefused(N_("A cohort belongs to an organisation, to a session, or to both. Choose one."))
    if run is not None and run.private_to_id is not None and run.private_to_id != (organisation and organisation.pk):
        raise NotFound(N_("There is no session {key}. Choose one in the course list."), key=run.key)
    kind, value = read_rule(rule, domain)
    if kind == "organisation" and organisation is None:
        raise InputRefused(N_("Only a cohort of an organisation can take in the organisation's members."))
    cohort = Cohort(name=read_cohort_name(name), organisation=organisation, run=run, rule=kind, rule_value=value)
    try:
        with transaction.atomic():
            cohort.save(force_insert=True)
            note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=0, about="made", now=now)
    except IntegrityError:
        raise Conflict(N_("There is a cohort “{name}” here already. Choose another name."), name=cohort.name) from None
    return cohort


def rename_cohort(*, cohort: Cohort, name: str, seen: str, by: Account, now: dt.datetime) -> None:
    """Another name; nothing is noted when it is the same. 3 queries. `seen`: the name that the form showed.

    Raises InputRefused, and Conflict for a name that is taken there or when somebody else has renamed it since.
    """
    wanted = read_cohort_name(name)
    try:
        with transaction.atomic():
            held = Cohort.objects.select_for_update().get(pk=cohort.pk)
            if held.name == wanted:
                return
            if held.name != seen:
                raise Conflict(N_("Somebody called this group “{name}” meanwhile. Look again."), name=held.name)
            Cohort.objects.filter(pk=cohort.pk).update(name=wanted)
            note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=0, about="renamed", now=now)
    except IntegrityError:
        raise Conflict(N_("There is a cohort “{name}” here already. Choose another name."), name=wanted) from None


def remove_cohort(*, cohort: Cohort, by: Account, now: dt.datetime) -> None:
    """An empty group goes, with its codes, its meetings and the roles in it. Twice is like once. Some 15 queries.

    Raises Conflict where somebody is in it.
    """
    with transaction.atomic():
        held = Cohort.objects.select_for_update().filter(pk=cohort.pk).first()
        if held is None:
            return
        if CohortMember.objects.filter(cohort=held, left_at=None).exists():
            raise Conflict(N_("Somebody is in this group. Take everybody out first."))
        Enrolment.objects.filter(cohort=held).update(cohort=None)
        for model in (CohortMember, CohortMeeting, JoiningCode, OutsideMark):
            model.objects.filter(cohort=held).delete()
        scope = f"cohort:{held.pk}"
        RoleGrant.objects.filter(scope=scope).delete()
        TeamInvitation.objects.filter(scope=scope).delete()
        held.delete()
        note_act(account=by, act=ACT, place=scope, people=0, about="group removed", now=now)


def remove_member(*, cohort: Cohort, member: int, by: Account, now: dt.datetime) -> None:
    """Take somebody out; what they did is kept, a private run closes to them. Twice is like once. 3 to 7 queries."""
    with transaction.atomic():
        found = CohortMember.objects.select_for_update().filter(cohort=cohort, pk=member, left_at=None).first()
        if found is None:
            return
        _let_go(found, cohort, now)
        note_act(account=by, act=ACT, place=f"cohort:{cohort.pk}", people=1, about="removed", now=now)


def leave_cohort(*, cohort: Cohort, account: Account, now: dt.datetime) -> None:
    """The person goes: from now on the cohort sees nothing of them. Twice is like once. 2 to 6 queries."""
    with transaction.atomic():
        found = CohortMember.objects.select_for_update().filter(cohort=cohort, account=account, left_at=None).first()
        if found is not None:
            _let_go(found, cohort, now)


def read_cohort_name(text: str) -> str:
    """One line. Raises InputRefused."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputRefused(N_("A cohort has a name of up to {most} signs, in one line."), most=LONGEST_NAME)
    return name


def read_rule(rule: str, domain: str) -> tuple[str, str]:
    """The rule, and the domain as addresses' keys hold it. Raises InputRefused."""
    if rule not in RULES:
        raise InputRefused(N_("There is no such rule. Choose one of the list."))
    if rule != "domain":
        return rule, ""
    name = domain.strip().removeprefix("@")
    if not re.fullmatch(r"[^\s@]+\.[^\s@]+", name):
        raise InputRefused(N_("A domain is what follows the @ of an address, for example ingenia.example."))
    return rule, email_key(read_email(f"a@{name}")).partition("@")[2]


def _let_go(member: CohortMember, cohort: Cohort, now: dt.datetime) -> None:
    CohortMember.objects.filter(pk=member.pk).update(left_at=now, accepted_at=None)
    if cohort.run is None:
        return
    if cohort.run.host != cohort.run.HERE:
        OutsideMark.objects.filter(cohort=cohort, account=member.account_id).delete()
    place = Enrolment.objects.filter(account=member.account_id, run=cohort.run)
    place.filter(cohort=cohort).update(cohort=None)
    still = CohortMember.objects.filter(cohort__run=cohort.run, account=member.account_id, left_at=None)
    if cohort.run.private_to_id and not still.exists():
        enrolment = place.select_related("account", "run").first()
        if enrolment is not None:
            leave(enrolment=enrolment, now=now)
