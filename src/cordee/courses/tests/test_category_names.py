"""What is a part of the grade called? By its author, in each language of the course."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cordee.courses.models import Version
from cordee.courses.outlines import from_json, to_json
from cordee.courses.tests.course_texts import COURSE, NOW, folder, outline_of, published
from cordee.courses.tests.test_exporting import exported
from cordee.courses.text.checking import check_folder
from cordee.courses.text.laying_out import languages_of
from cordee.courses.text.writing_out import write_out
from cordee.formats.archives import Limits, open_archive
from cordee.formats.coursetext.folder import FolderLimits
from cordee.formats.olx import read_course
from cordee.formats.olx.model import Asset

NAMES = {"fr": "Contrôle", "en": "Test"}
BOTH = COURSE.replace("{title: Quiz, weight", "{title: {fr: Contrôle, en: Test}, weight")


def test_a_part_of_the_grade_has_a_name_in_each_language_and_one_name_says_nothing_more(tmp_path: Path) -> None:
    (line,) = outline_of(tmp_path / "one", **{"course.yaml": BOTH}).assignment_types
    assert (line.name, line.name_in("en", "fr"), line.name_in("fi", "fr")) == ("Contrôle", "Test", "Contrôle")
    plain = outline_of(tmp_path / "two")
    assert plain.assignment_types[0].name_in("en", "fr") == "Quiz"
    assert "names" not in to_json(plain)["assignment_types"][0]  # so it keeps its hash
    both = outline_of(tmp_path / "three", **{"course.yaml": BOTH})
    assert from_json(to_json(both)) == both


@pytest.mark.django_db
def test_it_goes_to_open_edx_and_comes_back(tmp_path: Path) -> None:
    published(folder(tmp_path / "one", **{"course.yaml": BOTH}))
    with ExitStack() as stack:
        archives = [
            stack.enter_context(open_archive(path, Limits())) for path in exported(Version.objects.get(), tmp_path)
        ]
        courses = [read_course(archive) for archive in archives]
        assert [line.names for course in courses for line in course.grading.assignment_types] == [NAMES, NAMES]

        def opened(_language: str, asset: Asset) -> Iterator[bytes]:
            return archives[0].stream(asset.member)

        (tmp_path / "two").mkdir()
        write_out(tmp_path / "two", languages_of(courses), opened, lambda _name: True, FolderLimits())
    found = check_folder(tmp_path / "two", now=NOW)
    assert found.compiled is not None
    assert found.compiled.outline.assignment_types[0].names == NAMES
