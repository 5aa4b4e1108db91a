"""Does whoever may take a course away get it, and nobody else?"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cordee.core import clock
from cordee.core.signing import verify_file
from cordee.courses import handing_over
from cordee.courses.assets import storage
from cordee.courses.handing_over import KIND, forget_archives, made_files, make_archive
from cordee.courses.models import Run, Version
from cordee.courses.tests.make import course_files, imported
from cordee.formats.archives import open_archive
from cordee.jobs.models import Job
from cordee.jobs.performing import perform_next
from cordee.people.granting import grant_role
from cordee.people.models import Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client
from cordee.web import retention
from cordee.web.worker import works_apart

pytestmark = pytest.mark.django_db
PAGE = "/runs/Ingenia+TST101+2026/export"


@pytest.fixture(autouse=True)
def _without_archives() -> Iterator[None]:
    yield
    shutil.rmtree(made_files().root, ignore_errors=True)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return imported(course_files(), tmp_path, translations=(course_files(language="fr"),)).run


def who(role: Role | None, scope: str) -> Client:
    account = make_account()
    if role is not None:
        grant_role(account=account, role=role, scope=scope, granted_by=None, now=clock.now())
    return signed_in_client(account)


def teacher_of(run: Run) -> Client:
    return who(Role.TEACHER, f"run:{run.key}")


def work_off() -> None:
    while perform_next(works_apart()) <= 0:
        pass


def download_links(client: Client) -> list[str]:
    return re.findall(r'href="([^"]+\?save)"', client.get(PAGE).content.decode())


def test_a_teacher_asks_for_the_archive_and_downloads_what_imports_as_the_same_version(run: Run) -> None:
    teacher = teacher_of(run)
    assert download_links(teacher) == []
    assert teacher.post(PAGE, {"language": "fr"}).headers["Location"] == PAGE
    assert "The archive is being made." in teacher.get(PAGE).content.decode()
    work_off()
    (link,) = download_links(teacher)
    path = urlsplit(link).path
    given = verify_file(bytes(settings.FILES_KEY), path, today=clock.now().astimezone(dt.UTC).date())
    assert given is not None
    assert given.name == "Ingenia-TST101-v1-fr.tar.gz"
    with open_archive(made_files().path(given.sha256)) as archive:
        policy = json.loads(archive.read("course/policies/2026/policy.json"))
    assert policy["course/2026"]["language"] == "fr"


def test_asking_twice_is_asking_once(run: Run) -> None:
    teacher = teacher_of(run)
    for _again in range(2):
        assert teacher.post(PAGE, {"language": "en"}).status_code == 302
    assert Job.objects.filter(kind=KIND).count() == 1
    (line,) = StaffAct.objects.filter(act="course.export")
    assert (line.place, line.about, line.people) == (f"run:{run.key}", "version 1 (en)", 0)
    work_off()
    teacher.post(PAGE, {"language": "en"})  # of the page of before, in a second tab
    assert Job.objects.filter(kind=KIND, done_at=None).count() == 0


def test_a_language_that_the_course_has_not_is_refused(run: Run) -> None:
    teacher = teacher_of(run)
    for language in ("de", "", "../../x"):
        assert teacher.post(PAGE, {"language": language}).status_code == 400
    assert not Job.objects.filter(kind=KIND).exists()


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        (Role.AUTHOR, "course:Ingenia+TST101", 200),
        (Role.TEACHER, "org:Ingenia", 200),
        (Role.OPERATOR, "", 200),
        (Role.TEACHER, "run:Ingenia+OTH101+2026", 403),
        (Role.TUTOR, "run:Ingenia+TST101+2026", 403),
        (Role.SUPPORT, "", 403),
        (Role.PROGRAMME_MANAGER, "", 403),
        (None, "", 403),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_who_answers_for_the_course_may_take_it_away(
    run: Run, role: Role | None, scope: str, status: int, method: str
) -> None:
    client = who(role, scope)
    answer = client.get(PAGE) if method == "get" else client.post(PAGE, {"language": "en"})
    assert answer.status_code == (302 if status == 200 and method == "post" else status)
    assert Job.objects.filter(kind=KIND).exists() is (status == 200 and method == "post")


def test_a_stranger_is_asked_to_sign_in_and_learns_of_no_session(run: Run) -> None:
    stranger = Client()
    for page in (PAGE, PAGE.replace("TST101", "NONE")):
        assert stranger.get(page).status_code in (302, 401)
    nobody = who(None, "")
    assert nobody.get(PAGE).status_code == nobody.get(PAGE.replace("TST101", "NONE")).status_code


def test_a_page_of_another_site_cannot_ask(run: Run) -> None:
    account = make_account()
    grant_role(account=account, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = signed_in_client(account).cookies
    assert browser.post(PAGE, {"language": "en"}).status_code == 403
    assert not Job.objects.filter(kind=KIND).exists()


def test_the_import_report_leads_there_for_who_may_alone(run: Run) -> None:
    report = PAGE.replace("export", "import-report")
    assert PAGE in teacher_of(run).get(report).content.decode()
    assert PAGE not in who(Role.SUPPORT, "").get(report).content.decode()


def test_the_page_takes_few_statements(run: Run) -> None:
    teacher = teacher_of(run)
    teacher.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        assert teacher.get(PAGE).status_code == 200
    assert len(seen) <= 6, [one["sql"] for one in seen.captured_queries]


def test_an_archive_that_cannot_be_made_says_so_on_the_page(tmp_path: Path) -> None:
    run = imported(course_files() | {"course/static/gone.bin": b"\xffgone"}, tmp_path).run
    storage().delete(run.version.files["en"]["gone.bin"][0])
    teacher = teacher_of(run)
    teacher.post(PAGE, {"language": "en"})
    work_off()
    assert "could not be made" in teacher.get(PAGE).content.decode()
    assert list(made_files().root.rglob("*.draft")) == []


def test_what_was_made_goes_after_its_term_and_can_be_asked_for_again(run: Run) -> None:
    version, now = Version.objects.get(pk=run.version_id), clock.now()
    path = make_archive(version, "en")
    draft = made_files().root / "killed.draft"
    draft.write_bytes(b"half")
    before = now - dt.timedelta(days=1)
    assert forget_archives(before=before) == 0
    old = (now - dt.timedelta(days=settings.CORDEE.export_days + 1)).timestamp()
    for one in (path, draft):
        os.utime(one, (old, old))
    retention.apply(now=now)
    assert not path.exists()
    assert not draft.exists()
    assert make_archive(version, "en").exists()


def test_a_release_that_may_write_otherwise_makes_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = handing_over.name_of(run.version.sha256, "en")
    monkeypatch.setattr(handing_over, "__version__", "99")
    assert handing_over.name_of(run.version.sha256, "en") != before
