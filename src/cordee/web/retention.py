"""For how long is what kept, and who sees to it?

One table: a rule names its setting, says in words what is forgotten, and calls the room that forgets. The worker
applies it daily; the page of the notice on data and docs/privacy.md show it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings

from cordee.core.errors import N_
from cordee.jobs.forgetting import forget_jobs, forget_letters, forget_mail_files
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


def apply(*, now: dt.datetime) -> dict[str, int]:
    """Forget all that has lasted its term; how many, by setting. Some 10 queries."""
    found = {rule.setting: rule.forget(before=now - dt.timedelta(days=rule.days)) for rule in RULES}
    return {**found, "export_days": forget_exports(now=now)}
