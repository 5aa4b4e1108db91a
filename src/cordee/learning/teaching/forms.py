"""What does whoever teaches fill in?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.courses.models import Run
from cordee.courses.setting_run import RunSettings
from cordee.learning.deciding import LONGEST_REASON
from cordee.learning.teaching.due_dates import add_due_fields, due_fields, due_wanted
from cordee.learning.teaching.moments import MISSING, Moment

UNLISTED: Final = {**MISSING, "invalid_choice": _("This is not in the list. Choose from it.")}
NO_NUMBER: Final = {**MISSING, "invalid": _("This is no number. Write one such as 2.5.")}
Options = Sequence[tuple[str, str]]


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        help_text=_("The learner reads it."),
        error_messages=MISSING,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_REASON, "autocomplete": "off"}),
    )


class Decimal(forms.FloatField):
    """A number; a comma will do."""

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # the stubs take it for whole numbers
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class PointsForm(forms.Form):
    """Points in place of those earned."""

    prefix = "points"

    activity = forms.ChoiceField(label=_("Activity"), error_messages=UNLISTED)
    points = Decimal(
        label=_("Points that count"),
        help_text=_("Leave it empty to let what was earned count again."),
        required=False,
        error_messages=NO_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = reason_field()

    def __init__(self, typed: Any = None, *, activities: Options) -> None:
        super().__init__(typed)
        self.fields["activity"].choices = list(activities)  # type: ignore[attr-defined]  # a ChoiceField


class ExtensionForm(forms.Form):
    """A later deadline for one learner."""

    prefix = "extension"

    section = forms.ChoiceField(label=_("Section"), error_messages=UNLISTED)
    until = Moment(
        label=_("To hand in by"),
        help_text=_("In your time zone. Leave it empty to go back to everybody's deadline."),
        required=False,
    )
    reason = reason_field()

    def __init__(self, typed: Any = None, *, sections: Options) -> None:
        super().__init__(typed)
        self.fields["section"].choices = list(sections)  # type: ignore[attr-defined]  # a ChoiceField


class RegradeForm(forms.Form):
    """The last answer to an activity, graded once more."""

    prefix = "regrade"

    activity = forms.ChoiceField(label=_("Activity"), error_messages=UNLISTED)
    reason = reason_field()

    def __init__(self, typed: Any = None, *, activities: Options) -> None:
        super().__init__(typed)
        self.fields["activity"].choices = list(activities)  # type: ignore[attr-defined]  # a ChoiceField


class TimeForm(forms.Form):
    """More time in a section whose time is limited, for one learner."""

    prefix = "time"

    section = forms.ChoiceField(label=_("Section"), error_messages=UNLISTED)
    minutes = Decimal(
        label=_("Minutes more"),
        help_text=_("Leave both empty to go back to everybody’s time."),
        required=False,
        error_messages=NO_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    percent = Decimal(
        label=_("Per cent more"),
        help_text=_("Of the limit: 33.33 for a third. It follows the limit where a newer version changes it."),
        required=False,
        error_messages=NO_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = reason_field()

    def __init__(self, typed: Any = None, *, sections: Options) -> None:
        super().__init__(typed)
        self.fields["section"].choices = list(sections)  # type: ignore[attr-defined]  # a ChoiceField


class AnewForm(forms.Form):
    """A section whose time is limited, to begin once more."""

    prefix = "anew"

    section = forms.ChoiceField(label=_("Section"), error_messages=UNLISTED)
    reason = reason_field()

    def __init__(self, typed: Any = None, *, sections: Options) -> None:
        super().__init__(typed)
        self.fields["section"].choices = list(sections)  # type: ignore[attr-defined]  # a ChoiceField


class SettingsForm(forms.Form):
    """Dates, pass mark, place in the course list (a private session has none), and what is due when."""

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
    listed = forms.BooleanField(label=_("In the course list"), required=False)

    def __init__(self, typed: Any = None, *, run: Run) -> None:
        super().__init__(
            typed,
            initial={
                "opens_at": run.opens_at,
                "closes_at": run.closes_at,
                "enrolment_closes_at": run.enrolment_closes_at,
                "pass_mark": f"{100 * run.pass_mark:g}",
                "listed": run.listed,
            },
        )
        if run.private_to_id is not None:
            del self.fields["listed"]
        add_due_fields(self, run)

    def due(self) -> list[forms.BoundField]:
        return due_fields(self)

    def wanted(self, held: RunSettings) -> RunSettings:
        """What was typed; a moment of the same minute as before is the moment that it was."""
        said = self.cleaned_data
        return RunSettings(
            opens_at=_same_minute(said["opens_at"], held.opens_at) or held.opens_at,
            closes_at=_same_minute(said["closes_at"], held.closes_at),
            enrolment_closes_at=_same_minute(said["enrolment_closes_at"], held.enrolment_closes_at),
            pass_mark=round(said["pass_mark"] / 100, 6),
            listed=said.get("listed", False),
            due=due_wanted(self),
        )


def _same_minute(typed: dt.datetime | None, held: dt.datetime | None) -> dt.datetime | None:
    if typed is None or held is None:
        return typed
    bare = {"second": 0, "microsecond": 0}
    return held if typed.replace(**bare) == held.replace(**bare) else typed  # type: ignore[arg-type]  # of `replace`
