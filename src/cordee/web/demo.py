"""Which world does the demonstration show? An invented federation, two courses of our own, a real one from Open edX."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from cordee import __version__
from cordee.bilan.office import editing, packing
from cordee.bilan.office import queries as office
from cordee.core import clock
from cordee.core.errors import N_, Conflict, NotFound
from cordee.courses.importing import import_course
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.text.publishing import publish_folder
from cordee.formats.archives import Limits
from cordee.jobs.site import demo_content, remember_demo_content
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
from cordee.people.queries import account_by_email
from cordee.people.signing_up import make_account
from cordee.web.command_language import gettext as _
from cordee.web.demo_catalogue import fill_catalogue, fill_pages
from cordee.web.environment import data_folder

PASSWORD = "demo-cordee"  # noqa: S105 - printed at each start; a demo is served on loopback only
ZONE = "Europe/Paris"
SIMULATED_FILES = "Ingenia_CABLE_2026_T?_*"
FINNISH_RUN = "JYU+MA8-K7+2026"
OWN_RUN = "Ingenia+RES101+2026"
C_RUN = "Lerins+C101+2026"
FINNISH_CREDITS = "Marika Toivola, Tiina Härkönen, Kai Kaskela, Denis Zhidkikh (CC BY 3.0)"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody whom one can be in the demo."""

    who: str
    email: str
    password: str


LEARNER = Login(N_("learner"), "awa@demo.example", PASSWORD)
TEACHER = Login(N_("teacher"), "helene@demo.example", PASSWORD)


def load(*, say: Callable[[str], None]) -> Sequence[Login]:
    """Make what is missing of the demo's world; a second call with the same course files changes nothing."""
    content = fingerprint(data_folder())
    if demo_content() == content:
        return (LEARNER, TEACHER)
    now = clock.now()
    with _simulated_session(say):
        _own_course(now, say)
        _finnish_course(now, say)
        _c_course(now, say)
    say(_("Writing the catalogue: 34 courses, their schools and their paths."))
    fill_catalogue(data_folder(), now=now)
    fill_pages(data_folder(), now=now)
    _person(LEARNER, "Awa Diallo", now)
    teacher = _person(TEACHER, "Hélène Castagnier", now)
    # Of the whole site: whatever is imported into the demo is hers to look at, too.
    for role in (Role.TEACHER, Role.PROGRAMME_MANAGER):
        grant_role(account=teacher, role=role, scope="", granted_by=None, now=now)
    remember_demo_content(content)
    return (LEARNER, TEACHER)


def fingerprint(folder: Path) -> str:
    """Changes when a file of the demo does."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _own_course(now: dt.datetime, say: Callable[[str], None]) -> None:
    say(_("Publishing the course From cable to packet, from its text, in French and English."))
    publish_folder(data_folder() / "from-cable-to-packet", options=RunOptions(key=OWN_RUN, listed=True), now=now)


def _finnish_course(now: dt.datetime, say: Callable[[str], None]) -> None:
    say(_("Loading a real course exported from Open edX (in Finnish)."))
    if Run.objects.filter(key=FINNISH_RUN).exists():
        return
    options = RunOptions(key=FINNISH_RUN, listed=True, opens_at=now.replace(hour=0, minute=0, second=0, microsecond=0))
    import_course(
        data_folder() / "math-percent-fi.tar.gz",
        limits=Limits(),
        options=options,
        now=now,
        language="fi",
        credits_line=FINNISH_CREDITS,
    )


def _c_course(now: dt.datetime, say: Callable[[str], None]) -> None:
    say(_("Publishing the course C, step by step, from its text."))
    options = RunOptions(key=C_RUN, listed=True, opens_at=now.replace(hour=0, minute=0, second=0, microsecond=0))
    publish_folder(data_folder() / "c-step-by-step", options=options, now=now)


@contextlib.contextmanager
def _simulated_session(say: Callable[[str], None]) -> Iterator[None]:
    """Read two sessions of simulated learners for the pilot, as a host would have exported them, meanwhile.

    In a process of its own: the one that goes on to watch the site holds no column store.
    """
    files = sorted((data_folder() / "pilot" / "fun").glob(SIMULATED_FILES))
    if not files:
        raise NotFound(N_("The sample data is not in {folder}. Install Cordée again."), folder=data_folder() / "pilot")
    store = str(settings.CORDEE.pilot_folder)
    words = ["pilot", "import", *map(str, files), "--store", store, "--host", "FUN", "--json"]
    with tempfile.TemporaryFile() as heard:
        reading = subprocess.Popen([sys.executable, "-m", "cordee.web.cli", *words], stdout=heard)  # noqa: S603 - ours
        try:
            yield
            say(_("Reading two sessions of simulated learners for the pilot: 2,500 and 6,000."))
        finally:
            code = reading.wait()
        if code:
            heard.seek(0)
            raise Conflict(
                N_("The sample data of the pilot could not be read: {why}"), why=heard.read().decode(errors="replace")
            )


def fill_office(folder: Path, mark: Path) -> None:
    """Put the programme of a folder into the pages of its office; what somebody wrote there since the last time stays.

    `mark` is the file that keeps in which state this left them.
    """
    there = office.held()
    if there.state != (mark.read_text("utf-8") if mark.exists() else ""):
        return
    manager = account_by_email(TEACHER.email)
    editing.store_all(sheets=packing.read(folder).sheets, state=there.state, account=manager, now=clock.now())
    mark.write_text(office.held().state, "utf-8")


def _person(login: Login, name: str, now: dt.datetime) -> Account:
    known = account_by_email(login.email)
    if known is not None:
        return known
    return make_account(email=login.email, name=name, password=login.password, language="fr", time_zone=ZONE, now=now)
