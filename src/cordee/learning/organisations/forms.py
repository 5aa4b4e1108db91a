"""What is asked of an organisation, and what does each field refuse? The rules are the act's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.core.errors import CordeeError
from cordee.people.colours import check_contrast, read_colour
from cordee.people.emails import read_email
from cordee.people.forms import REQUIRED, ReadField
from cordee.people.models import Organisation, OrganisationKind
from cordee.people.names import MAX_LENGTH, read_name
from cordee.people.organisations import LONGEST_CODE, About, read_code, read_shown_name, read_site
from cordee.ui.sentences import sentence_of


def _or_nothing(read: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: read(text) if text.strip() else ""


def _name(label: Any, language: str) -> ReadField:
    widget = forms.TextInput(attrs={"autocomplete": "organization", "maxlength": MAX_LENGTH, "lang": language})
    return ReadField(read=read_name, label=label, error_messages=REQUIRED, widget=widget)


class OrganisationForm(forms.Form):
    """Everything of an organisation. `about()`: what was typed, once it is valid (the logo apart)."""

    use_required_attribute = False

    code = ReadField(
        read=read_code,
        label=_("Code"),
        help_text=_("As in the keys of its courses, for example Ingenia. It cannot be changed afterwards."),
        error_messages=REQUIRED,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "maxlength": LONGEST_CODE}
        ),
    )
    name_fr = _name(_("Name in French"), "fr")
    name_en = _name(_("Name in English"), "en")
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices, error_messages=REQUIRED)
    parent = forms.ChoiceField(label=_("Belongs to"), required=False)
    contact = ReadField(
        read=_or_nothing(read_email),
        label=_("Contact"),
        help_text=_("An email address that everybody may see."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    site = ReadField(
        read=read_site, label=_("Web site"), required=False, widget=forms.URLInput(attrs={"autocomplete": "off"})
    )
    shown_name = ReadField(
        read=read_shown_name,
        label=_("Name on its own pages"),
        help_text=_("A short one, on top of its page and of its private sessions."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 80}),
    )
    logo = forms.FileField(
        label=_("Logo"),
        help_text=_("PNG, JPEG, WebP or SVG, up to 200 kB."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"}),
    )
    no_logo = forms.BooleanField(label=_("Show no logo"), required=False)
    colour = ReadField(
        read=read_colour,
        label=_("Colour of the band"),
        help_text=_("For example #0b4f4a; empty for the colours of the site."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": 7}),
    )
    ink = ReadField(
        read=read_colour,
        label=_("Colour of words on it"),
        help_text=_("They must differ enough to be read: 4.5 to 1."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": 7}),
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput())  # when it was changed before this form was drawn

    def __init__(self, *given: Any, others: list[Organisation], language: str, is_new: bool, **options: Any) -> None:
        super().__init__(*given, **options)
        named = [(one.code, f"{one.name_in(language)} ({one.code})") for one in others]
        self.fields["parent"].choices = [("", "–"), *named]  # type: ignore[attr-defined] # a ChoiceField
        if not is_new:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        colour, ink = self.cleaned_data.get("colour"), self.cleaned_data.get("ink")
        if colour is not None and ink is not None and bool(colour) != bool(ink):
            self.add_error("ink" if colour else "colour", _("The two colours go together. Give both, or none."))
        elif colour and ink:
            try:
                check_contrast(colour, ink)
            except CordeeError as refused:
                self.add_error("ink", sentence_of(refused))
        return self.cleaned_data

    def about(self, *, logo: str, logo_type: str) -> About:
        names = ("name_fr", "name_en", "kind", "parent", "contact", "site", "shown_name", "colour", "ink")
        return About(logo=logo, logo_type=logo_type, **{name: self.cleaned_data[name] for name in names})
