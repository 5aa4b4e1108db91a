"""The catalogue is in step with what is published, in every process, and says nothing of what is not listed."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import fields
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from cordee.courses.elsewhere import RunElsewhere, open_run_elsewhere
from cordee.courses.models import CatalogueEdition, CatalogueEntry, Course, Run
from cordee.courses.opening import RunOptions
from cordee.courses.private_runs import Terms, open_private_run
from cordee.courses.search import shelf as shelf_module
from cordee.courses.search.facts import CardFacts, Facts, RunFacts
from cordee.courses.search.finding import find
from cordee.courses.search.indexing import (
    SHAPE,
    ZONES,
    build,
    index_courses,
    indexed_together,
    out_of_step,
    past_the_map,
)
from cordee.courses.search.shelf import Shelf, shelf
from cordee.courses.search.tests.make import CATEGORIES, DAY, Made, make_course
from cordee.courses.setting_run import RunSettings, set_run
from cordee.courses.sheets.classing import CategoryFacts, write_category
from cordee.courses.sheets.sheet import Sheet
from cordee.courses.sheets.writing import write_sheet
from cordee.courses.tests.make import NOW, course_files, imported, small_run
from cordee.people.organisations import About, change_organisation, make_organisation
from cordee.people.tests.make import make_account

pytestmark = pytest.mark.django_db
ROCKS = Made("GEO110", {"fr": "Lire les roches"}, keywords={"fr": ("granite",)})


def found(question: str, now: dt.datetime = NOW) -> list[str]:
    held = shelf(now)
    return [held.place(number).facts.key for number in find(held, question, language="fr", exactly=True).scores]


def counts(facet: str, now: dt.datetime = NOW) -> dict[str, int]:
    held = shelf(now)
    return {
        value: (courses & held.alive).bit_count()
        for value, courses in held.facets[facet].items()
        if courses & held.alive
    }


def anew(now: dt.datetime = NOW) -> Shelf:
    """As a process that starts now holds it."""
    shelf_module._held.clear()
    return shelf(now)


def what_is_held(held: Shelf) -> object:
    """All that pages are made of, whatever the numbers of the courses are."""
    keys = {number: held.place(number).facts.key for number in held.by_course.values()}
    return (
        {place.facts.key: (place.facts, place.state, place.best) for place in held.places if place is not None},
        {
            (facet, value): {key for number, key in keys.items() if courses >> number & 1}
            for facet, values in held.facets.items()
            for value, courses in values.items()
            if courses & held.alive
        },
        {
            root: {keys[number]: zone for number, zone in there.items()}
            for root in {*held.postings, *held.by_name}
            if (there := held.holding([root]))
        },
    )


def test_a_course_is_found_once_it_is_imported_and_in_its_new_words_once_its_run_moves(tmp_path: Path) -> None:
    assert found("course") == [] == found("small")
    run = small_run(tmp_path)
    assert found("small") == [run.course.key]
    imported(course_files(title="A large course"), tmp_path)
    assert (found("small"), found("large")) == ([run.course.key], [])  # the run shows its version still
    imported(course_files(title="A large course"), tmp_path, options=RunOptions(update_run=True))
    assert (found("small"), found("large")) == ([], [run.course.key])


def test_a_sheet_is_found_in_its_new_words_at_once() -> None:
    run = make_course(ROCKS)
    assert found("granite") == [run.course.key]
    write_sheet(course=run.course, sheet=Sheet(level="advanced", keywords={"fr": ("calcaire",)}), by=None, now=NOW)
    assert (found("granite"), found("calcaire")) == ([], [run.course.key])
    assert counts("level") == {"advanced": 1}


def test_nothing_is_said_of_a_course_whose_runs_are_not_listed(tmp_path: Path) -> None:
    run = small_run(tmp_path, options=RunOptions(listed=False))
    assert (found("small"), shelf(NOW).alive, CatalogueEntry.objects.count()) == ([], 0, 0)
    open_private_run(
        version=run.version,
        key="private",
        organisation=make_organisation(
            code="Rivoire", about=About(name_fr="R", name_en="R", kind="company"), by=None, now=NOW
        ),
        terms=Terms(opens_at=NOW, closes_at=None, enrolment_closes_at=None, pass_mark=0.5),
        by=None,
        now=NOW,
    )
    index_courses([run.course_id])
    assert (found("small"), shelf(NOW).alive, counts("organisation")) == ([], 0, {})


def test_a_run_that_is_taken_out_of_the_list_takes_its_words_with_it(tmp_path: Path) -> None:
    run = small_run(tmp_path, title="Volcanology")
    assert found("volcanology") == [run.course.key]
    before = RunSettings.of(run)
    hidden = RunSettings(before.opens_at, before.closes_at, before.enrolment_closes_at, before.pass_mark, listed=False)
    set_run(run=run, wanted=hidden, seen=before.digest, by=make_account(), now=NOW)
    held = shelf(NOW)
    assert (found("volcanology"), held.alive, counts("language")) == ([], 0, {})
    assert find(held, "volcanolgy", language="en").meant == ()  # nor is the word proposed
    set_run(run=run, wanted=before, seen=hidden.digest, by=make_account(email="b@demo.example"), now=NOW)
    assert found("volcanology") == [run.course.key]


def test_only_the_words_of_the_listed_version_are_known(tmp_path: Path) -> None:
    run = small_run(tmp_path, title="Volcanology")
    secret = imported(course_files(title="Speleology"), tmp_path, options=RunOptions(key="secret", listed=False)).run
    assert secret.version_id != run.version_id
    assert (found("volcanology"), found("speleology")) == ([run.course.key], [])


def test_what_opens_and_closes_changes_state_at_that_moment() -> None:
    make_course(Made("A1", {"fr": "Un"}, opens=5, closes=20))
    assert counts("open") == {"coming": 1}
    assert counts("open", NOW + 5 * DAY - dt.timedelta(seconds=1)) == {"coming": 1}
    assert counts("open", NOW + 5 * DAY) == {"open": 1}
    assert counts("open", NOW + 20 * DAY) == {"over": 1}


def test_a_course_at_ones_own_pace_is_open_too() -> None:
    make_course(Made("A1", {"fr": "Un"}, closes=None))
    assert counts("open") == {"open": 1, "self-paced": 1}


def test_categories_and_organisations_are_called_as_they_are_called_now() -> None:
    run = make_course(ROCKS)
    write_category(facts=CATEGORIES[2], by=None, now=NOW)
    assert found("engineering") == [run.course.key]
    write_category(
        facts=CategoryFacts(code="science", name_fr="Génie", name_en="Making", family="sci"), by=None, now=NOW
    )
    assert (found("engineering"), found("making")) == ([], [run.course.key])
    about = About(name_fr="École des Îles", name_en="School of the Isles", kind="school")
    made = make_organisation(code="Lerins", about=about, by=None, now=NOW)
    assert found("isles") == [run.course.key]
    renamed = About(name_fr="École du Large", name_en="Offshore School", kind="school")
    change_organisation(organisation=made, about=renamed, by=None, now=NOW + DAY)
    assert (found("isles"), found("offshore")) == ([], [run.course.key])


def test_a_page_of_the_catalogue_asks_one_question_and_three_more_after_a_change(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    run = make_course(ROCKS)
    shelf(NOW)
    with django_assert_num_queries(1):
        shelf(NOW)
    write_sheet(course=run.course, sheet=Sheet(level="advanced"), by=None, now=NOW)
    with django_assert_num_queries(4):
        shelf(NOW)
    with django_assert_num_queries(1):
        shelf(NOW)


def test_a_process_that_followed_every_change_holds_what_a_new_one_reads() -> None:
    for rank in range(6):
        make_course(Made(f"A{rank}", {"fr": f"Sujet {rank}"}, opens=rank - 3, level=("beginner", "advanced")[rank % 2]))
    held = shelf(NOW)
    for rank in range(3):
        course = Course.objects.get(number=f"A{rank}")
        write_sheet(course=course, sheet=Sheet(keywords={"fr": (f"clé{rank}",)}), by=None, now=NOW)
        held = shelf(NOW)
    assert len(held.places) == 9
    followed = what_is_held(held)
    assert followed == what_is_held(anew())
    assert len(anew().places) == 6


def test_a_catalogue_made_anew_is_the_same_and_every_process_reads_it(tmp_path: Path) -> None:
    small_run(tmp_path)
    before = what_is_held(shelf(NOW))
    CatalogueEntry.objects.all().delete()
    build()
    assert what_is_held(shelf(NOW)) == before


def test_entries_of_an_older_shape_are_made_anew_by_the_first_reader(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    shelf(NOW)
    CatalogueEntry.objects.update(facts={})
    CatalogueEdition.objects.update(shape=0)
    assert found("small") == [run.course.key]


def _write_and_fail(run: Run) -> None:
    write_sheet(course=run.course, sheet=Sheet(keywords={"fr": ("calcaire",)}), by=None, now=NOW)
    raise ZeroDivisionError


def test_an_act_that_fails_leaves_the_catalogue_as_it_was() -> None:
    run = make_course(ROCKS)
    before = shelf(NOW).edition
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _write_and_fail(run)
    assert (shelf(NOW).edition, found("granite"), found("calcaire")) == (before, [run.course.key], [])


def test_many_acts_together_are_one_edition() -> None:
    shelf(NOW)
    with indexed_together():
        for rank in range(3):
            make_course(Made(f"A{rank}", {"fr": f"Sujet {rank}"}))
    assert (shelf(NOW).edition, len(shelf(NOW).by_course)) == (2, 3)


def test_the_same_facts_again_are_no_new_edition() -> None:
    run = make_course(ROCKS)
    before = shelf(NOW).edition
    there = RunElsewhere(
        key="S1",
        host=run.host,
        address=run.address,
        opens_at=run.opens_at,
        closes_at=run.closes_at,
    )
    assert not open_run_elsewhere(version=run.version, run=there, by=None, now=NOW)[1]
    assert shelf(NOW).edition == before
    assert Run.objects.count() == 1


def test_a_catalogue_that_was_left_behind_is_noticed_and_made_anew(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    assert out_of_step() == 0
    shelf(NOW)
    assert out_of_step() == 0
    Run.objects.update(listed=False)  # as nobody does but by hand
    assert out_of_step() == 1
    build()
    assert (out_of_step(), found("small")) == (0, [])
    Run.objects.filter(pk=run.pk).update(listed=True)
    assert out_of_step() == 1


def test_another_shape_of_the_entries_takes_another_number() -> None:
    """Else a site would read what an older release wrote as if it were of this one."""
    shape = [[one.name for one in fields(kind)] for kind in (Facts, RunFacts, CardFacts)]
    names = hashlib.sha256(repr((shape, ZONES)).encode()).hexdigest()[:12]
    assert (SHAPE, names) == (2, "eaff913a56df"), "count SHAPE up, and write the new pair here"


@pytest.mark.sqlite_only(reason="about the map of the file of the database")
def test_the_file_is_mapped_again_after_the_whole_catalogue_was_read() -> None:
    def mapped() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size")
            return int(cursor.fetchone()[0])

    before = mapped()
    assert before > 0
    with past_the_map():
        assert mapped() == 0
    assert mapped() == before
    with pytest.raises(ZeroDivisionError), past_the_map():
        _ = 1 / 0
    assert mapped() == before


def test_more_courses_than_half_a_word_can_number_are_held_too() -> None:
    held = Shelf("build")
    for one in (5, 65_535, 65_536, 200_000):
        held._post("calcaire", one)
    assert list(held.postings["calcaire"]) == [5, 65_535, 65_536, 200_000]
