"""Do those who follow a cohort see their own, all of it, and nothing of others?"""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cordee.courses.models import Run
from cordee.courses.queries import outline
from cordee.courses.tests.make import NOW, small_run
from cordee.jobs.models import Letter
from cordee.jobs.tests.make import mail_through
from cordee.learning.cohorts.queries import (
    Done,
    Filters,
    done_by_all,
    graded_of,
    grades_of_all,
    members_on,
    progress_of,
    to_call,
)
from cordee.learning.models import Cohort, CohortMember, Enrolment, UnitView
from cordee.learning.tests.cohorts import (
    client_of,
    make_cohort,
    make_member,
    make_organisation,
    member_of_team,
    private_run_of,
)
from cordee.learning.tests.make import hand_in
from cordee.people.models import Role, RoleGrant, StaffAct, TeamInvitation
from cordee.people.ordering import Folded
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return small_run(tmp_path, section='due="2026-11-20T00:00:00Z"')


@pytest.fixture
def two_schools(run: Run) -> tuple[Cohort, Cohort]:
    """A class of each of two schools in one session."""
    made = []
    for code in ("Alpine", "Other"):
        cohort = make_cohort(f"Class of {code}", organisation=make_organisation(code), run=run)
        for number in range(3):
            make_member(cohort, make_account(name=f"{code} Pupil {'abc'[number]}"), site=f"Site of {code}")
        made.append(cohort)
    return made[0], made[1]


PATHS = ("", "/call", "/people", "/codes")
POSTS = ("/export", "/invite", "/rule", "/people", "/codes")


@pytest.mark.attack(19)
@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.TEACHER, "org:Alpine"),
        (Role.TUTOR, "org:Alpine"),
        (Role.PROGRAMME_MANAGER, "org:Alpine"),
        (Role.TEACHER, "cohort:{own}"),
        (Role.TUTOR, "cohort:{own}"),
        (Role.TEACHER, "org:Ingenia"),  # which gives the course
        (Role.TEACHER, "course:Ingenia+TST101"),
        (Role.OPERATOR, ""),
        (Role.AUTHOR, ""),
        (Role.SUPPORT, ""),
        (Role.COMMUNITY_ASSISTANT, "run:Ingenia+TST101+2026"),
    ],
)
def test_nobody_sees_the_class_of_another_school(two_schools: tuple[Cohort, Cohort], role: Role, scope: str) -> None:
    own, other = two_schools
    client = client_of(role, scope.format(own=own.pk))
    for path in PATHS:
        answer = client.get(f"/cohorts/{other.pk}{path}")
        assert answer.status_code == 403, path
        assert client.get(f"/cohorts/{other.pk + 999}{path}").status_code == 403
    for path in POSTS:
        assert client.post(f"/cohorts/{other.pk}{path}").status_code == 403, path
    member = CohortMember.objects.filter(cohort=other).first()
    assert member is not None
    for path in ("remove", "ask"):
        assert client.post(f"/cohorts/{other.pk}/{path}", {"member": member.pk}).status_code == 403
        assert client.post(f"/cohorts/{own.pk}/{path}", {"member": member.pk}).status_code in (302, 403, 404)
    listed = client.get("/cohorts")
    assert listed.status_code in (200, 403)
    assert "Other" not in listed.content.decode()
    assert CohortMember.objects.filter(cohort=other, left_at=None).count() == 3


