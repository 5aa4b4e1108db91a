"""How is Django set up for the pilot's own pages? What `serving.py` decided comes in variables of the process."""

from __future__ import annotations

import os

from csp.constants import NONE, SELF

from cordee.web import logs
from cordee.web.environment import LOOPBACK_NAMES, PACKAGE, Environment
from cordee.web.pilot_site import variables

environment = Environment.read()

CORDEE = environment
SECRET_KEY = os.environ.get(variables.SECRET) or os.urandom(32).hex()  # signs who gave the password, until the stop
DEBUG = False
ALLOWED_HOSTS = ["*"] if variables.password_hash() else list(LOOPBACK_NAMES)
ROOT_URLCONF = "cordee.web.pilot_site.urls"
INSTALLED_APPS = ["django.contrib.staticfiles", "cordee.ui", "cordee.pilot", "cordee.web.pilot_site"]
MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cordee.web.pilot_site.reader.ReaderMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cordee.web.pilot_site.password.PasswordMiddleware",
    "cordee.web.pilot_site.reader.RefusalsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "cordee.web.pilot_site.reader.shell",
            ],
        },
    }
]
DATABASES: dict[str, dict[str, object]] = {}

LANGUAGE_CODE = environment.language
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [str(PACKAGE / room / "locale") for room in ("core", "web")]
USE_TZ = True
TIME_ZONE = environment.time_zone
APPEND_SLASH = False
LANGUAGE_COOKIE_NAME = "language"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = environment.form_bytes

STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get(variables.STATIC) or str(environment.static_folder)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
LOGGING = logs.configuration(environment, "pilot")
