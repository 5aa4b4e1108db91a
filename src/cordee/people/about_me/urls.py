"""Where one says something of oneself."""

from __future__ import annotations

from django.urls import path

from cordee.people.about_me import views

urlpatterns = [path("account/about-me", views.about_me, name="about-me")]
