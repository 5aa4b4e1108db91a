"""At which address is a session named that is played elsewhere?"""

from __future__ import annotations

from django.urls import path

from cordee.learning.elsewhere import views

urlpatterns = [
    path("organisations/<str:code>/elsewhere", views.name_elsewhere, name="name-elsewhere"),
]
