"""For how long is what kept, and who sees to it?

One table: a rule names its setting, says in words what is forgotten, and calls the room that forgets. The worker
applies it daily; the page of the notice on data and docs/privacy.md show it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from django.conf import settings

from cordee.core.errors import N_
from cordee.courses.handing_over import forget_archives
from cordee.jobs.forgetting import forget_jobs, forget_letters, forget_mail_files
from cordee.learning.ageing import old_lines, unlink_old_lines
from cordee.people.ageing import ask_about_minors, ask_about_unused, unanswered_minors, unused_accounts
from cordee.people.asking_data import forget_exports
from cordee.people.forgetting import forget_consents, forget_sign_ins, forget_staff_acts, forget_tries


class Forget(Protocol):
    """Forgets what is older than a moment; how many."""

    def __call__(self, *, before: dt.datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing that is not kept for ever."""

    setting: str  # a field of `Environment`, in days
    words: str  # untranslated
    forget: Forget

    @property
    def days(self) -> int:
        found: int = getattr(settings.CORDEE, self.setting)
        return found


RULES: Final = (
    Rule("sign_in_days", N_("Sign-ins, after their session was over"), forget_sign_ins),
    Rule("throttle_days", N_("Counts of failed sign-ins, after the last"), forget_tries),
    Rule("letter_days", N_("Letters, after they left"), forget_letters),
    Rule("mail_file_days", N_("Files of letters, on a site that sends none"), forget_mail_files),
    Rule("staff_act_days", N_("Who of the team looked at whom, or wrote to whom"), forget_staff_acts),
    Rule("consent_days", N_("Agreements, after they were withdrawn"), forget_consents),
    Rule("job_days", N_("Work of the site that was done"), forget_jobs),
)


@dataclass(frozen=True, slots=True)
class Term:
    """What is kept for as long as the person is here, unless the site sets a term. `act`: as `forget`, at a moment."""

    setting: str  # in days; 0: off
    words: str  # untranslated
    act: Callable[[dt.datetime, dt.datetime], int]  # (before, now)
    concerned: Callable[[dt.datetime], int]  # how many there are that have lasted it

    @property
    def days(self) -> int:
        found: int = getattr(settings.CORDEE, self.setting)
        return found


TERMS: Final = (
    Term(
        "unused_account_days",
        N_("Accounts that nobody uses, a month after a letter"),
        lambda before, now: ask_about_unused(before=before, now=now),
        lambda before: unused_accounts(before=before).count(),
    ),
    Term(
        "unanswered_minor_days",
        N_("Accounts of minors whose parent never answered"),
        lambda before, now: ask_about_minors(before=before, now=now),
        lambda before: unanswered_minors(before=before).count(),
    ),
    Term(
        "journal_days",
        N_("That a line of the journal leads to a person"),
        lambda before, _now: unlink_old_lines(before=before),
        lambda before: old_lines(before=before).count(),
    ),
)


def apply(*, now: dt.datetime) -> dict[str, int]:
    """Forget all that has lasted its term; how many, by setting. Some 10 queries, and those of terms that are set."""
    found = {rule.setting: rule.forget(before=now - dt.timedelta(days=rule.days)) for rule in RULES}
    set_ones = [term for term in TERMS if term.days]
    found |= {term.setting: term.act(now - dt.timedelta(days=term.days), now) for term in set_ones}
    archives = forget_archives(before=now - dt.timedelta(days=settings.CORDEE.export_days))
    return {**found, "export_days": forget_exports(now=now) + archives}


def looked_at(*, now: dt.datetime, days: Mapping[str, int] = MappingProxyType({})) -> dict[str, int]:
    """How many each term concerns at this moment, were it `days` or what is set; nothing is changed. 1 query a term.

    Terms that are off and not named are left out.
    """
    terms = [(term, days.get(term.setting, term.days)) for term in TERMS]
    return {term.setting: term.concerned(now - dt.timedelta(days=count)) for term, count in terms if count}


def told() -> list[tuple[str, int]]:
    """What is kept for how many days, in words not translated yet; terms that are off are left out. No query."""
    return [(rule.words, rule.days) for rule in RULES] + [(term.words, term.days) for term in TERMS if term.days]
