"""What does Django call the pilot's own site?"""

from __future__ import annotations

from django.apps import AppConfig


class PilotSiteConfig(AppConfig):
    name = "cordee.web.pilot_site"
    label = "pilot_site"
