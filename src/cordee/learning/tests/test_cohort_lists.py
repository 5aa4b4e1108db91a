"""Is a list of people read line by line, taken whole or not at all, and does it show nothing of who is on it?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cordee.core import clock
from cordee.core.errors import Conflict, CordeeError, InputRefused, NotAllowed
from cordee.courses.tests.make import NOW, small_run
from cordee.jobs.models import Job
from cordee.learning.cohorts import filling
from cordee.learning.cohorts.filling import add_people, look_at_list, take_list
from cordee.learning.cohorts.reading import Line, read_people
from cordee.learning.enrolling import enrol
from cordee.learning.models import CohortList, CohortMember, Enrolment, Event
from cordee.learning.tests.cohorts import (
    client_of,
    letters_written,
    make_cohort,
    make_member,
    make_organisation,
    member_of_team,
)
from cordee.people.models import Account, Role, StaffAct
from cordee.people.tests.make import PASSWORD, make_account

GOOD = "email;nom;prénom;site;zone;langue\r\nawa@a.example;Diallo;Awa;Brest;Ouest;fr\r\nbo@a.example;Li;Bo;;;\r\n"


def refusals(text: str) -> dict[int, str]:
    return {one.number: str(one.why) for one in read_people(text.encode()).refused}


def test_a_list_of_a_french_office_is_read() -> None:
    found = read_people(GOOD.encode("cp1252"))
    assert found.lines[0] == Line(2, "awa@a.example", "Awa Diallo", "Brest", "Ouest", "fr")
    assert [line.name for line in found.lines] == ["Awa Diallo", "Bo Li"]
    assert not found.refused


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_every_usual_mark_and_a_byte_order_mark_are_read(mark: str) -> None:
    text = "\ufeff" + mark.join(["E-mail", "NAME"]) + "\n" + mark.join(["awa@a.example", "Awa"]) + "\n\n"
    assert read_people(text.encode()).lines == (Line(2, "awa@a.example", "Awa"),)


def test_each_line_that_cannot_be_taken_says_why() -> None:
    found = refusals(
        "email,name,language\n"
        "not an address,Awa,\n"
        "awa@a.example,Awa,\n"
        "AWA@A.example,Awa again,\n"
        "bo@a.example,,\n"
        "cy@a.example,Admin,\n"
        "di@a.example,Di,de\n"
        "ed@a.example,Ed,fr,more\n"
    )
    assert set(found) == {2, 4, 5, 6, 7, 8}
    assert "not complete" in found[2]
    assert "line 3" in found[4]
    assert "missing" in found[5]
    assert "kept for the team" in found[6]
    assert "“de”" in found[7]
    assert "4 cells" in found[8]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("email,name,e-mail", "Two columns"),
        ("name,site", "no column “email”"),
        ("email,site", "no column “name”"),
    ],
)
def test_a_head_that_cannot_be_read_refuses_the_list_with_its_reason(head: str, told: str) -> None:
    found = read_people(f"{head}\nawa@a.example,Awa,x\n".encode())
    assert not found.lines
    assert [one.number for one in found.refused] == [1]
    assert told in str(found.refused[0].why)


def test_a_column_that_is_not_known_is_ignored_and_named_and_who_is_there_already_stands_apart() -> None:
    head = "email,phone,name,,N° étudiant\n"
    found = read_people(
        f"{head}awa@a.example,1,Awa,,7\nbo@a.example,2,Bo\nnobody,3,x\n".encode(), members={"bo@a.example"}
    )
    assert found.lines == (Line(2, "awa@a.example", "Awa"),)
    assert found.there == (Line(3, "bo@a.example", "Bo"),)
    assert [one.number for one in found.refused] == [4]
    assert found.ignored == ("phone", "N° étudiant")


def test_a_list_of_a_head_alone_says_so() -> None:
    with pytest.raises(InputRefused, match="names its columns and nobody"):
        read_people(b"email,name\r\n\r\n")


@pytest.mark.django_db
def test_the_page_of_a_list_shows_all_its_lines_what_it_ignores_and_who_is_there() -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    make_member(cohort, make_account(email="bo@a.example", name="Bo"))
    lines = "".join(f"p{number}@a.example,Person {number},x\n" for number in range(25))
    file = SimpleUploadedFile("people.csv", f"email,name,phone\n{lines}bo@a.example,Bo,x\n".encode(), "text/csv")
    answer = client_of(Role.TEACHER, "org:Alpine").post(f"/cohorts/{cohort.pk}/people", {"act": "look", "people": file})
    words = answer.content.decode()
    assert "25 people can be taken in" in words
    assert "Person 24" in words
    assert "See 15 more lines" in words
    assert "1 person is in the group already" in words
    assert "“phone”" in words
    assert "cannot be taken" not in words


@pytest.mark.parametrize("data", [b"", b"\n\n", b"PK\x03\x04\0\0", b'email,name\n"awa'])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    try:
        found = read_people(data)
    except InputRefused:
        return
    assert not found.lines


@given(st.binary(max_size=300))
def test_whatever_bytes_are_sent_are_read_or_refused(data: bytes) -> None:
    try:
        found = read_people(b"email,name\n" + data)
    except CordeeError:
        return
    assert all("@" in line.address and line.name for line in found.lines)


def lines_of(*addresses: str) -> list[Line]:
    return [Line(number, address, f"Awa {number}x") for number, address in enumerate(addresses, 2)]


@pytest.mark.django_db
def test_who_has_no_account_gets_one_without_password_a_letter_and_no_place_yet(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    cohort = make_cohort(run=run)
    done = add_people(cohort=cohort, lines=lines_of("a@x.example", "b@x.example"), way="csv", by=None, now=NOW)
    assert (done.added, done.invited) == (2, 2)
    accounts = list(Account.objects.all())
    assert not any(account.has_usable_password() for account in accounts)
    assert not Enrolment.objects.exists()
    assert not Event.objects.exists()
    assert not CohortMember.objects.exclude(invited_at=None).exists()
    for _time in range(2):
        assert letters_written() == Job.objects.filter(kind="letter").count() == 2
    assert CohortMember.objects.filter(accepted_at=None, invited_at__isnull=False).count() == 2
    act = StaffAct.objects.get(about="added by csv")
    assert (act.people, act.place) == (2, f"cohort:{cohort.pk}")


@pytest.mark.django_db
def test_who_has_an_account_keeps_it_and_takes_no_place_before_they_accept(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    cohort = make_cohort(run=run)
    account = make_account(email="A@x.example", name="Her own name", password=PASSWORD)
    before = Account.objects.values().get()
    add_people(cohort=cohort, lines=lines_of("a@X.example"), way="csv", by=None, now=NOW)
    assert Account.objects.values().get() == before
    assert not Enrolment.objects.filter(account=account).exists()
    member = CohortMember.objects.get()
    assert (member.name, member.address, member.accepted_at) == ("Awa 2x", "a@X.example", None)


@pytest.mark.django_db
def test_an_address_in_a_list_shows_nothing_of_what_its_owner_does(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    school = make_organisation("Alpine")
    cohort = make_cohort(organisation=school, run=run)
    learner = make_account(email="known@x.example", name="Secret Name", password=PASSWORD)
    enrolment = enrol(account=learner, run=run, now=NOW)
    Enrolment.objects.filter(pk=enrolment.pk).update(grade=0.77)
    add_people(cohort=cohort, lines=lines_of("known@x.example", "new@x.example"), way="csv", by=None, now=NOW)
    client = client_of(Role.TEACHER, "org:Alpine")
    page = client.get(f"/cohorts/{cohort.pk}").content.decode()
    table = client.post(f"/cohorts/{cohort.pk}/export").content.decode()
    for told in (page, table):
        assert "Secret Name" not in told
        assert "77" not in re.sub(r"<[^>]*>", "", told.partition("<main")[2] or told)
    known, new = table.splitlines()[1:]
    assert known.partition(",")[2].replace("known", "new") == new.partition(",")[2]


@pytest.mark.django_db
def test_the_same_list_again_adds_nobody() -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    for _time in range(2):
        add_people(cohort=cohort, lines=lines_of("a@x.example"), way="csv", by=None, now=NOW)
    assert CohortMember.objects.count() == Account.objects.count() == letters_written() == 1


@pytest.mark.django_db
def test_who_was_taken_out_comes_back_as_somebody_to_be_asked(tmp_path: Path) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    member = make_member(cohort, make_account(email="a@x.example"))
    CohortMember.objects.filter(pk=member.pk).update(left_at=NOW, accepted_at=None)
    add_people(cohort=cohort, lines=lines_of("a@x.example"), way="csv", by=None, now=NOW)
    again = CohortMember.objects.get()
    assert (again.left_at, again.accepted_at, again.invited_at, letters_written()) == (None, None, None, 1)


@pytest.mark.django_db
def test_a_fault_in_the_middle_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    acts = StaffAct.objects.count()

    def fail(**_given: Any) -> int:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(filling, "ask_for_letters", fail)
    with pytest.raises(DatabaseError):
        add_people(cohort=cohort, lines=lines_of("a@x.example"), way="csv", by=None, now=NOW)
    assert not Account.objects.exists()
    assert not CohortMember.objects.exists()
    assert not Enrolment.objects.exists()
    assert StaffAct.objects.count() == acts


@pytest.mark.django_db
def test_nobody_is_added_to_a_session_that_is_over(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    run.closes_at = NOW
    run.save()
    cohort = make_cohort(run=run)
    with pytest.raises(NotAllowed):
        add_people(cohort=cohort, lines=lines_of("a@x.example"), way="csv", by=None, now=NOW)
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_a_list_that_was_looked_at_is_taken_once_by_whoever_brought_it() -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    teacher, other = make_account(), make_account()
    kept, found = look_at_list(cohort=cohort, data=GOOD.encode(), by=teacher, now=NOW)
    assert len(found.lines) == 2
    assert not CohortMember.objects.exists()
    with pytest.raises(Conflict):
        take_list(cohort=cohort, number=kept.pk, by=other, now=NOW)
    assert take_list(cohort=cohort, number=kept.pk, by=teacher, now=NOW).added == 2
    with pytest.raises(Conflict):
        take_list(cohort=cohort, number=kept.pk, by=teacher, now=NOW)
    assert not CohortList.objects.exists()


@pytest.mark.django_db
def test_the_page_shows_each_refused_line_and_stores_nothing_before_the_second_click() -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    client = client_of(Role.TEACHER, "org:Alpine")
    file = SimpleUploadedFile("people.csv", b"email,name\nawa@a.example,Awa\nbad,Bo\n")
    looked = client.post(f"/cohorts/{cohort.pk}/people", {"act": "look", "people": file})
    words = looked.content.decode()
    assert "1 person can be taken in" in words
    assert "1 line cannot be taken" in words
    assert "This email address is not complete" in words
    assert not CohortMember.objects.exists()
    number = re.search(r'name="list" value="(\d+)"', words)
    assert number
    for _click in range(2):
        taken = client.post(f"/cohorts/{cohort.pk}/people", {"act": "take", "list": number[1]})
    assert taken.status_code == 409
    assert CohortMember.objects.count() == 1
    assert client.post(f"/cohorts/{cohort.pk}/people", {"act": "take", "list": "x"}).status_code == 400
    assert client.post(f"/cohorts/{cohort.pk}/people", {"act": "look"}).status_code == 400


@pytest.mark.django_db
def test_another_schools_teacher_brings_no_list_here() -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    account, client = member_of_team(Role.TEACHER, "org:Other")
    kept, _found = look_at_list(cohort=cohort, data=GOOD.encode(), by=account, now=clock.now())
    for answer in (
        client.get(f"/cohorts/{cohort.pk}/people"),
        client.post(f"/cohorts/{cohort.pk}/people", {"act": "take", "list": kept.pk}),
        Client().get(f"/cohorts/{cohort.pk}/people"),
    ):
        assert answer.status_code in (302, 403)
    assert not CohortMember.objects.exists()


@pytest.mark.django_db
def test_a_thousand_people_cost_few_statements(tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    lines = [Line(number, f"p{number}@x.example", "Awa Diallo") for number in range(1000)]
    with django_assert_max_num_queries(11):
        add_people(cohort=cohort, lines=lines, way="csv", by=None, now=NOW)
    assert CohortMember.objects.count() == 1000
