"""What do the forms about oneself ask, and what does each field refuse?

A field's rule is the act's own (`read_email`, `read_name`, …): the form only puts the sentence next to the field.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cordee.core.errors import CordeeError
from cordee.people.changing_account import read_language, read_time_zone
from cordee.people.emails import MAX_LENGTH as MAX_EMAIL
from cordee.people.emails import read_email
from cordee.people.names import MAX_LENGTH as MAX_NAME
from cordee.people.names import read_name
from cordee.people.passwords import MIN_LENGTH, PasswordRefused, read_new_password
from cordee.people.zones import zone_choices
from cordee.ui.sentences import sentence_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the type of `gettext_lazy`'s answer, which is in the stubs only

REQUIRED = {"required": _("This answer is missing. Fill it in.")}


class ReadField(forms.CharField):
    """A text field whose value is read, or refused with a sentence, by one of our own functions."""

    def __init__(self, *, read: Callable[[str], str], **options: Any) -> None:
        super().__init__(**options)
        self.read = read

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        try:
            return self.read(text)
        except CordeeError as error:
            raise forms.ValidationError(sentence_of(error)) from None


def name_field() -> ReadField:
    """What others call the person."""
    return ReadField(
        read=read_name,
        label=_("Name"),
        help_text=_("As you want it on your attestations. Others see it in your courses."),
        error_messages=REQUIRED,
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": MAX_NAME}),
    )


def present_password_field(label: _StrPromise) -> forms.CharField:
    """The password that the account has."""
    return forms.CharField(
        label=label,
        strip=False,
        error_messages=REQUIRED,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def new_password_field(label: _StrPromise) -> forms.CharField:
    """A password to be; the form judges it together with address and name."""
    return forms.CharField(
        label=label,
        help_text=_("At least 8 characters. A sentence does very well."),
        strip=False,
        error_messages=REQUIRED,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": MIN_LENGTH}),
    )


class ZoneSelect(forms.Select):
    """Four hundred zones: without white space and end tags, which HTML lets out between options, half the weight."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        regions = [
            format_html('<optgroup label="{}">{}</optgroup>', region, _options(found)) if region else _options(found)
            for region, found, _index in widget["optgroups"]
        ]
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), SafeString("".join(regions))
        )


def _options(found: list[dict[str, Any]]) -> SafeString:
    values = ((one["value"], flatatt(one["attrs"]), one["label"]) for one in found)
    return format_html_join("", '<option value="{}"{}>{}', values)


class SignInForm(forms.Form):
    """E-mail and password. Neither is judged here: whatever is wrong gets one answer, from the act."""

    email = forms.CharField(
        label=_("Email address"),
        max_length=1000,
        error_messages=REQUIRED,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = present_password_field(_("Password"))


class SignUpForm(forms.Form):
    """A new account."""

    name = name_field()
    email = ReadField(
        read=read_email,
        label=_("Email address"),
        help_text=_("You sign in with it. Nobody else sees it."),
        error_messages=REQUIRED,
        widget=forms.EmailInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "maxlength": MAX_EMAIL,
            }
        ),
    )
    password = new_password_field(_("Password"))

    def clean(self) -> dict[str, Any]:
        judge_password(self, "password", self.data.get("email", ""), self.data.get("name", ""))
        return self.cleaned_data


class ProfileForm(forms.Form):
    """Name, language, time zone."""

    name = name_field()
    language = ReadField(
        read=read_language,
        label=_("Language"),
        help_text=_("Of the site and of messages. Courses keep their own."),
        error_messages=REQUIRED,
        widget=forms.Select(),
    )
    time_zone = ReadField(
        read=read_time_zone,
        label=_("Time zone"),
        help_text=_("Deadlines are shown in it."),
        error_messages=REQUIRED,
        widget=ZoneSelect(),
    )

    def __init__(self, *args: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["language"].widget.choices = settings.LANGUAGES
        self.fields["time_zone"].widget.choices = zone_choices(str(self["time_zone"].value() or ""), now=now)


class PasswordForm(forms.Form):
    """The present password and the next one."""

    current = present_password_field(_("Present password"))
    new = new_password_field(_("New password"))

    def __init__(self, *args: Any, email: str, name: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email, self.name = email, name

    def clean(self) -> dict[str, Any]:
        judge_password(self, "new", self.email, self.name)
        return self.cleaned_data


def judge_password(form: forms.Form, field: str, email: str, name: str) -> None:
    """Put what is wrong with a new password next to its field."""
    password = form.cleaned_data.get(field)
    if password is None:
        return
    try:
        read_new_password(password, email=email, name=name)
    except PasswordRefused as error:
        form.add_error(field, sentence_of(error))
