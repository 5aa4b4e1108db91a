"""What does somebody say of themselves, and what does it change? All of it may be left out or taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from cordee.core.errors import N_, InputRefused
from cordee.people.about_me.codes import DECLINED, EDUCATION, GENDERS, UNSAID, countries, languages
from cordee.people.minors.agreeing import is_asked, say_year
from cordee.people.models import AboutMe, Account

MOST_LANGUAGES = 3


def say_about_me(
    *,
    account: Account,
    said: AboutMe,
    now: dt.datetime,
) -> None:
    """Keep these answers instead of those of before. 2–7 statements. Raises InputRefused, and keeps nothing.

    A year of birth counts for the age of consent, too: who says that they are younger than they said before waits for
    a parent (`account.waits_for_parent`).
    """
    _refuse_unknown(said)
    with transaction.atomic():
        AboutMe.objects.update_or_create(
            account=account,
            defaults={
                "languages": said.languages,
                "gender": said.gender,
                "year_of_birth": said.year_of_birth,
                "level_of_education": said.level_of_education,
                "country": said.country,
                "said_at": now,
            },
        )
        if said.year_of_birth and is_asked():
            say_year(account=account, year=said.year_of_birth, now=now)


def about(account: Account) -> AboutMe | None:
    """What the person said; None for nothing yet. 1 query."""
    return AboutMe.objects.filter(account=account).first()


def _refuse_unknown(said: AboutMe) -> None:
    free = {UNSAID, DECLINED}
    spoken: Sequence[str] = said.languages
    if (
        said.gender not in free | {code for code, _name in GENDERS}
        or said.level_of_education not in free | {code for code, _name in EDUCATION}
        or said.country not in free | {code for code, _name in countries("en")}
        or len(spoken) > MOST_LANGUAGES
        or len(set(spoken)) != len(spoken)
        or not set(spoken) <= {code for code, _name in languages("en")}
    ):
        raise InputRefused(N_("One of these answers is not in its list. Open the page again."))
