"""What does whoever works with versions fill in?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.courses.versions.noting import LONGEST_NOTE
from cordee.learning.deciding import LONGEST_REASON
from cordee.learning.teaching.moments import MISSING


class NoteForm(forms.Form):
    """Why a version was published; restoring one, why that."""

    note = forms.CharField(
        label=_("What is new in this version"),
        help_text=_("Whoever teaches with it reads this. It is written once."),
        error_messages=MISSING,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_NOTE, "autocomplete": "off"}),
    )


class RestoreForm(forms.Form):
    """Why an older version is published again."""

    prefix = "restore"

    note = forms.CharField(
        label=_("Why it is published again"),
        error_messages=MISSING,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_NOTE, "autocomplete": "off"}),
    )


class MoveForm(forms.Form):
    """Show another version, and grade answers again or not."""

    regrade = forms.ChoiceField(
        label=_("The answers that were given"),
        choices=[
            ("yes", _("Grade them again by this version")),
            ("no", _("Leave every score as it is")),
        ],
        widget=forms.RadioSelect,
        error_messages=MISSING,
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Needed when answers are graded again. Your colleagues read it, with your name."),
        error_messages=MISSING,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_REASON, "autocomplete": "off"}),
    )

    def __init__(self, typed: Any = None, **more: Any) -> None:
        super().__init__(typed, **more)
        if typed is not None and typed.get("regrade") == "no":  # a score that stays needs no reason
            self.fields["reason"].required = False
