"""How does Django find this room?"""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "cordee.people"
    label = "people"
