"""What does a teacher's decision about one learner leave? Itself with its reason, and a line among the team's acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from cordee.core.errors import N_, InputRefused
from cordee.learning.models import Decision, Enrolment
from cordee.people.auditing import note_act
from cordee.people.models import Account

LONGEST_REASON = 300


def read_reason(text: str) -> str:
    """Why, in one line. Raises InputRefused."""
    reason = " ".join(text.split())
    if not reason or "\0" in reason:
        raise InputRefused(N_("Say why: the learner reads it, and so does who takes over from you."))
    if len(reason) > LONGEST_REASON:
        raise InputRefused(
            N_("This has {signs} signs; at most {most} are kept. Shorten it."), signs=len(reason), most=LONGEST_REASON
        )
    return reason


def decide(
    enrolment: Enrolment,
    kind: str,
    *,
    about: str,
    data: Mapping[str, Any],
    reason: str,
    by: Account,
    now: dt.datetime,
) -> None:
    """Keep it, in the transaction of what it changes (2 queries)."""
    Decision.objects.create(
        enrolment=enrolment,
        kind=kind,
        about=about,
        data=dict(data),
        reason=reason,
        made_by=by,
        made_by_name=by.name,
        made_at=now,
    )
    note_act(
        account=by, act="run.teach", place=f"run:{enrolment.run.key}", people=1, about=f"{kind} {about}"[:200], now=now
    )
