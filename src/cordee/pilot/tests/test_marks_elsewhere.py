"""Do marks of another platform come to the members whose they are, after a look, once, with their date?"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cordee.core import clock
from cordee.core.errors import Conflict
from cordee.courses.private_elsewhere import Elsewhere
from cordee.courses.tests.make import NOW
from cordee.learning.elsewhere.following import follow_elsewhere
from cordee.learning.elsewhere.marks import Reported, look_at_marks, match, take_marks
from cordee.learning.models import Cohort, CohortMember, OutsideMark, OutsideMarkList
from cordee.learning.tests.cohorts import client_of, make_member, make_organisation, member_of_team
from cordee.people.models import Account, Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client
from cordee.pilot.marks_elsewhere.reading import read_marks

pytestmark = pytest.mark.django_db

HEAD = "Student ID,Email,Username,Grade,Quiz 1: A,Certificate Eligible,Enrollment Status"
MARCH, APRIL = "FUN_04018_s07_grade_report_2026-03-15-0600.csv", "FUN_04018_s07_grade_report_2026-04-15-0600.csv"
PROBLEMS = "FUN_04018_s07_problem_grade_report_2026-04-20-0600.csv"
FIRST, SECOND = dt.datetime(2026, 3, 15, 6, tzinfo=dt.UTC), dt.datetime(2026, 4, 15, 6, tzinfo=dt.UTC)


@pytest.fixture
def teacher() -> tuple[Account, Client]:
    return member_of_team(Role.TEACHER, "org:Alpine")


@pytest.fixture
def cohort(teacher: tuple[Account, Client]) -> Cohort:
    return make_following("Alpine", teacher[0])


def make_following(code: str, by: Account, **told: Any) -> Cohort:
    facts: dict[str, Any] = {
        "host": "fun",
        "address": "https://www.fun-mooc.fr/fr/cours/04018",
        "title": "Éducation par la recherche",
        "language": "fr",
        "number": "04018",
        "session": "s07",
        "opens_at": NOW - dt.timedelta(days=90),
        "closes_at": NOW,
        "pass_mark": 0.5,
    }
    elsewhere, organisation = Elsewhere(**facts | told), make_organisation(code)
    return follow_elsewhere(told=elsewhere, organisation=organisation, group="Promo", ects=2.0, by=by, now=NOW)


def member(cohort: Cohort, name: str, address: str, *, outside_id: str = "", accepted: bool = True) -> CohortMember:
    made = make_member(cohort, make_account(name=name, email=address), accepted=accepted)
    CohortMember.objects.filter(pk=made.pk).update(outside_id=outside_id)
    return made


def report(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def look(client: Client, cohort: Cohort, data: bytes, name: str = MARCH) -> Any:
    file = SimpleUploadedFile(name, data, "text/csv")
    return client.post(f"/cohorts/{cohort.pk}/marks", {"act": "look", "report": file})


def take(client: Client, cohort: Cohort, looked: Any) -> Any:
    found = re.search(r'name="list" value="(\d+)"', looked.content.decode())
    assert found, looked.content.decode()
    return client.post(f"/cohorts/{cohort.pk}/marks", {"act": "take", "list": found[1]})


def held(cohort: Cohort) -> dict[str, tuple[float, bool | None, dt.datetime]]:
    rows = OutsideMark.objects.filter(cohort=cohort).select_related("account")
    return {row.account.name: (row.grade, row.passed, row.extracted_at) for row in rows}


def test_a_report_is_looked_at_then_taken_in_once(cohort: Cohort, teacher: tuple[Account, Client]) -> None:
    _account, client = teacher
    member(cohort, "Ana", "ana@alpine.example")
    member(cohort, "Bo", "bo@alpine.example", outside_id="bo_fun")
    member(cohort, "Cléo", "cleo@alpine.example", accepted=False)
    member(cohort, "Dan", "dan@alpine.example")
    data = report(
        "1,ANA@alpine.example,ana,0.82,0.9,Y,enrolled",
        "2,other@home.example,bo_fun,0.31,0.2,N,enrolled",
        "3,cleo@alpine.example,cleo,0.9,0.9,Y,enrolled",
        "4,stranger@x.example,stranger,1.0,1.0,Y,enrolled",
    )
    looked = look(client, cohort, data)
    words = looked.content.decode()
    assert looked.status_code == 200
    for told in ("2 members are in the report", "2 rows are not taken", "Not in the report:", "Dan", "2 marks change"):
        assert told in words, told
    assert "has not accepted yet" in words
    assert "1 person of the report is not in the group" in words
    assert "<li><bdi>stranger@x.example</bdi></li>" in words
    assert not OutsideMark.objects.exists()
    assert take(client, cohort, looked)["Location"] == f"/cohorts/{cohort.pk}?done=marks"
    assert held(cohort) == {"Ana": (0.82, True, FIRST), "Bo": (0.31, False, FIRST)}
    assert take(client, cohort, looked).status_code == 409  # the second click
    assert not OutsideMarkList.objects.exists()
    assert StaffAct.objects.filter(act="cohort.bring_marks", people=2, place=f"cohort:{cohort.pk}").count() == 1
    again = look(client, cohort, data).content.decode()
    assert "0 marks change" in again
    page = client.get(f"/cohorts/{cohort.pk}").content.decode()
    assert re.search(r"82<small>passed</small></td><td>15\u00a0Mar<small>FUN</small>", page), page


def test_an_older_report_never_replaces_a_later_one(cohort: Cohort, teacher: tuple[Account, Client]) -> None:
    _account, client = teacher
    member(cohort, "Ana", "ana@alpine.example")
    older = look(client, cohort, report("1,ana@alpine.example,ana,0.2,0.2,N,enrolled"), MARCH)
    later = look(client, cohort, report("1,ana@alpine.example,ana,0.7,0.7,Y,enrolled"), APRIL)
    assert take(client, cohort, later).status_code == 302
    assert take(client, cohort, older).status_code == 302  # the other tab
    assert held(cohort) == {"Ana": (0.7, True, SECOND)}
    words = look(client, cohort, report("1,ana@alpine.example,ana,0.2,0.2,N,enrolled"), MARCH).content.decode()
    assert "nothing: a later report is there" in words


def test_the_problem_grade_report_says_the_grade_and_the_sessions_mark_who_passed(
    cohort: Cohort, teacher: tuple[Account, Client]
) -> None:
    _account, client = teacher
    member(cohort, "Ana", "ana@alpine.example")
    member(cohort, "Bo", "bo@alpine.example")
    head = "Student ID,Email,Username,Enrollment Status,Grade,Quiz 1: A - Sum (Earned),Quiz 1: A - Sum (Possible)"
    rows = ["1,ana@alpine.example,ana,enrolled,0.5,1,2", "2,bo@alpine.example,bo,enrolled,0.49,1,2"]
    looked = look(client, cohort, "\n".join([head, *rows]).encode(), PROBLEMS)
    assert take(client, cohort, looked).status_code == 302
    assert {name: mark[:2] for name, mark in held(cohort).items()} == {"Ana": (0.5, None), "Bo": (0.49, None)}
    page = client.post(f"/cohorts/{cohort.pk}/credits").content.decode("utf-8-sig")
    assert "ana@alpine.example" in page
    assert "bo@alpine.example" not in page


def test_the_list_of_credits_says_platform_and_date_and_no_cell_of_it_is_a_formula(
    cohort: Cohort, teacher: tuple[Account, Client]
) -> None:
    _account, client = teacher
    member(cohort, "=SUM(A1)", "ana@alpine.example")
    member(cohort, "Bo", "bo@alpine.example")
    rows = ("1,ana@alpine.example,ana,0.825,0.9,Y,enrolled", "2,bo@alpine.example,bo,0.1,0.2,N,enrolled")
    take(client, cohort, look(client, cohort, report(*rows)))
    answer = client.post(f"/cohorts/{cohort.pk}/credits")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert lines[0][-2:] == ["platform", "report of"]
    assert lines[1:] == [["'=SUM(A1)", "ana@alpine.example", "82.5", "2.0", "Alpine+04018+s07", "FUN", "2026-03-15"]]
    whole = client.post(f"/cohorts/{cohort.pk}/export").content.decode("utf-8-sig")
    assert "'=SUM(A1),ana@alpine.example,,,2026-11-24,82.5,yes,,,,FUN,2026-03-15" in whole
    assert "bo@alpine.example,,,2026-11-24,10.0,no,,,,FUN,2026-03-15" in whole
    assert "By the marks that were brought from FUN" in client.get(f"/cohorts/{cohort.pk}/meetings").content.decode()


def test_whoever_leaves_the_group_takes_their_marks_along(cohort: Cohort, teacher: tuple[Account, Client]) -> None:
    account, client = teacher
    ana = member(cohort, "Ana", "ana@alpine.example")
    looked = look(client, cohort, report("1,ana@alpine.example,ana,0.7,0.7,Y,enrolled"))
    assert signed_in_client(ana.account).post(f"/groups/{cohort.pk}/leave").status_code == 302
    assert take(client, cohort, looked).status_code == 302
    assert held(cohort) == {}
    CohortMember.objects.filter(pk=ana.pk).update(left_at=None, accepted_at=NOW)
    kept, _found = look_at_marks(
        cohort=cohort, rows=[Reported("ana@alpine.example", "", "", 70, None)], extracted_at=NOW, by=account, now=NOW
    )
    assert take_marks(cohort=cohort, number=kept.pk, by=account, now=NOW) == 1
    assert signed_in_client(ana.account).post(f"/groups/{cohort.pk}/leave").status_code == 302
    assert held(cohort) == {}


def test_one_who_fails_leaves_nothing_half_done(
    cohort: Cohort, teacher: tuple[Account, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    account, _client = teacher
    member(cohort, "Ana", "ana@alpine.example")
    rows = [Reported("ana@alpine.example", "", "", 70, None)]
    kept, _found = look_at_marks(cohort=cohort, rows=rows, extracted_at=NOW, by=account, now=NOW)

    def fail(**_given: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("cordee.learning.elsewhere.marks.note_act", fail)
    with pytest.raises(RuntimeError):
        take_marks(cohort=cohort, number=kept.pk, by=account, now=NOW)
    assert (held(cohort), OutsideMarkList.objects.count()) == ({}, 1)


def test_a_report_is_taken_by_whoever_looked_at_it_within_a_day(
    cohort: Cohort, teacher: tuple[Account, Client]
) -> None:
    account, _client = teacher
    other, _their_client = member_of_team(Role.TEACHER, "org:Alpine")
    member(cohort, "Ana", "ana@alpine.example")
    rows = [Reported("ana@alpine.example", "", "", 70, None)]
    kept, _found = look_at_marks(cohort=cohort, rows=rows, extracted_at=NOW, by=account, now=NOW)
    for by, now in ((other, NOW), (account, NOW + dt.timedelta(days=2))):
        with pytest.raises(Conflict):
            take_marks(cohort=cohort, number=kept.pk, by=by, now=now)
    assert held(cohort) == {}


def test_who_is_whose_is_said_with_its_reason(cohort: Cohort) -> None:
    member(cohort, "Ana", "ana@alpine.example", outside_id="twin")
    member(cohort, "Bo", "bo@alpine.example", outside_id="twin")
    member(cohort, "Cy", "cy@alpine.example", outside_id="1003")
    found = match(
        cohort,
        [
            Reported("ana@alpine.example", "", "", 50, None),
            Reported("ANA@ALPINE.example", "", "", 60, None),
            Reported("", "twin", "", 50, None),
            Reported("", "whoever", "1003", 49.99, None),
            Reported("bo@alpine.example", "", "", None, None),
            Reported("bo@alpine.example", "", "", 900, None),
        ],
        NOW,
    )
    assert [(one.name, one.grade, one.passed, one.change) for one in found.found] == [
        ("Ana", 0.5, True, "new"),
        ("Cy", 0.4999, False, "new"),
    ]
    assert [str(one.why)[:28] for one in found.unmatched] == [
        "Another row of the report is",
        "Two members of the group hav",
        "The report gives no grade th",
        "The grade 900 is not out of ",
    ]
    assert found.missing == ("Bo",)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("grades.xlsx", b"PK\x03\x04", "Save it as CSV"),
        ("empty.csv", b"", "is empty"),
        ("FUN_04018_s07_student_profile_info_2026-04-15-0600.csv", b"id,username,name,email,gender,goals\n", "says no"),
        ("coursera.csv", b"learner,course grade\nAna,82\n", "cannot be told from its content"),
    ],
)
def test_what_is_no_report_of_grades_is_refused_and_nothing_is_kept(
    cohort: Cohort, teacher: tuple[Account, Client], name: str, data: bytes, told: str
) -> None:
    answer = look(teacher[1], cohort, data, name)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert not OutsideMarkList.objects.exists()


def test_a_report_without_a_date_in_its_name_counts_as_of_now(cohort: Cohort, teacher: tuple[Account, Client]) -> None:
    found = read_marks("notes.csv", report("1,a@x.example,a,0.5,0.5,Y,enrolled"), run_key="A+B+C", now=clock.now())
    assert (found.dated, found.course, len(found.rows)) == (False, "", 1)
    dated = read_marks(MARCH, report("1,a@x.example,a,0.5,0.5,Y,enrolled"), run_key="A+B+C", now=clock.now())
    assert (dated.dated, dated.extracted_at) == (True, FIRST)
    words = look(teacher[1], cohort, report("1,a@x.example,a,0.5,0.5,Y,enrolled"), "notes.csv").content.decode()
    assert "so it counts as of now" in words
    future = MARCH.replace("2026", "2099")
    assert look(teacher[1], cohort, report("1,a@x.example,a,0.5,0.5,Y,enrolled"), future).status_code == 400


def test_the_page_says_that_reports_of_coursera_cannot_be_read(teacher: tuple[Account, Client]) -> None:
    cohort = make_following("Alpine", teacher[0], host="coursera", address="https://www.coursera.org/learn/recherche")
    assert "Reports of Coursera cannot be read yet" in teacher[1].get(f"/cohorts/{cohort.pk}/marks").content.decode()


def test_nobody_else_brings_marks_or_sees_the_page(cohort: Cohort, teacher: tuple[Account, Client]) -> None:
    ana = member(cohort, "Ana", "ana@alpine.example")
    rows = [Reported("ana@alpine.example", "", "", 70, None)]
    kept, _found = look_at_marks(cohort=cohort, rows=rows, extracted_at=NOW, by=teacher[0], now=NOW)
    path = f"/cohorts/{cohort.pk}/marks"
    strangers = [
        client_of(Role.TEACHER, "org:Other"),
        client_of(Role.PROGRAMME_MANAGER, "org:Other"),
        client_of(Role.TUTOR, f"cohort:{cohort.pk}"),
        signed_in_client(ana.account),
    ]
    for client in strangers:
        assert client.get(path).status_code == 403
        assert client.post(path, {"act": "take", "list": kept.pk}).status_code == 403
        assert look(client, cohort, report()).status_code == 403
        as_json = client.get(path, headers={"accept": "application/json"})
        assert (as_json.status_code, as_json["Content-Type"].partition(";")[0]) == (403, "application/json")
    assert Client().post(path, {"act": "take", "list": kept.pk}).status_code == 302
    for client in (client_of(Role.PROGRAMME_MANAGER, "org:Alpine"), client_of(Role.TEACHER, f"cohort:{cohort.pk}")):
        assert client.get(path).status_code == 200
        assert client.post(path, {"act": "take", "list": kept.pk}).status_code == 409  # somebody else's look
    assert held(cohort) == {}
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = teacher[1].cookies
    assert forged.post(path, {"act": "take", "list": kept.pk}).status_code == 403
    assert teacher[1].post(path, {"act": "take", "list": "1; DROP"}).status_code == 400
