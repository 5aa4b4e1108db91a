"""At which addresses are an organisation's own sessions opened?"""

from __future__ import annotations

from django.urls import path

from cordee.learning.private_runs import views

urlpatterns = [
    path("organisations/<str:code>/sessions", views.sessions, name="private-sessions"),
    path("organisations/<str:code>/sessions/new", views.new_session, name="new-private-session"),
    path("organisations/<str:code>/sessions/<str:run_key>", views.session_terms, name="private-session"),
]
