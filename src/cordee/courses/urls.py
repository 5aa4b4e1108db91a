"""Where an author and a teacher look at a course."""

from __future__ import annotations

from django.urls import path

from cordee.courses import views

urlpatterns = [path("runs/<str:run_key>/import-report", views.import_report, name="import-report")]
