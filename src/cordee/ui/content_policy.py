"""What may a browser load for a page, and from where? The site's policy, and what one page adds to it.

https://www.w3.org/TR/CSP3/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"
NONE, SELF = "'none'", "'self'"

_ADDITIONS = "_cordee_policy_additions"  # where an answer keeps them until its header is written


def add_to_policy(response: HttpResponse, additions: Mapping[str, Iterable[str]]) -> None:
    """Let this one answer load more, by directive."""
    found = tuple((directive, tuple(sources)) for directive, sources in additions.items())
    setattr(response, _ADDITIONS, found)


class ContentPolicyMiddleware:
    """Sends the policy with every answer of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers[HEADER] = _policy(getattr(response, _ADDITIONS, ()))
        return response


@lru_cache(maxsize=256)
def _policy(additions: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    """The header's value."""
    sources = {directive: list(found) for directive, found in settings.CONTENT_POLICY.items()}
    for directive, more in additions:
        sources.setdefault(directive, []).extend(one for one in more if one not in sources.get(directive, ()))
    return "; ".join(" ".join((directive, *found)) for directive, found in sources.items())
