"""Does the page of a course say what is known of it, to each reader what they can do, and nothing that is not so?"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pyld import jsonld
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.sheets.sheet import Sheet
from cordee.courses.sheets.writing import write_sheet
from cordee.courses.tests.make import small_run
from cordee.learning.catalogue import linked_data
from cordee.learning.catalogue.course_page import course_page
from cordee.learning.catalogue.linked_data import script
from cordee.learning.catalogue.overview import without_sections
from cordee.learning.catalogue.runs import state_at
from cordee.learning.enrolling import enrol
from cordee.learning.tests.catalogue import FULL, KEY, make_category, make_course, make_programme, run_elsewhere
from cordee.learning.tests.cohorts import make_organisation
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
CONTEXT = Path(__file__).parent / "data" / "schema_org_context.json"
DAY = dt.timedelta(days=1)


def page(language: str = "fr", key: str = KEY, client: Client | None = None) -> str:
    answer = (client or Client()).get(f"/{language}/courses/{key}/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode()).replace("&#x27;", "'")


def linked(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_all_that_the_sheet_says_is_shown() -> None:
    make_category()
    make_organisation("Rivoire")
    make_programme()
    make_course()
    french = page()
    for told in (
        "Le langage C",
        "Informatique",
        "Télécom Lérins",
        "Débutant",
        "Lire un programme",
        "Rien du tout.",
        "On pose les mains.",
        "Premiers pas",
        "Élise Marchetti",
        "Contenu",
        "Jeanne Pruvost",
        "Animation",
        "Rivoire Télécom",
        "pour le financement",
        "Mines Valbrune, première année",
        "en classe inversée, 2025",
        "On me disait où.",
        "Mariama",
        "Prix du cours inventif",
        "5 sessions jusqu’ici",
        "examen surveillé, 60 €",
        "2 ECTS",
        "gratuit",
        "Devenir développeur",
        "cours 1 sur 1",
        "CC BY 4.0",
        "Inventé pour la démonstration",
        "sous-titres",
    ):
        assert told in french, told
    assert '<a href="/fr/organisations/Rivoire/">' in french
    assert '<a href="/fr/people/elise-marchetti/">' in french
    assert '<a href="/fr/categories/computing/">' in french


def test_what_is_not_known_is_not_shown() -> None:
    make_course(sheet=None, modules=(), effort=(), licence="", about={}, summary={})
    english = page("en")
    for heading in ("The team", "What became of it", "Before you start", "What you will be able to do", "Further on"):
        assert heading not in english
    for fact in ("Licence", "ECTS", "Certificate", "Work</dt>", "Length", "Invented", "#plan", 'id="plan"'):
        assert fact not in english


def test_what_the_sheet_says_is_not_said_again_by_the_authors_own_page() -> None:
    overview = (
        '<section class="about"><h2>À propos</h2><p>On pose les mains.</p></section>'
        '<section class="prerequisites"><h2>Prérequis</h2><p>Un clavier.</p></section>'
        '<section class="course-staff"><h2>Équipe</h2><article class="teacher"><h3>É. M.</h3></article></section>'
        '<section class="faq"><h2>Questions</h2><p>Et après ?</p></section>'
    )
    make_course(about={"fr": overview})
    french = page()
    for said in ("On pose les mains.", "Et après", "Rien du tout."):
        assert said in french, said
    for said_elsewhere in ("Un clavier.", "É. M."):
        assert said_elsewhere not in french
    make_course("Lerins+C102", about={"fr": overview}, sheet=replace(FULL, team=(), requires={}, needs={}), runs=())
    french = page(key="Lerins+C102")
    for said_nowhere_else in ("Un clavier.", "É. M."):
        assert said_nowhere_else in french


def test_the_heading_of_what_it_is_about_is_the_pages_own() -> None:
    assert without_sections('<section class="about"><h2>About</h2><p>Hands.</p></section>', ()) == (
        '<section class="about"><p>Hands.</p></section>'
    )
    for kept in ("<h2>About</h2><p>Hands.</p>", '<section class="faq"><h2>Questions</h2></section>'):
        assert without_sections(kept, ()) == kept


def test_a_text_is_shown_in_the_readers_language_else_in_the_courses_own() -> None:
    make_course()
    english = page("en")
    assert "Read a program" in english
    assert "Lire un programme" not in english
    assert '<p class="cpage__text" lang="fr">Rien du tout.</p>' in english
    assert 'lang="en">A browser.</p>' in page("fr")


@pytest.mark.parametrize(
    ("opens", "closes", "enrolment", "host", "state"),
    [
        (1, 9, None, "here", "coming"),
        (-1, 9, None, "here", "open"),
        (-1, None, None, "fun", "open"),
        (-2, 9, -1, "here", "running"),
        (-9, -1, None, "here", "archived"),
        (-9, -1, None, "fun", "closed"),
    ],
)
def test_a_session_is_in_the_state_that_its_dates_and_its_host_give(
    opens: int, closes: int | None, enrolment: int | None, host: str, state: str
) -> None:
    now = clock.now()
    run = Run(
        host=host,
        opens_at=now + opens * DAY,
        closes_at=None if closes is None else now + closes * DAY,
        enrolment_closes_at=None if enrolment is None else now + enrolment * DAY,
    )
    assert state_at(run, now) == state


def test_a_session_on_another_host_leads_there_and_names_it() -> None:
    make_course()
    english = page("en")
    assert 'href="https://fun-mooc.example/S7" rel="external noopener">Enrol on FUN</a>' in english
    assert 'href="https://fun-mooc.example/S6" rel="external noopener">FUN</a>' in english
    assert "To come" in english
    assert english.count("Over") >= 1
    assert '/enrol"' not in english


def test_a_host_without_a_name_is_called_by_its_domain() -> None:
    make_course(runs=(run_elsewhere("S1", clock.now() - DAY, host="other"),))
    assert "Enrol on other-mooc.example" in page("en")


def test_there_is_one_thing_to_do_and_it_is_right_for_each_reader(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    key = run.course.key
    assert "Sign in to enrol" in page("en", key)
    account = make_account()
    client = signed_in_client(account)
    assert f'action="/runs/{run.key}/enrol"' in page("en", key, client)
    enrol(account=account, run=run, now=clock.now())
    mine = page("en", key, client)
    assert f'href="/runs/{run.key}/resume"' in mine
    assert "/enrol" not in mine
    assert mine.count("btn--primary btn--lg") == 1


def test_every_session_that_can_be_joined_can_be_joined_from_its_line(tmp_path: Path) -> None:
    now = clock.now()
    first = small_run(tmp_path)
    later = Run.objects.create(
        key=f"{first.course.key}+later",
        course=first.course,
        version=first.version,
        opens_at=now + 9 * DAY,
        enrolment_closes_at=now + 5 * DAY,
        pass_mark=0.6,
    )
    visitor = page("en", first.course.key)
    assert visitor.count("Sign in to enrol<") == 3  # the card, the line, and the bar on phones
    client = signed_in_client(make_account())
    mine = page("en", first.course.key, client)
    assert f'action="/runs/{first.key}/enrol"' in mine.partition("<aside")[2]
    table = mine.partition("<table")[2].partition("</table>")[0]
    assert f'action="/runs/{later.key}/enrol"' in table
    assert f'action="/runs/{first.key}/enrol"' not in table
    assert client.post(f"/runs/{later.key}/enrol").status_code == 302
    assert f'href="/runs/{later.key}/resume"' in page("en", first.course.key, client).partition("<aside")[2]


def test_one_who_is_in_a_session_that_is_over_is_led_to_the_next(tmp_path: Path) -> None:
    now = clock.now()
    old = small_run(tmp_path, options=RunOptions(key="old", opens_at=now - 90 * DAY))
    account = make_account()
    enrol(account=account, run=old, now=now)
    Run.objects.filter(pk=old.pk).update(closes_at=now - DAY)
    new = Run.objects.create(
        key=f"{old.course.key}+new", course=old.course, version=old.version, opens_at=now - DAY, pass_mark=0.6
    )
    found = course_page(old.course.key, account=account, language="en", now=now)
    assert found.run is not None
    assert found.run.key == new.key
    assert [line.state for line in found.runs.lines] == ["open", "archived"]
    assert f'<a href="/runs/{old.key}/">You are in it</a>' in page("en", old.course.key, signed_in_client(account))


def test_a_course_with_a_sheet_and_no_session_has_a_page_and_a_private_one_has_none(tmp_path: Path) -> None:
    make_course(runs=())
    assert "No session yet." in page("en")
    run = small_run(tmp_path)
    Run.objects.filter(pk=run.pk).update(listed=False)
    write_sheet(course=run.course, sheet=FULL, by=None, now=clock.now())
    assert Client().get(f"/en/courses/{run.course.key}/").status_code == 404


def test_two_courses_that_are_one_in_another_language_know_each_other() -> None:
    make_course()
    make_course("Lerins+C101EN", sheet=Sheet(versions=(KEY,)), titles={"en": "C in English"}, languages=("en",))
    assert '<a href="/fr/courses/Lerins+C101EN/" lang="en">C in English</a>' in page()
    assert '<a href="/fr/courses/Lerins+C101/" lang="fr">Le langage C</a>' in page(key="Lerins+C101EN")
    assert linked(page())["workTranslation"][0]["name"] == "C in English"


def test_a_course_in_several_languages_says_that_one_enrolment_is_enough() -> None:
    make_course()
    assert "Une seule inscription pour toutes ses langues" in page()
    make_course("Lerins+ONE", languages=("fr",))
    assert "Une seule inscription" not in page(key="Lerins+ONE")


def test_courses_that_build_on_each_other_lead_to_each_other() -> None:
    make_course()
    make_course("Lerins+C201", sheet=Sheet(after=(KEY,)), titles={"fr": "Le langage C, suite"})
    assert "Le langage C, suite" in page().partition("Ces cours s’appuient sur lui")[2]
    assert f'href="/fr/courses/{KEY}/"' in page(key="Lerins+C201").partition("Il s’appuie sur")[2]
    # A key that only begins alike is another course.
    make_course("Lerins+C1019", sheet=Sheet())
    assert "C1019" not in page()


def test_people_enrolled_here_are_counted_where_it_tells_of_nobody(tmp_path: Path, settings: Any) -> None:
    run = small_run(tmp_path)
    for _ in range(3):
        enrol(account=make_account(), run=run, now=clock.now())
    settings.CORDEE = replace(settings.CORDEE, small_cell=3)
    assert "People enrolled" in page("en", run.course.key)
    settings.CORDEE = replace(settings.CORDEE, small_cell=4)
    assert "People enrolled" not in page("en", run.course.key)


def test_the_page_asks_the_database_six_times_at_most(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_category()
    make_course()
    make_course("Lerins+C201", sheet=Sheet(after=(KEY,)))
    client = signed_in_client(make_account())
    page(client=client)
    with django_assert_num_queries(4):
        course_page(KEY, account=None, language="fr", now=clock.now())
    with django_assert_num_queries(6):
        page(client=client)


def test_a_visitors_page_is_answered_again_without_asking_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_course()
    visitor = Client()
    first = page("en", client=visitor)
    with django_assert_num_queries(0):
        assert page("en", client=visitor) == first


def test_the_page_weighs_less_than_forty_kilobytes() -> None:
    make_category()
    make_course()
    assert len(Client().get(f"/fr/courses/{KEY}/").content) <= 40_000


def test_programs_read_a_course_with_its_sessions(settings: Any) -> None:
    make_category()
    make_organisation("Rivoire")
    make_course()
    data = linked(page())
    expanded = jsonld.expand(data, {"documentLoader": _schema_org})
    schema = "https://schema.org/"
    assert len(expanded) == 1
    course = expanded[0]
    assert course["@type"] == [f"{schema}Course"]
    assert course["@id"] == f"{settings.CORDEE.url}/fr/courses/{KEY}/"
    assert course[f"{schema}name"] == [{"@value": "Le langage C"}]
    assert course[f"{schema}provider"][0][f"{schema}name"] == [{"@value": "Télécom Lérins"}]
    assert course[f"{schema}license"] == [{"@value": "https://creativecommons.org/licenses/by/4.0/"}]
    assert course[f"{schema}timeRequired"] == [{"@value": "PT4H30M"}]
    assert course[f"{schema}isAccessibleForFree"] == [{"@value": True}]
    assert course[f"{schema}offers"][0][f"{schema}price"] == [{"@value": 0}]
    assert [one[f"{schema}name"][0]["@value"] for one in course[f"{schema}contributor"]] == [
        "Élise Marchetti",
        "Jeanne Pruvost",
    ]
    (session,) = course[f"{schema}hasCourseInstance"]  # the one that is over is none to go to
    assert session["@type"] == [f"{schema}CourseInstance"]
    assert session[f"{schema}courseMode"] == [{"@value": "Online"}]
    assert session[f"{schema}url"] == [{"@id": "https://fun-mooc.example/S7"}]
    opens = dt.datetime.fromisoformat(session[f"{schema}startDate"][0]["@value"])
    assert opens == Run.objects.get(key=f"{KEY}+S7").opens_at


def _schema_org(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    """The one document that the page names, from this folder: no test reaches the network."""
    assert url == linked_data.CONTEXT
    document = json.loads(CONTEXT.read_text())
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}


def test_a_course_that_costs_something_says_so_and_is_not_called_free() -> None:
    make_course(sheet=Sheet(price={"fr": "60 €"}))
    html = page()
    assert "60 €" in html
    assert "gratuit" not in html.partition("<main")[2].partition("Note et attestation</h2>")[0]
    assert linked(html)["isAccessibleForFree"] is False


def test_nothing_that_an_author_writes_ends_the_script() -> None:
    make_course(titles={"fr": "</script><script>alert(1)</script><!-- & "})
    html = page()
    assert "<script>alert(1)" not in html
    assert linked(html)["name"] == "</script><script>alert(1)</script><!-- & "
    assert "\u2028" not in script({"a": "\u2028"})


def test_each_public_page_says_where_it_is_in_each_language(settings: Any) -> None:
    make_course()
    html = page("en")
    here = f"{settings.CORDEE.url}/{{}}/courses/{KEY}/"
    assert f'<link rel="canonical" href="{here.format("en")}">' in html
    for language, address in (("fr", "fr"), ("en", "en"), ("x-default", settings.LANGUAGE_CODE)):
        assert f'<link rel="alternate" hreflang="{language}" href="{here.format(address)}">' in html
    assert "canonical" not in Client().get("/sign-in").content.decode()
    assert "canonical" not in Client().get("/en/v").content.decode()


def test_where_its_address_is_shared_a_course_shows_its_title_its_words_and_its_picture(settings: Any) -> None:
    make_course()
    html = page()
    assert '<meta property="og:title" content="Le langage C">' in html
    assert '<meta property="og:description" content="Un premier programme.">' in html
    found = re.search(r'<meta property="og:image" content="([^"]+)">', html)
    assert found
    assert found[1].startswith(f"{settings.CORDEE.url}/fr/courses/{KEY}/picture-")
    assert linked(html)["image"] == found[1]
