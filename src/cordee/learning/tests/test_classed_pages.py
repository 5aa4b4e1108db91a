"""Do fields, paths, people and organisations lead to their courses and to each other? Do feeds tell of what is new?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from lxml import etree
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.courses.sheets.sheet import Member, Sheet
from cordee.courses.tests.make import small_run
from cordee.learning.catalogue.markdown import plain, shown
from cordee.learning.models import Enrolment
from cordee.learning.tests.catalogue import FULL, KEY, make_category, make_course, make_programme
from cordee.learning.tests.cohorts import make_organisation
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def page(path: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_field_shows_its_courses_and_the_paths_through_them() -> None:
    make_category(about_en="Writing *programs*.")
    make_category("networks", name_en="Networks", family="net")
    make_course()
    make_programme()
    html = page("/en/categories/computing/")
    for told in ("Computing", "<em>programs</em>", "The C language", "Becoming a developer", 'data-fam="code"'):
        assert told in html
    assert "The C language" not in page("/en/categories/networks/")
    every = page("/en/categories/")
    assert "1 course<" in every
    assert "0 courses<" in every


def test_a_path_shows_its_courses_in_order_with_their_hours() -> None:
    make_organisation("Ingenia", name_en="Ingenia Alliance")
    make_course("Lerins+B", titles={"en": "Second"})
    make_course("Lerins+A", titles={"en": "First"})
    make_programme(courses=("Lerins+A", "Lerins+B", "Lerins+LATER"), organisation="Ingenia")
    html = page("/en/programmes/developer/")
    assert html.index(">First<") < html.index(">Second<") < html.index("Lerins+LATER")
    assert "about 9 h in all" in html
    assert "Not open yet." in html
    assert '<a href="/en/organisations/Ingenia/">Ingenia Alliance</a>' in html
    assert "3 courses" in page("/en/programmes/")


def test_who_follows_a_path_sees_how_far_they_are(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    make_course()
    make_programme(courses=(enrolment.run.course.key, KEY))
    client = signed_in_client(enrolment.account)
    assert "Go on: 0" in page("/en/programmes/developer/", client)
    for quiz in ("capital", "sum"):
        hand_in(Enrolment.objects.get(pk=enrolment.pk), quiz)
    html = page("/en/programmes/developer/", client)
    assert "1 of 2 passed" in html
    assert "Course passed" in html
    for other in (Client(), signed_in_client(make_account())):
        assert "of 2 passed" not in page("/en/programmes/developer/", other)


def test_a_person_has_a_page_with_what_they_did_in_each_course() -> None:
    make_organisation("Lerins", name_en="Lerins Telecom")
    make_course()
    make_course(
        "Lerins+C201",
        sheet=Sheet(team=(Member(name="Élise Marchetti", role="teacher"),)),
        titles={"en": "C, continued"},
    )
    html = page("/en/people/elise-marchetti/")
    assert (
        html.index(">Content<") < html.index("The C language") < html.index(">Teaching<") < html.index("C, continued")
    )
    assert "Lerins Telecom" in html
    assert '<p class="lead" lang="fr">Enseigne le C.</p>' in html


def test_who_is_on_no_sheet_any_more_has_no_page() -> None:
    course = make_course()
    assert Client().get("/en/people/jeanne-pruvost/").status_code == 200
    make_course(sheet=Sheet(team=FULL.team[:1]))
    assert Client().get("/en/people/jeanne-pruvost/").status_code == 404
    assert Client().get("/en/people/nobody/").status_code == 404
    assert course.key == KEY


def test_an_organisation_leads_to_its_paths_partners_people_and_to_what_it_takes_part_in() -> None:
    make_organisation("Lerins", name_en="Lerins Telecom")
    make_organisation("Rivoire", name_en="Rivoire")
    make_course()
    make_programme(organisation="Lerins")
    school = page("/en/organisations/Lerins/")
    for told in ("The C language", "Becoming a developer", "Rivoire Télécom", '<a href="/en/people/elise-marchetti/">'):
        assert told in school
    partner = page("/en/organisations/Rivoire/")
    assert "The C language" in partner.partition("It takes part in")[2]


@pytest.mark.parametrize("path", ["categories/no", "programmes/no", "people/no", "courses/A+B", "organisations/no"])
def test_what_is_not_there_is_said_to_be_not_there(path: str) -> None:
    assert Client().get(f"/fr/{path}/").status_code == 404


def test_written_html_is_shown_as_text_and_links_lead_only_to_web_addresses() -> None:
    html = shown("<script>a</script> [x](javascript:alert(1)) ![p](https://a.example/p.png)\n\n# Head")
    assert "<script>" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html
    assert "<h1>" not in html


def test_the_words_for_a_description_are_plain_and_short() -> None:
    assert plain("<p>Writing <em>programs</em> &amp;\nmore.</p>") == "Writing programs & more."
    long = plain("word " * 100)
    assert len(long) <= 201
    assert long.endswith("word…")
    make_category(about_en="Writing *programs*.")
    assert '<meta name="description" content="Writing programs.">' in page("/en/categories/computing/")


def test_public_pages_around_courses_ask_the_database_little(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_category()
    make_course()
    make_programme()
    for path, queries in (
        ("categories/", 2),
        ("categories/computing/", 4),
        ("programmes/", 1),
        ("programmes/developer/", 3),
        ("people/elise-marchetti/", 3),
    ):
        page(f"/en/{path}?again=1")
        with django_assert_num_queries(queries):
            page(f"/en/{path}?again=2")


def test_feeds_are_atom_and_tell_of_new_courses_and_of_sessions_to_come(tmp_path: Path) -> None:
    small_run(tmp_path, title="Cables & waves")
    make_course()
    courses = etree.fromstring(Client().get("/en/feeds/courses.atom").content)
    sessions = etree.fromstring(Client().get("/en/feeds/sessions.atom").content)
    for feed in (courses, sessions):
        assert feed.tag == f"{ATOM}feed"
        for part in ("id", "title", "updated", "author"):  # RFC 4287, 4.1.1
            assert feed.find(f"{ATOM}{part}") is not None, part
        for entry in feed.findall(f"{ATOM}entry"):
            for part in ("id", "title", "updated", "link"):
                assert entry.find(f"{ATOM}{part}") is not None, part
    assert {one.findtext(f"{ATOM}title") for one in courses.findall(f"{ATOM}entry")} == {
        "Cables & waves",
        "The C language",
    }
    (one,) = sessions.findall(f"{ATOM}entry")
    assert (one.findtext(f"{ATOM}title") or "").startswith("The C language, from ")
    assert (one.findtext(f"{ATOM}title") or "").endswith("on FUN")
    assert clock.now().isoformat()[:4] in (one.findtext(f"{ATOM}updated") or "")
