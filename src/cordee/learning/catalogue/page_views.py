"""Pages around the courses, for anyone: fields, paths, people."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from cordee.core import clock
from cordee.courses.sheets.reading import course_by_key
from cordee.learning.catalogue import classed
from cordee.learning.catalogue.linked_data import absolute, breadcrumb_data, script
from cordee.learning.catalogue.markdown import plain
from cordee.learning.catalogue.next_run import forget_next_run, wish_for_next_run
from cordee.learning.catalogue.pictures import Shared
from cordee.people.permissions import act, may, signed_in_account
from cordee.people.sessions import account_of
from cordee.ui.language import language
from cordee.ui.shell import Link

SHARED_S: Final = 10  # how long a visitor may see a public page as it was


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def categories(request: HttpRequest) -> HttpResponse:
    """Every field of the catalogue. 2 queries."""
    context = {"lines": classed.category_lines(language=language()), "breadcrumbs": [_courses()]}
    return render(request, "learning/catalogue/categories.html", context)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def category(request: HttpRequest, code: str) -> HttpResponse:
    """One field: what it is, its courses, the paths through it."""
    page = classed.category_page(code, language=language(), now=clock.now())
    crumbs = [_courses(), Link(label=_("Fields"), url=reverse("categories"))]
    context = {"page": page, "breadcrumbs": crumbs, **_around(request, page.name, crumbs, page.about)}
    return render(request, "learning/catalogue/category.html", context)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def programmes(request: HttpRequest) -> HttpResponse:
    """Every path. 1 query."""
    context = {"lines": classed.programme_lines(language=language()), "breadcrumbs": [_courses()]}
    return render(request, "learning/catalogue/programmes.html", context)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One path: its courses in order, and how far the reader is."""
    account = account_of(request)
    page = classed.programme_page(code, account=account, language=language(), now=clock.now())
    crumbs = [_courses(), Link(label=_("Paths"), url=reverse("programmes"))]
    context = {
        "page": page,
        "breadcrumbs": crumbs,
        "may_edit": account is not None and may(account, "catalogue.edit"),
        **_around(request, page.name, crumbs, page.about),
    }
    return render(request, "learning/catalogue/programme.html", context)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody whom sheets of courses name, as they agreed."""
    page = classed.person_page(slug, language=language(), now=clock.now())
    crumbs = [_courses()]
    context = {"page": page, "breadcrumbs": crumbs, **_around(request, page.name, crumbs, str(page.about or ""))}
    return render(request, "learning/catalogue/person.html", context)


@require_POST
@act("course.next_run")
def next_run(request: HttpRequest, course_key: str) -> HttpResponse:
    """Ask for one letter about the next session, or take that back (`wish` = "no")."""
    account, course = signed_in_account(request), course_by_key(course_key)
    if request.POST.get("wish") == "no":
        forget_next_run(account=account, course=course)
    else:
        wish_for_next_run(account=account, course=course, now=clock.now())
    return HttpResponseRedirect(f"{reverse('course', args=[course_key])}#sessions", status=303)


def _courses() -> Link:
    return Link(label=_("Courses"), url=reverse("catalogue"))


def _around(request: HttpRequest, title: str, crumbs: list[Link], about: str = "") -> dict[str, object]:
    """What programs and social networks read in the page's head. `about`: HTML or text."""
    here = Link(label=title, url=request.path)
    return {
        "shared": Shared(title=title, description=plain(about), url=absolute(request.path)),
        "linked": script(breadcrumb_data([*crumbs, here])),
    }
