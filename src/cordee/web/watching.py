"""What does `cordee serve` do while the site is served? It watches: `python -m cordee.web.watching`.

The command prepares with Django, then becomes this program: what lives as long as the site imports neither Django nor
Typer and takes a fifth of the memory. What it has to know comes in one variable, told once: one of the news is secret.
"""

from __future__ import annotations

import json
import logging
import logging.config
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

from cordee.core import figures, memory
from cordee.web import logs, processes, serving
from cordee.web.command_language import gettext as _
from cordee.web.environment import Environment
from cordee.web.terminal import run_to_its_end, say, set_up_django, speak_utf8

WATCH = "_CORDEE_WATCH"


@dataclass(frozen=True, slots=True)
class Watch:
    """What to start, and what to say of it."""

    host: str
    port: int
    workers: int
    only: str | None  # one kind of process
    news: tuple[str, ...]  # when the site answers
    goodbye: str
    fetches_compiler: bool = False  # once the site answers, where it is not installed


def begin(watch: Watch) -> None:
    """Become the process that watches; return, when all has ended, only where a process cannot become another one."""
    if sys.platform == "win32":  # there it would start another process, for which no terminal waits
        keep_watch(watch)
        return
    os.environ[WATCH] = json.dumps(asdict(watch))
    sys.stdout.flush()
    logging.shutdown()
    os.execv(sys.executable, [sys.executable, "-m", "cordee.web.watching"])  # noqa: S606 - our own module


def keep_watch(watch: Watch) -> None:
    """Start the processes and watch them until told to stop."""
    environment = Environment.read()
    place = serving.Place(watch.host, watch.port)
    children = serving.children_for(place, workers=watch.workers, only=watch.only)
    speak = _voice(environment)
    _run(environment, children, speak, lambda supervisor: _announce(environment, place, watch, supervisor, speak))
    speak(watch.goodbye)


def main() -> None:
    """What `begin` starts."""
    speak_utf8()
    told = json.loads(os.environ.pop(WATCH))
    run_to_its_end(lambda: keep_watch(Watch(**told)))


def _voice(environment: Environment) -> serving.Say:
    """What is said: plain lines for who looks at a terminal; for machines, lines of the log like all others."""
    logging.config.dictConfig(logs.configuration(environment, "serve"))
    if logs.format_of(environment) == "text":
        return say
    return lambda text: logging.getLogger("cordee.serve").warning("%s", text)  # whatever the level, an operator sees it


def _run(
    environment: Environment,
    children: list[serving.Child],
    speak: serving.Say,
    ready: Callable[[serving.Supervisor], None],
) -> None:
    board, path = figures.make_board()
    os.environ[processes.BOARD] = path
    supervisor = serving.Supervisor(
        children, speak, board=board, stop_delay_s=environment.stop_delay, stop_wait_s=environment.stop_wait
    )
    stop_metrics = _give_figures(environment, supervisor)
    memory.give_back()
    try:
        with serving.folder_in_use(environment.home, environment.url):
            supervisor.run(lambda: ready(supervisor))
    finally:
        stop_metrics()
        figures.forget_board(path)


def _give_figures(environment: Environment, supervisor: serving.Supervisor) -> Callable[[], None]:
    """Where the operator asks for figures, this process gives them: some are counts of rows, so Django is set up."""
    if environment.metrics is None:
        return lambda: None
    set_up_django()
    from cordee.web import metrics

    return metrics.serve(environment.metrics, supervisor.board, metrics.levels_of(environment, supervisor.running))


def _announce(
    environment: Environment,
    place: serving.Place,
    watch: Watch,
    supervisor: serving.Supervisor,
    speak: serving.Say,
) -> None:
    """Say that the site answers, then the news. Nothing once it was asked to stop."""
    is_ready = serving.wait_until_ready(place, watch.only, still_wanted=lambda: not supervisor.asked_to_stop)
    if supervisor.asked_to_stop:
        return
    if is_ready:
        words = (
            _("The worker of this site works. Stop it with Ctrl-C.")
            if watch.only == "worker"
            else _("The laboratory of this site judges programs. Stop it with Ctrl-C.")
            if watch.only == "laboratory"
            else _("Cordée answers at {url} (files at {content_url}). Stop it with Ctrl-C.")
        )
        speak(words.format(url=environment.url, content_url=environment.content_url))
    else:
        speak(_("The site does not answer yet; the lines above may say why. It is started again when it fails."))
    for line in watch.news:
        speak(line)
    if watch.fetches_compiler:
        from cordee.web.fetching import fetch_compiler

        fetch_compiler(supervisor, serving.laboratory(), speak)


if __name__ == "__main__":
    main()
