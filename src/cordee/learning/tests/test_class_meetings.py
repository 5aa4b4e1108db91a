"""Does a teacher see before the meeting who is ready, what keeps the others, and who has earned credits?"""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.core.errors import Conflict, InputRefused
from cordee.courses.models import Run
from cordee.courses.tests.make import NOW, small_run
from cordee.learning.cohorts.making import leave_cohort
from cordee.learning.cohorts.meeting_days import meetings_ahead
from cordee.learning.cohorts.teaching import (
    cancel_meeting,
    change_meeting,
    make_meeting,
    meeting_digest,
    readiness,
    set_use,
    use_digest,
)
from cordee.learning.models import Cohort, CohortMeeting, CohortMember, Enrolment, UnitView
from cordee.learning.tests.cohorts import client_of, make_cohort, make_member, make_organisation
from cordee.learning.tests.make import WRONG, hand_in
from cordee.people.feeding_calendars import renew_link
from cordee.people.models import Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
LATER = dt.datetime(2099, 12, 3, 13, 0, tzinfo=dt.UTC)  # for pages, which ask the clock
THURSDAY = dt.datetime(2026, 12, 3, 13, 0, tzinfo=dt.UTC)


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return make_cohort(organisation=make_organisation("Alpine"), run=small_run(tmp_path))


def planned(cohort: Cohort, *units: str, at: dt.datetime = THURSDAY, title: str = "Thursday") -> CohortMeeting:
    return make_meeting(cohort=cohort, title=title, meets_at=at, units=units, by=make_account(), now=NOW)


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
        set_use(cohort=cohort, use=use, ects=ects, seen=use_digest(cohort), by=make_account(), now=NOW)


