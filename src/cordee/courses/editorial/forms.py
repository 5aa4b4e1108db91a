"""What is asked of a page or of news? What may not be is refused by the act itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cordee.courses.editorial.models import NEWS, EditorialEdition
from cordee.courses.editorial.writing import (
    LAST_PLACE,
    LONGEST_SLUG,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Words,
)
from cordee.people.forms import REQUIRED


class AddressForm(forms.Form):
    """Where a new one stands."""

    use_required_attribute = False

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    slug = forms.CharField(
        label=_("Address"),
        help_text=_("Small letters, digits and dashes, the same in both languages, for example support-us."),
        max_length=LONGEST_SLUG,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )


class WordsForm(forms.Form):
    """Everything of an edition. `words()`: what was typed, once it is valid."""

    use_required_attribute = False

    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    day = forms.DateField(
        label=_("Day"),
        error_messages=REQUIRED | {"invalid": _("Write a day, such as 2026-11-30.")},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
    )
    summary = forms.CharField(
        label=_("Summary"),
        help_text=_("One or two sentences, for lists and search engines."),
        required=False,
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    markdown = forms.CharField(
        label=_("Text"),
        help_text=_("In Markdown. [funders], [companies] or [schools] alone on a line becomes their list."),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"}),
    )
    in_footer = forms.BooleanField(label=_("In the footer of public pages"), required=False)
    place = forms.IntegerField(
        label=_("Place in the footer"), required=False, min_value=0, max_value=LAST_PLACE, initial=0
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput())  # the edition that the writer has before them

    def __init__(self, *given: Any, kind: str, language: str, **options: Any) -> None:
        super().__init__(*given, **options)
        for name in ("title", "summary", "markdown"):
            self.fields[name].widget.attrs["lang"] = language
        for name in ("in_footer", "place") if kind == NEWS else ("day",):
            del self.fields[name]

    def words(self) -> Words:
        told = self.cleaned_data
        return Words(
            title=" ".join(told["title"].split()),
            summary=" ".join(told["summary"].split()),
            markdown=told["markdown"].replace("\r\n", "\n").strip("\n"),
            day=told.get("day"),
            in_footer=told.get("in_footer", False),
            place=told.get("place") or 0,
        )


class ChosenForm(forms.Form):
    """Which courses stand first on the home page."""

    use_required_attribute = False

    keys = forms.CharField(
        label=_("Courses to show first"),
        help_text=_("One key a line, for example Ingenia+RES101. Empty: courses that one can begin, of each field."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "none"}),
    )


class PictureForm(forms.Form):
    """A file to show in a page."""

    use_required_attribute = False

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG, WebP or SVG, up to 1 MB."),
        error_messages=REQUIRED,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"}),
    )


def initial_of(edition: EditorialEdition | None) -> dict[str, Any]:
    if edition is None:
        return {"seen": 0}
    names = ("title", "day", "summary", "markdown", "in_footer", "place")
    return {name: getattr(edition, name) for name in names} | {"seen": edition.number}
