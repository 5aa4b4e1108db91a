"""What do the forms about attestations ask?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.people.forms import ReadField
from cordee.people.names import MAX_LENGTH, read_name


class NameForm(forms.Form):
    """The name to print."""

    name = ReadField(
        read=read_name,
        label=_("Name to print"),
        help_text=_("First name and family name, as on your papers."),
        error_messages={"required": _("The name is missing. Enter the name to print.")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": MAX_LENGTH}),
    )


class CodeForm(forms.Form):
    """The code of an attestation, as somebody reads it from paper."""

    code = forms.CharField(
        label=_("Verification code"),
        help_text=_("17 letters and digits, next to the QR code. Dashes and capitals do not matter."),
        max_length=80,
        error_messages={
            "required": _("The code is missing. Enter the one printed on the attestation."),
            "max_length": _("This is longer than a code. Enter the 17 letters and digits."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
