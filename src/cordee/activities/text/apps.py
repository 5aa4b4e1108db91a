"""The kind as a Django app: templates and messages are found by place."""

from __future__ import annotations

from django.apps import AppConfig


class TextConfig(AppConfig):
    name = "cordee.activities.text"
    label = "text"
