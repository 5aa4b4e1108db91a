"""Do the groups of schools and companies come into the programme's tables without being typed, and once?"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from cordee.bilan.office.editing import change_row
from cordee.bilan.office.offering_groups import offers
from cordee.bilan.office.queries import held
from cordee.bilan.office.sheets import tag_of
from cordee.bilan.tests.test_office import manager
from cordee.courses.tests.make import NOW, small_run
from cordee.learning.cohorts.teaching import set_use, use_digest
from cordee.learning.tests.cohorts import make_cohort, make_member, make_organisation, member_of_team
from cordee.people.companies import Told, write_company
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
    set_use(cohort=school, use="flipped", ects=2, seen=use_digest(school), by=make_account(), now=NOW)
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


def test_the_register_of_companies_says_sector_and_need_which_nobody_types_again(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    office, account = manager(), make_account()
    client = signed_in_client(office)
    trained = make_organisation("Rivoire", kind="company")
    make_member(make_cohort("Staff", organisation=trained, run=run))
    without_groups = make_organisation("Volta", kind="company", name_fr="Volta")
    client.post("/bilan/tables/runs", {"key": [run.key]})
    (first,) = offers(held(), "companies")
    client.post("/bilan/tables/companies", {"key": [first.key]})
    assert offers(held(), "companies") == []
    told = Told(sector_fr="énergie", sector_en="energy", need_fr="former", need_en="train", people=99, since="2019")
    for organisation, more in ((trained, told), (without_groups, replace(told, courses=("tst101", "unknown")))):
        write_company(organisation=organisation, told=more, seen="", by=account, now=NOW)
    filled, added = offers(held(), "companies")
    assert (filled.fills, added.fills, added.key, added.title) == (True, False, "org:Volta", "Volta")
    assert "fills what is empty in its row" in client.get("/bilan/tables/companies").content.decode()
    for _click in range(2):
        client.post("/bilan/tables/companies", {"key": [filled.key, added.key]})
    assert offers(held(), "companies") == []
    staff, volta = held().programme.companies
    assert (staff.sector_en, staff.need_fr, staff.people, staff.since) == ("energy", "former", 1, "2026-09")
    assert (volta.sector_fr, volta.need_en, volta.people, volta.courses) == ("énergie", "train", 99, ("tst101",))
    assert held().faults == ()


def test_what_the_office_wrote_in_a_row_stays_whatever_the_register_says(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    office, account = manager(), make_account()
    client = signed_in_client(office)
    trained = make_organisation("Rivoire", kind="company")
    make_member(make_cohort("Staff", organisation=trained, run=run))
    client.post("/bilan/tables/runs", {"key": [run.key]})
    written = Told(sector_fr="énergie", sector_en="energy")
    write_company(organisation=trained, told=written, seen="", by=account, now=NOW)
    (first,) = offers(held(), "companies")
    client.post("/bilan/tables/companies", {"key": [first.key]})
    (row,) = held().of("companies")
    assert row.cells["sector_en"] == "energy"
    cells = {**row.cells, "sector_en": "power plants"}
    change_row(sheet="companies", row_id=row.id, cells=cells, tag=tag_of(row.cells), account=office, now=NOW)
    again = Told(sector_fr="électricité", sector_en="electricity", need_en="train")
    write_company(organisation=trained, told=again, seen=NOW.isoformat(), by=account, now=NOW + dt.timedelta(days=1))
    (fills,) = offers(held(), "companies")
    client.post("/bilan/tables/companies", {"key": [fills.key]})
    (company,) = held().programme.companies
    assert (company.sector_fr, company.sector_en, company.need_en) == ("énergie", "power plants", "train")


def test_a_company_whose_courses_the_tables_do_not_know_is_not_offered() -> None:
    organisation = make_organisation("Volta", kind="company")
    told = Told(sector_en="energy", courses=("elsewhere",))
    write_company(organisation=organisation, told=told, seen="", by=make_account(), now=NOW)
    assert offers(held(), "companies") == []
    empty = make_organisation("Nothing", kind="company")
    write_company(organisation=empty, told=Told(people=3), seen="", by=make_account(), now=NOW)
    write_company(organisation=empty, told=Told(), seen=NOW.isoformat(), by=make_account(), now=NOW)
    assert offers(held(), "companies") == []


def test_who_may_not_write_the_tables_takes_no_group_in() -> None:
    client = signed_in_client(make_account())
    assert client.post("/bilan/tables/use", {"key": ["1"]}).status_code == 403
