"""What stands around a page of the preview: who looks, and what should be mended in the text."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language, gettext

from cordee.core.errors import shown
from cordee.courses.outlines import Section, pick
from cordee.courses.reading_time import MINUTE_S
from cordee.courses.text.drafting import Draft
from cordee.formats.coursetext.facts import words
from cordee.formats.coursetext.messages import LONGEST_LINE, sentence
from cordee.formats.coursetext.model import Message
from cordee.learning.pages.first import words_of
from cordee.ui.shell import LanguageLink, Link, Shell, frame
from cordee.ui.typography import exact_duration
from cordee.web.course_preview.stage import EVERYBODY, GROUP, TEAM, stage

EDITION_MARK: Final = f"edition-{secrets.token_hex(8)}"  # drawn once; each answer puts the number of its state there
MOST: Final = 30  # messages on a page
WHO_COOKIE: Final = "cordee_preview_who"


@dataclass(frozen=True, slots=True)
class Told:
    """One message, in the reader's language."""

    place: str  # "modules/nommer/trame.fr.md:12:3"
    sentence: str
    line: str  # of the text, "" when there is nothing to see


@dataclass(frozen=True, slots=True)
class Choice:
    """As whom one may look."""

    value: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """What the preview says above each page."""

    edition: str
    who: tuple[Choice, ...]
    errors: tuple[Told, ...]
    more_errors: int
    warnings: tuple[Told, ...]
    more_warnings: int
    kept: tuple[str, ...]  # pages that are shown as they were without errors
    left_out: tuple[str, ...]  # pages that cannot be shown yet
    doors: tuple[str, ...]  # what learners meet before sections of this page, and the preview passes through
    is_shown: bool

    @property
    def all_errors(self) -> int:
        return len(self.errors) + self.more_errors

    @property
    def all_warnings(self) -> int:
        return len(self.warnings) + self.more_warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewShell(Shell):
    """The frame with the bar of the preview."""

    bar: Bar


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every template, as `ui/shell.html` describes it. No query."""
    current, path = get_language() or settings.LANGUAGE_CODE, request.path_info
    run_key, draft = stage.shown.run_key, stage.shown.draft
    links = (
        [
            Link(label=gettext("Course outline"), url=reverse("outline", args=[run_key])),
            Link(label=gettext("Checks before opening"), url=reverse("preview-checks")),
        ]
        if run_key
        else []
    )
    around = frame(
        request,
        PreviewShell(
            operator="",
            home_url="/",
            site_name=gettext("Preview"),
            navigation=tuple(Link(label=one.label, url=one.url, current=one.url == path) for one in links),
            languages=tuple(
                LanguageLink(code=code, label=str(label), current=code == current) for code, label in settings.LANGUAGES
            ),
            language_url=reverse("choose-language"),
            theme_url=reverse("ui:theme"),
            reading_url=reverse("ui:reading"),
            bar=bar_of(draft, who_of(request), current, _sections_at(request, draft)),
        ),
    )
    return {**around, "zone": get_current_timezone_name()}


def who_of(request: HttpRequest) -> str:
    """As whom this browser looks; a learner of no group where its choice is not there any more."""
    chosen = request.COOKIES.get(WHO_COOKIE, "")
    return chosen if chosen in choices() else EVERYBODY


def choices() -> tuple[str, ...]:
    """As whom one may look."""
    return (EVERYBODY, *(f"{GROUP}{name}" for name in stage.shown.draft.groups), TEAM)


def bar_of(draft: Draft, who: str, language: str, sections: Sequence[Section] = ()) -> Bar:
    """The bar in the language of the page. `sections`: those that the page shows, as learners have them."""
    errors, warnings = draft.errors, draft.warnings
    return Bar(
        edition=EDITION_MARK,
        who=_choices(draft, who, language),
        errors=tuple(told(one, draft) for one in errors[:MOST]),
        more_errors=max(0, len(errors) - MOST),
        warnings=tuple(told(one, draft) for one in warnings[:MOST]),
        more_warnings=max(0, len(warnings) - MOST),
        kept=tuple(sorted(draft.kept)),
        left_out=tuple(sorted(draft.left_out)),
        doors=tuple(filter(None, (_door(draft, one, language) for one in sections)))[:MOST],
        is_shown=draft.compiled is not None,
    )


def _sections_at(request: HttpRequest, draft: Draft) -> Sequence[Section]:
    """Every section on the outline's page; on a unit's, its own."""
    match = request.resolver_match
    if draft.compiled is None or match is None:
        return ()
    outline = draft.compiled.outline
    if match.url_name == "outline":
        return [section for module in outline.modules for section in module.sections]
    place = outline.places.get(match.kwargs.get("unit_id", "")) if match.url_name == "unit" else None
    return () if place is None else (place.section,)


def _door(draft: Draft, section: Section, language: str) -> str:
    """One sentence; "" for a section that learners just open."""
    if draft.compiled is None or not (section.limit_min or section.first):
        return ""
    outline = draft.compiled.outline
    time = exact_duration(section.limit_min * MINUTE_S, language)
    what = ", ".join(words_of(outline, one, language) for one in section.first)
    values = {"section": pick(section.titles, language, outline.language), "time": time, "what": what}
    if not section.first:
        return gettext("“%(section)s”: %(time)s for learners, once they start.") % values
    if not section.limit_min:
        return gettext("“%(section)s” opens to learners once this is done: %(what)s.") % values
    return (
        gettext(
            "“%(section)s” opens to learners once this is done: %(what)s. Then they have %(time)s from when they start."
        )
        % values
    )


def told(message: Message, draft: Draft) -> Told:
    """A message with the line that it is about."""
    lines = draft.texts.get(message.place.path, "").split("\n")
    at = message.place.line
    line = shown(lines[at - 1].strip(), LONGEST_LINE) if 0 < at <= len(lines) else ""
    return Told(str(message.place), sentence(message, gettext), line)


def title_of(draft: Draft, language: str) -> str:
    """The course's, in the reader's language."""
    return pick(draft.outline.titles, language, draft.outline.language) if draft.outline else ""


def _choices(draft: Draft, who: str, language: str) -> tuple[Choice, ...]:
    facts = draft.course.facts if draft.course else None
    groups = facts.groups if facts else {}
    reference = draft.course.reference if draft.course else language
    named = [
        (EVERYBODY, gettext("Learner")),
        *(
            (
                f"{GROUP}{name}",
                gettext("Learner of “%(group)s”") % {"group": words(title, language, reference) or name},
            )
            for name, title in groups.items()
        ),
        (TEAM, gettext("Team")),
    ]
    return tuple(Choice(value, label, value == who) for value, label in named)
