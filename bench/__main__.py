"""`sh bin/bench [--quick] [--json] [--only NAME]`: measure, beside a floor of the same run.

Every figure is of this machine at this moment. Compare ratios, not figures, between two machines or two days: the rows
`machine/…` say how fast this one is beside the one on which the targets were set.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import bilan, checks, client, code, large_course, machine, pilot, pilot_scale, preview, serving, texts
from bench.rows import Measured, Row, as_table, rows_of
from cordee.formats.olx.writing.course import COMPRESSION
from tests.ports import free_ports

CLIENTS = (1, 16, 64)
WORKERS = 2
WARM_UP = 300  # visits: each process meets the course
MEMORY_MB = 250
IMPORT_S, IMPORT_MB = 10, 300
EXPORT_CPU_S, EXPORT_MB = 3, 300
TEXT_S = 3  # the same course as a folder of text


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=(__doc__ or "").strip())
    parser.add_argument("--quick", action="store_true", help="a second for each load instead of six")
    parser.add_argument("--json", action="store_true", help="rows for a program")
    parser.add_argument("--only", default="", help="only the scenario of this name")
    parser.add_argument("--log", type=Path, help="of the pilot: this tracking log instead of a simulated one of 1 GB")
    parser.add_argument("--events", type=int, default=0, help="of pilot_scale: so many instead of 10 million")
    parser.add_argument("--learners", type=int, default=2000)
    options = parser.parse_args()
    seconds = 1.0 if options.quick else 6.0
    with tempfile.TemporaryDirectory(prefix="cordee-bench-") as folder:
        rows = list(machine.measured(Path(folder)))
        if options.only == "pilot":  # needs no site
            rows += list(pilot.measured(Path(folder), "duckdb", quick=options.quick, log=options.log))
        elif options.only == "pilot_scale":
            rows += list(pilot_scale.measured(Path(folder), "duckdb", quick=options.quick, events=options.events))
        elif options.only == "regrade":  # needs a database and no server
            rows += list(_regraded(Path(folder)))
        elif options.only == "bilan":
            rows += list(bilan.measured(Path(folder), quick=options.quick))
        elif options.only == "code":
            rows += list(code.measured(Path(folder)))
        elif options.only == "check":
            rows += list(checks.measured(Path(folder), "none"))
        elif options.only == "text":
            rows += list(_as_text(Path(folder)))
        elif options.only == "preview":
            rows += list(preview.measured(Path(folder), "none"))
        else:
            rows += list(measure(Path(folder), options.only, options.learners, seconds))
            if not options.only:
                say("pilot")
                rows += pilot.measured(Path(folder), "duckdb", quick=options.quick)
                say("code")
                rows += code.measured(Path(folder))
    if options.json:
        print(json.dumps([row.as_json() for row in rows], indent=1))
    else:
        print(as_table(rows))


def measure(folder: Path, only: str, learners: int, seconds: float) -> Iterator[Row]:
    """Every row, on SQLite or on the server that TEST_POSTGRESQL names."""
    database = _settle(folder)
    say("making the world")
    _make_database(only)
    from django.db import connection, connections

    from bench import launch
    from bench.counting import counted
    from bench.scenarios import scenarios
    from bench.world import make

    engine = connection.vendor
    hour_s = 100 * seconds  # of the launch: its first ten minutes, or a hundred seconds
    world = make(max(learners, launch.learners_of(hour_s)) if only == "launch" else learners)
    wanted = [one for one in scenarios(world) if only in ("", one.name, one.part)]
    counts = {one.name: counted(one.visits) for one in wanted}
    connections.close_all()
    port, floor_port = free_ports(2), free_ports()
    address = {"CORDEE_URL": f"http://127.0.0.1:{port}"}
    site = serving.served(
        serving.cordee_command("serve", "--port", str(port)),
        port=port,
        path="/readyz",
        environment=address,
        log=folder / "site.log",
    )
    floor = serving.served(
        [sys.executable, "-m", "bench.floor", str(floor_port), str(WORKERS)],
        port=floor_port,
        path="/still/1",
        environment={},
        log=folder / "floor.log",
    )
    highest = 0.0
    with site as site_process, floor as floor_process:
        for one in wanted:
            say(one.name)
            size = int(counts[one.name]["html_bytes"])
            real, least = [], []
            client.run(port, one.visits, clients=4, most=WARM_UP, seconds=seconds)
            client.run(floor_port, one.floor(size), clients=4, most=WARM_UP, seconds=seconds)
            for clients in CLIENTS:
                real.append(_loaded(port, one.visits, clients, seconds, [site_process.pid, *database]))
                least.append(_loaded(floor_port, one.floor(size), clients, seconds, [floor_process.pid, *database]))
            highest = max(highest, sum(serving.memory_mb([site_process.pid]).values()))
            yield from rows_of(one.name, engine, _together(real), _together(least), counts[one.name], one.targets)
        if only == "launch":
            say(only)
            yield from launch.measured(world, port, engine, [site_process.pid, *database], seconds=hour_s)
        if only in ("", "programs"):
            from bench import programs

            say("programs")
            yield from programs.measured(world, port, engine)
        held = serving.memory_mb([site_process.pid])
        yield from (Row(f"site/{name}", engine, value, "MB") for name, value in held.items())
        yield Row("site/memory_mb", engine, sum(held.values()), "MB", None, MEMORY_MB)
        yield Row("site/highest_memory_mb", engine, max(highest, sum(held.values())), "MB")
    yield from _without_the_site(folder, only, engine)
    if only in ("", "import"):
        yield from _imported(folder, engine)
        yield from _exported(folder, engine)


def _settle(folder: Path) -> list[int]:
    """Settings of a site in this folder; the processes of its database, where it has any of its own."""
    home = folder / "home"
    settings = {
        "CORDEE_HOME": str(home),
        "CORDEE_TRUSTED_PROXIES": "127.0.0.1",
        "CORDEE_WORKERS": str(WORKERS),
        "DJANGO_SETTINGS_MODULE": "cordee.web.settings",
    }
    server = os.environ.get("TEST_POSTGRESQL", "")
    if server:
        settings["CORDEE_DATABASE"] = _new_database(server)
    os.environ |= settings
    home.mkdir(mode=0o700)
    return serving.beside(os.getpid()) if server else []


def _make_tables(folder: Path) -> None:
    """A site that nobody serves, without a course."""
    import django

    _settle(folder)
    django.setup()
    from cordee.web import database
    from cordee.web.environment import Environment

    database.migrate(Environment.read(), progress=lambda _done, _total: None)


def _regraded(folder: Path) -> Iterator[Row]:
    _make_tables(folder)
    from django.db import connection

    from bench import regrade

    say("regrade")
    yield from regrade.measured(connection.vendor)


def _as_text(folder: Path) -> Iterator[Row]:
    if os.environ.get("TEST_POSTGRESQL"):
        raise SystemExit("bench: text is measured with copies of a SQLite file; leave out --postgres")
    _make_tables(folder)
    say("text")
    yield from texts.measured(folder, Path(os.environ["CORDEE_HOME"]), "sqlite")


def _without_the_site(folder: Path, only: str, engine: str) -> Iterator[Row]:
    """What needs no server."""
    if not only:
        say("check")
        yield from checks.measured(folder, engine)
        say("preview")
        yield from preview.measured(folder, engine)
    if only == "catalogue":
        from bench import catalogue

        yield from catalogue.measured(engine)
    if only in ("", "cohorts"):
        from bench import cohorts

        say("cohorts")
        yield from cohorts.measured(engine)
    if only == "":
        from bench import regrade

        say("regrade")
        yield from regrade.measured(engine)


def _imported(folder: Path, engine: str) -> Iterator[Row]:
    """A large course, read by the command of an operator: how long, and how much memory at most."""
    say("import")
    archive = folder / "large.tar.gz"
    large_course.write(archive)
    begun = time.perf_counter()
    used = _used_by("import", str(archive), "--json")
    yield Row("import/seconds", engine, time.perf_counter() - begun, "s", None, IMPORT_S)
    yield Row("import/cpu_s", engine, used.ru_utime + used.ru_stime, "s")
    yield Row("import/memory_mb", engine, used.ru_maxrss / 1024, "MB", None, IMPORT_MB)


def _exported(folder: Path, engine: str) -> Iterator[Row]:
    """The same course, written for Open edX by the command, beside the packing of the same bytes alone."""
    say("export")
    archive = folder / "exported.tar.gz"
    begun = time.perf_counter()
    used = _used_by("export", large_course.KEY, "--olx", str(archive), "--json")
    seconds, cpu_s = time.perf_counter() - begun, used.ru_utime + used.ru_stime
    with tarfile.open(archive) as found:
        members = [(one, found.extractfile(one).read()) for one in found.getmembers()]  # type: ignore[union-attr]  # files only
    began = time.process_time()
    with tarfile.open(folder / "floor.tar.gz", "w:gz", compresslevel=COMPRESSION) as packed:
        for member, data in members:
            packed.addfile(member, io.BytesIO(data))
    floor_s = time.process_time() - began
    yield Row("export/seconds", engine, seconds, "s")
    yield Row("export/cpu_s", engine, cpu_s, "s", floor_s, EXPORT_CPU_S)
    yield Row("export/memory_mb", engine, used.ru_maxrss / 1024, "MB", None, EXPORT_MB)
    say("export as text")
    begun = time.perf_counter()
    used = _used_by("export", large_course.KEY, "--text", str(folder / "text"), "--json")
    yield Row("export_text/seconds", engine, time.perf_counter() - begun, "s", None, TEXT_S)
    yield Row("export_text/cpu_s", engine, used.ru_utime + used.ru_stime, "s", None, texts.EXPORT_CPU_S)
    yield Row("export_text/memory_mb", engine, used.ru_maxrss / 1024, "MB", None, EXPORT_MB)


def _used_by(*words: str) -> resource.struct_rusage:
    """What `cordee course …` took of the machine."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        serving.cordee_command("course", *words), stdout=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise serving.NotServed(f"cordee course {words[0]} ended with {process.returncode}")
    return used


