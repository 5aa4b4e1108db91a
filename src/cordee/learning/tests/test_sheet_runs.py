"""Are the sessions of a course on other sites, and its titles, written by those who may, in the site?"""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest
from django.utils import timezone

from cordee.core.errors import InputRefused
from cordee.courses.elsewhere import read_address
from cordee.courses.models import Run
from cordee.courses.tests.make import small_run
from cordee.learning.tests.catalogue import KEY, make_category, make_course
from cordee.learning.tests.cohorts import client_of, member_of_team
from cordee.learning.tests.test_sheet_editor import fields_of
from cordee.people.models import Role, StaffAct

PAGE = f"/courses/{KEY}/sheet/runs"
NEW = {
    "run": "",
    "seen": "",
    "new-key": "S8",
    "new-host": "edx",
    "new-address": "https://learning.edx.org/c101",
    "new-opens_at": "2027-03-01T00:00",
    "new-closes_at": "2027-04-12T23:59",
    "new-pass_mark": "60",
}


def posted(html: str, key: str) -> dict[str, Any]:
    """What the form of this session would post, as a browser reads it."""
    page: Any = lxml.html.fromstring(html)
    form = next(one for one in page.forms if one.fields.get("run") == key and "seen" in one.fields)
    return dict(form.form_values())


@pytest.mark.django_db
def test_an_author_adds_a_session_elsewhere_and_it_is_noted_who_did() -> None:
    make_course()
    account, client = member_of_team(Role.AUTHOR, f"course:{KEY}")
    answer = client.post(PAGE, NEW)
    assert answer.status_code == 303, answer.content.decode()
    made = Run.objects.get(key=f"{KEY}+S8")
    assert (made.host, made.address, made.pass_mark) == ("edx", "https://learning.edx.org/c101", 0.6)
    assert timezone.localtime(made.closes_at).strftime("%Y-%m-%d %H:%M:%S") == "2027-04-12 23:59:59"
    assert StaffAct.objects.filter(act="course.sheet", account=account, place=f"run:{KEY}+S8").count() == 1
    assert made.key in client.get(answer["Location"]).content.decode()
    assert "learning.edx.org" in client.get(f"/en/courses/{KEY}/").content.decode()
    assert client.post(PAGE, NEW).status_code == 303, "a double click"
    assert client.post(PAGE, NEW | {"new-host": "other"}).status_code == 409, "the key is taken"
    assert Run.objects.get(key=f"{KEY}+S8").host == "edx"


@pytest.mark.django_db
def test_a_form_that_is_sent_back_untouched_changes_nothing_and_another_day_is_stored() -> None:
    make_course()
    client = client_of(Role.AUTHOR)
    before = Run.objects.get(key=f"{KEY}+S7")
    said = posted(client.get(PAGE).content.decode(), before.key)
    assert client.post(PAGE, said).status_code == 303
    assert Run.objects.values().get(pk=before.pk) == {
        name: value for name, value in vars(before).items() if not name.startswith("_")
    }
    assert client.post(PAGE, {**said, f"run-{before.pk}-closes_at": "2099-01-01T12:00"}).status_code == 303
    after = Run.objects.get(pk=before.pk)
    assert (after.opens_at, after.closes_at.year if after.closes_at else 0) == (before.opens_at, 2099)


