"""How is Django set up to write a report? Words and templates only: no database, no address, no key."""

from __future__ import annotations

from cordee.web.environment import PACKAGE, Environment

environment = Environment.read()

CORDEE = environment
SECRET_KEY = "nothing is signed"  # noqa: S105 - Django wants one; no page of ours is sent
DEBUG = False
INSTALLED_APPS = ["django.contrib.staticfiles", "cordee.ui", "cordee.pilot", "cordee.bilan"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES: dict[str, dict[str, object]] = {}
LANGUAGE_CODE = environment.language
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [str(PACKAGE / room / "locale") for room in ("core", "web")]
USE_TZ = True
TIME_ZONE = environment.time_zone
STATIC_URL = "/static/"
