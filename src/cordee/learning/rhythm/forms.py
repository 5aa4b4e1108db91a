"""What does a learner fill in to say how they go on?"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.learning.models import WeeklyAim
from cordee.learning.rhythm.aiming import MEASURES, MOST

MISSING: Final = {"required": _("This answer is missing. Fill it in.")}


class WeeklyAimForm(forms.Form):
    """So many days, or units, a week."""

    count = forms.IntegerField(
        label=_("How many a week?"),
        help_text=_("Rather low: you can raise it later. Up to 7 days, or 30 units."),
        error_messages={**MISSING, "invalid": _("This is no number. Write one such as 2.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 2}),
    )
    measure = forms.ChoiceField(
        label=_("Of what?"),
        choices=MEASURES,
        widget=forms.RadioSelect,
        error_messages={**MISSING, "invalid_choice": _("This is not in the list. Choose from it.")},
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        most = MOST.get(found.get("measure", ""))
        if most is not None and "count" in found and not 1 <= found["count"] <= most:
            self.add_error("count", _("Choose a number from 1 to {most}.").format(most=most))
        return found

    @classmethod
    def of(cls, aim: WeeklyAim | None) -> WeeklyAimForm:
        """The form as the aim is; two days for who has none."""
        return cls(initial={"count": aim.count if aim else 2, "measure": aim.measure if aim else WeeklyAim.DAYS})


class RestForm(forms.Form):
    """Until which day."""

    until = forms.DateField(
        label=_("I come back on"),
        help_text=_("You can come back earlier at any time."),
        input_formats=["%Y-%m-%d"],
        error_messages={**MISSING, "invalid": _("This is no day. Write it such as 2026-12-24.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, typed: Any = None, *, today: dt.date, until: dt.date | None = None) -> None:
        super().__init__(typed, initial={"until": until or today + dt.timedelta(days=7)})
        bounds = {
            "min": (today + dt.timedelta(days=1)).isoformat(),
            "max": (today + dt.timedelta(days=365)).isoformat(),
        }
        self.fields["until"].widget.attrs.update(bounds)