@pytest.mark.attack(19)
@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.TEACHER, "org:Alpine"),
        (Role.TUTOR, "org:Alpine"),
        (Role.TUTOR, "cohort:{own}"),
        (Role.TEACHER, "run:Ingenia+TST101+2026"),
        (Role.TEACHER, ""),
    ],
)
def test_whoever_follows_a_class_sees_its_list_and_no_count_of_others(
    two_schools: tuple[Cohort, Cohort], role: Role, scope: str
) -> None:
    own, _other = two_schools
    client = client_of(role, scope.format(own=own.pk))
    words = client.get(f"/cohorts/{own.pk}").content.decode()
    for told in ("Alpine Pupil a", "Site of Alpine"):
        assert told in words
    for not_told in ("Other Pupil", "Site of Other", "Class of Other"):
        assert not_told not in words
    rows = list(csv.reader(io.StringIO(client.post(f"/cohorts/{own.pk}/export").content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["Alpine Pupil a", "Alpine Pupil b", "Alpine Pupil c"]


def test_a_tutor_reads_and_changes_nothing(two_schools: tuple[Cohort, Cohort]) -> None:
    own, _other = two_schools
    client = client_of(Role.TUTOR, f"cohort:{own.pk}")
    for path in ("/invite", "/rule", "/people", "/codes"):
        assert client.post(f"/cohorts/{own.pk}{path}").status_code == 403
    member = CohortMember.objects.filter(cohort=own).first()
    assert member is not None
    assert client.post(f"/cohorts/{own.pk}/remove", {"member": member.pk}).status_code == 403
    assert client.get("/cohorts/new").status_code == 403


def test_a_tutor_of_a_group_reads_the_course_and_not_the_grades_of_its_session(
    two_schools: tuple[Cohort, Cohort],
) -> None:
    own, _other = two_schools
    assert own.run
    client = client_of(Role.TUTOR, f"cohort:{own.pk}")
    assert client.get(f"/runs/{own.run.key}/units/u1").status_code == 200
    assert client.get(f"/pilot/run?run={own.run.key}").status_code in (403, 404)


def test_a_teacher_of_the_organisation_reads_its_private_session(run: Run) -> None:
    company = make_organisation("Rivoire")
    private = private_run_of(company, run)
    assert client_of(Role.TEACHER, "org:Rivoire").get(f"/runs/{private.key}/").status_code == 200
    assert client_of(Role.TEACHER, "org:Other").get(f"/runs/{private.key}/").status_code == 404


def test_a_member_who_has_taken_their_yes_back_is_shown_no_more(two_schools: tuple[Cohort, Cohort]) -> None:
    own, _other = two_schools
    member = CohortMember.objects.filter(cohort=own).select_related("account").first()
    assert member is not None
    assert signed_in_client(member.account).post(f"/groups/{own.pk}/leave").status_code == 302
    words = client_of(Role.TEACHER, "org:Alpine").get(f"/cohorts/{own.pk}").content.decode()
    assert member.name not in words


def test_the_table_shows_what_was_done_and_the_grade_that_is_stored(two_schools: tuple[Cohort, Cohort]) -> None:
    own, _other = two_schools
    assert own.run
    enrolment = Enrolment.objects.filter(account__name="Alpine Pupil a").get()
    later = dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC)
    hand_in(enrolment, "capital", now=later)
    UnitView.objects.create(enrolment=enrolment, unit="u1", first_at=later, visit_at=later)
    expected = graded_of(outline(own.run.version.sha256))
    assert (set(expected.ids), expected.count) == ({"capital", "sum"}, 2)
    one = progress_of(own.run, [enrolment.account_id], expected)[enrolment.account_id]
    whole = done_by_all(own.run, own, expected)
    assert whole[enrolment.account_id] == Done(0.5, 1, 1, "2026-11-10")
    assert (one.grade, one.units_opened, one.graded_done, one.last_at) == (0.5, 1, 1, later)
    assert len(whole) == 3
    assert grades_of_all(own.run, own) == {account: done.grade for account, done in whole.items()}


def test_what_a_group_did_is_counted_alike_whether_its_places_lie_together_or_apart(run: Run) -> None:
    together, apart = make_cohort("Together", run=run), make_cohort("Apart", run=run)
    for number in range(12):
        member = make_member(apart if number % 3 == 0 else together)
        enrolment = Enrolment.objects.get(account=member.account)
        UnitView.objects.create(enrolment=enrolment, unit="u1", first_at=NOW, visit_at=NOW + dt.timedelta(days=number))
        if number % 2:
            hand_in(enrolment, "capital", now=dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC))
    expected = graded_of(outline(run.version.sha256))
    for cohort, count in ((together, 8), (apart, 4)):
        whole = done_by_all(run, cohort, expected)
        accounts = [member.account_id for member in members_on(cohort, Filters(), 1)]
        one_by_one = progress_of(run, accounts, expected)
        assert len(whole) == count
        assert {
            account: Done(one.grade, one.units_opened, one.graded_done, f"{one.last_at:%Y-%m-%d}")
            for account, one in one_by_one.items()
        } == whole


def test_the_file_of_a_group_costs_nine_statements_however_many_they_are(
    run: Run, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"), run=run)
    for number in range(30):
        make_member(cohort, name=f"Pupil {number:03}")
    client = client_of(Role.TEACHER, "org:Alpine")
    client.post(f"/cohorts/{cohort.pk}/export")
    with django_assert_num_queries(9):
        answer = client.post(f"/cohorts/{cohort.pk}/export")
    assert answer.content.decode().count("@example.org") == 30


def test_those_to_call_are_the_silent_and_the_late(two_schools: tuple[Cohort, Cohort]) -> None:
    own, _other = two_schools
    assert own.run
    Enrolment.objects.update(enrolled_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))
    busy, late, _silent = Enrolment.objects.filter(account__name__startswith="Alpine").order_by("account__name")
    handed_in = dt.datetime(2026, 11, 15, 9, tzinfo=dt.UTC)
    for activity in ("capital", "sum"):
        hand_in(busy, activity, now=handed_in)
    hand_in(late, "capital", now=handed_in)
    for enrolment in (busy, late):
        UnitView.objects.create(enrolment=enrolment, unit="u1", first_at=NOW, visit_at=NOW)
    plan, week_ago = outline(own.run.version.sha256), NOW - dt.timedelta(days=7)
    found = to_call(own, outline=plan, now=NOW, quiet_since=week_ago, most=10)
    assert [(member.name, behind) for member, _done, behind in found] == [("Alpine Pupil c", 2), ("Alpine Pupil b", 1)]
    assert to_call(own, outline=plan, now=NOW, quiet_since=week_ago, most=10) == found
    words = client_of(Role.TUTOR, f"cohort:{own.pk}").get(f"/cohorts/{own.pk}/call").content.decode()
    assert "Alpine Pupil c" in words


def test_who_has_more_time_is_not_called_before_their_own_deadline(two_schools: tuple[Cohort, Cohort]) -> None:
    own, _school = two_schools
    assert own.run
    Enrolment.objects.update(enrolled_at=NOW)  # nobody is silent
    _first, moved, _last = Enrolment.objects.filter(account__name__startswith="Alpine").order_by("account__name")
    plan = outline(own.run.version.sha256)
    sooner, later = NOW + dt.timedelta(days=5), NOW + dt.timedelta(days=9)
    moved.extensions = {"s_capital": sooner.isoformat(), "s_sum": later.isoformat()}
    moved.save()

    def called(now: dt.datetime) -> dict[str, int]:
        rows = to_call(own, outline=plan, now=now, quiet_since=NOW - dt.timedelta(days=7), most=10)
        return {member.name: behind for member, _done, behind in rows}

    assert called(NOW) == {"Alpine Pupil a": 2, "Alpine Pupil c": 2}
    assert called(sooner + dt.timedelta(hours=1))["Alpine Pupil b"] == 1
    assert called(later + dt.timedelta(hours=1))["Alpine Pupil b"] == 2
    hand_in(moved, "sum", now=NOW)
    assert called(later + dt.timedelta(hours=1)) == {"Alpine Pupil a": 2, "Alpine Pupil b": 1, "Alpine Pupil c": 2}


def test_a_page_of_a_hundred_costs_six_statements(run: Run, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"), run=run)
    for number in range(102):
        make_member(cohort, name=f"Pupil {number:03}", site="Brest" if number % 2 else "Lyon")
    client = client_of(Role.TEACHER, "org:Alpine")
    client.get(f"/cohorts/{cohort.pk}")
    with django_assert_num_queries(6):
        answer = client.get(f"/cohorts/{cohort.pk}")
    words = answer.content.decode()
    assert words.count("@example.org</small>") == 100
    assert 'rel="next"' in words
    second = client.get(f"/cohorts/{cohort.pk}?page=2").content.decode()
    assert second.count("@example.org</small>") == 2
    for query, count in (
        ("site=Lyon", 51),
        ("words=Pupil 10", 2),
        ("state=invited", 0),
        ("page=x", 100),
        ("page=99", 0),
    ):
        assert client.get(f"/cohorts/{cohort.pk}?{query}").content.decode().count("@example.org</small>") == count, (
            query
        )


def test_the_pages_of_a_list_are_whole_and_in_order(run: Run) -> None:
    cohort = make_cohort(run=run)
    for number in range(7):
        make_member(cohort, name=f"Pupil {number}")
    assert [member.name for member in members_on(cohort, Filters(), 1)] == [f"Pupil {number}" for number in range(7)]


@pytest.mark.attack(84)
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_of_the_export_is_a_formula(run: Run, name: str) -> None:
    cohort = make_cohort("=cmd", run=run)
    make_member(cohort, name=name, site=name, zone=name)
    account, client = member_of_team(Role.TEACHER, f"run:{run.key}")
    answer = client.post(f"/cohorts/{cohort.pk}/export")
    row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))[1]
    assert (row[0], row[2], row[3]) == (f"'{name}", f"'{name}", f"'{name}")
    act = StaffAct.objects.get(about="exported")
    assert (act.account, act.people, act.place) == (account, 1, f"cohort:{cohort.pk}")
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.attack(25)
def test_an_export_is_not_opened_by_its_address(two_schools: tuple[Cohort, Cohort]) -> None:
    own, _other = two_schools
    assert client_of(Role.TEACHER, "org:Alpine").get(f"/cohorts/{own.pk}/export").status_code == 405
    assert Client().post(f"/cohorts/{own.pk}/export").status_code == 302


