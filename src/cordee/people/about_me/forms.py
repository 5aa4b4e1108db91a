"""What may one say of oneself? Every answer may stay empty, and each has "I'd rather not say"."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cordee.core.errors import CordeeError
from cordee.people.about_me.codes import (
    DECLINED,
    EDUCATION,
    GENDERS,
    I_WOULD_RATHER_NOT,
    UNSAID,
    countries,
    languages,
)
from cordee.people.forms import ZoneSelect
from cordee.people.minors.ages import read_year
from cordee.people.models import AboutMe
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

NOT_ANSWERED = (UNSAID, _("(no answer)"))
NO_WORD = (DECLINED, I_WOULD_RATHER_NOT)


def _choice(label: Any, why: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=why, required=False, widget=ZoneSelect())


class AboutMeForm(forms.Form):
    """Languages, sex, year of birth, education, country."""

    language_1 = _choice(_("First language"), _("To know in which languages a course would be read."))
    language_2 = _choice(_("Another language that you read"), "")
    language_3 = _choice(_("One more"), "")
    gender = _choice(_("Gender"), _("To see whether a course reaches women and men alike."))
    year_of_birth = forms.CharField(
        label=_("Year of birth"),
        help_text=_("To know for whom a course works: the young, people at work, pensioners."),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year", "maxlength": 4}),
    )
    no_year = forms.BooleanField(label=_("I’d rather not say in which year"), required=False)
    level_of_education = _choice(
        _("Highest diploma"), _("To know whether a course asks for more than those who take it bring along.")
    )
    country = _choice(_("Country"), _("To know how far a course travels, and at which hours people meet."))

    def __init__(self, typed: Any = None, *, now: dt.datetime, said: AboutMe | None) -> None:
        self.this_year = now.astimezone(ZoneInfo(settings.CORDEE.time_zone)).year
        super().__init__(typed, initial=_initial(said))
        spoken = [NOT_ANSWERED, *languages(language())]
        named: dict[str, list[tuple[str, Any]]] = {
            "language_1": [NOT_ANSWERED, NO_WORD, *languages(language())],
            "language_2": list(spoken),
            "language_3": list(spoken),
            "gender": [NOT_ANSWERED, NO_WORD, *GENDERS],
            "level_of_education": [NOT_ANSWERED, NO_WORD, *EDUCATION],
            "country": [NOT_ANSWERED, NO_WORD, *countries(language())],
        }
        for name, choices in named.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # of a ChoiceField

    def clean_year_of_birth(self) -> int | None:
        text = self.cleaned_data["year_of_birth"]
        if not text:
            return None
        try:
            return read_year(text, this_year=self.this_year)
        except CordeeError as error:
            raise forms.ValidationError(sentence_of(error)) from None

    def said(self) -> AboutMe:
        """The answers as a row, not kept yet."""
        found = self.cleaned_data
        spoken = [found[f"language_{number}"] for number in (1, 2, 3)]
        return AboutMe(
            languages=list(dict.fromkeys(code for code in spoken if code not in {UNSAID, DECLINED})),
            gender=found["gender"],
            year_of_birth=0 if found["no_year"] else found["year_of_birth"],
            level_of_education=found["level_of_education"],
            country=found["country"],
        )


def _initial(said: AboutMe | None) -> dict[str, Any]:
    if said is None:
        return {}
    spoken = [*said.languages, "", "", ""]
    return {
        "language_1": spoken[0],
        "language_2": spoken[1],
        "language_3": spoken[2],
        "gender": said.gender,
        "year_of_birth": said.year_of_birth or "",
        "no_year": said.year_of_birth == 0,
        "level_of_education": said.level_of_education,
        "country": said.country,
    }
