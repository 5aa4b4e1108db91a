"""What do the forms of sign-in in two steps ask?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.people.forms import REQUIRED, present_password_field

LONGEST = 80


class CodeForm(forms.Form):
    """The code that the phone shows."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits, as your phone shows them now."),
        max_length=LONGEST,
        error_messages=REQUIRED,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "none"}
        ),
    )


class PaperForm(forms.Form):
    """A code from the paper."""

    code = forms.CharField(
        label=_("Recovery code"),
        help_text=_("One that you have not used yet, e.g. 7Q2K-9F3M-PX4T-8R1C-X. Dashes and capitals do not matter."),
        max_length=LONGEST,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class OwnPasswordForm(forms.Form):
    """The password again, before a door is changed."""

    password = present_password_field(_("Your password"))
