"""Does a teacher see before the meeting who is ready, what keeps the others, and who has earned credits?"""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from cordee.core.errors import Conflict, InputRefused
from cordee.courses.models import Run
from cordee.courses.tests.make import NOW, small_run
from cordee.learning.cohorts.teaching import cancel_meeting, make_meeting, readiness, set_use
from cordee.learning.models import Cohort, CohortMeeting, CohortMember, Enrolment, UnitView
from cordee.learning.tests.cohorts import client_of, make_cohort, make_member, make_organisation
from cordee.learning.tests.make import WRONG, hand_in
from cordee.people.models import Role, StaffAct
from cordee.people.tests.make import make_account

pytestmark = pytest.mark.django_db
THURSDAY = dt.datetime(2026, 12, 3, 13, 0, tzinfo=dt.UTC)


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return make_cohort(organisation=make_organisation("Alpine"), run=small_run(tmp_path))


def planned(cohort: Cohort, *units: str) -> CohortMeeting:
    return make_meeting(cohort=cohort, title="Thursday", meets_at=THURSDAY, units=units, by=make_account(), now=NOW)


def pupil(cohort: Cohort, name: str, *, opened: tuple[str, ...] = (), **answers: bool) -> Enrolment:
    """A member who has opened these units and answered these exercises, rightly or not."""
    member = make_member(cohort, make_account(name=name))
    enrolment = Enrolment.objects.get(account=member.account)
    for unit in opened:
        UnitView.objects.create(enrolment=enrolment, unit=unit, first_at=NOW, visit_at=NOW)
    for activity, is_right in answers.items():
        hand_in(enrolment, activity, None if is_right else WRONG[activity], now=NOW)
    return enrolment


def test_who_is_ready_has_opened_each_unit_and_handed_in_what_is_in_it(cohort: Cohort) -> None:
    pupil(cohort, "Pupil a", opened=("u1", "u2", "v_sum"), practice=True, sum=True)
    pupil(cohort, "Pupil b", opened=("u1", "u2"), practice=True, sum=False)
    pupil(cohort, "Pupil c")
    make_member(cohort, make_account(name="Pupil d"), accepted=False)
    ready = readiness(cohort, planned(cohort, "v_sum", "u1", "u2"), language="en")
    assert ready.units == ("To read", "To practise", "Sum")
    assert [(row.name, row.is_ready, row.done, row.missing) for row in ready.rows] == [
        ("Pupil a", True, 3, ()),
        ("Pupil b", False, 2, ("Sum",)),
        ("Pupil c", False, 0, ("To read", "To practise", "Sum")),
    ]
    assert ready.ready == 1
    assert ready.rows[1].stuck == ("Sum",)
    assert [(one.title, one.stuck, one.solved, one.tries) for one in ready.blocking] == [("Sum", 1, 1, 1.0)]


def test_a_class_is_told_who_has_not_accepted_beside_who_is_ready(cohort: Cohort) -> None:
    pupil(cohort, "Pupil a")
    for name in ("Pupil b", "Pupil <c>"):
        make_member(cohort, make_account(name=name), accepted=False)
    gone = make_member(cohort, make_account(name="Pupil d"), accepted=False)
    CohortMember.objects.filter(pk=gone.pk).update(left_at=NOW)
    meeting = planned(cohort, "u1")
    ready = readiness(cohort, meeting, language="en")
    assert (ready.waiting, ready.waiting_names) == (2, ("Pupil <c>", "Pupil b"))
    client = client_of(Role.TEACHER, "org:Alpine")
    page = client.get(f"/cohorts/{cohort.pk}/meetings/{meeting.pk}").content.decode()
    assert "0 of 1 are ready" in page
    assert "2 have not accepted yet" in page
    assert "<bdi>Pupil &lt;c&gt;</bdi>, <bdi>Pupil b</bdi>." in page
    assert "Pupil d" not in page


def test_a_meeting_is_planned_once_of_units_that_are_there(cohort: Cohort) -> None:
    meeting = planned(cohort, "u2", "u1")
    assert meeting.units == ["u1", "u2"]
    with pytest.raises(Conflict):
        planned(cohort, "u1")
    for wrong in ((), ("nowhere",), ("u1", "nowhere")):
        with pytest.raises(InputRefused):
            planned(cohort, *wrong)
    for _click in range(2):
        cancel_meeting(cohort=cohort, number=meeting.pk, by=make_account(), now=NOW)
    acts = StaffAct.objects.filter(about__startswith="meeting").order_by("pk").values_list("about", flat=True)
    assert list(acts) == ["meeting planned", "meeting cancelled"]


