"""Which addresses belong to the looks of the site?"""

from __future__ import annotations

from django.urls import path

from cordee.ui.guide import guide
from cordee.ui.theme import set_theme

app_name = "ui"
urlpatterns = [
    path("ui", guide, name="guide"),
    path("theme", set_theme, name="theme"),
]
