"""By when is something to be handed in, in this very session, for this very learner, and who says so?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.courses.due_dates import due_in, graded
from cordee.courses.models import Run
from cordee.courses.queries import outline as read_outline
from cordee.courses.run_remarks import remarks_of
from cordee.courses.setting_run import RunSettings, set_run
from cordee.courses.tests.make import small_run
from cordee.learning.cohorts.queries import to_call
from cordee.learning.dashboard import dashboard
from cordee.learning.digest import write_digest
from cordee.learning.extending import extend_deadline
from cordee.learning.models import Cohort, Enrolment
from cordee.learning.pages.looking import look_at
from cordee.learning.pages.outline import outline_view
from cordee.learning.submitting import DeadlinePassed
from cordee.learning.tests.cohorts import (
    make_cohort,
    make_member,
    make_organisation,
    member_of_team,
    private_run_of,
)
from cordee.learning.tests.make import hand_in, seat_of
from cordee.people.feeding_calendars import renew_link
from cordee.people.models import Account, Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client
from cordee.ui import dates

pytestmark = pytest.mark.django_db
NOW = clock.now().replace(second=0, microsecond=0)
DUE = NOW + dt.timedelta(days=150)  # in the course, made for the public session
CLOSES = NOW + dt.timedelta(days=40)


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    """Of a school, in its own session."""
    public = small_run(tmp_path, section=f'due="{DUE:%Y-%m-%dT%H:%M:%SZ}"')
    school = make_organisation("Alpine")
    run = private_run_of(school, public, opens_at=NOW - dt.timedelta(days=9), closes_at=CLOSES)
    return make_cohort(organisation=school, run=run)


@pytest.fixture
def run(cohort: Cohort) -> Run:
    assert cohort.run is not None
    return cohort.run


@pytest.fixture
def learner(cohort: Cohort) -> Enrolment:
    member = make_member(cohort, make_account(name="Awa Diallo"), now=NOW - dt.timedelta(days=8))
    return Enrolment.objects.get(account=member.account)


def day(moment: dt.datetime) -> str:
    return dates.day(moment, "Europe/Paris", "en", now=NOW)


def typed(run: Run, **due: str) -> dict[str, str]:
    """The form of the settings as it is shown, with these deadlines."""
    fields = {"opens_at": run.opens_at, "closes_at": run.closes_at}
    shown = {key: in_zone_of_the_site(moment) for key, moment in fields.items() if moment is not None}
    return {
        **shown,
        "enrolment_closes_at": "",
        "pass_mark": f"{100 * run.pass_mark:g}",
        "seen": RunSettings.of(run).digest,
        **{f"due:{section}": moment for section, moment in due.items()},
    }


def in_zone_of_the_site(moment: dt.datetime) -> str:
    return f"{moment.astimezone(ZoneInfo('Europe/Paris')):%Y-%m-%dT%H:%M}"


def set_due(run: Run, by: Account | None = None, **due: dt.datetime) -> None:
    fresh = Run.objects.select_related("version").get(pk=run.pk)
    held = RunSettings.of(fresh)
    own = tuple(sorted((section, moment.isoformat()) for section, moment in due.items()))
    wanted = RunSettings(held.opens_at, held.closes_at, None, held.pass_mark, held.listed, own)
    set_run(run=fresh, wanted=wanted, seen=held.digest, by=by or make_account(), now=NOW)


def test_no_deadline_lies_after_the_session_closes_wherever_it_is_told(run: Run, learner: Enrolment) -> None:
    pupil, account = signed_in_client(learner.account), learner.account
    Account.objects.filter(pk=account.pk).update(language="en")
    assert [line.due_at for line in dashboard(account, language="en", now=NOW).to_hand_in] == [CLOSES, CLOSES]
    key = renew_link(account=account, now=NOW)
    feed = Client().get(f"/calendars/{key}.ics").content.decode()
    assert f"{CLOSES:%Y%m%dT%H%M}" in feed
    assert f"{DUE:%Y%m%dT%H%M}" not in feed
    teacher = member_of_team(Role.TEACHER, f"run:{run.key}")[1]
    for client, path in (
        (pupil, "units/v_capital"),
        (pupil, "progress"),
        (pupil, ""),
        (teacher, f"desk/learners/{learner.pk}"),
    ):
        page = client.get(f"/runs/{run.key}/{path}").content.decode()
        assert day(DUE) not in page, path
        assert path == "" or day(CLOSES).rpartition("\N{NO-BREAK SPACE}")[0] in page, path
    assert f"{CLOSES:%Y-%m-%d}" in pupil.get("/mine").content.decode()
    eve = (CLOSES - dt.timedelta(days=1)).replace(hour=7)
    assert write_digest(account, now=eve) == 1
    with pytest.raises(DeadlinePassed):
        hand_in(learner, "capital", now=CLOSES + dt.timedelta(minutes=1))


def test_whoever_teaches_the_session_sets_what_is_due_when_and_everything_follows(run: Run, learner: Enrolment) -> None:
    account, teacher = member_of_team(Role.TEACHER, f"run:{run.key}")
    soon = NOW + dt.timedelta(days=9)
    page = teacher.get(f"/runs/{run.key}/desk/settings").content.decode()
    assert 'name="due:s_capital"' in page
    answer = teacher.post(f"/runs/{run.key}/desk/settings", typed(run, s_capital=in_zone_of_the_site(soon), s_sum=""))
    assert answer.status_code == 302, answer.content.decode()
    assert Run.objects.get(pk=run.pk).due == {"s_capital": soon.isoformat()}
    assert StaffAct.objects.filter(about="settings: due", account=account).exists()
    shown = teacher.get(f"/runs/{run.key}/desk/settings").content.decode()
    assert f'value="{in_zone_of_the_site(soon)}"' in shown
    lines = dashboard(learner.account, language="en", now=NOW).to_hand_in
    assert [(line.title, line.due_at) for line in lines] == [("Capital", soon), ("Sum", CLOSES)]
    with pytest.raises(DeadlinePassed):
        hand_in(learner, "capital", now=soon + dt.timedelta(minutes=1))
    hand_in(learner, "sum", now=soon + dt.timedelta(minutes=1))
    again = typed(Run.objects.get(pk=run.pk), s_capital="", s_sum="")
    assert teacher.post(f"/runs/{run.key}/desk/settings", again).status_code == 302
    assert Run.objects.get(pk=run.pk).due == {}


def test_another_session_of_the_course_keeps_the_deadlines_of_the_course(run: Run) -> None:
    set_due(run, s_capital=NOW + dt.timedelta(days=9))
    public = Run.objects.get(private_to=None)
    assert public.due == {}


def test_a_deadline_of_the_session_may_be_later_than_the_courses_and_never_later_than_its_end(run: Run) -> None:
    section = next(one for one in graded(read_outline(run.version.sha256)) if one.id == "s_capital")
    late = {"s_capital": (DUE + dt.timedelta(days=9)).isoformat()}
    assert due_in(section, own=late, opens_at=NOW, closes_at=None) == DUE + dt.timedelta(days=9)
    assert due_in(section, own=late, opens_at=NOW, closes_at=CLOSES) == CLOSES
    assert due_in(section, own={}, opens_at=NOW, closes_at=None) == DUE


def test_a_deadline_moved_for_one_learner_is_later_than_the_sessions_own(run: Run, learner: Enrolment) -> None:
    soon = NOW + dt.timedelta(days=9)
    set_due(run, s_capital=soon)
    fresh = seat_of(learner)
    assert fresh.enrolment is not None
    section = fresh.outline.places["v_capital"].section
    by = make_account(name="Hélène Rey")
    moved: dict[str, Any] = {
        "enrolment": fresh.enrolment,
        "section": section,
        "reason": "In hospital",
        "by": by,
        "now": NOW,
    }
    with pytest.raises(InputRefused):
        extend_deadline(until=soon - dt.timedelta(days=1), **moved)
    extend_deadline(until=soon + dt.timedelta(days=2), **moved)
    assert seat_of(learner).calendar.due_of(section) == soon + dt.timedelta(days=2)
    hand_in(learner, "capital", now=soon + dt.timedelta(days=1))


def test_a_learner_reads_why_their_deadline_was_moved_wherever_it_is_told(run: Run, learner: Enrolment) -> None:
    seat = seat_of(learner)
    assert seat.enrolment is not None
    section, by = seat.outline.places["v_capital"].section, make_account(name="Hélène Rey")
    pupil = signed_in_client(learner.account)
    until = CLOSES + dt.timedelta(days=3)
    moved: dict[str, Any] = {"enrolment": seat.enrolment, "section": section, "by": by, "now": NOW}
    extend_deadline(until=until, reason="In hospital <until> Monday", **moved)
    for path in ("units/v_capital", "progress", ""):
        page = pupil.get(f"/runs/{run.key}/{path}").content.decode()
        assert "In hospital &lt;until&gt; Monday" in page, path
    assert "In hospital" not in pupil.get(f"/runs/{run.key}/units/v_sum").content.decode()
    extend_deadline(until=None, reason="A slip", **moved)
    for path in ("units/v_capital", "progress", ""):
        assert "In hospital" not in pupil.get(f"/runs/{run.key}/{path}").content.decode(), path
    assert Enrolment.objects.get(pk=learner.pk).extended_because == {}


def test_a_moved_deadline_is_in_the_outline_of_that_learner_alone(cohort: Cohort, run: Run, learner: Enrolment) -> None:
    other = Enrolment.objects.get(account=make_member(cohort).account)
    seat = seat_of(learner)
    assert seat.enrolment is not None
    section = seat.outline.places["v_capital"].section
    signed_in_client(other.account).get(f"/runs/{run.key}/")  # what is kept for all who stand alike
    moved = CLOSES + dt.timedelta(days=3)
    extend_deadline(enrolment=seat.enrolment, section=section, until=moved, reason="Ill", by=make_account(), now=NOW)
    found = [
        {unit.id: unit.due_at for unit in outline_view(look_at(seat_of(one), language="en", now=NOW)).units}
        for one in (other, learner, other)
    ]
    assert [one["v_capital"] for one in found] == [CLOSES, moved, CLOSES]


def test_whom_to_call_follows_the_deadlines_of_the_session(cohort: Cohort, run: Run, learner: Enrolment) -> None:
    soon = NOW + dt.timedelta(days=2)
    after = soon + dt.timedelta(days=1)

    def behind() -> list[int]:
        fresh = Cohort.objects.select_related("run__version").get(pk=cohort.pk)
        outline = seat_of(learner).outline
        rows = to_call(fresh, outline=outline, now=after, quiet_since=NOW - dt.timedelta(days=30), most=10)
        return [count for _member, _progress, count in rows]

    assert behind() == []
    set_due(run, s_capital=soon)
    assert behind() == [1]


def test_whoever_opened_the_private_session_sets_its_deadlines_beside_its_dates(run: Run) -> None:
    account, manager = member_of_team(Role.PROGRAMME_MANAGER, "org:Alpine")
    path = f"/organisations/Alpine/sessions/{run.key}"
    assert 'name="due:s_capital"' in manager.get(path).content.decode()
    soon = NOW + dt.timedelta(days=9)
    fields = {
        "opens": f"{run.opens_at:%Y-%m-%d}",
        "closes": f"{CLOSES:%Y-%m-%d}",
        "enrolment_closes": "",
        "pass_mark": "70",
    }
    assert manager.post(path, {**fields, "due:s_capital": in_zone_of_the_site(soon)}).status_code == 302
    assert Run.objects.get(pk=run.pk).due == {"s_capital": soon.isoformat()}
    assert StaffAct.objects.filter(about="terms changed", account=account).exists()
    early = in_zone_of_the_site(run.opens_at - dt.timedelta(days=5))
    refused = manager.post(path, {**fields, "due:s_capital": early})
    assert refused.status_code == 400
    assert early in refused.content.decode()  # nothing typed is lost
    stranger = member_of_team(Role.PROGRAMME_MANAGER, "org:Other")[1]
    assert stranger.post(path, {**fields, "due:s_capital": ""}).status_code == 403
    assert Run.objects.get(pk=run.pk).due == {"s_capital": soon.isoformat()}


@pytest.mark.parametrize("moment", ["2001-01-01T00:00", "tomorrow", "2026-13-01T00:00"])
def test_a_deadline_that_cannot_be_is_refused_and_nothing_is_lost(run: Run, moment: str) -> None:
    teacher = member_of_team(Role.TEACHER, f"run:{run.key}")[1]
    answer = teacher.post(f"/runs/{run.key}/desk/settings", typed(run, s_capital=moment))
    assert answer.status_code == 422
    assert moment in answer.content.decode()
    assert Run.objects.get(pk=run.pk).due == {}


def test_a_section_that_the_course_has_not_has_no_deadline(run: Run) -> None:
    with pytest.raises(InputRefused):
        set_due(run, nowhere=NOW + dt.timedelta(days=9))


def test_a_tutor_and_a_learner_set_no_deadline(run: Run, learner: Enrolment) -> None:
    fields = typed(run, s_capital=in_zone_of_the_site(NOW + dt.timedelta(days=9)))
    for client in (member_of_team(Role.TUTOR, f"run:{run.key}")[1], signed_in_client(learner.account)):
        assert client.post(f"/runs/{run.key}/desk/settings", fields).status_code in {403, 404}
    assert Run.objects.get(pk=run.pk).due == {}


def test_of_two_tabs_that_set_deadlines_the_second_is_told(run: Run) -> None:
    teacher = member_of_team(Role.TEACHER, f"run:{run.key}")[1]
    stale = typed(run, s_capital=in_zone_of_the_site(NOW + dt.timedelta(days=9)))
    assert teacher.post(f"/runs/{run.key}/desk/settings", stale).status_code == 302
    late = {**stale, "due:s_capital": in_zone_of_the_site(NOW + dt.timedelta(days=19))}
    assert teacher.post(f"/runs/{run.key}/desk/settings", late).status_code == 422


def test_a_private_session_has_no_place_in_the_course_list_to_tick(run: Run) -> None:
    teacher = member_of_team(Role.TEACHER, f"run:{run.key}")[1]
    assert 'name="listed"' not in teacher.get(f"/runs/{run.key}/desk/settings").content.decode()
    ticked = {**typed(run), "listed": "on", "pass_mark": "55"}
    assert teacher.post(f"/runs/{run.key}/desk/settings", ticked).status_code == 302
    held = Run.objects.select_related("version").get(pk=run.pk)
    assert (held.listed, held.pass_mark) == (False, 0.55)
    before = RunSettings.of(held)
    listed = RunSettings(before.opens_at, before.closes_at, None, before.pass_mark, True)
    with pytest.raises(InputRefused):
        set_run(run=held, wanted=listed, seen=before.digest, by=make_account(), now=NOW)


def test_the_remarks_on_a_session_go_by_its_own_deadlines(run: Run) -> None:
    outline = read_outline(run.version.sha256)
    assert not any(one.code.startswith("deadlines") for one in remarks_of(run, outline, NOW))
    run.due = {"s_capital": (NOW - dt.timedelta(days=1)).isoformat()}
    assert [one.code for one in remarks_of(run, outline, NOW)] == ["deadlines-past"]
