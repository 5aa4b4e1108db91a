"""Do the groups of schools and companies come into the programme's tables without being typed, and once?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.bilan.office.offering_groups import offers
from cordee.bilan.office.queries import held
from cordee.bilan.tests.test_office import manager
from cordee.courses.tests.make import NOW, small_run
from cordee.learning.cohorts.teaching import set_use
from cordee.learning.tests.cohorts import make_cohort, make_member, make_organisation, member_of_team
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db


def test_a_schools_group_becomes_a_row_of_use_and_a_companys_a_row_of_companies(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    client = signed_in_client(manager())
    school = make_cohort("Promo", organisation=make_organisation("Alpine", name_fr="École alpine"), run=run)
    company = make_cohort("Staff", organisation=make_organisation("Rivoire", kind="company"), run=run)
    silent = make_cohort("Nobody yet", organisation=school.organisation, run=run)
    for cohort in (school, school, company):
        make_member(cohort)
    make_member(silent, accepted=False)
    member_of_team(Role.TUTOR, f"cohort:{company.pk}")
    assert offers(held(), "use") == offers(held(), "companies") == []  # the tables do not know the course yet
    client.post("/bilan/tables/runs", {"key": [run.key]})
    assert offers(held(), "use") == []  # nobody has said how it is used
    set_use(cohort=school, use="flipped", ects=2, by=make_account(), now=NOW)
    for sheet, cohort in (("use", school), ("companies", company)):
        assert str(cohort.pk) in client.get(f"/bilan/tables/{sheet}").content.decode()
        for _click in range(2):
            client.post(f"/bilan/tables/{sheet}", {"key": [str(school.pk), str(company.pk), str(silent.pk)]})
        assert offers(held(), sheet) == []
    (use,) = held().programme.use
    assert (use.institution, use.own, use.course, use.mode, use.people) == (
        "École alpine",
        True,
        "tst101",
        "flipped",
        2,
    )
    (row,) = held().programme.companies
    assert (row.courses, row.people, row.tutoring, row.since) == (("tst101",), 1, True, "2026-09")
    assert held().faults == ()


def test_who_may_not_write_the_tables_takes_no_group_in() -> None:
    client = signed_in_client(make_account())
    assert client.post("/bilan/tables/use", {"key": ["1"]}).status_code == 403
