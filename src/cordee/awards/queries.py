"""Every read of this room's tables, one function a question."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.http import HttpRequest

from cordee.awards.models import Attestation
from cordee.core.codes import read_code
from cordee.core.errors import N_, NotFound
from cordee.courses.queries import run_by_key
from cordee.learning.models import Enrolment
from cordee.learning.queries import no_place_in
from cordee.people.models import Account
from cordee.people.permissions import ENROLLED, OWNER, Subject, require
from cordee.people.sessions import account_of, claim_of, live_sign_in, remember

NOT_READ = ("outline", "files", "extra", "report")  # of the version: large, and not needed


def enrolment_to_attest(enrolment_id: int) -> Enrolment:
    """An enrolment with account, cohort, run, course and version as they are now (1 query)."""
    return _with_run().get(pk=enrolment_id)


def own_enrolment(request: HttpRequest, act: str, run_key: str, now: dt.datetime) -> Enrolment:
    """The reader's enrolment in a run, asked for `act`; also after leaving: what was earned stays theirs.

    1 query (session, account, enrolment and run together). Raises SignInRequired, NotFound, NotEnrolled, NotAllowed.
    """
    subject = Subject.of_run_key(run_key, standing={ENROLLED, OWNER})
    claim = claim_of(request)
    if claim is not None:
        enrolment = _with_run().filter(live_sign_in(claim, now, path="account"), run__key=run_key).first()
        if enrolment is not None:
            remember(request, enrolment.account)
            require(request, act, subject)
            return enrolment
    if account_of(request) is None:
        require(request, act)  # raises SignInRequired
    run = run_by_key(run_key)
    if run.private_to_id:  # to others it is as if it were not there
        raise NotFound(N_("There is no session {key}. Choose one in the course list."), key=run_key)
    raise no_place_in(run)


def history_of(enrolment: Enrolment) -> list[Attestation]:
    """Every attestation that an enrolment has had, the latest first (1 query)."""
    return list(Attestation.objects.filter(enrolment=enrolment).order_by("-issued_at", "-pk"))


def live_attestation_of(enrolment: Enrolment) -> Attestation | None:
    """The attestation that holds, if there is one (1 query)."""
    return Attestation.objects.filter(enrolment=enrolment, superseded_at__isnull=True, revoked_at__isnull=True).first()


def attested_in(run_id: int) -> frozenset[int]:
    """Ids of the enrolments of a run that have an attestation that holds (1 query)."""
    found = Attestation.objects.filter(enrolment__run=run_id, superseded_at__isnull=True, revoked_at__isnull=True)
    return frozenset(found.values_list("enrolment_id", flat=True))


def attestations_given() -> int:
    """How many hold (1 query)."""
    return Attestation.objects.filter(superseded_at__isnull=True, revoked_at__isnull=True).count()


def attestations_of(account: Account) -> list[Attestation]:
    """An account's attestations that hold, the latest first (1 query)."""
    return list(
        Attestation.objects.filter(
            enrolment__account=account, superseded_at__isnull=True, revoked_at__isnull=True
        ).order_by("-issued_at", "-pk")
    )


def attestation_by_code(typed: str) -> Attestation | None:
    """The attestation of a code as somebody typed it (1 query; 0 for what is no code)."""
    code = read_code(typed)
    return Attestation.objects.filter(code=code).first() if code else None


def successor_in_the_same_name(attestation: Attestation) -> Attestation | None:
    """The attestation that now holds in place of a superseded one (1 query); None without one, or under another name.

    Who holds the old code must not learn a name that was changed since.
    """
    if attestation.enrolment_id is None:
        return None
    return Attestation.objects.filter(
        enrolment=attestation.enrolment_id, superseded_at__isnull=True, revoked_at__isnull=True, name=attestation.name
    ).first()


def _with_run() -> QuerySet[Enrolment]:
    return Enrolment.objects.select_related("account", "cohort", "run__course", "run__version").defer(
        *(f"run__version__{field}" for field in NOT_READ)
    )
