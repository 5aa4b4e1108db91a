"""Does a teacher see the numbers of his runs, at once, and nobody else's?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from cordee.core import clock
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import small_run
from cordee.learning.enrolling import enrol
from cordee.learning.tests.cohorts import make_cohort, make_member, make_organisation
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
from cordee.people.sessions import cookie_name, write_claim
from cordee.people.tests.make import make_account, make_session
from cordee.pilot import live, refreshing, sealing

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CORDEE", dataclasses.replace(settings.CORDEE, home=tmp_path / "home"))


def reader(account: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies[cookie_name()] = write_claim(make_session(account))
    return client


def teacher_of(scope: str, role: Role = Role.TEACHER) -> Client:
    account = make_account()
    grant_role(account=account, role=role, scope=scope, granted_by=None, now=clock.now())
    return reader(account)


def funnel(client: Client, run: str) -> dict[str, object]:
    return client.get(f"/pilot/indicators/funnel.json?run={quote(run, safe='')}").json()[0]  # type: ignore[no-any-return]


def test_what_is_handed_in_counts_on_the_next_page(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    key = enrolment.run.key
    client = teacher_of(f"run:{key}")
    exercises = f"/pilot/indicators/exercises.json?run={quote(key, safe='')}"
    assert funnel(client, key)["enrolled"] == 1
    assert client.get(exercises).json() == []
    hand_in(enrolment, "capital")
    (row,) = client.get(exercises).json()
    assert (row["activity"], row["tried"], row["solved"]) == ("capital", 1, 1)
    make_enrolment(tmp_path, run=enrolment.run)
    assert funnel(client, key)["enrolled"] == 2
    sealing.seal(live.site_store(), now=clock.now)
    refreshing.read_states(live.site_store(), key, clock.now())
    told = funnel(client, key)
    assert (told["enrolled"], told["started_any"]) == (2, 1)
    page = client.get(f"/pilot/run?run={quote(key, safe='')}")
    assert page.status_code == 200
    html = client.get(f"/pilot/exercise?run={quote(key, safe='')}&activity=capital").content.decode()
    (asked,) = re.findall(r'href="([^"]*/units/[^"]*)"', html)
    assert 'name="' in client.get(asked).content.decode().partition("capital")[2]  # the question itself


def text_of(client: Client, key: str) -> str:
    html = client.get(f"/pilot/run?run={quote(key, safe='')}").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition('<section class="finding"')[2]))


def test_a_session_on_its_first_day_says_how_many_have_begun_and_hides_what_cannot_be_said(tmp_path: Path) -> None:
    run = small_run(tmp_path, options=RunOptions(opens_at=clock.now() - dt.timedelta(seconds=1)))
    client = teacher_of(f"run:{run.key}")
    refreshing.read_states(live.site_store(), run.key, clock.now())
    shown = text_of(client, run.key)
    assert "Nobody is enrolled yet." in shown
    for words in ("( )", "()", "Nothing of it has happened", "Where they stop", "Nobody stands out"):
        assert words not in shown
    learners = [enrol(account=make_account(), run=run, now=clock.now()) for _one in range(16)]
    shown = text_of(client, run.key)
    assert "It opened today: 0 of 16 have begun." in shown
    assert "was here in the last two weeks" not in shown
    for enrolment in learners[:3]:
        hand_in(enrolment, "capital", now=clock.now())
    shown = text_of(client, run.key)
    assert "It opened today: 3 of 16 have begun." in shown
    assert "13 learners never opened anything (13 of them enrolled in the last two weeks)" in shown
    assert "Nobody has stopped yet" in shown
    assert "To help (0)" in shown
    assert " 0.0%" not in shown.partition("Read this as a table")[0]


def test_a_session_without_learners_leads_to_one_that_has_some(tmp_path: Path) -> None:
    empty = small_run(tmp_path, options=RunOptions(key="Ingenia+TST101+empty"))
    other = make_enrolment(tmp_path, run=small_run(tmp_path, options=RunOptions(key="Ingenia+TST101+full"))).run
    for run in (empty, other):
        refreshing.read_states(live.site_store(), run.key, clock.now())
    html = teacher_of("").get(f"/pilot/run?run={quote(empty.key, safe='')}").content.decode()
    finding = html.partition('<section class="finding"')[2].partition("</section>")[0]
    assert f"/pilot/run?run={quote(other.key, safe='')}" in finding


def test_names_are_for_who_teaches_the_run(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path, account=make_account(name="Zoé Quatremer"))
    key = enrolment.run.key
    hand_in(enrolment, "capital")
    sealing.seal(live.site_store(), now=clock.now)
    refreshing.read_states(live.site_store(), key, clock.now())
    address = f"/pilot/run?run={quote(key, safe='')}&who=all"
    shown = teacher_of(f"run:{key}").get(address).content.decode()
    assert "Zoé Quatremer" in shown
    person = re.findall(r'href="(/pilot/learner[^"]*)"', shown)[0].replace("&amp;", "&")
    assert "Zoé Quatremer" in teacher_of(f"run:{key}").get(person).content.decode()
    operator = teacher_of("", Role.OPERATOR)
    page = operator.get(address)
    assert page.status_code == 200
    assert "Zoé Quatremer" not in page.content.decode()
    assert operator.get(person).status_code == 404
    for name in ("learners", "learners.csv", "learners.json", "learners.parquet"):
        assert operator.get(f"/pilot/indicators/{name}?run={quote(key, safe='')}").status_code == 404


def test_a_teacher_sees_the_runs_that_are_his_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    mine = make_enrolment(tmp_path / "one").run
    other = make_enrolment(
        tmp_path / "two", run=small_run(tmp_path / "two", options=RunOptions(key=f"{mine.key}b"))
    ).run
    client = teacher_of(f"run:{mine.key}")
    theirs = quote(other.key, safe="")
    addresses = [
        "run",
        "indicators/funnel",
        "indicators/funnel.csv",
        "exercise",
        "weeks",
        "films",
        "film",
        "world",
        "research",
    ]
    for address in addresses:
        assert client.get(f"/pilot/{address}?activity=x&run={theirs}").status_code == 403, address
    both = f"session={quote(mine.key, safe='')}&session={theirs}"
    for address in ("comparison", "world", "indicators/differences.json", "indicators/survival.csv", "indicators"):
        assert client.get(f"/pilot/{address}?{both}").status_code == 404, address
    assert client.get(f"/pilot/run?run={quote(mine.key, safe='')}&compare={theirs}").status_code == 404
    (row,) = client.get("/pilot/indicators/runs.json").json()
    assert row["course"] == mine.key
    for address in ("/pilot/?all=1", "/pilot/comparison", "/pilot/catalogue", "/pilot/sources", "/pilot/indicators"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert other.key not in page.content.decode()
    seen = {row["course"] for row in teacher_of("", Role.OPERATOR).get("/pilot/indicators/runs.json").json()}
    assert seen == {mine.key, other.key}


def test_who_teaches_a_run_or_runs_the_site_may_give_it_to_researchers(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    for _one in range(10):
        make_enrolment(tmp_path, run=enrolment.run)
    hand_in(enrolment, "capital")
    sealing.seal(live.site_store(), now=clock.now)
    refreshing.read_states(live.site_store(), enrolment.run.key, clock.now())
    address = f"/pilot/research?run={quote(enrolment.run.key, safe='')}"
    note = "For the team of a laboratory, by consent, not to be passed on."
    for client in (teacher_of(f"run:{enrolment.run.key}"), teacher_of("", Role.OPERATOR)):
        assert client.get(address).status_code == 200
        sent = client.post(address, {"note": note, "k": "10", "table": ["submissions", "events", "grades"]})
        assert sent["Content-Type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
            people = archive.read("people.csv").decode().splitlines()
            handed_in = archive.read("submissions.csv").decode().splitlines()
        assert (len(people), len(handed_in)) == (12, 2)
    for client in (teacher_of("run:Else+WHERE1+2026"), teacher_of("", Role.TUTOR), reader(enrolment.account)):
        assert client.get(address).status_code == 403
        assert client.post(address, {"note": note, "k": "10"}).status_code == 403


def test_a_teacher_of_a_run_without_data_gets_nobody_elses(tmp_path: Path) -> None:
    make_enrolment(tmp_path)
    client = teacher_of("run:Else+WHERE1+2026")
    for address in ("/pilot/indicators/funnel.json", "/pilot/indicators/runs.csv", "/pilot/comparison", "/pilot/"):
        assert client.get(address).status_code == 403
    (tmp_path / "empty").mkdir()
    empty = small_run(tmp_path / "empty", options=RunOptions(key="Ingenia+NEW1+2026"))
    client = teacher_of(f"run:{empty.key}")
    for address in ("/pilot/indicators/funnel.json", "/pilot/indicators/runs.csv", "/pilot/comparison"):
        assert client.get(address).status_code == 404
    assert client.get("/pilot/", follow=True).status_code == 200


def test_who_learns_tutors_or_writes_does_not_see_the_pilot(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    key = quote(enrolment.run.key, safe="")
    for client in (reader(enrolment.account), teacher_of("", Role.TUTOR), teacher_of("", Role.AUTHOR)):
        for address in ("", f"run?run={key}", f"indicators/funnel.csv?run={key}", "sources"):
            assert client.get(f"/pilot/{address}").status_code == 403
        assert "/pilot/" not in client.get("/mine").content.decode()
        assert "/pilot/" not in client.get(f"/runs/{key}/").content.decode()


def test_who_may_finds_the_pilot_from_the_outline_and_the_navigation(tmp_path: Path) -> None:
    key = make_enrolment(tmp_path).run.key
    client = teacher_of(f"run:{key}")
    address = f"/pilot/run?run={quote(key, safe='')}"
    for page in (client.get(f"/runs/{quote(key, safe='')}/"), client.get("/mine")):
        assert address in page.content.decode()
        assert 'href="/pilot/"' in page.content.decode()
    assert client.get(address).status_code == 200


def test_a_web_worker_loads_no_column_store_before_it_is_asked_for_numbers() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'cordee.web.settings'; django.setup();"
        "import cordee.web.urls; from django.urls import reverse; print(reverse('pilot:runs'), 'duckdb' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.split() == ["/pilot/", "False"]


@pytest.mark.attack(19)
def test_a_schools_teacher_sees_the_numbers_of_his_cohort_and_nothing_of_another(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path).run
    own = make_cohort("Class of Alpine", organisation=make_organisation("Alpine"), run=run)
    other = make_cohort("Class of Other", organisation=make_organisation("Other"), run=run)
    for cohort, size in ((own, 12), (other, 11)):
        for number in range(size):
            make_member(cohort, make_account(name=f"{cohort.name} {'abcdefghijklm'[number]}"))
    refreshing.read_states(live.site_store(), run.key, clock.now())
    client, key = teacher_of("org:Alpine"), quote(run.key, safe="")
    assert funnel(client, run.key)["enrolled"] == 12
    page = client.get(f"/pilot/run?run={key}")
    assert page.status_code == 200
    html = page.content.decode()
    assert "Class of Alpine" in html
    assert "Class of Other" not in html
    assert client.get(f"/pilot/indicators/funnel.json?run={key}&cohort=Class+of+Other").status_code == 404
    assert client.get("/pilot/")["Location"] == f"/pilot/run?run={key}"  # where the menu leads: to the own cohort
    assert client.get("/pilot/indicators/funnel.json").json()[0]["enrolled"] == 12
    assert client.get(f"/pilot/research?run={key}").status_code in (403, 404)
    assert client.get(f"/pilot/letters/{key}/").status_code in (403, 404)
    rows = client.get(f"/pilot/indicators/learners.json?run={key}").json()
    assert len(rows) == 12
    everybody = teacher_of(f"run:{run.key}").get(f"/pilot/indicators/learners.json?run={key}").json()
    outside = next(row for row in everybody if row["cohort"] == "Class of Other")
    assert client.get(f"/pilot/learner?run={key}&learner={outside['actor']}").status_code == 404
    assert client.get(f"/pilot/learner?run={key}&learner={rows[0]['actor']}").status_code == 200
    assert teacher_of("org:Third").get(f"/pilot/run?run={key}").status_code == 403


def test_two_schools_groups_of_one_name_are_not_told_together(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path).run
    for school, size in (("Alpine", 12), ("Other", 11)):
        cohort = make_cohort("Class A", organisation=make_organisation(school), run=run)
        for number in range(size):
            make_member(cohort, make_account(name=f"{school} {'abcdefghijklm'[number]}"))
    refreshing.read_states(live.site_store(), run.key, clock.now())
    key = quote(run.key, safe="")
    for school, size in (("Alpine", 12), ("Other", 11)):
        client = teacher_of(f"org:{school}")
        rows = client.get(f"/pilot/indicators/learners.json?run={key}").json()
        assert {row["cohort"] for row in rows} == {f"Class A ({school})"}
        assert len(rows) == size
        page = client.get(f"/pilot/run?run={key}")
        assert page.status_code == 200
        assert f"Class A ({school})" in page.content.decode()
        other = {"Alpine": "Other", "Other": "Alpine"}[school]
        for name in ("Class A", f"Class A ({other})"):
            asked = f"/pilot/indicators/funnel.json?run={key}&cohort={quote(name)}"
            assert client.get(asked).status_code == 404, name


def test_a_session_of_which_nothing_was_counted_says_what_is_missing(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    client, key = teacher_of(f"run:{run.key}"), quote(run.key, safe="")
    for address in (f"/pilot/letters/{key}/write", f"/pilot/letters/{key}/", f"/pilot/run?run={key}"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Nothing of this session was counted yet" in answer.content.decode()
        assert f'href="/runs/{key}/desk' in answer.content.decode().replace("+", "%2B")
    assert client.post(f"/pilot/letters/{key}/write", {"act": "send"}).status_code == 409
    assert teacher_of("", Role.TUTOR).get(f"/pilot/letters/{key}/write").status_code == 403
    assert teacher_of("course:Ingenia+TST101").get("/pilot/letters/Ingenia+TST101+none/write").status_code == 404
    refreshing.read_states(live.site_store(), run.key, clock.now())
    assert "Nothing of this session" not in client.get(f"/pilot/letters/{key}/write").content.decode()


def test_where_no_file_was_read_it_is_said_that_sessions_played_here_need_none(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    page = teacher_of(f"run:{run.key}").get("/pilot/sources").content.decode()
    assert "Sessions that are played here need no file" in page
