"""Who wants to hear of a course's next session, and when are they written to? Once, when one more can be joined."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from cordee.core.errors import N_, NotFound
from cordee.courses.models import Course, Run
from cordee.courses.outlines import pick
from cordee.courses.queries import outline as read_outline
from cordee.courses.sheets.reading import written_titles
from cordee.jobs.queries import bounced_among, who_said_no
from cordee.jobs.refusing_letters import Wish, say_yes
from cordee.jobs.writing_letters import NO_MORE, Addressee, Words, letters_leave, write_letters
from cordee.learning.catalogue.runs import host_name, joinable
from cordee.learning.models import Enrolment, NextRunWish
from cordee.people.models import Account
from cordee.ui import dates

AT_ONCE: Final = 500


def topic_of(course: Course) -> str:
    return f"next:{course.key}"


@transaction.atomic
def wish_for_next_run(*, account: Account, course: Course, now: dt.datetime) -> None:
    """Keep it, once. A "no" said earlier to such letters is taken back. 5 queries. Raises NotFound."""
    if not has_page(course):
        raise NotFound(N_("There is no course {key} here. Look in the course list."), key=course.key)
    known = [run.key for run in joinable(list(_listed(course)), now)]
    NextRunWish.objects.get_or_create(account=account, course=course, defaults={"asked_at": now, "known": known})
    say_yes(wish=Wish(account.pseudonym, topic_of(course), ""))


def forget_next_run(*, account: Account, course: Course) -> None:
    """No letter any more. 1 query."""
    NextRunWish.objects.filter(account=account, course=course).delete()


def write_about_next_runs(*, now: dt.datetime) -> int:
    """Write to who waits for a course of which a new session can be joined; how many were given.

    1 query when nobody waits; else 2 for each course that somebody waits for, and about 8 for each that opens.
    """
    waited = list(Course.objects.filter(pk__in=NextRunWish.objects.values("course")))
    if not waited or not letters_leave():
        return 0
    return sum(_write_about(course, now) for course in waited)


def _write_about(course: Course, now: dt.datetime) -> int:
    """Each is told of the first session that is news to them."""
    runs = sorted(joinable(list(_listed(course)), now), key=lambda run: run.opens_at)
    by_run: dict[Run, list[NextRunWish]] = {}
    if runs:
        for wish in NextRunWish.objects.filter(course=course).select_related("account").order_by("pk"):
            news = next((run for run in runs if run.key not in wish.known), None)
            if news is not None:
                by_run.setdefault(news, []).append(wish)
    return sum(
        _write_some(course, run, wishes[begin : begin + AT_ONCE], now)
        for run, wishes in by_run.items()
        for begin in range(0, len(wishes), AT_ONCE)
    )


@transaction.atomic
def _write_some(course: Course, run: Run, wishes: list[NextRunWish], now: dt.datetime) -> int:
    """Letters and the end of the wishes, together: a worker that is killed between them writes no second one."""
    refused = who_said_no(topic_of(course))
    bounced = bounced_among([wish.account.email for wish in wishes])
    there = set(
        Enrolment.objects.filter(
            run=run, account__in=[wish.account_id for wish in wishes], left_at__isnull=True
        ).values_list("account", flat=True)
    )
    people = [
        wish.account
        for wish in wishes
        if wish.account.is_active
        and wish.account.pseudonym not in refused
        and wish.account.email not in bounced
        and wish.account_id not in there
    ]
    NextRunWish.objects.filter(pk__in=[wish.pk for wish in wishes]).delete()
    if not people:
        return 0
    words = {language: words_of(course, run, language) for language in {one.language for one in people}}
    addressees = [Addressee(one.pseudonym, one.email, one.language) for one in people]
    key = f"next {run.key}"
    return write_letters(key=key, topic=topic_of(course), sender="", words=words, addressees=addressees, now=now)


def words_of(course: Course, run: Run, language: str) -> Words:
    """The letter. Its day is in the site's zone: it is one letter for all."""
    outline = read_outline(run.version.sha256)
    titles = {**outline.titles, **written_titles([course.pk]).get(course.pk, {})}
    title = pick(titles, language, outline.language)
    with override(language):
        subject = gettext("A new session: {course}").format(course=title)[:200]
        day = dates.long_day(run.opens_at, settings.TIME_ZONE, language)
        told = gettext("A session of this course can be joined. Its first day is {day}.").format(day=day)
        if host := host_name(run):
            told = f"{told} {gettext('It is played on {host}.').format(host=host)}"
        url = f"{settings.CORDEE.url}{reverse('course', args=[course.key])}"
        why = gettext("You asked for this one letter on the page of the course. Nobody reads replies to it.")
        no_more = gettext("No more of these letters:")
        context = {"language": language, "subject": subject, "told": told, "url": url, "title": title, "why": why}
        html = render_to_string("learning/catalogue/next_run_mail.html", {**context, "no_more": NO_MORE})
        about = gettext("The next session of {course}").format(course=title)
    return Words(subject, f"{told}\n{url}\n\n-- \n{why}\n{no_more}\n{NO_MORE}\n", html, about)


def has_page(course: Course) -> bool:
    """Whether the public knows of the course (1 query)."""
    runs = list(Run.objects.filter(course=course).values_list("listed", flat=True))
    return any(runs) or (not runs and course.sheet_id is not None)


def _listed(course: Course) -> Iterable[Run]:
    return (
        Run.objects.filter(course=course, listed=True)
        .select_related("version")
        .defer("version__outline", "version__files", "version__extra", "version__report")
    )
