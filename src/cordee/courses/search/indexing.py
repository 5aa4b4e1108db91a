"""Keep the catalogue in step with what is published.

Every act that changes what a list shows of a course calls `index_courses` last, in its own transaction: who holds the
row of the edition waits for nothing any more, so that two acts never wait for each other. Only listed runs are looked
at: of a course without any, the catalogue says nothing, not even to a search.
"""

from __future__ import annotations

import contextlib
import html
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Final, NamedTuple

import nh3
from django.db import connection, transaction

from cordee.courses.models import CatalogueEdition, CatalogueEntry, Course, Run, Version
from cordee.courses.outlines import Outline, from_json
from cordee.courses.search.facts import CardFacts, RunFacts, card_facts_of, card_json, facts_json, is_for_all
from cordee.courses.search.words import roots, roots_of, words_of
from cordee.courses.sheets.sheet import Sheet, read_sheet

SHAPE: Final = 2  # of the entries: another number, and each site makes its own anew
ZONES: Final = ("title", "keywords", "near", "text")  # from the one that weighs most
MOST_WORDS: Final = 1500  # of a zone in one language
BATCH: Final = 100
STANDING: Final = """SELECT edition, build, (SELECT max(changed_at) FROM people_organisation)
    FROM courses_catalogueedition WHERE id = %s AND shape = %s"""


class Standing(NamedTuple):
    """Which state of the catalogue is the present one. `named_at`: when a name of an organisation last changed."""

    edition: int
    build: str
    named_at: object


_together: ContextVar[set[int | None] | None] = ContextVar("_together", default=None)


def index_courses(course_ids: Collection[int]) -> None:
    """Write the entries of these courses anew, in the transaction of the act. 6 queries for up to 100 of them.

    Before the first reader has had the catalogue made (`ready`), nothing.
    """
    waiting = _together.get()
    if waiting is not None:
        waiting.add(None)
        waiting.update(course_ids)
        return
    with transaction.atomic():
        edition = _hold_edition()
        if edition.shape == SHAPE:
            edition.edition += 1
            _write(sorted(course_ids), edition.edition)
            edition.save()


def index_categories() -> None:
    """Say that the name or the place of a category changed: processes read them anew. 3 queries."""
    index_courses(())


@contextlib.contextmanager
def indexed_together() -> Iterator[None]:
    """Acts inside leave their courses to the end of the block, which ends before the transaction does."""
    if _together.get() is not None:
        yield
        return
    waiting: set[int | None] = set()
    token = _together.set(waiting)
    try:
        yield
    finally:
        _together.reset(token)
    if waiting:
        index_courses([pk for pk in waiting if pk is not None])


def ready() -> Standing:
    """How the catalogue stands, with every entry made when there are none yet, or of an older shape (1 query)."""
    found = _standing()
    if found is None:
        build(again=False)
        found = _standing()
        assert found is not None, "it has just been made"  # noqa: S101
    return found


