"""Pages and news: as everybody reads them, and where the operator writes them."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.core import clock
from cordee.core.errors import N_, CordeeError, NotFound
from cordee.courses.editorial.forms import AddressForm, ChosenForm, PictureForm, WordsForm, initial_of
from cordee.courses.editorial.models import NEWS, PAGE, EditorialEdition
from cordee.courses.editorial.pictures import picture_address
from cordee.courses.editorial.queries import (
    edition_of,
    editions_of,
    every_text,
    latest_news,
    shown_text,
    text_at,
)
from cordee.courses.editorial.showing import page_html
from cordee.courses.editorial.writing import (
    SLUG,
    choose_courses,
    restore_edition,
    store_text,
    withdraw_text,
)
from cordee.jobs.site import CHOSEN_COURSES, kept_fact
from cordee.people.permissions import act, require, signed_in_account
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

ACT: Final = "editorial.edit"
SHARED_S: Final = 10  # how long a visitor may see a public page as it was
NEWS_LISTED: Final = 60
NEWS_IN_FEED: Final = 20
REFUSED: Final = 400


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page, for anyone. 1 query, 2 where it lists organisations."""
    return _shown(request, PAGE, slug)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def one_news(request: HttpRequest, slug: str) -> HttpResponse:
    """One item of news, for anyone. 1 query, 2 where it lists organisations."""
    return _shown(request, NEWS, slug)


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def news(request: HttpRequest) -> HttpResponse:
    """All news in the reader's language, the newest first. 1 query."""
    return render(request, "courses/editorial/news.html", {"news": latest_news(language(), most=NEWS_LISTED)})


@require_safe
@act("site.read")
@cache_control(public=True, max_age=0, s_maxage=SHARED_S)
def feed(request: HttpRequest) -> HttpResponse:
    """The same as an Atom feed. 1 query."""
    site = settings.CORDEE.url
    found = Atom1Feed(
        title=_("News of %(site)s") % {"site": settings.CORDEE.operator or "Cordée"},
        link=f"{site}{reverse('news')}",
        description="",
        language=language(),
        feed_url=f"{site}{reverse('feed-news')}",
    )
    for one in latest_news(language(), most=NEWS_IN_FEED):
        found.add_item(
            title=one.title,
            link=f"{site}{reverse('one-news', args=[one.text.slug])}",
            description=one.summary,
            unique_id=f"{site}{reverse('one-news', args=[one.text.slug])}",
            updateddate=one.made_at,
        )
    return HttpResponse(found.writeString("utf-8"), content_type=Atom1Feed.content_type)


@require_safe
@act(ACT)
def office(request: HttpRequest) -> HttpResponse:
    """Everything that is written, what stands first on the home page, and a place for pictures. 3 queries."""
    require(request, ACT)
    return _office(request)


@require_POST
@act(ACT)
def choose(request: HttpRequest) -> HttpResponse:
    """Which courses stand first on the home page. 6 queries."""
    require(request, ACT)
    form = ChosenForm(request.POST)
    if form.is_valid():
        try:
            choose_courses(keys=form.cleaned_data["keys"].split(), by=signed_in_account(request), now=clock.now())
        except CordeeError as refused:
            form.add_error("keys", sentence_of(refused))
        else:
            return HttpResponseRedirect(f"{reverse('editorial')}?done=chosen")
    return _office(request, chosen=form)


