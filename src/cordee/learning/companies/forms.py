"""What is asked of a company?"""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.people.companies import LONGEST_NEED, LONGEST_SECTOR, MOST_PEOPLE, Told, read_courses, read_since
from cordee.people.forms import ReadField

NO_NUMBER: Final = _("This is no number. Write digits.")
YES_NO: Final[dict[str, bool | None]] = {"": None, "yes": True, "no": False}


def _words(label: Any, most: int, language: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": most, "lang": language}),
    )


def _as_typed(read: Any) -> Any:
    def check(text: str) -> str:
        read(text)
        return text

    return check


class CompanyForm(forms.Form):
    """Everything of a company. `told()`: what was typed, once it is valid."""

    use_required_attribute = False

    sector_fr = _words(_("Sector, in French"), LONGEST_SECTOR, "fr")
    sector_en = _words(_("Sector, in English"), LONGEST_SECTOR, "en")
    need_fr = _words(_("What it needs, in French"), LONGEST_NEED, "fr")
    need_en = _words(_("What it needs, in English"), LONGEST_NEED, "en")
    courses = ReadField(
        read=_as_typed(read_courses),
        label=_("Numbers of its courses"),
        help_text=_("With commas between them, for example RES101, 04018."),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    people = forms.IntegerField(
        label=_("People trained"),
        help_text=_("Counted where the company has no group on this site. Empty: not known."),
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        error_messages={"invalid": NO_NUMBER, "min_value": NO_NUMBER, "max_value": NO_NUMBER},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    tutoring = forms.ChoiceField(
        label=_("Did they have a tutor?"),
        required=False,
        choices=[("", _("not known")), ("yes", _("yes")), ("no", _("no"))],
    )
    since = ReadField(
        read=read_since,
        label=_("Since"),
        help_text=_("A year or a month, for example 2026 or 2026-11."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 7}),
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput())  # when it was changed before this form was drawn

    def told(self) -> Told:
        typed = self.cleaned_data
        names = ("sector_fr", "sector_en", "need_fr", "need_en", "people", "since")
        return Told(
            courses=read_courses(typed["courses"]),
            tutoring=YES_NO[typed["tutoring"]],
            **{name: typed[name] for name in names},
        )


def initial_of(told: Told, seen: str) -> dict[str, Any]:
    """What the form shows of a company."""
    names = ("sector_fr", "sector_en", "need_fr", "need_en", "people", "since")
    tutoring = next(word for word, value in YES_NO.items() if value == told.tutoring)
    shown = {name: getattr(told, name) for name in names}
    return shown | {"courses": ", ".join(told.courses), "tutoring": tutoring, "seen": seen}
