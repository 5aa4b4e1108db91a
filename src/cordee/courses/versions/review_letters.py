"""What do the letters say that tell a colleague of a review, and an author of its end?"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from cordee.courses.models import Version
from cordee.courses.versions.models import ReviewStep
from cordee.courses.versions.queries import title_of_version
from cordee.jobs.writing_letters import NO_MORE, Addressee, Words, letters_leave, write_letters
from cordee.people.models import Account

TOPIC = "reviews"


def write_to_reviewer(step: ReviewStep, version: Version, now: dt.datetime) -> None:
    """That they are asked to review it, in the transaction of the fact. None where this site sends no letters."""
    if step.reviewer is None:
        return
    with override(step.reviewer.language):
        line = gettext("{name} asks you to review version {number} of “{course}”.").format(
            name=step.by_name or gettext("A colleague"),
            number=version.number,
            course=title_of_version(version, step.reviewer.language),
        )
        where = gettext("What changed, what to mend and where to answer stands on this page:")
        why = gettext("You get this letter because you were named. Nobody reads replies to it.")
    _write(step, version, step.reviewer, lines=(line, where), why=why, now=now)


def write_to_author(step: ReviewStep, version: Version, now: dt.datetime) -> None:
    """How it ended, to the author where they are known and did not end it themselves."""
    author = step.author
    if author is None or author.pk == step.by_id or not author.is_active:
        return
    with override(author.language):
        sentence = {
            ReviewStep.APPROVED: gettext("Version {number} of “{course}” is approved: sessions may show it."),
            ReviewStep.RETURNED: gettext("Version {number} of “{course}” was sent back to you, with a reason."),
            ReviewStep.WAIVED: gettext("Version {number} of “{course}” may be shown without a review."),
            ReviewStep.WITHDRAWN: gettext("The review of version {number} of “{course}” was taken back."),
        }[step.kind]
        line = sentence.format(number=version.number, course=title_of_version(version, author.language))
        where = gettext("Who said so, and why, stands on this page:")
        why = gettext("You get this letter because you published this version. Nobody reads replies to it.")
    _write(step, version, author, lines=(line, where), why=why, now=now)


def _write(
    step: ReviewStep, version: Version, to: Account, *, lines: tuple[str, str], why: str, now: dt.datetime
) -> None:
    if not letters_leave():
        return
    url = f"{settings.CORDEE.url}{reverse('version-review', args=[version.course.key, version.number])}"
    with override(to.language):
        no_more_words = gettext("No more such letters:")
        about = gettext("Reviews of versions")
        html = render_to_string(
            "courses/review_mail.html",
            {
                "language": to.language,
                "subject": lines[0],
                "lines": lines,
                "url": url,
                "why": why,
                "no_more": NO_MORE,
                "no_more_words": no_more_words,
            },
        )
    text = f"{lines[0]}\n\n{lines[1]}\n\n{url}\n\n-- \n{why}\n{no_more_words}\n{NO_MORE}\n"
    write_letters(
        key=f"review {step.pk}",
        topic=TOPIC,
        sender=step.by_name,
        words={to.language: Words(lines[0][:200], text, html, about)},
        addressees=[Addressee(to.pseudonym, to.email, to.language)],
        now=now,
    )
