"""Which accounts does a site not keep for ever: those that nobody uses, and those of minors whose parent never answers?

Both terms are settings, off by default. Neither erases by itself: it makes the same request that a person makes, with a
letter that says the day, and the same job erases on that day if the reason still holds. Nobody with a role is asked
about. Attestations stay verifiable, as after any erasure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from cordee.jobs.enqueuing import enqueue
from cordee.jobs.writing_letters import letters_leave
from cordee.people.asking_erasure import KIND
from cordee.people.by_letter import wording
from cordee.people.models import Account, AgeStatement, ErasureRequest, MailedLink, RoleGrant, SignIn

INACTIVE, NO_PARENT = "inactive", "no_parent"  # `ErasureRequest.because`
NOTICE: Final = dt.timedelta(days=30)  # between the letter and the erasure of an account that nobody uses
AT_ONCE: Final = 200  # letters of one day: whoever switches a term on does not write to thousands at once


def unused_accounts(*, before: dt.datetime) -> QuerySet[Account]:
    """Accounts without role of which no session was open since; disabled ones are left to the operator. No query."""
    open_since = SignIn.objects.filter(account=OuterRef("pk"), expires_at__gte=before)
    return _ordinary().filter(
        Q(last_seen_at=None) | Q(last_seen_at__lt=before), ~Exists(open_since), created_at__lt=before
    )


def unanswered_minors(*, before: dt.datetime) -> QuerySet[Account]:
    """Accounts that wait for a parent, who was not asked again since and said no year since. No query."""
    said = AgeStatement.objects.filter(account=OuterRef("pk"), said_at__gte=before)
    asked = MailedLink.objects.filter(account=OuterRef("pk"), door=MailedLink.AGREEMENT, made_at__gte=before)
    return _ordinary().filter(~Exists(said), ~Exists(asked), waits_for_parent=True, created_at__lt=before)


def ask_about_unused(*, before: dt.datetime, now: dt.datetime) -> int:
    """Write to some of them that they go in a month unless they sign in; how many. Where no letter leaves, nobody.

    1 query, and some 12 for each.
    """
    _let_stay()
    if not letters_leave():
        return 0
    return _ask(unused_accounts(before=before), INACTIVE, due_at=now + NOTICE, now=now)


def ask_about_minors(*, before: dt.datetime, now: dt.datetime) -> int:
    """The same for minors without an answer, after the days that any erasure waits; a letter where one leaves."""
    wait = dt.timedelta(days=settings.CORDEE.erasure_wait_days)
    return _ask(unanswered_minors(before=before), NO_PARENT, due_at=now + wait, now=now)


def still_holds(request: ErasureRequest) -> bool:
    """Whether the reason for which somebody is to be erased is there still. At most 2 queries."""
    account = request.account
    if request.because in {INACTIVE, NO_PARENT} and RoleGrant.objects.filter(account=account).exists():
        return False
    match request.because:
        case "inactive":
            return not SignIn.objects.filter(account=account, expires_at__gt=request.asked_at).exists()
        case "no_parent":
            return account.waits_for_parent
        case _:
            return True


def _ordinary() -> QuerySet[Account]:
    """Those in use, of nobody of a team, of whom nothing is decided yet."""
    return Account.objects.filter(
        ~Exists(RoleGrant.objects.filter(account=OuterRef("pk"))),
        ~Exists(ErasureRequest.objects.filter(account=OuterRef("pk"))),
        is_active=True,
    ).order_by("pk")


def _ask(accounts: Iterable[Account], because: str, *, due_at: dt.datetime, now: dt.datetime) -> int:
    count = 0
    for account in list(accounts[:AT_ONCE] if isinstance(accounts, QuerySet) else accounts):
        with transaction.atomic():
            request, is_new = ErasureRequest.objects.get_or_create(
                account=account, defaults={"asked_at": now, "due_at": due_at, "because": because}
            )
            if not is_new:  # they asked for it themselves meanwhile
                continue
            enqueue(kind=KIND, key=str(request.number), data={"request": str(request.number)}, now=due_at)
            said = wording.unused if because == INACTIVE else wording.no_parent
            wording.tell(said(due_at), account=account, now=now, key=f"{because} {request.number}")
        count += 1
    return count


def _let_stay() -> None:
    """Forget the requests of who signed in after their letter. 2 queries."""
    came_back = SignIn.objects.filter(account=OuterRef("account"), expires_at__gt=OuterRef("asked_at"))
    ErasureRequest.objects.filter(Exists(came_back), because=INACTIVE).delete()
