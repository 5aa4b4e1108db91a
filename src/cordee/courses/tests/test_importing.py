from __future__ import annotations

import datetime as dt
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from cordee.core.errors import CordeeError, InputRefused
from cordee.core.storage import LocalFolder
from cordee.courses.assets import storage
from cordee.courses.importing import Imported, _files_kept_on_success, _put, import_course
from cordee.courses.models import Asset, Content, Course, Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.outlines import Bank
from cordee.courses.publishing import take_away
from cordee.courses.queries import outline
from cordee.courses.tests.make import CAPITAL, GRADING, NOW, PYTHON, archive, course_files, imported
from cordee.formats.archives import Limits
from cordee.learning.enrolling import enrol
from cordee.people.tests.make import make_account

pytestmark = pytest.mark.django_db
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def test_an_import_publishes_a_version_and_opens_a_run(tmp_path: Path) -> None:
    done = imported(course_files(), tmp_path)
    assert (done.run.key, done.version, done.changed) == ("Ingenia+TST101+2026", 1, True)
    assert done.run.pass_mark == 0.6
    assert done.run.opens_at == dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


def test_the_lowest_cut_off_is_the_pass_mark_and_the_operator_may_set_another(tmp_path: Path) -> None:
    letters = GRADING | {"GRADE_CUTOFFS": {"A": 0.9, "B": 0.7, "C": 0.55}}
    assert imported(course_files(grading=letters), tmp_path).run.pass_mark == 0.55
    again = imported(course_files(grading=letters), tmp_path, options=RunOptions(pass_mark=0.8))
    assert (again.run.pass_mark, again.changed) == (0.8, True)
    assert Run.objects.get().pass_mark == 0.8


def test_a_date_limit_without_a_time_ends_with_its_day(tmp_path: Path) -> None:
    version = imported(course_files(section='due="2026-12-01" start="2026-10-01"'), tmp_path).run.version
    section = outline(version.sha256).places["v_capital"].section
    assert section.due_at == dt.datetime(2026, 12, 1, 23, 59, 59, tzinfo=dt.UTC)
    assert section.opens_at == dt.datetime(2026, 10, 1, tzinfo=dt.UTC)


def test_what_lies_in_a_container_earns_its_points(tmp_path: Path) -> None:
    files = course_files()
    root = files["course/course/2026.xml"].decode()
    held = root.replace(
        '<problem url_name="capital"/>',
        '<library_content url_name="bank" max_count="1"><problem url_name="capital"/></library_content>'
        '<problem url_name="sum2"/>',
    )
    files |= {"course/course/2026.xml": held.encode(), "course/problem/sum2.xml": files["course/problem/sum.xml"]}
    entries = outline(imported(files, tmp_path).run.version.sha256).entries
    assert (entries["bank"][1].kind, entries["capital"][1].points, entries["sum2"][1].points) == ("container", 1.0, 1.0)
    assert entries["bank"][1].choice == Bank(1)


def test_the_same_content_again_changes_nothing(tmp_path: Path) -> None:
    imported(course_files(), tmp_path)
    again = imported(course_files(), tmp_path, now=NOW + dt.timedelta(days=1))
    assert not again.changed
    assert (Version.objects.count(), Run.objects.count()) == (1, 1)


def test_changed_content_makes_the_next_version_and_leaves_the_open_run_on_its_own(tmp_path: Path) -> None:
    imported(course_files(), tmp_path)
    done = imported(course_files(text="<p>Read that.</p>"), tmp_path)
    assert (done.version, done.changed, done.kept_on) == (2, True, 1)


def test_a_run_moves_to_the_new_version_when_told(tmp_path: Path) -> None:
    imported(course_files(), tmp_path)
    done = imported(course_files(text="<p>Read that.</p>"), tmp_path, options=RunOptions(update_run=True))
    assert done.kept_on == 2


def test_what_did_not_change_is_kept_once(tmp_path: Path) -> None:
    imported(course_files(), tmp_path)
    before = Content.objects.count()
    imported(course_files(text="<p>Read that.</p>"), tmp_path)
    assert Content.objects.count() == before + 1