def test_a_name_of_another_script_and_markup_are_shown_as_words(run: Run) -> None:
    cohort = make_cohort("<b>x</b>", run=run)
    make_member(cohort, name="<script>alert(1)</script>")
    words = client_of(Role.TEACHER, f"run:{run.key}").get(f"/cohorts/{cohort.pk}").content.decode()
    assert "<script>alert" not in words
    assert "<b>x</b>" not in words


def test_one_click_asks_a_learner_into_the_team_and_their_yes_lets_them_in(run: Run) -> None:
    cohort = make_cohort(run=run)
    member = make_member(cohort)
    silent = make_member(cohort, accepted=False)
    client = client_of(Role.TEACHER, f"run:{run.key}")
    for _click in range(2):
        assert client.post(f"/cohorts/{cohort.pk}/ask", {"member": member.pk}).status_code == 302
    assert client.post(f"/cohorts/{cohort.pk}/ask", {"member": silent.pk}).status_code == 404
    asked = TeamInvitation.objects.get()
    learner = signed_in_client(member.account)
    assert "community assistant" in learner.get("/groups").content.decode()
    assert signed_in_client(make_account()).post(f"/team/invitations/{asked.pk}", {"answer": "yes"}).status_code == 404
    assert learner.post(f"/team/invitations/{asked.pk}", {"answer": "yes"}).status_code == 302
    grant = RoleGrant.objects.get(account=member.account)
    assert (grant.role, grant.scope) == (Role.COMMUNITY_ASSISTANT, f"run:{run.key}")
    assert (
        client_of(Role.TUTOR, f"run:{run.key}").post(f"/cohorts/{cohort.pk}/ask", {"member": member.pk}).status_code
        == 403
    )


