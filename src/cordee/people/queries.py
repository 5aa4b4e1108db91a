"""What do other rooms and pages ask about people?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cordee.people.emails import email_key
from cordee.people.models import Account, Organisation, Role, RoleGrant, SignIn
from cordee.people.sessions import SessionClaim


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser in which the person is signed in."""

    id: UUID
    device: str  # e.g. "Firefox, Linux"; "" when unknown
    created_at: dt.datetime
    is_this_one: bool


def account_by_email(email: str) -> Account | None:
    """The account with this address, however it is written. 1 query."""
    return Account.objects.filter(email_key=email_key(email)).first()


def address_to_write_to(pseudonym: UUID) -> str:
    """The present address of an account in use; "" when it is closed or gone. 1 query."""
    found = Account.objects.filter(pseudonym=pseudonym, is_active=True).values_list("email", flat=True).first()
    return found or ""


def organisation_name(code: str, language: str) -> str:
    """What the site calls an organisation; "" when it knows none of this code. 1 query."""
    found = Organisation.objects.filter(code=code).only("name_fr", "name_en").first()
    return found.name_in(language) if found else ""


def team_of(scopes: Iterable[str]) -> frozenset[int]:
    """Ids of the accounts that hold any role in one of these scopes (1 query), e.g. ["", "run:Ingenia+RES101+2026"]."""
    return frozenset(RoleGrant.objects.filter(scope__in=list(scopes)).values_list("account_id", flat=True))


def has_operator() -> bool:
    """Whether somebody runs this site: an account in use with the role of operator. 1 query."""
    return RoleGrant.objects.filter(role=Role.OPERATOR, scope="", account__is_active=True).exists()


def open_sessions(claim: SessionClaim, *, now: dt.datetime) -> list[OpenSession]:
    """Where the person of this session is signed in, newest first, at most 50. 1 query."""
    rows = SignIn.objects.filter(
        account=claim.account_id, account__epoch=claim.epoch, ended_at__isnull=True, expires_at__gt=now
    ).order_by("-created_at", "pk")[:50]
    return [OpenSession(row.pk, row.device, row.created_at, row.pk == claim.sign_in_id) for row in rows]