def say(words: str) -> None:
    """What is going on, for who waits."""
    print(f"bench: {words}", file=sys.stderr, flush=True)


def _new_database(server: str) -> str:
    """An empty database on the server of `bin/bench --postgres`: its address."""
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench")
    return f"{server}/bench"


def _make_database(only: str) -> None:
    import django

    django.setup()
    from cordee.web import database, demo, static
    from cordee.web.environment import Environment

    database.migrate(Environment.read(), progress=lambda _done, _total: None)
    demo.load(say=lambda _words: None)
    static.collect()
    if only == "catalogue":
        from bench import catalogue

        say(f"writing {catalogue.COURSES} courses")
        catalogue.fill()


def _loaded(
    port: int, visits: Iterator[client.Visit], clients: int, seconds: float, roots: list[int]
) -> tuple[client.Load, float]:
    """One load, and the processor seconds that the server and its database spent on it."""
    before = serving.cpu_s(roots)
    load = client.run(port, visits, clients=clients, most=1_000_000, seconds=seconds)
    return load, serving.cpu_s(roots) - before


def _together(found: list[tuple[client.Load, float]]) -> Measured:
    return Measured(tuple(load for load, _cpu in found), tuple(cpu for _load, cpu in found))


if __name__ == "__main__":
    main()
