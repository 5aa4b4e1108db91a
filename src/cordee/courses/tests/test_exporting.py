"""Does a version that goes back to Open edX come home as the same version?"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import large_course
from cordee.core.errors import Conflict, CordeeError, InputRefused, NotFound
from cordee.courses.assets import storage
from cordee.courses.exporting import export_to, languages_of, olx_course_of, version_of, write_export
from cordee.courses.importing import Imported, import_course
from cordee.courses.models import Version
from cordee.courses.opening import RunOptions
from cordee.courses.outlines import from_json
from cordee.courses.tests.course_texts import folder, published
from cordee.courses.tests.make import NOW, course_files, imported
from cordee.formats.archives import Limits, open_archive
from cordee.formats.olx import read_course
from tests.own_course import own_archive

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[4]
COURSES = sorted((ROOT / "tests" / "data" / "courses").glob("*.tar.gz"))


def brought_in(paths: list[Path], *, language: str = "", credits_line: str = "") -> Imported:
    return import_course(
        paths[0],
        translations=paths[1:],
        limits=Limits(),
        options=RunOptions(listed=True),
        now=NOW,
        language=language,
        credits_line=credits_line,
    )


def exported(version: Version, folder: Path) -> list[Path]:
    """One archive for each language, in the order of an import."""
    paths = []
    for language in languages_of(version):
        paths.append(folder / f"out-{language}-{version.pk}.tar.gz")
        export_to(paths[-1], version, language=language)
    return paths


def assert_comes_home(done: Imported, folder: Path) -> None:
    """Its export, imported again as it is, is the version that is there."""
    version = done.run.version
    again = brought_in(exported(version, folder))
    assert (again.version, again.changed) == (done.version, False)
    assert Version.objects.filter(course=version.course).count() == done.version


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=[pytest.mark.long] if "math" in path.name else []) for path in COURSES],
    ids=lambda path: path.name.partition(".")[0],
)
def test_the_export_of_a_course_is_the_same_version_when_it_is_imported_again(path: Path, tmp_path: Path) -> None:
    assert_comes_home(brought_in([path]), tmp_path)


def test_so_is_that_of_a_course_whose_language_and_authors_the_operator_said(tmp_path: Path) -> None:
    done = brought_in([COURSES[1]], language="fi", credits_line="Anna & “Bo”, CC BY")
    assert_comes_home(done, tmp_path)


@pytest.mark.long
def test_the_demonstration_in_two_languages_comes_home_from_one_file_a_language(tmp_path: Path) -> None:
    done = brought_in([own_archive(language, tmp_path / f"{language}.tar.gz") for language in ("fr", "en")])
    assert languages_of(done.run.version) == ("fr", "en")
    assert_comes_home(done, tmp_path)


@pytest.mark.long
def test_what_a_translation_lacks_is_in_its_archive_in_the_language_that_learners_see(tmp_path: Path) -> None:
    done = published(folder(tmp_path / "text")).done
    version = done.run.version
    first = languages_of(version)[0]
    lent = [entry for _place, entry in from_json(version.outline).entries.values() if list(entry.contents) == [first]]
    assert lent
    paths = exported(version, tmp_path)
    with open_archive(paths[1], Limits()) as archive:
        blocks = {block.id: block for block in read_course(archive).root.walk()}
    assert all(blocks[entry.id].content and blocks[entry.id].attributes["cordee_language"] == first for entry in lent)
    brought_in(paths)
    assert list(Version.objects.filter(course=version.course)) == [version]
    alone = brought_in(paths[1:])
    made = Version.objects.get(course=alone.run.course, number=alone.version)
    assert all(entry.contents for _place, entry in from_json(made.outline).entries.values())


@pytest.mark.long
def test_a_large_course_comes_home_and_takes_few_statements(tmp_path: Path) -> None:
    path = tmp_path / "large.tar.gz"
    large_course.write(path)
    done = brought_in([path])
    version = version_of(done.run.key)
    with CaptureQueriesContext(connection) as seen, (tmp_path / "x.tar.gz").open("wb") as out:
        write_export(out, version)
    assert len(seen) <= 6
    assert_comes_home(done, tmp_path)


ODD: Mapping[str, Mapping[str, Any]] = {
    "levels that the author left out": {
        "course/course/2026.xml": '<course language="en"><problem url_name="p"><p/></problem>'
        '<sequential url_name="s"><html url_name="h">x</html></sequential>'
        '<chapter url_name="c"><vertical url_name="v"/><chapter url_name="cc"><html url_name="h2">y</html></chapter>'
        "</chapter></course>"
    },
    "no level at all": {"course/course/2026.xml": '<course language="en"><html url_name="h">x</html></course>'},
    "a unit whose file is no XML": {
        "course/course/2026.xml": '<course language="en"><chapter url_name="c"><sequential url_name="s">'
        '<vertical url_name="v"/></sequential></chapter></course>',
        "course/vertical/v.xml": "<vertical><p>never closed",
    },
    "an image in the text": {
        "course/html/t1.html": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">',
    },
    "names that no address holds": {
        "course/course.xml": '<course url_name="été 2026" org="École d’Ingénieurs" course="RÉS 101"/>',
        "course/course/été 2026.xml": '<course language="en"><chapter url_name="a b"><html>x</html></chapter></course>',
    },
    "files beside the course": {"README.md": "read me", "course/data/x.bin": b"\xff\x00", "other/x.bin": b"\xff\x01"},
    "a policy of a block and one of none": {
        "course/policies/2026/policy.json": json.dumps(
            {
                "course/2026": {"language": "en", "acme": {"n": 0.5, "é": None}},
                "problem/practice": {"weight": 2, "1 x": "\u0007"},
                "sequential/s0": {"display_name": "From the policy", "graded": True},
                "static_tab/x": {"name": "X"},
            }
        )
    },
    "a language that nobody writes": {
        "course/policies/2026/policy.json": '{"course/2026": {"language": "something-long"}}',
        "course/course/2026.xml": '<course><html url_name="h">x</html></course>',
    },
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_course_comes_home_too(what: str, tmp_path: Path) -> None:
    files = course_files() | {
        path: data if isinstance(data, bytes) else data.encode() for path, data in ODD[what].items()
    }
    assert_comes_home(imported(files, tmp_path), tmp_path)


def test_what_a_version_of_an_earlier_release_kept_is_exported_too(tmp_path: Path) -> None:
    done = imported(course_files(section='due="2026-12-01T00:00:00Z"'), tmp_path)
    version = Version.objects.get(pk=done.run.version_id)
    for name in ("grading", "policies", "elsewhere", "made"):
        del version.extra["en"][name]
    (path,) = exported(version, tmp_path)
    again = brought_in([path])
    assert again.changed is False  # what was not kept was worked out from the rest


def test_a_version_that_kept_nothing_beside_its_outline_gives_the_same_course_of_it(tmp_path: Path) -> None:
    done = imported(course_files(section='due="2026-12-01T00:00:00Z"'), tmp_path)
    before = Version.objects.get(pk=done.run.version_id).outline
    Version.objects.filter(pk=done.run.version_id).update(extra={}, report={})
    (path,) = exported(Version.objects.get(pk=done.run.version_id), tmp_path)
    after = Version.objects.get(pk=brought_in([path]).run.course.versions.order_by("-number").first().pk).outline  # type: ignore[union-attr]  # it was imported just now
    assert after["modules"] == before["modules"]
    assert after["assignment_types"] == before["assignment_types"]


def texts_of(path: Path) -> dict[str, bytes]:
    with open_archive(path) as found:
        return {key.removeprefix("course/"): found.read(key) for key in found.members}


def test_links_dates_and_names_of_files_are_as_the_author_wrote_them(tmp_path: Path) -> None:
    text = '<a href="/jump_to_id/capital">a</a><img src="/asset-v1:Ingenia+TST101+2026+type@asset+block@a_b.png">'
    files = course_files(text=text, section='due="&quot;2026-12-01&quot;"') | {"course/static/a b.png": b"\x89PNG"}
    done = imported(files, tmp_path)
    found = texts_of(exported(done.run.version, tmp_path)[0])
    assert found["html/t1.html"].decode() == text
    assert found["static/a b.png"] == b"\x89PNG"
    assert b'due="&quot;2026-12-01&quot;"' in found["sequential/s_capital.xml"]


def test_subtitles_that_were_made_here_are_not_files_of_the_author(tmp_path: Path) -> None:
    done = brought_in([ROOT / "tests" / "data" / "courses" / "one-of-each.tar.gz"])
    made = [name for name in done.run.version.files["fr"] if name.startswith("captions-")]
    assert made
    found = texts_of(exported(done.run.version, tmp_path)[0])
    assert not [name for name in made if f"static/{name}" in found]


def test_a_key_of_a_run_gives_its_version_and_one_of_a_course_the_latest(tmp_path: Path) -> None:
    imported(course_files(), tmp_path)
    imported(course_files(text="<p>New"), tmp_path)
    assert version_of("Ingenia+TST101+2026").number == 1
    assert version_of("Ingenia+TST101").number == 2
    assert version_of("Ingenia+TST101", 1).number == 1


@pytest.mark.parametrize(
    ("key", "number", "why"),
    [
        ("Ingenia+TST101+2030", None, "no session Ingenia"),
        ("Ingenia+NONE", None, "no course Ingenia"),
        ("nothing", None, "no course nothing"),
        ("Ingenia+TST101", 7, "no version 7"),
    ],
)
def test_what_is_not_there_is_said(key: str, number: int | None, why: str, tmp_path: Path) -> None:
    imported(course_files(), tmp_path)
    with pytest.raises(NotFound, match=why):
        version_of(key, number)


def test_a_language_that_the_version_has_not_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    version = imported(course_files(), tmp_path).run.version
    target = tmp_path / "out"
    target.mkdir()
    with pytest.raises(InputRefused, match="It is in: en"):
        export_to(target / "x.tar.gz", version, language="de")
    assert list(target.iterdir()) == []


def test_a_file_that_is_there_stays_unless_one_says_otherwise(tmp_path: Path) -> None:
    version, path = imported(course_files(), tmp_path).run.version, tmp_path / "x.tar.gz"
    path.write_text("mine")
    with pytest.raises(Conflict, match="--force"):
        export_to(path, version)
    assert path.read_text() == "mine"
    export_to(path, version, replace=True)
    assert path.read_bytes().startswith(b"\x1f\x8b")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".cordee")] == []


@pytest.mark.parametrize("replace", [True, False])
def test_an_export_that_is_broken_off_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replace: bool
) -> None:
    version = imported(course_files() | {"course/static/a.bin": b"\xff" * 9}, tmp_path).run.version
    target = tmp_path / "out"
    target.mkdir()
    if replace:
        (target / "x.tar.gz").write_text("mine")

    def stopped(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_to(target / "x.tar.gz", version, replace=replace, progress=stopped)
    assert [(one.name, one.read_text()) for one in target.iterdir()] == ([("x.tar.gz", "mine")] if replace else [])


def test_a_file_that_another_wrote_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    version, path = imported(course_files(), tmp_path).run.version, tmp_path / "x.tar.gz"

    def meanwhile(_done: int, _total: int) -> None:
        path.write_text("theirs")

    with pytest.raises(Conflict):
        export_to(path, version, progress=meanwhile)
    assert path.read_text() == "theirs"


@pytest.mark.parametrize("path", ["", "nowhere/x.tar.gz"])
def test_a_place_where_no_file_can_be_is_refused(path: str, tmp_path: Path) -> None:
    version = imported(course_files(), tmp_path).run.version
    with pytest.raises(InputRefused):
        export_to(tmp_path / path, version)


def test_a_file_that_the_storage_has_lost_is_named(tmp_path: Path) -> None:
    version = imported(course_files() | {"course/static/lost.bin": b"\xff lost"}, tmp_path).run.version
    storage().delete(version.files["en"]["lost.bin"][0])
    with pytest.raises(CordeeError, match=r"lost\.bin"):
        write_export(io.BytesIO(), version)


def test_a_course_is_exported_under_the_names_that_its_author_gave_it(tmp_path: Path) -> None:
    files = course_files() | {
        "course/course.xml": '<course url_name="été 2026" org="École" course="RÉS 101"/>'.encode(),
        "course/course/été 2026.xml": b'<course language="en"><html url_name="h">x</html></course>',
    }
    course = olx_course_of(imported(files, tmp_path).run.version, "en")
    assert (course.organisation, course.number, course.run) == ("École", "RÉS 101", "été 2026")


def test_the_same_version_always_gives_the_same_bytes(tmp_path: Path) -> None:
    number = imported(course_files(), tmp_path).run.version_id
    first, second = io.BytesIO(), io.BytesIO()
    write_export(first, Version.objects.get(pk=number))
    write_export(second, Version.objects.get(pk=number))
    assert first.getvalue() == second.getvalue()
