"""Who is in the team of a place, who lets whom in, and how does one say yes?

A place is what a role is held in: the site, an organisation, a course, a run, a cohort. Nobody gives or takes a role
that they could not do the acts of themselves (`permissions.may_give`), but for those whom a programme manager names to
teach what is their organisation's own: others, never themselves. Each change is a line of the audit.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, Conflict, NotAllowed, NotFound
from cordee.people.auditing import note_act
from cordee.people.granting import grant_role, withdraw_role
from cordee.people.models import Account, Role, RoleGrant, TeamInvitation
from cordee.people.permissions import Subject, may_give, may_only_name

ACT: Final = "role.grant"
MOST_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role is held: its scope, and all that contains it."""

    scope: str
    subject: Subject


def give_role(*, account: Account, role: Role, place: Place, by: Account, now: dt.datetime) -> RoleGrant:
    """Somebody of the team lets an account in; again is like once. 5 queries. Raises NotAllowed."""
    _check(by, role, place, account)
    with transaction.atomic():
        known = RoleGrant.objects.filter(account=account, role=role, scope=place.scope).first()
        if known is not None:
            return known
        given = grant_role(account=account, role=role, scope=place.scope, granted_by=by, now=now)
        _note(by, f"gave {role}", place.scope, now)
    return given


def take_role(*, account: Account, role: Role, place: Place, by: Account, now: dt.datetime) -> None:
    """The next request sees it; twice is like once. 4 queries. Raises NotAllowed, Conflict for the last operator."""
    _check(by, role, place)
    with transaction.atomic():
        held = RoleGrant.objects.select_for_update().filter(role=role, scope=place.scope)
        holders = {grant.account_id for grant in held}
        if account.pk not in holders:
            return
        if role == Role.OPERATOR and not place.scope and len(holders) == 1:
            raise Conflict(N_("This is the last operator of the site. Name another one first."))
        withdraw_role(account=account, role=role, scope=place.scope)
        _note(by, f"took {role}", place.scope, now)


def invite(*, account: Account, role: Role, place: Place, by: Account, now: dt.datetime) -> TeamInvitation | None:
    """Ask somebody into the team; None for who has it. Again is like once. 5 queries. Raises NotAllowed."""
    _check(by, role, place, account)
    with transaction.atomic():
        if RoleGrant.objects.filter(account=account, role=role, scope=place.scope).exists():
            return None
        invitation, made = TeamInvitation.objects.get_or_create(
            account=account,
            role=role,
            scope=place.scope,
            answered_at=None,
            defaults={"invited_by": by, "invited_at": now},
        )
        if made:
            _note(by, f"invited as {role}", place.scope, now)
    return invitation


def answer_invitation(*, number: int, account: Account, accepts: bool, place: Place, now: dt.datetime) -> None:
    """The person says yes or no, once. An invitation of somebody else is not found.

    Who invited must still hold what they offered. 6 queries. Raises NotFound, NotAllowed.
    """
    with transaction.atomic():
        found = invitation_of(number, account)
        if accepts:
            if found.invited_by is None or not may_give(found.invited_by, found.role, place.subject):
                raise NotAllowed(N_("Whoever invited you is no longer in charge here. Ask for a new invitation."))
            grant_role(account=account, role=Role(found.role), scope=found.scope, granted_by=found.invited_by, now=now)
            _note(account, f"accepted {found.role}", found.scope, now)
        TeamInvitation.objects.filter(pk=number, answered_at=None).update(answered_at=now, accepted=accepts)


def invitation_of(number: int, account: Account) -> TeamInvitation:
    """An open invitation of the account's own (1 query). Raises NotFound."""
    found = (
        TeamInvitation.objects.select_related("invited_by").filter(pk=number, account=account, answered_at=None).first()
    )
    if found is None:
        raise NotFound(N_("This invitation was answered, or is not yours. Look at your own page."))
    return found


def open_invitations(account: Account) -> list[TeamInvitation]:
    """What the account was asked and has not answered (1 query)."""
    return list(account.team_invitations.filter(answered_at=None).select_related("invited_by").order_by("invited_at"))


def grants_in(scope: str) -> list[RoleGrant]:
    """Who holds a role in exactly this place, by name (1 query)."""
    found = RoleGrant.objects.filter(scope=scope).select_related("account", "granted_by")
    return list(found.order_by("account__name", "pk")[:MOST_SHOWN])


def asked_in(scope: str) -> list[TeamInvitation]:
    """Who was asked into this place and has not answered (1 query)."""
    return list(TeamInvitation.objects.filter(scope=scope, answered_at=None).select_related("account")[:MOST_SHOWN])


def _check(by: Account, role: str, place: Place, account: Account | None = None) -> None:
    """`account`: who is to have the role; None where it is taken."""
    if not may_give(by, role, place.subject):
        raise NotAllowed(N_("You cannot give or take a role that you do not hold here. Ask whoever runs the site."))
    if account == by and may_only_name(by, role, place.subject):
        raise NotAllowed(N_("You name others to this role, not yourself. Ask whoever runs the site."))


def _note(by: Account, about: str, scope: str, now: dt.datetime) -> None:
    note_act(account=by, act=ACT, place=scope, people=1, about=about, now=now)
