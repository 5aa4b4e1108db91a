"""Courses of Open edX as text, and back: nothing is lost."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from cordee.core import clock
from cordee.core.errors import CordeeError
from cordee.courses.text.checking import check_folder
from cordee.courses.text.taking_out import text_of_archive
from cordee.formats.archives import Limits, open_archive
from cordee.formats.coursetext.folder import FolderLimits
from cordee.formats.olx import read_course
from cordee.formats.tests.olx_again import courses, packed_in
from cordee.courses.text.writing_out import others_in


@settings(max_examples=1500, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(courses())
def test_any_course_is_written_as_text_and_read_again_as_the_same(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str | bytes]) -> None:
    folder = tmp_path_factory.mktemp("one")
    archive = packed_in(folder, files)
    with open_archive(archive, Limits()) as opened:
        course = read_course(opened)
    done = text_of_archive(archive, folder / "text", limits=Limits(), folder_limits=FolderLimits())
    assert done.other == ()
    checked = check_folder(folder / "text", now=clock.now())
    assert [str(one) for one in checked.errors] == []
    assert checked.made is not None
    assert list(others_in(course, checked.made.courses[0])) == []
