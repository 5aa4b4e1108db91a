"""The pages of notices: data, cookies, terms, who publishes, accessibility. Public, in each language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from cordee.bilan.document import Span
from cordee.bilan.markdown import paragraphs_of
from cordee.core.errors import N_
from cordee.people.permissions import act
from cordee.ui.language import language
from cordee.web import notices, retention

KEPT_IN_BROWSERS = (  # name, what, since when, for how long; docs/cookies.md says the same
    ("cordee_session", N_("cookie: who has signed in"), N_("signing in"), N_("14 days, or until signing out")),
    ("cordee_device", N_("cookie: that this browser has signed in before"), N_("signing in"), N_("180 days")),
    (
        "cordee_half_way",
        N_("cookie: the password was right and a code is awaited"),
        N_("the password"),
        N_("10 minutes, or until the code"),
    ),
    ("csrf", N_("cookie: ties forms to this browser"), N_("the first form"), N_("a year")),
    ("language", N_("cookie: the language that was chosen"), N_("choosing it, signing in"), N_("a year")),
    ("zone", N_("cookie: the time zone of the account"), N_("signing in"), N_("a year")),
    ("theme", N_("cookie: light or dark"), N_("choosing it"), N_("a year")),
    ("reading", N_("cookie: size and font of letters"), N_("choosing it"), N_("a year")),
    (
        "as_learner",
        N_("cookie: whoever teaches looks at a session as a learner does"),
        N_("choosing it"),
        N_("until the browser is closed"),
    ),
    ("cordee-video-speed", N_("local storage: how fast films are played"), N_("choosing it"), ""),
    ("cordee-video-captions", N_("local storage: subtitles on or off"), N_("choosing it"), ""),
    ("cordee-video-volume", N_("local storage: how loud films are"), N_("choosing it"), ""),
    ("cordee-video-language", N_("local storage: language of the subtitles"), N_("choosing it"), ""),
    (
        "cordee-draft",
        N_("session storage: what is typed and not handed in"),
        N_("typing"),
        N_("until the tab is closed"),
    ),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or a list with its items."""

    kind: str  # heading, p, list
    items: tuple[tuple[Span, ...], ...]


def blocks_of(text: str) -> list[Block]:
    """Items that follow each other are one list."""
    found: list[Block] = []
    for is_list, some in groupby(paragraphs_of(text), key=lambda one: one.kind == "item"):
        held = list(some)
        if is_list:
            found.append(Block("list", tuple(one.spans for one in held)))
        else:
            found += [Block(one.kind, (one.spans,)) for one in held]
    return found


def notice(name: str) -> Callable[..., HttpResponseBase]:
    """The view of one notice."""

    @require_safe
    @act("privacy.notices")
    def view(request: HttpRequest) -> HttpResponse:
        """The text with its blanks filled. No query but the account's."""
        environment = settings.CORDEE
        to_fill = gettext("[to be filled in: {what}]")
        filled = notices.filled(
            environment,
            notices.text_of(environment, name, language()),
            blank={one: to_fill.format(what=gettext(words)) for one, words in notices.BLANKS.items()},
            dpo=gettext("The data protection officer: {dpo}."),
        )
        context = {
            "title": gettext(notices.NOTICES[name]),
            "blocks": blocks_of(filled.text),
            "rules": [(gettext(words), days) for words, days in retention.told()] if name == "privacy" else (),
            "in_browsers": [
                (one, *(gettext(words) if words else "" for words in more)) for one, *more in KEPT_IN_BROWSERS
            ]
            if name == "cookies"
            else (),
        }
        return render(request, "web/notice.html", context)

    view.__name__ = f"notice_{name}"
    return view


public: list[URLPattern] = [path(f"{name}/", notice(name), name=f"notice-{name}") for name in notices.NOTICES]