def test_the_team_of_a_group_is_shown_and_changed_on_its_page(two_schools: tuple[Cohort, Cohort]) -> None:
    own, other = two_schools
    client = client_of(Role.TEACHER, "org:Alpine")
    tutor = make_account(email="tutor@x.example", name="Mona Tutor")
    address = f"/team?in=cohort:{own.pk}"
    with mail_through(2525):
        for _click in range(2):
            assert client.post(address, {"email": "TUTOR@x.example", "role": "tutor"}).status_code == 302
    assert "gave you a role in" in Letter.objects.get(person=tutor.pseudonym).message.subject
    unknown = client.post(address, {"email": "nobody@x.example", "role": "tutor"}).content.decode()
    assert "ask them to sign up at" in unknown
    assert "Mona Tutor" in client.get(address).content.decode()
    for typed in ({"email": "nobody@x.example", "role": "tutor"}, {"email": "tutor@x.example", "role": "operator"}):
        assert client.post(address, typed).status_code == 400
    assert client.post(address, {"take": f"{tutor.pk} tutor"}).status_code == 302
    assert not RoleGrant.objects.filter(account=tutor).exists()
    for scope in (f"cohort:{other.pk}", "org:Other", "", "run:Ingenia+TST101+2026", "cohort:999", "nonsense"):
        assert client.get("/team", {"in": scope}).status_code == 403, scope
        assert client.post(f"/team?in={scope}", {"email": "tutor@x.example", "role": "tutor"}).status_code == 403
    acts = list(StaffAct.objects.filter(act="role.grant").values_list("about", "place"))
    assert acts == [("gave tutor", f"cohort:{own.pk}"), ("took tutor", f"cohort:{own.pk}")]


