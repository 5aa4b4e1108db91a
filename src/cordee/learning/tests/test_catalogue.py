"""The page of the catalogue: what it shows for an address, and the addresses that it gives."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.courses.opening import RunOptions
from cordee.courses.search.tests.make import CATEGORIES, Made, make_catalogue, make_course
from cordee.courses.sheets.classing import write_category
from cordee.courses.tests.make import small_run
from cordee.learning.catalogue.cards import cards_among, cards_of_courses, featured_cards
from cordee.learning.catalogue.listing import A_PAGE, Listing, address_of, listing, read_wish
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
LARGEST_PAGE = 40_000  # bytes
MANY = tuple(
    Made(
        f"N{rank}",
        {"fr": f"Réseau numéro {rank:02}"} if rank % 3 else {"en": f"Network number {rank:02}"},
        category=("networks", "computing")[rank % 2],
        level=("beginner", "intermediate", "advanced")[rank % 3],
        hours=(1.0, 3.0, 5.0, 0.0)[rank % 4],
        ects=3.0 if rank % 5 == 0 else 0.0,
        organisation=("Lerins", "Thur")[rank % 2],
        organisation_name=("Télécom Lérins", "École de la Thur")[rank % 2],
        host=("fun", "coursera")[rank % 2],
        opens=(-5, 8, -60)[rank % 3],
        closes=(30, 60, -10)[rank % 3],
    )
    for rank in range(15)
)


def page(query: str = "", language: str = "en") -> Listing:
    with translation.override(language):
        return listing(read_wish(QueryDict(query)), language=language, now=clock.now())


def titles(shown: Listing) -> list[str]:
    return [unescape(title) for card in shown.cards for title in re.findall(r"<a href=[^>]*>([^<]*)</a>", card)]


def counts(shown: Listing, facet: str) -> dict[str, int]:
    return {box.code: count for one in shown.facets if one.name == facet for box, count in one.values}


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    from cordee.courses.tests.make import NOW

    monkeypatch.setattr(clock, "now", lambda: NOW)
    make_catalogue(MANY)


@pytest.mark.usefixtures("many")
def test_a_page_holds_a_dozen_and_leads_to_the_next_and_back() -> None:
    first = page()
    assert (first.total, len(first.cards), first.next_count, first.previous_url) == (15, A_PAGE, 3, "")
    assert first.next_url == "/en/courses/?page=2"
    second = page("page=2")
    assert (len(second.cards), second.next_url, second.previous_url) == (3, "", "/en/courses/")
    assert sorted(titles(first) + titles(second)) == sorted(next(iter(one.titles.values())) for one in MANY)


@pytest.mark.usefixtures("many")
def test_those_that_are_open_come_first_then_the_next_to_begin_then_those_that_are_over() -> None:
    ranks = [int(title[-2:]) % 3 for title in titles(page()) + titles(page("page=2"))]
    assert ranks == [0] * 5 + [1] * 5 + [2] * 5


@pytest.mark.usefixtures("many")
def test_courses_are_sorted_by_title_and_by_load_with_those_that_say_none_last() -> None:
    by_title = titles(page("sort=title")) + titles(page("sort=title&page=2"))
    assert by_title == sorted(by_title)
    by_load = [int(title[-2:]) % 4 for title in titles(page("sort=load")) + titles(page("sort=load&page=2"))]
    assert by_load == sorted(by_load)


@pytest.mark.usefixtures("many")
def test_two_values_of_a_facet_widen_and_two_facets_narrow() -> None:
    assert page("level=beginner").total == 5
    assert page("level=beginner&level=advanced").total == 10
    assert page("level=beginner&category=networks").total == 3
    assert page("level=beginner&level=advanced&category=networks&host=fun").total == 6


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "query", ["", "level=beginner", "q=réseau", "q=network&language=fr&category=networks", "open=open"]
)
def test_the_count_beside_a_value_is_that_of_the_page_it_leads_to(query: str) -> None:
    shown = page(query)
    seen = 0
    for facet in shown.facets:
        for box, count in facet.values:
            alone = QueryDict(query, mutable=True)
            alone.setlist(facet.name, [box.code])
            assert page(alone.urlencode()).total == count, (facet.name, box.code)
            seen += 1
    assert seen > 8


@pytest.mark.usefixtures("many")
def test_values_that_are_chosen_can_be_taken_back_one_by_one_even_when_nothing_is_left() -> None:
    shown = page("level=beginner&hours=over-4&host=coursera&q=réseau")
    assert (shown.total, shown.cards) == (0, ())
    assert {choice.label for choice in shown.choices} == {"Beginner", "More than 4 hours", "Coursera"}
    for choice in shown.choices:
        assert page(choice.url.partition("?")[2]).total == choice.count
    assert all(choice.count for choice in shown.ways_out)


@pytest.mark.usefixtures("many")
def test_an_address_is_read_and_written_the_same_and_what_is_unknown_is_left_out() -> None:
    query = "q=r%C3%A9seau&category=computing&category=networks&level=beginner&sort=title&page=2"
    assert address_of(read_wish(QueryDict(query))).partition("?")[2] == query
    strange = page("category=none&level=&open=%00&host=xx&sort=price&page=-3&page=zz&colour=red")
    assert (strange.total, strange.choices, strange.first) == (15, (), 1)
    assert page("page=999999999999").first == page("page=99").first == A_PAGE + 1


@pytest.mark.usefixtures("many")
def test_a_word_taken_for_another_is_said_with_a_link_to_what_was_written() -> None:
    answer = Client().get("/fr/courses/", {"q": "rézeau"}).content.decode()
    assert "«\xa0réseau\xa0»" in answer
    assert 'href="/fr/courses/?q=r%C3%A9zeau&amp;exact=1"' in answer
    exactly = Client().get("/fr/courses/", {"q": "rézeau", "exact": "1"}).content.decode()
    assert "Aucun cours ici ne répond à «\xa0rézeau\xa0»" in exactly


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    "question", ["***", '"', "NEAR(", "a" * 5000, "математика", "<script>alert(1)</script>", "%00", "\x00", "?&="]
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_any_question_gets_a_useful_page(question: str, language: str) -> None:
    answer = Client().get(f"/{language}/courses/", {"q": question}, follow=True)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "<script>alert" not in shown
    assert 'class="card course"' in shown or f'href="/{language}/courses/"' in shown
    assert len(answer.content) < LARGEST_PAGE


@pytest.mark.usefixtures("many")
def test_an_address_that_is_too_long_leads_to_the_one_that_is_read() -> None:
    long = {"q": "réseau " * 400, "level": ["beginner", "x" * 3000], "category": [f"none{n}" for n in range(300)]}
    answer = Client().get("/en/courses/", long)
    assert answer.status_code == 302
    assert len(answer["Location"]) < 700
    assert len(Client().get(answer["Location"]).content) < LARGEST_PAGE


@pytest.mark.usefixtures("many")
def test_the_page_is_light_and_asks_one_question(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first = Client().get("/fr/courses/?sort=title")
    assert len(first.content) < LARGEST_PAGE
    with django_assert_num_queries(1):
        again = Client().get("/fr/courses/?sort=title")
    assert again.content == first.content


@pytest.mark.usefixtures("many")
def test_the_page_without_a_question_is_the_same_for_every_visitor_and_kept() -> None:
    answer = Client().get("/en/courses/")
    assert "s-maxage" in answer["Cache-Control"]
    assert not answer.cookies
    assert b"Awa Diallo" in signed_in_client(make_account(name="Awa Diallo")).get("/en/courses/").content
    assert b"Awa Diallo" not in Client().get("/en/courses/").content
    assert Client().post("/en/courses/").status_code == 405


@pytest.mark.usefixtures("many")
def test_boxes_and_the_sort_belong_to_the_form_of_the_search() -> None:
    shown = Client().get("/en/courses/?q=network&level=beginner&language=en").content.decode()
    controls = re.findall(
        r"<(?:input|select|button)[^>]*>", shown.partition("cat__filters")[2].partition("</section></div>")[0]
    )
    assert controls
    assert all('form="find"' in control for control in controls)
    checked = [control for control in controls if " checked" in control]
    assert sorted(re.findall(r'name="(\w+)" value="([\w-]+)"', "".join(checked))) == [
        ("language", "en"),
        ("level", "beginner"),
    ]


def test_a_run_that_is_not_listed_is_in_no_card_and_no_count(tmp_path: Path) -> None:
    small_run(tmp_path, title="Volcanology", options=RunOptions(listed=False))
    assert (page().total, page("q=volcanology").total, page().facets) == (0, 0, ())
    assert b"No course here yet." in Client().get("/en/courses/").content


def test_a_card_says_its_field_its_weeks_its_level_and_its_credits() -> None:
    write_category(facts=CATEGORIES[0], by=None, now=clock.now())
    make_course(MANY[0], now=clock.now())
    (card,) = cards_among("category", "networks", language="en", now=clock.now())
    assert card == featured_cards(language="en", now=clock.now(), most=3)[0]
    assert [card] == cards_of_courses(["Nobody+X1", "Lerins+N0"], language="en", now=clock.now())
    assert (card.family, card.family_label) == ("net", "Networks and telecoms")
    assert card.facts == ("4 weeks", "about 4 h", "Beginner")
    assert [tag.text for tag in card.tags] == ["Open now", "3 ECTS"]


def test_the_home_page_shows_a_few_and_leads_to_the_catalogue() -> None:
    make_course(MANY[0], now=clock.now())
    shown = Client().get("/en/").content.decode()
    assert "Network number 00" in shown
    assert 'href="/en/courses/"' in shown


def test_a_school_that_the_site_does_not_know_is_called_as_courses_in_the_readers_language_call_it() -> None:
    now = clock.now()
    make_course(Made("A1", {"fr": "Un"}, organisation="Thur", organisation_name="École de la Thur"), now=now)
    make_course(Made("A2", {"en": "Two"}, organisation="Thur", organisation_name="Thur School"), now=now)
    for language, name in (("fr", "École de la Thur"), ("en", "Thur School")):
        shown = page("organisation=Thur", language)
        assert [box.label for facet in shown.facets if facet.name == "organisation" for box, _n in facet.values] == [
            name
        ]
        assert all(name in card for card in shown.cards)