@pytest.mark.django_db
def test_of_two_tabs_the_second_is_told_and_keeps_what_was_typed() -> None:
    make_course()
    client, run = client_of(Role.AUTHOR), Run.objects.get(key=f"{KEY}+S7")
    said = posted(client.get(PAGE).content.decode(), run.key)
    name = f"run-{run.pk}-address"
    assert client.post(PAGE, {**said, name: "https://fun-mooc.example/first"}).status_code == 303
    answer = client.post(PAGE, {**said, name: "https://fun-mooc.example/second"})
    assert answer.status_code == 409
    kept = posted(answer.content.decode(), run.key)
    assert kept[name] == "https://fun-mooc.example/second"
    assert Run.objects.get(pk=run.pk).address == "https://fun-mooc.example/first"
    assert client.post(PAGE, kept).status_code == 303
    assert Run.objects.get(pk=run.pk).address == "https://fun-mooc.example/second"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"new-address": "http://learning.edx.org/c101"}, "begins with https://"),
        ({"new-address": "https://edx.org.evil.test/c101"}, "lies in edx.org"),
        ({"new-address": "https://notedx.org/c101"}, "lies in edx.org"),
        ({"new-address": "javascript:alert(1)"}, "begins with https://"),
        ({"new-host": "fun"}, "lies in fun-mooc.fr"),
        ({"new-host": "moon"}, "not in the list"),
        ({"new-closes_at": "2027-02-01T00:00"}, "before it opens"),
        ({"new-enrolment_closes_at": "2027-02-01T00:00"}, "before it opens"),
        ({"new-opens_at": ""}, "missing"),
        ({"new-pass_mark": "160"}, "between 0 and 100"),
        ({"new-key": "a b"}, ""),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(wrong: dict[str, str], words: str) -> None:
    make_course()
    answer = client_of(Role.AUTHOR).post(PAGE, NEW | wrong)
    html = answer.content.decode()
    assert answer.status_code in (400, 422)
    assert words in html
    assert posted(html, "")["new-pass_mark"] == (NEW | wrong)["new-pass_mark"]
    assert not Run.objects.filter(key__endswith="S8").exists()


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("fun", "https://www.fun-mooc.fr/fr/cours/c"),
        ("fun", "https://fun-mooc.fr/c"),
        ("coursera", "https://coursera.example/c"),
        ("other", "https://moodle.school.fr/c"),
    ],
)
def test_an_address_of_its_host_is_taken(host: str, address: str) -> None:
    assert read_address(address, host) == address


def test_an_address_of_another_host_is_not() -> None:
    with pytest.raises(InputRefused):
        read_address("https://moodle.school.fr/c", "fun")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "scope", "allowed"),
    [
        (Role.TEACHER, f"course:{KEY}", True),
        (Role.OPERATOR, "", True),
        (Role.TUTOR, "", False),
        (Role.AUTHOR, "course:Lerins+C102", False),
    ],
)
def test_only_who_may_write_the_page_writes_its_sessions(role: Role, scope: str, allowed: bool) -> None:
    make_course()
    client = member_of_team(role, scope)[1]
    assert client.get(PAGE).status_code == (200 if allowed else 403)
    assert client.post(PAGE, NEW).status_code == (303 if allowed else 403)
    assert Run.objects.filter(key=f"{KEY}+S8").exists() is allowed


@pytest.mark.django_db
def test_a_session_of_another_course_or_one_that_is_played_here_is_not_found(tmp_path: Any) -> None:
    make_course()
    make_course("Lerins+C102")
    here = small_run(tmp_path)
    client = member_of_team(Role.OPERATOR, "")[1]
    for key in ("Lerins+C102+S7", here.key):
        assert client.post(PAGE, {"run": key, "seen": ""}).status_code == 404


@pytest.mark.django_db
def test_the_title_of_the_page_is_written_by_language_and_found_and_shown() -> None:
    make_category()
    make_course()
    client = client_of(Role.AUTHOR)
    said = fields_of(client.get(f"/courses/{KEY}/sheet").content.decode())
    client.post(f"/courses/{KEY}/sheet", {**said, "titles_en": ["Programming   in C"], "do": "store"})
    page = client.get(f"/en/courses/{KEY}/").content.decode()
    assert "<title>Programming in C" in page
    assert "Le langage C" in client.get(f"/fr/courses/{KEY}/").content.decode(), "the other language as before"
    listed = client.get("/en/courses/?q=programming").content.decode()
    assert "Programming in C" in listed
