"""Which address of the preview leads where?

The site's addresses are all known, so that its pages can name them; `visitors.py` opens those on which a learner works.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from cordee.web.course_preview import views
from cordee.web.urls import urlpatterns as of_the_site

handler400 = "cordee.web.refusals.bad_request"
handler403 = "cordee.web.refusals.permission_denied"
handler404 = "cordee.web.refusals.page_not_found"
handler500 = "cordee.web.refusals.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="preview-home"),
    path("preview/who", views.choose_who, name="preview-who"),
    path("preview/again", views.start_again, name="preview-again"),
    path("preview/checks", views.checks, name="preview-checks"),
    *of_the_site,
]
