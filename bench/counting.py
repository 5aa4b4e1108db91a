"""How many statements, bytes and requests does one visit take? Counted in this process, where nothing else runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

from django.db import connection
from django.test import Client

from bench.client import Answer, Visit

WARM_UP, COUNTED = 60, 10  # visits
ASIDE = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def counted(visits: Iterator[Visit]) -> dict[str, float]:
    """`sql`, `html_bytes` (of the largest page, uncompressed) and `requests` of a visit: the most of some.

    Statements that open and close a transaction are left out, and those of a process that meets a course: some visits
    are made before.
    """
    browser = Client()
    for visit in islice(visits, WARM_UP):
        _counted(browser, visit)
    found = [_counted(browser, visit) for visit in islice(visits, COUNTED)]
    return {measure: max(one[measure] for one in found) for measure in found[0]}


def _counted(browser: Client, visit: Visit) -> dict[str, float]:
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    sql = requests = largest = 0
    request = next(visit)
    while True:
        seen.clear()
        with connection.execute_wrapper(note):
            answer = _send(browser, request)
        sql += sum(1 for one in seen if not one.startswith(ASIDE))
        requests += 1
        largest = max(largest, len(answer.body))
        try:
            request = visit.send(answer)
        except StopIteration:
            return {"sql": sql, "html_bytes": largest, "requests": requests}


def _send(browser: Client, request: bytes) -> Answer:
    head, _gap, body = request.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, address, _version = first.split(" ")
    named = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    browser.cookies.load(named.get("cookie", ""))
    headers = {"host": "127.0.0.1", "accept": "text/html"}
    if method == "GET":
        response = browser.get(address, headers=headers)
    else:
        response = browser.post(address, dict(parse_qsl(body)), headers=headers)
    return Answer(response.status_code, b"", response.content)
