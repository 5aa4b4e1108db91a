"""Which world is broken on purpose? A real site with one course, and learners who send its forms as browsers do.

The database is new: on the PostgreSQL server that TEST_POSTGRESQL names when it is set, else an SQLite file in the
site's folder.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import httpx

from cordee.web.tests.running import (
    CORDEE,
    START_S,
    Site,
    copy_database,
    cordee,
    environment,
    free_pair_of_ports,
    share_library,
    wait_for,
)

PASSWORD = "seven grey mountain goats"  # noqa: S105 - of learners who live for a minute
COURSE, RUN = "Ingenia+TST101", "Ingenia+TST101+2026"
OPEN = """<problem display_name="Open"><numericalresponse answer="4"><formulaequationinput/></numericalresponse>
</problem>"""
PICK = """<problem display_name="Pick"><multiplechoiceresponse><choicegroup type="MultipleChoice">
<choice correct="true">a</choice><choice correct="false">b</choice></choicegroup></multiplechoiceresponse></problem>"""
WORD = """<problem display_name="Word"><stringresponse answer="rope" type="ci"><textline/></stringresponse></problem>"""
QUIZZES = {"open": OPEN, "pick": PICK, "word": WORD}
ANSWERS = {"open": ("4", "5", "6"), "pick": ("choice_0", "choice_1"), "word": ("rope", "ROPE", "string")}
ACCOUNTS = 3000
MAKE_ACCOUNTS = """
import sys
from django.contrib.auth.hashers import make_password
from cordee.core import clock
from cordee.people.models import Account
now, hashed = clock.now(), make_password(sys.argv[2])
emails = [f"learner{number}@essai.example" for number in range(int(sys.argv[1]))]
Account.objects.bulk_create(
    [
        Account(
            email=email, email_key=email, name="Mariama Essai", password=hashed, language="fr",
            time_zone="Europe/Paris", created_at=now, confirmed_at=now,
        )
        for email in emails
    ],
    batch_size=500,
)
"""
SECONDS = 20.0  # that a browser waits

_browsers: list[httpx.Client] = []


@dataclass(frozen=True, slots=True)
class World:
    """A folder with a database and a course; `serve` runs a site on it."""

    home: Path
    port: int
    settings: dict[str, str]

    @property
    def is_sqlite(self) -> bool:
        return not self.settings.get("CORDEE_DATABASE", "").startswith("postgres")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, *words: str) -> Site:
        """Start the site and wait until it answers."""
        log = self.home / "log.txt"
        began = log.stat().st_size if log.exists() else 0
        with log.open("a") as output:
            supervisor = subprocess.Popen(  # noqa: S603 - our own command
                [*CORDEE, "serve", "--port", str(self.port), *words],
                env=environment(self.home, self.settings),
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        site = Site(self.home, self.port, supervisor)
        wait_for(lambda: "answers at" in site.log()[began:] or supervisor.poll() is not None, START_S)
        assert supervisor.poll() is None, site.log()[began:]
        return site

    def stop(self, site: Site) -> None:
        """End it, kindly first, and close everybody's browser."""
        if site.supervisor.poll() is None:
            site.supervisor.terminate()
        try:
            site.supervisor.wait(30)
        except subprocess.TimeoutExpired:
            site.supervisor.kill()
            site.supervisor.wait()
        while _browsers:
            _browsers.pop().close()

    def run(self, code: str, *words: str) -> str:
        """Run Python with this world's settings, in a process of its own; what it prints."""
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", f"import django; django.setup()\n{code}", *words],
            env=environment(self.home, self.settings) | {"DJANGO_SETTINGS_MODULE": "cordee.web.settings"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def make_world(home: Path, *, database: str | None = None, **settings: str) -> World:
    """A site's folder with a migrated database and one published course."""
    home.mkdir(parents=True, exist_ok=True)
    engine = new_database() if database is None else database
    chosen = {**({"CORDEE_DATABASE": engine} if engine else {}), "CORDEE_LOG_LEVEL": "warning", **settings}
    world = World(home, free_pair_of_ports(), chosen)
    share_library(home)
    if database or "CORDEE_HOME" not in os.environ:  # a database that somebody named, or nobody takes copies away
        _fill(world)
        return world
    made = _made(is_sqlite=world.is_sqlite)
    shutil.copytree(made.home, home, dirs_exist_ok=True)
    if not world.is_sqlite:
        _run_on_server(f'DROP DATABASE "{_named(engine)}"')  # empty still
        copy_database(_named(made.settings["CORDEE_DATABASE"]), _named(engine))
    return world


def _fill(world: World) -> None:
    for words in (["migrate"], ["course", "import", str(course_archive(world.home / "course.tar.gz"))]):
        done = cordee(*words, home=world.home, **world.settings)
        assert done.returncode == 0, done.stderr
    world.run(MAKE_ACCOUNTS, str(ACCOUNTS), PASSWORD)


@cache
def _made(*, is_sqlite: bool) -> World:
    """Such a world, made once and never served: the others are its copies."""
    home = Path(tempfile.mkdtemp(prefix="world-", dir=os.environ["CORDEE_HOME"]))  # removed with the tests' own
    engine = "" if is_sqlite else new_database()
    world = World(home, 0, {"CORDEE_LOG_LEVEL": "warning"} | ({"CORDEE_DATABASE": engine} if engine else {}))
    _fill(world)
    return world


def new_database() -> str:
    """A database of its own on the PostgreSQL server that TEST_POSTGRESQL names; "" for SQLite without one."""
    server = os.environ.get("TEST_POSTGRESQL", "")
    if not server:
        return ""
    name = f"faults_{uuid.uuid4().hex[:12]}"
    _run_on_server(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


def _run_on_server(statement: str) -> None:
    psycopg = importlib.import_module("psycopg")
    with psycopg.connect(f"{os.environ['TEST_POSTGRESQL']}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def _named(database: str) -> str:
    return database.rpartition("/")[2]


def course_archive(path: Path, *, text: str = "Read this.", due: str = "") -> Path:
    """The course as Open edX exports it: one text, and one graded section a quiz. `due`: e.g. "2026-12-01T00:00Z"."""
    limit = f' due="{due}"' if due else ""
    graded = "".join(
        f'<sequential url_name="s_{name}" display_name="{name}" graded="true" format="Quiz"{limit}>'
        f'<vertical url_name="v_{name}" display_name="{name}"><problem url_name="{name}"/></vertical></sequential>'
        for name in QUIZZES
    )
    root = (
        '<course display_name="A course to break" language="en"><chapter url_name="m1" display_name="Module">'
        '<sequential url_name="s0" display_name="Reading"><vertical url_name="u1" display_name="To read">'
        f'<html url_name="t1"/></vertical></sequential>{graded}</chapter></course>'
    )
    policy = {"course/2026": {"start": "2026-01-01T00:00:00Z", "language": "en"}}
    grader = [{"type": "Quiz", "short_label": "Q", "min_count": len(QUIZZES), "drop_count": 0, "weight": 1.0}]
    files = {
        "course/course.xml": '<course url_name="2026" org="Ingenia" course="TST101"/>',
        "course/course/2026.xml": root,
        "course/html/t1.xml": '<html filename="t1" display_name="A text"/>',
        "course/html/t1.html": f"<p>{text}</p>",
        "course/policies/2026/policy.json": json.dumps(policy),
        "course/policies/2026/grading_policy.json": json.dumps({"GRADER": grader, "GRADE_CUTOFFS": {"Pass": 0.6}}),
        **{f"course/problem/{name}.xml": problem for name, problem in QUIZZES.items()},
    }
    with tarfile.open(path, "w:gz") as tar:
        for name, words in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(words.encode())
            tar.addfile(member, io.BytesIO(words.encode()))
    return path


@dataclass(slots=True)
class Form:
    """What a page shows to be filled: an answer's form of one activity."""

    activity: str
    action: str
    form_id: str
    token: str
    input_name: str


@dataclass(slots=True)
class Learner:
    """One person with a browser."""

    url: str
    email: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, timeout=SECONDS)
        _browsers.append(self.client)

    def arrive(self) -> None:
        """Sign in, enrol. The world made the account: a new one would wait for its letter."""
        answer = self.post("/sign-in", "/sign-in", email=self.email, password=PASSWORD)
        assert answer.status_code == 302, answer.text[:500]
        answer = self.post("/account", f"/runs/{RUN}/enrol")
        assert answer.status_code == 302, answer.text[:500]

    def post(self, page: str, address: str, **words: str) -> httpx.Response:
        """Open a page for its token, then send a form."""
        return self.client.post(address, data={"csrfmiddlewaretoken": token_of(self.client.get(page).text), **words})

    def form(self, activity: str) -> Form:
        """Open the unit and read the form of an activity."""
        answer = self.client.get(f"/runs/{RUN}/units/v_{activity}")
        assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
        return form_in(answer.text, activity)

    def send(self, form: Form, value: str, *, as_json: bool = False, url: str = "") -> httpx.Response:
        """Hand an answer in, without or with script."""
        words = {"csrfmiddlewaretoken": form.token, "form_id": form.form_id, form.input_name: value}
        headers = {"Accept": "application/json"} if as_json else {}
        return self.client.post(f"{url}{form.action}", data=words, headers=headers)


def token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


def form_in(page: str, activity: str) -> Form:
    action = f"/runs/{RUN}/activities/{activity}/submissions"
    found = re.search(rf'<form[^>]*action="{re.escape(action)}[#"].*?</form>', page.replace("%2B", "+"), re.DOTALL)
    assert found, page[:3000]
    text = found[0]
    identifier = re.search(r'name="form_id" value="([^"]+)"', text)
    field_name = re.search(r'name="([^"]+_2_1)"', text)
    assert identifier, text
    assert field_name, text
    return Form(activity, action, identifier[1], token_of(text), field_name[1])


def is_accepted(answer: httpx.Response) -> bool:
    """Whether the site said that it has the answer."""
    return answer.status_code == 303 or (answer.status_code == 200 and "receipt" in answer.text)


def someone() -> str:
    """One of the accounts of every world, most likely one that no other test has taken."""
    return f"learner{secrets.randbelow(ACCOUNTS)}@essai.example"
