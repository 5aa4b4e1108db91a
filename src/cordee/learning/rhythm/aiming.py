"""How does somebody set themselves a weekly aim, and drop it?"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from cordee.core.errors import N_, InputRefused
from cordee.learning.models import WeeklyAim
from cordee.people.models import Account

MEASURES: Final = (
    (WeeklyAim.DAYS, _("days on which I do something")),
    (WeeklyAim.UNITS, _("units that I open")),
)
MOST: Final = {WeeklyAim.DAYS: 7, WeeklyAim.UNITS: 30}


def set_weekly_aim(*, account: Account, measure: str, count: int, now: dt.datetime) -> None:
    """Keep it in place of the one before. 2–4 statements. Raises InputRefused."""
    if measure not in MOST:
        raise InputRefused(N_("This measure is not in the list. Choose one from it."))
    if not 1 <= count <= MOST[measure]:
        raise InputRefused(N_("An aim for a week is from 1 to {most}. Choose a number in between."), most=MOST[measure])
    WeeklyAim.objects.update_or_create(account=account, defaults={"measure": measure, "count": count, "said_at": now})


def drop_weekly_aim(*, account: Account) -> None:
    """Have none. Again changes nothing. 1 statement."""
    WeeklyAim.objects.filter(account=account).delete()


def weekly_aim_of(account: Account) -> WeeklyAim | None:
    """1 query."""
    return WeeklyAim.objects.filter(account=account).first()
