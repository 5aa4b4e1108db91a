"""Schools, their teams and their cohorts for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.private_runs import Terms, open_private_run
from cordee.courses.tests.make import NOW
from cordee.jobs.models import Job, Letter
from cordee.learning.cohorts import inviting, making
from cordee.learning.cohorts.inviting import take_place
from cordee.learning.models import Cohort, CohortMember
from cordee.people import organisations
from cordee.people.granting import grant_role
from cordee.people.models import Account, Organisation, Role
from cordee.people.organisations import About
from cordee.people.tests.make import make_account, signed_in_client


def make_organisation(code: str, **about: Any) -> Organisation:
    told = {"name_fr": f"{code} (fr)", "name_en": code, "kind": "school", **about}
    return organisations.make_organisation(code=code, about=About(**told), by=None, now=NOW)


def make_cohort(
    name: str = "Class A", *, organisation: Organisation | None = None, run: Run | None = None, **rule: str
) -> Cohort:
    made = making.make_cohort(name=name, organisation=organisation, run=run, by=None, now=NOW, **rule)
    return Cohort.objects.select_related("organisation", "run__course", "run__version").get(pk=made.pk)


def make_member(
    cohort: Cohort, account: Account | None = None, *, accepted: bool = True, now: dt.datetime = NOW, **told: str
) -> CohortMember:
    """Somebody in the cohort, with a place in its run once they have accepted."""
    account = account or make_account()
    member = CohortMember.objects.create(
        cohort=cohort,
        account=account,
        name=told.get("name", account.name),
        address=account.email,
        site=told.get("site", ""),
        zone=told.get("zone", ""),
        way=CohortMember.CSV,
        added_at=now,
        accepted_at=now if accepted else None,
    )
    if accepted:
        take_place(cohort=cohort, account=account, now=now)
    return member


def letters_written() -> int:
    """Do the jobs that write invitations, as the worker would; how many letters there are."""
    for job in Job.objects.filter(kind=inviting.KIND, done_at=None):
        inviting.write_some(job)
    return Letter.objects.count()


def private_run_of(organisation: Organisation, public: Run, **terms: Any) -> Run:
    told = {"opens_at": NOW, "closes_at": None, "enrolment_closes_at": None, "pass_mark": 0.7, **terms}
    return open_private_run(
        version=public.version, key="spoc", organisation=organisation, terms=Terms(**told), by=None, now=NOW
    )


def member_of_team(role: Role, scope: str) -> tuple[Account, Client]:
    account = make_account(name="Hélène Castagnier")
    grant_role(account=account, role=role, scope=scope, granted_by=None, now=clock.now())
    return account, signed_in_client(account)


def client_of(role: Role, scope: str = "") -> Client:
    return member_of_team(role, scope)[1]