def test_a_programme_manager_names_the_teachers_of_a_group_and_of_a_private_session_on_their_pages(
    two_schools: tuple[Cohort, Cohort], run: Run
) -> None:
    own, other = two_schools
    assert own.organisation
    private = private_run_of(own.organisation, run)
    manager, client = member_of_team(Role.PROGRAMME_MANAGER, "org:Alpine")
    teacher = make_account(email="new@x.example", name="Mona Teacher")
    for scope in (f"cohort:{own.pk}", f"run:{private.key}"):
        address = f"/team?in={quote(scope)}"
        assert "Here you also name teachers and tutors" in client.get(address).content.decode()
        assert client.post(address, {"email": "new@x.example", "role": "teacher"}).status_code == 302
        assert client.post(address, {"email": "new@x.example", "role": "author"}).status_code == 400
        oneself = client.post(address, {"email": manager.email, "role": "teacher"})
        assert (oneself.status_code, "not yourself" in oneself.content.decode()) == (400, True)
    assert set(RoleGrant.objects.filter(account=teacher, role=Role.TEACHER).values_list("scope", flat=True)) == {
        f"cohort:{own.pk}",
        f"run:{private.key}",
    }
    assert signed_in_client(teacher).get(f"/runs/{private.key}/desk/").status_code == 200
    assert client.get(f"/runs/{private.key}/desk/").status_code in (403, 404)  # to name is not to hold
    assert signed_in_client(teacher).get(f"/cohorts/{own.pk}").status_code == 200
    for scope in (f"cohort:{other.pk}", f"run:{run.key}"):
        assert client.post(f"/team?in={quote(scope)}", {"email": "new@x.example", "role": "tutor"}).status_code == 403
    home = client.post("/team?in=org:Alpine", {"email": "new@x.example", "role": "teacher"})
    assert home.status_code == 400
    assert client.post(f"/team?in=cohort:{own.pk}", {"take": f"{teacher.pk} teacher"}).status_code == 302
    assert signed_in_client(teacher).get(f"/cohorts/{own.pk}").status_code == 403


def test_a_schools_teacher_makes_a_group_in_an_open_session(run: Run) -> None:
    make_organisation("Alpine")
    make_organisation("Other")
    client = client_of(Role.TEACHER, "org:Alpine")
    typed = {"name": "Promo", "organisation": "Alpine", "run": run.key, "rule": "", "domain": ""}
    answer = client.post("/cohorts/new", typed)
    made = Cohort.objects.get()
    assert answer["Location"] == f"/cohorts/{made.pk}?done=made"
    assert client.post("/cohorts/new", typed).status_code == 400  # the second click: the name is taken
    assert client.post("/cohorts/new", {**typed, "organisation": "Other"}).status_code == 400
    assert client.post("/cohorts/new", {**typed, "organisation": ""}).status_code == 400
    assert Cohort.objects.count() == 1


def test_an_organisation_opens_a_session_of_its_own_with_its_dates_and_mark(run: Run) -> None:
    make_organisation("Rivoire")
    client = client_of(Role.PROGRAMME_MANAGER, "org:Rivoire")
    typed = {"run": run.key, "key": "Rivoire-2027", "opens": "2027-01-10", "closes": "2027-03-01", "pass_mark": "70"}
    assert client.post("/organisations/Rivoire/sessions/new", typed).status_code == 302
    made = Run.objects.get(key="Ingenia+TST101+Rivoire-2027")
    assert (made.pass_mark, made.listed, made.version) == (0.7, False, run.version)
    assert client.post("/organisations/Rivoire/sessions/new", typed).status_code == 400
    for wrong in ({"pass_mark": "101"}, {"closes": "2027-01-01"}, {"opens": "soon"}, {"key": "a b"}):
        assert client.post("/organisations/Rivoire/sessions/new", {**typed, "key": "x", **wrong}).status_code == 400, (
            wrong
        )
    changed = {"opens": "2027-01-11", "closes": "", "pass_mark": "60"}
    assert client.post(f"/organisations/Rivoire/sessions/{made.key}", changed).status_code == 302
    again = Run.objects.get(pk=made.pk)
    assert (again.pass_mark, again.closes_at) == (0.6, None)
    assert Run.objects.get(pk=run.pk).pass_mark == 0.6
    assert client.post(f"/organisations/Rivoire/sessions/{run.key}", changed).status_code == 404
    assert client_of(Role.PROGRAMME_MANAGER, "org:Other").get("/organisations/Rivoire/sessions").status_code == 403


