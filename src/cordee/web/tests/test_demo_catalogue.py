"""Is the demonstration's catalogue what a federation would show: complete, its own, and said to be invented?"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import replace

import pytest

from cordee.core.errors import InputRefused
from cordee.courses.editorial.models import EditorialEdition, EditorialText
from cordee.courses.editorial.writing import withdraw_text
from cordee.courses.elsewhere import Summary, publish_summary
from cordee.courses.models import Category, Course, Programme, Run, SheetEdition, Version
from cordee.courses.sheets.folder import Folder, read_folder
from cordee.people.models import Organisation, StaffAct
from cordee.people.organisations import about_of, change_organisation
from cordee.web.demo_catalogue import ORGANISATIONS, PAGES, SHEETS, fill_catalogue, fill_pages, organisations_in
from cordee.web.environment import data_folder

NOW = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
WITH_CONTENT = ("Ingenia+RES101", "JYU+MA8-K7", "Lerins+C101")
REAL = "JYU+MA8-K7"


@pytest.fixture(scope="module")
def folder() -> Folder:
    return read_folder(data_folder() / SHEETS, now=NOW)


def test_the_catalogue_has_34_courses_in_four_fields_and_three_languages(folder: Folder) -> None:
    assert len(folder.courses) == 34
    fields = Counter(one.sheet.categories[0] for one in folder.courses)
    assert fields == {"computing": 8, "engineering-sciences": 9, "networks": 6, "transitions": 11}
    assert {one.code for one in folder.categories} == set(fields)
    languages = Counter(one.summary.languages[0] for one in folder.courses if one.summary)
    assert languages == {"fr": 23, "en": 8}
    assert sum(len(one.summary.languages) > 1 for one in folder.courses if one.summary) >= 4
    assert 3 <= len(folder.programmes) <= 5


def test_every_invented_course_says_so_and_says_enough(folder: Folder) -> None:
    for one in folder.courses:
        assert one.sheet.invented == (one.course != REAL), one.name
        if one.course in WITH_CONTENT:
            continue
        assert one.summary is not None
        own = one.summary.languages[0]
        assert one.sheet.level, one.name
        assert one.sheet.team[1:], one.name
        assert 4 <= len(one.sheet.outcomes[own]) <= 6, one.name
        assert 3 <= len(one.summary.modules) <= 7, one.name
        assert len(one.summary.modules) == len(one.summary.effort), one.name
        assert one.summary.about[own].count("<p>") >= 2, one.name
        assert one.runs, one.name
        for language in one.summary.languages:
            said = (one.summary.titles, one.summary.summary, one.summary.about, one.sheet.outcomes, one.sheet.requires)
            assert all(language in texts for texts in (*said, *one.summary.modules)), (one.name, language)


def test_no_two_courses_look_or_sound_alike(folder: Folder) -> None:
    summaries = [one.summary for one in folder.courses if one.summary]
    for what in ("effort", "summary", "about", "titles"):
        assert len({str(getattr(one, what)) for one in summaries}) == len(summaries), what


def test_sessions_are_coming_open_and_over_on_several_hosts(folder: Folder) -> None:
    runs = [run for one in folder.courses for run in one.runs]
    assert {run.host for run in runs} == {"fun", "coursera", "edx", "other"}
    assert all(".example/" in run.address for run in runs)
    assert any(run.opens_at > NOW for run in runs)
    assert any(run.closes_at is None for run in runs)
    archived = [one.course for one in folder.courses if all(run.closes_at and run.closes_at < NOW for run in one.runs)]
    assert set(archived) - set(WITH_CONTENT) == {"Lerins+EMB301"}


def test_whatever_a_sheet_or_a_path_names_is_there(folder: Folder) -> None:
    courses = {one.course for one in folder.courses}
    organisations = organisations_in(data_folder() / ORGANISATIONS)
    named = {name for one in folder.courses for name in (*one.sheet.after, *one.sheet.versions)}
    assert named | {key for one in folder.programmes for key in one.courses} <= courses
    people = {member.organisation for one in folder.courses for member in one.sheet.team}
    partners = {partner.organisation for one in folder.courses for partner in one.sheet.partners}
    given = {key.partition("+")[0] for key in courses - {REAL}}
    assert people | partners | given | {one.organisation for one in folder.programmes} <= set(organisations)
    assert sum(about.kind == "school" for about in organisations.values()) == 7
    assert {"company", "funder"} <= {about.kind for about in organisations.values()}


def test_french_signs_stand_where_french_puts_them() -> None:
    sheets, pages = (data_folder() / SHEETS).glob("*.toml"), (data_folder() / PAGES).glob("*.fr.md")
    for path in (*sheets, *pages):
        text = path.read_text("utf-8")
        wrong = re.findall(r"\S+ [:;?!%»€]|« |\w'\w", text)
        assert wrong == [], path.name


@pytest.mark.long
@pytest.mark.django_db
def test_filling_the_catalogue_twice_is_once_and_keeps_what_somebody_changed() -> None:
    for key in WITH_CONTENT:
        _course(key)
    fill_catalogue(data_folder(), now=NOW)
    lerins = Organisation.objects.get(code="Lerins")
    about = replace(about_of(lerins), shown_name="Lérins")
    change_organisation(organisation=lerins, about=about, by=None, now=NOW)
    before = _counted()
    assert Organisation.objects.filter(kind="school").count() == 7
    fill_catalogue(data_folder(), now=NOW)
    assert _counted() == before
    lerins.refresh_from_db()
    assert lerins.shown_name == "Lérins"


@pytest.mark.long
@pytest.mark.django_db
def test_a_filling_that_stopped_half_way_is_mended_by_the_next() -> None:
    _course("Ingenia+RES101")
    with pytest.raises(InputRefused, match=r"c101\.toml"):  # its course is not there: no sheet is written
        fill_catalogue(data_folder(), now=NOW)
    assert not SheetEdition.objects.exists()
    for key in WITH_CONTENT[1:]:
        _course(key)
    fill_catalogue(data_folder(), now=NOW)
    assert Course.objects.count() == 34


@pytest.mark.django_db
def test_pages_and_news_are_there_in_both_languages_and_stay_as_somebody_left_them() -> None:
    fill_pages(data_folder(), now=NOW)
    shown = EditorialText.objects.filter(shown__isnull=False)
    assert Counter(shown.values_list("kind", "language")) == {
        ("page", "fr"): 4,
        ("page", "en"): 4,
        ("news", "fr"): 3,
        ("news", "en"): 3,
    }
    withdraw_text(text=shown.get(slug="about", language="fr"), by=None, now=NOW)
    editions = EditorialEdition.objects.count()
    fill_pages(data_folder(), now=NOW)
    assert shown.filter(language="fr").count() == 6
    assert EditorialEdition.objects.count() == editions == 14


def test_every_link_of_a_page_stays_in_its_language_and_leads_somewhere() -> None:
    texts = {path.name for path in (data_folder() / PAGES).glob("*.md")}
    courses = {path.name for path in (data_folder() / SHEETS).glob("*.toml")}
    for path in (data_folder() / PAGES).glob("*.md"):
        language = path.name.split(".")[-2]
        for address in re.findall(r"\]\((/[^)]*)\)", path.read_text("utf-8")):
            said, room, *rest = address.strip("/").split("/")
            assert said == language, path.name
            if room == "pages":
                assert f"{rest[0]}.{language}.md" in texts
            elif rest:
                assert f"{rest[0].partition('+')[2].lower()}.toml" in courses


def _counted() -> list[int]:
    tables = (Category, Course, Organisation, Programme, Run, SheetEdition, Version, StaffAct)
    return [table.objects.count() for table in tables]


def _course(key: str) -> None:
    """As if its content had come in."""
    organisation, _, number = key.partition("+")
    titles, nothing = {"fr": key}, {"fr": ""}
    summary = Summary(
        organisation=organisation, number=number, titles=titles, languages=("fr",), summary=nothing, about=nothing
    )
    publish_summary(summary=summary, now=NOW)
