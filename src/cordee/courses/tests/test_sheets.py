"""What the public page of a course says: read from files, kept in editions, refused with the place of a mistake."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.core.errors import Conflict, CordeeError, InputRefused, NotFound
from cordee.courses.elsewhere import RunElsewhere, open_run_elsewhere
from cordee.courses.models import Category, Course, Programme, Run, SheetEdition, Version
from cordee.courses.queries import outline
from cordee.courses.sheets.folder import BroughtIn, bring_in, read_folder
from cordee.courses.sheets.reading import editions_of
from cordee.courses.sheets.sheet import LEVELS, ROLES, Member, Opinion, Prize, Sheet, Use, read_sheet, to_json
from cordee.courses.sheets.writing import write_sheet
from cordee.courses.tests.make import NOW, small_run
from cordee.people.models import StaffAct
from cordee.people.tests.make import make_account

ONE = """
course = "Lerins+C101"
[content]
title = { fr = "Le langage C", en = "The C language" }
languages = ["fr", "en"]
summary = { fr = "Un premier programme." }
about = { fr = "Du *Markdown* et <script>alert(1)</script>." }
modules = [{ fr = "Premiers pas" }, { fr = "Décider" }]
weeks = [{ video = 0.8, practice = 1.2 }, { practice = 2, graded = true }]
family = "code"
[sheet]
categories = ["computing"]
level = "beginner"
outcomes = { fr = ["Lire un programme"] }
[[sheet.team]]
name = "Élise Marchetti"
role = "author"
[[sheet.opinions]]
words = { fr = "On me disait où." }
by = "Mariama"
agreed_on = 2026-03-02
[[runs]]
key = "S1"
host = "fun"
address = "https://fun-mooc.example/c101"
opens = "+12 days"
closes = "+40 days"
"""
CATEGORIES = """
[[categories]]
code = "computing"
fr = "Informatique"
en = "Computing"
family = "code"
"""
PROGRAMMES = """
[[programmes]]
code = "engineer"
fr = "Devenir ingénieur"
en = "Becoming an engineer"
courses = ["Lerins+C101"]
"""

texts = st.dictionaries(
    st.sampled_from(["fr", "en"]), st.text("abcé ’.", min_size=1).filter(str.strip), max_size=2
).map(lambda found: {language: text.strip() for language, text in found.items()})
lines = st.text("abcé", min_size=1)
sheets = st.builds(
    Sheet,
    level=st.sampled_from(["", *LEVELS]),
    outcomes=st.dictionaries(st.sampled_from(["fr", "en"]), st.lists(lines, min_size=1, max_size=3).map(tuple)),
    price=texts,
    ects=st.floats(0, 60),
    team=st.lists(st.builds(Member, name=lines, role=st.sampled_from(ROLES), about=texts), max_size=2).map(tuple),
    used=st.lists(st.builds(Use, by=lines, year=st.integers(2000, 2100)), max_size=2).map(tuple),
    opinions=st.lists(
        st.builds(Opinion, words=texts.filter(bool), by=lines, agreed_on=st.dates(dt.date(2000, 1, 1))), max_size=2
    ).map(tuple),
    prizes=st.lists(st.builds(Prize, name=texts.filter(bool), year=st.integers(2000, 2100)), max_size=2).map(tuple),
    invented=st.booleans(),
)


@given(sheets)
def test_what_is_written_is_read_back(sheet: Sheet) -> None:
    assert read_sheet(to_json(sheet)) == sheet


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"levl": "beginner"}, "levl"),
        ({"level": "expert"}, "level"),
        ({"outcomes": ["Lire"]}, "outcomes"),
        ({"outcomes": {"fr": "Lire"}}, "outcomes, fr"),
        ({"team": [{"name": "A"}]}, "team 1: role"),
        ({"team": [{"role": "author"}]}, "team 1: name"),
        ({"team": ["A"]}, "team 1"),
        ({"opinions": [{"words": {"fr": "Bien"}, "by": "A"}]}, "agreed_on"),
        ({"opinions": [{"words": {}, "by": "A", "agreed_on": "2026-03-02"}]}, "opinions 1: words"),
        ({"used": [{"by": "A", "year": "2025"}]}, "used 1: year"),
        ({"ects": 61}, "ects"),
        ({"ects": True}, "ects"),
        ({"after": ["C101"]}, "after 1"),
        ({"price": {"français": "60 €"}}, "price"),
        ({"categories": ["Réseaux"]}, "categories 1"),
        ({"requires": {"fr": "a\x00b"}}, "requires, fr"),
        ({"invented": "yes"}, "invented"),
    ],
)
def test_a_mistake_is_refused_with_its_place(data: dict[str, Any], place: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_sheet(data)
    assert place in str(refused.value)


def _folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.django_db
def test_a_folder_makes_courses_runs_fields_and_paths_once(tmp_path: Path) -> None:
    folder = _folder(tmp_path, one=ONE, categories=CATEGORIES, programmes=PROGRAMMES)

    done = bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW)
    again = bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW)

    assert done == BroughtIn(courses=1, runs=1, changed=5)
    assert again == BroughtIn(courses=1, runs=1, changed=0)
    run = Run.objects.get()
    assert (run.key, run.host, run.opens_at.date()) == ("Lerins+C101+S1", "fun", dt.date(2026, 12, 5))
    read = outline(run.version.sha256)
    assert [module.titles["fr"] for module in read.modules] == ["Premiers pas", "Décider"]
    assert [week.graded for week in read.effort] == [False, True]
    assert "<em>Markdown</em>" in read.about["fr"]["overview"]
    assert "<script>" not in read.about["fr"]["overview"]
    assert Category.objects.get().name_in("en") == "Computing"
    assert Programme.objects.get().courses == ["Lerins+C101"]
    assert read_sheet(Course.objects.get().sheet.data).team[0].slug == "elise-marchetti"  # type: ignore[union-attr] # written above


@pytest.mark.django_db
def test_a_mistake_in_one_file_changes_nothing_and_is_named(tmp_path: Path) -> None:
    folder = _folder(tmp_path, one=ONE, two=ONE.replace("C101", "C102").replace('host = "fun"', 'host = "fan"'))

    with pytest.raises(InputRefused, match=r"two\.toml: “fan” is no host"):
        bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW)

    assert not Course.objects.exists()


def test_files_that_are_no_catalogue_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_folder(tmp_path, now=NOW)
    for text in (
        'course = "C101"',
        "course = ",
        "[sheet]\nlevel = 1",
        'course = "A+B"\nruns = 3',
        'course = "A+B"\nx = 1',
    ):
        with pytest.raises(CordeeError, match=r"one\.toml"):
            read_folder(_folder(tmp_path, one=text), now=NOW)


@pytest.mark.django_db
def test_each_change_of_a_sheet_is_an_edition_and_a_second_writer_is_told(tmp_path: Path) -> None:
    course = small_run(tmp_path).course
    first, _new = write_sheet(course=course, sheet=Sheet(level="beginner"), by=None, now=NOW, seen=0)
    _same, again = write_sheet(course=course, sheet=Sheet(level="beginner"), by=None, now=NOW, seen=1)
    with pytest.raises(Conflict):
        write_sheet(course=course, sheet=Sheet(level="advanced"), by=None, now=NOW, seen=0)
    second, _new = write_sheet(course=course, sheet=Sheet(level="advanced"), by=None, now=NOW, seen=1)

    assert (first.number, again, second.number) == (1, False, 2)
    assert SheetEdition.objects.count() == 2
    course.refresh_from_db()
    assert course.sheet == second


@pytest.mark.django_db
def test_a_sheet_never_takes_the_place_of_content(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    text = ONE.replace("Lerins+C101", run.course.key)

    bring_in(folder=read_folder(_folder(tmp_path, one=text), now=NOW), by=None, now=NOW)

    assert Version.objects.count() == 1
    assert Run.objects.exclude(pk=run.pk).get().version == run.version


@pytest.mark.django_db
def test_a_run_that_is_played_here_cannot_be_moved_elsewhere(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    elsewhere = RunElsewhere(key=run.key, host="fun", address="https://fun.example/a", opens_at=NOW)

    with pytest.raises(Conflict):
        open_run_elsewhere(version=run.version, run=elsewhere, by=None, now=NOW)

    run.refresh_from_db()
    assert run.host == Run.HERE


@pytest.mark.django_db
def test_a_course_file_may_name_no_session(tmp_path: Path) -> None:
    (tmp_path / "c101.toml").write_text(ONE.partition("[[runs]]")[0].replace('categories = ["computing"]', ""), "utf-8")
    assert bring_in(folder=read_folder(tmp_path, now=NOW), by=None, now=NOW) == BroughtIn(1, 0, 2)


def _edited_by_somebody(tmp_path: Path) -> tuple[Path, Course]:
    """A folder that was brought in; then somebody wrote its course's page, and moved its session, on the site."""
    folder = _folder(tmp_path, one=ONE, categories=CATEGORIES)
    bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW)
    course, author = Course.objects.get(), make_account(name="Hélène Roux")
    write_sheet(course=course, sheet=Sheet(level="advanced"), by=author, now=NOW)
    version = Version.objects.get()
    moved = RunElsewhere(key="S1", host="edx", address="https://edx.example/c101", opens_at=NOW)
    open_run_elsewhere(version=version, run=moved, by=author, now=NOW)
    return folder, course


