"""Does each request leave one line that a machine can read, without a secret, and without holding a page up?"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from cordee.core import figures
from cordee.people.tests.make import make_account, signed_in_client
from cordee.web import logs
from cordee.web import urls as site
from cordee.web.environment import Environment

TYPED = "a correct horse battery staple"


def broken(request: HttpRequest, token: str) -> HttpResponse:
    raise ZeroDivisionError("of the test")


urlpatterns = [path("broken/<str:token>", broken), *site.urlpatterns]
handler404, handler500 = site.handler404, site.handler500
pytestmark = pytest.mark.urls(__name__)


class Kept(logging.Handler):
    """Lines as they would be written."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def parsed(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def kept() -> Iterator[Kept]:
    handler, root = Kept(logs.JsonLines("web")), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


def lines_of_requests(kept: Kept) -> list[dict[str, object]]:
    return [line for line in kept.parsed() if line["logger"] == "cordee.request"]


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_number_and_no_query(client: Client, kept: Kept) -> None:
    answer = client.get("/sign-in?next=/mine&token=abc")
    (line,) = lines_of_requests(kept)
    assert line["request"] == answer.headers["X-Request-Id"]
    facts = (line["method"], line["route"], line["status"], line["level"], line["process"])
    assert facts == ("GET", "/sign-in", 200, "info", "web")
    assert float(str(line["ms"])) >= 0
    assert str(line["time"]).endswith("+00:00")
    assert "abc" not in "".join(kept.lines)


@pytest.mark.django_db
def test_an_account_is_named_by_its_pseudonym_alone(kept: Kept) -> None:
    account = make_account(email="learner@example.org", name="Mariama Essai")
    signed_in_client(account).get("/account")
    line = lines_of_requests(kept)[-1]
    assert line["account"] == str(account.pseudonym)
    assert not any(word in "".join(kept.lines) for word in ("learner@", "Mariama"))


@pytest.mark.attack(128)
@pytest.mark.django_db
def test_no_password_address_or_link_of_a_person_comes_into_the_log(client: Client, kept: Kept) -> None:
    client.post("/sign-in", {"email": "learner@example.org", "password": TYPED})
    client.post("/sign-up", {"email": "learner@example.org", "password": TYPED, "name": "Mariama Essai"})
    client.get("/set-up/the-token-of-a-set-up-link")
    client.get("/sign-in", headers={"authorization": f"Bearer {TYPED}", "cookie": f"cordee_session={TYPED}"})
    assert len(lines_of_requests(kept)) == 4
    text = "".join(kept.lines)
    assert not any(word in text for word in (TYPED, "learner@", "Mariama", "the-token"))


@pytest.mark.django_db
def test_a_defect_leaves_its_trace_and_the_number_that_its_page_shows(kept: Kept) -> None:
    client = Client(raise_request_exception=False, headers={"accept-language": "fr"})
    answer = client.get("/broken/the-token")
    number = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert f"<code>{number}</code>" in answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()
    trace = next(line["error"] for line in kept.parsed() if "error" in line)
    assert isinstance(trace, dict)
    assert trace["type"] == "ZeroDivisionError"
    assert "of the test" in trace["trace"]
    (line,) = lines_of_requests(kept)
    assert (line["status"], line["level"], line["request"]) == (500, "error", number)
    assert {line.get("request") for line in kept.parsed()} == {number}
    assert "the-token" not in "".join(kept.lines)


@pytest.mark.django_db
def test_a_refusal_is_told_by_its_kind_in_the_line_of_the_request(client: Client, kept: Kept) -> None:
    client.generic("GET", "/", PATH_INFO="/nothing-here\n")
    (line,) = lines_of_requests(kept)
    assert (line["status"], line["refusal"], line["path"]) == (400, "InputRefused", "/nothing-here\n")
    assert len(kept.lines) == 1  # Django's own warning would say it twice
    assert "\n" not in kept.lines[0]  # nobody writes a second line into the log by an address


def test_lines_are_written_by_another_thread_in_order(tmp_path: Path) -> None:
    read, write = os.pipe()
    handler = logs.Queued(descriptor=write)
    handler.setFormatter(logging.Formatter("%(message)s"))
    for number in range(50):
        handler.emit(logging.LogRecord("test", logging.INFO, "", 0, f"line {number}", (), None))
    deadline, text = time.monotonic() + 10, b""
    while text.count(b"\n") < 50 and time.monotonic() < deadline:
        text += os.read(read, 65536)
    assert text.decode().splitlines() == [f"line {number}" for number in range(50)]


def test_a_reader_of_the_log_who_is_gone_or_asleep_holds_nobody_up() -> None:
    read, write = os.pipe()
    handler = logs.Queued(descriptor=write, most=1000)
    handler.setFormatter(logging.Formatter("%(message)s"))
    figures.use(board := figures.own_board())
    began = time.monotonic()
    for _ in range(3000):  # 3 MB: a pipe takes 64 kB, and nobody reads
        handler.emit(logging.LogRecord("test", logging.INFO, "", 0, "x" * 1000, (), None))
    assert time.monotonic() - began < 5
    assert board.total(figures.LINES_DROPPED) >= 1500
    os.close(read)  # the thread that waits is told, and ends its line
    handler.flush()


def test_for_a_terminal_lines_are_text_and_for_machines_json() -> None:
    assert logs.format_of(Environment.read({"CORDEE_LOG_FORMAT": "text"})) == "text"
    assert logs.format_of(Environment.read({"CORDEE_LOG_FORMAT": "json"})) == "json"
    assert logs.format_of(Environment.read({})) == "json"  # no terminal here
    record = logging.LogRecord("cordee.web", logging.WARNING, "", 0, "It is %s.", ("late",), None)
    record.request_id = "0123456789abcdef"
    assert logs.TextLines().format(record).endswith("WARNING cordee.web [0123456789abcdef] It is late.")
