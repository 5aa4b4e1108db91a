"""Who may send more than a form, and where?"""

from __future__ import annotations

import asyncio
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from cordee.learning.models import Cohort, CohortList
from cordee.learning.tests.cohorts import client_of, make_cohort, make_organisation
from cordee.people.models import Role
from cordee.people.sessions import cookie_name
from cordee.web import gate as gates
from cordee.web.sizes import largest_bytes
from cordee.web.tests.test_gate import FakeProtocol, FakeScope

LONG = "x" * 110
FORM, LIST = 2_000_000, 16_000_000


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort(organisation=make_organisation("Alpine"))


def long_list(people: int) -> bytes:
    rows = (f"p{number}@school.example,{LONG} {LONG[:6]},{LONG},{LONG}" for number in range(people))
    return "\n".join(["email,name,site,zone", *rows, "no address,Ana,,"]).encode()


def cookies_of(client: Client) -> str:
    return f"a=b; {cookie_name()}={client.cookies[cookie_name()].value}"


@pytest.mark.django_db
def test_pages_that_take_lists_take_more_from_whoever_is_signed_in_and_no_other_does(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = FORM
    signed = cookies_of(client_of(Role.TEACHER, "org:Alpine"))
    most = settings.CORDEE.list_bytes
    assert largest_bytes("/cohorts/7/people", signed) == largest_bytes("/cohorts/7/marks", signed) == most
    assert most > FORM
    for path in ("/cohorts/7", "/cohorts/7/people/", "/cohorts/x/people", "/sign-in", "/cohorts/7/codes"):
        assert largest_bytes(path, signed) == FORM, path
    forged = f"{cookie_name()}={'0' * 32}.1.0:{'x' * 43}"
    for cookies in ("", "a=b", forged, f"{cookie_name()}="):
        assert largest_bytes("/cohorts/7/people", cookies) == FORM, cookies


def test_the_gate_reads_more_only_where_it_is_told_to() -> None:
    def sent(path: str, method: str = "POST") -> int:
        taken: list[int] = []

        def application(variables: dict[str, object], start_response: object) -> list[bytes]:
            taken.append(len(variables["wsgi.input"].read()))  # type: ignore[attr-defined] # a stream
            start_response("200 OK", [])  # type: ignore[operator] # WSGI's
            return [b""]

        scope = FakeScope([("content-length", "50"), ("cookie", "k=1")], method=method, path=path)
        answer = gates.gate(
            application,
            scheme="http",
            largest_body_bytes=10,
            largest_for=lambda path, cookies: 100 if (path, cookies) == ("/lists", "k=1") else 0,
        )
        asyncio.run(answer(scope, FakeProtocol([b"x" * 50])))  # type: ignore[arg-type] # a coroutine
        return taken[0]

    assert (sent("/lists"), sent("/other"), sent("/lists", "PUT")) == (50, 0, 0)


@pytest.mark.django_db
def test_a_list_larger_than_a_form_is_looked_at_on_its_page_line_by_line(cohort: Cohort) -> None:
    data = long_list(6_200)
    assert len(data) > FORM
    client = client_of(Role.TEACHER, "org:Alpine")
    file = SimpleUploadedFile("people.csv", data, "text/csv")
    answer = client.post(f"/cohorts/{cohort.pk}/people", {"act": "look", "people": file})
    words = answer.content.decode()
    assert answer.status_code == 200
    assert "6,200 people can be taken in" in words
    assert "1 line cannot be taken" in words
    assert len(CohortList.objects.get().lines) == 6_200


@pytest.mark.django_db
def test_a_list_beyond_its_own_limit_is_refused_before_it_is_read(cohort: Cohort) -> None:
    client = client_of(Role.TEACHER, "org:Alpine")
    answer = client.post(
        f"/cohorts/{cohort.pk}/people", b"x", content_type="text/csv", CONTENT_LENGTH=str(LIST + 10**6)
    )
    assert answer.status_code == 413
    words = answer.content.decode()
    assert re.search(r"larger than this page takes: 16(\.\d)? MB at most", words)
    assert f'href="/cohorts/{cohort.pk}/people"' in words
