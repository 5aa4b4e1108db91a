"""Is every field tied to its label, its hint and its error?"""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import Context, Template


class Sample(forms.Form):
    email = forms.EmailField(label="Email", help_text="We write once a week.")
    about = forms.CharField(label="About", required=False, widget=forms.Textarea)
    country = forms.ChoiceField(label="Country", choices=[("sn", "Senegal")])
    pace = forms.ChoiceField(label="Pace", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, help_text="Pick")
    remind = forms.BooleanField(label="Remind me", required=False)


def shown(name: str, data: dict[str, str] | None = None, more: str = "") -> str:
    form = Sample(data)
    return Template("{% load ui %}{% field field " + more + " %}").render(Context({"field": form[name]}))


def described_by(html: str) -> list[str]:
    found = re.search(r'aria-describedby="([^"]*)"', html)
    return found[1].split() if found else []


def test_the_label_belongs_to_the_control() -> None:
    html = shown("email")
    assert '<label class="field__label" for="id_email">Email' in html
    assert 'class="input"' in html
    assert 'id="id_email"' in html


@pytest.mark.parametrize("name", ["email", "about", "country", "pace", "remind"])
def test_what_describes_a_field_is_on_the_page(name: str) -> None:
    html = shown(name, {})
    for target in described_by(html):
        assert html.count(f'id="{target}"') == 1


def test_the_hint_and_the_error_describe_the_control() -> None:
    html = shown("email", {"email": "awa@"})
    assert described_by(html) == ["id_email_helptext", "id_email_error"]
    assert 'aria-invalid="true"' in html
    assert html.index("field__hint") < html.index("<input") < html.index("field__error")


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert "(optional)" in shown("about")
    assert "(optional)" not in shown("email")
    assert "(optional)" not in shown("remind")


def test_each_shape_has_its_class() -> None:
    assert 'class="textarea"' in shown("about")
    assert 'class="select"' in shown("country")
    assert '<label class="check">' in shown("remind")
    assert 'class="input input--short"' in shown("email", more='css="input--short"')
    assert 'autocomplete="email"' in shown("email", more='autocomplete="email"')


def test_radios_are_a_group_with_a_legend() -> None:
    html = shown("pace", {})
    assert html.count('type="radio"') == 2
    assert '<fieldset class="field" id="id_pace"' in html
    assert '<legend class="field__label">Pace' in html
    assert described_by(html) == ["id_pace_helptext", "id_pace_error"]


def test_the_summary_leads_to_every_wrong_field() -> None:
    form = Sample({"email": "awa@", "country": "xx"})
    html = Template("{% load ui %}{% error_summary form %}{% for f in form %}{% field f %}{% endfor %}").render(
        Context({"form": form})
    )
    assert 'role="alert" tabindex="-1" autofocus' in html
    targets = re.findall(r'<li><a href="#([^"]+)"', html)
    assert targets == ["id_email", "id_country", "id_pace"]
    for target in targets:
        assert f'id="{target}"' in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert Template("{% load ui %}{% error_summary form %}").render(Context({"form": Sample()})).strip() == ""


def test_what_was_typed_comes_back_as_text() -> None:
    assert "<script>" not in shown("email", {"email": '"><script>'})
