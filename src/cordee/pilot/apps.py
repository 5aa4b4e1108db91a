"""What does Django call this room?"""

from __future__ import annotations

from django.apps import AppConfig


class PilotConfig(AppConfig):
    name = "cordee.pilot"
    label = "pilot"
