"""How is a survey kept as JSON?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cordee.activities.survey.definition import Item, Survey


def to_json(survey: Survey) -> dict[str, Any]:
    data = asdict(survey)
    return {**data, "questions": list(data["questions"]), "options": list(data["options"])}


def from_json(data: dict[str, Any]) -> Survey:
    items = {name: tuple(Item(**item) for item in data[name]) for name in ("questions", "options")}
    return Survey(**{**data, **items})
