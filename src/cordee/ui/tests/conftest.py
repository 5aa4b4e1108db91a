"""A site with nothing but this room: what the tests here render does not depend on the other rooms."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from cordee.ui.shell import AccountMenu, LanguageLink, Link, Shell, frame

SHELL = Shell(
    operator="Alliance Ingénia",
    navigation=(Link(label="Courses", url="/en/courses"), Link(label="My courses", url="/my", current=True)),
    tabs=(Link(label="My courses", url="/my", icon="house", current=True),),
    languages=(
        LanguageLink(code="fr", label="Français", url="/fr/"),
        LanguageLink(code="en", label="English", url="/en/", current=True),
    ),
    account=AccountMenu(links=(Link(label="My account", url="/account"),), sign_out_url="/sign-out"),
    sign_in_url="/sign-in",
    sign_up_url="/sign-up",
    theme_url="/theme",
    reading_url="/reading",
    source_url="https://example.org/source",
    announcement="This is a demonstration.",
)


def shell_of_test(request: HttpRequest) -> dict[str, Any]:
    return frame(request, SHELL, "Awa Diallo")


@pytest.fixture(autouse=True)
def _alone(settings: Any) -> None:
    settings.CORDEE_GUIDE = True
    settings.STATIC_URL = "/static/"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": ["django.template.context_processors.request", f"{__name__}.shell_of_test"],
            },
        }
    ]


@pytest.fixture
def rendered() -> Any:
    """`rendered(template, context, language="fr", cookies={...})` -> HTML."""

    def render(template: str, context: dict[str, Any] | None = None, *, language: str = "en", theme: str = "") -> str:
        request = RequestFactory().get("/somewhere?page=2")
        request.COOKIES["theme"] = theme
        with translation.override(language):
            return render_to_string(template, context or {}, request=request)

    return render