OLD = {"start": "2019-09-01T00:00:00Z", "end": "2019-12-31T00:00:00Z", "enrollment_end": "2019-09-30T00:00:00Z"}
NEW_DATES = RunOptions(opens_at=NOW, closes_at=NOW + dt.timedelta(days=30))


def test_the_end_of_enrolment_of_an_export_holds_with_the_dates_of_the_export(tmp_path: Path) -> None:
    run = imported(course_files(policy=OLD), tmp_path).run
    assert run.enrolment_closes_at == dt.datetime(2019, 9, 30, tzinfo=dt.UTC)


def test_an_old_export_opened_at_new_dates_can_be_enrolled_in(tmp_path: Path) -> None:
    run = imported(course_files(policy=OLD), tmp_path, options=NEW_DATES).run
    assert run.enrolment_closes_at is None
    assert enrol(account=make_account(), run=run, now=NOW).run == run


def test_a_run_given_other_dates_forgets_the_end_of_enrolment_of_its_export(tmp_path: Path) -> None:
    imported(course_files(policy=OLD), tmp_path)
    again = imported(course_files(policy=OLD), tmp_path, options=NEW_DATES)
    assert again.changed
    assert Run.objects.get().enrolment_closes_at is None


@pytest.mark.parametrize("end", ["2019-08-31T00:00:00Z", "2019-09-01T00:00:00Z", "2020-01-01T00:00:00Z"])
def test_an_end_of_enrolment_outside_the_run_is_left_out(tmp_path: Path, end: str) -> None:
    assert imported(course_files(policy=OLD | {"enrollment_end": end}), tmp_path).run.enrolment_closes_at is None


def test_dates_that_cross_are_told_as_they_were_given(tmp_path: Path) -> None:
    paris = ZoneInfo("Europe/Paris")
    options = RunOptions(
        opens_at=dt.datetime(2026, 12, 10, tzinfo=paris).astimezone(dt.UTC),
        closes_at=dt.datetime(2026, 12, 1, 23, 59, 59, tzinfo=paris).astimezone(dt.UTC),
    )
    with (
        timezone.override("Pacific/Noumea"),  # whoever reads: the zone of the site counts
        pytest.raises(InputRefused, match="close on 2026-12-01 before it opens on 2026-12-10"),
    ):
        imported(course_files(), tmp_path, options=options)


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    files = course_files() | {"course/static/a.txt": b"a file that this test alone has"}
    with pytest.raises(InputRefused, match="before it opens"):
        imported(files, tmp_path, options=RunOptions(closes_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))
    assert (Course.objects.count(), Content.objects.count(), Asset.objects.count()) == (0, 0, 0)
    assert not [
        path for path in storage().root.rglob("*") if path.is_file() and b"this test alone" in path.read_bytes()
    ]


def shared_files(number: str, data: bytes) -> dict[str, bytes]:
    return course_files(number=number) | {"course/static/shared.txt": data}


def is_kept(done: Imported) -> bool:
    """Every file that the version shows is there."""
    files = done.run.version.files
    return all(storage().exists(sha256) for names in files.values() for sha256, _kind in names.values())


def test_an_import_that_fails_takes_no_file_from_one_that_stored_it_and_has_not_published_yet(tmp_path: Path) -> None:
    data = b"a file of two courses, the first of which fails"
    failing = _files_kept_on_success()
    added = failing.__enter__()
    _put("shared.txt", iter([data]), added)
    assert added

    def fail_now(done: int, total: int) -> None:
        if done == total:  # all files of the second are stored; then the first fails
            failing.__exit__(InputRefused, InputRefused("no"), None)
            assert not storage().exists(added[0])

    path = archive(shared_files("TST102", data), tmp_path / "second.tar.gz")
    done = import_course(path, limits=Limits(), options=RunOptions(), now=NOW, progress=fail_now)
    assert storage().exists(added[0])
    assert is_kept(done)


