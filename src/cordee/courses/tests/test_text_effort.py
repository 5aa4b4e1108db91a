"""What an author says of the time that a course takes: does it count, and does it come back from Open edX?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.courses.durations import unit_seconds
from cordee.courses.models import Version
from cordee.courses.outlines import Outline
from cordee.courses.queries import outline
from cordee.courses.tests.course_texts import COURSE, FILES, NOW, folder, outline_of, published
from cordee.courses.tests.test_exporting import exported
from cordee.courses.text.checking import check_folder
from cordee.courses.text.taking_out import text_of_archive
from cordee.formats.archives import Limits
from cordee.formats.coursetext.facts import facts_kept, kept_facts
from cordee.formats.coursetext.folder import FolderLimits

CALENDAR = "calendar: {weeks: 2, timezone: Europe/Paris}"
UNIT = "modules/nommer/trame.fr.md"
SVG = "modules/nommer/trame.svg"
SAID = """level: beginner
keywords: [réseau, trame]
team:
  - {name: Hélène Rey, role: author, about: {fr: Elle enseigne., en: She teaches.}}
"""


def hours(of: Outline) -> list[tuple[float, float]]:
    return [(week.reading_h, week.practice_h) for week in of.effort]


def test_what_a_week_asks_is_the_effort_of_each_module_whose_pages_say_nothing(tmp_path: Path) -> None:
    a_week = COURSE.replace("weeks: 2", "weeks: 2, effort: 3 h")
    assert hours(outline_of(tmp_path)) == []
    assert hours(outline_of(tmp_path, **{"course.yaml": a_week})) == [(1.5, 1.5)]  # one of its two units is graded
    page = "---\neffort: 30\n---\n# Trame\n\nUne trame.\n"
    found = outline_of(tmp_path, **{"course.yaml": a_week, UNIT: page, "modules/nommer/trame.en.md": ""})
    assert hours(found) == [(0.5, 0)]


@pytest.mark.django_db
def test_a_page_takes_as_long_as_its_author_says(tmp_path: Path) -> None:
    text = "# Trame\n\nUne trame.\n"
    published(folder(tmp_path, **{UNIT: text, "modules/nommer/trame.en.md": ""}))
    published(folder(tmp_path, **{UNIT: f"---\neffort: 25\n---\n{text}", "modules/nommer/trame.en.md": ""}))
    before, after = Version.objects.order_by("number")
    assert unit_seconds(before.sha256, "fr")["trame"] == 60
    assert unit_seconds(after.sha256, "fr")["trame"] == 25 * 60
    units = [place.unit for place in outline(after.sha256).places.values()]
    assert {unit.id: unit.effort_min for unit in units} == {"trame": 25, "bilan": 0}


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["weeks: 2, effort: 3 h", "pace: free, weeks: 3", "pace: guided, weeks: 5"])
def test_effort_team_pace_and_weeks_come_back_from_an_archive_for_open_edx(tmp_path: Path, said: str) -> None:
    course = COURSE.replace("weeks: 2", said).replace("[fr, en]", "[fr]") + SAID
    page = "---\neffort: 30\n---\n# Trame\n\nUne trame.\n"
    published(folder(tmp_path / "one", **{"course.yaml": course, UNIT: page, "modules/nommer/trame.en.md": ""}))
    (archive,) = exported(Version.objects.get(), tmp_path)
    text_of_archive(archive, tmp_path / "two", limits=Limits(), folder_limits=FolderLimits())
    assert kept_facts((tmp_path / "two/course.yaml").read_text("utf-8")) == kept_facts(course)
    assert "effort: 30" in (tmp_path / "two" / UNIT).read_text("utf-8")
    found = check_folder(tmp_path / "two", now=NOW)
    assert found.errors == ()
    assert found.course is not None
    assert found.course.facts.calendar.closes is None  # its weeks say when a new session does


@pytest.mark.django_db
def test_banner_lagging_waivers_and_the_usual_length_come_back_from_an_archive(tmp_path: Path) -> None:
    more = """banner: shared/large.svg
lagging: notice
waive:
  - {rule: no-early-graded-quiz, where: lire, reason: A project counts instead}
"""
    course = COURSE.replace("weeks: 2, ", "").replace("[fr, en]", "[fr]") + more
    files = {"course.yaml": course, "modules/nommer/trame.en.md": "", "shared/large.svg": FILES[SVG]}
    published(folder(tmp_path / "one", **files))
    (archive,) = exported(Version.objects.get(), tmp_path)
    text_of_archive(archive, tmp_path / "two", limits=Limits(), folder_limits=FolderLimits())
    found = check_folder(tmp_path / "two", now=NOW)
    assert found.errors == ()
    assert found.course is not None
    facts = found.course.facts
    assert facts.banner is not None
    assert (tmp_path / "two" / facts.banner.text).read_text("utf-8") == FILES[SVG]
    assert facts.lagging == "notice"
    assert len(facts.waive) == 1
    again = kept_facts((tmp_path / "two/course.yaml").read_text("utf-8"))
    assert again == kept_facts(course)
    assert again["waive"][0]["where"] == "lire"
    assert (facts.calendar.closes, facts.calendar.weeks) == (None, 4)


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "x",
        {"team": "Hélène"},
        {"team": [{"role": "author"}]},
        {"team": [{"name": None}]},
        {"calendar": {"weeks": "many"}},
        {"calendar": {"effort": "long"}},
        {"keywords": [{"a": 1}]},
        {"level": "\x00"},
        {"grading": {"pass-mark": 1}},
    ],
)
def test_what_an_archive_says_that_no_course_may_is_left_to_the_drawer(kept: object) -> None:
    assert facts_kept(kept) == {}
