"""How is Django set up for the preview of a course text? As the site is, in a folder of its own.

`serving.py` has put that folder and the address into the variables of this process. Learners' pages are those of the
site, so its settings hold but for what is said here.
"""

from __future__ import annotations

from cordee.web.engines import pragmas, sqlite
from cordee.web.settings import *  # noqa: F403 - the site's settings, but for what follows
from cordee.web.settings import INSTALLED_APPS, TEMPLATES, environment

ROOT_URLCONF = "cordee.web.course_preview.urls"
INSTALLED_APPS = ["cordee.web.course_preview", *INSTALLED_APPS]  # its templates stand before those of the site
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cordee.web.course_preview.visitors.VisitorMiddleware",
    "cordee.people.sessions.SessionMiddleware",
    "cordee.web.languages.ReaderMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cordee.web.refusals.RefusalsMiddleware",
]
TEMPLATES = [
    {
        **TEMPLATES[0],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "cordee.web.course_preview.frame.shell",
            ],
        },
    }
]

# Its tables are made as the models say, at once: nothing older has to become them, and the file is gone at the end.
_FILE = sqlite(environment.home / "preview.sqlite3")
DATABASES = {
    "default": {**_FILE, "OPTIONS": {**_FILE["OPTIONS"], "init_command": pragmas(synchronous="OFF")}},
}
MIGRATION_MODULES = {name.rpartition(".")[2]: None for name in INSTALLED_APPS}

# Cookies do not tell ports apart: another site on this machine keeps its own.
LANGUAGE_COOKIE_NAME = "cordee_preview_language"
ZONE_COOKIE_NAME = "cordee_preview_zone"
CSRF_COOKIE_NAME = "cordee_preview_csrf"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},  # served where they lie
}
