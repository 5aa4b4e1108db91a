"""Is the public page of a course written by those who may, without losing anybody's words?"""

from __future__ import annotations

import re
from typing import Any

import lxml.html
import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings

from cordee.core import clock
from cordee.courses.models import Category, Course, Programme, SheetEdition
from cordee.courses.sheets.reading import sheet_of
from cordee.courses.sheets.sheet import LEVELS, Member, Sheet
from cordee.courses.sheets.writing import write_sheet
from cordee.courses.tests.test_sheets import sheets
from cordee.learning.catalogue.editing.comparing import differences
from cordee.learning.catalogue.editing.sheet_form import SheetForm, form_of
from cordee.learning.tests.catalogue import FULL, KEY, make_category, make_course, make_programme
from cordee.learning.tests.cohorts import client_of, make_organisation, member_of_team
from cordee.people.models import Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client

EDIT = f"/courses/{KEY}/sheet"
HISTORY = f"{EDIT}/editions"


def fields_of(html: str) -> dict[str, Any]:
    """What the form on the page would post, as a browser reads it."""
    page: Any = lxml.html.fromstring(html)
    form = next(one for one in page.forms if "seen" in one.fields)
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value.removeprefix("\n"))  # the first line end of a textarea is not its text
    return {name: values for name, values in found.items() if name != "do"}


def now_on_the_page() -> Sheet:
    organisation, _, number = KEY.partition("+")
    return sheet_of(Course.objects.select_related("sheet").get(organisation=organisation, number=number))


@settings(max_examples=25)
@given(sheets)
def test_a_form_that_is_sent_back_untouched_says_the_same(sheet: Sheet) -> None:
    typed = form_of(sheet, course_languages=("fr",), categories=())
    posted = QueryDict(mutable=True)
    for form in (typed.form, *(row.form for one in typed.lists for row in one.rows)):
        for bound in form:
            value = bound.value()
            for one in value if isinstance(value, list | tuple) else [value]:
                if one not in (None, "", False):
                    posted.appendlist(bound.html_name, str(one))
    for one in typed.lists:
        posted[f"{one.name}-rows"] = str(one.count)
    again = form_of(sheet, course_languages=("fr",), categories=(), typed=posted)
    assert again.sheet() == sheet, again.form.errors


@pytest.mark.django_db
def test_whoever_opens_the_form_and_stores_it_changes_nothing() -> None:
    make_category()
    make_course()
    client = client_of(Role.AUTHOR)
    answer = client.post(EDIT, {**fields_of(client.get(EDIT).content.decode()), "do": "store"})
    assert (answer.status_code, answer["Location"]) == (303, f"{HISTORY}?done=stored")
    assert now_on_the_page() == FULL
    assert SheetEdition.objects.count() == 1


@pytest.mark.django_db
def test_an_author_changes_the_page_and_it_is_kept_who_did() -> None:
    make_category()
    make_course()
    account, client = member_of_team(Role.AUTHOR, f"course:{KEY}")
    said = fields_of(client.get(EDIT).content.decode())
    said |= {
        "level": "advanced",
        "outcomes_fr": "Un\r\n\r\nDeux",
        "ects": "2,5",
        "team-0-name": "",
        "team-0-about_fr": "",
        "team-0-organisation": "",
        "team-2-name": "Karim Benhaddou",
        "team-2-role": "designer",
    }
    client.post(EDIT, {**said, "do": "store"})
    found = now_on_the_page()
    assert (found.level, found.outcomes["fr"], found.ects) == ("advanced", ("Un", "Deux"), 2.5)
    assert [one.name for one in found.team] == ["Jeanne Pruvost", "Karim Benhaddou"]
    assert found.outcomes["en"] == FULL.outcomes["en"]
    assert "Karim Benhaddou" in Client().get(f"/en/courses/{KEY}/").content.decode()
    history = client.get(HISTORY).content.decode()
    assert account.name in history
    assert "a command" in history
    assert re.search(r"(Today|Yesterday), \d+:\d\d", history)
    assert StaffAct.objects.filter(act="course.sheet", account=account).count() == 1


