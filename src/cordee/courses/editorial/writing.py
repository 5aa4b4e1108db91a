"""Store a page or news, show it, take it back. What stood there before stays in its history."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from cordee.core.errors import N_, InputRefused, NotFound, shown
from cordee.courses.assets import PICTURES
from cordee.courses.editorial.models import NEWS, PAGE, EditorialEdition, EditorialText
from cordee.courses.editorial.showing import files_in
from cordee.courses.models import Asset, Course
from cordee.jobs.site import CHOSEN_COURSES, keep_fact
from cordee.people.auditing import note_act
from cordee.people.models import Account

ACT: Final = "editorial.edit"
SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG: Final = 60
LONGEST_TITLE: Final = 200
LONGEST_SUMMARY: Final = 300
LONGEST_TEXT: Final = 50_000
LAST_PLACE: Final = 99
MOST_CHOSEN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Everything of an edition that somebody types."""

    title: str
    summary: str = ""
    markdown: str = ""
    day: dt.date | None = None
    in_footer: bool = False
    place: int = 0


def store_text(
    *,
    kind: str,
    slug: str,
    language: str,
    words: Words,
    seen: int,
    publish: bool,
    by: Account | None,
    now: dt.datetime,
) -> EditorialEdition:
    """The edition that holds these words: the same again, seen last, adds none. 4 to 8 queries.

    `seen`: the number of the edition that the writer had before them, 0 for none. When somebody else stored one since,
    these words become an edition beside it, and are not shown: nobody's are lost, and the writer compares. `publish`:
    show it to everybody. Raises InputRefused.
    """
    _check(kind, slug, language, words)
    with transaction.atomic():
        text, _made = EditorialText.objects.select_for_update().get_or_create(kind=kind, slug=slug, language=language)
        latest = text.editions.order_by("-number").first()
        number = latest.number if latest else 0
        if latest and _words_of(latest) == words and (not publish or text.shown_id == latest.pk):
            return latest
        if latest and _words_of(latest) == words and seen == number:
            edition = latest
        else:
            edition = EditorialEdition.objects.create(
                text=text,
                number=number + 1,
                seen=seen,
                made_by=by,
                made_by_name=by.name if by else "",
                made_at=now,
                **asdict(words),
            )
        if publish and seen == number:
            _show(text, edition)
        note_act(account=by, act=ACT, place="", people=0, about=f"{text} edition {edition.number}", now=now)
    return edition


def restore_edition(*, edition: EditorialEdition, by: Account | None, now: dt.datetime) -> EditorialEdition:
    """An older edition's words as the newest, shown if the text is shown. 5 to 8 queries."""
    text = edition.text
    last = text.editions.aggregate(last=Max("number"))["last"]
    return store_text(
        kind=text.kind,
        slug=text.slug,
        language=text.language,
        words=_words_of(edition),
        seen=last,
        publish=text.shown_id is not None,
        by=by,
        now=now,
    )


@transaction.atomic
def withdraw_text(*, text: EditorialText, by: Account | None, now: dt.datetime) -> None:
    """Show it no more; its editions stay. 2 queries, 1 when it is not shown."""
    if EditorialText.objects.filter(pk=text.pk, shown__isnull=False).update(shown=None):
        note_act(account=by, act=ACT, place="", people=0, about=f"{text} withdrawn", now=now)


@transaction.atomic
def choose_courses(*, keys: Sequence[str], by: Account | None, now: dt.datetime) -> None:
    """Say which courses the home page shows first, in this order; none: those that one can begin. 4 queries.

    Raises InputRefused for a course that is not here.
    """
    wanted = list(dict.fromkeys(key.strip() for key in keys if key.strip()))
    if len(wanted) > MOST_CHOSEN:
        raise InputRefused(N_("The home page shows {most} courses at most. Take some away."), most=MOST_CHOSEN)
    known = {
        f"{organisation}+{number}" for organisation, number in Course.objects.values_list("organisation", "number")
    }
    for key in wanted:
        if key not in known:
            raise InputRefused(
                N_("There is no course {key} here. Write keys as in the addresses of course pages."), key=shown(key, 60)
            )
    keep_fact(CHOSEN_COURSES, wanted)
    note_act(account=by, act=ACT, place="", people=0, about=f"home page: {len(wanted)} courses", now=now)


def _show(text: EditorialText, edition: EditorialEdition) -> None:
    EditorialText.objects.filter(pk=text.pk).update(shown=edition)
    text.shown = edition


def _words_of(edition: EditorialEdition) -> Words:
    return Words(
        title=edition.title,
        summary=edition.summary,
        markdown=edition.markdown,
        day=edition.day,
        in_footer=edition.in_footer,
        place=edition.place,
    )


def _check(kind: str, slug: str, language: str, words: Words) -> None:
    if kind not in (PAGE, NEWS) or language not in dict(settings.LANGUAGES):
        raise NotFound(N_("There is no such page. Choose one in the list."))
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        raise InputRefused(
            N_("The address has small letters, digits and dashes, for example {example}."), example="support-us"
        )
    if not words.title.strip() or len(words.title) > LONGEST_TITLE:
        raise InputRefused(N_("A title has from 1 to {most} signs."), most=LONGEST_TITLE)
    if len(words.summary) > LONGEST_SUMMARY:
        raise InputRefused(N_("The summary has more than {most} signs. Shorten it."), most=LONGEST_SUMMARY)
    if len(words.markdown) > LONGEST_TEXT:
        raise InputRefused(N_("The text has more than {most} signs. Make two pages of it."), most=LONGEST_TEXT)
    if kind == NEWS and words.day is None:
        raise InputRefused(N_("News has a day. Give one."))
    if not 0 <= words.place <= LAST_PLACE:
        raise InputRefused(N_("The place in the footer is a number from 0 to {most}."), most=LAST_PLACE)
    named = files_in(words.markdown)
    known = set(
        Asset.objects.filter(sha256__in=named, content_type__in=PICTURES.values()).values_list("sha256", flat=True)
    )
    for sha256 in named:
        if sha256 not in known:
            raise InputRefused(
                N_("The text shows a picture files/{name}… that is not here. Add the file first."), name=sha256[:12]
            )
