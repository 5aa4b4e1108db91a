"""What does whoever works with versions fill in?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.courses.versions.noting import LONGEST_NOTE
from cordee.learning.deciding import LONGEST_REASON
from cordee.learning.teaching.moments import MISSING
from cordee.people.models import Account


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


class AskForm(forms.Form):
    """Ask a colleague to review a version."""

    words = forms.CharField(
        label=_("What the reviewer should know"),
        help_text=_("May be left empty. What changed is shown to them in any case."),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_NOTE, "autocomplete": "off"}),
    )
    reviewer = forms.ChoiceField(
        label=_("Who is asked"),
        help_text=_("Who is named gets a letter. Whoever else may review finds it under My courses."),
        required=False,
    )

    def __init__(self, typed: Any = None, *, people: Sequence[Account], **more: Any) -> None:
        super().__init__(typed, **more)
        chosen = self.fields["reviewer"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - as declared above; for the type checker
        chosen.choices = [("", _("Any colleague who may")), *((str(one.pk), one.name) for one in people)]
        self.people = {str(one.pk): one for one in people}

    def chosen(self) -> Account | None:
        """Who is named, once the form is valid."""
        return self.people.get(self.cleaned_data["reviewer"])


class AnswerForm(forms.Form):
    """Approve a version, or send it back."""

    words = forms.CharField(
        label=_("What you say of it"),
        help_text=_("Needed to send it back: the author reads what is to be mended."),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_NOTE, "autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    """Do without a review, or take one back."""

    words = forms.CharField(
        label=_("Why"),
        help_text=_("Your colleagues read it, with your name."),
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
