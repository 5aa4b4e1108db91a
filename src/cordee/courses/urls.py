"""Where an author and a teacher look at a course."""

from __future__ import annotations

from django.urls import path

from cordee.courses import export_views, views
from cordee.courses.checks import views as checks

urlpatterns = [
    path("runs/<str:run_key>/import-report", views.import_report, name="import-report"),
    path("runs/<str:run_key>/export", export_views.export, name="course-export"),
    path("runs/<str:run_key>/before-opening", checks.before_opening, name="before-opening"),
    path("runs/<str:run_key>/before-opening/waive", checks.waive_one, name="waive-check"),
]