@pytest.mark.django_db
def test_what_somebody_wrote_on_the_site_is_not_written_over_unasked(tmp_path: Path) -> None:
    folder, course = _edited_by_somebody(tmp_path)
    (tmp_path / "two.toml").write_text(ONE.replace("C101", "C102"), "utf-8")

    with pytest.raises(Conflict) as refused:
        bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW)

    assert "Lerins+C101 (2, Hélène Roux), Lerins+C101+S1 (Hélène Roux)" in str(refused.value)
    assert "--force" in str(refused.value)
    course.refresh_from_db()
    assert course.sheet is not None
    assert course.sheet.data == {"level": "advanced"}
    assert list(Course.objects.all()) == [course], "the rest of the folder waits, too"


@pytest.mark.django_db
def test_what_somebody_wrote_is_kept_and_named_while_the_rest_is_taken(tmp_path: Path) -> None:
    folder, course = _edited_by_somebody(tmp_path)
    (tmp_path / "two.toml").write_text(ONE.replace("C101", "C102"), "utf-8")

    done = bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW, if_edited="keep")

    assert done == BroughtIn(2, 2, 3, ("Lerins+C101 (2, Hélène Roux)", "Lerins+C101+S1 (Hélène Roux)"))
    course.refresh_from_db()
    assert course.sheet is not None
    assert course.sheet.data == {"level": "advanced"}
    assert Run.objects.get(key="Lerins+C101+S1").host == "edx"
    assert Run.objects.get(key="Lerins+C102+S1").host == "fun"