def test_the_pages_plan_show_and_cancel(cohort: Cohort, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    pupil(cohort, "Pupil a", opened=("u1",))
    client = client_of(Role.TEACHER, "org:Alpine")
    address = f"/cohorts/{cohort.pk}/meetings"
    typed = {"act": "plan", "title": "Before Thursday", "day": "2099-12-03", "time": "14:00", "units": ["u1", "u2"]}
    for status in (302, 400):  # the second click: the class meets then already
        assert client.post(address, typed).status_code == status
    meeting = CohortMeeting.objects.get()
    client.get(f"{address}/{meeting.pk}")
    with django_assert_num_queries(8):
        words = client.get(f"{address}/{meeting.pk}").content.decode()
    assert "0 of 1 are ready" in words
    used = {"act": "use", "use-use": "flipped", "use-ects": "2", "seen": use_digest(cohort)}
    assert client.post(address, used).status_code == 302
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
    set_use(cohort=cohort, use="core", ects=2.5, seen=use_digest(cohort), by=make_account(), now=NOW)
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


# What a member learns of it


def test_a_member_reads_of_the_meeting_and_what_to_read_before_on_their_pages_and_in_their_calendar(
    cohort: Cohort, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run = cohort.run
    assert run is not None
    ana = pupil(cohort, "Ana").account
    invited = make_member(cohort, make_account(name="Bo"), accepted=False).account
    meeting = planned(cohort, "u1", "u2", at=LATER)
    planned(cohort, "u1", at=clock.now() + dt.timedelta(minutes=1), title="Now")
    CohortMeeting.objects.filter(title="Now").update(meets_at=clock.now() - dt.timedelta(hours=3))
    browser = signed_in_client(ana)
    for page in ("/mine", "/groups", f"/runs/{run.key}/"):
        words = browser.get(page).content.decode()
        assert "Thursday" in words
        assert f'<a href="/runs/{run.key}/units/u1">To read</a>' in words
        assert "Now" not in words.partition("<main")[2]
        assert "Thursday" not in signed_in_client(invited).get(page).content.decode()
    secret = renew_link(account=ana, now=NOW)
    text = Client().get(f"/calendars/{secret}.ics").content.decode()
    assert f"UID:meeting-{meeting.pk}@" in text
    assert "SUMMARY:Thursday (Class A)" in text
    with django_assert_num_queries(1):
        assert [one.title for one in meetings_ahead(ana, language="en", now=NOW)] == ["Now", "Thursday"]
    leave_cohort(cohort=cohort, account=ana, now=NOW)
    assert not meetings_ahead(ana, language="en", now=NOW)


def test_a_meeting_is_changed_and_of_two_who_change_it_one_is_told(cohort: Cohort) -> None:
    meeting = planned(cohort, "u1", at=LATER)
    client = client_of(Role.TEACHER, "org:Alpine")
    address = f"/cohorts/{cohort.pk}/meetings/{meeting.pk}"
    shown = client.get(f"{address}/change").content.decode()
    seen = meeting_digest(meeting)
    assert f'value="{seen}"' in shown
    assert 'value="Thursday"' in shown
    typed = {"title": "Friday", "day": "2099-12-04", "time": "10:15", "units": ["u2"], "seen": seen}
    assert client.post(f"{address}/change", typed).status_code == 302
    changed = CohortMeeting.objects.get()
    assert (changed.title, changed.units) == ("Friday", ["u2"])
    refused = client.post(f"{address}/change", {**typed, "title": "Another tab"})
    assert refused.status_code == 400
    assert "Somebody changed this meeting meanwhile" in refused.content.decode()
    assert "Another tab" in refused.content.decode()
    assert CohortMeeting.objects.get().title == "Friday"
    assert client_of(Role.TUTOR, f"cohort:{cohort.pk}").post(f"{address}/change", typed).status_code == 403


def test_a_meeting_that_was_is_given_other_words_and_not_moved_into_the_past(cohort: Cohort) -> None:
    meeting = planned(cohort, "u1", at=LATER)
    after = LATER + dt.timedelta(days=1)
    by = make_account()

    def change(title: str, meets_at: dt.datetime) -> None:
        seen = meeting_digest(meeting)
        change_meeting(meeting=meeting, title=title, meets_at=meets_at, units=["u1"], seen=seen, by=by, now=after)

    change("As it was", LATER)
    meeting.refresh_from_db()
    with pytest.raises(InputRefused, match="This moment is over"):
        change("x", after - dt.timedelta(hours=1))


def test_a_moment_that_is_over_after_the_session_or_on_no_clock_is_refused_with_the_reason(cohort: Cohort) -> None:
    client = client_of(Role.TEACHER, "org:Alpine")
    address = f"/cohorts/{cohort.pk}/meetings"
    typed = {"act": "plan", "title": "Class", "time": "14:00", "units": ["u1"]}
    Run.objects.update(closes_at=dt.datetime(2098, 6, 1, tzinfo=dt.UTC))
    for day, time, why in (
        ("2020-01-01", "14:00", "This moment is over"),
        ("2098-12-03", "14:00", "before this meeting"),
        ("2098-03-30", "02:30", "02:30 does not exist"),
    ):
        answer = client.post(address, {**typed, "day": day, "time": time})
        assert answer.status_code == 400
        assert why in answer.content.decode()
    assert not CohortMeeting.objects.exists()
    assert client.post(address, {**typed, "day": "2098-03-30", "time": "03:30"}).status_code == 302


# What asks before it acts, and what two tabs do


def test_removing_a_meeting_or_somebody_and_leaving_are_asked_first_and_say_what_they_do(cohort: Cohort) -> None:
    meeting = planned(cohort, "u1", at=LATER)
    ana = pupil(cohort, "Ana <b>").account
    member = CohortMember.objects.get(account=ana)
    Run.objects.update(listed=False, private_to=cohort.organisation)
    client, browser = client_of(Role.TEACHER, "org:Alpine"), signed_in_client(ana)
    for page, who, words in (
        (f"/cohorts/{cohort.pk}/meetings/{meeting.pk}/cancel", client, "the calendars of everybody"),
        (f"/cohorts/{cohort.pk}/remove?member={member.pk}", client, "it closes to them at once"),
        (f"/groups/{cohort.pk}/leave", browser, "you no longer see it"),
    ):
        shown = who.get(page).content.decode()
        assert words in shown
        assert "<b>" not in shown
        assert "No, go back" in shown
    assert CohortMeeting.objects.exists()
    assert CohortMember.objects.get().left_at is None
    assert (
        f'href="/cohorts/{cohort.pk}/remove?member={member.pk}"' in client.get(f"/cohorts/{cohort.pk}").content.decode()
    )
    stranger = signed_in_client(make_account())
    assert stranger.get(f"/groups/{cohort.pk}/leave").status_code == 302
    assert stranger.get(f"/cohorts/{cohort.pk}/remove?member={member.pk}").status_code == 403
    assert client.get(f"/cohorts/{cohort.pk}/remove?member={member.pk + 1000}").status_code == 404
    assert client.post(f"/cohorts/{cohort.pk}/remove", {"member": member.pk}).status_code == 302
    assert CohortMember.objects.get().left_at is not None


def test_of_two_tabs_that_say_how_the_course_is_used_the_second_is_told_and_loses_nothing(cohort: Cohort) -> None:
    client = client_of(Role.TEACHER, "org:Alpine")
    address = f"/cohorts/{cohort.pk}/meetings"
    seen = use_digest(cohort)
    assert f'name="seen" value="{seen}"' in client.get(address).content.decode()
    first = {"act": "use", "use-use": "core", "use-ects": "2", "seen": seen}
    assert client.post(address, first).status_code == 302
    assert client.post(address, first).status_code == 302  # the second click of one tab: it is so already
    second = client.post(address, {**first, "use-use": "bonus"})
    words = second.content.decode()
    assert second.status_code == 400
    assert "as the course itself" in words
    assert '<option value="bonus" selected>' in words
    cohort.refresh_from_db()
    assert cohort.use == "core"
    assert client.post(address, {**first, "use-use": "bonus", "seen": use_digest(cohort)}).status_code == 302


# Its files


def test_the_files_of_a_class_open_in_french_on_one_scale_and_keep_the_letters_of_its_name(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    cohort = make_cohort("Promo 2028 – réseaux", organisation=make_organisation("Alpine"), run=run)
    set_use(cohort=cohort, use="core", ects=2.5, seen=use_digest(cohort), by=make_account(), now=NOW)
    Enrolment.objects.filter(pk=pupil(cohort, "Ana").pk).update(grade=0.625, marks={"s1": 0.5})
    client = client_of(Role.TEACHER, "org:Alpine")
    desk = client_of(Role.TEACHER, f"run:{run.key}")
    for answer in (
        client.post(f"/cohorts/{cohort.pk}/export", {"csv": "fr"}),
        client.post(f"/cohorts/{cohort.pk}/credits", {"csv": "fr"}),
        desk.get(f"/runs/{run.key}/desk/grades.csv?csv=fr"),
    ):
        head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        told = {name.lower(): cell for name, cell in zip(head, row, strict=True)}
        assert told["grade out of 100"] == "62,5"
        assert told.get("passed", "yes") == "yes"
        if "desk" not in answer.request["PATH_INFO"]:
            assert "filename*=utf-8''Promo%202028%20%E2%80%93%20r%C3%A9seaux" in answer["Content-Disposition"]
    for page, who in ((f"/cohorts/{cohort.pk}", client), (f"/cohorts/{cohort.pk}/meetings", client)):
        assert 'name="csv" value="fr"' in who.get(page).content.decode()
    assert "grades.csv?csv=fr" in desk.get(f"/runs/{run.key}/desk/").content.decode()


def test_titles_in_another_language_than_the_page_are_marked(cohort: Cohort) -> None:
    run = cohort.run
    assert run is not None
    member = make_member(cohort, make_account(name="Ana", language="fr"))
    planned(cohort, "u1", at=LATER)
    for language, marked in (("fr", True), ("en", False)):
        browser = signed_in_client(member.account)
        browser.cookies["language"] = language
        member.account.language = language
        member.account.save()
        for page in (f"/runs/{run.key}/", "/mine"):
            words = browser.get(page).content.decode().partition("<main")[2]
            assert ('lang="en"' in words) is marked, (page, language)
