"""What can whoever teaches a run see and decide, and who cannot?"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from cordee.core.errors import Conflict, InputRefused
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import CAPITAL, NOW, SUM, course_files, imported, small_run
from cordee.learning.enrolling import leave
from cordee.learning.extending import extend_deadline
from cordee.learning.giving_points import give_points
from cordee.learning.marking import bring_marks_up_to_date
from cordee.learning.models import ActivityState, Cohort, Decision, Enrolment, Event, Submission
from cordee.learning.regrading import regrade
from cordee.learning.submitting import DeadlinePassed
from cordee.learning.tests.cohorts import make_organisation, private_run_of
from cordee.learning.tests.make import WRONG, hand_in, make_enrolment, seat_of
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=30)


def teacher_of(run: Run, role: Role = Role.TEACHER, scope: str = "") -> Account:
    account = make_account(name="Hélène Rey")
    grant_role(account=account, role=role, scope=scope or f"run:{run.key}", granted_by=None, now=NOW)
    return account


def desk(run: Run, rest: str = "") -> str:
    return f"/runs/{run.key}/desk/{rest}"


def fresh(enrolment: Enrolment) -> Enrolment:
    found = seat_of(enrolment).enrolment
    assert found is not None
    return found


def give(enrolment: Enrolment, activity: str, points: float | None, by: Account, reason: str = "A slip") -> None:
    seat = seat_of(enrolment)
    assert seat.enrolment is not None
    give_points(
        enrolment=seat.enrolment,
        outline=seat.outline,
        entry=seat.outline.entries[activity][1],
        points=points,
        reason=reason,
        by=by,
        now=NOW,
    )


def sections_of(enrolment: Enrolment) -> dict[str, Any]:
    return {one.id: one for module in seat_of(enrolment).outline.modules for one in module.sections}


def statements(client: Client, url: str) -> int:
    client.get(url)
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(url).status_code == 200
    return sum(1 for sql in seen if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")))


def without_heads(page: str) -> str:
    """The cells of a table without what they say on phones."""
    return re.sub(r'<span class="only-phone soft">[^<]*</span>', "", page)


def test_a_teacher_sees_everybody_with_grade_and_sections(tmp_path: Path) -> None:
    first = make_enrolment(tmp_path, account=make_account(name="Zoé Petit"))
    hand_in(first, "capital")
    make_enrolment(tmp_path, account=make_account(name="<b>Ana</b>"), run=first.run)
    page = signed_in_client(teacher_of(first.run)).get(desk(first.run)).content.decode()
    assert "2 learners" in page
    assert "&lt;b&gt;Ana&lt;/b&gt;" in page
    assert "<b>Ana" not in page
    assert page.index("Ana") < page.index("Zoé Petit")
    row = re.search(rf'href="learners/{first.pk}">Zoé Petit</a><td><td>[^<]*<td>50<td>100<td>\n?', without_heads(page))
    assert row, page


def test_a_page_of_a_hundred_takes_six_statements_whatever_the_run_holds(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path).run
    for number in range(3):
        hand_in(make_enrolment(tmp_path, account=make_account(name=f"Ana {number}"), run=run), "capital")
    assert statements(signed_in_client(teacher_of(run)), desk(run)) <= 6


def test_learners_are_found_by_name_address_cohort_and_standing(tmp_path: Path) -> None:
    ana = make_enrolment(tmp_path, account=make_account(name="Ana Lima", email="ana@school.example"))
    run = ana.run
    bob = make_enrolment(tmp_path, account=make_account(name="Bob Martin"), run=run)
    gone = make_enrolment(tmp_path, account=make_account(name="Cléo Gone"), run=run)
    leave(enrolment=gone, now=NOW)
    cohort = Cohort.objects.create(run=run, name="Thursday")
    Enrolment.objects.filter(pk=bob.pk).update(cohort=cohort)
    for activity in ("capital", "sum"):
        hand_in(ana, activity)
    client = signed_in_client(teacher_of(run))

    def shown(**wanted: Any) -> set[str]:
        page = client.get(desk(run), wanted).content.decode()
        return {name for name in ("Ana Lima", "Bob Martin", "Cléo Gone") if f">{name}</a>" in page}

    assert shown() == {"Ana Lima", "Bob Martin"}
    assert shown(search="school.example") == {"Ana Lima"}
    assert shown(search="MARTIN") == {"Bob Martin"}
    assert shown(cohort=cohort.pk) == {"Bob Martin"}
    assert shown(standing="passed") == {"Ana Lima"}
    assert shown(standing="not_passed") == {"Bob Martin"}
    assert shown(standing="nothing") == {"Bob Martin"}
    assert shown(standing="left") == {"Cléo Gone"}
    assert shown(search="nobody of that name") == set()
    assert shown(cohort="x", standing="?", order="'", page="-3") == {"Ana Lima", "Bob Martin"}


def test_the_whole_table_and_the_csv_hold_every_learner(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path, account=make_account(name="=cmd|' /C calc'!A0")).run
    for number in range(120):
        make_enrolment(tmp_path, account=make_account(name=f"Ana {number}"), run=run)
    client = signed_in_client(teacher_of(run))
    first = client.get(desk(run)).content.decode()
    assert "Page 1 of 2" in first
    assert first.count('<th scope="row">') == 100
    assert client.get(desk(run) + "?page=2").content.decode().count('<th scope="row">') == 21
    found = client.get(desk(run) + "?search=ana&page=9").content.decode()  # a page that is not there: the last one
    assert ("Page 2 of 2" in found, found.count('<th scope="row">')) == (True, 20)
    names = re.findall(r'href="learners/\d+">([^<]*)</a>', first + client.get(desk(run) + "?page=2").content.decode())
    assert names == sorted(names, key=str.lower)
    assert len(set(names)) == 121
    assert client.get(desk(run) + "?whole=1").content.decode().count('<th scope="row">') == 121
    answer = client.get(desk(run, "grades.csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 122
    assert rows[0] == [
        "Name",
        "Email address",
        "Cohort",
        "Enrolled",
        "Left",
        "Grade out of 100",
        "Passed",
        "Capital",
        "Sum",
    ]
    assert any(row[0] == "'=cmd|' /C calc'!A0" for row in rows)
    assert not any(cell.startswith(("=", "@", "\t")) for row in rows for cell in row)


def test_marks_that_an_older_version_left_are_computed_anew(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "capital")
    Enrolment.objects.update(marks={}, marks_of=None)  # as before there were marks
    page = signed_in_client(teacher_of(enrolment.run)).get(desk(enrolment.run)).content.decode()
    assert "<td>50<td>100<td>" in without_heads(page)
    held = fresh(enrolment)
    assert held.marks == {"s_capital": 1.0}
    assert bring_marks_up_to_date(held.run, seat_of(held).outline) == 0


@pytest.mark.attack(19, 25)
@pytest.mark.parametrize("role", [Role.AUTHOR, Role.OPERATOR, Role.PROGRAMME_MANAGER])
def test_who_does_not_teach_the_run_sees_no_learner(tmp_path: Path, role: Role) -> None:
    enrolment = make_enrolment(tmp_path)
    run = enrolment.run
    other = small_run(tmp_path, options=RunOptions(), number="OTH101")
    for account in (
        enrolment.account,
        teacher_of(run, role),
        teacher_of(other),
        teacher_of(run, Role.TUTOR, f"run:{other.key}"),
    ):
        client = signed_in_client(account)
        for rest in ("", "grades.csv", "settings", f"learners/{enrolment.pk}"):
            assert client.get(desk(run, rest)).status_code == 403, rest
        for rest in ("points", "extension", "regrade"):
            assert client.post(desk(run, f"learners/{enrolment.pk}/{rest}"), {}).status_code == 403, rest
        assert client.post(desk(run, "settings"), {"pass_mark": "0"}).status_code == 403
    assert not Decision.objects.exists()


def test_the_desk_of_a_private_session_is_for_its_organisation_and_not_there_for_others(tmp_path: Path) -> None:
    public = make_enrolment(tmp_path).run
    private = private_run_of(make_organisation("Alpine"), public)
    assert signed_in_client(teacher_of(private, scope="org:Alpine")).get(desk(private)).status_code == 200
    stranger = signed_in_client(teacher_of(public, scope="org:Other"))
    for rest in ("", "grades.csv", "settings"):
        assert stranger.get(desk(private, rest)).status_code == 404, rest
        assert stranger.get(f"/runs/Ingenia+TST101+none/desk/{rest}").status_code == 404, rest


def test_a_learner_of_another_run_is_not_found_by_its_number(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    other = make_enrolment(tmp_path, run=small_run(tmp_path, options=RunOptions(), number="OTH101"))
    client = signed_in_client(teacher_of(enrolment.run))
    assert client.get(desk(enrolment.run, f"learners/{other.pk}")).status_code == 404
    given = {"points-activity": "capital", "points-points": "1", "points-reason": "Mine"}
    assert client.post(desk(enrolment.run, f"learners/{other.pk}/points"), given).status_code == 404
    assert not Decision.objects.exists()


def test_a_tutor_reads_and_decides_nothing(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = signed_in_client(teacher_of(enrolment.run, Role.TUTOR))
    page = client.get(desk(enrolment.run, f"learners/{enrolment.pk}"))
    assert page.status_code == 200
    assert "Give points" not in page.content.decode()
    given = {"points-activity": "capital", "points-points": "1", "points-reason": "Mine"}
    assert client.post(desk(enrolment.run, f"learners/{enrolment.pk}/points"), given).status_code == 403
    assert client.get(desk(enrolment.run, "settings")).status_code == 403


def test_looking_at_a_learner_leaves_one_line_in_an_hour(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    teacher = teacher_of(enrolment.run)
    client = signed_in_client(teacher)
    for _again in range(3):
        client.get(desk(enrolment.run, f"learners/{enrolment.pk}"))
    line = StaffAct.objects.get(about="learner")
    assert (line.account, line.act, line.place, line.people) == (
        teacher,
        "run.results",
        f"run:{enrolment.run.key}",
        1,
    )
    assert line.person == enrolment.account.pseudonym
    assert enrolment.account.email not in line.about


def test_looking_at_the_whole_session_leaves_a_line_for_all_of_it_and_costs_no_query_again(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = signed_in_client(teacher_of(enrolment.run))
    client.get(desk(enrolment.run))
    first = statements(client, desk(enrolment.run))
    line = StaffAct.objects.get()
    assert (line.act, line.person, line.look, line.about) == ("run.results", None, True, "grades")
    assert first == statements(client, desk(enrolment.run))
    assert "Your progress and grades" in signed_in_client(enrolment.account).get("/account/data").content.decode()


def test_points_that_a_teacher_gives_count_and_the_learner_reads_why(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    hand_in(enrolment, "capital", WRONG["capital"])
    teacher = teacher_of(enrolment.run)
    url = desk(enrolment.run, f"learners/{enrolment.pk}/points")
    given = {"points-activity": "capital", "points-points": "0,5", "points-reason": "Half of it was <right>"}
    answer = signed_in_client(teacher).post(url, given)
    assert (answer.status_code, answer["Location"]) == (
        303,
        desk(enrolment.run, f"learners/{enrolment.pk}?done=points"),
    )
    held = fresh(enrolment)
    assert (held.grade, held.marks["s_capital"]) == (0.25, 0.5)
    state = ActivityState.objects.get(enrolment=enrolment, activity="capital")
    assert (state.earned, state.points) == (0.0, 0.5)
    seen = signed_in_client(enrolment.account).get(f"/runs/{enrolment.run.key}/units/v_capital").content.decode()
    assert "Your teacher gave you 0.5 of 1 points here" in seen
    assert "Half of it was &lt;right&gt;" in seen
    decision = Decision.objects.get()
    assert (decision.kind, decision.about, decision.made_by_name) == ("points", "capital", teacher.name)
    assert decision.data == {"before": 0.0, "given": 0.5, "possible": 1.0}
    assert Event.objects.filter(verb="graded", data__grade=0.25).count() == 1
    shown = signed_in_client(teacher).get(desk(enrolment.run, f"learners/{enrolment.pk}")).content.decode()
    assert "Capital – Capital: 0.5 points given" in shown


def test_given_points_outlive_a_later_answer_and_may_be_taken_back(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    teacher = teacher_of(enrolment.run)
    give(enrolment, "capital", 0.25, teacher)
    hand_in(enrolment, "capital")  # all right
    assert fresh(enrolment).grade == 0.13
    give(enrolment, "capital", None, teacher, "Now earned")
    held = fresh(enrolment)
    assert held.grade == 0.5
    assert [one.data["given"] for one in Decision.objects.order_by("pk")] == [0.25, None]


def test_the_same_decision_twice_is_one(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    teacher = teacher_of(enrolment.run)
    for _click in range(2):
        give(enrolment, "capital", 0.25, teacher)
        extend_deadline(
            enrolment=fresh(enrolment),
            section=_due(sections_of(enrolment)["s_capital"]),
            until=LATER,
            reason="Ill",
            by=teacher,
            now=NOW,
        )
    assert sorted(Decision.objects.values_list("kind", flat=True)) == ["extension", "points"]


@pytest.mark.parametrize("points", ["-1", "1.5", "many", "nan", "inf", "1e999"])
def test_points_that_the_activity_does_not_have_are_refused_and_kept_in_the_form(tmp_path: Path, points: str) -> None:
    enrolment = make_enrolment(tmp_path)
    given = {"points-activity": "capital", "points-points": points, "points-reason": "Because"}
    answer = signed_in_client(teacher_of(enrolment.run)).post(
        desk(enrolment.run, f"learners/{enrolment.pk}/points"), given
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "One thing to correct" in page
    assert f'value="{points}"' in page
    assert 'value="Because"' in page
    assert fresh(enrolment).grade == 0
    assert not Decision.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_nothing_is_decided_without_a_reason(tmp_path: Path, reason: str) -> None:
    enrolment = make_enrolment(tmp_path)
    with pytest.raises(InputRefused):
        give(enrolment, "capital", 1.0, teacher_of(enrolment.run), reason)
    assert not Decision.objects.exists()


def _due(section: Any) -> Any:
    return replace(section, due_at=NOW - dt.timedelta(days=1))


def test_a_deadline_that_was_moved_lets_one_learner_hand_in_and_no_other(tmp_path: Path) -> None:
    past = (NOW - dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%MZ")
    enrolment = make_enrolment(tmp_path, section=f'due="{past}"')
    other = make_enrolment(tmp_path, run=enrolment.run)
    teacher = teacher_of(enrolment.run)
    url = desk(enrolment.run, f"learners/{enrolment.pk}/extension")
    given = {"extension-section": "s_capital", "extension-until": "2026-12-24T23:59", "extension-reason": "Ill"}
    answer = signed_in_client(teacher).post(url, given)
    assert answer.status_code == 303, answer.content.decode()
    assert fresh(enrolment).extensions == {"s_capital": "2026-12-24T22:59:59+00:00"}  # of Paris
    receipt = hand_in(fresh(enrolment), "capital", now=NOW)
    assert (receipt.submission.earned, receipt.submission.late) == (1.0, False)
    with pytest.raises(DeadlinePassed):
        hand_in(fresh(enrolment), "sum", now=NOW)
    with pytest.raises(DeadlinePassed):
        hand_in(other, "capital", now=NOW)
    back = {**given, "extension-until": "", "extension-reason": "Well again"}
    assert signed_in_client(teacher).post(url, back).status_code == 303
    assert fresh(enrolment).extensions == {}


def test_a_moved_deadline_may_lie_past_the_end_of_the_run(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    Run.objects.filter(pk=enrolment.run.pk).update(closes_at=NOW - dt.timedelta(days=1))
    held = fresh(enrolment)
    section = sections_of(enrolment)["s_capital"]
    extend_deadline(
        enrolment=held, section=section, until=LATER, reason="Strike", by=teacher_of(enrolment.run), now=NOW
    )
    assert hand_in(fresh(enrolment), "capital", now=NOW).submission.earned == 1.0


def test_a_deadline_is_not_moved_backwards_nor_where_there_is_none(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    teacher, section = teacher_of(enrolment.run), sections_of(enrolment)["s_capital"]
    with pytest.raises(InputRefused, match="no deadline"):
        extend_deadline(enrolment=enrolment, section=section, until=LATER, reason="Ill", by=teacher, now=NOW)
    early = NOW - dt.timedelta(days=2)
    with pytest.raises(InputRefused, match="no later"):
        extend_deadline(enrolment=enrolment, section=_due(section), until=early, reason="Ill", by=teacher, now=NOW)
    assert not Decision.objects.exists()


def test_an_answer_is_graded_again_once_its_problem_is_mended(tmp_path: Path) -> None:
    broken = {"capital": CAPITAL, "sum": SUM.replace('answer="4"', 'answer="5"')}
    enrolment = make_enrolment(tmp_path, quizzes=broken)
    hand_in(enrolment, "sum", {"p_2_1": "4"})
    teacher = teacher_of(enrolment.run)
    seat = seat_of(enrolment)
    entry = seat.outline.entries["sum"][1]
    assert (
        regrade(enrolment=fresh(enrolment), outline=seat.outline, entry=entry, reason="Again", by=teacher, now=NOW)
        is None
    )
    options = RunOptions(key=enrolment.run.key, update_run=True)
    imported(course_files(quizzes={"capital": CAPITAL, "sum": SUM}), tmp_path, options=options)
    url = desk(enrolment.run, f"learners/{enrolment.pk}/regrade")
    given = {"regrade-activity": "sum", "regrade-reason": "The key was wrong"}
    answer = signed_in_client(teacher).post(url, given)
    assert answer["Location"].endswith("?done=regrade"), answer.content.decode()
    held = fresh(enrolment)
    assert held.grade == 0.5
    assert Submission.objects.get(enrolment=enrolment).earned == 0.0  # what was said then stays said
    assert ActivityState.objects.get(enrolment=enrolment, activity="sum").solved
    assert Decision.objects.get().data == {"attempt": 1, "before": 0.0, "after": 1.0}
    assert signed_in_client(teacher).post(url, given)["Location"].endswith("?done=same")


def test_what_was_never_answered_cannot_be_graded_again(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    seat = seat_of(enrolment)
    with pytest.raises(Conflict, match="Nothing was handed in"):
        regrade(
            enrolment=fresh(enrolment),
            outline=seat.outline,
            entry=seat.outline.entries["sum"][1],
            reason="Again",
            by=teacher_of(enrolment.run),
            now=NOW,
        )


def settings_of(client: Client, run: Run, changed: dict[str, str] | None = None) -> Any:
    page = client.get(desk(run, "settings")).content.decode()
    fields: dict[str, str] = {}
    for name in ("seen", "opens_at", "closes_at", "enrolment_closes_at", "pass_mark"):
        found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        assert found, name
        value = re.search(r'value="([^"]*)"', found[0])
        fields[name] = value[1] if value else ""
    if re.search(r'<input[^>]*name="listed"[^>]*checked', page):
        fields["listed"] = "on"
    return {**fields, **(changed or {})}


def test_a_teacher_changes_dates_and_pass_mark_and_nothing_by_saving_what_is_shown(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path).run
    Run.objects.filter(pk=run.pk).update(closes_at=dt.datetime(2027, 1, 31, 22, 59, 59, tzinfo=dt.UTC))
    before = Run.objects.values().get(pk=run.pk)
    client = signed_in_client(teacher_of(run))
    assert client.post(desk(run, "settings"), settings_of(client, run)).status_code == 302
    assert Run.objects.values().get(pk=run.pk) == before
    assert not StaffAct.objects.exists()
    wanted = settings_of(client, run, {"pass_mark": "55", "closes_at": "2027-02-28T23:59"})
    assert client.post(desk(run, "settings"), wanted).status_code == 302
    held = Run.objects.get(pk=run.pk)
    assert held.pass_mark == 0.55
    assert held.closes_at == dt.datetime(2027, 2, 28, 22, 59, 59, tzinfo=dt.UTC)
    assert StaffAct.objects.get().about == "settings: closes_at, pass_mark"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"closes_at": "2020-01-01T10:00"}, "would close before it opens"),
        ({"closes_at": "2027-01-01T10:00", "enrolment_closes_at": "2027-02-01T10:00"}, "would end after the session"),
        ({"pass_mark": "101"}, "between 0 and 100"),
        ({"pass_mark": "half"}, "This is no number"),
        ({"opens_at": "soon"}, "This is no day and time"),
        ({"opens_at": ""}, "This answer is missing"),
    ],
)
def test_settings_that_cannot_be_are_refused_and_nothing_typed_is_lost(
    tmp_path: Path, changed: dict[str, str], words: str
) -> None:
    run = make_enrolment(tmp_path).run
    before = Run.objects.values().get(pk=run.pk)
    client = signed_in_client(teacher_of(run))
    answer = client.post(desk(run, "settings"), settings_of(client, run, changed))
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (422, True)
    assert all(f'value="{value}"' in page for value in changed.values() if value)
    assert Run.objects.values().get(pk=run.pk) == before


def test_of_two_tabs_that_change_the_settings_the_second_is_told(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path).run
    client = signed_in_client(teacher_of(run))
    first, second = settings_of(client, run, {"pass_mark": "55"}), settings_of(client, run, {"pass_mark": "65"})
    assert client.post(desk(run, "settings"), first).status_code == 302
    answer = client.post(desk(run, "settings"), second)
    assert (answer.status_code, "changed these settings meanwhile" in answer.content.decode()) == (422, True)
    assert Run.objects.get(pk=run.pk).pass_mark == 0.55


@pytest.mark.attack(23)
def test_a_teacher_sees_the_session_as_a_learner_and_hands_in_nothing(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='visible_to_staff_only="true"')
    run, teacher = enrolment.run, teacher_of(enrolment.run)
    own = make_enrolment(tmp_path, account=teacher, run=run)  # who also learns in it
    client = signed_in_client(teacher)
    assert client.get(f"/runs/{run.key}/units/v_capital").status_code == 200
    answer = client.post(reverse("desk-as-learner", args=[run.key]), {"wish": "learner"})
    assert answer.status_code == 303
    assert "You see this session as a learner" in client.get(f"/runs/{run.key}/").content.decode()
    assert client.get(f"/runs/{run.key}/units/v_capital").status_code == 404
    page = client.get(f"/runs/{run.key}/units/u2").content.decode()
    assert "You see this session as a learner" in page
    handed = client.post(f"/runs/{run.key}/activities/practice/submissions", {"form_id": "x", "p_2_1": "4"})
    assert handed.status_code == 409
    assert not Submission.objects.filter(enrolment=own).exists()
    client.post(reverse("desk-as-learner", args=[run.key]), {"wish": "teacher"})
    assert client.get(f"/runs/{run.key}/units/v_capital").status_code == 200


def test_a_learner_gains_nothing_by_the_cookie_nor_by_the_address(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = signed_in_client(enrolment.account)
    assert client.post(reverse("desk-as-learner", args=[enrolment.run.key]), {"wish": "learner"}).status_code == 403
    client.cookies["as_learner"] = "1"
    page = client.get(f"/runs/{enrolment.run.key}/units/v_capital").content.decode()
    assert "You see this session as a learner" not in page
    assert 'name="form_id"' in page