@pytest.mark.django_db(transaction=True)
def test_files_are_not_taken_away_while_another_import_publishes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking whether a file is published and removing it, the other import must not get a word in."""
    added: list[str] = []
    _put("shared.txt", iter([b"a file that is published at the very moment"]), added)
    path = archive(shared_files("TST103", b"a file that is published at the very moment"), tmp_path / "other.tar.gz")
    remove = LocalFolder.delete
    others: list[Future[Imported]] = []

    def publish_elsewhere() -> Imported:
        try:
            return import_course(path, limits=Limits(), options=RunOptions(), now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:

        def remove_late(folder: LocalFolder, sha256: str) -> None:
            """The other goes first where it can: without the lock it publishes meanwhile."""
            if not others:
                others.append(pool.submit(publish_elsewhere))
                wait(others, timeout=3)
            remove(folder, sha256)

        monkeypatch.setattr(LocalFolder, "delete", remove_late)
        take_away(added)
        done = others[0].result()
    assert is_kept(done)


def test_a_translation_joins_the_course(tmp_path: Path) -> None:
    french = course_files(language="fr", title="Un petit cours", text="<p>Lisez ceci.</p>")
    done = imported(course_files(), tmp_path, translations=(french,))
    found = outline(done.run.version.sha256)
    assert found.titles == {"en": "A small course", "fr": "Un petit cours"}
    _place, text = found.entries["t1"]
    assert text.contents["en"] != text.contents["fr"]


def test_a_translation_with_other_blocks_is_refused_and_says_where(tmp_path: Path) -> None:
    french = course_files(language="fr", quizzes={"capital": CAPITAL})
    with pytest.raises(InputRefused, match="“fr” has"):
        imported(course_files(), tmp_path, translations=(french,))


def test_images_written_into_the_text_become_files(tmp_path: Path) -> None:
    done = imported(course_files(text=f'<p><img alt="dot" src="data:image/png;base64,{PNG}"></p>'), tmp_path)
    (name,) = done.run.version.files["en"]
    assert name.startswith("image-")
    sha256, content_type = done.run.version.files["en"][name]
    assert content_type == "image/png"
    assert storage().path(sha256).read_bytes().startswith(b"\x89PNG")


def test_an_activity_graded_by_python_earns_no_points_and_says_why(tmp_path: Path) -> None:
    done = imported(course_files(quizzes={"py": PYTHON}), tmp_path)
    _place, entry = outline(done.run.version.sha256).entries["py"]
    assert (entry.points, entry.ungradable) == (0.0, "customresponse")


def test_a_run_key_of_another_course_is_refused(tmp_path: Path) -> None:
    imported(course_files(), tmp_path)
    with pytest.raises(InputRefused, match="belongs to the course"):
        imported(course_files(number="TST202"), tmp_path, options=RunOptions(key="Ingenia+TST101+2026"))


@pytest.mark.parametrize("key", ["a b", "x/../y", "é", "a+b+c+d", "a+b+"])
def test_a_run_key_that_no_address_can_hold_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(InputRefused, match="not the key of a session"):
        imported(course_files(), tmp_path, options=RunOptions(key=key))


def test_unreadable_dates_are_told_and_left_out(tmp_path: Path) -> None:
    done = imported(course_files(section='due="next Tuesday"'), tmp_path)
    assert "unreadable-date" in {line["code"] for line in done.run.version.report["warnings"]}
    found = outline(done.run.version.sha256)
    assert found.modules[0].sections[1].due_at is None


@pytest.mark.parametrize("data", [b"", b"not an archive", b"\x1f\x8b\x08\x00" + b"\x00" * 20])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(data)
    with pytest.raises(CordeeError):
        import_course(path, limits=Limits(), options=RunOptions(), now=NOW)
    assert Course.objects.count() == 0


def test_an_archive_without_a_course_is_refused(tmp_path: Path) -> None:
    path = archive({"readme.txt": b"hello"}, tmp_path / "x.tar.gz")
    with pytest.raises(InputRefused, match=r"course\.xml"):
        import_course(path, limits=Limits(), options=RunOptions(), now=NOW)
