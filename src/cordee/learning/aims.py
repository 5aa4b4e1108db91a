"""What does a learner come for? They may say so, change it, or leave it out: nothing in the course depends on it.

Most of who enrols in an open course never meant to finish it, so who stops is no failure before one knows the aim. The
codes are those of edX's course goals (explore, complete, certify, unsure), and one for who wants parts of a course.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from cordee.core.errors import N_, InputRefused
from cordee.learning.models import Aim, Enrolment

AIMS: Final = (
    ("explore", _("Look around")),
    ("parts", _("Take the parts that I need")),
    ("complete", _("Follow the whole course")),
    ("certify", _("Get the attestation")),
    ("unsure", _("I don’t know yet")),
)


def read_aim(text: str) -> str:
    """A code of the list, or "" for none. Raises InputRefused."""
    if text and text not in dict(AIMS):
        raise InputRefused(N_("This aim is not in the list. Choose one from it."))
    return text


def say_aim(*, enrolment: Enrolment, aim: str, now: dt.datetime) -> None:
    """Keep it, or forget it (""). 1–4 statements. Raises InputRefused.

    Of one that was taken back the row stays, empty: by its moment the pilot learns that it was.
    """
    if read_aim(aim):
        Aim.objects.update_or_create(enrolment=enrolment, defaults={"aim": aim, "said_at": now})
    else:
        Aim.objects.filter(enrolment=enrolment).exclude(aim="").update(aim="", said_at=now)


def aim_of(enrolment: Enrolment) -> str:
    """The code; "" when it was not said, or taken back. 1 query."""
    return Aim.objects.filter(enrolment=enrolment).values_list("aim", flat=True).first() or ""