@pytest.mark.parametrize(("use", "ects"), [("homework", 1.0), ("core", -1.0), ("core", 61.0), ("core", float("nan"))])
def test_a_use_or_credits_that_cannot_be_are_refused(cohort: Cohort, use: str, ects: float) -> None:
    with pytest.raises(InputRefused):
        set_use(cohort=cohort, use=use, ects=ects, by=make_account(), now=NOW)


def test_the_pages_plan_show_and_cancel(cohort: Cohort, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pupil(cohort, "Pupil a", opened=("u1",))
    client = client_of(Role.TEACHER, "org:Alpine")
    address = f"/cohorts/{cohort.pk}/meetings"
    typed = {"act": "plan", "title": "Before Thursday", "day": "2026-12-03", "time": "14:00", "units": ["u1", "u2"]}
    for status in (302, 400):  # the second click: the class meets then already
        assert client.post(address, typed).status_code == status
    meeting = CohortMeeting.objects.get()
    client.get(f"{address}/{meeting.pk}")
    with django_assert_num_queries(8):
        words = client.get(f"{address}/{meeting.pk}").content.decode()
    assert "0 of 1 are ready" in words
    assert client.post(address, {"act": "use", "use-use": "flipped", "use-ects": "2"}).status_code == 302
    assert "flipped classroom" in client.get(address).content.decode()
    assert client.post(address, {**typed, "day": "never"}).status_code == 400
    assert client.post(f"{address}/{meeting.pk}/cancel").status_code == 302
    assert client.get(f"{address}/{meeting.pk}").status_code == 404


def test_a_tutor_looks_and_plans_nothing_and_others_do_not_look(cohort: Cohort) -> None:
    meeting = planned(cohort, "u1")
    address = f"/cohorts/{cohort.pk}/meetings"
    tutor = client_of(Role.TUTOR, f"cohort:{cohort.pk}")
    assert tutor.get(f"{address}/{meeting.pk}").status_code == 200
    assert tutor.post(address, {"act": "use", "use-use": "core", "use-ects": "1"}).status_code == 403
    assert tutor.post(f"{address}/{meeting.pk}/cancel").status_code == 403
    make_organisation("Other")
    other = client_of(Role.TEACHER, "org:Other")
    for path in ("", f"/{meeting.pk}"):
        assert other.get(address + path).status_code == 403
    assert other.post(f"/cohorts/{cohort.pk}/credits").status_code == 403
    elsewhere = make_cohort("Theirs", run=cohort.run)
    assert client_of(Role.TEACHER, "").get(f"/cohorts/{elsewhere.pk}/meetings/{meeting.pk}").status_code == 404


def test_the_list_of_credits_names_who_has_passed_and_nobody_else(cohort: Cohort) -> None:
    set_use(cohort=cohort, use="core", ects=2.5, by=make_account(), now=NOW)
    passed, failed = pupil(cohort, "Pupil a"), pupil(cohort, "Pupil b")
    Enrolment.objects.filter(pk=passed.pk).update(grade=0.6)
    Enrolment.objects.filter(pk=failed.pk).update(grade=0.59)
    gone = pupil(cohort, "Pupil c")
    Enrolment.objects.filter(pk=gone.pk).update(grade=1.0)
    CohortMember.objects.filter(account=gone.account).update(left_at=NOW, accepted_at=None)
    answer = client_of(Role.TUTOR, f"cohort:{cohort.pk}").post(f"/cohorts/{cohort.pk}/credits")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    assert [(row[0], row[2], row[3]) for row in rows] == [("Pupil a", "60.0", "2.5")]
    assert StaffAct.objects.get(about="credits handed over").people == 1


def test_a_session_that_is_played_elsewhere_is_met_for_and_not_looked_into(cohort: Cohort) -> None:
    meeting = planned(cohort, "u1")
    Run.objects.update(host="fun")
    client = client_of(Role.TEACHER, "org:Alpine")
    assert client.get(f"/cohorts/{cohort.pk}/meetings/{meeting.pk}").status_code == 404
    assert client.get(f"/cohorts/{cohort.pk}/meetings").status_code == 200
    assert "played elsewhere" in client.get(f"/cohorts/{cohort.pk}").content.decode()
