"""How is Django set up? Everything that an operator may choose comes from `CORDEE_*` variables: docs/settings.md."""

from __future__ import annotations

from django.utils.functional import SimpleLazyObject

from cordee.ui.content_policy import NONE, SELF
from cordee.web import keys, logs
from cordee.web.engines import django_database
from cordee.web.environment import Environment, apps_found_by_place, message_folders

environment = Environment.read()


# Where things are
CORDEE = environment
CORDEE_GUIDE = environment.guide
# Read when first used, and made when there is none: a command that stores nothing leaves no trace in the home folder.
SECRET_KEY = SimpleLazyObject(lambda: keys.key(environment.home, keys.SITE).hex())
FILES_KEY = SimpleLazyObject(lambda: keys.key(environment.home, keys.FILES))  # signs links to files
DEBUG = False
ALLOWED_HOSTS = environment.allowed_hosts
ROOT_URLCONF = "cordee.web.urls"
INSTALLED_APPS = ["django.contrib.staticfiles", *apps_found_by_place()]
MIDDLEWARE = [
    "cordee.web.incoming.IncomingMiddleware",
    "cordee.web.kept_pages.KeptPagesMiddleware",
    # A page goes over the wire at a quarter of its size. Django adds random bytes, so that the length of an answer
    # tells nothing of the token in it (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cordee.ui.content_policy.ContentPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cordee.people.sessions.SessionMiddleware",
    "cordee.web.languages.ReaderMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cordee.web.refusals.RefusalsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "cordee.web.shell.shell",
            ],
        },
    }
]

# Rows
DATABASES = {"default": django_database(environment)}
AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = ["cordee.people.hashers.Argon2"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Words, dates
LANGUAGE_CODE = environment.language
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = message_folders()
USE_TZ = True
TIME_ZONE = environment.time_zone
APPEND_SLASH = False

# Cookies: `__Host-` ties them to this host and to https
COOKIE_PREFIX = "__Host-" if environment.is_https else ""
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
ZONE_COOKIE_NAME = f"{COOKIE_PREFIX}zone"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = environment.is_https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cordee.web.refusals.form_expired"
CSRF_TRUSTED_ORIGINS = [environment.url]

# What browsers may do with our pages
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if environment.is_https else 0
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, environment.content_url],
    "media-src": [SELF, environment.content_url],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
}

# What we take in
DATA_UPLOAD_MAX_MEMORY_SIZE = environment.form_bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600

# Style sheets, scripts, fonts, icons: hashed names, served beside Django by the web server itself
STATIC_URL = "/static/"
STATIC_ROOT = str(environment.static_folder)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # uploads go through core.storage instead
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

LOGGING = logs.configuration(environment, "web")
