"""Does a real site, started as an operator starts it, stand what clients do to it?"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from cordee.core.signing import sign_file
from cordee.core.storage import LocalFolder
from cordee.web import keys
from cordee.web.tests.running import Site, csrf_token, raw, running_site, status_of, wait_for

ENOUGH_S = 5.0  # a site that is held up does not answer at all; a busy machine answers late
pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="counts processes in /proc")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site"), "--workers", "2", CORDEE_FORM_BYTES="1M") as running:
        yield running


def stored_file(site: Site, data: bytes, *, name: str = "film.mp4", content_type: str = "video/mp4") -> str:
    stored = LocalFolder(site.home / "files").put(io.BytesIO(data))
    key = keys.key(site.home, keys.FILES)
    today = dt.datetime.now(dt.UTC).date()
    path = sign_file(key, sha256=stored.sha256, name=name, content_type=content_type, day=today)
    return f"{site.content_url}{path}"


def is_well(origin: str) -> bool:
    try:
        return httpx.get(f"{origin}/health", timeout=5).text == "ok\n"
    except httpx.HTTPError:
        return False


def assert_clean(answer: bytes) -> None:
    assert status_of(answer) in {0, *range(400, 500)}, answer[:200]  # 0: the connection was closed
    assert b"Traceback" not in answer


@pytest.mark.parametrize("verb", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "BREW", "GETT"])
def test_an_unknown_verb_is_refused(site: Site, verb: str) -> None:
    answer = raw(site.port, f"{verb} / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert_clean(answer)
    assert is_well(site.url)


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/health%00.css",
        "/%0d%0aSet-Cookie:a=b",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/../../etc/passwd",
        "/static/../keys/site",
        "/static/%2e%2e/keys/site",
        "/static/..%2fkeys%2fsite",
        "/%c0%ae%c0%ae/",
        "/%ff%fe",
        "/%zz",
        "/%",
        "/" + "a" * 3000,
        "/" + "a/" * 1500,
        "//evil.example/",
        "/\\evil.example",
        "/fr%00/",
        "/🧗",
    ],
)
def test_a_path_that_is_none_gets_a_clean_answer(site: Site, path: str) -> None:
    answer = raw(site.port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert_clean(answer)
    assert b"Set-Cookie:a=b" not in answer.partition(b"\r\n\r\n")[0]
    assert keys.key(site.home, keys.SITE).hex().encode() not in answer


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: five\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "X-Long: " + "a" * 500_000 + "\r\n",
        "".join(f"X-{number}: a\r\n" for number in range(10_000)),
        "Cookie: " + "a=b; " * 20_000 + "\r\n",
        "Cookie: csrf=\xe9; cordee_session=\x01\r\n",
        "Host: evil.example\r\n",
        "Range: bytes=" + "0-1," * 5000 + "\r\n",
        "Accept-Language: " + "a-b;q=0.1," * 5000 + "\r\n",
        "Content-Type: multipart/form-data\r\n",
    ],
)
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_headers_made_to_confuse_break_nothing(site: Site, verb: str, head: str) -> None:
    request = f"{verb} /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}Connection: close\r\n\r\nhello".encode("latin-1")
    answer = raw(site.port, request, seconds=3)
    assert status_of(answer) < 500, answer[:200]
    assert b"Traceback" not in answer
    assert is_well(site.url)


def test_a_host_that_is_not_ours_is_refused(site: Site) -> None:
    assert httpx.get(f"{site.url}/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_an_address_given_by_the_reader_changes_neither_links_nor_who_they_are(site: Site) -> None:
    spoofed = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    answer = httpx.get(f"{site.url}/sign-in", headers=spoofed)
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert "Secure" not in answer.headers.get("Set-Cookie", "")


def test_ten_thousand_parameters_are_refused(site: Site) -> None:
    with httpx.Client(base_url=site.url) as client:
        token = csrf_token(client, "/sign-in")
        form = {"csrfmiddlewaretoken": token} | {f"p{number}": "1" for number in range(10_000)}
        assert client.post("/sign-in", data=form).status_code == 400
        many = "&".join(f"{number}=1" for number in range(7_000))  # a longer address does not leave httpx
        assert client.get(f"/sign-in?{many}").status_code in {200, 400}
    assert is_well(site.url)


def test_ten_megabytes_in_a_form_are_refused_with_413(site: Site) -> None:
    with httpx.Client(base_url=site.url) as client:
        token = csrf_token(client, "/sign-in")
        answer = client.post("/sign-in", data={"csrfmiddlewaretoken": token, "email": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_form_from_elsewhere_is_refused(site: Site, method: str) -> None:
    for headers in ({}, {"Origin": "http://evil.example"}, {"Content-Type": "text/plain"}):
        answer = httpx.request(method, f"{site.url}/sign-in", headers=headers, content=b"email=a")
        assert answer.status_code in {403, 405}


def test_every_page_carries_the_headers_that_protect_readers(site: Site) -> None:
    for path, status in (("/sign-in", 200), ("/nothing-here", 404), ("/health", 200)):
        answer = httpx.get(f"{site.url}{path}")
        assert answer.status_code == status
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
        content = f"http://localhost:{site.port + 1}"
        assert policy == {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": f"'self' {content}",
            "media-src": f"'self' {content}",
            "font-src": "'self'",
            "connect-src": "'self'",
            "frame-ancestors": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
        }
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert len(answer.headers["X-Request-Id"]) == 16


def test_a_refusal_comes_in_the_readers_language_and_as_json_when_asked(site: Site) -> None:
    page = httpx.get(f"{site.url}/nothing", headers={"Accept-Language": "fr-CA,fr;q=0.9"})
    assert (page.status_code, page.headers["Content-Language"]) == (404, "fr")
    answer = httpx.get(f"{site.url}/nothing", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert set(answer.json()) == {"error"}


def test_the_number_on_a_refusal_is_in_the_log(site: Site) -> None:
    number = httpx.get(f"{site.url}/nothing-to-log").headers["X-Request-Id"]
    assert wait_for(lambda: site.log().count(f"[{number}]") == 2, 5)  # ours and Django's


def test_a_style_sheet_is_served_for_long_under_its_hashed_name(site: Site) -> None:
    names = json.loads((site.home / "static" / "staticfiles.json").read_text("utf-8"))["paths"]
    name = names["ui/cordee.css"]
    answer = httpx.get(f"{site.url}/static/{name}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/css")
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_a_range_of_a_file_is_given_by_the_real_server(site: Site) -> None:
    data = os.urandom(300_000)
    address = stored_file(site, data)
    answer = httpx.get(address, headers={"Range": "bytes=100000-199999"})
    assert (answer.status_code, answer.content) == (206, data[100_000:200_000])
    assert answer.headers["Content-Range"] == "bytes 100000-199999/300000"
    assert httpx.get(address).content == data
    assert httpx.head(address).headers["Content-Length"] == "300000"
    assert httpx.get(address, headers={"Range": "bytes=300000-"}).status_code == 416


def test_a_file_name_with_accents_survives_the_real_server(site: Site) -> None:
    answer = httpx.get(stored_file(site, b"<svg/>", name="schéma du réseau.svg", content_type="image/svg+xml"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "inline; filename*=UTF-8''sch%C3%A9ma%20du%20r%C3%A9seau.svg"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")


def test_eight_slow_downloads_stop_neither_pages_nor_files(site: Site) -> None:
    address = stored_file(site, os.urandom(30_000_000))
    path = address.removeprefix(site.content_url)
    slow = []
    try:
        for _ in range(8):
            connection = socket.create_connection(("127.0.0.1", site.port + 1))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            connection.recv(100)
            slow.append(connection)
        assert worst_of(f"{site.url}/sign-in") < ENOUGH_S
        assert worst_of(stored_file(site, b"small")) < ENOUGH_S
    finally:
        for connection in slow:
            connection.close()


def test_eight_readers_who_take_a_page_slowly_do_not_stop_the_others(site: Site) -> None:
    slow = []
    try:
        for _ in range(8):
            connection = socket.create_connection(("127.0.0.1", site.port))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256)
            connection.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 20)
            slow.append(connection)
        assert worst_of(f"{site.url}/sign-in") < ENOUGH_S
    finally:
        for connection in slow:
            connection.close()


def test_eight_senders_who_write_a_form_slowly_do_not_stop_the_others(site: Site) -> None:
    slow = []
    before = site.log()
    cookie = f"csrf={httpx.get(f'{site.url}/sign-in').cookies['csrf']}"  # without it the form is not even read
    head = f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Length: 1000\r\n"
    try:
        for _ in range(8):
            connection = socket.create_connection(("127.0.0.1", site.port))
            connection.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nemail=".encode())
            slow.append(connection)
        time.sleep(0.3)
        assert worst_of(f"{site.url}/sign-in") < ENOUGH_S
    finally:
        for connection in slow:
            connection.close()
    assert wait_for(lambda: is_well(site.url), 5)
    assert "Traceback" not in site.log()[len(before) :]  # who goes away half-way is no error of ours


def worst_of(address: str) -> float:
    """Seconds of the slowest of ten requests, four at a time; a failure is 99."""
    url = httpx.URL(address)

    def ask(_: int) -> float:
        began = time.monotonic()
        request = f"GET {url.raw_path.decode()} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        answer = raw(url.port or 80, request.encode())
        return time.monotonic() - began if status_of(answer) == 200 else 99.0

    with ThreadPoolExecutor(4) as pool:
        return max(pool.map(ask, range(10)))


def test_a_page_process_that_is_killed_is_replaced_while_others_answer(site: Site) -> None:
    before = [pid for pid, role in site.processes().items() if role == "web worker"]
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    assert wait_for(lambda: is_well(site.url), 5)

    def replaced() -> bool:
        now = {pid for pid, role in site.processes().items() if role == "web worker"}
        return len(now) == 2 and before[0] not in now

    assert wait_for(replaced, 15)
    assert wait_for(lambda: is_well(site.url), 5)


@pytest.mark.parametrize("role", ["web main", "files main"])
def test_a_server_that_is_killed_is_started_again(site: Site, role: str) -> None:
    (pid,) = [pid for pid, found in site.processes().items() if found == role]
    os.kill(pid, signal.SIGKILL)

    def again() -> bool:
        return pid not in site.processes() and role in site.processes().values() and is_well(site.url)

    assert wait_for(again, 20)
    assert wait_for(lambda: is_well(site.content_url), 10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_takes_seconds_and_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    with running_site(tmp_path, "--workers", "2") as site:
        assert len(site.processes()) == 5
        began = time.monotonic()
        site.supervisor.send_signal(number)
        assert site.supervisor.wait(15) == 0
        assert time.monotonic() - began < 10
        assert site.processes() == {}
        assert "Stopped." in site.log()


def test_a_supervisor_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    with running_site(tmp_path, "--workers", "2") as site:
        site.supervisor.kill()
        site.supervisor.wait()
        assert wait_for(lambda: site.processes() == {}, 10)


def test_behind_https_every_cookie_is_bound_to_host_and_https(tmp_path: Path) -> None:
    public = {"CORDEE_URL": "https://learn.example.org", "CORDEE_CONTENT_URL": "https://files.example.org"}
    with running_site(tmp_path, "--workers", "1", CORDEE_TRUSTED_PROXIES="127.0.0.1", **public) as site:
        headers = {"Host": "learn.example.org", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
        page = httpx.get(f"{site.url}/sign-in", headers=headers)
        assert page.status_code == 200
        assert page.headers["Strict-Transport-Security"].startswith("max-age=")
        cookies = page.headers.get_list("Set-Cookie")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        headers |= {"Referer": "https://learn.example.org/sign-in", "Cookie": cookies[0].partition(";")[0]}
        form = {"csrfmiddlewaretoken": token[1], "language": "en"}
        answer = httpx.post(f"{site.url}/language", headers=headers, data=form)
        assert answer.status_code == 302
        cookies += answer.headers.get_list("Set-Cookie")
        assert len(cookies) >= 2
        for cookie in cookies:
            assert cookie.startswith("__Host-"), cookie
            assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), cookie
            assert "Domain" not in cookie
        foreign = headers | {"Referer": "https://evil.example/"}
        assert httpx.post(f"{site.url}/language", headers=foreign, data=form).status_code == 403


def test_one_kind_of_process_can_run_alone(tmp_path: Path) -> None:
    with running_site(tmp_path, "--only", "files") as site:
        assert set(site.processes().values()) == {"files main", "files worker"}
        assert httpx.get(stored_file(site, b"alone")).content == b"alone"
        assert not is_well(site.url)


def test_an_empty_site_prints_a_link_that_makes_the_operator_once(tmp_path: Path) -> None:
    with running_site(tmp_path, "--workers", "1") as site:
        assert wait_for(lambda: "/set-up/" in site.log(), 5)
        found = re.search(r"/set-up/\S+", site.log())
        assert found is not None
        form = {"name": "Inès Martin", "email": "ines@example.org", "password": "a long enough password"}
        with httpx.Client(base_url=site.url) as client:
            form["csrfmiddlewaretoken"] = csrf_token(client, found[0])
            assert client.post(found[0], data=form).status_code == 302
            assert client.get(found[0]).status_code == 404
            assert client.post("/sign-in", data=form).status_code == 302
            assert client.get("/account").status_code == 200
