"""The room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "cordee.awards"
    label = "awards"