@pytest.mark.django_db
def test_what_is_said_in_another_language_is_asked_for_and_not_lost() -> None:
    sheet = Sheet(requires={"pt": "Nada."}, team=(Member(name="A", role="author", about={"ar": "س"}),))
    make_course(sheet=sheet)
    client = client_of(Role.AUTHOR)
    said = fields_of(client.get(EDIT).content.decode())
    assert said["requires_pt"] == ["Nada."]
    client.post(EDIT, {**said, "level": "beginner", "do": "store"})
    assert now_on_the_page().requires == {"pt": "Nada."}
    assert now_on_the_page().team[0].about == {"ar": "س"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"ects": "many"}, "ects is a number"),
        ({"subtitles": "français"}, "no language"),
        ({"after": "C101"}, "after 1 is the key of a course"),
        ({"opinions-1-words_fr": "Bien", "opinions-1-by": "Ali"}, "opinions 2"),
        ({"team-2-name": "Karim"}, "team 3: role"),
        ({"used-1-by": "Mines", "used-1-year": "soon"}, "used 2: year"),
        ({"requires_fr": "x" * 5000}, "more than 4000 signs"),
        ({"level": "expert"}, "expert"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(typed: dict[str, str], sentence: str) -> None:
    make_category()
    make_course()
    client = client_of(Role.AUTHOR)
    said = {**fields_of(client.get(EDIT).content.decode()), **typed}
    for wish in ("store", "preview"):
        answer = client.post(EDIT, {**said, "do": wish})
        html = answer.content.decode()
        assert answer.status_code == 400
        assert sentence in html
        assert "Error:" in html
        if "level" not in typed:
            assert all(value in html for value in typed.values())
    assert now_on_the_page() == FULL


@pytest.mark.django_db
def test_another_row_is_asked_for_without_losing_what_was_typed() -> None:
    make_course()
    client = client_of(Role.AUTHOR)
    said = fields_of(client.get(EDIT).content.decode())
    html = client.post(EDIT, {**said, "team-2-name": "Karim", "do": "more-team"}).content.decode()
    assert fields_of(html)["team-2-name"] == ["Karim"]
    assert 'name="team-3-name"' in html
    assert SheetEdition.objects.count() == 1
    many = client.post(EDIT, {**said, "team-rows": "999", "do": "edit"}).content.decode()
    assert 'name="team-59-name"' in many
    assert 'name="team-60-name"' not in many


@pytest.mark.django_db
def test_the_preview_shows_the_page_and_stores_nothing_and_carries_all_that_was_typed() -> None:
    make_category()
    make_course()
    client = client_of(Role.AUTHOR)
    said = {
        **fields_of(client.get(EDIT).content.decode()),
        "outcomes_en": "Climb <higher>",
        "categories": ["computing"],
    }
    answer = client.post(EDIT, {**said, "do": "preview"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Climb &lt;higher&gt;" in html
    assert "Nothing is stored yet" in html
    assert "noindex" in html
    assert "ld+json" not in html
    assert f'action="{EDIT}"' in html
    assert SheetEdition.objects.count() == 1
    carried = fields_of(html)
    assert {name: value for name, value in carried.items() if name != "csrfmiddlewaretoken"} == {
        name: value if isinstance(value, list) else [value]
        for name, value in said.items()
        if name != "csrfmiddlewaretoken"
    }
    back = client.post(EDIT, {**carried, "do": "edit"})
    assert back.status_code == 200
    assert fields_of(back.content.decode())["outcomes_en"] == ["Climb <higher>"]
    client.post(EDIT, {**carried, "do": "store"})
    assert now_on_the_page().outcomes["en"] == ("Climb <higher>",)


@pytest.mark.django_db
def test_of_two_writers_both_texts_are_kept_and_shown_beside_each_other() -> None:
    make_category()
    make_course()
    first, second = client_of(Role.AUTHOR), client_of(Role.PROGRAMME_MANAGER)
    mine, theirs = (fields_of(client.get(EDIT).content.decode()) for client in (first, second))
    second.post(EDIT, {**theirs, "requires_fr": "Savoir compter.", "do": "store"})
    answer = first.post(EDIT, {**mine, "requires_fr": "Savoir lire.", "do": "store"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "fr: Savoir compter." in html
    assert "fr: Savoir lire." in html
    kept = fields_of(html)
    assert kept["requires_fr"] == ["Savoir lire."]
    assert now_on_the_page().requires == {"fr": "Savoir compter."}
    first.post(EDIT, {**kept, "do": "store"})
    assert now_on_the_page().requires == {"fr": "Savoir lire."}
    assert SheetEdition.objects.count() == 3


@pytest.mark.django_db
def test_a_double_click_and_a_second_tab_with_the_same_words_store_once() -> None:
    make_course()
    client = client_of(Role.AUTHOR)
    said = {**fields_of(client.get(EDIT).content.decode()), "level": "advanced", "do": "store"}
    assert [client.post(EDIT, said).status_code for _ in range(3)] == [303, 303, 303]
    assert SheetEdition.objects.count() == 2


@pytest.mark.django_db
def test_an_edition_of_before_is_shown_and_restored_as_a_new_one() -> None:
    course = make_course()
    write_sheet(course=course, sheet=Sheet(level="advanced"), by=None, now=clock.now())
    client = client_of(Role.AUTHOR)
    html = client.get(f"{HISTORY}/1").content.decode()
    assert "Edition 1, as the page was." in html
    assert "Élise Marchetti" in html
    assert client.get(f"{HISTORY}/2").content.decode().count("The page as it is now.") == 1
    said = {"seen": "2"}
    assert client.post(f"{HISTORY}/1", said)["Location"] == f"{HISTORY}?done=restored"
    assert client.post(f"{HISTORY}/1", said).status_code == 303  # a double click
    assert now_on_the_page() == FULL
    assert [one.number for one in SheetEdition.objects.order_by("number")] == [1, 2, 3]
    assert client.post(f"{HISTORY}/2", {"seen": "1"}).status_code == 409
    assert client.get(f"{HISTORY}/9").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "scope", "allowed"),
    [
        (Role.AUTHOR, f"course:{KEY}", True),
        (Role.TEACHER, f"course:{KEY}", True),
        (Role.PROGRAMME_MANAGER, "org:Lerins", True),
        (Role.OPERATOR, "", True),
        (Role.TUTOR, "", False),
        (Role.SUPPORT, "", False),
        (Role.AUTHOR, "course:Lerins+C102", False),
        (Role.PROGRAMME_MANAGER, "org:Ingenia", False),
        (Role.TEACHER, f"run:{KEY}+S7", False),
    ],
)
def test_only_who_may_opens_and_writes_the_page(role: Role, scope: str, allowed: bool) -> None:
    make_course()
    client = member_of_team(role, scope)[1]
    expected = 200 if allowed else 403
    for path in (EDIT, HISTORY, f"{HISTORY}/1"):
        assert client.get(path).status_code == expected, path
    for path in (EDIT, f"{HISTORY}/1"):
        assert (client.post(path, {"do": "edit", "seen": "1"}).status_code == 403) is not allowed
    public = client.get(f"/en/courses/{KEY}/").content.decode()
    assert ("Edit this page" in public) is allowed


@pytest.mark.django_db
def test_a_form_without_the_token_of_its_page_writes_nothing() -> None:
    make_course()
    make_programme()
    client = Client(enforce_csrf_checks=True)
    client.cookies = client_of(Role.OPERATOR).cookies
    for path in (EDIT, f"{HISTORY}/1", "/catalogue/fields/new", "/catalogue/paths/developer"):
        assert client.post(path, {"do": "store", "seen": "1"}).status_code == 403, path
    assert SheetEdition.objects.count() == 1


def test_differences_are_told_in_the_order_of_the_form() -> None:
    found = differences(FULL, Sheet(level="advanced", invented=False))
    assert any(one.one.endswith("\nJeanne Pruvost, community") for one in found)
    assert found[1].other == "advanced"
    assert next(one for one in found if one.one.startswith("Élise")).other == "–"
    assert differences(FULL, FULL) == []
    assert set(SheetForm(languages=(), categories=()).fields["level"].choices) >= {("", "–")}  # type: ignore[attr-defined]
    assert len(LEVELS) == 3


CATEGORY = {
    "code": "networks",
    "name_fr": "Réseaux",
    "name_en": "Networks",
    "family": "net",
    "position": "2",
    "seen": "",
}
PATH = {"code": "developer", "name_fr": "Développeur", "name_en": "Developer", "courses": f"{KEY}\nA+B", "seen": ""}


@pytest.mark.django_db
def test_a_programme_manager_writes_a_field_and_a_path() -> None:
    make_organisation("Ingenia")
    client = client_of(Role.PROGRAMME_MANAGER)
    for path, said in (("fields", CATEGORY), ("paths", {**PATH, "organisation": "Ingenia"})):
        answer = client.post(f"/catalogue/{path}/new", said)
        assert (answer.status_code, answer["Location"]) == (303, "/catalogue?done=stored")
    assert Category.objects.get().position == 2
    assert Programme.objects.get().courses == [KEY, "A+B"]
    page = client.get("/catalogue").content.decode()
    assert "Networks" in page
    assert "Developer" in page
    said = fields_of(client.get("/catalogue/paths/developer").content.decode())
    client.post("/catalogue/paths/developer", {**said, "courses": "A+B", "code": "stolen"})
    assert (Programme.objects.get().code, Programme.objects.get().courses) == ("developer", ["A+B"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("fields", {**CATEGORY, "code": "Net works"}),
        ("fields", {**CATEGORY, "name_en": ""}),
        ("fields", {**CATEGORY, "family": "red"}),
        ("paths", {**PATH, "courses": "C101"}),
        ("paths", {**PATH, "courses": f"{KEY}\n{KEY}"}),
        ("paths", {**PATH, "organisation": "Nobody"}),
        ("paths", {}),
    ],
)
def test_a_mistake_in_a_field_or_a_path_is_named_and_stores_nothing(path: str, typed: dict[str, str]) -> None:
    answer = client_of(Role.OPERATOR).post(f"/catalogue/{path}/new", typed)
    assert answer.status_code == 400
    assert "to correct" in answer.content.decode()
    assert not Category.objects.exists()
    assert not Programme.objects.exists()


@pytest.mark.django_db
def test_of_two_who_write_a_field_the_second_sees_both_texts_and_a_taken_code_is_refused() -> None:
    make_category(name_en="Computing")
    client = client_of(Role.OPERATOR)
    mine = fields_of(client.get("/catalogue/fields/computing").content.decode())
    make_category(name_en="Informatics")
    answer = client.post("/catalogue/fields/computing", {**mine, "name_en": "Programming"})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "Informatics" in html
    kept = fields_of(html)
    assert kept["name_en"] == ["Programming"]
    assert client.post("/catalogue/fields/computing", kept).status_code == 303
    assert Category.objects.get().name_en == "Programming"
    taken = client.post("/catalogue/fields/new", {**CATEGORY, "code": "computing"})
    assert "taken already" in taken.content.decode()
    assert Category.objects.get().name_en == "Programming"
    twice = [client.post("/catalogue/fields/new", CATEGORY).status_code for _ in range(2)]
    assert twice == [303, 303]  # a double click


@pytest.mark.django_db
def test_fields_and_paths_are_for_who_manages_the_whole_site() -> None:
    make_programme()
    for client in (
        member_of_team(Role.PROGRAMME_MANAGER, "org:Lerins")[1],
        client_of(Role.AUTHOR),
        signed_in_client(make_account()),
    ):
        for path in ("", "/fields/new", "/paths/new", "/paths/developer", "/fields/computing"):
            assert client.get(f"/catalogue{path}").status_code == 403, path
            assert client.post(f"/catalogue{path}", CATEGORY).status_code in (403, 405), path
    menu = client_of(Role.PROGRAMME_MANAGER)
    menu.get("/catalogue")
    assert re.search(r'href="/catalogue"', menu.get("/mine").content.decode())