@require_POST
@act(ACT)
def add_picture(request: HttpRequest) -> HttpResponse:
    """Keep a picture, and say what to write to show it. 5 queries."""
    require(request, ACT)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["picture"]
        try:
            return _office(request, kept=picture_address(file.name or "", file.read()))
        except CordeeError as refused:
            form.add_error("picture", sentence_of(refused))
    return _office(request, picture=form)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Where a new one stands; its words come next. 2 queries."""
    require(request, ACT)
    _known(kind, language())
    form = AddressForm(request.POST if request.method == "POST" else None, initial={"language": language()})
    if form.is_valid():
        slug = form.cleaned_data["slug"]
        if SLUG.fullmatch(slug):
            return HttpResponseRedirect(reverse("edit-editorial", args=[kind, slug, form.cleaned_data["language"]]))
        example = _("The address has small letters, digits and dashes, for example %(example)s.")
        form.add_error("slug", example % {"example": "support-us"})
    context = {"form": form, "kind": kind, "breadcrumbs": _crumbs()}
    return render(request, "courses/editorial/new.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def edit(request: HttpRequest, kind: str, slug: str, language_code: str) -> HttpResponse:
    """The words of one, and its history. 4 queries; stored, 9 more."""
    require(request, ACT)
    _known(kind, language_code)
    text = text_at(kind, slug, language_code)
    editions = editions_of(text) if text else []
    latest = editions[0] if editions else None
    posted = request.POST if request.method == "POST" else None
    form = WordsForm(posted, initial=initial_of(latest), kind=kind, language=language_code)
    wish, preview = request.POST.get("do", ""), None
    if form.is_valid():
        if wish == "preview":
            preview = form.words()
        else:
            try:
                edition = store_text(
                    kind=kind,
                    slug=slug,
                    language=language_code,
                    words=form.words(),
                    seen=form.cleaned_data["seen"],
                    publish=wish == "publish",
                    by=signed_in_account(request),
                    now=clock.now(),
                )
            except CordeeError as refused:
                form.add_error(None, sentence_of(refused))
            else:
                done = "beside" if edition.is_beside_another else "shown" if wish == "publish" else "stored"
                return HttpResponseRedirect(f"{request.path}?done={done}")
    other = _other(latest, editions)
    context = {
        "form": form,
        "kind": kind,
        "slug": slug,
        "code": language_code,
        "text": text,
        "latest": latest,
        "editions": editions,
        "other": other,
        "preview": preview,
        "html": _html(preview.markdown, language_code) if preview else "",
        "public_url": _public_url(kind, slug, language_code),
        "done": request.GET.get("done", ""),
        "now": clock.now(),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "courses/editorial/edit.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def edition(request: HttpRequest, kind: str, slug: str, language_code: str, number: int) -> HttpResponse:
    """One of the history as it was; posted, it is the newest again. 2 queries; posted, 10."""
    require(request, ACT)
    found = edition_of(kind, slug, language_code, number)
    back = reverse("edit-editorial", args=[kind, slug, language_code])
    if request.method == "POST":
        restore_edition(edition=found, by=signed_in_account(request), now=clock.now())
        return HttpResponseRedirect(f"{back}?done=restored")
    context = {
        "edition": found,
        "code": language_code,
        "html": _html(found.markdown, language_code),
        "now": clock.now(),
        "breadcrumbs": [*_crumbs(), Link(label=found.title, url=back)],
    }
    return render(request, "courses/editorial/edition.html", context)


@require_POST
@act(ACT)
def withdraw(request: HttpRequest, kind: str, slug: str, language_code: str) -> HttpResponse:
    """Show it no more. 5 queries."""
    require(request, ACT)
    text = text_at(kind, slug, language_code)
    if text is None:
        raise NotFound(N_("There is no such page. Choose one in the list."))
    withdraw_text(text=text, by=signed_in_account(request), now=clock.now())
    return HttpResponseRedirect(f"{reverse('edit-editorial', args=[kind, slug, language_code])}?done=withdrawn")


def _shown(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    found = shown_text(kind, slug, language())
    code = found.text.language
    context = {
        "edition": found,
        "kind": kind,
        "code": code,
        "is_foreign": code != language(),
        "html": _html(found.markdown, code),
        "breadcrumbs": [Link(label=_("News"), url=reverse("news"))] if kind == NEWS else [],
    }
    return render(request, "courses/editorial/page.html", context)


def _office(
    request: HttpRequest, *, chosen: ChosenForm | None = None, picture: PictureForm | None = None, kept: str = ""
) -> HttpResponse:
    keys = "\n".join(kept_fact(CHOSEN_COURSES) or ())
    refused = chosen or picture
    context = {
        "texts": every_text(),
        "kinds": ((PAGE, _("Pages")), (NEWS, _("News"))),
        "chosen": chosen or ChosenForm(initial={"keys": keys}),
        "picture": picture or PictureForm(),
        "kept": kept,
        "form": refused,
        "done": request.GET.get("done", ""),
    }
    return render(request, "courses/editorial/office.html", context, status=REFUSED if refused else 200)


def _other(latest: EditorialEdition | None, editions: list[EditorialEdition]) -> EditorialEdition | None:
    """What somebody else stored while the last edition was written: the one before it."""
    return editions[1] if latest and latest.is_beside_another and len(editions) > 1 else None


def _html(markdown: str, code: str) -> Any:
    return page_html(markdown, language=code, day=clock.now().date())


def _public_url(kind: str, slug: str, code: str) -> str:
    with override(code):
        return reverse("page" if kind == PAGE else "one-news", args=[slug])


def _known(kind: str, code: str) -> None:
    if kind not in (PAGE, NEWS) or code not in dict(settings.LANGUAGES):
        raise NotFound(N_("There is no such page. Choose one in the list."))


def _crumbs() -> list[Link]:
    return [Link(label=_("Pages and news"), url=reverse("editorial"))]
