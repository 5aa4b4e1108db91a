"""Any version is taken out as text, and published again it is the same version."""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.core import clock
from cordee.courses.importing import import_course
from cordee.courses.models import Version
from cordee.courses.opening import RunOptions
from cordee.courses.text.formatting import format_folder
from cordee.courses.text.publishing import publish_folder
from cordee.courses.text.taking_out import take_out, text_of_archive
from cordee.formats.archives import Limits
from cordee.formats.coursetext.folder import FolderLimits

pytestmark = pytest.mark.django_db
COURSES = Path(__file__).parent / "data" / "courses"


def bytes_of(at: Path) -> dict[str, bytes]:
    return {path.relative_to(at).as_posix(): path.read_bytes() for path in at.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["math-percent-fi.tar.gz", "mitx-grading-library.tar.gz", "one-of-each.tar.gz"])
def test_a_real_course_taken_out_as_text_and_published_again_is_the_same_version(tmp_path: Path, name: str) -> None:
    now = clock.now()
    first = import_course(COURSES / name, limits=Limits(), options=RunOptions(), now=now)
    version = Version.objects.get()
    done = take_out(version, tmp_path / "text")
    assert done.other == ()
    before = bytes_of(tmp_path / "text")
    assert format_folder(tmp_path / "text").changed == ()
    again = publish_folder(tmp_path / "text", options=RunOptions(), now=now)
    assert (again.done.changed, again.done.version, again.done.run.pk) == (False, 1, first.run.pk)
    assert bytes_of(tmp_path / "text") == before
    alone = text_of_archive(COURSES / name, tmp_path / "alone", limits=Limits(), folder_limits=FolderLimits())
    assert (alone.pages, alone.verbatim) == (done.pages, done.verbatim)
