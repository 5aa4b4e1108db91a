"""What has to be true before the site is served, and what does the demo do before that?"""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cordee.core.errors import N_, Conflict, NotAllowed
from cordee.web import keys, serving, watching
from cordee.web.command_language import gettext as _
from cordee.web.environment import Environment, checkout, default_home, host_of
from cordee.web.terminal import set_up_django
from cordee.web.watching import Watch

if TYPE_CHECKING:
    from cordee.web.demo import Login

DEMO_MARK = "demo.txt"
IMT = "imt"
PROGRAMME = "programme"  # folder of the simulated programme in that of the demo
OFFICE = "office.txt"  # which state of the programme office's pages the demo left
SLICE = ("abc-du-c", "roches", "impact")  # courses
DEMO_TEXT = "This folder holds a demonstration of Cordée. `cordee demo --reset` empties it.\n"


def serve(*, host: str | None, port: int | None, workers: int | None, only: str | None) -> None:
    """Serve until told to stop. Raises `CordeeError` when the site, or the one process `only`, cannot start."""
    place = serving.place_for(host, port)
    if only == "laboratory":
        from cordee.sandbox.c.toolchain import zig_folder
        from cordee.sandbox.confinement import require_confinement

        require_confinement()
        zig_folder()
    _prepare(place, only)
    news = _set_up_link() if only in {None, "web"} else ()
    count = workers or serving.worker_count(Environment.read())
    watching.begin(Watch(place.host, place.port, count, only, news, _("Stopped.")))


def demo(*, port: int | None, reset: bool, world: str = "", say: serving.Say) -> None:
    """Prepare the demo's world when there is none, and serve it on this machine.

    With a simulated programme of three courses in its pilot and its review, or with `world` of all.
    """
    home = demo_home()
    os.environ["CORDEE_HOME"] = str(home)
    os.environ.setdefault("CORDEE_GUIDE", "yes")
    os.environ.setdefault("CORDEE_OPERATOR", "Alliance Ingénia")
    os.environ.setdefault("CORDEE_LOG_FORMAT", "text")
    os.environ.setdefault("CORDEE_LOG_LEVEL", "warning")
    for name in ("CORDEE_DATABASE", "CORDEE_URL", "CORDEE_CONTENT_URL"):  # of a real site: none of the demo's business
        os.environ.pop(name, None)
        os.environ.pop(f"{name}_FILE", None)
    place = serving.place_for(None, port)
    serving.check_ports(place, None)
    if reset:
        _forget(home, say)
    _claim(home)
    logins = [_words_of(login) for login in _load_world(say)]
    _simulate_programme(home, is_whole=bool(world), say=say)
    _prepare(place, None)
    news = (
        *logins,
        "  " + _("Review of the programme (simulated): {url}").format(url=f"{Environment.read().url}/bilan/"),
    )
    goodbye = _("Stopped. Start it again with the same command: what you did in it is kept.")
    watching.begin(Watch(place.host, place.port, serving.worker_count(Environment.read()), None, news, goodbye, True))


def _simulate_programme(home: Path, *, is_whole: bool, say: serving.Say) -> None:
    """Make what is missing of the simulated programme: its runs in the pilot, its tables in the pages of its office.

    In a process of its own, which shows how far it is. What was made is kept, also a whole programme where three
    courses would do. Raises `Conflict` where it could not be made.
    """
    from cordee.web import demo

    folder = home / PROGRAMME
    is_whole = is_whole or _is_whole(folder)
    words = ["bilan", "world", str(folder), "--store", str(Environment.read().pilot_folder)]
    if not is_whole:
        words += [word for id_ in SLICE for word in ("--course", id_)]
    say(
        _("Simulating a programme: 25 courses, 340,000 enrolments. It is kept for the next start.")
        if is_whole
        else _("Simulating three courses of a programme, for its review.")
    )
    command = [sys.executable, "-m", "cordee.web.cli", *words]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode:  # noqa: S603 - our own command
        raise Conflict(N_("The simulated programme could not be made: the lines above say why."))
    demo.fill_office(folder, home / OFFICE)


