"""What does the frame of every page need to know? `cordee.web` fills a `Shell`; `ui/shell.html` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from cordee.ui.reading import reading_of
from cordee.ui.theme import theme_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry of a menu, a breadcrumb, the tab bar or the footer."""

    label: str
    url: str
    current: bool = False
    icon: str = ""  # a name of `ui/icons`; the tab bar needs one


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageLink:
    """The same page in another language. Without `url` it is chosen by a form posted to `Shell.language_url`."""

    code: str  # "fr"
    label: str  # "Français", in its own language
    url: str = ""
    current: bool = False
    absolute_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMenu:
    """The person who is signed in, and what they may do from any page."""

    links: tuple[Link, ...] = ()
    sign_out_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Everything around the content of a page."""

    operator: str  # who runs the site, e.g. "Alliance Ingénia"
    home_url: str = "/"
    site_name: str = "Cordée"
    navigation: tuple[Link, ...] = ()  # only what exists for this person
    tabs: tuple[Link, ...] = ()  # at most four, on phones, signed in; () for no tab bar
    languages: tuple[LanguageLink, ...] = ()
    language_url: str = ""  # where a language is posted (`language`, `next`); "" when every language has a url
    account: AccountMenu | None = None
    sign_in_url: str = ""  # shown to guests; "" when there is none
    sign_up_url: str = ""
    theme_url: str = ""  # where a theme is posted; "" hides the switch
    reading_url: str = ""  # where size and font of letters are chosen; "" hides the link
    footer: tuple[Link, ...] = ()
    source_url: str = ""  # the source code of what runs here
    canonical: str = ""  # where search engines shall say that the page is; "" where they shall not look
    default_language: str = ""  # of who reads none of `languages`
    announcement: str = ""  # one sentence on top of each page, e.g. that this is a demonstration

    def __post_init__(self) -> None:
        if len(self.tabs) > 4:  # noqa: PLR2004 - what a thumb can reach
            raise ValueError(f"{len(self.tabs)} tabs: the tab bar of a phone holds four")


def initials_of(name: str) -> str:
    """At most two letters, e.g. "AD" for Awa Diallo; "?" for a name without a letter."""
    words = [word for word in name.split() if word[0].isalnum()]
    ends = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0].upper() for word in ends) or "?"


def frame(request: HttpRequest, shell: Shell, who: str = "") -> dict[str, Any]:
    """What `ui/shell.html` reads; `who` is signed in. A page with a form gives its own `form`."""
    query = request.META.get("QUERY_STRING", "")
    return {
        "shell": shell,
        "theme": theme_of(request),
        "reading": reading_of(request),
        "here": request.get_full_path(),
        "query": f"?{query}" if query else "",
        "who": who,
        "initials": initials_of(who),
        "form": None,
        "has_errors": False,
    }
