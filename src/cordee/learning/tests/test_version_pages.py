"""Who reads the versions of a course, who restores one, and who moves a session to another?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from cordee.core import clock
from cordee.courses.models import Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.tests.course_texts import COURSE
from cordee.courses.tests.course_texts import folder as text_folder
from cordee.courses.tests.make import CAPITAL, NOW, SUM, course_files, imported, small_run
from cordee.courses.text.publishing import publish_folder
from cordee.learning.models import ActivityState, Enrolment, Regrade, Submission
from cordee.learning.tests.cohorts import make_organisation, private_run_of
from cordee.learning.tests.make import hand_in, make_enrolment, seat_of
from cordee.learning.versions.regrading import move_and_regrade
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client

LYON = CAPITAL.replace('"true">Paris', '"false">Paris').replace('"false">Lyon', '"true">Lyon')
KEY = "Ingenia+TST101"
RUN = f"{KEY}+2026"
LIST = f"/courses/{KEY}/versions"
DESK = f"/runs/{RUN}/desk/version"


def two_versions(folder: Path) -> Run:
    """A run of a course whose first version has a wrong key."""
    run = small_run(folder, quizzes={"capital": LYON, "sum": SUM})
    imported(course_files(quizzes={"capital": CAPITAL, "sum": SUM}), folder)
    return run


def somebody(role: Role, scope: str) -> Client:
    account = make_account(name="Hélène Rey")
    grant_role(account=account, role=role, scope=scope, granted_by=None, now=NOW)
    return signed_in_client(account)


def author() -> Client:
    return somebody(Role.AUTHOR, f"course:{KEY}")


def teacher() -> Client:
    return somebody(Role.TEACHER, f"run:{RUN}")


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(answer.content.decode())


@pytest.mark.django_db
def test_the_list_says_when_by_whom_why_and_which_sessions_show_what(tmp_path: Path) -> None:
    two_versions(tmp_path)
    found = page(author(), LIST)
    assert RUN in found
    assert "a command" in found
    assert "What changed in version 2" in found
    assert Version.objects.get(number=2).sha256[:8] in found


@pytest.mark.django_db
def test_a_version_is_read_as_it_was_and_nothing_can_be_handed_in(tmp_path: Path) -> None:
    two_versions(tmp_path)
    client = author()
    assert "To read" in page(client, f"{LIST}/1")
    found = page(client, f"{LIST}/1/units/v_capital")
    assert "Capital of France?" in found
    assert "disabled" in found
    assert 'name="form_id"' not in found
    page(client, f"{LIST}/1/units/nothing", 404)
    page(client, f"{LIST}/3", 404)


@pytest.mark.django_db
def test_what_changed_is_told_with_the_words_before_and_after(tmp_path: Path) -> None:
    two_versions(tmp_path)
    found = page(author(), f"{LIST}/2/changes")
    assert "The right answer changed" in found
    assert "<del>Lyon</del>" in found
    assert "<ins>Paris</ins>" in found
    assert "Concerns grading" in found
    page(author(), f"{LIST}/1/changes", 404)  # the first
    assert "Both versions say the same." in page(author(), f"{LIST}/2/changes?since=2")
    page(author(), f"{LIST}/2/changes?since=9", 404)
    page(author(), f"{LIST}/2/changes?since=99999999999999999999", 200)


@pytest.mark.django_db
def test_it_is_told_in_french_too(tmp_path: Path) -> None:
    two_versions(tmp_path)
    account = make_account(language="fr")
    grant_role(account=account, role=Role.AUTHOR, scope=f"course:{KEY}", granted_by=None, now=NOW)
    found = page(signed_in_client(account), f"{LIST}/2/changes")
    assert "La bonne réponse a changé" in found
    assert "Concerne la notation" in found


@pytest.mark.django_db
def test_a_version_can_be_cited(tmp_path: Path) -> None:
    two_versions(tmp_path)
    found = page(author(), f"{LIST}/2")
    assert "A small course. Ingenia, version 2, 24\N{NO-BREAK SPACE}November 2026." in found
    assert "@misc{TST101-v2," in found
    assert f"SHA-256 {Version.objects.get(number=2).sha256}" in found


@pytest.mark.django_db
def test_a_version_made_from_text_is_cited_by_the_team_that_its_text_names(tmp_path: Path) -> None:
    team = "team:\n  - name: Awa Diallo\n    role: author\n  - {name: Léo & Cie}\n"
    publish_folder(text_folder(tmp_path, **{"course.yaml": COURSE + team}), options=RunOptions(), now=NOW)
    make_organisation("Ingenia", name_en="Alliance Ingénia")
    found = page(somebody(Role.AUTHOR, "course:Ingenia+RES101"), "/courses/Ingenia+RES101/versions/1")
    sha256 = Version.objects.get().sha256
    day = f"{NOW.day}\N{NO-BREAK SPACE}{NOW:%B %Y}"
    assert f"Awa Diallo, Léo & Cie. Networks. Alliance Ingénia, version 1, {day}. SHA-256 {sha256[:12]}." in found
    assert "author = {Awa Diallo and Léo \\& Cie}" in found


@pytest.mark.django_db
def test_restoring_publishes_the_older_content_as_a_new_version_once(tmp_path: Path) -> None:
    two_versions(tmp_path)
    client = author()
    form = {"seen": "2", "restore-note": "Lyon it was"}
    for _click in range(2):
        assert client.post(f"{LIST}/1/restore", form).status_code == 303
    first, _second, third = Version.objects.order_by("number")
    assert third.sha256 == first.sha256
    assert (third.note, third.published_by_name) == ("Lyon it was", "Hélène Rey")
    assert Run.objects.get(key=RUN).version_id == first.pk
    assert StaffAct.objects.filter(act="course.publish").count() == 1


@pytest.mark.django_db
def test_a_second_tab_is_told_that_somebody_published_meanwhile(tmp_path: Path) -> None:
    two_versions(tmp_path)
    imported(course_files(text="<p>Newer.</p>"), tmp_path)
    answer = author().post(f"{LIST}/1/restore", {"seen": "2", "restore-note": "Back"})
    assert answer.status_code == 422
    assert "Version 3 was published meanwhile" in answer.content.decode()
    assert Version.objects.count() == 3


@pytest.mark.django_db
def test_a_note_is_written_once(tmp_path: Path) -> None:
    two_versions(tmp_path)
    client = author()
    assert client.post(f"{LIST}/2", {"note": " The  key is mended "}).status_code == 303
    assert client.post(f"{LIST}/2", {"note": "The key is mended"}).status_code == 303
    assert client.post(f"{LIST}/2", {"note": "Another"}).status_code == 422
    assert client.post(f"{LIST}/1", {"note": ""}).status_code == 422
    assert Version.objects.get(number=2).note == "The key is mended"


@pytest.mark.django_db
def test_who_teaches_reads_and_compares_and_does_not_publish(tmp_path: Path) -> None:
    two_versions(tmp_path)
    client = teacher()
    page(client, LIST)
    found = page(client, f"{LIST}/1")
    assert "Publish it again" not in found
    assert client.post(f"{LIST}/1", {"note": "x"}).status_code == 403
    assert client.post(f"{LIST}/1/restore", {"seen": "2", "restore-note": "x"}).status_code == 403
    assert Version.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("rest", ["", "/1", "/2/changes", "/1/units/u1"])
def test_others_read_no_version_and_learn_not_whether_there_is_one(tmp_path: Path, rest: str) -> None:
    run = two_versions(tmp_path)
    learner = signed_in_client(make_enrolment(tmp_path, run=run).account)
    elsewhere = somebody(Role.TEACHER, "run:Ingenia+OTH101+2026")
    for client in (learner, elsewhere, somebody(Role.AUTHOR, "org:Other")):
        page(client, LIST + rest, 403)
        page(client, f"/courses/Ingenia+NONE/versions{rest}", 403)
    assert Client().get(LIST + rest).status_code in {302, 401}


@pytest.mark.django_db
def test_a_private_session_is_named_to_its_own_alone(tmp_path: Path) -> None:
    hidden = private_run_of(make_organisation("Alpine"), two_versions(tmp_path))
    assert hidden.key not in page(teacher(), LIST)
    assert hidden.key in page(somebody(Role.TEACHER, "org:Alpine"), LIST)


@pytest.mark.django_db
def test_moving_is_previewed_with_what_a_regrade_would_change(tmp_path: Path) -> None:
    run = two_versions(tmp_path)
    hand_in(make_enrolment(tmp_path, run=run), "capital", {"p_2_1": "choice_0"})
    client = teacher()
    assert "What moving to version 2 changes" in page(client, DESK)
    found = page(client, f"{DESK}?to=2")
    assert "The right answer changed" in found
    assert "1 answer was given to what this version asks otherwise" in found
    assert "Nobody loses an attestation" in found
    assert Run.objects.get(key=RUN).version.number == 1
    page(client, f"{DESK}?to=7", 404)


@pytest.mark.django_db
def test_a_regrade_is_made_looked_at_and_undone_by_its_pages(tmp_path: Path) -> None:
    run = two_versions(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital", {"p_2_1": "choice_0"})
    client = teacher()
    form = {"to": "2", "seen": "1", "regrade": "yes", "reason": ""}
    refused = client.post(DESK, form)
    assert refused.status_code == 422
    assert "Why" in refused.content.decode()
    assert client.post(DESK, {**form, "reason": "\0"}).status_code == 422
    form["reason"] = "The key was wrong"
    assert client.post(DESK, form)["Location"] == f"{DESK}?done=regraded"
    assert client.post(DESK, form)["Location"] == f"{DESK}?done=same"  # a double click
    made = Regrade.objects.get()
    address = f"/runs/{RUN}/desk/regrades/{made.pk}"
    found = page(client, address)
    assert "The key was wrong" in found
    assert learner.account.name in found
    assert client.post(address).status_code == 303
    assert client.post(address).status_code == 303
    assert "1 learner has the scores of before again" in page(client, address)
    assert Enrolment.objects.get(pk=learner.pk).grade == 0.0
    page(client, f"/runs/{RUN}/desk/regrades/{made.pk + 1}", 404)


@pytest.mark.django_db
def test_the_learner_reads_that_the_answer_was_graded_again(tmp_path: Path) -> None:
    run = two_versions(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital", {"p_2_1": "choice_0"})
    client = signed_in_client(learner.account)
    unit = f"/runs/{RUN}/units/v_capital"
    assert "your answer graded again" not in page(client, unit)
    held = Run.objects.select_related("version", "course").get(pk=run.pk)
    move_and_regrade(run=held, to=Version.objects.get(number=2), seen=1, reason="The key", by=None, now=clock.now())
    found = page(client, unit)
    assert "your answer graded again" in found
    assert "Since Clovis." in found  # the verdict is that of the newer version


@pytest.mark.django_db
def test_the_progress_page_says_which_grade_counts_when_its_lines_are_of_a_newer_version(tmp_path: Path) -> None:
    run = small_run(tmp_path, quizzes={"capital": CAPITAL, "sum": SUM})
    imported(course_files(quizzes={"capital": CAPITAL, "sum": SUM, "third": SUM}), tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    hand_in(learner, "capital", {"p_2_1": "choice_0"})
    client = signed_in_client(learner.account)
    progress = f"/runs/{RUN}/progress"
    assert "What counts is" not in page(client, progress)
    Run.objects.filter(key=RUN).update(version=Version.objects.get(number=2))
    found = page(client, progress)
    assert "What counts is the grade above: 50 out of 100." in found
    assert "and give 33." in found
    assert "<strong>50 out of 100</strong> counts" in found
    assert "Together, rounded once: <strong>" not in found
    hand_in(Enrolment.objects.get(pk=learner.pk), "sum", {"p_2_1": "5"})
    assert "What counts is" not in page(client, progress)


@pytest.mark.django_db
def test_on_a_phone_each_cell_of_a_table_of_versions_says_what_it_is(tmp_path: Path) -> None:
    run = two_versions(tmp_path)
    make_enrolment(tmp_path, run=run)
    for client, address, heads in (
        (author(), LIST, ("Version", "Published", "By", "What is new", "Activities", "Sessions that show it")),
        (teacher(), DESK, ("Version", "Published", "What is new")),
        (teacher(), f"/runs/{RUN}/desk/", ("Last here", "Grade")),
    ):
        found = page(client, address)
        assert "staff__stack" in found
        for head in heads:
            assert f'<span class="only-phone soft">{head} </span>' in found, (address, head)


@pytest.mark.django_db
def test_moving_without_a_regrade_asks_for_no_reason(tmp_path: Path) -> None:
    two_versions(tmp_path)
    answer = teacher().post(DESK, {"to": "2", "seen": "1", "regrade": "no"})
    assert answer["Location"] == f"{DESK}?done=moved"
    assert Run.objects.get(key=RUN).version.number == 2


@pytest.mark.django_db
def test_a_teacher_says_whether_harmless_changes_are_followed(tmp_path: Path) -> None:
    two_versions(tmp_path)
    client = teacher()
    assert client.post(f"{DESK}/follow", {"follows": "yes"}).status_code == 303
    assert Run.objects.get(key=RUN).follows_harmless
    assert "This session follows harmless changes." in page(client, DESK)
    client.post(f"{DESK}/follow", {"follows": "no"})
    assert not Run.objects.get(key=RUN).follows_harmless
    assert client.get(f"{DESK}/follow").status_code == 405


@pytest.mark.django_db
def test_tutors_authors_and_learners_move_nothing(tmp_path: Path) -> None:
    run = two_versions(tmp_path)
    learner: Account = make_enrolment(tmp_path, run=run).account
    for client in (somebody(Role.TUTOR, f"run:{RUN}"), author(), signed_in_client(learner)):
        page(client, DESK, 403)
        assert client.post(DESK, {"to": "2", "seen": "1", "regrade": "no"}).status_code == 403
        assert client.post(f"{DESK}/follow", {"follows": "yes"}).status_code == 403
    assert Run.objects.get(key=RUN).version.number == 1


@pytest.mark.django_db
def test_a_forged_form_moves_nothing(tmp_path: Path) -> None:
    two_versions(tmp_path)
    account = make_account()
    grant_role(account=account, role=Role.TEACHER, scope=f"run:{RUN}", granted_by=None, now=NOW)
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in_client(account).cookies
    assert client.post(DESK, {"to": "2", "seen": "1", "regrade": "no"}).status_code == 403
    assert Run.objects.get(key=RUN).version.number == 1


@pytest.mark.django_db
def test_a_page_drawn_before_the_move_hands_in_what_it_showed(tmp_path: Path) -> None:
    run = two_versions(tmp_path)
    learner = make_enrolment(tmp_path, run=run)
    client = signed_in_client(learner.account)
    drawn = page(client, f"/runs/{RUN}/units/v_capital")
    fields = {name: drawn.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("form_id", "content")}
    Run.objects.filter(key=RUN).update(version=Version.objects.get(number=2))
    answer = client.post(f"/runs/{RUN}/activities/capital/submissions", {**fields, "p_2_1": "choice_0"})
    assert answer.status_code == 303
    kept = Submission.objects.get()
    assert kept.content.startswith(fields["content"])
    assert kept.earned == 1.0  # by the version that the session shows: Paris


@pytest.mark.django_db(transaction=True)
def test_answers_handed_in_during_a_regrade_are_neither_lost_nor_graded_by_the_older_key(tmp_path: Path) -> None:
    run = two_versions(tmp_path)
    learners = [make_enrolment(tmp_path, run=run) for _ in range(8)]
    for one in learners[:4]:
        hand_in(one, "capital", {"p_2_1": "choice_0"})
    to = Version.objects.get(number=2)

    def answer(number: int) -> None:
        """The first four go on to the next quiz, the others begin."""
        began = number < 4
        given = {"p_2_1": "4" if began else "choice_0"}
        hand_in(learners[number], "sum" if began else "capital", given, now=clock.now())

    def work(number: int) -> None:
        try:
            if number < 8:
                answer(number)
                return
            held = Run.objects.select_related("version", "course").get(pk=run.pk)
            move_and_regrade(run=held, to=to, seen=1, reason="The key", by=None, now=clock.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(work, [0, 4, 1, 8, 5, 2, 6, 3, 7]))
    assert Submission.objects.count() == 12
    held = Run.objects.select_related("version", "course").get(pk=run.pk)
    # Whoever came before was graded again, whoever came after by the newer key: a second regrade finds nothing to do.
    assert move_and_regrade(run=held, to=to, seen=2, reason="Once more", by=None, now=clock.now()) is None
    assert set(ActivityState.objects.filter(activity="capital").values_list("earned", flat=True)) == {1.0}
    assert {seat_of(one).enrolment.grade for one in learners[:4]} == {1.0}  # type: ignore[union-attr]


@pytest.mark.django_db
def test_the_report_of_an_import_leads_to_the_versions_whom_they_are_open_to(tmp_path: Path) -> None:
    two_versions(tmp_path)
    report = f"/runs/{RUN}/import-report"
    assert LIST in page(teacher(), report)
    assert LIST not in page(somebody(Role.SUPPORT, ""), report)
