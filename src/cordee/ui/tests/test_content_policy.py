from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cordee.ui.content_policy import HEADER, ContentPolicyMiddleware, add_to_policy


def _sent(additions: dict[str, list[str]]) -> dict[str, str]:
    def view(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        add_to_policy(response, additions)
        return response

    answer = ContentPolicyMiddleware(view)(HttpRequest())
    return dict(part.split(" ", 1) for part in answer.headers[HEADER].split("; "))


def test_nothing_is_loaded_that_the_site_does_not_name() -> None:
    policy = _sent({})
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert "frame-src" not in policy


def test_a_page_adds_to_the_policy_of_its_own_answer_alone() -> None:
    policy = _sent({"frame-src": ["https://films.example"], "media-src": ["https://films.example", "'self'"]})
    assert policy["frame-src"] == "https://films.example"
    assert policy["media-src"] == f"{_sent({})['media-src']} https://films.example"
    assert "frame-src" not in _sent({})