@pytest.mark.django_db
def test_what_somebody_wrote_is_written_over_when_that_is_wanted_and_its_history_has_both(tmp_path: Path) -> None:
    folder, course = _edited_by_somebody(tmp_path)

    done = bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW, if_edited="overwrite")
    again = bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW)

    assert (len(done.edited), done.changed) == (2, 2)
    assert again.edited == ()
    assert [(one.number, one.by) for one in editions_of(Course.objects.get(pk=course.pk))] == [
        (3, ""),
        (2, "Hélène Roux"),
        (1, ""),
    ]
    assert Run.objects.get().host == "fun"


@pytest.mark.django_db
def test_a_page_is_still_somebodys_once_they_are_erased(tmp_path: Path) -> None:
    folder, course = _edited_by_somebody(tmp_path)
    SheetEdition.objects.filter(course=course).update(made_by=None, made_by_name="")
    StaffAct.objects.exclude(account=None).update(account=None, name="")

    with pytest.raises(Conflict, match=r"Lerins\+C101 \(2\), Lerins\+C101\+S1"):
        bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW)


@pytest.mark.django_db
def test_a_folder_that_says_what_somebody_wrote_is_taken(tmp_path: Path) -> None:
    folder, _course = _edited_by_somebody(tmp_path)
    same = ONE.replace(ONE[ONE.index("[sheet]") : ONE.index("[[runs]]")], '[sheet]\nlevel = "advanced"\n')
    (tmp_path / "one.toml").write_text(same.partition("[[runs]]")[0], "utf-8")

    assert bring_in(folder=read_folder(folder, now=NOW), by=None, now=NOW) == BroughtIn(1, 0, 0)
