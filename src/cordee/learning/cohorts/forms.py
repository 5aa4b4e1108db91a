"""What is asked of a cohort, a code, somebody who was invited?"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.core.errors import CordeeError
from cordee.learning.cohorts.making import LONGEST_NAME, read_cohort_name, read_rule
from cordee.people.by_letter.forms import ask_year
from cordee.people.forms import REQUIRED, ReadField, name_field, new_password_field
from cordee.people.passwords import PasswordRefused, read_new_password
from cordee.ui.sentences import sentence_of

Choices = list[tuple[str, str]]


class CohortForm(forms.Form):
    """A new cohort."""

    use_required_attribute = False

    name = ReadField(
        read=read_cohort_name,
        label=_("Name of the group"),
        help_text=_("Its members see it, too."),
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": LONGEST_NAME}),
    )
    organisation = forms.ChoiceField(
        label=_("Organisation"), required=False, help_text=_("Its team follows the group, and nobody else's.")
    )
    run = forms.ChoiceField(
        label=_("Session"), required=False, help_text=_("Where the group learns. Without one, it is a list of people.")
    )
    rule = forms.ChoiceField(
        label=_("Who comes in by itself"),
        required=False,
        choices=[
            ("", _("nobody")),
            ("domain", _("whoever has an address of a domain, once they accept")),
            ("organisation", _("every member of the organisation’s other groups")),
        ],
    )
    domain = forms.CharField(
        label=_("Domain"),
        required=False,
        help_text=_("What follows the @, for example ingenia.example."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *given: Any, organisations: Choices, runs: Choices, **options: Any) -> None:
        super().__init__(*given, **options)
        for name, found in (("organisation", organisations), ("run", runs)):
            self.fields[name].choices = [("", "–"), *found]  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        try:
            read_rule(self.cleaned_data.get("rule", ""), self.cleaned_data.get("domain", ""))
        except CordeeError as refused:
            self.add_error("domain", sentence_of(refused))
        return self.cleaned_data


class NameForm(forms.Form):
    """Another name for a group. `seen`: the one that it had when the form was drawn."""

    use_required_attribute = False

    name = ReadField(
        read=read_cohort_name,
        label=_("Name of the group"),
        help_text=_("Its members see it, too. Parts of a course that are for this group alone go by its name."),
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": LONGEST_NAME}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput())


class CodeForm(forms.Form):
    """A code for so many, until a day."""

    use_required_attribute = False

    seats = forms.IntegerField(
        label=_("How many may come in"),
        min_value=1,
        error_messages={**REQUIRED, "invalid": _("This is no number. Write digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    until = forms.DateField(
        label=_("Until"),
        error_messages={**REQUIRED, "invalid": _("This is no day. Write it as 2026-12-31.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class WelcomeForm(forms.Form):
    """Who was invited and has no password yet: how they are called, how they will sign in, in which year they were
    born.
    """

    name = name_field()
    password = new_password_field(_("Password"))

    def __init__(self, *given: Any, email: str, now: dt.datetime, **options: Any) -> None:
        super().__init__(*given, **options)
        self.email = email
        ask_year(self, now)

    def clean(self) -> dict[str, Any]:
        password = self.cleaned_data.get("password")
        if password is not None:
            try:
                read_new_password(password, email=self.email, name=self.data.get("name", ""))
            except PasswordRefused as refused:
                self.add_error("password", sentence_of(refused))
        return self.cleaned_data
