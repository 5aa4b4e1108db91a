"""What does Django call this room?"""

from __future__ import annotations

from django.apps import AppConfig


class BilanConfig(AppConfig):
    name = "cordee.bilan"
    label = "bilan"