def _standing() -> Standing | None:
    """Written by hand: every page of the catalogue asks it, and composing it would cost as much as answering."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [CatalogueEdition.ONLY, SHAPE])
        found = cursor.fetchone()
    return Standing(*found) if found else None


@transaction.atomic
def build(*, again: bool = True) -> int:
    """Make every entry anew; with `again=False` not when somebody else did so meanwhile. How many are made."""
    edition = _hold_edition()
    if not again and edition.shape == SHAPE:
        return 0
    edition.edition += 1
    edition.shape = SHAPE
    edition.build = secrets.token_hex(16)
    CatalogueEntry.objects.all().delete()
    courses = list(Course.objects.filter(runs__listed=True).distinct().order_by("pk").values_list("pk", flat=True))
    _write(courses, edition.edition)
    edition.save()
    roots_of.cache_clear()  # every word of the catalogue is in it
    return len(courses)


def out_of_step() -> int:
    """How many courses are in the catalogue without a listed run, or have one and are not in it (3 queries).

    0 before the first reader has had it made.
    """
    if _standing() is None:
        return 0
    known = set(CatalogueEntry.objects.exclude(facts={}).values_list("course_id", flat=True))
    listed = set(Run.objects.filter(listed=True).values_list("course_id", flat=True))
    return len(known ^ listed)


def _hold_edition() -> CatalogueEdition:
    """The row, which others wait for until the transaction ends."""
    CatalogueEdition.objects.get_or_create(pk=CatalogueEdition.ONLY)
    return CatalogueEdition.objects.select_for_update().get(pk=CatalogueEdition.ONLY)


def _write(course_ids: list[int], edition: int) -> None:
    for start in range(0, len(course_ids), BATCH):
        some = course_ids[start : start + BATCH]
        CatalogueEntry.objects.bulk_create(
            list(_entries(some, edition)),
            update_conflicts=True,
            unique_fields=["course"],
            update_fields=["edition", "facts", "card", "terms"],
        )


def _entries(course_ids: list[int], edition: int) -> Iterator[CatalogueEntry]:
    """3 queries."""
    runs: dict[int, list[Run]] = {}
    found = Run.objects.filter(course__in=course_ids, listed=True).select_related("version").order_by("-opens_at", "pk")
    for run in found.defer("version__outline", "version__files", "version__extra", "version__report"):
        runs.setdefault(run.course_id, []).append(run)
    newest = {pk: max((run.version for run in ones), key=lambda one: one.number).pk for pk, ones in runs.items()}
    outlines = dict(Version.objects.filter(pk__in=newest.values()).values_list("pk", "outline"))
    for course in Course.objects.filter(pk__in=course_ids).select_related("sheet"):
        if course.pk not in runs:
            yield CatalogueEntry(course=course, edition=edition, facts={}, card={}, terms={})
            continue
        outline = from_json(outlines[newest[course.pk]])
        sheet = read_sheet(course.sheet.data) if course.sheet else Sheet()
        listed = [RunFacts(run.key, run.host, run.opens_at, run.closes_at, run.pass_mark) for run in runs[course.pk]]
        yield CatalogueEntry(
            course=course,
            edition=edition,
            facts=facts_json(key=course.key, outline=outline, sheet=sheet, runs=listed),
            card=card_json(outline),
            terms=terms_of(course, outline, sheet),
        )


def terms_of(course: Course, outline: Outline, sheet: Sheet) -> dict[str, str]:
    """By zone, the roots of what is said there in any language; and all words as they are written."""
    own = outline.language
    texts: list[tuple[str, str, str]] = []  # zone, language, text

    def say(zone: str, by_language: Mapping[str, str | Iterable[str]]) -> None:
        for language, said in by_language.items():
            texts.extend((zone, language, one) for one in ((said,) if isinstance(said, str) else said))

    say("title", sheet.calls_it(outline.titles))
    say("keywords", sheet.keywords)
    say("keywords", {own: course.number})
    say(
        "near",
        {own: [outline.organisation_name, *(one.name for one in sheet.team), *(one.name for one in sheet.partners)]},
    )
    for language, pages in outline.about.items():
        say("near", {language: _plain(pages.get("short_description", ""))})
        say("text", {language: _plain(pages.get("overview", ""))})
    say("text", sheet.outcomes)
    for module in outline.modules:
        if is_for_all(module):
            say("text", module.titles)
    return _terms(texts)


def _terms(texts: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    words: dict[tuple[str, str], list[str]] = {}
    for zone, language, text in texts:
        words.setdefault((zone, language), []).extend(words_of(text))
    found: dict[str, dict[str, None]] = {zone: {} for zone in ZONES}
    for (zone, language), ones in words.items():
        found[zone].update(dict.fromkeys(roots(ones[:MOST_WORDS], language)))
    seen: set[str] = set()
    for zone in ZONES:  # a root stands in the zone that weighs most
        found[zone] = {root: None for root in found[zone] if root not in seen}
        seen.update(found[zone])
    every = dict.fromkeys(word for ones in words.values() for word in ones[:MOST_WORDS])
    return {zone: " ".join(ones) for zone, ones in found.items()} | {"words": " ".join(every)}


def _plain(text: str) -> str:
    """The words of an author's HTML: no tags, no script."""
    return html.unescape(nh3.clean(text.replace("<", " <"), tags=set()))


@contextlib.contextmanager
def past_the_map() -> Iterator[None]:
    """What is read once, though of every course, leaves nothing behind in the process: neither in SQLite's map of the
    file nor in its pages. Some 50 µs; nothing on PostgreSQL.
    """
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        yield
        return
    database: Any = connection.connection
    (mapped,) = database.execute("PRAGMA mmap_size").fetchone() or (0,)
    database.execute("PRAGMA mmap_size=0").fetchall()
    try:
        yield
    finally:
        database.execute("PRAGMA shrink_memory").fetchall()
        database.execute(f"PRAGMA mmap_size={int(mapped)}").fetchall()


def entries_since(edition: int) -> Iterator[tuple[int, int, Any, Any]]:
    """Course, edition, facts and terms of what was written since (1 query); without facts: in no list any more."""
    found = CatalogueEntry.objects.filter(edition__gt=edition)
    return found.values_list("course_id", "edition", "facts", "terms").iterator(BATCH)


def card_facts(course_ids: Collection[int]) -> dict[int, CardFacts]:
    """What lists show of these courses besides their facts (1 query)."""
    with past_the_map():
        found = list(CatalogueEntry.objects.filter(course__in=course_ids).values_list("course_id", "card"))
    return {course_id: card_facts_of(card) for course_id, card in found if card}
