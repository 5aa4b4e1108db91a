"""What does the page shell say on this page, to this person?"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, gettext

from cordee.core.kept import Kept
from cordee.courses.editorial.footer import footer_links
from cordee.jobs.site import serves_demo
from cordee.people.permissions import TABLE, grants_of, roles_known
from cordee.people.sessions import account_of
from cordee.ui.language import language, language_of_path
from cordee.ui.redirects import is_local
from cordee.ui.shell import AccountMenu, LanguageLink, Link, Shell, frame
from cordee.web.environment import Environment
from cordee.web.languages import addresses_in_languages
from cordee.web.notices import NOTICES
from cordee.web.pilot_pages import places


@lru_cache
def _url_in(_language: str, name: str) -> str:
    return reverse(name)


def _url(name: str) -> str:
    """The address of a page, in the language of this one."""
    return _url_in(get_language() or "", name)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every template, as `ui/shell.html` describes it, and `zone`, the name of the reader's time zone.

    At most 2 queries, for a person whom nothing else on the page has loaded; 1 more every 10 s for the footer.
    """
    account = account_of(request)
    return {
        **frame(request, shell_for(request), account.name if account else ""),
        "here": _here(request),
        "pilot_places": places(request.path_info),
        "zone": get_current_timezone_name(),
    }


def shell_for(request: HttpRequest) -> Shell:
    """What stands around the content of this page, the same for all who open it. At most 2 queries."""
    account, path = account_of(request), request.path_info
    signed_in = account is not None
    sees = Sees(pilot=False, review=False)
    if account is not None:
        # Asked once in each process. Never on a learner's pages: on those of who teaches, the page itself has asked.
        if roles_known(account) is None and not path.startswith("/runs/"):
            grants_of(account)
        anywhere, everywhere = roles_known(account) or frozenset(), roles_known(account, of_site=True) or frozenset()
        sees = Sees(
            pilot=bool(anywhere & TABLE["run.pilot"]),
            review=bool(everywhere & TABLE["bilan.edit"]),
            cohorts=bool(anywhere & TABLE["cohort.read"]),
            organisations=bool(anywhere & TABLE["organisation.edit"]),
            team=bool(anywhere & TABLE["role.grant"]),
            erasing=bool(everywhere & TABLE["account.erase_other"]),
            catalogue=bool(everywhere & TABLE["catalogue.edit"]),
            editorial=bool(everywhere & TABLE["editorial.edit"]),
        )
    # A page of a run is in the shell what any other is: thousands of addresses need not be told apart.
    place = "/runs/" if path.startswith("/runs/") else "/bilan/" if path.startswith("/bilan/") else path
    pages = footer_links(language()) if not signed_in or addresses_in_languages(path) else ()
    key = (settings.CORDEE, serves_demo(), language(), signed_in, sees, place, pages)
    return _shells.of(key, lambda: _shell(path, signed_in=signed_in, sees=sees, pages=pages))


class Sees(NamedTuple):
    """Which rooms of the team somebody finds in the menu."""

    pilot: bool
    review: bool
    cohorts: bool = False
    organisations: bool = False
    team: bool = False
    erasing: bool = False
    catalogue: bool = False
    editorial: bool = False


Pages = tuple[tuple[str, str], ...]  # address and title
_shells: Kept[tuple[Environment, bool, str, bool, Sees, str, Pages], Shell] = Kept(1000)


def _shell(path: str, *, signed_in: bool, sees: Sees, pages: Pages) -> Shell:
    alternates = addresses_in_languages(path)
    current = language()
    courses = _url("catalogue")
    is_course = path.startswith(courses)
    navigation = [Link(label=gettext("Courses"), url=courses, current=is_course, icon="compass")]
    if signed_in:
        mine = _url("mine")
        navigation.append(
            Link(
                label=gettext("My courses"),
                url=mine,
                current=path == mine or path.startswith("/runs/"),
                icon="book-open",
            )
        )
    for name, label, icon, is_seen in (
        ("pilot:runs", gettext("Pilot"), "trending-up", sees.pilot),
        ("bilan:home", gettext("Review"), "file-text", sees.review),
    ):
        if is_seen:
            url = _url(name)
            navigation.append(Link(label=label, url=url, current=path.startswith(url), icon=icon))
    return Shell(
        operator=settings.CORDEE.operator,
        home_url=_url("home"),
        navigation=tuple(navigation),
        tabs=tuple(navigation) if signed_in else (),
        languages=tuple(
            LanguageLink(
                code=code,
                label=str(label),
                url=alternates.get(code, ""),
                current=code == current,
                absolute_url=_absolute(alternates.get(code, "")),
            )
            for code, label in settings.LANGUAGES
        ),
        language_url="" if alternates else _url("choose-language"),
        account=_menu(path, sees) if signed_in else None,
        sign_in_url="" if signed_in else _url("sign-in"),
        sign_up_url="" if signed_in else _url("sign-up"),
        theme_url=_url("ui:theme"),
        reading_url=_url("ui:reading"),
        footer=(
            *(Link(label=title, url=url, current=path == url) for url, title in pages),
            *_footer(path, is_public=bool(alternates) or not signed_in),
        ),
        canonical=_absolute(path) if _may_be_found(path) else "",
        default_language=settings.LANGUAGE_CODE,
        announcement=_announcement(),
    )


def _may_be_found(path: str) -> bool:
    """Whether search engines may show the page: public, and not about somebody's attestation."""
    said = language_of_path(path)
    return said is not None and not f"{path}/".startswith(f"/{said}/v/")


def _absolute(path: str) -> str:
    """With the site's own address before it; "" stays ""."""
    return f"{settings.CORDEE.url}{path}" if path else ""


def _here(request: HttpRequest) -> str:
    """Where this page can be read again: a refused form was posted from the page before it."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    before = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()}):
        return "/"
    path = urlunsplit(("", "", *urlsplit(before)[2:4], ""))
    return path if is_local(path) else "/"


def _menu(path: str, sees: Sees) -> AccountMenu:
    pages = (
        ("account", gettext("My account"), True),
        ("cohorts", gettext("Groups I follow"), sees.cohorts),
        ("manage-organisations", gettext("Organisations"), sees.organisations),
        ("team", gettext("Team"), sees.team),
        ("erase-person", gettext("Erase somebody"), sees.erasing),
        ("manage-catalogue", gettext("Fields and paths"), sees.catalogue),
        ("editorial", gettext("Pages and news"), sees.editorial),
    )
    links = tuple(Link(label=label, url=_url(name), current=path == _url(name)) for name, label, seen in pages if seen)
    return AccountMenu(links=links, sign_out_url=_url("sign-out"))


def _footer(path: str, *, is_public: bool) -> tuple[Link, ...]:
    """Public pages lead to every notice, those of one's own data to the one on data; the others stay light."""
    links = [Link(label=gettext("Verify an attestation"), url=_url("verify"))]
    for name, title in NOTICES.items():
        if is_public or (name == "privacy" and path.startswith(f"{_url('account')}/")):
            url = _url(f"notice-{name}")
            links.append(Link(label=gettext(title), url=url, current=path == url))
    if settings.CORDEE.guide:
        links.append(Link(label=gettext("Design guide"), url=_url("ui:guide")))
    return tuple(links)


def _announcement() -> str:
    return gettext("This is a demonstration. People and schools in it are invented.") if serves_demo() else ""
