"""What is asked of a session that is played on another platform?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cordee.core.errors import CordeeError
from cordee.courses.elsewhere import HOSTS, LONGEST_ADDRESS
from cordee.courses.private_elsewhere import LONGEST_NUMBER, LONGEST_TITLE, Elsewhere
from cordee.learning.cohorts.making import LONGEST_NAME, read_cohort_name
from cordee.learning.cohorts.teaching import MOST_CREDITS
from cordee.learning.private_runs.views import TermsForm
from cordee.people.forms import REQUIRED
from cordee.ui.sentences import sentence_of

NO_NUMBER = gettext_lazy("This is no number. Write digits.")
PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ElsewhereForm(TermsForm):
    """The session, then the group that follows it: one that is there, or a new one."""

    enrolment_closes = None  # type: ignore[assignment] # so Django takes a field out: the platform decides

    host = forms.ChoiceField(label=gettext_lazy("Platform"), error_messages=REQUIRED)
    address = forms.CharField(
        label=gettext_lazy("Address of the session there"),
        max_length=LONGEST_ADDRESS,
        error_messages=REQUIRED,
        widget=forms.URLInput(attrs=PLAIN),
    )
    title = forms.CharField(
        label=gettext_lazy("Title of the course"),
        help_text=gettext_lazy("Of a course that this site has already, its own title stays."),
        max_length=LONGEST_TITLE,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the title"), error_messages=REQUIRED)
    number = forms.CharField(
        label=gettext_lazy("Number of the course"),
        help_text=gettext_lazy("Letters, digits, dots and dashes, for example 04018."),
        max_length=LONGEST_NUMBER,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs=PLAIN),
    )
    session = forms.CharField(
        label=gettext_lazy("Name of the session"),
        help_text=gettext_lazy("Letters, digits, dots and dashes, for example session07."),
        max_length=80,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs=PLAIN),
    )
    ects = forms.FloatField(
        label=gettext_lazy("Credits (ECTS) for who passes"),
        localize=True,
        required=False,
        min_value=0,
        max_value=MOST_CREDITS,
        error_messages={"invalid": NO_NUMBER, "min_value": NO_NUMBER, "max_value": NO_NUMBER},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Group"),
        required=False,
        help_text=gettext_lazy("One without a session follows this one from now on."),
    )
    group_name = forms.CharField(
        label=gettext_lazy("Name of the new group"),
        required=False,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = (
        "host", "address", "title", "language", "number", "session", "opens", "closes", "pass_mark", "ects", "group",
        "group_name",
    )  # fmt: skip

    def __init__(self, *given: Any, groups: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*given, **options)
        choices = {
            "host": [(code, _(words)) for code, words in HOSTS.items()],
            "language": [(code, _(words)) for code, words in settings.LANGUAGES],
            "group": [("", _("a new one")), *((str(number), name) for number, name in groups)],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        if "group" in told and not told["group"]:
            try:
                told["group_name"] = read_cohort_name(told.get("group_name", ""))
            except CordeeError as refused:
                self.add_error("group_name", sentence_of(refused))
        return told

    def told(self) -> Elsewhere:
        """Days as `TermsForm` reads them."""
        terms, told = self.terms(), self.cleaned_data
        return Elsewhere(
            **{name: told[name] for name in ("host", "address", "title", "language", "number", "session")},
            opens_at=terms.opens_at,
            closes_at=terms.closes_at,
            pass_mark=terms.pass_mark,
        )

    def which_group(self) -> int | str:
        """The number of one that is there, or the name of a new one."""
        told = self.cleaned_data
        return int(told["group"]) if told["group"] else str(told["group_name"])
