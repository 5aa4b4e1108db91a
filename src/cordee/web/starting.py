"""What has to be true before the site is served, and what does the demo do before that?"""

from __future__ import annotations

import errno
import io
import logging
import logging.config
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cordee.core import figures
from cordee.core.errors import N_, Conflict, NotAllowed
from cordee.web import keys, logs, metrics, processes, serving
from cordee.web.command_language import gettext as _
from cordee.web.environment import Environment, checkout, default_home, host_of
from cordee.web.terminal import set_up_django

if TYPE_CHECKING:
    from cordee.web.demo import Login

DEMO_MARK = "demo.txt"
DEMO_TEXT = "This folder holds a demonstration of Cordée. `cordee demo --reset` empties it.\n"


def serve(*, host: str | None, port: int | None, workers: int | None, only: str | None, say: serving.Say) -> None:
    """Serve until told to stop. Raises `CordeeError` when the site must not or cannot start."""
    place = serving.place_for(host, port)
    environment = _prepare(place, only)
    link = _set_up_link() if only in {None, "web"} else None
    say = _voice(environment, say)
    children = serving.children_for(place, workers=workers or serving.worker_count(environment), only=only)

    def ready(supervisor: serving.Supervisor) -> None:
        _announce(environment, place, only, supervisor, say)
        if link is not None:
            words = _("Nobody runs this site yet. Make the operator’s account, once, at {url}")
            say(words.format(url=f"{environment.url}{link}"))

    _run(environment, children, say, ready)
    say(_("Stopped."))


def demo(*, port: int | None, reset: bool, say: serving.Say) -> None:
    """Prepare the demo's world when there is none, and serve it on this machine."""
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
    logins = _load_world(say)
    environment = _prepare(place, None)
    children = serving.children_for(place, workers=serving.worker_count(environment), only=None)
    _run(environment, children, say, lambda one: _announce(environment, place, None, one, say, logins=logins))
    say(_("Stopped. Start it again with the same command: what you did in it is kept."))


def demo_home() -> Path:
    """The demo's own folder: CORDEE_HOME when set, else beside the other data."""
    given = os.environ.get("CORDEE_HOME", "").strip()
    if given:
        return Path(given).expanduser().absolute()
    return default_demo_home()


def default_demo_home() -> Path:
    """Where the demo lives when nobody says otherwise."""
    return default_home() / "demo" if checkout() else default_home().with_name("cordee-demo")


def _prepare(place: serving.Place, only: str | None) -> Environment:
    """Everything that may forbid serving, then the static files."""
    serving.check_ports(place, only)
    environment = Environment.read()
    refuse_unusable(environment)
    set_up_django()
    from django.core.management import call_command
    from django.db import connections

    from cordee.jobs.site import is_demo
    from cordee.web import database, static
    from cordee.web.backups.restoring import refuse_half_restored

    refuse_half_restored(environment.home)
    database.refuse_missing(environment)
    keys.make_all(environment.home)
    database.refuse_older()
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
    return environment


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


def _voice(environment: Environment, say: serving.Say) -> serving.Say:
    """What `serve` says: plain lines for who looks at a terminal; for machines, lines of the log like all others."""
    logging.config.dictConfig(logs.configuration(environment, "serve"))
    if logs.format_of(environment) == "text":
        return say
    return lambda text: logging.getLogger("cordee.serve").warning("%s", text)  # whatever the level, an operator sees it


def _run(
    environment: Environment,
    children: list[serving.Child],
    say: serving.Say,
    ready: Callable[[serving.Supervisor], None],
) -> None:
    """Start the processes and watch them until told to stop."""
    board, path = figures.make_board()
    os.environ[processes.BOARD] = path
    supervisor = serving.Supervisor(
        children, say, board=board, stop_delay_s=environment.stop_delay, stop_wait_s=environment.stop_wait
    )
    stop_metrics = metrics.serve(environment, board, metrics.levels_of(environment, supervisor.running))
    try:
        with serving.folder_in_use(environment.home):
            supervisor.run(lambda: ready(supervisor))
    finally:
        if stop_metrics is not None:
            stop_metrics()
        figures.forget_board(path)


def _set_up_link() -> str | None:
    from django.db import connections

    from cordee.web.setting_up import new_link

    link = new_link()
    connections.close_all()
    return link


def _announce(
    environment: Environment,
    place: serving.Place,
    only: str | None,
    supervisor: serving.Supervisor,
    say: serving.Say,
    logins: Sequence[Login] = (),
) -> None:
    if not serving.wait_until_ready(place, only, still_wanted=lambda: not supervisor.asked_to_stop):
        if not supervisor.asked_to_stop:
            say(_("The site does not answer yet; the lines above may say why. It is started again when it fails."))
        return
    if only == "worker":
        say(_("The worker of this site works. Stop it with Ctrl-C."))
        return
    words = _("Cordée answers at {url} (files at {content_url}). Stop it with Ctrl-C.")
    say(words.format(url=environment.url, content_url=environment.content_url))
    for login in logins:
        words = _("{who}: {email}, password {password}")
        say("  " + words.format(who=_(login.who), email=login.email, password=login.password))


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
