"""Which learners who agreed to it are written to about what is due, in one letter a day at most?

A letter leaves on a day before a deadline, in the morning where the person lives, if something is left to hand in. Who
takes a pause in a session is not called to it.
"""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext, override

from cordee.jobs.models import Letter
from cordee.jobs.queries import bounced_among, who_said_no
from cordee.jobs.writing_letters import NO_MORE, Addressee, Words, letter_id, letters_leave, write_letters
from cordee.learning.dashboard import ToHandIn, dashboard
from cordee.people.consenting import DIGEST, who_agreed, withdraw
from cordee.people.models import Account
from cordee.ui import dates

AHEAD: Final = dt.timedelta(hours=48)  # of a deadline
AT_ONCE: Final = 500
HOURS: Final = range(7, 12)  # of the morning where the person lives: a worker that was away has some hours


def write_digests(*, now: dt.datetime) -> int:
    """Write the letters of this hour; how many. 2 queries, 1 for each 500 who agreed, some 8 for each of a morning."""
    if not letters_leave():
        return 0
    agreed, refused = who_agreed(DIGEST), who_said_no(DIGEST)
    count = 0
    for begin in range(0, len(agreed), AT_ONCE):
        for account in list(Account.objects.filter(pk__in=agreed[begin : begin + AT_ONCE], is_active=True)):
            if account.pseudonym in refused:
                withdraw(account=account, purpose=DIGEST, now=now)  # they pressed the button of a letter
            else:
                count += write_digest(account, now=now)
    return count


def write_digest(account: Account, *, now: dt.datetime) -> int:
    """One person's letter of today; 0 where it is not their morning, they have it, or nothing is due."""
    here = now.astimezone(ZoneInfo(account.time_zone))
    key = f"digest {here:%Y-%m-%d} {account.pseudonym.hex}"
    if here.hour not in HOURS or Letter.objects.filter(pk=letter_id(key, account.pseudonym)).exists():
        return 0
    found = dashboard(account, language=account.language, now=now)
    due = [line for line in found.to_hand_in if line.due_at - now <= AHEAD and not line.rests]
    if not due or bounced_among([account.email]):
        return 0
    one = Addressee(account.pseudonym, account.email, account.language)
    words = {account.language: words_of(account, due, now=now)}
    return write_letters(key=key, topic=DIGEST, sender="", words=words, addressees=[one], now=now)


def words_of(account: Account, due: list[ToHandIn], *, now: dt.datetime) -> Words:
    """The letter in the person's language, times in their zone."""
    site = settings.CORDEE.url
    with override(account.language):
        lines = [
            {
                "words": gettext("{section}, {course}").format(section=line.title, course=line.run_title),
                "due": dates.when(line.due_at, now, account.time_zone, account.language),
                "url": f"{site}{line.url}",
            }
            for line in due
        ]
        subject = ngettext("{count} thing is due soon", "{count} things are due soon", len(due)).format(count=len(due))
        context = {
            "language": account.language,
            "subject": subject,
            "lines": lines,
            "mine": f"{site}{reverse('mine')}",
            "no_more": NO_MORE,
        }
        html = render_to_string("learning/digest_mail.html", context)
        why = gettext("You asked for this letter on the page of your data. Nobody reads replies to it.")
        no_more = gettext("No more of these letters:")
        about = gettext("What is due in my courses")
    told = "\n\n".join(f"{line['words']}\n{line['due']}\n{line['url']}" for line in lines)
    return Words(subject, f"{told}\n\n-- \n{why}\n{no_more}\n{NO_MORE}\n", html, about)
