"""Where a young person asks, and a parent answers."""

from __future__ import annotations

from django.urls import path

from cordee.people.minors import views

urlpatterns = [
    path("account/agreement", views.agreement, name="agreement"),
    path("agreement/answered", views.answered, name="agreement-answered"),
    path("agreement/<str:token>", views.answer, name="agree"),
]
