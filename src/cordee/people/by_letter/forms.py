"""What do the forms around a letter ask?"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cordee.people.emails import MAX_LENGTH as MAX_EMAIL
from cordee.people.emails import read_email
from cordee.people.forms import (
    REQUIRED,
    ReadField,
    SignUpForm,
    judge_password,
    name_field,
    new_password_field,
    present_password_field,
)
from cordee.people.minors.ages import read_year

EMAIL = _("Email address")


def email_field(*, autocomplete: str = "username", label: Any = EMAIL, help_text: Any = "") -> ReadField:
    """An address to write to."""
    attrs = {
        "autocomplete": autocomplete,
        "autocapitalize": "none",
        "spellcheck": "false",
        "maxlength": MAX_EMAIL,
    }
    return ReadField(
        read=read_email,
        label=label,
        help_text=help_text,
        error_messages=REQUIRED,
        widget=forms.EmailInput(attrs=attrs),
    )


class YearField(ReadField):
    """A year of birth, in digits: quicker than a list of a hundred."""

    def __init__(self, *, now: dt.datetime, **options: Any) -> None:
        this_year = now.astimezone(ZoneInfo(settings.CORDEE.time_zone)).year
        super().__init__(
            read=lambda text: str(read_year(text, this_year=this_year)),
            error_messages=REQUIRED,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "bday-year", "maxlength": 4}),
            **options,
        )


year_asked = partial(
    YearField,
    label=_("Year of birth"),
    help_text=_("The law asks parents to agree for the youngest. It is kept for that alone, and nobody else sees it."),
)


class JoinForm(forms.Form):
    """Who wants an account, and where the letter goes."""

    name = name_field()
    email = email_field(
        help_text=_(
            "We send a letter there. You will sign in with it; the teams of your courses see it, other learners do not."
        )
    )


class JoinAtOnceForm(SignUpForm):
    """The same where no letter leaves: with everything that an account needs."""

    def __init__(self, *args: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        ask_year(self, now)


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    email = email_field(help_text=_("The one with which you sign in."))


class NewAccountForm(forms.Form):
    """Behind the letter's link: everything that an account needs."""

    name = name_field()
    password = new_password_field(_("Password"))

    def __init__(self, *args: Any, email: str, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email
        ask_year(self, now)

    def clean(self) -> dict[str, Any]:
        judge_password(self, "password", self.email, self.data.get("name", ""))
        return self.cleaned_data


class NewPasswordForm(forms.Form):
    """Another password, or the first one: then the year of birth, too, as of whoever makes an account."""

    password = new_password_field(_("New password"))

    def __init__(
        self, *args: Any, email: str, name: str, is_first: bool = False, now: dt.datetime, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.email, self.name = email, name
        if is_first:
            ask_year(self, now)

    def clean(self) -> dict[str, Any]:
        judge_password(self, "password", self.email, self.name)
        return self.cleaned_data


class AddressForm(forms.Form):
    """Another address, for who knows the password."""

    email = email_field(
        autocomplete="email",
        label=_("New email address"),
        help_text=_("We send a letter there; until you have opened its link, the present address counts."),
    )
    address_password = present_password_field(_("Your password"))


def ask_year(form: forms.Form, now: dt.datetime) -> None:
    """Where the law of the site's country wants it."""
    if settings.CORDEE.age_of_consent.age:
        form.fields["year"] = year_asked(now=now)
