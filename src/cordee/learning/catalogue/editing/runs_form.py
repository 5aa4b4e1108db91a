"""What is asked of who writes down a session on another site? The rules are those of `courses.elsewhere`."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.courses.elsewhere import HOST_NAMES, LONGEST_ADDRESS, RunElsewhere
from cordee.courses.models import Run
from cordee.courses.opening import DEFAULT_PASS_MARK
from cordee.learning.teaching.forms import NO_NUMBER, UNLISTED, Decimal
from cordee.learning.teaching.moments import MISSING, Moment

PERCENT: Final = 100
HOSTS: Final = (*HOST_NAMES.items(), ("other", _("another platform")))


class RunElsewhereForm(forms.Form):
    """One session: where it is played, and when. A new one has a key besides."""

    use_required_attribute = False

    key = forms.CharField(
        label=_("Key"),
        help_text=_("What tells it from other sessions of the course, for example 2027-S1. It never changes."),
        error_messages=MISSING,
        widget=forms.TextInput(attrs={"maxlength": 60, "autocomplete": "off"}),
    )
    host = forms.ChoiceField(label=_("Where it is played"), choices=HOSTS, error_messages=UNLISTED)
    address = forms.CharField(
        label=_("Its address there"),
        help_text=_("It begins with https://"),
        error_messages=MISSING,
        widget=forms.URLInput(attrs={"maxlength": LONGEST_ADDRESS, "autocomplete": "off"}),
    )
    opens_at = Moment(label=_("Opens"))
    closes_at = Moment(label=_("Closes"), help_text=_("Leave it empty for a session without an end."), required=False)
    enrolment_closes_at = Moment(
        label=_("Enrolment until"), help_text=_("Leave it empty: until the session closes."), required=False
    )
    pass_mark = Decimal(
        label=_("Pass mark, out of 100"),
        error_messages=NO_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, typed: Any = None, *, run: Run | None = None) -> None:
        mark = run.pass_mark if run else DEFAULT_PASS_MARK
        initial: dict[str, Any] = {"pass_mark": f"{PERCENT * mark:g}"}
        if run is not None:
            names = ("host", "address", "opens_at", "closes_at", "enrolment_closes_at")
            initial |= {name: getattr(run, name) for name in names}
        super().__init__(typed, initial=initial, prefix=f"run-{run.pk}" if run else "new")
        self.run = run
        if run is not None:
            del self.fields["key"]

    def wanted(self) -> RunElsewhere:
        """What was typed; a moment of the same minute as before is the moment that it was."""
        said, run = self.cleaned_data, self.run
        return RunElsewhere(
            key=run.key if run else said["key"].strip(),
            host=said["host"],
            address=said["address"],
            opens_at=_same(said["opens_at"], run.opens_at if run else None),
            closes_at=_same(said["closes_at"], run.closes_at if run else None),
            enrolment_closes_at=_same(said["enrolment_closes_at"], run.enrolment_closes_at if run else None),
            pass_mark=round(said["pass_mark"] / PERCENT, 6),
        )


def _same(typed: Any, held: dt.datetime | None) -> Any:
    if typed is None or held is None:
        return typed
    return held if typed.replace(second=0, microsecond=0) == held.replace(second=0, microsecond=0) else typed
