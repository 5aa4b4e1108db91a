"""How does Django know this kind?"""

from __future__ import annotations

from django.apps import AppConfig


class QuizConfig(AppConfig):
    name = "cordee.activities.quiz"
    label = "quiz"
