"""How does Django know this kind?"""

from __future__ import annotations

from django.apps import AppConfig


class SurveyConfig(AppConfig):
    name = "cordee.activities.survey"
    label = "survey"
