"""What is asked of who writes a field of the catalogue, or a path? The rules are the acts' own (`sheets.classing`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.courses.compiling import FAMILIES
from cordee.courses.sheets.classing import LONGEST_NAME, CategoryFacts, ProgrammeFacts
from cordee.people.forms import REQUIRED

COLOURS: Final = {"net": _("blue"), "eco": _("green"), "sci": _("ochre"), "code": _("violet")}
LONGEST_CODE: Final = 60
LAST_PLACE: Final = 10_000


class _Named(forms.Form):
    """What both have: a code, names, texts, a place in the list."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Code"),
        help_text=_("In addresses: small letters, digits and dashes. It cannot be changed afterwards."),
        error_messages=REQUIRED,
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name_fr = forms.CharField(
        label=_("Name in French"),
        error_messages=REQUIRED,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"lang": "fr", "autocomplete": "off"}),
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        error_messages=REQUIRED,
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"lang": "en", "autocomplete": "off"}),
    )
    about_fr = forms.CharField(
        label=_("Text in French"), required=False, widget=forms.Textarea(attrs={"rows": 5, "lang": "fr"})
    )
    about_en = forms.CharField(
        label=_("Text in English"), required=False, widget=forms.Textarea(attrs={"rows": 5, "lang": "en"})
    )
    position = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=LAST_PLACE, required=False, initial=0
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *given: Any, is_new: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        if not is_new:
            del self.fields["code"]

    def named(self, code: str) -> dict[str, Any]:
        """What both write down."""
        names = ("name_fr", "name_en", "about_fr", "about_en")
        found = {name: self.cleaned_data[name] for name in names}
        return {"code": code or self.cleaned_data["code"], "position": self.cleaned_data["position"] or 0, **found}


class CategoryForm(_Named):
    """A field of the catalogue."""

    family = forms.ChoiceField(
        label=_("Colours"), choices=[(code, COLOURS[code]) for code in FAMILIES], error_messages=REQUIRED
    )

    def facts(self, code: str) -> CategoryFacts:
        return CategoryFacts(family=self.cleaned_data["family"], **self.named(code))


class ProgrammeForm(_Named):
    """A path. `courses`: keys, one a line, in order."""

    organisation = forms.ChoiceField(label=_("Given by"), required=False)
    courses = forms.CharField(
        label=_("Courses of the path"),
        help_text=_("Keys of courses, one a line, in the order of the path. For example Ingenia+RES101."),
        error_messages=REQUIRED,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, *given: Any, organisations: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["organisation"].choices = [("", "–"), *organisations]  # type: ignore[attr-defined] # a ChoiceField

    def facts(self, code: str) -> ProgrammeFacts:
        lines = [line.strip() for line in self.cleaned_data["courses"].splitlines()]
        return ProgrammeFacts(
            courses=tuple(line for line in lines if line),
            organisation=self.cleaned_data["organisation"],
            **self.named(code),
        )
