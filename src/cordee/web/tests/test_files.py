"""Does the content origin give one file for one good link, and nothing else?"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from cordee.core import clock
from cordee.core.signing import sign_file, to_be_saved
from cordee.core.storage import LocalFolder
from cordee.web.files import Files

KEY = b"k" * 32
DATA = bytes(range(256)) * 400


@pytest.fixture
def storage(tmp_path: Path) -> LocalFolder:
    return LocalFolder(tmp_path)


@pytest.fixture
def browser(storage: LocalFolder) -> Browser:
    return Browser(Files(key=KEY, storage=storage))


class Browser:
    """Asks the application without a network."""

    def __init__(self, application: Files) -> None:
        self.application = application

    def ask(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        import anyio

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.application)
            async with httpx.AsyncClient(transport=transport, base_url="http://files.test") as client:
                return await client.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})

        return anyio.run(send)


def link(storage: LocalFolder, data: bytes = DATA, *, name: str = "a.bin", content_type: str = "video/mp4") -> str:
    stored = storage.put(io.BytesIO(data))
    today = clock.now().date()
    return sign_file(KEY, sha256=stored.sha256, name=name, content_type=content_type, day=today)


def test_a_good_link_gives_the_file_to_be_kept_for_long(browser: Browser, storage: LocalFolder) -> None:
    answer = browser.ask(link(storage))
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["ETag"] == f'"{hashlib.sha256(DATA).hexdigest()}"'
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


def test_head_tells_the_size_and_sends_nothing(browser: Browser, storage: LocalFolder) -> None:
    answer = browser.ask(link(storage), "HEAD")
    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", str(len(DATA)))


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-0", 206, 0, 0),
        ("bytes=0-99", 206, 0, 99),
        ("bytes=1000-", 206, 1000, len(DATA) - 1),
        ("bytes=-5", 206, len(DATA) - 5, len(DATA) - 1),
        ("bytes=-999999999", 206, 0, len(DATA) - 1),
        ("bytes=102390-999999", 206, 102390, len(DATA) - 1),
        ("bytes=0-1,5-6", 200, 0, len(DATA) - 1),
        ("bytes=abc", 200, 0, len(DATA) - 1),
        ("lines=0-5", 200, 0, len(DATA) - 1),
        ("bytes=-", 200, 0, len(DATA) - 1),
        ("", 200, 0, len(DATA) - 1),
    ],
)
def test_one_range_is_given_exactly_and_anything_else_gives_the_whole(
    browser: Browser, storage: LocalFolder, asked: str, status: int, first: int, last: int
) -> None:
    answer = browser.ask(link(storage), Range=asked)
    assert (answer.status_code, answer.content) == (status, DATA[first : last + 1])
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=102400-102401"])
def test_a_range_behind_the_end_is_416_with_the_size(browser: Browser, storage: LocalFolder, asked: str) -> None:
    answer = browser.ask(link(storage), Range=asked)
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(DATA)}")


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-0"])
def test_a_range_that_says_nothing_is_a_clean_refusal(browser: Browser, storage: LocalFolder, asked: str) -> None:
    assert browser.ask(link(storage), Range=asked).status_code in {400, 416}


def test_a_range_of_another_state_of_the_file_gives_the_whole(browser: Browser, storage: LocalFolder) -> None:
    path = link(storage)
    etag = browser.ask(path, "HEAD").headers["ETag"]
    assert browser.ask(path, Range="bytes=0-9", If_Range=etag).status_code == 206
    assert browser.ask(path, Range="bytes=0-9", If_Range='"other"').status_code == 200


def test_a_file_that_the_browser_has_is_not_sent_again(browser: Browser, storage: LocalFolder) -> None:
    path = link(storage)
    etag = browser.ask(path, "HEAD").headers["ETag"]
    answer = browser.ask(path, If_None_Match=f'"x", {etag}')
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert browser.ask(path, If_None_Match='"x"').status_code == 200


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "image/svg+xml"])
def test_pages_and_drawings_of_authors_are_shut_in_a_sandbox(
    browser: Browser, storage: LocalFolder, content_type: str
) -> None:
    answer = browser.ask(link(storage, b"<svg onload='alert(1)'/>", content_type=content_type))
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["Content-Type"] == content_type


@pytest.mark.parametrize(
    "content_type", ["application/x-shockwave-flash", "multipart/related", "application/xhtml+xml"]
)
def test_a_type_on_no_list_is_bytes_to_be_saved(browser: Browser, storage: LocalFolder, content_type: str) -> None:
    answer = browser.ask(link(storage, content_type=content_type))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name",
    [
        "é" * 300,
        "..",
        ".htaccess",
        "a.png.php",
        "x\r\nSet-Cookie: a=b",
        '"; filename="b.exe',
        "a\0b",
        "\u202egpj.exe",
        "日本.pdf",
    ],
)
def test_no_file_name_breaks_the_header(browser: Browser, storage: LocalFolder, name: str) -> None:
    answer = browser.ask(link(storage, name=name))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    disposition = answer.headers["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.isprintable()
    assert disposition.count('"') in {0, 2}


def test_a_film_is_shown_or_sent_to_be_saved_as_its_link_asks(browser: Browser, storage: LocalFolder) -> None:
    shown = link(storage, name="film.mp4")
    assert browser.ask(shown).headers["Content-Disposition"] == 'inline; filename="film.mp4"'
    saved = browser.ask(to_be_saved(shown))
    assert (saved.status_code, saved.content) == (200, DATA)
    assert saved.headers["Content-Disposition"] == 'attachment; filename="film.mp4"'


def test_a_file_without_a_good_link_and_a_file_that_is_not_there_look_the_same(
    browser: Browser, storage: LocalFolder
) -> None:
    good = link(storage)
    day, signature, type_, sha256, name = good.removeprefix("/f/").split("/")
    forged = f"/f/{day}/{'A' * len(signature)}/{type_}/{sha256}/{name}"
    absent = sign_file(KEY, sha256="0" * 64, name="a", content_type="image/png", day=clock.now().date())
    old = sign_file(KEY, sha256=sha256, name="a", content_type="image/png", day=dt.date(2020, 1, 1))
    answers = [browser.ask(path) for path in (forged, absent, old, f"/{sha256}", f"/files/{sha256}", "/", "/f/")]
    assert {answer.status_code for answer in answers} == {404}
    for answer in answers:
        assert len(answer.headers.pop("x-request-id")) == 16
    assert len({(answer.text, tuple(sorted(answer.headers.items()))) for answer in answers}) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "OPTIONS"])
def test_nothing_but_reading_is_possible(browser: Browser, storage: LocalFolder, method: str) -> None:
    assert browser.ask(link(storage), method).status_code == 405


def test_the_files_process_loads_neither_django_nor_a_database(tmp_path: Path) -> None:
    code = (
        "import sys, cordee.web.files as files; files.create_application();"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in {'django', 'sqlite3'}))"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        env={**os.environ, "CORDEE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_an_archive_of_a_course_that_was_made_to_be_taken_is_given_too(tmp_path: Path) -> None:
    made = LocalFolder(tmp_path / "made")
    browser = Browser(Files(key=KEY, storage=LocalFolder(tmp_path / "files"), made=made))
    answer = browser.ask(to_be_saved(link(made, name="Ingenia-RES101-v1-fr.tar.gz", content_type="application/gzip")))
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Ingenia-RES101-v1-fr.tar.gz"'
    assert browser.ask(link(LocalFolder(tmp_path / "elsewhere"), b"other")).status_code == 404