def test_whoever_reads_the_names_of_a_group_leaves_a_line_that_its_members_see(
    two_schools: tuple[Cohort, Cohort],
) -> None:
    own, other = two_schools
    client = client_of(Role.TUTOR, f"cohort:{own.pk}")
    for path in ("", "/call", ""):
        assert client.get(f"/cohorts/{own.pk}{path}").status_code == 200
    line = StaffAct.objects.get(look=True)
    assert (line.act, line.place, line.person, line.role) == ("cohort.read", f"cohort:{own.pk}", None, "tutor")

    def shown_to(cohort: Cohort) -> str:
        member = CohortMember.objects.filter(cohort=cohort).select_related("account").first()
        assert member is not None
        return signed_in_client(member.account).get("/account/data").content.decode()

    assert "The progress of a group" in shown_to(own)
    assert "Class of Alpine" in shown_to(own)
    assert "The progress of a group" not in shown_to(other)


def test_a_group_is_renamed_and_of_two_tabs_the_second_is_told(two_schools: tuple[Cohort, Cohort]) -> None:
    own, other = two_schools
    client = client_of(Role.TEACHER, "org:Alpine")
    address, held = f"/cohorts/{own.pk}/name", own.name
    assert f'value="{held}"' in client.get(address).content.decode()
    assert client.post(address, {"name": "Promo 2028", "seen": held}).status_code == 302
    assert client.post(address, {"name": "Promo 2028", "seen": held}).status_code == 302  # the second click
    late = client.post(address, {"name": "Promo 2029", "seen": held})
    assert late.status_code == 400
    assert "meanwhile" in late.content.decode()
    assert Cohort.objects.get(pk=own.pk).name == "Promo 2028"
    assert client.post(f"/cohorts/{other.pk}/name", {"name": "x", "seen": other.name}).status_code == 403


def test_a_group_is_removed_once_nobody_is_in_it_with_its_codes_and_roles(two_schools: tuple[Cohort, Cohort]) -> None:
    own, other = two_schools
    client = client_of(Role.TEACHER, "org:Alpine")
    tutor = client_of(Role.TUTOR, f"cohort:{own.pk}")
    address = f"/cohorts/{own.pk}/end"
    assert client.post(address).status_code == 409
    assert Cohort.objects.filter(pk=own.pk).exists()
    CohortMember.objects.filter(cohort=own).update(left_at=NOW, accepted_at=None)
    assert "codes let nobody in" in client.get(address).content.decode()
    assert tutor.post(address).status_code == 403
    assert client.post(f"/cohorts/{other.pk}/end").status_code == 403
    assert client.post(address).status_code == 302
    assert not Cohort.objects.filter(pk=own.pk).exists()
    assert not RoleGrant.objects.filter(scope=f"cohort:{own.pk}").exists()
    assert StaffAct.objects.filter(about="group removed").count() == 1


def test_a_group_is_listed_as_people_sort_names_on_its_page_and_in_its_file(
    two_schools: tuple[Cohort, Cohort], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own, _other = two_schools
    CohortMember.objects.filter(cohort=own).update(left_at=NOW, accepted_at=None)
    for name in ("Zoé Petit", "élodie Roux", "Éric Blanc", "awa Diallo", "Çelik Aksoy", "Bo Li"):
        make_member(own, make_account(name=name))
    wanted = ["awa Diallo", "Bo Li", "Çelik Aksoy", "élodie Roux", "Éric Blanc", "Zoé Petit"]
    with django_assert_num_queries(1):
        assert [member.name for member in members_on(own, Filters(), 1)] == wanted
    text = client_of(Role.TEACHER, "org:Alpine").post(f"/cohorts/{own.pk}/export").content.decode("utf-8-sig")
    assert [row[0] for row in list(csv.reader(io.StringIO(text)))[1:]] == wanted


def test_an_index_holds_a_group_in_the_order_of_its_list(two_schools: tuple[Cohort, Cohort]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by the size of the table")
    own, _other = two_schools
    plan = CohortMember.objects.filter(cohort=own, left_at=None).order_by(Folded("name"), "pk").explain()
    assert "cohort_member_as_sorted" in plan
    assert "TEMP B-TREE" not in plan
