"""How does Django know this kind?"""

from __future__ import annotations

from django.apps import AppConfig


class CodeConfig(AppConfig):
    name = "cordee.activities.code"
    label = "code"
