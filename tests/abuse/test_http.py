"""Does a real site, started as an operator starts it, stand what clients do to it?"""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cordee.core.signing import sign_file
from cordee.core.storage import LocalFolder
from cordee.web import keys
from cordee.web.tests.running import Site, cordee, csrf_token, raw, running_site, status_of, wait_for

ENOUGH_S = 5.0  # a site that is held up does not answer at all; a busy machine answers late
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="counts processes in /proc"),
]


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
        return httpx.get(f"{origin}/healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def assert_clean(answer: bytes) -> None:
    assert status_of(answer) in {0, *range(400, 500)}, answer[:200]  # 0: the connection was closed
    assert b"Traceback" not in answer


@pytest.mark.attack(106)
@pytest.mark.parametrize("verb", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "BREW", "GETT"])
def test_an_unknown_verb_is_refused(site: Site, verb: str) -> None:
    answer = raw(site.port, f"{verb} / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    assert_clean(answer)
    assert is_well(site.url)


@pytest.mark.attack(106)
@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/healthz%00.css",
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


@pytest.mark.attack(106)
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


@pytest.mark.attack(12)
def test_an_address_given_by_the_reader_changes_neither_links_nor_who_they_are(site: Site) -> None:
    spoofed = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    answer = httpx.get(f"{site.url}/sign-in", headers=spoofed)
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert "Secure" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.attack(106)
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


@pytest.mark.attack(108)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_form_from_elsewhere_is_refused(site: Site, method: str) -> None:
    for headers in ({}, {"Origin": "http://evil.example"}, {"Content-Type": "text/plain"}):
        answer = httpx.request(method, f"{site.url}/sign-in", headers=headers, content=b"email=a")
        assert answer.status_code in {403, 405}


@pytest.mark.attack(64)
def test_every_page_carries_the_headers_that_protect_readers(site: Site) -> None:
    for path, status in (("/sign-in", 200), ("/nothing-here", 404)):
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


@pytest.mark.attack(109)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_another_origin_is_told_nothing_it_could_read(site: Site, origin: str) -> None:
    headers = {"Origin": origin, "Cookie": "cordee_session=x", "Access-Control-Request-Method": "POST"}
    for address in (f"{site.url}/sign-in", f"{site.url}/readyz", stored_file(site, b"film")):
        for method in ("GET", "OPTIONS"):
            answer = httpx.request(method, address, headers=headers)
            assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.attack(110)
@pytest.mark.parametrize("path", ["/mine", "/account", "/sign-in", "/nothing"])
@pytest.mark.parametrize("end", ["?x=.css", "/x.css", "%2Fx.css", ";x.css", "%3Fx.css", ".css"])
def test_a_personal_page_cannot_be_made_to_look_like_a_style_sheet(site: Site, path: str, end: str) -> None:
    """Else a cache in between would keep it for everybody."""
    answer = httpx.get(f"{site.url}{path}{end}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "text/css" not in answer.headers.get("Content-Type", "")


@pytest.mark.attack(107)
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"email": "a", "email": "b", "password": 1e999}',
        b"NaN",
        b'"text"',
        b"null",
        b"\xff\xfe\x00",
    ],
)
def test_json_that_is_sent_where_a_form_is_meant_costs_nothing(site: Site, body: bytes) -> None:
    with httpx.Client(base_url=site.url) as client:
        token = csrf_token(client, "/sign-in")
        began = time.monotonic()
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        answer = client.post("/sign-in", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert time.monotonic() - began < ENOUGH_S


@pytest.mark.parametrize("data", [b"<html><script>a()</script>", b"GIF89a/*<svg onload=a()>*/=1", b"%PDF- <script>"])
def test_a_picture_that_is_a_page_is_never_read_as_one(site: Site, data: bytes) -> None:
    answer = httpx.get(stored_file(site, data, name="photo.png", content_type="image/png"))
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert httpx.get(f"{site.url}/files/photo.png").status_code == 404  # never at the origin of the pages


@pytest.mark.attack(115, 116)
@pytest.mark.parametrize("given", ["../../etc/passwd", "xx", "fr/../en", "fr\x00", "<script>", "a" * 10_000])
def test_a_language_or_a_zone_that_is_none_falls_back(site: Site, given: str) -> None:
    cookie = f'language="{given}"; zone="{given}"; theme="{given}"'
    answer = raw(site.port, f"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
    assert status_of(answer) in {200, 400, 431}
    assert b"<script>" not in answer


def test_a_header_with_a_line_break_writes_no_header_and_no_line_of_the_log(site: Site) -> None:
    before = len(site.log())
    head = 'X-Request-Id: a\r\n\tb"}\r\nUser-Agent: {"level": "error"}\r\n'
    answer = raw(site.port, f"GET /x%0a%7b%22level%22 HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n".encode())
    assert_clean(answer)
    wait_for(lambda: "level" in site.log()[before:], 5)
    for line in site.log()[before:].splitlines():
        assert json.loads(line)["level"] in {"info", "warning"}, line


def test_a_refusal_comes_in_the_readers_language_and_as_json_when_asked(site: Site) -> None:
    page = httpx.get(f"{site.url}/nothing", headers={"Accept-Language": "fr-CA,fr;q=0.9"})
    assert (page.status_code, page.headers["Content-Language"]) == (404, "fr")
    answer = httpx.get(f"{site.url}/nothing", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert set(answer.json()) == {"error"}


def test_the_number_on_a_refusal_is_in_the_log(site: Site) -> None:
    number = httpx.get(f"{site.url}/nothing-to-log").headers["X-Request-Id"]
    assert wait_for(lambda: site.log().count(f'"request": "{number}"') == 1, 5)
    assert httpx.get(f"{site.url}/x", headers={"X-Request-Id": "mine-1234"}).headers["X-Request-Id"] != "mine-1234"


def test_figures_of_the_site_are_at_none_of_its_addresses(site: Site) -> None:
    for origin in (site.url, site.content_url):
        for path in ("/metrics", "/metrics/", "/fr/metrics", "//metrics", "/%6detrics", "/healthz/../metrics"):
            answer = httpx.get(f"{origin}{path}", headers={"X-Forwarded-For": "127.0.0.1", "Host": "127.0.0.1"})
            assert answer.status_code in {400, 404}
            assert "cordee_" not in answer.text


def test_probes_tell_no_more_than_names_and_keep_nothing(site: Site) -> None:
    for origin in (site.url, site.content_url):
        for path in ("/healthz", "/readyz"):
            answer = httpx.get(f"{origin}{path}", headers={"Host": "10.9.9.9"})
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
            assert str(site.home) not in answer.text
            assert httpx.post(f"{origin}{path}").status_code in {400, 403, 404, 405}


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


@contextmanager
def slow_downloads(site: Site, number: int) -> Iterator[None]:
    """That many readers of a large file who take it by the spoon."""
    path = stored_file(site, os.urandom(30_000_000)).removeprefix(site.content_url)
    slow = []
    try:
        for _ in range(number):
            connection = socket.create_connection(("127.0.0.1", site.port + 1))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            connection.recv(100)
            slow.append(connection)
        yield
    finally:
        for connection in slow:
            connection.close()


def test_eight_slow_downloads_stop_neither_pages_nor_files(site: Site) -> None:
    with slow_downloads(site, 8):
        assert worst_of(f"{site.url}/sign-in") < ENOUGH_S
        assert worst_of(stored_file(site, b"small")) < ENOUGH_S


def test_eight_slow_downloads_leave_the_time_of_pages_as_it_was(site: Site) -> None:
    """The 95th percentile with them and without, taken in turns, so that a busy machine is busy for both."""
    address = f"{site.url}/sign-in"
    times_of(address, 20)  # the processes are warm
    without, with_them = [], []
    for _ in range(3):
        without += times_of(address, 40)
        with slow_downloads(site, 8):
            with_them += times_of(address, 40)
    assert percentile_95(with_them) < 2 * percentile_95(without) + 0.05


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
    """Seconds of the slowest of ten requests; a failure is 99."""
    return max(times_of(address, 10))


def percentile_95(times: list[float]) -> float:
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def times_of(address: str, number: int) -> list[float]:
    """Seconds of each of so many requests, four at a time; a failure is 99."""
    url = httpx.URL(address)

    def ask(_: int) -> float:
        began = time.monotonic()
        request = f"GET {url.raw_path.decode()} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        answer = raw(url.port or 80, request.encode())
        return time.monotonic() - began if status_of(answer) == 200 else 99.0

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(ask, range(number)))


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


@pytest.mark.attack(131)
def test_two_who_bring_the_database_up_to_date_at_once_make_one_whole_database(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: cordee("migrate", home=tmp_path), range(2)))
    for one in done:
        assert one.returncode == 0 or "Traceback" not in one.stderr, one.stderr
    again = cordee("migrate", "--json", home=tmp_path)
    assert json.loads(again.stdout)["migrations"] == 0, [one.stderr for one in done]


def test_a_supervisor_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    with running_site(tmp_path, "--workers", "2") as site:
        site.supervisor.kill()
        site.supervisor.wait()
        assert wait_for(lambda: site.processes() == {}, 10)


@pytest.mark.attack(10)
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


@pytest.mark.attack(130)
def test_an_empty_site_prints_a_link_that_makes_the_operator_once(tmp_path: Path) -> None:
    with running_site(tmp_path, "--workers", "1") as site:
        assert wait_for(lambda: "/set-up/" in site.log(), 5)
        found = re.search(r"/set-up/[\w-]+", site.log())
        assert found is not None
        form = {"name": "Inès Martin", "email": "ines@example.org", "password": "a long enough password"}
        with httpx.Client(base_url=site.url) as client:
            form["csrfmiddlewaretoken"] = csrf_token(client, found[0])
            assert client.post(found[0], data=form).status_code == 302
            assert client.get(found[0]).status_code == 404
            assert client.post("/sign-in", data=form).status_code == 302
            assert client.get("/account").status_code == 200
