"""What does the page ask that waits for a parent?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.people.by_letter.forms import email_field


class ParentForm(forms.Form):
    """Whom to write to."""

    parent = email_field(
        autocomplete="off",
        label=_("Email address of a parent"),
        help_text=_("Or of whoever has parental authority. We write to them once, and keep the address as a proof."),
    )
