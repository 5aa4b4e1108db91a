from __future__ import annotations

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation
from django.utils.safestring import SafeString

from cordee.ui.drawn_once import draw_part


def drawn(template: Template, **values: object) -> str:
    return template.render(Context(values))


def test_the_inside_is_drawn_once_for_each_value() -> None:
    template = Template("{% load ui %}{% drawn_once name %}<b>{{ name }}{% cycle 'x' 'y' %}</b>{% end_drawn_once %}")
    assert drawn(template, name="Awa") == "<b>Awax</b>"
    assert drawn(template, name="Awa") == "<b>Awax</b>"
    assert drawn(template, name="<Ada>") == "<b>&lt;Ada&gt;x</b>"


def test_each_language_has_its_own() -> None:
    template = Template(
        "{% load ui i18n %}{% drawn_once %}{% get_current_language as code %}{{ code }}{% end_drawn_once %}"
    )
    found = []
    for language in ("fr", "en", "fr"):
        with translation.override(language):
            found.append(drawn(template))
    assert found == ["fr", "en", "fr"]


def test_the_inside_knows_nothing_that_it_was_not_given() -> None:
    template = Template("{% load ui %}{% drawn_once name %}{{ name }}{{ other }}{% end_drawn_once %}")
    assert drawn(template, name="Awa", other="of this learner") == "Awa"


def test_a_hole_takes_the_value_of_each_page_escaped() -> None:
    template = Template(
        "{% load ui %}{% drawn_once name with number %}<i>{{ number }}</i>{{ name }}{% end_drawn_once %}"
    )
    assert drawn(template, name="Awa", number="1") == "<i>1</i>Awa"
    assert drawn(template, name="Awa", number="<2>") == "<i>&lt;2&gt;</i>Awa"


def test_the_forms_token_may_be_a_hole() -> None:
    template = Template("{% load ui %}{% drawn_once with csrf_token %}{% csrf_token %}{% end_drawn_once %}")
    for token in ("one", "two"):
        assert f'value="{token}"' in drawn(template, csrf_token=token)


def test_a_name_that_the_page_does_not_give_is_an_error() -> None:
    with pytest.raises(KeyError):
        drawn(Template("{% load ui %}{% drawn_once absent %}{% end_drawn_once %}"))


def test_a_value_that_can_change_is_an_error() -> None:
    with pytest.raises(TypeError):
        drawn(Template("{% load ui %}{% drawn_once names %}{% end_drawn_once %}"), names=["Awa"])


@pytest.mark.parametrize("given", ["page.title", "'word'", "name with a.b"])
def test_only_plain_names_are_taken(given: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="plain names"):
        Template(f"{{% load ui %}}{{% drawn_once {given} %}}{{% end_drawn_once %}}")


def test_a_part_of_a_page_is_drawn_once_and_filled_for_each_reader() -> None:
    parts = [
        draw_part("ui/empty.html", known={"title": "<b>"}, filled={"text": SafeString(f"<i>{name}</i>")})
        for name in ("Awa", "Ada")
    ]
    assert parts[0] == parts[1].replace("Ada", "Awa")
    assert "&lt;b&gt;" in parts[0]
    assert "<i>Awa</i>" in parts[0]
