from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cordee.core import clock
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import CAPITAL, NOW, PYTHON, SUM, course_files, imported, small_run
from cordee.learning.enrolling import enrol, leave
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment, Event, Submission, UnitView
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
LARGEST_PAGE = 40_000  # bytes
MOST_STATEMENTS = 6


def browser_of(enrolment: Enrolment) -> Client:
    return signed_in_client(enrolment.account)


def address(enrolment: Enrolment, rest: str) -> str:
    return f"/runs/{enrolment.run.key}/{rest}"


def words(page: bytes) -> str:
    """The page with plain spaces: numbers and dates hold no-break ones."""
    return page.decode().replace("\xa0", " ")


def post(
    client: Client, enrolment: Enrolment, activity: str, answer: dict[str, Any], attempt: int = 1, **extra: Any
) -> Any:
    form = form_id(enrolment_id=enrolment.pk, activity=activity, attempt=attempt)
    return client.post(
        address(enrolment, f"activities/{activity}/submissions"), {"form_id": str(form), **answer}, **extra
    )


def statements(client: Client, url: str) -> list[str]:
    """SQL statements of one request, BEGIN and COMMIT aside, once the process knows the course."""
    client.get(url)
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(url).status_code == 200
    return [sql for sql in seen if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]


def test_a_unit_shows_its_text_and_its_place(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    page = browser_of(enrolment).get(address(enrolment, "units/u1")).content.decode()
    assert "<p>Read this.</p>" in page
    assert "1.1 To read" in page
    assert 'aria-current="page"' in page


@pytest.mark.attack(22)
def test_nothing_of_the_answer_reaches_the_page_before_it_is_answered(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    page = browser_of(enrolment).get(address(enrolment, "units/v_capital")).content.decode()
    assert "Paris" in page
    for secret in ("SECRET-SOLUTION", "Since Clovis", "fewer ministers", 'correct="true"', 'data-state="right"'):
        assert secret not in page


def test_after_a_wrong_answer_its_own_feedback_is_shown_and_the_solution_waits(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    post(client, enrolment, "capital", {"p_2_1": "choice_1"})
    page = client.get(address(enrolment, "units/v_capital")).content.decode()
    assert "fewer ministers" in page
    assert "Since Clovis" not in page
    assert "SECRET-SOLUTION" not in page


def test_once_it_is_solved_the_solution_is_shown(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    post(client, enrolment, "capital", {"p_2_1": "choice_0"})
    page = client.get(address(enrolment, "units/v_capital")).content.decode()
    assert "SECRET-SOLUTION" in page


def test_an_answer_that_may_always_be_shown_is_shown_when_asked_for_only(tmp_path: Path) -> None:
    problem = CAPITAL.replace('showanswer="finished"', 'showanswer="always"')
    enrolment = make_enrolment(tmp_path, quizzes={"capital": problem})
    client = browser_of(enrolment)
    assert "SECRET-SOLUTION" not in client.get(address(enrolment, "units/v_capital")).content.decode()
    assert "SECRET-SOLUTION" in client.get(address(enrolment, "units/v_capital?answer=capital")).content.decode()


def test_asking_for_an_answer_that_may_not_be_shown_gives_nothing(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    page = browser_of(enrolment).get(address(enrolment, "units/v_capital?answer=capital")).content.decode()
    assert "SECRET-SOLUTION" not in page


def test_handing_in_leads_back_to_the_activity_with_a_receipt(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    answer = post(client, enrolment, "capital", {"p_2_1": "choice_0"})
    assert (answer.status_code, answer["Location"]) == (303, address(enrolment, "units/v_capital#capital"))
    page = client.get(answer["Location"]).content.decode()
    assert str(Submission.objects.get().pk)[:13] in page
    assert "Paris time" in page


@pytest.mark.parametrize(
    ("second", "words"), [("choice_1", "it is counted once"), ("choice_0", "The earlier answer counts")]
)
def test_back_and_hand_in_again_says_what_counts(tmp_path: Path, second: str, words: str) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    post(client, enrolment, "capital", {"p_2_1": "choice_1"})
    again = post(client, enrolment, "capital", {"p_2_1": second})
    assert words in client.get(again["Location"]).content.decode()
    assert Submission.objects.count() == 1


def test_a_teacher_finds_the_way_to_the_session_and_its_report(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    teacher = make_account()
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    page = signed_in_client(teacher).get("/mine").content.decode()
    assert f'href="/runs/{run.key}/"' in page
    assert f'href="/runs/{run.key}/import-report"' in page
    assert "Sessions I look after" not in signed_in_client(make_account()).get("/mine").content.decode()


def test_who_is_not_enrolled_is_shown_the_way_to_the_course(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    page = signed_in_client(make_account()).get(f"/runs/{run.key}/").content.decode()
    assert f'href="/en/courses/{run.course.key}/"' in page


def test_an_unreadable_answer_comes_back_with_the_reason_and_what_was_typed(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    answer = post(browser_of(enrolment), enrolment, "sum", {"p_2_1": "4 apples"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="4 apples"' in page
    assert 'href="#sum-p_2_1"' in page
    assert "<title>Error:" in page
    assert not Submission.objects.exists()


def test_an_island_gets_the_activity_drawn_again(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    answer = post(
        browser_of(enrolment), enrolment, "capital", {"p_2_1": "choice_0"}, headers={"accept": "application/json"}
    )
    found = json.loads(answer.content)
    assert found["html"].lstrip().startswith("<section")
    assert found["receipt"] == str(Submission.objects.get().pk)
    assert "form_id" in found["html"]


def test_an_island_gets_a_refusal_with_the_answer_kept(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    answer = post(browser_of(enrolment), enrolment, "sum", {"p_2_1": "x)"}, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert 'value="x)"' in json.loads(answer.content)["html"]


def test_a_form_without_its_identifier_is_refused_and_keeps_the_answer(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    url = address(enrolment, "activities/sum/submissions")
    answer = browser_of(enrolment).post(url, {"form_id": "zzz", "p_2_1": "4"})
    assert answer.status_code == 400
    assert not Submission.objects.exists()


@pytest.mark.parametrize("unit", ["u1", "v_capital", "nowhere"])
def test_a_run_that_is_not_open_shows_no_unit(tmp_path: Path, unit: str) -> None:
    run = small_run(tmp_path, options=RunOptions(opens_at=clock.now() + dt.timedelta(days=1)))
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    assert browser_of(enrolment).get(address(enrolment, f"units/{unit}")).status_code == 404


@pytest.mark.attack(22)
def test_an_unreleased_unit_is_not_found_by_its_address_nor_answered(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='start="2099-01-01T00:00:00Z"')
    client = browser_of(enrolment)
    assert client.get(address(enrolment, "units/v_capital")).status_code == 404
    assert post(client, enrolment, "capital", {"p_2_1": "choice_0"}).status_code == 404
    plan = words(client.get(address(enrolment, "")).content)
    assert "opens 1 Jan 2099" in plan
    assert address(enrolment, "units/v_capital") not in plan


@pytest.mark.attack(22)
def test_what_is_for_teachers_only_is_not_found_by_learners(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='visible_to_staff_only="true"')
    client = browser_of(enrolment)
    assert client.get(address(enrolment, "units/v_capital")).status_code == 404
    assert "Capital" not in client.get(address(enrolment, "")).content.decode()


@pytest.mark.attack(23)
def test_a_teacher_looks_without_leaving_a_trace_and_hands_nothing_in(tmp_path: Path) -> None:
    run = small_run(tmp_path, section='start="2099-01-01T00:00:00Z"')
    teacher = make_account()
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    client = signed_in_client(teacher)
    page = client.get(f"/runs/{run.key}/units/v_capital").content.decode()
    assert "You look at this unit as a teacher" in page
    answer = client.post(f"/runs/{run.key}/activities/capital/submissions", {"p_2_1": "choice_0"})
    assert answer.status_code in (403, 409)
    assert not Submission.objects.exists()
    assert not Event.objects.exists()


def test_a_stranger_is_sent_to_sign_in_and_comes_back(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    answer = Client().get(f"/runs/{run.key}/units/u1")
    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]
    assert "next=" in answer["Location"]


def test_who_is_not_enrolled_is_told_so(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    answer = signed_in_client(make_account()).get(f"/runs/{run.key}/units/u1")
    assert answer.status_code == 403
    assert "Enrol" in answer.content.decode()


def test_who_has_left_is_out_and_finds_everything_again_on_return(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    post(client, enrolment, "capital", {"p_2_1": "choice_0"})
    leave(enrolment=enrolment, now=clock.now())
    assert client.get(address(enrolment, "units/u1")).status_code == 403
    assert client.post(address(enrolment, "enrol")).status_code == 302
    assert "Attempt 1 received" in client.get(address(enrolment, "units/v_capital")).content.decode()


def test_a_problem_graded_by_python_is_shown_and_said_not_to_be_graded(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, quizzes={"py": PYTHON})
    client = browser_of(enrolment)
    page = client.get(address(enrolment, "units/v_py")).content.decode()
    assert "Not graded here yet" in page
    assert post(client, enrolment, "py", {"p_2_1": "1"}).status_code == 409
    assert "left out of points earned and possible" in client.get(address(enrolment, "progress")).content.decode()


def test_the_progress_page_explains_each_number(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    post(client, enrolment, "capital", {"p_2_1": "choice_0"})
    page = words(client.get(address(enrolment, "progress")).content)
    for sentence in (
        "50 out of 100; you need 60",
        "Mean of 2",
        "50.0% × 100.0% brings 50.0% to the grade",
        "not handed in",
    ):
        assert sentence in page


def test_a_reload_within_half_an_hour_writes_nothing(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    for _ in range(3):
        client.get(address(enrolment, "units/u1"))
    assert Event.objects.filter(verb="viewed").count() == 1
    assert UnitView.objects.count() == 1


def test_a_head_request_counts_as_no_visit(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    browser_of(enrolment).head(address(enrolment, "units/u1"))
    assert not Event.objects.filter(verb="viewed").exists()


def test_a_text_is_done_when_viewed_and_a_quiz_when_handed_in(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    for unit in ("u1", "u2"):
        client.get(address(enrolment, f"units/{unit}"))
    assert "25% of the units done" in words(client.get(address(enrolment, "")).content)
    post(client, enrolment, "practice", {"p_2_1": "4"})
    assert "50% of the units done" in words(client.get(address(enrolment, "")).content)


def test_resume_leads_to_the_unit_last_opened(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    assert client.get(address(enrolment, "resume"))["Location"] == address(enrolment, "units/u1")
    client.get(address(enrolment, "units/u2"))
    assert client.get(address(enrolment, "resume"))["Location"] == address(enrolment, "units/u2")


@pytest.mark.parametrize("page", ["units/u1", "units/v_capital", "progress", ""])
def test_a_page_of_a_run_costs_few_statements_and_few_bytes(tmp_path: Path, page: str) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    assert len(statements(client, address(enrolment, page))) <= MOST_STATEMENTS
    assert len(client.get(address(enrolment, page)).content) <= LARGEST_PAGE


def test_the_pages_of_a_run_are_kept_out_of_every_cache(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    assert browser_of(enrolment).get(address(enrolment, "units/u1"))["Cache-Control"] == "private, no-store"


@pytest.mark.attack(110)
def test_one_learner_never_sees_the_answers_of_another(tmp_path: Path) -> None:
    first = make_enrolment(tmp_path)
    second = enrol(account=make_account(), run=first.run, now=clock.now())
    post(browser_of(first), first, "sum", {"p_2_1": "41"})
    assert 'value="41"' not in browser_of(second).get(address(second, "units/v_sum")).content.decode()


def test_what_is_made_once_for_all_carries_each_learners_own_form(tmp_path: Path) -> None:
    first = make_enrolment(tmp_path)
    second = enrol(account=make_account(), run=first.run, now=clock.now())
    for enrolment in (first, second):
        page = browser_of(enrolment).get(address(enrolment, "units/v_sum")).content.decode()
        forms = {one: str(form_id(enrolment_id=one.pk, activity="sum", attempt=1)) in page for one in (first, second)}
        assert forms == {one: one == enrolment for one in (first, second)}


def test_an_unknown_block_shows_its_title_and_one_honest_sentence_and_tells_teachers_its_tag(tmp_path: Path) -> None:
    from cordee.courses.tests.make import course_files, imported

    files = course_files()
    files["course/course/2026.xml"] = files["course/course/2026.xml"].replace(
        b'<html url_name="t1"/>', b'<acme_widget url_name="w1" display_name="A gadget"/>'
    )
    run = imported(files, tmp_path).run
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    page = browser_of(enrolment).get(address(enrolment, "units/u1")).content.decode()
    assert "A gadget" in page
    assert "cannot be shown here yet" in page
    assert "acme_widget" not in page
    teacher = make_account()
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    assert "acme_widget" in signed_in_client(teacher).get(address(enrolment, "units/u1")).content.decode()


def test_the_course_list_and_the_course_page_are_public_in_both_languages(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    for language in ("fr", "en"):
        assert "A small course" in Client().get(f"/{language}/").content.decode()
        page = Client().get(f"/{language}/courses/{run.course.key}/").content.decode()
        assert f'<html lang="{language}"' in page
        assert "A small course" in page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<p>see /-file/abc/def here</p>", "see /-file/abc/def here"),
        ('<p title="/-file/zz/zz">words</p>', "words"),
        ('<p><a href="https://x.example/-unit/foo">away</a></p>', 'href="https://x.example/-unit/foo"'),
    ],
)
def test_what_looks_like_one_of_our_places_in_a_text_is_left_alone(tmp_path: Path, text: str, shown: str) -> None:
    enrolment = make_enrolment(tmp_path, text=text)
    page = browser_of(enrolment).get(address(enrolment, "units/u1"))
    assert page.status_code == 200
    assert shown in page.content.decode()


def test_sum_is_a_problem_that_the_page_can_hold_twice_without_two_equal_ids(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, quizzes={"a": SUM, "b": SUM})
    page = browser_of(enrolment).get(address(enrolment, "units/v_a")).content.decode()
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_the_course_page_counts_people_only_where_the_number_tells_of_nobody(tmp_path: Path, settings: Any) -> None:
    run = small_run(tmp_path)
    for _ in range(3):
        enrol(account=make_account(), run=run, now=clock.now())
    for smallest, told in ((4, False), (3, True), (10, False)):
        settings.CORDEE = replace(settings.CORDEE, small_cell=smallest)
        page = words(Client().get(f"/en/courses/{run.course.key}/").content)
        assert ("3 enrolled" in page) is told


def test_who_passed_is_told_that_what_is_left_is_no_part_of_the_grade(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    client = browser_of(enrolment)
    for unit in ("v_capital", "v_sum"):
        client.get(address(enrolment, f"units/{unit}"))
    post(client, enrolment, "capital", {"p_2_1": "choice_0"})
    post(client, enrolment, "sum", {"p_2_1": "4"})
    page = words(client.get(address(enrolment, "progress")).content)
    assert "Passed." in page
    assert "50% of the units done" in page
    assert "Practice left undone counts here, and never in the grade." in page


def test_a_menu_answered_in_one_language_shows_its_answer_in_the_other(tmp_path: Path) -> None:
    def colours(*texts: str) -> dict[str, str]:
        options = "".join(f'<option correct="{rank == 1}">{text}</option>' for rank, text in enumerate(texts))
        return {"sky": f"<problem><optionresponse><optioninput>{options}</optioninput></optionresponse></problem>"}

    french = course_files(language="fr", quizzes=colours("rouge", "bleu"))
    run = imported(course_files(quizzes=colours("red", "blue")), tmp_path, translations=(french,)).run
    enrolment = enrol(account=make_account(), run=run, now=NOW)
    hand_in(enrolment, "sky", {"p_2_1": "blue"})
    browser = browser_of(enrolment)
    for language, chosen in (("en", "blue"), ("fr", "bleu")):
        browser.post("/language", {"language": language})
        page = browser.get(address(enrolment, "units/v_sky")).content.decode()
        assert f'<option value="{chosen}" selected>' in page


def test_what_is_said_of_an_answer_follows_the_language_of_the_page(tmp_path: Path) -> None:
    def pick(hint: str) -> dict[str, str]:
        right = f'<choice correct="true">4<choicehint>{hint}</choicehint></choice>'
        group = f'<choicegroup>{right}<choice correct="false">5</choice></choicegroup>'
        return {"pick": f"<problem><multiplechoiceresponse>{group}</multiplechoiceresponse></problem>"}

    french = course_files(language="fr", quizzes=pick("Deux fois deux."))
    run = imported(course_files(quizzes=pick("Twice two.")), tmp_path, translations=(french,)).run
    enrolment = enrol(account=make_account(), run=run, now=NOW)
    hand_in(enrolment, "pick", {"p_2_1": "choice_0"})
    browser = browser_of(enrolment)
    for language, said, other in (("en", "Twice two.", "Deux fois deux."), ("fr", "Deux fois deux.", "Twice two.")):
        browser.post("/language", {"language": language})
        page = browser.get(address(enrolment, "units/v_pick")).content.decode()
        assert said in page
        assert other not in page


def test_where_the_rest_opens_later_the_last_unit_says_when(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, section='start="2099-01-01T00:00:00Z"')
    page = words(browser_of(enrolment).get(address(enrolment, "units/u2")).content)
    assert "Next, opens 1 Jan 2099" in page
    assert "End of the course" not in page


def test_the_progress_page_says_what_stands_for_work_that_cannot_be_graded_here(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, quizzes={"sum": SUM, "python": PYTHON})
    page = words(browser_of(enrolment).get(address(enrolment, "progress")).content)
    assert "cannot be graded here yet</span>" in page  # at the section, by its name and with its link
    assert f'<a href="/runs/{enrolment.run.key}/units/v_python">Python</a>' in page
    assert "not in the course" not in page
    assert "brings at most 50 out of 100, and the pass mark is 60" in page


def test_what_the_policy_expects_and_the_course_has_not_is_said_so(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, quizzes={"sum": SUM})
    page = words(browser_of(enrolment).get(address(enrolment, "progress")).content)
    assert page.count("Expected by the grading policy, not in the course") == 1


def test_no_page_promises_an_attestation_that_nobody_can_earn(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, quizzes={"sum": SUM, "python": PYTHON})
    course = words(Client().get("/en/courses/Ingenia+TST101/").content)
    assert "brings at most 50 out of 100, and the pass mark is 60" in course
    assert "attestation is free" not in course
    assert "out of reach here" in course
    assert "without attestation" in words(Client().get("/en/courses/").content)
    asked = words(browser_of(enrolment).get(address(enrolment, "attestation")).content)
    assert "No attestation can be earned here for now" in asked
    assert "As soon as your grade" not in asked


def test_graded_work_of_which_nothing_can_be_graded_is_not_called_practice(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, quizzes={"python": PYTHON})
    told = "The graded work of this course cannot be graded here yet"
    assert told in words(browser_of(enrolment).get(address(enrolment, "progress")).content)
    course = words(Client().get("/en/courses/Ingenia+TST101/").content)
    assert told in course
    assert "Nothing is graded in this course" not in course


def test_a_teacher_who_looks_at_a_session_is_told_no_share_of_units_done(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    teacher = make_account()
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    browser = signed_in_client(teacher)
    for page in ("/", "/units/u1"):
        html = words(browser.get(f"/runs/{run.key}{page}").content)
        assert "of the units done" not in html
        assert "as a teacher" in html


TWO_NUMBERS = """<problem display_name="Two" max_attempts="3"><numericalresponse answer="4"><label>Four?</label>
<formulaequationinput/></numericalresponse><numericalresponse answer="5"><label>Five?</label><formulaequationinput/>
</numericalresponse></problem>"""


def test_every_field_that_cannot_be_read_is_told_and_marked_at_once(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, quizzes={"sum": SUM, "two": TWO_NUMBERS})
    answer = post(browser_of(enrolment), enrolment, "two", {"p_2_1": "four!", "p_3_1": "five!"})
    page = words(answer.content)
    assert answer.status_code == 422
    assert page.count('aria-invalid="true"') == 2
    for name, typed in (("p_2_1", "four!"), ("p_3_1", "five!")):
        assert f'<li><a href="#two-{name}">“{typed}”' in page
        assert f'id="two-{name}-fault"' in page
        assert f'value="{typed}"' in page
    assert not Submission.objects.exists()


def test_full_marks_offer_no_attempt_that_would_be_spent_for_nothing(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    browser = browser_of(enrolment)
    post(browser, enrolment, "capital", {"p_2_1": "choice_0"})
    page = words(browser.get(address(enrolment, "units/v_capital")).content)
    assert "You have all the points of this exercise." in page
    assert "Hand in" not in page
    assert "disabled" in page
    post(browser, enrolment, "practice", {"p_2_1": "4"})  # as many attempts as one likes
    assert "Hand in again" in words(browser.get(address(enrolment, "units/u2")).content)


def test_a_wrong_answer_beside_the_right_one_is_not_asked_to_try_again(tmp_path: Path) -> None:
    shown = SUM.replace('display_name="Sum"', 'display_name="Sum" showanswer="attempted"')
    enrolment = make_enrolment(tmp_path, quizzes={"sum": shown, "capital": CAPITAL})
    browser = browser_of(enrolment)
    post(browser, enrolment, "sum", {"p_2_1": "5"})
    page = words(browser.get(address(enrolment, "units/v_sum")).content)
    assert "The right answer is shown: compare it with yours." in page
    assert "Not yet" not in page


def test_the_link_to_sign_in_again_leads_back_to_the_activity(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    page = browser_of(enrolment).get(address(enrolment, "units/v_capital")).content.decode()
    back = f"/runs/{enrolment.run.key.replace('+', '%2B')}/units/v_capital%23capital"
    assert f'data-sign-in="/sign-in?next={back}"' in page


def test_a_deadline_far_away_is_named_once_on_the_learners_page(tmp_path: Path) -> None:
    due = clock.now() + dt.timedelta(days=200)
    enrolment = make_enrolment(tmp_path, section=f'due="{due:%Y-%m-%d}T12:00:00Z"')
    page = words(browser_of(enrolment).get("/mine").content)
    assert page.count(f"{due.day} {due:%b}") == page.count("weeks</time>") == 2  # two quizzes


def test_a_link_that_names_the_course_as_open_edx_does_leads_to_the_unit_here(tmp_path: Path) -> None:
    links = (
        "<p><a href='/courses/course-v1:Ingenia+TST101+2020/jump_to_id/sum'>earlier run</a>"
        "<a href='https://edx.example/courses/course-v1:Ingenia+TST101+2026/jump_to_id/v_sum'>whole address</a>"
        "<a href='/courses/course-v1:Other+TST101+2026/jump_to_id/v_sum'>another course</a></p>"
    )
    enrolment = make_enrolment(tmp_path, text=links)
    page = browser_of(enrolment).get(address(enrolment, "units/u1")).content.decode()
    unit = f"/runs/{enrolment.run.key}/units/v_sum"
    assert f'<a href="{unit}#sum" rel="noopener noreferrer">earlier run</a>' in page
    assert f'<a href="{unit}" rel="noopener noreferrer">whole address</a>' in page
    assert '<a rel="noopener noreferrer">another course</a>' in page
