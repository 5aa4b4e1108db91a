"""Django, ready to answer, in a process that makes pages."""

from __future__ import annotations

import os

from cordee.web.gate import Wsgi


def create_application() -> Wsgi:
    """Django as any WSGI server calls it; `cordee.web.gate` stands before it in ours."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    django: Wsgi = get_wsgi_application()
    from cordee.jobs.site import learn_whether_demo

    learn_whether_demo()
    connection.close()  # pages are made in another thread
    return django
