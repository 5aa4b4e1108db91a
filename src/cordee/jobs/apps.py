"""The room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "cordee.jobs"
    label = "jobs"
