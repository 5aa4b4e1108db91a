"""The kind as a Django app: models, templates and messages are found by place."""

from __future__ import annotations

from django.apps import AppConfig


class VideoConfig(AppConfig):
    name = "cordee.activities.video"
    label = "video"
    default_auto_field = "django.db.models.BigAutoField"
