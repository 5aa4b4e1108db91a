"""Why may it stay as it is?"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.courses.checks.waiving import LONGEST_REASON
from cordee.people.forms import REQUIRED


class WaiveForm(forms.Form):
    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why it may stay as it is"),
        help_text=_("One sentence, for whoever teaches the course after you. Your name is kept with it."),
        max_length=LONGEST_REASON,
        error_messages=REQUIRED,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
