"""How is a day with its time of day typed?"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MISSING: Final = {"required": _("This answer is missing. Fill it in.")}
NO_DATE: Final = {**MISSING, "invalid": _("This is no day and time. Write them such as 2026-11-24T23:59.")}
MINUTES: Final = "%Y-%m-%dT%H:%M"
LAST_MINUTE: Final = (23, 59)


class Moment(forms.DateTimeField):
    """A day and a time in the teacher's zone. 23:59 is the end of that day, to the second."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES)
        super().__init__(widget=widget, input_formats=[MINUTES, "%Y-%m-%d %H:%M"], error_messages=NO_DATE, **options)

    def clean(self, value: Any) -> dt.datetime | None:
        moment: dt.datetime | None = super().clean(value)
        if moment is None:
            return None
        here = timezone.localtime(moment)
        return moment + dt.timedelta(seconds=59) if (here.hour, here.minute) == LAST_MINUTE else moment
