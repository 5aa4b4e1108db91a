"""Is a PostgreSQL server looked at before answers are entrusted to it, and what is wrong with it said clearly?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import psycopg
import pytest

import with_postgresql
from cordee.core.errors import Conflict
from cordee.web import postgresql
from cordee.web.database_url import PostgreSQL, read
from cordee.web.tests.running import (
    POSTGRESQL,
    cordee,
    database_of,
    free_pair_of_ports,
    running_site,
    undo_last_migration,
)

pytestmark = [pytest.mark.with_site, pytest.mark.postgresql_only(reason="asks a server: sh bin/test --postgres")]
GOOD = postgresql.Server(150018, "15.18", "UTF8", fsync=True, synchronous_commit=True)


def place(address: str) -> PostgreSQL:
    found = read(address)
    assert isinstance(found, PostgreSQL)
    return found


def test_a_database_is_made_and_a_later_change_waits_until_it_was_saved(tmp_path: Path) -> None:
    first = json.loads(cordee("migrate", "--json", home=tmp_path).stdout)
    assert first["migrations"] > 0
    assert first["backup"] is None
    undo_last_migration(tmp_path)
    refused = cordee("migrate", home=tmp_path)
    assert refused.returncode == 1
    name = database_of(tmp_path)
    assert f"pg_dump --format=custom --host=127.0.0.1 --port={place(f'{POSTGRESQL}/x').port}" in refused.stderr
    assert f"--file={name}.dump {name}" in refused.stderr
    assert "cordee migrate --saved" in refused.stderr
    assert place(f"{POSTGRESQL}/x").password not in refused.stderr
    assert json.loads(cordee("migrate", "--saved", "--json", home=tmp_path).stdout)["migrations"] == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((r":[0-9a-f]{32}@", ":nonsense@"), "does not let cordee in: password authentication failed"),
        ((r"//cordee:", "//nobody:"), "does not let nobody in"),
        ((r"/site_\w+$", "/elsewhere"), "has no database elsewhere. Make it (createdb --encoding=UTF8 elsewhere)"),
        ((r":\d+/", ":1/"), "cannot be reached at 127.0.0.1:1: Connection refused. Start the server"),
        ((r"$", "?sslmode=require"), "SSL"),
        ((r"$", "?options=-csynchronous_commit%3Doff"), "synchronous_commit=off"),
    ],
)
def test_a_server_that_cannot_be_used_is_said_without_the_password(
    tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    address = f"{POSTGRESQL}/{database_of(tmp_path)}"
    changed = re.sub(*change, address)
    assert changed != address
    done = cordee("migrate", "--json", home=tmp_path, CORDEE_DATABASE=changed)
    assert done.returncode == 1
    assert sentence in json.loads(done.stdout)["error"]
    assert "Traceback" not in done.stderr
    assert place(changed).password not in done.stdout + done.stderr
    if sentence in {"SSL", "synchronous_commit=off"}:
        port = ["--port", str(free_pair_of_ports())]
        for words in (["doctor", *port], ["serve", *port], ["backup", f"{tmp_path}/b.zip"]):
            done = cordee(*words, home=tmp_path, CORDEE_DATABASE=changed)
            assert done.returncode == 1
            assert sentence in done.stdout + done.stderr
            assert place(changed).password not in done.stdout + done.stderr


def test_a_server_that_does_not_wait_for_the_disk_is_not_served_from(tmp_path: Path) -> None:
    with with_postgresql.server({"fsync": "off"}) as address:
        port = str(free_pair_of_ports())
        done = cordee("serve", "--port", port, home=tmp_path, CORDEE_DATABASE=f"{address}/postgres")
    assert done.returncode == 1
    assert "fsync=off: a power cut would lose answers" in done.stderr


def test_a_database_that_cannot_hold_every_name_is_not_used(tmp_path: Path) -> None:
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
        server.execute("CREATE DATABASE narrow ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER 'libc' TEMPLATE template0")
    try:
        done = cordee("migrate", home=tmp_path, CORDEE_DATABASE=f"{POSTGRESQL}/narrow")
    finally:
        with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
            server.execute("DROP DATABASE narrow WITH (FORCE)")
    assert done.returncode == 1
    assert "encoded in LATIN1" in done.stderr


def test_an_account_that_may_not_write_is_told_who_must_own_the_database(tmp_path: Path) -> None:
    name = database_of(tmp_path)
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS reader")
        server.execute("CREATE ROLE reader LOGIN PASSWORD 'hunter2'")
    address = re.sub(r"//.*@", "//reader:hunter2@", f"{POSTGRESQL}/{name}")
    done = cordee("migrate", home=tmp_path, CORDEE_DATABASE=address)
    assert done.returncode == 1
    assert f"ALTER DATABASE {name} OWNER TO" in done.stderr
    assert "hunter2" not in done.stderr


def test_pages_come_again_at_once_when_every_connection_was_cut(tmp_path: Path) -> None:
    with running_site(tmp_path) as site, httpx.Client(base_url=site.url) as client:
        page = "/fr/?asks=rows"  # with a question, so that no kept page answers it
        assert client.get(page).status_code == 200
        with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as server:
            cut = server.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                [database_of(tmp_path)],
            ).fetchall()
        assert cut
        assert [client.get(page).status_code for _ in range(6)] == [200] * 6


def test_the_server_of_the_tests_keeps_what_it_acknowledges_and_is_ours_alone() -> None:
    server = postgresql.look(place(f"{POSTGRESQL}/postgres"))
    assert (server.encoding, server.fsync, server.synchronous_commit) == ("UTF8", True, True)
    with psycopg.connect(f"{POSTGRESQL}/postgres") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SELECT datcollate, daticulocale FROM pg_database WHERE datname = 'postgres'")


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (postgresql.Server(140020, "14.20", "UTF8", fsync=True, synchronous_commit=True), "14.20 is too old"),
        (postgresql.Server(150018, "15.18", "SQL_ASCII", fsync=True, synchronous_commit=True), "SQL_ASCII"),
        (postgresql.Server(150018, "15.18", "UTF8", fsync=False, synchronous_commit=True), "fsync=off"),
        (postgresql.Server(150018, "15.18", "UTF8", fsync=True, synchronous_commit=False), "synchronous_commit=off"),
    ],
)
def test_what_speaks_against_a_server_is_named(server: postgresql.Server, sentence: str) -> None:
    (why,) = postgresql.why_unfit(server)
    assert isinstance(why, Conflict)
    assert sentence in str(why)
    assert postgresql.why_unfit(GOOD) == []