def _is_whole(folder: Path) -> bool:
    """Is the programme that was made there all of it, not only some courses?"""
    try:
        about = json.loads((folder / "world.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return "only" in about and not about["only"]


def demo_home() -> Path:
    """The demo's own folder: CORDEE_HOME when set, else beside the other data."""
    given = os.environ.get("CORDEE_HOME", "").strip()
    if given:
        return Path(given).expanduser().absolute()
    return default_demo_home()


def default_demo_home() -> Path:
    """Where the demo lives when nobody says otherwise."""
    return default_home() / "demo" if checkout() else default_home().with_name("cordee-demo")


def _prepare(place: serving.Place, only: str | None) -> None:
    """Everything that may forbid serving, then the static files."""
    serving.check_ports(place, only)
    environment = Environment.read()
    refuse_unusable(environment)
    set_up_django()
    from django.core.management import call_command
    from django.db import connections

    from cordee.jobs.site import is_demo
    from cordee.people import erasing, erasures
    from cordee.web import database, static
    from cordee.web.backups.restoring import refuse_half_restored

    refuse_half_restored(environment.home)
    database.refuse_missing(environment)
    keys.make_all(environment.home)
    database.refuse_older()
    if erasures.must_replay():
        erasing.replay()
    if is_demo() and not (serving.is_loopback(place.host) and serving.is_loopback(host_of(environment.url))):
        raise NotAllowed(
            N_(
                "This database is a demonstration, whose passwords everybody knows, so it is served on 127.0.0.1 only."
                " Leave --host and CORDEE_URL out, or set CORDEE_HOME to a new folder for a real site."
            )
        )
    static.collect()
    environment.files_folder.mkdir(parents=True, exist_ok=True)
    call_command("check", stdout=io.StringIO())  # what is broken is said once, here, and not by each process in turn
    connections.close_all()


def refuse_unusable(environment: Environment) -> None:
    """Raise OSError when the folder of a database in a file cannot be used: migrating would not help then."""
    file = environment.database_file
    if file is None or file.is_file():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file.parent))
    if file.exists():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))


def _set_up_link() -> tuple[str, ...]:
    """What to say when nobody runs the site yet."""
    from django.db import connections

    from cordee.web.setting_up import new_link

    link = new_link()
    connections.close_all()
    words = _("Nobody runs this site yet. Make the operator’s account, once, at {url}")
    return () if link is None else (words.format(url=f"{Environment.read().url}{link}"),)


def _words_of(login: Login) -> str:
    words = _("{who}: {email}, password {password}")
    return "  " + words.format(who=_(login.who), email=login.email, password=login.password)


def _claim(home: Path) -> None:
    """Make the demo's folder, or recognise it. Raises `Conflict` when it is somebody else's."""
    mark = home / DEMO_MARK
    if mark.is_file():
        return
    if home.is_dir() and any(home.iterdir()):
        raise Conflict(
            N_("{home} holds something that is no demonstration. Set CORDEE_HOME to another folder for the demo."),
            home=home,
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.write_text(DEMO_TEXT, "utf-8")


def _forget(home: Path, say: serving.Say) -> None:
    """Empty the demo's folder. Raises `NotAllowed` on any other folder, `Conflict` while it is served."""
    if not home.exists():
        return
    if not (home / DEMO_MARK).is_file():
        raise NotAllowed(
            N_("{home} is not a folder of the demo, so nothing in it is removed. Remove it yourself if you mean it."),
            home=home,
        )
    if serving.is_in_use(home):
        raise Conflict(N_("The demo in {home} is running. Stop it with Ctrl-C, then try again."), home=home)
    say(_("Forgetting the demo in {home}.").format(home=home))
    shutil.rmtree(home)


def _load_world(say: serving.Say) -> Sequence[Login]:
    """A database up to date, marked as a demonstration, with the demo's world in it."""
    set_up_django()
    from cordee.jobs.site import mark_as_demo
    from cordee.web import database, demo

    say(_("Preparing the database."))
    database.migrate(Environment.read(), progress=lambda _done, _total: None)
    mark_as_demo()
    return demo.load(say=say)
