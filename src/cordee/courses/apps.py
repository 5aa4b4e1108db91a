"""The room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "cordee.courses"
    label = "courses"
