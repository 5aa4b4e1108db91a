"""Are the figures right, readable by Prometheus, and given to nobody who was not meant?"""

from __future__ import annotations

import re
import timeit
from pathlib import Path

import httpx
import pytest
from django.test import Client

from cordee.core import figures
from cordee.core.errors import Conflict
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.web import metrics
from cordee.web.environment import Environment
from cordee.web.tests.running import free_pair_of_ports

LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? [0-9.e+-]+')


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> figures.Board:
    own = figures.own_board()
    monkeypatch.setattr(figures, "_board", own)
    return own


def levels_of(home: Path) -> metrics.Levels:
    return metrics.levels_of(Environment.read({"CORDEE_HOME": str(home)}), lambda: {"web": 1, "files": 0})


@pytest.mark.django_db
def test_requests_submissions_and_refused_sign_ins_are_counted(
    client: Client, board: figures.Board, tmp_path: Path
) -> None:
    client.get("/sign-in")
    client.get("/nothing")
    client.post("/sign-in", {"email": "a@example.org", "password": "wrong password"})
    enrolment = make_enrolment(tmp_path)
    for _ in range(3):
        hand_in(enrolment, "capital")  # the same form three times: one submission
    assert board.total(figures.REQUESTS, ("people", "2xx")) == 1
    assert board.total(figures.REQUESTS, ("people", "4xx")) == 1
    assert board.total(figures.REQUESTS, ("none", "4xx")) == 1
    assert board.total(figures.SUBMISSIONS) == 1
    assert board.total(figures.SIGN_INS_REFUSED) == 1
    text = metrics.page(board, levels_of(tmp_path))
    assert 'cordee_requests_total{group="people",status="4xx"} 1\n' in text
    assert 'cordee_request_duration_seconds_count{group="people"} 2\n' in text
    assert "cordee_submissions_accepted_total 1\n" in text


@pytest.mark.django_db
def test_each_line_is_one_that_prometheus_reads(board: figures.Board, tmp_path: Path) -> None:
    text = metrics.page(board, levels_of(tmp_path))
    names = re.findall(r"^# TYPE (\S+) (?:counter|gauge|histogram)$", text, re.MULTILINE)
    assert len(names) == len(set(names)) >= 14
    for line in text.splitlines():
        assert line.startswith("# ") or LINE.fullmatch(line), line
    for name in ("cordee_disk_free_bytes", "cordee_database_size_bytes", "cordee_build_info", "cordee_servers_up"):
        assert re.search(rf"^{name}[ {{]", text, re.MULTILINE)


@pytest.mark.django_db
def test_figures_are_given_at_their_own_port_only(client: Client, board: figures.Board, tmp_path: Path) -> None:
    assert client.get("/metrics").status_code == 404  # the site knows no such address
    port = free_pair_of_ports()
    stop = metrics.serve(("127.0.0.1", port), board, lambda: iter(["cordee_x 1"]))
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/metrics")
        assert (answer.status_code, answer.text.splitlines()[-1]) == (200, "cordee_x 1")
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert httpx.get(f"http://127.0.0.1:{port}/metrics", headers={"Host": "evil.example"}).status_code == 403
        assert httpx.get(f"http://127.0.0.1:{port}/../keys/site").status_code == 404
        assert httpx.post(f"http://127.0.0.1:{port}/metrics").status_code == 501
        with pytest.raises(Conflict, match="CORDEE_METRICS"):
            metrics.serve(("127.0.0.1", port), board, levels_of(tmp_path))
    finally:
        stop()


def test_counting_a_request_costs_less_than_a_tenth_of_a_millisecond(board: figures.Board) -> None:
    def count() -> None:
        figures.add(figures.IN_FLIGHT)
        figures.add(figures.REQUESTS, ("learning", "2xx"))
        figures.observe(figures.DURATIONS, 0.02, ("learning",))
        figures.add(figures.IN_FLIGHT, (), -1)

    assert min(timeit.repeat(count, number=2000, repeat=5)) / 2000 < 0.0001


@pytest.mark.parametrize("value", ["9464", "example.org:80", "127.0.0.1:0", "127.0.0.1:99999", ":9464", "::1"])
def test_a_place_for_figures_is_an_address_and_a_port(value: str) -> None:
    from cordee.web.environment import SettingWrong

    with pytest.raises(SettingWrong, match=r"127\.0\.0\.1:9464"):
        Environment.read({"CORDEE_METRICS": value})
