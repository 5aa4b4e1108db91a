"""What does Django call this room?"""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "cordee.ui"
    label = "ui"
