from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from cordee.people.tests.make import make_account, signed_in_client
from cordee.web.kept_pages import KeptPagesMiddleware

Ask = Callable[..., HttpResponse]


def shared(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page", headers={"Cache-Control": "public, max-age=0, s-maxage=10"})


def asked(get_response: Callable[[HttpRequest], HttpResponse]) -> tuple[Ask, list[str]]:
    """A function that asks through a fresh middleware, and the list of pages that had to be made."""
    made: list[str] = []

    def make(request: HttpRequest) -> HttpResponse:
        made.append(request.path)
        return get_response(request)

    middleware = KeptPagesMiddleware(make)

    def ask(
        path: str = "/en/", *, method: str = "get", cookies: dict[str, str] | None = None, **more: Any
    ) -> HttpResponse:
        request = getattr(RequestFactory(), method)(path, **more)
        request.COOKIES |= cookies or {}
        return middleware(request)

    return ask, made


def test_a_public_page_is_made_once() -> None:
    ask, made = asked(shared)
    assert [ask().content, ask().content] == [b"a page", b"a page"]
    assert made == ["/en/"]


def test_a_page_is_made_again_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    ask, made = asked(shared)
    now = 1000.0
    monkeypatch.setattr("cordee.web.kept_pages.time.monotonic", lambda: now)
    ask()
    now += 9
    ask()
    assert len(made) == 1
    now += 2
    ask()
    assert len(made) == 2


def test_a_browser_that_holds_the_page_gets_no_second_copy() -> None:
    ask, _made = asked(shared)
    tag = ask().headers["ETag"]
    again = ask(headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert ask(headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "asking",
    [
        {"cookies": {"cordee_session": "whatever it says"}},
        {"cookies": {"zone": "Pacific/Noumea"}},
        {"path": "/en/?page=2"},
        {"path": "/runs/a+b+c/outline"},
        {"method": "post"},
    ],
)
def test_what_may_differ_from_one_visitor_to_the_next_is_made_anew(asking: dict[str, Any]) -> None:
    ask, made = asked(shared)
    ask(**asking)
    ask(**asking)
    assert len(made) == 2


@pytest.mark.parametrize(("one", "other"), [({"theme": "dark"}, {"theme": "light"}), ({"theme": "dark"}, {})])
def test_each_appearance_has_its_own(one: dict[str, str], other: dict[str, str]) -> None:
    ask, made = asked(shared)
    ask(cookies=one)
    ask(cookies=other)
    assert len(made) == 2


def test_invented_cookies_do_not_make_new_pages() -> None:
    ask, made = asked(shared)
    for number in range(5):
        ask(cookies={"theme": f"x{number}", "other": str(number)})
    assert len(made) == 1


@pytest.mark.parametrize(
    "page",
    [
        lambda: HttpResponse("no header"),
        lambda: HttpResponse("private", headers={"Cache-Control": "private, no-store"}),
        lambda: HttpResponse("gone", status=404, headers={"Cache-Control": "s-maxage=10"}),
    ],
)
def test_a_page_that_does_not_say_that_it_is_shared_is_not_kept(page: Callable[[], HttpResponse]) -> None:
    ask, made = asked(lambda _request: page())
    ask()
    ask()
    assert len(made) == 2


def test_a_page_that_sets_a_cookie_is_not_kept() -> None:
    def with_cookie(request: HttpRequest) -> HttpResponse:
        response = shared(request)
        response.set_cookie("csrf", "secret")
        return response

    ask, made = asked(with_cookie)
    ask()
    assert "csrf" in ask().cookies
    assert len(made) == 2


@pytest.mark.django_db
def test_the_course_list_costs_a_visitor_no_query_the_second_time(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    visitor = Client()
    first = visitor.get("/fr/")
    with django_assert_num_queries(0):
        again = visitor.get("/fr/")
    assert again.content == first.content
    assert again.headers["Content-Language"] == "fr"
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    small = visitor.get("/fr/", headers={"accept-encoding": "gzip"})
    assert gzip.decompress(small.content) == first.content


@pytest.mark.django_db
def test_who_is_signed_in_sees_their_own_page_and_the_next_visitor_does_not() -> None:
    account = make_account(name="Awa Diallo")
    Client().get("/en/")
    assert b"Awa Diallo" in signed_in_client(account).get("/en/").content
    assert b"Awa Diallo" not in Client().get("/en/").content
