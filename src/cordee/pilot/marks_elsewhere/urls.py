"""At which address are marks of another platform brought in? The readers, and DuckDB, are loaded with the first."""

from __future__ import annotations

from django.urls import path

from cordee.pilot.marks_elsewhere import views

urlpatterns = [
    path("cohorts/<int:number>/marks", views.marks, name="cohort-marks"),
]
