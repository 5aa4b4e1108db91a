"""Addresses of this kind, below those of a run."""

from __future__ import annotations

from django.urls import path

from cordee.activities.video import views

urlpatterns = [
    path("runs/<str:run_key>/activities/<str:activity_id>/watching", views.watching, name="video-watching"),
    path("runs/<str:run_key>/activities/<str:activity_id>/captions/<str:name>", views.captions, name="video-captions"),
    path(
        "runs/<str:run_key>/activities/<str:activity_id>/transcript/<str:spoken>",
        views.transcript,
        name="video-transcript",
    ),
    path("runs/<str:run_key>/media-hosts", views.media_hosts, name="video-hosts"),
]
